"""Coverage of each UTC day of a span: what is left of a day once it is over.

A day's counts are the difference of the running counts at its ends, so nothing is counted twice and only one
copy of them is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.coverage.history import Counts

SLACK_S: Final = 0.01
"""An epoch this close before midnight belongs to the new day [s]: TDB runs up to 2 ms ahead of UTC or behind."""


@dataclass(frozen=True)
class Day:
    """What is kept of one UTC day.

    Attributes
    ----------
    start_s : float
        Its midnight [TDB s past J2000], though the span may begin later.
    epochs : int
        Epochs in it.
    whole : bool
        Whether the span holds all of it.
    area : ndarray of int64 [K]
        Area times epochs with a fold of at least 1..K, in the unit of the shares.
    worst : ndarray of int64 [K]
        Epochs with a fold of at least 1..K, at the point that has the fewest of them.
    worst_point : int
        The point with the fewest epochs at the required fold; the first of equals.
    """

    start_s: float
    epochs: int
    whole: bool
    area: Counts
    worst: Counts
    worst_point: int


@dataclass
class DayTally:
    """Closes the UTC days of an analysis one by one.

    Parameters
    ----------
    start_s, step_s : float
        First epoch [TDB s past J2000] and time between epochs [s].
    shares : ndarray of int64 [P]
        Area of each point.
    levels, required : int
        Highest fold told apart; the fold that the worst point is judged by.
    """

    start_s: float
    step_s: float
    shares: Counts
    levels: int
    required: int
    days: list[Day] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._before = np.zeros((self.levels, self.shares.size), dtype=np.int64)
        self._open(0)

    def _open(self, epoch: int) -> None:
        self._first = epoch
        self._midnights = _midnights(self.start_s + epoch * self.step_s)
        steps = (self._midnights[1] - SLACK_S - self.start_s) / self.step_s
        self.stop = max(epoch + 1, math.ceil(steps))
        """Number of the first epoch of the next day."""

    def reached(self, epoch: int, at_least: Counts) -> None:
        """Tell that all epochs before `epoch`, which is at most `stop`, are in the running counts [K, P]."""
        if epoch == self.stop:
            self.days.append(self._closed(epoch, at_least))
            self._before[:] = at_least
            self._open(epoch)

    def so_far(self, epochs: int, at_least: Counts) -> list[Day]:
        """Return all days, the one that is not over included."""
        return [*self.days, self._closed(epochs, at_least)] if epochs > self._first else list(self.days)

    def _closed(self, stop: int, at_least: Counts) -> Day:
        counts = at_least - self._before
        midnight, following = self._midnights
        begins = self._first > 0 or self.start_s <= midnight + SLACK_S
        ends = self.start_s + stop * self.step_s >= following - SLACK_S
        return Day(
            midnight,
            stop - self._first,
            begins and ends,
            counts @ self.shares,
            counts.min(axis=1),
            int(np.argmin(counts[self.required - 1])),
        )


def _midnights(t: float) -> tuple[float, float]:
    """Return the start and the end of the UTC day about a time [TDB s past J2000]."""
    from qqnet.space.timescales import tdb_from_utc, utc_from_tdb

    day = utc_from_tdb(t + SLACK_S).date()
    return tdb_from_utc(day), tdb_from_utc(day + timedelta(days=1))


def by_day(days: list[Day], total_share: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares of area and time, and of time at the worst point, of each day.

    Parameters
    ----------
    days : list of Day, length D
        The days.
    total_share : int
        Sum of the area shares.

    Returns
    -------
    area, worst : ndarray [D, K]
        Shares of the day's epochs [1]; from whole numbers, so that full coverage is exactly one.
    """
    area = np.array([day.area / (float(total_share) * day.epochs) for day in days])
    worst = np.array([day.worst / day.epochs for day in days])
    return area, worst
