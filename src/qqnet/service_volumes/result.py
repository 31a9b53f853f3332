"""What was found of a service volume: fields over its points and over time, and the answers drawn from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Span:
    """A stretch of time at one point of a volume.

    Attributes
    ----------
    fraction : float
        Share of it that is covered [1].
    start_s, duration_s : float
        When [TDB s past J2000, s]; the start is not-a-number where there is no such stretch.
    latitude_deg, longitude_deg, altitude_km : float
        Where [deg, deg east, km].
    """

    fraction: float
    start_s: float
    duration_s: float
    latitude_deg: float
    longitude_deg: float
    altitude_km: float


@dataclass(frozen=True)
class ServiceVolumeResult:
    """Coverage of a service volume over a span of time.

    Attributes
    ----------
    data : xarray.Dataset
        Over ``shell`` and ``point``: ``covered_fraction`` and ``linked_fraction`` (of time),
        ``worst_day_fraction`` and its start, ``worst_utc_day_fraction`` and its start, ``longest_outage_s`` and
        its start, ``outage_count``. Over ``time`` and ``shell``: ``area_fraction``.

    Notes
    -----
    Each epoch stands for one step. The worst 24 h slide over the span from step to step; in a span shorter than
    that they are the whole span. Days of UTC count where epochs fill them.
    """

    data: xr.Dataset

    @property
    def name(self) -> str:
        """Name of the volume."""
        return str(self.data.attrs["volume"])

    @property
    def step_s(self) -> float:
        """Time between epochs [s]."""
        return float(self.data.attrs["step_s"])

    @property
    def required_fold(self) -> int:
        """Satellites that must be in view."""
        return int(self.data.attrs["required_fold"])

    @property
    def gdop_limit(self) -> float | None:
        """GDOP must be below it; None where it does not matter."""
        limit = float(self.data.attrs["gdop_limit"])
        return limit if np.isfinite(limit) else None

    @property
    def score(self) -> float:
        """Least share of any 24 h that any point of any shell is covered [1]."""
        return float(self.data["worst_day_fraction"].min())

    @property
    def fraction(self) -> float:
        """Share of area and time that is covered, shells by their area [1]."""
        return self._of_area("covered_fraction")

    @property
    def linked_fraction(self) -> float:
        """Share of area and time with satellites enough in view, whatever their geometry [1]."""
        return self._of_area("linked_fraction")

    def _of_area(self, name: str) -> float:
        mean = self.data[name].mean("point")
        if float(mean.min()) >= 1.0:
            return 1.0  # whole, whatever rounding makes of a weighted sum
        return float((mean * self.data["shell_share"]).sum())

    @property
    def worst_day(self) -> Span:
        """Worst 24 h of the worst point; among equal points that with the least coverage over the span."""
        worst = self.data["worst_day_fraction"].to_numpy()
        covered = self.data["covered_fraction"].to_numpy()
        shell, point = np.unravel_index(
            np.lexsort((covered.ravel(), worst.ravel()))[0],
            worst.shape,
        )
        duration = float(self.data.attrs["worst_day_duration_s"])
        return self._span(int(shell), int(point), "worst_day_fraction", "worst_day_start_s", duration)

    @property
    def worst_utc_day(self) -> Span | None:
        """Worst whole day of UTC of the worst point; None where the span holds no whole day."""
        if not int(self.data.attrs["whole_utc_days"]):
            return None
        worst = self.data["worst_utc_day_fraction"].to_numpy()
        shell, point = np.unravel_index(int(np.argmin(worst)), worst.shape)
        return self._span(int(shell), int(point), "worst_utc_day_fraction", "worst_utc_day_start_s", 86_400.0)

    @property
    def longest_outage(self) -> Span:
        """Longest time that any point is not covered; at least that long where it touches an end of the span."""
        outage = self.data["longest_outage_s"].to_numpy()
        shell, point = np.unravel_index(int(np.argmax(outage)), outage.shape)
        found = self._span(
            int(shell), int(point), "covered_fraction", "longest_outage_start_s", float(outage[shell, point])
        )
        return Span(
            0.0,
            found.start_s,
            found.duration_s,
            found.latitude_deg,
            found.longitude_deg,
            found.altitude_km,
        )

    def _span(self, shell: int, point: int, share: str, start: str, duration_s: float) -> Span:
        here = self.data.isel(shell=shell, point=point)
        return Span(
            float(here[share]),
            float(here[start]),
            duration_s,
            float(here["latitude_deg"]),
            float(here["longitude_deg"]),
            float(here["altitude_km"]),
        )

    def save(self, path: Path) -> None:
        """Write the fields to a NetCDF file."""
        self.data.to_netcdf(path, engine="h5netcdf")

    @classmethod
    def load(cls, path: Path) -> ServiceVolumeResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        return cls(xr.load_dataset(path, engine="h5netcdf", decode_times=False))

    def summary(self) -> dict[str, Any]:
        """Answers for programs, as plain JSON values.

        Returns
        -------
        dict
            ``score`` is the least share of any 24 h that any point is covered; ``fraction`` the share of area and
            time. ``worst_utc_day`` is None where the span holds no whole day.
        """
        from qqnet.space.timescales import format_utc

        data = self.data

        def when(span: Span) -> dict[str, Any]:
            return {
                "start": None if np.isnan(span.start_s) else format_utc(span.start_s),
                "duration_s": span.duration_s,
                "lat_deg": span.latitude_deg,
                "lon_deg": span.longitude_deg,
                "altitude_km": span.altitude_km,
            }

        utc_day, outage = self.worst_utc_day, self.longest_outage
        return {
            "name": self.name,
            "body": str(data.attrs["body"]),
            "required_fold": self.required_fold,
            "gdop_below": self.gdop_limit,
            "satellites": int(data.attrs["satellites"]),
            "points": data.sizes["point"],
            "epochs": data.sizes["time"],
            "step_s": self.step_s,
            "start": format_utc(float(data["time"][0])),
            "score": self.score,
            "fraction": self.fraction,
            "linked_fraction": self.linked_fraction,
            "worst_day": {
                **when(self.worst_day),
                "whole_span": self.worst_day.duration_s >= data.sizes["time"] * self.step_s,
            },
            "worst_utc_day": None if utc_day is None else {"fraction": utc_day.fraction, **when(utc_day)},
            "longest_outage": None if np.isnan(outage.start_s) else when(outage),
            "shells": [
                {
                    "altitude_km": float(shell["altitude_km"]),
                    "mask_deg": round(float(np.degrees(shell["mask_rad"])), 9),
                    "score": float(shell["worst_day_fraction"].min()),
                    "fraction": float(shell["covered_fraction"].mean()),
                    "longest_outage_s": float(shell["longest_outage_s"].max()),
                }
                for shell in (data.isel(shell=n) for n in range(data.sizes["shell"]))
            ],
        }
