"""Time of link budgets: every link of the reference network over a month, beside budgets one by one.

    python benchmarks/links.py [--days 30] [--spacelink PYTHON] [--json]

"windows" are lines of sight; "contacts" cuts them where the rate changes; "volumes" samples the same windows with
five levels at once, which is what a decibel is worth. "kernel" is the array kernel on moments of one link, "one by
one" `link_budget` with all its lines, as a spreadsheet would have them. With --spacelink, the Python of an
environment that holds spacelink, the same free-space budget is made by its functions in a loop. Compare ratios.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import time
from typing import Any

import numpy as np

import qqnet
from qqnet.cli.options import with_span
from qqnet.links.budget import link_budget
from qqnet.links.path import Path
from qqnet.links.rates import LinkBook
from qqnet.links.volumes import volumes_bit
from qqnet.study.network import links_of, served_windows
from qqnet.study.paths import PathEvaluator
from qqnet.study.study import Study

PEER = """
import time
import astropy.units as u
from spacelink.core.path import free_space_path_loss
from spacelink.core.antenna import dish_gain
count = {count}
start = time.perf_counter()
for n in range(count):
    gains = dish_gain(1 * u.m, 26.25 * u.GHz, 0.55 * u.dimensionless) + dish_gain(
        18 * u.m, 26.25 * u.GHz, 0.55 * u.dimensionless)
    free_space_path_loss((4e5 + n) * u.km, 26.25 * u.GHz)
print((time.perf_counter() - start) / count)
"""


def network(days: float) -> dict[str, Any]:
    """Windows, contacts and volumes of qqnet-3; seconds of each."""
    study = Study(with_span(qqnet.load("qqnet-3"), duration=f"{days:g} d"))
    found: dict[str, Any] = {"days": days, "links": len(study.links)}
    _ = study.scene
    for name, work in (
        ("windows", lambda: study.windows),
        ("served", lambda: served_windows(study)),
        ("contacts", lambda: study.contacts),
    ):
        start = time.perf_counter()
        made = work()
        found[f"{name}_s"] = time.perf_counter() - start
        found[name] = len(made.contacts if name == "contacts" else made)
    windows = served_windows(study)
    links = links_of(study.scenario, study.links)
    book = LinkBook(links, PathEvaluator(study, study.links, links))
    columns = (windows[name].to_numpy() for name in ("link", "start_s", "end_s"))
    start = time.perf_counter()
    volumes_bit(book, *columns, [-3.0, -1.0, 0.0, 1.0, 3.0])
    found["volumes_s"] = time.perf_counter() - start
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return found


def single(spacelink: str | None) -> dict[str, Any]:
    """Budgets a second: the kernel, one by one, and a peer."""
    scenario = qqnet.load("qqnet-3")
    study = Study(scenario)
    pair = next(pair for pair in study.links if pair.transmit == "ka-eml" and pair.receive == "ka-ground")
    link = links_of(scenario, [pair])[0]
    moments = PathEvaluator(study, [pair], [link])(
        np.zeros(100_000, dtype=np.int64),
        np.linspace(scenario.time.start_s, scenario.time.stop_s, 100_000),
    )
    start = time.perf_counter()
    link.excess_db(moments)
    found = {"kernel_us": 1e6 * (time.perf_counter() - start) / 100_000}
    start = time.perf_counter()
    for n in range(200):
        link_budget(link, moments.take(np.array(n)))
    found["one_by_one_us"] = 1e6 * (time.perf_counter() - start) / 200
    plain = Path.straight(np.linspace(3e5, 5e5, 1_000_000))
    start = time.perf_counter()
    type(link)(link.transmit, link.receive).excess_db(plain)
    found["free_space_us"] = 1e6 * (time.perf_counter() - start) / 1_000_000
    if spacelink:
        done = subprocess.run(
            [spacelink, "-c", PEER.format(count=2000)], check=True, capture_output=True, text=True
        )
        found["spacelink_us"] = 1e6 * float(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--spacelink", metavar="PYTHON")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    network(0.1)  # loads compiled code
    found = {"network": network(given.days), "budgets": single(given.spacelink)}
    if given.json:
        print(json.dumps(found))
        return
    for part in found.values():
        for name, value in part.items():
            print(f"{name:<16} {value:.4g}")


if __name__ == "__main__":
    main()
