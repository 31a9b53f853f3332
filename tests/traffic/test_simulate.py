"""Delivery of traffic: laws of conservation and priority, and cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.routing.bookings import TIME_RESOLUTION_S, no_bookings
from qqnet.routing.graph import compile_plan
from qqnet.routing.routes import RouteRequest, book_route, find_route
from qqnet.traffic.flows import Flow
from qqnet.traffic.result import TrafficResult
from qqnet.traffic.simulate import simulate


def random_flows(seed: int, count: int = 5) -> list[Flow]:
    random = np.random.default_rng(seed)
    flows = []
    for number in range(count):
        a, b = (f"n{node}" for node in random.choice(4, 2, replace=False))
        flows.append(
            Flow(
                f"flow-{number}",
                a,
                b,
                float(random.uniform(100, 5e5)),
                float(random.uniform(20, 400)),
                priority=int(random.integers(0, 3)),
                deadline_s=float(random.choice([30.0, 200.0, math.inf])),
            )
        )
    return flows


seeds = st.integers(0, 2**32)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, fragment=st.sampled_from([2e3, 2e4, 1e9]))
@example(seed=353, fragment=2e3)
def test_every_byte_is_delivered_or_lost_with_a_cause_and_no_contact_carries_more_than_it_can(
    seed, fragment, random_plan
):
    plan, flows = random_plan(seed), random_flows(seed)
    result = simulate(plan, flows, fragment_bytes=fragment)
    rows = result.bundles
    for flow in result.flow_results():
        offered = flow.delivered_bytes + sum(flow.losses.values())
        assert offered == pytest.approx(flow.offered_bytes, rel=1e-12)
    assert rows["arrival_s"].notna().equals(rows["cause"] == "")
    done = rows[rows["cause"] == ""]
    # A column of no names keeps the type of names, where no bundle arrives (seed 353).
    deadline = done["flow"].astype(str).map({flow.name: flow.deadline_s for flow in flows}).astype(float)
    assert np.all(done["arrival_s"] - done["created_s"] <= deadline + 1e-6)
    length = (plan.contacts["end_s"] - plan.contacts["start_s"]).to_numpy()
    assert np.all(result.busy_s <= length + TIME_RESOLUTION_S)
    # What the contacts carried is what the delivered bundles needed: lost ones gave their time back.
    carried = result.contact_use(plan)["used_bytes"].sum()
    if (rows["pieces"] == 1).all():
        assert carried == pytest.approx(
            (done["size_bytes"] * done["transmissions"]).sum(), rel=1e-6, abs=1e-3
        )
    assert result.busy_s.sum() == 0.0 or len(done) > 0


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_bundles_take_the_routes_that_the_router_gives_them_one_after_the_other(seed, random_plan):
    plan, flows = random_plan(seed), random_flows(seed)
    result = simulate(plan, flows, fragment_bytes=1e9)
    compiled, books = compile_plan(plan), no_bookings(len(plan))
    by_name = {flow.name: flow for flow in flows}
    for row in result.bundles.itertuples():
        flow = by_name[row.flow]
        deadline = row.created_s + flow.deadline_s
        request = RouteRequest(flow.source, flow.destination, row.created_s, row.size_bytes, deadline)
        route = find_route(compiled, request, books)
        assert (route is None) == (row.cause != "")
        if route is not None:
            assert route.arrival_s == pytest.approx(row.arrival_s, abs=1e-6)
            assert len(route.hops) == row.hops
            books = book_route(compiled, books, route)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_a_higher_class_never_suffers_from_a_lower_one(seed, random_plan):
    plan, flows = random_plan(seed), random_flows(seed, 6)
    everything = simulate(plan, flows).bundles
    for least in (1, 2):
        upper = [flow for flow in flows if flow.priority >= least]
        alone = simulate(plan, upper).bundles
        within = everything[everything["flow"].isin([flow.name for flow in upper])]
        np.testing.assert_array_equal(alone["arrival_s"], within["arrival_s"])


def test_a_later_expedited_bundle_does_not_block_what_lies_before_it(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 1.0)])
    flows = [
        Flow("news", "a", "b", 10_000.0, 1e6, priority=2, start_s=50.0),
        Flow("data", "a", "b", 50_000.0, 1e6, priority=0, start_s=0.0),
        Flow("more", "a", "b", 40_000.0, 1e6, priority=0, start_s=1.0),
        Flow("over", "a", "b", 1.0, 1e6, priority=0, start_s=2.0),
    ]
    result = simulate(plan, flows, stop_s=60.0)
    arrival = {row.flow: row.arrival_s for row in result.bundles.itertuples()}
    assert arrival["news"] == 61.0
    assert arrival["data"] == 51.0
    assert arrival["more"] == 101.0
    assert math.isnan(arrival["over"])
    assert result.losses() == {"no capacity": 1.0}
    assert result.busy_s.tolist() == [100.0]


def test_causes_are_told_apart(plan_of):
    plan = plan_of(
        [("a", "b", 0.0, 10.0, 8000.0, 100.0), ("b", "c", 0.0, 50.0, 8000.0, 1.0), ("c", "d", 0, 1, 8e3, 1)],
    )
    flows = [
        Flow("late", "a", "b", 10.0, 1e6, deadline_s=100.0),
        Flow("none", "a", "c", 10.0, 1e6),
        Flow("huge", "b", "c", 60_000.0, 1e6),
        Flow("fine", "a", "b", 10.0, 1e6, deadline_s=101.0),
    ]
    result = simulate(plan, flows)
    causes = {row.flow: row.cause for row in result.bundles.itertuples()}
    assert causes == {"late": "deadline", "none": "no route", "huge": "no route", "fine": ""}


def test_what_was_made_too_late_to_tell_is_not_called_lost_to_the_network(plan_of):
    plan = plan_of([("a", "b", 0.0, 10.0, 8000.0, 2.0), ("a", "b", 90.0, 100.0, 8000.0, 2.0)])
    # Made at 0 and 99.5 s, 1 s to send, 2 s of light. The second may yet go after 100 s if it lives to 102 s.
    for deadline, cause in ((2.4, "no route"), (2.6, "end of plan"), (1e6, "end of plan")):
        (first, second) = simulate(
            plan, [Flow("f", "a", "b", 1000.0, 99.5, deadline_s=deadline)], stop_s=100.0
        ).bundles.itertuples()
        assert first.cause == ("" if deadline > 3.0 else "deadline")
        assert second.cause == cause


def test_large_bundles_travel_in_pieces_and_arrive_with_the_last(plan_of):
    plan = plan_of([("a", "b", 0.0, 10.0, 8000.0, 1.0), ("a", "b", 20.0, 30.0, 8000.0, 5.0)])
    whole = simulate(plan, [Flow("f", "a", "b", 16_000.0, 1e6)], fragment_bytes=1e9)
    cut = simulate(plan, [Flow("f", "a", "b", 16_000.0, 1e6)], fragment_bytes=4000.0)
    assert whole.losses() == {"no route": 16_000.0}
    (row,) = cut.bundles.itertuples()
    # 4 pieces of 4 s: two fit the first contact (0-8 s), two the second (20-28 s), plus 5 s of light time.
    assert (row.pieces, row.arrival_s, row.transmissions, row.hops) == (4, 33.0, 4, 1)


def test_a_bundle_that_cannot_be_completed_gives_its_time_back(plan_of):
    plan = plan_of([("a", "b", 0.0, 10.0, 8000.0, 1.0)])
    flows = [
        Flow("large", "a", "b", 16_000.0, 1e6, priority=2),
        Flow("small", "a", "b", 8_000.0, 1e6, priority=0),
    ]
    result = simulate(plan, flows, fragment_bytes=4000.0)
    assert result.losses() == {"no capacity": 16_000.0}
    assert result.flow("small").delivered_bytes == 8000.0
    assert result.busy_s.tolist() == [8.0]


def test_answer_has_the_promised_keys_and_numbers(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 2.0)])
    answer = simulate(plan, [Flow("f", "a", "b", 1000.0, 40.0), Flow("g", "b", "a", 5.0, 100.0)]).answer()
    flow = answer["flows"][0]
    assert flow["name"] == "f"
    assert (flow["offered_bytes"], flow["delivered_bytes"], flow["delivery_ratio"]) == (3000.0, 3000.0, 1.0)
    assert flow["delay_s"] == {"mean": 3.0, "p50": 3.0, "p95": 3.0, "max": 3.0}
    assert answer["flows"][1]["delay_s"] is None
    assert answer["losses"] == {"no route": 5.0}


def test_results_survive_the_disk(random_plan, tmp_path):
    result = simulate(random_plan(3), random_flows(3))
    result.save(tmp_path / "traffic.parquet")
    again = TrafficResult.load(tmp_path / "traffic.parquet")
    assert again.flows == result.flows
    pd.testing.assert_frame_equal(again.bundles, result.bundles)
    np.testing.assert_array_equal(again.busy_s, result.busy_s)
    with pytest.raises(InputError, match="cannot read"):
        TrafficResult.load(tmp_path / "nothing")


def test_progress_ends_at_one_and_wrong_flows_are_named(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 2.0)])
    told: list[float] = []
    simulate(plan, [Flow("f", "a", "b", 1.0, 0.01)], progress=told.append)
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(InputError, match="flow f: node 'x' is not in this plan"):
        simulate(plan, [Flow("f", "a", "x", 1.0, 1.0)])
    with pytest.raises(InputError, match="sends to itself"):
        simulate(plan, [Flow("f", "a", "a", 1.0, 1.0)])
