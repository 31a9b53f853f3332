"""Who is tracked when: daily windows, antennas that take satellites in turn, crosslinks that change partners."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from qqnet.space.constants import SECONDS_PER_DAY

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def due(times_s: Floats, start_s: float, interval_s: float, step_s: float) -> Bools:
    """Return at which of the filter's epochs observations of an interval are taken.

    Parameters
    ----------
    times_s : ndarray [T]
        Epochs, `step_s` apart [TDB s past J2000].
    start_s : float
        The first epoch of all [TDB s past J2000].
    interval_s : float
        Time between observations [s]; shorter than the step: at every epoch.
    step_s : float
        Step of the filter [s].

    Returns
    -------
    ndarray of bool [T]
    """
    every = max(1, round(interval_s / step_s))
    return np.asarray(np.rint((times_s - start_s) / step_s).astype(np.int64) % every == 0)


def compressed_sigma(sigma: float, interval_s: float, step_s: float) -> float:
    """Return the noise of the mean of the observations of one step, where they come more often than it.

    Parameters
    ----------
    sigma : float
        Of one observation; their noise is white.
    interval_s, step_s : float
        Time between observations, step of the filter [s].

    Returns
    -------
    float

    Examples
    --------
    >>> compressed_sigma(2.0, 60.0, 240.0)
    1.0
    """
    return float(sigma * np.sqrt(min(1.0, interval_s / step_s)))


def on_duty(times_s: Floats, start_s: float, offset_s: float, daily_s: float) -> Bools:
    """Return when a station works that has so many seconds each day, from an offset after the start on.

    Parameters
    ----------
    times_s : ndarray [T]
        [TDB s past J2000].
    start_s : float
        Of the analysis.
    offset_s : float
        Begin of the daily window after the start [s].
    daily_s : float
        Its length [s]; a day or more is always.

    Returns
    -------
    ndarray of bool [T]
    """
    return np.asarray(np.mod(times_s - start_s - offset_s, SECONDS_PER_DAY) < daily_s - 1e-6)


def in_turn(visible: Bools, slots: NDArray[np.int64], most: int, offset: int = 0) -> Bools:
    """Choose at most so many of what is visible, others first in each slot of time.

    Parameters
    ----------
    visible : ndarray of bool [T, S]
        What could be chosen.
    slots : ndarray of int [T]
        Number of the slot that each epoch lies in.
    most : int
        How many at a time.
    offset : int
        Moves the order, so that stations do not all track the same.

    Returns
    -------
    ndarray of bool [T, S]
    """
    count = visible.shape[1]
    if most >= count:
        return visible.copy()
    place = np.mod(np.arange(count) - slots[:, None] * most - offset, count)
    place = np.where(visible, place, count)
    rank = np.argsort(np.argsort(place, axis=1), axis=1)
    return np.asarray(visible & (rank < most))


def partners(visible: Bools, most: int, epochs: NDArray[np.int64]) -> Bools:
    """Choose crosslinks: each satellite has at most so many at a time, and partners change with every epoch.

    Navigation constellations with crosslinks change partners every few seconds (BeiDou-3); an epoch stands for one
    such schedule. Pairs are taken greedily in an order that goes round.

    Parameters
    ----------
    visible : ndarray of bool [T, P]
        Pairs that see each other, in the order of `pairs`.
    most : int
        Links of a satellite.
    epochs : ndarray of int [T]
        Numbers of the epochs.

    Returns
    -------
    ndarray of bool [T, P]
    """
    count = visible.shape[1]
    satellites = round((1.0 + np.sqrt(1.0 + 8.0 * count)) / 2.0)
    if most >= satellites - 1:
        return visible.copy()
    ends = pairs(satellites)
    chosen = np.zeros_like(visible)
    stride = next(s for s in range(max(1, round(0.618 * count)), 2 * count + 2) if np.gcd(s, count) == 1)
    for t, epoch in enumerate(epochs):
        free = np.full(satellites, most)
        order = np.mod(np.arange(count) * stride + int(epoch) * most, count)
        for p in order[visible[t, order]]:
            a, b = ends[p]
            if free[a] and free[b]:
                chosen[t, p] = True
                free[a] -= 1
                free[b] -= 1
    return chosen


def pairs(satellites: int) -> NDArray[np.int64]:
    """Return all pairs of satellites, shape [P, 2]."""
    return np.array(list(combinations(range(satellites), 2)), dtype=np.int64).reshape(-1, 2)
