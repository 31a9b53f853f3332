"""Gauss-Legendre collocation of order 32: eighth parts of a revolution at once, sixteen places side by side.

Over a step the acceleration is taken as the polynomial through its values at the sixteen nodes of Gauss, whose
double integral is the motion. The end of the step is then of order 32, the way there of order 17, and energies do
not drift. What implicit equations cost elsewhere is small here: the nodes of a step are the lanes of the forces'
kernels, and the equations are solved by turns. In the inner turns only the pull of the centre is computed anew,
which costs next to nothing; the outer turns compute all forces, and each makes the error smaller by the ratio of
the other forces' gradient to that of the centre, so that two or three are enough.

References
----------
Hairer, Lubich & Wanner 2006, Geometric Numerical Integration, sections II.1.3 and VIII.6.
Bradley, Jones, Beylkin, Sandberg & Axelrad 2014, Bandlimited implicit Runge-Kutta integration for astrodynamics,
Celest. Mech. Dyn. Astr. 119:143, for force models in turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numba import njit
from numpy.polynomial import chebyshev, legendre
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
from qqnet.dynamics.shadow import next_contact
from qqnet.dynamics.surroundings import Surroundings, look_around

Floats = NDArray[np.float64]
Scheme = tuple[Floats, ...]

NODES: Final = LANES
_SIZE: Final = 3 * NODES
N_SERIES: Final = NODES + 2
"""Coefficients of the Chebyshev series of a step's position."""

TOLERANCE: Final = 1e-14
"""Error of a step's end, relative to distance and speed."""

REACH_KM: Final = 1e-7
"""Error of the positions within a step [km]: a tenth of what tables are to keep."""

ROUNDING: Final = 1e-15
"""What the equations of a step are solved to, relative to the distance from the centre."""

NOISE: Final = 2e-15
"""What rounding leaves in the spectrum of the acceleration, relative to it."""

_MOST_STEPS: Final = 512
_MOST_TURNS: Final = 12
_MOST_INNER: Final = 40


@cache
def scheme() -> Scheme:
    """Return the method's matrices.

    Returns
    -------
    nodes : ndarray, shape [NODES]
        From 0 to 1.
    once, twice : ndarray, shape [NODES * NODES]
        Integral, and double integral, from 0 to node i of the polynomial that is 1 at node j only: element
        j * NODES + i.
    end : ndarray, shape [2, NODES]
        The same to 1.
    spectrum : ndarray, shape [4, NODES]
        Values at the nodes to Legendre coefficients 15, 14, 8, 7.
    to_series : ndarray, shape [N_SERIES, NODES]
        Values at the nodes to the Chebyshev coefficients of their double integral.
    """
    x, weights = legendre.leggauss(NODES)
    order = np.arange(NODES)
    analysis = (2.0 * order[:, None] + 1.0) * legendre.legvander(x, NODES - 1).T * (0.5 * weights)
    single = np.stack([legendre.legint(row, 1, lbnd=-1) for row in np.eye(NODES)], axis=1) * 0.5
    double = np.stack([legendre.legint(row, 2, lbnd=-1) for row in np.eye(NODES)], axis=1) * 0.25
    once = legendre.legvander(x, NODES) @ single @ analysis
    twice = legendre.legvander(x, NODES + 1) @ double @ analysis
    end = np.stack([0.5 * weights, 0.5 * weights * (0.5 - 0.5 * x)])
    ends = np.cos(np.pi * (np.arange(N_SERIES) + 0.5) / N_SERIES)
    to_series = (
        np.linalg.inv(chebyshev.chebvander(ends, N_SERIES - 1))
        @ legendre.legvander(ends, NODES + 1) @ double @ analysis
    )  # fmt: skip
    parts = 0.5 * (x + 1.0), once.T.ravel(), twice.T.ravel(), end, analysis[[15, 14, 8, 7]], to_series
    return tuple(np.ascontiguousarray(part) for part in parts)


