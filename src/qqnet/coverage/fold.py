"""Fold: how many satellites stand above the mask of each point at each epoch."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from qqnet.access.patches import ALL, NONE, SIZE, classify
from qqnet.access.visibility import Observers, above_mask, check_satellites
from qqnet.errors import InputError

Folds = NDArray[np.uint16]


def fold(observers: Observers, satellites_km: ArrayLike) -> Folds:
    """Count the satellites in view of every point at every epoch.

    Parameters
    ----------
    observers : Observers
        The P points, their zenith and elevation masks. Quickest where neighbours follow one another, as in the
        grids of `qqnet.space.grids`.
    satellites_km : array_like [T, S, 3]
        Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.

    Returns
    -------
    ndarray of uint16 [T, P]
        Satellites at or above the mask.

    Raises
    ------
    InputError
        Another shape, or more satellites than can be counted.

    Examples
    --------
    >>> moon = Observers.on_sphere([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]], 1737.4)
    >>> fold(moon, [[[7000.0, 0.0, 0.0], [6000.0, 500.0, 0.0]]])
    array([[2, 0]], dtype=uint16)
    """
    satellites = check_satellites(satellites_km)
    if satellites.shape[1] > np.iinfo(np.uint16).max:
        raise InputError(f"satellites_km: {satellites.shape[1]} satellites; at most 65535 can be counted")
    result = np.empty((satellites.shape[0], len(observers)), dtype=np.uint16)
    _fold(satellites, observers.patches.points, observers.patches.caps(), result)
    return result


@njit(parallel=True, cache=True, error_model="numpy")
def _fold(satellites, points, caps, result):  # type: ignore[no-untyped-def]
    n_epochs, n_satellites, _ = satellites.shape
    n_patches, n_points = points.shape[0], result.shape[1]
    for t in prange(n_epochs):
        kind = np.empty((n_satellites, n_patches), np.uint8)
        for s in range(n_satellites):
            classify(satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2], caps, kind[s])
        count = np.empty(SIZE, np.uint16)
        for b in range(n_patches):
            everywhere = 0
            count[:] = 0
            for s in range(n_satellites):
                if kind[s, b] == NONE:
                    continue
                if kind[s, b] == ALL:
                    everywhere += 1
                    continue
                x, y, z = satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2]
                for p in range(SIZE):
                    dx, dy, dz = x - points[b, 0, p], y - points[b, 1, p], z - points[b, 2, p]
                    ux, uy, uz = points[b, 3, p], points[b, 4, p], points[b, 5, p]
                    if above_mask(dx, dy, dz, ux, uy, uz, points[b, 6, p]):
                        count[p] += 1
            first = b * SIZE
            for p in range(min(SIZE, n_points - first)):
                result[t, first + p] = everywhere + count[p]
