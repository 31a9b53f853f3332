"""Routes as programs read them, and reasons for there being none."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qqnet.contacts.timebase import TimeBase
from qqnet.routing.answer import answer
from qqnet.routing.graph import compile_plan
from qqnet.routing.no_route import why_no_route
from qqnet.routing.routes import RouteRequest, find_routes

ROWS = [(1, 2, 0, 10, 8000.0, 1, 1, 0), (2, 3, 0, 20, 8000.0, 2, 2, 0), (3, 1, 50, 60, 8000.0, 2, 2, 0)]


def test_answer_has_the_promised_keys(plan_of):
    dated = replace(plan_of(ROWS), time_base=TimeBase("relative", "2031-02-03T04:05:06Z"))
    compiled = compile_plan(dated)
    routes = find_routes(compiled, RouteRequest("1", "3", 0.0), 3)
    found = answer(compiled, routes)
    assert json.loads(json.dumps(found)) == {
        "found": True,
        "routes": [
            {
                "arrival_s": 3.0,
                "arrival_utc": "2031-02-03T04:05:09.000Z",
                "termination_s": 10.0,
                "confidence": 1.0,
                "behind": None,
                "hops": [
                    {
                        "from": "1",
                        "to": "2",
                        "start_s": 0.0,
                        "end_s": 0.0,
                        "arrival_s": 1.0,
                        "link": "0",
                        "contact": 0,
                    },
                    {
                        "from": "2",
                        "to": "3",
                        "start_s": 1.0,
                        "end_s": 1.0,
                        "arrival_s": 3.0,
                        "link": "0",
                        "contact": 1,
                    },
                ],
            }
        ],
    }
    undated = compile_plan(plan_of(ROWS))
    assert answer(undated, []) == {"found": False, "routes": []}
    assert answer(undated, routes)["routes"][0]["arrival_utc"] is None


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (RouteRequest("1", "3", 0.0), None),
        (RouteRequest("1", "3", 0.0, deadline_s=2.0), "the earliest arrival, 3 s, is after the deadline"),
        (RouteRequest("1", "3", 0.0, 15_000.0), "1 after 0 s holds 10000 byte, to 3 20000 byte"),
        (RouteRequest("1", "3", 0.0, exclude=["2"]), r"over an excluded node \(2\)"),
        (RouteRequest("1", "2", 10.0, strict=True), "which strict refuses"),
        (RouteRequest("1", "2", 11.0), "1 has no contact in which it sends, from 11 s on"),
        (RouteRequest("3", "2", 55.0), "2 has no contact in which it receives, from 55 s on"),
        (RouteRequest("1", "4", 0.0), "4 has no contact in which it receives"),
        (RouteRequest("3", "2", 5.0), "lead from 3 to 1 other nodes, but never to 2"),
    ],
)
def test_reasons(request_, reason, plan_of):
    found = why_no_route(compile_plan(plan_of(ROWS, nodes=4)), request_)
    if reason is None:
        assert found is None
    else:
        import re

        assert found is not None
        assert re.search(reason, found)


def test_users_in_the_way_are_named(plan_of):
    compiled = compile_plan(plan_of(ROWS, endpoints=[2]))
    assert why_no_route(compiled, RouteRequest("1", "3", 0.0)) == (
        "the only way leads over nodes that do not relay (2)"
    )
