"""A month of a scenario's traffic: its contact plan, then every bundle of its flows.

    python benchmarks/month.py [--scenario qqnet-3] [--days 30] [-o FILE]

The plan is that of the scenario, with beams and everything else. Times are wall times of one call in a new process
whose kernels were compiled before; memory is the peak of the process until then.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import qqnet
from qqnet.cli.options import with_span
from timing import peak_mb


def measure(name: str, days: float) -> dict[str, Any]:
    """Time the plan and the traffic [s]."""
    study = qqnet.Study(with_span(qqnet.load(name), duration=f"{days:g} d"))
    began = time.perf_counter()
    plan = study.contacts
    plan_s, plan_mb = time.perf_counter() - began, peak_mb()
    began = time.perf_counter()
    traffic = study.traffic
    data = traffic.data
    return {
        "scenario": name,
        "days": days,
        "contacts": len(plan.contacts),
        "plan_s": plan_s,
        "plan_peak_mb": plan_mb,
        "flows": data.sizes["flow"],
        "messages": int(data["offered_messages"].sum()),
        "delivered": int(data["delivered_messages"].sum()),
        "transmissions": int(data.attrs["transmissions"]),
        "traffic_s": time.perf_counter() - began,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="qqnet-3")
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("-o", "--output", help="file for the results; standard output where not given")
    options = parser.parse_args()
    text = json.dumps(measure(options.scenario, options.days), indent=2) + "\n"
    if options.output:
        Path(options.output).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
