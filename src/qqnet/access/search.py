"""Searches along one link, on the exact margin: where it changes sign, where it peaks, where range does.

`link` is the tuple that `qqnet.access.margin.link_margin` takes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qqnet.access.margin import RANGE, compiled, evaluate_link, link_margin

EDGE_TOLERANCE_S: Final = 1e-4
"""Width to which the edge of a window is closed in [s]; the visible side is taken."""

PEAK_TOLERANCE_S: Final = 1e-3
"""Width to which an extremum of the margin is closed in [s]: windows and gaps of a few ms are still seen."""

REACH: Final = 2.0
"""How far above its samples a peak may rise, in differences of neighbouring samples.

A parabola rises by at most a quarter, a tent of two straight constraints by at most one.
"""

RANGE_TOLERANCE_KM: Final = 1e-5
"""Bound of the error of a least or greatest range: the rate found, times the width of the bracket [km]."""

_GOLDEN: Final = 0.3819660112501051


@compiled
def crossing(link, t1, g1, t2, g2, work):  # type: ignore[no-untyped-def]
    """Return the time between t1 and t2 where the margin changes sign, on the side where it is not negative.

    g1 and g2, the margins at t1 and t2, differ in sign. Chandrupatla's method: inverse quadratic interpolation
    where safe, else bisection.

    References
    ----------
    Chandrupatla, T. R. (1997), Adv. Eng. Software 28:145-149.
    """
    step = g1 / (g1 - g2)  # the secant
    for _ in range(80):
        width = abs(t2 - t1)
        if width <= EDGE_TOLERANCE_S:
            break
        least = min(0.5, 0.45 * EDGE_TOLERANCE_S / width)
        step = min(1.0 - least, max(least, step))
        t = t1 + step * (t2 - t1)
        g = link_margin(link, t, work)
        if (g >= 0.0) == (g1 >= 0.0):
            t3, g3 = t1, g1
        else:
            t3, g3 = t2, g2
            t2, g2 = t1, g1
        t1, g1 = t, g
        xi = (t1 - t2) / (t3 - t2)
        phi = (g1 - g2) / (g3 - g2)
        step = 0.5
        if phi * phi < xi and (1.0 - phi) * (1.0 - phi) < 1.0 - xi:
            step = g1 / (g2 - g1) * g3 / (g2 - g3)
            step += (t3 - t1) / (t2 - t1) * g1 / (g3 - g1) * g2 / (g3 - g2)
    return t1 if g1 >= 0.0 else t2


@compiled
def peak_beyond_zero(link, sign, t1, g1, t2, g2, best, work):  # type: ignore[no-untyped-def]
    """Return a time between t1 and t2 where sign * margin is above zero, and the margin; NaN if its peak is not.

    g1, g2 are the margins at the ends, `best` the greatest sign * margin known between them. Golden section;
    given up as soon as the peak cannot reach zero by `REACH`.
    """
    low, high = sign * g1, sign * g2
    ta = t1 + _GOLDEN * (t2 - t1)
    tb = t2 - _GOLDEN * (t2 - t1)
    fa = np.nan
    fb = np.nan
    while True:
        at_a = np.isnan(fa)
        t = ta if at_a else tb
        margin = link_margin(link, t, work)
        f = sign * margin
        if f > 0.0:
            return t, margin
        best = max(best, f)
        if at_a:
            fa = f
        else:
            fb = f
        if np.isnan(fb):
            continue
        if t2 - t1 <= PEAK_TOLERANCE_S or best + REACH * (best - min(low, high)) < 0.0:
            return np.nan, np.nan
        if fa >= fb:
            t2, high = tb, fb
            tb, fb = ta, fa
            ta, fa = t1 + _GOLDEN * (t2 - t1), np.nan
        else:
            t1, low = ta, fa
            ta, fa = tb, fb
            tb, fb = t2 - _GOLDEN * (t2 - t1), np.nan


@compiled
def exact_range(link, t, work):  # type: ignore[no-untyped-def]
    """Return the range [km] at t."""
    evaluate_link(link[0], link[1], np.int64(-1), link[6], t, work)  # a literal would compile it anew
    return work[3, RANGE]


@compiled
def turning_range(link, t1, t2, work):  # type: ignore[no-untyped-def]
    """Return the range [km] where it turns between t1 and t2, NaN if its rate has the same sign at both.

    Regula falsi on the range rate, in the form called Illinois.
    """
    rate1 = 0.0
    rate2 = 0.0
    if not t2 > t1:
        return np.nan
    for turn in range(42):
        if turn == 0:
            t = t1
        elif turn == 1:
            t = t2
        else:
            t = (t1 * rate2 - t2 * rate1) / (rate2 - rate1)
        distance = exact_range(link, t, work)
        rate = 0.0  # times the range: of the sign of the rate by the time of transmission too
        for j in range(3):
            rate += (work[1, j] - work[0, j]) * (work[1, 3 + j] - work[0, 3 + j])
        if turn == 0:
            rate1 = rate
        elif turn == 1:
            rate2 = rate
            if rate1 * rate2 >= 0.0:
                return np.nan
        elif abs(rate) * (t2 - t1) < RANGE_TOLERANCE_KM * distance:
            return distance
        elif rate * rate2 > 0.0:
            t2, rate2 = t, rate
            rate1 *= 0.5
        else:
            t1, rate1 = t, rate
            rate2 *= 0.5
    return distance


@compiled
def vertex(before, centre, after):  # type: ignore[no-untyped-def]
    """Return the value at the vertex of a parabola through three evenly spaced samples, centre the least."""
    curvature = before - 2.0 * centre + after
    if curvature <= 0.0 or centre > before or centre > after:
        return centre
    return centre - (after - before) ** 2 / (8.0 * curvature)
