"""Places that turn with a body: landers, stations, and balloons that drift round it.

The rotation of a body is fitted once; each fixed place is then a linear combination of that one table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbits.trajectory import Trajectory, fit_trajectories
from qqnet.space.bodies import body
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable
from qqnet.space.geodesy import cartesian_from_geodetic

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
