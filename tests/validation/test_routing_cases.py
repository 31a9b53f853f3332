"""Published routing cases.

Sources: the contact graph routing tutorial (J. A. Fraire et al., Journal of Network and Computer
Applications 174, 2021) as shipped with HDTN (``cgrTutorial.json``, ``TestYen.cpp``); the plans of
``Tests/SearchTests.lean`` of toxic2040/verified-sabr (MIT); nasa/HDTN issues 65, 71 and 72; ION's Design and
Operation's Guide (light-time margin); the order of routes of CCSDS 734.3-B-1. All times are whole seconds and must
come out exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.routing.explanation import why_not
from qqnet.routing.forwarding import critical_routes
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.multipath import find_multipath
from qqnet.routing.request import ION_MARGIN_SHARE
from qqnet.routing.routes import Route, RouteRequest, find_route, find_routes
from qqnet.routing.through import find_route_through
from qqnet.routing.volumes import book_route, empty_books

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


def test_tutorial_by_neighbour_as_critical_bundles_go(tutorial):
    # The three first next hops of the tutorial's list, each with its best delivery time.
    routes = critical_routes(tutorial, RouteRequest("1", "5", 0.0))
    assert [(route.entry, route.arrival_s) for route in routes] == [("3", 3), ("2", 4), ("5", 11)]


def test_tutorial_route_through_each_contact(tutorial):
    # Of the seven routes, the first that uses the contact; three windows from 4 to 5.
    arrivals = {}
    for row, contact in tutorial.plan.contacts.iterrows():
        found = find_route_through(tutorial, RouteRequest("1", "5", 0.0), int(row)).route
        if found is not None:
            arrivals[contact["from"], contact["to"], contact["start_s"]] = found.arrival_s
    assert arrivals == {
        ("1", "3", 0): 3,
        ("3", "4", 0): 3,
        ("4", "5", 0): 3,
        ("1", "2", 0): 4,
        ("2", "3", 0): 4,
        ("1", "5", 10): 11,
        ("4", "5", 30): 31,
        ("4", "5", 50): 51,
    }


def test_volume_of_the_tutorials_best_route(tutorial):
    # At rate 1 the tutorial gives this route a volume of 8 and first bits from 0 to 8 s: here 1 Mbit/s, so 8 Mbit.
    def first_ways(bits: float) -> tuple[str, ...]:
        route = find_route(tutorial, RouteRequest("1", "5", 0.0, bits / 8.0))
        assert route is not None
        return route.nodes

    # A bundle that is sent whole three times, a second of light apart, has (10 - 2) / 3 s for each.
    assert first_ways(2.6e6) == ("1", "3", "4", "5")
    assert first_ways(2.7e6) != ("1", "3", "4", "5")
    pieces = find_multipath(tutorial, RouteRequest("1", "5", 0.0, 7.5e6 / 8.0))
    assert [share.nodes for share in pieces.shares] == [("1", "3", "4", "5")]
    assert pieces.arrival_s < 11


def test_arrival_at_the_instant_at_which_a_contact_of_a_longer_way_ends():
    # As in 74 -> 29 of a measured plan: over the closing instant sooner in more hops, strictly later in fewer.
    contacts = [(1, 2, 0, 90, 3), (2, 3, 0, 5, 1), (3, 4, 0, 9, 3), (4, 5, 0, 60, 1), (2, 5, 40, 60, 2)]
    plan = compiled(contacts)
    open_end, strict = best(plan, 1, 5, 2.0), best(plan, 1, 5, 2.0, strict=True)
    assert open_end is not None
    assert (open_end.arrival_s, open_end.nodes) == (10, ("1", "2", "3", "4", "5"))
    assert strict is not None
    assert (strict.arrival_s, strict.nodes) == (42, ("1", "2", "5"))
    missed = why_not(plan, RouteRequest("1", "5", 2.0, strict=True), 0)
    assert missed.cause == "ended"
    assert missed.text.startswith("it ends at the very instant at which the bundle can be at 2")


def test_all_windows_of_a_link_are_used_again():
    # nasa/HDTN issue 65: a link of several windows must come up again.
    plan = compiled([(1, 2, 0, 10, 1), (1, 2, 20, 30, 1), (1, 2, 40, 50, 1)])
    arrivals = [best(plan, 1, 2, at_s) for at_s in (0.0, 11.0, 31.0, 51.0)]
    assert [None if route is None else route.arrival_s for route in arrivals] == [1, 21, 41, None]


def test_size_and_class_decide_where_the_volume_is_taken():
    # nasa/HDTN issue 72: the second bundle does not fit behind the first, unless its class is higher.
    plan = compiled([(1, 2, 0, 10, 1), (1, 2, 20, 30, 1)])
    first = find_route(plan, RouteRequest("1", "2", 0.0, 1e6))
    assert first is not None
    books = book_route(plan, empty_books(plan), first)
    arrivals = []
    for priority in range(3):
        route = find_route(plan, RouteRequest("1", "2", 0.0, 1e6, priority=priority), books)
        assert route is not None
        arrivals.append(route.arrival_s)
    assert arrivals == [29, 29, 9]


def test_light_time_margin_of_ions_guide():
    # N + 2 Q with Q = 40 N / 186,000 for N = 1,000 s: 1,000.43 s; unrounded speeds give 1,000.447 s.
    plan = compiled([(1, 2, 0, 10, 1000)])
    route = find_route(plan, RouteRequest("1", "2", 0.0, margin_share=ION_MARGIN_SHARE))
    assert route is not None
    assert route.arrival_s == pytest.approx(1000.43, abs=0.02)
