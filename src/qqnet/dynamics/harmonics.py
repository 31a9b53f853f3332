"""Spherical harmonics: a body's pull and its gradient at eight places at once.

The potential beyond the point mass is

    U = GM/r  sum_n (R/r)^n  sum_m  H_nm(z/r) [C_nm r_m(x/r, y/r) + S_nm i_m(x/r, y/r)],

with ``r_m + i i_m = ((x + i y)/r)^m`` and Helmholtz's polynomials ``H_nm(u) = (1 - u^2)^(-m/2) P_nm(u)``, all
fully normalised. Nothing is divided by the distance from the axis, so the poles are places like any other. Columns
of one order run up in degree, which is stable.

Kernels work on `LANES` places at once, the lane being the last index everywhere: the compiler turns the inner
loops into vector instructions.

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

LANES: Final = 8
"""Places that a kernel treats at once: one vector register of AVX-512, two of AVX2."""

ROW: Final = 5
"""Numbers a term: cosine, sine, the recursion's two factors, degree."""

# Rows of the kernels' scratch array, each of LANES numbers.
_Q1, _Q2, _D1, _D2, _E1, _E2 = range(6)
"""Column of the recursion: Q_n and Q_n-1, their first and second derivatives by u."""
_SUMS: Final = 6
"""First of twelve sums over the degree: Q, nQ, Q', nQ', nnQ, Q'', each with cosine and sine."""
_SCALE, _U, _RE, _IM, _RE1, _IM1, _RE2, _IM2, _DIAGONAL, _RHO, _S, _T = range(18, 30)
_OUT: Final = 30
"""First of ten results."""
SCRATCH_ROWS: Final = 40


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
def _begin(place, radius, w):  # type: ignore[no-untyped-def]
    """Prepare u, (R/r), the direction, and the powers of order 0."""
    for k in range(LANES):
        x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
        inverse = 1.0 / np.sqrt(x * x + y * y + z * z)
        rho = radius * inverse
        w[_RHO * LANES + k] = rho
        w[_U * LANES + k] = z * inverse
        w[_S * LANES + k] = x * inverse
        w[_T * LANES + k] = y * inverse
        w[_DIAGONAL * LANES + k] = 1.0
        w[_RE * LANES + k] = 1.0
        w[_IM * LANES + k] = 0.0
        w[_RE1 * LANES + k] = 0.0
        w[_IM1 * LANES + k] = 0.0
        w[_RE2 * LANES + k] = 0.0
        w[_IM2 * LANES + k] = 0.0
    for k in range(10 * LANES):
        w[_OUT * LANES + k] = 0.0


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _next_order(m, w):  # type: ignore[no-untyped-def]
    """Go from order m to m + 1: the diagonal of the recursion and the powers of (x + iy)/r."""
    factor = np.sqrt(3.0) if m == 0 else np.sqrt((2.0 * m + 3.0) / (2.0 * m + 2.0))
    for k in range(LANES):
        s, t = w[_S * LANES + k], w[_T * LANES + k]
        re, im = w[_RE * LANES + k], w[_IM * LANES + k]
        w[_DIAGONAL * LANES + k] *= factor * w[_RHO * LANES + k]
        w[_RE2 * LANES + k] = w[_RE1 * LANES + k]
        w[_IM2 * LANES + k] = w[_IM1 * LANES + k]
        w[_RE1 * LANES + k] = re
        w[_IM1 * LANES + k] = im
        w[_RE * LANES + k] = s * re - t * im
        w[_IM * LANES + k] = s * im + t * re


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def harmonic_acceleration(place, gm, radius, degree, order, first, table, w, out):  # type: ignore[no-untyped-def]
    """Write the acceleration beyond the point mass [km/s^2] at places [km], both in the body's fixed axes.

    ``place`` and ``out`` hold x, y, z of all lanes one behind the other, ``table[first:]`` what `terms` returned,
    ``w`` is scratch.
    """
    _begin(place, radius, w)
    row = first
    for m in range(order + 1):
        for k in range(LANES):
            w[_Q1 * LANES + k] = w[_DIAGONAL * LANES + k]
            w[_Q2 * LANES + k] = 0.0
            w[_D1 * LANES + k] = 0.0
            w[_D2 * LANES + k] = 0.0
        for k in range(6 * LANES):
            w[_SUMS * LANES + k] = 0.0
        for n in range(m, degree + 1):
            c, s = table[row, 0], table[row, 1]
            alpha, beta = table[row, 2], table[row, 3]
            nc, ns = n * c, n * s
            row += 1
            for k in range(LANES):
                q, d = w[_Q1 * LANES + k], w[_D1 * LANES + k]
                if n > m:
                    rho = w[_RHO * LANES + k]
                    a, b = alpha * rho, beta * rho * rho
                    au = a * w[_U * LANES + k]
                    d = au * d + (a * q - b * w[_D2 * LANES + k])
                    q = au * q - b * w[_Q2 * LANES + k]
                    w[_Q2 * LANES + k] = w[_Q1 * LANES + k]
                    w[_D2 * LANES + k] = w[_D1 * LANES + k]
                    w[_Q1 * LANES + k] = q
                    w[_D1 * LANES + k] = d
                w[_SUMS * LANES + k] += c * q
                w[(_SUMS + 1) * LANES + k] += s * q
                w[(_SUMS + 2) * LANES + k] += nc * q
                w[(_SUMS + 3) * LANES + k] += ns * q
                w[(_SUMS + 4) * LANES + k] += c * d
                w[(_SUMS + 5) * LANES + k] += s * d
        for k in range(LANES):
            qc, qs = w[_SUMS * LANES + k], w[(_SUMS + 1) * LANES + k]
            nc_, ns_ = w[(_SUMS + 2) * LANES + k], w[(_SUMS + 3) * LANES + k]
            dc, ds = w[(_SUMS + 4) * LANES + k], w[(_SUMS + 5) * LANES + k]
            re, im = w[_RE * LANES + k], w[_IM * LANES + k]
            re1, im1 = m * w[_RE1 * LANES + k], m * w[_IM1 * LANES + k]
            u = w[_U * LANES + k]
            w[_OUT * LANES + k] += qc * re1 + qs * im1
            w[(_OUT + 1) * LANES + k] += qs * re1 - qc * im1
            w[(_OUT + 2) * LANES + k] += dc * re + ds * im
            w[(_OUT + 3) * LANES + k] += (nc_ + (m + 1.0) * qc + u * dc) * re + (
                ns_ + (m + 1.0) * qs + u * ds
            ) * im
        _next_order(m, w)
    for k in range(LANES):
        rho = w[_RHO * LANES + k] / radius
        scale = gm * rho * rho
        radial = w[(_OUT + 3) * LANES + k]
        out[k] = scale * (w[_OUT * LANES + k] - w[_S * LANES + k] * radial)
        out[LANES + k] = scale * (w[(_OUT + 1) * LANES + k] - w[_T * LANES + k] * radial)
        out[2 * LANES + k] = scale * (w[(_OUT + 2) * LANES + k] - w[_U * LANES + k] * radial)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def harmonic_gradient(place, gm, radius, degree, order, first, table, w, out):  # type: ignore[no-untyped-def]
    """Write the gradient of `harmonic_acceleration` [1/s^2]: xx, xy, xz, yy, yz, zz of all lanes."""
    _begin(place, radius, w)
    row = first
    for m in range(order + 1):
        for k in range(LANES):
            w[_Q1 * LANES + k] = w[_DIAGONAL * LANES + k]
            w[_Q2 * LANES + k] = 0.0
            w[_D1 * LANES + k] = 0.0
            w[_D2 * LANES + k] = 0.0
            w[_E1 * LANES + k] = 0.0
            w[_E2 * LANES + k] = 0.0
        for k in range(12 * LANES):
            w[_SUMS * LANES + k] = 0.0
        for n in range(m, degree + 1):
            c, s = table[row, 0], table[row, 1]
            alpha, beta = table[row, 2], table[row, 3]
            row += 1
            for k in range(LANES):
                q, d, e = w[_Q1 * LANES + k], w[_D1 * LANES + k], w[_E1 * LANES + k]
                if n > m:
                    rho = w[_RHO * LANES + k]
                    a, b = alpha * rho, beta * rho * rho
                    au = a * w[_U * LANES + k]
                    e = au * e + (2.0 * a * d - b * w[_E2 * LANES + k])
                    d = au * d + (a * q - b * w[_D2 * LANES + k])
                    q = au * q - b * w[_Q2 * LANES + k]
                    w[_Q2 * LANES + k] = w[_Q1 * LANES + k]
                    w[_D2 * LANES + k] = w[_D1 * LANES + k]
                    w[_E2 * LANES + k] = w[_E1 * LANES + k]
                    w[_Q1 * LANES + k] = q
                    w[_D1 * LANES + k] = d
                    w[_E1 * LANES + k] = e
                w[_SUMS * LANES + k] += c * q
                w[(_SUMS + 1) * LANES + k] += s * q
                w[(_SUMS + 2) * LANES + k] += n * c * q
                w[(_SUMS + 3) * LANES + k] += n * s * q
                w[(_SUMS + 4) * LANES + k] += c * d
                w[(_SUMS + 5) * LANES + k] += s * d
                w[(_SUMS + 6) * LANES + k] += n * c * d
                w[(_SUMS + 7) * LANES + k] += n * s * d
                w[(_SUMS + 8) * LANES + k] += n * n * c * q
                w[(_SUMS + 9) * LANES + k] += n * n * s * q
                w[(_SUMS + 10) * LANES + k] += c * e
                w[(_SUMS + 11) * LANES + k] += s * e
        for k in range(LANES):
            _add_second_derivatives(m, k, w)
        _next_order(m, w)
    for k in range(LANES):
        rho = w[_RHO * LANES + k] / radius
        scale = gm * rho * rho * rho
        x, y, z = w[_S * LANES + k], w[_T * LANES + k], w[_U * LANES + k]
        xx, xy, xz, yz, zz = (
            w[_OUT * LANES + k],
            w[(_OUT + 1) * LANES + k],
            w[(_OUT + 2) * LANES + k],
            w[(_OUT + 3) * LANES + k],
            w[(_OUT + 4) * LANES + k],
        )
        xr, yr, zr = w[(_OUT + 5) * LANES + k], w[(_OUT + 6) * LANES + k], w[(_OUT + 7) * LANES + k]
        r, rr = w[(_OUT + 8) * LANES + k], w[(_OUT + 9) * LANES + k]
        curved = rr - r
        out[k] = scale * (xx + 2.0 * x * xr + x * x * curved + r)
        out[LANES + k] = scale * (xy + x * yr + y * xr + x * y * curved)
        out[2 * LANES + k] = scale * (xz + x * zr + z * xr + x * z * curved)
        out[3 * LANES + k] = scale * (-xx + 2.0 * y * yr + y * y * curved + r)
        out[4 * LANES + k] = scale * (yz + y * zr + z * yr + y * z * curved)
        out[5 * LANES + k] = scale * (zz + 2.0 * z * zr + z * z * curved + r)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"}, inline="always")
