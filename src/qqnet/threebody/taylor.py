"""Motion of the three-body problem by Taylor series: compiled steps, alone or with the transition matrix.

The derivatives of a motion follow from each other by products and powers of series, so a step of high order
costs little and is exact to rounding; within a step the series itself is the motion. A step is as long as its
last two terms allow for an error below rounding.

Jorba & Zou 2005, A software package for the numerical integration of ODEs by means of high-order Taylor
methods, Experiment. Math. 14:99.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

ORDER: Final = 22
"""Terms of a series beyond the first; near the order of least work, -ln(1e-16)/2 + 1."""

COLLISION: Final = 1e-5
"""Distance from the centre of a primary at which a motion ends [1]; inside every primary's surface."""

STEPS: Final = 20_000
"""Give up after so many steps: periodic orbits take some tens."""

_MATRIX: Final = 36


@njit(cache=True, error_model="numpy")
def _power(base, result, exponent, k):  # type: ignore[no-untyped-def]
    """Write term k of ``base ** exponent`` to `result`, whose terms below k are there."""
    if k == 0:
        result[0] = base[0] ** exponent
        return
    total = 0.0
    for j in range(k):
        total += (exponent * (k - j) - j) * base[k - j] * result[j]
    result[k] = total / (k * base[0])


@njit(cache=True, error_model="numpy")
def _product(f, g, k):  # type: ignore[no-untyped-def]
    """Return term k of the product of two series."""
    total = 0.0
    for j in range(k + 1):
        total += f[j] * g[k - j]
    return total


@njit(cache=True, error_model="numpy")
def _expand_state(mu, c, w):  # type: ignore[no-untyped-def]
    """Fill the series c[6, ORDER + 1] of a motion from its terms c[:, 0].

    w[0:6] gets the series of: x from the larger and from the smaller primary, the squares of both distances,
    and their powers -3/2. Equations of motion: Szebehely 1967, Theory of Orbits, ch. 1.
    """
    x, y, z = c[0], c[1], c[2]
    a, b, s1, s2, p1, p2 = w[0], w[1], w[2], w[3], w[4], w[5]
    for k in range(ORDER):
        a[k] = x[k] + (mu if k == 0 else 0.0)
        b[k] = x[k] - (1.0 - mu if k == 0 else 0.0)
        across = _product(y, y, k) + _product(z, z, k)
        s1[k] = _product(a, a, k) + across
        s2[k] = _product(b, b, k) + across
        _power(s1, p1, -1.5, k)
        _power(s2, p2, -1.5, k)
        ax, ay, az = 0.0, 0.0, 0.0
        for j in range(k + 1):
            d1, d2 = (1.0 - mu) * p1[j], mu * p2[j]
            ax -= d1 * a[k - j] + d2 * b[k - j]
            ay -= (d1 + d2) * y[k - j]
            az -= (d1 + d2) * z[k - j]
        n = k + 1.0
        c[0, k + 1], c[1, k + 1], c[2, k + 1] = c[3, k] / n, c[4, k] / n, c[5, k] / n
        c[3, k + 1] = (ax + 2.0 * c[4, k] + x[k]) / n
        c[4, k + 1] = (ay - 2.0 * c[3, k] + y[k]) / n
        c[5, k + 1] = az / n