@dataclass(frozen=True, eq=False)
class Run:
    """What `run` returns.

    Attributes
    ----------
    final : ndarray, shape [6] or [42]
        Last state, with the transition matrix if the first had one.
    status, surface : int
        See `qqnet.dynamics.arcs`.
    edges_s : ndarray, shape [S + 1]
        Ends of the steps [s since the reference].
    pieces : ndarray, shape [S, 3, N_SERIES]
        Position over each step; empty where not wanted.
    evaluations : int
        How often the forces at the nodes of a step were computed.
    """

    final: Floats
    status: int
    surface: int
    edges_s: Floats
    pieces: Floats
    evaluations: int


def run(
    around: Surroundings,
    first: Floats,
    start_s: float,
    stop_s: float,
    thrust: Floats,
    *,
    dense: bool = False,
    tolerance: float = TOLERANCE,
    reach_km: float = REACH_KM,
) -> Run:
    """Integrate one motion.

    Parameters
    ----------
    around : Surroundings
        Forces and bodies.
    first : ndarray, shape [6] or [42]
        First state [km, km/s], and where wanted the transition matrix, row by row.
    start_s, stop_s : float
        From and to [s since `around.reference_s`]; time may run backwards.
    thrust : ndarray, shape [THRUST_SIZE]
        See `qqnet.dynamics.forces`.
    dense : bool
        Whether the positions on the way are wanted.
    tolerance : float
        Error of a step's end, relative to distance and speed.
    reach_km : float
        Error of the positions within a step [km].

    Returns
    -------
    Run
        The motion, as far as it went.
    """
    y, time, step, evaluations = first.copy(), start_s, 0.0, 0
    edges, pieces = [np.array([start_s])], []
    status, surface = DONE, -1
    while status == DONE and time != stop_s:
        ends = np.empty(_MOST_STEPS + 1)
        parts = np.empty((_MOST_STEPS if dense else 0, 3, N_SERIES))
        status, surface, count, time, step, turns = integrate(
            around, y, time, stop_s, step, thrust, tolerance, reach_km, scheme(), ends, parts
        )
        edges.append(ends[1 : count + 1])
        pieces.append(parts[:count])
        evaluations += turns
    whole = np.concatenate(pieces) if pieces else np.empty((0, 3, N_SERIES))
    return Run(y, int(status), int(surface), np.concatenate(edges), whole, evaluations)


