"""Time of the operations on one large contact plan.

    python benchmarks/contact_plans.py [--contacts 1000000] [--nodes 1000] [--seed 1]

The plan has 10,000 directed pairs of nodes with a contact every 1000 s or so, of 10 to 500 s, at random rates, and
with a light time that changes. The other plan of a comparison and of a merger is the same with 1 % of the contacts
left out and every start shifted by up to 2 s. Times are of the processor, of one call each.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from qqnet.contacts.combine import clip, merge
from qqnet.contacts.compare import compare_plans
from qqnet.contacts.cutting import join_touching
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.statistics import plan_statistics
from qqnet.contacts.thin import Least, drop_small, keep_largest_links, keep_useful
from qqnet.contacts.timebase import TimeBase
from qqnet.contacts.validate import validate

EACH = 100
"""Contacts of a pair."""


def large_rows(contacts: int, nodes: int, random: np.random.Generator) -> pd.DataFrame:
    """Rows of a plan."""
    ends = random.integers(0, nodes, (2 * contacts // EACH, 2))
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    ends = random.permutation(ends)[: contacts // EACH]
    pair, turn = np.repeat(np.arange(len(ends)), EACH), np.tile(np.arange(EACH), len(ends))
    names = np.array([f"node-{number:04d}" for number in range(nodes)])
    start = 1000.0 * turn + random.uniform(0.0, 400.0, pair.size)
    owlt = random.uniform(1.0, 1000.0, len(ends))[pair]
    return pd.DataFrame(
        {
            "from": names[ends[pair, 0]],
            "to": names[ends[pair, 1]],
            "start_s": start,
            "end_s": start + random.uniform(10.0, 500.0, pair.size),
            "rate_bps": random.uniform(1e4, 1e9, pair.size),
            "owlt_start_s": owlt,
            "owlt_end_s": owlt + 0.01,
            "link": "x-band",
        }
    )


def timed(what: str, call: Callable[[], Any]) -> Any:
    """Call, and print the time of the processor."""
    begin = time.process_time()
    result = call()
    print(f"{what:<42} {time.process_time() - begin:6.2f} s")
    return result


def main() -> None:
    """Print a line for each operation."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    rows = large_rows(options.contacts, options.nodes, random)
    nodes = {f"node-{number:04d}": number + 1 for number in range(options.nodes)}
    base = TimeBase("relative")
    plan = timed("checked and put in order", lambda: ContactPlan(rows, nodes, base))
    less = rows.sample(frac=0.99, random_state=options.seed)
    other = ContactPlan(
        less.assign(start_s=less["start_s"] + random.uniform(0.0, 2.0, len(less))), nodes, base
    )
    print(f"{len(plan)} contacts, and {len(other)} of the other plan")
    timed("held against all rules", lambda: validate(plan))
    timed("statistics of links, nodes and all", lambda: plan_statistics(plan))
    timed("compared", lambda: compare_plans(plan, other))
    timed("merged, the faster of a link stays", lambda: merge([plan, other], "fastest"))
    timed("clipped", lambda: clip(plan, 1e4, 5e4))
    timed("joined where contacts touch", lambda: join_touching(plan))
    timed("thinned: short contacts", lambda: drop_small(plan, Least(length_s=60.0)))
    timed("thinned: one link of a pair", lambda: keep_largest_links(plan, 1))
    timed("thinned: of use to a pair", lambda: keep_useful(plan, [("1", "2")]))


if __name__ == "__main__":
    main()
