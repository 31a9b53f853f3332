"""What nodes do with bundles: neighbours of critical ones, no way back, and limbo."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.routing.forwarding import BundleFacts, critical_routes, next_hop
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import find_route
from qqnet.routing.volumes import book_route, empty_books

seeds = st.integers(0, 2**32)
numbers = st.integers(0, 99)
plans = st.integers(0, 19)


@settings(max_examples=300, deadline=None)
@given(plan=plans, number=numbers, seed=seeds)
def test_critical_routes_are_the_best_of_every_neighbour(plan, number, seed, networks):
    request = networks[plan].request(number, seed)
    best: dict[int, tuple[float, int, float, int]] = {}
    for key, _ in networks[plan].reference(number).routes(request):
        best[key[3]] = min(key, best.get(key[3], key))
    found = critical_routes(networks[plan].compiled, request)
    keys = [(route.arrival_s, len(route.hops), -route.termination_s, int(route.entry)) for route in found]
    assert keys == sorted(best.values())


@settings(max_examples=200, deadline=None)
@given(plan=plans, number=numbers, seed=seeds)
def test_nodes_that_decide_one_by_one_deliver_when_the_whole_route_does(plan, number, seed, networks):
    compiled, request = networks[plan].compiled, networks[plan].request(number, seed, plain=True)
    whole = find_route(compiled, request)
    bundle = BundleFacts(request.destination, request.size_bytes, priority=request.priority)
    node, now, visited, came_from = request.source, request.at_s, [request.source], None
    while node != request.destination:
        decision = next_hop(compiled, node, replace(bundle, came_from=came_from, visited=visited[:-1]), now)
        assert decision.limbo == (whole is None)
        if whole is None:
            assert decision.reason
            return
        ((entry, contact),) = decision.next_hops
        hop = decision.routes[0].hops[0]
        assert (hop.to, hop.contact) == (entry, contact)
        came_from, node, now = node, entry, hop.arrival_s
        assert node not in visited
        visited.append(node)
    assert whole is not None
    assert now == whole.arrival_s


BACK = [(1, 2, 0, 9, 8.0, 1, 1, 0), (1, 3, 20, 30, 8.0, 1, 1, 0), (2, 1, 0, 9, 8.0, 1, 1, 0)]


def test_a_bundle_does_not_go_back_unless_it_was_returned(plan_of):
    compiled = compile_plan(plan_of(BACK))
    came = BundleFacts("3", came_from="1")
    stuck = next_hop(compiled, "2", came, 0.0)
    assert stuck.limbo
    assert stuck.reason == "every way begins with a neighbour that is barred (1)"
    back = next_hop(compiled, "2", replace(came, returned=True, visited=["1"]), 0.0)
    assert [entry for entry, _ in back.next_hops] == ["1"]


def test_nodes_may_be_given_by_number(plan_of):
    rows = [*BACK, (2, 4, 0, 9, 8.0, 1, 1, 0), (4, 1, 0, 9, 8.0, 1, 1, 0)]
    compiled = compile_plan(plan_of(rows))
    came = BundleFacts("ipn:3", came_from="ipn:1", returned=True)
    assert next_hop(compiled, "ipn:2", replace(came, visited=["1"]), 0.0).next_hops[0][0] == "1"
    assert next_hop(compiled, "2", replace(came, visited=["ipn:1", "elsewhere"]), 0.0).next_hops[0][0] == "1"
    around = BundleFacts("3", came_from="1", visited=["ipn:4"])
    assert next_hop(compiled, "2", around, 0.0).limbo
    assert not next_hop(compiled, "2", replace(around, visited=[]), 0.0).limbo


def test_a_neighbour_that_refuses_is_left_out_but_may_come_later(plan_of):
    rows = [*BACK, (2, 4, 0, 9, 8.0, 1, 1, 0), (4, 1, 0, 9, 8.0, 1, 1, 0)]
    compiled = compile_plan(plan_of(rows))
    decision = next_hop(compiled, "2", BundleFacts("3", refused_by=["1"]), 0.0)
    assert decision.routes[0].nodes == ("2", "4", "1", "3")


def test_limbo_says_why(plan_of):
    compiled = compile_plan(plan_of(BACK))
    assert "its lifetime is over" in str(next_hop(compiled, "1", BundleFacts("3", expires_s=4.0), 5.0).reason)
    assert "after the deadline" in str(next_hop(compiled, "1", BundleFacts("3", expires_s=4.0), 0.0).reason)
    assert "has no contact in which it sends" in str(next_hop(compiled, "3", BundleFacts("1"), 0.0).reason)
    route = find_route(compiled, RouteRequest("1", "3", 0.0, 9.0))
    assert route is not None
    books = book_route(compiled, empty_books(compiled), route)
    full = next_hop(compiled, "1", BundleFacts("3", 9.0), 0.0, books)
    assert full.reason == "the contacts have no time left that is not promised"
    assert not next_hop(compiled, "1", BundleFacts("3", 9.0, priority=2), 0.0, books).limbo


def test_a_node_may_know_its_own_bookings_only(plan_of):
    rows = [(1, 2, 0, 90, 8.0, 1, 1, 0), (2, 3, 0, 90, 8.0, 1, 1, 0), (1, 3, 60, 90, 8.0, 1, 1, 0)]
    compiled = compile_plan(plan_of(rows))
    route = find_route(compiled, RouteRequest("2", "3", 0.0, 80.0))
    assert route is not None
    books = book_route(compiled, empty_books(compiled), route)
    bundle = BundleFacts("3", 5.0)
    assert next_hop(compiled, "1", bundle, 0.0, books).routes[0].nodes == ("1", "3")
    known = next_hop(compiled, "1", bundle, 0.0, books, own_bookings_only=True)
    assert known.routes[0].nodes == ("1", "2", "3")


@pytest.mark.parametrize("critical", [True, False])
def test_a_critical_bundle_goes_to_every_neighbour_that_can_deliver(critical, plan_of):
    rows = [(1, n, 0, 9, 8.0, n, n, 0) for n in (2, 3, 4)] + [(n, 9, 0, 90, 8.0, 1, 1, 0) for n in (2, 4)]
    decision = next_hop(compile_plan(plan_of(rows)), "1", BundleFacts("9", critical=critical), 0.0)
    assert [entry for entry, _ in decision.next_hops] == (["2", "4"] if critical else ["2"])
