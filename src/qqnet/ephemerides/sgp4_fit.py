"""Mean elements of SGP4 that follow given motion best: least squares on positions, in TEME.

The unknowns are mean motion and equinoctial elements, which are smooth for circular and for equatorial orbits. The
osculating orbit of the first state begins; the time that is fitted then grows eightfold at a time, so that the
error of the mean motion never makes the two motions half a turn apart.

Within 3 deg of the equator and with periods above 225 min SGP4 itself is not smooth: it leaves terms out and takes
others by Lyddane's formulas. Its own motion is then followed to 0.2 km at the height of synchronous orbits,
where else it is to a millimetre.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.omm import MeanElements, Omm, TleParameters
from qqnet.ephemerides.ref_frames import from_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.sgp4_orbits import teme_states
from qqnet.ephemerides.tle import format_tle, parse_tle, written_epoch
from qqnet.errors import InputError
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]

GM_KM3_S2: Final = 398_600.8
"""Of the Earth in WGS 72, the constants of SGP4."""

RADIUS_KM: Final = 6_378.135
"""Of the Earth in WGS 72."""

DRAG_BELOW_KM: Final = 1_000.0
"""Height of perigee below which B* is fitted where nobody says whether."""

WORST: Final = 0.01
"""Largest error, as a part of the mean distance, at which SGP4 still counts as describing a motion."""

_FEWEST: Final = 7
_MOST: Final = 1_200  # states that are fitted; of more, so many evenly
_GROWTH: Final = 8.0
_TOLERANCE: Final = 1e-14


@dataclass(frozen=True, eq=False)
class Sgp4Fit:
    """Mean elements and how well they follow the motion.

    Attributes
    ----------
    omm : Omm
        The elements; their epoch is one that two lines hold exactly.
    rms_km, largest_km : float
        Distance from the given positions [km]: root of the mean square, and largest.
    """

    omm: Omm
    rms_km: float
    largest_km: float


@dataclass(frozen=True)
class _Motion:
    """What is fitted.

    Attributes
    ----------
    name, object_id : str
    epoch_s : float
        Of the elements [TDB s past J2000].
    t : ndarray, shape [N]
        Times [TDB s past J2000].
    position_km : ndarray, shape [N, 3]
        In TEME.
    number : int
        Catalogue number.
    sense : {1, -1}
        -1 for retrograde orbits, whose equinoctial elements count from the other pole.
    """

    name: str
    object_id: str
    epoch_s: float
    t: Floats
    position_km: Floats
    number: int
    sense: int


def fit_sgp4(segment: Segment, *, drag: bool | None = None, number: int = 0) -> Sgp4Fit:
    """Fit mean elements of SGP4 to motion about the Earth.

    Parameters
    ----------
    segment : Segment
        The motion, at least half a revolution of it in at least 7 states.
    drag : bool, optional
        Whether B* is fitted, else it is 0; where not given, if perigee is lower than 1000 km.
    number : int
        Catalogue number of the set.

    Returns
    -------
    Sgp4Fit
        Elements of the first state's time, and what is left.

    Raises
    ------
    InputError
        If the motion is not about the Earth, not closed, meets its surface, is too short, or is none that SGP4
        describes to 1 % of the mean distance.
    """
    if segment.center != "Earth":
        raise InputError(
            f"{segment.object_name}: moves about the {segment.center}; mean elements of SGP4 are for satellites "
            "of the Earth"
        )
    epoch_s = written_epoch(float(segment.t[0]))
    states = from_icrf("TEME", segment.t, np.hstack([segment.position_km, segment.velocity_km_s]))
    period_s, perigee_km = _closed(segment, states)
    sense = -1 if np.cross(states[0, :3], states[0, 3:])[2] < 0.0 else 1
    motion = _Motion(segment.object_name, segment.object_id, epoch_s, segment.t, states[:, :3], number, sense)
    x = _osculating(states[0], sense)
    for chosen in _windows(segment.t, period_s):
        x = _adjusted(motion, x, chosen)
    if drag if drag is not None else perigee_km < DRAG_BELOW_KM:
        x = _adjusted(motion, np.append(x, 0.0), chosen)
    omm = _set_of(motion, x)
    return Sgp4Fit(omm, *_judged(segment, omm))


def residuals(omm: Omm, segment: Segment) -> tuple[float, float]:
    """Return how far the motion of mean elements is from given motion.

    Parameters
    ----------
    omm : Omm
        Elements of SGP4.
    segment : Segment
        Motion about the Earth.

    Returns
    -------
    (float, float)
        Distances [km]: root of the mean square, and largest.

    Raises
    ------
    InputError
        If SGP4 fails at one of the times.
    """
    states = from_icrf("TEME", segment.t, np.hstack([segment.position_km, segment.velocity_km_s]))
    distance = np.linalg.norm(teme_states(omm, segment.t)[:, :3] - states[:, :3], axis=1)
    return float(np.sqrt(np.mean(distance**2))), float(distance.max())


def as_lines(fit: Sgp4Fit, segment: Segment) -> Sgp4Fit:
    """Return the fit with its elements rounded to what two lines hold, and what is left then.

    Parameters
    ----------
    fit : Sgp4Fit
        Elements in full.
    segment : Segment
        The motion.

    Returns
    -------
    Sgp4Fit
        Angles to 1e-4 deg: some 10 m in low orbits, 40 m at the height of synchronous ones.
    """
    (rounded,) = parse_tle("\n".join([fit.omm.object_name, *format_tle(fit.omm)]), fit.omm.object_name)
    return Sgp4Fit(rounded, *residuals(rounded, segment))


# ------------------------------------------------------------------------------------------------------ parts


def _closed(segment: Segment, states: Floats) -> tuple[float, float]:
    """Return the period [s] and height of perigee [km] of the first state; refuse what is no orbit."""
    name, count = segment.object_name, len(segment.t)
    r, v = np.linalg.norm(states[:, :3], axis=1), np.linalg.norm(states[:, 3:], axis=1)
    energy = v**2 / 2.0 - GM_KM3_S2 / r
    if np.any(energy >= 0.0):
        when = format_utc(float(segment.t[int(np.argmax(energy >= 0.0))]))
        raise InputError(
            f"{name}: leaves the Earth on an open orbit at {when}; mean elements of SGP4 are for closed ones"
        )
    a = -GM_KM3_S2 / (2.0 * energy[0])
    momentum = np.linalg.norm(np.cross(states[0, :3], states[0, 3:]))
    perigee = a * (1.0 - np.sqrt(max(0.0, 1.0 - momentum**2 / (GM_KM3_S2 * a)))) - RADIUS_KM
    if perigee <= 0.0:
        raise InputError(
            f"{name}: its orbit has a perigee {-perigee:.0f} km below the Earth's surface; mean elements of SGP4 "
            "are for satellites"
        )
    period = 2.0 * np.pi * np.sqrt(a**3 / GM_KM3_S2)
    covered = float(segment.t[-1] - segment.t[0])
    if count < _FEWEST or covered < 0.5 * period:
        raise InputError(
            f"{name}: {count} states over {covered / 3600.0:.2f} h; mean elements of SGP4 need at least {_FEWEST} "
            f"over half a revolution, {period / 7200.0:.2f} h"
        )
    return float(period), float(perigee)


def _windows(t: Floats, period_s: float) -> Iterator[NDArray[np.intp]]:
    """Yield the states to be fitted: of one revolution, of eight, and so on to all."""
    length = period_s
    while True:
        inside = int(np.searchsorted(t, t[0] + length, side="right"))
        if inside == len(t) or inside >= _FEWEST:
            yield np.unique(np.linspace(0, inside - 1, min(inside, _MOST)).astype(np.intp))
        if inside == len(t):
            return
        length *= _GROWTH


def _adjusted(motion: _Motion, start: Floats, chosen: NDArray[np.intp]) -> Floats:
    """Return the unknowns that fit the chosen states best."""
    from scipy.optimize import least_squares

    t, wanted = motion.t[chosen], motion.position_km[chosen]

    def missing(x: Floats) -> Floats:
        try:
            return np.asarray((teme_states(_set_of(motion, x), t)[:, :3] - wanted).ravel(), dtype=np.float64)
        except InputError:  # SGP4 fails there: a step that is not taken
            return np.full(wanted.size, np.inf)

    teme_states(_set_of(motion, start), t)  # where SGP4 fails at the start, it says why
    try:
        found = least_squares(
            missing, start, jac="3-point", x_scale="jac", ftol=_TOLERANCE, xtol=_TOLERANCE, gtol=_TOLERANCE,
            max_nfev=60,
        )  # fmt: skip
    except ValueError as error:  # a derivative where SGP4 fails
        raise InputError(
            f"{motion.name}: no mean elements of SGP4 follow its motion: SGP4 fails beside the best so far"
        ) from error
    return np.asarray(found.x, dtype=np.float64)


def _judged(segment: Segment, omm: Omm) -> tuple[float, float]:
    rms, largest = residuals(omm, segment)
    distance = float(np.mean(np.linalg.norm(segment.position_km, axis=1)))
    if largest > WORST * distance:
        raise InputError(
            f"{segment.object_name}: SGP4 does not describe its motion: the best mean elements are up to "
            f"{largest:.0f} km off ({rms:.0f} km rms) in {(segment.t[-1] - segment.t[0]) / 86400.0:.1f} days; "
            "write a shorter span, or states (.oem)"
        )
    return rms, largest


# --------------------------------------------------------------------------------------------------- unknowns


def _osculating(state: Floats, sense: int) -> Floats:
    """Return the unknowns of a state: mean motion [rev/day], h, k, p, q, mean longitude [rad]; shape [6].

    Broucke & Cefola 1972, Celestial Mechanics 5, 303; with the retrograde factor.
    """
    r, v = state[:3], state[3:]
    distance = float(np.linalg.norm(r))
    momentum = np.cross(r, v)
    w = momentum / np.linalg.norm(momentum)
    p, q = w[0] / (1.0 + sense * w[2]), -w[1] / (1.0 + sense * w[2])
    f = np.array([1.0 - p * p + q * q, 2.0 * p * q, -2.0 * sense * p]) / (1.0 + p * p + q * q)
    g = np.array([2.0 * sense * p * q, sense * (1.0 + p * p - q * q), 2.0 * q]) / (1.0 + p * p + q * q)
    toward = np.cross(v, momentum) / GM_KM3_S2 - r / distance
    k, h = float(toward @ f), float(toward @ g)
    e, apse = np.hypot(h, k), np.arctan2(h, k)
    true = np.arctan2(r @ g, r @ f) - apse
    eccentric = 2.0 * np.arctan2(np.sqrt(1.0 - e) * np.sin(true / 2.0), np.sqrt(1.0 + e) * np.cos(true / 2.0))
    a = 1.0 / (2.0 / distance - v @ v / GM_KM3_S2)
    motion = np.sqrt(GM_KM3_S2 / a**3) * 86_400.0 / (2.0 * np.pi)
    return np.array([motion, h, k, p, q, eccentric - e * np.sin(eccentric) + apse])


def _set_of(motion: _Motion, x: Floats) -> Omm:
    """Return unknowns as an element set; `InputError` where they are no ellipse."""
    turns, h, k, p, q, longitude = (float(value) for value in x[:6])
    e, apse, node = np.hypot(h, k), np.arctan2(h, k), np.arctan2(p, q)
    if not (e < 1.0 and turns > 0.0):
        raise InputError(f"{motion.name}: no ellipse: eccentricity {e}, mean motion {turns}")
    tilt = 2.0 * np.degrees(np.arctan(np.hypot(p, q)))
    angles = [np.degrees(angle) % 360.0 for angle in (node, apse - motion.sense * node, longitude - apse)]
    return Omm(
        motion.name, motion.object_id, "Earth", "TEME", "SGP4", motion.epoch_s,
        MeanElements(
            turns, None, float(e), float(tilt if motion.sense > 0 else 180.0 - tilt), *(float(a) for a in angles)
        ),
        TleParameters(norad_cat_id=motion.number, bstar_per_er=float(x[6]) if len(x) > 6 else 0.0),
        source=motion.name,
    )  # fmt: skip
