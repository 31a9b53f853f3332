"""The integrator of Dormand & Prince of order 8(5,3), for one motion at a time, with or without its linearisation.

References
----------
Hairer, Nørsett & Wanner 1993, Solving Ordinary Differential Equations I, sections II.5 and II.6; the coefficients,
and the continuous solution of order 7, are those of SciPy's `DOP853`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numba import njit
from numpy.polynomial.chebyshev import chebvander
from numpy.typing import NDArray

from qqnet.dynamics.arcs import (
    COLLISION,
    DONE,
    NOT_FINITE,
    SHORTEST_STEP_S,
    STEP_TOO_SHORT,
    may_meet,
    meeting,
)
from qqnet.dynamics.forces import WORK_SIZE, accelerations, gradients
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.surroundings import look_around

Floats = NDArray[np.float64]
Tableau = tuple[Floats, Floats, Floats, Floats, Floats, Floats]

TRANSITION_TOLERANCE: Final = 1e-10
"""Error allowed a step in the state-transition matrix, relative to its largest column."""

_N_SERIES: Final = 8


@cache
def tableau() -> Tableau:
    """Return nodes, stages, the two error estimates, continuous solution, and values to Chebyshev coefficients."""
    from scipy.integrate import DOP853

    stages = np.zeros((16, 16))
    stages[:12, :12] = DOP853.A
    stages[12, :12] = DOP853.B
    stages[13:] = DOP853.A_EXTRA
    nodes = np.concatenate([DOP853.C, [1.0], DOP853.C_EXTRA])
    x = np.cos(np.pi * (np.arange(_N_SERIES) + 0.5) / _N_SERIES)
    dense = np.array([_dense_basis(0.5 * (v + 1.0)) for v in x])
    transform = np.linalg.inv(chebvander(x, _N_SERIES - 1)) @ dense
    return stages, nodes, np.array(DOP853.E3), np.array(DOP853.E5), np.array(DOP853.D), transform


def _dense_basis(x: float) -> Floats:
    """Return the factors of y(0) and F_0 ... F_6 in the continuous solution at x, 0 to 1."""
    factors, product = [1.0], 1.0
    for i in range(7):
        product *= x if i % 2 == 0 else 1.0 - x
        factors.append(product)
    return np.array(factors)


@njit(cache=True, error_model="numpy", nogil=True)
def _rate(around, time, y, thrust, columns, work, lanes, out):  # type: ignore[no-untyped-def]
    """Write the rate of a state [6], or of a state and its transition matrix [42]."""
    for k in range(around.lanes):
        for j in range(6):
            lanes[j * LANES + k] = y[j]
        lanes[6 * LANES + k] = time
    place, velocity, times = lanes[: 3 * LANES], lanes[3 * LANES : 6 * LANES], lanes[6 * LANES : 7 * LANES]
    pull = lanes[7 * LANES : 10 * LANES]
    look_around(around, times, columns)
    accelerations(around, columns, place, velocity, times, thrust, work, pull)
    for j in range(3):
        out[j] = y[3 + j]
        out[3 + j] = pull[j * LANES]
    if y.size == 42:
        by_place, by_velocity = lanes[10 * LANES : 19 * LANES], lanes[19 * LANES : 28 * LANES]
        gradients(around, columns, place, velocity, work, by_place, by_velocity)
        for i in range(3):
            for j in range(6):
                total = 0.0
                for m in range(3):
                    total += by_place[(3 * i + m) * LANES] * y[6 + 6 * m + j]
                    total += by_velocity[(3 * i + m) * LANES] * y[24 + 6 * m + j]
                out[6 + 6 * i + j] = y[24 + 6 * i + j]
                out[24 + 6 * i + j] = total


@njit(cache=True, error_model="numpy", nogil=True)
def _scales(y, tolerance, out):  # type: ignore[no-untyped-def]
    for half in range(2):
        size = np.sqrt(y[3 * half] ** 2 + y[3 * half + 1] ** 2 + y[3 * half + 2] ** 2)
        for j in range(3):
            out[3 * half + j] = tolerance * size
    if y.size == 42:
        for half in range(2):
            for j in range(6):
                size = 0.0
                for i in range(3):
                    size = max(size, abs(y[6 + 18 * half + 6 * i + j]))
                for i in range(3):
                    out[6 + 18 * half + 6 * i + j] = TRANSITION_TOLERANCE * max(size, 1e-9)


@njit(cache=True, error_model="numpy", nogil=True)
def _error(stages, e3, e5, step, scale):  # type: ignore[no-untyped-def]
    fifth = 0.0
    third = 0.0
    for j in range(scale.size):
        a = 0.0
        b = 0.0
        for i in range(13):
            a += e5[i] * stages[i, j]
            b += e3[i] * stages[i, j]
        fifth += (a / scale[j]) ** 2
        third += (b / scale[j]) ** 2
    if fifth == 0.0 and third == 0.0:
        return 0.0
    return abs(step) * fifth / np.sqrt((fifth + 0.01 * third) * scale.size)


@njit(cache=True, error_model="numpy", nogil=True)
def _position_series(  # type: ignore[no-untyped-def]
    a, c, d, transform, around, time, step, y, last, thrust, stages, columns, work, lanes, out
):
    """Write the position over the step as Chebyshev series [3, 8]; three more stages of the method."""
    n = y.size
    value = np.empty(n)
    for s in range(13, 16):
        for j in range(n):
            total = 0.0
            for i in range(s):
                total += a[s, i] * stages[i, j]
            value[j] = y[j] + step * total
        _rate(around, time + c[s] * step, value, thrust, columns, work, lanes, stages[s])
    f = np.empty(8)
    for j in range(3):
        change = last[j] - y[j]
        f[0] = y[j]
        f[1] = change
        f[2] = step * stages[0, j] - change
        f[3] = 2.0 * change - step * (stages[12, j] + stages[0, j])
        for p in range(4):
            total = 0.0
            for i in range(16):
                total += d[p, i] * stages[i, j]
            f[4 + p] = step * total
        for k in range(_N_SERIES):
            total = 0.0
            for p in range(8):
                total += transform[k, p] * f[p]
            out[j, k] = total


@njit(cache=True, error_model="numpy", nogil=True)
def integrate(  # type: ignore[no-untyped-def]  # noqa: C901
    around, first, start, stop, thrust, tolerance, dense, a, c, e3, e5, d, transform
):
    """Integrate a state [6], or with its transition matrix [42], from start to stop.

    Returns the last state, status, the surface that was met, edges [S + 1], and if ``dense`` the position over
    each step [S, 3, 8].
    """
    n = first.size
    stages = np.empty((16, n))
    columns = np.empty(around.n_columns * LANES)
    columns_before = np.empty(around.n_columns * LANES)
    work, lanes = np.zeros(WORK_SIZE), np.zeros(28 * LANES)
    y, new, value, scale = first.copy(), np.empty(n), np.empty(n), np.empty(n)
    edges, pieces, piece = (
        np.empty(64),
        np.empty((64 if dense else 1, 3, _N_SERIES)),
        np.empty((3, _N_SERIES)),
    )
    edges[0] = start
    count = 0
    time = start
    sign = 1.0 if stop >= start else -1.0
    speed = np.sqrt(y[3] ** 2 + y[4] ** 2 + y[5] ** 2)
    step = sign * 0.01 * np.sqrt(y[0] ** 2 + y[1] ** 2 + y[2] ** 2) / max(speed, 1e-6)
    _rate(around, time, y, thrust, columns, work, lanes, stages[0])
    columns_before[:] = columns
    rejected = False
    while (stop - time) * sign > 0.0:
        final = (time + 1.01 * step - stop) * sign >= 0.0
        if final:
            step = stop - time
        for s in range(1, 13):
            target = new if s == 12 else value
            for j in range(n):
                total = 0.0
                for i in range(s):
                    total += a[s, i] * stages[i, j]
                target[j] = y[j] + step * total
            _rate(around, time + c[s] * step, target, thrust, columns, work, lanes, stages[s])
        for j in range(n):
            value[j] = max(abs(y[j]), abs(new[j]))
        _scales(value, tolerance, scale)
        error = _error(stages, e3, e5, step, scale)
        if not np.isfinite(error):
            error = 1e9
        if error >= 1.0:
            step *= max(0.2, 0.9 * error**-0.125)
            rejected = True
            if abs(step) < SHORTEST_STEP_S:
                bad = not np.isfinite(new).all()
                return y, NOT_FINITE if bad else STEP_TOO_SHORT, -1, edges[: count + 1], pieces[:count]
            continue
        near = may_meet(around, y, new, step, columns_before, columns)
        columns_before[:] = columns
        if near or dense:
            _position_series(
                a, c, d, transform, around, time, step, y, new, thrust, stages, columns, work, lanes, piece
            )
        if near:
            x, body = meeting(around, piece, time, step, columns)
            if body >= 0:
                edges[count + 1] = time + 0.5 * step * (x + 1.0)
                return new, COLLISION, body, edges[: count + 2], pieces[:count]
        if dense and count == len(pieces):
            more = np.empty((2 * count, 3, _N_SERIES))
            more[:count] = pieces
            pieces = more
        if dense:
            pieces[count] = piece
        count += 1
        if count + 1 >= len(edges):
            longer = np.empty(2 * len(edges))
            longer[: len(edges)] = edges
            edges = longer
        time = stop if final else time + step
        edges[count] = time
        y[:] = new
        stages[0] = stages[12]
        growth = 10.0 if error == 0.0 else min(6.0, 0.9 * error**-0.125)
        step *= min(growth, 1.0) if rejected else max(growth, 0.333)
        rejected = False
    return y, DONE, -1, edges[: count + 1], pieces[: count if dense else 0]
