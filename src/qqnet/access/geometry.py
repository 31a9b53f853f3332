"""Geometry of one line of sight, as plain array functions.

Vectors are in km and km/s, in one set of inertial axes, with the three components last; leading dimensions
broadcast. The compiled window finder holds the same formulas for one line at a time; these are its plain form.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]


def slant_range_km(from_position: ArrayLike, to_position: ArrayLike) -> Floats:
    """Distance between two points.

    Parameters
    ----------
    from_position, to_position : array_like, shape [..., 3]
        Positions [km].

    Returns
    -------
    ndarray, shape [...]
        Distance [km].

    Examples
    --------
    >>> float(slant_range_km([0.0, 0.0, 0.0], [3.0, 4.0, 0.0]))
    5.0
    """
    return _norm(_array(to_position) - _array(from_position))


def range_rate_km_s(
    from_position: ArrayLike, from_velocity: ArrayLike, to_position: ArrayLike, to_velocity: ArrayLike
) -> Floats:
    """Rate of the distance between two points at one instant; positive when they part.

    Parameters
    ----------
    from_position, to_position : array_like, shape [..., 3]
        Positions [km].
    from_velocity, to_velocity : array_like, shape [..., 3]
        Velocities [km/s].

    Returns
    -------
    ndarray, shape [...]
        Range rate [km/s].

    Examples
    --------
    >>> float(range_rate_km_s([0, 0, 0], [0, 0, 0], [10.0, 0, 0], [-2.0, 5.0, 0]))
    -2.0
    """
    separation = _array(to_position) - _array(from_position)
    relative = _array(to_velocity) - _array(from_velocity)
    return _dot(separation, relative) / _norm(separation)


def one_way_range_rate_km_s(direction: ArrayLike, from_velocity: ArrayLike, to_velocity: ArrayLike) -> Floats:
    """Rate of the one-way range by the time of transmission.

    With ``rho = |r_to(t + rho/c) - r_from(t)|``, ``drho/dt = n.(v_to - v_from) / (1 - n.v_to / c)``. The
    received frequency is the transmitted one over ``1 + (drho/dt) / c``, but for relativity.

    Parameters
    ----------
    direction : array_like, shape [..., 3]
        Unit vector of the light path, from the transmitter at t to the receiver at t + rho/c.
    from_velocity : array_like, shape [..., 3]
        Velocity of the transmitter at t, relative to the Solar System barycentre [km/s].
    to_velocity : array_like, shape [..., 3]
        Velocity of the receiver at t + rho/c, likewise [km/s].

    Returns
    -------
    ndarray, shape [...]
        Range rate [km/s].
    """
    path, receiver = _array(direction), _array(to_velocity)
    closing = 1.0 - _dot(path, receiver) / SPEED_OF_LIGHT_KM_S
    return _dot(path, receiver - _array(from_velocity)) / closing


def elevation_rad(direction: ArrayLike, up: ArrayLike) -> Floats:
    """Elevation of a direction above the local horizon.

    Parameters
    ----------
    direction : array_like, shape [..., 3]
        Site to target, of any length.
    up : array_like, shape [..., 3]
        Outward unit normal of the surface at the site, in the same axes.

    Returns
    -------
    ndarray, shape [...]
        Elevation [rad], from -pi/2 to pi/2.

    Examples
    --------
    >>> round(float(np.degrees(elevation_rad([1.0, 0.0, 1.0], [0.0, 0.0, 1.0]))), 9)
    45.0
    """
    line = _array(direction)
    return np.asarray(np.arcsin(np.clip(_dot(line, _array(up)) / _norm(line), -1.0, 1.0)))


def segment_clearance_km(
    from_position: ArrayLike, to_position: ArrayLike, centre: ArrayLike, radius_km: ArrayLike
) -> Floats:
    """Least distance of a line of sight from the surface of a sphere; negative when the sphere cuts it.

    Parameters
    ----------
    from_position, to_position : array_like, shape [..., 3]
        Ends of the line [km].
    centre : array_like, shape [..., 3]
        Centre of the sphere [km].
    radius_km : array_like, shape [...]
        Radius of the sphere [km].

    Returns
    -------
    ndarray, shape [...]
        Clearance [km].

    Examples
    --------
    >>> float(segment_clearance_km([-10.0, 3.0, 0.0], [10.0, 3.0, 0.0], [0.0, 0.0, 0.0], 2.0))
    1.0
    >>> float(segment_clearance_km([5.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 0.0, 0.0], 2.0))
    3.0
    """
    start = _array(from_position)
    line = _array(to_position) - start
    share = closest_share(start, to_position, centre)
    return _norm(start + share[..., None] * line - _array(centre)) - _array(radius_km)


def closest_share(from_position: ArrayLike, to_position: ArrayLike, point: ArrayLike) -> Floats:
    """Where along a segment it comes closest to a point.

    Parameters
    ----------
    from_position, to_position : array_like, shape [..., 3]
        Ends of the segment [km].
    point : array_like, shape [..., 3]
        The point [km].

    Returns
    -------
    ndarray, shape [...]
        Share of the way, 0 at `from_position` to 1 at `to_position` [1].
    """
    start = _array(from_position)
    line = _array(to_position) - start
    return np.clip(_dot(_array(point) - start, line) / _dot(line, line), 0.0, 1.0)


def separation_rad(first: ArrayLike, second: ArrayLike) -> Floats:
    """Angle between two directions.

    Parameters
    ----------
    first, second : array_like, shape [..., 3]
        Directions, of any length.

    Returns
    -------
    ndarray, shape [...]
        Angle [rad], 0 to pi; from its tangent, so that small angles keep their digits.

    Examples
    --------
    >>> round(float(np.degrees(separation_rad([1.0, 0.0, 0.0], [1.0, 1.0, 0.0]))), 9)
    45.0
    """
    a, b = _array(first), _array(second)
    return np.asarray(np.arctan2(_norm(np.cross(a, b)), _dot(a, b)))


def light_time_s(
    from_position: ArrayLike, to_position: Callable[[Floats], ArrayLike], t: ArrayLike
) -> tuple[Floats, Floats]:
    """One-way light time from a transmitter at t to a receiver that moves on meanwhile.

    Parameters
    ----------
    from_position : array_like, shape [..., 3]
        Transmitter at t, relative to the Solar System barycentre [km].
    to_position : callable
        Position of the receiver at given times [TDB s past J2000], shape [...] to [..., 3], likewise [km].
    t : array_like, shape [...]
        Time of transmission [TDB s past J2000].

    Returns
    -------
    light_time : ndarray, shape [...]
        One-way light time [s], converged to rounding. Relativistic delay (0.1 ms near the Sun) is left out.
    path : ndarray, shape [..., 3]
        Vector from the transmitter at t to the receiver at t + light time [km].

    Examples
    --------
    >>> def receding(t):  # at 3 km/s, 299,792.458 km away at t = 0
    ...     return np.stack([299_792.458 + 3.0 * t, 0.0 * t, 0.0 * t], axis=-1)
    >>> delay, _ = light_time_s([0.0, 0.0, 0.0], receding, 0.0)
    >>> bool(abs(delay - 1.0 / (1.0 - 3.0 / 299_792.458)) < 1e-12)
    True
    """
    start, time = _array(from_position), _array(t)
    delay = np.zeros(np.broadcast_shapes(start.shape[:-1], time.shape))
    # Each turn divides the error by c / v, about 1e4.
    for _ in range(6):
        path = _array(to_position(time + delay)) - start
        delay = _norm(path) / SPEED_OF_LIGHT_KM_S
    return delay, path


def apparent_direction(path: ArrayLike, velocity: ArrayLike) -> Floats:
    """Direction of travel of light as an end of the path sees it, moving: aberration.

    To first order in v/c, ``n - v/c``, both for the way a transmitter must point and, reversed, for where a
    receiver sees the light come from.

    Parameters
    ----------
    path : array_like, shape [..., 3]
        Vector from the transmitter at emission to the receiver at reception [km], barycentric axes.
    velocity : array_like, shape [..., 3]
        Velocity of the end, relative to the Solar System barycentre [km/s].

    Returns
    -------
    ndarray, shape [..., 3]
        Unit vector of travel in the rest frame of that end.

    References
    ----------
    Urban and Seidelmann (eds), Explanatory Supplement to the Astronomical Almanac, 3rd ed., chapter 7.
    """
    line = _array(path)
    shifted = line / _norm(line)[..., None] - _array(velocity) / SPEED_OF_LIGHT_KM_S
    return np.asarray(shifted / _norm(shifted)[..., None])


def _array(value: ArrayLike) -> Floats:
    return np.asarray(value, dtype=np.float64)


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("...i,...i->...", *np.broadcast_arrays(a, b)))


def _norm(a: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", a, a)))
