"""Reference frames: matrices that take ICRF components to the components of a frame.

============== ==================================================================================================
ICRF           axes of the ephemeris
ECLIPJ2000     mean ecliptic and equinox of J2000
MOON_PA        the Moon's principal axes, DE440; what gravity fields are given in
MOON_ME        the Moon's mean Earth and polar axes, DE440; what maps and landing sites are given in
MOON_OP        z: normal of the Earth's orbit about the Moon; x: its ascending node on the lunar equator
IAU_MARS       IAU 2015 rotation of Mars, with its periodic terms
IAU_VENUS      IAU 2015 rotation of Venus
ITRF           the Earth by IAU 2006/2000A with UT1, polar motion and pole offsets of the IERS
EARTH_EQUATOR  z: celestial intermediate pole; x: celestial intermediate origin
MOON_EQUATOR   z: pole of MOON_ME; x: ascending node of the lunar equator on the ICRF equator
MARS_EQUATOR   z: pole of IAU_MARS; x: ascending node of its equator on the ICRF equator
VENUS_EQUATOR  z: pole of IAU_VENUS; x: ascending node of its equator on the ICRF equator
============== ==================================================================================================

ITRF takes the IERS's values from `qqnet.space.earth_orientation`, which says how they go on where nothing is known
yet. EARTH_EQUATOR is the pole of the model, within 1 mas of the true one.

The four equators do not turn with their bodies; taken at an epoch and kept, each is inertial. So is MOON_OP,
whose node moves by 19 degrees a year. The Earth's equator meets that of ICRF nowhere definite around J2000, so
its x axis is the origin that the IAU put in place of a node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import erfa
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import nearest
from qqnet.space.chebyshev import fit
from qqnet.space.constants import J2000_JD, OBLIQUITY_J2000_ARCSEC, SECONDS_PER_DAY
from qqnet.space.earth_orientation import EarthOrientation
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import tt_from_tdb

Floats = NDArray[np.float64]

_ARCSEC: Final = np.pi / 648_000.0
_CENTURY_S: Final = 36_525.0 * SECONDS_PER_DAY


def rotation(frame: str, t: ArrayLike, ephemeris: Ephemeris | None = None) -> Floats:
    """Return the matrix that takes ICRF components to those of a frame.

    Parameters
    ----------
    frame : str
        One of `FRAMES`.
    t : array_like, shape [...]
        Time [TDB s past J2000].
    ephemeris : Ephemeris, optional
        Source of the Moon's orientation and orbit; the packaged one if not given.

    Returns
    -------
    ndarray, shape [..., 3, 3]
        Rotation matrix R with ``r_frame = R @ r_icrf``; its transpose goes the other way.

    Raises
    ------
    InputError
        If the frame is unknown or a time is not finite.
    EphemerisRangeError
        If a time is not covered by the ephemeris; only for the frames of the Moon.

    Examples
    --------
    >>> matrix = rotation("MOON_ME", 0.8e9)
    >>> bool(np.allclose(matrix @ matrix.T, np.eye(3)))
    True
    """
    try:
        function = _FUNCTIONS[frame]
    except (KeyError, TypeError):
        raise InputError(
            f"unknown frame {frame!r}{nearest(str(frame), FRAMES)}; known: {', '.join(FRAMES)}"
        ) from None
    times = np.asarray(t, dtype=np.float64)
    if not np.isfinite(times).all():
        raise InputError(f"{frame}: a time is not finite")
    flat = times.ravel()
    return function(flat, ephemeris).reshape((*times.shape, 3, 3))


# --------------------------------------------------------------------------------------- elementary rotations


def rotation_x(angle: ArrayLike) -> Floats:
    """Return the matrix of components after the axes turn about x by an angle, shape [...] [rad]."""
    return _elementary(angle, 1, 2)


def rotation_y(angle: ArrayLike) -> Floats:
    """Return the matrix of components after the axes turn about y by an angle, shape [...] [rad]."""
    return _elementary(angle, 2, 0)


def rotation_z(angle: ArrayLike) -> Floats:
    """Return the matrix of components after the axes turn about z by an angle, shape [...] [rad]."""
    return _elementary(angle, 0, 1)


def _elementary(angle: ArrayLike, i: int, j: int) -> Floats:
    angle = np.asarray(angle, dtype=np.float64)
    matrix = np.zeros((*angle.shape, 3, 3))
    matrix[..., 3 - i - j, 3 - i - j] = 1.0
    matrix[..., i, i] = matrix[..., j, j] = np.cos(angle)
    matrix[..., i, j] = np.sin(angle)
    matrix[..., j, i] = -np.sin(angle)
    return matrix


def _axes(z: Floats, node_of: Floats) -> Floats:
    """Return frames with the given z, and x at the ascending node on the plane whose normal is `node_of`."""
    x = np.cross(node_of, z)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=-2)


# --------------------------------------------------------------------------------------------------- inertial


def _icrf(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return np.broadcast_to(np.eye(3), (t.size, 3, 3)).copy()


def _ecliptic(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return np.broadcast_to(rotation_x(OBLIQUITY_J2000_ARCSEC * _ARCSEC), (t.size, 3, 3)).copy()


# ------------------------------------------------------------------------------------------------------- Moon


# Park et al. 2021, AJ 161:105, section 2.5; the same angles define MOON_ME in NAIF's moon_de440_200625.tf.
_ME_FROM_PA: Final = (
    rotation_x(-0.2785 * _ARCSEC) @ rotation_y(-78.6944 * _ARCSEC) @ rotation_z(-67.8526 * _ARCSEC)
)


def _moon_pa(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    angles = (ephemeris or Ephemeris.packaged()).libration(t)
    return rotation_z(angles[:, 2]) @ rotation_x(angles[:, 1]) @ rotation_z(angles[:, 0])


def _moon_me(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return np.asarray(_ME_FROM_PA @ _moon_pa(t, ephemeris), dtype=np.float64)


def _moon_op(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    """Return the Earth orbit frame of Ely 2005 and Folta & Quinn 2006.

    The orbit is the osculating one at t, the equator that of MOON_ME.

    References
    ----------
    Ely 2005, Stable constellations of frozen elliptical inclined lunar orbits, J. Astronaut. Sci. 53:301.
    Folta & Quinn 2006, Lunar frozen orbits, AIAA 2006-6749.
    """
    position, velocity = (ephemeris or Ephemeris.packaged()).state("Earth", "Moon", t)
    normal = np.cross(position, velocity)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return _axes(normal, _moon_me(t, ephemeris)[:, 2])


def _moon_equator(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return _axes(_moon_me(t, ephemeris)[:, 2], np.array([0.0, 0.0, 1.0]))


# --------------------------------------------------------------------------------------------- Mars and Venus


# IAU WGCCRE 2015: Archinal et al. 2018, Celest. Mech. Dyn. Astr. 130:22, table 1; Mars after Kuchynka et al. 2014.
# Amplitude [deg], phase [deg], rate [deg/century]; right ascension and prime meridian take sines, the declination
# cosines.
_MARS_RIGHT_ASCENSION: Final = np.array([
    (0.000068, 198.991226, 19139.4819985),
    (0.000238, 226.292679, 38280.8511281),
    (0.000052, 249.663391, 57420.7251593),
    (0.000009, 266.183510, 76560.6367950),
    (0.419057, 79.398797, 0.5042615),
])  # fmt: skip
_MARS_DECLINATION: Final = np.array([
    (0.000051, 122.433576, 19139.9407476),
    (0.000141, 43.058401, 38280.8753272),
    (0.000031, 57.663379, 57420.7517205),
    (0.000005, 79.476401, 76560.6495004),
    (1.591274, 166.325722, 0.5042615),
])  # fmt: skip
_MARS_MERIDIAN: Final = np.array([
    (0.000145, 129.071773, 19140.0328244),
    (0.000157, 36.352167, 38281.0473591),
    (0.000040, 56.668646, 57420.9295360),
    (0.000001, 67.364003, 76560.2552215),
    (0.000001, 104.792680, 95700.4387578),
    (0.584542, 95.391654, 0.5042615),
])  # fmt: skip


def _periodic(terms: Floats, centuries: Floats, function: Callable[[Floats], Floats]) -> Floats:
    amplitude, phase, rate = terms.T
    return np.asarray(function(np.radians(phase + rate * centuries[:, None])) @ amplitude, dtype=np.float64)


def _mars_angles(t: Floats) -> tuple[Floats, Floats, Floats]:
    """Return right ascension and declination of the pole, and the prime meridian [deg]."""
    centuries = t / _CENTURY_S
    return (
        317.269202 - 0.10927547 * centuries + _periodic(_MARS_RIGHT_ASCENSION, centuries, np.sin),
        54.432516 - 0.05827105 * centuries + _periodic(_MARS_DECLINATION, centuries, np.cos),
        176.049863 + 350.891982443297 * (t / SECONDS_PER_DAY) + _periodic(_MARS_MERIDIAN, centuries, np.sin),
    )


def _venus_angles(t: Floats) -> tuple[Floats, Floats, Floats]:
    """Return right ascension and declination of the pole, and the prime meridian [deg]."""
    constant = np.ones_like(t)
    return 272.76 * constant, 67.16 * constant, 160.20 - 1.4813688 * (t / SECONDS_PER_DAY)


def _equator(right_ascension_deg: Floats, declination_deg: Floats) -> Floats:
    return rotation_x(np.radians(90.0 - declination_deg)) @ rotation_z(np.radians(90.0 + right_ascension_deg))


def _iau_mars(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    right_ascension, declination, meridian = _mars_angles(t)
    return rotation_z(np.radians(meridian)) @ _equator(right_ascension, declination)


def _iau_venus(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    right_ascension, declination, meridian = _venus_angles(t)
    return rotation_z(np.radians(meridian)) @ _equator(right_ascension, declination)


def _mars_equator(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return _equator(*_mars_angles(t)[:2])


def _venus_equator(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return _equator(*_venus_angles(t)[:2])


# ------------------------------------------------------------------------------------------------------ Earth

CIP_TOLERANCE_RAD: Final = 1e-10
"""How far an interpolated celestial pole may be from ERFA's [rad]: 0.6 mm on the ground."""


