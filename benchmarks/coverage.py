"""Time of fold and dilution of precision, beside NumPy broadcasting in the same run.

    python benchmarks/coverage.py [--satellites 24] [--epochs 1441] [--subdivisions 4] [--json]

The constellation is the lunar baseline: Walker 24/3/1, a = 7,000 km, i = 56 deg, mask 5 deg, on an icosphere.
Columns "fold" and "dop" are the tables alone, of one day at most; "coverage" and "navigation" the streamed
analyses of the whole span with all their statistics, whose memory is read before any table is held. NumPy
works on fewer epochs and is compared by the test: one satellite, point and epoch. The first calls, which compile
or load compiled code, are timed on their own. Compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import set_num_threads
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MASK = np.radians(5.0)
MOON_KM = 1737.4


def constellation(satellites: int, epochs: int, step_s: float) -> Floats:
    """Walker pattern of three planes in the axes of the turning Moon [T, S, 3]."""
    a_km, tilt, gm = 7000.0, np.radians(56.0), 4902.800066
    t = step_s * np.arange(epochs)[:, None]
    plane, slot = np.divmod(np.arange(satellites), -(-satellites // 3))
    u = 2 * np.pi * (3 * slot + plane) / satellites + np.sqrt(gm / a_km**3) * t
    node = 2 * np.pi * plane / 3 - 2.6617e-6 * t
    x, y, z = np.cos(u), np.sin(u) * np.cos(tilt), np.sin(u) * np.sin(tilt)
    return a_km * np.stack(
        [x * np.cos(node) - y * np.sin(node), x * np.sin(node) + y * np.cos(node), z], axis=-1
    )


def plain_fold(points: Floats, satellites: Floats) -> NDArray[np.int64]:
    """Fold by broadcasting, an epoch at a time, as one would write it."""
    folds = []
    for positions in satellites:
        line = positions[:, None] - MOON_KM * points
        sine = np.sum(line * points, axis=-1) / np.sqrt(np.sum(line * line, axis=-1))
        folds.append((sine >= np.sin(MASK)).sum(axis=0))
    return np.array(folds)


def plain_gdop(points: Floats, satellites: Floats) -> Floats:
    """GDOP by broadcasting, an epoch at a time; needs four in view of every point."""
    values = []
    for positions in satellites:
        line = positions[:, None] - MOON_KM * points
        line /= np.sqrt(np.sum(line * line, axis=-1))[..., None]
        seen = np.sum(line * points, axis=-1) >= np.sin(MASK)
        design = np.concatenate([line, np.ones((*seen.shape, 1))], axis=-1) * seen[..., None]
        normal = np.einsum("spi,spj->pij", design, design)
        values.append(np.sqrt(np.trace(np.linalg.inv(normal), axis1=1, axis2=2)))
    return np.array(values)


def best(function: Callable[[], Any], repeats: int = 5) -> tuple[float, Any]:
    """Shortest time of several [s], and the last value."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        value = function()
        times.append(time.perf_counter() - began)
    return min(times), value


