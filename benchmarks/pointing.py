"""Time of giving out beams: requests, choices over time, and windows cut, for a scenario over some days.

    python benchmarks/pointing.py [--scenario qqnet-3] [--days 7]

Kernels are compiled on a first hour and not counted.
"""

from __future__ import annotations

import argparse
import json
import time

import qqnet
from qqnet.study.network import served_windows
from qqnet.study.study import Study


def study_over(name: str, days: float) -> Study:
    """Return a study of a scenario over its first days."""
    scenario = qqnet.load(name)
    span = scenario.time.model_copy(update={"duration": days * 86400.0})
    return Study(scenario.model_copy(update={"time": span}))


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="qqnet-3")
    parser.add_argument("--days", type=float, default=7.0)
    asked = parser.parse_args()
    _ = served_windows(study_over(asked.scenario, 1.0 / 24.0))
    study = study_over(asked.scenario, asked.days)
    windows = study.windows
    began = time.perf_counter()
    table = study.pointing.table
    chosen = time.perf_counter()
    left = served_windows(study)
    print(
        json.dumps(
            {
                "scenario": asked.scenario,
                "days": asked.days,
                "links": len(study.links),
                "windows": len(windows),
                "windows_left": len(left),
                "pointings": int(table["granted"].sum()),
                "pointing_s": chosen - began,
                "cut_s": time.perf_counter() - chosen,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
