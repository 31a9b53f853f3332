"""Random contact plans."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase

ORIGIN_2030_S = 946_684_800.0


def make_plan(
    seed: int, contacts: int = 12, time_base: TimeBase | None = None, whole: bool = False
) -> ContactPlan:
    """Plan among awkwardly named nodes; `whole` keeps to what whole-second formats can say."""
    random = np.random.default_rng(seed)
    names = ["NA", "ils, south", 'quote"d', "Куэцяо", "5", "# x", "1e3"][: int(random.integers(2, 8))]
    numbers = random.choice(np.arange(1, 99), len(names), replace=False)
    nodes = {name: int(number) for name, number in zip(names, numbers, strict=True)}
    base = time_base or TimeBase("relative")
    origin = ORIGIN_2030_S if base.scale == "tdb" else 0.0
    rows, clock = [], {}
    for _ in range(contacts):
        a, b = random.choice(names, 2, replace=False)
        begin = clock.get((a, b), 0.0) + random.uniform(0, 900)
        end = begin + random.uniform(20, 900)
        owlt = random.uniform(0, 1300)
        rate = random.uniform(1e3, 1e9)
        change = random.uniform(-1, 1)
        link, kind = f"{random.integers(0, 2)}", str(random.choice(["rf", "optical", "terrestrial"]))
        if whole:
            begin, end, owlt, change, link, kind = round(begin), round(end), round(owlt), 0, "", "rf"
            rate = 8.0 * round(rate / 8)
        clock[(a, b)] = end
        rows.append((a, b, begin + origin, end + origin, rate, owlt, abs(owlt + change), link, kind))
    columns = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "link", "kind"]
    endpoints = frozenset(name for name in names if random.random() < 0.3)
    return ContactPlan(pd.DataFrame(rows, columns=columns), nodes, base, endpoints)


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., ContactPlan]:
    return make_plan
