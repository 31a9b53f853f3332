"""Periodic orbits of the three-body problem in the real field of forces."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.orbits.analytic import periodic_orbit
from qqnet.orbits.forces import force_model
from qqnet.orbits.numerical import Nowhere, TableStore, digest
from qqnet.orbits.trajectory import Trajectory
from qqnet.scenario.dynamics import Dynamics
from qqnet.scenario.orbits import ThreeBodyOrbit
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.threebody.shooting import into_ephemeris

if TYPE_CHECKING:
    from qqnet.dynamics.model import ForceModel
    from qqnet.threebody.cr3bp import ThreeBodySystem
    from qqnet.threebody.periodic import PeriodicOrbit

_BODY: Final = {"EMB": "Earth"}
"""Whose forces stand for those of a barycentre."""


def forces_on(orbit: ThreeBodyOrbit, dynamics: Dynamics) -> tuple[ThreeBodySystem, PeriodicOrbit, ForceModel]:
    """Return the periodic orbit that is meant, with the forces to bring it into.

    Parameters
    ----------
    orbit : ThreeBodyOrbit
        As written.
    dynamics : Dynamics
        As written.

    Returns
    -------
    system : ThreeBodySystem
        The pair of bodies.
    periodic : PeriodicOrbit
        In their rotating frame.
    model : ForceModel
        About the body that the orbit comes nearest to; the other one is always among those that pull.

    Raises
    ------
    InputError
        If there is no such orbit.
    """
    pair, periodic = periodic_orbit(orbit)
    places = periodic.states(np.linspace(0.0, 1.0, 1025))[:, :3]
    distances = {
        name: pair.length_km * float(np.min(np.linalg.norm(places - [x, 0.0, 0.0], axis=1)))
        for name, x in ((_BODY.get(pair.secondary, pair.secondary), 1.0 - pair.mu), (pair.primary, -pair.mu))
    }
    center, other = sorted(distances, key=lambda name: distances[name])
    lowest = distances[center] - body(center).mean_radius_km
    if dynamics.third_bodies is not None:  # without the other body there is no such orbit
        bodies = [other, *(name for name in dynamics.third_bodies if name not in (center, other))]
        dynamics = dynamics.model_copy(update={"third_bodies": bodies})
    return pair, periodic, force_model(dynamics, center, lowest)


def real_trajectory(
    name: str,
    orbit: ThreeBodyOrbit,
    dynamics: Dynamics,
    start_s: float,
    span: tuple[float, float],
    ephemeris: Ephemeris,
    store: TableStore | None = None,
) -> Trajectory:
    """Bring a periodic orbit into the real field: a motion close to it that the forces hold up all along.

    Parameters
    ----------
    name : str
        The spacecraft.
    orbit : ThreeBodyOrbit
        As written.
    dynamics : Dynamics
        As written.
    start_s : float
        Time of the orbit's phase [TDB s past J2000].
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        Where the bodies are.
    store : TableStore, optional
        Where finished motion is kept and looked for.

    Returns
    -------
    Trajectory
        Relative to the body of the forces.

    Raises
    ------
    InputError
        If there is no such orbit, or none near it in the real field; the message says what was tried.
    """
    store = Nowhere() if store is None else store
    pair, periodic, model = forces_on(orbit, dynamics)
    place = pair.name, periodic.initial, periodic.period, orbit.phase, start_s
    key = digest("three-body", asdict(model), place, span, ephemeris.source)
    table = store.find(key)
    if table is None:
        found = into_ephemeris(
            pair,
            periodic,
            epoch_s=start_s,
            phase=orbit.phase,
            span=span,
            model=model,
            ephemeris=ephemeris,
            name=name,
        )
        table = found.table
        store.keep(key, table)
    return Trajectory(name, model.center, table, real_text(pair, model))


def real_text(pair: ThreeBodySystem, model: ForceModel) -> str:
    """Say in one line how the motion of a periodic orbit in the real field is found."""
    return f"{model.text()}; from the {pair.name} three-body problem"
