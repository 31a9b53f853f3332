"""Where a look at years starts: forces, and states whose mean elements are those of the design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel, Harmonics, default_model, least_degree
from qqnet.errors import InputError
from qqnet.orbits.forces import force_model
from qqnet.orbits.initial import InitialStates
from qqnet.orbits.mean_elements import osculating_from_mean
from qqnet.orbits.trajectory import Trajectories
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Constellation, Spacecraft
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]

NEGLECTED_KM_S2: Final = 1e-11
"""What is left out of the gravity field for satellites without forces of their own [km/s^2].

At 7000 km from the Moon the pull of the Moon is 1e-4 km/s^2, and that of the Earth on the orbit 1e-7."""


def long_term_start(
    scenario: Scenario,
    trajectories: Trajectories,
    names: Sequence[str],
    body_name: str,
    frame: str,
    ephemeris: Ephemeris,
) -> tuple[ForceModel, Floats]:
    """Return the forces and the states at the scenario's start for a look at years.

    A satellite that the scenario integrates goes on from its state, under its forces. One on an analytic
    orbit has elements that are meant as mean ones, so its state is corrected until their averages are these;
    its forces are the usual ones about the body.

    Parameters
    ----------
    scenario : Scenario
        The network.
    trajectories : Trajectories
        Of its nodes.
    names : sequence of str, length N
        The satellites.
    body_name : str
        The body that they move about.
    frame : str
        Axes of the averages.
    ephemeris : Ephemeris
        Where the bodies are.

    Returns
    -------
    model : ForceModel
        Forces on all of them.
    states : ndarray, shape [N, 6]
        Relative to the body, ICRF axes [km, km/s].

    Raises
    ------
    InputError
        If a node does not move freely about the body, or sunlight acts on them in different ways.
    """
    start = scenario.time.start_s
    states = np.empty((len(names), 6))
    groups: dict[str, list[int]] = {}
    for n, name in enumerate(names):
        entry = scenario.entry(name)
        if not isinstance(entry, Spacecraft | Constellation) or trajectories[name].center != body_name:
            raise InputError(
                f"node {name!r} is no spacecraft about {body_name}, so it cannot be followed for years"
            )
        groups.setdefault(entry.name, []).append(n)
        states[n] = np.concatenate(trajectories.state(name, start, body_name))
    models: dict[str, ForceModel] = {}
    analytic: list[int] = []
    for name, members in groups.items():
        dynamics = scenario.entry(names[members[0]]).dynamics  # type: ignore[union-attr]
        begun = InitialStates(tuple(names[n] for n in members), body_name, start, states[members])
        if dynamics is None:
            models[name] = _usual_model(body_name, begun.lowest_altitude_km)
            analytic += members
        else:
            models[name] = force_model(dynamics, body_name, begun.lowest_altitude_km)
    model = joined(models)
    if analytic:
        states[analytic] = osculating_from_mean(model, states[analytic], start, frame, ephemeris)
    return model, states


def joined(models: Mapping[str, ForceModel]) -> ForceModel:
    """Return one model that leaves out nothing of several: all bodies, and the highest degree of each field.

    Parameters
    ----------
    models : mapping of str to ForceModel
        Forces on each entry, about one body.

    Returns
    -------
    ForceModel
        For all of them.

    Raises
    ------
    InputError
        If sunlight acts on them in different ways.
    """
    (name, first), *others = models.items()
    for other, model in others:
        if (model.radiation, model.relativity) != (first.radiation, first.relativity):
            raise InputError(
                f"nodes {name!r} and {other!r} move under different forces ({first.text()}; {model.text()}); "
                "name providers that move under the same"
            )
    fields: dict[str, Harmonics] = {}
    for model in models.values():
        for field in model.harmonics:
            if field.body not in fields or field.degree > fields[field.body].degree:
                fields[field.body] = field
    bodies = tuple(dict.fromkeys(name for model in models.values() for name in model.bodies))
    return replace(first, bodies=bodies, harmonics=tuple(fields.values()))


def _usual_model(center: str, lowest_altitude_km: float) -> ForceModel:
    """Return the usual forces, with no more of the gravity field than years of coverage ask for."""
    model = default_model(center, lowest_altitude_km=lowest_altitude_km)
    degree = {one.body: one.degree for one in model.harmonics}
    if center not in degree:
        return model
    enough = least_degree(center, body(center).mean_radius_km + lowest_altitude_km, NEGLECTED_KM_S2)
    return replace(model, harmonics=(Harmonics(center, min(enough, degree[center])),))
