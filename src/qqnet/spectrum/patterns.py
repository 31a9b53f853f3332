"""Gain off an antenna's axis, where no pattern is known: an envelope that real antennas keep below."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links.antennas import Antenna
from qqnet.links.domain import FloatArray


def envelope_dbi(peak_dbi: float, angle_rad: ArrayLike) -> FloatArray:
    """Gain of a reflector antenna off its axis, by its peak gain alone.

    Main lobe, first sidelobe, falling sidelobes, back lobes. Where the formula gives more than the peak, as it
    does for small antennas, the peak holds: an antenna of a few dBi counts as one that radiates all around.

    Parameters
    ----------
    peak_dbi : float
        Gain on the axis [dBi].
    angle_rad : array_like
        Angle off the axis [rad].

    Returns
    -------
    ndarray
        Gain [dBi], falling with the angle.

    References
    ----------
    The reference pattern of Radio Regulations appendix 8 annex III (from memory), with the diameter in wavelengths
    from 20 log10(D / lambda) = G - 7.7.

    Examples
    --------
    >>> [round(float(envelope_dbi(50.0, np.radians(angle))), 1) for angle in (0.0, 0.2, 1.0, 10.0, 90.0)]
    [50.0, 48.3, 32.0, 7.0, -10.0]
    >>> [round(float(envelope_dbi(5.0, np.radians(angle))), 1) for angle in (0.0, 30.0, 180.0)]
    [5.0, 5.0, 5.0]
    """
    angle = np.degrees(np.abs(np.asarray(angle_rad, dtype=np.float64)))
    size = 10.0 ** ((peak_dbi - 7.7) / 20.0)  # diameter in wavelengths
    first = 2.0 + 15.0 * math.log10(size)
    main = peak_dbi - 2.5e-3 * (size * angle) ** 2
    with np.errstate(divide="ignore"):
        fall = -25.0 * np.log10(angle)
    if size >= 100.0:
        side, back = 32.0 + fall, -10.0
    else:
        side, back = 52.0 - 10.0 * math.log10(size) + fall, 10.0 - 10.0 * math.log10(size)
    least = min(back, peak_dbi)
    lobes = np.where(angle < 48.0, np.maximum(np.minimum(first, side), least), least)
    return np.asarray(np.maximum(main, np.minimum(lobes, peak_dbi)))


def gain_towards_dbi(antenna: Antenna, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
    """Gain of an antenna off its axis: its own pattern where it has one, else the envelope.

    Parameters
    ----------
    antenna : Antenna
        The antenna.
    frequency_hz : float
        Frequency [Hz].
    angle_rad : array_like
        Angle off the axis [rad].

    Returns
    -------
    ndarray
        Gain [dBi].
    """
    return envelope_dbi(antenna.gain_at_dbi(frequency_hz), angle_rad)
