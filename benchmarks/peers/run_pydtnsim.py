"""Routes by pydtnsim 0.1.1, for the benchmarks: one JSON object in, one out.

Runs in the environment `.venv-peers/pydtnsim` of `make peers` and imports nothing of QQNet. Times are CPU time of
this process, of the peer's own calls alone. The peer leaves out light times when it routes: who reads the answer
must time its contacts again. It knows no tree of arrivals.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import time
from importlib.metadata import version

from pydtnsim import ContactGraph, ContactIdentifier, ContactPlan
from pydtnsim.routing.cgr_utils import cgr_neighbor_function
from pydtnsim.routing.dijkstra import get_best_route


def plan_of(path):
    """Contact plan of a QQNet CSV plan, in the peer's milliseconds and bits a millisecond."""
    plan = ContactPlan(1, 1)
    with open(path, newline="") as file:
        file.readline()
        for row in csv.DictReader(file):
            start, end, owlt = (int(1e3 * float(row[key])) for key in ("start_s", "end_s", "owlt_start_s"))
            rate = 1e-3 * float(row["rate_bps"])
            plan.add_contact(row["from"], row["to"], start, end, rate, owlt, bidirectional=False)
    return plan


def terminal(node):
    return ContactIdentifier(node, node, 0, math.inf, math.inf, 0)


def best_routes(graph, source, destination, at_s, k):
    """Best route, then again without the contact of the last one that ends first, up to k times."""
    routes, suppressed = [], []
    while len(routes) < k:
        found, _ = get_best_route(
            terminal(source),
            terminal(destination),
            graph,
            cgr_neighbor_function,
            int(1e3 * at_s),
            hashes=graph.hashes,
            suppressed_contacts=suppressed,
        )
        if found is None:
            break
        routes.append(found[1:-1])
        suppressed.append(min(routes[-1], key=lambda contact: contact.to_time))
    return routes


def measured(graph, asked, k):
    times, routes = [], []
    for ask in asked:
        begin = time.thread_time()
        found = best_routes(graph, *ask, k)
        times.append(1e3 * (time.thread_time() - begin))
        routes.append([[(c.from_node, c.to_node, c.from_time / 1e3) for c in route] for route in found])
    return {"ms": times, "routes": routes}


def main():
    request = json.load(sys.stdin)
    plan = plan_of(request["plan"])
    begin = time.thread_time()
    graph = ContactGraph(plan)
    answer = {"load_s": time.thread_time() - begin}
    first = measured(graph, request["asked"][: request["first"]], 1)
    answer["first"] = {
        "ms": first["ms"],
        "routes": [found[0] if found else None for found in first["routes"]],
    }
    answer["first_ending"] = measured(graph, request["asked"][: request["first_ending"]], request["k"])
    answer["version"] = version("pydtnsim")
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
