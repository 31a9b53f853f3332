"""Intervals of clear and cloudy sky: where the field crosses its threshold, several sites together, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PARTS: Final = 4
"""A step is looked at in so many parts, for a threshold that is crossed twice within it."""


def intervals_above(level: Floats, slope: Floats, start_s: float, step_s: float) -> Floats:
    """Find where a smooth function, given on a grid with its slope, is above zero.

    Parameters
    ----------
    level, slope : ndarray, shape [T]
        Values, and their change in a step at the present rate.
    start_s, step_s : float
        Time of the first value, and the step [s].

    Returns
    -------
    ndarray, shape [K, 2]
        Starts and ends [s], by the cubics between the values; cut at both ends of the grid.
    """
    # Only steps that change sign, or head for zero fast enough to get there and back, can hold an edge.
    leaves = (level * slope < 0.0) & (np.abs(level) < np.abs(slope))
    comes = (level * slope > 0.0) & (np.abs(level) < np.abs(slope))
    sign = level > 0.0
    steps = np.flatnonzero((sign[1:] != sign[:-1]) | leaves[:-1] | comes[1:])
    ends = level[steps], slope[steps], level[steps + 1], slope[steps + 1]
    shares = np.arange(_PARTS + 1) / _PARTS
    columns = ends[0][:, None], ends[1][:, None], ends[2][:, None], ends[3][:, None]
    above = _cubic(*columns, shares) > 0.0
    above[:, 0], above[:, -1] = sign[steps], sign[steps + 1]
    row, part = np.nonzero(above[:, 1:] != above[:, :-1])
    step, rises = steps[row], above[row, part + 1]
    here = ends[0][row], ends[1][row], ends[2][row], ends[3][row]
    low, high = part / _PARTS, (part + 1) / _PARTS
    for _ in range(30):
        middle = 0.5 * (low + high)
        beyond = (_cubic(*here, middle) > 0.0) == rises
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    edges = start_s + (step + 0.5 * (low + high)) * step_s
    starts, stops = edges[rises], edges[~rises]
    if sign[0]:
        starts = np.concatenate([[start_s], starts])
    if sign[-1]:
        stops = np.concatenate([stops, [start_s + (level.size - 1) * step_s]])
    return np.stack([starts, stops], axis=1)


def _cubic(value: Floats, slope: Floats, next_value: Floats, next_slope: Floats, at: Floats) -> Floats:
    """Hermite's cubic at shares of a step."""
    rest = 1.0 - at
    return np.asarray(
        rest * rest * ((1.0 + 2.0 * at) * value + at * slope)
        + at * at * ((3.0 - 2.0 * at) * next_value - rest * next_slope)
    )


def clipped(intervals: Floats, start_s: float, stop_s: float) -> Floats:
    """Return the parts of intervals [K, 2] that lie in a span."""
    cut = np.clip(intervals, start_s, stop_s)
    return np.asarray(cut[cut[:, 1] > cut[:, 0]], dtype=np.float64)


def fewer_than(cloudy: Sequence[Floats], wanted: int, start_s: float, stop_s: float) -> Floats:
    """Find when fewer than some number of sites are clear.

    Parameters
    ----------
    cloudy : sequence of ndarray, each of shape [K, 2]
        Cloudy intervals of each site, ordered and apart [s].
    wanted : int
        Number of clear sites that is enough.
    start_s, stop_s : float
        Span [s].

    Returns
    -------
    ndarray, shape [K, 2]
        Outages, ordered and apart [s].

    Examples
    --------
    >>> import numpy as np
    >>> fewer_than([np.array([[1.0, 5.0]]), np.array([[3.0, 8.0]])], 1, 0.0, 10.0).tolist()
    [[3.0, 5.0]]
    """
    if wanted > len(cloudy):
        return np.array([[start_s, stop_s]])
    inside = np.concatenate([clipped(one, start_s, stop_s) for one in cloudy])
    times, place = np.unique(inside, return_inverse=True)
    steps = np.tile([1.0, -1.0], len(inside))
    count = np.cumsum(np.bincount(place.ravel(), weights=steps, minlength=times.size))
    bad = np.concatenate([[False], count > len(cloudy) - wanted])
    starts, ends = times[~bad[:-1] & bad[1:]], times[bad[:-1] & ~bad[1:]]
    return np.stack([starts, ends], axis=1)


@dataclass(frozen=True)
class Outages:
    """How a span divides into what is good and outages.

    Attributes
    ----------
    good : float
        Share of the span.
    count : int
        Number of outages.
    mean_s, longest_s : float
        Of the outages, cut at the span; 0 where there is none [s].
    """

    good: float
    count: int
    mean_s: float
    longest_s: float

    @classmethod
    def of(cls, outages: Floats, start_s: float, stop_s: float) -> Outages:
        """Sum up outages [K, 2] of a span."""
        length = clipped(outages, start_s, stop_s) @ [-1.0, 1.0]
        if not length.size:
            return cls(1.0, 0, 0.0, 0.0)
        good = 1.0 - float(length.sum()) / (stop_s - start_s)
        return cls(good, int(length.size), float(length.mean()), float(length.max()))
