"""Simulated traffic: laws of conservation and priority, and cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.routing.bookings import TIME_RESOLUTION_S, no_bookings
from qqnet.routing.graph import compile_plan
from qqnet.routing.routes import RouteRequest, book_route, find_route
from qqnet.traffic.conditions import Conditions, Outage, random_outages
from qqnet.traffic.flows import Flow
from qqnet.traffic.result import TrafficResult
from qqnet.traffic.simulate import Watch, simulate


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
                critical=bool(random.random() < 0.2),
            )
        )
    return flows


def random_conditions(seed: int) -> Conditions:
    random = np.random.default_rng(seed + 7)
    outages = [
        Outage(
            node=f"n{random.integers(4)}",
            start_s=start,
            stop_s=start + 200.0,
            wipes=bool(random.random() < 0.5),
        )
        for start in random.uniform(0, 1500, int(random.integers(0, 3)))
    ]
    return Conditions(
        outages=outages,
        loss={"rf": float(random.choice([0.0, 0.0, 0.2]))},
        resend=bool(random.random() < 0.6),
        timeout_s=float(random.choice([0.0, 5.0])),
        detection_s=float(random.choice([0.0, 60.0])),
        storage_bytes={f"n{n}": 3e6 for n in range(6)} if random.random() < 0.4 else {},
        header_bytes=float(random.choice([0.0, 100.0])),
        overhead_share=float(random.choice([0.0, 0.03])),
        knows="node" if random.random() < 0.3 else "network",
        seed=seed,
    )


def lives(plan, flows, conditions=None, **options):
    """Result, and every record in one table."""
    tables: list[pd.DataFrame] = []
    result = simulate(plan, flows, conditions, watch=Watch(tables.append), **options)
    return result, pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


seeds = st.integers(0, 2**32)


@settings(max_examples=120, deadline=None)
@given(
    seed=seeds, fragment=st.sampled_from([2e3, 2e4, 1e9]), until=st.sampled_from([300.0, 1200.0, math.inf])
)
@example(seed=353, fragment=2e3, until=math.inf)
@example(seed=12381, fragment=2e3, until=math.inf)
def test_every_message_is_delivered_stored_in_flight_or_lost_with_a_cause(seed, fragment, until, random_plan):
    plan, flows, conditions = random_plan(seed), random_flows(seed), random_conditions(seed)
    result, told = lives(plan, flows, conditions, fragment_bytes=fragment, until_s=until)
    for flow in result.flow_results():
        parts = [flow.delivered_bytes, flow.stored_bytes, flow.in_flight_bytes, *flow.losses.values()]
        assert min(parts) >= 0.0
        assert sum(parts) == pytest.approx(flow.offered_bytes, rel=1e-12)
        if flow.delay_s is not None:
            by_name = {one.name: one for one in flows}
            assert flow.delay_s.max <= by_name[flow.name].deadline_s + 1e-6
    # The same from the records: a message ends once, or not at all.
    made = told[told["what"] == "made"]
    ended = told[told["what"].isin(["delivered", "lost"])]
    assert not ended.duplicated(["flow", "message"]).any()
    assert len(made) == sum(flow.bundles for flow in result.flow_results())
    assert (told["what"] == "delivered").sum() == sum(
        flow.delivered_bundles for flow in result.flow_results()
    )
    if math.isinf(until):
        assert all(flow.in_flight_bytes == 0.0 for flow in result.flow_results())


@settings(max_examples=120, deadline=None)
@given(seed=seeds, fragment=st.sampled_from([2e3, 1e9]), until=st.sampled_from([500.0, math.inf]))
@example(seed=81, fragment=2e3, until=500.0)
def test_bytes_are_conserved_at_every_node(seed, fragment, until, random_plan):
    plan, flows, conditions = random_plan(seed), random_flows(seed), random_conditions(seed)
    result = simulate(plan, flows, conditions, fragment_bytes=fragment, until_s=until)
    nodes = result.nodes
    kept = (
        nodes["created_bytes"] + nodes["received_bytes"] - nodes["forwarded_bytes"] - nodes["dropped_bytes"]
    )
    scale = 1.0 + nodes["created_bytes"] + nodes["received_bytes"]
    np.testing.assert_allclose((nodes["stored_bytes"] - kept) / scale, 0.0, atol=1e-9)
    assert (nodes["stored_bytes"] > -1e-6 * scale).all()
    room = nodes["node"].map(dict(conditions.storage_bytes)).fillna(np.inf)
    assert (nodes["peak_bytes"] <= room * (1 + 1e-12)).all()
    history = result.history
    # A mean is a sum of many products: to their rounding.
    assert np.all(history["stored_bytes"] <= history["stored_max_bytes"] * (1.0 + 1e-12) + 1e-6)
    assert np.all(history["stored_max_bytes"].max("time") <= nodes["peak_bytes"].to_numpy() + 1e-6)
    for kind, field in (("offered", "offered_bytes"), ("delivered", "delivered_bytes")):
        total = [getattr(flow, f"{kind}_bytes") for flow in result.flow_results()]
        np.testing.assert_allclose(history[field].sum("time"), total, rtol=1e-9)


@settings(max_examples=80, deadline=None)
@given(seed=seeds)
def test_no_contact_sends_two_bundles_at_once_nor_outside_its_window(seed, random_plan):
    plan, flows, conditions = random_plan(seed), random_flows(seed), random_conditions(seed)
    result, told = lives(plan, flows, conditions, fragment_bytes=2e4)
    sent = told[told["what"] == "left"]
    rows = plan.contacts.loc[sent["contact"]]
    assert (sent["time_s"].to_numpy() >= rows["start_s"].to_numpy() - TIME_RESOLUTION_S).all()
    assert (sent["until_s"].to_numpy() <= rows["end_s"].to_numpy() + TIME_RESOLUTION_S).all()
    for _, one in sent.groupby("contact"):
        assert (one["time_s"].to_numpy()[1:] >= one["until_s"].to_numpy()[:-1] - 2 * TIME_RESOLUTION_S).all()
    busy = (sent["until_s"] - sent["time_s"]).groupby(sent["contact"]).sum()
    np.testing.assert_allclose(result.busy_s[busy.index], busy, rtol=1e-9, atol=1e-6)
    carried = result.volumes["bytes"].sum()
    assert carried == pytest.approx(result.contact_use(plan)["used_bytes"].sum(), rel=1e-9)
    # What leaves for a node comes there a light time later, or is missed.
    came = told[told["what"] == "came"]
    assert len(came) + (told["what"] == "missed").sum() <= len(sent) + 1e-9


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_undisturbed_bundles_of_one_class_take_the_routes_of_the_router(seed, random_plan):
    plan = random_plan(seed)
    flows = [Flow(**{**flow.__dict__, "priority": 1, "critical": False}) for flow in random_flows(seed)]
    _, told = lives(plan, flows, fragment_bytes=1e9)
    compiled, books = compile_plan(plan), no_bookings(len(plan))
    by_name = {flow.name: flow for flow in flows}
    ends = told[told["what"].isin(["delivered", "lost"])].set_index(["flow", "message"])
    for row in told[told["what"] == "made"].itertuples():
        flow = by_name[row.flow]
        request = RouteRequest(
            flow.source, flow.destination, row.time_s, flow.size_bytes, row.time_s + flow.deadline_s
        )
        route = find_route(compiled, request, books)
        end = ends.loc[(row.flow, row.message)] if (row.flow, row.message) in ends.index else None
        if route is None:
            assert end is None or end["what"] == "lost"
            continue
        assert end is not None
        assert end["what"] == "delivered"
        assert end["time_s"] == pytest.approx(route.arrival_s, abs=1e-6)
        books = book_route(compiled, books, route)


def test_a_higher_class_waits_only_for_the_bundle_that_is_under_way(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 1.0)])
    flows = [
        Flow("data", "a", "b", 10_000.0, 5.0, priority=0, stop_s=20.0),
        Flow("news", "a", "b", 2000.0, 1e6, priority=2, start_s=13.0),
        Flow("mail", "a", "b", 3000.0, 1e6, priority=1, start_s=13.0),
    ]
    result = simulate(plan, flows, stop_s=30.0)
    # Data leaves at 0 and 10 s, each for 10 s; news at 20, mail at 22, further data at 25 and 35 s.
    assert result.flow("news").delay_s.max == pytest.approx(23.0 - 13.0)
    assert result.flow("mail").delay_s.max == pytest.approx(26.0 - 13.0)
    assert result.flow("data").delay_s.max == pytest.approx(46.0 - 15.0)


def test_an_expedited_bundle_takes_the_slot_of_a_bulk_one_which_is_planned_anew(plan_of):
    plan = plan_of([("a", "b", 10.0, 30.0, 8000.0, 1.0), ("a", "b", 40.0, 60.0, 8000.0, 1.0)])
    flows = [
        Flow("data", "a", "b", 15_000.0, 1e6, priority=0, start_s=0.0),
        Flow("news", "a", "b", 10_000.0, 1e6, priority=2, start_s=5.0),
    ]
    result, told = lives(plan, flows, start_s=0.0, stop_s=60.0)
    # News goes from 10 to 20 s; 15 s of data do not fit before 30 s any more and go from 40 to 55 s.
    assert result.flow("news").delay_s.max == pytest.approx(16.0)
    assert result.flow("data").delay_s.max == pytest.approx(56.0)
    planned = told[(told["what"] == "planned") & (told["flow"] == "data")]
    assert planned["until_s"].tolist() == [26.0, 56.0]


def test_causes_are_told_apart(plan_of):
    plan = plan_of(
        [("a", "b", 0.0, 10.0, 8000.0, 100.0), ("b", "c", 0.0, 50.0, 8000.0, 1.0), ("c", "d", 0, 1, 8e3, 1),
         ("d", "e", 0.0, 500.0, 8000.0, 1.0)],
    )  # fmt: skip
    flows = [
        Flow("late", "a", "b", 10.0, 1e6, deadline_s=100.0),
        Flow("none", "a", "c", 10.0, 1e6, deadline_s=400.0),
        Flow("huge", "b", "c", 60_000.0, 1e6, deadline_s=400.0),
        Flow("fine", "a", "b", 10.0, 1e6, deadline_s=101.0),
        Flow("first", "d", "e", 80_000.0, 1e6, deadline_s=100.0),
        Flow("second", "d", "e", 80_000.0, 1e6, deadline_s=100.0),
        Flow("open", "a", "c", 10.0, 1e6, deadline_s=1000.0),
    ]
    result = simulate(plan, flows)
    causes = {flow.name: list(flow.losses) for flow in result.flow_results()}
    assert causes == {
        "late": ["deadline"], "none": ["no route"], "huge": ["no route"], "fine": [], "first": [],
        "second": ["no capacity"], "open": [],
    }  # fmt: skip
    # Its lifetime ends after the plan: nobody knows.
    assert result.flow("open").stored_bytes == 10.0
    assert result.losses()["no route"] == 60_010.0


def test_large_messages_travel_in_pieces_and_arrive_with_the_last(plan_of):
    plan = plan_of([("a", "b", 0.0, 10.0, 8000.0, 1.0), ("a", "b", 20.0, 30.0, 8000.0, 5.0)])
    flow = Flow("f", "a", "b", 16_000.0, 1e6, deadline_s=29.0)
    whole = simulate(plan, [flow], fragment_bytes=1e9)
    cut, told = lives(plan, [Flow("f", "a", "b", 16_000.0, 1e6)], fragment_bytes=4000.0)
    assert whole.losses() == {"no route": 16_000.0}
    # 4 pieces of 4 s: two fit the first contact (0-8 s), two the second (20-28 s), plus 5 s of light time.
    assert cut.flow("f").delay_s.max == 33.0
    assert int(cut.data["transmissions"].sum()) == 4
    assert told["what"].value_counts().to_dict() == {
        "planned": 4, "left": 4, "came": 4, "made": 1, "delivered": 1,
    }  # fmt: skip


def test_a_message_that_cannot_be_completed_gives_its_time_back(plan_of):
    plan = plan_of([("a", "b", 5.0, 15.0, 8000.0, 1.0), ("b", "a", 5.0, 15.0, 8000.0, 1.0)])
    flows = [
        Flow("large", "a", "b", 16_000.0, 1e6, priority=1, deadline_s=4.0),
        Flow("small", "a", "b", 8_000.0, 1e6, priority=0, start_s=4.5),
    ]
    result = simulate(plan, flows, fragment_bytes=4000.0, start_s=0.0)
    assert result.flow("large").losses == {"deadline": 16_000.0}
    assert result.flow("small").delivered_bytes == 8000.0
    assert result.busy_s.tolist() == [8.0, 0.0]


def test_what_is_lost_on_a_link_is_sent_again_after_light_has_gone_there_and_back(plan_of):
    plan = plan_of([("a", "b", 0.0, 10_000.0, 8000.0, 100.0)])
    flow = [Flow("f", "a", "b", 1000.0, 1e6)]
    conditions = Conditions(loss={"rf": 0.5}, timeout_s=7.0, seed=2)
    result, told = lives(plan, flow, conditions)
    tries = (told["what"] == "left").sum()
    assert tries > 1
    # A try takes 1 s; it is known to be lost 200 s after its end and 7 s of patience.
    assert result.flow("f").delay_s.max == pytest.approx(101.0 + 208.0 * (tries - 1))
    lossy = simulate(plan, flow, Conditions(loss={"rf": 0.5}, resend=False, seed=2))
    assert lossy.losses() == {"link": 1000.0}


def test_losses_come_as_often_as_said(plan_of):
    plan = plan_of([("a", "b", 0.0, 1e6, 8e6, 1.0)])
    result = simulate(plan, [Flow("f", "a", "b", 1000.0, 50.0)], Conditions(loss={"rf": 0.1}, resend=False))
    flow = result.flow("f")
    lost = flow.bundles - flow.delivered_bundles
    # 20,000 messages: four standard deviations.
    assert abs(lost - 2000) < 4 * math.sqrt(20_000 * 0.1 * 0.9)


def test_a_sender_keeps_a_bundle_until_the_next_node_has_confirmed_it(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 20.0), ("b", "c", 0.0, 100.0, 8000.0, 1.0)])
    flow = [Flow("f", "a", "c", 1000.0, 1e6)]
    stored = {}
    for resend in (True, False):
        told = simulate(plan, flow, Conditions(resend=resend), bins=100).history["stored_bytes"]
        stored[resend] = told.sel(node="a").to_numpy()
    # Sent by 1 s, there at 21 s, confirmed at 41 s.
    assert stored[True][:41] == pytest.approx(1000.0)
    assert stored[True][41:].max() == 0.0
    assert stored[False][0] == pytest.approx(1000.0)
    assert stored[False][1:].max() == 0.0


def test_an_outage_is_found_by_its_sender_and_later_known_to_all(plan_of):
    rows = [
        ("a", "b", 0.0, 1000.0, 8000.0, 1.0), ("b", "d", 0.0, 1000.0, 8000.0, 1.0),
        ("a", "c", 0.0, 1000.0, 8000.0, 5.0), ("c", "d", 0.0, 1000.0, 8000.0, 5.0),
    ]  # fmt: skip
    flow = [Flow("f", "a", "d", 1000.0, 100.0)]
    conditions = Conditions(
        outages=[Outage(node="b", start_s=150.0, stop_s=650.0)], timeout_s=10.0, detection_s=100.0
    )
    result, told = lives(plan_of(rows), flow, conditions, stop_s=1000.0)
    arrived = told[told["what"] == "delivered"].set_index("message")["delay_s"]
    # Over b: 4 s. The one of 200 s is sent in vain, missed at 213 s, then goes over c; later ones at once, until
    # the end is known at 750 s.
    assert arrived.round(9).tolist() == [4.0, 4.0, 25.0, 12.0, 12.0, 12.0, 12.0, 12.0, 4.0, 4.0]
    assert result.flow("f").delivery_ratio == 1.0
    gone = simulate(plan_of(rows), flow, Conditions(outages=conditions.outages, resend=False), stop_s=1000.0)
    assert gone.losses() == {"failure": 5000.0}


def test_a_node_that_fails_loses_what_it_stores_or_keeps_it(plan_of):
    plan = plan_of([("a", "b", 0.0, 10.0, 8000.0, 1.0), ("b", "c", 500.0, 600.0, 8000.0, 1.0)])
    flow = [Flow("f", "a", "c", 1000.0, 1e6)]
    outage = {"node": "b", "start_s": 100.0, "stop_s": 200.0}
    lost = simulate(plan, flow, Conditions(outages=[Outage(**outage)]))
    kept = simulate(plan, flow, Conditions(outages=[Outage(**outage, wipes=False)]))
    assert lost.losses() == {"failure": 1000.0}
    assert kept.flow("f").delivered_bytes == 1000.0


def test_contacts_of_little_confidence_may_not_take_place(plan_of):
    plan = plan_of([("a", "b", 100.0 * n, 100.0 * n + 50.0, 8000.0, 1.0) for n in range(400)])
    rows = plan.contacts.assign(confidence=0.7)
    plan = type(plan)(rows, plan.nodes, plan.time_base)
    flow = [Flow("f", "a", "b", 1000.0, 100.0, deadline_s=60.0)]
    result = simulate(plan, flow, Conditions(draw_contacts=True, resend=False, seed=5), stop_s=40_000.0)
    share = result.flow("f").delivery_ratio
    assert share is not None
    assert abs(share - 0.7) < 4 * math.sqrt(0.7 * 0.3 / 400)
    assert simulate(plan, flow, stop_s=40_000.0).flow("f").delivery_ratio == 1.0


def test_a_full_node_turns_bundles_away_and_gets_them_later(plan_of):
    plan = plan_of([("a", "b", 0.0, 1000.0, 8000.0, 1.0), ("b", "c", 100.0, 1000.0, 8000.0, 1.0)])
    flow = [Flow("f", "a", "c", 1000.0, 10.0, stop_s=100.0)]
    room = {"b": 2500.0}
    patient = simulate(plan, flow, Conditions(storage_bytes=room, timeout_s=5.0))
    assert patient.flow("f").delivery_ratio == 1.0
    assert patient.nodes.set_index("node")["peak_bytes"]["b"] == 2000.0
    hasty = simulate(plan, flow, Conditions(storage_bytes=room, resend=False))
    assert hasty.losses() == {"storage": 8000.0}
    assert simulate(plan, flow, Conditions(storage_bytes={"a": 500.0})).losses() == {"storage": 10_000.0}


def test_copies_of_a_critical_bundle_take_different_neighbours_and_count_once(plan_of):
    rows = [
        ("a", "b", 0.0, 1000.0, 8000.0, 1.0), ("b", "d", 0.0, 1000.0, 8000.0, 1.0),
        ("a", "c", 0.0, 1000.0, 8000.0, 5.0), ("c", "d", 0.0, 1000.0, 8000.0, 5.0),
    ]  # fmt: skip
    result, told = lives(plan_of(rows), [Flow("sos", "a", "d", 1000.0, 1e6, critical=True)])
    # The copy that is at c by 6 s stays there: by then the message is complete.
    assert told[told["what"] == "left"]["to"].tolist() == ["b", "c", "d"]
    assert result.flow("sos").delay_s.max == pytest.approx(4.0)
    assert result.flow("sos").delivered_bundles == 1
    # The relay is lost without anybody knowing, and nobody sends again: the other copy arrives.
    broken = Conditions(outages=[Outage(node="b")], resend=False)
    assert simulate(plan_of(rows), [Flow("sos", "a", "d", 1000.0, 1e6, critical=True)], broken).flow(
        "sos"
    ).delay_s.max == pytest.approx(12.0)


def test_each_bundle_of_a_critical_message_has_its_copies(plan_of):
    rows = [
        ("a", "b", 0.0, 1000.0, 8000.0, 1.0), ("b", "d", 0.0, 1000.0, 8000.0, 1.0),
        ("a", "c", 0.0, 1000.0, 8000.0, 5.0), ("c", "d", 0.0, 1000.0, 8000.0, 5.0),
    ]  # fmt: skip
    flow = [Flow("sos", "a", "d", 3000.0, 1e6, critical=True)]
    whole = simulate(plan_of(rows), flow, fragment_bytes=1000.0)
    assert whole.flow("sos").delivered_bundles == 1
    assert whole.flow("sos").delay_s.max == pytest.approx(6.0)
    assert int(whole.data["transmissions"].sum()) == 6
    # All three copies of one neighbour are lost: those of the other make up the message.
    broken = Conditions(outages=[Outage(node="b")], resend=False)
    result = simulate(plan_of(rows), flow, broken, fragment_bytes=1000.0)
    assert result.flow("sos").delay_s.max == pytest.approx(14.0)
    assert result.losses() == {}
    # One bundle whose copies are all lost takes the message with it, once.
    both = Conditions(outages=[Outage(node="b"), Outage(node="c", start_s=6.5)], resend=False)
    result = simulate(plan_of(rows), flow, both, fragment_bytes=1000.0)
    assert result.losses() == {"failure": 3000.0}
    assert result.flow("sos").delivered_bundles == 0


def test_nodes_that_know_only_themselves_meet_at_a_relay(plan_of):
    rows = [("a", "r", 0.0, 100.0, 8000.0, 1.0), ("b", "r", 0.0, 100.0, 8000.0, 1.0),
            ("r", "d", 0.0, 13.0, 8000.0, 1.0), ("r", "d", 50.0, 90.0, 8000.0, 1.0)]  # fmt: skip
    flows = [Flow(name, name, "d", 5000.0, 1e6) for name in ("a", "b")]
    central = simulate(plan_of(rows), flows)
    local, told = lives(plan_of(rows), flows, Conditions(knows="node"))
    # Both reach the relay at 6 s; only one gets through by 13 s, and both think that they will.
    for result in (central, local):
        assert sorted(result.flow(name).delay_s.max for name in ("a", "b")) == [12.0, 56.0]
    first = told[(told["what"] == "planned") & (told["time_s"] == 0.0)]
    assert first["until_s"].tolist() == [12.0, 12.0]


def test_overheads_take_time_on_links_and_room_in_nodes(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 1.0)])
    result = simulate(
        plan, [Flow("f", "a", "b", 1000.0, 1e6)], Conditions(header_bytes=100.0, overhead_share=0.1)
    )
    assert result.flow("f").delay_s.max == pytest.approx(1.0 + 1100 * 1.1 / 1000)
    assert result.flow("f").delivered_bytes == 1000.0
    assert result.nodes["peak_bytes"].max() == pytest.approx(1210.0)


def test_random_outages_have_the_means_asked_for():
    outages = random_outages(["a", "b"], 1000.0, 100.0, 0.0, 1e6, seed=3)
    length = np.array([outage.stop_s - outage.start_s for outage in outages])
    # About 1,818 of them; four standard deviations of the means.
    assert abs(length.mean() - 100.0) < 4 * 100.0 / math.sqrt(len(length))
    assert abs(len(outages) - 2e6 / 1100) < 4 * math.sqrt(2e6 / 1100)
    assert outages == random_outages(["a", "b"], 1000.0, 100.0, 0.0, 1e6, seed=3)


def test_answer_has_the_promised_keys_and_numbers(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 2.0)])
    flows = [Flow("f", "a", "b", 1000.0, 40.0), Flow("g", "b", "a", 5.0, 100.0, deadline_s=50.0)]
    answer = simulate(plan, flows).answer()
    flow = answer["flows"][0]
    assert flow["name"] == "f"
    assert (flow["offered_bytes"], flow["delivered_bytes"], flow["delivery_ratio"]) == (3000.0, 3000.0, 1.0)
    assert flow["delay_s"] == {"mean": 3.0, "p50": 3.0, "p95": 3.0, "max": 3.0}
    assert answer["flows"][1]["delay_s"] is None
    assert answer["losses"] == {"no route": 5.0}
    assert [entry["name"] for entry in answer["priorities"]] == ["normal"]


def test_delays_are_distributed_as_they_were(plan_of):
    plan = plan_of([("a", "b", 0.0, 1000.0, 8000.0, 2.0)])
    # Ten at once: 3, 4, ..., 12 s.
    flows = [Flow(f"f{n}", "a", "b", 1000.0, 1e6) for n in range(10)]
    result = simulate(plan, flows)
    delay, share = result.delay_distribution()
    assert (delay[0], delay[-1], share[-1]) == (3.0, 12.0, 1.0)
    assert np.interp([3.99, 7.98, 11.98], delay, share) == pytest.approx([0.1, 0.5, 0.9], abs=0.011)
    assert result.delay_quantiles([0.0, 1.0], "normal").tolist() == [3.0, 12.0]
    assert result.delay_distribution("expedited")[0].size == 0


def test_results_survive_the_disk(random_plan, tmp_path):
    result = simulate(random_plan(3), random_flows(3))
    result.save(tmp_path / "traffic.nc")
    again = TrafficResult.load(tmp_path / "traffic.nc")
    assert again.flows == result.flows
    xr.testing.assert_identical(again.data, result.data)
    with pytest.raises(InputError, match="cannot read"):
        TrafficResult.load(tmp_path / "nothing")


def test_memory_does_not_grow_with_what_was_delivered(plan_of):
    plan = plan_of([("a", "b", 0.0, 1e6, 8e6, 2.0), ("b", "c", 0.0, 1e6, 8e6, 2.0)])
    from qqnet.traffic import simulate as module

    sizes = []
    for stop in (1e4, 1e5):
        kept: list[int] = []
        real = module.result_of

        def spy(compiled, flows, state, real=real, kept=kept):
            kept.append(sum(array.nbytes for array in (state.bundles, state.time_s, state.holds)))
            return real(compiled, flows, state)

        module.result_of = spy
        try:
            result = simulate(plan, [Flow("f", "a", "c", 1000.0, 2.0)], stop_s=stop)
        finally:
            module.result_of = real
        assert result.flow("f").delivered_bundles == stop / 2.0
        sizes += kept
    assert sizes[0] == sizes[1]


def test_progress_ends_at_one_and_wrong_flows_are_named(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 2.0)])
    told: list[float] = []
    simulate(plan, [Flow("f", "a", "b", 1.0, 0.001)], progress=told.append)
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(InputError, match="flow f: node 'x' is not in this plan"):
        simulate(plan, [Flow("f", "a", "x", 1.0, 1.0)])
    with pytest.raises(InputError, match="sends to itself"):
        simulate(plan, [Flow("f", "a", "a", 1.0, 1.0)])
    with pytest.raises(InputError, match="node 'x' is not in this plan"):
        simulate(plan, [], Conditions(outages=[Outage(node="x")]))
    with pytest.raises(InputError, match="no contact between"):
        simulate(plan_of([("a", "b", 0, 1, 1, 1), ("c", "d", 0, 1, 1, 1)]), [],
                 Conditions(outages=[Outage(link=("a", "c"))]))  # fmt: skip


def test_what_outlives_the_plan_is_left_not_lost_whatever_is_heard_later(plan_of):
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 1.0)])
    flow = [Flow("f", "a", "b", 1000.0, 1e6, start_s=99.5, deadline_s=200.0)]
    heard = Conditions(outages=[Outage(node="b", start_s=50.0, stop_s=90.0)], detection_s=400.0)
    for conditions in (Conditions(), heard):
        result = simulate(plan, flow, conditions).flow("f")
        assert (result.stored_bytes, result.losses) == (1000.0, {})
