"""Error rates that follow from formulas: no code, convolutional codes, Reed-Solomon and BCH by themselves.

The channel is BPSK, or QPSK, which is two of them, in white Gaussian noise with a coherent receiver.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

GENERATORS: Final = (0o171, 0o133)
"""Of the convolutional code of constraint length 7: CCSDS 131.0-B section 3."""

PUNCTURING: Final = {
    "1/2": ("1", "1"),
    "2/3": ("10", "11"),
    "3/4": ("101", "110"),
    "5/6": ("10101", "11010"),
    "7/8": ("1000101", "1111010"),
}
"""Which symbols of each generator are sent: CCSDS 131.0-B table 3-1, the patterns of DVB-S."""

MEMORY: Final = 6
TERMS: Final = 14
"""Weights from the free distance on that enter the bound."""

LOOSE_ABOVE: Final = 1e-2
"""Bit error rate above which the union bound is no use."""


def gaussian_tail(x: ArrayLike) -> FloatArray:
    """Probability that a standard normal variable exceeds x [1]."""
    from scipy.special import ndtr

    return np.asarray(ndtr(-np.asarray(x, dtype=np.float64)), dtype=np.float64)


def binary_error_rate(eb_n0_db: ArrayLike, code_rate: float = 1.0) -> FloatArray:
    """Error rate of hard decisions on binary symbols.

    Parameters
    ----------
    eb_n0_db : array_like
        Energy an information bit over N0 [dB].
    code_rate : float
        Information bits a symbol [1].

    Returns
    -------
    ndarray
        Probability of a wrong symbol [1].

    References
    ----------
    Q(sqrt(2 R Eb/N0)), any text on digital communications.

    Examples
    --------
    >>> print(f"{binary_error_rate(9.5879):.2e}")
    1.00e-05
    """
    ratio = 10.0 ** (np.asarray(eb_n0_db, dtype=np.float64) / 10.0)
    return gaussian_tail(np.sqrt(2.0 * code_rate * ratio))


def psk8_bit_error_rate(eb_n0_db: ArrayLike) -> FloatArray:
    """Bit error rate of uncoded 8-PSK with Gray labels [1], right to some percent below 1e-2.

    References
    ----------
    Two nearest neighbours, 2/3 Q(sqrt(2 Es/N0) sin(pi/8)), one bit in three.
    """
    es_n0 = 3.0 * 10.0 ** (np.asarray(eb_n0_db, dtype=np.float64) / 10.0)
    return 2.0 / 3.0 * gaussian_tail(np.sqrt(2.0 * es_n0) * math.sin(math.pi / 8.0))


@cache
def convolutional_weights(rate: str) -> tuple[int, tuple[float, ...]]:
    """Distance spectrum of the convolutional code of CCSDS, punctured to a rate.

    Parameters
    ----------
    rate : str
        A key of `PUNCTURING`.

    Returns
    -------
    tuple
        Free distance, and the information weight of all paths of that distance and of each of the next
        `TERMS` - 1, a starting bit [1].

    Examples
    --------
    >>> convolutional_weights("1/2")[0], convolutional_weights("1/2")[1][:5]
    (10, (36.0, 0.0, 211.0, 0.0, 1404.0))
    """
    pattern = np.array([[int(digit) for digit in line] for line in PUNCTURING[rate]])
    period, states = pattern.shape[1], 1 << MEMORY
    most = 12 + TERMS  # no free distance is above 10
    found = np.zeros(most)
    for phase in range(period):
        found += _paths(pattern, phase, states, most)
    found /= period
    first = int(np.flatnonzero(found > 1e-9)[0])
    return first, tuple(float(value) for value in found[first : first + TERMS])


def _paths(pattern: NDArray[np.int64], phase: int, states: int, most: int) -> FloatArray:
    """Information weight by distance of the paths that leave the zero state at a phase and return once."""
    index = np.arange(states)
    count, weight, found = np.zeros((states, most)), np.zeros((states, most)), np.zeros(most)
    count[0, 0] = 1.0
    for turn in range(10_000):
        new_count, new_weight = np.zeros_like(count), np.zeros_like(weight)
        sent_now = pattern[:, (phase + turn) % pattern.shape[1]]
        for bit in (0, 1) if turn else (1,):
            register = (bit << MEMORY) | index
            cost = np.zeros(states, dtype=np.int64)
            for generator, sent in zip(GENERATORS, sent_now, strict=True):
                cost += sent * np.array([(int(value) & generator).bit_count() & 1 for value in register])
            for step in range(3):
                here, keep = np.flatnonzero(cost == step), most - step
                target = register[here] >> 1
                np.add.at(new_count[:, step:], target, count[here, :keep])
                np.add.at(new_weight[:, step:], target, weight[here, :keep] + bit * count[here, :keep])
        found += new_weight[0]
        new_count[0] = new_weight[0] = 0.0
        count, weight = new_count, new_weight
        if not count.any():
            return found
    raise AssertionError("a punctured code has a path that never returns")


def convolutional_bit_error_rate(eb_n0_db: ArrayLike, rate: str = "1/2") -> FloatArray:
    """Upper bound on the bit error rate of a convolutional code after a Viterbi decoder with soft decisions.

    Parameters
    ----------
    eb_n0_db : array_like
        Energy an information bit over N0 [dB].
    rate : str
        A key of `PUNCTURING`.

    Returns
    -------
    ndarray
        Bound [1]; within 0.1 dB of the truth below 1e-3, of no use above `LOOSE_ABOVE`.

    References
    ----------
    Union bound of Viterbi, IEEE Trans. Commun. 19 (1971) 751: sum of c_d Q(sqrt(2 d R Eb/N0)).

    Examples
    --------
    >>> print(f"{convolutional_bit_error_rate(4.2):.1e}")
    9.1e-06
    """
    first, weights = convolutional_weights(rate)
    top, bottom = (int(part) for part in rate.split("/"))
    ratio = 10.0 ** (np.asarray(eb_n0_db, dtype=np.float64) / 10.0) * top / bottom
    distances = first + np.arange(len(weights))
    bound: FloatArray = gaussian_tail(np.sqrt(2.0 * ratio[..., None] * distances)) @ np.array(weights)
    return bound


def bounded_distance_error_rate(symbol_error_rate: ArrayLike, length: int, corrected: int) -> FloatArray:
    """Probability that a codeword holds more wrong symbols than its decoder corrects.

    Parameters
    ----------
    symbol_error_rate : array_like
        Probability of a wrong symbol, each by itself [1].
    length : int
        Symbols in a codeword.
    corrected : int
        Symbols that can be corrected.

    Returns
    -------
    ndarray
        Probability [1].

    References
    ----------
    The tail of the binomial distribution.

    Examples
    --------
    >>> print(f"{bounded_distance_error_rate(1e-4, 63, 1):.2e}")
    1.95e-05
    """
    from scipy.special import bdtrc

    return np.asarray(bdtrc(corrected, length, np.asarray(symbol_error_rate, dtype=np.float64)))


def reed_solomon_word_error_rate(eb_n0_db: ArrayLike, information: int) -> FloatArray:
    """Codeword error rate of a Reed-Solomon code (255, k) of octets on a binary channel, hard decisions.

    Parameters
    ----------
    eb_n0_db : array_like
        Energy an information bit over N0 [dB].
    information : int
        Octets of information, 223 or 239.

    Returns
    -------
    ndarray
        Probability [1].
    """
    bit = binary_error_rate(eb_n0_db, information / 255.0)
    octet = -np.expm1(8.0 * np.log1p(-bit))
    return bounded_distance_error_rate(octet, 255, (255 - information) // 2)


def bch_word_error_rate(eb_n0_db: ArrayLike, corrected: int) -> FloatArray:
    """Probability that a telecommand codeblock (63,56) is rejected.

    Parameters
    ----------
    eb_n0_db : array_like
        Energy an information bit over N0 [dB]; the fill bit of the codeblock takes its share, 56 of 64.
    corrected : int
        1 where single errors are corrected, 0 where all are only detected.

    Returns
    -------
    ndarray
        Probability [1].

    References
    ----------
    CCSDS 231.0-B; the formulas of CCSDS 200.0-G-6 annex D.
    """
    return bounded_distance_error_rate(binary_error_rate(eb_n0_db, 56.0 / 64.0), 63, corrected)
