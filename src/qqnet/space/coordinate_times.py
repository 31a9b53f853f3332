"""Coordinate times of the Solar System, the Earth and the Moon: TCB, TCG, TCL, and TT by the same integral.

TCG and TCL are the times of the frames that fall with the Earth's and the Moon's centre (IAU 2000 Resolution B1.3,
IAU 2024 Resolution II). Both were integrated along DE440 from T0, 1977-01-01 00:00:00 TAI, where they equal TCB,
to order c^-4 (`tools/cut_time_scales.py`), and come with QQNet for 1972 to 2100. TCL - TDB at J2000 is 0.7 ns from
that of the lunar time ephemeris LTE440 (Lu, Yang and Xie 2025, A&A 704:A76).

All functions take TDB and return differences, for a time of 1e9 s itself is only resolved to 2.4e-7 s. A
difference holds for an event at the centre of the body. For one at r from it a term -v.r/c^2 is added, with v the
barycentric velocity of the centre: up to 0.6 us on the Moon's surface, 2 us on the Earth's, 130 us between both.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.space.constants import SECONDS_PER_DAY, SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]
Center = Literal["Earth", "Moon"]

PACKAGED_FILE: Final = "coordinate_times.npz"
UNIT_S: Final = 1e-13
"""Unit of the packaged coefficients [s]."""

L_B: Final = 1.550519768e-8
"""1 - dTDB/dTCB; exact (IAU 2006 Resolution B3)."""

L_G: Final = 6.969290134e-10
"""1 - dTT/dTCG; exact (IAU 2000 Resolution B1.9)."""

TDB0_S: Final = -6.55e-5
"""TDB - TCB at T0 [s]; exact (IAU 2006 Resolution B3)."""

T0_S: Final = -8400.5 * SECONDS_PER_DAY + 32.184
"""1977-01-01 00:00:00 TAI, where TT, TCG, TCL and TCB agree [s past J2000 of each]."""


def tcb_minus_tdb(t: ArrayLike) -> Floats:
    """Return TCB - TDB.

    Parameters
    ----------
    t : array_like, shape [...]
        Time [TDB s past J2000].

    Returns
    -------
    ndarray, shape [...]
        TCB - TDB [s].

    References
    ----------
    IAU 2006 Resolution B3: TDB = TCB - L_B (TCB - T0) + TDB_0.
    """
    since = np.asarray(t, dtype=np.float64) - T0_S - TDB0_S
    return np.asarray(L_B / (1.0 - L_B) * since - TDB0_S, dtype=np.float64)


def tcg_minus_tdb(
    t: ArrayLike, position: ArrayLike | None = None, ephemeris: Ephemeris | None = None
) -> Floats:
    """Return TCG - TDB; parameters as of `tcl_minus_tdb`, with the Earth's centre for the Moon's."""
    return _difference("Earth", t) + _place("Earth", t, position, ephemeris)


def tcl_minus_tdb(
    t: ArrayLike, position: ArrayLike | None = None, ephemeris: Ephemeris | None = None
) -> Floats:
    """Return TCL - TDB, lunar coordinate time.

    Parameters
    ----------
    t : array_like, shape [...]
        Time [TDB s past J2000].
    position : array_like, shape [..., 3], optional
        Place relative to the Moon's centre [km], ICRF axes; the centre where not given.
    ephemeris : Ephemeris, optional
        Source of the Moon's velocity, for a place; the packaged one if not given.

    Returns
    -------
    ndarray, shape [...]
        TCL - TDB [s].

    Raises
    ------
    EphemerisRangeError
        If a time lies outside 1972 to 2100, or, for a place, outside the ephemeris.

    Examples
    --------
    >>> round(float(tcl_minus_tdb(0.0)), 8)  # LTE440: 0.49330749643
    0.4933075
    """
    return _difference("Moon", t) + _place("Moon", t, position, ephemeris)


def tt_minus_tdb(
    t: ArrayLike, position: ArrayLike | None = None, ephemeris: Ephemeris | None = None
) -> Floats:
    """Return TT - TDB, by the integral along DE440.

    Parameters
    ----------
    t, position, ephemeris
        As of `tcl_minus_tdb`, with the Earth's centre for the Moon's.

    Returns
    -------
    ndarray, shape [...]
        TT - TDB [s]. The series of `qqnet.space.timescales`, which all conversions of dates use, stays within
        0.1 us of it.

    Raises
    ------
    EphemerisRangeError
        If a time lies outside 1972 to 2100, or, for a place, outside the ephemeris.
    """
    since = np.asarray(t, dtype=np.float64) - T0_S
    difference = tcg_minus_tdb(t, position, ephemeris)
    return np.asarray(difference - L_G * (since + difference), dtype=np.float64)


def tcl_minus_tt(t: ArrayLike, ephemeris: Ephemeris | None = None) -> Floats:
    """Return TCL - TT of events at the Moon's centre.

    Parameters
    ----------
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris, optional
        Source of the Moon's place; the packaged one if not given.

    Returns
    -------
    ndarray, shape [...]
        TCL - TT [s], TT being that of the event in the geocentric frame. It grows by 58.74 us a day, with periodic
        terms of half a microsecond. At the Earth's own centre, at the same TDB, TT differs by up to 128 us more.

    Raises
    ------
    EphemerisRangeError
        If a time lies outside 1972 to 2100, or outside the ephemeris.
    """
    source = ephemeris or Ephemeris.packaged()
    return _difference("Moon", t) - tt_minus_tdb(t, source.position("Moon", "Earth", t), source)


def tcl_from_tdb(t: ArrayLike) -> Floats:
    """Return TCL [s past J2000 TCL] at the Moon's centre for TDB [s past J2000 TDB], rounded to 2.4e-7 s."""
    return np.asarray(np.asarray(t, dtype=np.float64) + _difference("Moon", t), dtype=np.float64)