def _celestial_pole(tt: Floats) -> Floats:
    """Return X, Y of the celestial intermediate pole and the CIO locator s, shape [T, 3] [rad], IAU 2006/2000A.

    ERFA sums 2,600 terms in 50 us. The pole moves slowly, so many times in a short span are interpolated.
    """

    def pole(times: Floats) -> Floats:
        return np.stack(erfa.xys06a(J2000_JD, times / SECONDS_PER_DAY), axis=-1)

    start, stop = (float(np.min(tt)), float(np.max(tt))) if tt.size else (0.0, 0.0)
    days = (stop - start) / SECONDS_PER_DAY
    if tt.size < 100 or tt.size < 5.0 * days:
        return pole(tt)
    table = fit(
        pole, start, stop, CIP_TOLERANCE_RAD, n_coefficients=10, interval_s=4.0 * SECONDS_PER_DAY, name="CIP"
    )
    return table.evaluate(tt)


def _itrf(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    """Return the Earth's rotation by IAU 2006/2000A with the parameters of the IERS.

    References
    ----------
    IERS Conventions 2010, IERS Technical Note 36, chapter 5: the way over the celestial intermediate origin.
    """
    tt = tt_from_tdb(t)
    ut1_minus_tt, x, y, dx, dy = EarthOrientation.packaged().at_tt(tt).T
    pole_x, pole_y, locator = _celestial_pole(tt).T
    celestial = erfa.c2ixys(pole_x + dx, pole_y + dy, locator)
    turn = erfa.era00(J2000_JD, (tt + ut1_minus_tt) / SECONDS_PER_DAY)
    polar = erfa.pom00(x, y, erfa.sp00(J2000_JD, tt / SECONDS_PER_DAY))
    return np.asarray(erfa.c2tcio(celestial, turn, polar), dtype=np.float64)


def _earth_equator(t: Floats, ephemeris: Ephemeris | None) -> Floats:
    return np.asarray(erfa.c2ixys(*_celestial_pole(tt_from_tdb(t)).T), dtype=np.float64)


_FUNCTIONS: Final[dict[str, Callable[[Floats, Ephemeris | None], Floats]]] = {
    "ICRF": _icrf,
    "ECLIPJ2000": _ecliptic,
    "MOON_PA": _moon_pa,
    "MOON_ME": _moon_me,
    "MOON_OP": _moon_op,
    "IAU_MARS": _iau_mars,
    "IAU_VENUS": _iau_venus,
    "ITRF": _itrf,
    "EARTH_EQUATOR": _earth_equator,
    "MOON_EQUATOR": _moon_equator,
    "MARS_EQUATOR": _mars_equator,
    "VENUS_EQUATOR": _venus_equator,
}

FRAMES: Final = tuple(_FUNCTIONS)
"""Names of all frames."""
