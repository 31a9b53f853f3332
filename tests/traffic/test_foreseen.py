"""Outages that the plan knows of."""

import pytest

from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.traffic.conditions import Outage
from qqnet.traffic.foreseen import without


def test_a_receiver_that_is_out_meets_nothing(random_plan):
    plan = random_plan(3)
    start, stop = 400.0, 900.0
    rows = without(plan, [Outage(node="n2", start_s=start, stop_s=stop)]).contacts
    for node, light in (("from", (0.0, 0.0)), ("to", ("owlt_start_s", "owlt_end_s"))):
        mine = rows[rows[node] == "n2"]
        begins, ends = (
            mine[edge] + (mine[owlt] if owlt else 0.0)
            for edge, owlt in zip(("start_s", "end_s"), light, strict=True)
        )
        assert len(mine) > 0
        assert ((ends <= start + 1e-6) | (begins >= stop - 1e-6)).all()


def test_what_an_outage_does_not_touch_stays(random_plan):
    plan = random_plan(4)
    for outage in (
        Outage(node="n0", start_s=1e6),
        Outage(row=0, start_s=1e6, stop_s=2e6),
    ):
        assert without(plan, [outage]).contacts.equals(plan.contacts)
    kept = without(plan, [Outage(node="n0")]).contacts
    others = plan.contacts[(plan.contacts["from"] != "n0") & (plan.contacts["to"] != "n0")]
    assert kept.equals(others.reset_index(drop=True))


def test_volume_falls_by_what_is_cut(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8.0, 1.0), ("b", "a", 0.0, 100.0, 8.0, 1.0)])
    left = without(plan, [Outage(link=("b", "a"), start_s=20.0, stop_s=30.0)])
    assert left.volume_bytes().sum() == pytest.approx(180.0)
    twice = without(
        plan, [Outage(row=0, start_s=10.0, stop_s=30.0), Outage(row=0, start_s=20.0, stop_s=40.0)]
    )
    assert twice.volume_bytes().sum() == pytest.approx(170.0)
    compile_plan(twice)


@pytest.mark.parametrize(
    ("outage", "message"),
    [
        (Outage(node="c"), "node 'c' is not in this plan"),
        (Outage(link=("a", "c")), "node 'c' is not in this plan"),
        (Outage(row=7), "row 7 is not one of the plan's 1 contacts"),
    ],
)
def test_what_the_plan_does_not_have_is_named(plan_of, outage, message):
    plan = plan_of([("a", "b", 0.0, 100.0, 8.0, 1.0)])
    with pytest.raises(InputError, match=message):
        without(plan, [outage])


def test_one_way_of_a_link_is_cut_and_the_other_stays(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 1e6, 1.0), ("b", "a", 0.0, 100.0, 1e6, 1.0)])
    left = without(plan, [Outage(link=("a", "b"), one_way=True)]).contacts
    assert left[["from", "to"]].to_numpy().tolist() == [["b", "a"]]