def tdb_from_tcl(tcl: ArrayLike) -> Floats:
    """Return TDB [s past J2000 TDB] for TCL [s past J2000 TCL] at the Moon's centre, rounded to 2.4e-7 s."""
    times = np.asarray(tcl, dtype=np.float64)
    guess = times - _difference("Moon", times)  # off by the rate, 1e-9, times the difference, 2 s
    return np.asarray(times - _difference("Moon", guess), dtype=np.float64)


def rate(center: Center, t: ArrayLike) -> Floats:
    """Return how much faster than TDB a coordinate time runs.

    Parameters
    ----------
    center : {"Earth", "Moon"}
        TCG or TCL.
    t : array_like, shape [...]
        Time [TDB s past J2000].

    Returns
    -------
    ndarray, shape [...]
        dTCG/dTDB - 1 or dTCL/dTDB - 1 at the centre [1].

    Raises
    ------
    InputError
        If there is no coordinate time of that body.
    EphemerisRangeError
        If a time lies outside 1972 to 2100.
    """
    table, mean = _table(center)
    return np.asarray(table.evaluate_with_rate(t)[1][..., 0] + mean, dtype=np.float64)


def _difference(center: Center, t: ArrayLike) -> Floats:
    """Return TCG - TDB or TCL - TDB at the centre [s]."""
    table, mean = _table(center)
    times = np.asarray(t, dtype=np.float64)
    return np.asarray(table.evaluate(times)[..., 0] + mean * times, dtype=np.float64)


def _place(
    center: Center, t: ArrayLike, position: ArrayLike | None, ephemeris: Ephemeris | None
) -> Floats | float:
    if position is None:
        return 0.0
    _, velocity = (ephemeris or Ephemeris.packaged()).state(center, "SSB", t)
    along = np.sum(velocity * np.asarray(position, dtype=np.float64), axis=-1)
    return np.asarray(-along / SPEED_OF_LIGHT_KM_S**2, dtype=np.float64)


def _table(center: str) -> tuple[ChebyshevTable, float]:
    tables = _packaged()
    if center not in tables:
        raise InputError(f"no coordinate time of {center!r}; known: {', '.join(tables)}")
    return tables[center]


@functools.cache
def _packaged() -> dict[str, tuple[ChebyshevTable, float]]:
    """Return for each body the table of T - TDB less its mean growth [s], and that growth [1]."""
    with (
        importlib.resources.files("qqnet.data").joinpath(PACKAGED_FILE).open("rb") as file,
        np.load(file, allow_pickle=False) as archive,
    ):
        meta = json.loads(str(archive["meta"]))
        found = {}
        for name, mean in meta["rates"].items():
            coefficients = archive[name].T[:, None, :] * UNIT_S
            label = f"coordinate time of the {name}"
            found[name] = ChebyshevTable(meta["start_s"], meta["interval_s"], coefficients, label), mean
    return found
