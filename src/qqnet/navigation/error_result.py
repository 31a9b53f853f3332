"""What an analysis of users' errors found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.errors import InputError
from qqnet.navigation.error_budget import ErrorBudget
from qqnet.navigation.error_radius import NORMAL_95
from qqnet.navigation.history import quantile
from qqnet.navigation.weighted import ERRORS

if TYPE_CHECKING:
    import xarray as xr

ONE_SIGMA = ("horizontal", "vertical", "position", "time")
_RADIUS = {
    "horizontal": ("horizontal_p95", 1.0),
    "position": ("position_p95", 1.0),
    "vertical": ("vertical", NORMAL_95),
    "time": ("time", NORMAL_95),
}
"""Where the 95 % radius of each error is kept, and the factor on it."""


@dataclass(frozen=True)
class ErrorResult:
    """Errors of users at a set of points over a span of time.

    Attributes
    ----------
    data : xarray.Dataset
        By ``error`` = horizontal, vertical, position, time (one sigma) and horizontal_p95, position_p95 (radius
        that holds 95 % of the error) [m]. Over ``point``: ``max``, ``max_finite``, ``mean`` (of finite values),
        ``p95`` (over time), ``fraction_solved``. Over ``time``: ``epoch_mean``, ``epoch_p95``, ``epoch_max``
        over the area. Over area and time: ``total_mean``, and ``histogram`` between ``bin_edge`` with
        ``histogram_infinite``.
    budget : ErrorBudget
        Of a typical range.
    """

    data: xr.Dataset
    budget: ErrorBudget

    @property
    def body(self) -> str:
        """Name of the body."""
        return str(self.data.attrs["body"])

    @property
    def unavailable_fraction(self) -> float:
        """Share of area and time without a solution."""
        return float(self.data["histogram_infinite"].sel(error="position"))

    def maximum(self, error: str) -> float:
        """Highest of any point at any epoch [m]; infinite if there ever was no solution."""
        return float(self._of("max", error).max())

    def mean(self, error: str) -> float:
        """Mean over area and time of the solutions there are [m]; infinite if there never is one."""
        return float(self._of("total_mean", error))

    def quantile(self, error: str, share: float = 0.95) -> float:
        """Value that a share of area and time does not exceed.

        Parameters
        ----------
        error : str
            horizontal, vertical, position, time, horizontal_p95 or position_p95.
        share : float, optional
            Between 0 and 1.

        Returns
        -------
        float
            [m]; at most 0.195 % too high, infinite if the rest has no solution.
        """
        if not 0.0 <= share <= 1.0:
            raise InputError(f"share: {share:g}; wanted 0 to 1")
        counts = np.append(
            self._of("histogram", error).to_numpy(), float(self._of("histogram_infinite", error))
        )
        return quantile(counts, self.data["bin_edge"].to_numpy(), share)

    def summary(self) -> dict[str, Any]:
        """Answers for programs, as plain JSON values; null stands for infinite.

        Returns
        -------
        dict
            By error: ``mean``, ``p95`` and ``max`` of one sigma, and the same of the radius that holds 95 % of the
            error (``p95_radius``) and of three sigma (``three_sigma``) [m].
        """
        answer: dict[str, Any] = {}
        for error in ONE_SIGMA:
            kept, factor = _RADIUS[error]
            answer[error] = {
                **self._figures(error, 1.0),
                "p95_radius": self._figures(kept, factor),
                "three_sigma": self._figures(error, 3.0),
            }
        return answer

    def _figures(self, error: str, factor: float) -> dict[str, float | None]:
        found = {"mean": self.mean(error), "p95": self.quantile(error), "max": self.maximum(error)}
        return {name: value * factor if np.isfinite(value) else None for name, value in found.items()}

    def save(self, path: Path) -> None:
        """Write the fields, and the budget with them, to a NetCDF file."""
        data = self.data.copy()
        data.attrs["budget"] = self.budget.to_json()
        data.to_netcdf(path, engine="h5netcdf")

    @classmethod
    def load(cls, path: Path) -> ErrorResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        data = xr.load_dataset(path, engine="h5netcdf", decode_times=False)
        budget = ErrorBudget.from_json(str(data.attrs.pop("budget")))
        return cls(data, budget)

    def _of(self, name: str, error: str) -> xr.DataArray:
        if error not in ERRORS:
            raise InputError(f"error: {error!r}; wanted one of {', '.join(ERRORS)}")
        return self.data[name].sel(error=error)
