"""What a navigation analysis found: dilution of precision, and the position error that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.errors import InputError
from qqnet.navigation.bands import dop_by_latitude
from qqnet.navigation.dop import KINDS
from qqnet.navigation.history import quantile

if TYPE_CHECKING:
    import xarray as xr

_ERRORS = {"horizontal": "hdop", "vertical": "vdop", "position": "pdop", "time": "tdop"}
_SITES = "sites"
"""Group of the file that holds a group for each named site."""

NOTE = (
    "null is infinite: fewer than four satellites in view, or a singular geometry, for the "
    "unavailable_fraction of area and time; means are of the rest"
)


@dataclass(frozen=True)
class ErrorStatistics:
    """One component of the position error over area and time [m].

    Attributes
    ----------
    mean : float
        Where and when there is a solution [m].
    p95 : float
        Not exceeded for 95 % of area and time; infinite if there is no solution for more than 5 % [m].
    max : float
        Highest; infinite if there ever is no solution [m].
    """

    mean: float
    p95: float
    max: float


@dataclass(frozen=True)
class NavigationResult:
    """Dilution of precision at a set of points over a span of time.

    Attributes
    ----------
    data : xarray.Dataset
        By ``dop`` = gdop, pdop, hdop, vdop, tdop. Over ``point``: ``max``, ``max_finite``, ``mean`` (of finite
        values), ``fraction_at_most`` (of time) by ``limit``, ``fraction_solved``. Over ``time``: ``epoch_max``,
        ``epoch_p95`` (over area), ``area_fraction_solved``. Over area and time: ``total_mean``,
        ``total_fraction_at_most``, and ``histogram`` between ``bin_edge`` with ``histogram_infinite``.
    sites : mapping of str to NavigationResult
        The same of the named sites on the body, one point each, with the site's own mask and horizon; empty where
        there are none.

    Notes
    -----
    Where there is no solution every value is infinite, and counts as such in maxima, shares and quantiles.
    Quantiles are read from the histogram: at most 0.195 % too high, never too low.
    """

    data: xr.Dataset
    sites: Mapping[str, NavigationResult] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """Name of the body."""
        return str(self.data.attrs["body"])

    @property
    def unavailable_fraction(self) -> float:
        """Share of area and time without a solution."""
        return float(self.data["histogram_infinite"].sel(dop="gdop"))

    def maximum(self, kind: str) -> float:
        """Highest dilution of precision of any point at any epoch.

        Parameters
        ----------
        kind : str
            gdop, pdop, hdop, vdop or tdop.

        Returns
        -------
        float
            Infinite if there ever was no solution [1].
        """
        return float(self._of("max", kind).max())

    def mean(self, kind: str) -> float:
        """Mean over area and time, where and when there is a solution.

        Parameters
        ----------
        kind : str
            gdop, pdop, hdop, vdop or tdop.

        Returns
        -------
        float
            Infinite if there never is one [1].
        """
        return float(self._of("total_mean", kind))

    def quantile(self, kind: str, share: float = 0.95) -> float:
        """Value that a share of area and time does not exceed.

        Parameters
        ----------
        kind : str
            gdop, pdop, hdop, vdop or tdop.
        share : float
            Between 0 and 1.

        Returns
        -------
        float
            At most 0.195 % too high, never above the maximum [1].

        Raises
        ------
        InputError
            Another share.
        """
        if not 0.0 < share <= 1.0:
            raise InputError(f"share: {share:g}; wanted a share above 0 and up to 1, such as 0.95")
        histogram = np.append(self._of("histogram", kind), self._of("histogram_infinite", kind))
        value = quantile(histogram, self.data["bin_edge"].to_numpy(), share)
        finite = self._of("max_finite", kind).to_numpy()
        return min(value, float(finite[np.isfinite(finite)].max())) if np.isfinite(value) else value

    def fraction_at_most(self, kind: str, limit: float) -> float:
        """Share of area and time at or below a limit.

        Parameters
        ----------
        kind : str
            gdop, pdop, hdop, vdop or tdop.
        limit : float
            One that was counted [1].

        Returns
        -------
        float
            Between 0 and 1 [1].
        """
        return float(self._at(self._of("total_fraction_at_most", kind), limit))

    def fraction_at_most_worst(self, kind: str, limit: float) -> float:
        """Share of time at or below a limit, at the point that has the least of it.

        Parameters
        ----------
        kind : str
            gdop, pdop, hdop, vdop or tdop.
        limit : float
            One that was counted [1].

        Returns
        -------
        float
            Between 0 and 1 [1].
        """
        return float(self._at(self._of("fraction_at_most", kind), limit).min())

    def error_m(self, sigma_m: float) -> dict[str, ErrorStatistics]:
        """Position error for one and the same ranging error of every satellite.

        Parameters
        ----------
        sigma_m : float
            User range error, one sigma, independent between satellites [m].

        Returns
        -------
        dict
            ``horizontal``, ``vertical``, ``position`` and ``time`` error (in units of length), one sigma:
            dilution of precision times `sigma_m`.

        Raises
        ------
        InputError
            A negative or infinite error.
        """
        if not (sigma_m >= 0.0 and np.isfinite(sigma_m)):
            raise InputError(f"sigma_m: {sigma_m:g} m; wanted a range error of zero or more")
        return {
            name: ErrorStatistics(
                self.mean(kind) * sigma_m, self.quantile(kind) * sigma_m, self.maximum(kind) * sigma_m
            )
            for name, kind in _ERRORS.items()
        }

    def summary(self, sigma_m: float | None = None) -> dict[str, Any]:
        """Answers for programs, as plain JSON values; null stands for infinite.

        Parameters
        ----------
        sigma_m : float, optional
            User range error; gives ``error_m`` if named [m].

        Returns
        -------
        dict
            Shares and quantiles are those of area and time.
        """
        data = self.data
        masks = np.degrees(data["mask_rad"].to_numpy())
        answer: dict[str, Any] = {
            "body": self.body,
            "mask_deg": round(float(masks.min()), 9),
            "mask_max_deg": round(float(masks.max()), 9),
            "points": data.sizes["point"],
            "epochs": data.sizes["time"],
            "unavailable_fraction": self.unavailable_fraction,
        }
        for kind in KINDS:
            limits = [float(limit) for limit in data["limit"].to_numpy()]
            finite = data["max_finite"].sel(dop=kind).to_numpy()
            answer[kind] = {
                "max": _finite(self.maximum(kind)),
                "max_finite": _finite(float(np.max(finite, where=np.isfinite(finite), initial=-np.inf))),
                "p95": _finite(self.quantile(kind)),
                "mean": _finite(self.mean(kind)),
                "fraction_at_most": {f"{limit:g}": self.fraction_at_most(kind, limit) for limit in limits},
                "fraction_at_most_worst_point": {
                    f"{limit:g}": self.fraction_at_most_worst(kind, limit) for limit in limits
                },
            }
        answer["bands"] = dop_by_latitude(data)
        if sigma_m is not None:
            answer["sigma_m"] = sigma_m
            answer["error_m"] = {
                name: {**_figures(error, 1.0), "three_sigma": _figures(error, 3.0)}
                for name, error in self.error_m(sigma_m).items()
            }
        if self.unavailable_fraction > 0.0:
            answer["note"] = NOTE
        answer["sites"] = [_site(name, one) for name, one in self.sites.items()]
        return answer

    def save(self, path: Path) -> None:
        """Write the fields to a NetCDF file, those of each site into a group of their own."""
        self.data.to_netcdf(path, engine="h5netcdf")
        for number, (name, one) in enumerate(self.sites.items()):
            named = one.data.assign_attrs(site=name)
            named.to_netcdf(path, engine="h5netcdf", mode="a", group=f"{_SITES}/{number}")

    @classmethod
    def load(cls, path: Path) -> NavigationResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        groups = xr.open_groups(path, engine="h5netcdf", decode_times=False)
        found = {name.strip("/"): group.load() for name, group in groups.items()}
        for group in groups.values():
            group.close()
        numbers = range(sum(name.startswith(f"{_SITES}/") for name in found))
        named = [found[f"{_SITES}/{number}"] for number in numbers]
        return cls(found[""], {one.attrs.pop("site"): cls(one) for one in named})

    def _of(self, name: str, kind: str) -> xr.DataArray:
        if kind not in KINDS:
            raise InputError(f"dilution of precision: {kind!r}; wanted one of {', '.join(KINDS)}")
        return self.data[name].sel(dop=kind)

    def _at(self, values: xr.DataArray, limit: float) -> xr.DataArray:
        known = self.data["limit"].to_numpy()
        if limit not in known:
            raise InputError(
                f"limit: {limit:g}; shares were counted for {', '.join(f'{v:g}' for v in known)}"
            )
        return values.sel(limit=limit)


def _site(name: str, result: NavigationResult) -> dict[str, Any]:
    """Answers of one named site; shares are of time."""
    answer, point = result.summary(), result.data.isel(point=0)
    kept = ("max", "max_finite", "p95", "mean", "fraction_at_most")
    return {
        "name": name,
        "lat_deg": float(point["latitude_deg"]),
        "lon_deg": float(point["longitude_deg"]),
        "mask_deg": answer["mask_deg"],
        "horizon": bool(point["has_horizon"]),
        "unavailable_fraction": answer["unavailable_fraction"],
        **{kind: {key: answer[kind][key] for key in kept} for kind in KINDS},
    }


def _figures(error: ErrorStatistics, factor: float) -> dict[str, float | None]:
    found = {"mean": error.mean, "p95": error.p95, "max": error.max}
    return {name: _finite(value * factor) for name, value in found.items()}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
