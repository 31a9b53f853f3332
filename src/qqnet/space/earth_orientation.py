"""Orientation of the Earth: UT1, polar motion and celestial pole offsets of the IERS.

Two tables come with the package astropy-iers-data, so that nothing is fetched: the series C04 of what was measured
since 1962, and from its end on the rapid service's file finals2000A, which goes on with predictions for about a
year. UT1 is kept as its difference to TT, which no leap second interrupts.

Between the daily values each quantity is a cubic with continuous rate, its slopes from five days about each value;
it meets smooth tides of UT1 to 0.2 us (0.1 mm on the equator). Before 1972 and beyond the tables the pole and
its offsets stay at the last value. UT1 goes on from the mean rate of the last year, which dies away within ten
years. Done with the tables themselves from 1992 on, that is wrong by 0.08 s rms after one year, 0.7 s after five,
and 1.8 s after fourteen (830 m on the equator): see `ut1_error_s`.

Left out: the daily and half-daily changes by ocean tides and by the Moon's and the Sun's torques on the Earth's
shape, at most 1.5 mas together (5 cm on the ground).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.space.timescales import TT_MINUS_TAI_S, leap_seconds_on, tdb_from_tt

Floats = NDArray[np.float64]
Standing = Literal["before the data", "measured", "predicted", "beyond the data"]

_ARCSEC: Final = np.pi / 648_000.0
_MJD_2000: Final = 51_544
"""Modified Julian date of 2000-01-01 00:00."""

_FIRST_MJD: Final = 41_317.0
"""1972-01-01, when UTC took its present form."""

_RELAXATION_S: Final = 10.0 * 365.25 * SECONDS_PER_DAY
"""Beyond the tables the rate of UT1 against TT dies away with this time: the best of 1, 2, 3, 5 and 10 years."""

_POLE_RELAXATION_S: Final = 5.0 * SECONDS_PER_DAY
"""The same for the pole, so that its rate does not jump."""

# Columns (first, one past the last) and digits after the point, as the tables' own notes say.
_C04_COLUMNS: Final = ((26, 38, 6), (38, 50, 6), (50, 62, 7), (62, 74, 6), (74, 86, 6))
_C04_MJD: Final = (16, 26, 2)
_FINALS_COLUMNS: Final = ((18, 27, 6), (37, 46, 6), (58, 68, 7), (97, 106, 3), (116, 125, 3))
_FINALS_MJD: Final = (7, 15, 2)
_FINALS_FLAG: Final = 57  # of UT1: I measured, P predicted, blank not there
_TO_SI: Final = np.array([_ARCSEC, _ARCSEC, 1.0, _ARCSEC, _ARCSEC])
_FINALS_UNITS: Final = np.array([1.0, 1.0, 1.0, 1e-3, 1e-3])  # offsets of the pole in mas


@dataclass(frozen=True, eq=False)
class EarthOrientation:
    """Daily Earth orientation parameters, to be read at any time.

    Attributes
    ----------
    tt : ndarray, shape [D]
        Times of the values, 0 h UTC of each day [TT s past J2000].
    values : ndarray, shape [D, 5]
        UT1 - TT [s]; pole x, y [rad]; offsets dX, dY of the celestial pole to IAU 2006/2000A [rad].
    slopes : ndarray, shape [D, 5]
        Their rates [1/s].
    measured_until : float
        Last value that was measured [TT s past J2000]; later ones are predictions.
    source : str
        Which tables.
    """

    tt: Floats
    values: Floats
    slopes: Floats
    measured_until: float
    source: str

    @classmethod
    def packaged(cls) -> EarthOrientation:
        """Return what the installed package astropy-iers-data holds; read once and kept.

        Returns
        -------
        EarthOrientation
            C04, then finals2000A.

        Examples
        --------
        >>> earth = EarthOrientation.packaged()
        >>> bool(np.abs(earth.at_tt(0.0)[0] + 63.8285) < 1e-3)  # UT1 - TT at J2000
        True
        """
        return _packaged()

    @classmethod
    def from_files(cls, finals: str | Path, c04: str | Path | None = None) -> EarthOrientation:
        """Read tables of the IERS.

        Parameters
        ----------
        finals : path-like
            File in the form of finals2000A.
        c04 : path-like, optional
            File in the form of EOP 20 C04; goes before the other where both have a day.

        Returns
        -------
        EarthOrientation
            From 1972 to the last prediction.

        Raises
        ------
        InputError
            If a file cannot be read or has another form.
        """
        mjd, values, measured_until = _read_finals(Path(finals))
        names = [Path(finals).name]
        if c04 is not None:
            first_mjd, first = _read_c04(Path(c04))
            later = mjd > first_mjd[-1]
            mjd = np.concatenate([first_mjd, mjd[later]])
            values = np.concatenate([first, values[later]])
            measured_until = max(measured_until, float(first_mjd[-1]))
            names.insert(0, Path(c04).name)
        return _orientation(mjd, values, measured_until, " and ".join(names))

    def at_tt(self, tt: ArrayLike) -> Floats:
        """Return the parameters.

        Parameters
        ----------
        tt : array_like, shape [...]
            Time [TT s past J2000].

        Returns
        -------
        ndarray, shape [..., 5]
            UT1 - TT [s]; pole x, y [rad]; offsets dX, dY of the celestial pole [rad].
        """
        times = np.asarray(tt, dtype=np.float64)
        inside = np.clip(times, self.tt[0], self.tt[-1])
        left = np.clip(np.searchsorted(self.tt, inside, side="right") - 1, 0, self.tt.size - 2)
        length = (self.tt[left + 1] - self.tt[left])[..., None]
        u = (inside - self.tt[left])[..., None] / length
        step = self.values[left + 1] - self.values[left]
        begin, end = self.slopes[left] * length, self.slopes[left + 1] * length
        cubic = u * (begin + u * (3.0 * step - 2.0 * begin - end + u * (begin + end - 2.0 * step)))
        found = self.values[left] + cubic
        outside = times - inside
        if np.any(outside):
            found = found + self._continued(outside)
        return np.asarray(found, dtype=np.float64)

    def _continued(self, outside: Floats) -> Floats:
        """Return what is added so many seconds before the first or after the last value."""
        fading = np.full(5, _POLE_RELAXATION_S)
        fading[0] = _RELAXATION_S
        slopes = np.where(outside[..., None] > 0.0, self.slopes[-1], self.slopes[0])
        way = fading * -np.expm1(-np.abs(outside)[..., None] / fading)
        return np.asarray(slopes * np.copysign(way, outside[..., None]), dtype=np.float64)

    def ut1_error_s(self, tt: ArrayLike) -> Floats:
        """Return about how far UT1 may be off because it is not known yet.

        Parameters
        ----------
        tt : array_like, shape [...]
            Time [TT s past J2000].

        Returns
        -------
        ndarray, shape [...]
            One sigma [s]: 0 where measured, 0.03 s a year where predicted, and beyond the tables 0.15 s a year
            more. On the equator 1 s is 465 m.
        """
        times = np.asarray(tt, dtype=np.float64)
        year = 365.25 * SECONDS_PER_DAY
        predicted = np.clip(times, self.measured_until, self.tt[-1]) - self.measured_until
        beyond = np.maximum(times - self.tt[-1], 0.0)
        return np.asarray((0.03 * predicted + 0.15 * beyond) / year, dtype=np.float64)

    def standing(self, span: tuple[float, float]) -> list[tuple[Standing, float, float]]:
        """Say which part of a span is measured, predicted or beyond the tables.

        Parameters
        ----------
        span : (float, float)
            First and last time [TDB s past J2000].

        Returns
        -------
        list of (str, float, float)
            In order: "before the data", "measured", "predicted" or "beyond the data", and from when to when
            [TDB s past J2000]. Parts of no length are left out.

        Examples
        --------
        >>> EarthOrientation.packaged().standing((1.0e8, 1.1e8))
        [('measured', 100000000.0, 110000000.0)]
        """
        known = tdb_from_tt(np.array([self.tt[0], self.measured_until, self.tt[-1]])).tolist()
        edges = [-np.inf, *known, np.inf]
        names: tuple[Standing, ...] = ("before the data", "measured", "predicted", "beyond the data")
        return [
            (name, max(span[0], low), min(span[1], high))
            for name, low, high in zip(names, edges[:-1], edges[1:], strict=True)
            if min(span[1], high) > max(span[0], low)
        ]


# ------------------------------------------------------------------------------------------------------ tables


@functools.cache
def _packaged() -> EarthOrientation:
    import astropy_iers_data

    return EarthOrientation.from_files(astropy_iers_data.IERS_A_FILE, astropy_iers_data.IERS_B_FILE)


def _lines(path: Path, width: int) -> NDArray[np.uint8]:
    """Return the lines of a table as bytes, shape [lines, width], comments left out."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    begin = 0
    while raw[begin : begin + 1] == b"#":
        begin = raw.find(b"\n", begin) + 1 or len(raw)
    body = np.frombuffer(raw, dtype=np.uint8)[begin:]
    if body.size and body[-1] != 10:
        body = np.append(body, np.uint8(10))
    if body.size == 0 or body.size % (width + 1) or np.any(body.reshape(-1, width + 1)[:, -1] != 10):
        raise InputError(f"{path}: is no such table of the IERS; right is lines of {width} characters")
    return np.asarray(body.reshape(-1, width + 1)[:, :-1], dtype=np.uint8)


