"""How the end of a motion answers to its beginning: state-transition matrices of the full model."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.dynamics import gauss
from qqnet.dynamics.arcs import COLLISION, DONE
from qqnet.dynamics.engines import spread
from qqnet.dynamics.forces import THRUST_SIZE
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.surroundings import surface_bodies, surroundings
from qqnet.errors import InputError, PropagationError
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]


def transition(
    model: ForceModel, state: ArrayLike, start_s: float, stop_s: float, ephemeris: Ephemeris
) -> tuple[Floats, Floats]:
    """Integrate one state together with its linearisation.

    Parameters
    ----------
    model : ForceModel
        The forces.
    state : array_like, shape [6]
        Position and velocity at the start [km, km/s], ICRF axes relative to the model's centre.
    start_s, stop_s : float
        From and to [TDB s past J2000]; time may run backwards.
    ephemeris : Ephemeris
        Where the bodies are.

    Returns
    -------
    final : ndarray, shape [6]
        State at the stop.
    matrix : ndarray, shape [6, 6]
        Derivative of the final state by the first.

    Raises
    ------
    InputError, EphemerisRangeError, PropagationError
        As `qqnet.dynamics.propagation.propagate`.
    """
    final, matrices = transitions(model, np.asarray(state)[None], [start_s], [stop_s], ephemeris)
    return final[0], matrices[0]


def transitions(
    model: ForceModel,
    states: ArrayLike,
    starts_s: ArrayLike,
    stops_s: ArrayLike,
    ephemeris: Ephemeris,
    *,
    threads: int | None = None,
) -> tuple[Floats, Floats]:
    """Integrate many states, each over its own span, together with their linearisations.

    Parameters
    ----------
    model, ephemeris
        As for `transition`.
    states : array_like, shape [N, 6]
        States at their starts [km, km/s].
    starts_s, stops_s : array_like, shape [N] or []
        From and to [TDB s past J2000].
    threads : int, optional
        Threads to use; all processors where not given.

    Returns
    -------
    final : ndarray, shape [N, 6]
        States at their stops.
    matrices : ndarray, shape [N, 6, 6]
        Derivatives of the final states by the first.

    Raises
    ------
    InputError, EphemerisRangeError, PropagationError
        As `transition`.
    """
    first = np.asarray(states, dtype=np.float64)
    if first.ndim != 2 or first.shape[1] != 6 or not np.isfinite(first).all():
        raise InputError(f"states of shape {first.shape}; right are six finite numbers each")
    starts, stops = (
        np.broadcast_to(np.asarray(t, dtype=np.float64), (len(first),)) for t in (starts_s, stops_s)
    )
    every = np.concatenate([starts, stops])
    if not np.isfinite(every).all():
        raise InputError("transition: a time is not finite")
    around = surroundings(model, (float(np.min(every)), float(np.max(every))), ephemeris)
    none = np.zeros(THRUST_SIZE)

    def one(n: int) -> gauss.Run:
        whole = np.concatenate([first[n], np.eye(6).ravel()])
        span = float(starts[n]) - around.reference_s, float(stops[n]) - around.reference_s
        return gauss.run(around, whole, *span, none)

    made = spread(one, len(first), threads or os.cpu_count() or 1)
    for n, run in enumerate(made):
        if run.status != DONE:
            time = around.reference_s + float(run.edges_s[-1])
            what = "the motion cannot be integrated further"
            if run.status == COLLISION:
                what = f"the motion meets the surface of the {surface_bodies(model)[run.surface]}"
            name = f"state {n + 1}"
            raise PropagationError(name, time, f"{name}: {what} at {format_utc(time)}")
    last = np.stack([run.final for run in made])
    return last[:, :6], last[:, 6:].reshape(-1, 6, 6)
