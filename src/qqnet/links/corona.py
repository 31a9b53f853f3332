"""The Sun's corona on the way of a radio signal: how strongly it scintillates, how much later it arrives.

Electrons of the corona are lumpy and move across the ray, so that amplitude and phase of the signal fluctuate. The
scintillation index m is the standard deviation of the received power over its mean. It rises towards the Sun as
the weak scattering of small phase shifts does, until it saturates at one.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, positive
from qqnet.links.rf import SPEED_OF_LIGHT_M_S
from qqnet.space.bodies import body
from qqnet.space.constants import AU_KM

SOLAR_RADIUS_KM: Final = body("Sun").mean_radius_km

LOWEST_HZ: Final = 1e9
HIGHEST_HZ: Final = 50e9
"""Frequencies [Hz] to which the measured bands, 8.4 and 32 GHz, are scaled; others are refused."""

X_HZ: Final = 8.42e9
KA_HZ: Final = 32.0e9

SPECTRAL_EXPONENT: Final = 17.0 / 12.0
"""Weak scintillation falls as frequency to this power: (p + 2)/4 for density spectra of the power p = 11/3."""

RADIAL_EXPONENT: Final = 1.6
"""Fall of the index with distance from the Sun where scattering is weak (Rickett 1973)."""

INNER_EXPONENT: Final = 3.0
"""Rise towards the Sun where the measured band is saturated, for frequencies above it: an assumption."""

FARTHEST_FIT_RAD: Final = math.radians(5.0)
"""To this angle from the Sun the fits hold."""

# (saturation angle, a1, a2, a3, a4), degrees: Morabito 2003, equation 7.
_X_FIT: Final = (1.1, 1.14, 0.0, 0.02, 0.0)
_KA_FIT: Final = (0.6, 1.50, -0.231, 0.176, -0.030)
_KA_FIRST_DEG: Final = 0.7  # below it and above saturation the source gives no curve: a line there


def _fit(angle_deg: FloatArray, fit: tuple[float, float, float, float, float]) -> FloatArray:
    edge, a1, a2, a3, a4 = fit
    x = angle_deg - edge
    return np.asarray(np.exp(-a1 * x) + a2 + a3 * x + a4 * x * x, dtype=np.float64)


def _x_index(angle_deg: FloatArray) -> FloatArray:
    """Return the index at X; above one, as a sign of saturation, inside 1.1 deg."""
    inside = np.clip(angle_deg, _X_FIT[0], math.degrees(FARTHEST_FIT_RAD))
    far = (np.sin(np.radians(np.maximum(angle_deg, inside))) / np.sin(np.radians(inside))) ** -RADIAL_EXPONENT
    return _fit(inside, _X_FIT) * far * _inner(angle_deg, _X_FIT[0])


def _ka_index(angle_deg: FloatArray) -> FloatArray:
    """Return the index at Ka; above one inside 0.6 deg."""
    edge = _KA_FIT[0]
    first = float(_fit(np.asarray(_KA_FIRST_DEG), _KA_FIT))
    cusp = 1.0 + (first - 1.0) * (np.maximum(angle_deg, edge) - edge) / (_KA_FIRST_DEG - edge)
    fitted = np.where(angle_deg < _KA_FIRST_DEG, cusp, _fit(np.clip(angle_deg, edge, 5.0), _KA_FIT))
    # The polynomial ends below zero: there, and beyond it, what X says at this frequency.
    floor = np.where(angle_deg < 2.0, 0.0, _x_index(angle_deg) * (X_HZ / KA_HZ) ** SPECTRAL_EXPONENT)
    return np.maximum(fitted, floor) * _inner(angle_deg, edge)


def _inner(angle_deg: FloatArray, edge_deg: float) -> FloatArray:
    """Return how much stronger scattering is inside the angle at which a measured band saturates; 1 outside."""
    return np.asarray((edge_deg / np.clip(angle_deg, 1e-3, edge_deg)) ** INNER_EXPONENT, dtype=np.float64)


def corona_angle_rad(closest_km: ArrayLike) -> FloatArray:
    """Angle from the Sun at which an observer on the Earth has a ray as near to it.

    Parameters
    ----------
    closest_km : array_like
        Closest approach of the ray to the Sun's centre [km]; infinite where it passes nowhere near.

    Returns
    -------
    ndarray
        Angle [rad], 0 to pi/2; from 1 AU on pi/2.

    Examples
    --------
    >>> print(f"{np.degrees(corona_angle_rad(2_610_000.0)):.2f}")
    1.00
    """
    return np.arcsin(np.minimum(np.asarray(closest_km, dtype=np.float64) / AU_KM, 1.0))


def scintillation_index(closest_km: ArrayLike, frequency_hz: ArrayLike) -> FloatArray:
    """Scintillation index of a carrier that passes the Sun.

    Parameters
    ----------
    closest_km : array_like
        Closest approach of the ray to the Sun's centre [km]; infinite where the Sun does not stand between.
    frequency_hz : array_like
        Carrier [Hz], 1 to 50 GHz.

    Returns
    -------
    ndarray
        Standard deviation of the power over its mean [1], 0 to 1; 1 is saturation.

    Raises
    ------
    InputError
        A frequency outside of 1 to 50 GHz.

    References
    ----------
    Morabito 2003, Solar Corona Amplitude Scintillation Modeling and Comparison to Measurements at X-Band and
    Ka-Band, IPN Progress Report 42-153, equation 7: fits to six superior conjunctions, 1.1 to 5 deg at 8.4 GHz and
    0.7 to 5 deg at 32 GHz, with a scatter of 0.06 (X above 2 deg, Ka) and much more between 1.1 and 2 deg at X.
    Other frequencies take the nearer of the two bands, on a logarithmic scale, times f^(-17/12), the law of weak
    scattering in Kolmogorov turbulence; where that band is saturated, scattering is taken to rise as distance to
    the power -3 (an assumption, for frequencies above it). Beyond 5 deg the index falls as distance to the power
    -1.6 (Rickett 1973).

    Examples
    --------
    >>> two_degrees = AU_KM * np.sin(np.radians(2.0))
    >>> print(np.round(scintillation_index(two_degrees, [2.3e9, 8.42e9, 32e9]), 3))
    [1.    0.376 0.079]
    """
    frequency = positive(frequency_hz, "the frequency", "Hz")
    outside = (frequency < LOWEST_HZ) | (frequency > HIGHEST_HZ)
    if outside.any():
        worst = float(np.broadcast_to(frequency, outside.shape)[outside].flat[0])
        raise InputError(
            f"the frequency is {worst / 1e9:g} GHz; scintillation in the solar corona is known from 1 to 50 GHz"
        )
    angle = np.degrees(corona_angle_rad(closest_km))
    near_x = frequency < math.sqrt(X_HZ * KA_HZ)
    x = _x_index(angle) * (X_HZ / frequency) ** SPECTRAL_EXPONENT
    ka = _ka_index(angle) * (KA_HZ / frequency) ** SPECTRAL_EXPONENT
    index = np.minimum(np.where(near_x, x, ka), 1.0)
    return np.where(np.isposinf(np.asarray(closest_km, dtype=np.float64)), 0.0, index)


@cache
def saturation_angle_rad(frequency_hz: float) -> float:
    """Angle from the Sun, seen from the Earth, inside which scintillation is saturated.

    Parameters
    ----------
    frequency_hz : float
        Carrier [Hz], 1 to 50 GHz.

    Returns
    -------
    float
        Angle [rad].

    Raises
    ------
    InputError
        As of `scintillation_index`.

    Examples
    --------
    >>> [f"{math.degrees(saturation_angle_rad(f)):.2f}" for f in (2.3e9, 8.42e9, 26.25e9, 32e9)]
    ['2.94', '1.10', '0.67', '0.60']
    """
    # On a grid of 0.001 deg, of which the cusps are part: the index falls with the angle.
    angles = np.radians(np.arange(1, 90_001) * 1e-3)
    saturated = scintillation_index(AU_KM * np.sin(angles), frequency_hz) >= 1.0 - 1e-12
    return float(angles[np.flatnonzero(saturated)[-1]]) if saturated.any() else 0.0


def electron_density_m3(distance_km: ArrayLike) -> FloatArray:
    """Mean electron density of the corona and the solar wind near the Sun's equator.

    Parameters
    ----------
    distance_km : array_like
        Distance from the Sun's centre [km].

    Returns
    -------
    ndarray
        Electrons [1/m^3].

    Raises
    ------
    InputError
        A distance that is not above zero.

    References
    ----------
    Berman 1982, IPN Progress Report 42-71 (Viking): 2.21e8 r^-6 + 1.55e6 r^-2.3 per cm^3, r in solar radii, from
    2 solar radii to 1 AU.

    Examples
    --------
    >>> print(f"{electron_density_m3(AU_KM) * 1e-6:.1f} per cm^3 at the Earth")
    6.7 per cm^3 at the Earth
    """
    r = positive(distance_km, "the distance from the Sun", "km") / SOLAR_RADIUS_KM
    total = np.zeros(r.shape)
    for amount, power in _DENSITY:
        total = total + 1e6 * amount * r**-power
    return total


_DENSITY: Final = ((2.21e8, 6.0), (1.55e6, 2.3))  # per cm^3 at one solar radius, and the fall


def electron_column_m2(closest_km: ArrayLike) -> FloatArray:
    """Electrons along a ray that passes the Sun from far to far.

    Parameters
    ----------
    closest_km : array_like
        Closest approach to the Sun's centre [km]; infinite where the Sun does not stand between.

    Returns
    -------
    ndarray
        Electrons a square metre [1/m^2]; zero where the Sun does not stand between.

    Raises
    ------
    InputError
        A distance that is not above zero.

    References
    ----------
    `electron_density_m3` along a straight, endless line: each power r^-n gives
    sqrt(pi) Gamma((n-1)/2) / Gamma(n/2) times closest approach times density there. What lies beyond the ends of
    the link is counted too: 2 % with ends at 1 AU and the ray at 10 solar radii.
    """
    closest = np.asarray(closest_km, dtype=np.float64)
    near = np.where(np.isposinf(closest), AU_KM, closest)
    p = positive(near, "the closest approach to the Sun", "km") / SOLAR_RADIUS_KM
    total = np.zeros(p.shape)
    for amount, power in _DENSITY:
        shape = math.sqrt(math.pi) * math.gamma(0.5 * (power - 1.0)) / math.gamma(0.5 * power)
        total = total + 1e6 * amount * shape * p ** (1.0 - power)
    return np.where(np.isposinf(closest), 0.0, total * SOLAR_RADIUS_KM * 1e3)


def coronal_delay_s(closest_km: ArrayLike, frequency_hz: ArrayLike) -> FloatArray:
    """How much later than in vacuum a signal arrives that passes the Sun.

    Parameters
    ----------
    closest_km : array_like
        Closest approach to the Sun's centre [km]; infinite where the Sun does not stand between.
    frequency_hz : array_like
        Carrier [Hz].

    Returns
    -------
    ndarray
        Group delay [s]; the phase is as much ahead.

    Raises
    ------
    InputError
        An argument that is not above zero.

    References
    ----------
    40.3 N / (c f^2) with N electrons a square metre: first order in the plasma's refraction.

    Examples
    --------
    >>> print(f"{coronal_delay_s(AU_KM * math.sin(math.radians(2.0)), 8.42e9) * 1e6:.2f} us")
    0.41 us
    """
    frequency = positive(frequency_hz, "the frequency", "Hz")
    return 40.3 * electron_column_m2(closest_km) / (SPEED_OF_LIGHT_M_S * frequency**2)