def _numbers(lines: NDArray[np.uint8], column: tuple[int, int, int]) -> Floats:
    """Read a column of numbers with a fixed point; NaN where it is blank."""
    first, stop, digits = column
    text = lines[:, first:stop]
    is_digit = (text >= 48) & (text <= 57)
    place = stop - first - 1 - np.arange(stop - first)
    weight = np.where(place > digits, 10.0 ** (place - 1), 10.0**place)  # the point stands between
    weight[place == digits] = 0.0
    whole = np.where(is_digit, text - np.uint8(48), 0) @ weight
    value = whole / 10.0**digits * np.where((text == 45).any(axis=1), -1.0, 1.0)
    return np.where(is_digit.any(axis=1), value, np.nan)


def _read_c04(path: Path) -> tuple[Floats, Floats]:
    """Return modified Julian dates and x, y [rad], UT1 - UTC [s], dX, dY [rad]."""
    lines = _lines(path, 218)
    mjd = _numbers(lines, _C04_MJD)
    values = np.stack([_numbers(lines, column) for column in _C04_COLUMNS], axis=-1) * _TO_SI
    keep = mjd >= _FIRST_MJD
    return mjd[keep], _checked(path, mjd[keep], values[keep])


def _read_finals(path: Path) -> tuple[Floats, Floats, float]:
    """Return the same of the rapid service's file, and the last date that was measured."""
    lines = _lines(path, 187)
    lines = lines[np.isin(lines[:, _FINALS_FLAG], (73, 80))]
    mjd = _numbers(lines, _FINALS_MJD)
    values = np.stack([_numbers(lines, column) for column in _FINALS_COLUMNS], axis=-1)
    values *= _TO_SI * _FINALS_UNITS
    for column in (3, 4):  # the offsets are predicted for fewer days: the last one stays
        known = np.flatnonzero(np.isfinite(values[:, column]))
        if known.size:
            values[known[-1] :, column] = values[known[-1], column]
            values[: known[0], column] = values[known[0], column]
    measured = mjd[lines[:, _FINALS_FLAG] == 73]
    return mjd, _checked(path, mjd, values), float(measured[-1]) if measured.size else float(mjd[0])


