"""Laser links: gains, pointing, photon rates and pulse-position modulation as array functions.

Losses are positive numbers of decibels. Every argument broadcasts. Space loss and ideal aperture gain are
those of radio links at the frequency c / lambda.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import rf
from qqnet.links.domain import FloatArray, finite, fraction, not_negative, positive
from qqnet.scenario.laser import DIFFRACTION
from qqnet.space.constants import PLANCK_J_S

PPM_GUARD: Final = 0.25
"""Guard slots after each symbol over the PPM order: M/4 in CCSDS 142.0-B."""


def frequency_hz(wavelength_m: ArrayLike) -> FloatArray:
    """Optical frequency [Hz] of a vacuum wavelength [m]; InputError unless it is above zero."""
    return rf.SPEED_OF_LIGHT_M_S / positive(wavelength_m, "the wavelength", "m")


def aperture_gain_dbi(
    diameter_m: ArrayLike, wavelength_m: ArrayLike, efficiency: ArrayLike = 1.0
) -> FloatArray:
    """Gain of a telescope, efficiency x 4 pi A / lambda^2.

    Parameters
    ----------
    diameter_m : array_like
        Diameter of the unobscured aperture [m].
    wavelength_m : array_like
        Wavelength [m].
    efficiency : array_like
        Efficiency [1], above 0 and at most 1; 1 is the diffraction limit.

    Returns
    -------
    ndarray
        Gain [dBi].

    Raises
    ------
    InputError
        An argument is outside its domain.

    References
    ----------
    Klein and Degnan 1974, Applied Optics 13:2134: ideal gain 4 pi A / lambda^2, times the efficiencies of
    illumination and obscuration.

    Examples
    --------
    >>> print(f"{aperture_gain_dbi(5.1, 1550e-9):.2f}")
    140.29
    """
    return rf.aperture_gain_dbi(diameter_m, frequency_hz(wavelength_m), efficiency)


def space_loss_db(distance_km: ArrayLike, wavelength_m: ArrayLike) -> FloatArray:
    """Free-space loss (4 pi d / lambda)^2 [dB] of a distance [km] and a wavelength [m].

    Examples
    --------
    >>> print(f"{space_loss_db(384_400.0, 1550e-9):.2f}")
    309.87
    """
    return rf.free_space_loss_db(distance_km, frequency_hz(wavelength_m))


def divergence_rad(diameter_m: ArrayLike, wavelength_m: ArrayLike) -> FloatArray:
    """Half-angle at 1/e^2 of the Gaussian beam that stands for a telescope's main lobe.

    Parameters
    ----------
    diameter_m : array_like
        Diameter [m].
    wavelength_m : array_like
        Wavelength [m].

    Returns
    -------
    ndarray
        Half-angle where the intensity is 1/e^2 of that on the axis [rad].

    Raises
    ------
    InputError
        An argument is not above zero.

    References
    ----------
    sqrt(8) lambda / (pi D) = 0.900 lambda / D: the Gaussian with the curvature of the Airy pattern on its
    axis; its peak gain 8 / divergence^2 is then the ideal gain (pi D / lambda)^2.

    Examples
    --------
    >>> print(f"{divergence_rad(0.22, 1550e-9) * 1e6:.2f} microradian")
    6.34 microradian
    """
    return (
        DIFFRACTION
        * positive(wavelength_m, "the wavelength", "m")
        / positive(diameter_m, "the diameter", "m")
    )


def pointing_loss_db(
    error_rad: ArrayLike, divergence_rad: ArrayLike, jitter_rad: ArrayLike = 0.0
) -> FloatArray:
    """Mean loss of a Gaussian beam that is off its target and jitters.

    Parameters
    ----------
    error_rad : array_like
        Constant angle off the axis [rad].
    divergence_rad : array_like
        Half-angle at 1/e^2 [rad].
    jitter_rad : array_like
        Standard deviation of the jitter on each of two axes [rad], normally distributed.

    Returns
    -------
    ndarray
        Loss of the mean power [dB].

    Raises
    ------
    InputError
        The beam is narrower than the pointing: sqrt(error^2 + 2 jitter^2) is above the half-angle at
        1/e^2, beyond which a telescope's pattern is no Gaussian; or an argument is outside its domain.

    References
    ----------
    exp(-2 x^2 / w^2) averaged over a normal distribution in the plane:
    w^2 / (w^2 + 4 s^2) exp(-2 e^2 / (w^2 + 4 s^2)).
    """
    error = not_negative(error_rad, "the pointing error", "rad")
    jitter = not_negative(jitter_rad, "the pointing jitter", "rad")
    width = positive(divergence_rad, "the divergence", "rad")
    total = np.sqrt(error**2 + 2.0 * jitter**2)
    outside = total > width
    if outside.any():
        both = np.broadcast_arrays(total, width, outside)
        worst = int(np.argmax(both[2]))
        raise InputError(
            f"the pointing error is {both[0].flat[worst] * 1e6:.4g} microradian with jitter, and the beam only "
            f"{both[1].flat[worst] * 1e6:.4g} microradian wide (half-angle at 1/e^2); "
            f"the beam must be wider than the error"
        )
    spread = width**2 + 4.0 * jitter**2
    return 10.0 * np.log10(spread / width**2) + 20.0 * math.log10(math.e) * error**2 / spread


def photon_energy_j(wavelength_m: ArrayLike) -> FloatArray:
    """Energy h c / lambda of a photon [J] from its wavelength [m].

    Examples
    --------
    >>> print(f"{photon_energy_j(1550e-9):.4e}")
    1.2816e-19
    """
    return PLANCK_J_S * frequency_hz(wavelength_m)


def photon_rate_hz(power_dbw: ArrayLike, wavelength_m: ArrayLike) -> FloatArray:
    """Photons a second [1/s] in a power [dBW] of a wavelength [m]."""
    return 10.0 ** (finite(power_dbw, "the power", "dBW") / 10.0) / photon_energy_j(wavelength_m)


def ppm_rate_bps(
    order: ArrayLike, slot_s: ArrayLike, code_rate: ArrayLike, guard: float = PPM_GUARD
) -> FloatArray:
    """Information rate of coded pulse-position modulation.

    Parameters
    ----------
    order : array_like
        Slots a symbol M, a power of two from 2.
    slot_s : array_like
        Slot width [s].
    code_rate : array_like
        Code rate r [1], above 0 and at most 1.
    guard : float
        Guard slots after a symbol over M [1].

    Returns
    -------
    ndarray
        Rate [bit/s] before framing: r log2(M) / ((1 + guard) M slot).

    Raises
    ------
    InputError
        An argument is outside its domain.

    References
    ----------
    CCSDS 142.0-B-1, Optical Communications Coding and Synchronization: M-ary PPM, M/4 guard slots.

    Examples
    --------
    >>> print(f"{ppm_rate_bps(16, 0.5e-9, 2 / 3) / 1e6:.2f} Mbit/s")
    266.67 Mbit/s
    """
    slots = positive(order, "the PPM order", "")
    bits = np.log2(slots)
    if not ((bits >= 1.0) & (bits == np.round(bits))).all():
        raise InputError(f"the PPM order is {slots}; it must be a power of two, 2 or more")
    width = positive(slot_s, "the slot width", "s")
    guarded = 1.0 + not_negative(guard, "the guard share", "")
    return bits * fraction(code_rate, "the code rate") / (guarded * slots * width)


def ppm_photons_per_bit_limit(order: ArrayLike, code_rate: ArrayLike) -> FloatArray:
    """Fewest detected photons a bit with which any code of a rate can work, without background.

    Parameters
    ----------
    order : array_like
        Slots a symbol M, 2 or more.
    code_rate : array_like
        Code rate r [1], above 0 and below 1.

    Returns
    -------
    ndarray
        Mean detected signal photons an information bit [1]. Real codes need more.

    Raises
    ------
    InputError
        An argument is outside its domain.

    References
    ----------
    Without background the Poisson PPM channel is an erasure channel: a symbol of n mean photons is lost with
    probability exp(-n), so r <= 1 - exp(-n), and n / (r log2 M) photons go to a bit.
    """
    slots = positive(order, "the PPM order", "")
    rate = fraction(code_rate, "the code rate")
    if (slots < 2.0).any():
        raise InputError(f"the PPM order is {slots}; it must be 2 or more")
    if (rate >= 1.0).any():
        raise InputError(f"the code rate is {rate}; without redundancy no number of photons is enough")
    return -np.log1p(-rate) / (rate * np.log2(slots))


def photon_limited_rate_bps(photons_hz: ArrayLike, photons_per_bit: ArrayLike) -> FloatArray:
    """Information rate [bit/s] that detected photons [1/s] allow at a need of photons a bit [1]."""
    need = positive(photons_per_bit, "the need of photons a bit", "")
    return not_negative(photons_hz, "the photon rate", "1/s") / need
