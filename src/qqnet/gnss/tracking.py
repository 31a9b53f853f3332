"""Noise of tracking loops: code (delay-locked), phase (phase-locked) and frequency. Pure array functions.

Thermal noise alone. A receiver at the Moon moves slowly against a smooth sky: what is left out are the dynamics of
its loops and the flicker of its oscillator, which must be steady over the integration time.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, finite, positive
from qqnet.links.rf import SPEED_OF_LIGHT_M_S, wavelength_m

SLOPE: Final[dict[str, float]] = {"BPSK": 1.0, "BOC": 3.0}
"""Steepness of the correlation peak in units of BPSK's: that of BOC(1,1) falls three times as fast."""


def code_noise_m(
    c_n0_db_hz: ArrayLike,
    chip_rate_hz: ArrayLike,
    *,
    bandwidth_hz: float,
    integration_s: float,
    spacing_chips: float = 1.0,
    slope: ArrayLike = 1.0,
) -> FloatArray:
    """Thermal noise of a pseudorange from a non-coherent early-minus-late-power delay-locked loop, 1 sigma.

    Parameters
    ----------
    c_n0_db_hz : array_like
        Carrier to noise density [dB-Hz].
    chip_rate_hz : array_like
        Rate of the code [chips/s].
    bandwidth_hz : float
        Loop noise bandwidth, one-sided [Hz].
    integration_s : float
        Coherent integration time [s].
    spacing_chips : float
        Early minus late [chips], above 0 and at most 1.
    slope : array_like
        Steepness of the correlation peak, from `SLOPE`.

    Returns
    -------
    ndarray
        Standard deviation [m].

    Raises
    ------
    InputError
        An argument is outside its domain.

    References
    ----------
    Kaplan and Hegarty, Understanding GPS, delay-locked loop of early minus late power, wide front end:
    sigma^2 = (d B / 2 C) (1 + 2 / ((2 - d) T C)) chips^2, C the ratio C/N0. For BOC(1,1) the slope enters once, as
    both noise and discriminator grow with it (Betz and Kolodziejski 2009, small spacing).

    Examples
    --------
    GPS C/A at 45 dB-Hz with a loop of 1 Hz and a tenth of a chip:

    >>> print(f"{code_noise_m(45.0, 1.023e6, bandwidth_hz=1.0, integration_s=0.02, spacing_chips=0.1):.3f}")
    0.369
    """
    ratio = 10.0 ** (finite(c_n0_db_hz, "C/N0", "dB-Hz") / 10.0)
    if not 0.0 < spacing_chips <= 1.0:
        raise InputError(
            f"the correlator spacing is {spacing_chips:g} chips; it must be above 0 and at most 1"
        )
    time = positive(integration_s, "the integration time", "s")
    loop = positive(bandwidth_hz, "the loop bandwidth", "Hz")
    squaring = 1.0 + 2.0 / ((2.0 - spacing_chips) * time * ratio)
    chips = np.sqrt(spacing_chips * loop / (2.0 * ratio * positive(slope, "the slope", "")) * squaring)
    return np.asarray(chips * SPEED_OF_LIGHT_M_S / positive(chip_rate_hz, "the chip rate", "chips/s"))


def phase_noise_rad(c_n0_db_hz: ArrayLike, *, bandwidth_hz: float, integration_s: float) -> FloatArray:
    """Thermal noise of a Costas phase-locked loop, 1 sigma [rad].

    References
    ----------
    Kaplan and Hegarty: sigma^2 = (B / C) (1 + 1 / (2 T C)) rad^2. A loop holds while sigma stays below 15 deg.

    Examples
    --------
    >>> print(f"{math.degrees(phase_noise_rad(28.0, bandwidth_hz=18.0, integration_s=0.02)):.2f}")
    9.87
    """
    ratio = 10.0 ** (finite(c_n0_db_hz, "C/N0", "dB-Hz") / 10.0)
    loop = positive(bandwidth_hz, "the loop bandwidth", "Hz")
    time = positive(integration_s, "the integration time", "s")
    return np.asarray(np.sqrt(loop / ratio * (1.0 + 1.0 / (2.0 * time * ratio))))


def range_rate_noise_m_s(
    c_n0_db_hz: ArrayLike, frequency_hz: ArrayLike, *, bandwidth_hz: float, integration_s: float
) -> FloatArray:
    """Thermal noise of a range rate from a frequency-locked loop, 1 sigma [m/s].

    References
    ----------
    Kaplan and Hegarty: sigma_f = 1 / (2 pi T) sqrt((4 F B / C) (1 + 1 / (T C))), with F = 1 at high C/N0 and 2
    near the threshold; F = 2 here, below 35 dB-Hz nearly always the truth.
    """
    ratio = 10.0 ** (finite(c_n0_db_hz, "C/N0", "dB-Hz") / 10.0)
    loop = positive(bandwidth_hz, "the loop bandwidth", "Hz")
    time = positive(integration_s, "the integration time", "s")
    turns = np.sqrt(8.0 * loop / ratio * (1.0 + 1.0 / (time * ratio))) / (2.0 * math.pi * time)
    return np.asarray(turns * wavelength_m(frequency_hz))
