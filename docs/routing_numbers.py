"""Measure routing by domains and spreading on generated plans; write tables of docs/explanation/routing.md.

    .venv/bin/python docs/routing_numbers.py

It takes under a minute.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from qqnet.report.wording import data_size, percent

ROOT = Path(__file__).parent.parent
OUT = Path(__file__).parent / "_include"


def main() -> None:
    """Write both tables."""
    command = [sys.executable, str(ROOT / "benchmarks" / "routing_domains.py")]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    lines = [
        "| nodes | contacts | domains | border nodes each | contacts that a node knows | whole plan, ms "
        "| by domains, ms | arrives as soon | 95 % later by at most, s | latest, s | stuck |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one['nodes']} | {one['contacts']:,} | {one['domains']} | {one['borders']} "
        f"| {one['known_contacts']:,} | {one['flat_ms']:.2f} | {one['by_domains_ms']:.2f} "
        f"| {percent(one['same'], 1)} | {one['later_p95_s']:,.0f} | {one['later_max_s']:,.0f} | {one['stuck']} |"
        for one in report["domains"]
    ]
    (OUT / "routing_domains.md").write_text("\n".join(lines) + "\n", "utf-8")
    lines = [
        "| volume | in one piece, s | spread, s | routes | time to find, ms |",
        "|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {data_size(one['size_bytes'])} | {one['single_s']:,.0f} | {one['spread_s']:,.0f} "
        f"| {one['ways']:.0f} | {one['ms']:.0f} |"
        for one in report["spread"]
    ]
    (OUT / "routing_spread.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