@njit(cache=True, error_model="numpy")
def _expand_matrix(mu, c, w, m):  # type: ignore[no-untyped-def]
    """Fill the series m[ORDER + 1, 36] of the transition matrix, row by row, along the motion c.

    w is that of `_expand_state`; w[6:18] gets the powers -5/2 of the distances and the gradient of gravity.
    """
    y, z = c[1], c[2]
    a, b, p1, p2, q1, q2 = w[0], w[1], w[4], w[5], w[6], w[7]
    qa, qb, qab, q, qy, qz = w[8], w[9], w[10], w[11], w[12], w[13]
    gradient = w[14:20]
    for k in range(ORDER):
        _power(w[2], q1, -2.5, k)
        _power(w[3], q2, -2.5, k)
        f1, f2 = 3.0 * (1.0 - mu), 3.0 * mu
        qa[k], qb[k] = f1 * _product(q1, a, k), f2 * _product(q2, b, k)
        qab[k], q[k] = qa[k] + qb[k], f1 * q1[k] + f2 * q2[k]
        qy[k], qz[k] = _product(q, y, k), _product(q, z, k)
        pull = (1.0 - mu) * p1[k] + mu * p2[k]
        turn = 1.0 if k == 0 else 0.0
        gradient[0, k] = turn - pull + _product(qa, a, k) + _product(qb, b, k)
        gradient[1, k] = turn - pull + _product(qy, y, k)
        gradient[2, k] = -pull + _product(qz, z, k)
        gradient[3, k] = _product(qab, y, k)
        gradient[4, k] = _product(qab, z, k)
        gradient[5, k] = _product(qy, z, k)
        n = k + 1.0
        for i in range(18):
            m[k + 1, i] = m[k, 18 + i] / n
        for i in range(6):
            m[k + 1, 18 + i] = 2.0 * m[k, 24 + i]
            m[k + 1, 24 + i] = -2.0 * m[k, 18 + i]
            m[k + 1, 30 + i] = 0.0
        for j in range(k + 1):
            xx, yy, zz = gradient[0, k - j], gradient[1, k - j], gradient[2, k - j]
            xy, xz, yz = gradient[3, k - j], gradient[4, k - j], gradient[5, k - j]
            for i in range(6):
                fx, fy, fz = m[j, i], m[j, 6 + i], m[j, 12 + i]
                m[k + 1, 18 + i] += xx * fx + xy * fy + xz * fz
                m[k + 1, 24 + i] += xy * fx + yy * fy + yz * fz
                m[k + 1, 30 + i] += xz * fx + yz * fy + zz * fz
        for i in range(18, 36):
            m[k + 1, i] /= n


@njit(cache=True, error_model="numpy")
def _step_length(c):  # type: ignore[no-untyped-def]
    """Return how far a series is good to rounding; Jorba & Zou 2005, eq. 3-8."""
    first, last, before = 0.0, 0.0, 0.0
    for i in range(6):
        first = max(first, abs(c[i, 0]))
        last = max(last, abs(c[i, ORDER]))
        before = max(before, abs(c[i, ORDER - 1]))
    radius = min((first / last) ** (1.0 / ORDER), (first / before) ** (1.0 / (ORDER - 1)))
    return radius * np.exp(-2.0 - 0.7 / (ORDER - 1))


@njit(cache=True, error_model="numpy")
def evaluate(series, h):  # type: ignore[no-untyped-def]
    """Return the sum of a series [ORDER + 1] at h from its origin."""
    total = series[ORDER]
    for k in range(ORDER - 1, -1, -1):
        total = total * h + series[k]
    return total


@njit(cache=True, error_model="numpy")
def _clear(s, mu):  # type: ignore[no-untyped-def]
    across = s[1] ** 2 + s[2] ** 2
    nearest = min((s[0] + mu) ** 2 + across, (s[0] - 1.0 + mu) ** 2 + across)
    return nearest > COLLISION**2


@njit(cache=True, error_model="numpy")
def transition(start, duration, mu):  # type: ignore[no-untyped-def]
    """Follow a motion with its transition matrix.

    Returns
    -------
    reached : float
        `duration`, or the time at which the motion met a primary.
    state : ndarray, shape [6]
    matrix : ndarray, shape [6, 6]
    """
    c, m, w = np.empty((6, ORDER + 1)), np.empty((ORDER + 1, _MATRIX)), np.empty((20, ORDER + 1))
    state, matrix = start.copy(), np.eye(6).ravel()
    reached, direction = 0.0, 1.0 if duration >= 0.0 else -1.0
    for _ in range(STEPS):
        if reached == duration or not _clear(state, mu):
            break
        c[:, 0] = state
        m[0] = matrix
        _expand_state(mu, c, w)
        _expand_matrix(mu, c, w, m)
        left = duration - reached
        h = direction * min(abs(left), _step_length(c))
        for i in range(6):
            state[i] = evaluate(c[i], h)
        matrix[:] = m[ORDER]
        for k in range(ORDER - 1, -1, -1):
            for i in range(_MATRIX):
                matrix[i] = matrix[i] * h + m[k, i]
        reached = duration if h == left else reached + h
    return reached, state, matrix.reshape(6, 6)


