"""Spherical harmonics: a body's pull and its gradient at sixteen places at once.

The potential beyond the point mass is

    U = GM/r  sum_n (R/r)^n  sum_m  H_nm(z/r) [C_nm r_m(x/r, y/r) + S_nm i_m(x/r, y/r)],

with ``r_m + i i_m = ((x + i y)/r)^m`` and Helmholtz's polynomials ``H_nm(u) = (1 - u^2)^(-m/2) P_nm(u)``, all
fully normalised. Nothing is divided by the distance from the axis, so the poles are places like any other. Columns
of one order run up in degree, which is stable.

Kernels work on `LANES` places at once, the lane being the last index everywhere, so that the compiler turns inner
loops into vector instructions. A short loop whose length it knows it would write out number by number instead:
hence the argument ``lanes``, which is always `LANES`.

References
----------
Pines 1973, Uniform representation of the gravitational potential and its derivatives, AIAA J. 11:1508.
Lundberg & Schutz 1988, Recursion formulas of Legendre functions for use with nonsingular geopotential models,
J. Guid. Control Dyn. 11:31.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.space.gravity import GravityField

Floats = NDArray[np.float64]

LANES: Final = 16
"""Places that a kernel treats at once: two vector registers of AVX-512, four of AVX2."""

ROW: Final = 5
"""Numbers a term: cosine, sine, the recursion's two factors, degree."""

# Rows of the kernels' scratch array, each of LANES numbers. With one flat array and offsets that the compiler
# knows it sees that rows do not overlap, and makes vectors of them.
_Q1, _Q2, _D1, _D2, _E1, _E2 = (row * LANES for row in range(6))
"""Column of the recursion: Q_n and Q_n-1, their first and second derivatives by u."""
_SUMS: Final = 6 * LANES
"""First of twelve sums over the degree: Q, nQ, Q', nQ', nnQ, Q'', each with cosine and sine."""
_RHO, _RHO2, _RHO_U, _U, _S, _T = (row * LANES for row in range(18, 24))
_RE, _IM, _RE1, _IM1, _RE2, _IM2, _DIAGONAL = (row * LANES for row in range(24, 31))
_OUT: Final = 31 * LANES
"""First of ten results."""
SCRATCH_ROWS: Final = 41


def terms(field: GravityField) -> Floats:
    """Return the coefficients in the kernels' order.

    Parameters
    ----------
    field : GravityField
        Field of degree 2 or more.

    Returns
    -------
    ndarray, shape [n_terms, ROW]
        Order by order, in each from degree max(m, 2) up: cosine, sine, factors alpha and beta of
        ``Q_n = alpha u Q_n-1 - beta Q_n-2``, degree. Orders beyond the last coefficient are left out.
    """
    degree = field.degree
    rows = []
    for m in range(highest_order(field) + 1):
        for n in range(m, degree + 1):
            alpha = beta = 0.0
            if n > m:
                alpha = np.sqrt((2 * n + 1) * (2 * n - 1) / ((n - m) * (n + m)))
            if n > m + 1:
                beta = np.sqrt((2 * n + 1) * (n - m - 1) * (n + m - 1) / ((2 * n - 3) * (n + m) * (n - m)))
            known = n >= 2
            rows.append((
                field.cosine[n, m] if known else 0.0, field.sine[n, m] if known else 0.0, alpha, beta, float(n)
            ))  # fmt: skip
    return np.array(rows, dtype=np.float64)


