"""Run the reference network and write the table of times that the page on performance includes.

    .venv/bin/python docs/performance_numbers.py

It takes about a minute. Kernels are compiled before: the first run after installation takes longer.
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

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "_include" / "performance.md"


def main() -> None:
    """Run, and write."""
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