@njit(cache=True, error_model="numpy")
def motion(start, duration, mu):  # type: ignore[no-untyped-def]
    """Follow a motion and keep its series.

    Returns
    -------
    times : ndarray, shape [steps + 1]
        Where each step begins, and where the last one ends: `duration`, or where the motion met a primary.
    series : ndarray, shape [steps, 6, ORDER + 1]
        Coordinates and velocities as series in the time since the step's beginning.
    """
    w = np.empty((20, ORDER + 1))
    times, series = np.empty(65), np.empty((64, 6, ORDER + 1))
    times[0], n = 0.0, 0
    state, direction = start.copy(), 1.0 if duration >= 0.0 else -1.0
    while times[n] != duration and n < STEPS and _clear(state, mu):
        if n == len(series):
            times = np.concatenate((times, np.empty(n)))
            series = np.concatenate((series, np.empty((n, 6, ORDER + 1))))
        c = series[n]
        c[:, 0] = state
        _expand_state(mu, c, w)
        left = duration - times[n]
        h = direction * min(abs(left), _step_length(c))
        for i in range(6):
            state[i] = evaluate(c[i], h)
        times[n + 1] = duration if h == left else times[n] + h
        n += 1
    return times[: n + 1].copy(), series[:n].copy()


@njit(cache=True, error_model="numpy")
def states_at(times, series, wanted):  # type: ignore[no-untyped-def]
    """Return states [T, 6] of a kept motion at `wanted` times [T]; outside it the nearest step's series holds."""
    out = np.empty((len(wanted), 6))
    forward = times[-1] >= times[0]
    for i in range(len(wanted)):
        low, high = 0, len(series) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if (times[middle] <= wanted[i]) == forward:
                low = middle
            else:
                high = middle - 1
        for j in range(6):
            out[i, j] = evaluate(series[low, j], wanted[i] - times[low])
    return out


@njit(cache=True, error_model="numpy")
def first_return(times, series):  # type: ignore[no-untyped-def]
    """Return when a kept motion that leaves the plane y = 0 first comes back to it; NaN if it does not."""
    parts = 8
    side = 1.0 if series[0, 4, 0] > 0.0 else -1.0
    before = 0.0
    for n in range(len(series)):
        length = times[n + 1] - times[n]
        for part in range(1, parts + 1):
            h = length * part / parts
            now = side * evaluate(series[n, 1], h)
            if before > 0.0 and now <= 0.0:
                low, high = length * (part - 1) / parts, h
                for _ in range(60):
                    middle = 0.5 * (low + high)
                    if side * evaluate(series[n, 1], middle) > 0.0:
                        low = middle
                    else:
                        high = middle
                return times[n] + 0.5 * (low + high)
            before = now
    return np.nan


@njit(cache=True, error_model="numpy")
def _measure(c, h, mu, what):  # type: ignore[no-untyped-def]
    """Return -z^2, or the square of the distance from the primary, the secondary, or minus the latter."""
    x, y, z = evaluate(c[0], h), evaluate(c[1], h), evaluate(c[2], h)
    if what == 0:
        return -z * z
    if what == 1:
        return (x + mu) ** 2 + y * y + z * z
    square = (x - 1.0 + mu) ** 2 + y * y + z * z
    return square if what == 2 else -square


@njit(cache=True, error_model="numpy")
def extremes(times, series, mu):  # type: ignore[no-untyped-def]
    """Return the greatest ``|z|``, the least distances from both primaries, the greatest from the secondary.

    Parameters
    ----------
    times, series : ndarray
        A kept motion.
    mu : float
        Mass ratio [1].

    Returns
    -------
    ndarray, shape [4]
        Nondimensional; exact to rounding but where two extremes lie within an eighth of a step.
    """
    parts, golden = 8, 0.6180339887498949
    out = np.empty(4)
    for what in range(4):
        least, step, place = np.inf, 0, 0.0
        for n in range(len(series)):
            for part in range(parts + 1):
                h = (times[n + 1] - times[n]) * part / parts
                value = _measure(series[n], h, mu, what)
                if value < least:
                    least, step, place = value, n, h
        reach = (times[step + 1] - times[step]) / parts
        low, high = place - reach, place + reach
        # Not beyond the ends of the motion.
        if step == 0:
            low = max(low, 0.0)
        if step == len(series) - 1:
            high = min(high, times[step + 1] - times[step])
        for _ in range(60):
            a, b = high - golden * (high - low), low + golden * (high - low)
            if _measure(series[step], a, mu, what) < _measure(series[step], b, mu, what):
                high = b
            else:
                low = a
        out[what] = np.sqrt(abs(min(least, _measure(series[step], 0.5 * (low + high), mu, what))))
    return out
