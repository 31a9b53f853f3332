"""Manoeuvres of an orbit parameter message as burns of a propagation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.ephemerides.ref_frames import frame_of, to_icrf
from qqnet.errors import InputError
from qqnet.space.constants import STANDARD_GRAVITY_M_S2

if TYPE_CHECKING:
    from qqnet.dynamics.burns import Burn
    from qqnet.ephemerides.opm import Maneuver, Opm

_RADIAL: Final = ("RSW", "RTN", "QSW")


def burns_of(opm: Opm) -> tuple[Burn, ...]:
    """Return the manoeuvres of a message.

    A finite burn needs the mass of the spacecraft and the mass that it takes: thrust and specific impulse follow
    from them by the rocket equation.

    Parameters
    ----------
    opm : Opm
        The message.

    Returns
    -------
    tuple of Burn
        In the order of the message.

    Raises
    ------
    InputError
        If a frame is not known to QQNet, or a finite burn lacks a mass.
    """
    from qqnet.dynamics.burns import Burn

    mass = opm.spacecraft.mass_kg
    burns = []
    for k, maneuver in enumerate(opm.maneuvers, 1):
        frame, delta_v = _direction(opm, maneuver, k)
        if maneuver.duration_s == 0.0:
            burns.append(Burn(maneuver.ignition_s, delta_v, frame))
        else:
            thrust, impulse = _thrust(opm, maneuver, k, mass)
            middle = maneuver.ignition_s + 0.5 * maneuver.duration_s
            burns.append(Burn(middle, delta_v, frame, thrust, impulse, mass))
        mass = None if mass is None else mass + maneuver.delta_mass_kg
    return tuple(burns)


def _direction(opm: Opm, maneuver: Maneuver, k: int) -> tuple[str, tuple[float, float, float]]:
    """Return frame and change of velocity as a burn wants them."""
    frame = maneuver.frame.upper()
    if frame in _RADIAL:
        return "RTN", maneuver.delta_v_km_s
    if frame == "TNW":  # along the velocity, towards the centre, along the angular momentum
        along, inward, normal = maneuver.delta_v_km_s
        return "VNC", (along, normal, -inward)
    try:
        known = frame_of(frame, opm.center)
    except InputError as error:
        raise InputError(f"{opm.source}: manoeuvre {k}: {error}; and RSW, RTN, TNW") from None
    if known not in ("ICRF", "GCRF", "EME2000", "TEME"):
        raise InputError(f"{opm.source}: manoeuvre {k} in {maneuver.frame}; an inertial frame is right")
    row = np.array([[*maneuver.delta_v_km_s, 0.0, 0.0, 0.0]])
    x, y, z = to_icrf(known, [maneuver.ignition_s], row)[0, :3].tolist()
    return "ICRF", (x, y, z)


def _thrust(opm: Opm, maneuver: Maneuver, k: int, mass: float | None) -> tuple[float, float]:
    """Return thrust [N] and specific impulse [s] of a finite burn."""
    if mass is None or maneuver.delta_mass_kg == 0.0 or mass + maneuver.delta_mass_kg <= 0.0:
        raise InputError(
            f"{opm.source}: manoeuvre {k} lasts {maneuver.duration_s:g} s; a finite burn needs MASS and a "
            f"MAN_DELTA_MASS that is negative and less than it; not {mass} and {maneuver.delta_mass_kg} kg"
        )
    used = -maneuver.delta_mass_kg
    speed_m_s = 1e3 * float(np.linalg.norm(maneuver.delta_v_km_s)) / np.log(mass / (mass - used))
    return used * speed_m_s / maneuver.duration_s, speed_m_s / STANDARD_GRAVITY_M_S2
