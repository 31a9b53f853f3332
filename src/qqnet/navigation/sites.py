"""Dilution of precision at named sites: each one point with its own mask, zenith and horizon."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from qqnet.access.sites import SiteObserver
from qqnet.errors import InputError
from qqnet.navigation.analysis import LIMITS, NavigationAnalysis
from qqnet.navigation.result import NavigationResult


class SiteNavigation:
    """Dilution of precision at sites on one body, fed with epochs as :class:`NavigationAnalysis` is.

    Parameters
    ----------
    body : str
        Name of the body.
    sites : list of SiteObserver, length P
        The sites.
    limits : sequence of float, optional
        Values for which shares of time at or below are counted [1].

    Raises
    ------
    InputError
        No site, or an argument out of its domain.
    """

    def __init__(self, body: str, sites: list[SiteObserver], *, limits: Sequence[float] = LIMITS):
        if not sites:
            raise InputError(f"sites: none at {body}; wanted at least one")
        self.sites = sites
        self._analyses = [NavigationAnalysis(body, site.observers, [1.0], limits=limits) for site in sites]

    def update(self, times_s: ArrayLike, satellites_km: ArrayLike) -> None:
        """Take in the next epochs.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs, ascending, later than those before [TDB s past J2000].
        satellites_km : array_like [T, S, 3]
            Body-fixed positions [km]; not-a-number where out of service.

        Raises
        ------
        InputError
            Another shape, or epochs out of order.
        """
        for site, analysis in zip(self.sites, self._analyses, strict=True):
            analysis.update(times_s, site.satellites(times_s, satellites_km))

    def result(self) -> dict[str, NavigationResult]:
        """Dilution of precision over the epochs so far, by the name of the site; one point each."""
        made = {}
        for site, analysis in zip(self.sites, self._analyses, strict=True):
            data = analysis.result().data
            has_horizon = ("point", [site.horizon is not None])
            made[site.place.name] = NavigationResult(data.assign_coords(has_horizon=has_horizon))
        return made
