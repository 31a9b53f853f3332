"""What no code can beat: capacity of a modulation, and how close blocks of finite length can come.

Noise is white and Gaussian, the symbols of a constellation are equally likely. Every argument broadcasts.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

FloatArray = NDArray[np.float64]

_NODES: Final = 40  # Gauss-Hermite nodes: the capacity is right to 1e-6 bit from -15 dB to 15 dB


def shannon_eb_n0_db(bits_per_symbol: ArrayLike) -> FloatArray:
    """Least Eb/N0 at which any signal can carry so many bits a symbol in two dimensions.

    Parameters
    ----------
    bits_per_symbol : array_like
        Information bits a symbol of in-phase and quadrature, or bit/s/Hz [1], above zero.

    Returns
    -------
    ndarray
        Eb/N0 [dB].

    Raises
    ------
    InputError
        A value is not above zero.

    References
    ----------
    Shannon, 1948: r = log2(1 + r Eb/N0).

    Examples
    --------
    >>> print(f"{shannon_eb_n0_db(2.0):.3f}")
    1.761
    """
    bits = np.asarray(bits_per_symbol, dtype=np.float64)
    if not (bits > 0.0).all():
        raise InputError(f"the spectral efficiency is {bits.min():g} bits a symbol; it must be above zero")
    return 10.0 * np.log10(np.expm1(bits * math.log(2.0)) / bits)


@cache
def _binary_rule() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.hermite.hermgauss(_NODES * 2)
    return nodes * math.sqrt(2.0), weights / math.sqrt(math.pi)


def binary_information_bits(es_n0_db: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the information that one antipodal symbol carries.

    Parameters
    ----------
    es_n0_db : array_like
        Energy of one real symbol (of BPSK, or of either arm of QPSK) over N0 [dB].

    Returns
    -------
    tuple of ndarray
        Capacity [bit] and dispersion [bit^2].

    References
    ----------
    The information density is 1 - log2(1 + e^-L), with the log-likelihood ratio L of mean 4 Es/N0 and twice that
    variance. Polyanskiy, Poor and Verdu, IEEE Trans. Inf. Theory 56 (2010) 2307, for the dispersion.

    Examples
    --------
    >>> print(f"{binary_information_bits(-2.823)[0]:.4f}")
    0.5000
    """
    es_n0 = 10.0 ** (np.asarray(es_n0_db, dtype=np.float64) / 10.0)
    nodes, weights = _binary_rule()
    ratio = 4.0 * es_n0[..., None] + np.sqrt(8.0 * es_n0[..., None]) * nodes
    density = 1.0 - np.logaddexp(0.0, -ratio) / math.log(2.0)
    mean = density @ weights
    return mean, (density - mean[..., None]) ** 2 @ weights


def binary_limit_eb_n0_db(code_rate: float) -> float:
    """Least Eb/N0 [dB] of binary signalling (BPSK, QPSK) at a code rate, for blocks without end.

    Parameters
    ----------
    code_rate : float
        Information bits a binary symbol [1], between 0 and 1.

    Returns
    -------
    float
        Eb/N0 [dB].

    Raises
    ------
    InputError
        The rate is not between 0 and 1.

    Examples
    --------
    >>> print(f"{binary_limit_eb_n0_db(0.5):.3f}")
    0.187
    """
    return _solve(code_rate, math.inf, 0.5)


def block_limit_eb_n0_db(information_bits: float, symbols: float, error_rate: float) -> float:
    """Eb/N0 that the best binary code of a length needs, by the normal approximation.

    Parameters
    ----------
    information_bits : float
        Information bits in a block, k [1].
    symbols : float
        Binary symbols in a block, n [1].
    error_rate : float
        Probability that a block is in error [1].

    Returns
    -------
    float
        Eb/N0 [dB]; right to about 0.1 dB for blocks above 100 bits.

    Raises
    ------
    InputError
        k is not between 0 and n, or the error rate not between 0 and 0.5.

    References
    ----------
    Polyanskiy, Poor and Verdu (2010), equation 223: k = n C - sqrt(n V) Q^-1(error rate) + 0.5 log2 n.

    Examples
    --------
    >>> print(f"{block_limit_eb_n0_db(1024, 2048, 1e-5):.2f}")
    1.13
    """
    if not 0.0 < error_rate <= 0.5:
        raise InputError(f"the error rate is {error_rate:g}; it must be above 0 and at most 0.5")
    return _solve(information_bits / symbols, symbols, error_rate)


def _solve(rate: float, symbols: float, error_rate: float) -> float:
    from scipy.optimize import brentq
    from scipy.special import ndtri

    if not 0.0 < rate < 1.0:
        raise InputError(f"the code rate is {rate:g}; it must be between 0 and 1")
    backoff = -float(ndtri(error_rate)) / math.sqrt(symbols)
    bonus = 0.0 if math.isinf(symbols) else 0.5 * math.log2(symbols) / symbols

    def excess(es_n0_db: float) -> float:
        mean, variance = binary_information_bits(es_n0_db)
        return float(mean - backoff * np.sqrt(variance) + bonus - rate)

    found = float(brentq(excess, -60.0, 15.0, xtol=1e-9))
    return found - 10.0 * math.log10(rate)


def constellation_information_bits(points: ArrayLike, es_n0_db: float) -> float:
    """Capacity of a two-dimensional constellation with equally likely points.

    Parameters
    ----------
    points : array_like of complex
        The points; their mean energy is scaled to one.
    es_n0_db : float
        Energy of a symbol over N0 [dB].

    Returns
    -------
    float
        Information a symbol [bit].

    References
    ----------
    Ungerboeck, IEEE Trans. Inf. Theory 28 (1982) 55, equation 5, by Gauss-Hermite quadrature.
    """
    place = np.asarray(points, dtype=np.complex128)
    place = place / math.sqrt(float(np.mean(np.abs(place) ** 2)))
    nodes, weights = np.polynomial.hermite.hermgauss(_NODES)
    spread = 10.0 ** (-es_n0_db / 20.0)  # standard deviation of each arm times sqrt(2)
    noise = spread * (nodes[:, None] + 1j * nodes[None, :])
    weight = np.outer(weights, weights) / math.pi
    total = 0.0
    for sent in place:
        distance = np.abs(sent - place[:, None, None] + noise) ** 2 - np.abs(noise) ** 2
        total += float((weight * np.log2(np.exp(-distance / spread**2).sum(axis=0))).sum())
    return math.log2(place.size) - total / place.size


def constellation_limit_eb_n0_db(points: ArrayLike, bits_per_symbol: float) -> float:
    """Least Eb/N0 [dB] at which a constellation can carry so many information bits a symbol.

    Parameters
    ----------
    points : array_like of complex
        The points.
    bits_per_symbol : float
        Information bits a symbol [1], above 0 and below what the points can hold.

    Returns
    -------
    float
        Eb/N0 [dB].

    Raises
    ------
    InputError
        The constellation can not hold so many bits.
    """
    from scipy.optimize import brentq

    most = math.log2(np.asarray(points).size)
    if not 0.0 < bits_per_symbol < most:
        raise InputError(
            f"a symbol can not carry {bits_per_symbol:g} bits; it must be above 0 and below {most:g}"
        )
    found = brentq(
        lambda db: constellation_information_bits(points, db) - bits_per_symbol, -25.0, 30.0, xtol=1e-6
    )
    return float(found) - 10.0 * math.log10(bits_per_symbol)
