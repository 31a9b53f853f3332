"""Places on a body: latitude, longitude and height on its sphere or spheroid, and body-fixed Cartesian position.

Latitudes are geodetic, that is of the normal to the spheroid; on a sphere they are planetocentric as well.
Longitudes count to the east.
"""

from __future__ import annotations

import erfa
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]


def cartesian_from_geodetic(
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    height_km: ArrayLike,
    equatorial_radius_km: float,
    polar_radius_km: float | None = None,
) -> Floats:
    """Return the body-fixed position of a place.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like, shape [...]
        Geodetic latitude and east longitude [rad].
    height_km : array_like, shape [...]
        Height above the spheroid [km].
    equatorial_radius_km : float
        Semi-major axis [km].
    polar_radius_km : float, optional
        Semi-minor axis [km]; a sphere if not given.

    Returns
    -------
    ndarray, shape [..., 3]
        Position from the centre [km], body-fixed axes.

    Raises
    ------
    InputError
        If a latitude is beyond a pole, an angle is not finite, or the radii make no oblate spheroid.

    Examples
    --------
    >>> cartesian_from_geodetic(0.0, 0.0, 1.0, 1737.4).tolist()
    [1738.4, 0.0, 0.0]
    """
    flattening = _flattening(equatorial_radius_km, polar_radius_km)
    latitude, longitude, height = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (latitude_rad, longitude_rad, height_km))
    )
    _check_angles(latitude, longitude)
    return np.asarray(
        erfa.gd2gce(equatorial_radius_km, flattening, longitude, latitude, height), dtype=np.float64
    )


def geodetic_from_cartesian(
    position_km: ArrayLike, equatorial_radius_km: float, polar_radius_km: float | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return latitude, longitude and height of a body-fixed position.

    Parameters
    ----------
    position_km : array_like, shape [..., 3]
        Position from the centre [km], body-fixed axes.
    equatorial_radius_km : float
        Semi-major axis [km].
    polar_radius_km : float, optional
        Semi-minor axis [km]; a sphere if not given.

    Returns
    -------
    latitude_rad : ndarray, shape [...]
        Geodetic latitude [rad]; to rounding near the ground, within 3e-10 anywhere above it.
    longitude_rad : ndarray, shape [...]
        East longitude in (-pi, pi] [rad].
    height_km : ndarray, shape [...]
        Height above the spheroid [km].

    Raises
    ------
    InputError
        If the last axis is not 3, or the radii make no oblate spheroid.

    References
    ----------
    ERFA function ``gc2gde``: Fukushima 2006, J. Geodesy 79:689.
    """
    flattening = _flattening(equatorial_radius_km, polar_radius_km)
    position = np.asarray(position_km, dtype=np.float64)
    if position.shape[-1:] != (3,):
        raise InputError(f"position of shape {position.shape}; right is [..., 3]")
    longitude, latitude, height = erfa.gc2gde(equatorial_radius_km, flattening, position)
    return np.asarray(latitude), np.asarray(longitude), np.asarray(height)


def local_up(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Floats:
    """Return the outward normal of the spheroid.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like, shape [...]
        Geodetic latitude and east longitude [rad].

    Returns
    -------
    ndarray, shape [..., 3]
        Unit vector, body-fixed axes.
    """
    return local_east_north_up(latitude_rad, longitude_rad)[..., 2, :]


def local_east_north_up(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Floats:
    """Return the matrix from body-fixed components to east, north, up.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like, shape [...]
        Geodetic latitude and east longitude [rad].

    Returns
    -------
    ndarray, shape [..., 3, 3]
        Rows are the unit vectors east, north and up, body-fixed axes.

    Raises
    ------
    InputError
        If a latitude is beyond a pole or an angle is not finite.
    """
    latitude, longitude = np.broadcast_arrays(
        np.asarray(latitude_rad, dtype=np.float64), np.asarray(longitude_rad, dtype=np.float64)
    )
    _check_angles(latitude, longitude)
    sin_lat, cos_lat = np.sin(latitude), np.cos(latitude)
    sin_lon, cos_lon = np.sin(longitude), np.cos(longitude)
    east = np.stack([-sin_lon, cos_lon, np.zeros_like(sin_lon)], axis=-1)
    north = np.stack([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat], axis=-1)
    up = np.stack([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat], axis=-1)
    return np.stack([east, north, up], axis=-2)


def _flattening(equatorial_radius_km: float, polar_radius_km: float | None) -> float:
    polar = equatorial_radius_km if polar_radius_km is None else polar_radius_km
    if not 0.0 < polar <= equatorial_radius_km < np.inf:
        raise InputError(
            f"equatorial radius {equatorial_radius_km} km, polar radius {polar} km; "
            "right is finite, positive, the polar one not greater"
        )
    return (equatorial_radius_km - polar) / equatorial_radius_km


def _check_angles(latitude: Floats, longitude: Floats) -> None:
    if not (np.isfinite(longitude).all() and (np.abs(latitude) <= np.pi / 2).all()):
        raise InputError("a latitude is beyond 90 degrees, or an angle is not finite; right is radians")
