"""A year of a scenario's Moon: coverage, dilution of precision, and both with any one satellite lost.

    python benchmarks/year.py [--scenario qqnet-3] [--days 365] [--step '10 min'] [--json]

Only the satellites that count are propagated, under the scenario's forces. Times are of one call in a new process
whose kernels were compiled before; peak memory is that of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from typing import Any

import qqnet
from qqnet.cli.options import with_span
from qqnet.study.fields import grid_of, providers


def measure(name: str, days: float, step: str) -> dict[str, Any]:
    """Time each question [s]."""
    scenario = with_span(qqnet.load(name), duration=f"{days:g} d", step=step)
    grid = grid_of(scenario, "Moon")
    study = qqnet.Study(scenario)
    seconds = {}
    for what, ask in (
        ("orbits", lambda: study.trajectories_of(providers(scenario, grid))),
        ("coverage", lambda: study.coverage("Moon")),
        ("navigation", lambda: study.navigation("Moon")),
        ("any one lost", lambda: study.robustness("Moon")),
    ):
        began = time.perf_counter()
        ask()
        seconds[what] = time.perf_counter() - began
    lost = study.robustness("Moon").summary()["any_1"]
    return {
        "points": study.coverage("Moon").data.sizes["point"],
        "epochs": study.coverage("Moon").data.sizes["time"],
        "satellites": len(providers(scenario, grid)),
        "seconds": seconds,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        "fewest_in_view": study.coverage("Moon").worst_fold,
        "fewest_in_view_any_one_lost": lost["coverage"]["fold_min"],
        "gdop_available_any_one_lost": lost["navigation"]["fraction_at_most"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="qqnet-3")
    parser.add_argument("--days", type=float, default=365.0)
    parser.add_argument("--step", default="10 min")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = measure(options.scenario, options.days, options.step)
    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(f"{report['satellites']} satellites, {report['points']} points, {report['epochs']} epochs")
    for what, seconds in report["seconds"].items():
        print(f"  {what:14}{seconds:8.1f} s")
    print(
        f"  {'all':14}{sum(report['seconds'].values()):8.1f} s, peak memory {report['peak_memory_mib']:.0f} MiB"
    )
    print(
        f"fewest in view {report['fewest_in_view']}, with any one lost "
        f"{report['fewest_in_view_any_one_lost']}; GDOP within the limit then for at least "
        f"{100.0 * report['gdop_available_any_one_lost']:.3f} % of area and time"
    )


if __name__ == "__main__":
    main()
