"""Intervals of time: cut out of others, and cut into cycles of on and off."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def off_slices(intervals_s: ArrayLike, duty_cycle: float, period_s: float) -> Floats:
    """Return when something is off that works through each interval in cycles, on first.

    Parameters
    ----------
    intervals_s : array_like, shape [N, 2]
        Start and end of each interval [s], in order and apart.
    duty_cycle : float
        Share of each cycle that is on [1], 0 to 1.
    period_s : float
        Length of a cycle [s], above zero; the last one of an interval may be cut.

    Returns
    -------
    ndarray, shape [M, 2]
        Start and end of each time that is off [s], in order.

    Raises
    ------
    InputError
        A duty cycle outside of 0 to 1, or a period that is not above zero.

    Examples
    --------
    >>> off_slices([[0.0, 50.0]], 0.25, 20.0).tolist()
    [[5.0, 20.0], [25.0, 40.0], [45.0, 50.0]]
    """
    if not 0.0 <= duty_cycle <= 1.0:
        raise InputError(f"the duty cycle is {duty_cycle:g}; it must be from 0 to 1")
    if not 0.0 < period_s < math.inf:
        raise InputError(f"the period is {period_s:g} s; it must be above zero")
    whole = np.asarray(intervals_s, dtype=np.float64).reshape(-1, 2)
    if duty_cycle in (0.0, 1.0):
        return whole[: len(whole) if duty_cycle == 0.0 else 0]
    cycles = np.ceil((whole[:, 1] - whole[:, 0]) / period_s).astype(np.int64)
    owner = np.repeat(np.arange(len(whole)), cycles)
    number = np.arange(owner.size) - np.repeat(np.cumsum(cycles) - cycles, cycles)
    begins = whole[owner, 0] + number * period_s
    ends = np.minimum(begins + period_s, whole[owner, 1])
    begins = begins + duty_cycle * period_s
    kept = begins < ends
    return np.stack([begins[kept], ends[kept]], axis=1)


def without(start_s: ArrayLike, end_s: ArrayLike, off_s: ArrayLike) -> tuple[Integers, Floats, Floats]:
    """Return what remains of intervals when others are cut out of them.

    Parameters
    ----------
    start_s, end_s : array_like, shape [N]
        The intervals [s], in any order.
    off_s : array_like, shape [M, 2]
        Start and end of what is cut out [s], in order and apart.

    Returns
    -------
    which : ndarray of int64, shape [K]
        The interval that each piece is of.
    start_s, end_s : ndarray, shape [K]
        The pieces [s], in the order of the intervals and of time.

    Examples
    --------
    >>> without([0.0, 20.0], [10.0, 30.0], [[4.0, 6.0], [9.0, 25.0]])
    (array([0, 0, 1]), array([ 0.,  6., 25.]), array([ 4.,  9., 30.]))
    """
    start, end = np.asarray(start_s, dtype=np.float64), np.asarray(end_s, dtype=np.float64)
    off = np.asarray(off_s, dtype=np.float64).reshape(-1, 2)
    # Of each interval the cuts from the first that ends behind its start to the last that starts before its end.
    first = np.searchsorted(off[:, 1], start, side="right")
    last = np.searchsorted(off[:, 0], end, side="left")
    cuts = np.maximum(last - first, 0)
    which = np.repeat(np.arange(start.size), cuts + 1)
    number = np.arange(which.size) - np.repeat(np.cumsum(cuts + 1) - cuts - 1, cuts + 1)
    left = np.concatenate([[-np.inf], off[:, 1]])[first[which] + number]
    right = np.concatenate([off[:, 0], [np.inf]])[first[which] + number]
    begins = np.where(number == 0, start[which], left)
    ends = np.where(number == cuts[which], end[which], right)
    kept = ends > begins
    return which[kept].astype(np.int64), begins[kept], ends[kept]