# Values at the nodes lie as the forces' kernels want them: component by component, the node being the lane.


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _integrate_nodes(matrix, scale, values, base, slope, nodes, out):  # type: ignore[no-untyped-def]
    """Write ``base + nodes * slope + scale * matrix @ values`` of each component at the nodes."""
    for d in range(3):
        o = d * NODES
        first, rise = base[d], slope[d]
        for half in range(2):
            v = o + 8 * half
            v0, v1, v2, v3 = (
                scale * values[v],
                scale * values[v + 1],
                scale * values[v + 2],
                scale * values[v + 3],
            )
            v4, v5, v6, v7 = (
                scale * values[v + 4], scale * values[v + 5], scale * values[v + 6], scale * values[v + 7]
            )  # fmt: skip
            m = 8 * half * NODES
            for k in range(NODES):
                start = first + nodes[k] * rise if half == 0 else out[o + k]
                out[o + k] = start + (
                    (v0 * matrix[m + k] + v1 * matrix[m + NODES + k])
                    + (v2 * matrix[m + 2 * NODES + k] + v3 * matrix[m + 3 * NODES + k])
                    + (v4 * matrix[m + 4 * NODES + k] + v5 * matrix[m + 5 * NODES + k])
                    + (v6 * matrix[m + 6 * NODES + k] + v7 * matrix[m + 7 * NODES + k])
                )


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_kepler(lanes, gm, place, other, out):  # type: ignore[no-untyped-def]
    """Write the centre's pull plus ``other``."""
    for k in range(lanes):
        x, y, z = place[k], place[NODES + k], place[2 * NODES + k]
        r2 = x * x + y * y + z * z
        pull = -gm / (r2 * np.sqrt(r2))
        out[k] = pull * x + other[k]
        out[NODES + k] = pull * y + other[NODES + k]
        out[2 * NODES + k] = pull * z + other[2 * NODES + k]


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract", "reassoc"})
def _difference(a, b):  # type: ignore[no-untyped-def]
    """Return the root of the summed squares of what two sets of values differ by; NaN if one is not a number."""
    total = 0.0
    for k in range(a.size):
        total += (a[k] - b[k]) ** 2
    return np.sqrt(total)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _error(spectrum, values, step, sizes, tolerance, reach):  # type: ignore[no-untyped-def]
    """Return the error of a step over that allowed: of its end by order 32, of the way by order 17.

    The coefficients beyond the sixteenth are those that the first half's fall to the second promises.
    """
    c = np.zeros(4)
    pull = 0.0
    for j in range(0, values.size, 5):
        pull = max(pull, abs(values[j]))
    for i in range(4):
        total = 0.0
        for d in range(3):
            part = 0.0
            for j in range(NODES):
                part += spectrum[i, j] * values[d * NODES + j]
            total += part * part
        c[i] = np.sqrt(total)
    tail, middle = max(c[0], c[1]) - NOISE * pull, max(c[2], c[3])
    if tail <= 0.0:
        return 0.0
    fall = min(1.0, tail / middle)
    beyond = tail * fall * fall
    h = abs(step)
    end = max(beyond * h / (tolerance * sizes[1]), beyond * h * h / (tolerance * sizes[0]))
    way = tail * h * h / (NODES * NODES * reach)
    return max(end, way**2)


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _settle(lanes, gm, scheme_, step, first, other, place, pull, work, enough):  # type: ignore[no-untyped-def]
    """Solve for the places at the nodes under the centre's pull and ``other``; return whether that went well."""
    nodes, twice = scheme_[0], scheme_[2]
    drift = step * first[3:6]
    before = np.inf
    for _ in range(_MOST_INNER):
        _add_kepler(lanes, gm, place, other, pull)
        _integrate_nodes(twice, step * step, pull, first, drift, nodes, work)
        change = _difference(place, work)
        for k in range(_SIZE):
            place[k] = work[k]
        if change <= enough or (change < 100.0 * enough and change > 0.5 * before):
            return True
        if not change < 4.0 * before:
            return False
        before = change
    return False


@njit(cache=True, error_model="numpy", nogil=True)
def _size(a):  # type: ignore[no-untyped-def]
    return np.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


