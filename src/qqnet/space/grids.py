"""Grids of points over a body's surface, with the share of the area that each stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]

MAX_SUBDIVISIONS: Final = 8
"""Finest icosphere: 655,362 points."""

PATCH: Final = 32
"""Points of a grid come in patches of so many neighbours."""


@dataclass(frozen=True, eq=False)
class SurfaceGrid:
    """Points on the unit sphere, in the body-fixed frame.

    Attributes
    ----------
    points : ndarray, shape [P, 3]
        Unit vectors from the centre.
    weights : ndarray, shape [P]
        Share of the area that each point stands for; they sum to 1.
    latitude_rad, longitude_rad : ndarray, shape [P]
        Planetocentric latitude and east longitude, the latter in [-pi, pi] [rad].
    name : str
        What the grid is, such as ``icosphere 4``.
    """

    points: Floats
    weights: Floats
    latitude_rad: Floats
    longitude_rad: Floats
    name: str

    def __len__(self) -> int:
        return len(self.weights)


def icosphere(subdivisions: int) -> SurfaceGrid:
    """Return the vertices of an icosahedron whose faces are cut into four, again and again.

    Two vertices are the poles. A vertex stands for a third of each spherical triangle that it belongs to. Points
    come in the order of :func:`compact_order`.

    Parameters
    ----------
    subdivisions : int
        How often each face is cut; 0 is the icosahedron, 4 gives 2,562 points.

    Returns
    -------
    SurfaceGrid
        10 * 4**subdivisions + 2 points.

    Raises
    ------
    InputError
        If the number is not an integer from 0 to `MAX_SUBDIVISIONS`.

    Examples
    --------
    >>> len(icosphere(4))
    2562
    """
    if not isinstance(subdivisions, int | np.integer) or not 0 <= subdivisions <= MAX_SUBDIVISIONS:
        raise InputError(
            f"icosphere: {subdivisions!r} subdivisions; right is an integer from 0 to {MAX_SUBDIVISIONS}"
        )
    vertices, faces = _icosahedron()
    for _ in range(subdivisions):
        vertices, faces = _subdivide(vertices, faces)
    share = _triangle_areas(vertices[faces]) / (4.0 * np.pi)
    weights = np.bincount(faces.ravel(), weights=np.repeat(share / 3.0, 3), minlength=len(vertices))
    order = compact_order(vertices)
    return _grid(vertices[order], (weights / weights.sum())[order], f"icosphere {subdivisions}")


def equal_area(n: int) -> SurfaceGrid:
    """Return a Fibonacci lattice: points that all stand for the same area.

    Parameters
    ----------
    n : int
        Number of points.

    Returns
    -------
    SurfaceGrid
        Points of a spiral that turns by the golden angle, in the order of :func:`compact_order`.

    Raises
    ------
    InputError
        If the number is not an integer of at least 1.

    References
    ----------
    Gonzalez 2010, Measurement of areas on a sphere using Fibonacci and latitude-longitude lattices, Math. Geosci.
    42:49.

    Examples
    --------
    >>> float(equal_area(1000).weights[0])
    0.001
    """
    if not isinstance(n, int | np.integer) or n < 1:
        raise InputError(f"equal_area: {n!r} points; right is an integer of at least 1")
    index = np.arange(n)
    z = 1.0 - (2.0 * index + 1.0) / n
    longitude = index * (np.pi * (3.0 - np.sqrt(5.0)))
    radius = np.sqrt(1.0 - z * z)
    points = np.stack([radius * np.cos(longitude), radius * np.sin(longitude), z], axis=-1)
    return _grid(points[compact_order(points)], np.full(n, 1.0 / n), f"equal-area {n}")


def compact_order(points: ArrayLike) -> NDArray[np.int64]:
    """Order points so that every `PATCH` in turn are neighbours, as kernels want them that skip whole patches.

    Points are halved along the axis in which they reach farthest, again and again (a k-d tree).

    Parameters
    ----------
    points : array_like, shape [P, 3]
        Points.

    Returns
    -------
    ndarray of int64, shape [P]
        Indices of the points in that order.

    Examples
    --------
    >>> compact_order([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]).tolist()
    [0, 1]
    """
    where = np.asarray(points, dtype=np.float64)
    waiting, order = [np.arange(len(where))], []
    while waiting:
        part = waiting.pop()
        if part.size <= PATCH:
            order.append(part)
            continue
        axis = int(np.argmax(np.ptp(where[part], axis=0)))
        # Rounded, so that points of one height stay in the order given on every machine.
        part = part[np.argsort(where[part, axis].round(12), kind="stable")]
        half = (-(-part.size // PATCH) // 2) * PATCH
        waiting += [part[half:], part[:half]]
    return np.concatenate(order)


def named_points(latitude_rad: ArrayLike, longitude_rad: ArrayLike, name: str = "points") -> SurfaceGrid:
    """Return given points, each with the same weight.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like, shape [P]
        Planetocentric latitude and east longitude [rad].
    name : str
        Name of the grid.

    Returns
    -------
    SurfaceGrid
        The points in the order given.

    Raises
    ------
    InputError
        If the shapes differ, there is no point, or a latitude is beyond a pole.
    """
    latitude = np.atleast_1d(np.asarray(latitude_rad, dtype=np.float64))
    longitude = np.atleast_1d(np.asarray(longitude_rad, dtype=np.float64))
    if latitude.ndim != 1 or latitude.shape != longitude.shape or not latitude.size:
        raise InputError(
            f"{name}: latitudes of shape {latitude.shape}, longitudes of shape {longitude.shape}; "
            "right is [P] for both, with at least one point"
        )
    if not (np.isfinite(longitude).all() and (np.abs(latitude) <= np.pi / 2).all()):
        raise InputError(
            f"{name}: a latitude is beyond 90 degrees, or an angle is not finite; right is radians"
        )
    points = np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)],
        axis=-1,
    )
    return _grid(points, np.full(latitude.size, 1.0 / latitude.size), name)


def _grid(points: Floats, weights: Floats, name: str) -> SurfaceGrid:
    horizontal = np.hypot(points[:, 0], points[:, 1])
    return SurfaceGrid(
        points=np.ascontiguousarray(points),
        weights=weights,
        latitude_rad=np.arctan2(points[:, 2], horizontal),
        longitude_rad=np.arctan2(points[:, 1], points[:, 0]),
        name=name,
    )


def _icosahedron() -> tuple[Floats, NDArray[np.int64]]:
    """Return vertices, poles first and last, and faces of an icosahedron, counter-clockwise from outside."""
    turn = np.arange(5) * (2.0 * np.pi / 5.0)
    z, radius = 1.0 / np.sqrt(5.0), 2.0 / np.sqrt(5.0)
    upper = np.stack([radius * np.cos(turn), radius * np.sin(turn), np.full(5, z)], axis=-1)
    lower_turn = turn + np.pi / 5.0
    lower = np.stack([radius * np.cos(lower_turn), radius * np.sin(lower_turn), np.full(5, -z)], axis=-1)
    vertices = np.concatenate([[[0.0, 0.0, 1.0]], upper, lower, [[0.0, 0.0, -1.0]]])
    faces = []
    for i in range(5):
        a, b = 1 + i, 1 + (i + 1) % 5
        c, d = 6 + i, 6 + (i + 1) % 5
        faces += [(0, a, b), (a, c, b), (b, c, d), (11, d, c)]
    return vertices, np.array(faces, dtype=np.int64)


def _subdivide(vertices: Floats, faces: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """Cut each face into four at the middles of its edges, which are put onto the sphere."""
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    middles = vertices[unique].sum(axis=1)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    ab, bc, ca = len(vertices) + inverse.reshape(3, -1)
    a, b, c = faces.T
    parts = [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return np.concatenate([vertices, middles]), np.concatenate([np.stack(part, axis=-1) for part in parts])


def _triangle_areas(corners: Floats) -> Floats:
    """Return areas of spherical triangles, shape [F], of corners [F, 3, 3] [sr].

    References
    ----------
    Van Oosterom & Strackee 1983, The solid angle of a plane triangle, IEEE Trans. Biomed. Eng. 30:125.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    volume = np.einsum("ij,ij->i", a, np.cross(b, c))
    cosines = sum(np.einsum("ij,ij->i", p, q) for p, q in ((a, b), (b, c), (c, a)))
    return np.asarray(2.0 * np.arctan2(volume, 1.0 + cosines), dtype=np.float64)
