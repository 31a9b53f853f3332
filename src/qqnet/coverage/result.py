"""What a coverage analysis found: fields over the points and over time, and the answers drawn from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.coverage.figures import bands, by_level, days, gaps, least_day, lowest_fold, sites
from qqnet.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

_SITES = "sites"
"""Group of the file that holds the named sites."""


@dataclass(frozen=True)
class WorstDay:
    """The 24 hours with the least share of time at the required fold.

    Attributes
    ----------
    start_s : float
        First epoch [TDB s past J2000]; the earliest where several days are equally bad.
    duration_s : float
        24 h to the nearest step, or the whole span where that is shorter [s].
    fraction_at_least : ndarray [K]
        Share of the window with at least 1..K in view [1].
    """

    start_s: float
    duration_s: float
    fraction_at_least: NDArray[np.float64]


@dataclass(frozen=True)
class CoverageResult:
    """Coverage of a set of points over a span of time.

    Attributes
    ----------
    data : xarray.Dataset
        Over ``point``: ``fold_min``, ``fold_max``, ``fold_mean``; ``fraction_at_least`` (of time) by
        ``at_least`` = 1..K; ``longest_gap_s``, ``longest_gap_start_s``, ``mean_gap_s``, ``gap_count`` by
        ``gap_fold``, the fold below which there is a gap; ``worst_day_start_s`` and ``worst_day_fraction``, each
        point's own worst 24 h; ``fold_min_start_s`` and ``fold_min_duration_s``, when first and how long in all
        the point had its fewest in view. Over ``time``: ``epoch_fold_min``, ``epoch_fold_max``, and
        ``area_fraction_at_least``. Over ``day``, the UTC days of the span: ``day_fraction_at_least`` (of area and
        time), ``day_fraction_at_least_worst_point``, ``day_worst_point``, ``day_epochs``, ``day_whole``. Over
        ``band`` of latitude: ``band_fraction_at_least``, ``band_fold_min``, ``band_longest_gap_s``,
        ``band_points``, ``band_area_share``.
    sites : CoverageResult, optional
        The same of the named sites on the body, each with its own mask and horizon; coordinate ``site`` is the
        name. None where there are none. Its shares over points are of sites, not of area.

    Notes
    -----
    Each epoch stands for one step, so that a gap of n epochs has the length of n steps and is known to one step
    either way. A gap that touches the start or the end of the span counts with the part inside: it is at least
    that long.
    """

    data: xr.Dataset
    sites: CoverageResult | None = None

    @property
    def body(self) -> str:
        """Name of the body."""
        return str(self.data.attrs["body"])

    @property
    def required_fold(self) -> int:
        """How many satellites were wanted in view."""
        return int(self.data.attrs["required_fold"])

    @property
    def step_s(self) -> float:
        """Time between epochs [s]."""
        return float(self.data.attrs["step_s"])

    def save(self, path: Path) -> None:
        """Write the fields to a NetCDF file."""
        self.data.to_netcdf(path, engine="h5netcdf")
        if self.sites is not None:
            self.sites.data.to_netcdf(path, engine="h5netcdf", mode="a", group=_SITES)

    @classmethod
    def load(cls, path: Path) -> CoverageResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        groups = xr.open_groups(path, engine="h5netcdf", decode_times=False)
        found = {name.strip("/"): group.load() for name, group in groups.items()}
        for group in groups.values():
            group.close()
        return cls(found[""], cls(found[_SITES]) if _SITES in found else None)

    @property
    def worst_fold(self) -> int:
        """Fewest satellites in view of any point at any epoch."""
        return int(self.data["fold_min"].min())

    @property
    def longest_gap_s(self) -> float:
        """Longest time that any point is below the required fold [s]."""
        return float(self.data["longest_gap_s"].sel(gap_fold=self.required_fold).max())

    def fraction_at_least(self, fold: int) -> float:
        """Share of area and time with at least so many satellites in view.

        Parameters
        ----------
        fold : int
            1..K.

        Returns
        -------
        float
            Between 0 and 1 [1].
        """
        return float(self._level(self.data["total_fraction_at_least"], fold))

    def fraction_at_least_worst(self, fold: int) -> float:
        """Share of time with at least so many in view, at the point that has the least of it.

        Parameters
        ----------
        fold : int
            1..K.

        Returns
        -------
        float
            Between 0 and 1 [1].
        """
        return float(self._level(self.data["fraction_at_least"], fold).min())

    @property
    def worst_point(self) -> int:
        """Index of the point with the least time at the required fold.

        Among equals, that with the lowest fold; then with the longest gap below the required fold; then the first.
        """
        share = self._level(self.data["fraction_at_least"], self.required_fold).to_numpy()
        lowest = self.data["fold_min"].to_numpy()
        gap = self.data["longest_gap_s"].sel(gap_fold=self.required_fold).to_numpy()
        return int(np.lexsort((-gap, lowest, share))[0])

    @property
    def worst_day(self) -> WorstDay:
        """Worst 24 hours of the worst point."""
        return self.worst_day_of(self.worst_point)

    def worst_day_of(self, point: int) -> WorstDay:
        """Worst 24 hours of one point.

        Parameters
        ----------
        point : int
            Its index.

        Returns
        -------
        WorstDay
        """
        here = self.data.isel(point=point)
        return WorstDay(
            float(here["worst_day_start_s"]), self._day_s, here["worst_day_fraction"].to_numpy().astype(float)
        )

    @property
    def worst_day_of_area(self) -> WorstDay:
        """The 24 hours in which the share of area at the required fold, averaged over time, is least."""
        shares = self.data["area_fraction_at_least"].transpose("time", "at_least").to_numpy()
        window = round(self._day_s / self.step_s)
        sums = np.vstack([np.zeros(shares.shape[1]), np.cumsum(shares, axis=0)])
        means = (sums[window:] - sums[:-window]) / window
        wanted = means[:, self.required_fold - 1]
        # Rounding of the sums must not choose among equal days.
        start = int(np.argmax(wanted <= wanted.min() + 1e-12))
        return WorstDay(float(self.data["time"][start]), self._day_s, means[start])

    @property
    def _day_s(self) -> float:
        return float(self.data.attrs["worst_day_duration_s"])

    def _level(self, field: xr.DataArray, fold: int) -> xr.DataArray:
        levels = field.sizes["at_least"]
        if not 1 <= fold <= levels:
            raise InputError(f"fold: {fold}; shares were kept for 1 to {levels}")
        return field.sel(at_least=fold)

    def summary(self) -> dict[str, Any]:
        """Answers for programs, as plain JSON values.

        Returns
        -------
        dict
            ``longest_gap_s`` and the worst point and day are those of the required fold; fractions under
            ``fold`` are shares of area and time, those under ``worst_point`` shares of time there.
        """
        from qqnet.space.timescales import format_utc

        data = self.data
        masks = np.degrees(data["mask_rad"].to_numpy())
        worst = data.isel(point=self.worst_point)

        def day(found: WorstDay) -> dict[str, Any]:
            return {
                "start": format_utc(found.start_s),
                "start_s": found.start_s,
                "duration_s": found.duration_s,
                "whole_span": found.duration_s >= data.sizes["time"] * self.step_s,
                "fraction_at_least": by_level(found.fraction_at_least),
            }

        by_day = days(data)
        return {
            "body": self.body,
            "mask_deg": round(float(masks.min()), 9),
            "mask_max_deg": round(float(masks.max()), 9),
            "required_fold": self.required_fold,
            "points": data.sizes["point"],
            "epochs": data.sizes["time"],
            "step_s": self.step_s,
            "start": format_utc(float(data["time"][0])),
            "fold": {
                "min": self.worst_fold,
                "max": int(data["fold_max"].max()),
                "mean": float((data["fold_mean"] * data["area_share"]).sum()),
                "fraction_at_least": by_level(data["total_fraction_at_least"].to_numpy()),
                "fraction_at_least_worst_point": by_level(
                    data["fraction_at_least"].min("point").transpose("at_least").to_numpy()
                ),
            },
            "worst_point": {
                "lat_deg": float(worst["latitude_deg"]),
                "lon_deg": float(worst["longitude_deg"]),
                "fold_min": int(worst["fold_min"]),
                "fraction_at_least": by_level(worst["fraction_at_least"].to_numpy()),
            },
            "longest_gap_s": self.longest_gap_s,
            "longest_gap_by_fold_s": {
                str(int(level)): float(gap)
                for level, gap in zip(
                    data["gap_fold"].to_numpy(), data["longest_gap_s"].max("point").to_numpy(), strict=True
                )
            },
            "worst_day": day(self.worst_day),
            "worst_day_of_area": day(self.worst_day_of_area),
            "lowest_fold": lowest_fold(data),
            "gaps": gaps(data),
            "least_day": least_day(by_day, self.required_fold),
            "days": by_day,
            "bands": bands(data),
            "sites": [] if self.sites is None else sites(self.sites),
        }
