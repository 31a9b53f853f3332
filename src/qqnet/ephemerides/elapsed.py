"""Seconds since an epoch in UTC, as STK and Cesium count them: those of atomic time, through leap seconds."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.space.chebyshev import fit
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.space.timescales import tdb_minus_tt, tt_from_tdb

Floats = NDArray[np.float64]

FEW: Final = 64
"""So many differences are computed one by one."""

TOLERANCE_S: Final = 1e-11
"""Greatest error of the table of differences [s]."""


def elapsed_s(t: ArrayLike, epoch: float) -> Floats:
    """Return seconds of atomic time since an epoch.

    Parameters
    ----------
    t : array_like, shape [N]
        Times [TDB s past J2000].
    epoch : float
        Where to count from [TDB s past J2000].

    Returns
    -------
    ndarray, shape [N]
        Elapsed time [s]: that of TDB, less how far TDB has gained on atomic time, at most 3.4 ms. Differences are
        taken first, so that nothing is rounded to the resolution of absolute times.
    """
    times = np.asarray(t, dtype=np.float64)
    return np.asarray((times - epoch) - _gained(times - epoch, epoch), dtype=np.float64)


def tdb_after(elapsed: ArrayLike, epoch: float) -> Floats:
    """Return the times that lie so many seconds of atomic time after an epoch; undoes `elapsed_s`.

    Parameters
    ----------
    elapsed : array_like, shape [N]
        Elapsed time [s].
    epoch : float
        Where it is counted from [TDB s past J2000].

    Returns
    -------
    ndarray, shape [N]
        Times [TDB s past J2000].
    """
    since = np.asarray(elapsed, dtype=np.float64)
    return np.asarray(epoch + (since + _gained(since, epoch)), dtype=np.float64)


def _gained(since: Floats, epoch: float) -> Floats:
    """Return how far TDB gains on TT in some time after an epoch [s]; the scale of that time makes no difference.

    Each value costs 787 terms, so many are taken from a table of Chebyshev series.
    """
    start = float(tt_from_tdb(np.array([epoch]))[0])

    def gained(elapsed: Floats) -> Floats:
        return (tdb_minus_tt(start + elapsed) - tdb_minus_tt(np.array([start])))[:, None]

    if since.size <= FEW:
        return gained(since)[:, 0]
    low, high = float(np.min(since)), float(np.max(since))
    table = fit(gained, low, high, TOLERANCE_S, interval_s=SECONDS_PER_DAY, name="TDB - TT")
    return np.where(since == 0.0, 0.0, table.evaluate(since)[:, 0])
