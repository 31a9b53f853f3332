"""Map projections: the Equal Earth map of a whole body, and globes and caps seen from above any point."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_ROOT = np.sqrt(3.0) / 2.0

Point = tuple[float, float]
"""Latitude and longitude of a centre [rad]."""


def equal_earth(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> tuple[Floats, Floats]:
    """Project onto the Equal Earth map, which keeps areas.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like
        Latitude, and longitude east of the middle of the map [rad].

    Returns
    -------
    x, y : ndarray
        On a sphere of radius 1.

    References
    ----------
    Šavrič, Patterson, Jenny 2019, The Equal Earth map projection, Int. J. Geogr. Inf. Sci. 33:454.
    """
    theta = np.arcsin(_ROOT * np.sin(np.asarray(latitude_rad, dtype=np.float64)))
    x = np.asarray(longitude_rad) * np.cos(theta) / (_ROOT * _slope(theta))
    return x, _height(theta)


def _height(theta: Floats) -> Floats:
    square = theta**2
    return np.asarray(theta * (_A1 + _A2 * square + square**3 * (_A3 + _A4 * square)), dtype=np.float64)


def _slope(theta: Floats) -> Floats:
    square = theta**2
    return np.asarray(_A1 + 3 * _A2 * square + square**3 * (7 * _A3 + 9 * _A4 * square), dtype=np.float64)


def equal_earth_inverse(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Latitude and longitude [rad] of places on the Equal Earth map; not-a-number outside of it."""
    # The height grows steadily with theta, so a fine table inverts it: to 1e-7 rad, 0.01 px.
    table = np.linspace(-np.pi / 3.0, np.pi / 3.0, 8193)
    heights = _height(table)
    y = np.asarray(y, dtype=np.float64)
    theta = np.interp(y, heights, table)
    longitude = np.asarray(x) * _ROOT * _slope(theta) / np.cos(theta)
    latitude = np.arcsin(np.clip(np.sin(theta) / _ROOT, -1.0, 1.0))
    outside = (np.abs(longitude) > np.pi) | (y < heights[0]) | (y > heights[-1])
    return np.where(outside, np.nan, latitude), np.where(outside, np.nan, longitude)


def orthographic(latitude_rad: ArrayLike, longitude_rad: ArrayLike, centre: Point) -> tuple[Floats, Floats]:
    """Project a globe as it is seen from far above a point.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like
        Places [rad].
    centre : tuple of float
        Latitude and longitude of the point below the eye [rad]. Its meridian runs upwards to the north: above
        the north pole longitude 0 is at the bottom, above the south pole at the top.

    Returns
    -------
    x, y : ndarray
        On a sphere of radius 1; not-a-number on the far hemisphere.

    References
    ----------
    Snyder 1987, Map projections: a working manual, USGS Professional Paper 1395, p. 145.

    Examples
    --------
    >>> x, y = orthographic([0.0, 0.0], [0.0, np.pi], (0.0, 0.0))
    >>> x.round(9).tolist(), y.round(9).tolist()
    ([0.0, nan], [0.0, nan])
    """
    east, north, up = _from(centre, latitude_rad, longitude_rad)
    hidden = up < -1e-12
    return np.where(hidden, np.nan, east), np.where(hidden, np.nan, north)


def orthographic_inverse(x: ArrayLike, y: ArrayLike, centre: Point) -> tuple[Floats, Floats]:
    """Latitude and longitude [rad] of places on an orthographic globe; not-a-number outside of it."""
    return _back(centre, x, y, np.arcsin(np.minimum(np.hypot(x, y), 1.0)))


def stereographic(
    latitude_rad: ArrayLike, longitude_rad: ArrayLike, centre: Point, radius_rad: float
) -> tuple[Floats, Floats]:
    """Project a cap, keeping angles, so that its edge has radius 1.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like
        Places [rad].
    centre : tuple of float
        Latitude and longitude of the middle of the cap [rad], oriented as in :func:`orthographic`.
    radius_rad : float
        Angle from the middle to the edge of the cap, below pi [rad].

    Returns
    -------
    x, y : ndarray
        Within the unit circle; not-a-number outside the cap.

    References
    ----------
    Snyder 1987, Map projections: a working manual, USGS Professional Paper 1395, p. 154.
    """
    east, north, up = _from(centre, latitude_rad, longitude_rad)
    hidden = up < np.cos(radius_rad) - 1e-12
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(hidden, np.nan, 1.0 / ((1.0 + up) * np.tan(radius_rad / 2.0)))
    return east * scale, north * scale


def stereographic_inverse(
    x: ArrayLike, y: ArrayLike, centre: Point, radius_rad: float
) -> tuple[Floats, Floats]:
    """Latitude and longitude [rad] of places on a stereographic cap; not-a-number outside of it."""
    angle = 2.0 * np.arctan(np.hypot(x, y) * np.tan(radius_rad / 2.0))
    return _back(centre, x, y, angle)


def _axes(centre: Point) -> tuple[Floats, Floats, Floats]:
    """East, north and up at a point; at a pole, those of its meridian."""
    (sin_lat, sin_lon), (cos_lat, cos_lon) = np.sin(centre), np.cos(centre)
    east = np.array([-sin_lon, cos_lon, 0.0])
    north = np.array([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat])
    return east, north, np.array([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat])


def _from(centre: Point, latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> tuple[Floats, Floats, Floats]:
    places = unit_vectors(latitude_rad, longitude_rad)
    east, north, up = (places @ axis for axis in _axes(centre))
    return east, north, up


def _back(centre: Point, x: ArrayLike, y: ArrayLike, angle: Floats) -> tuple[Floats, Floats]:
    """Places at an angle from the centre, in the direction of x and y."""
    across, along = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    away = np.hypot(across, along)
    outside = away > 1.0
    share = np.where(away > 0.0, np.sin(angle) / np.where(away > 0.0, away, 1.0), 0.0)
    east, north, up = _axes(centre)
    places = (
        (share * across)[..., None] * east
        + (share * along)[..., None] * north
        + np.cos(angle)[..., None] * up
    )
    latitude = np.arctan2(places[..., 2], np.hypot(places[..., 0], places[..., 1]))
    longitude = np.arctan2(places[..., 1], places[..., 0])
    return np.where(outside, np.nan, latitude), np.where(outside, np.nan, longitude)


def unit_vectors(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Floats:
    """Unit vectors [..., 3] from the centre to places [rad]."""
    latitude = np.asarray(latitude_rad, dtype=np.float64)
    longitude = np.asarray(longitude_rad, dtype=np.float64)
    horizontal = np.cos(latitude)
    return np.stack(
        np.broadcast_arrays(horizontal * np.cos(longitude), horizontal * np.sin(longitude), np.sin(latitude)),
        axis=-1,
    )
