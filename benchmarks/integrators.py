"""Tolerance, error and time of QQNet's integrators on orbits of several kinds, on one thread.

    python benchmarks/integrators.py [--quick]

The error is the distance of the last position from a run of `gauss` whose tolerances lie below rounding; the time
is that of the processor. Evaluations of `gauss` are of sixteen places each.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics import dop853, gauss
from qqnet.dynamics.forces import THRUST_SIZE
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.surroundings import surroundings
from qqnet.orbits.kepler import Elements, state
from qqnet.space.bodies import body
from qqnet.space.constants import SECONDS_PER_DAY as DAY
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]

EPOCH = 883_612_800.0  # 2028-01-01T12:00 TDB
NONE = np.zeros(THRUST_SIZE)


def orbit(
    center: str, a_km: float, e: float, i_deg: float, argp_deg: float = 0.0, anomaly: float = 0.0
) -> Floats:
    """Return a state [6]."""
    elements = Elements(a_km, e, np.radians(i_deg), 0.0, np.radians(argp_deg), anomaly)
    return np.concatenate(state(elements, body(center).gm_km3_s2), axis=-1).ravel()


MOON, EARTH = ("Earth", "Sun"), ("Moon", "Sun")
LOW = orbit("Earth", 6878.0, 0.001, 51.6)
TRANSFER = orbit("Earth", 24_400.0, 0.73, 7.0)
ELLIPTICAL = orbit("Moon", 6541.4, 0.6, 56.2, 90.0)
CASES = {
    "elliptical lunar orbit, 8x8": (ForceModel("Moon", MOON, (Harmonics("Moon", 8),)), ELLIPTICAL, 30),
    "the same in sunlight": (ForceModel("Moon", MOON, (Harmonics("Moon", 8),), Radiation(0.02)), ELLIPTICAL, 30),
    "the same, 50x50": (ForceModel("Moon", MOON, (Harmonics("Moon", 50),)), ELLIPTICAL, 30),
    "the same, 100x100": (ForceModel("Moon", MOON, (Harmonics("Moon", 100),)), ELLIPTICAL, 30),
    "lunar orbit of 100 km, 100x100": (
        ForceModel("Moon", MOON, (Harmonics("Moon", 100),)), orbit("Moon", 1837.4, 0.001, 88.0), 5),
    "near-rectilinear lunar orbit": (
        ForceModel("Moon", MOON, (Harmonics("Moon", 8),)), orbit("Moon", 38_000.0, 0.9, 90.0, 90.0, 3.0), 20),
    "Earth orbit of 500 km, 70x70": (
        ForceModel("Earth", EARTH, (Harmonics("Earth", 70),)), LOW, 3),
    "the same, 8x8, in and out of shadow": (
        ForceModel("Earth", EARTH, (Harmonics("Earth", 8),), Radiation(0.02)), LOW, 3),
    "transfer to geostationary orbit": (
        ForceModel("Earth", EARTH, (Harmonics("Earth", 20),), None, True), TRANSFER, 10),
    "orbit about the Sun": (ForceModel("Sun", ("Earth", "Venus", "Jupiter")), orbit("Sun", 1.8e8, 0.2, 2.0), 300),
}  # fmt: skip
SETTINGS = ((1e-14, 1e-7), (1e-13, 1e-6), (1e-12, 1e-5), (1e-10, 1e-3))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="the first case only")
    quick = parser.parse_args().quick
    ephemeris = Ephemeris.packaged()
    for name, (model, first, days) in list(CASES.items())[: 1 if quick else None]:
        around = surroundings(model, (EPOCH, EPOCH + days * DAY), ephemeris)
        span = 0.0, days * DAY
        best = gauss.run(around, first, *span, NONE, tolerance=1e-18, reach_km=1e-10).final
        print(f"{name}, {days} days")
        for tolerance, reach in SETTINGS:
            start = time.thread_time()
            run = gauss.run(around, first, *span, NONE, tolerance=tolerance, reach_km=reach)
            spent = time.thread_time() - start
            error = np.linalg.norm(run.final[:3] - best[:3]) * 1e5
            print(
                f"  gauss  {tolerance:g} {reach:g} km {spent * 1e3:9.1f} ms {len(run.edges_s) - 1:6d} steps "
                f"{run.evaluations:7d} evaluations {error:10.3g} cm"
            )
        alone = around._replace(lanes=1)
        for tolerance in (2e-14, 1e-12):
            start = time.thread_time()
            last, _, _, edges, _ = dop853.integrate(
                alone, first, *span, NONE, tolerance, False, *dop853.tableau()
            )
            spent = time.thread_time() - start
            error = np.linalg.norm(last[:3] - best[:3]) * 1e5
            print(
                f"  dop853 {tolerance:g}          {spent * 1e3:9.1f} ms {len(edges) - 1:6d} steps "
                f"{12 * (len(edges) - 1):7d} evaluations {error:10.3g} cm"
            )


if __name__ == "__main__":
    main()
