"""Interpolation between tabulated states, and how closely states must stand for it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.chebyshev import TOLERANCE_KM

Floats = NDArray[np.float64]

TIME_ROUNDING_S: Final = 5e-7
"""Twice the spacing of floating-point times at 2040 [s]: moving bodies are placed no better."""

MOST_STATES: Final = 4_000_000


def interpolate(segment: Segment, t: ArrayLike, around: ArrayLike | None = None) -> Floats:
    """Interpolate positions in one segment as its metadata say.

    Parameters
    ----------
    segment : Segment
        States.
    t : array_like, shape [T]
        Times [TDB s past J2000].
    around : array_like, shape [T], optional
        Times whose nearest states are used; t itself where not given.

    Returns
    -------
    ndarray, shape [T, 3]
        Position relative to the segment's centre [km], ICRF axes.
    """
    times = np.asarray(t, dtype=np.float64)
    middle = times if around is None else np.asarray(around, dtype=np.float64)
    points, hermite = points_used(segment), segment.interpolation == "HERMITE"
    below = np.searchsorted(segment.t, middle, side="right") - 1
    first = np.clip(below - (points - 1) // 2, 0, len(segment.t) - points)
    which = first[:, None] + np.arange(points)
    nodes = segment.t[which] - times[:, None]
    position = segment.position_km[which]
    if not hermite:
        return _newton(nodes, position)
    velocity = segment.velocity_km_s[which]
    return _newton(np.repeat(nodes, 2, axis=1), np.repeat(position, 2, axis=1), velocity)


def points_used(segment: Segment) -> int:
    """Return how many states the interpolation of a segment uses."""
    points = segment.degree + 1
    if segment.interpolation == "LINEAR":
        points = 2
    elif segment.interpolation == "HERMITE":
        points = max((segment.degree + 1) // 2, 2)
    return min(points, len(segment.t))


def _newton(nodes: Floats, values: Floats, slopes: Floats | None = None) -> Floats:
    """Evaluate Newton's interpolation at 0; doubled nodes take their slope in place of a difference.

    Stoer & Bulirsch 2002, Introduction to Numerical Analysis, section 2.1.5.
    """
    count = nodes.shape[1]
    table = values.copy()
    coefficients = [table[:, 0]]
    for order in range(1, count):
        gaps = nodes[:, order:] - nodes[:, :-order]
        difference = table[:, 1:] - table[:, :-1]
        if order == 1 and slopes is not None:
            table = np.where(
                (gaps == 0.0)[..., None],
                np.repeat(slopes, 2, axis=1)[:, :-1],
                difference / np.where(gaps == 0.0, 1.0, gaps)[..., None],
            )
        else:
            table = difference / gaps[..., None]
        coefficients.append(table[:, 0])
    result = coefficients[-1]
    for order in range(count - 2, -1, -1):
        result = coefficients[order] - nodes[:, order, None] * result
    return np.asarray(result, dtype=np.float64)


def tabulate(arc: Arc, tolerance_km: float = TOLERANCE_KM) -> Segment:
    """Tabulate an arc so closely that interpolation gives it back.

    Parameters
    ----------
    arc : Arc
        Continuous motion.
    tolerance_km : float
        Greatest error of the interpolated position [km]; where that is below what the resolution of times allows,
        the latter.

    Returns
    -------
    Segment
        States at even steps from the first to the last useable time, for Hermite interpolation of degree 7.

    Raises
    ------
    InputError
        If the motion is too rough to be tabulated.
    """
    low, high = arc.useable
    _, velocity = arc.table.evaluate_with_rate(np.linspace(low, high, 1001))
    allowed = max(tolerance_km, TIME_ROUNDING_S * float(np.max(np.linalg.norm(velocity, axis=1))))
    steps = max(int(np.ceil(2.0 * (high - low) / arc.table.interval_s)), 8)
    errors = [np.inf] * 3
    while steps < MOST_STATES:
        times = low + (high - low) * (np.arange(steps + 1) / steps)
        times[-1] = high
        segment = arc.at(times)
        between = 0.5 * (times[:-1] + times[1:])
        errors.append(float(np.max(np.abs(interpolate(segment, between) - arc.table.evaluate(between)))))
        if errors[-1] <= allowed:
            return segment
        if errors[-1] > 0.25 * errors[-4]:
            break  # where a motion is smooth, three halvings leave a thousandth or less
        steps *= 2
    raise InputError(f"{arc.object_name}: not smooth enough to be tabulated to {allowed:g} km")
