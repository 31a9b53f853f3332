"""Time routing and traffic beside Python peers, and write the tables that the page on performance includes.

    make peers
    .venv/bin/python docs/performance_routing_numbers.py [--tables]

It takes about seven minutes. Results are kept as JSON beside the tables; `--tables` only writes the tables again.
Peers whose environment is missing are named as not run.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
INCLUDE: Final = ROOT / "docs" / "_include"
MEASURED_APART: Final = {
    "aiodtnsim 0.3.1": (5.0, 55.0),
    "A-SABR 0.1 (Rust)": (0.31, 2.3),
    "HDTN 1.3.1, cmr_dijkstra (C++)": (2.8, None),
    "Unibo-CGR 1.0 (C)": (17.9, None),
    "HDTN 1.3.1, dijkstra (C++)": (23.6, None),
    "ION 4.1.3 (C)": (333.0, None),
}
"""First route and ten routes [ms], each program's median in one earlier run on another machine, on a plan of this
kind with 100 nodes and 20,000 contacts."""

OPTIONS: Final = {"routing": ["--pydtnsim-large"], "traffic": [], "month": []}
PEERS: Final = (("plain", "plain Python"), ("aiodtnsim", "aiodtnsim"), ("pydtnsim", "pydtnsim"))


def results(name: str, run: bool) -> dict[str, Any]:
    """Run a benchmark if asked to, and read its results."""
    file = INCLUDE / f"performance_{name}.json"
    if run:
        script = ROOT / "benchmarks" / f"{name}.py"
        subprocess.run([sys.executable, str(script), *OPTIONS[name], "-o", str(file)], check=True)
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def figure(value: float) -> str:
    """Three figures, without exponents."""
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0.0 else 0
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def milliseconds(entry: dict[str, Any] | None) -> str:
    """Median of a timing, or nothing where there is none."""
    return "" if entry is None else figure(entry["median_ms"])


def times(ratios: dict[str, float], kind: str) -> str:
    """How many times as long as ours."""
    return f" ({figure(ratios[kind])})" if kind in ratios else ""


def routing_times(found: dict[str, Any]) -> list[str]:
    """Medians of each program on each plan, and how many times ours they are."""
    lines = [
        "| plan | | first route [ms] | ten routes [ms] | arrivals everywhere [ms] |",
        "|---|---|---|---|---|",
    ]
    for plan in found["plans"]:
        own = plan["qqnet"]
        size = f"{plan['nodes']} nodes, {plan['contacts']:,} contacts"
        cells = [milliseconds(own[kind]) for kind in ("first", "k10", "tree")]
        lines.append(f"| {size} | **QQNet** | {' | '.join(f'**{cell}**' for cell in cells)} |")
        for peer, title in PEERS:
            entry, ratios = plan[peer], plan["ratios"][peer]
            if entry is None:
                lines.append(f"| | {title} | not run | | |")
                continue
            cells = [milliseconds(entry.get(kind)) + times(ratios, kind) for kind in ("first", "k10", "tree")]
            lines.append(f"| | {title} | {' | '.join(cells)} |")
            if "k10_yen" in entry:
                several = milliseconds(entry["k10_yen"]) + times(ratios, "k10_yen")
                lines.append(f"| | {title}, its Yen | | {several} | |")
    most = [f"{plan['qqnet']['first']['max_ms']:.2g}" for plan in found["plans"]]
    queries = found["plans"][0]["qqnet"]["first"]["queries"]
    lines += [
        "",
        f"Medians over {queries} questions, in brackets how many times ours. Our slowest first routes took "
        f"{' and '.join(most)} ms.",
    ]
    return lines


def first_answers(found: dict[str, Any]) -> list[str]:
    """How often the first routes of other programs arrive when ours do."""
    lines = [
        "| first routes | | questions | arrive with ours | of them with more hops | later | miss a window "
        "| earlier |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for plan in found["plans"]:
        size = f"{plan['contacts']:,} contacts"
        plain = plan["plain"]["first"]
        equal = plain["queries"] - plain["differ"]
        lines.append(f"| {size} | plain Python | {plain['queries']} | {equal} | | | | |")
        for peer, title in PEERS[1:]:
            if plan[peer] is not None:
                first = plan[peer]["first"]
                names = ("queries", "equal", "more_hops", "later", "missed_window", "earlier")
                lines.append(f"| | {title} | {' | '.join(str(first[name]) for name in names)} |")
    nodes = sum(plan["plain"]["tree"]["nodes"] for plan in found["plans"])
    equal = sum(plan["plain"]["tree"]["equal"] for plan in found["plans"])
    lines += ["", f"Arrivals everywhere: {equal:,} of {nodes:,} are those of the plain search."]
    return lines


def several_answers(found: dict[str, Any]) -> list[str]:
    """How the ten routes of other programs compare with our ten best, place by place."""
    lines = [
        "| ten routes | | routes | arrive with ours of that place | later | miss a window | repeated | earlier |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for plan in found["plans"]:
        size = f"{plan['contacts']:,} contacts"
        for peer, title in PEERS[1:]:
            for kind, kept in (
                ("k10", title),
                ("k10_yen", f"{title}, its Yen"),
                ("k10_yen_mended", f"{title}, its Yen mended"),
            ):
                several = (plan[peer] or {}).get(kind)
                if several is not None:
                    names = ("routes", "equal", "later", "missed_window", "repeated", "earlier")
                    lines.append(f"| {size} | {kept} | {' | '.join(str(several[name]) for name in names)} |")
                    size = ""
    return lines


def compiled_peers(found: dict[str, Any]) -> list[str]:
    """How programs in compiled languages stand to aiodtnsim, measured apart, and how we do in this run."""
    plan = found["plans"][-1]
    lines = ["| times as fast as aiodtnsim | first route | ten routes |", "|---|---|---|"]
    if plan["aiodtnsim"] is not None:
        ratios = plan["ratios"]["aiodtnsim"]
        lines.append(f"| **QQNet**, this run | **{figure(ratios['first'])}** | **{figure(ratios['k10'])}** |")
    of_peer = MEASURED_APART["aiodtnsim 0.3.1"]
    for name, of_this in MEASURED_APART.items():
        cells = [
            "" if own is None or its is None else figure(own / its)
            for own, its in zip(of_peer, of_this, strict=True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def routing_growth(found: dict[str, Any]) -> list[str]:
    """How everything grows with the plan."""
    lines = [
        "| nodes | contacts | compile [s] | first route [ms] | ten routes [ms] | arrivals everywhere [ms] "
        "| first by plain Python [ms] | by aiodtnsim [ms] | arrays [MB] | peak memory [MB] |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in found["growth"]:
        cells = [milliseconds(size[kind]) for kind in ("first", "k10", "tree", "plain_first")]
        peer = size["aiodtnsim"]
        cells.append("not run" if peer is None else milliseconds(peer["first"]))
        lines.append(
            f"| {size['nodes']:,} | {size['contacts']:,} | {figure(size['compile_s'])} | {' | '.join(cells)} "
            f"| {figure(size['array_mb'])} | {size['peak_mb']:.0f} |"
        )
    asked = sum(size["plain_first"]["queries"] for size in found["growth"])
    equal = asked - sum(size["plain_differ"] for size in found["growth"])
    peers = [size["aiodtnsim"] for size in found["growth"] if size["aiodtnsim"]]
    equal_peer = sum(peer["first"]["queries"] - peer["differ"] for peer in peers)
    before = found["growth"][0]["before_mb"]
    lines += [
        "",
        f"{equal} of {asked} arrivals are those of the plain search, {equal_peer} of {asked} those of aiodtnsim. "
        f"The program alone takes {before:.0f} MB; the peak is that of making the plan.",
    ]
    return lines


def traffic_beside(found: dict[str, Any]) -> list[str]:
    """The same bundles by both programs."""
    lines = [
        "| nodes, contacts | bundles | | simulated | delivered | mean delay [s] | bundles/s | bundle-hops/s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for entry in found["beside"].values():
        load, peer = entry["load"], entry["aiodtnsim"]
        size = f"{load['nodes']}, {load['contacts']:,}"
        bundles = f"{load['bundles']:,} of {1e-6 * load['bits']:g} Mbit"
        for title, side in (
            ("**QQNet**, one planner", entry["network"]),
            ("**QQNet**, each node plans", entry["node"]),
            ("aiodtnsim", peer),
        ):
            if side is None:
                lines.append(f"| | | {title} | not run | | | | |")
                continue
            share = f"{100.0 * side['delivered'] / side['bundles']:.1f} %"
            delay = f"{side.get('mean_delay_of_first_s', side['mean_delay_s']):.0f}"
            ratio = ""
            if side is peer:
                ratio = f" (1/{figure(entry['node']['bundles_per_s'] / peer['bundles_per_s'])})"
            lines.append(
                f"| {size} | {bundles} | {title} | {side['bundles']:,} | {share} | {delay} "
                f"| {figure(side['bundles_per_s'])}{ratio} | {figure(side['hops_per_s'])} |"
            )
            size = bundles = ""
    lines += [
        "",
        "In brackets the share of our rate where each node plans by itself, as in aiodtnsim. Delays are those of "
        "the bundles that both programs carried.",
    ]
    return lines


def traffic_large(found: dict[str, Any]) -> list[str]:
    """Loads of our own."""
    lines = [
        "| nodes, contacts | bundles | delivered | CPU time [s] | bundles/s | bundle-hops/s "
        "| memory before [MB] | peak [MB] |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for own in found["large"].values():
        load = own["load"]
        lines.append(
            f"| {load['nodes']}, {load['contacts']:,} | {own['bundles']:,} of {1e-6 * load['bits']:g} Mbit "
            f"| {100.0 * own['delivered'] / own['bundles']:.1f} % | {figure(own['run_s'])} "
            f"| {figure(own['bundles_per_s'])} | {figure(own['hops_per_s'])} | {own['before_mb']:.0f} "
            f"| {own['peak_mb']:.0f} |"
        )
    return lines


def traffic_steady(found: dict[str, Any]) -> list[str]:
    """The same rate of bundles for longer and longer."""
    return [
        "| bundles delivered | transmissions | CPU time [s] | bundle-hops/s | memory taken [MB] |",
        "|---|---|---|---|---|",
        *(
            f"| {own['delivered']:,} | {own['transmissions']:,} | {figure(own['run_s'])} "
            f"| {figure(own['hops_per_s'])} | {own['peak_mb'] - own['before_mb']:.1f} |"
            for own in found["steady"].values()
        ),
    ]


def traffic_month(found: dict[str, Any]) -> list[str]:
    """A month of a scenario."""
    return [
        "| scenario | span | contacts | flows | messages | delivered | transmissions | contact plan [s] "
        "| traffic [s] |",
        "|---|---|---|---|---|---|---|---|---|",
        f"| {found['scenario']} | {found['days']:g} d | {found['contacts']:,} | {found['flows']} "
        f"| {found['messages']:,} | {found['delivered']:,} | {found['transmissions']:,} "
        f"| {figure(found['plan_s'])} | {figure(found['traffic_s'])} |",
    ]


def main() -> None:
    """Run, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--tables", action="store_true", help="write the tables from the results that are there"
    )
    run = not parser.parse_args().tables
    routes = results("routing", run)
    bundles = results("traffic", run)
    month = results("month", run)
    for name, lines in (
        ("routing", [*routing_times(routes), "", f"{routes['machine']}."]),
        ("answers", [*first_answers(routes), "", *several_answers(routes)]),
        ("compiled_peers", compiled_peers(routes)),
        ("growth", routing_growth(routes)),
        ("traffic", [*traffic_beside(bundles), "", *traffic_large(bundles), "", f"{bundles['machine']}."]),
        ("traffic_steady", traffic_steady(bundles)),
        ("traffic_month", traffic_month(month)),
    ):
        file = INCLUDE / f"performance_{name}.md"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        print(file.read_text("utf-8"))


if __name__ == "__main__":
    main()
