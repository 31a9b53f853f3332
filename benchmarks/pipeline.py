"""What a whole study costs, stage by stage: first run, run again, and the floor it stands on.

    python benchmarks/pipeline.py [SCENARIO]

Prints wall seconds and peak memory of each stage, the second run that reuses all of them, and beside them in
the same run the time that plain NumPy takes for the coverage of one hundredth of the Moon's epochs, as a ratio
that does not depend on the machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import qqnet
from qqnet.report.document import write_report
from qqnet.study import fields


def main(name: str) -> None:
    scenario = qqnet.load(name)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        study = qqnet.run(scenario, folder)
        write_report(study, Path(folder) / "report.html")
        first = time.perf_counter() - began
        print(f"{name}: {scenario.time.duration / 86400:g} days at {scenario.time.step:g} s")
        print(f"{'stage':<20}{'wall [s]':>10}{'peak [MB]':>11}")
        for stage, record in study.records.items():
            print(f"{stage:<20}{record.seconds:>10.2f}{record.peak_mb:>11.0f}")
        began = time.perf_counter()
        again = qqnet.run(scenario, folder)
        print(f"{'all, with report':<20}{first:>10.2f}")
        print(f"{'run again':<20}{time.perf_counter() - began:>10.2f}")
        for grid in scenario.grids:
            compare(again, grid)


def compare(study: qqnet.Study, grid: fields.Icosphere) -> None:
    """Time the fold of a grid against plain NumPy on a hundredth of the epochs."""
    names = fields.providers(study.scenario, grid)
    times = fields.epochs(study.scenario)
    few = times[: max(len(times) // 100, 8)]
    ((_, satellites),) = fields.body_fixed(
        study.trajectories, study.ephemeris, names, grid.body, few[: fields.CHUNK]
    )
    points = fields.observers(grid)
    up, mask = points.up.T, np.sin(grid.mask)
    began = time.perf_counter()
    lowest = 10**6
    for epoch in satellites:
        line = epoch[:, None, :] - points.position_km.T[None]
        sine = (line * up[None]).sum(-1) / np.linalg.norm(line, axis=-1)
        lowest = min(lowest, int((sine >= mask).sum(0).min()))
    plain = (time.perf_counter() - began) / len(satellites) * len(times)
    ours = study.records[f"coverage-{grid.body.lower()}"].seconds
    print(f"coverage {grid.body:<6} plain NumPy {plain:6.1f} s, ours {ours:6.2f} s, ratio {plain / ours:.0f}")
    print(f"{'':15} fewest in view in what NumPy looked at: {lowest}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "qqnet-3")
