"""Forces that the errors of a scenario's satellite are carried with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel, default_model
from qqnet.errors import InputError
from qqnet.scenario import nodes
from qqnet.scenario.dynamics import Dynamics
from qqnet.scenario.orbits import MessageOrbit, ThreeBodyOrbit
from qqnet.space.bodies import body

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]


def force_model_of(study: Study, name: str, center: str, times: Floats) -> ForceModel:
    """Return the forces that a satellite's errors are carried with.

    Those that its motion was integrated under; for an analytic or imported motion the usual ones about the body.

    Parameters
    ----------
    study : Study
        The scenario with its trajectories.
    name : str
        The satellite.
    center : str
        The body.
    times : ndarray [T]
        Epochs [TDB s past J2000]; of the heights that choose the degree of an analytic orbit's field.

    Returns
    -------
    ForceModel
        Relative to the body.
    """
    from qqnet.orbits.forces import force_model, with_message
    from qqnet.orbits.initial import initial_states, message_of
    from qqnet.orbits.real_field import forces_on

    entry, scenario = study.scenario.entry(name), study.scenario
    dynamics = getattr(entry, "dynamics", None)
    if isinstance(dynamics, Dynamics) and isinstance(entry, nodes.Spacecraft | nodes.Constellation):
        if isinstance(entry.orbit, ThreeBodyOrbit):
            model = forces_on(entry.orbit, dynamics)[2]
        else:
            begun = initial_states(entry, scenario, study.ephemeris)
            if isinstance(entry.orbit, MessageOrbit):
                dynamics = with_message(dynamics, message_of(entry.orbit, scenario))
            model = force_model(dynamics, begun.center, begun.lowest_altitude_km)
        if model.center == center:
            return model
    distance = np.linalg.norm(study.trajectories_of([name]).position(name, times, center), axis=-1)
    lowest = float(distance.min()) - body(center).mean_radius_km
    if lowest <= 0.0:
        raise InputError(
            f"orbit determination at {center}: {name} comes to {lowest:.0f} km above the surface; satellites of "
            "another body need an entry of their own"
        )
    return default_model(center, lowest_altitude_km=lowest)
