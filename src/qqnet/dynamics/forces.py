"""Acceleration at sixteen places at once, and how it changes from place to place.

Positions, velocities and times of the lanes lie one behind the other: ``place[component * LANES + lane]``. All in
km, s and ICRF axes relative to the centre of the model.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from qqnet.dynamics.harmonics import LANES, SCRATCH_ROWS, harmonic_acceleration, harmonic_gradient
from qqnet.dynamics.shadow import light

_PLACE: Final = SCRATCH_ROWS
_PULL: Final = SCRATCH_ROWS + 3
_CENTER: Final = SCRATCH_ROWS + 13
WORK_SIZE: Final = (SCRATCH_ROWS + 16) * LANES
"""Numbers of scratch that the kernels of this module need."""

THRUST_SIZE: Final = 7
"""Numbers that describe a thrust: acceleration at ignition [km/s^2], mass flow over mass [1/s], time of ignition
[s since the reference], axes (0 ICRF, 1 RTN, 2 VNC), and the direction in these axes."""


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def accelerations(around, columns, place, velocity, time, thrust, work, out):  # type: ignore[no-untyped-def]
    """Write the acceleration of all lanes [km/s^2]; ``columns`` are those of `look_around` at ``time``."""
    gm, lanes = around.center_gm, around.lanes
    for k in range(lanes):
        x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
        r2 = x * x + y * y + z * z
        pull = -gm / (r2 * np.sqrt(r2))
        out[k] = pull * x
        out[LANES + k] = pull * y
        out[2 * LANES + k] = pull * z
    for i in range(around.body_gm.size):
        _add_third_body(around.lanes, around.body_gm[i], around.body_column[i] * LANES, columns, place, out)
    for i in range(around.field_gm.size):
        _add_field(around, i, 2, 1.0, columns, place, work, out)
        if around.field_shape[i, 0] >= 0:  # a body elsewhere pulls at the centre too
            for k in range(3 * LANES):
                work[_CENTER * LANES + k] = 0.0
            _add_field(around, i, 5, -1.0, columns, work[_CENTER * LANES :], work, out)
    if around.sunlight > 0.0:
        _add_sunlight(around, columns, place, out)
    if around.inverse_c2 > 0.0:
        _add_schwarzschild(lanes, gm, around.inverse_c2, place, velocity, out)
    if thrust[0] > 0.0:
        _add_thrust(lanes, thrust, place, velocity, time, out)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_third_body(lanes, gm, c, columns, place, out):  # type: ignore[no-untyped-def]
    """Add the pull on the spacecraft less that on the centre, without their difference: Battin 1987, eq. 8.62."""
    for k in range(lanes):
        x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
        bx, by, bz = columns[c + k], columns[c + LANES + k], columns[c + 2 * LANES + k]
        dx, dy, dz = x - bx, y - by, z - bz
        d2 = dx * dx + dy * dy + dz * dz
        q = (x * (x - 2.0 * bx) + y * (y - 2.0 * by) + z * (z - 2.0 * bz)) / (bx * bx + by * by + bz * bz)
        f = q * (3.0 + q * (3.0 + q)) / (1.0 + (1.0 + q) * np.sqrt(1.0 + q))
        pull = -gm / (d2 * np.sqrt(d2))
        out[k] += pull * (x + f * bx)
        out[LANES + k] += pull * (y + f * by)
        out[2 * LANES + k] += pull * (z + f * bz)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_field(around, i, shape, sign, columns, place, work, out):  # type: ignore[no-untyped-def]
    """Add sign times the pull of field i beyond the point mass; degree and so on stand from column `shape` on."""
    lanes = around.lanes
    _place_in_field(around, i, columns, place, work)
    harmonic_acceleration(
        lanes, work[_PLACE * LANES :], sign * around.field_gm[i], around.field_radius[i],
        around.field_shape[i, shape], around.field_shape[i, shape + 1], around.field_shape[i, shape + 2],
        around.terms, work, work[_PULL * LANES :],
    )  # fmt: skip
    r = around.field_shape[i, 1] * LANES
    for j in range(3):
        for k in range(lanes):
            out[j * LANES + k] += (
                columns[r + j * LANES + k] * work[_PULL * LANES + k]
                + columns[r + (3 + j) * LANES + k] * work[(_PULL + 1) * LANES + k]
                + columns[r + (6 + j) * LANES + k] * work[(_PULL + 2) * LANES + k]
            )


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _place_in_field(around, i, columns, place, work):  # type: ignore[no-untyped-def]
    """Write the place relative to the body of field i, in the axes that turn with it, to the scratch."""
    lanes = around.lanes
    c, r = around.field_shape[i, 0] * LANES, around.field_shape[i, 1] * LANES
    if c >= 0:
        for k in range(3 * LANES):
            work[_PULL * LANES + k] = place[k] - columns[c + k]
    else:
        for k in range(3 * LANES):
            work[_PULL * LANES + k] = place[k]
    for j in range(3):
        for k in range(lanes):
            work[(_PLACE + j) * LANES + k] = (
                columns[r + 3 * j * LANES + k] * work[_PULL * LANES + k]
                + columns[r + (3 * j + 1) * LANES + k] * work[(_PULL + 1) * LANES + k]
                + columns[r + (3 * j + 2) * LANES + k] * work[(_PULL + 2) * LANES + k]
            )


@njit(cache=True, error_model="numpy", nogil=True)
def _add_sunlight(around, columns, place, out):  # type: ignore[no-untyped-def]
    lanes = around.lanes
    for k in range(lanes):
        sx, sy, sz, seen = light(around, columns, place[k], place[LANES + k], place[2 * LANES + k], k)
        d2 = sx * sx + sy * sy + sz * sz
        push = seen * around.sunlight / (d2 * np.sqrt(d2))
        out[k] += push * sx
        out[LANES + k] += push * sy
        out[2 * LANES + k] += push * sz


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_schwarzschild(lanes, gm, inverse_c2, place, velocity, out):  # type: ignore[no-untyped-def]
    """Add the centre's first term of general relativity: IERS Conventions 2010, eq. 10.12, beta = gamma = 1."""
    for k in range(lanes):
        x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
        vx, vy, vz = velocity[k], velocity[LANES + k], velocity[2 * LANES + k]
        r2 = x * x + y * y + z * z
        r = np.sqrt(r2)
        factor = gm * inverse_c2 / (r2 * r)
        along = 4.0 * gm / r - (vx * vx + vy * vy + vz * vz)
        across = 4.0 * (x * vx + y * vy + z * vz)
        out[k] += factor * (along * x + across * vx)
        out[LANES + k] += factor * (along * y + across * vy)
        out[2 * LANES + k] += factor * (along * z + across * vz)


