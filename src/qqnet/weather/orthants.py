"""Probabilities of correlated normal variables, which say how often sites are clear together.

Two variables: the integral of the density over the correlation (Plackett 1954; Genz 2004, Numerical computation
of rectangular bivariate and trivariate normal and t probabilities). Several: the separation of variables of Genz
(1992, Numerical computation of multivariate normal probabilities), followed into both branches of every
variable, so that one pass gives the probability of each pattern of clear and cloudy sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MOST_SITES: Final = 10
"""Beyond it the 2^N patterns are too many."""

_NODES: Final = 48
_POINTS: Final = 12
_FEWER_POINTS: Final = 10
"""Powers of two of integration points, for up to eight variables and for more."""

_DRAW: Final = 20250101


def bivariate_normal(first: ArrayLike, second: ArrayLike, correlation: ArrayLike) -> Floats:
    """Probability that two standard normal variables are both below their thresholds.

    Parameters
    ----------
    first, second : array_like, shape [...]
        Thresholds.
    correlation : array_like, shape [...]
        Between -1 and 1; at +-0.999 right to 1e-9, within +-0.9 to 1e-14.

    Returns
    -------
    ndarray, shape [...]

    Examples
    --------
    >>> round(float(bivariate_normal(0.0, 0.0, 0.5)), 12)
    0.333333333333
    """
    from scipy.special import ndtr

    h, k, rho = (np.asarray(a, dtype=np.float64) for a in (first, second, correlation))
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    top = np.arcsin(np.clip(rho, -1.0, 1.0))[..., None]
    angle = 0.5 * top * (points + 1.0)
    sine, square = np.sin(angle), np.maximum(np.cos(angle) ** 2, 1e-300)
    h, k = h[..., None], k[..., None]
    density = np.exp(-np.minimum((h * h + k * k - 2.0 * h * k * sine) / (2.0 * square), 700.0))
    grown = (0.5 * top * weights * density).sum(axis=-1) / (2.0 * np.pi)
    return np.asarray(ndtr(h[..., 0]) * ndtr(k[..., 0]) + grown, dtype=np.float64)


def patterns(thresholds: ArrayLike, correlation: ArrayLike) -> Floats:
    """Probability of each pattern of standard normal variables below their thresholds.

    Parameters
    ----------
    thresholds : array_like, shape [N]
        At most `MOST_SITES`.
    correlation : array_like, shape [N, N]
        Their correlation, positive definite.

    Returns
    -------
    ndarray, shape [2**N]
        At place p the variables whose bit is set in p are below, all others above; right to about 1e-5 (1e-4
        beyond eight), and the sum is 1. The first variable has the lowest bit.
    """
    from scipy.special import ndtr, ndtri
    from scipy.stats import qmc

    u = np.asarray(thresholds, dtype=np.float64)
    factor = np.linalg.cholesky(np.asarray(correlation, dtype=np.float64))
    count = u.size
    power = _POINTS if count <= 8 else _FEWER_POINTS
    points = np.full((2**power, 1), 0.5)
    if count > 1:
        points = qmc.Sobol(count - 1, scramble=True, seed=_DRAW).random_base2(power)
    chance = np.ones((1, 2**power))
    drawn = np.empty((1, 0, 2**power))
    for n in range(count):
        mean = np.einsum("k,pkw->pw", factor[n, :n], drawn)
        below = ndtr((u[n] - mean) / factor[n, n])
        if n < count - 1:
            # One point serves both branches: scaled into what is below, and into what is above.
            low = ndtri(np.clip(points[:, n] * below, 1e-300, 1.0 - 1e-16))
            high = ndtri(np.clip(below + points[:, n] * (1.0 - below), 1e-300, 1.0 - 1e-16))
            drawn = np.concatenate(
                [
                    np.concatenate([drawn, high[:, None, :]], axis=1),
                    np.concatenate([drawn, low[:, None, :]], axis=1),
                ]
            )
        chance = np.concatenate([chance * (1.0 - below), chance * below])
    return np.asarray(chance.mean(axis=1), dtype=np.float64)


def at_least(chance: ArrayLike) -> Floats:
    """Probability that at least k variables are below their thresholds.

    Parameters
    ----------
    chance : array_like, shape [2**N]
        Of each pattern, as `patterns` gives it.

    Returns
    -------
    ndarray, shape [N + 1]
        For k from 0 (which is 1) to N.

    Examples
    --------
    Two independent sites that are clear half of the time:

    >>> at_least(patterns([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]])).tolist()
    [1.0, 0.75, 0.25]
    """
    found = np.asarray(chance, dtype=np.float64)
    count = np.array([int(p).bit_count() for p in range(found.size)])
    exactly = np.bincount(count, weights=found)
    return np.asarray(exactly[::-1].cumsum()[::-1], dtype=np.float64)


def any_of(chance: ArrayLike, chosen: Sequence[int]) -> float:
    """Probability that at least one of some variables is below its threshold.

    Parameters
    ----------
    chance : array_like, shape [2**N]
        Of each pattern, as `patterns` gives it.
    chosen : sequence of int
        Which of the N variables.

    Returns
    -------
    float
    """
    found = np.asarray(chance, dtype=np.float64)
    mask = sum(1 << n for n in chosen)
    return float(found[(np.arange(found.size) & mask) != 0].sum())
