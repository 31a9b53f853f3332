"""What the seconds of a contact plan count from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Scale = Literal["tdb", "relative"]

UNIX_OF_2000_S = 946_684_800.0
"""2000-01-01 00:00:00 UTC as POSIX counts it [s]."""

UNIX_OF_1972_S = 63_072_000.0
UNIX_OF_9999_S = 253_370_764_800.0

# Double precision resolves a UTC second count of this century to 0.24 us; an instant this close to a
# whole second is that second.
WHOLE_SECOND_TOLERANCE_S = 1e-6


@dataclass(frozen=True)
class TimeBase:
    """Origin and scale of a plan's times.

    Attributes
    ----------
    scale : {"tdb", "relative"}
        "tdb": TDB seconds past J2000, as everywhere in QQNet. "relative": seconds after `epoch`, as plans
        for bundle nodes often count.
    epoch : str or None
        UTC instant, ISO 8601. Scale "tdb": the start of the plan, for people. Scale "relative": second 0,
        or None where the plan does not tell.
    """

    scale: Scale = "tdb"
    epoch: str | None = None

    def __post_init__(self) -> None:
        if self.scale not in ("tdb", "relative"):
            raise InputError(f"time base: scale '{self.scale}' is not one of 'tdb', 'relative'")

    @property
    def is_absolute(self) -> bool:
        """Whether an instant of this base is an instant of UTC."""
        return self.scale == "tdb" or self.epoch is not None

    @property
    def says(self) -> str:
        """What it counts from, for people."""
        if self.scale == "tdb":
            return "seconds of TDB past J2000"
        return (
            "seconds from an instant without a name" if self.epoch is None else f"seconds after {self.epoch}"
        )

    def seconds(self, instant: str | float) -> float:
        """Instant in this base.

        Parameters
        ----------
        instant : str or float
            A number (or its text) is taken as seconds of this base, anything else as UTC in ISO 8601.

        Returns
        -------
        float
            Seconds of this base. [s]

        Raises
        ------
        InputError
            For text that is neither, and for UTC where the plan has no epoch.

        Examples
        --------
        >>> TimeBase("relative").seconds("60")
        60.0
        """
        try:
            value = float(instant)
        except ValueError:
            return self._from_utc(str(instant))
        if not math.isfinite(value):
            raise InputError(f"time '{instant}' is not finite: give seconds of the plan, or UTC")
        return value

    def _from_utc(self, text: str) -> float:
        from qqnet.space.timescales import tdb_from_utc

        tdb_s = float(tdb_from_utc(text))
        if self.scale == "tdb":
            return tdb_s
        if self.epoch is None:
            raise InputError(
                f"time '{text}': this plan counts seconds from an instant that it does not name; "
                "give a number of its seconds"
            )
        return tdb_s - float(tdb_from_utc(self.epoch))

    def tdb(self, times_s: ArrayLike) -> NDArray[np.float64]:
        """Convert times of this base to TDB seconds past J2000.

        Parameters
        ----------
        times_s : array_like
            Seconds of this base. [s]

        Returns
        -------
        numpy.ndarray
            TDB past J2000, same shape. [s]

        Raises
        ------
        InputError
            Where second 0 of the plan is not known.
        """
        times = np.asarray(times_s, dtype=np.float64)
        if self.scale == "tdb":
            return times
        if self.epoch is None:
            raise InputError(
                "this plan counts seconds from an instant that it does not name, so its times have no date: "
                "give its epoch"
            )
        from qqnet.space.timescales import tdb_from_utc

        return times + float(tdb_from_utc(self.epoch))

    def utc_text(self, time_s: float, digits: int = 3) -> str | None:
        """UTC of one instant in ISO 8601, or None where the plan does not tell.

        Parameters
        ----------
        time_s : float
            Seconds of this base. [s]
        digits : int
            Decimals of the second.

        Returns
        -------
        str or None
            Such as "2040-06-01T00:00:00.000Z".
        """
        if not self.is_absolute:
            return None
        from qqnet.space.timescales import format_utc

        return str(format_utc(float(self.tdb(time_s)), digits))

    def unix_seconds(self, times_s: ArrayLike) -> NDArray[np.float64]:
        """UTC as POSIX counts it: seconds since 1970 without leap seconds.

        Parameters
        ----------
        times_s : array_like, shape (T,)
            Seconds of this base. [s]

        Returns
        -------
        numpy.ndarray, shape (T,)
            POSIX seconds, to a microsecond. [s]

        Raises
        ------
        InputError
            Where second 0 of the plan is not known.
        """
        from qqnet.space.constants import SECONDS_PER_DAY
        from qqnet.space.timescales import TT_MINUS_TAI_S, leap_seconds

        tdb = self.tdb(np.atleast_1d(np.asarray(times_s)))
        if not np.isfinite(tdb).all():
            raise InputError("a time that is not finite has no UTC date")
        if np.abs(tdb).max(initial=0.0) > UNIX_OF_9999_S:
            raise InputError(f"{tdb[np.abs(tdb).argmax()]:g} s is no time of the years 1972 to 9998")
        tai = tdb - _tdb_minus_tt(tdb) - TT_MINUS_TAI_S
        # POSIX has no second 60: it shares its number with the following second 0, as this difference does.
        unix = tai + SECONDS_PER_DAY / 2 - leap_seconds(tai) + UNIX_OF_2000_S
        return np.asarray(np.round(unix, 6), dtype=np.float64)


def common_base(bases: Sequence[TimeBase], action: str) -> TimeBase:
    """Time base in which several plans can be said.

    Parameters
    ----------
    bases : sequence of TimeBase, at least one
        Those of the plans.
    action : str
        What it is for, for messages.

    Returns
    -------
    TimeBase
        That of the first; in TDB with the earliest epoch of them.

    Raises
    ------
    InputError
        Where they count differently and not all have dates.
    """
    first = bases[0]
    for other in bases[1:]:
        same = other.scale == first.scale and (first.scale == "tdb" or other.epoch == first.epoch)
        if not same and not (first.is_absolute and other.is_absolute):
            raise InputError(
                f"{action}: the plans count time differently ({first.says} and {other.says}); "
                "give the epoch of those that count from an instant that they do not name"
            )
    if first.scale == "relative":
        return first
    epochs = [base.epoch for base in bases if base.epoch is not None]
    return TimeBase("tdb", min(epochs) if epochs else None)


def in_base(rows: pd.DataFrame, given: TimeBase, wanted: TimeBase) -> pd.DataFrame:
    """Rows of a plan with their times in another base.

    Parameters
    ----------
    rows : pandas.DataFrame
        With the columns ``start_s``, ``end_s``.
    given, wanted : TimeBase
        Bases; where they count differently both must have dates.

    Returns
    -------
    pandas.DataFrame
        The same rows where nothing changes.

    Raises
    ------
    InputError
        Where second 0 of one is not known.
    """
    if given.scale == wanted.scale and (given.scale == "tdb" or given.epoch == wanted.epoch):
        return rows
    shift_s = float(given.tdb(0.0)) - float(wanted.tdb(0.0))
    return rows.assign(start_s=rows["start_s"] + shift_s, end_s=rows["end_s"] + shift_s)


def tdb_from_unix(unix_s: ArrayLike) -> NDArray[np.float64]:
    """POSIX seconds as TDB seconds past J2000.

    Parameters
    ----------
    unix_s : array_like, shape (T,)
        Seconds since 1970 UTC without leap seconds. [s]

    Returns
    -------
    numpy.ndarray, shape (T,)
        TDB past J2000. [s]

    Raises
    ------
    InputError
        For a time before 1972, when UTC took its present form, or after 9998.
    """
    from qqnet.space.constants import SECONDS_PER_DAY
    from qqnet.space.timescales import TT_MINUS_TAI_S, leap_seconds_on

    unix = np.round(np.atleast_1d(np.asarray(unix_s, dtype=np.float64)), 6)
    if not np.all((unix >= UNIX_OF_1972_S) & (unix < UNIX_OF_9999_S)):
        raise InputError("a time outside the years 1972 to 9998 is no UTC date")
    past = unix - UNIX_OF_2000_S
    day = np.floor(past / SECONDS_PER_DAY)
    tai = past - SECONDS_PER_DAY / 2 + leap_seconds_on(day.astype(np.int64))
    tt = np.asarray(tai + TT_MINUS_TAI_S, dtype=np.float64)
    return np.asarray(tt + _tdb_minus_tt(tt), dtype=np.float64)


def _tdb_minus_tt(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """TDB - TT of many times at once [s]: the series takes 10 us a time, but bends by 1e-10 s in an hour."""
    from qqnet.space.timescales import tdb_minus_tt

    if not len(times_s):
        return times_s
    first = np.floor(times_s.min() / 3600.0)
    hours = int(np.ceil(times_s.max() / 3600.0) - first) + 1
    if hours >= len(times_s):
        return tdb_minus_tt(times_s)
    knots = (first + np.arange(hours)) * 3600.0
    return np.asarray(np.interp(times_s, knots, tdb_minus_tt(knots)), dtype=np.float64)


def whole_seconds_inward(
    start_s: NDArray[np.float64], end_s: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Shrink intervals to whole seconds: never before the true start, never after the true end.

    Parameters
    ----------
    start_s, end_s : numpy.ndarray, shape (N,)
        Edges. [s]

    Returns
    -------
    start, end : numpy.ndarray of int, shape (N,)
        Whole seconds; an interval shorter than a second may come out empty (end <= start). [s]

    Examples
    --------
    >>> whole_seconds_inward(np.array([0.2, 5.0]), np.array([9.9, 6.0]))
    (array([1, 5]), array([9, 6]))
    """
    start = np.ceil(start_s - WHOLE_SECOND_TOLERANCE_S).astype(np.int64)
    end = np.floor(end_s + WHOLE_SECOND_TOLERANCE_S).astype(np.int64)
    return start, end
