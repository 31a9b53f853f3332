"""Confidence intervals of means over independent runs."""

from __future__ import annotations

import math
import warnings
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES: Final = 4999
SEED: Final = 20_260_101


class Interval(NamedTuple):
    """A mean and how well it is known.

    Attributes
    ----------
    mean, low, high : float
        Mean over the runs, and the bounds between which the true mean lies with the confidence asked for; the
        bounds are NaN for fewer than two runs.
    runs : int
        Runs that have a value.
    """

    mean: float
    low: float
    high: float
    runs: int


def mean_interval(values: ArrayLike, confidence: float, resamples: int = RESAMPLES) -> Interval:
    """Interval of a mean: the wider of Student's and of the bootstrap at either side.

    Student's t is right for few runs and no skew. Shares of what was delivered are skewed: most runs deliver all,
    and a few do not. The bias-corrected and accelerated bootstrap (Efron 1987) follows the skew but is too narrow
    for few runs. `limits` cuts bounds to what the values can be, such as shares.

    Parameters
    ----------
    values : array_like, shape (N,)
        One a run; NaN where a run has none.
    confidence : float
        Above 0 and below 1.
    resamples : int
        Of the bootstrap; drawn from a fixed seed, so that the same values give the same interval.

    Returns
    -------
    Interval
        With equal values the interval has no width; `deviation_limit` says what that can still hide.

    Examples
    --------
    >>> found = mean_interval([0.9, 1.0, 0.95, 0.97, 0.99], 0.95)
    >>> round(found.mean, 3), found.low < 0.93, found.runs
    (0.962, True, 5)
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    count = known.size
    if count == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = float(known.mean())
    if count == 1:
        return Interval(mean, math.nan, math.nan, 1)
    if np.ptp(known) == 0.0:
        return Interval(mean, mean, mean, count)
    from scipy import stats

    half = float(stats.t.ppf(0.5 + 0.5 * confidence, count - 1)) * float(known.std(ddof=1)) / math.sqrt(count)
    low, high = _bootstrap(known, confidence, resamples)
    return Interval(mean, min(mean - half, low), max(mean + half, high), count)


def _bootstrap(known: NDArray[np.float64], confidence: float, resamples: int) -> tuple[float, float]:
    from scipy import stats

    with warnings.catch_warnings():
        # Of values that hardly differ it gives NaN, and says so.
        warnings.simplefilter("ignore")
        found = stats.bootstrap(
            (known,),
            np.mean,
            confidence_level=confidence,
            n_resamples=resamples,
            vectorized=True,
            rng=np.random.default_rng(SEED),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return (low, high) if math.isfinite(low) and math.isfinite(high) else (math.inf, -math.inf)


def limits(interval: Interval, low: float, high: float) -> Interval:
    """Cut an interval to what values can be, such as 0 to 1 for shares."""
    return interval._replace(low=max(interval.low, low), high=min(interval.high, high))


def deviation_limit(runs: int, confidence: float) -> float:
    """Largest share of runs that may differ though none of those made did.

    Parameters
    ----------
    runs : int
        Runs made, all alike.
    confidence : float
        Above 0 and below 1.

    Returns
    -------
    float
        The share p with ``(1 - p)**runs = 1 - confidence``; about 3 / runs at 95 % ("rule of three").

    Examples
    --------
    >>> round(deviation_limit(100, 0.95), 4)
    0.0295
    """
    return 1.0 if runs <= 0 else 1.0 - (1.0 - confidence) ** (1.0 / runs)
