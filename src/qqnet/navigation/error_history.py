"""What is kept of users' errors while time streams by: sums and histograms, none of which grow with the span.

Areas are whole numbers and each point is followed on its own, so results do not depend on how time is cut into
pieces. The histogram over area and time has 512 bins an octave from 2^-10 m to 2^20 m, at most 0.195 % of the
value wide; those of the single points have 16 an octave from 2^-6 m to 2^15 m, at most 6.25 % wide, and what
lies beyond counts in the last. Quantiles are upper edges: never too low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.navigation.weighted import ERRORS

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bins:
    """Bins at equal steps of the mantissa.

    Attributes
    ----------
    bits : int
        Two to this power is the number of bins an octave.
    lowest, highest : int
        Exponents of two of the first and the last edge.
    """

    bits: int
    lowest: int
    highest: int

    @property
    def count(self) -> int:
        """Finite bins."""
        return (self.highest - self.lowest) << self.bits

    @property
    def parameters(self) -> tuple[int, int, int]:
        """Shift, number of the first bin and count, as the kernel reads them."""
        return 52 - self.bits, (1023 + self.lowest) << self.bits, self.count

    def edges(self) -> Floats:
        """Return the edges of the finite bins [m]; bin i holds values from edge i up to below edge i + 1.

        Examples
        --------
        >>> Bins(1, 0, 2).edges().tolist()
        [1.0, 1.5, 2.0, 3.0, 4.0]
        """
        shift, first, count = self.parameters
        return (np.arange(first, first + count + 1, dtype=np.int64) << shift).view(np.float64)


TOTAL = Bins(9, -10, 20)
POINT = Bins(4, -6, 15)


@dataclass(frozen=True)
class ErrorHistory:
    """Running statistics of six errors at P points.

    Attributes
    ----------
    solved : ndarray of int64 [P]
        Epochs with a solution.
    total, highest : ndarray [6, P]
        Sum and highest of the finite values [m].
    histogram : ndarray of int64 [6, B + 1]
        Area and epochs in each bin; the last is for infinite values.
    at_point : ndarray of uint32 [6, P, C + 1]
        Epochs in each of the wider bins.
    """

    solved: Counts
    total: Floats
    highest: Floats
    histogram: Counts
    at_point: NDArray[np.uint32]

    @classmethod
    def empty(cls, n_points: int) -> ErrorHistory:
        """Start before the first epoch with P points."""
        kinds = len(ERRORS)
        return cls(
            solved=np.zeros(n_points, dtype=np.int64),
            total=np.zeros((kinds, n_points)),
            highest=np.zeros((kinds, n_points)),
            histogram=np.zeros((kinds, TOTAL.count + 1), dtype=np.int64),
            at_point=np.zeros((kinds, n_points, POINT.count + 1), dtype=np.uint32),
        )

    def update(self, values: Floats, shares: Counts) -> tuple[Floats, Floats, Floats]:
        """Live through more epochs.

        Parameters
        ----------
        values : ndarray [6, T, P]
            Errors of the next epochs [m].
        shares : ndarray of int64 [P]
            Area of each point.

        Returns
        -------
        mean, p95, highest : ndarray [T, 6]
            Over the points at each epoch [m]; the mean is of the solutions there are.
        """
        n_epochs = values.shape[1]
        finite = np.isfinite(values[0])
        self.solved[:] += finite.sum(axis=0)
        mean, p95, highest = (np.empty((n_epochs, len(ERRORS))) for _ in range(3))
        area = finite @ shares.astype(np.float64)
        tail = round(0.05 * int(shares.sum()))
        for kind in range(len(ERRORS)):
            sums = _live(
                values[kind],
                values[kind].view(np.int64),
                shares,
                tail,
                (TOTAL.parameters, POINT.parameters),
                (self.total[kind], self.highest[kind]),
                (self.histogram[kind], self.at_point[kind]),
                (p95[:, kind], highest[:, kind]),
            )
            mean[:, kind] = np.where(area > 0.0, sums / np.maximum(area, 1.0), np.inf)
        # The kernel gives numbers of bins: the upper edge of each.
        edges = np.append(TOTAL.edges()[1:], np.inf)
        p95[:] = edges[p95.astype(np.int64)]
        return mean, p95, highest

    def point_quantile(self, share: float) -> Floats:
        """Value that is not exceeded for a share of time, at each point.

        Parameters
        ----------
        share : float
            Wanted share, e.g. 0.95.

        Returns
        -------
        ndarray [6, P]
            Upper edge of the bin [m]; infinite if there is no solution for longer than that.
        """
        edges = np.append(POINT.edges()[1:], np.inf)
        counts = self.at_point.astype(np.int64)
        above = counts[..., ::-1].cumsum(axis=-1)[..., ::-1] - counts
        tail = (1.0 - share) * counts.sum(axis=-1, keepdims=True)
        return np.asarray(edges[np.argmax(above <= tail * (1.0 + 1e-12), axis=-1)])


@njit(cache=True)
def _live(values, bits, shares, tail, bins, floats, counts, epoch):  # type: ignore[no-untyped-def]
    (shift, start, count), (point_shift, point_start, point_count) = bins
    total, highest = floats
    histogram, at_point = counts
    epoch_p95, epoch_highest = epoch
    now = np.zeros(count + 1, np.int64)
    sums = np.zeros(values.shape[0])
    infinite = np.int64(0x7FF0000000000000)
    for t in range(values.shape[0]):
        top = np.int64(0)
        for p in range(values.shape[1]):
            # Positive numbers are ordered as their bits; infinity falls into the last bin.
            bit = bits[t, p]
            top = max(top, bit)
            index = max(0, min((bit >> shift) - start, count))
            now[index] += shares[p]
            histogram[index] += shares[p]
            at_point[p, max(0, min((bit >> point_shift) - point_start, point_count))] += np.uint32(1)
            if bit < infinite:
                value = values[t, p]
                total[p] += value
                highest[p] = max(highest[p], value)
                sums[t] += value * shares[p]
        above = np.int64(0)
        index = max(0, min((top >> shift) - start, count))
        while index > 0 and above + now[index] <= tail:
            above += now[index]
            index -= 1
        epoch_p95[t] = index
        epoch_highest[t] = 0.0
        for p in range(values.shape[1]):
            epoch_highest[t] = max(epoch_highest[t], values[t, p])
            now[max(0, min((bits[t, p] >> shift) - start, count))] = 0
    return sums
