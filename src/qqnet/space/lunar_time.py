"""Clocks on and about the Moon: a lunar surface time, and how fast a clock in motion ticks.

A clock at r, v in the frame of a body's centre, in its potential U and the tidal potential of the others, loses
against the body's coordinate time T (TCL, TCG)

    dtau/dT = 1 - (v^2/2 + U + U_tidal)/c^2.

The terms of order c^-4 are some 1e-18. U holds the point mass and J2; the other harmonics of the Moon leave 3e-15
at its surface (0.3 ns a day), less farther out.

TL is the time of a clock on the Moon's surface, as TT is that of one on the geoid: TL = TCL - L_L (TCL - T0).
Such a time goes by the names of LTC, LRT or TL. Neither the name nor the constant that is used here is an adopted
standard: L_L is the potential of the mean sphere. With a surface 0.4 km higher, Turyshev et al. 2024
(arXiv:2406.16147) give 56.0256 us a day against TT where TL here gives 56.0250.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.coordinate_times import L_G, T0_S, Center, tcl_minus_tdb, tcl_minus_tt
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]

_C2: Final = SPEED_OF_LIGHT_KM_S**2

L_L: Final = BODIES["Moon"].gm_km3_s2 / BODIES["Moon"].mean_radius_km / _C2
"""1 - dTL/dTCL: GM of DE440 on the mean sphere of 1737.4 km, 3.1398e-11. A proposal, not an adopted constant.

The Moon's spin would add 8e-17. A height of 1 km changes a clock's rate by 1.8e-14, 1.6 ns a day.
"""


def tl_minus_tcl(t: ArrayLike) -> Floats:
    """Return TL - TCL [s] at the Moon's centre; t [TDB s past J2000]."""
    since = np.asarray(t, dtype=np.float64) - T0_S + tcl_minus_tdb(t)
    return np.asarray(-L_L * since, dtype=np.float64)


def tl_minus_tt(t: ArrayLike, ephemeris: Ephemeris | None = None) -> Floats:
    """Return TL - TT of events at the Moon's centre.

    Parameters
    ----------
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris, optional
        Source of the Moon's place; the packaged one if not given.

    Returns
    -------
    ndarray, shape [...]
        TL - TT [s]. It grows by 56.025 us a day, with periodic terms of half a microsecond.

    Raises
    ------
    EphemerisRangeError
        If a time lies outside 1972 to 2100, or outside the ephemeris.

    Examples
    --------
    >>> year = 365.25 * 86400.0
    >>> grown = tl_minus_tt(0.9e9 + 10 * year) - tl_minus_tt(0.9e9)
    >>> round(float(grown) / 3652.5 * 1e6, 1)  # microseconds a day
    56.0
    """
    return tl_minus_tcl(t) + tcl_minus_tt(t, ephemeris)


def clock_rate(
    center: Center,
    position: ArrayLike,
    velocity: ArrayLike,
    t: ArrayLike,
    ephemeris: Ephemeris | None = None,
) -> Floats:
    """Return how much faster than the coordinate time of its centre a clock ticks.

    Parameters
    ----------
    center : {"Earth", "Moon"}
        Whose coordinate time: TCG or TCL.
    position : array_like, shape [..., 3]
        Place of the clock relative to the centre [km], ICRF axes.
    velocity : array_like, shape [..., 3]
        Its velocity relative to the centre [km/s], ICRF axes; a clock on the surface turns with it.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris, optional
        Source of the other bodies' places; the packaged one if not given.

    Returns
    -------
    ndarray, shape [...]
        dtau/dTCG - 1 or dtau/dTCL - 1 [1]; -3.14e-11 (-2.7 us a day) on the Moon.

    Raises
    ------
    InputError
        If there is no coordinate time of that centre, or a clock is inside it.
    EphemerisRangeError
        If a time is not covered by the ephemeris.
    """
    if center not in ("Earth", "Moon"):
        raise InputError(f"no coordinate time of {center!r}; known: Earth, Moon")
    source = ephemeris or Ephemeris.packaged()
    r, v = np.asarray(position, dtype=np.float64), np.asarray(velocity, dtype=np.float64)
    distance = np.linalg.norm(r, axis=-1)
    if not np.all(distance > 0.9 * BODIES[center].mean_radius_km):
        raise InputError(
            f"a clock at {np.min(distance):.1f} km from the centre of the {center} is inside of it"
        )
    return _rate(center, r, v, t, source, ("Sun", "Moon" if center == "Earth" else "Earth"))