@njit(cache=True, error_model="numpy", nogil=True)
def _series_of(to_series, values, step, first, out):  # type: ignore[no-untyped-def]
    """Write the Chebyshev series of the position over the step."""
    for d in range(3):
        for k in range(N_SERIES):
            total = 0.0
            for j in range(NODES):
                total += to_series[k, j] * values[d * NODES + j]
            out[d, k] = step * step * total
        out[d, 0] += first[d] + 0.5 * step * first[3 + d]
        out[d, 1] += 0.5 * step * first[3 + d]


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _advance_transition(around, columns, scheme_, step, place, velocity, matrix, work):  # type: ignore[no-untyped-def]
    """Carry the transition matrix [36] over a step: the same equations, linear, with the forces' gradient."""
    nodes, once, twice, end = scheme_[0], scheme_[1], scheme_[2], scheme_[3]
    lanes = around.lanes
    by_place, by_velocity = np.empty(9 * LANES), np.empty(9 * LANES)
    gradients(around, columns, place, velocity, work, by_place, by_velocity)
    x, v, new, rate = np.empty(_SIZE), np.zeros(_SIZE), np.empty(_SIZE), np.zeros(_SIZE)
    base, slope, drift, zero = np.empty(3), np.empty(3), np.empty(3), np.zeros(3)
    for column in range(6):
        for d in range(3):
            base[d], slope[d] = matrix[6 * d + column], matrix[18 + 6 * d + column]
            drift[d] = step * slope[d]
        _integrate_nodes(twice, 0.0, rate, base, drift, nodes, x)
        for _ in range(_MOST_INNER):
            if around.inverse_c2 > 0.0:
                _integrate_nodes(once, step, rate, slope, zero, nodes, v)
            for d in range(3):
                for k in range(lanes):
                    total = 0.0
                    for e in range(3):
                        g, at = (3 * d + e) * LANES + k, e * LANES + k
                        total += by_place[g] * x[at] + by_velocity[g] * v[at]
                    rate[d * LANES + k] = total
            _integrate_nodes(twice, step * step, rate, base, drift, nodes, new)
            change = _difference(x, new)
            for k in range(_SIZE):
                x[k] = new[k]
            if change <= 1e-15 * max(_size(base), _size(drift)):
                break
        for d in range(3):
            once_, twice_ = 0.0, 0.0
            for j in range(NODES):
                value = rate[d * NODES + j]
                once_ += end[0, j] * value
                twice_ += end[1, j] * value
            matrix[6 * d + column] = base[d] + drift[d] + step * step * twice_
            matrix[18 + 6 * d + column] = slope[d] + step * once_


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _step(  # type: ignore[no-untyped-def]
    around, scheme_, y, time, step, thrust, columns, place, velocity, pull, other, work, tolerance, reach
):
    """Solve the equations of one step for the acceleration ``pull`` at its nodes; return the error and the turns.

    The error is that over what is allowed; infinite if the equations could not be solved.
    """
    nodes, once, twice, _, spectrum, _ = scheme_
    lanes, gm = around.lanes, around.center_gm
    r, v = _size(y), _size(y[3:])
    sizes = np.array([r, v])
    times = np.empty(NODES)
    old, scratch, zeros = np.empty(_SIZE), np.empty(_SIZE), np.zeros(_SIZE)
    # Places under the centre's pull alone, and what is known of the rest, tell whether the step is too long.
    _integrate_nodes(twice, 0.0, other, y, step * y[3:6], nodes, place)
    if not _settle(lanes, gm, scheme_, step, y, other, place, pull, scratch, 1e-9 * r):
        return np.inf, 0
    error = _error(spectrum, pull, step, sizes, tolerance, reach)
    if error > 2.0:
        return error, 0
    for j in range(NODES):
        times[j] = time + step * nodes[j]
    look_around(around, times, columns)
    moving = around.inverse_c2 > 0.0 or thrust[3] > 0.0
    before = np.inf
    for turn in range(1, _MOST_TURNS + 1):
        if moving:
            _integrate_nodes(once, step, pull, y[3:6], zeros, nodes, velocity)
        accelerations(around, columns, place, velocity, times, thrust, work, pull)
        _add_kepler(lanes, gm, place, zeros, old)
        for k in range(_SIZE):
            other[k] = pull[k] - old[k]
            old[k] = place[k]
        if not _settle(lanes, gm, scheme_, step, y, other, place, pull, scratch, ROUNDING * r):
            return np.inf, turn
        change = _difference(place, old)
        # The next turn would change less again by as much as this one; or it would change rounding only. What is
        # left has the same sign in every step and adds up, so it is to be well below rounding.
        left = change * min(1.0, change / before) if turn > 1 else change
        if left < 0.1 * ROUNDING * r or (change < 100.0 * ROUNDING * r and change > 0.5 * before):
            return _error(spectrum, pull, step, sizes, tolerance, reach), turn
        if not change < 4.0 * before:
            return np.inf, turn
        before = change
    return np.inf, _MOST_TURNS


@njit(cache=True, error_model="numpy", nogil=True)
def _forget(other):  # type: ignore[no-untyped-def]
    """Know nothing of the forces beside that of the centre."""
    for k in range(other.size):
        other[k] = 0.0


@njit(cache=True, error_model="numpy", nogil=True)
def _carry(other):  # type: ignore[no-untyped-def]
    """Take the forces beside that of the centre to stay as they are at the last node."""
    for d in range(3):
        last = other[(d + 1) * NODES - 1]
        for k in range(NODES):
            other[d * NODES + k] = last


@njit(cache=True, error_model="numpy", nogil=True)
def _end(end, values, h, y, new):  # type: ignore[no-untyped-def]
    """Write the state at the end of a step."""
    for d in range(3):
        once, twice = 0.0, 0.0
        for j in range(NODES):
            once += end[0, j] * values[d * NODES + j]
            twice += end[1, j] * values[d * NODES + j]
        new[d] = y[d] + (h * y[3 + d] + h * h * twice)
        new[3 + d] = y[3 + d] + h * once


