"""Residual volumes, overbooking, and routing anew after a contact is lost."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.rerouting import make_room, reroute
from qqnet.routing.routes import find_route
from qqnet.routing.volumes import (
    Promise,
    book_route,
    copied,
    displaced,
    empty_books,
    release_route,
    residual_volume,
)

# A quick way over 2, a slow one over 3; the last contact is shared.
ROWS = [
    (1, 2, 0, 10, 8000.0, 1, 1, 0),
    (2, 4, 0, 20, 8000.0, 1, 1, 0),
    (1, 3, 0, 60, 8000.0, 1, 1, 0),
    (3, 4, 30, 60, 8000.0, 1, 1, 0),
]


def booked(compiled, books, request, name):
    route = find_route(compiled, request, books)
    assert route is not None
    return Promise(route, request, name), book_route(compiled, books, route, request.priority)


def row_of(plan, sender, receiver):
    rows = plan.contacts
    return int(rows.index[(rows["from"] == str(sender)) & (rows["to"] == str(receiver))][0])


def test_residual_volume_is_what_the_class_does_not_see_taken(plan_of):
    plan = plan_of(ROWS)
    compiled = compile_plan(plan)
    books = empty_books(compiled)
    assert residual_volume(compiled, books, 0).tolist() == plan.volume_bytes().tolist()
    _, books = booked(compiled, books, RouteRequest("1", "4", 0.0, 3000.0, priority=1), "a")
    first = row_of(plan, 1, 2)
    assert [residual_volume(compiled, books, one)[first] for one in range(3)] == [7000.0, 7000.0, 10_000.0]
    assert residual_volume(compiled, books, 0, from_s=2.0)[first] == 7000.0
    assert residual_volume(compiled, books, 2, from_s=9.0)[first] == 1000.0
    assert residual_volume(compiled, books, 0, from_s=1e9).tolist() == [0.0] * 4
    with pytest.raises(InputError, match="priority 3"):
        residual_volume(compiled, books, 3)


def test_a_released_route_leaves_the_books_as_they_were(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    kept, books = booked(compiled, empty_books(compiled), RouteRequest("1", "4", 0.0, 3000.0), "a")
    before = [residual_volume(compiled, books, one).tolist() for one in range(3)]
    promise, books = booked(compiled, copied(books), RouteRequest("1", "4", 0.0, 2000.0), "b")
    assert [residual_volume(compiled, books, one).tolist() for one in range(3)] != before
    books = release_route(compiled, books, promise.route)
    assert [residual_volume(compiled, books, one).tolist() for one in range(3)] == before
    assert kept.route.hops[0].start_s == 0.0


def test_a_higher_class_takes_time_and_the_losers_are_named_and_moved(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    books, promises = empty_books(compiled), []
    for name, priority in (("bulk", 0), ("normal", 1), ("other", 0)):
        request = RouteRequest("1", "4", 0.0, 3000.0, priority=priority)
        promise, books = booked(compiled, books, request, name)
        promises.append(promise)
    # The bulk bundles see what the normal one was promised; the normal one does not see theirs.
    assert [one.route.hops[0].start_s for one in promises] == [0.0, 0.0, 3.0]
    assert [one.bundle for one in displaced(promises, promises[1].route, 1)] == ["bulk"]
    moved, books = make_room(compiled, books, promises, promises[1].route, 1, now_s=0.0)
    assert [one.promise.bundle for one in moved] == ["bulk"]
    assert moved[0].route is not None
    assert moved[0].route.hops[0].start_s == 6.0
    now = [moved[0].renewed, *promises[1:]]
    urgent, books = booked(compiled, books, RouteRequest("1", "4", 0.0, 9000.0, priority=2), "urgent")
    losers = displaced(now, urgent.route, 2)
    assert [one.bundle for one in losers] == ["normal", "bulk", "other"]
    moved, books = make_room(compiled, books, now, urgent.route, 2, now_s=0.0)
    assert all(one.route is not None for one in moved)
    # One second is left on the quick way: all three go the slow one, the higher class first.
    assert [one.route.nodes for one in moved] == [("1", "3", "4")] * 3
    assert [one.route.hops[1].start_s for one in moved] == [30.0, 33.0, 36.0]
    left = residual_volume(compiled, books, 0)
    assert left[row_of(compiled.plan, 1, 2)] == 1000.0
    assert left[row_of(compiled.plan, 1, 3)] == 51_000.0


def test_one_that_is_cut_off_while_it_is_sent_stays_with_its_sender(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    bulk, books = booked(
        compiled, empty_books(compiled), RouteRequest("1", "4", 0.0, 6000.0, priority=0), "bulk"
    )
    urgent, books = booked(compiled, books, RouteRequest("1", "4", 4.0, 3000.0, priority=2), "urgent")
    moved, _ = make_room(compiled, books, [bulk], urgent.route, 2, now_s=4.0)
    assert (moved[0].node, moved[0].at_s) == ("1", 4.0)
    assert moved[0].route is not None
    assert moved[0].route.nodes == ("1", "3", "4")


@pytest.mark.parametrize(
    ("now_s", "lost", "node", "at_s", "nodes"),
    [
        (0.0, (2, 4), "1", 0.0, ("1", "3", "4")),
        (2.0, (1, 2), "1", 2.0, ("1", "3", "4")),
        (2.0, (2, 4), "2", 4.0, None),
        (4.5, (2, 4), "2", 4.5, None),
        (7.5, (2, 4), "4", 8.0, None),
        (1.0, (3, 4), "2", 4.0, ("2", "4")),
    ],
)
def test_a_bundle_goes_on_from_where_it_is(now_s, lost, node, at_s, nodes, plan_of):
    # Sent 0 to 3 s by node 1, 4 to 7 s by node 2, there at 8 s.
    plan = plan_of(ROWS)
    compiled = compile_plan(plan)
    promise, books = booked(compiled, empty_books(compiled), RouteRequest("1", "4", 0.0, 3000.0), "a")
    found, books = reroute(compiled, books, promise, now_s=now_s, lost=[row_of(plan, *lost)])
    assert (found.node, found.at_s) == (node, at_s)
    assert (None if found.route is None else found.route.nodes) == nodes
    if found.route is not None:
        assert found.renewed is not None
        assert row_of(plan, *lost) in found.renewed.request.exclude_contacts
        assert found.renewed.request.source == node
    used = sum(residual_volume(compiled, empty_books(compiled), 0) - residual_volume(compiled, books, 0))
    hops_sent = (node != "1") + (node == "4")
    assert used == 3000.0 * (hops_sent + (0 if found.route is None else len(found.route.hops)))
    assert np.all(residual_volume(compiled, books, 2) == plan.volume_bytes())
