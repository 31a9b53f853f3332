"""What is kept of dilutions of precision while time streams by: counts at each point, a histogram of all.

The memory does not grow with the span. Each point is followed on its own and areas are whole numbers, so
results are the same however time is cut into pieces.

The histogram has 512 bins an octave, cut at equal steps of the mantissa: a bin is at most 1/512 = 0.195 % of its
value wide. It spans 2^-8 to 2^14, from the TDOP of 65,536 satellites to beyond the largest finite GDOP.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from qqnet.navigation.dop import KINDS, Floats

Counts = NDArray[np.int64]

RESOLUTION = 1.0 / 512.0
# Sign, exponent and the first nine bits of the mantissa number the bins.
_SHIFT = 52 - 9
_LOWEST_EXPONENT, _HIGHEST_EXPONENT = -8, 14
_FIRST = (1023 + _LOWEST_EXPONENT) << 9
_FINITE_BINS = (_HIGHEST_EXPONENT - _LOWEST_EXPONENT) << 9


def bin_edges() -> Floats:
    """Edges of the finite bins of the histogram.

    Returns
    -------
    ndarray
        Ascending; bin i holds values from edge i up to, not including, edge i + 1 [1].

    Examples
    --------
    >>> edges = bin_edges()
    >>> float(edges[0]), float(edges[-1]), bool((edges[1:] / edges[:-1]).max() <= 1 + RESOLUTION)
    (0.00390625, 16384.0, True)
    """
    return (np.arange(_FIRST, _FIRST + _FINITE_BINS + 1, dtype=np.int64) << _SHIFT).view(np.float64)


def quantile(histogram: NDArray[np.generic], edges: Floats, share: float) -> float:
    """Weighted quantile of binned values, infinite ones included.

    Parameters
    ----------
    histogram : ndarray [B + 1]
        Area and time in each bin; the last bin is that of infinite values.
    edges : ndarray [B + 1]
        Edges of the finite bins.
    share : float
        Wanted share, e.g. 0.95.

    Returns
    -------
    float
        Upper edge of the bin in which the least value lies that the share does not exceed: at least `share` of
        area and time has no higher value, and the edge is above the true quantile by the width of a bin at most.

    Examples
    --------
    >>> quantile(np.array([50, 45, 5]), np.array([1.0, 2.0, 3.0]), 0.95)
    3.0
    >>> quantile(np.array([50, 44, 6]), np.array([1.0, 2.0, 3.0]), 0.95)
    inf
    """
    above = np.cumsum(histogram[::-1])[::-1] - histogram
    tail = (1.0 - share) * histogram.sum()
    # Equality must not hang on the last bit of the product.
    first = int(np.argmax(above <= tail * (1.0 + 1e-12)))
    return float(edges[first + 1]) if first + 1 < edges.size else np.inf


@dataclass(frozen=True)
class DopHistory:
    """Running statistics of the five dilutions of precision at P points.

    Attributes
    ----------
    limits : ndarray [L]
        Values that shares of time are counted for [1].
    at_most : ndarray [5, L, P]
        Epochs with a value at or below each limit.
    solved : ndarray [P]
        Epochs with a finite value.
    total, highest : ndarray [5, P]
        Sum and highest of the finite values [1]; the highest is 0 where there was none.
    histogram : ndarray [5, B + 1]
        Area and epochs in each bin; the last is for infinite values.
    """

    limits: Floats
    at_most: Counts
    solved: Counts
    total: Floats
    highest: Floats
    histogram: Counts

    @classmethod
    def empty(cls, n_points: int, limits: Floats) -> DopHistory:
        """Start before the first epoch.

        Parameters
        ----------
        n_points : int
            P.
        limits : ndarray [L]
            Values that shares of time are counted for [1].

        Returns
        -------
        DopHistory
        """
        kinds = len(KINDS)
        return cls(
            limits=limits,
            at_most=np.zeros((kinds, limits.size, n_points), dtype=np.int64),
            solved=np.zeros(n_points, dtype=np.int64),
            total=np.zeros((kinds, n_points)),
            highest=np.zeros((kinds, n_points)),
            histogram=np.zeros((kinds, _FINITE_BINS + 1), dtype=np.int64),
        )

    def update(self, values: Floats, shares: Counts) -> tuple[Floats, Floats, Counts]:
        """Live through more epochs.

        Parameters
        ----------
        values : ndarray [5, T, P]
            Dilutions of precision of the next epochs [1].
        shares : ndarray of int64 [P]
            Area of each point.

        Returns
        -------
        highest, p95 : ndarray [T, 5]
            Over the points at each epoch; infinite where a point, or 5 % of the area, has no solution.
        solved : ndarray of int64 [T]
            Area with a finite value.
        """
        n_epochs = values.shape[1]
        highest = np.empty((n_epochs, len(KINDS)))
        p95 = np.empty_like(highest)
        solved = np.zeros(n_epochs, dtype=np.int64)
        tail = round(0.05 * int(shares.sum()))
        # One solution gives all five values, so the first stands for the count of solutions.
        self.solved[:] += np.isfinite(values[0]).sum(axis=0)
        _live(
            values,
            values.view(np.int64),
            shares,
            tail,
            self.limits,
            (self.total, self.highest, highest, p95),
            (self.at_most, self.histogram),
            solved,
        )
        return highest, p95, solved


@njit(parallel=True, cache=True)
def _live(values, bits, shares, tail, limits, floats, counts, solved):  # type: ignore[no-untyped-def]
    total, highest, epoch_highest, epoch_p95 = floats
    at_most, histogram = counts
    for kind in prange(values.shape[0]):
        _follow(values[kind], limits, at_most[kind], total[kind], highest[kind])
        _sweep(
            bits[kind],
            values[kind],
            shares,
            tail,
            histogram[kind],
            epoch_highest[:, kind],
            epoch_p95[:, kind],
        )
    for t in range(values.shape[1]):
        for p in range(values.shape[2]):
            if values[0, t, p] < np.inf:
                solved[t] += shares[p]


@njit(cache=True)
def _follow(values, limits, at_most, total, highest):  # type: ignore[no-untyped-def]
    for t in range(values.shape[0]):
        for p in range(values.shape[1]):
            value = values[t, p]
            finite = value if value < np.inf else 0.0
            total[p] += finite
            highest[p] = max(highest[p], finite)
        for i in range(limits.size):
            for p in range(values.shape[1]):
                at_most[i, p] += np.int64(values[t, p] <= limits[i])


@njit(cache=True)
def _bin(bits):  # type: ignore[no-untyped-def]
    # Infinity and all above the last edge fall into the last bin.
    return max(0, min((bits >> _SHIFT) - _FIRST, _FINITE_BINS))


@njit(cache=True)
def _sweep(bits, values, shares, tail, histogram, highest, p95):  # type: ignore[no-untyped-def]
    now = np.zeros(_FINITE_BINS + 1, np.int64)
    for t in range(values.shape[0]):
        top = np.int64(0)
        for p in range(values.shape[1]):
            # Positive numbers are ordered as their bits.
            top = max(top, bits[t, p])
            index = _bin(bits[t, p])
            now[index] += shares[p]
            histogram[index] += shares[p]
        above = np.int64(0)
        index = _bin(top)
        while index > 0 and above + now[index] <= tail:
            above += now[index]
            index -= 1
        highest[t] = 0.0
        for p in range(values.shape[1]):
            highest[t] = max(highest[t], values[t, p])
            now[_bin(bits[t, p])] = 0
        p95[t] = np.inf if index == _FINITE_BINS else _upper_edge(index)


@njit(cache=True)
def _upper_edge(index):  # type: ignore[no-untyped-def]
    position = index + 1
    return 2.0 ** (_LOWEST_EXPONENT + position // 512) * (1.0 + (position % 512) / 512.0)
