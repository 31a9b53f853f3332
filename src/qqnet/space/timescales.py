"""Time scales: UTC at the edges, TDB seconds past J2000 inside, TT and TAI between them.

In each uniform scale a time is the seconds since 2000-01-01 12:00:00 of that scale. Double precision resolves
2.4e-7 s from 2034 on, which is the accuracy of every conversion here.

Leap seconds are those that ERFA knows (the last at the end of 2016). A later one moves UTC by a second against
TDB; dates in the future are therefore right to the second only if none is introduced.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

import erfa
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.constants import J2000_JD, SECONDS_PER_DAY

Floats = NDArray[np.float64]

TT_MINUS_TAI_S: Final = 32.184
"""TT - TAI [s]; exact by the definition of TT (IAU 1991 Resolution A4)."""

_NOON_S: Final = 43_200
_DAY_S: Final = 86_400
_ORIGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FORM: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|UTC|[+-]00:?00)?", re.ASCII
)
_RIGHT: Final = "right is UTC such as 2040-06-01T00:00:00Z or 2040-06-01 00:00:00.5"


def tdb_from_utc(value: str | date) -> float:
    """Return TDB for a UTC date.

    Parameters
    ----------
    value : str, datetime or date
        ISO 8601 text, with or without fraction and ``Z``; or a datetime, which is UTC if it has no time zone.
        A date alone is its midnight. From 1972 on, when UTC took its present form.

    Returns
    -------
    float
        Time [TDB s past J2000].

    Raises
    ------
    InputError
        If the text is no date, or names a date or second that does not exist.

    References
    ----------
    ERFA functions ``dat`` (leap seconds) and ``dtdb`` (Fairhead & Bretagnon 1990, A&A 229:240).

    Examples
    --------
    >>> round(tdb_from_utc("2000-01-01T11:58:55.816Z"), 4)
    -0.0001
    """
    day, second_of_day = _parse(value)
    leap = _leap_seconds_on(day, value)
    if second_of_day >= _DAY_S and _leap_seconds_on(day + 1, value) == leap:
        raise InputError(f"UTC date {str(value)!r}: that minute has no second 60")
    tai = day * _DAY_S - _NOON_S + leap + second_of_day
    return float(tdb_from_tai(tai))


def utc_from_tdb(t: float) -> datetime:
    """Return the UTC date of a time, rounded to the microsecond.

    Parameters
    ----------
    t : float
        Time [TDB s past J2000].

    Returns
    -------
    datetime
        With time zone UTC. A leap second is given as the last microsecond before it: datetime knows no second 60.

    Raises
    ------
    InputError
        If the time is before 1972 or not finite.
    """
    seconds, ticks, leaping = _utc_ticks(np.array([t]), 6)
    moment = _ORIGIN + timedelta(seconds=int(seconds[0]), microseconds=int(ticks[0]))
    return moment.replace(microsecond=999_999) if leaping[0] else moment


def format_utc(t: float, digits: int = 3) -> str:
    """Return the UTC date of a time as text.

    Parameters
    ----------
    t : float
        Time [TDB s past J2000].
    digits : int
        Digits after the second, 0 to 9.

    Returns
    -------
    str
        ISO 8601, such as ``2040-06-01T00:00:00.000Z``, rounded.

    Raises
    ------
    InputError
        If the time is before 1972 or not finite.

    Examples
    --------
    >>> format_utc(tdb_from_utc("2040-06-01"))
    '2040-06-01T00:00:00.000Z'
    """
    return str(format_utc_array(np.array([t]), digits)[0])


def format_utc_array(t: ArrayLike, digits: int = 3) -> NDArray[np.str_]:
    """Return the UTC dates of many times as text.

    Parameters
    ----------
    t : array_like, shape [...]
        Time [TDB s past J2000].
    digits : int
        Digits after the second, 0 to 9.

    Returns
    -------
    ndarray of str, shape [...]
        ISO 8601, such as ``2040-06-01T00:00:00.000Z``, rounded.

    Raises
    ------
    InputError
        If a time is before 1972 or not finite.
    """
    times = np.asarray(t, dtype=np.float64)
    if not 0 <= digits <= 9:
        raise InputError(f"format_utc: {digits} digits; right is 0 to 9")
    seconds, ticks, leaping = _utc_ticks(times.ravel(), digits)
    text = np.datetime_as_string(np.datetime64("2000-01-01T00:00:00", "s") + seconds.astype("timedelta64[s]"))
    fraction = [f".{tick:0{digits}d}" for tick in ticks] if digits else [""] * len(ticks)
    whole = [stamp[:-2] + "60" if leap else stamp for stamp, leap in zip(text, leaping, strict=True)]
    joined = [f"{stamp}{tail}Z" for stamp, tail in zip(whole, fraction, strict=True)]
    return np.array(joined, dtype=np.str_).reshape(times.shape)


def tdb_minus_tt(tt: ArrayLike) -> Floats:
    """Return TDB - TT at the geocentre.

    Parameters
    ----------
    tt : array_like, shape [...]
        Time [TT s past J2000]; TDB does as well, for the difference moves by 1e-12 s.

    Returns
    -------
    ndarray, shape [...]
        TDB - TT [s], within 2 ms. ERFA's series takes some 10 us a time.
    """
    return np.asarray(
        erfa.dtdb(J2000_JD, np.asarray(tt, dtype=np.float64) / SECONDS_PER_DAY, 0.0, 0.0, 0.0, 0.0),
        dtype=np.float64,
    )


def tt_from_tdb(t: ArrayLike) -> Floats:
    """Return TT [s past J2000 TT] for TDB [s past J2000 TDB]."""
    t = np.asarray(t, dtype=np.float64)
    return t - tdb_minus_tt(t)


def tdb_from_tt(tt: ArrayLike) -> Floats:
    """Return TDB [s past J2000 TDB] for TT [s past J2000 TT]."""
    tt = np.asarray(tt, dtype=np.float64)
    return tt + tdb_minus_tt(tt)


def tai_from_tdb(t: ArrayLike) -> Floats:
    """Return TAI [s past J2000 TAI] for TDB [s past J2000 TDB]."""
    return tt_from_tdb(t) - TT_MINUS_TAI_S


def tdb_from_tai(tai: ArrayLike) -> Floats:
    """Return TDB [s past J2000 TDB] for TAI [s past J2000 TAI]."""
    return tdb_from_tt(np.asarray(tai, dtype=np.float64) + TT_MINUS_TAI_S)


def leap_seconds(tai: ArrayLike) -> Floats:
    """Return TAI - UTC.

    Parameters
    ----------
    tai : array_like, shape [...]
        Time [TAI s past J2000].

    Returns
    -------
    ndarray, shape [...]
        Leap seconds in force, with the ten of 1972 [s]; 10 before 1972, where UTC was another scale.
    """
    starts, leaps = _leap_table()
    index = np.searchsorted(starts, np.asarray(tai, dtype=np.float64) + _NOON_S, side="right") - 1
    return leaps[np.maximum(index, 0)].astype(np.float64)


def leap_seconds_on(day: ArrayLike) -> NDArray[np.int64]:
    """Return TAI - UTC on days of UTC.

    Parameters
    ----------
    day : array_like of int, shape [...]
        Days since 2000-01-01.

    Returns
    -------
    ndarray of int, shape [...]
        Leap seconds in force on that day, with the ten of 1972 [s]; 10 before 1972, where UTC was another scale.
    """
    starts, leaps = _leap_table()
    index = np.searchsorted(starts - leaps, np.asarray(day, dtype=np.int64) * _DAY_S, side="right") - 1
    return np.asarray(leaps[np.maximum(index, 0)], dtype=np.int64)


@functools.cache
def _leap_table() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when each TAI - UTC begins [TAI s past 2000-01-01 00:00 TAI], and its value [s], from 1972 on."""
    table = erfa.leap_seconds.get()
    table = table[table["year"] >= 1972]
    days = [(date(int(row["year"]), int(row["month"]), 1) - _ORIGIN.date()).days for row in table]
    leaps = np.rint(table["tai_utc"]).astype(np.int64)
    return np.array(days, dtype=np.int64) * _DAY_S + leaps, leaps


