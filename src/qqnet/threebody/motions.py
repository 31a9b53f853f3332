"""Many short motions under one force model: where they end, what their ends answer to, where they lead."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.dynamics.arcs import DONE, Arc, joined, places
from qqnet.dynamics.engines import Engine, engine_of
from qqnet.dynamics.forces import THRUST_SIZE, WORK_SIZE, accelerations
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.propagation import DEFAULT_ENGINE
from qqnet.dynamics.surroundings import Surroundings, look_around, surroundings
from qqnet.space.chebyshev import ChebyshevTable, fit
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Motions:
    """Motions inside one span, each with its own start and stop.

    A motion that meets a surface is no error here but a trial that failed: its end is not a number.

    Attributes
    ----------
    model : ForceModel
        The forces.
    around : Surroundings
        Bodies and fields over the span.
    engine : Engine
        The integrator.
    threads : int
        Threads that motions are spread over.
    """

    model: ForceModel
    around: Surroundings
    engine: Engine
    threads: int

    @classmethod
    def over(cls, model: ForceModel, span: tuple[float, float], ephemeris: Ephemeris) -> Motions:
        """Prepare the forces over a span [TDB s past J2000]."""
        return cls(
            model, surroundings(model, span, ephemeris), engine_of(DEFAULT_ENGINE), os.cpu_count() or 1
        )

    def ends(self, states: ArrayLike, starts_s: ArrayLike, stops_s: ArrayLike) -> Floats:
        """Return where motions end.

        Parameters
        ----------
        states : array_like, shape [N, 6]
            States at the starts [km, km/s], ICRF axes relative to the model's centre.
        starts_s, stops_s : array_like, shape [N] or []
            From and to [TDB s past J2000], inside the span; time may run backwards.

        Returns
        -------
        ndarray, shape [N, 6]
            States at the stops; NaN where a surface was met on the way.
        """
        first = np.asarray(states, dtype=np.float64)
        return np.stack([_final(arc) for arc in self._run(first, starts_s, stops_s, False)])

    def transitions(
        self, states: ArrayLike, starts_s: ArrayLike, stops_s: ArrayLike
    ) -> tuple[Floats, Floats]:
        """Return where motions end, and the derivatives of the ends by the beginnings.

        Parameters
        ----------
        states, starts_s, stops_s
            As for `ends`.

        Returns
        -------
        final : ndarray, shape [N, 6]
            States at the stops; NaN where a surface was met on the way.
        matrices : ndarray, shape [N, 6, 6]
            State-transition matrices.
        """
        first = np.asarray(states, dtype=np.float64)
        whole = np.concatenate([first, np.broadcast_to(np.eye(6).ravel(), (len(first), 36))], axis=1)
        last = np.stack([_final(arc) for arc in self._run(whole, starts_s, stops_s, False)])
        return last[:, :6], last[:, 6:].reshape(-1, 6, 6)

    def rates(self, states: ArrayLike, times_s: ArrayLike) -> Floats:
        """Return velocity and acceleration, shape [N, 6] [km/s, km/s^2], of states at times [TDB s past J2000]."""
        first = np.ascontiguousarray(states, dtype=np.float64)
        out = np.empty_like(first)
        times = np.broadcast_to(np.asarray(times_s, dtype=np.float64), (len(first),))
        _rates(self.around, first, times - self.around.reference_s, out)
        return out

    def table(self, states: Floats, edges_s: Floats, tolerance_km: float, name: str) -> ChebyshevTable:
        """Tabulate a chain of motions, each of which begins where the one before it ends.

        Parameters
        ----------
        states : ndarray, shape [N, 6]
            States at the starts [km, km/s].
        edges_s : ndarray, shape [N + 1]
            Starts, and the stop of the last one [TDB s past J2000].
        tolerance_km : float
            Greatest distance of the table from the motions, in any component [km].
        name : str
            Name of the table.

        Returns
        -------
        ChebyshevTable
            Position relative to the model's centre [km], ICRF axes.
        """
        steps, coefficients = joined(self._run(states, edges_s[:-1], edges_s[1:], True))
        late = edges_s[0] - self.around.reference_s

        def position(dt: Floats) -> Floats:
            out = np.empty((dt.size, 3))
            places(steps, coefficients, dt + late, out)
            return out

        length = float(edges_s[-1] - edges_s[0])
        guess = 0.8 * length / max(1, len(coefficients)) * coefficients.shape[2] / 8
        made = fit(position, 0.0, length, tolerance_km, interval_s=guess, name=name)
        return ChebyshevTable(float(edges_s[0]), made.interval_s, made.coefficients, name)

    def _run(self, states: Floats, starts_s: ArrayLike, stops_s: ArrayLike, dense: bool) -> list[Arc]:
        starts, stops = (
            np.broadcast_to(np.asarray(t, dtype=np.float64), (len(states),)) - self.around.reference_s
            for t in (starts_s, stops_s)
        )
        return self.engine.integrate(
            self.around, states, starts, stops, np.zeros((len(states), THRUST_SIZE)),
            dense=dense, threads=self.threads, advance=lambda _: None,
        )  # fmt: skip


def _final(arc: Arc) -> Floats:
    return arc.final if arc.status == DONE else np.full_like(arc.final, np.nan)


@njit(cache=True, error_model="numpy", nogil=True)
def _rates(around, states, times, out):  # type: ignore[no-untyped-def]
    columns = np.empty(around.n_columns * LANES)
    work, thrust, pull = np.zeros(WORK_SIZE), np.zeros(THRUST_SIZE), np.zeros(3 * LANES)
    place, velocity, time = np.empty(3 * LANES), np.empty(3 * LANES), np.empty(LANES)
    for n in range(len(states)):
        for k in range(LANES):
            time[k] = times[n]
            for j in range(3):
                place[j * LANES + k] = states[n, j]
                velocity[j * LANES + k] = states[n, 3 + j]
        look_around(around, time, columns)
        accelerations(around, columns, place, velocity, time, thrust, work, pull)
        for j in range(3):
            out[n, j] = states[n, 3 + j]
            out[n, 3 + j] = pull[j * LANES]
