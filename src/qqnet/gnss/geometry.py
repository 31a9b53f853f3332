"""Lines of sight from navigation satellites to receivers: light time, angles at both ends, what stands between.

Positions are relative to the Earth's centre in axes that do not turn (ICRF). In that frame light travels in
straight
lines at c as well as in the barycentric one, to 1e-8 of its time, and the Earth need not be moved while light
flies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.space.bodies import body
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOON_KM: Final = body("Moon").mean_radius_km
EARTH_KM: Final = body("Earth").equatorial_radius_km
"""Equatorial radius [km], so that no signal through the ground counts."""

SURFACE_TOLERANCE_KM: Final = 1e-6
"""A receiver on a sphere lies on it to rounding, and is not hidden by the ground it stands on."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of sight of one receiver; T epochs, S satellites.

    Attributes
    ----------
    direction : ndarray, shape [T, S, 3]
        Unit vectors from the satellite, where it was when it sent, to the receiver.
    range_km : ndarray, shape [T, S]
        Length of the light's path [km].
    range_rate_km_s : ndarray, shape [T, S]
        Its rate in time at the receiver, c times the Doppler shift over the carrier [km/s].
    off_boresight_rad : ndarray, shape [T, S]
        Angle at the satellite from the nadir [rad]; the antenna points there, and yaw does not matter for patterns
        that are means over azimuth.
    off_earth_rad : ndarray, shape [T, S]
        Angle at the receiver between the satellite and the Earth's centre [rad].
    """

    direction: Floats
    range_km: Floats
    range_rate_km_s: Floats
    off_boresight_rad: Floats
    off_earth_rad: Floats


def lines_of_sight(
    satellites_km: ArrayLike,
    velocities_km_s: ArrayLike,
    receiver_km: ArrayLike,
    receiver_velocity_km_s: ArrayLike,
) -> Lines:
    """Lines along which light arrives at the receiver at given times.

    Parameters
    ----------
    satellites_km, velocities_km_s : array_like, shape [T, S, 3]
        States of the satellites relative to the Earth at the times of reception [km], [km/s], ICRF axes.
    receiver_km, receiver_velocity_km_s : array_like, shape [T, 3]
        State of the receiver, likewise.

    Returns
    -------
    Lines
        With satellites where they were when the light left.

    Notes
    -----
    A satellite is moved back along its osculating parabola; after 1.4 s, the light time from the Moon, the
    error is
    below a millimetre. The rate holds v/c to first order beyond the classical Doppler shift: for 5 km/s 1e-9 c.
    """
    position = np.asarray(satellites_km, dtype=np.float64)
    velocity = np.asarray(velocities_km_s, dtype=np.float64)
    receiver = np.asarray(receiver_km, dtype=np.float64)[..., None, :]
    speed = np.asarray(receiver_velocity_km_s, dtype=np.float64)[..., None, :]
    cube = _norm(position) ** 3
    pull = -body("Earth").gm_km3_s2 * position / cube[..., None]
    delay = _norm(receiver - position) / SPEED_OF_LIGHT_KM_S
    for _ in range(2):
        sender = position - velocity * delay[..., None] + pull * (0.5 * delay**2)[..., None]
        path = receiver - sender
        length = _norm(path)
        delay = length / SPEED_OF_LIGHT_KM_S
    direction = path / length[..., None]
    sending = velocity - pull * delay[..., None]
    approach = np.einsum("...i,...i->...", direction, sending)
    away = np.einsum("...i,...i->...", direction, speed + np.zeros_like(direction))
    rate = (away - approach) / (1.0 - approach / SPEED_OF_LIGHT_KM_S)
    return Lines(
        direction,
        length,
        rate,
        _angle(direction, -sender),
        _angle(-direction, -receiver + np.zeros_like(direction)),
    )


def hidden(lines: Lines, receiver_km: ArrayLike, center_km: ArrayLike, radius_km: float) -> Flags:
    """Which lines a sphere crosses.

    Parameters
    ----------
    lines : Lines
        T epochs, S satellites.
    receiver_km : array_like, shape [T, 3]
        The receiver [km].
    center_km : array_like, shape [T, 3]
        Centre of the sphere [km], in the same axes.
    radius_km : float
        Its radius [km].

    Returns
    -------
    ndarray, shape [T, S]
        Whether the line from satellite to receiver runs through the sphere. A receiver on the sphere is not
        hidden by it where the satellite stands above its horizon.
    """
    toward = np.asarray(center_km, dtype=np.float64) - np.asarray(receiver_km, dtype=np.float64)
    along = np.einsum("tsi,ti->ts", -lines.direction, toward)
    distance2 = np.einsum("ti,ti->t", toward, toward)[:, None]
    miss2 = distance2 - along**2
    between = (along > SURFACE_TOLERANCE_KM) & (along < lines.range_km)
    ends_inside = (
        miss2 + (lines.range_km - along) ** 2 < radius_km**2
    )  # a satellite below the sphere's surface
    return np.asarray((between & (miss2 < radius_km**2)) | ends_inside)


def elevation_rad(lines: Lines, up: ArrayLike) -> Floats:
    """Elevation of the satellites above a receiver's horizon [rad], given its zenith, shape [T, 3]."""
    zenith = np.asarray(up, dtype=np.float64)
    zenith = zenith / np.linalg.norm(zenith, axis=-1, keepdims=True)
    sine = np.einsum("tsi,ti->ts", -lines.direction, zenith)
    return np.asarray(np.arcsin(np.clip(sine, -1.0, 1.0)))


def azimuth_rad(lines: Lines, east: ArrayLike, north: ArrayLike) -> Floats:
    """Azimuth of the satellites from north over east [rad], given a receiver's unit vectors, shape [T, 3]."""
    along = (np.einsum("tsi,ti->ts", -lines.direction, np.asarray(axis)) for axis in (east, north))
    return np.asarray(np.arctan2(*along))


def _norm(vectors: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", vectors, vectors)))


def _angle(unit: Floats, other: Floats) -> Floats:
    """Angle of a unit vector with another vector, well conditioned where it is small."""
    length = _norm(other)[..., None]
    scaled = other / length
    return np.asarray(2.0 * np.arctan2(_norm(unit - scaled), _norm(unit + scaled)))
