"""Where a laser beam points: its shape behind a real telescope, jitter and outage, point-ahead."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import optical
from qqnet.links.domain import FloatArray, not_negative, positive
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

_DB_A_NEPER = 20.0 * math.log10(math.e)


def best_truncation(obscuration: float) -> float:
    """Aperture radius over the radius at 1/e^2 of the Gaussian that fills it best.

    Parameters
    ----------
    obscuration : float
        Diameter of the central obscuration over that of the aperture [1], 0 to below 1.

    Returns
    -------
    float
        Ratio [1].

    Raises
    ------
    InputError
        The obscuration is outside 0 to 1.

    References
    ----------
    Klein and Degnan 1974, Applied Optics 13:2134: 1.12 - 1.30 g^2 + 2.12 g^4, within 1 % of the best up to 0.38.
    """
    share = _obscuration(obscuration)
    return 1.12 - 1.30 * share**2 + 2.12 * share**4


def _obscuration(value: float) -> float:
    if not 0.0 <= value < 1.0:
        raise InputError(
            f"the central obscuration is {value:g} of the aperture; it must be from 0 to below 1"
        )
    return value


def fill_loss_db(obscuration: float, truncation: float | None = None) -> float:
    """Loss of gain on the axis by a Gaussian beam behind an obscured aperture.

    Parameters
    ----------
    obscuration : float
        Diameter of the central obscuration over that of the aperture [1].
    truncation : float or None
        Aperture radius over the beam's radius at 1/e^2 [1]; None takes the best.

    Returns
    -------
    float
        Loss against (pi D / lambda)^2 [dB].

    Raises
    ------
    InputError
        The obscuration is outside 0 to 1, or the truncation not above zero.

    References
    ----------
    Klein and Degnan 1974: 2/a^2 (exp(-a^2) - exp(-g^2 a^2))^2 of truncation a and obscuration g.

    Examples
    --------
    >>> print(f"{fill_loss_db(0.0):.2f} {fill_loss_db(0.3):.2f}")
    0.89 2.24
    """
    share = _obscuration(obscuration)
    a = best_truncation(share) if truncation is None else float(positive(truncation, "the truncation", ""))
    gain = 2.0 / a**2 * (math.exp(-(a**2)) - math.exp(-((share * a) ** 2))) ** 2
    return -10.0 * math.log10(gain)


def blocked_db(obscuration: float) -> float:
    """Loss of a receiver by a central obscuration [dB]: the area that is missing, 1 - g^2."""
    return -10.0 * math.log10(1.0 - _obscuration(obscuration) ** 2)


def diffraction_rad(
    diameter_m: float, wavelength_m: float, obscuration: float = 0.0, truncation: float | None = None
) -> float:
    """Half-angle at 1/e^2 of the Gaussian with the curvature of a telescope's main lobe on its axis.

    Parameters
    ----------
    diameter_m, wavelength_m : float
        Diameter and wavelength [m].
    obscuration : float
        Central obscuration over the diameter [1]; zero without truncation is an evenly lit aperture.
    truncation : float or None
        Aperture radius over the beam's radius at 1/e^2 [1]; None: evenly lit where there is no obscuration, else
        the best.

    Returns
    -------
    float
        Half-angle [rad].

    Raises
    ------
    InputError
        An argument is outside its domain.

    References
    ----------
    Second derivative of the pattern of Klein and Degnan 1974 on the axis: 2 lambda / (pi D sqrt(m)), with m the
    mean of the squared radius weighted by the field; m = 1/2 for an even one.
    """
    if obscuration == 0.0 and truncation is None:
        return float(optical.divergence_rad(diameter_m, wavelength_m))
    share = _obscuration(obscuration)
    a = best_truncation(share) if truncation is None else float(positive(truncation, "the truncation", ""))
    inner, outer = math.exp(-((share * a) ** 2)), math.exp(-(a**2))
    mean = (share**2 * inner - outer) / (inner - outer) + 1.0 / a**2
    even = float(optical.divergence_rad(diameter_m, wavelength_m))
    return even * math.sqrt(0.5 / mean)


def widening_loss_db(divergence_rad: float, diffraction_rad: float) -> float:
    """Loss of gain by a beam made wider than diffraction does.

    Parameters
    ----------
    divergence_rad, diffraction_rad : float
        Half-angles at 1/e^2 of the beam as sent and of the narrowest the telescope can send [rad].

    Returns
    -------
    float
        Loss [dB].

    Raises
    ------
    InputError
        The beam would be narrower than diffraction allows.
    """
    if divergence_rad < diffraction_rad * (1.0 - 1e-9):
        raise InputError(
            f"the divergence is {divergence_rad * 1e6:.4g} microradian (half-angle at 1/e^2), narrower than the "
            f"{diffraction_rad * 1e6:.4g} microradian that the telescope's diffraction allows"
        )
    return 20.0 * math.log10(divergence_rad / diffraction_rad)


def outage_loss_db(
    error_rad: ArrayLike, divergence_rad: ArrayLike, jitter_rad: float, outage: float
) -> FloatArray:
    """Pointing loss that is exceeded for a share of the time.

    Parameters
    ----------
    error_rad : array_like
        Constant angle off the axis [rad].
    divergence_rad : array_like
        Half-angle at 1/e^2 [rad].
    jitter_rad : float
        Standard deviation of the jitter on each of two axes [rad].
    outage : float
        Share of the time [1], between 0 and 1.

    Returns
    -------
    ndarray
        Loss [dB].

    Raises
    ------
    InputError
        The error exceeded for that share is above the half-angle at 1/e^2; or an argument is outside its domain.

    References
    ----------
    The angle off the axis of a normal jitter about a constant error is Rice-distributed; without an error the
    power then has the distribution I^(w^2/(4 s^2)).

    Examples
    --------
    >>> print(f"{outage_loss_db(0.0, 6e-6, 1e-6, 0.01):.2f}")
    2.22
    """
    if not 0.0 < outage < 1.0:
        raise InputError(f"the pointing outage is {outage:g}; it must be a share of the time between 0 and 1")
    width = positive(divergence_rad, "the divergence", "rad")
    error = not_negative(error_rad, "the pointing error", "rad")
    reached = error
    if not_negative(jitter_rad, "the pointing jitter", "rad") > 0.0:
        from scipy.special import chndtrix

        reached = jitter_rad * np.sqrt(chndtrix(1.0 - outage, 2.0, (error / jitter_rad) ** 2))
    narrow = reached > width
    if narrow.any():
        both = np.broadcast_arrays(reached, width, narrow)
        worst = int(np.argmax(both[2]))
        raise InputError(
            f"for {outage:g} of the time the pointing error is above {both[0].flat[worst] * 1e6:.4g} microradian, "
            f"and the beam only {both[1].flat[worst] * 1e6:.4g} microradian wide (half-angle at 1/e^2); "
            f"the beam must be wider than the error"
        )
    return _DB_A_NEPER * reached**2 / width**2


def point_ahead_rad(position_km: ArrayLike, velocity_km_s: ArrayLike) -> FloatArray:
    """Angle between where the other end's light comes from and where a beam must go.

    Parameters
    ----------
    position_km, velocity_km_s : array_like, shape [..., 3]
        The other end relative to this one, in any axes that do not turn [km], [km/s].

    Returns
    -------
    ndarray, shape [...]
        Angle [rad], 2 v / c of the velocity across the line of sight.

    Raises
    ------
    InputError
        A distance is not above zero.

    Examples
    --------
    >>> print(f"{point_ahead_rad([2e8, 0.0, 0.0], [3.0, 30.0, 0.0]) * 1e6:.1f} microradian")
    200.1 microradian
    """
    position = np.asarray(position_km, dtype=np.float64)
    velocity = np.asarray(velocity_km_s, dtype=np.float64)
    distance = positive(np.linalg.norm(position, axis=-1), "the distance", "km")
    along = np.sum(position * velocity, axis=-1) / distance
    across = np.sqrt(np.maximum(np.sum(velocity**2, axis=-1) - along**2, 0.0))
    return np.asarray(2.0 * across / SPEED_OF_LIGHT_KM_S, dtype=np.float64)


def off_target_rad(needed_rad: ArrayLike, reach_rad: float, error_rad: float = 0.0) -> FloatArray:
    """Pointing error that remains of a point-ahead angle.

    Parameters
    ----------
    needed_rad : array_like
        Point-ahead angle that the motion asks for [rad].
    reach_rad : float
        Largest that the terminal can set [rad].
    error_rad : float
        Error with which it sets it [rad].

    Returns
    -------
    ndarray
        Error, and what is beyond reach [rad].
    """
    needed = not_negative(needed_rad, "the point-ahead angle", "rad")
    return error_rad + np.maximum(
        needed - not_negative(reach_rad, "the reach of the point-ahead", "rad"), 0.0
    )


def mean_power_db(error_rad: ArrayLike, divergence_rad: float, jitter_rad: float) -> FloatArray:
    """Mean pointing loss [dB] of errors of which some may lie outside the beam: infinite there, not refused."""
    error = not_negative(error_rad, "the pointing error", "rad")
    outside = np.sqrt(error**2 + 2.0 * jitter_rad**2) > divergence_rad
    loss = optical.pointing_loss_db(np.where(outside, 0.0, error), divergence_rad, jitter_rad)
    return np.where(outside, np.inf, loss)
