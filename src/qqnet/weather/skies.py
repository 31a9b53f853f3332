"""The skies above the sites of a network: their climate, the field of clouds, and what follows from both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.weather.climate import YEAR_S, Climate
from qqnet.weather.field import STEP_S, CloudField, crossings_per_s
from qqnet.weather.orthants import MOST_SITES, patterns
from qqnet.weather.spells import Outages, clipped, fewer_than, intervals_above

Floats = NDArray[np.float64]

_DATES: Final = 12
_HOURS: Final = 4
"""Dates of a span, and hours of each, at which probabilities that change are looked at."""


@dataclass(frozen=True, eq=False)
class Skies:
    """Clouds above S sites.

    Attributes
    ----------
    field : CloudField
        What drives them; its names are the sites.
    climate : Climate
        How often it is clear.
    seed : int
        Of the scenario.
    """

    field: CloudField
    climate: Climate
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The sites, in order."""
        return self.field.names

    def cloudy(self, start_s: float, stop_s: float, realisation: int = 0) -> list[Floats]:
        """Draw when each site is cloudy.

        Parameters
        ----------
        start_s, stop_s : float
            Span [TDB s past J2000]. The weather of a date is the same in any span that holds it.
        realisation : int, optional
            0 is the weather of the scenario; others are for statistics.

        Returns
        -------
        list of ndarray, each of shape [K, 2]
            Cloudy intervals of each site, ordered and apart, cut at the span [TDB s past J2000].
        """
        first, last = int(np.floor(start_s / STEP_S)), int(np.ceil(stop_s / STEP_S))
        x, slope = self.field.sample(first, last, self.seed, realisation)
        # One step more at either end, so that slopes are the same in every span.
        level = self.climate.thresholds(STEP_S * np.arange(first - 1, last + 2))
        x -= level[1:-1]
        slope -= 0.5 * (level[2:] - level[:-2])
        found = []
        for n in range(len(self.names)):
            above = intervals_above(x[:, n], slope[:, n], first * STEP_S, STEP_S)
            found.append(clipped(above, start_s, stop_s))
        return found

    def moments(self, start_s: float, stop_s: float) -> Floats:
        """Moments that stand for a span; one, where nothing changes with season and hour."""
        if not self.climate.changes:
            return np.array([0.5 * (start_s + stop_s)])
        dates = start_s + (stop_s - start_s) * (np.arange(_DATES) + 0.5) / _DATES
        if not self.climate.swing.any():
            return dates
        # Hours about each date; in a span of less than a day those within it.
        width = min(86400.0, (stop_s - start_s) / _DATES)
        return (dates[:, None] + width * ((np.arange(_HOURS) + 0.5) / _HOURS - 0.5)).ravel()

    def clear_share(self, start_s: float, stop_s: float) -> Floats:
        """Expected share of clear sky over a span, shape [S]."""
        return np.asarray(self.climate.clear(self.moments(start_s, stop_s)).mean(axis=0))

    def patterns(self, start_s: float, stop_s: float) -> Floats:
        """Expected share of a span in each pattern of clear and cloudy sites.

        Parameters
        ----------
        start_s, stop_s : float
            Span [TDB s past J2000].

        Returns
        -------
        ndarray, shape [2**S]
            As `qqnet.weather.orthants.patterns`, for `at_least` and `any_of` there; empty where there are more
            than `MOST_SITES` sites, for which draws alone tell.
        """
        if len(self.names) > MOST_SITES:
            return np.empty(0)
        near = self.field.correlation
        levels = self.climate.thresholds(self.moments(start_s, stop_s))
        return np.asarray(np.mean([patterns(level, near) for level in levels], axis=0))

    def spells_s(self, start_s: float, stop_s: float) -> tuple[Floats, Floats]:
        """Expected mean length of clear and of cloudy spells in a span, each of shape [S] [s]."""
        clear = self.climate.clear(self.moments(start_s, stop_s))
        rate = crossings_per_s(clear, self.field.scales_s).mean(axis=0)
        return clear.mean(axis=0) / rate, (1.0 - clear).mean(axis=0) / rate

    def outages(
        self, start_s: float, stop_s: float, wanted: int = 1, realisation: int = 0
    ) -> tuple[list[Outages], Outages]:
        """Draw the outages of each site, and those of the network for want of `wanted` clear sites."""
        cloudy = self.cloudy(start_s, stop_s, realisation)
        each = [Outages.of(one, start_s, stop_s) for one in cloudy]
        return each, Outages.of(fewer_than(cloudy, wanted, start_s, stop_s), start_s, stop_s)

    def years(self, start_s: float, count: int) -> list[tuple[list[Outages], Outages]]:
        """Draw `outages` of several years, all from one date on, each by a draw of its own."""
        return [self.outages(start_s, start_s + YEAR_S, 1, n) for n in range(1, count + 1)]
