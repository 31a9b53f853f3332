"""Epochs as CCSDS messages write them, in four time systems, and TDB seconds past J2000."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.space.timescales import (
    TT_MINUS_TAI_S,
    format_utc_array,
    tai_from_tdb,
    tdb_from_tai,
    tdb_from_tt,
    tdb_from_utc,
    tt_from_tdb,
)

Floats = NDArray[np.float64]

TIME_SYSTEMS: Final = ("UTC", "TAI", "TT", "TDB")

_EPOCH: Final = re.compile(r"(\d{4})-(?:(\d\d)-(\d\d)|(\d{3}))T(\d\d):(\d\d):(\d\d(?:\.\d*)?)Z?", re.ASCII)


class EpochError(InputError):
    """A text that is no epoch.

    Attributes
    ----------
    index : int
        Its place among the texts.
    """

    def __init__(self, index: int, message: str):
        self.index = index
        super().__init__(message)


def parse_epochs(stamps: Sequence[str], time_system: str) -> Floats:
    """Return the times that epochs mean.

    Parameters
    ----------
    stamps : sequence of str, shape [N]
        CCSDS time code A or B: ``2040-06-01T00:00:00.000`` or ``2040-153T00:00:00.000``.
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system.

    Returns
    -------
    ndarray, shape [N]
        Times [TDB s past J2000].

    Raises
    ------
    EpochError
        If a text is no epoch.

    References
    ----------
    CCSDS 301.0-B-4, section 3.5.

    Examples
    --------
    >>> parse_epochs(["2000-01-01T12:00:01", "2000-001T12:00:02"], "TDB").tolist()
    [1.0, 2.0]
    """
    midnights: dict[str, float] = {}
    uniform = np.empty(len(stamps))
    last = 61.0 if time_system == "UTC" else 60.0  # only UTC has leap seconds
    for k, stamp in enumerate(stamps):
        match = _EPOCH.fullmatch(stamp)
        try:
            if match is None:
                raise ValueError("right is 2040-06-01T00:00:00.000 or 2040-153T00:00:00.000")
            year, month, day, of_year, hour, minute, second = match.groups()
            key = f"{year}-{of_year or month + day}"
            if key not in midnights:
                midnights[key] = _midnight(_calendar(year, month, day, of_year), time_system)
            if int(hour) > 23 or int(minute) > 59 or float(second) >= last:
                raise ValueError(f"there is no {hour}:{minute}:{second}")
        except (ValueError, InputError) as error:
            raise EpochError(k, f"{stamp!r} is no epoch: {error}") from None
        uniform[k] = midnights[key] + (int(hour) * 3600 + int(minute) * 60 + float(second))
    if time_system == "TDB":
        return uniform
    return tdb_from_tt(uniform) if time_system == "TT" else tdb_from_tai(uniform)


def _calendar(year: str, month: str | None, day: str | None, of_year: str | None) -> date:
    if of_year is None:
        return date(int(year), int(month or 0), int(day or 0))
    found = date.fromordinal(date(int(year), 1, 1).toordinal() + int(of_year) - 1)
    if found.year != int(year):
        raise ValueError(f"{year} has no day {of_year}")
    return found


def _midnight(day: date, scale: str) -> float:
    """Return the beginning of a day, in seconds past J2000 of the scale itself, of TAI for UTC."""
    if scale == "UTC":
        return float(np.round(tai_from_tdb(tdb_from_utc(day))))  # whole seconds since 1972
    return (day.toordinal() - date(2000, 1, 1).toordinal()) * SECONDS_PER_DAY - SECONDS_PER_DAY / 2.0


def format_epochs(t: ArrayLike, time_system: str = "UTC") -> list[str]:
    """Return times as an OEM writes them, to the microsecond.

    Parameters
    ----------
    t : array_like, shape [N]
        Times [TDB s past J2000].
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system.

    Returns
    -------
    list of str
        Such as ``2040-06-01T00:00:00.000000``.

    Raises
    ------
    InputError
        If the time system is unknown.
    """
    times = np.asarray(t, dtype=np.float64)
    if time_system == "UTC":
        return [str(stamp).removesuffix("Z") for stamp in format_utc_array(times, 6)]
    if time_system not in TIME_SYSTEMS:
        raise InputError(f"unknown time system {time_system!r}; known: {', '.join(TIME_SYSTEMS)}")
    if time_system != "TDB":
        times = tt_from_tdb(times) - (TT_MINUS_TAI_S if time_system == "TAI" else 0.0)
    noon = np.datetime64("2000-01-01T12:00:00", "us")
    ticks = np.round(times * 1e6).astype(np.int64).astype("timedelta64[us]")
    return [str(stamp) for stamp in noon + ticks]


def on_written_times(t: ArrayLike, time_system: str = "UTC") -> Floats:
    """Return times as they are read back after `format_epochs`: those at which to evaluate what is written.

    Parameters
    ----------
    t : array_like, shape [N]
        Times [TDB s past J2000].
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system of the epochs.

    Returns
    -------
    ndarray, shape [N]
        Times within half a microsecond [TDB s past J2000].
    """
    return parse_epochs(format_epochs(t, time_system), time_system)
