"""Coverage in tables: gaps, UTC days, bands of latitude, named sites."""

from __future__ import annotations

from typing import Any

from qqnet.report.page import Block, Table, Text
from qqnet.report.wording import NONE, duration, latitude, longitude, number, percent, utc, whole

MOST_DAYS = 31
"""Days of a longer span are not listed: the least of them is given in words."""


def coverage_figures(answer: dict[str, Any]) -> list[Block]:
    """Figures of merit beside the shares by fold.

    Parameters
    ----------
    answer : dict
        From `CoverageResult.summary`.

    Returns
    -------
    list of Block
    """
    blocks: list[Block] = [Text(_lowest(answer))]
    if any(gap["longest_at"] is not None for gap in answer["gaps"].values()):
        blocks.append(_gaps(answer))
    blocks.append(_bands(answer))
    if answer["sites"]:
        blocks.append(_sites(answer))
    blocks.append(_days(answer) if len(answer["days"]) <= MOST_DAYS else Text(_least_day(answer)))
    return blocks


def _lowest(answer: dict[str, Any]) -> str:
    lowest = answer["lowest_fold"]
    return (
        f"Fewest in view: {lowest['fold']}, first on {utc(lowest['start'])} UTC at {latitude(lowest['lat_deg'])}, "
        f"{longitude(lowest['lon_deg'])}; there for {duration(lowest['duration_at_point_s'])} in all, somewhere "
        f"for {duration(lowest['duration_s'])}."
    )


def _least_day(answer: dict[str, Any]) -> str:
    least, wanted = answer["least_day"], str(answer["required_fold"])
    whole_days = (
        f"{whole(least['whole_days'])} whole UTC days" if least["whole_days"] else "UTC days, none whole,"
    )
    return (
        f"Of the {whole_days} of the span, {least['date']} has the least: "
        f"{percent(least['fraction_at_least'][wanted])} of area and time with at least {wanted} in view. At the "
        f"worst point of any day it is {percent(least['fraction_at_least_worst_point'][wanted])}."
    )


def _gaps(answer: dict[str, Any]) -> Table:
    rows = []
    for fold, gap in answer["gaps"].items():
        at = gap["longest_at"]
        where = NONE if at is None else f"{latitude(at['lat_deg'])}, {longitude(at['lon_deg'])}"
        rows.append(
            [
                f"below {fold}",
                duration(gap["longest_s"]),
                where,
                NONE if at is None else utc(at["start"]),
                duration(gap["mean_s"]),
                number(gap["count_mean"]),
                whole(gap["count_max"]),
                percent(gap["area_fraction"]),
            ]
        )
    columns = ["", "longest", "where", "from [UTC]", "mean", "a point, mean", "most", "area with any"]
    return Table(columns, rows, 1, "Gaps", "The mean is over all gaps, each with the area of its point.")


def _bands(answer: dict[str, Any]) -> Table:
    folds = list(answer["fold"]["fraction_at_least"])
    wanted = str(answer["required_fold"])
    rows = [
        [
            f"{latitude(band['south_deg'])} to {latitude(band['north_deg'])}",
            whole(band["points"]),
            NONE if band["fold_min"] is None else whole(band["fold_min"]),
            *(percent(band["fraction_at_least"][fold]) for fold in folds),
            duration(band["longest_gap_by_fold_s"][wanted]),
        ]
        for band in answer["bands"]
    ]
    columns = ["latitude", "points", "fewest", *(f"≥ {fold}" for fold in folds), f"longest below {wanted}"]
    return Table(columns, rows, 1, "By latitude: share of the band's area and of time with so many in view")


def _sites(answer: dict[str, Any]) -> Table:
    wanted = str(answer["required_fold"])
    rows = []
    for site in answer["sites"]:
        fold, gap, day = site["fold"], site["gaps"][wanted], site["worst_day"]
        rows.append(
            [
                site["name"],
                f"{site['mask_deg']:g}°" + (", horizon" if site["horizon"] else ""),
                whole(fold["min"]),
                number(fold["mean"]),
                percent(fold["fraction_at_least"][wanted]),
                duration(gap["longest_s"]) if gap["count"] else NONE,
                duration(gap["mean_s"]),
                percent(day["fraction_at_least"][wanted]),
                utc(day["start"]),
            ]
        )
    columns = [
        "site",
        "mask",
        "fewest",
        "mean",
        f"≥ {wanted}, time",
        f"longest below {wanted}",
        "mean",
        "worst 24 h",
        "from [UTC]",
    ]
    note = "Each with its own mask and, where it has one, its horizon: the greater of the two holds."
    return Table(columns, rows, 1, "Named sites: satellites in view and gaps", note)


def _days(answer: dict[str, Any]) -> Table:
    folds = list(answer["fold"]["fraction_at_least"])
    wanted = str(answer["required_fold"])
    rows = [
        [
            day["date"] + ("" if day["whole"] else f" ({whole(day['epochs'])} epochs)"),
            *(percent(day["fraction_at_least"][fold]) for fold in folds),
            percent(day["fraction_at_least_worst_point"][wanted]),
        ]
        for day in answer["days"]
    ]
    columns = ["UTC day", *(f"≥ {fold}" for fold in folds), f"≥ {wanted}, worst point"]
    return Table(
        columns, rows, 1, "By UTC day: share of area and of the day with so many in view", _least_day(answer)
    )
