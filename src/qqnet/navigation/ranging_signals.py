"""Ranging signals and the noise with which a receiver measures them: C/N0, code, and Doppler.

Code noise is that of a non-coherent early-late power delay-lock loop in white noise, for a BPSK signal.
Doppler noise is that of a frequency-lock loop. The spread of a loop's output is the spread of one
measurement; measurements further apart than the inverse of the loop's bandwidth are independent.

References
----------
P. W. Ward, J. W. Betz, C. J. Hegarty, in: E. D. Kaplan, C. J. Hegarty (eds), Understanding GPS: Principles
and Applications, 2nd ed., 2006, section 5.6: equation 5.23 (code), and that of the frequency-lock loop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links.domain import finite, positive
from qqnet.links.noise import BOLTZMANN_DB
from qqnet.links.rf import SPEED_OF_LIGHT_M_S, decibel, eirp_dbw, free_space_loss_db

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RangingSignal:
    """A navigation signal with a BPSK ranging code.

    Attributes
    ----------
    name : str
        As written in scenarios.
    frequency_hz : float
        Carrier [Hz].
    chip_rate_hz : float
        Chips of the ranging code a second [Hz].
    source : str
        Where this is published, and how far that was verified.
    """

    name: str
    frequency_hz: float
    chip_rate_hz: float
    source: str

    @property
    def chip_m(self) -> float:
        """Length of a chip [m]."""
        return SPEED_OF_LIGHT_M_S / self.chip_rate_hz


_AFS = "LNIS V5, AFS volume A, 2025-01-29 (secondary)"
SIGNALS: Final = {
    signal.name: signal
    for signal in (
        RangingSignal("afs-data", 2492.028e6, 1.023e6, _AFS),
        RangingSignal("afs-pilot", 2492.028e6, 5.115e6, _AFS),
        RangingSignal("gps-l1-ca", 1575.42e6, 1.023e6, "IS-GPS-200 (unverified)"),
        RangingSignal("gps-l5", 1176.45e6, 10.23e6, "IS-GPS-705 (unverified)"),
    )
}
"""Signals by name: of the lunar augmented forward signal (AFS) the data and the pilot channel; of Earth's two."""


@dataclass(frozen=True)
class Receiver:
    """What a navigation receiver makes of a signal.

    Attributes
    ----------
    gain_dbi : float
        Of the antenna towards the satellites [dBi].
    noise_temperature_k : float
        Of the system, at the antenna's port [K].
    loss_db : float
        Of circuit, polarisation and implementation [dB].
    loop_bandwidth_hz : float
        Noise bandwidth of the code loop, one-sided [Hz].
    doppler_bandwidth_hz : float
        Noise bandwidth of the frequency loop [Hz].
    spacing_chips : float
        From the early to the late correlator [chips], above 0 and at most 1.
    front_end_hz : float
        Two-sided bandwidth before the correlators [Hz].
    integration_s : float
        Coherent integration [s].
    threshold_db_hz : float
        Least C/N0 at which a signal is tracked [dB-Hz].
    """

    gain_dbi: float = 3.0
    noise_temperature_k: float = 290.0
    loss_db: float = 1.0
    loop_bandwidth_hz: float = 0.5
    doppler_bandwidth_hz: float = 2.0
    spacing_chips: float = 0.5
    front_end_hz: float = 16.5e6
    integration_s: float = 0.02
    threshold_db_hz: float = 30.0

    def __post_init__(self) -> None:
        for name in ("noise_temperature_k", "loop_bandwidth_hz", "doppler_bandwidth_hz", "front_end_hz"):
            positive(getattr(self, name), f"the receiver's {name}", "")
        positive(self.integration_s, "the receiver's integration_s", "s")
        if not 0.0 < self.spacing_chips <= 1.0:
            raise InputError(f"spacing_chips: {self.spacing_chips:g}; wanted above 0 and at most 1 chip")


