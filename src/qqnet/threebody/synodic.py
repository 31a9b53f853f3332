"""From the rotating frame of the three-body problem to ICRF, by the real places of the two primaries.

The rotating frame is built anew at each instant from the ephemeris: x along the line of the primaries, z along
their angular momentum, unit of length their distance at that instant ("pulsating"). Libration points stay in
line with the primaries. Nondimensional time runs evenly: one turn in the mean sidereal period of the real pair.
A periodic orbit mapped so has the right size, shape and place to some per cent; it is no solution of the real
equations of motion.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.ephemeris import Ephemeris
from qqnet.threebody.cr3bp import Point, ThreeBodySystem, libration_point
from qqnet.threebody.periodic import PeriodicOrbit

Floats = NDArray[np.float64]
Origin = Literal["primary", "secondary", "barycentre"]

STENCIL_S: Final = 30.0
"""Step of the difference that gives the acceleration of the pair [s]."""


def rotating_axes(system: ThreeBodySystem, t: ArrayLike, ephemeris: Ephemeris) -> tuple[Floats, Floats]:
    """Return the axes of the rotating frame and its unit of length.

    Parameters
    ----------
    system : ThreeBodySystem
        The pair.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris
        Where the pair is.

    Returns
    -------
    axes : ndarray, shape [..., 3, 3]
        Rows are the unit vectors x, y, z in ICRF: ``r_rotating = axes @ r_icrf``.
    distance_km : ndarray, shape [...]
        Distance of the primaries [km].

    Raises
    ------
    InputError
        If one of the two is not in the ephemeris.
    """
    if not system.in_ephemeris:
        raise InputError(
            f"{system.name} orbits have no place in the real world: {system.secondary} is not in the ephemeris"
        )
    line, motion = ephemeris.state(system.secondary, system.primary, t)
    distance = np.linalg.norm(line, axis=-1)
    x = line / distance[..., None]
    momentum = np.cross(line, motion)
    z = momentum / np.linalg.norm(momentum, axis=-1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=-2), distance


def from_rotating(
    coordinates: ArrayLike,
    system: ThreeBodySystem,
    t: ArrayLike,
    ephemeris: Ephemeris,
    origin: Origin = "secondary",
) -> Floats:
    """Map nondimensional rotating coordinates to positions.

    Parameters
    ----------
    coordinates : array_like, shape [..., 3]
        Place in the rotating frame about the barycentre of the pair, nondimensional.
    system : ThreeBodySystem
        The pair.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris
        Where the pair is.
    origin : {"secondary", "primary", "barycentre"}
        What the positions are relative to.

    Returns
    -------
    ndarray, shape [..., 3]
        Position relative to the origin [km], ICRF axes.

    Raises
    ------
    InputError
        If the origin is unknown.
    EphemerisRangeError
        If a time is not covered.
    """
    places = {"secondary": 1.0 - system.mu, "primary": -system.mu, "barycentre": 0.0}
    if origin not in places:
        raise InputError(f"unknown origin {origin!r}; known: {', '.join(places)}")
    axes, distance = rotating_axes(system, t, ephemeris)
    relative = np.asarray(coordinates, dtype=np.float64) - np.array([places[origin], 0.0, 0.0])
    return np.asarray(distance[..., None] * np.einsum("...ji,...j->...i", axes, relative), dtype=np.float64)


def center_of(system: ThreeBodySystem, point: Point) -> tuple[str, Origin]:
    """Return the body next to a libration point, by name and by its part in the pair."""
    if point in ("L1", "L2"):
        return system.secondary, "secondary"
    return system.primary, "primary"


def libration_position(system: ThreeBodySystem, point: Point, t: ArrayLike, ephemeris: Ephemeris) -> Floats:
    """Return the instantaneous place of a libration point.

    Parameters
    ----------
    system : ThreeBodySystem
        The pair.
    point : {"L1", "L2", "L3", "L4", "L5"}
        The point.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris
        Where the pair is.

    Returns
    -------
    ndarray, shape [..., 3]
        Position [km], ICRF axes, relative to the secondary for L1 and L2, to the primary for the others.
    """
    return from_rotating(libration_point(system.mu, point), system, t, ephemeris, center_of(system, point)[1])


def period_s(system: ThreeBodySystem, orbit: PeriodicOrbit) -> float:
    """Return the period of an orbit in the real system [s]: the mean sidereal period makes one turn."""
    return orbit.period / (2.0 * np.pi) * system.mean_period_s


def orbit_position(
    system: ThreeBodySystem,
    orbit: PeriodicOrbit,
    t: ArrayLike,
    ephemeris: Ephemeris,
    *,
    epoch_s: float,
    phase: float = 0.0,
) -> Floats:
    """Return positions along a periodic orbit.

    Parameters
    ----------
    system : ThreeBodySystem
        The pair.
    orbit : PeriodicOrbit
        The orbit in the rotating frame.
    t : array_like, shape [T]
        Time [TDB s past J2000].
    ephemeris : Ephemeris
        Where the pair is.
    epoch_s : float
        Time of `phase` [TDB s past J2000].
    phase : float
        Fraction of the period since the orbit's state in the xz plane, at the epoch.

    Returns
    -------
    ndarray, shape [T, 3]
        Position relative to the secondary [km], ICRF axes.
    """
    times = np.asarray(t, dtype=np.float64)
    states = orbit.states(phase + (times - epoch_s) / period_s(system, orbit))
    return from_rotating(states[:, :3], system, times, ephemeris)


def rotating_motion(
    system: ThreeBodySystem, t: ArrayLike, ephemeris: Ephemeris
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the rotating frame, its unit of length, and how fast both change.

    Parameters
    ----------
    system : ThreeBodySystem
        The pair.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris
        Where the pair is.

    Returns
    -------
    axes : ndarray, shape [..., 3, 3]
        As from `rotating_axes`.
    distance_km : ndarray, shape [...]
        Distance of the primaries [km].
    turning : ndarray, shape [..., 3]
        Angular velocity of the axes, in these axes [rad/s].
    rate_km_s : ndarray, shape [...]
        Rate of the distance [km/s].
    """
    times = np.asarray(t, dtype=np.float64)
    axes, distance = rotating_axes(system, times, ephemeris)
    line, motion = ephemeris.state(system.secondary, system.primary, times)
    # The pair's plane turns by the part of the acceleration that is across it; seconds suffice for its difference.
    low, high = ephemeris.span
    before, after = np.clip(times - STENCIL_S, low, high), np.clip(times + STENCIL_S, low, high)
    pull = ephemeris.state(system.secondary, system.primary, after)[1]
    pull = (pull - ephemeris.state(system.secondary, system.primary, before)[1]) / (after - before)[..., None]
    momentum = np.linalg.norm(np.cross(line, motion), axis=-1)
    turning = np.zeros((*times.shape, 3))
    turning[..., 0] = distance / momentum * np.einsum("...i,...i->...", pull, axes[..., 2, :])
    turning[..., 2] = momentum / distance**2
    return axes, distance, turning, np.einsum("...i,...i->...", motion, axes[..., 0, :])


