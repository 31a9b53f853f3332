"""Places that turn with a body: landers, stations, and balloons that drift round it.

The rotation of a body is fitted once; each fixed place is then a linear combination of that one table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbits.trajectory import TOLERANCE_KM, Trajectory, fit_trajectories
from qqnet.space.bodies import BODIES, Body, body
from qqnet.space.chebyshev import ChebyshevTable, fit
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.geodesy import cartesian_from_geodetic
from qqnet.space.timescales import format_utc, leap_seconds, tai_from_tdb

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """A place on or above a body.

    Attributes
    ----------
    name : str
        Name of the node.
    body : str
        The body.
    latitude_rad, longitude_rad : float
        Latitude and east longitude [rad]; geodetic on Earth, planetocentric on the mean sphere elsewhere.
    altitude_km : float
        Above the Earth's ellipsoid or the mean sphere [km].
    drift_rad_s : float
        Change of longitude, east [rad/s], as the wind carries a balloon at constant altitude.
    drift_epoch_s : float
        When the longitude is as given [TDB s past J2000].
    """

    name: str
    body: str
    latitude_rad: float
    longitude_rad: float
    altitude_km: float = 0.0
    drift_rad_s: float = 0.0
    drift_epoch_s: float = 0.0


def body_fixed_position(place: Place) -> Floats:
    """Return where a place is at its drift epoch.

    Parameters
    ----------
    place : Place
        The place.

    Returns
    -------
    ndarray, shape [3]
        Position [km] in the body's fixed frame.

    Raises
    ------
    InputError
        If the body is unknown, or the latitude or altitude is impossible.
    """
    home = body(place.body)
    if not np.isfinite(place.altitude_km) or place.altitude_km <= -0.1 * home.mean_radius_km:
        raise InputError(
            f"altitude {place.altitude_km:g} km is deep inside {home.name}; "
            f"its mean radius is {home.mean_radius_km:g} km"
        )
    equatorial, polar = home.mean_radius_km, home.mean_radius_km
    if home.name == "Earth":
        equatorial, polar = home.equatorial_radius_km, home.polar_radius_km
    return cartesian_from_geodetic(
        place.latitude_rad, place.longitude_rad, place.altitude_km, equatorial, polar
    )


def rotation_table(
    home: Body,
    span: tuple[float, float],
    ephemeris: Ephemeris,
    *,
    tolerance_km: float = TOLERANCE_KM,
    reach_km: float | None = None,
) -> ChebyshevTable:
    """Fit the rotation of a body.

    Parameters
    ----------
    home : Body
        The body.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        Source of the Moon's orientation.
    tolerance_km : float
        Greatest error of a place's component [km].
    reach_km : float, optional
        Distance from the centre at which that holds [km]; the equatorial radius and 1 per cent where not given.

    Returns
    -------
    ChebyshevTable
        Nine components: the matrix from ICRF to the body's fixed frame, row by row, over time since the start
        of the span.

    Raises
    ------
    InputError
        If the body has no fixed frame, or a span on Earth holds a leap second.
    """
    if home.fixed_frame is None:
        known = ", ".join(name for name, entry in BODIES.items() if entry.fixed_frame)
        raise InputError(f"{home.name} has no frame that turns with its surface; places can be on: {known}")
    frame, start = home.fixed_frame, span[0]
    leaps = leap_seconds(tai_from_tdb(np.array(span)))
    if frame == "ITRF" and leaps[0] != leaps[1]:
        raise InputError(
            f"a leap second lies between {format_utc(span[0], 0)} and {format_utc(span[1], 0)}; without Earth "
            "orientation data the Earth would jump there by 15 arcsec. Choose a span on one side of it"
        )
    # Three components of the matrix meet in one of a place: their errors add to at most sqrt(3).
    tolerance = tolerance_km / (np.sqrt(3.0) * (reach_km or 1.01 * home.equatorial_radius_km))

    def matrices(dt: Floats) -> Floats:
        return rotation(frame, start + dt, ephemeris).reshape(-1, 9)

    return fit(
        matrices, 0.0, span[1] - start, tolerance, interval_s=5 * 86_400.0, name=f"rotation of {home.name}"
    )


def place_trajectory(
    place: Place,
    span: tuple[float, float],
    turning: ChebyshevTable,
    *,
    tolerance_km: float = TOLERANCE_KM,
) -> Trajectory:
    """Return the trajectory of a place.

    Parameters
    ----------
    place : Place
        The place.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    turning : ChebyshevTable
        Rotation of the body over the same span, from `rotation_table`.
    tolerance_km : float
        Greatest error of the fit of a drifting place [km].

    Returns
    -------
    Trajectory
        Position relative to the body, ICRF axes.

    Raises
    ------
    InputError
        If the place is impossible.
    """
    fixed = body_fixed_position(place)
    if place.drift_rad_s == 0.0:
        n_records, _, n_coefficients = turning.coefficients.shape
        matrix = turning.coefficients.reshape(n_records, 3, 3, n_coefficients)
        coefficients = np.einsum("rijk,i->rjk", matrix, fixed)
        table = ChebyshevTable(span[0], turning.interval_s, coefficients, place.name)
        return Trajectory(place.name, place.body, table)

    def position(dt: Floats) -> Floats:
        angle = place.drift_rad_s * (span[0] - place.drift_epoch_s + dt)
        sine, cosine = np.sin(angle), np.cos(angle)
        moving = np.stack(
            [cosine * fixed[0] - sine * fixed[1], sine * fixed[0] + cosine * fixed[1], 0 * angle + fixed[2]],
            -1,
        )
        matrix = turning.evaluate(dt).reshape(-1, 3, 3)
        return np.asarray(np.einsum("tij,ti->tj", matrix, moving), dtype=np.float64)

    interval = min(turning.interval_s, 2.0 * np.pi / abs(place.drift_rad_s))
    (trajectory,) = fit_trajectories(
        position, span, [place.name], place.body, tolerance_km=tolerance_km, interval_s=interval
    )
    return trajectory