def _add_second_derivatives(m, k, w):  # type: ignore[no-untyped-def]
    """Add one order's share of the derivatives of U by x, y, z at fixed r, and by r, in units of GM/r^3."""
    qc, qs = w[_SUMS * LANES + k], w[(_SUMS + 1) * LANES + k]
    nc, ns = w[(_SUMS + 2) * LANES + k], w[(_SUMS + 3) * LANES + k]
    dc, ds = w[(_SUMS + 4) * LANES + k], w[(_SUMS + 5) * LANES + k]
    ndc, nds = w[(_SUMS + 6) * LANES + k], w[(_SUMS + 7) * LANES + k]
    nnc, nns = w[(_SUMS + 8) * LANES + k], w[(_SUMS + 9) * LANES + k]
    ec, es = w[(_SUMS + 10) * LANES + k], w[(_SUMS + 11) * LANES + k]
    re, im = w[_RE * LANES + k], w[_IM * LANES + k]
    re1, im1 = m * w[_RE1 * LANES + k], m * w[_IM1 * LANES + k]
    re2, im2 = m * (m - 1.0) * w[_RE2 * LANES + k], m * (m - 1.0) * w[_IM2 * LANES + k]
    u = w[_U * LANES + k]
    # -r dU/dr of one term is K = (n + 1 + m) Q + u Q'; primes are derivatives by u.
    kc, ks = nc + (m + 1.0) * qc + u * dc, ns + (m + 1.0) * qs + u * ds
    lc, ls = ndc + (m + 2.0) * dc + u * ec, nds + (m + 2.0) * ds + u * es
    nkc, nks = nnc + (m + 1.0) * nc + u * ndc, nns + (m + 1.0) * ns + u * nds
    w[_OUT * LANES + k] += qc * re2 + qs * im2
    w[(_OUT + 1) * LANES + k] += qs * re2 - qc * im2
    w[(_OUT + 2) * LANES + k] += dc * re1 + ds * im1
    w[(_OUT + 3) * LANES + k] += ds * re1 - dc * im1
    w[(_OUT + 4) * LANES + k] += ec * re + es * im
    w[(_OUT + 5) * LANES + k] -= kc * re1 + ks * im1
    w[(_OUT + 6) * LANES + k] -= ks * re1 - kc * im1
    w[(_OUT + 7) * LANES + k] -= lc * re + ls * im
    w[(_OUT + 8) * LANES + k] -= kc * re + ks * im
    w[(_OUT + 9) * LANES + k] += (nkc + (m + 2.0) * kc + u * lc) * re + (nks + (m + 2.0) * ks + u * ls) * im
