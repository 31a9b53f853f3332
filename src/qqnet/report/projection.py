"""Map projections: the Equal Earth map of the whole body and orthographic views of the poles, as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_ROOT = np.sqrt(3.0) / 2.0

WORLD_WIDTH_PX = 900
POLE_WIDTH_PX = 360


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


def polar(latitude_rad: ArrayLike, longitude_rad: ArrayLike, north: bool) -> tuple[Floats, Floats]:
    """Project orthographically onto the equator plane, seen from far above a pole.

    East runs counter-clockwise around the north pole, with 0 deg at the bottom, and clockwise around the south
    pole, with 0 deg at the top. Places on the other hemisphere are not-a-number.
    """
    latitude = np.asarray(latitude_rad, dtype=np.float64)
    side = 1.0 if north else -1.0
    across = np.where(side * latitude < -1e-12, np.nan, np.cos(latitude))
    return across * np.sin(longitude_rad), -side * across * np.cos(longitude_rad)


@dataclass(frozen=True)
class Panel:
    """Which of P points lies nearest to each pixel of a map.

    Attributes
    ----------
    nearest : ndarray of int64 [H, W]
        Index of the point; -1 outside the map. The first row is the top.
    extent : tuple of float
        Left, right, bottom, top of the pixels in map coordinates.
    """

    nearest: NDArray[np.int64]
    extent: tuple[float, float, float, float]


@dataclass(frozen=True)
class Panels:
    """The three views of one body."""

    world: Panel
    north: Panel
    south: Panel


def panels(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Panels:
    """Assign the pixels of the three views to the nearest of P points.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like [P]
        The points [rad].

    Returns
    -------
    Panels
    """
    points = np.ascontiguousarray(_unit(np.asarray(latitude_rad), np.asarray(longitude_rad)))
    return _panels(points.tobytes())


@lru_cache(maxsize=8)
def _panels(points: bytes) -> Panels:
    from scipy.spatial import cKDTree

    tree = cKDTree(np.frombuffer(points).reshape(-1, 3))

    def panel(latitude: Floats, longitude: Floats, width: float, height: float) -> Panel:
        inside = ~np.isnan(latitude)
        nearest = np.full(latitude.shape, -1, dtype=np.int64)
        nearest[inside] = tree.query(_unit(latitude[inside], longitude[inside]))[1]
        return Panel(nearest, (-width, width, -height, height))

    x_most, y_most = float(equal_earth(0.0, np.pi)[0]), float(equal_earth(np.pi / 2, 0.0)[1])
    x, y = _pixels(WORLD_WIDTH_PX, x_most, y_most)
    world = panel(*equal_earth_inverse(x, y), x_most, y_most)
    x, y = _pixels(POLE_WIDTH_PX, 1.0, 1.0)
    across = np.hypot(x, y)
    polar_latitude = np.where(across <= 1.0, np.arccos(np.minimum(across, 1.0)), np.nan)
    north = panel(polar_latitude, np.arctan2(x, -y), 1.0, 1.0)
    south = panel(-polar_latitude, np.arctan2(x, y), 1.0, 1.0)
    return Panels(world, north, south)


def _pixels(width_px: int, x_most: float, y_most: float) -> tuple[Floats, Floats]:
    """Centres of pixels, the top row first."""
    height_px = round(width_px * y_most / x_most)
    x = ((np.arange(width_px) + 0.5) / width_px * 2 - 1) * x_most
    y = (1 - (np.arange(height_px) + 0.5) / height_px * 2) * y_most
    across, down = np.meshgrid(x, y)
    return across, down


def _unit(latitude: Floats, longitude: Floats) -> Floats:
    horizontal = np.cos(latitude)
    return np.stack(
        [horizontal * np.cos(longitude), horizontal * np.sin(longitude), np.sin(latitude)], axis=-1
    )