def c_n0_db_hz(range_km: ArrayLike, signal: RangingSignal, receiver: Receiver, eirp: ArrayLike) -> Floats:
    """Carrier power over noise density at a receiver.

    Parameters
    ----------
    range_km : array_like
        Distance [km].
    signal : RangingSignal
        The signal.
    receiver : Receiver
        The receiver.
    eirp : array_like
        Radiated power towards the receiver [dBW].

    Returns
    -------
    ndarray
        [dB-Hz].

    Examples
    --------
    >>> eirp = eirp_dbw(20.0, 12.0, 1.0)
    >>> print(f"{c_n0_db_hz(7000.0, SIGNALS['afs-pilot'], Receiver(), eirp):.2f}")
    52.70
    """
    power = finite(eirp, "the radiated power", "dBW") - free_space_loss_db(range_km, signal.frequency_hz)
    g_over_t = receiver.gain_dbi - receiver.loss_db - decibel(receiver.noise_temperature_k)
    result: Floats = power + g_over_t - BOLTZMANN_DB
    return result


def code_noise_terms(signal: RangingSignal, receiver: Receiver) -> tuple[float, float]:
    """Coefficients of the variance of code noise in powers of N0/C.

    Parameters
    ----------
    signal : RangingSignal
        The signal.
    receiver : Receiver
        The receiver.

    Returns
    -------
    linear, squaring : float
        The variance is ``linear n (1 + squaring n)`` with ``n`` the inverse of C/N0 [s]: the first in m² Hz, the
        second in Hz.
    """
    spacing = receiver.spacing_chips
    band = receiver.front_end_hz / signal.chip_rate_hz
    if spacing * band >= math.pi:
        shape, loss = spacing, 2.0 / (2.0 - spacing)
    elif spacing * band > 1.0:
        shape = 1.0 / band + band / (math.pi - 1.0) * (spacing - 1.0 / band) ** 2
        loss = 2.0 / (2.0 - spacing)
    else:
        shape, loss = 1.0 / band, 1.0
    linear = 0.5 * receiver.loop_bandwidth_hz * shape * signal.chip_m**2
    return linear, loss / receiver.integration_s


def code_noise_m(c_n0: ArrayLike, signal: RangingSignal, receiver: Receiver) -> Floats:
    """Spread of a code range in thermal noise; infinite below the tracking threshold.

    Parameters
    ----------
    c_n0 : array_like
        C/N0 [dB-Hz].
    signal : RangingSignal
        The signal.
    receiver : Receiver
        The receiver.

    Returns
    -------
    ndarray
        One sigma [m].

    Examples
    --------
    >>> code_noise_m([45.0, 29.0], SIGNALS["afs-pilot"], Receiver()).round(3).tolist()
    [0.1, inf]
    """
    level = finite(c_n0, "C/N0", "dB-Hz")
    inverse = 10.0 ** (-level / 10.0)
    linear, squaring = code_noise_terms(signal, receiver)
    sigma = np.sqrt(linear * inverse * (1.0 + squaring * inverse))
    result: Floats = np.where(level >= receiver.threshold_db_hz, sigma, np.inf)
    return result


def doppler_noise_m_s(c_n0: ArrayLike, signal: RangingSignal, receiver: Receiver) -> Floats:
    """Spread of a range rate from Doppler in thermal noise; infinite below the tracking threshold.

    Parameters
    ----------
    c_n0 : array_like
        C/N0 [dB-Hz].
    signal : RangingSignal
        The signal.
    receiver : Receiver
        The receiver.

    Returns
    -------
    ndarray
        One sigma [m/s].

    Examples
    --------
    >>> print(f"{doppler_noise_m_s(45.0, SIGNALS['afs-pilot'], Receiver()):.4f}")
    0.0152
    """
    level = finite(c_n0, "C/N0", "dB-Hz")
    inverse = 10.0 ** (-level / 10.0)
    time = receiver.integration_s
    wavelength = SPEED_OF_LIGHT_M_S / signal.frequency_hz
    loop = 4.0 * receiver.doppler_bandwidth_hz * inverse * (1.0 + inverse / time)
    sigma = wavelength / (2.0 * math.pi * time) * np.sqrt(loop)
    result: Floats = np.where(level >= receiver.threshold_db_hz, sigma, np.inf)
    return result


__all__ = [
    "SIGNALS",
    "RangingSignal",
    "Receiver",
    "c_n0_db_hz",
    "code_noise_m",
    "code_noise_terms",
    "doppler_noise_m_s",
    "eirp_dbw",
]
