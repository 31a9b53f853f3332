"""Routes against an independent search that tries every loop-free sequence of contacts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.routing.bookings import no_bookings
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import book_route, earliest_arrivals, find_route, find_routes
from qqnet.routing.volumes import residual_volume

seeds = st.integers(0, 2**32)
numbers = st.integers(0, 99)
plans = st.integers(0, 19)


@settings(max_examples=1500, deadline=None)
@given(plan=plans, number=numbers, seed=seeds, k=st.integers(1, 8))
def test_best_k_routes_are_those_of_an_exhaustive_search(plan, number, seed, k, networks):
    made = networks[plan]
    compiled, request = made.compiled, made.request(number, seed)
    expected = sorted(made.reference(number).routes(request))[:k]
    found = find_routes(compiled, request, k)
    keys = [(route.arrival_s, len(route.hops), -route.termination_s, int(route.entry)) for route in found]
    assert keys == [key for key, _ in expected]
    assert len({route.contacts for route in found}) == len(found)
    assert all(len(set(route.nodes)) == len(route.nodes) for route in found)
    best = find_route(compiled, request)
    assert (best is None) == (not expected)
    if best is not None:
        assert best == find_routes(compiled, request, 1)[0]
        assert best.confidence == math.prod(made.plan.contacts["confidence"].to_numpy()[list(best.contacts)])
        before = replace(request, deadline_s=math.nextafter(best.arrival_s, -math.inf))
        assert find_route(compiled, before) is None


@settings(max_examples=300, deadline=None)
@given(number=st.integers(0, 59), bundles=st.lists(st.tuples(seeds, st.integers(1, 3)), max_size=12))
def test_contacts_are_shared_by_class_as_an_exhaustive_search_shares_them(number, bundles, few_networks):
    plan, compiled = few_networks.plan, few_networks.compiled
    books, reference = no_bookings(len(plan)), few_networks.reference(number)
    for seed, source in bundles:
        request = few_networks.request(number, seed, plain=True)
        request = replace(request, source=str(10 * number + source), destination=str(10 * number + 4))
        route = find_route(compiled, request, books)
        expected = min(reference.routes(request), default=None)
        assert (route is None) == (expected is None)
        if route is not None and expected is not None:
            key = (route.arrival_s, len(route.hops), -route.termination_s, int(route.entry))
            assert key == expected[0]
            books = book_route(compiled, books, route, request.priority)
            reference.book(route.contacts, request)
    for priority in range(3):
        left = residual_volume(compiled, books, priority)
        for row in few_networks.rows(number):
            _, _, start, end, rate = reference.contacts[row][:5]
            promised_s = sum(until - since for since, until in reference.promised(row, priority))
            assert left[row] == (end - start - promised_s) * rate / 8.0


@settings(max_examples=200, deadline=None)
@given(plan=plans, number=numbers, at_s=st.integers(0, 20), size_bytes=st.sampled_from((0.0, 1.0, 4.0)))
def test_tree_holds_the_arrival_of_every_single_route(plan, number, at_s, size_bytes, networks):
    compiled, source = networks[plan].compiled, str(10 * number + 1)
    tree = earliest_arrivals(compiled, source, at_s, size_bytes=size_bytes)
    assert np.isfinite(tree).sum() <= 5
    for node in range(10 * number + 1, 10 * number + 6):
        arrival = tree[compiled.index(str(node))]
        if str(node) == source:
            assert arrival == at_s
            continue
        route = find_route(compiled, RouteRequest(source, str(node), at_s, size_bytes))
        assert (math.inf if route is None else route.arrival_s) == arrival


@settings(max_examples=100, deadline=None)
@given(number=st.integers(0, 59), at_s=st.integers(0, 20))
def test_answers_do_not_depend_on_where_the_seconds_begin(number, at_s, few_networks, far_networks):
    origin, ends = far_networks.origin_s, (str(10 * number + 1), str(10 * number + 2))
    here = find_routes(few_networks.compiled, RouteRequest(*ends, at_s, 1.0), 5)
    there = find_routes(far_networks, RouteRequest(*ends, at_s + origin, 1.0), 5)
    assert [route.contacts for route in here] == [route.contacts for route in there]


@pytest.fixture(scope="module")
def far_networks(few_networks):
    """The same long after the second from which the time base counts."""
    plan, origin = few_networks.plan, 1_275_868_800.0
    start_s, end_s = plan.contacts["start_s"] + origin, plan.contacts["end_s"] + origin
    rows = plan.contacts.assign(start_s=start_s, end_s=end_s)
    return compile_plan(ContactPlan(rows, plan.nodes, plan.time_base, plan.endpoints))


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
