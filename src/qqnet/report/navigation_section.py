"""Dilution of precision in tables: over area and time, by latitude, and at named sites."""

from __future__ import annotations

from typing import Any

from qqnet.report.page import Block, Table
from qqnet.report.wording import NONE, latitude, or_infinite, percent, whole
from qqnet.scenario.model import Grid


def navigation_tables(answer: dict[str, Any], grid: Grid) -> list[Block]:
    """Dilution of precision by kind, and the position error that follows."""
    wanted = f"{grid.gdop:g}"
    rows = [
        [
            kind.upper(),
            or_infinite(answer[kind]["mean"]),
            or_infinite(answer[kind]["p95"]),
            or_infinite(answer[kind]["max"]),
            percent(answer[kind]["fraction_at_most"].get(wanted)),
            percent(answer[kind]["fraction_at_most_worst_point"].get(wanted)),
        ]
        for kind in ("gdop", "pdop", "hdop", "vdop", "tdop")
    ]
    columns = ["", "mean", "95 %", "largest", f"≤ {wanted}, area and time", f"≤ {wanted}, least of any point"]
    unavailable = answer["unavailable_fraction"]
    note = (
        "a solution everywhere, at every epoch"
        if unavailable == 0
        else f"no solution for {percent(unavailable)} of area and time (∞); means are of the rest"
    )
    blocks: list[Block] = [
        Table(columns, rows, 1, "Dilution of precision [1]", f"There is {note}."),
        _bands(answer, wanted),
    ]
    if "error_m" in answer:
        errors = [
            [name, *(or_infinite(error[key]) for key in ("mean", "p95", "max"))]
            for name, error in answer["error_m"].items()
        ]
        caption = f"Position error [m], one sigma, for a user-range error of {answer['sigma_m']:g} m"
        blocks.append(Table(["", "mean", "95 %", "largest"], errors or [[NONE] * 4], 1, caption))
    if answer["sites"]:
        blocks.append(_sites(answer, grid))
    return blocks


def _bands(answer: dict[str, Any], wanted: str) -> Table:
    rows = []
    for band in answer["bands"]:
        empty = band["points"] == 0
        gdop = band["gdop"]
        rows.append(
            [
                f"{latitude(band['south_deg'])} to {latitude(band['north_deg'])}",
                whole(band["points"]),
                *(NONE if empty else or_infinite(gdop[key]) for key in ("mean", "max")),
                NONE if empty else percent(gdop["fraction_at_most"].get(wanted)),
            ]
        )
    columns = ["latitude", "points", "GDOP, mean", "largest", f"≤ {wanted}, area and time"]
    note = "The mean is of each point's solutions, over area; ∞: there is a time without one."
    return Table(columns, rows, 1, "By latitude: dilution of precision [1]", note)


def _sites(answer: dict[str, Any], grid: Grid) -> Table:
    wanted = f"{grid.gdop:g}"
    rows = [
        [
            site["name"],
            f"{site['mask_deg']:g}°" + (", horizon" if site["horizon"] else ""),
            *(or_infinite(site["gdop"][key]) for key in ("mean", "p95", "max")),
            percent(site["gdop"]["fraction_at_most"].get(wanted)),
            *(or_infinite(site[kind]["p95"]) for kind in ("pdop", "hdop", "vdop")),
        ]
        for site in answer["sites"]
    ]
    columns = ["site", "mask", "GDOP, mean", "95 %", "largest", f"≤ {wanted}, time"]
    columns += [f"{kind}, 95 %" for kind in ("PDOP", "HDOP", "VDOP")]
    note = (
        "Over time; each with its own mask and, where it has one, its horizon. ∞: no solution at that time or for "
        "more than 5 % of the time; means are of the rest."
    )
    return Table(columns, rows, 1, "Named sites: dilution of precision [1]", note)
