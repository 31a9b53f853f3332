"""A first model of the atmosphere above a site: a zenith loss, the path through it, the noise it emits."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, not_negative, positive

ATMOSPHERE_TEMPERATURE_K: Final = 275.0
"""Mean radiating temperature of the Earth's lower atmosphere [K]: an assumption."""

ATMOSPHERE_HEIGHT_RADII: Final = 1e-3
"""Thickness of the absorbing layer over the body's radius [1]: an assumption, 6.4 km on Earth."""

_HORIZON_SLACK_RAD: Final = 1e-6  # rounding of elevations at the horizon


def air_mass(elevation_rad: ArrayLike) -> FloatArray:
    """Path through a thin homogeneous atmosphere over its zenith path.

    Parameters
    ----------
    elevation_rad : array_like
        Elevation above the horizon [rad], 0 to pi/2.

    Returns
    -------
    ndarray
        Air mass [1]: 1 at zenith, 1/sin(elevation) to 1 % above 13 deg, finite at the horizon.

    Raises
    ------
    InputError
        An elevation is below 0 or above 90 deg.

    References
    ----------
    Straight path through a spherical shell of height h over a sphere of radius R; h/R is
    `ATMOSPHERE_HEIGHT_RADII`. No refraction.

    Examples
    --------
    >>> print(f"{air_mass(math.radians(30.0)):.3f}")
    1.997
    """
    elevation = np.asarray(elevation_rad, dtype=np.float64)
    valid = (elevation >= -_HORIZON_SLACK_RAD) & (elevation <= math.pi / 2 + _HORIZON_SLACK_RAD)
    if not valid.all():
        worst = math.degrees(float(elevation[~valid].flat[0] if elevation.ndim else elevation))
        raise InputError(f"the elevation is {worst:g} deg; it must be from 0 to 90 deg")
    sine = np.maximum(np.sin(elevation), 0.0)
    h = ATMOSPHERE_HEIGHT_RADII
    return (np.sqrt(sine * sine + 2.0 * h + h * h) - sine) / h


def atmospheric_loss_db(zenith_loss_db: ArrayLike, elevation_rad: ArrayLike) -> FloatArray:
    """Loss through the atmosphere above a site: zenith loss times air mass.

    A first model: the zenith loss is an assumption of the user, constant in time.

    Parameters
    ----------
    zenith_loss_db : array_like
        Loss at zenith [dB], zero or more.
    elevation_rad : array_like
        Elevation of the other end [rad].

    Returns
    -------
    ndarray
        Loss [dB].

    Raises
    ------
    InputError
        The loss is negative or the elevation outside 0 to 90 deg.
    """
    return not_negative(zenith_loss_db, "the zenith attenuation", "dB") * air_mass(elevation_rad)


def atmospheric_noise_k(loss_db: ArrayLike, temperature_k: float = ATMOSPHERE_TEMPERATURE_K) -> FloatArray:
    """Noise that an absorbing atmosphere adds to an antenna looking through it.

    Parameters
    ----------
    loss_db : array_like
        Loss along the path [dB], zero or more.
    temperature_k : float
        Mean radiating temperature of the medium [K].

    Returns
    -------
    ndarray
        Added antenna temperature [K].

    Raises
    ------
    InputError
        The loss is negative or the temperature not above zero.

    References
    ----------
    Radiative transfer through an isothermal absorber, T (1 - 10^(-A/10)), the form of ITU-R P.618.
    """
    loss = not_negative(loss_db, "the atmospheric loss", "dB")
    return positive(temperature_k, "the temperature", "K") * -np.expm1(-loss * math.log(10.0) / 10.0)
