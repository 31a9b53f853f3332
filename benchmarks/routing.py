"""Time of routing and traffic on generated plans, beside a plain reference search in the same run.

    python benchmarks/routing.py [--queries 100] [--seed 1]

Plans: see `generated_plans.py`. The reference is a node search in plain Python with one bisection a neighbour: it
knows the earliest arrival only, no sizes, no further order. Compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import heapq
import json
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from generated_plans import DAY_S, generated_plan
from qqnet.contacts.plan import ContactPlan
from qqnet.routing.graph import compile_plan
from qqnet.routing.routes import RouteRequest, earliest_arrivals, find_route, find_routes
from qqnet.traffic.flows import Flow
from qqnet.traffic.simulate import simulate


class PlainSearch:
    """Earliest arrival in plain Python, as short as it can be."""

    def __init__(self, plan: ContactPlan):
        self.next: dict[str, dict[str, tuple[list[float], list[float], list[float]]]] = defaultdict(dict)
        for row in plan.contacts.itertuples(index=False):
            sender, receiver, start, end, _, owlt = row[:6]
            windows = self.next[sender].setdefault(receiver, ([], [], []))
            for values, value in zip(windows, (start, end, owlt), strict=True):
                values.append(value)

    def arrival(self, source: str, destination: str, at_s: float) -> float:
        """Earliest arrival of a bundle of no size."""
        best = {source: at_s}
        heap = [(at_s, source)]
        while heap:
            now, node = heapq.heappop(heap)
            if node == destination:
                return now
            if now > best[node]:
                continue
            for receiver, (starts, ends, owlts) in self.next[node].items():
                k = bisect_left(ends, now)
                if k < len(ends):
                    then = max(now, starts[k]) + owlts[k]
                    if then < best.get(receiver, np.inf):
                        best[receiver] = then
                        heapq.heappush(heap, (then, receiver))
        return np.inf


def timed(action: Callable[..., Any], queries: list[tuple[str, str, float]]) -> dict[str, float]:
    """Time one call [ms]."""
    times = []
    for query in queries:
        begin = time.perf_counter()
        action(*query)
        times.append(1e3 * (time.perf_counter() - begin))
    return {"median_ms": float(np.median(times)), "mean_ms": float(np.mean(times)), "max_ms": max(times)}


def measure(nodes: int, contacts: int, queries: int, seed: int) -> dict[str, Any]:
    """All timings of one plan."""
    plan = generated_plan(nodes, contacts, seed)
    begin = time.perf_counter()
    compiled = compile_plan(plan)
    result: dict[str, Any] = {"nodes": nodes, "contacts": contacts}
    result["compile_ms"] = 1e3 * (time.perf_counter() - begin)
    random = np.random.default_rng(seed + 1)
    asked = []
    for _ in range(queries):
        a, b = (str(node + 1) for node in random.choice(nodes, 2, replace=False))
        asked.append((a, b, float(random.integers(0, DAY_S // 2))))
    plain = PlainSearch(plan)
    for source, destination, at_s in asked:
        route = find_route(compiled, RouteRequest(source, destination, at_s))
        reference = plain.arrival(source, destination, at_s)
        if (np.inf if route is None else route.arrival_s) != reference:
            raise SystemExit(f"{source} -> {destination} at {at_s}: {route} against {reference}")
    find_routes(compiled, RouteRequest(*asked[0]), 2)
    result["first"] = timed(lambda *query: find_route(compiled, RouteRequest(*query)), asked)
    result["k10"] = timed(lambda *query: find_routes(compiled, RouteRequest(*query), 10), asked)
    result["tree"] = timed(lambda source, _, at_s: earliest_arrivals(compiled, source, at_s), asked)
    result["plain_first"] = timed(plain.arrival, asked)
    result["plain_over_first"] = result["plain_first"]["median_ms"] / result["first"]["median_ms"]
    return result


def measure_traffic(nodes: int, contacts: int, bundles: int, seed: int) -> dict[str, float]:
    """Bundles a second of the traffic simulation: random pairs over half a day, 1 Mbit each."""
    plan = generated_plan(nodes, contacts, seed)
    random = np.random.default_rng(seed + 2)
    flows = []
    for number in range(bundles // 20):
        a, b = (str(node + 1) for node in random.choice(nodes, 2, replace=False))
        start = float(random.integers(0, 2160))
        flows.append(Flow(f"flow-{number}", a, b, 125_000.0, every_s=2160.0, start_s=start, stop_s=DAY_S / 2))
    simulate(generated_plan(8, 40, seed), [Flow("warm", "1", "2", 1.0, every_s=1e5)])
    begin = time.perf_counter()
    result = simulate(plan, flows)
    elapsed = time.perf_counter() - begin
    sent = result.bundles
    delivered = sent["arrival_s"].notna()
    return {
        "bundles": len(sent),
        "delivered": float(delivered.mean()),
        "mean_delay_s": float((sent["arrival_s"] - sent["created_s"])[delivered].mean()),
        "seconds": elapsed,
        "bundles_per_s": len(sent) / elapsed,
        "hops_per_s": float(sent["hops"].sum()) / elapsed,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report = {
        "routing": [measure(n, c, options.queries, options.seed) for n, c in ((30, 2000), (100, 20000))],
        "traffic": [measure_traffic(n, c, 20_000, options.seed) for n, c in ((30, 2000), (100, 30000))],
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
