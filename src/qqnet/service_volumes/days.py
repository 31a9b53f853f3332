"""What each point remembers of whole days of UTC: its worst, in epochs covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from qqnet.space.timescales import tdb_from_utc, utc_from_tdb

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# Epochs are sums of steps: one that means midnight may lie some microseconds before it.
_ROUNDING_S = 1e-3


def day_starts(first_s: float, last_s: float) -> Floats:
    """Return midnights of UTC, from the last one not after a time to the first one after another.

    Parameters
    ----------
    first_s, last_s : float
        Times [TDB s past J2000].

    Returns
    -------
    ndarray [D]
        Ascending [TDB s past J2000].

    Examples
    --------
    >>> from qqnet.space.timescales import format_utc
    >>> start = tdb_from_utc("2040-06-01T18:00:00")
    >>> [format_utc(t, 0) for t in day_starts(start, start + 43200.0)]
    ['2040-06-01T00:00:00Z', '2040-06-02T00:00:00Z', '2040-06-03T00:00:00Z']
    """
    moment = utc_from_tdb(first_s + _ROUNDING_S)
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    starts = [tdb_from_utc(midnight)]
    while starts[-1] <= last_s + _ROUNDING_S:
        midnight += timedelta(days=1)
        starts.append(tdb_from_utc(midnight))
    return np.array(starts)


@dataclass
class DayHistory:
    """The worst whole day of UTC of each of N points, while time streams by.

    A day counts where epochs fill it: as many as steps fit in. The first and the last of a span seldom do.

    Attributes
    ----------
    step_s : float
        Time between epochs [s].
    worst : ndarray [N]
        Least share of a day that was covered; not-a-number before the first whole day [1].
    worst_start_s : ndarray [N]
        When that day begins [TDB s past J2000].
    days : int
        Whole days so far.
    """

    step_s: float
    worst: Floats
    worst_start_s: Floats
    days: int = 0
    _sums: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _epochs: int = 0
    _start_s: float = np.nan

    @classmethod
    def empty(cls, n_points: int, step_s: float) -> DayHistory:
        """Start before the first epoch.

        Parameters
        ----------
        n_points : int
            N.
        step_s : float
            Time between epochs [s].

        Returns
        -------
        DayHistory
        """
        unknown = np.full(n_points, np.nan)
        return cls(step_s, unknown, unknown.copy(), _sums=np.zeros(n_points, dtype=np.int64))

    def update(self, times_s: Floats, covered: NDArray[np.bool_]) -> None:
        """Live through more epochs.

        Parameters
        ----------
        times_s : ndarray [T]
            Epochs, going on where the last call ended [TDB s past J2000].
        covered : ndarray of bool [T, N]
            Whether each point is covered.
        """
        if not times_s.size:
            return
        starts = day_starts(float(times_s[0]), float(times_s[-1]))
        bounds = np.searchsorted(times_s, starts - _ROUNDING_S)
        for start, first, stop in zip(starts[:-1], bounds[:-1], bounds[1:], strict=True):
            if start != self._start_s:
                self.close()
                self._start_s = float(start)
            self._sums += covered[first:stop].sum(axis=0)
            self._epochs += int(stop - first)

    def close(self) -> None:
        """Judge the open day if it is whole, and begin the next."""
        if self._epochs >= max(1, int(86_400.0 / self.step_s + 1e-9)):
            share = self._sums / self._epochs
            worse = ~(self.worst <= share)  # also where nothing is known yet
            self.worst[worse], self.worst_start_s[worse] = share[worse], self._start_s
            self.days += 1
        self._sums[:] = 0
        self._epochs = 0
