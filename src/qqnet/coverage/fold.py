"""Fold: how many satellites stand above the mask of each point at each epoch."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers, above_mask, check_satellites
from qqnet.errors import InputError

Folds = NDArray[np.uint16]

# Points worked on together: their six coordinates, masks and counts stay in the first-level cache.
_BLOCK = 256


def fold(observers: Observers, satellites_km: ArrayLike) -> Folds:
    """Count the satellites in view of every point at every epoch.

    Parameters
    ----------
    observers : Observers
        The P points, their zenith and elevation masks.
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
    _fold(satellites, observers.position_km, observers.up, observers.signed_square, result)
    return result


@njit(parallel=True, cache=True, error_model="numpy")
def _fold(satellites, position, up, signed_square, result):  # type: ignore[no-untyped-def]
    n_epochs, n_satellites, _ = satellites.shape
    n_points = signed_square.size
    for t in prange(n_epochs):
        count = np.empty(_BLOCK, np.uint16)
        for first in range(0, n_points, _BLOCK):
            m = min(_BLOCK, n_points - first)
            px, py, pz = position[0, first:], position[1, first:], position[2, first:]
            ux, uy, uz = up[0, first:], up[1, first:], up[2, first:]
            mask = signed_square[first:]
            count[:] = 0
            for s in range(n_satellites):
                x, y, z = satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2]
                for p in range(m):
                    if above_mask(x - px[p], y - py[p], z - pz[p], ux[p], uy[p], uz[p], mask[p]):
                        count[p] += 1
            result[t, first : first + m] = count[:m]
