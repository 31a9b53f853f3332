"""How routing grows with the plan: up to 1,000 nodes and 1,000,000 contacts.

    python benchmarks/growth.py [--seed 1] [--size NODES CONTACTS]

Each plan in a process of its own, for its memory. Times are CPU time; those of the plain Python search and of
aiodtnsim stand beside, for fewer questions, and their arrivals are compared.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from generated_plans import asked, generated_plan
from peer_environments import run_peer
from plain_search import PlainSearch
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.tables import write_csv
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.routes import RouteRequest, earliest_arrivals, find_route, find_routes
from timing import peak_mb, seconds, summed, timed

SIZES: Final = ((30, 2_000), (100, 20_000), (300, 100_000), (1_000, 1_000_000))
K: Final = 10
QUERIES, FEW_QUERIES = 100, 20


def array_mb(compiled: CompiledPlan) -> float:
    """Memory of the arrays that are searched [MB]."""
    return sum(part.nbytes for part in compiled.network if isinstance(part, np.ndarray)) / 2**20


def measure(nodes: int, contacts: int, seed: int) -> dict[str, Any]:
    """Everything about a plan of one size."""
    small = compile_plan(generated_plan(8, 40, seed))
    find_route(small, RouteRequest("1", "2", 0.0))
    find_routes(small, RouteRequest("1", "2", 0.0), 2)
    earliest_arrivals(small, "1", 0.0)
    before_mb = peak_mb()
    generate_s, plan = seconds(lambda: generated_plan(nodes, contacts, seed))
    compile_s, compiled = seconds(lambda: compile_plan(plan))
    questions = asked(nodes, QUERIES, seed + 1)
    few = questions[:FEW_QUERIES]
    # The very first question also fills what a plan keeps about its links.
    once_s, _ = seconds(lambda: find_route(compiled, RouteRequest(*questions[0])))
    result = {
        "nodes": nodes,
        "contacts": contacts,
        "generate_s": generate_s,
        "compile_s": compile_s,
        "once_s": once_s,
        "first": timed(lambda *query: find_route(compiled, RouteRequest(*query)), questions),
        "k10": timed(lambda *query: find_routes(compiled, RouteRequest(*query), K), questions),
        "tree": timed(lambda source, _, at_s: earliest_arrivals(compiled, source, at_s), questions),
        "array_mb": array_mb(compiled),
        "peak_mb": peak_mb(),
        "before_mb": before_mb,
    }
    plain = PlainSearch(plan)
    result["plain_first"] = timed(plain.arrival, few)
    result["plain_differ"] = sum(
        first_arrival(compiled, query, strict=False) != plain.arrival(*query) for query in few
    )
    result["aiodtnsim"] = measure_peer(
        plan, few, [first_arrival(compiled, query, strict=True) for query in few]
    )
    return result


def first_arrival(compiled: CompiledPlan, query: tuple[str, str, float], strict: bool) -> float:
    """Arrival of our first route [s]; infinity where there is none."""
    route = find_route(compiled, RouteRequest(*query, strict=strict))
    return math.inf if route is None else route.arrival_s


def measure_peer(
    plan: ContactPlan, questions: list[tuple[str, str, float]], arrivals: list[float]
) -> dict[str, Any] | None:
    """Time of a first route by aiodtnsim, and how many of its arrivals differ from ours."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "plan.csv")
        write_csv(plan, file)
        none = dict.fromkeys(("first_ending", "yen", "yen_mended", "tree"), 0)
        request = {
            "task": "routes",
            "plan": file,
            "asked": questions,
            "k": K,
            "first": len(questions),
            **none,
        }
        found = run_peer("aiodtnsim", request)
    if found is None:
        return None
    theirs = [math.inf if arrival is None else arrival for arrival in found["first"]["arrival_s"]]
    differ = sum(a != b for a, b in zip(theirs, arrivals, strict=True))
    return {"first": summed(found["first"]["ms"]), "differ": differ, "load_s": found["load_s"]}


def grown(seed: int) -> list[dict[str, Any]]:
    """Measure all sizes, one process each."""
    found = []
    for nodes, contacts in SIZES:
        command = [sys.executable, __file__, "--seed", str(seed), "--size", str(nodes), str(contacts)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found += json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, nargs=2, metavar=("NODES", "CONTACTS"), help="this one alone")
    options = parser.parse_args()
    found = [measure(*options.size, options.seed)] if options.size else grown(options.seed)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
