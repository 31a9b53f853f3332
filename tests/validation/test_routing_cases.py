"""Published routing cases.

Sources: the contact graph routing tutorial (J. A. Fraire et al., Journal of Network and Computer
Applications 174, 2021) as shipped with HDTN (``cgrTutorial.json``, ``TestYen.cpp``); the plans of
``Tests/SearchTests.lean`` of toxic2040/verified-sabr (MIT); nasa/HDTN issue 71; the order of routes of CCSDS
734.3-B-1. All times are whole seconds and must come out exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.routes import Route, RouteRequest, find_route, find_routes

Contact = tuple[int, int, float, float, float]


def compiled(contacts: Sequence[Contact]) -> CompiledPlan:
    """Plan of (from, to, start, end, light time) at 1 Mbit/s."""
    rows = pd.DataFrame(contacts, columns=["from", "to", "start_s", "end_s", "owlt_start_s"])
    nodes = {str(number): int(number) for number in {*rows["from"], *rows["to"]}}
    rows = rows.assign(rate_bps=1e6, owlt_end_s=rows["owlt_start_s"])
    rows[["from", "to"]] = rows[["from", "to"]].astype(str)
    return compile_plan(ContactPlan(rows, nodes, TimeBase("relative")))


def best(
    plan: CompiledPlan, source: int, destination: int, at_s: float, strict: bool = False
) -> Route | None:
    return find_route(plan, RouteRequest(str(source), str(destination), at_s, strict=strict))


@pytest.fixture(scope="module")
def tutorial() -> CompiledPlan:
    windows = [
        (1, 2, 0, 60),
        (2, 3, 0, 60),
        (1, 3, 0, 60),
        (3, 4, 0, 30),
        (1, 5, 10, 20),
        (4, 5, 0, 10),
        (4, 5, 30, 40),
        (4, 5, 50, 60),
    ]
    return compiled([(*pair, s, e, 1.0) for a, b, s, e in windows for pair in ((a, b), (b, a))])


def test_tutorial_has_exactly_seven_loop_free_routes(tutorial):
    routes = find_routes(tutorial, RouteRequest("1", "5", 0.0), 20)
    assert [route.arrival_s for route in routes] == [3, 4, 11, 31, 31, 51, 51]
    assert [route.hops[0].to for route in routes[:3]] == ["3", "2", "5"]
    assert routes[0].nodes == ("1", "3", "4", "5")
    assert len({route.contacts for route in routes}) == 7


def test_tutorial_cut_short_gives_the_same_routes_first(tutorial):
    request = RouteRequest("1", "5", 0.0)
    assert find_routes(tutorial, request, 4) == find_routes(tutorial, request, 20)[:4]


def test_two_hops_now_beat_one_later_until_the_window_is_gone():
    plan = compiled([(1, 2, 0, 10, 1), (2, 3, 5, 20, 2), (1, 3, 30, 40, 1)])
    now, later = best(plan, 1, 3, 0.0), best(plan, 1, 3, 25.0)
    assert now is not None
    assert (now.nodes, now.arrival_s) == (("1", "2", "3"), 7)
    assert later is not None
    assert (later.nodes, later.arrival_s) == (("1", "3"), 31)


def test_equal_arrival_goes_by_the_fewest_hops_even_if_the_short_way_is_the_slower_start():
    # Node 4 hears from 2 at once and from 3 much later, yet 4 -> 5 opens later still.
    plan = compiled(
        [(1, 2, 0, 10, 1), (2, 3, 0, 10, 1), (3, 4, 0, 10, 1), (1, 4, 20, 30, 1), (4, 5, 40, 50, 1)]
    )
    route = best(plan, 1, 5, 0.0)
    assert route is not None
    assert (route.arrival_s, route.nodes) == (41, ("1", "4", "5"))


def test_equal_hops_go_by_the_latest_termination():
    plan = compiled([(1, 2, 0, 8, 1), (2, 4, 0, 20, 3), (1, 3, 0, 10, 1), (3, 4, 0, 20, 3)])
    route = best(plan, 1, 4, 0.0)
    assert route is not None
    assert (route.nodes, route.termination_s) == (("1", "3", "4"), 10)


def test_a_later_window_of_the_same_link_may_terminate_later():
    plan = compiled([(1, 2, 0, 10, 1), (1, 2, 20, 90, 1), (2, 3, 50, 60, 1)])
    route = best(plan, 1, 3, 0.0)
    assert route is not None
    assert (route.arrival_s, route.hops[0].start_s, route.termination_s) == (51, 20, 60)


def test_equal_termination_goes_by_the_smaller_entry_node_as_a_number():
    two_hops = compiled([(1, 10, 0, 9, 1), (10, 11, 0, 9, 1), (1, 2, 0, 9, 1), (2, 11, 0, 9, 1)])
    # By way of 10 the bundle is in 20 first, but waits there for the same window.
    three_hops = compiled(
        [(1, 10, 0, 9, 1), (10, 20, 0, 9, 1), (1, 2, 0, 9, 1), (2, 20, 0, 9, 3), (20, 30, 7, 9, 1)]
    )
    for plan, destination in ((two_hops, 11), (three_hops, 30)):
        route = best(plan, 1, destination, 0.0)
        assert route is not None
        assert route.hops[0].to == "2"


def test_closing_instant_is_admitted_unless_strict():
    plan = compiled([(1, 2, 100, 200, 3), (2, 3, 100, 200, 3)])
    route = best(plan, 1, 3, 197.0)
    assert route is not None
    assert route.arrival_s == 203
    assert best(plan, 1, 3, 197.0, strict=True) is None
    assert best(plan, 1, 3, 197.5) is None
