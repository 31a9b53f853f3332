"""Pieces of motion: what an integrator hands over, and where it meets a surface.

An arc is a chain of steps; in each the position is a Chebyshev series over the step, so that arcs of every engine
are read alike. Time counts from the reference of the `Surroundings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.surroundings import look_around

Floats = NDArray[np.float64]

DONE: Final = 0
COLLISION: Final = 1
NOT_FINITE: Final = 2
STEP_TOO_SHORT: Final = 3

SHORTEST_STEP_S: Final = 1e-5
"""A step that must be shorter than this has met something that is not a motion [s]."""

_SAMPLES: Final = 4 * LANES


@dataclass(frozen=True, eq=False)
class Arc:
    """One node's motion without a jump in between.

    Attributes
    ----------
    edges_s : ndarray, shape [S + 1]
        Where steps begin and end, in the order of integration [s since the reference].
    coefficients : ndarray, shape [S, 3, K]
        Chebyshev series of the position over each step, from its first to its second edge [km]. Empty where only
        the end was asked for.
    final : ndarray, shape [6]
        State at the last edge [km, km/s].
    status : int
        `DONE`, or why it ended early.
    body : int
        With `COLLISION`: which of the surfaces.
    """

    edges_s: Floats
    coefficients: Floats
    final: Floats
    status: int = DONE
    body: int = -1


@njit(cache=True, error_model="numpy", nogil=True)
def series(coefficients, x, out):  # type: ignore[no-untyped-def]
    """Write the value of three Chebyshev series [3, K] at x, -1 to 1, to out[0:3]."""
    double = 2.0 * x
    for j in range(3):
        b1 = 0.0
        b2 = 0.0
        for k in range(coefficients.shape[1] - 1, 0, -1):
            b1, b2 = (coefficients[j, k] - b2) + double * b1, b1
        out[j] = coefficients[j, 0] + (x * b1 - b2)


@njit(cache=True, error_model="numpy", nogil=True)
def _heights(around, coefficients, start, step, x, columns, out):  # type: ignore[no-untyped-def]
    """Write the height above each surface [surfaces, LANES] at places x of a step [km]."""
    time = np.empty(LANES)
    place = np.empty(3)
    for k in range(around.lanes):
        time[k] = start + 0.5 * step * (x[k] + 1.0)
    look_around(around, time, columns)
    for k in range(around.lanes):
        series(coefficients, x[k], place)
        for i in range(around.surface_radius.size):
            c = around.surface_column[i] * LANES
            d2 = 0.0
            for j in range(3):
                d = place[j] - (columns[c + j * LANES + k] if c >= 0 else 0.0)
                d2 += d * d
            out[i, k] = np.sqrt(d2) - around.surface_radius[i]


@njit(cache=True, error_model="numpy", nogil=True)
def meeting(around, coefficients, start, step, columns):  # type: ignore[no-untyped-def]
    """Return the first place in a step, x from -1 to 1, where a surface is met, and which; 2.0 and -1 for none."""
    heights = np.empty((around.surface_radius.size, LANES))
    x = np.empty(LANES)
    before = -1.0
    for block in range(_SAMPLES // around.lanes):
        for k in range(around.lanes):
            x[k] = -1.0 + 2.0 * (block * around.lanes + k + 1.0) / _SAMPLES
        _heights(around, coefficients, start, step, x, columns, heights)
        for k in range(around.lanes):
            for i in range(around.surface_radius.size):
                if not heights[i, k] > 0.0:
                    return _refined(around, coefficients, start, step, columns, i, before, x[k]), i
            before = x[k]
    return 2.0, -1


@njit(cache=True, error_model="numpy", nogil=True)
def _refined(around, coefficients, start, step, columns, body, above, below):  # type: ignore[no-untyped-def]
    """Return where height `body` passes zero between two places."""
    heights = np.empty((around.surface_radius.size, LANES))
    x = np.empty(LANES)
    while below - above > 1e-12:
        for k in range(around.lanes):
            x[k] = above + (below - above) * (k + 1.0) / (around.lanes + 1.0)
        _heights(around, coefficients, start, step, x, columns, heights)
        for k in range(around.lanes):
            if heights[body, k] > 0.0:
                above = x[k]
            else:
                below = x[k]
                break
    return below


@njit(cache=True, error_model="numpy", nogil=True)
def may_meet(around, first, last, step, columns_first, columns_last):  # type: ignore[no-untyped-def]
    """Return whether a surface can lie within reach of a step between two states [6]; lane 0 of the columns.

    Of the centre: the step ends below it, or holds the lowest point. Of other bodies: their distance less what
    can be covered in the step.
    """
    r0, r1, rate0, rate1 = 0.0, 0.0, 0.0, 0.0
    for j in range(3):
        r0 += first[j] * first[j]
        r1 += last[j] * last[j]
        rate0 += first[j] * first[3 + j] * step
        rate1 += last[j] * last[3 + j] * step
    if not min(r0, r1) > (1.0001 * around.surface_radius[0]) ** 2:
        return True
    if rate0 < 0.0 < rate1 and min(r0, r1) < (2.0 * around.surface_radius[0]) ** 2:
        return True
    v0, v1 = 0.0, 0.0
    for j in range(3, 6):
        v0 += first[j] * first[j]
        v1 += last[j] * last[j]
    reach = np.sqrt(max(v0, v1)) * abs(step)
    for i in range(1, around.surface_radius.size):
        c = around.surface_column[i] * LANES
        d0, d1, moved = 0.0, 0.0, 0.0
        for j in range(3):
            b0, b1 = columns_first[c + j * LANES], columns_last[c + j * LANES]
            d0 += (first[j] - b0) ** 2
            d1 += (last[j] - b1) ** 2
            moved += (b1 - b0) ** 2
        if not np.sqrt(min(d0, d1)) > around.surface_radius[i] + reach + np.sqrt(moved):
            return True
    return False


def joined(arcs: list[Arc]) -> tuple[Floats, Floats]:
    """Return edges, ascending, and coefficients of arcs that follow each other, in time or against it."""
    pieces = []
    width = max(arc.coefficients.shape[2] for arc in arcs)
    for arc in arcs:
        edges, coefficients = arc.edges_s, arc.coefficients
        if len(coefficients) == 0:
            continue
        if edges[-1] < edges[0]:
            edges = edges[::-1]
            coefficients = coefficients[::-1] * (-1.0) ** np.arange(coefficients.shape[2])
        padded = np.pad(coefficients, ((0, 0), (0, 0), (0, width - coefficients.shape[2])))
        pieces.append((edges, padded))
    pieces.sort(key=lambda piece: float(piece[0][0]))
    edges = np.concatenate([pieces[0][0][:1], *(piece[0][1:] for piece in pieces)])
    return edges, np.ascontiguousarray(np.concatenate([piece[1] for piece in pieces]))


@njit(cache=True, error_model="numpy", nogil=True)
def places(edges, coefficients, time, out):  # type: ignore[no-untyped-def]
    """Write positions [T, 3] at times [s since the reference], from what `joined` returned."""
    step = 0
    last = len(coefficients) - 1
    for i in range(time.size):
        t = time[i]
        if t < edges[step] or t > edges[step + 1]:
            step = min(max(np.searchsorted(edges, t, side="right") - 1, 0), last)
        x = (2.0 * t - (edges[step] + edges[step + 1])) / (edges[step + 1] - edges[step])
        series(coefficients[step], x, out[i])