def _checked(path: Path, mjd: Floats, values: Floats) -> Floats:
    """Return the values if there is one for each day and none is absurd."""
    if mjd.size < 5 or np.any(np.diff(mjd) != 1.0):
        raise InputError(f"{path}: days are missing or out of order; right is one line a day, five or more")
    bounds = np.array([2.0 * _ARCSEC, 2.0 * _ARCSEC, 1.0, _ARCSEC, _ARCSEC])
    if not np.all(np.abs(values) <= bounds):  # false for NaN too
        bad = int(np.argmin(np.all(np.abs(values) <= bounds, axis=1)))
        raise InputError(
            f"{path}: a value of day {mjd[bad]:.0f} (MJD) is missing or beyond all that was ever seen"
        )
    return values


def _orientation(mjd: Floats, values: Floats, measured_until: float, source: str) -> EarthOrientation:
    days = mjd - _MJD_2000
    leaps = leap_seconds_on(days.astype(np.int64)).astype(np.float64)
    tt = days * SECONDS_PER_DAY - 0.5 * SECONDS_PER_DAY + leaps + TT_MINUS_TAI_S
    kept = np.column_stack([values[:, 2] - leaps - TT_MINUS_TAI_S, values[:, [0, 1, 3, 4]]])
    last = float(np.interp(measured_until, mjd, tt))
    return EarthOrientation(tt, kept, _slopes(tt, kept), last, source)


def _slopes(tt: Floats, values: Floats) -> Floats:
    """Return rates from five values about each; UT1 leaves the tables with its mean rate of a year."""
    slopes = np.gradient(values, tt, axis=0)
    slopes[2:-2] = (8.0 * (values[3:-1] - values[1:-3]) - (values[4:] - values[:-4])) / (
        12.0 * SECONDS_PER_DAY
    )
    days = min(365, len(tt) - 1)
    slopes[-1, 0] = (values[-1, 0] - values[-1 - days, 0]) / (tt[-1] - tt[-1 - days])
    slopes[0, 0] = (values[days, 0] - values[0, 0]) / (tt[days] - tt[0])
    return slopes
