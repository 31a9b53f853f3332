"""Radio links: antenna gains, free-space and pointing losses, as array functions.

Losses are positive numbers of decibels. Every argument broadcasts.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, finite, fraction, not_negative, positive
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

SPEED_OF_LIGHT_M_S: Final = SPEED_OF_LIGHT_KM_S * 1e3
BEAMWIDTH_FACTOR_RAD: Final = math.radians(70.0)
"""Half-power beamwidth of a reflector with tapered illumination, in wavelengths over the diameter [rad]."""


def decibel(ratio: ArrayLike, name: str = "the power ratio", unit: str = "") -> FloatArray:
    """Ten times the decimal logarithm of a ratio of powers.

    Parameters
    ----------
    ratio : array_like
        Ratio of powers, or a quantity over its unit [1].
    name, unit : str
        What it is and its unit, for the message.

    Returns
    -------
    ndarray
        Level [dB].

    Raises
    ------
    InputError
        A ratio is not above zero.
    """
    return 10.0 * np.log10(positive(ratio, name, unit))


def wavelength_m(frequency_hz: ArrayLike) -> FloatArray:
    """Vacuum wavelength [m] of a frequency [Hz]; InputError unless it is above zero."""
    return SPEED_OF_LIGHT_M_S / positive(frequency_hz, "the frequency", "Hz")


def free_space_loss_db(distance_km: ArrayLike, frequency_hz: ArrayLike) -> FloatArray:
    """Basic transmission loss between isotropic antennas in free space.

    Parameters
    ----------
    distance_km : array_like
        Distance [km].
    frequency_hz : array_like
        Frequency [Hz].

    Returns
    -------
    ndarray
        Loss [dB], positive in the far field.

    Raises
    ------
    InputError
        A distance or frequency is not above zero.

    References
    ----------
    ITU-R P.525, free-space basic transmission loss: 20 log10(4 pi d / lambda).

    Examples
    --------
    >>> print(f"{free_space_loss_db(384_400.0, 26e9):.2f}")
    232.44
    """
    distance_m = positive(distance_km, "the distance", "km") * 1e3
    return 20.0 * np.log10(4.0 * math.pi / wavelength_m(frequency_hz) * distance_m)


def distance_for_loss_km(loss_db: ArrayLike, frequency_hz: ArrayLike) -> FloatArray:
    """Distance at which `free_space_loss_db` has a value: its inverse.

    Parameters
    ----------
    loss_db : array_like
        Free-space loss [dB].
    frequency_hz : array_like
        Frequency [Hz].

    Returns
    -------
    ndarray
        Distance [km].

    Raises
    ------
    InputError
        The loss is not finite, or the frequency not above zero.
    """
    loss = finite(loss_db, "the free-space loss", "dB")
    return wavelength_m(frequency_hz) / (4.0 * math.pi) * 10.0 ** (loss / 20.0) * 1e-3


def one_way_light_time_s(range_km: ArrayLike) -> FloatArray:
    """Time that light needs for a distance in vacuum.

    Parameters
    ----------
    range_km : array_like
        Distance [km].

    Returns
    -------
    ndarray
        Light time [s].

    Raises
    ------
    InputError
        A distance is negative.

    Examples
    --------
    >>> print(f"{one_way_light_time_s(384_400.0):.4f}")
    1.2822
    """
    return not_negative(range_km, "the range", "km") / SPEED_OF_LIGHT_KM_S


def aperture_gain_dbi(
    diameter_m: ArrayLike, frequency_hz: ArrayLike, efficiency: ArrayLike = 1.0
) -> FloatArray:
    """Peak gain of a circular aperture, efficiency x (pi D / lambda)^2.

    Parameters
    ----------
    diameter_m : array_like
        Diameter [m].
    frequency_hz : array_like
        Frequency [Hz].
    efficiency : array_like
        Aperture efficiency [1], above 0 and at most 1.

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
    IEEE Std 145: gain 4 pi A / lambda^2 of an aperture of effective area A.

    Examples
    --------
    >>> print(f"{aperture_gain_dbi(3.0, 8.42e9, 0.6):.2f}")
    46.24
    """
    ratio = math.pi * positive(diameter_m, "the diameter", "m") / wavelength_m(frequency_hz)
    return 20.0 * np.log10(ratio) + 10.0 * np.log10(fraction(efficiency, "the aperture efficiency"))


def equivalent_diameter_m(gain_dbi: ArrayLike, frequency_hz: ArrayLike, efficiency: ArrayLike) -> FloatArray:
    """Diameter of the circular aperture that has a given gain: the inverse of `aperture_gain_dbi`.

    Parameters
    ----------
    gain_dbi : array_like
        Peak gain [dBi].
    frequency_hz : array_like
        Frequency [Hz].
    efficiency : array_like
        Aperture efficiency [1], above 0 and at most 1.

    Returns
    -------
    ndarray
        Diameter [m].

    Raises
    ------
    InputError
        An argument is outside its domain.
    """
    gain = 10.0 ** (finite(gain_dbi, "the antenna gain", "dBi") / 10.0)
    eta = fraction(efficiency, "the aperture efficiency")
    return wavelength_m(frequency_hz) / math.pi * np.sqrt(gain / eta)


def beamwidth_rad(diameter_m: ArrayLike, frequency_hz: ArrayLike) -> FloatArray:
    """Full half-power beamwidth of a reflector antenna, 70 deg x lambda / D.

    Parameters
    ----------
    diameter_m : array_like
        Diameter [m].
    frequency_hz : array_like
        Frequency [Hz].

    Returns
    -------
    ndarray
        Full angle between the half-power directions [rad]. The rule is made for diameters of several
        wavelengths; for smaller antennas it is a rough number.

    Raises
    ------
    InputError
        An argument is not above zero.

    References
    ----------
    The usual rule for a tapered illumination, also written 21 deg / (f[GHz] D[m]) (Larson and Wertz,
    Space Mission Analysis and Design, communications chapter); a uniform one has 58 deg.
    """
    return BEAMWIDTH_FACTOR_RAD * wavelength_m(frequency_hz) / positive(diameter_m, "the diameter", "m")


def pointing_loss_db(error_rad: ArrayLike, beamwidth_rad: ArrayLike) -> FloatArray:
    """Loss off the axis of a Gaussian main lobe.

    Parameters
    ----------
    error_rad : array_like
        Angle between the antenna's axis and the other end [rad], zero or more.
    beamwidth_rad : array_like
        Full half-power beamwidth [rad].

    Returns
    -------
    ndarray
        Loss [dB], 0 to 3.01.

    Raises
    ------
    InputError
        The error lies outside the half-power beam (above half the beamwidth), where real patterns leave
        the Gaussian; or an argument is outside its domain.

    References
    ----------
    Gaussian lobe exp(-4 ln 2 (error / beamwidth)^2), in decibels the familiar 12 (error / beamwidth)^2.

    Examples
    --------
    >>> print(f"{pointing_loss_db(0.001, 0.004):.3f}")
    0.753
    """
    error = not_negative(error_rad, "the pointing error", "rad")
    width = positive(beamwidth_rad, "the beamwidth", "rad")
    outside = error > 0.5 * width
    if outside.any():
        both = np.broadcast_arrays(error, width, outside)
        worst = int(np.argmax(both[2]))
        raise InputError(
            f"the pointing error is {math.degrees(both[0].flat[worst]):.4g} deg, outside the half-power beam "
            f"of {math.degrees(both[1].flat[worst]):.4g} deg full width; it must be at most half the beamwidth"
        )
    return 40.0 * math.log10(2.0) * (error / width) ** 2


def eirp_dbw(power_w: ArrayLike, gain_dbi: ArrayLike, losses_db: ArrayLike = 0.0) -> FloatArray:
    """Equivalent isotropically radiated power.

    Parameters
    ----------
    power_w : array_like
        Power at the amplifier's output [W].
    gain_dbi : array_like
        Antenna gain [dBi].
    losses_db : array_like
        Sum of circuit and pointing losses [dB].

    Returns
    -------
    ndarray
        EIRP [dBW].

    Raises
    ------
    InputError
        The power is not above zero, or a loss negative.
    """
    gain = finite(gain_dbi, "the antenna gain", "dBi")
    return decibel(power_w, "the transmit power", "W") + gain - not_negative(losses_db, "the loss", "dB")


def eb_n0_db(c_n0_db_hz: ArrayLike, rate_bps: ArrayLike) -> FloatArray:
    """Energy a bit over noise density [dB] from C/N0 [dB-Hz] and the information rate [bit/s].

    Examples
    --------
    >>> print(f"{eb_n0_db(54.62, 134_400.0):.2f}")
    3.34
    """
    return finite(c_n0_db_hz, "C/N0", "dB-Hz") - decibel(rate_bps, "the data rate", "bit/s")
