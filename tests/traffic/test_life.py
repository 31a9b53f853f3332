"""The life of one message in words."""

from __future__ import annotations

import pandas as pd
import pytest

from qqnet.traffic.conditions import Conditions, Outage
from qqnet.traffic.flows import Flow
from qqnet.traffic.life import life_of
from qqnet.traffic.simulate import Watch, simulate

ROWS = [
    ("a", "b", 0.0, 1000.0, 8000.0, 1.0), ("b", "d", 0.0, 1000.0, 8000.0, 1.0),
    ("a", "c", 0.0, 1000.0, 8000.0, 5.0), ("c", "d", 0.0, 1000.0, 8000.0, 5.0),
]  # fmt: skip


def life(plan, flow, conditions=None, **options):
    tables: list[pd.DataFrame] = []
    simulate(plan, [flow], conditions, watch=Watch(tables.append, flow=flow.name, message=0), **options)
    return life_of(tables, flow, plan.time_base)


@pytest.mark.parametrize("whole", [True, False])
def test_a_way_is_told_from_beginning_to_end(plan_of, whole):
    told = life(plan_of(ROWS), Flow("f", "a", "d", 1000.0, 1e6), fragment_bytes=1e6 if whole else 500.0)
    words = [one.sentence for one in told]
    assert words[0] == "made at a for d"
    assert words[-1] == "delivered at d after 4.000 s" if whole else "delivered at d after"
    if whole:
        assert words[1:-1] == [
            "a plans a way by b; it would arrive 4.000 s", "a sends it to b, until 1.000 s", "b has received it",
            "b sends it to d, until 3.000 s", "d has received it",
        ]  # fmt: skip
    assert {one.piece for one in told} == ({0, 1} if whole else {0, 1, 2})
    assert [one.time_s for one in told] == sorted(one.time_s for one in told)


def test_a_loss_is_told_with_its_cause(plan_of):
    gone = Conditions(outages=[Outage(node="b"), Outage(node="c")], resend=False)
    told = life(plan_of(ROWS), Flow("f", "a", "d", 1000.0, 1e6), gone)
    assert told[-1].sentence == "lost at a: something has failed"
    assert told[-2].sentence == "a sent it to b in vain: something has failed"
    assert told[-1].record["cause"] == "failure"
    assert told[-1].record["delay_s"] is None


def test_who_finds_no_way_says_so(plan_of):
    told = life(plan_of(ROWS), Flow("f", "d", "a", 1000.0, 1e6, deadline_s=10.0))
    assert [one.sentence for one in told][1:] == [
        "d finds no way on: there is no way at all", "lost at d: there is no way at all",
    ]  # fmt: skip


def test_copies_are_told_apart(plan_of):
    told = life(plan_of(ROWS), Flow("f", "a", "d", 1000.0, 1e6, critical=True))
    ways = {one.piece: one.record["to"] for one in told if one.what == "left" and one.record["node"] == "a"}
    assert ways == {1: "b", 2: "c"}
