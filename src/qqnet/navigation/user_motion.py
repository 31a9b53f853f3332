"""How a user of navigation truly moves, and how an error of its state grows until the next measurement.

On the surface and on the way down, axes are body-fixed and errors of velocity grow by white acceleration: turns
and bumps of a rover, errors of the accelerometers of a lander. In orbit, axes are inertial, errors follow the
state-transition matrix of the motion, and white acceleration stands for what the model leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]

_HALF_S = 0.5
"""Half the step over which a way is differentiated [s]."""


@dataclass(frozen=True, eq=False)
class Track:
    """The true motion of a user.

    Attributes
    ----------
    times_s : ndarray [T]
        Epochs of measurements, ascending [TDB s past J2000].
    position_km, velocity_km_s : ndarray [T, 3]
        State, in body-fixed or, in orbit, inertial axes.
    radius_km : float
        Of the body's reference surface [km].
    surface : bool
        Whether axes are body-fixed and the mask of elevation counts; else the body's limb does.
    transition : ndarray [T - 1, 6, 6] or None
        Of the state from each epoch to the next; None is straight motion.
    """

    times_s: Floats
    position_km: Floats
    velocity_km_s: Floats
    radius_km: float
    surface: bool
    transition: Floats | None = None

    def __post_init__(self) -> None:
        if self.times_s.ndim != 1 or self.times_s.size < 2 or not np.all(np.diff(self.times_s) > 0.0):
            raise InputError("track: wanted at least two epochs that ascend")
        if (
            self.position_km.shape != (self.times_s.size, 3)
            or self.velocity_km_s.shape != self.position_km.shape
        ):
            raise InputError("track: wanted a position and a velocity for each epoch")

    @property
    def up(self) -> Floats:
        """Zenith at each epoch, shape [T, 3]."""
        up: Floats = self.position_km / np.linalg.norm(self.position_km, axis=1, keepdims=True)
        return up

    @property
    def altitude_km(self) -> Floats:
        """Height above the reference surface, shape [T] [km]."""
        height: Floats = np.linalg.norm(self.position_km, axis=1) - self.radius_km
        return height


def directions(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Floats:
    """Unit vectors [N, 3] to places [rad] on a sphere."""
    latitude, longitude = np.asarray(latitude_rad), np.asarray(longitude_rad)
    across = np.cos(latitude)
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=-1)


def route_length_km(points: Floats, radius_km: float) -> Floats:
    """Way from the first point to each one along great circles.

    Parameters
    ----------
    points : ndarray [N, 3]
        Unit vectors.
    radius_km : float
        Of the sphere [km].

    Returns
    -------
    ndarray [N]
        Ascending from 0 [km].

    Raises
    ------
    InputError
        Two points that follow each other are the same or opposite.
    """
    cross = np.linalg.norm(np.cross(points[:-1], points[1:]), axis=1)
    angles = np.arctan2(cross, np.sum(points[:-1] * points[1:], axis=1))
    if np.any(cross < 1e-12):
        index = int(np.argmax(cross < 1e-12))
        raise InputError(
            f"route: points {index} and {index + 1} are the same or opposite; no great circle joins them"
        )
    return np.concatenate([[0.0], np.cumsum(angles) * radius_km])


def rover_track(
    times_s: ArrayLike,
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    altitude_km: ArrayLike,
    speed_km_s: float,
    radius_km: float,
    start_s: float | None = None,
) -> Track:
    """Follow great circles from point to point at a speed; at the last point, stand.

    Parameters
    ----------
    times_s : array_like [T]
        Epochs [TDB s past J2000].
    latitude_rad, longitude_rad, altitude_km : array_like [N]
        The points; altitude is linear along the way between them [rad, rad, km].
    speed_km_s : float
        Over the reference surface [km/s].
    radius_km : float
        Of the reference surface [km].
    start_s : float, optional
        When it is at the first point; the first epoch where not given [TDB s past J2000].

    Returns
    -------
    Track
        Body-fixed.

    Examples
    --------
    >>> track = rover_track([0.0, 50.0, 100.0], [0.0, 0.0], [0.0, 0.01], [0.0, 0.0], 0.1, 1000.0)
    >>> track.position_km[:, 1].round(3).tolist(), float(np.linalg.norm(track.velocity_km_s[0]).round(6))
    ([0.0, 5.0, 10.0], 0.1)
    """
    times = np.asarray(times_s, dtype=np.float64)
    points = directions(latitude_rad, longitude_rad)
    heights = np.asarray(altitude_km, dtype=np.float64)
    reached = route_length_km(points, radius_km)

    def place(since: Floats) -> Floats:
        gone = np.clip(since * speed_km_s, 0.0, reached[-1])
        leg = np.clip(np.searchsorted(reached, gone, side="right") - 1, 0, len(points) - 2)
        share = (gone - reached[leg]) / (reached[leg + 1] - reached[leg])
        angle = ((reached[leg + 1] - reached[leg]) / radius_km)[:, None]
        weights = np.sin((1.0 - share[:, None]) * angle), np.sin(share[:, None] * angle)
        direction = (weights[0] * points[leg] + weights[1] * points[leg + 1]) / np.sin(angle)
        height = heights[leg] + share * (heights[leg + 1] - heights[leg])
        return direction * (radius_km + height)[:, None]

    since = times - (times[0] if start_s is None else start_s)
    # A one-sided difference, so that the start and the corners have the speed of the leg that follows.
    velocity = (place(since + _HALF_S) - place(since)) / _HALF_S
    return Track(times, place(since), velocity, radius_km, surface=True)


def lander_track(
    times_s: ArrayLike,
    at_s: ArrayLike,
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    altitude_km: ArrayLike,
    radius_km: float,
    start_s: float | None = None,
) -> Track:
    """Follow a way down that is smooth through its points and overshoots none (monotone cubics).

    Parameters
    ----------
    times_s : array_like [T]
        Epochs [TDB s past J2000].
    at_s : array_like [N]
        When each point is reached, since the start, ascending [s].
    latitude_rad, longitude_rad, altitude_km : array_like [N]
        The points [rad, rad, km].
    radius_km : float
        Of the reference surface [km].
    start_s : float, optional
        When it is at the first point; the first epoch where not given [TDB s past J2000].

    Returns
    -------
    Track
        Body-fixed.
    """
    from scipy.interpolate import PchipInterpolator

    times, at = np.asarray(times_s, dtype=np.float64), np.asarray(at_s, dtype=np.float64)
    points = directions(latitude_rad, longitude_rad)
    way = PchipInterpolator(at, np.column_stack([points, np.asarray(altitude_km, dtype=np.float64)]))

    def place(since: Floats) -> Floats:
        values = way(np.clip(since, at[0], at[-1]))
        direction = values[:, :3] / np.linalg.norm(values[:, :3], axis=1, keepdims=True)
        return np.asarray(direction * (radius_km + values[:, 3:]))

    since = times - (times[0] if start_s is None else start_s)
    velocity = (place(since + _HALF_S) - place(since - _HALF_S)) / (2.0 * _HALF_S)
    return Track(times, place(since), velocity, radius_km, surface=True)
