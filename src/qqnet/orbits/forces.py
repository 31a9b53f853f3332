"""Forces and manoeuvres of a scenario's node, as the integrators take them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from qqnet.dynamics.burns import Burn, in_order
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation, default_model
from qqnet.scenario.dynamics import Dynamics, SolarRadiation
from qqnet.scenario.quantities import Internal
from qqnet.space.timescales import tdb_from_utc

if TYPE_CHECKING:
    from qqnet.ephemerides.opm import Opm


def with_message(dynamics: Dynamics, message: Opm) -> Dynamics:
    """Return dynamics in which a message's mass, area and coefficient stand where the scenario gives none.

    Parameters
    ----------
    dynamics : Dynamics
        As written.
    message : Opm
        The orbit parameter message that the node begins with.

    Returns
    -------
    Dynamics
        For `force_model`.
    """
    craft, radiation = message.spacecraft, dynamics.radiation
    mass = craft.mass_kg if dynamics.mass is None else dynamics.mass
    if radiation is None and mass and craft.solar_rad_area_m2 and craft.solar_rad_coeff is not None:
        radiation = SolarRadiation(area=Internal(craft.solar_rad_area_m2), reflectivity=craft.solar_rad_coeff)
    return dynamics.model_copy(update={"mass": mass, "radiation": radiation})


def force_model(dynamics: Dynamics, center: str, lowest_altitude_km: float) -> ForceModel:
    """Return the forces that a node's dynamics mean: what is written, and defaults for the rest.

    Parameters
    ----------
    dynamics : Dynamics
        As written.
    center : str
        Central body.
    lowest_altitude_km : float
        Least height above it [km], from which the degree of its gravity field is chosen.

    Returns
    -------
    ForceModel
        For the integrator.

    Raises
    ------
    InputError
        If a body or a degree does not exist.
    """
    chosen = default_model(center, lowest_altitude_km=lowest_altitude_km, radiation=_radiation(dynamics))
    if dynamics.third_bodies is not None:
        chosen = replace(chosen, bodies=tuple(dynamics.third_bodies))
    if dynamics.degree is not None:
        others = tuple(one for one in chosen.harmonics if one.body != center)
        own = (Harmonics(center, dynamics.degree, dynamics.order),) if dynamics.degree else ()
        chosen = replace(chosen, harmonics=own + others)
    return replace(chosen, relativity=dynamics.relativity)


def _radiation(dynamics: Dynamics) -> Radiation | None:
    pressure = dynamics.radiation
    if pressure is None:
        return None
    if pressure.area_to_mass is not None:
        strength = pressure.area_to_mass
    else:
        strength = (pressure.area or 0.0) / (dynamics.mass or math.inf)
    return Radiation(strength, pressure.reflectivity)


def burns_of(dynamics: Dynamics) -> tuple[Burn, ...]:
    """Return the manoeuvres in order of time, each with the mass that the one before leaves.

    Parameters
    ----------
    dynamics : Dynamics
        As written.

    Returns
    -------
    tuple of Burn
        For the integrator.

    Raises
    ------
    InputError
        If two burns overlap.
    """
    written = sorted(dynamics.burns, key=lambda burn: tdb_from_utc(burn.at))
    burns = []
    for n, burn in enumerate(written):
        x, y, z = burn.delta_v
        mass = dynamics.mass if n == 0 else None
        burns.append(
            Burn(tdb_from_utc(burn.at), (x, y, z), burn.frame, burn.thrust, burn.specific_impulse, mass, True)
        )
    return in_order(burns)
