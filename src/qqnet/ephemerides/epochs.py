"""Epochs as CCSDS messages write them, in four time systems, and TDB seconds past J2000.

Text and float meet without a loss: the whole seconds of an epoch and its fraction are kept apart until the last
addition, so that every float further than an hour from J2000 has a text that brings it back to the last bit.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.timescales import TT_MINUS_TAI_S, leap_seconds, tai_from_tdb, tdb_from_utc, tdb_minus_tt

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TIME_SYSTEMS: Final = ("UTC", "TAI", "TT", "TDB")

_EPOCH: Final = re.compile(r"(\d{4})-(?:(\d\d)-(\d\d)|(\d{3}))T(\d\d):(\d\d):(\d\d)(\.\d*)?Z?", re.ASCII)

_DAY: Final = 86_400
_NOON: Final = 43_200
_LEAST_DIGITS: Final = 6
_DIGITS: Final = (_LEAST_DIGITS, 7, 8, 9, 10, 12, 14)
"""Digits after the second that are tried, fewest first."""

_CELL_S: Final = 4 * _DAY
_CELL_NODES: Final = 16


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

    def __reduce__(self) -> tuple[type[EpochError], tuple[int, str]]:
        """Pickle by the arguments, so that worker processes can raise it."""
        return type(self), (self.index, str(self))


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
    midnights: dict[str, int] = {}
    whole, fraction = np.empty(len(stamps), dtype=np.int64), np.empty(len(stamps))
    last = 61 if time_system == "UTC" else 60  # only UTC has leap seconds
    for k, stamp in enumerate(stamps):
        match = _EPOCH.fullmatch(stamp)
        try:
            if match is None:
                raise ValueError("right is 2040-06-01T00:00:00.000 or 2040-153T00:00:00.000")
            year, month, day, of_year, hour, minute, second, tail = match.groups()
            key = f"{year}-{of_year or month + day}"
            if key not in midnights:
                midnights[key] = _midnight(_calendar(year, month, day, of_year), time_system)
            if int(hour) > 23 or int(minute) > 59 or int(second) >= last:
                raise ValueError(f"there is no {hour}:{minute}:{second}")
        except (ValueError, InputError) as error:
            raise EpochError(k, f"{stamp!r} is no epoch: {error}") from None
        whole[k] = midnights[key] + (int(hour) * 3600 + int(minute) * 60 + int(second))
        fraction[k] = float(f"0{tail}") if tail else 0.0
    if time_system == "TDB":
        return whole + fraction
    offset = TT_MINUS_TAI_S if time_system != "TT" else 0.0
    return whole + (fraction + (offset + _tdb_minus_tt(whole + (fraction + offset))))


def _calendar(year: str, month: str | None, day: str | None, of_year: str | None) -> date:
    if of_year is None:
        return date(int(year), int(month or 0), int(day or 0))
    found = date.fromordinal(date(int(year), 1, 1).toordinal() + int(of_year) - 1)
    if found.year != int(year):
        raise ValueError(f"{year} has no day {of_year}")
    return found


def _midnight(day: date, scale: str) -> int:
    """Return the beginning of a day, in seconds past J2000 of the scale itself, of TAI for UTC."""
    if scale == "UTC":
        return round(float(tai_from_tdb(tdb_from_utc(day))))  # whole seconds since 1972
    return (day.toordinal() - date(2000, 1, 1).toordinal()) * _DAY - _NOON


def _tdb_minus_tt(tt: ArrayLike) -> Floats:
    """Return TDB - TT [s], shape [N], from pieces of four days that are interpolated once each to 1e-15 s."""
    times = np.atleast_1d(np.asarray(tt, dtype=np.float64))
    cells = np.floor(times / _CELL_S).astype(np.int64)
    out = np.empty(times.shape)
    for cell in np.unique(cells):
        mine = cells == cell
        x = (times[mine] - cell * _CELL_S) * (2.0 / _CELL_S) - 1.0
        out[mine] = np.polynomial.chebyshev.chebval(x, _piece(int(cell)))
    return out


@functools.lru_cache(maxsize=4096)
def _piece(cell: int) -> Floats:
    """Return the Chebyshev coefficients of one piece, interpolated at the zeros of the next polynomial."""
    angles = (np.arange(_CELL_NODES) + 0.5) * (np.pi / _CELL_NODES)
    values = tdb_minus_tt((cell + 0.5 * (np.cos(angles) + 1.0)) * _CELL_S)
    coefficients = (2.0 / _CELL_NODES) * np.cos(np.outer(np.arange(_CELL_NODES), angles)) @ values
    coefficients[0] *= 0.5
    return np.asarray(coefficients, dtype=np.float64)


def format_epochs(t: ArrayLike, time_system: str = "UTC", digits: int = _LEAST_DIGITS) -> list[str]:
    """Return times as CCSDS messages write them.

    Parameters
    ----------
    t : array_like, shape [N]
        Times [TDB s past J2000].
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system.
    digits : int
        Digits after the second, 1 to 14.

    Returns
    -------
    list of str
        Such as ``2040-06-01T00:00:00.000000``.

    Raises
    ------
    InputError
        If the time system is unknown, or a time is not finite or before 1972 and UTC is asked for.
    """
    if time_system not in TIME_SYSTEMS:
        raise InputError(f"unknown time system {time_system!r}; known: {', '.join(TIME_SYSTEMS)}")
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    if not np.isfinite(times).all() or np.any(np.abs(times) > 6e10):
        raise InputError("a time that is not finite or beyond the years 0100 to 3900 has no epoch")
    whole, fraction = _split(times, time_system)
    ticks = np.rint(fraction * 10.0**digits).astype(np.int64)
    whole += ticks // 10**digits
    ticks %= 10**digits
    leaping = np.zeros(whole.shape, dtype=bool)
    if time_system == "UTC":
        if whole.size and whole.min() < -(28 * 365 + 7) * _DAY - _NOON + 10:
            raise InputError(
                f"time {float(times.min())} s past J2000 is before 1972, when UTC took its present form"
            )
        leaps = leap_seconds(whole).astype(np.int64)
        leaping = leap_seconds(whole + 1).astype(np.int64) > leaps
        whole = whole - leaps - leaping
    stamps = np.datetime_as_string(np.datetime64("2000-01-01T12:00:00", "s") + whole.astype("timedelta64[s]"))
    return [
        f"{stamp[:-2]}60.{tick:0{digits}d}" if leap else f"{stamp}.{tick:0{digits}d}"
        for stamp, tick, leap in zip(stamps.tolist(), ticks.tolist(), leaping.tolist(), strict=True)
    ]


def _split(t: Floats, time_system: str) -> tuple[Integers, Floats]:
    """Return whole seconds past J2000 of a scale, of TAI for UTC, and the fraction beyond."""
    floor = np.floor(t)
    fraction = t - floor
    if time_system != "TDB":
        ahead = _tdb_minus_tt(t)
        ahead = _tdb_minus_tt(t - ahead)
        fraction -= ahead + (TT_MINUS_TAI_S if time_system != "TT" else 0.0)
    carry = np.floor(fraction)
    return (floor + carry).astype(np.int64), fraction - carry


def exact_epochs(t: ArrayLike, time_system: str = "UTC") -> list[str]:
    """Return times as texts that `parse_epochs` turns into the very same floats.

    Parameters
    ----------
    t : array_like, shape [N]
        Times [TDB s past J2000]; within an hour of J2000 the last bit may be lost, but for TDB.
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system.

    Returns
    -------
    list of str
        To the microsecond where that is exact, with up to 14 digits where not.

    Raises
    ------
    InputError
        As `format_epochs` does.

    Examples
    --------
    >>> exact_epochs([1e9, 1e9 + 1 / 3], "TDB")
    ['2031-09-09T13:46:40.000000', '2031-09-09T13:46:40.3333334']
    """
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    stamps: list[str] = []
    open_ones = np.arange(times.size)
    for digits in _DIGITS:
        written = format_epochs(times[open_ones], time_system, digits)
        if not stamps:
            stamps = list(written)
        for k, stamp in zip(open_ones.tolist(), written, strict=True):
            stamps[k] = stamp
        open_ones = open_ones[parse_epochs(written, time_system) != times[open_ones]]
        if not open_ones.size:
            break
    return stamps


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
