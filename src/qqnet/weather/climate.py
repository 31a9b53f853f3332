"""Share of clear sky above sites by season and hour of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

YEAR_S: Final = 365.2425 * 86400.0
"""Mean year of the calendar; its twelfths stand for months, which moves them by up to two days."""


@dataclass(frozen=True, eq=False)
class Climate:
    """What is expected of the sky above S sites.

    Attributes
    ----------
    monthly : ndarray, shape [S, 12]
        Share of clear sky in the middle of each month, from January on.
    swing : ndarray, shape [S]
        What is added to it at the clearest hour, and taken off twelve hours later.
    clearest_s : ndarray, shape [S]
        Local mean solar time of that hour, from midnight [s].
    longitude_rad : ndarray, shape [S]
        East longitude [rad].
    """

    monthly: Floats
    swing: Floats
    clearest_s: Floats
    longitude_rad: Floats

    @property
    def mean(self) -> Floats:
        """Share of clear sky over the year, shape [S]."""
        return np.asarray(self.monthly.mean(axis=1), dtype=np.float64)

    @property
    def changes(self) -> bool:
        """Whether any site has seasons or hours."""
        return bool(np.ptp(self.monthly, axis=1).any() or self.swing.any())

    def clear(self, times_s: ArrayLike) -> Floats:
        """Probability that the sky is clear.

        Parameters
        ----------
        times_s : array_like, shape [T]
            TDB past J2000; its minute against UTC does not matter here [s].

        Returns
        -------
        ndarray, shape [T, S]
            Monthly shares, linear from one middle of a month to the next, and a cosine over the day.
        """
        times = np.asarray(times_s, dtype=np.float64)
        noon = times + 43200.0  # J2000 is a noon of 1 January
        place = np.mod(noon / YEAR_S * 12.0 - 0.5, 12.0)
        before = np.floor(place).astype(np.int64) % 12
        share = (place - np.floor(place))[:, None]
        months = self.monthly.T
        season = months[before] * (1.0 - share) + months[(before + 1) % 12] * share
        if not self.swing.any():
            return np.asarray(season, dtype=np.float64)
        angle = 2.0 * np.pi * (noon[:, None] - self.clearest_s) / 86400.0 + self.longitude_rad
        return np.asarray(season + self.swing * np.cos(angle), dtype=np.float64)

    def thresholds(self, times_s: ArrayLike) -> Floats:
        """Where a standard normal variable has the sky clear below it, shape [T, S]."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.clear(times_s)), dtype=np.float64)
