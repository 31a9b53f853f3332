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

from qqnet.access.patches import ALL, NONE, SIZE, classify, laid_out
from qqnet.access.visibility import Observers, above_mask, check_satellites

Floats = NDArray[np.float64]

KINDS = ("gdop", "pdop", "hdop", "vdop", "tdop")
LARGEST_GDOP = 1e4
_SMALLEST_PIVOT = 1.0 / LARGEST_GDOP**2


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
    return _table(observers, satellites_km, len(KINDS))


def gdop(observers: Observers, satellites_km: ArrayLike) -> Floats:
    """Geometric dilution of precision alone, in half the time of :func:`dop`.

    Parameters
    ----------
    observers, satellites_km
        As for :func:`dop`.

    Returns
    -------
    ndarray [T, P]
        GDOP [1]; infinite where there is no solution.

    Raises
    ------
    InputError
        Another shape.
    """
    only: Floats = _table(observers, satellites_km, 1)[0]
    return only


def _table(observers: Observers, satellites_km: ArrayLike, kinds: int) -> Floats:
    satellites = check_satellites(satellites_km)
    result = np.empty((kinds, satellites.shape[0], len(observers)))
    _dop(satellites, observers.patches.points, observers.patches.caps(), local_rows(observers), result)
    return result


def local_rows(observers: Observers) -> Floats:
    """East and north of observers, patch by patch as the kernels read them.

    Parameters
    ----------
    observers : Observers
        P points.

    Returns
    -------
    ndarray [B, 6, SIZE]
        Components of east, then of north.
    """
    return laid_out(np.concatenate(local_axes(observers.up)))


@njit(inline="always")
def add_lines(sign, each, x, y, z, points, b, sums):  # type: ignore[no-untyped-def]
    """Add the lines of sight from a patch's points to one satellite to their sums, or take them away.

    Parameters
    ----------
    sign : float
        1 to add, -1 to take away.
    each : bool
        Whether points must be asked if they see the satellite; otherwise all do.
    x, y, z : float
        Position of the satellite [km].
    points : ndarray [B, 7, SIZE]
        As `qqnet.access.patches.Patches` has them.
    b : int
        Which patch.
    sums : ndarray [10, SIZE]
        Satellites, sums of the three components, and of their six products; changed in place.
    """
    for p in range(SIZE):
        dx, dy, dz = x - points[b, 0, p], y - points[b, 1, p], z - points[b, 2, p]
        ux, uy, uz = points[b, 3, p], points[b, 4, p], points[b, 5, p]
        if not each or above_mask(dx, dy, dz, ux, uy, uz, points[b, 6, p]):
            inverse = 1.0 / np.sqrt(dx * dx + dy * dy + dz * dz)
            dx *= inverse
            dy *= inverse
            dz *= inverse
            sums[0, p] += sign
            sums[1, p] += sign * dx
            sums[2, p] += sign * dy
            sums[3, p] += sign * dz
            sums[4, p] += sign * (dx * dx)
            sums[5, p] += sign * (dx * dy)
            sums[6, p] += sign * (dx * dz)
            sums[7, p] += sign * (dy * dy)
            sums[8, p] += sign * (dy * dz)
            sums[9, p] += sign * (dz * dz)


@njit(inline="always")
def factors(count, x, y, z, xx, xy, xz, yy, yz, zz):  # type: ignore[no-untyped-def]
    """Factor the scatter of a point's lines of sight as L D L'.

    Parameters
    ----------
    count, x, y, z, xx, xy, xz, yy, yz, zz : float
        Satellites, sums of the three components of the lines, and of their products.

    Returns
    -------
    tuple of float
        Below the diagonal of L: (2,1), (3,1), (3,2); inverses of D; the mean line of sight; one over the number of
        satellites.
    bool
        Whether there are four satellites and no pivot is singular. Without, the numbers mean nothing.
    """
    share = 1.0 / count
    mx, my, mz = x * share, y * share, z * share
    d1 = xx - x * mx
    w1 = 1.0 / d1
    a, b = xy - x * my, xz - x * mz
    l21, l31 = a * w1, b * w1
    d2 = yy - y * my - l21 * a
    w2 = 1.0 / d2
    c = yz - y * mz - l31 * a
    l32 = c * w2
    d3 = zz - z * mz - l31 * b - l32 * c
    # Counts are whole, but for losses taken away again.
    regular = (count >= 3.5) & (d1 > _SMALLEST_PIVOT) & (d2 > _SMALLEST_PIVOT) & (d3 > _SMALLEST_PIVOT)
    return (l21, l31, l32, w1, w2, 1.0 / d3, mx, my, mz, share), regular


