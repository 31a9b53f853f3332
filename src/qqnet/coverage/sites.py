"""Coverage of named sites: each one point with its own mask, zenith and horizon."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.sites import SiteObserver
from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.fold import fold
from qqnet.coverage.result import CoverageResult
from qqnet.errors import InputError


class SiteCoverage:
    """Coverage of sites on one body, fed with epochs in order as :class:`CoverageAnalysis` is.

    Parameters
    ----------
    body : str
        Name of the body.
    sites : list of SiteObserver, length P
        The sites.
    step_s : float
        Time between epochs [s].
    required_fold : int
        How many satellites are wanted in view.

    Raises
    ------
    InputError
        No site, or an argument out of its domain.
    """

    def __init__(self, body: str, sites: list[SiteObserver], *, step_s: float, required_fold: int = 1):
        if not sites:
            raise InputError(f"sites: none at {body}; wanted at least one")
        self.sites = sites
        skies = [site.observers for site in sites]
        together = Observers(
            np.concatenate([one.position_km for one in skies], axis=1),
            np.concatenate([one.up for one in skies], axis=1),
            np.concatenate([one.mask_rad for one in skies]),
            np.concatenate([one.signed_square for one in skies]),
        )
        self._analysis = CoverageAnalysis(
            body, together, np.ones(len(sites)), step_s=step_s, required_fold=required_fold
        )

    def update(self, times_s: ArrayLike, satellites_km: ArrayLike) -> None:
        """Take in the next epochs.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs, one step apart, going on where the last call ended [TDB s past J2000].
        satellites_km : array_like [T, S, 3]
            Body-fixed positions [km]; not-a-number where out of service.

        Raises
        ------
        InputError
            Another shape, or epochs that do not go on in steps.
        """
        folds = [fold(site.observers, site.satellites(times_s, satellites_km)) for site in self.sites]
        self._analysis.update_folds(times_s, np.concatenate(folds, axis=1))

    def result(self) -> CoverageResult:
        """Coverage over the epochs so far: one point a site, by name in ``site``."""
        data = self._analysis.result().data
        names = np.array([site.place.name for site in self.sites])
        horizons = np.array([site.horizon is not None for site in self.sites])
        return CoverageResult(
            data.assign_coords(site=("point", names), has_horizon=("point", horizons)).drop_dims("band")
        )
