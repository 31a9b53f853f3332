"""Receiver noise: temperatures, density k T, and the figure of merit G/T."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links.domain import FloatArray, finite, not_negative
from qqnet.links.rf import decibel
from qqnet.space.constants import BOLTZMANN_J_K

BOLTZMANN_DB: Final = 10.0 * math.log10(BOLTZMANN_J_K)
"""Boltzmann constant [dB(W/(K Hz))]: -228.599."""

STANDARD_TEMPERATURE_K: Final = 290.0
"""Temperature to which noise figures refer [K] (IEEE Std 161 and ITU-R usage)."""


def receiver_temperature_k(noise_figure_db: ArrayLike) -> FloatArray:
    """Equivalent input noise temperature [K] of a noise figure [dB], 290 K (10^(NF/10) - 1)."""
    figure = not_negative(noise_figure_db, "the noise figure", "dB")
    return STANDARD_TEMPERATURE_K * np.expm1(figure * math.log(10.0) / 10.0)


def system_noise_temperature_k(
    antenna_k: ArrayLike,
    receiver_k: ArrayLike,
    line_loss_db: ArrayLike = 0.0,
    line_k: float = STANDARD_TEMPERATURE_K,
) -> FloatArray:
    """System noise temperature referred to the antenna port.

    Parameters
    ----------
    antenna_k : array_like
        Antenna temperature [K].
    receiver_k : array_like
        Equivalent input noise temperature of the receiver [K].
    line_loss_db : array_like
        Loss between antenna and receiver [dB].
    line_k : float
        Physical temperature of that line [K].

    Returns
    -------
    ndarray
        System noise temperature [K].

    Raises
    ------
    InputError
        A temperature or loss is negative.

    References
    ----------
    Friis' cascade: T_antenna + T_line (L - 1) + L T_receiver.
    """
    loss = 10.0 ** (not_negative(line_loss_db, "the line loss", "dB") / 10.0)
    line = not_negative(line_k, "the line temperature", "K")
    receiver = not_negative(receiver_k, "the receiver temperature", "K")
    return not_negative(antenna_k, "the antenna temperature", "K") + line * (loss - 1.0) + loss * receiver


def noise_density_dbw_hz(temperature_k: ArrayLike) -> FloatArray:
    """Noise power density k T [dBW/Hz] of a system noise temperature [K], above zero.

    Examples
    --------
    >>> print(f"{noise_density_dbw_hz(26.3):.2f}")
    -214.40
    """
    return BOLTZMANN_DB + decibel(temperature_k, "the system noise temperature", "K")


def g_over_t_db_k(gain_dbi: ArrayLike, temperature_k: ArrayLike) -> FloatArray:
    """Figure of merit G/T [dB/K] of a gain [dBi] and a system noise temperature [K]."""
    return finite(gain_dbi, "the antenna gain", "dBi") - decibel(
        temperature_k, "the system noise temperature", "K"
    )
