"""Fading of a signal that scintillates: how far it falls below its mean for a share of the time."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray

_GRID: Final = np.linspace(0.0, 1.0, 1025)
_WEAK: Final = 0.02  # below it the distribution is normal to 0.01 dB, and its Rician form costly


def rice_factor(index: ArrayLike) -> FloatArray:
    """Ratio of steady to scattered power of a Rician signal with a scintillation index.

    Parameters
    ----------
    index : array_like
        Standard deviation of the power over its mean [1], 0 to 1.

    Returns
    -------
    ndarray
        Rice factor K [1]: infinite at 0, 0 (Rayleigh) at 1.

    Raises
    ------
    InputError
        An index outside of 0 to 1.

    References
    ----------
    m^2 = (1 + 2 K) / (1 + K)^2, so K = s / (1 - s) with s = sqrt(1 - m^2).

    Examples
    --------
    >>> print(np.round(rice_factor([0.5, 1.0]), 3))
    [6.464 0.   ]
    """
    steady = np.sqrt(1.0 - _index(index) ** 2)
    with np.errstate(divide="ignore"):
        return np.asarray(np.divide(steady, 1.0 - steady), dtype=np.float64)


def fade_db(index: ArrayLike, outage: float) -> FloatArray:
    """How far the power falls below its mean, but for a share of the time.

    Fades of the corona last some tenths of a second, longer than a frame at the rates of deep space: the
    share of the time is the share of frames that is lost at a threshold so much below the mean.

    Parameters
    ----------
    index : array_like
        Scintillation index [1], 0 to 1.
    outage : float
        Share of the time that may fall lower [1], 0.0001 to 0.5.

    Returns
    -------
    ndarray
        Fade [dB], zero or more.

    Raises
    ------
    InputError
        An argument outside of its domain.

    References
    ----------
    Rician fading, as in Feria, Belongie, McPheeters and Tan 1997, Solar Scintillation Effects on
    Telecommunication Links at Ka-Band and X-Band, TDA Progress Report 42-129: 2 (K + 1) times the power over its
    mean is noncentral chi-square with 2 degrees of freedom and noncentrality 2 K. Tabulated on 1025 values of
    the index and interpolated, to 0.01 dB.

    Examples
    --------
    >>> print(np.round(fade_db([0.0, 0.1, 1.0], 0.05), 2))
    [ 0.    0.76 12.9 ]
    """
    if not 1e-4 <= outage <= 0.5:
        raise InputError(f"the outage is {outage:g}; it must be from 0.0001 to 0.5, such as 0.05")
    return np.asarray(np.interp(_index(index), _GRID, _table(outage)), dtype=np.float64)


@cache
def _table(outage: float) -> FloatArray:
    """Fades at the indices of the grid [dB]."""
    from scipy.special import chndtrix, ndtri

    power = 1.0 + ndtri(outage) * _GRID
    strong = _GRID >= _WEAK
    factor = rice_factor(_GRID[strong])
    power[strong] = chndtrix(outage, 2.0, 2.0 * factor) / (2.0 * (factor + 1.0))
    # From the median up a Rician signal may be above its mean: no gain is counted.
    return np.asarray(np.maximum(-10.0 * np.log10(power), 0.0), dtype=np.float64)


def _index(value: ArrayLike) -> FloatArray:
    index = np.asarray(value, dtype=np.float64)
    valid = (index >= 0.0) & (index <= 1.0)
    if not valid.all():
        worst = float(index[~valid].flat[0]) if index.ndim else float(index)
        raise InputError(f"the scintillation index is {worst:g}; it must be from 0 to 1")
    return index
