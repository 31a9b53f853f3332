"""Small contact plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase

COLUMNS = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"]


def make_plan(rows: Sequence[tuple[object, ...]], endpoints: Sequence[str] = ()) -> ContactPlan:
    """Plan of (from, to, start, end, rate, light time)."""
    frame = pd.DataFrame([(*row, row[5]) for row in rows], columns=COLUMNS)
    names = sorted({*frame["from"], *frame["to"]})
    nodes = {name: number for number, name in enumerate(names, start=1)}
    return ContactPlan(frame, nodes, TimeBase("relative"), frozenset(endpoints))


def make_random_plan(seed: int, nodes: int = 6, contacts: int = 60) -> ContactPlan:
    random = np.random.default_rng(seed)
    rows, clock = [], {}
    for _ in range(contacts):
        a, b = (f"n{number}" for number in random.choice(nodes, 2, replace=False))
        start = clock.get((a, b), 0.0) + float(random.uniform(0, 300))
        end = start + float(random.uniform(10, 200))
        clock[(a, b)] = end
        rows.append((a, b, start, end, float(random.uniform(1e3, 1e5)), float(random.uniform(0, 20))))
    return make_plan(rows)


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., ContactPlan]:
    return make_plan


@pytest.fixture(scope="session")
def random_plan() -> Callable[..., ContactPlan]:
    return make_random_plan