@njit(cache=True, error_model="numpy", nogil=True)
def integrate(  # type: ignore[no-untyped-def]  # noqa: C901
    around, y, time, stop, step, thrust, tolerance, reach, scheme_, edges, pieces
):
    """Integrate a state [6], or with its transition matrix [42], in place, until stop or until ``edges`` is full.

    ``edges`` [S + 1] takes the ends of the steps, ``pieces`` [S, 3, N_SERIES] the position over each; it is
    empty where that is not wanted. A ``step`` of zero lets the method choose its first one.

    Returns status, the surface that was met, the number of steps, the time reached, the step to go on with, and
    how often all forces were computed.
    """
    columns, first_columns = np.empty(around.n_columns * LANES), np.empty(around.n_columns * LANES)
    last_columns, spare = np.empty(around.n_columns * LANES), np.empty(around.n_columns * LANES)
    place, velocity, pull, other = np.empty(_SIZE), np.zeros(_SIZE), np.zeros(_SIZE), np.zeros(_SIZE)
    work, now, new, piece = np.zeros(WORK_SIZE), np.empty(LANES), np.empty(6), np.empty((3, N_SERIES))
    offsets, usual = 2.0 * scheme_[0] - 1.0, 0.0
    shaded = around.sunlight > 0.0 and around.occulter_radius.size > 0
    count, turns = 0, 0
    sign = 1.0 if stop >= time else -1.0
    if step == 0.0:
        r, v = _size(y), _size(y[3:])
        step = sign * 0.3 * min(r / max(v, 1e-6), np.sqrt(r**3 / around.center_gm))
    edges[0] = time
    for k in range(around.lanes):
        now[k] = time
    look_around(around, now, first_columns)
    while (stop - time) * sign > 0.0 and count + 1 < edges.size:
        final = (time + 1.01 * step - stop) * sign >= 0.0
        h = stop - time if final else step
        error, used = _step(
            around, scheme_, y, time, h, thrust, columns, place, velocity, pull, other, work, tolerance, reach
        )
        turns += used
        if shaded and used > 0 and error < 1e30:
            _series_of(scheme_[5], pull, h, y, piece)
            x = next_contact(around, offsets, place, columns, piece, time, h, spare)
            if x < 0.998:  # light is smooth to there only
                step, usual = 0.5 * h * (x + 1.0), max(usual, abs(h))
                _forget(other)
                continue
        if not error <= 1.0:
            step = h * (0.5 if not error < 1e30 else max(0.3, 0.85 * error ** (-1.0 / 34.0)))
            if abs(step) < SHORTEST_STEP_S:
                return NOT_FINITE if pull[0] != pull[0] else STEP_TOO_SHORT, -1, count, time, step, turns
            _forget(other)
            continue
        _end(scheme_[3], pull, h, y, new)
        for k in range(around.lanes):
            now[k] = time + h
        look_around(around, now, last_columns)
        near = may_meet(around, y, new, h, first_columns, last_columns)
        if not shaded and (near or len(pieces) > 0):
            _series_of(scheme_[5], pull, h, y, piece)
        if near:
            x, body = meeting(around, piece, time, h, spare)
            if body >= 0:
                edges[count + 1] = time + 0.5 * h * (x + 1.0)
                return COLLISION, body, count + 1, edges[count + 1], step, turns
        if len(pieces) > 0:
            for d in range(3):
                for k in range(N_SERIES):
                    pieces[count, d, k] = piece[d, k]
        if y.size == 42:
            _advance_transition(around, columns, scheme_, h, place, velocity, y[6:], work)
        for j in range(6):
            y[j] = new[j]
        first_columns, last_columns = last_columns, first_columns
        time = stop if final else time + h
        count += 1
        edges[count] = time
        _carry(other)
        step = h * (2.0 if error < 1e-20 else min(2.0, 0.85 * error ** (-1.0 / 34.0)))
        if usual > abs(step):  # what made this step short is over
            step = sign * usual
        usual = 0.0
    return DONE, -1, count, time, step, turns
