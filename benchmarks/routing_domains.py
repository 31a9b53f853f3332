"""What routing by domains costs, and what spreading a volume brings, on generated plans.

    python benchmarks/routing_domains.py [--queries 200] [--seed 1] [--json]

Plans: domains of nodes that see each other for 300 to 1,800 s at a time with light times of 1 to 3 s. Trunks lead
between border nodes, with light times of 2 to 1,041 s, as in ``benchmarks/routing.py``; 24 h, 1 MB/s, whole
seconds.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.routing.domains import DomainPlans, find_route_by_domains
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.multipath import find_multipath
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import find_route

DAY_S = 86400


@dataclass(frozen=True)
class Shape:
    """Size of a generated plan."""

    domains: int
    nodes_each: int
    borders_each: int
    contacts: int
    trunk_share: float


SHAPES = (
    Shape(4, 25, 25, 20_000, 0.15),
    Shape(4, 25, 3, 20_000, 0.15),
    Shape(10, 30, 3, 60_000, 0.1),
    Shape(10, 30, 3, 60_000, 0.02),
)
COLUMNS = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "link"]


def plan_of_domains(shape: Shape, seed: int) -> tuple[ContactPlan, dict[str, str]]:
    """Make a plan, and the domain of each node; node n is in domain n modulo their number."""
    random = np.random.default_rng(seed)
    nodes = shape.domains * shape.nodes_each
    rows, owlt = [], {}
    while len(rows) < shape.contacts:
        trunk = random.random() < shape.trunk_share
        a, b = (int(node) for node in random.integers(0, nodes, 2))
        if a == b or (a % shape.domains != b % shape.domains) != trunk:
            continue
        if trunk and max(a, b) // shape.domains >= shape.borders_each:
            continue
        start = int(random.integers(0, DAY_S - 300))
        end = min(start + int(random.integers(300, 1801)), DAY_S)
        pair = (min(a, b), max(a, b))
        light = owlt.setdefault(pair, int(random.integers(2, 1042) if trunk else random.integers(1, 4)))
        # A link for each contact: what overlaps is another pair of terminals.
        rows += [(str(x), str(y), start, end, 8e6, light, light, str(len(rows))) for x, y in ((a, b), (b, a))]
    names = {str(node): node + 1 for node in range(nodes)}
    plan = ContactPlan(pd.DataFrame(rows, columns=COLUMNS), names, TimeBase("relative"))
    return plan, {str(node): str(node % shape.domains) for node in range(nodes)}


def asked(compiled: CompiledPlan, domains: dict[str, str], queries: int, seed: int) -> list[RouteRequest]:
    """Random pairs of different domains over the first half of the day."""
    random, found = np.random.default_rng(seed + 1), []
    while len(found) < queries:
        a, b = (compiled.names[one] for one in random.choice(len(compiled.names), 2, replace=False))
        if domains[a] != domains[b]:
            found.append(RouteRequest(a, b, float(random.integers(0, DAY_S // 2))))
    return found


def measure_domains(shape: Shape, queries: int, seed: int) -> dict[str, Any]:
    """Time and arrival of routes by domains beside those of the whole plan."""
    plan, domains = plan_of_domains(shape, seed)
    compiled = compile_plan(plan)
    begin = time.perf_counter()
    plans = DomainPlans(compiled, domains)
    known = [plans.known_contacts(name) for name in plans.names]
    cut_s = time.perf_counter() - begin
    requests = asked(compiled, domains, queries, seed)
    find_route(compiled, requests[0])
    find_route_by_domains(plans, requests[0])
    late_s, flat_s, parts_s, stuck = [], [], [], 0
    for request in requests:
        begin = time.perf_counter()
        flat = find_route(compiled, request)
        flat_s.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        parts = find_route_by_domains(plans, request)
        parts_s.append(time.perf_counter() - begin)
        if flat is None:
            continue
        if parts.route is None:
            stuck += 1
        else:
            late_s.append(parts.route.arrival_s - flat.arrival_s)
    return {
        "nodes": len(compiled.names),
        "contacts": len(plan),
        "domains": shape.domains,
        "borders": shape.borders_each,
        "known_contacts": max(known),
        "cut_ms": 1e3 * cut_s,
        "flat_ms": 1e3 * float(np.median(flat_s)),
        "by_domains_ms": 1e3 * float(np.median(parts_s)),
        "same": float(np.mean(np.array(late_s) <= 0.0)),
        "later_p50_s": float(np.median(late_s)),
        "later_p95_s": float(np.percentile(late_s, 95)),
        "later_max_s": max(late_s),
        "stuck": stuck,
    }


def measure_spread(size_bytes: float, queries: int, seed: int) -> dict[str, Any]:
    """Delivery of a volume in one piece and spread, on the first shape."""
    plan, domains = plan_of_domains(SHAPES[0], seed)
    compiled = compile_plan(plan)
    one, many, seconds, ways = [], [], [], []
    for request in asked(compiled, domains, queries, seed):
        whole = RouteRequest(request.source, request.destination, request.at_s, size_bytes)
        begin = time.perf_counter()
        spread = find_multipath(compiled, whole)
        seconds.append(time.perf_counter() - begin)
        if spread.single is not None:
            one.append(spread.single.arrival_s - request.at_s)
            many.append(spread.arrival_s - request.at_s)
            ways.append(len(spread.shares))
    return {
        "size_bytes": size_bytes,
        "single_s": float(np.median(one)),
        "spread_s": float(np.median(many)),
        "ways": float(np.median(ways)),
        "ms": 1e3 * float(np.median(seconds)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="the default; for other programs")
    options = parser.parse_args()
    report = {
        "domains": [measure_domains(shape, options.queries, options.seed) for shape in SHAPES],
        "spread": [measure_spread(size, options.queries // 4, options.seed) for size in (1e7, 1e8, 1e9)],
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
