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


def jagged_plan(seed: int, base: TimeBase, contacts: int = 10) -> ContactPlan:
    """Plan whose contacts follow one another without gap, change their rate and light time, and are unsure."""
    random = np.random.default_rng(seed)
    names = ["NA", "Куэцяо", "7", "# x"]
    origin = ORIGIN_2030_S if base.scale == "tdb" else 0.0
    rows, clock = [], {}
    for _ in range(contacts):
        a, b = random.choice(names, 2, replace=False)
        begin, owlt = clock.get((a, b), (round(random.uniform(0, 900), 3), random.uniform(0.0, 900.0)))
        begin += float(random.choice([0.0, 0.0, 0.5, 33.25]))
        # Whole, fractional and very short contacts; light times that rise and fall by up to 5 s.
        end = begin + float(random.choice([random.integers(3, 900), random.uniform(3, 900), 0.5]))
        after = abs(owlt + float(random.uniform(-0.005, 0.005)) * (end - begin))
        confidence = float(random.choice([1.0, 0.75, 1 / 3]))
        rate = float(random.choice([0.5, 7.9, random.uniform(8, 1e9), 125_000.0]))
        rows.append((a, b, origin + begin, origin + end, rate, owlt, after, confidence))
        clock[(a, b)] = (end, after)
    columns = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "confidence"]
    nodes = dict(zip(names, (3, 44, 7, 1), strict=True))
    return ContactPlan(pd.DataFrame(rows, columns=columns), nodes, base, frozenset({"NA"}))


@pytest.fixture(scope="session")
def jagged() -> Callable[..., ContactPlan]:
    return jagged_plan


def promises_no_more(again: ContactPlan, plan: ContactPlan, shift_s: float = 0.0) -> None:
    """Whenever a plan that was read says that one can send, the true plan has a contact as good.

    At the beginning, middle and end of each row of `again`, shifted by `shift_s`, some contact of the same two
    nodes is open in `plan` that is as fast and has no longer light time.
    """
    slack = 2e-6
    by_pair = dict(iter(plan.contacts.groupby(["from_ipn", "to_ipn"])))
    for row in again.contacts.itertuples(index=False):
        assert row.end_s > row.start_s
        true = by_pair[(row.from_ipn, row.to_ipn)]
        start, end = true["start_s"].to_numpy(), true["end_s"].to_numpy()
        slope = (true["owlt_end_s"].to_numpy() - true["owlt_start_s"].to_numpy()) / (end - start)
        for share in (0.0, 0.5, 1.0):
            at = row.start_s + share * (row.end_s - row.start_s) + shift_s
            said = row.owlt_start_s + share * (row.owlt_end_s - row.owlt_start_s)
            open_ = (start - slack <= at) & (at <= end + slack)
            owlt = true["owlt_start_s"].to_numpy() + slope * (at - start)
            kept = open_ & (row.rate_bps <= true["rate_bps"].to_numpy() + 1e-3) & (said >= owlt - 1e-5)
            assert kept.any(), (row, at)


@pytest.fixture(scope="session")
def no_more() -> Callable[..., None]:
    return promises_no_more


def lone_contact(**changes: object) -> ContactPlan:
    """One contact from lander (2) to relay (1), relative to an unknown instant."""
    row = {
        "from": "lander",
        "to": "relay",
        "start_s": 60.25,
        "end_s": 7260.75,
        "rate_bps": 1_000_007.0,
        "owlt_start_s": 753.2,
        "owlt_end_s": 753.9,
    }
    base = changes.pop("base", TimeBase("relative"))
    frame = pd.DataFrame([{**row, **changes}])
    return ContactPlan(frame, {"lander": 2, "relay": 1}, base)


@pytest.fixture(scope="session")
def one_contact() -> Callable[..., ContactPlan]:
    return lone_contact