def highest_order(field: GravityField) -> int:
    """Return the highest order with a coefficient that is not zero."""
    present = np.nonzero((field.cosine[2:] != 0.0).any(axis=0) | (field.sine[2:] != 0.0).any(axis=0))[0]
    return int(present[-1]) if present.size else 0


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _begin(lanes, place, radius, w):  # type: ignore[no-untyped-def]
    """Prepare R/r, the direction, and the powers of order 0."""
    for k in range(lanes):
        x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
        inverse = 1.0 / np.sqrt(x * x + y * y + z * z)
        rho = radius * inverse
        w[_RHO + k] = rho
        w[_RHO2 + k] = rho * rho
        w[_RHO_U + k] = rho * z * inverse
        w[_U + k] = z * inverse
        w[_S + k] = x * inverse
        w[_T + k] = y * inverse
        w[_DIAGONAL + k] = 1.0
        w[_RE + k] = 1.0
        w[_IM + k] = 0.0
        w[_RE1 + k] = 0.0
        w[_IM1 + k] = 0.0
        w[_RE2 + k] = 0.0
        w[_IM2 + k] = 0.0
    for k in range(10 * LANES):
        w[_OUT + k] = 0.0


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _next_order(lanes, m, w):  # type: ignore[no-untyped-def]
    """Go from order m to m + 1: the diagonal of the recursion and the powers of (x + iy)/r."""
    factor = np.sqrt(3.0) if m == 0 else np.sqrt((2.0 * m + 3.0) / (2.0 * m + 2.0))
    for k in range(lanes):
        s, t = w[_S + k], w[_T + k]
        re, im = w[_RE + k], w[_IM + k]
        w[_DIAGONAL + k] *= factor * w[_RHO + k]
        w[_RE2 + k] = w[_RE1 + k]
        w[_IM2 + k] = w[_IM1 + k]
        w[_RE1 + k] = re
        w[_IM1 + k] = im
        w[_RE + k] = s * re - t * im
        w[_IM + k] = s * im + t * re


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _sum_column(lanes, row, m, degree, table, w):  # type: ignore[no-untyped-def]
    """Sum one order over the degrees, with what the acceleration needs; return the row after it."""
    c, s = table[row, 0], table[row, 1]
    for k in range(lanes):
        q = w[_DIAGONAL + k]
        w[_Q1 + k] = q
        w[_Q2 + k] = 0.0
        w[_D1 + k] = 0.0
        w[_D2 + k] = 0.0
        w[_SUMS + k] = c * q
        w[_SUMS + LANES + k] = s * q
        w[_SUMS + 2 * LANES + k] = m * c * q
        w[_SUMS + 3 * LANES + k] = m * s * q
        w[_SUMS + 4 * LANES + k] = 0.0
        w[_SUMS + 5 * LANES + k] = 0.0
    for _ in range(m, degree):
        row += 1
        c, s, alpha, beta = table[row, 0], table[row, 1], table[row, 2], table[row, 3]
        nc, ns = table[row, 4] * c, table[row, 4] * s
        for k in range(lanes):
            q1, d1 = w[_Q1 + k], w[_D1 + k]
            b = beta * w[_RHO2 + k]
            a = alpha * w[_RHO_U + k]
            d = a * d1 + (alpha * w[_RHO + k] * q1 - b * w[_D2 + k])
            q = a * q1 - b * w[_Q2 + k]
            w[_Q1 + k] = q
            w[_Q2 + k] = q1
            w[_D1 + k] = d
            w[_D2 + k] = d1
            w[_SUMS + k] += c * q
            w[_SUMS + LANES + k] += s * q
            w[_SUMS + 2 * LANES + k] += nc * q
            w[_SUMS + 3 * LANES + k] += ns * q
            w[_SUMS + 4 * LANES + k] += c * d
            w[_SUMS + 5 * LANES + k] += s * d
    return row + 1


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def harmonic_acceleration(lanes, place, gm, radius, degree, order, first, table, w, out):  # type: ignore[no-untyped-def]
    """Write the acceleration beyond the point mass [km/s^2] at places [km], both in the body's fixed axes.

    ``place`` and ``out`` hold x, y, z of all lanes one behind the other, ``table[first:]`` what `terms` returned,
    ``w`` is scratch.
    """
    _begin(lanes, place, radius, w)
    row = first
    for m in range(order + 1):
        row = _sum_column(lanes, row, m, degree, table, w)
        for k in range(lanes):
            qc, qs = w[_SUMS + k], w[_SUMS + LANES + k]
            nc, ns = w[_SUMS + 2 * LANES + k], w[_SUMS + 3 * LANES + k]
            dc, ds = w[_SUMS + 4 * LANES + k], w[_SUMS + 5 * LANES + k]
            re, im = w[_RE + k], w[_IM + k]
            re1, im1 = m * w[_RE1 + k], m * w[_IM1 + k]
            kc = nc + (m + 1.0) * qc + w[_U + k] * dc
            ks = ns + (m + 1.0) * qs + w[_U + k] * ds
            w[_OUT + k] += qc * re1 + qs * im1
            w[_OUT + LANES + k] += qs * re1 - qc * im1
            w[_OUT + 2 * LANES + k] += dc * re + ds * im
            w[_OUT + 3 * LANES + k] += kc * re + ks * im
        _next_order(lanes, m, w)
    for k in range(lanes):
        rho = w[_RHO + k] / radius
        scale = gm * rho * rho
        radial = w[_OUT + 3 * LANES + k]
        out[k] = scale * (w[_OUT + k] - w[_S + k] * radial)
        out[LANES + k] = scale * (w[_OUT + LANES + k] - w[_T + k] * radial)
        out[2 * LANES + k] = scale * (w[_OUT + 2 * LANES + k] - w[_U + k] * radial)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _sum_column_twice(lanes, row, m, degree, table, w):  # type: ignore[no-untyped-def]
    """Sum one order over the degrees, with what the gradient needs; return the row after it."""
    c, s = table[row, 0], table[row, 1]
    for k in range(lanes):
        q = w[_DIAGONAL + k]
        w[_Q1 + k] = q
        w[_SUMS + k] = c * q
        w[_SUMS + LANES + k] = s * q
        w[_SUMS + 2 * LANES + k] = m * c * q
        w[_SUMS + 3 * LANES + k] = m * s * q
        w[_SUMS + 8 * LANES + k] = m * m * c * q
        w[_SUMS + 9 * LANES + k] = m * m * s * q
    for k in range(lanes):
        w[_Q2 + k] = 0.0
        w[_D1 + k] = 0.0
        w[_D2 + k] = 0.0
        w[_E1 + k] = 0.0
        w[_E2 + k] = 0.0
        w[_SUMS + 4 * LANES + k] = 0.0
        w[_SUMS + 5 * LANES + k] = 0.0
        w[_SUMS + 6 * LANES + k] = 0.0
        w[_SUMS + 7 * LANES + k] = 0.0
        w[_SUMS + 10 * LANES + k] = 0.0
        w[_SUMS + 11 * LANES + k] = 0.0
    for _ in range(m, degree):
        row += 1
        c, s, alpha, beta, n = table[row, 0], table[row, 1], table[row, 2], table[row, 3], table[row, 4]
        nc, ns = n * c, n * s
        nnc, nns = n * nc, n * ns
        for k in range(lanes):
            q1, d1, e1 = w[_Q1 + k], w[_D1 + k], w[_E1 + k]
            b = beta * w[_RHO2 + k]
            a = alpha * w[_RHO_U + k]
            rise = alpha * w[_RHO + k]
            e = a * e1 + (2.0 * rise * d1 - b * w[_E2 + k])
            d = a * d1 + (rise * q1 - b * w[_D2 + k])
            q = a * q1 - b * w[_Q2 + k]
            w[_Q1 + k] = q
            w[_Q2 + k] = q1
            w[_D1 + k] = d
            w[_D2 + k] = d1
            w[_E1 + k] = e
            w[_E2 + k] = e1
            w[_SUMS + k] += c * q
            w[_SUMS + LANES + k] += s * q
            w[_SUMS + 2 * LANES + k] += nc * q
            w[_SUMS + 3 * LANES + k] += ns * q
            w[_SUMS + 4 * LANES + k] += c * d
            w[_SUMS + 5 * LANES + k] += s * d
            w[_SUMS + 6 * LANES + k] += nc * d
            w[_SUMS + 7 * LANES + k] += ns * d
            w[_SUMS + 8 * LANES + k] += nnc * q
            w[_SUMS + 9 * LANES + k] += nns * q
            w[_SUMS + 10 * LANES + k] += c * e
            w[_SUMS + 11 * LANES + k] += s * e
    return row + 1


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_second_derivatives(lanes, m, w):  # type: ignore[no-untyped-def]
    """Add one order's share of the derivatives of U by x, y, z at fixed r, and by r, in units of GM/r^3."""
    for k in range(lanes):
        qc, qs = w[_SUMS + k], w[_SUMS + LANES + k]
        nc, ns = w[_SUMS + 2 * LANES + k], w[_SUMS + 3 * LANES + k]
        dc, ds = w[_SUMS + 4 * LANES + k], w[_SUMS + 5 * LANES + k]
        ndc, nds = w[_SUMS + 6 * LANES + k], w[_SUMS + 7 * LANES + k]
        nnc, nns = w[_SUMS + 8 * LANES + k], w[_SUMS + 9 * LANES + k]
        ec, es = w[_SUMS + 10 * LANES + k], w[_SUMS + 11 * LANES + k]
        re, im = w[_RE + k], w[_IM + k]
        re1, im1 = m * w[_RE1 + k], m * w[_IM1 + k]
        re2, im2 = m * (m - 1.0) * w[_RE2 + k], m * (m - 1.0) * w[_IM2 + k]
        u = w[_U + k]
        # -r dU/dr of one term is K = (n + 1 + m) Q + u Q', its derivative by u is L; primes are by u.
        kc, ks = nc + (m + 1.0) * qc + u * dc, ns + (m + 1.0) * qs + u * ds
        lc, ls = ndc + (m + 2.0) * dc + u * ec, nds + (m + 2.0) * ds + u * es
        nkc, nks = nnc + (m + 1.0) * nc + u * ndc, nns + (m + 1.0) * ns + u * nds
        w[_OUT + k] += qc * re2 + qs * im2  # xx, and -yy
        w[_OUT + LANES + k] += qs * re2 - qc * im2  # xy
        w[_OUT + 2 * LANES + k] += dc * re1 + ds * im1  # xz
        w[_OUT + 3 * LANES + k] += ds * re1 - dc * im1  # yz
        w[_OUT + 4 * LANES + k] += ec * re + es * im  # zz
        w[_OUT + 5 * LANES + k] -= kc * re1 + ks * im1  # xr
        w[_OUT + 6 * LANES + k] -= ks * re1 - kc * im1  # yr
        w[_OUT + 7 * LANES + k] -= lc * re + ls * im  # zr
        w[_OUT + 8 * LANES + k] -= kc * re + ks * im  # r
        w[_OUT + 9 * LANES + k] += (nkc + (m + 2.0) * kc + u * lc) * re + (nks + (m + 2.0) * ks + u * ls) * im


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def harmonic_gradient(lanes, place, gm, radius, degree, order, first, table, w, out):  # type: ignore[no-untyped-def]
    """Write the gradient of `harmonic_acceleration` [1/s^2]: xx, xy, xz, yy, yz, zz of all lanes."""
    _begin(lanes, place, radius, w)
    row = first
    for m in range(order + 1):
        row = _sum_column_twice(lanes, row, m, degree, table, w)
        _add_second_derivatives(lanes, m, w)
        _next_order(lanes, m, w)
    for k in range(lanes):
        rho = w[_RHO + k] / radius
        scale = gm * rho * rho * rho
        x, y, z = w[_S + k], w[_T + k], w[_U + k]
        xx, xy, xz = w[_OUT + k], w[_OUT + LANES + k], w[_OUT + 2 * LANES + k]
        yz, zz = w[_OUT + 3 * LANES + k], w[_OUT + 4 * LANES + k]
        xr, yr, zr = w[_OUT + 5 * LANES + k], w[_OUT + 6 * LANES + k], w[_OUT + 7 * LANES + k]
        r = w[_OUT + 8 * LANES + k]
        curved = w[_OUT + 9 * LANES + k] - r
        out[k] = scale * (xx + 2.0 * x * xr + x * x * curved + r)
        out[LANES + k] = scale * (xy + x * yr + y * xr + x * y * curved)
        out[2 * LANES + k] = scale * (xz + x * zr + z * xr + x * z * curved)
        out[3 * LANES + k] = scale * (-xx + 2.0 * y * yr + y * y * curved + r)
        out[4 * LANES + k] = scale * (yz + y * zr + z * yr + y * z * curved)
        out[5 * LANES + k] = scale * (zz + 2.0 * z * zr + z * z * curved + r)
