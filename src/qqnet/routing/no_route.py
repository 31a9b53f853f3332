"""Why there is no route at all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qqnet.routing.graph import RATE, CompiledPlan
from qqnet.routing.request import NO_OVERHEAD, RouteRequest
from qqnet.routing.routes import earliest_arrivals, find_route


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
    free = replace(request, deadline_s=math.inf)
    late = find_route(compiled, free) if request.deadline_s < math.inf else None
    if late is not None:
        when = utc(late.arrival_s) or f"{late.arrival_s:g} s"
        return f"the earliest arrival, {when}, is after the deadline"
    if request.sent_bytes and find_route(compiled, _small(free)) is not None:
        return (
            f"no way has contacts that hold {request.sent_bytes:g} byte in one piece, though smaller bundles "
            f"get through: largest contact from {source} after {at} holds "
            f"{_largest(compiled, source, request.at_s, compiled.network.sender):.6g} byte, to {destination} "
            f"{_largest(compiled, destination, request.at_s, compiled.network.receiver):.6g} byte"
        )
    free = _small(free)
    for change, words in _lifted(request):
        free = replace(free, **change)
        if find_route(compiled, free) is not None:
            return words
    network, here, there = compiled.network, compiled.index(source), compiled.index(destination)
    ahead = network.end >= request.at_s - compiled.origin_s
    if not (ahead & (network.sender == here)).any():
        return f"{source} has no contact in which it sends, from {at} on"
    if not (ahead & (network.receiver == there)).any():
        return f"{destination} has no contact in which it receives, from {at} on"
    everyone = replace(compiled, network=network._replace(relays=np.ones_like(network.relays)))
    through = find_route(everyone, free)
    if through is not None:
        users = [name for name in through.nodes[1:-1] if not compiled.network.relays[compiled.index(name)]]
        return f"the only way leads over nodes that do not relay ({', '.join(users)})"
    reached = np.isfinite(earliest_arrivals(compiled, source, request.at_s)).sum() - 1
    return (
        f"the contacts from {at} on lead from {source} to {reached} other nodes, but never to {destination}, "
        "before the plan ends"
    )


def _small(request: RouteRequest) -> RouteRequest:
    return replace(request, size_bytes=0.0, overhead=NO_OVERHEAD)


def _lifted(request: RouteRequest) -> Iterator[tuple[dict[str, Any], str]]:
    """Conditions that the request makes, each with what to say if its end opens a way."""
    if request.margin_s or request.margin_share:
        words = "every way misses a contact once the margin is added to the light times"
        yield {"margin_s": 0.0, "margin_share": 0.0}, words
    if request.exclude:
        yield {"exclude": ()}, f"every way leads over an excluded node ({', '.join(sorted(request.exclude))})"
    if request.exclude_contacts or request.exclude_links:
        what = [*map(str, sorted(request.exclude_contacts)), *sorted(request.exclude_links)]
        words = f"every way leads over an excluded contact or link ({', '.join(what)})"
        yield {"exclude_contacts": (), "exclude_links": ()}, words
    if request.least_confidence:
        words = f"every way has a contact less sure than {request.least_confidence:g}"
        yield {"least_confidence": 0.0}, words
    if request.strict:
        words = "the only way sends at the very instant at which a contact ends, which strict refuses"
        yield {"strict": False}, words


def _largest(compiled: CompiledPlan, node: str, at_s: float, ends: NDArray[np.int32]) -> float:
    """Bytes of the largest rest of a contact of a node after a time."""
    network = compiled.network
    mine = ends == compiled.index(node)
    length_s = network.end[mine] - np.maximum(network.start[mine], at_s - compiled.origin_s)
    rate_bps = network.contact[mine, RATE]
    return float((length_s * rate_bps).max(initial=0.0) / 8.0)
