"""Reference frames and centres as CCSDS messages name them, and the way of states into ICRF axes."""

from __future__ import annotations

import functools
import re
from typing import Final

import erfa
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.constants import J2000_JD, SECONDS_PER_DAY
from qqnet.space.frames import rotation
from qqnet.space.timescales import TT_MINUS_TAI_S, leap_seconds, tt_from_tdb

Floats = NDArray[np.float64]

CENTERS: Final = {
    "SUN": "Sun", "MERCURY": "Mercury", "VENUS": "Venus", "EARTH": "Earth", "MOON": "Moon", "MARS": "Mars",
    "SOLAR SYSTEM BARYCENTER": "SSB", "SSB": "SSB", "EARTH BARYCENTER": "EMB", "EARTH-MOON BARYCENTER": "EMB",
    "MARS BARYCENTER": "Mars", "JUPITER BARYCENTER": "Jupiter", "SATURN BARYCENTER": "Saturn",
}  # fmt: skip
"""CENTER_NAME, in capitals, and the name in QQNet's ephemeris."""

FRAMES: Final = (
    "ICRF", "GCRF", "EME2000", "TEME", "ITRF", "MOON_ME", "MOON_PA", "IAU_MARS", "IAU_VENUS",
)  # fmt: skip
"""Reference frames that are read; each may carry the number of its realisation, such as ITRF2014."""

INERTIAL: Final = ("ICRF", "GCRF", "EME2000")
"""Reference frames that are written."""

TURNING: Final = ("ITRF", "MOON_ME", "MOON_PA", "IAU_MARS", "IAU_VENUS")
"""Reference frames that turn with their body."""

_SPELLINGS: Final = (
    (r"(ICRF|BCRF)[ _-]?[0-9]*", "ICRF"),
    (r"GCRF[ _-]?[0-9]*", "GCRF"),
    (r"EME2000|J2000|EME[ _-]2000", "EME2000"),
    (r"TEME|TEMEOFDATE", "TEME"),
    (r"ITRF[ _-]?([0-9]{2}|[0-9]{4})?", "ITRF"),
    (r"MOON_ME([ _-]?(DE)?440)?", "MOON_ME"),
    (r"MOON_PA([ _-]?(DE)?440)?", "MOON_PA"),
    (r"IAU_MARS", "IAU_MARS"),
    (r"IAU_VENUS", "IAU_VENUS"),
)
_BODY: Final = {
    "TEME": "Earth", "ITRF": "Earth", "MOON_ME": "Moon", "MOON_PA": "Moon",
    "IAU_MARS": "Mars", "IAU_VENUS": "Venus",
}  # fmt: skip
_STEP_S: Final = 60.0


def center_of(name: str) -> str:
    """Return the body that a CENTER_NAME means.

    Parameters
    ----------
    name : str
        As in a message; capitals do not matter.

    Returns
    -------
    str
        Name in QQNet's ephemeris.

    Raises
    ------
    InputError
        If it is none that QQNet knows.

    Examples
    --------
    >>> center_of("Solar System Barycenter")
    'SSB'
    """
    wanted = " ".join(name.upper().replace("_", " ").split())
    if wanted not in CENTERS:
        raise InputError(f"CENTER_NAME {name!r} is not read; known: {', '.join(CENTERS)}")
    return CENTERS[wanted]


def center_name(center: str) -> str:
    """Return the CENTER_NAME of a body; `InputError` where it has none."""
    for text, body in CENTERS.items():
        if body == center:
            return text
    known = ", ".join(dict.fromkeys(CENTERS.values()))
    raise InputError(f"centre {center!r} has no name in a CCSDS message; known: {known}")


def frame_of(name: str, center: str | None = None) -> str:
    """Return the one of `FRAMES` that a REF_FRAME means.

    Parameters
    ----------
    name : str
        As in a message; capitals do not matter.
    center : str, optional
        Centre of the states: a frame that belongs to a body is refused about another.

    Returns
    -------
    str
        Name of the frame.

    Raises
    ------
    InputError
        If it is not read, or belongs to another body.

    Examples
    --------
    >>> frame_of("itrf2014"), frame_of("J2000")
    ('ITRF', 'EME2000')
    """
    found = next((frame for form, frame in _SPELLINGS if re.fullmatch(form, name.upper(), re.ASCII)), None)
    if found is None:
        raise InputError(f"REF_FRAME {name!r} is not read; known: {', '.join(FRAMES)}")
    if center is not None and _BODY.get(found, center) != center:
        raise InputError(
            f"REF_FRAME {name!r} belongs to the {_BODY[found]}, but the states are relative to the {center}"
        )
    return found