@njit(inline="always")
def factors_at(sums, p):  # type: ignore[no-untyped-def]
    """Factor one point's sums, see :func:`factors`."""
    return factors(
        sums[0, p], sums[1, p], sums[2, p], sums[3, p], sums[4, p],
        sums[5, p], sums[6, p], sums[7, p], sums[8, p], sums[9, p],
    )  # fmt: skip


@njit(inline="always")
def quadratic(f, x, y, z):  # type: ignore[no-untyped-def]
    """Return v' M^-1 v of the factored scatter: solve L u = v, then sum u^2 / D."""
    u2 = y - f[0] * x
    u3 = z - f[1] * x - f[2] * u2
    return x * x * f[3] + u2 * u2 * f[4] + u3 * u3 * f[5]


@njit(inline="always")
def gdop_squared(f):  # type: ignore[no-untyped-def]
    """Return the trace of the inverse of the whole normal matrix."""
    third = f[0] * f[2] - f[1]
    position = f[3] + (1.0 + f[0] * f[0]) * f[4] + (1.0 + f[2] * f[2] + third * third) * f[5]
    return position + f[9] + quadratic(f, f[6], f[7], f[8])


@njit(parallel=True, cache=True, error_model="numpy")
def _dop(satellites, points, caps, axes, result):  # type: ignore[no-untyped-def]
    for t in prange(satellites.shape[0]):
        _epoch(satellites[t], points, caps, axes, result, np.int64(t))


@njit(cache=True, error_model="numpy")
def _epoch(satellites, points, caps, axes, result, t):  # type: ignore[no-untyped-def]
    n_satellites, n_patches, n_points = satellites.shape[0], points.shape[0], result.shape[2]
    kind = np.empty((n_satellites, n_patches), np.uint8)
    for s in range(n_satellites):
        classify(satellites[s, 0], satellites[s, 1], satellites[s, 2], caps, kind[s])
    sums = np.empty((10, SIZE))
    for b in range(n_patches):
        sums[:] = 0.0
        for s in range(n_satellites):
            x, y, z = satellites[s, 0], satellites[s, 1], satellites[s, 2]
            if kind[s, b] == ALL:
                add_lines(1.0, False, x, y, z, points, b, sums)
            elif kind[s, b] != NONE:
                add_lines(1.0, True, x, y, z, points, b, sums)
        first = b * SIZE
        m = min(SIZE, n_points - first)
        if result.shape[0] == 1:
            _geometric(sums, m, result, t, first)
        else:
            _all_kinds(sums, m, points, axes, b, result, t, first)


@njit(inline="always")
def _geometric(sums, m, result, t, first):  # type: ignore[no-untyped-def]
    for p in range(m):
        f, regular = factors_at(sums, p)
        total = gdop_squared(f)
        solved = regular & (total <= LARGEST_GDOP * LARGEST_GDOP)
        result[0, t, first + p] = np.sqrt(total) if solved else np.inf


@njit(inline="always")
def _all_kinds(sums, m, points, axes, b, result, t, first):  # type: ignore[no-untyped-def]
    for p in range(m):
        f, regular = factors_at(sums, p)
        vertical = quadratic(f, points[b, 3, p], points[b, 4, p], points[b, 5, p])
        east = quadratic(f, axes[b, 0, p], axes[b, 1, p], axes[b, 2, p])
        horizontal = east + quadratic(f, axes[b, 3, p], axes[b, 4, p], axes[b, 5, p])
        clock = f[9] + quadratic(f, f[6], f[7], f[8])
        total = horizontal + vertical + clock
        solved = regular & (total <= LARGEST_GDOP * LARGEST_GDOP)
        result[0, t, first + p] = np.sqrt(total) if solved else np.inf
        result[1, t, first + p] = np.sqrt(horizontal + vertical) if solved else np.inf
        result[2, t, first + p] = np.sqrt(horizontal) if solved else np.inf
        result[3, t, first + p] = np.sqrt(vertical) if solved else np.inf
        result[4, t, first + p] = np.sqrt(clock) if solved else np.inf