def _leap_seconds_on(day: int, value: object) -> int:
    """Return TAI - UTC [s] on a day, counted from 2000-01-01."""
    starts, leaps = _leap_table()
    index = int(np.searchsorted(starts - leaps, day * _DAY_S, side="right")) - 1
    if index < 0:
        raise InputError(
            f"UTC date {str(value)!r} is before 1972, when UTC took its present form; give a later one"
        )
    return int(leaps[index])


def _parse(value: str | date) -> tuple[int, float]:
    """Return days since 2000-01-01, and seconds of that day; up to 86401 in a leap second."""
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        past = moment - _ORIGIN
        return past.days, past.seconds + past.microseconds * 1e-6
    if isinstance(value, date):
        return (value - _ORIGIN.date()).days, 0.0
    match = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise InputError(f"{value!r} is no UTC date; {_RIGHT}")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        days = (date(year, month, day) - _ORIGIN.date()).days
    except ValueError as error:
        raise InputError(f"{value!r} is no UTC date: {error}; {_RIGHT}") from None
    last_minute = hour == 23 and minute == 59
    if hour > 23 or minute > 59 or second > (60 if last_minute else 59):
        raise InputError(f"{value!r} is no UTC date: there is no {hour:02}:{minute:02}:{second:02}; {_RIGHT}")
    fraction = float(f"0.{match[7]}") if match[7] else 0.0
    return days, 3600 * hour + 60 * minute + second + fraction


def _utc_ticks(t: Floats, digits: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return UTC seconds since 2000-01-01, units of 10^-digits s beyond, and which are leap seconds.

    In a leap second the seconds are those of the second before it.
    """
    starts, leaps = _leap_table()
    if not np.isfinite(t).all():
        raise InputError("a time that is not finite has no UTC date")
    scale = 10**digits
    tai = tai_from_tdb(t) + _NOON_S
    whole = np.floor(tai)
    ticks = np.rint((tai - whole) * scale).astype(np.int64)
    seconds = whole.astype(np.int64) + ticks // scale
    ticks %= scale
    index = np.searchsorted(starts, seconds, side="right") - 1
    if index.size and index.min() < 0:
        raise InputError(f"time {float(t.min())} s past J2000 is before 1972, when UTC took its present form")
    following = np.append(starts[1:], np.iinfo(np.int64).max)[index]
    leaping = seconds == following - 1
    return seconds - leaps[index] - leaping, ticks, leaping
