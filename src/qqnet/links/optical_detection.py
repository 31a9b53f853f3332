"""Photons a bit that coherent and preamplified receivers need, by modulation, detection and code.

Everything is counted in detected signal photons, so the quantum efficiency belongs to the receiver's efficiency.
Noise is the quantum limit of the detection, raised by an excess in decibels where an amplifier or a local
oscillator is not ideal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

import numpy as np

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray
from qqnet.links.roots import rising_root

Modulation = Literal["BPSK", "QPSK", "DPSK", "OOK"]
Detection = Literal["homodyne", "heterodyne", "preamplified"]

Q_FACTOR_PHOTONS: Final[dict[tuple[Modulation, Detection], float]] = {
    ("BPSK", "homodyne"): 2.0,
    ("BPSK", "heterodyne"): 1.0,
    ("BPSK", "preamplified"): 1.0,
    ("QPSK", "heterodyne"): 1.0,
    ("QPSK", "preamplified"): 1.0,
}
"""Eb/N0 over photons a bit of receivers that measure the field [1]: 2 where one quadrature is measured alone, 1
where both are, or where an ideal amplifier of high gain adds one noise photon a mode."""

_BITS: Final = math.log(2.0)
PAIRS: Final = (*Q_FACTOR_PHOTONS, ("DPSK", "preamplified"), ("OOK", "preamplified"))
"""Combinations of modulation and detection that are modelled."""


def _factor(modulation: str, detection: str) -> float | None:
    """Return Eb/N0 over photons a bit of a receiver of the field; None where power is detected."""
    if (modulation, detection) not in PAIRS:
        known = ", ".join(f"{one} {other}" for one, other in PAIRS)
        raise InputError(f"{modulation} with {detection} detection is not modelled; modelled are {known}")
    return next(
        (factor for pair, factor in Q_FACTOR_PHOTONS.items() if pair == (modulation, detection)), None
    )


def bit_error_rate(photons_per_bit: float, modulation: str, detection: str) -> float:
    """Error rate of uncoded bits at the quantum limit.

    Parameters
    ----------
    photons_per_bit : float
        Mean detected signal photons a bit [1].
    modulation, detection : str
        One of `PAIRS`.

    Returns
    -------
    float
        Bit error rate [1].

    Raises
    ------
    InputError
        The pair is not modelled.

    References
    ----------
    Q(sqrt(4 n)) homodyne and Q(sqrt(2 n)) heterodyne BPSK, exp(-n)/2 for DPSK behind an optical amplifier and a
    matched filter; OOK behind an amplifier is the noncoherent detection of one polarisation, with the best
    threshold. Textbook forms (Agrawal, Fiber-Optic Communication Systems; Proakis, Digital Communications).

    Examples
    --------
    >>> print(f"{bit_error_rate(9.0, 'BPSK', 'homodyne'):.2e} {bit_error_rate(20.0, 'DPSK', 'preamplified'):.2e}")
    9.87e-10 1.03e-09
    """
    factor = _factor(modulation, detection)
    if factor is not None:
        return 0.5 * math.erfc(math.sqrt(factor * photons_per_bit))
    if modulation == "DPSK":
        return 0.5 * math.exp(-photons_per_bit)
    from scipy.optimize import minimize_scalar
    from scipy.special import chndtr

    pulse = 2.0 * photons_per_bit

    def errors(threshold: float) -> float:
        return 0.5 * (math.exp(-threshold) + float(chndtr(2.0 * threshold, 2.0, 2.0 * pulse)))

    return float(minimize_scalar(errors, bounds=(0.0, pulse + 5.0), method="bounded").fun)


@lru_cache(maxsize=256)
def photons_per_bit_limit(modulation: str, detection: str, code_rate: float) -> float:
    """Fewest photons a bit with which any code of a rate works: capacity with soft decisions.

    Parameters
    ----------
    modulation, detection : str
        One of `PAIRS`.
    code_rate : float
        Information bits a channel bit [1], above 0 and below 1.

    Returns
    -------
    float
        Mean detected signal photons an information bit [1].

    Raises
    ------
    InputError
        The pair is not modelled, or the rate is outside 0 to 1.

    References
    ----------
    Mutual information of equally likely bits with what the receiver measures: a Gaussian amplitude (BPSK, each
    half of QPSK), the two outputs of the interferometer (DPSK, which is noncoherent detection of orthogonal
    signals of the energy of two bits), the energy (OOK).

    Examples
    --------
    >>> for pair in (("BPSK", "homodyne"), ("QPSK", "preamplified"), ("DPSK", "preamplified")):
    ...     print(*pair, f"{photons_per_bit_limit(*pair, 0.5):.2f}")
    BPSK homodyne 0.52
    QPSK preamplified 1.04
    DPSK preamplified 2.35
    """
    if not 0.0 < code_rate < 1.0:
        raise InputError(f"the code rate is {code_rate:g}; it must be above 0 and below 1")
    factor = _factor(modulation, detection)
    information: Callable[[float], float]
    if factor is not None:
        scale = factor

        def information(photons: float) -> float:
            return _bpsk_bits(scale * photons)
    elif modulation == "DPSK":
        information = _dpsk_bits
    else:
        information = _ook_bits

    def short_of(log_photons: float) -> float:
        return information(math.exp(log_photons)) - code_rate

    return math.exp(rising_root(short_of, math.log(1e-7), 4.0)) / code_rate


@lru_cache(maxsize=1)
def _hermite() -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of a mean over a normal variable."""
    return np.polynomial.hermite_e.hermegauss(96)


