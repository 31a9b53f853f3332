"""Run the reference network and write the tables of times that the page on performance includes.

    .venv/bin/python docs/performance_numbers.py

It takes about six minutes. Kernels are compiled before: the first run after installation takes longer.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "_include" / "performance.md"
SURFACE = ROOT / "docs" / "_include" / "performance_surface.md"
LINKS = ROOT / "docs" / "_include" / "performance_links.md"


def benchmark(name: str) -> dict[str, Any]:
    """Run a benchmark and return what it prints as JSON."""
    command = [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def surface() -> None:
    """Write the times of coverage and dilution of precision: kernels against limits, and a year."""
    kernels, year = benchmark("coverage"), benchmark("year")
    one, limit, times = kernels["threads_1"], kernels["limit_s"], kernels["times_limit"]
    plain = kernels["numpy_ns_per_test"]
    tests = kernels["satellites"] * kernels["points"] * kernels["epochs"]
    lines = [
        "| on one core | time [ms] | limit [ms] | times the limit | NumPy [ms] |",
        "|---|---|---|---|---|",
    ]
    for name, title, at in (
        ("fold", "fold", plain["fold"]), ("gdop", "GDOP", plain["dop"]), ("dop", "all five dilutions", None),
    ):  # fmt: skip
        by_numpy = "" if at is None else f"{1e-6 * at * tests:.0f}"
        bound = limit["gdop" if name == "dop" else name]
        lines.append(
            f"| {title} | {1e3 * one[f'{name}_s']:.1f} | {1e3 * bound:.1f} | {times[name]:.1f} | {by_numpy} |"
        )
    pairs = [
        f"{name} {seconds * kernels['pairs'] / 60:.0f} min"
        for name, seconds in kernels["pairs_s"].items()
        if seconds is not None
    ]
    lines += [
        "",
        f"{kernels['satellites']} satellites, {kernels['points']} points, {kernels['epochs']} epochs; "
        f"{kernels['gflops']:.0f} GFlop/s a core in single precision. Pair by pair for scale: {', '.join(pairs)}.",
        "",
        f"| {year['epochs']} epochs of a year, {year['points']} points, {year['satellites']} satellites | [s] |",
        "|---|---|",
    ]
    lines += [f"| {what} | {seconds:.1f} |" for what, seconds in year["seconds"].items()]
    lines += [f"| all | {sum(year['seconds'].values()):.1f} |", ""]
    lines += [
        f"Peak memory {year['peak_memory_mib']:.0f} MiB. Fewest in view {year['fewest_in_view']}, with any one "
        f"satellite lost {year['fewest_in_view_any_one_lost']}.",
    ]
    SURFACE.write_text("\n".join(lines) + "\n", "utf-8")
    print(SURFACE.read_text("utf-8"))


def links() -> None:
    """Write the times of every link of the reference network over a month, and of single budgets."""
    found = benchmark("links")
    network, single = found["network"], found["budgets"]
    lines = ["| every link of the reference network over 30 days | | [s] |", "|---|---|---|"]
    for name, title in (
        ("windows", "lines of sight"), ("served", "beams given out; windows that are left"),
        ("contacts", "contacts of constant rate"),
    ):  # fmt: skip
        lines.append(f"| {title} | {network[name]:,} | {network[f'{name}_s']:.1f} |")
    lines.append(f"| volumes at five levels | {network['links']:,} links | {network['volumes_s']:.1f} |")
    lines += [
        "",
        f"Peak memory {network['peak_mb']:.0f} MB. A budget with all effects takes "
        f"{single['kernel_us']:.2f} µs in the array kernel, {single['free_space_us']:.2f} µs in free space, and "
        f"{single['one_by_one_us']:.0f} µs one by one with all its lines.",
    ]
    LINKS.write_text("\n".join(lines) + "\n", "utf-8")
    print(LINKS.read_text("utf-8"))


def main() -> None:
    """Run, and write."""
    surface()
    links()
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        command = [sys.executable, "-m", "qqnet", "-q", "run", "qqnet-3", "-o", str(study)]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.perf_counter() - began
        made = json.loads((study / "provenance.json").read_text("utf-8"))
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        again = time.perf_counter() - began
    lines = ["| stage | time [s] |", "|---|---|"]
    lines += [f"| {name} | {stage['seconds']:.1f} |" for name, stage in made["stages"].items()]
    lines += [
        f"| the whole command, with the report | {seconds:.1f} |",
        f"| the same command again | {again:.1f} |",
    ]
    lines += ["", f"Peak memory {made['peak_mb']:.0f} MB. {os.cpu_count()} cores ({platform.machine()}), "
              f"Python {made['python']}, Numba {made['libraries']['numba']}."]  # fmt: skip
    OUT.write_text("\n".join(lines) + "\n", "utf-8")
    print(OUT.read_text("utf-8"))


if __name__ == "__main__":
    main()
