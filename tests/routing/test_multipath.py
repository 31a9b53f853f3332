"""A volume spread over several routes."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.routing.multipath import book_spread, find_multipath
from qqnet.routing.request import Overhead, RouteRequest
from qqnet.routing.routes import find_route
from qqnet.routing.volumes import book_route, empty_books, residual_volume

seeds = st.integers(0, 2**32)


@settings(max_examples=120, deadline=None)
@given(number=st.integers(0, 59), seed=seeds, promised=st.lists(seeds, max_size=3), size=st.integers(1, 40))
def test_all_of_it_arrives_no_later_than_in_one_piece_and_within_the_contacts(
    number, seed, promised, size, few_networks
):
    compiled, reference = few_networks.compiled, few_networks.reference(number)
    request, books = (
        replace(few_networks.request(number, seed), size_bytes=float(size)),
        empty_books(compiled),
    )
    for other in promised:
        asked = few_networks.request(number, other, plain=True)
        route = find_route(compiled, asked, books)
        if route is not None:
            books = book_route(compiled, books, route, asked.priority)
            reference.book(route.contacts, asked)
    before = residual_volume(compiled, books, request.priority)
    spread = find_multipath(compiled, request, books, most_pieces=8)
    assert residual_volume(compiled, books, request.priority).tolist() == before.tolist()
    assert sum(share.size_bytes for share in spread.shares) + spread.missing_bytes == size
    if spread.single is not None:
        assert spread.missing_bytes == 0.0
        assert spread.arrival_s <= spread.single.arrival_s
        assert spread.gain_s >= 0.0
    sent = defaultdict(list)
    for row in few_networks.rows(number):
        sent[row] = reference.promised(row, request.priority)
    for route in spread.routes:
        assert route.arrival_s <= request.deadline_s
        now = request.at_s
        for hop in route.hops:
            start, end = reference.contacts[hop.contact][2:4]
            assert max(now, start) <= hop.start_s <= hop.end_s <= end
            assert all(hop.end_s <= other[0] or other[1] <= hop.start_s for other in sent[hop.contact])
            sent[hop.contact].append((hop.start_s, hop.end_s))
            now = hop.arrival_s
    after = residual_volume(
        compiled, book_spread(compiled, books, spread, request.priority), request.priority
    )
    assert (after >= 0.0).all()


def test_two_equal_ways_halve_the_time_and_hops_overlap(plan_of):
    # 64 byte at 8 bit/s: 64 s in one piece straight, 32 s over both ways; each way alone is a single hop.
    rows = [(1, 2, 0, 90, 8.0, 1, 1, 0), (1, 2, 0, 90, 8.0, 1, 1, 1)]
    spread = find_multipath(compile_plan(plan_of(rows)), RouteRequest("1", "2", 0.0, 64.0))
    assert spread.single is not None
    assert (spread.single.arrival_s, spread.arrival_s, spread.gain_s) == (65.0, 33.0, 32.0)
    assert [share.size_bytes for share in spread.shares] == [32.0, 32.0]
    # Over three hops one piece is sent three times in turn: 3 * 65 s. In n pieces: (n + 2) * 64 / n + 3 s.
    rows = [(n, n + 1, 0, 900, 8.0, 1, 1, 0) for n in (1, 2, 3)]
    spread = find_multipath(compile_plan(plan_of(rows)), RouteRequest("1", "4", 0.0, 64.0))
    assert spread.single is not None
    assert spread.single.arrival_s == 195.0
    assert len(spread.routes) == 64
    assert spread.arrival_s == 69.0


def test_what_fits_no_contact_whole_gets_through_in_pieces(plan_of):
    rows = [(1, 2, 10 * n, 10 * n + 4, 8.0, 1, 1, 0) for n in range(5)]
    compiled = compile_plan(plan_of(rows))
    spread = find_multipath(compiled, RouteRequest("1", "2", 0.0, 16.0))
    assert spread.single is None
    assert (spread.missing_bytes, spread.arrival_s, spread.gain_s) == (0.0, 35.0, math.inf)
    late = find_multipath(compiled, RouteRequest("1", "2", 0.0, 16.0, deadline_s=26.0))
    assert (late.missing_bytes, late.gain_s) == (4.0, -math.inf)
    nothing = find_multipath(compiled, RouteRequest("2", "1", 0.0, 16.0))
    assert (nothing.routes, nothing.missing_bytes, nothing.arrival_s) == ((), 16.0, math.inf)


def test_overhead_of_every_piece_sets_an_end_to_cutting(plan_of):
    rows = [(n, n + 1, 0, 9000, 8.0, 0, 0, 0) for n in (1, 2)]
    compiled = compile_plan(plan_of(rows))
    request = RouteRequest("1", "3", 0.0, 64.0, overhead=Overhead(least_bytes=1.0))
    spread = find_multipath(compiled, request)
    # In n pieces: (n + 1) * (64 / n + 1) s, least at n = 8.
    assert (len(spread.routes), spread.arrival_s) == (8, 81.0)


def test_nothing_and_no_piece_are_refused(plan_of):
    compiled = compile_plan(plan_of([(1, 2, 0, 9, 8.0, 1, 1, 0)]))
    with pytest.raises(InputError, match="nothing to spread"):
        find_multipath(compiled, RouteRequest("1", "2", 0.0))
    with pytest.raises(InputError, match="at least 1"):
        find_multipath(compiled, RouteRequest("1", "2", 0.0, 1.0), most_pieces=0)
