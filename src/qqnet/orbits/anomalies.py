"""Kepler's equation, and the three anomalies that it joins."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]


def check_eccentricity(e: ArrayLike) -> None:
    """Raise unless eccentricities are those of ellipses.

    Parameters
    ----------
    e : array_like
        Eccentricity [1].

    Raises
    ------
    InputError
        If one is not in [0, 1).
    """
    given = np.atleast_1d(np.asarray(e, dtype=np.float64))
    bad = given[~((given >= 0) & (given < 1))]
    if bad.size:
        raise InputError(f"eccentricity {bad[0]:g}; a closed orbit needs 0 <= e < 1")


@njit(cache=True)
def solve_kepler(mean, e):  # type: ignore[no-untyped-def]
    """Solve E - e sin E = M for one M and 0 <= e < 1 by Halley steps that a bracket guards."""
    turns = np.round(mean / (2.0 * np.pi))
    m = mean - turns * 2.0 * np.pi
    low = m - e if m < 0.0 else m
    high = m if m < 0.0 else m + e
    x = m + 0.85 * e * np.sign(m)  # Danby 1987, Celest. Mech. 40:303
    for _ in range(60):
        sine, cosine = e * np.sin(x), e * np.cos(x)
        f = x - sine - m
        if f > 0.0:
            high = min(high, x)
        else:
            low = max(low, x)
        slope = 1.0 - cosine
        # The derivative can vanish with the residual when e -> 1 at M = 0; the bracket then decides.
        divisor = slope - 0.5 * f * sine / slope if slope > 0.0 else 0.0
        step = f / divisor if divisor > 0.0 else np.inf
        following = x - step
        if not low <= following <= high:
            following = 0.5 * (low + high)
        if abs(following - x) <= 4e-16 * max(1e-3, abs(following)):
            x = following
            break
        x = following
    return x + turns * 2.0 * np.pi


@njit(cache=True)
def _eccentric_anomalies(mean, e, out):  # type: ignore[no-untyped-def]
    for k in range(mean.size):
        out[k] = solve_kepler(mean[k], e[k])


def eccentric_from_mean(mean_anomaly_rad: ArrayLike, e: ArrayLike) -> Floats:
    """Solve Kepler's equation.

    Parameters
    ----------
    mean_anomaly_rad : array_like
        Mean anomaly, any number of turns [rad].
    e : array_like
        Eccentricity, 0 <= e < 1 [1].

    Returns
    -------
    ndarray
        Eccentric anomaly in the same turn [rad].

    Raises
    ------
    InputError
        If an eccentricity is outside [0, 1).

    Examples
    --------
    >>> float(eccentric_from_mean(0.0, 0.99))
    0.0
    """
    check_eccentricity(e)
    mean, ecc = np.broadcast_arrays(
        np.asarray(mean_anomaly_rad, dtype=np.float64), np.asarray(e, dtype=np.float64)
    )
    out = np.empty(mean.size)
    _eccentric_anomalies(mean.ravel(), ecc.ravel(), out)
    return out.reshape(mean.shape)


def true_from_mean(mean_anomaly_rad: ArrayLike, e: ArrayLike) -> Floats:
    """Return the true anomaly [rad] for a mean anomaly [rad] and an eccentricity [1], in the same turn."""
    ecc = np.asarray(e, dtype=np.float64)
    half = eccentric_from_mean(mean_anomaly_rad, ecc) / 2.0
    # Broucke and Cefola 1973, Celest. Mech. 7:388: no quadrant or turn is lost.
    beta = ecc / (1.0 + np.sqrt(1.0 - ecc**2))
    return 2.0 * (half + np.arctan(beta * np.sin(2.0 * half) / (1.0 - beta * np.cos(2.0 * half))))


def mean_from_true(true_anomaly_rad: ArrayLike, e: ArrayLike) -> Floats:
    """Return the mean anomaly [rad] for a true anomaly [rad] and an eccentricity [1], in the same turn."""
    check_eccentricity(e)
    ecc, true = np.asarray(e, dtype=np.float64), np.asarray(true_anomaly_rad, dtype=np.float64)
    beta = ecc / (1.0 + np.sqrt(1.0 - ecc**2))
    eccentric = true - 2.0 * np.arctan(beta * np.sin(true) / (1.0 + beta * np.cos(true)))
    return eccentric - ecc * np.sin(eccentric)
