"""Time of fold and dilution of precision, beside NumPy broadcasting in the same run.

    python benchmarks/coverage.py [--satellites 24] [--epochs 1441] [--subdivisions 4] [--json]

The constellation is the lunar baseline: Walker 24/3/1, a = 7,000 km, i = 56 deg, mask 5 deg, on an icosphere.
Columns "fold" and "dop" are the tables alone, of one day at most; "coverage" and "navigation" the streamed
analyses of the whole span with all their statistics, whose memory is read before any table is held. NumPy
works on fewer epochs and is compared by the test: one satellite, point and epoch. The first calls, which compile
or load compiled code, are timed on their own. Compare ratios, not seconds.

"limit" is what the arithmetic of asking every satellite for every point takes on a core in single precision:
measured by code with vector instructions on a core of 168 GFlop/s as 5.2 ms for the folds of 24 satellites, 2,562
points and 1,441 epochs, and estimated from the number of operations as 21 ms for GDOP; scaled to this machine by
its rate of multiply-adds, measured before and after. Kernels here are in double precision, but skip patches.
"pairs" is CSPICE or Orekit with one satellite and one site at each epoch, times the number of pairs.
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

from machine import single_precision_flops
from pair_by_pair import by_cspice, by_orekit

Floats = NDArray[np.float64]
MASK = np.radians(5.0)
MOON_KM = 1737.4

# Seconds a test on a core of so many operations a second.
LIMIT_FLOPS = 168e9
LIMIT_S = {"fold": 5.2e-3 / (24 * 2562 * 1441), "gdop": 21e-3 / (24 * 2562 * 1441)}


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
    from qqnet.navigation.dop import dop, gdop
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
    flops = single_precision_flops()
    for threads in (1, 2):
        set_num_threads(threads)
        folds_s, folds = best(lambda: fold(observers, satellites[:day]), 15)
        gdops_s, gdops = best(lambda: gdop(observers, satellites[:day]), 15)
        dops_s, dops = best(lambda: dop(observers, satellites[:day]), 15)
        ns = {"fold": 1e9 * folds_s / day / tests, "dop": 1e9 * dops_s / day / tests}
        report[f"threads_{threads}"] = {
            "fold_s": folds_s,
            "gdop_s": gdops_s,
            "dop_s": dops_s,
            "coverage_analysis_s": analyses[threads][0],
            "navigation_analysis_s": analyses[threads][1],
            "ns_per_test": ns,
            "numpy_ratio": {name: numpy_ns[name] / ns[name] for name in ns},
        }
    flops = max(filter(None, (flops, single_precision_flops())), default=None)
    if flops is not None:
        limit = {name: per_test * tests * day * LIMIT_FLOPS / flops for name, per_test in LIMIT_S.items()}
        report["gflops"] = 1e-9 * flops
        report["limit_s"] = limit
        one = report["threads_1"]
        report["times_limit"] = {
            "fold": one["fold_s"] / limit["fold"],
            "gdop": one["gdop_s"] / limit["gdop"],
            "dop": one["dop_s"] / limit["gdop"],
        }
    report["jax"] = by_jax(observers, satellites[:day], folds, dops)
    report["pairs_s"] = {"CSPICE": by_cspice(day), "Orekit": by_orekit(day)}
    report["pairs"] = tests
    report["mean_in_view"] = float(folds.mean())
    report["fold_differences"] = int(np.sum(folds[:few] != plain_folds))
    report["gdop_largest_relative_difference"] = max(
        float(np.max(np.abs(values[:few] / plain_gdops - 1.0))) for values in (dops[0], gdops)
    )
    return report


def by_jax(observers: Any, satellites: Floats, folds: Any, dops: Floats) -> dict[str, Any] | None:
    """The same tables by JAX on all cores, or on its GPU; None where it is not installed."""
    try:
        import jax
    except ImportError:
        return None
    from qqnet.coverage.fold_jax import fold_jax
    from qqnet.navigation.dop_jax import dop_jax

    fold_jax(observers, satellites), dop_jax(observers, satellites)
    folds_s, found_folds = best(lambda: fold_jax(observers, satellites), 3)
    dops_s, found_dops = best(lambda: dop_jax(observers, satellites), 3)
    return {
        "device": jax.devices()[0].platform,
        "fold_s": folds_s,
        "dop_s": dops_s,
        "fold_differences": int(np.sum(found_folds != folds)),
        "dop_largest_relative_difference": float(np.max(np.abs(found_dops / dops - 1.0))),
    }


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
    print(f"{'':24}{'fold':>10}{'gdop':>10}{'dop':>10}{'coverage':>11}{'navigation':>12}")
    plain = report["numpy_ns_per_test"]
    print(f"{'NumPy, ns a test':24}{plain['fold']:>10.2f}{plain['dop']:>10.2f}")
    for threads in (1, 2):
        row = report[f"threads_{threads}"]
        print(
            f"{f'{threads} thread(s), s':24}{row['fold_s']:>10.4f}{row['gdop_s']:>10.4f}{row['dop_s']:>10.4f}"
            f"{row['coverage_analysis_s']:>11.4f}{row['navigation_analysis_s']:>12.4f}"
        )
        print(
            f"{'  ns a test':24}{row['ns_per_test']['fold']:>10.3f}{'':10}{row['ns_per_test']['dop']:>10.3f}"
        )
        print(
            f"{'  times NumPy':24}{row['numpy_ratio']['fold']:>10.0f}{'':10}{row['numpy_ratio']['dop']:>10.0f}"
        )
    if "limit_s" in report:
        limit, times = report["limit_s"], report["times_limit"]
        print(f"limit on one core of {report['gflops']:.0f} GFlop/s (single precision)")
        print(f"{'  s':24}{limit['fold']:>10.4f}{limit['gdop']:>10.4f}{limit['gdop']:>10.4f}")
        print(
            f"{'  1 thread, times limit':24}{times['fold']:>10.2f}{times['gdop']:>10.2f}{times['dop']:>10.2f}"
        )
    if report["jax"]:
        jax = report["jax"]
        print(
            f"{'JAX on ' + jax['device'] + ', s':24}{jax['fold_s']:>10.4f}{'':10}{jax['dop_s']:>10.4f}   "
            f"{jax['fold_differences']} folds differ, DOP by {jax['dop_largest_relative_difference']:.1e} at most"
        )
    for name, seconds in report["pairs_s"].items():
        if seconds is not None:
            print(
                f"{name}, one pair: {1e3 * seconds:.1f} ms; {report['pairs']:,} pairs: "
                f"{seconds * report['pairs'] / 60:.0f} min"
            )


if __name__ == "__main__":
    main()
