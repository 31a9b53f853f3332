"""Routing by domains: nodes that know their own domain and the trunks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.routing.domains import DomainPlans, domains_by_light_time, find_route_by_domains
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import find_route
from qqnet.routing.volumes import book_route, empty_books

seeds = st.integers(0, 2**32)


@pytest.fixture(scope="module")
def cut(few_networks):
    """Every small network in three domains, two of two nodes and one of one."""
    names = few_networks.compiled.names
    return DomainPlans(
        few_networks.compiled, {name: f"{name[:-1]}{'-xxyyz'[int(name[-1])]}" for name in names}
    )


@settings(max_examples=300, deadline=None)
@given(number=st.integers(0, 59), seed=seeds, promised=st.lists(seeds, max_size=2))
def test_routes_by_domains_are_routes_and_never_sooner_than_the_best(
    number, seed, promised, cut, few_networks
):
    compiled, request = few_networks.compiled, few_networks.request(number, seed)
    books, reference = empty_books(compiled), few_networks.reference(number)
    for other in promised:
        asked = few_networks.request(number, other, plain=True)
        route = find_route(compiled, asked, books)
        if route is not None:
            books = book_route(compiled, books, route, asked.priority)
            reference.book(route.contacts, asked)
    found, best = find_route_by_domains(cut, request, books), find_route(compiled, request, books)
    if found.route is None:
        assert found.stuck_at is not None
        return
    assert best is not None
    assert best.arrival_s <= found.route.arrival_s <= request.deadline_s
    assert len(set(found.route.nodes)) == len(found.route.nodes)
    now = request.at_s
    for hop in found.route.hops:
        sent = reference.send(hop.contact, now, request)
        assert sent == (hop.start_s, hop.end_s, hop.arrival_s)
        now = sent[2]
    assert sum(leg.hops for leg in found.legs) == len(found.route.hops)
    domains = [cut.names[cut.domain[compiled.index(leg.from_)]] for leg in found.legs]
    assert domains == [leg.domain for leg in found.legs]


@settings(max_examples=100, deadline=None)
@given(number=st.integers(0, 59), seed=seeds)
def test_one_domain_or_a_domain_for_each_node_is_the_whole_plan(number, seed, few_networks, whole, single):
    request = few_networks.request(number, seed)
    best = find_route(few_networks.compiled, request)
    # Where every node is a domain of its own, all contacts are trunks, which everyone knows.
    for plans in (whole, single):
        found = find_route_by_domains(plans, request).route
        assert (found is None) == (best is None)
        if best is not None and found is not None:
            assert found.arrival_s == best.arrival_s


@pytest.fixture(scope="module")
def whole(few_networks):
    return DomainPlans(few_networks.compiled, dict.fromkeys(few_networks.compiled.names, "all"))


@pytest.fixture(scope="module")
def single(few_networks):
    return DomainPlans(few_networks.compiled, {name: name for name in few_networks.compiled.names})


# Two trunks lead from domain a to b: to node 3, the sooner, and to node 4, near the destination 5.
ROWS = [
    (1, 2, 0, 99, 8000.0, 1, 1, 0),
    (1, 3, 0, 99, 8000.0, 20, 20, 0),
    (2, 4, 0, 99, 8000.0, 20, 20, 0),
    (4, 5, 0, 99, 8000.0, 1, 1, 0),
    (3, 4, 50, 99, 8000.0, 1, 1, 0),
]
DOMAINS = {"1": "a", "2": "a", "3": "b", "4": "b", "5": "b"}


def test_what_is_not_known_costs_time(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    plans = DomainPlans(compiled, DOMAINS)
    found = find_route_by_domains(plans, RouteRequest("1", "5", 0.0))
    assert found.route is not None
    assert found.route.nodes == ("1", "3", "4", "5")
    assert found.route.arrival_s == 52.0
    assert [(leg.domain, leg.from_, leg.to, leg.hops) for leg in found.legs] == [
        ("a", "1", "3", 1),
        ("b", "3", "5", 2),
    ]
    best = find_route(compiled, RouteRequest("1", "5", 0.0))
    assert best is not None
    assert best.arrival_s == 22.0
    assert (plans.known_contacts("a"), plans.known_contacts("b")) == (3, 4)
    stuck = find_route_by_domains(plans, RouteRequest("1", "5", 0.0, deadline_s=40.0))
    assert (stuck.route, stuck.stuck_at) == (None, "3")


def test_users_of_other_domains_are_no_way_through(plan_of):
    plans = DomainPlans(compile_plan(plan_of(ROWS, endpoints=[3])), DOMAINS)
    found = find_route_by_domains(plans, RouteRequest("1", "5", 0.0))
    assert found.route is not None
    assert found.route.nodes == ("1", "2", "4", "5")
    to_user = find_route_by_domains(plans, RouteRequest("1", "3", 0.0))
    assert to_user.route is not None


def test_domains_must_cover_the_plan(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    with pytest.raises(InputError, match="node '5' has no domain"):
        DomainPlans(compiled, {name: "a" for name in DOMAINS if name != "5"})
    with pytest.raises(InputError, match="'6' is not a node"):
        DomainPlans(compiled, {**DOMAINS, "6": "b"})


def test_nearness_makes_domains(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    assert domains_by_light_time(compiled, near_s=1.0) == {"1": "1", "2": "1", "3": "3", "4": "3", "5": "3"}
    assert set(domains_by_light_time(compiled).values()) == set(DOMAINS)
