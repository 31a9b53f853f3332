"""Coverage of named sites: each one point with its own mask, zenith and horizon."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from qqnet.access.sites import SiteObserver
from qqnet.access.visibility import Observers, above_mask
from qqnet.coverage.analysis import CoverageAnalysis
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
        folds = np.zeros((len(np.asarray(satellites_km)), len(self.sites)), dtype=np.uint16)
        for n, site in enumerate(self.sites):
            one = site.observers
            seen = site.satellites(times_s, satellites_km)
            _count(seen, one.position_km[:, 0], one.up[:, 0], one.signed_square[0], folds[:, n])
        self._analysis.update_folds(times_s, folds)

    def result(self) -> CoverageResult:
        """Coverage over the epochs so far: one point a site, by name in ``site``."""
        data = self._analysis.result().data
        names = np.array([site.place.name for site in self.sites])
        horizons = np.array([site.horizon is not None for site in self.sites])
        return CoverageResult(
            data.assign_coords(site=("point", names), has_horizon=("point", horizons)).drop_dims("band")
        )


@njit(cache=True, error_model="numpy")
def _count(satellites, position, up, signed_square, folds):  # type: ignore[no-untyped-def]
    # As `qqnet.coverage.fold`, whose blocks of points a single point would leave empty.
    for t in range(satellites.shape[0]):
        for s in range(satellites.shape[1]):
            dx = satellites[t, s, 0] - position[0]
            dy = satellites[t, s, 1] - position[1]
            dz = satellites[t, s, 2] - position[2]
            folds[t] += above_mask(dx, dy, dz, up[0], up[1], up[2], signed_square)
