"""The best route through a contact, and why contacts are not used, against an exhaustive search."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.routing.explanation import behind, why_not
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import SABR_OVERHEAD, RouteRequest
from qqnet.routing.route import order_of
from qqnet.routing.routes import find_route, find_routes
from qqnet.routing.through import find_route_through
from qqnet.routing.volumes import book_route, empty_books

seeds = st.integers(0, 2**32)


@settings(max_examples=100, deadline=None)
@given(number=st.integers(0, 59), seed=seeds, promised=st.lists(seeds, max_size=3))
def test_route_through_every_contact_is_the_best_of_all_that_use_it(number, seed, promised, few_networks):
    compiled, reference = few_networks.compiled, few_networks.reference(number)
    request, books = few_networks.request(number, seed), empty_books(compiled)
    for other in promised:
        asked = few_networks.request(number, other, plain=True)
        route = find_route(compiled, asked, books)
        if route is not None:
            books = book_route(compiled, books, route, asked.priority)
            reference.book(route.contacts, asked)
    every = list(reference.routes(request))
    best = min(every, default=None)
    for row in few_networks.rows(number):
        expected = min((one for one in every if row in one[1]), default=None)
        found = find_route_through(compiled, request, row, books)
        assert found.certain
        assert (found.route is None) == (expected is None)
        reason = why_not(compiled, request, row, books)
        if expected is None:
            assert reason.cause not in {"used", "later", "tie", "unknown"}
            assert (reason.through is not None) == (reason.cause == "deadline")
            continue
        assert found.route is not None
        assert order_of(compiled, found.route)[:3] == expected[0][:3]
        assert int(found.route.entry) == expected[0][3]
        assert row in found.route.contacts
        if reason.cause == "used":
            assert expected[0] == best[0]
            continue
        assert reason.behind is not None
        keys = {"arrival": 0, "hops": 1, "termination": 2, "entry": 3}
        differing = [key for key, place in keys.items() if expected[0][place] != best[0][place]]
        assert reason.behind.key == (differing[0] if differing else "contacts")
        assert reason.cause == ("later" if reason.behind.key == "arrival" else "tie")
        if differing:
            place = keys[differing[0]]
            assert reason.behind.by == expected[0][place] - best[0][place]


def test_two_parts_that_want_the_same_node_are_told_apart(plan_of):
    # To be quick both parts want node 3; the route takes 4 before the contact, so that 3 is free behind it.
    rows = [
        (1, 3, 0, 99, 8.0, 1, 1, 0),
        (3, 5, 0, 99, 8.0, 1, 1, 0),
        (1, 4, 0, 99, 8.0, 5, 5, 0),
        (4, 5, 0, 99, 8.0, 5, 5, 0),
        (5, 6, 0, 99, 8.0, 1, 1, 0),
        (6, 3, 0, 99, 8.0, 1, 1, 0),
        (3, 2, 0, 99, 8.0, 1, 1, 0),
    ]
    plan = plan_of(rows)
    row = int(plan.contacts.index[(plan.contacts["from"] == "5")][0])
    found = find_route_through(compile_plan(plan), RouteRequest("1", "2", 0.0), row)
    assert found.route is not None
    assert found.route.nodes == ("1", "4", "5", "6", "3", "2")
    assert found.route.arrival_s == 13.0


CASES = [
    (1, 2, 0, 10, 8000.0, 1, 1, "a"),
    (2, 3, 0, 20, 8000.0, 2, 2, "a"),
    (1, 3, 30, 60, 8000.0, 2, 2, "b"),
    (3, 1, 50, 60, 8000.0, 2, 2, "a"),
    (2, 3, 40, 44, 8000.0, 2, 2, "b", 0.5),
    (2, 4, 0, 60, 8000.0, 1, 1, "a"),
    (5, 3, 0, 60, 8000.0, 1, 1, "a"),
    (1, 6, 0, 60, 8000.0, 1, 1, "c"),
    (6, 3, 0, 2, 8000.0, 9, 9, "c"),
]


@pytest.mark.parametrize(
    ("ends", "change", "cause", "words"),
    [
        ((1, 2), {}, "used", "the best route uses it"),
        ((1, 3), {}, "later", "1 -> 3: arrives 29 s later"),
        ((2, 3, 40), {}, "later", "arrives 39 s later"),
        ((3, 1), {}, "direction", "leaves 3, where"),
        ((2, 4), {}, "not_onwards", "from 4 no way leads on to 3"),
        ((5, 3), {}, "not_reached", "never gets to 5"),
        ((1, 6), {}, "later", "1 -> 6 -> 3: arrives"),
        ((6, 3), {"at_s": 5.0}, "ended", "it ends 4 s before the bundle can be at 6, which is 6 s"),
        (
            (1, 2),
            {"size_bytes": 20_000.0},
            "too_small",
            "holds 10000 byte once .* it needs 20000 byte in one piece",
        ),
        ((1, 2), {"size_bytes": 9_950.0, "overhead": SABR_OVERHEAD}, "too_small", "it needs 10248.5 byte"),
        ((2, 3), {"size_bytes": 20_000.0}, "not_reached", "never gets to 2, a smaller one would"),
        ((1, 3), {"deadline_s": 20.0}, "deadline", "arrives 32 s, after the deadline"),
        ((1, 2), {"exclude": ["2"]}, "excluded", "the request excludes 2"),
        ((1, 3), {"exclude_links": ["b"]}, "excluded", "excludes its link b"),
        ((2, 3, 40), {"least_confidence": 0.9}, "confidence", "its confidence is 0.5, the request wants 0.9"),
    ],
)
def test_causes_in_words(ends, change, cause, words, plan_of):
    plan = plan_of(CASES)
    rows = plan.contacts
    here = (rows["from"] == str(ends[0])) & (rows["to"] == str(ends[1]))
    row = int(rows.index[here & (rows["start_s"] >= (ends[2] if len(ends) > 2 else 0))][0])
    request = replace(RouteRequest("1", "3", 0.0), **change)
    found = why_not(compile_plan(plan), request, row)
    assert found.cause == cause, found.text
    import re

    assert re.search(words, found.text), found.text


def test_promised_contacts_and_users_are_causes(plan_of):
    users = compile_plan(plan_of(CASES, endpoints=[2, 6]))
    causes = [why_not(users, RouteRequest("1", "3", 0.0), row).cause for row in range(len(CASES))]
    assert causes.count("no_relay") == 6
    assert "used" in causes
    compiled = compile_plan(plan_of(CASES))
    request = RouteRequest("1", "2", 0.0, 6_000.0)
    first = find_route(compiled, request)
    assert first is not None
    books = book_route(compiled, empty_books(compiled), first)
    found = why_not(compiled, request, first.contacts[0], books)
    assert (found.cause, found.through) == ("booked", None)
    assert why_not(compiled, replace(request, priority=2), first.contacts[0], books).cause == "used"


def test_runners_up_say_by_which_key_they_lose(plan_of):
    rows = [
        (1, 3, 0, 90, 8.0, 1, 1, 0),
        (3, 2, 0, 90, 8.0, 1, 1, 0),
        (1, 4, 0, 90, 8.0, 1, 1, 0),
        (4, 2, 0, 90, 8.0, 1, 1, 0),
        (1, 5, 0, 80, 8.0, 1, 1, 0),
        (5, 2, 0, 90, 8.0, 1, 1, 0),
        (1, 6, 0, 90, 8.0, 0, 0, 0),
        (6, 4, 0, 90, 8.0, 1, 1, 0),
        (1, 2, 0, 90, 8.0, 7, 7, 0),
    ]
    compiled = compile_plan(plan_of(rows))
    best, *others = find_routes(compiled, RouteRequest("1", "2", 0.0), 5)
    said = [behind(compiled, best, one) for one in others]
    assert [(one.key, one.by) for one in said] == [
        ("entry", 1.0),
        ("termination", 10.0),
        ("hops", 1.0),
        ("arrival", 5.0),
    ]
    assert [one.words for one in said][-2:] == ["same arrival, 1 hop more", "arrives 5 s later"]
    assert behind(compiled, best, best).key == "contacts"


def test_rows_that_there_are_not_are_refused(plan_of):
    with pytest.raises(InputError, match="not a row of this plan, which has 9"):
        why_not(compile_plan(plan_of(CASES)), RouteRequest("1", "3", 0.0), 9)
