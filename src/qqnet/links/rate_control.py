"""Who picks among the modes of a radio link: hysteresis, least times between changes, one mode a pass, steps.

A policy works on one pass (window) and on two sequences of modes that hold piece by piece: the fastest that the
link can keep (`stay`), and the fastest that closes with the hysteresis to spare (`enter`). It never uses a mode
faster than `stay`, so that nothing is promised that the link can not carry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class RateControl:
    """A policy.

    Attributes
    ----------
    kind : {"adaptive", "per-pass", "stepwise"}
        The best mode at every moment; the one that carries most in a pass; the best that holds through an
        interval. A mode that is fixed for good is a ladder of one.
    hysteresis_db : float
        Margin beyond the required one before a faster mode is taken [dB].
    dwell_s : float
        Least time from one change to the next [s], unless the next is downwards to keep the link.
    interval_s : float or None
        Step-wise: time between changes, from the start of the pass [s].
    """

    kind: Literal["adaptive", "per-pass", "stepwise"] = "adaptive"
    hysteresis_db: float = 0.0
    dwell_s: float = 0.0
    interval_s: float | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it takes the best mode at every moment, as a link without a policy does."""
        return self.kind == "adaptive" and not self.hysteresis_db and not self.dwell_s


@dataclass(frozen=True, eq=False)
class Steps:
    """Modes that hold piece by piece over one pass.

    Attributes
    ----------
    start_s : ndarray, shape [N]
        Start of each piece [s], rising; the first is the start of the pass.
    mode : ndarray of int, shape [N]
        Place in the ladder, rising with the rate; -1 where there is none.
    end_s : float
        End of the pass [s].
    """

    start_s: FloatArray
    mode: IntArray
    end_s: float

    @classmethod
    def of_segments(
        cls, start_s: ArrayLike, end_s: ArrayLike, mode: ArrayLike, first_s: float, last_s: float
    ) -> Steps:
        """Make them of segments with gaps: where no segment is, there is no mode.

        Parameters
        ----------
        start_s, end_s : array_like, shape [N]
            Segments in order, without overlap [s].
        mode : array_like of int, shape [N]
            Mode of each.
        first_s, last_s : float
            The pass [s].

        Returns
        -------
        Steps
            The same, from one end of the pass to the other.
        """
        start, end = np.asarray(start_s, dtype=np.float64), np.asarray(end_s, dtype=np.float64)
        opens = np.concatenate([[first_s], np.column_stack([start, end]).ravel()])
        which = np.concatenate([[-1], np.column_stack([mode, np.full(start.size, -1)]).ravel()]).astype(
            np.intp
        )
        long = np.append(opens[1:], last_s) > opens
        opens, which = opens[long], which[long]
        new = np.append(True, which[1:] != which[:-1]) if which.size else np.zeros(0, dtype=np.bool_)
        return cls(opens[new], which[new], last_s)

    def at(self, time_s: ArrayLike) -> IntArray:
        """Mode at times [s] within the pass."""
        place = np.searchsorted(self.start_s, np.asarray(time_s, dtype=np.float64), side="right") - 1
        return self.mode[np.maximum(place, 0)]

    def least(self, start_s: float, end_s: float) -> int:
        """Slowest mode between two times [s]."""
        first = max(int(np.searchsorted(self.start_s, start_s, side="right")) - 1, 0)
        last = max(int(np.searchsorted(self.start_s, end_s, side="left")), first + 1)
        return int(self.mode[first:last].min())


def controlled(policy: RateControl, stay: Steps, enter: Steps, rates_bps: ArrayLike) -> Steps:
    """Apply a policy to one pass.

    Parameters
    ----------
    policy : RateControl
        What to do.
    stay, enter : Steps
        Fastest mode that the link can keep, and fastest that it can change up to; over the same pass.
    rates_bps : array_like, shape [modes]
        Rate of each mode of the ladder [bit/s], for the choice that is made anew for each pass.

    Returns
    -------
    Steps
        Modes in use.

    Examples
    --------
    >>> best = Steps(np.array([0.0, 40.0, 50.0]), np.array([1, 0, 1]), 100.0)
    >>> held = controlled(RateControl(dwell_s=30.0), best, best, [1e3, 2e3])
    >>> held.start_s.tolist(), held.mode.tolist()
    ([0.0, 40.0, 70.0], [1, 0, 1])
    """
    if not stay.start_s.size:
        return stay
    if policy.kind == "stepwise":
        return _merged(_stepwise(policy, stay, enter), stay.end_s)
    if policy.kind == "per-pass":
        only = _best_of_pass(stay, rates_bps)
        stay, enter = _only(stay, only), _only(enter, only)
    return _merged(_adaptive(policy, stay, enter), stay.end_s)


def _adaptive(policy: RateControl, stay: Steps, enter: Steps) -> Iterator[tuple[float, int]]:
    """Start and mode of each piece: down at once, up with hysteresis and after the least time."""
    events = np.union1d(stay.start_s, enter.start_s)
    now = int(min(enter.at(events[0]), stay.at(events[0])))
    free = -np.inf  # changes upwards are allowed from this time on
    yield float(events[0]), now
    for time, end in zip(events.tolist(), [*events[1:].tolist(), stay.end_s], strict=True):
        most = int(stay.at(time))
        above = min(int(enter.at(time)), most)  # edges are found to a tolerance
        if now > most:
            now, free = most, time + policy.dwell_s
            yield time, now
        if above > now and free < end:
            when = max(time, free)
            now, free = above, when + policy.dwell_s
            yield when, now


def _stepwise(policy: RateControl, stay: Steps, enter: Steps) -> Iterator[tuple[float, int]]:
    """Start and mode of each interval: what holds all through it."""
    assert policy.interval_s is not None
    first, now = float(stay.start_s[0]), -1
    for n in range(max(1, int(np.ceil((stay.end_s - first) / policy.interval_s - 1e-9)))):
        start = first + n * policy.interval_s
        end = min(start + policy.interval_s, stay.end_s)
        most = stay.least(start, end)
        now = max(min(now, most), min(enter.least(start, end), most))
        yield start, now


def _best_of_pass(stay: Steps, rates_bps: ArrayLike) -> int:
    """Place of the mode that carries most in a pass; -1 where none closes."""
    rates = np.asarray(rates_bps, dtype=np.float64)
    lengths = np.diff(np.append(stay.start_s, stay.end_s))
    volumes = [rate * lengths[stay.mode >= n].sum() for n, rate in enumerate(rates.tolist())]
    return int(np.argmax(volumes)) if max(volumes, default=0.0) > 0.0 else -1


def _only(steps: Steps, mode: int) -> Steps:
    """One mode where it closes, and none elsewhere."""
    which = np.where((steps.mode >= mode) & (mode >= 0), mode, -1)
    return Steps(steps.start_s, which, steps.end_s)


def _merged(pieces: Iterator[tuple[float, int]], end_s: float) -> Steps:
    """Join pieces of one mode; of two at one time the later holds."""
    starts: list[float] = []
    modes: list[int] = []
    for start, mode in pieces:
        if starts and starts[-1] == start:
            starts.pop()
            modes.pop()
        if not modes or modes[-1] != mode:
            starts.append(start)
            modes.append(mode)
    return Steps(np.array(starts), np.array(modes, dtype=np.intp), end_s)
