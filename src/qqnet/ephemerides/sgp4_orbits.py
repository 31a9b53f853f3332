"""States of mean elements by SGP4 and SDP4, from TEME into ICRF axes.

The theory itself is the sgp4 package, which wraps Vallado's code (Vallado, Crawford, Hujsak & Kelso 2006, AIAA
2006-6753), with the constants of WGS 72 that all published element sets are made with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.ephemerides.omm import Omm
from qqnet.ephemerides.ref_frames import to_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from sgp4.api import Satrec

Floats = NDArray[np.float64]

_THEORIES: Final = ("SGP4", "SGP/SGP4", "SDP4", "SGP4/SDP4")
_WHY: Final = {
    1: "the mean eccentricity is outside 0 to 1 (a decay, or elements too far from their epoch)",
    2: "the mean motion is negative",
    3: "the perturbed eccentricity is outside 0 to 1",
    4: "the semilatus rectum is negative",
    5: "the orbit lies below the surface",
    6: "the satellite has decayed",
}
_STEP_RAD: Final = 0.06  # interpolation is then good to a tenth of a millimetre
_DEGREE: Final = 9
_SMALLEST_STEP_S: Final = 10.0
_LARGEST_STEP_S: Final = 600.0


def satellite(omm: Omm) -> Satrec:
    """Return the elements as the sgp4 package wants them.

    Parameters
    ----------
    omm : Omm
        Elements of SGP4.

    Returns
    -------
    sgp4.api.Satrec
        Initialised.

    Raises
    ------
    InputError
        If they are elements of another theory, or incomplete, or SGP4 refuses them.
    """
    from sgp4.api import WGS72, Satrec

    e, tle = omm.elements, omm.tle
    where = f"{omm.source}: {omm.object_name}"
    if omm.theory.upper() not in _THEORIES or (tle is not None and tle.ephemeris_type == 4):
        raise InputError(f"{where}: elements of the theory {omm.theory!r}; {_THEORIES[0]} is propagated")
    if omm.center != "Earth" or omm.frame.upper() not in ("TEME", "TEMEOFDATE"):
        raise InputError(
            f"{where}: SGP4 elements are in TEME about the Earth, not in {omm.frame} about the {omm.center}"
        )
    if tle is None or tle.bstar_per_er is None or e.mean_motion_rev_day is None:
        raise InputError(f"{where}: SGP4 needs MEAN_MOTION and BSTAR, which the message does not give")
    angles = np.radians(
        [e.argument_of_periapsis_deg, e.inclination_deg, e.mean_anomaly_deg, e.raan_deg]
    ).tolist()
    found: Any = Satrec()
    found.sgp4init(
        WGS72, "i", min(tle.norad_cat_id or 0, 339_999), _days_since_1950(omm.t), tle.bstar_per_er, 0.0, 0.0,
        e.eccentricity, angles[0], angles[1], angles[2], e.mean_motion_rev_day * 2.0 * np.pi / 1440.0, angles[3],
    )  # fmt: skip
    if found.error:
        raise InputError(f"{where}: SGP4 refuses the elements: {_WHY.get(found.error, found.error)}")
    return found


def _days_since_1950(t: float) -> float:
    """Return UTC days since 1949-12-31, by which SGP4 knows the sidereal time at epoch."""
    from qqnet.space.timescales import leap_seconds, tai_from_tdb

    tai = float(tai_from_tdb(t))
    return (tai - float(leap_seconds(tai))) / SECONDS_PER_DAY + 18_263.5


def teme_states(omm: Omm, t: ArrayLike) -> Floats:
    """Return states in TEME.

    Parameters
    ----------
    omm : Omm
        Elements of SGP4.
    t : array_like, shape [N]
        Times [TDB s past J2000].

    Returns
    -------
    ndarray, shape [N, 6]
        Position [km] and velocity [km/s] relative to the Earth, in TEME of date.

    Raises
    ------
    InputError
        If SGP4 fails, such as after the decay of the satellite; with the time.
    """
    return states_of(satellite(omm), omm, t)


def states_of(found: Satrec, omm: Omm, t: ArrayLike) -> Floats:
    """Return states in TEME of elements that are initialised; see `teme_states`."""
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    days = (times - omm.t) / SECONDS_PER_DAY
    whole = np.full(times.shape, found.jdsatepoch)
    errors, position, velocity = found.sgp4_array(whole, found.jdsatepochF + days)
    failed = np.flatnonzero(errors)
    if failed.size:
        k = failed[np.argmin(np.abs(days[failed]))]
        why = _WHY.get(int(errors[k]), f"error {int(errors[k])}")
        raise InputError(
            f"{omm.source}: {omm.object_name}: SGP4 fails at {format_utc(float(times[k]))}: {why}; the elements "
            f"are of {format_utc(omm.t)}"
        )
    return np.hstack([position, velocity])


def sgp4_segment(omm: Omm, span: tuple[float, float], *, step_s: float | None = None) -> Segment:
    """Tabulate the states of mean elements in ICRF axes.

    Velocities of SGP4 are not quite the derivatives of its positions (they differ by up to 2 m/s), so that
    Hermite interpolation would err by metres. The segment asks for Lagrange interpolation of the positions.

    Parameters
    ----------
    omm : Omm
        Elements of SGP4.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    step_s : float, optional
        Time between states [s]; by the speed at perigee where not given, such that interpolation is good to a
        tenth of a millimetre.

    Returns
    -------
    Segment
        States with Lagrange interpolation of degree 9, from the beginning of the span to at least its end.

    Raises
    ------
    InputError
        If the span or step is not positive, or SGP4 fails within it.
    """
    if not span[1] > span[0] or (step_s is not None and not step_s > 0.0):
        raise InputError(
            f"{omm.object_name}: step {step_s} s from {span[0]} to {span[1]} s; both must be positive"
        )
    found, given = satellite(omm), step_s is not None
    if step_s is None:
        e = omm.elements.eccentricity
        at_perigee = found.no_kozai / 60.0 * np.sqrt(1.0 + e) / (1.0 - e) ** 1.5
        step_s = float(np.clip(np.floor(_STEP_RAD / at_perigee), _SMALLEST_STEP_S, _LARGEST_STEP_S))
    count = max(int(np.ceil((span[1] - span[0]) / step_s - 1e-9)), 1 if given else _DEGREE)
    times: Floats = span[0] + step_s * np.arange(count + 1, dtype=np.float64)
    states = to_icrf("TEME", times, states_of(found, omm, times))
    limits = float(times[0]), float(times[-1])
    return Segment(
        omm.object_name, omm.object_id, "Earth", times, states[:, :3], states[:, 3:], limits, "LAGRANGE", _DEGREE
    )  # fmt: skip
