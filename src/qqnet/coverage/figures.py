"""Figures of merit drawn from the fields of a coverage analysis, as plain JSON values.

Each function takes the dataset of :class:`qqnet.coverage.result.CoverageResult` and answers one question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

    from qqnet.coverage.result import CoverageResult


def by_level(fractions: NDArray[np.float64]) -> dict[str, float]:
    """Return shares for 1..K as a mapping from the fold."""
    return {str(k): float(value) for k, value in enumerate(fractions, start=1)}


def place(data: xr.Dataset, point: int) -> dict[str, Any]:
    """Return where a point is, and the name of its site if it is one."""
    here = data.isel(point=point)
    named = {"site": str(here["site"].item())} if "site" in data.coords else {}
    return {
        **named,
        "lat_deg": float(here["latitude_deg"]),
        "lon_deg": float(here["longitude_deg"]),
    }


def lowest_fold(data: xr.Dataset) -> dict[str, Any]:
    """Fewest satellites in view: where and when first, how long there and how long anywhere.

    Parameters
    ----------
    data : xarray.Dataset
        The fields.

    Returns
    -------
    dict
        ``fold``; ``start``, ``start_s`` and place of its first epoch, the first of points that have it then;
        ``duration_at_point_s`` in all at that point; ``duration_s`` in all, at any point [s].
    """
    from qqnet.space.timescales import format_utc

    lowest = data["fold_min"].to_numpy()
    fold = int(lowest.min())
    starts = np.where(lowest == fold, data["fold_min_start_s"].to_numpy(), np.inf)
    point = int(np.argmin(starts))
    anywhere = int((data["epoch_fold_min"].to_numpy() == fold).sum())
    return {
        "fold": fold,
        "start": format_utc(float(starts[point])),
        "start_s": float(starts[point]),
        **place(data, point),
        "duration_at_point_s": float(data["fold_min_duration_s"][point]),
        "duration_s": anywhere * float(data.attrs["step_s"]),
    }


def gaps(data: xr.Dataset) -> dict[str, Any]:
    """Gaps below each fold: longest, and where and when; mean; how many.

    Parameters
    ----------
    data : xarray.Dataset
        The fields.

    Returns
    -------
    dict
        By fold. ``longest_s``; ``mean_s`` over all gaps of all points, each counted with the area of its point,
        and none where there was no gap; ``count_mean`` gaps a point, the mean over the area, and ``count_max``;
        ``area_fraction``, the area that has any; ``longest_at`` with place and start, none without a gap.
    """
    from qqnet.space.timescales import format_utc

    area = data["area_share"].to_numpy()
    answer: dict[str, Any] = {}
    for level in data["gap_fold"].to_numpy():
        here = data.sel(gap_fold=level)
        counts, longest = here["gap_count"].to_numpy(), here["longest_gap_s"].to_numpy()
        weighted = float(counts @ area)
        missing = float((here["mean_gap_s"].to_numpy() * counts) @ area)
        found: dict[str, Any] = {
            "longest_s": float(longest.max()),
            "mean_s": missing / weighted if weighted > 0.0 else None,
            "count_mean": weighted,
            "count_max": int(counts.max()),
            "area_fraction": float(area[counts > 0].sum()),
            "longest_at": None,
        }
        if counts.any():
            point = int(np.argmax(longest))
            start = float(here["longest_gap_start_s"][point])
            found["longest_at"] = {"start": format_utc(start), "start_s": start, **place(data, point)}
        answer[str(int(level))] = found
    return answer


def days(data: xr.Dataset) -> list[dict[str, Any]]:
    """Each UTC day of the span.

    Parameters
    ----------
    data : xarray.Dataset
        The fields.

    Returns
    -------
    list of dict
        ``date``; ``epochs`` in it; ``whole``, whether the span holds all of it; shares of its epochs with at
        least so many in view, over the area and at the point that has the least of it.
    """
    from qqnet.space.timescales import format_utc

    area = data["day_fraction_at_least"].transpose("day", "at_least").to_numpy()
    worst = data["day_fraction_at_least_worst_point"].transpose("day", "at_least").to_numpy()
    return [
        {
            "date": format_utc(float(start) + 1.0, 0)[:10],
            "epochs": int(data["day_epochs"][n]),
            "whole": bool(data["day_whole"][n]),
            "fraction_at_least": by_level(area[n]),
            "fraction_at_least_worst_point": by_level(worst[n]),
        }
        for n, start in enumerate(data["day"].to_numpy())
    ]


def least_day(found: list[dict[str, Any]], required: int) -> dict[str, Any]:
    """Least over the days: over whole ones, or over all where the span holds no whole day.

    Parameters
    ----------
    found : list of dict
        From :func:`days`.
    required : int
        Fold that the date is of.

    Returns
    -------
    dict
        ``whole_days``, how many there are; for each fold the least share of any day; and ``date``, the day with
        the least share of area and time at the required fold (the first of equals).
    """
    whole = [day for day in found if day["whole"]]
    looked_at = whole or found
    least = min(looked_at, key=lambda day: day["fraction_at_least"][str(required)])
    kinds = ("fraction_at_least", "fraction_at_least_worst_point")
    return {
        "date": least["date"],
        "whole_days": len(whole),
        **{kind: {k: min(day[kind][k] for day in looked_at) for k in least[kind]} for kind in kinds},
    }


def bands(data: xr.Dataset) -> list[dict[str, Any]]:
    """Bands of latitude from south to north; figures are none where a band holds no point.

    Parameters
    ----------
    data : xarray.Dataset
        The fields.

    Returns
    -------
    list of dict
        ``south_deg``, ``north_deg``, ``points``, ``area_fraction``, ``fold_min``, ``fraction_at_least`` by
        fold (of the band's area and of time), ``longest_gap_by_fold_s``.
    """
    answer = []
    for n in range(data.sizes["band"]):
        band = data.isel(band=n)
        empty = int(band["band_points"]) == 0
        shares = by_level(band["band_fraction_at_least"].to_numpy())
        answer.append(
            {
                "south_deg": float(band["band_south_deg"]),
                "north_deg": float(band["band_north_deg"]),
                "points": int(band["band_points"]),
                "area_fraction": float(band["band_area_share"]),
                "fold_min": None if empty else int(band["band_fold_min"]),
                "fraction_at_least": dict.fromkeys(shares) if empty else shares,
                "longest_gap_by_fold_s": {
                    str(int(level)): None if empty else float(gap)
                    for level, gap in zip(
                        data["gap_fold"].to_numpy(), band["band_longest_gap_s"].to_numpy(), strict=True
                    )
                },
            }
        )
    return answer


def sites(result: CoverageResult) -> list[dict[str, Any]]:
    """Each named site: what it sees, its gaps, its worst 24 hours.

    Parameters
    ----------
    result : CoverageResult
        Of the sites, one point each.

    Returns
    -------
    list of dict
        ``name``, place, ``mask_deg``, ``horizon`` (whether it has a profile), ``fold`` with ``min``, ``mean``,
        ``max`` and shares of time, ``gaps`` by fold, ``worst_day``.
    """
    from qqnet.space.timescales import format_utc

    data = result.data
    answer = []
    for n in range(data.sizes["point"]):
        here, day = data.isel(point=n), result.worst_day_of(n)
        answer.append(
            {
                "name": str(here["site"].item()),
                "lat_deg": float(here["latitude_deg"]),
                "lon_deg": float(here["longitude_deg"]),
                "mask_deg": round(float(np.degrees(here["mask_rad"])), 9),
                "horizon": bool(here["has_horizon"]),
                "fold": {
                    "min": int(here["fold_min"]),
                    "mean": float(here["fold_mean"]),
                    "max": int(here["fold_max"]),
                    "fraction_at_least": by_level(here["fraction_at_least"].to_numpy()),
                },
                "gaps": {
                    str(int(level)): {
                        "longest_s": float(here["longest_gap_s"][g]),
                        "mean_s": float(here["mean_gap_s"][g]) if int(here["gap_count"][g]) else None,
                        "count": int(here["gap_count"][g]),
                    }
                    for g, level in enumerate(data["gap_fold"].to_numpy())
                },
                "worst_day": {
                    "start": format_utc(day.start_s),
                    "start_s": day.start_s,
                    "duration_s": day.duration_s,
                    "fraction_at_least": by_level(day.fraction_at_least),
                },
            }
        )
    return answer
