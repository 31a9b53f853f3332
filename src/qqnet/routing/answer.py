"""Routes as programs read them, and why there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qqnet.contacts.timebase import TimeBase
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.routes import Route, RouteRequest, earliest_arrivals, find_route


def answer(routes: Sequence[Route], time_base: TimeBase) -> dict[str, Any]:
    """Say routes as JSON does.

    Parameters
    ----------
    routes : sequence of Route
        In order; empty for no route.
    time_base : TimeBase
        Of the plan.

    Returns
    -------
    dict
        ``found``, and ``routes``: each with ``arrival_s``, ``arrival_utc`` (null where the plan has no
        dates), ``termination_s``, and ``hops`` with ``from``, ``to``, ``start_s``, ``end_s``, ``arrival_s``,
        ``link``, ``contact`` (row of the plan). Times are seconds of the plan's own time base.
    """
    return {"found": bool(routes), "routes": [_route(route, time_base) for route in routes]}


def _route(route: Route, time_base: TimeBase) -> dict[str, Any]:
    return {
        "arrival_s": route.arrival_s,
        "arrival_utc": time_base.utc_text(route.arrival_s),
        "termination_s": route.termination_s,
        "hops": [
            {
                "from": hop.from_,
                "to": hop.to,
                "start_s": hop.start_s,
                "end_s": hop.end_s,
                "arrival_s": hop.arrival_s,
                "link": hop.link,
                "contact": hop.contact,
            }
            for hop in route.hops
        ],
    }


def why_no_route(compiled: CompiledPlan, request: RouteRequest) -> str | None:
    """Find what stands in the way of a request that has no route in an otherwise empty network.

    Conditions are lifted one after the other, from the mildest; the first that opens a way is the reason.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        As asked for.

    Returns
    -------
    str or None
        One sentence; None where there is a route.

    Raises
    ------
    InputError
        For unknown nodes or impossible requests.
    """
    if find_route(compiled, request) is not None:
        return None
    source = compiled.plan.node(request.source)
    destination = compiled.plan.node(request.destination)
    utc = compiled.plan.time_base.utc_text
    at = utc(request.at_s) or f"{request.at_s:g} s"
    late = find_route(compiled, replace(request, deadline_s=math.inf))
    if late is not None:
        when = utc(late.arrival_s) or f"{late.arrival_s:g} s"
        return f"the earliest arrival, {when}, is after the deadline"
    free = replace(request, deadline_s=math.inf)
    if request.size_bytes and find_route(compiled, replace(free, size_bytes=0.0)) is not None:
        return (
            f"no way has contacts that hold {request.size_bytes:g} byte in one piece, though smaller bundles "
            f"get through: largest contact from {source} after {at} holds "
            f"{_largest(compiled, source, request.at_s, 'from'):.6g} byte, to {destination} "
            f"{_largest(compiled, destination, request.at_s, 'to'):.6g} byte"
        )
    free = replace(free, size_bytes=0.0)
    if request.exclude and find_route(compiled, replace(free, exclude=())) is not None:
        return f"every way leads over an excluded node ({', '.join(sorted(request.exclude))})"
    free = replace(free, exclude=())
    if request.strict and find_route(compiled, replace(free, strict=False)) is not None:
        return "the only way sends at the very instant at which a contact ends, which strict refuses"
    rows = compiled.plan.contacts
    if not ((rows["from"] == source) & (rows["end_s"] >= request.at_s)).any():
        return f"{source} has no contact in which it sends, from {at} on"
    if not ((rows["to"] == destination) & (rows["end_s"] >= request.at_s)).any():
        return f"{destination} has no contact in which it receives, from {at} on"
    everyone = compile_plan(compiled.plan, relays=compiled.names)
    through = find_route(everyone, replace(free, strict=False))
    if through is not None:
        users = [name for name in through.nodes[1:-1] if not compiled.network.relays[compiled.index(name)]]
        return f"the only way leads over nodes that do not relay ({', '.join(users)})"
    reached = np.isfinite(earliest_arrivals(compiled, source, request.at_s)).sum() - 1
    return (
        f"the contacts from {at} on lead from {source} to {reached} other nodes, but never to {destination}, "
        "before the plan ends"
    )


def _largest(compiled: CompiledPlan, node: str, at_s: float, column: str) -> float:
    """Bytes of the largest rest of a contact of a node after a time."""
    rows = compiled.plan.contacts
    rows = rows[(rows[column] == node) & (rows["end_s"] > at_s)]
    length_s = rows["end_s"] - np.maximum(rows["start_s"], at_s)
    return float((length_s * rows["rate_bps"]).max() / 8.0) if len(rows) else 0.0
