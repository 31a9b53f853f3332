"""Margins, overheads and conditions of a request."""

from __future__ import annotations

import math

import pytest

from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import ION_MARGIN_SHARE, SABR_OVERHEAD, Overhead, RouteRequest
from qqnet.routing.routes import find_route

ROWS = [(1, 2, 0, 1000, 8000.0, 600, 600, "x", 0.9), (2, 3, 0, 1000.25, 8000.0, 100, 100, "y", 0.8)]


@pytest.mark.parametrize(("size", "sent"), [(0.0, 100.0), (1000.0, 1100.0), (4000.0, 4120.0), (1e6, 1.03e6)])
def test_overhead_of_the_standard_is_three_percent_and_at_least_100_bytes(size, sent):
    assert SABR_OVERHEAD.total_bytes(size) == sent


def test_headers_count_as_the_bundle():
    assert Overhead(header_bytes=100.0, share=0.03, least_bytes=1.0).total_bytes(900.0) == 1030.0


def test_margin_of_ion_is_two_nodes_at_150000_miles_an_hour():
    # ION's guide rounds: N + 2 Q seconds with Q = 40 N / 186,000.
    assert pytest.approx(2.0 * 40.0 / 186_000.0, rel=0.05) == ION_MARGIN_SHARE
    assert 0.59 < ION_MARGIN_SHARE * 1335.0 < 0.60


def test_margins_put_off_arrival_and_what_follows(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    plain = find_route(compiled, RouteRequest("1", "3", 0.0))
    with_margin = find_route(compiled, RouteRequest("1", "3", 0.0, margin_s=2.0, margin_share=0.01))
    assert plain is not None
    assert with_margin is not None
    assert plain.arrival_s == 700.0
    assert with_margin.hops[1].start_s == 608.0
    assert with_margin.arrival_s == pytest.approx(711.0, abs=1e-9)
    assert find_route(compiled, RouteRequest("1", "3", 399.5, margin_s=1.0)) is None
    assert find_route(compiled, RouteRequest("1", "3", 399.5)) is not None


def test_overhead_takes_time(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    route = find_route(compiled, RouteRequest("1", "2", 0.0, 1000.0, overhead=SABR_OVERHEAD))
    assert route is not None
    assert route.hops[0].end_s == 1.1


def test_confidence_is_a_product_and_a_condition(plan_of):
    compiled = compile_plan(plan_of(ROWS))
    route = find_route(compiled, RouteRequest("1", "3", 0.0, least_confidence=0.8))
    assert route is not None
    assert route.confidence == pytest.approx(0.72, abs=1e-15)
    assert find_route(compiled, RouteRequest("1", "3", 0.0, least_confidence=0.81)) is None


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"priority": 3}, "priority 3 is not 0"),
        ({"margin_s": -1.0}, "margins -1.0 s"),
        ({"margin_share": math.nan}, "margins"),
        ({"deadline_s": math.nan}, "deadline"),
        ({"least_confidence": 1.5}, "1.5 is not between 0 and 1"),
        ({"exclude_contacts": [2]}, "contact 2 is not a row of this plan, which has 2"),
        ({"exclude_links": ["z"]}, "link 'z' is not in this plan"),
    ],
)
def test_impossible_conditions_are_refused(conditions, message, plan_of):
    with pytest.raises(InputError, match=message):
        find_route(compile_plan(plan_of(ROWS)), RouteRequest("1", "3", 0.0, **conditions))


def test_impossible_overheads_are_refused():
    with pytest.raises(InputError, match="overhead"):
        Overhead(share=-0.1)
