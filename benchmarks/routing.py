"""Time of routing on generated plans, beside plain Python, aiodtnsim and pydtnsim in the same run.

    python benchmarks/routing.py [--queries 100] [--seed 1] [--pydtnsim-large] [--no-growth] [-o FILE]

`generated_plans.py` says what the plans are. All programs get the same plan file and the same questions; every
answer is compared. Times are CPU time of one call, loading and compiling apart. Compare ratios, not seconds.
`make peers` makes the environments of the peers; without them their columns are missing. pydtnsim needs half a
minute to build its graph of 20,000 contacts: it gets that plan with `--pydtnsim-large` only.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from answers import Timetable, first_compared, several_compared, trees_compared
from generated_plans import asked, generated_plan
from growth import grown
from peer_environments import run_peer
from plain_search import PlainSearch
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.tables import read_csv, write_csv
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.routes import RouteRequest, earliest_arrivals, find_route, find_routes
from timing import seconds, summed, timed

Asked = list[tuple[str, str, float]]
PLANS = (("p30", 30, 2_000), ("p100", 100, 20_000))
K = 10
YEN_QUERIES = 20


def measure_qqnet(compiled: CompiledPlan, questions: Asked) -> dict[str, Any]:
    """Time of a first route, of k routes and of a tree."""

    def first(*query: Any) -> object:
        return find_route(compiled, RouteRequest(*query))

    def several(*query: Any) -> object:
        return find_routes(compiled, RouteRequest(*query), K)

    def tree(source: str, _: str, at_s: float) -> object:
        return earliest_arrivals(compiled, source, at_s)

    for action in (first, several, tree):
        action(*questions[0])
    return {
        "first": timed(first, questions),
        "k10": timed(several, questions),
        "tree": timed(tree, questions),
    }


class Ours:
    """Our answers, against which the others are held."""

    def __init__(self, plan: ContactPlan, compiled: CompiledPlan, questions: Asked):
        self.names, self.table = compiled.names, Timetable(plan)
        self.first, self.strict, self.several = [], [], []
        for query in questions:
            route = find_route(compiled, RouteRequest(*query))
            self.first.append(math.inf if route is None else route.arrival_s)
            best = find_routes(compiled, RouteRequest(*query, strict=True), K)
            for route in best:
                steps = [(hop.from_, hop.to, plan.contacts["start_s"][hop.contact]) for hop in route.hops]
                if self.table.arrival_s(steps, query[2]) != route.arrival_s:
                    raise SystemExit(f"our own route of {query} does not arrive when it says: {route}")
            self.several.append([route.arrival_s for route in best])
            route = find_route(compiled, RouteRequest(*query, strict=True))
            self.strict.append((math.inf, 0) if route is None else (route.arrival_s, len(route.hops)))
        self.trees = [earliest_arrivals(compiled, source, at_s) for source, _, at_s in questions]


def measure_plain(plan: ContactPlan, questions: Asked, ours: Ours) -> dict[str, Any]:
    """Time of the plain search, and how often its arrivals differ from ours."""
    load_s, plain = seconds(lambda: PlainSearch(plan))
    strict = PlainSearch(plan, strict=True)
    first = [plain.arrival(*query) for query in questions]
    trees = [plain.arrivals(source, None, at_s) for source, _, at_s in questions]
    return {
        "load_s": load_s,
        "first": {
            **timed(plain.arrival, questions),
            "differ": sum(a != b for a, b in zip(first, ours.first, strict=True)),
            "differ_strict": sum(
                strict.arrival(*query) != arrival
                for query, (arrival, _) in zip(questions, ours.strict, strict=True)
            ),
            "closing_instant": sum(a != b for a, (b, _) in zip(ours.first, ours.strict, strict=True)),
        },
        "tree": {
            **timed(lambda source, _, at_s: plain.arrivals(source, None, at_s), questions),
            **trees_compared(ours.names, ours.trees, trees),
        },
    }


def measure_peer(name: str, file: str, questions: Asked, ours: Ours) -> dict[str, Any] | None:
    """Times of a peer on the same questions, and how its routes differ from ours by the same strict rule."""
    few = min(YEN_QUERIES, len(questions))
    limits = dict.fromkeys(("first", "first_ending", "tree"), len(questions)) | {
        "yen": few,
        "yen_mended": few,
    }
    found = run_peer(name, {"task": "routes", "plan": file, "asked": questions, "k": K, **limits})
    if found is None:
        return None

    def arrivals(routes: list[Any], at_s: float) -> list[float]:
        return [ours.table.arrival_s(steps and [tuple(step) for step in steps], at_s) for steps in routes]

    first = found["first"]["routes"]
    times = [arrivals([steps], at_s)[0] for steps, (_, _, at_s) in zip(first, questions, strict=True)]
    result = {
        "version": found["version"],
        "load_s": found["load_s"],
        "first": summed(found["first"]["ms"]) | first_compared(ours.strict[: len(first)], first, times),
    }
    for kind, key in (("first_ending", "k10"), ("yen", "k10_yen"), ("yen_mended", "k10_yen_mended")):
        if kind in found:
            several = found[kind]["routes"]
            each = [arrivals(routes, at_s) for routes, (_, _, at_s) in zip(several, questions, strict=False)]
            compared = several_compared(ours.several[: len(several)], several, each)
            result[key] = summed(found[kind]["ms"]) | compared
    if "tree" in found:
        # Ours admit a bundle that comes when a contact ends, the peer's do not: there it is later.
        compared = trees_compared(ours.names, ours.trees, found["tree"]["arrival_s"])
        result["tree"] = summed(found["tree"]["ms"]) | compared
    return result


def measure(name: str, nodes: int, contacts: int, options: argparse.Namespace) -> dict[str, Any]:
    """All timings of one plan, and the ratios of medians to ours."""
    questions = asked(nodes, options.queries, options.seed + 1)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "plan.csv")
        write_csv(generated_plan(nodes, contacts, options.seed), file)
        read_s, plan = seconds(lambda: read_csv(file))
        compile_s, compiled = seconds(lambda: compile_plan(plan))
        qqnet = {"read_s": read_s, "compile_s": compile_s, **measure_qqnet(compiled, questions)}
        result = {"name": name, "nodes": nodes, "contacts": contacts, "seed": options.seed, "qqnet": qqnet}
        ours = Ours(plan, compiled, questions)
        result["plain"] = measure_plain(plan, questions, ours)
        result["aiodtnsim"] = measure_peer("aiodtnsim", file, questions, ours)
        small = contacts <= 2_000 or options.pydtnsim_large
        few = questions if contacts <= 2_000 else questions[:YEN_QUERIES]
        result["pydtnsim"] = measure_peer("pydtnsim", file, few, ours) if small else None
    result["ratios"] = {
        peer: {
            kind: value["median_ms"] / qqnet[kind.split("_")[0]]["median_ms"]
            for kind, value in (result[peer] or {}).items()
            if isinstance(value, dict) and "median_ms" in value
        }
        for peer in ("plain", "aiodtnsim", "pydtnsim")
    }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pydtnsim-large", action="store_true", help="also on the plan of 20,000 contacts")
    parser.add_argument("--no-growth", action="store_true", help="without the plans up to 1,000,000 contacts")
    parser.add_argument("-o", "--output", help="file for the results; standard output where not given")
    options = parser.parse_args()
    report = {
        "machine": f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}",
        "plans": [measure(*plan, options) for plan in PLANS],
        "growth": [] if options.no_growth else grown(options.seed),
    }
    text = json.dumps(report, indent=2) + "\n"
    if options.output:
        Path(options.output).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
