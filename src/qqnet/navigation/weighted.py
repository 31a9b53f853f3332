"""Weighted least squares at every point and epoch: from the errors of the single ranges to those of the user.

With weights ``w_i``, the inverses of the variances of the ranges along unit lines of sight ``l_i``, the normal
matrix of position and clock is ``A = Σ w_i (l_i, 1)(l_i, 1)ᵀ``. The clock is eliminated first, as in
:mod:`qqnet.navigation.dop`: with ``W = Σ w_i`` and ``m = Σ w_i l_i / W``, the covariance of the position is the
inverse of ``M = Σ w_i l_i l_iᵀ - W m mᵀ`` and the variance of the clock ``1/W + mᵀ M⁻¹ m``. For equal weights
this is dilution of precision times sigma.

**No solution** has infinite errors. The rule is that of dilution of precision, with the weights divided by their
mean: fewer than four ranges, a pivot at or below 1e-8, or an error beyond 1e4 times the mean range error.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers, above_mask, check_satellites
from qqnet.errors import InputError
from qqnet.navigation.dop import LARGEST_GDOP, local_axes
from qqnet.navigation.error_radius import plane_table, space_table
from qqnet.navigation.range_error import RangeErrorModel

Floats = NDArray[np.float64]

ERRORS = ("horizontal", "vertical", "position", "time", "horizontal_p95", "position_p95")
"""One sigma (root of the sum of the variances) of four errors, and the radii that hold 95 % of two of them [m]."""

_SMALLEST_PIVOT = 1.0 / LARGEST_GDOP**2
_BLOCK = 128


def user_errors(
    observers: Observers,
    satellites_km: ArrayLike,
    signal_in_space: ArrayLike,
    model: RangeErrorModel,
    share: float = 0.95,
) -> Floats:
    """Errors of every point at every epoch.

    Parameters
    ----------
    observers : Observers
        The P points, their zenith and elevation masks.
    satellites_km : array_like [T, S, 3]
        Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.
    signal_in_space : array_like [T, S, 10] or [1, S, 10]
        Covariances of orbit and clock in the same axes, as :func:`qqnet.navigation.range_error.packed` gives
        them [m²].
    model : RangeErrorModel
        All other parts of the range error.
    share : float, optional
        What the radii hold.

    Returns
    -------
    ndarray [6, T, P]
        In the order of :data:`ERRORS` [m]; infinite where there is no solution.

    Raises
    ------
    InputError
        Another shape.

    Examples
    --------
    Three satellites around the horizon and one in the zenith, each with an error of 2 m:

    >>> moon = Observers.on_sphere([[0.0, 0.0, 1.0]], 1e-9, np.radians(-1.0))
    >>> low = [[np.cos(a), np.sin(a), 0.0] for a in np.radians([0.0, 120.0, 240.0])]
    >>> errors = user_errors(
    ...     moon, [[*low, [0.0, 0.0, 1.0]]], np.zeros((1, 4, 10)), RangeErrorModel.constant(2.0)
    ... )
    >>> errors[:, 0, 0].round(4).tolist()
    [2.3094, 2.3094, 3.266, 1.1547, 3.9972, 5.3591]
    """
    satellites = check_satellites(satellites_km)
    known = np.ascontiguousarray(signal_in_space, dtype=np.float64)
    if known.shape[1:] != (satellites.shape[1], 10) or known.shape[0] not in (1, len(satellites)):
        wanted = (len(satellites), satellites.shape[1], 10)
        raise InputError(
            f"signal_in_space: shape {known.shape}; wanted {wanted}, or 1 in place of the epochs"
        )
    result = np.empty((len(ERRORS), len(satellites), len(observers)))
    east, north = local_axes(observers.up)
    axes = np.concatenate([observers.up, east, north])
    noise = model.noise_terms()
    _errors(
        satellites,
        known,
        np.array([noise.linear, noise.squaring, noise.farthest_square_km2, model.time_transfer_m**2]),
        model.elevation_table(),
        observers.position_km,
        axes,
        observers.signed_square,
        plane_table(share),
        space_table(share),
        result,
    )
    return result


@njit(inline="always")
def _lines_up(table, place):  # type: ignore[no-untyped-def]
    # Linear between the nodes of a table over 0 to 1.
    last = table.size - 1
    position = min(max(place, 0.0), 1.0) * last
    index = min(int(position), last - 1)
    share = position - index
    return table[index] + share * (table[index + 1] - table[index])


@njit(inline="always")
def _across(table, first, second):  # type: ignore[no-untyped-def]
    last = table.shape[0] - 1
    a, b = min(max(first, 0.0), 1.0) * last, min(max(second, 0.0), 1.0) * last
    i, j = min(int(a), last - 1), min(int(b), last - 1)
    u, v = a - i, b - j
    lower = table[i, j] + u * (table[i + 1, j] - table[i, j])
    upper = table[i, j + 1] + u * (table[i + 1, j + 1] - table[i, j + 1])
    return lower + v * (upper - lower)


@njit(cache=True, error_model="numpy")
def _plane_radius(xx, yy, xy, table):  # type: ignore[no-untyped-def]
    # Larger and smaller variance of a symmetric 2x2 matrix.
    middle, half = 0.5 * (xx + yy), 0.5 * (xx - yy)
    apart = math.sqrt(half * half + xy * xy)
    large = middle + apart
    return math.sqrt(large) * _lines_up(table, (middle - apart) / large)


@njit(cache=True, error_model="numpy")
def _space_radius(xx, yy, zz, xy, xz, yz, table):  # type: ignore[no-untyped-def]
    # Variances along the axes of a symmetric 3x3 matrix, by the cosines of a third of an angle.
    q = (xx + yy + zz) / 3.0
    a, b, c = xx - q, yy - q, zz - q
    p = math.sqrt((a * a + b * b + c * c + 2.0 * (xy * xy + xz * xz + yz * yz)) / 6.0)
    if p < 1e-14 * q:
        return math.sqrt(q) * table[-1, -1]
    half = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz)
    angle = math.acos(min(max(0.5 * half / (p * p * p), -1.0), 1.0)) / 3.0
    large = q + 2.0 * p * math.cos(angle)
    small = q + 2.0 * p * math.cos(angle + 2.0 * math.pi / 3.0)
    return math.sqrt(large) * _across(table, (3.0 * q - large - small) / large, small / large)


@njit(cache=True, error_model="numpy")
def _solve(p, n, sums, axes, tables, transfer, result):  # type: ignore[no-untyped-def]
    plane, space = tables
    total = sums[0, p]
    share = 1.0 / total
    sx, sy, sz = sums[1, p], sums[2, p], sums[3, p]
    mx, my, mz = sx * share, sy * share, sz * share
    # M = L D L', factored without roots.
    d1 = sums[4, p] - sx * mx
    a, b = sums[5, p] - sx * my, sums[6, p] - sx * mz
    l21, l31 = a / d1, b / d1
    d2 = sums[7, p] - sy * my - l21 * a
    c = sums[8, p] - sy * mz - l31 * a
    l32 = c / d2
    d3 = sums[9, p] - sz * mz - l31 * b - l32 * c
    mean = total / n[p]
    result[:] = np.inf
    if n[p] < 4.0 or not min(d1, d2, d3) > _SMALLEST_PIVOT * mean:
        return
    w1, w2, w3 = 1.0 / d1, 1.0 / d2, 1.0 / d3
    # Forward substitution of zenith, east and north: variances and covariances are their products.
    u1, e1, n1 = axes[0, p], axes[3, p], axes[6, p]
    u2, e2, n2 = axes[1, p] - l21 * u1, axes[4, p] - l21 * e1, axes[7, p] - l21 * n1
    u3 = axes[2, p] - l31 * u1 - l32 * u2
    e3 = axes[5, p] - l31 * e1 - l32 * e2
    n3 = axes[8, p] - l31 * n1 - l32 * n2
    uu = u1 * u1 * w1 + u2 * u2 * w2 + u3 * u3 * w3
    ee = e1 * e1 * w1 + e2 * e2 * w2 + e3 * e3 * w3
    nn = n1 * n1 * w1 + n2 * n2 * w2 + n3 * n3 * w3
    m2 = my - l21 * mx
    m3 = mz - l31 * mx - l32 * m2
    clock = share + mx * mx * w1 + m2 * m2 * w2 + m3 * m3 * w3
    if not (uu + ee + nn + clock) * mean <= LARGEST_GDOP * LARGEST_GDOP:
        return
    ue = u1 * e1 * w1 + u2 * e2 * w2 + u3 * e3 * w3
    un = u1 * n1 * w1 + u2 * n2 * w2 + u3 * n3 * w3
    en = e1 * n1 * w1 + e2 * n2 * w2 + e3 * n3 * w3
    result[0] = math.sqrt(ee + nn)
    result[1] = math.sqrt(uu)
    result[2] = math.sqrt(ee + nn + uu)
    result[3] = math.sqrt(clock + transfer)
    result[4] = _plane_radius(ee, nn, en, plane)
    result[5] = _space_radius(ee, nn, uu, en, ue, un, space)


@njit(parallel=True, cache=True, error_model="numpy")
def _errors(  # type: ignore[no-untyped-def]
    satellites, known, scalars, table, position, axes, signed_square, plane, space, result
):
    n_epochs, n_satellites, _ = satellites.shape
    n_points = signed_square.size
    linear, squaring, farthest, transfer = scalars[0], scalars[1], scalars[2], scalars[3]
    half = 0.5 * (table.size - 1)
    for t in prange(n_epochs):
        n = np.empty(_BLOCK)
        sums = np.empty((10, _BLOCK))
        values = np.empty(6)
        now = np.int64(t) if known.shape[0] > 1 else np.int64(0)
        for first in range(0, n_points, _BLOCK):
            m = min(_BLOCK, n_points - first)
            mask = signed_square[first:]
            n[:] = 0.0
            sums[:] = 0.0
            for s in range(n_satellites):
                x, y, z = satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2]
                k = known[now, s]
                for p in range(m):
                    at = first + p
                    dx, dy, dz = x - position[0, at], y - position[1, at], z - position[2, at]
                    ux, uy, uz = axes[0, at], axes[1, at], axes[2, at]
                    square = dx * dx + dy * dy + dz * dz
                    if above_mask(dx, dy, dz, ux, uy, uz, mask[p]) and square <= farthest:
                        inverse = 1.0 / math.sqrt(square)
                        dx *= inverse
                        dy *= inverse
                        dz *= inverse
                        place = (dx * ux + dy * uy + dz * uz + 1.0) * half
                        index = min(max(int(place), 0), table.size - 2)
                        variance = (
                            linear * square * (1.0 + squaring * square)
                            + table[index]
                            + (place - index) * (table[index + 1] - table[index])
                            + dx * (k[0] * dx + 2.0 * (k[3] * dy + k[4] * dz - k[6]))
                            + dy * (k[1] * dy + 2.0 * (k[5] * dz - k[7]))
                            + dz * (k[2] * dz - 2.0 * k[8])
                            + k[9]
                        )
                        weight = 1.0 / variance
                        n[p] += 1.0
                        sums[0, p] += weight
                        sums[1, p] += weight * dx
                        sums[2, p] += weight * dy
                        sums[3, p] += weight * dz
                        sums[4, p] += weight * dx * dx
                        sums[5, p] += weight * dx * dy
                        sums[6, p] += weight * dx * dz
                        sums[7, p] += weight * dy * dy
                        sums[8, p] += weight * dy * dz
                        sums[9, p] += weight * dz * dz
            for p in range(m):
                _solve(p, n, sums, axes[:, first:], (plane, space), transfer, values)
                for kind in range(6):
                    result[kind, t, first + p] = values[kind]