def measure(n_satellites: int, n_epochs: int, subdivisions: int) -> dict[str, Any]:
    began = time.perf_counter()
    from qqnet.access.visibility import Observers
    from qqnet.coverage.analysis import CoverageAnalysis
    from qqnet.coverage.fold import fold
    from qqnet.navigation.analysis import NavigationAnalysis
    from qqnet.navigation.dop import dop
    from qqnet.space.grids import icosphere

    grid = icosphere(subdivisions)
    observers = Observers.on_sphere(grid.points, MOON_KM, MASK)
    satellites = constellation(n_satellites, n_epochs, 60.0)
    times = 60.0 * np.arange(n_epochs)
    points = len(grid.points)

    def coverage(epochs: int) -> Any:
        analysis = CoverageAnalysis("Moon", observers, grid.weights, step_s=60.0, required_fold=4)
        analysis.update(times[:epochs], satellites[:epochs])
        return analysis.result()

    def navigation(epochs: int) -> Any:
        analysis = NavigationAnalysis("Moon", observers, grid.weights)
        analysis.update(times[:epochs], satellites[:epochs])
        return analysis.result()

    report: dict[str, Any] = {
        "satellites": n_satellites,
        "points": points,
        "epochs": n_epochs,
        "import_s": time.perf_counter() - began,
    }
    began = time.perf_counter()
    coverage(2), navigation(2)
    report["first_call_s"] = time.perf_counter() - began

    analyses: dict[int, tuple[float, float]] = {}
    for threads in (1, 2):
        set_num_threads(threads)
        analyses[threads] = (
            best(lambda: coverage(n_epochs), 3)[0],
            best(lambda: navigation(n_epochs), 3)[0],
        )
    report["streaming_peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0

    day = min(n_epochs, 1441)
    few = max(1, day // 40)
    tests = n_satellites * points
    fold_s, plain_folds = best(lambda: plain_fold(grid.points, satellites[:few]), 2)
    gdop_s, plain_gdops = best(lambda: plain_gdop(grid.points, satellites[:few]), 2)
    numpy_ns = {"fold": 1e9 * fold_s / few / tests, "dop": 1e9 * gdop_s / few / tests}
    report["numpy_ns_per_test"] = numpy_ns
    for threads in (1, 2):
        set_num_threads(threads)
        folds_s, folds = best(lambda: fold(observers, satellites[:day]))
        dops_s, dops = best(lambda: dop(observers, satellites[:day]))
        ns = {"fold": 1e9 * folds_s / day / tests, "dop": 1e9 * dops_s / day / tests}
        report[f"threads_{threads}"] = {
            "fold_s": folds_s,
            "dop_s": dops_s,
            "coverage_analysis_s": analyses[threads][0],
            "navigation_analysis_s": analyses[threads][1],
            "ns_per_test": ns,
            "numpy_ratio": {name: numpy_ns[name] / ns[name] for name in ns},
        }
    report["mean_in_view"] = float(folds.mean())
    report["fold_differences"] = int(np.sum(folds[:few] != plain_folds))
    report["gdop_largest_relative_difference"] = float(np.max(np.abs(dops[0, :few] / plain_gdops - 1.0)))
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--satellites", type=int, default=24)
    parser.add_argument("--epochs", type=int, default=1441)
    parser.add_argument("--subdivisions", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = measure(options.satellites, options.epochs, options.subdivisions)
    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(
        f"{report['satellites']} satellites x {report['points']} points x {report['epochs']} epochs, "
        f"{report['mean_in_view']:.2f} in view; import {report['import_s']:.2f} s, "
        f"first calls {report['first_call_s']:.2f} s, "
        f"peak memory while streaming {report['streaming_peak_memory_mib']:.0f} MiB"
    )
    print(
        f"against NumPy: {report['fold_differences']} folds differ, GDOP differs by "
        f"{report['gdop_largest_relative_difference']:.1e} at most"
    )
    print(f"{'':24}{'fold':>10}{'dop':>10}{'coverage':>11}{'navigation':>12}")
    plain = report["numpy_ns_per_test"]
    print(f"{'NumPy, ns a test':24}{plain['fold']:>10.2f}{plain['dop']:>10.2f}")
    for threads in (1, 2):
        row = report[f"threads_{threads}"]
        print(
            f"{f'{threads} thread(s), s':24}{row['fold_s']:>10.4f}{row['dop_s']:>10.4f}"
            f"{row['coverage_analysis_s']:>11.4f}{row['navigation_analysis_s']:>12.4f}"
        )
        print(f"{'  ns a test':24}{row['ns_per_test']['fold']:>10.3f}{row['ns_per_test']['dop']:>10.3f}")
        print(f"{'  times NumPy':24}{row['numpy_ratio']['fold']:>10.0f}{row['numpy_ratio']['dop']:>10.0f}")


if __name__ == "__main__":
    main()
