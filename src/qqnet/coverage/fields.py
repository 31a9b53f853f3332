"""The running counts of a coverage analysis, turned into fields over the points and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.access.visibility import Observers
from qqnet.coverage.band_counts import band_counts
from qqnet.coverage.days import Day, by_day
from qqnet.coverage.fold import Folds
from qqnet.coverage.history import Counts, PointHistory
from qqnet.space.cf import described_as
from qqnet.space.latitude_bands import EDGES_DEG

if TYPE_CHECKING:
    import xarray as xr


@described_as("Coverage by satellites")
def coverage_fields(
    body: str,
    observers: Observers,
    shares: Counts,
    history: PointHistory,
    times_s: NDArray[np.float64],
    step_s: float,
    areas: Counts,
    extremes: Folds,
    days: list[Day],
) -> xr.Dataset:
    """Fields of a coverage analysis.

    Parameters
    ----------
    body : str
        Name of the body.
    observers : Observers
        The P points.
    shares : ndarray of int64 [P]
        Area shares, in any unit.
    history : PointHistory
        Counts of T epochs.
    times_s : ndarray [T]
        Epochs [TDB s past J2000].
    step_s : float
        Time between epochs [s].
    areas : ndarray of int64 [T, K]
        Area with a fold of at least 1..K, in the unit of `shares`.
    extremes : ndarray of uint16 [T, 2]
        Lowest and highest fold of all points.
    days : list of Day
        UTC days of the span.

    Returns
    -------
    xarray.Dataset
        As described at :class:`qqnet.coverage.result.CoverageResult`.
    """
    import xarray as xr

    epochs = times_s.size
    window = history.ring.shape[0]
    if epochs < window:
        window, worst, worst_start = epochs, history.at_least, np.zeros(len(observers), dtype=np.int64)
    else:
        worst, worst_start = history.worst_window, history.worst_window_start
    missing_s = (epochs - history.at_least[history.gap_levels - 1]) * step_s
    gap_start = times_s[np.maximum(history.longest_gap_start, 0)]
    x, y, z = observers.up

    def at_points(values: NDArray[np.generic], units: str, name: str) -> xr.Variable:
        return field(("point",), values, units, name)

    levels, gap = ("at_least", "point"), ("gap_fold", "point")
    tdb = "TDB s past J2000"
    fields = xr.Dataset(
        {
            "fold_min": at_points(history.lowest.copy(), "1", "fewest satellites in view"),
            "fold_max": at_points(history.highest.copy(), "1", "most satellites in view"),
            "fold_mean": at_points(history.total / epochs, "1", "mean number of satellites in view"),
            "fold_min_start_s": at_points(
                times_s[history.lowest_first], tdb, "first epoch of the fewest in view"
            ),
            "fold_min_duration_s": at_points(
                history.lowest_epochs * step_s, "s", "time with the fewest in view, in all"
            ),
            "fraction_at_least": field(
                levels, history.at_least / epochs, "1", "share of time with at least so many in view"
            ),
            "longest_gap_s": field(gap, history.longest_gap * step_s, "s", "longest time below the fold"),
            "longest_gap_start_s": field(
                gap,
                np.where(history.longest_gap_start < 0, np.nan, gap_start),
                tdb,
                "start of the longest gap",
            ),
            "mean_gap_s": field(
                gap,
                missing_s / np.maximum(history.gaps, 1),
                "s",
                "mean length of a gap",
            ),
            "gap_count": field(gap, history.gaps.copy(), "1", "number of gaps"),
            "worst_day_start_s": at_points(times_s[worst_start], tdb, "start of the worst day of the point"),
            "worst_day_fraction": field(
                levels, worst / window, "1", "share of the worst day with at least so many in view"
            ),
            "epoch_fold_min": field(("time",), extremes[:, 0], "1", "fewest satellites in view of any point"),
            "epoch_fold_max": field(("time",), extremes[:, 1], "1", "most satellites in view of any point"),
            "area_fraction_at_least": field(
                ("time", "at_least"), areas / shares.sum(), "1", "share of area with at least so many in view"
            ),
            # From whole numbers, so that full coverage is exactly one.
            "total_fraction_at_least": field(
                ("at_least",),
                (history.at_least @ shares) / (float(shares.sum()) * epochs),
                "1",
                "share of area and time with at least so many in view",
            ),
        },
        coords={
            "at_least": np.arange(1, len(history.at_least) + 1),
            "gap_fold": history.gap_levels.copy(),
            "time": field(("time",), times_s, tdb, "epoch"),
            "latitude_deg": at_points(
                np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))), "degrees_north", "latitude"
            ),
            "longitude_deg": at_points(np.degrees(np.arctan2(y, x)), "degrees_east", "longitude"),
            "radius_km": at_points(
                np.linalg.norm(observers.position_km, axis=0), "km", "distance from centre"
            ),
            "mask_rad": at_points(observers.mask_rad, "rad", "elevation mask"),
            "area_share": at_points(shares / shares.sum(), "1", "share of the area"),
        },
        attrs={
            "body": body,
            "required_fold": history.required,
            "step_s": step_s,
            "worst_day_duration_s": window * step_s,
        },
    )
    latitude = fields["latitude_deg"].to_numpy()
    return fields.assign(
        _by_band(latitude, shares, history, epochs, step_s) | _by_day(shares, days)
    ).assign_coords(
        day=field(("day",), np.array([day.start_s for day in days]), tdb, "start of the UTC day"),
        band_south_deg=field(("band",), np.array(EDGES_DEG[:-1]), "degrees_north", "southern parallel"),
        band_north_deg=field(("band",), np.array(EDGES_DEG[1:]), "degrees_north", "northern parallel"),
    )


def field(dims: tuple[str, ...], values: NDArray[np.generic], units: str, name: str) -> xr.Variable:
    """Return values with their unit and what they are."""
    import xarray as xr

    return xr.Variable(dims, values, {"units": units, "long_name": name})


def _by_band(
    latitude_deg: NDArray[np.float64], shares: Counts, history: PointHistory, epochs: int, step_s: float
) -> dict[str, xr.Variable]:
    found = band_counts(latitude_deg, shares, epochs, history.at_least, history.lowest, history.longest_gap)
    return {
        "band_points": field(("band",), found.points, "1", "points in the band"),
        "band_area_share": field(("band",), found.area_share, "1", "share of the area in the band"),
        "band_fold_min": field(("band",), found.lowest, "1", "fewest satellites in view in the band"),
        "band_fraction_at_least": field(
            ("at_least", "band"),
            found.fraction_at_least,
            "1",
            "share of the band's area and of time with at least so many in view",
        ),
        "band_longest_gap_s": field(
            ("gap_fold", "band"), found.longest_gap * step_s, "s", "longest time below the fold in the band"
        ),
    }


def _by_day(shares: Counts, days: list[Day]) -> dict[str, xr.Variable]:
    area, worst = by_day(days, int(shares.sum()))
    return {
        "day_epochs": field(("day",), np.array([day.epochs for day in days]), "1", "epochs in the UTC day"),
        "day_whole": field(
            ("day",), np.array([day.whole for day in days]), "1", "all of the day in the span"
        ),
        "day_worst_point": field(
            ("day",), np.array([day.worst_point for day in days]), "1", "point with the least of the day"
        ),
        "day_fraction_at_least": field(
            ("day", "at_least"), area, "1", "share of area and of the day with at least so many in view"
        ),
        "day_fraction_at_least_worst_point": field(
            ("day", "at_least"), worst, "1", "share of the day at the point with the least"
        ),
    }
