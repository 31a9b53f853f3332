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

UNIX_EPOCH = np.datetime64("1970-01-01T00:00:00", "us")

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
        from qqnet.space.timescales import format_utc_array

        texts = np.asarray(format_utc_array(self.tdb(np.atleast_1d(np.asarray(times_s))), 6), dtype=str)
        # POSIX has no second 60: it shares its number with the following second 0.
        leap = np.char.find(texts, ":60.") >= 0
        plain = np.char.replace(np.char.rstrip(texts, "Z"), ":60.", ":59.")
        elapsed = plain.astype("datetime64[us]") - UNIX_EPOCH
        return np.asarray(elapsed.astype(np.int64) / 1e6 + leap, dtype=np.float64)


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
    """
    from qqnet.space.timescales import tdb_from_utc

    values, place = np.unique(np.atleast_1d(np.asarray(unix_s, dtype=np.float64)), return_inverse=True)
    stamps = UNIX_EPOCH + np.round(values * 1e6).astype("timedelta64[us]")
    texts = np.datetime_as_string(stamps, unit="us")
    tdb = np.array([tdb_from_utc(f"{text}Z") for text in texts], dtype=np.float64)
    return tdb[place]


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
