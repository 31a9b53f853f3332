"""Example routes: the earliest-arrival way of every flow at several start times."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qqnet.routing.graph import compile_plan
from qqnet.routing.routes import Hop, Route, RouteRequest, find_route

if TYPE_CHECKING:
    from qqnet.study.study import Study


@dataclass(frozen=True)
class FlowRoute:
    """The way of a small bundle of a flow that is at its source at a time.

    Attributes
    ----------
    flow : str
        Name of the flow.
    at_s : float
        When the bundle is ready [TDB s past J2000].
    route : Route or None
        None where there is no way before the end of the plan.
    """

    flow: str
    at_s: float
    route: Route | None

    @property
    def latency_s(self) -> float | None:
        """From ready to received [s]; None without a route."""
        return None if self.route is None else self.route.arrival_s - self.at_s


def flow_routes(study: Study, advance: Callable[[float], None]) -> list[FlowRoute]:
    """Route a bundle of size zero for each flow at evenly spread times; `advance` is told the share done.

    Size zero asks for the network's own latency, that of the first bit; `qqnet.study.flows` says what becomes
    of whole messages.
    """
    scenario = study.scenario
    compiled = compile_plan(study.contacts)
    count = scenario.compute.route_starts
    found = []
    for n, flow in enumerate(scenario.flows):
        for k in range(count):
            at_s = scenario.time.start_s + k * scenario.time.duration / count
            request = RouteRequest(flow.source, flow.destination, at_s)
            found.append(FlowRoute(flow.name, at_s, find_route(compiled, request)))
        advance((n + 1) / len(scenario.flows))
    return found


def write(routes: list[FlowRoute], path: Path) -> None:
    """Write routes as JSON."""
    path.write_text(json.dumps([asdict(route) for route in routes], indent=1), encoding="utf-8")


def read(path: Path) -> list[FlowRoute]:
    """Read routes that `write` wrote."""
    return [_read_one(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def _read_one(entry: dict[str, Any]) -> FlowRoute:
    route = entry["route"]
    if route is not None:
        hops = tuple(Hop(**hop) for hop in route["hops"])
        route = Route(route["arrival_s"], hops, route["termination_s"])
    return FlowRoute(entry["flow"], entry["at_s"], route)
