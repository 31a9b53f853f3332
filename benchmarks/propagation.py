"""Time 64 lunar satellites over 30 days: heyoka by itself, QQNet with each of its engines, SciPy; in one run.

    python benchmarks/propagation.py [--satellites N] [--days N] [--threads N]

Needs the extra ``test``. Forces are GRGM1200A 8x8, Earth and Sun, the same for all. Orbits are elliptical
(a = 6541 km, e = 0.6), each turned its own way. Everything is compiled before it is timed; how long heyoka takes
to compile is printed beside. On one thread the time is that of the processor, which a busy machine disturbs less.

heyoka by itself is written as its documentation does: `taylor_adaptive_batch` with all lanes of the processor, its
own spherical harmonics, long code (``compact_mode=False``). Positions of Earth and Sun and the Moon's axes are
polynomials of a day in its parameters. It returns last states. QQNet returns Chebyshev tables of the whole motion,
true to 1 mm, and looks out for surfaces, or where the line says so last states. Errors are distances of last
positions from heyoka at 1e-16; the rounding of the Moon's angles, 1e-12, makes some millimetres of them.

SciPy's DOP853 calls QQNet's compiled forces; it is timed on one satellite and scaled.
"""

from __future__ import annotations

import argparse
import copy
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import heyoka as hy
import numpy as np
from numpy.polynomial.chebyshev import cheb2poly, chebvander
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from qqnet.dynamics.engines import ENGINES
from qqnet.dynamics.forces import THRUST_SIZE, WORK_SIZE, accelerations
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import final_states, propagate
from qqnet.dynamics.surroundings import look_around, surroundings
from qqnet.orbits.kepler import Elements, state
from qqnet.space.bodies import body
from qqnet.space.constants import SECONDS_PER_DAY as DAY
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.gravity import gravity_field

Floats = NDArray[np.float64]

EPOCH = 883_612_800.0  # 2028-01-01T12:00 TDB
MODEL = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 8),))
POWERS = 10


def orbits(count: int) -> Floats:
    """Return states [N, 6] of elliptical orbits, each turned its own way."""
    k = np.arange(count)
    elements = Elements(6541.4, 0.6, np.radians(40.0 + 20.0 * (k % 4)), 0.7 * k, np.pi / 2, 0.3 * k)
    return np.concatenate(state(elements, body("Moon").gm_km3_s2), axis=-1)


class PlainHeyoka:
    """heyoka by itself, as its documentation does it."""

    def __init__(self, tolerance: float, days: int) -> None:
        self.batch = hy.recommended_simd_size()
        self.days = self._polynomials(days)
        began = time.perf_counter()
        self.integrator = self._compile(tolerance)
        self.compilation_s = time.perf_counter() - began

    @staticmethod
    def _polynomials(days: int) -> Floats:
        """Return powers of time of Earth, Sun and the Moon's matrix over each day, shape [days, 15, POWERS]."""
        nodes = np.cos(np.pi * (np.arange(POWERS) + 0.5) / POWERS)
        t = EPOCH + DAY * (np.arange(days)[:, None] + 0.5 + 0.5 * nodes)
        ephemeris = Ephemeris.packaged()
        places = [ephemeris.position(name, "Moon", t) for name in ("Earth", "Sun")]
        values = np.concatenate([*places, rotation("MOON_PA", t).reshape(*t.shape, 9)], axis=-1)
        series = np.linalg.solve(chebvander(nodes, POWERS - 1), values)
        to_powers = np.array([np.pad(p, (0, POWERS - len(p))) for p in map(cheb2poly, np.eye(POWERS))])
        return np.einsum("kp,dkc->dcp", to_powers, series)

    def _compile(self, tolerance: float) -> Any:
        place, velocity = hy.make_vars("x", "y", "z"), hy.make_vars("vx", "vy", "vz")
        tau = hy.time * (2.0 / DAY)

        def column(c: int) -> Any:
            value = hy.par[c * POWERS + POWERS - 1]
            for p in range(POWERS - 2, -1, -1):
                value = hy.par[c * POWERS + p] + tau * value
            return value

        field = gravity_field("Moon", 8)
        matrix = [[column(6 + 3 * i + j) for j in range(3)] for i in range(3)]
        fixed = [hy.sum([matrix[i][j] * place[j] for j in range(3)]) for i in range(3)]
        pairs = [[field.cosine[n, m], field.sine[n, m]] for n in range(9) for m in range(n + 1)]
        own = hy.model.sh_gravity_acc(fixed, pairs, mu=body("Moon").gm_km3_s2, a=field.radius_km)
        pull = [hy.sum([matrix[i][j] * own[i] for i in range(3)]) for j in range(3)]
        for name, first in (("Earth", 0), ("Sun", 3)):
            gm, there = body(name).gm_km3_s2, [column(first + j) for j in range(3)]
            away = [b - p for b, p in zip(there, place, strict=True)]
            near, far = (hy.sum([d * d for d in v]) ** -1.5 for v in (away, there))
            pull = [a + gm * (d * near - b * far) for a, d, b in zip(pull, away, there, strict=True)]
        equations = [*zip(place, velocity, strict=True), *zip(velocity, pull, strict=True)]
        return hy.taylor_adaptive_batch(equations, state=np.ones((6, self.batch)), tol=tolerance)

    def run(self, states: Floats, threads: int) -> Floats:
        """Return the last states."""
        groups = [states[n : n + self.batch] for n in range(0, len(states), self.batch)]
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(self._group, groups)))

    def _group(self, group: Floats) -> Floats:
        integrator = copy.deepcopy(self.integrator)
        integrator.state[:] = np.resize(group, (self.batch, 6)).T
        for powers in self.days:
            integrator.pars[:] = powers.ravel()[:, None]
            integrator.set_time(-0.5 * DAY)
            integrator.propagate_until(0.5 * DAY)
        return integrator.state.T[: len(group)].copy()


