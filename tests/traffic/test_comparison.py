"""Two runs beside each other."""

import pytest

from qqnet.traffic.comparison import Change, compare
from qqnet.traffic.conditions import Conditions, Outage
from qqnet.traffic.flows import Flow
from qqnet.traffic.simulate import simulate

FLOWS = [
    Flow("far", "a", "c", size_bytes=100.0, every_s=10.0, deadline_s=300.0),
    Flow("near", "a", "b", size_bytes=100.0, every_s=10.0, deadline_s=300.0),
]


@pytest.fixture(scope="module")
def plan(plan_of):
    return plan_of([("a", "b", 0.0, 1000.0, 1e4, 1.0), ("b", "c", 0.0, 1000.0, 1e4, 1.0)])


@pytest.fixture(scope="module")
def whole(plan):
    return simulate(plan, FLOWS)


@pytest.fixture(scope="module")
def broken(plan):
    outage = Outage(link=("b", "c"), start_s=500.0)
    return simulate(plan, FLOWS, Conditions(outages=[outage], detection_s=5.0))


def changes(data):
    """Every change of an answer."""
    if isinstance(data, dict):
        if set(data) == {"a", "b", "change"}:
            return [data["change"]]
        return [found for value in data.values() for found in changes(value)]
    return [found for value in data for found in changes(value)] if isinstance(data, list) else []


def test_a_run_beside_itself_is_all_zeros(whole):
    found = compare(whole, whole)
    assert len(changes(found.answer())) > 20
    assert set(changes(found.answer())) == {0.0}
    assert not found.is_worse
    assert found.worse == ()


def test_differences_are_second_less_first_and_turn_with_the_order(whole, broken):
    there, back = compare(whole, broken), compare(broken, whole)
    assert there.is_worse
    assert not back.is_worse
    assert there.worse == ("far",)
    assert there.missing_bytes.difference == -back.missing_bytes.difference > 0.0
    far, near = there.flows
    lost = whole.flow("far").delivered_bytes - broken.flow("far").delivered_bytes
    assert far.delivered_bytes.difference == pytest.approx(-lost)
    # What waits when the plan ends is not lost, but missing.
    assert far.left_bytes.difference > 0.0
    assert far.lost_bytes.difference == sum(change.difference for change in far.losses.values()) > 0.0
    assert far.missing_bytes.difference == pytest.approx(lost)
    assert near.delivery_ratio == Change(1.0, 1.0)
    assert there.sent["b", "c"].difference < 0.0
    assert there.peaks["a"].b > there.peaks["a"].a


def test_flows_of_one_run_alone_are_named_and_not_counted(plan, whole):
    other = simulate(plan, [FLOWS[1], Flow("new", "b", "c", size_bytes=10.0, every_s=10.0)])
    found = compare(whole, other)
    assert [flow.name for flow in found.flows] == ["near"]
    assert (found.only_a, found.only_b) == (("far",), ("new",))
    assert found.missing_bytes == Change(0.0, 0.0)
