"""What a point remembers of its fold while time streams by: shares, gaps, and its worst day.

The memory does not grow with the span: counts, the open and the longest gap, and a ring of the folds of the
last day. Each point is followed on its own, so results are the same however time is cut into pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from qqnet.coverage.fold import Folds

Counts = NDArray[np.int64]

# Points given to one thread at a time, and epochs over which it looks for what they have in common.
_BLOCK = 128
_STRETCH = 64

MOST_GAP_LEVELS: Final = 6
"""Gaps are followed below each fold up to this one, if no more are required."""


@dataclass(frozen=True)
class PointHistory:
    """Running counts, in epochs, of P points; levels are folds 1..K.

    Attributes
    ----------
    required : int
        Fold that the worst day is judged by.
    at_least : ndarray [K, P]
        Epochs with a fold of at least the level.
    lowest, highest, total : ndarray [P]
        Lowest and highest fold, and the sum of folds.
    lowest_first, lowest_epochs : ndarray [P]
        First epoch of the lowest fold, and how many epochs had it.
    gap_levels : ndarray [G]
        Folds below which a gap is open.
    open_gap, longest_gap, longest_gap_start, gaps : ndarray [G, P]
        Length of the gap that is open now, of the longest one, epoch at which that began (-1: none), and how
        many there were.
    ring : ndarray of uint16 [W, P]
        Folds of the last W epochs.
    in_window, worst_window : ndarray [K, P]
        Epochs of at least the level in the window that ends now, and in the worst window.
    worst_window_start : ndarray [P]
        Epoch at which the worst window begins; -1 until there was a full window.
    """

    required: int
    at_least: Counts
    lowest: Counts
    highest: Counts
    total: Counts
    lowest_first: Counts
    lowest_epochs: Counts
    gap_levels: Counts
    open_gap: Counts
    longest_gap: Counts
    longest_gap_start: Counts
    gaps: Counts
    ring: Folds
    in_window: Counts
    worst_window: Counts
    worst_window_start: Counts

    @classmethod
    def empty(cls, n_points: int, levels: int, required: int, window: int) -> PointHistory:
        """Start before the first epoch.

        Parameters
        ----------
        n_points : int
            P.
        levels : int
            K, the highest fold that is told apart.
        required : int
            Fold that the worst day is judged by. Gaps are followed below it and below each fold from 1 to
            `MOST_GAP_LEVELS`.
        window : int
            W, epochs in a day.

        Returns
        -------
        PointHistory
        """

        def zeros(*shape: int) -> Counts:
            return np.zeros(shape, dtype=np.int64)

        below = range(1, min(required, MOST_GAP_LEVELS) + 1)
        gap_levels = np.unique(np.array([*below, required], dtype=np.int64))
        n_gaps = gap_levels.size
        return cls(
            required=required,
            at_least=zeros(levels, n_points),
            lowest=np.full(n_points, np.iinfo(np.int64).max),
            highest=zeros(n_points),
            total=zeros(n_points),
            lowest_first=zeros(n_points),
            lowest_epochs=zeros(n_points),
            gap_levels=gap_levels,
            open_gap=zeros(n_gaps, n_points),
            longest_gap=zeros(n_gaps, n_points),
            longest_gap_start=zeros(n_gaps, n_points) - 1,
            gaps=zeros(n_gaps, n_points),
            ring=np.zeros((window, n_points), dtype=np.uint16),
            in_window=zeros(levels, n_points),
            worst_window=zeros(levels, n_points),
            worst_window_start=zeros(n_points) - 1,
        )

    def update(self, folds: Folds, first_epoch: int) -> None:
        """Live through more epochs.

        Parameters
        ----------
        folds : ndarray of uint16 [T, P]
            Folds of the next epochs.
        first_epoch : int
            How many epochs came before.
        """
        _live(
            folds,
            first_epoch,
            self.required,
            (self.at_least, self.in_window, self.worst_window),
            (self.lowest, self.lowest_first, self.lowest_epochs, self.highest, self.total),
            self.worst_window_start,
            self.gap_levels,
            (self.open_gap, self.longest_gap, self.longest_gap_start, self.gaps),
            self.ring,
        )


@njit(parallel=True, cache=True)
def _live(folds, first_epoch, required, by_level, by_point, worst_start, gap_levels, by_gap, ring):  # type: ignore[no-untyped-def]
    at_least, in_window, worst_window = by_level
    open_gap, longest_gap, longest_gap_start, gaps = by_gap
    n_points = folds.shape[1]
    for block in prange((n_points + _BLOCK - 1) // _BLOCK):
        a, b = block * _BLOCK, min(n_points, (block + 1) * _BLOCK)
        for begin in range(0, folds.shape[0], _STRETCH):
            some, first = folds[begin : begin + _STRETCH], first_epoch + begin
            least, most = _extent(some, a, b)
            _count(some, first, a, b, by_point)
            for k in range(at_least.shape[0]):
                # Levels that all have, or none has, are not asked point by point.
                if least > k:
                    at_least[k, a:b] += some.shape[0]
                elif most > k:
                    _reach(some, a, b, k, at_least)
            for g in range(gap_levels.size):
                level = gap_levels[g]
                if least >= level:
                    open_gap[g, a:b] = 0
                else:
                    _gaps(
                        some, first, a, b, level, open_gap[g], longest_gap[g], longest_gap_start[g], gaps[g]
                    )
        _slide(folds, first_epoch, a, b, required, ring, in_window, worst_window, worst_start)


@njit(cache=True)
def _extent(folds, a, b):  # type: ignore[no-untyped-def]
    least = most = folds[0, a]
    for t in range(folds.shape[0]):
        for p in range(a, b):
            least = min(least, folds[t, p])
            most = max(most, folds[t, p])
    return np.int64(least), np.int64(most)


@njit(cache=True)
def _reach(folds, a, b, k, at_least):  # type: ignore[no-untyped-def]
    for t in range(folds.shape[0]):
        for p in range(a, b):
            at_least[k, p] += np.int64(folds[t, p] > k)


@njit(cache=True)
def _count(folds, first_epoch, a, b, by_point):  # type: ignore[no-untyped-def]
    lowest, lowest_first, lowest_epochs, highest, total = by_point
    for t in range(folds.shape[0]):
        epoch = first_epoch + t
        for p in range(a, b):
            # Selections in place of branches, so that points are worked on side by side.
            count, least = np.int64(folds[t, p]), lowest[p]
            lower = count < least
            lowest[p] = count if lower else least
            lowest_first[p] = epoch if lower else lowest_first[p]
            lowest_epochs[p] = (0 if lower else lowest_epochs[p]) + np.int64(count <= least)
            highest[p] = max(highest[p], count)
            total[p] += count


@njit(cache=True)
def _gaps(folds, first_epoch, a, b, level, open_gap, longest, longest_start, gaps):  # type: ignore[no-untyped-def]
    for t in range(folds.shape[0]):
        for p in range(a, b):
            if folds[t, p] >= level:
                open_gap[p] = 0
                continue
            if open_gap[p] == 0:
                gaps[p] += 1
            open_gap[p] += 1
            if open_gap[p] > longest[p]:
                longest[p] = open_gap[p]
                longest_start[p] = first_epoch + t + 1 - open_gap[p]


@njit(cache=True)
def _slide(folds, first_epoch, a, b, required, ring, in_window, worst, worst_start):  # type: ignore[no-untyped-def]
    window = ring.shape[0]
    levels = in_window.shape[0]
    for t in range(folds.shape[0]):
        epoch = first_epoch + t
        row = epoch % window
        for p in range(a, b):
            # The ring begins as zeros: before the first full day nothing leaves the window.
            new, old = np.int64(folds[t, p]), np.int64(ring[row, p])
            ring[row, p] = new
            for k in range(old, min(new, levels)):
                in_window[k, p] += 1
            for k in range(new, min(old, levels)):
                in_window[k, p] -= 1
            if epoch + 1 < window:
                continue
            if worst_start[p] < 0 or in_window[required - 1, p] < worst[required - 1, p]:
                worst_start[p] = epoch + 1 - window
                for k in range(levels):
                    worst[k, p] = in_window[k, p]
