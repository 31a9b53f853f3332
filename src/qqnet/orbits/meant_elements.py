"""Initial states of elements that are averages, or that are to stand still, under the forces of their motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel
from qqnet.orbits.frozen import find_frozen
from qqnet.orbits.initial import InitialStates
from qqnet.orbits.kepler import elements_from_state, state
from qqnet.orbits.mean_elements import osculating_from_mean
from qqnet.scenario.orbits import KeplerianOrbit
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]


def with_elements_meant(
    orbit: KeplerianOrbit, begun: InitialStates, model: ForceModel, ephemeris: Ephemeris
) -> InitialStates:
    """Return the states that an orbit's elements mean.

    Parameters
    ----------
    orbit : KeplerianOrbit
        Says whether its elements are osculating, mean or to be frozen.
    begun : InitialStates
        States of the elements taken as osculating ones.
    model : ForceModel
        Forces on the spacecraft.
    ephemeris : Ephemeris
        Where the bodies are.

    Returns
    -------
    InitialStates
        Osculating states.

    Raises
    ------
    InputError
        If a revolution cannot be averaged, or no frozen orbit is found.
    """
    if orbit.elements == "osculating":
        return begun
    if orbit.elements == "mean":
        states = osculating_from_mean(model, begun.states, begun.epoch_s, orbit.frame, ephemeris)
        return replace(begun, states=states)
    return replace(begun, states=_frozen(orbit, begun, model, ephemeris))


def _frozen(orbit: KeplerianOrbit, begun: InitialStates, model: ForceModel, ephemeris: Ephemeris) -> Floats:
    """Find the frozen orbit of each plane; its satellites keep their places."""
    axes = rotation(orbit.frame, begun.epoch_s, ephemeris)
    r, v = begun.states[:, :3] @ axes.T, begun.states[:, 3:] @ axes.T
    a, e, _, raan, argp, mean = elements_from_state(r, v, body(begun.center).gm_km3_s2).fields()
    found = {}
    states = np.empty_like(begun.states)
    for n, node in enumerate(np.round(raan, 9)):
        if node not in found:
            found[node] = find_frozen(
                model, orbit.frame, begun.epoch_s, ephemeris,
                a_km=float(a[n]), e=float(e[n]), raan_rad=float(raan[n]), argp_rad=float(argp[n]),
            ).mean  # fmt: skip
        placed = state(replace(found[node], mean_anomaly_rad=float(mean[n])), body(begun.center).gm_km3_s2)
        states[n] = np.concatenate([np.ravel(part) @ axes for part in placed])
    return osculating_from_mean(model, states, begun.epoch_s, orbit.frame, ephemeris)
