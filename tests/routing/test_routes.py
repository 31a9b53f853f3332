"""Routes against an independent search that tries every loop-free sequence of contacts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.routing.bookings import no_bookings
from qqnet.routing.graph import compile_plan
from qqnet.routing.routes import RouteRequest, book_route, earliest_arrivals, find_route, find_routes

# Powers of two and whole seconds keep the sums of both searches exact, so that equal means equal.
RATES = (8.0, 16.0, 32.0)


def random_contacts(seed: int, nodes: int = 5, tries: int = 22) -> list[tuple[float, ...]]:
    """Rows of a dense random plan: few instants, so that ties are the rule; no overlap on a link."""
    random = np.random.default_rng(seed)
    rows: list[tuple[float, ...]] = []
    for _ in range(tries):
        sender, receiver = (int(node) + 1 for node in random.choice(nodes, 2, replace=False))
        start = int(random.integers(0, 5)) * 4
        end = start + int(random.choice((1, 2, 4, 8, 16)))
        owlt = int(random.choice((0, 1, 1, 2, 5)))
        # A change of less than the length: nobody moves at the speed of light.
        change = float(random.choice((0.0, 0.0, 0.0, 0.5, -0.5)))
        link = int(random.integers(0, 2))
        clash = any(
            (sender, receiver, link) == (other[0], other[1], other[7]) and start < other[3] and other[2] < end
            for other in rows
        )
        if not clash:
            rate = float(random.choice(RATES))
            rows.append((sender, receiver, start, end, rate, owlt, max(0.0, owlt + change), link))
    return rows


def random_plan(seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed + 1)
    nodes = int(random.integers(3, 6))
    endpoints = tuple(int(node) + 1 for node in np.flatnonzero(random.random(nodes) < 0.15))
    return {
        "rows": random_contacts(seed, nodes, int(random.integers(4, 24))),
        "nodes": nodes,
        "endpoints": endpoints,
    }


plans = st.integers(0, 2**32).map(random_plan)
queries = st.tuples(
    st.integers(0, 12), st.sampled_from((0.0, 0.0, 1.0, 2.0, 4.0)), st.booleans(), st.integers(1, 8)
)


@settings(max_examples=500, deadline=None)
@given(plan=plans, query=queries)
def test_best_k_routes_are_those_of_an_exhaustive_search(plan, query, plan_of, exhaustive):
    contact_plan = plan_of(**plan)
    at_s, size_bytes, strict, k = query
    compiled = compile_plan(contact_plan)
    request = RouteRequest("1", "2", at_s, size_bytes, strict=strict)
    expected = sorted(exhaustive(contact_plan).routes("1", "2", at_s, size_bytes, strict))[:k]
    found = find_routes(compiled, request, k)
    entry = contact_plan.nodes
    keys = [
        (route.arrival_s, len(route.hops), -route.termination_s, entry[route.hops[0].to]) for route in found
    ]
    assert keys == [key for key, _ in expected]
    assert len({route.contacts for route in found}) == len(found)
    assert all(len(set(route.nodes)) == len(route.nodes) for route in found)
    best = find_route(compiled, request)
    assert (best is None) == (not expected)
    if best is not None:
        assert best == find_routes(compiled, request, 1)[0]
        deadline = math.nextafter(best.arrival_s, -math.inf)
        assert find_route(compiled, RouteRequest("1", "2", at_s, size_bytes, deadline, strict=strict)) is None


@settings(max_examples=200, deadline=None)
@given(
    plan=plans,
    bundles=st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 20), st.sampled_from((0.5, 1.0, 2.0, 4.0))), max_size=12
    ),
)
def test_booked_contacts_are_shared_as_an_exhaustive_search_shares_them(plan, bundles, plan_of, exhaustive):
    contact_plan = plan_of(**{**plan, "nodes": max(plan["nodes"], 4)})
    compiled, books = compile_plan(contact_plan), no_bookings(len(contact_plan))
    reference = exhaustive(contact_plan)
    for source, at_s, size_bytes in bundles:
        request = RouteRequest(str(source), "4", at_s, size_bytes)
        route = find_route(compiled, request, books)
        expected = min(reference.routes(str(source), "4", at_s, size_bytes, False), default=None)
        assert (route is None) == (expected is None)
        if route is not None and expected is not None:
            assert (route.arrival_s, len(route.hops), -route.termination_s) == expected[0][:3]
            books = book_route(compiled, books, route)
            reference.book(route.contacts, at_s, size_bytes)


@settings(max_examples=200, deadline=None)
@given(plan=plans, at_s=st.integers(0, 20), size_bytes=st.sampled_from((0.0, 1.0, 4.0)))
def test_tree_holds_the_arrival_of_every_single_route(plan, at_s, size_bytes, plan_of):
    compiled = compile_plan(plan_of(**plan))
    tree = earliest_arrivals(compiled, "1", at_s, size_bytes=size_bytes)
    for name, arrival in zip(compiled.names, tree, strict=True):
        if name == "1":
            assert arrival == at_s
            continue
        route = find_route(compiled, RouteRequest("1", name, at_s, size_bytes))
        assert (math.inf if route is None else route.arrival_s) == arrival


@settings(max_examples=100, deadline=None)
@given(plan=plans, at_s=st.integers(0, 20))
def test_answers_do_not_depend_on_where_the_seconds_begin(plan, at_s, plan_of):
    near, far = (compile_plan(plan_of(**plan, origin_s=origin)) for origin in (0.0, 1_275_868_800.0))
    here = find_routes(near, RouteRequest("1", "2", at_s, 1.0), 5)
    there = find_routes(far, RouteRequest("1", "2", at_s + 1_275_868_800.0, 1.0), 5)
    assert [route.contacts for route in here] == [route.contacts for route in there]


def test_light_time_is_that_of_the_end_of_transmission(plan_of):
    # Light time falls from 10 s to 6 s over 40 s; 100 byte at 8 bit/s take 100 s - too long; 20 byte take 20 s.
    compiled = compile_plan(plan_of([(1, 2, 0, 40, 8.0, 10.0, 6.0, 0)]))
    route = find_route(compiled, RouteRequest("1", "2", 5.0, 20.0))
    assert route is not None
    (hop,) = route.hops
    assert (hop.start_s, hop.end_s) == (5.0, 25.0)
    assert hop.owlt_s == pytest.approx(10.0 - 4.0 * 25.0 / 40.0, abs=1e-12)
    assert find_route(compiled, RouteRequest("1", "2", 5.0, 100.0)) is None


def test_users_do_not_relay(plan_of):
    rows = [(1, 2, 0, 10, 8.0, 1, 1, 0), (2, 3, 0, 10, 8.0, 1, 1, 0), (1, 3, 50, 60, 8.0, 1, 1, 0)]
    direct = find_route(compile_plan(plan_of(rows, endpoints=[1, 2, 3])), RouteRequest("1", "3", 0.0))
    relayed = find_route(compile_plan(plan_of(rows, endpoints=[1, 3])), RouteRequest("1", "3", 0.0))
    avoided = find_route(compile_plan(plan_of(rows)), RouteRequest("1", "3", 0.0, exclude=["2"]))
    assert direct is not None
    assert direct.arrival_s == 51.0
    assert relayed is not None
    assert relayed.arrival_s == 2.0
    assert avoided == direct


def test_waiting_for_a_nearer_partner_pays_where_light_times_jump(plan_of):
    # The first window of the link is open, but 1000 s away; the next one, 5 s later, is 1 s away.
    compiled = compile_plan(plan_of([(1, 2, 0, 5, 8.0, 1000, 1000, 0), (1, 2, 5, 9, 8.0, 1, 1, 0)]))
    route = find_route(compiled, RouteRequest("1", "2", 0.0, 1.0))
    assert route is not None
    assert route.arrival_s == 7.0


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (RouteRequest("1", "9", 0.0), "node '9' is not in this plan"),
        (RouteRequest("1", "1", 0.0), "source and destination"),
        (RouteRequest("1", "2", math.nan), "must be finite"),
        (RouteRequest("1", "2", 0.0, -1.0), "not negative"),
        (RouteRequest("1", "2", 0.0, exclude=["moon"]), "node 'moon' is not in this plan"),
    ],
)
def test_impossible_requests_are_refused(request_, message, plan_of):
    with pytest.raises(InputError, match=message):
        find_route(compile_plan(plan_of([(1, 2, 0, 5, 8.0, 1, 1, 0)])), request_)


def test_nodes_answer_to_their_ipn_numbers(plan_of):
    compiled = compile_plan(plan_of([(1, 2, 0, 5, 8.0, 1, 1, 0)]))
    assert compiled.index("ipn:2.0") == compiled.index("2") == 1
    assert np.all(compiled.network.relays)