@njit(cache=True, error_model="numpy", nogil=True)
def _add_thrust(lanes, thrust, place, velocity, time, out):  # type: ignore[no-untyped-def]
    for k in range(lanes):
        push = thrust[0] / (1.0 - thrust[1] * (time[k] - thrust[2]))
        dx, dy, dz = thrust[4], thrust[5], thrust[6]
        if thrust[3] > 0.0:
            x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
            vx, vy, vz = velocity[k], velocity[LANES + k], velocity[2 * LANES + k]
            nx, ny, nz = y * vz - z * vy, z * vx - x * vz, x * vy - y * vx
            unit = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz)
            nx, ny, nz = unit * nx, unit * ny, unit * nz
            # First axis along the position (RTN) or the velocity (VNC); the third completes with the normal.
            ax, ay, az = (x, y, z) if thrust[3] == 1.0 else (vx, vy, vz)
            unit = 1.0 / np.sqrt(ax * ax + ay * ay + az * az)
            ax, ay, az = unit * ax, unit * ay, unit * az
            bx, by, bz = ny * az - nz * ay, nz * ax - nx * az, nx * ay - ny * ax
            normal, across = thrust[6], thrust[5]
            if thrust[3] == 2.0:
                normal, across = thrust[5], -thrust[6]
            dx = thrust[4] * ax + across * bx + normal * nx
            dy = thrust[4] * ay + across * by + normal * ny
            dz = thrust[4] * az + across * bz + normal * nz
        out[k] += push * dx
        out[LANES + k] += push * dy
        out[2 * LANES + k] += push * dz


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def gradients(around, columns, place, velocity, work, out, by_velocity):  # type: ignore[no-untyped-def]
    """Write how the acceleration changes with the place [1/s^2] and with the velocity [1/s], all lanes.

    ``out`` and ``by_velocity`` hold the nine elements of a matrix row by row. The edge of a shadow is not in it:
    sunlight changes with the distance from the Sun only, which is what a linearisation can mean where light and
    dark are minutes apart. Of a thrust in turning axes the turning is not in it either.
    """
    lanes = around.lanes
    for k in range(9 * LANES):
        out[k] = 0.0
        by_velocity[k] = 0.0
    _add_point_gradient(around.lanes, around.center_gm, -1, columns, place, out)
    for i in range(around.body_gm.size):
        _add_point_gradient(
            around.lanes, around.body_gm[i], around.body_column[i] * LANES, columns, place, out
        )
    for i in range(around.field_gm.size):
        _place_in_field(around, i, columns, place, work)
        harmonic_gradient(
            around.lanes, work[_PLACE * LANES :], around.field_gm[i], around.field_radius[i],
            around.field_shape[i, 2], around.field_shape[i, 3], around.field_shape[i, 4], around.terms, work,
            work[_PULL * LANES :],
        )  # fmt: skip
        _add_turned(around.lanes, around.field_shape[i, 1] * LANES, columns, work, out)
    if around.sunlight > 0.0:
        for k in range(lanes):
            sx, sy, sz, seen = light(around, columns, place[k], place[LANES + k], place[2 * LANES + k], k)
            d2 = sx * sx + sy * sy + sz * sz
            push = seen * around.sunlight / (d2 * np.sqrt(d2))
            _add_symmetric(push, -3.0 * push / d2, sx, sy, sz, k, out)
    if around.inverse_c2 > 0.0:
        _add_schwarzschild_gradient(
            around.lanes, around.center_gm, around.inverse_c2, place, velocity, out, by_velocity
        )


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_symmetric(diagonal, outer, x, y, z, k, out):  # type: ignore[no-untyped-def]
    """Add diagonal times the unit matrix and outer times the vector's product with itself."""
    out[k] += diagonal + outer * x * x
    out[LANES + k] += outer * x * y
    out[2 * LANES + k] += outer * x * z
    out[3 * LANES + k] += outer * x * y
    out[4 * LANES + k] += diagonal + outer * y * y
    out[5 * LANES + k] += outer * y * z
    out[6 * LANES + k] += outer * x * z
    out[7 * LANES + k] += outer * y * z
    out[8 * LANES + k] += diagonal + outer * z * z


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_point_gradient(lanes, gm, c, columns, place, out):  # type: ignore[no-untyped-def]
    for k in range(lanes):
        x, y, z = place[k], place[LANES + k], place[2 * LANES + k]
        if c >= 0:
            x -= columns[c + k]
            y -= columns[c + LANES + k]
            z -= columns[c + 2 * LANES + k]
        d2 = x * x + y * y + z * z
        pull = -gm / (d2 * np.sqrt(d2))
        _add_symmetric(pull, -3.0 * pull / d2, x, y, z, k, out)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_turned(lanes, r, columns, work, out):  # type: ignore[no-untyped-def]
    """Add a symmetric matrix of the field's axes, turned to ICRF: R^T G R."""
    for k in range(lanes):
        g = _PULL * LANES + k
        xx, xy, xz = work[g], work[g + LANES], work[g + 2 * LANES]
        yy, yz, zz = work[g + 3 * LANES], work[g + 4 * LANES], work[g + 5 * LANES]
        for j in range(3):
            a = columns[r + j * LANES + k]
            b = columns[r + (3 + j) * LANES + k]
            c = columns[r + (6 + j) * LANES + k]
            u, v, w = a * xx + b * xy + c * xz, a * xy + b * yy + c * yz, a * xz + b * yz + c * zz
            for i in range(3):
                out[(3 * j + i) * LANES + k] += (
                    u * columns[r + i * LANES + k]
                    + v * columns[r + (3 + i) * LANES + k]
                    + w * columns[r + (6 + i) * LANES + k]
                )


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_schwarzschild_gradient(lanes, gm, inverse_c2, place, velocity, out, by_velocity):  # type: ignore[no-untyped-def]
    for k in range(lanes):
        r2 = 0.0
        v2 = 0.0
        rv = 0.0
        for j in range(3):
            r2 += place[j * LANES + k] ** 2
            v2 += velocity[j * LANES + k] ** 2
            rv += place[j * LANES + k] * velocity[j * LANES + k]
        r = np.sqrt(r2)
        factor = gm * inverse_c2 / (r2 * r)
        along, across = 4.0 * gm / r - v2, 4.0 * rv
        for j in range(3):
            xj, vj = place[j * LANES + k], velocity[j * LANES + k]
            pull = along * xj + across * vj
            for i in range(3):
                xi, vi = place[i * LANES + k], velocity[i * LANES + k]
                same = 1.0 if i == j else 0.0
                out[(3 * j + i) * LANES + k] += factor * (
                    along * same - 4.0 * gm / (r2 * r) * xi * xj + 4.0 * vi * vj - 3.0 * pull * xi / r2
                )
                by_velocity[(3 * j + i) * LANES + k] += factor * (
                    -2.0 * xj * vi + 4.0 * vj * xi + across * same
                )