def to_icrf(frame: str, t: ArrayLike, states: ArrayLike) -> Floats:
    """Return states in ICRF axes.

    Parameters
    ----------
    frame : str
        One of `FRAMES`: the axes of the states.
    t : array_like, shape [N]
        Times [TDB s past J2000].
    states : array_like, shape [N, 6]
        Positions [km] and velocities [km/s], as seen in the frame.

    Returns
    -------
    ndarray, shape [N, 6]
        In ICRF axes [km, km/s]; velocities as seen in them.

    Raises
    ------
    InputError
        If the frame is unknown.
    EphemerisRangeError
        If the orientation of the Moon is not known at a time.
    """
    rows = np.asarray(states, dtype=np.float64)
    if frame in ("ICRF", "GCRF"):
        return rows
    times = np.asarray(t, dtype=np.float64)
    matrices = _matrices(frame, times)
    position = np.einsum("nji,nj->ni", matrices, rows[:, :3])
    velocity = np.einsum("nji,nj->ni", matrices, rows[:, 3:])
    if frame in TURNING:
        velocity += np.einsum("nji,nj->ni", _rates(frame, times), rows[:, :3])
    return np.hstack([position, velocity])


def from_icrf(frame: str, t: ArrayLike, states: ArrayLike) -> Floats:
    """Return states that are in ICRF axes in another frame; undoes `to_icrf`.

    Parameters
    ----------
    frame : str
        One of `FRAMES`: the axes wanted.
    t : array_like, shape [N]
        Times [TDB s past J2000].
    states : array_like, shape [N, 6]
        Positions [km] and velocities [km/s] in ICRF axes.

    Returns
    -------
    ndarray, shape [N, 6]
        In the frame [km, km/s]; velocities as seen in it.

    Raises
    ------
    InputError
        If the frame is unknown.
    EphemerisRangeError
        If the orientation of the Moon is not known at a time.
    """
    rows = np.asarray(states, dtype=np.float64)
    if frame in ("ICRF", "GCRF"):
        return rows
    times = np.asarray(t, dtype=np.float64)
    matrices = _matrices(frame, times)
    position = np.einsum("nij,nj->ni", matrices, rows[:, :3])
    velocity = np.einsum("nij,nj->ni", matrices, rows[:, 3:])
    if frame in TURNING:
        velocity += np.einsum("nij,nj->ni", _rates(frame, times), rows[:, :3])
    return np.hstack([position, velocity])


def _matrices(frame: str, t: Floats) -> Floats:
    """Return matrices that take ICRF components to those of a frame."""
    if frame == "EME2000":
        return np.broadcast_to(frame_bias(), (t.size, 3, 3))
    return teme(t) if frame == "TEME" else rotation(frame, t)


def _rates(frame: str, t: Floats) -> Floats:
    """Return how fast the matrices change [1/s]: differences of fourth order over four minutes.

    Their own error is 1e-14 1/s for the Earth; the resolution of times adds 1e-13 1/s, less than a micrometre a
    second near the Earth.
    """
    one, two = _STEP_S, 2.0 * _STEP_S
    near = rotation(frame, t + one) - rotation(frame, t - one)
    far = rotation(frame, t + two) - rotation(frame, t - two)
    return np.asarray((8.0 * near - far) / (12.0 * one), dtype=np.float64)


@functools.cache
def _bias() -> Floats:
    return np.asarray(erfa.bp06(J2000_JD, 0.0)[0], dtype=np.float64)


def frame_bias() -> Floats:
    """Return the matrix that takes ICRF components to EME2000, shape [3, 3] (IAU 2006, ERFA ``bp06``)."""
    return _bias().copy()


def teme(t: ArrayLike) -> Floats:
    """Return the matrix that takes ICRF components to those of TEME, the frame of SGP4.

    TEME shares its pole with the Earth's rotation, and its x axis is where the sidereal time of 1982 counts from.
    So it is the celestial intermediate frame, turned about its pole by the difference of Earth rotation angle and
    sidereal time. That difference hardly depends on UT1 (50 arcsec a year), which UTC therefore stands for.

    Parameters
    ----------
    t : array_like, shape [N]
        Times [TDB s past J2000].

    Returns
    -------
    ndarray, shape [N, 3, 3]
        ``r_teme = R @ r_icrf``; changes of the matrix itself are neglected (1e-11 1/s).

    References
    ----------
    Vallado, Crawford, Hujsak & Kelso 2006, Revisiting Spacetrack Report #3, AIAA 2006-6753, appendix C.
    """
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    tai = tt_from_tdb(times) - TT_MINUS_TAI_S
    ut1_days = (tai - leap_seconds(tai)) / SECONDS_PER_DAY
    ahead = erfa.gmst82(J2000_JD, ut1_days) - erfa.era00(J2000_JD, ut1_days)
    # EARTH_EQUATOR is the celestial intermediate frame. The equinox lies west of its origin by the difference.
    celestial = rotation("EARTH_EQUATOR", times)
    cosine, sine = np.cos(-ahead), np.sin(-ahead)
    turn = np.zeros((times.size, 3, 3))
    turn[:, 0, 0] = turn[:, 1, 1] = cosine
    turn[:, 0, 1], turn[:, 1, 0] = sine, -sine
    turn[:, 2, 2] = 1.0
    return np.asarray(turn @ celestial, dtype=np.float64)
