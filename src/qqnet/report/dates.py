"""Times for the axes of charts, and lines thinned to what a chart can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.space.timescales import utc_from_tdb

MOST_POINTS = 2000
"""Points of a line beyond which no reader sees a difference."""


def utc_dates(times_s: ArrayLike, origin_s: float) -> NDArray[np.datetime64]:
    """Return UTC dates of times, for axes.

    Parameters
    ----------
    times_s : array_like
        Times [TDB s past J2000].
    origin_s : float
        A time near them whose UTC is exact [TDB s past J2000]; a leap second between moves a date by 1 s.

    Returns
    -------
    ndarray of datetime64[us]
        Of the same shape.
    """
    origin = np.datetime64(utc_from_tdb(origin_s).replace(tzinfo=None), "us")
    past = np.rint((np.asarray(times_s, dtype=np.float64) - origin_s) * 1e6).astype(np.int64)
    dates: NDArray[np.datetime64] = origin + past.astype("timedelta64[us]")
    return dates


def axis_days(dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return dates as days since 1970, as the axes of charts count them."""
    return (dates - np.datetime64("1970-01-01", "us")) / np.timedelta64(1, "D")


def thinned(values: NDArray[np.float64], most: int = MOST_POINTS) -> NDArray[np.int64]:
    """Choose the points of a line that keep its look: lowest and highest of each stretch.

    Parameters
    ----------
    values : ndarray [T]
        The line; not-a-number where it is broken.
    most : int
        Points to keep at most.

    Returns
    -------
    ndarray of int64
        Indices to keep, ascending; every one where there are few enough.

    Examples
    --------
    >>> line = np.zeros(100_000)
    >>> line[31_415] = 1.0
    >>> kept = thinned(line)
    >>> len(kept) <= 2000, 31_415 in kept
    (True, True)
    """
    count = len(values)
    if count <= most:
        return np.arange(count)
    stretches = np.array_split(np.arange(count), max(1, most // 4))
    low = np.where(np.isnan(values), np.inf, values)
    high = np.where(np.isnan(values), -np.inf, values)
    kept = [[s[0], s[np.argmin(low[s])], s[np.argmax(high[s])], s[-1]] for s in stretches]
    return np.unique(np.array(kept, dtype=np.int64))
