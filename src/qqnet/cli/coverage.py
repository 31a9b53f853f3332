"""The command about coverage."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.drawing import Field, Fields, Film, Frames, MapFile, View, draw, drawings_of
from qqnet.cli.fields import overridden
from qqnet.cli.options import (
    Backend,
    Body,
    Duration,
    Json,
    Mask,
    Nodes,
    ScenarioArgument,
    Start,
    Step,
    with_backend,
)


def coverage(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    mask: Mask = None,
    node: Nodes = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    output: Fields = None,
    map_file: MapFile = None,
    animate: Film = None,
    field: Field = None,
    view: View = None,
    frames: Frames = None,
    backend: Backend = None,
    days: Annotated[bool, typer.Option("--days", help="List the UTC days of the span too.")] = False,
    as_json: Json = False,
) -> None:
    """Fold, gaps, worst moments, days, bands and sites of a body's surface."""
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    loaded = with_backend(overridden(load(scenario), body, mask, node, start, duration, step), backend)
    drawings = drawings_of("coverage", loaded, body, map_file, animate, output, field, view, frames)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        answer = study.coverage(body).summary()
        draw(drawings, study, body)
    if as_json:
        console.print_json(answer)
        return
    _say(answer)
    _print_bands(answer)
    if answer["sites"]:
        _print_sites(answer)
    if days:
        _print_days(answer)


def _say(answer: dict[str, Any]) -> None:
    """The figures of the whole surface, one a line."""
    worst, day, lowest = answer["worst_point"], answer["worst_day"], answer["lowest_fold"]
    print(f"{answer['body']}, elevation mask {answer['mask_deg']:g} deg")
    print(f"  fewest satellites in view   {answer['fold']['min']}")
    for fold, share in answer["fold"]["fraction_at_least"].items():
        print(f"  at least {fold} in view          {_percent(share)} of area and time")
    print(f"  worst point                 {_place(worst)}")
    for fold, gap in answer["gaps"].items():
        if gap["longest_at"] is None:
            print(f"  longest time below {fold}            0.0 min")
        else:
            print(
                f"  longest time below {fold}        {gap['longest_s'] / 60:7.1f} min; mean "
                f"{gap['mean_s'] / 60:.1f} min, {gap['count_mean']:.2f} gaps a point"
            )
    print(f"  worst day starts            {day['start']}")
    first = f"  only {lowest['fold']} in view, first"
    print(f"{first:<30}{lowest['start']} at {_place(lowest)}")
    anywhere, there = lowest["duration_s"] / 60, lowest["duration_at_point_s"] / 60
    print(f"    for, in all               {anywhere:.1f} min somewhere, {there:.1f} min there")
    least, wanted = answer["least_day"], str(answer["required_fold"])
    of = "the least of whole UTC days" if least["whole_days"] else "the least of UTC days, none of them whole"
    share = _percent(least["fraction_at_least"][wanted]).strip()
    print(f"  at least {wanted} on {least['date']}    {share} of area and time, {of}")


def _place(found: dict[str, Any]) -> str:
    return f"{found['lat_deg']:.1f} deg, {found['lon_deg']:.1f} deg east"


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:7.3f} %"


def _minutes(seconds: float | None) -> str:
    return "none" if seconds is None else f"{seconds / 60:.1f}"


def _print_bands(answer: dict[str, Any]) -> None:
    wanted = str(answer["required_fold"])
    rows = [
        [
            f"{band['south_deg']:.0f} to {band['north_deg']:.0f}",
            f"{band['points']}",
            "none" if band["fold_min"] is None else f"{band['fold_min']}",
            _percent(band["fraction_at_least"][wanted]),
            _minutes(band["longest_gap_by_fold_s"][wanted]),
        ]
        for band in answer["bands"]
    ]
    heads = ["latitude [deg]", "points", "fewest", f"at least {wanted}", f"longest below {wanted} [min]"]
    console.print_table("By latitude", heads, rows, right=heads)


def _print_sites(answer: dict[str, Any]) -> None:
    wanted = str(answer["required_fold"])
    rows = []
    for site in answer["sites"]:
        fold, gap, day = site["fold"], site["gaps"][wanted], site["worst_day"]
        rows.append(
            [
                site["name"],
                f"{site['mask_deg']:g}{' + horizon' if site['horizon'] else ''}",
                f"{fold['min']}",
                f"{fold['mean']:.2f}",
                _percent(fold["fraction_at_least"][wanted]),
                _minutes(gap["longest_s"]),
                _minutes(gap["mean_s"]),
                f"{day['start'][:16]}Z {_percent(day['fraction_at_least'][wanted])}",
            ]
        )
    heads = [
        "site",
        "mask [deg]",
        "fewest",
        "mean",
        f"at least {wanted}",
        f"longest below {wanted} [min]",
        "mean [min]",
        "worst 24 h",
    ]
    console.print_table("Sites", heads, rows, right=heads[2:])


def _print_days(answer: dict[str, Any]) -> None:
    folds = list(answer["fold"]["fraction_at_least"])
    wanted = str(answer["required_fold"])
    rows = [
        [
            day["date"] + ("" if day["whole"] else f" ({day['epochs']} epochs)"),
            *(_percent(day["fraction_at_least"][fold]) for fold in folds),
            _percent(day["fraction_at_least_worst_point"][wanted]),
        ]
        for day in answer["days"]
    ]
    heads = ["UTC day", *(f"at least {fold}" for fold in folds), f"at least {wanted}, worst point"]
    console.print_table("Share of area and of each day", heads, rows, right=heads[1:])
