"""Power at a receiver: antenna, free-space loss, carrier to noise density. Pure array functions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, finite, not_negative, positive
from qqnet.links.noise import noise_density_dbw_hz
from qqnet.links.rf import free_space_loss_db

Flags = NDArray[np.bool_]

SIDE_LOBE_DB: Final = 20.0
"""How far below its peak a receive antenna stays away from its beam [dB]; an assumption."""

_GAUSSIAN: Final = 16.0 * math.log(2.0)


def beam_of_gain_rad(gain_dbi: ArrayLike) -> FloatArray:
    """Half-power width of a lossless Gaussian beam that has a peak gain.

    Parameters
    ----------
    gain_dbi : array_like
        Peak gain [dBi].

    Returns
    -------
    ndarray
        Full width [rad], at most pi.

    References
    ----------
    A beam exp(-4 ln 2 (t / w)^2) has the solid angle pi w^2 / (4 ln 2), so the gain 16 ln 2 / w^2.

    Examples
    --------
    >>> print(f"{math.degrees(beam_of_gain_rad(15.35)):.1f}")
    32.6
    """
    ratio = 10.0 ** (finite(gain_dbi, "the antenna gain", "dBi") / 10.0)
    return np.minimum(np.sqrt(_GAUSSIAN / ratio), math.pi)


def check_beam(gain_dbi: float, beamwidth_rad: float) -> None:
    """Raise InputError where a beam is wider than an antenna of that gain can have it."""
    widest = float(beam_of_gain_rad(gain_dbi))
    if beamwidth_rad > widest * (1.0 + 1e-9):
        raise InputError(
            f"a beam {math.degrees(beamwidth_rad):.4g} deg wide has less gain than {gain_dbi:g} dBi; it "
            f"must be at most "
            f"{math.degrees(widest):.4g} deg wide, or the gain at most "
            f"{10.0 * math.log10(_GAUSSIAN / beamwidth_rad**2):.4g} dBi"
        )


def receive_gain_dbi(peak_dbi: float, beamwidth_rad: float, off_axis_rad: ArrayLike) -> FloatArray:
    """Gain of a receive antenna off its axis.

    Parameters
    ----------
    peak_dbi : float
        Peak gain [dBi].
    beamwidth_rad : float
        Full half-power width [rad].
    off_axis_rad : array_like
        Angle from the axis [rad].

    Returns
    -------
    ndarray
        Gain [dBi]: a Gaussian beam down to `SIDE_LOBE_DB` below the peak, and constant from there on.

    Raises
    ------
    InputError
        The width is not above zero, or an angle negative.
    """
    width = float(positive(beamwidth_rad, "the beamwidth", "rad"))
    angle = not_negative(off_axis_rad, "the angle off the axis", "rad")
    return peak_dbi - np.minimum(40.0 * math.log10(2.0) * (angle / width) ** 2, SIDE_LOBE_DB)


def c_n0_db_hz(
    eirp_dbw: ArrayLike,
    range_km: ArrayLike,
    frequency_hz: ArrayLike,
    gain_dbi: ArrayLike,
    noise_temperature_k: float,
    losses_db: float = 0.0,
) -> FloatArray:
    """Carrier power over noise density at a receiver.

    Parameters
    ----------
    eirp_dbw : array_like
        Power sent towards the receiver [dBW].
    range_km, frequency_hz : array_like
        Distance [km] and carrier [Hz].
    gain_dbi : array_like
        Gain of the receive antenna towards the satellite [dBi].
    noise_temperature_k : float
        Of the whole receiving system, at the antenna's port [K].
    losses_db : float
        Polarisation, implementation and correlation [dB].

    Returns
    -------
    ndarray
        C/N0 [dB-Hz].

    Raises
    ------
    InputError
        An argument is outside its domain.

    Examples
    --------
    A side lobe of a GPS satellite at the Moon, heard with 15.35 dBi and 182 K:

    >>> print(f"{c_n0_db_hz(13.5, 400_000.0, 1575.42e6, 15.35, 182.0):.1f}")
    26.4
    """
    received = finite(eirp_dbw, "the EIRP", "dBW") - free_space_loss_db(range_km, frequency_hz)
    received = (
        received + finite(gain_dbi, "the antenna gain", "dBi") - not_negative(losses_db, "the loss", "dB")
    )
    return np.asarray(received - noise_density_dbw_hz(noise_temperature_k), dtype=np.float64)