def states_from_rotating(
    states: ArrayLike, system: ThreeBodySystem, t: ArrayLike, ephemeris: Ephemeris, center: str
) -> Floats:
    """Map nondimensional rotating states to positions and velocities.

    Parameters
    ----------
    states : array_like, shape [..., 6]
        Coordinates about the barycentre of the pair and their rates, nondimensional.
    system : ThreeBodySystem
        The pair.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris
        Where the pair is.
    center : str
        What the states are relative to: any name of the ephemeris.

    Returns
    -------
    ndarray, shape [..., 6]
        Position [km] and velocity [km/s] relative to the centre, ICRF axes. The velocity is the rate of the
        mapped position: the frame turns and pulsates as the real pair does.
    """
    given = np.asarray(states, dtype=np.float64)
    axes, distance, turning, rate = rotating_motion(system, t, ephemeris)
    place = given[..., :3] - np.array([1.0 - system.mu, 0.0, 0.0])
    speed = given[..., 3:] * (2.0 * np.pi / system.mean_period_s) + np.cross(turning, place)
    speed = rate[..., None] * place + distance[..., None] * speed
    position, velocity = ephemeris.state(system.secondary, center, t)
    parts = distance[..., None] * place, speed
    turned = [np.einsum("...ji,...j->...i", axes, part) for part in parts]
    return np.concatenate([turned[0] + position, turned[1] + velocity], axis=-1)


def states_to_rotating(
    states: ArrayLike, system: ThreeBodySystem, t: ArrayLike, ephemeris: Ephemeris, center: str
) -> Floats:
    """Map positions and velocities to nondimensional rotating states: the inverse of `states_from_rotating`.

    Parameters
    ----------
    states : array_like, shape [..., 6]
        Position [km] and velocity [km/s] relative to the centre, ICRF axes.
    system, t, ephemeris, center
        As for `states_from_rotating`.

    Returns
    -------
    ndarray, shape [..., 6]
        Coordinates about the barycentre of the pair and their rates, nondimensional.
    """
    given = np.asarray(states, dtype=np.float64)
    axes, distance, turning, rate = rotating_motion(system, t, ephemeris)
    position, velocity = ephemeris.state(system.secondary, center, t)
    turned = [
        np.einsum("...ij,...j->...i", axes, part)
        for part in (given[..., :3] - position, given[..., 3:] - velocity)
    ]
    place = turned[0] / distance[..., None]
    speed = (turned[1] - rate[..., None] * place) / distance[..., None] - np.cross(turning, place)
    speed *= system.mean_period_s / (2.0 * np.pi)
    return np.concatenate([place + np.array([1.0 - system.mu, 0.0, 0.0]), speed], axis=-1)


def orbit_states(
    system: ThreeBodySystem,
    orbit: PeriodicOrbit,
    t: ArrayLike,
    ephemeris: Ephemeris,
    *,
    epoch_s: float,
    phase: float = 0.0,
    center: str,
) -> Floats:
    """Return positions and velocities along a periodic orbit.

    Parameters
    ----------
    system, orbit, t, ephemeris, epoch_s, phase
        As for `orbit_position`.
    center : str
        What they are relative to: any name of the ephemeris.

    Returns
    -------
    ndarray, shape [T, 6]
        Position [km] and velocity [km/s] relative to the centre, ICRF axes.
    """
    times = np.asarray(t, dtype=np.float64)
    states = orbit.states(phase + (times - epoch_s) / period_s(system, orbit))
    return states_from_rotating(states, system, times, ephemeris, center)
