"""Capacity of pulse-position modulation on a photon-counting channel with background light.

In each of the M slots of a symbol a detector counts photons: Poisson with mean `n_b` where only background falls,
`n_s + n_b` where the pulse is. The capacity is the mutual information of equally likely pulses with all M counts
(soft decisions).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, not_negative
from qqnet.links.roots import rising_root

LEAST_BACKGROUND: Final = 1e-9
"""Background counts a slot [1] below which the channel is the one without background: the need of photons differs
by less than 1e-4 dB for every order up to 4096."""

MOST_BACKGROUND: Final = 1e2
"""Background counts a slot [1] up to which the need of photons is tabulated."""

_STEP = (
    0.5  # of the trapezoidal rule; the integrand is analytic in a strip of half-width pi/2, so right to 1e-8
)
_POINTS = 64  # of the table, computed
_FINE = 2000  # of the table, drawn between them
_TAIL = 1e-18  # probability of the counts that are left out


def ppm_capacity_bits(signal: float, background: float, order: int) -> float:
    """Capacity of one PPM symbol.

    Parameters
    ----------
    signal : float
        Mean signal counts a pulse n_s [1].
    background : float
        Mean background counts a slot n_b [1].
    order : int
        Slots a symbol M, 2 or more.

    Returns
    -------
    float
        Mutual information [bit a symbol], 0 to log2 M.

    Raises
    ------
    InputError
        An argument is outside its domain.

    References
    ----------
    The channel of Moision and Hamkins, IPN Progress Report 42-154 (2003). With the likelihood ratio
    (1 + n_s/n_b)^k of k counts and a = 1 + n_s/n_b,

        C = log2 M - E log2 [ sum_j a^(k_j) / a^(k_1) ],

    k_1 in the pulsed slot. The logarithm of the sum of M variables is taken apart by Frullani's integral
    ln x = int_0^inf (e^-t - e^(-t x)) / t dt, under which the expectation is a product over slots; one integral
    over ln t is left, and no sum over M-fold counts.

    Examples
    --------
    >>> print(f"{ppm_capacity_bits(2.0, 0.0, 64):.4f} {ppm_capacity_bits(2.0, 0.1, 64):.4f}")
    5.1880 3.8623
    """
    n_s = float(not_negative(signal, "the signal a pulse", "counts"))
    n_b = float(not_negative(background, "the background a slot", "counts"))
    if order < 2:
        raise InputError(f"the PPM order is {order}; it must be 2 or more")
    if n_s == 0.0:
        return 0.0
    if n_b < LEAST_BACKGROUND:
        return -math.expm1(-n_s) * math.log2(order)
    log_a = math.log1p(n_s / n_b)
    pulsed, weight_pulsed = _counts(n_s + n_b)
    empty, weight_empty = _counts(n_b)
    # ln t: above 4 both terms have vanished, below the lower end they cancel to rounding
    low = -40.0 - math.log(order) - log_a * float(pulsed[-1])
    u = np.arange(low, 4.0, _STEP)
    with np.errstate(under="ignore", over="ignore"):
        term = np.exp(-np.exp(u[:, None] + log_a * pulsed)) @ weight_pulsed
        others = np.exp(-np.exp(u[:, None] + log_a * empty)) @ weight_empty
        product = term * others ** (order - 1)
        integral = float(np.sum(np.exp(-np.exp(u)) - product) * _STEP)
    lost = (integral - (n_s + n_b) * log_a) / math.log(2.0)
    return min(max(math.log2(order) - lost, 0.0), math.log2(order))


def _counts(mean: float) -> tuple[FloatArray, FloatArray]:
    """Return the counts that matter of a Poisson distribution, and their probabilities, which sum to one."""
    spread = math.sqrt(mean)
    k = np.arange(max(math.floor(mean - 10.0 * spread), 0), math.ceil(mean + 10.0 * spread + 20.0) + 1.0)
    log_factorial = math.lgamma(k[0] + 1.0) + np.concatenate([[0.0], np.cumsum(np.log(k[1:]))])
    weight = np.exp(k * math.log(mean) - mean - log_factorial)
    keep = weight > _TAIL
    return k[keep], weight[keep] / weight[keep].sum()


def required_signal(background: float, order: int, code_rate: float, at_least: float = 0.0) -> float:
    """Signal counts a pulse at which the capacity is the code's: the inverse of `ppm_capacity_bits`.

    Parameters
    ----------
    background : float
        Mean background counts a slot [1].
    order : int
        Slots a symbol M.
    code_rate : float
        Code rate [1], above 0 and below 1.
    at_least : float
        A lower bound of the answer [1], where one is known.

    Returns
    -------
    float
        Mean signal counts a pulse [1].

    Raises
    ------
    InputError
        An argument is outside its domain; a code rate of 1 has no finite answer.
    """
    if not 0.0 < code_rate < 1.0:
        raise InputError(f"the code rate is {code_rate:g}; it must be above 0 and below 1 for a finite need")
    least = -math.log1p(-code_rate)
    if background < LEAST_BACKGROUND:
        return least
    target = code_rate * math.log2(order)

    def short_of(log_signal: float) -> float:
        return ppm_capacity_bits(math.exp(log_signal), background, order) - target

    return math.exp(rising_root(short_of, math.log(max(least, at_least)) - 1e-3, 0.1))


@lru_cache(maxsize=256)
def _table(order: int, code_rate: float) -> tuple[FloatArray, FloatArray]:
    """Decimal logarithms of background counts a slot, and the required signal [dB] there.

    Computed at Chebyshev points and drawn out with their polynomial.
    """
    first, last = math.log10(LEAST_BACKGROUND), math.log10(MOST_BACKGROUND)
    x = -np.cos(math.pi * (np.arange(_POINTS) + 0.5) / _POINTS)
    need, known = [], 0.0
    for node in 0.5 * (first + last) + 0.5 * (last - first) * x:
        known = required_signal(10.0**node, order, code_rate, known)  # it rises with the background
        need.append(10.0 * math.log10(known))
    fine = np.linspace(-1.0, 1.0, _FINE)
    polynomial = np.polynomial.chebyshev.chebfit(x, need, _POINTS - 1)
    drawn = np.polynomial.chebyshev.chebval(fine, polynomial)
    return 0.5 * (first + last) + 0.5 * (last - first) * fine, np.asarray(drawn, dtype=np.float64)


def required_signal_db(background: ArrayLike, order: int, code_rate: float) -> FloatArray:
    """Signal counts a pulse that a code needs, from a table made once for each order and code rate.

    Parameters
    ----------
    background : array_like
        Mean background counts a slot [1].
    order : int
        Slots a symbol M.
    code_rate : float
        Code rate [1], above 0 and below 1.

    Returns
    -------
    ndarray
        Mean signal counts a pulse [dB], to 0.0005 dB of `required_signal`; infinite above `MOST_BACKGROUND`,
        where it is not computed and no link should be promised.

    Raises
    ------
    InputError
        A background is negative or not finite, or the code rate outside 0 to 1.

    Examples
    --------
    >>> print(f"{required_signal_db(0.01, 16, 0.5):.2f} dB")
    -0.74 dB
    """
    counts = not_negative(background, "the background a slot", "counts")
    clear = 10.0 * math.log10(required_signal(0.0, order, code_rate))
    if not (counts >= LEAST_BACKGROUND).any():
        return np.full(counts.shape, clear)
    logarithm = np.log10(np.clip(counts, LEAST_BACKGROUND, MOST_BACKGROUND))
    need = np.where(counts < LEAST_BACKGROUND, clear, np.interp(logarithm, *_table(order, code_rate)))
    return np.where(counts > MOST_BACKGROUND, np.inf, need)