def scipy_state(first: Floats, days: int) -> Floats:
    """Return the last state of one satellite by SciPy's DOP853 over our compiled forces."""
    around = surroundings(MODEL, (EPOCH, EPOCH + days * DAY), Ephemeris.packaged())
    columns, work = np.empty(around.n_columns * LANES), np.zeros(WORK_SIZE)
    lanes, out, thrust = np.zeros(7 * LANES), np.zeros(3 * LANES), np.zeros(THRUST_SIZE)

    def rate(t: float, y: Floats) -> Floats:
        lanes[: 6 * LANES] = np.repeat(y, LANES)
        lanes[6 * LANES :] = t
        look_around(around, lanes[6 * LANES :], columns)
        accelerations(around, columns, lanes[: 3 * LANES], lanes[3 * LANES : 6 * LANES], lanes[6 * LANES :],
                      thrust, work, out)  # fmt: skip
        return np.concatenate([y[3:], out[::LANES]])

    solved = solve_ivp(rate, (0.0, days * DAY), first, method="DOP853", rtol=2.3e-14, atol=1e-12)
    return np.asarray(solved.y[:, -1])


def quickest(
    runs: dict[str, Callable[[], Any]], repetitions: int, clock: Callable[[], float]
) -> tuple[dict[str, float], dict[str, Any]]:
    """Return the shortest time of each, in rotation so that a busy machine disturbs all alike; and results."""
    spent: dict[str, float] = {}
    results = {name: run() for name, run in runs.items()}
    for _ in range(repetitions):
        for name, run in runs.items():
            began = clock()
            results[name] = run()
            spent[name] = min(spent.get(name, np.inf), clock() - began)
    return spent, results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--satellites", type=int, default=64)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=5)
    given = parser.parse_args()
    states, span = orbits(given.satellites), (EPOCH, EPOCH + given.days * DAY)
    ephemeris = Ephemeris.packaged()
    plain = {tolerance: PlainHeyoka(tolerance, given.days) for tolerance in (1e-16, 1e-14, 1e-12)}

    clock = time.process_time if given.threads == 1 else time.perf_counter

    def table(engine: str) -> Callable[[], Floats]:
        return lambda: (
            propagate(MODEL, states, EPOCH, span, ephemeris, engine=engine, threads=given.threads).final
        )

    def last(engine: str) -> Callable[[], Floats]:
        return lambda: final_states(
            MODEL, states, EPOCH, span[1], ephemeris, engine=engine, threads=given.threads
        )

    runs = {
        f"heyoka by itself, {t:g}": (lambda t=t: plain[t].run(states, given.threads)) for t in (1e-14, 1e-12)
    }
    for engine in sorted(ENGINES, reverse=True):
        runs |= {f"QQNet {engine}": table(engine), f"QQNet {engine}, last states": last(engine)}
    spent, results = quickest(runs, given.repetitions, clock)
    began = clock()
    results["SciPy DOP853, scaled"] = scipy_state(states[0], given.days)[None]
    spent["SciPy DOP853, scaled"] = (clock() - began) * len(states)
    truth = plain[1e-16].run(states, given.threads)
    print(
        f"{given.satellites} satellites, {given.days} days, {MODEL.text()}; {given.threads} thread(s), "
        f"{plain[1e-14].batch} lanes, {platform.machine()}, Python {platform.python_version()}\n"
        f"compilation of heyoka by itself {plain[1e-14].compilation_s:.1f} s, not counted "
        "(heyoka keeps it on disk: near 0 in a second run)"
    )
    base = spent["heyoka by itself, 1e-14"]
    for name, seconds in spent.items():
        error = np.linalg.norm(results[name][:, :3] - truth[: len(results[name]), :3], axis=1).max() * 1e5
        per = seconds / given.satellites * 1e3
        print(f"{name:30}{seconds:8.2f} s{per:8.1f} ms each{seconds / base:7.2f} x{error:9.3f} cm")


if __name__ == "__main__":
    main()