def _rate(
    center: Center, r: Floats, v: Floats, t: ArrayLike, source: Ephemeris, others: tuple[str, ...]
) -> Floats:
    body, distance = BODIES[center], np.linalg.norm(r, axis=-1)
    assert body.equator_frame is not None
    along = np.sum(rotation(body.equator_frame, t, source)[..., 2, :] * r, axis=-1) / distance
    flattening = 0.5 * body.j2 * (body.j2_radius_km / distance) ** 2 * (1.0 - 3.0 * along**2)
    potential = body.gm_km3_s2 / distance * (1.0 + flattening)
    for name in others:
        potential = potential + _tidal(BODIES[name].gm_km3_s2, r, source.position(name, center, t))
    return np.asarray(-(0.5 * np.sum(v * v, axis=-1) + potential) / _C2, dtype=np.float64)


def _tidal(gm_km3_s2: float, r: Floats, other: Floats) -> Floats:
    """Return the potential [km^2/s^2] of another body, less its value at the centre and its slope there."""
    away = np.linalg.norm(other, axis=-1)
    u = np.sum(r * (r - 2.0 * other), axis=-1) / away**2  # |r - other|^2 = away^2 (1 + u)
    root = np.sqrt(1.0 + u)
    inverse = -u / (root * (1.0 + root))  # 1/root - 1 without cancellation
    return np.asarray(gm_km3_s2 / away * (inverse - np.sum(r * other, axis=-1) / away**2), dtype=np.float64)


def clock_rate_against_tt(
    center: Center,
    position: ArrayLike,
    velocity: ArrayLike,
    t: ArrayLike,
    ephemeris: Ephemeris | None = None,
) -> Floats:
    """Return how much faster than TT a clock ticks.

    Parameters
    ----------
    center, position, velocity, t, ephemeris
        As of `clock_rate`.

    Returns
    -------
    ndarray, shape [...]
        dtau/dTT - 1 [1], each coordinate time taken in its own frame: 6.48e-10 (56.0 us a day) on the Moon,
        4.46e-10 (38.6 us a day) for GPS. Compared over TDB, the term -v.r/c^2 comes and goes besides.
    """
    source = ephemeris or Ephemeris.packaged()
    found = clock_rate(center, position, velocity, t, source)
    if center == "Moon":
        found = found + (1.0 + found) * tcl_rate_against_tcg(t, source)
    return np.asarray((found + L_G) / (1.0 - L_G), dtype=np.float64)


def tcl_rate_against_tcg(t: ArrayLike, ephemeris: Ephemeris | None = None) -> Floats:
    """Return dTCL/dTCG - 1 at the Moon's centre, in the geocentric frame.

    Parameters
    ----------
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris, optional
        Source of the Moon's and the Sun's places; the packaged one if not given.

    Returns
    -------
    ndarray, shape [...]
        -1.7e-11 (-1.5 us a day), by 1e-12 more or less with the Moon's distance [1].

    Raises
    ------
    EphemerisRangeError
        If a time is not covered by the ephemeris.
    """
    source = ephemeris or Ephemeris.packaged()
    r, v = source.state("Moon", "Earth", t)
    # The frame falls toward the Moon with the Earth: of the Moon's potential its value and slope at the Earth are
    # taken away, twice GM/r at the Moon; its own field there is no part of TCL.
    fall = 2.0 * BODIES["Moon"].gm_km3_s2 / np.linalg.norm(r, axis=-1) / _C2
    return np.asarray(_rate("Earth", r, v, t, source, ("Sun",)) + fall, dtype=np.float64)
