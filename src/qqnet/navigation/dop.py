"""Dilution of precision (DOP): how geometry turns ranging error into position and time error.

For satellites above the mask with unit lines of sight ``l_i``, the design matrix of position and clock has the
rows ``(l_i, 1)``, and with ``A`` its normal matrix, unweighted, GDOP² is the trace of ``A⁻¹``, PDOP² the part of
position, HDOP² and VDOP² its horizontal and vertical shares, TDOP² the part of the clock (in units of length)
[1]_. The clock is eliminated first: with ``m`` the mean line of sight and the scatter
``M = Σ l lᵀ - n m mᵀ``, the position block of ``A⁻¹`` is ``M⁻¹`` and TDOP² = 1/n + mᵀ M⁻¹ m; ``M`` is factored as
``L D Lᵀ``. The same numbers as the cofactors of the 4x4 matrix give, with fewer operations and no loss of digits.

**No solution.** Fewer than four satellites, or a geometry that is singular for the arithmetic, has infinite
DOP, never a large plausible number. Singular means: a pivot of ``D`` at or below 1e-8, or GDOP above 1e4. The two
are one criterion, for every pivot is at least the smallest eigenvalue of ``M`` and PDOP² at least its inverse,
so a pivot below 1e-8 implies PDOP above 1e4; rounding disturbs the pivots by about 1e-14 only.

References
----------
.. [1] R. B. Langley, "Dilution of precision", GPS World 10(5), 52-59, 1999.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers, above_mask, check_satellites

Floats = NDArray[np.float64]

KINDS = ("gdop", "pdop", "hdop", "vdop", "tdop")
LARGEST_GDOP = 1e4
_SMALLEST_PIVOT = 1.0 / LARGEST_GDOP**2

# Points worked on together: their sums over the satellites stay in the first-level cache.
_BLOCK = 128


def local_axes(up: ArrayLike) -> tuple[Floats, Floats]:
    """East and north of points with a given zenith.

    Parameters
    ----------
    up : array_like [3, P]
        Unit vectors to the zenith, body-fixed.

    Returns
    -------
    east, north : ndarray [3, P]
        Unit vectors. At a pole, where east is undefined, that of the meridian of longitude zero.

    Examples
    --------
    >>> east, north = local_axes([[1.0], [0.0], [0.0]])
    >>> east.ravel().round().astype(int).tolist(), north.ravel().round().astype(int).tolist()
    ([0, 1, 0], [0, 0, 1])
    """
    x, y, z = np.asarray(up, dtype=np.float64)
    across = np.hypot(x, y)
    pole = across < 1e-12
    safe = np.where(pole, 1.0, across)
    east = np.stack([np.where(pole, 0.0, -y / safe), np.where(pole, 1.0, x / safe), np.zeros_like(z)])
    north = np.cross(np.stack([x, y, z]), east, axis=0)
    return east, north


def dop(observers: Observers, satellites_km: ArrayLike) -> Floats:
    """Dilution of precision of every point at every epoch.

    Parameters
    ----------
    observers : Observers
        The P points, their zenith and elevation masks.
    satellites_km : array_like [T, S, 3]
        Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.

    Returns
    -------
    ndarray [5, T, P]
        GDOP, PDOP, HDOP, VDOP, TDOP in the order of :data:`KINDS` [1]; infinite where there is no solution.

    Raises
    ------
    InputError
        Another shape.

    Examples
    --------
    Three satellites around the horizon and one in the zenith:

    >>> moon = Observers.on_sphere([[0.0, 0.0, 1.0]], 1e-9, np.radians(-1.0))
    >>> low = [[np.cos(a), np.sin(a), 0.0] for a in np.radians([0.0, 120.0, 240.0])]
    >>> dop(moon, [[*low, [0.0, 0.0, 1.0]]])[:, 0, 0].round(4).tolist()
    [1.7321, 1.633, 1.1547, 1.1547, 0.5774]
    """
    satellites = check_satellites(satellites_km)
    result = np.empty((len(KINDS), satellites.shape[0], len(observers)))
    east, north = local_axes(observers.up)
    axes = np.concatenate([observers.up, east, north])
    _dop(satellites, observers.position_km, axes, observers.signed_square, result)
    return result


@njit(inline="always")
def _quadratic(l21, l31, l32, w1, w2, w3, x, y, z):  # type: ignore[no-untyped-def]
    # v' M^-1 v with M = L D L' and w = 1/D: solve L u = v, then sum u²/D.
    u2 = y - l21 * x
    u3 = z - l31 * x - l32 * u2
    return x * x * w1 + u2 * u2 * w2 + u3 * u3 * w3


@njit(parallel=True, cache=True, error_model="numpy")
def _dop(satellites, position, axes, signed_square, result):  # type: ignore[no-untyped-def]
    n_epochs, n_satellites, _ = satellites.shape
    n_points = signed_square.size
    for t in prange(n_epochs):
        n = np.empty(_BLOCK)
        sums = np.empty((9, _BLOCK))
        sx, sy, sz = sums[0], sums[1], sums[2]
        xx, xy, xz, yy, yz, zz = sums[3], sums[4], sums[5], sums[6], sums[7], sums[8]
        for first in range(0, n_points, _BLOCK):
            m = min(_BLOCK, n_points - first)
            px, py, pz = position[0, first:], position[1, first:], position[2, first:]
            ux, uy, uz = axes[0, first:], axes[1, first:], axes[2, first:]
            ex, ey, ez = axes[3, first:], axes[4, first:], axes[5, first:]
            nx, ny, nz = axes[6, first:], axes[7, first:], axes[8, first:]
            mask = signed_square[first:]
            n[:] = 0.0
            sums[:] = 0.0
            for s in range(n_satellites):
                x, y, z = satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2]
                for p in range(m):
                    dx, dy, dz = x - px[p], y - py[p], z - pz[p]
                    if above_mask(dx, dy, dz, ux[p], uy[p], uz[p], mask[p]):
                        inverse = 1.0 / np.sqrt(dx * dx + dy * dy + dz * dz)
                        dx *= inverse
                        dy *= inverse
                        dz *= inverse
                        n[p] += 1.0
                        sx[p] += dx
                        sy[p] += dy
                        sz[p] += dz
                        xx[p] += dx * dx
                        xy[p] += dx * dy
                        xz[p] += dx * dz
                        yy[p] += dy * dy
                        yz[p] += dy * dz
                        zz[p] += dz * dz
            for p in range(m):
                count = n[p]
                share = 1.0 / max(count, 1.0)
                mx, my, mz = sx[p] * share, sy[p] * share, sz[p] * share
                d1 = xx[p] - sx[p] * mx
                w1 = 1.0 / d1
                a, b = xy[p] - sx[p] * my, xz[p] - sx[p] * mz
                l21, l31 = a * w1, b * w1
                d2 = yy[p] - sy[p] * my - l21 * a
                w2 = 1.0 / d2
                c = yz[p] - sy[p] * mz - l31 * a
                l32 = c * w2
                d3 = zz[p] - sz[p] * mz - l31 * b - l32 * c
                w3 = 1.0 / d3
                vertical = _quadratic(l21, l31, l32, w1, w2, w3, ux[p], uy[p], uz[p])
                horizontal = _quadratic(l21, l31, l32, w1, w2, w3, ex[p], ey[p], ez[p]) + _quadratic(
                    l21, l31, l32, w1, w2, w3, nx[p], ny[p], nz[p]
                )
                clock = share + _quadratic(l21, l31, l32, w1, w2, w3, mx, my, mz)
                total = horizontal + vertical + clock
                solved = (
                    (count >= 4.0)
                    & (min(d1, min(d2, d3)) > _SMALLEST_PIVOT)
                    & (total <= LARGEST_GDOP * LARGEST_GDOP)
                )
                result[0, t, first + p] = np.sqrt(total) if solved else np.inf
                result[1, t, first + p] = np.sqrt(horizontal + vertical) if solved else np.inf
                result[2, t, first + p] = np.sqrt(horizontal) if solved else np.inf
                result[3, t, first + p] = np.sqrt(vertical) if solved else np.inf
                result[4, t, first + p] = np.sqrt(clock) if solved else np.inf