def _bpsk_bits(es_n0: float) -> float:
    """Mutual information of a binary antipodal signal in Gaussian noise [bit]."""
    nodes, weights = _hermite()
    ratio = 2.0 * math.sqrt(2.0 * es_n0) * nodes + 4.0 * es_n0
    return 1.0 - float(weights @ np.logaddexp(0.0, -ratio)) / math.sqrt(2.0 * math.pi) / _BITS


def _energies(pulse: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Grid of sqrt(energy) and the densities on it with and without a pulse of mean photons, steps included."""
    from scipy.special import i0e

    amplitude = np.linspace(0.0, math.sqrt(pulse) + 7.0, 400)[1:]
    step = amplitude[1] - amplitude[0]
    away = amplitude - math.sqrt(pulse)
    lit = 2.0 * amplitude * np.exp(-(away**2)) * i0e(2.0 * amplitude * math.sqrt(pulse)) * step
    dark = 2.0 * amplitude * np.exp(-(amplitude**2)) * step
    return amplitude, lit / lit.sum(), dark / dark.sum()


def _log_likelihood(amplitude: FloatArray, pulse: float) -> FloatArray:
    """Logarithm of I0(2 sqrt(pulse) amplitude)."""
    from scipy.special import i0e

    argument = 2.0 * math.sqrt(pulse) * amplitude
    return np.asarray(np.log(i0e(argument)) + argument, dtype=np.float64)


def _dpsk_bits(photons: float) -> float:
    """Mutual information of DPSK with both outputs of its interferometer [bit]; photons a channel bit."""
    amplitude, lit, dark = _energies(2.0 * photons)
    ratio = _log_likelihood(amplitude, 2.0 * photons)
    lost = np.logaddexp(0.0, ratio[None, :] - ratio[:, None])
    return 1.0 - float(lit @ lost @ dark) / _BITS


def _ook_bits(photons: float) -> float:
    """Mutual information of on-off keying with the detected energy [bit]; mean photons a channel bit."""
    amplitude, lit, dark = _energies(2.0 * photons)
    ratio = _log_likelihood(amplitude, 2.0 * photons) - 2.0 * photons
    on, off = lit @ np.logaddexp(0.0, -ratio), dark @ np.logaddexp(0.0, ratio)
    return 1.0 - 0.5 * float(on + off) / _BITS
