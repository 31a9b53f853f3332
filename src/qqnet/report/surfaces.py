"""Coverage and navigation on a body's surface: maps, series and figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.coverage.result import CoverageResult
from qqnet.navigation.result import NavigationResult
from qqnet.report.coverage_section import coverage_figures
from qqnet.report.field_catalogue import surface_field
from qqnet.report.film_block import film_block
from qqnet.report.image import Picture, embedded
from qqnet.report.map_drawing import Mark, SurfaceField, map_figure
from qqnet.report.maps import site_marks, worst_point
from qqnet.report.navigation_section import navigation_tables
from qqnet.report.page import Block, Figures, Heading, Table, Text
from qqnet.report.robustness_section import robustness_blocks
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.views import view
from qqnet.report.wording import duration, latitude, longitude, number, percent, utc, whole
from qqnet.scenario.model import Grid
from qqnet.study.robustness import robustness_summary

if TYPE_CHECKING:
    from qqnet.study.study import Study

SERIES_KINDS = ("gdop", "pdop")


def surface_blocks(study: Study, grid: Grid, animate: bool = False) -> list[Block]:
    """Everything about one grid of a study.

    Parameters
    ----------
    study : Study
        For its results.
    grid : Grid
        The grid.
    animate : bool
        Whether to show how the satellites in view change over one revolution.

    Returns
    -------
    list of Block
    """
    coverage, navigation = study.coverage(grid.body), study.navigation(grid.body)
    marks = [worst_point(coverage), *site_marks(study.scenario, grid.body)]
    name, answer = grid.body.lower(), coverage.summary()
    return [
        Heading(grid.body, f"surface-{name}"),
        Text(_introduction(grid, coverage)),
        *_always(grid, coverage, navigation),
        Figures(
            _coverage_maps(name, coverage, marks) + _navigation_maps(name, grid, navigation, marks),
            "Each cell has the colour of its grid point; brighter is better. Maps of the whole surface are in "
            "Equal Earth projection, which keeps areas; globes are seen from far away. Latitude and east or "
            "west longitude in degrees, body-fixed.",
        ),
        *([film_block(study, grid)] if animate else []),
        Figures(
            [_series(name, grid, coverage, navigation)],
            "Over all points of the grid at each epoch."
            + (" Values above the axis limit are cut off." if _dop_top(grid, navigation) is not None else ""),
            wide=True,
        ),
        coverage_table(answer, grid),
        *coverage_figures(answer),
        *(navigation_tables(navigation.summary(_range_error_m(grid)), grid) if _solved(navigation) else []),
        *robustness_blocks(robustness_summary(study, grid.body)),
    ]


def _range_error_m(grid: Grid) -> float | None:
    """One error for all ranges; None where a budget gives each its own."""
    return grid.range_error * 1e3 if grid.errors is None else None


def _introduction(grid: Grid, coverage: CoverageResult) -> str:
    data = coverage.data
    who = "nodes with the service navigation" if not grid.providers else ", ".join(grid.providers)
    folds = f"{grid.fold} satellite{'s' * (grid.fold > 1)} in view"
    return (
        f"{whole(data.sizes['point'])} points, {whole(data.sizes['time'])} epochs "
        f"{duration(coverage.step_s)} apart, "
        f"elevation mask {math.degrees(grid.mask):g}°. What counts: {who}. "
        f"Asked for: {folds} and GDOP of at most {grid.gdop:g}."
    )


def _solved(navigation: NavigationResult) -> bool:
    """Whether there is a solution anywhere, at any time."""
    return navigation.unavailable_fraction < 1.0


def _always(grid: Grid, coverage: CoverageResult, navigation: NavigationResult) -> list[Block]:
    """Say in words what a map of one value would say."""
    always, blocks = [], list[Block]()
    if coverage.fraction_at_least_worst(grid.fold) == 1.0:
        always.append(f"At least {grid.fold} in view")
    if navigation.fraction_at_most_worst("gdop", grid.gdop) == 1.0:
        always.append(f"GDOP of at most {grid.gdop:g}")
    if always:
        text = " and ".join(always)
        blocks.append(
            Text(f"{text}: at every point of the grid, at every epoch, so that shares of time are not drawn.")
        )
    if not _solved(navigation):
        blocks.append(
            Text("There is no navigation solution anywhere, ever: that takes four satellites in view.")
        )
    return blocks


def _coverage_maps(name: str, coverage: CoverageResult, marks: list[Mark]) -> list[Picture]:
    """The fewest in view, and the share of time; where that is always one, the mean says more, on globes."""
    lowest, share = surface_field(coverage, "fold-min"), surface_field(coverage, "share")
    pictures = [_map(f"{name}-fold", lowest, marks, coverage.body)]
    if share.values.min() < 1.0:
        return [*pictures, _map(f"{name}-share", share, marks, coverage.body)]
    return [
        *pictures,
        _map(f"{name}-mean", surface_field(coverage, "fold-mean"), marks, coverage.body, "globes"),
    ]


def _navigation_maps(name: str, grid: Grid, navigation: NavigationResult, marks: list[Mark]) -> list[Picture]:
    if not _solved(navigation):
        return []
    highest, share = (surface_field(navigation, key, grid.gdop) for key in ("gdop-max", "gdop-share"))
    pictures = [_map(f"{name}-gdop", highest, marks, navigation.body)]
    if share.values.min() < 1.0:
        return [*pictures, _map(f"{name}-gdop-share", share, marks, navigation.body)]
    mean = surface_field(navigation, "gdop-mean")
    return [*pictures, _map(f"{name}-gdop-mean", mean, marks, navigation.body, "globes")]


def _map(name: str, field: SurfaceField, marks: list[Mark], body: str, seen: str = "world") -> Picture:
    finite = field.values[np.isfinite(field.values)]
    extent = f"{number(float(finite.min()))} to {number(float(finite.max()))}" if finite.size else "no values"
    figure = map_figure(field, marks, view(seen, body))
    return embedded(figure, name, f"Map of {body}: {field.title}, {extent}.")


def _dop_top(grid: Grid, navigation: NavigationResult) -> float | None:
    """Upper end of the DOP axis, where peaks would hide all else."""
    highest = navigation.data["epoch_max"].sel(dop="gdop").to_numpy()
    finite = highest[np.isfinite(highest)]
    if not finite.size or finite.max() <= 5 * grid.gdop:
        return None
    return float(max(3 * grid.gdop, min(5 * grid.gdop, 1.2 * np.quantile(finite, 0.9))))


def _series(name: str, grid: Grid, coverage: CoverageResult, navigation: NavigationResult) -> Picture:
    data, fold = coverage.data, coverage.required_fold
    dops = navigation.data.sel(dop="gdop")
    area = data["area_fraction_at_least"].sel(at_least=fold).to_numpy()
    solved = navigation.data["area_fraction_solved"].to_numpy()
    charts = [
        Chart(
            "Fewest satellites in view at any point",
            "satellites",
            [Line("", data["epoch_fold_min"].to_numpy().astype(float))],
            wanted=float(fold),
            kind="count",
        )
    ]
    shares = {f"Share of the area with at least {fold} in view": area}
    if _solved(navigation):
        shares["Share of the area with a navigation solution"] = solved
        lines = [
            Line("largest of all points", dops["epoch_max"].to_numpy()),
            Line("95 % of the area", dops["epoch_p95"].to_numpy()),
        ]
        top = _dop_top(grid, navigation)
        charts.append(
            Chart("GDOP", "GDOP [1]", lines, wanted=grid.gdop, missing="no solution for one of them", top=top)
        )
    charts += [
        Chart(title, "share of area", [Line("", share)], kind="share")
        for title, share in shares.items()
        if share.min() < 1.0
    ]
    figure = series_figure(data["time"].to_numpy(), charts)
    return embedded(
        figure,
        f"{name}-series",
        f"{grid.body}: fewest satellites in view, share of the area at the required fold and GDOP over time.",
    )


def coverage_table(answer: dict[str, Any], grid: Grid) -> Table:
    """Fold by fold: shares, gaps, worst point, worst day; and where and when those are."""
    fold, worst, day, area_day = (
        answer[key] for key in ("fold", "worst_point", "worst_day", "worst_day_of_area")
    )
    rows = [
        [
            f"at least {k}",
            percent(share),
            percent(fold["fraction_at_least_worst_point"][k]),
            percent(worst["fraction_at_least"][k]),
            percent(day["fraction_at_least"][k]),
            percent(area_day["fraction_at_least"][k]),
            duration(answer["longest_gap_by_fold_s"].get(k)),
        ]
        for k, share in fold["fraction_at_least"].items()
    ]
    columns = [
        "in view",
        "area and time",
        "time, least of any point",
        "time, worst point",
        "its worst 24 h",
        "worst 24 h of the area",
        "longest gap",
    ]
    note = (
        f"Worst point for {answer['required_fold']} in view: {latitude(worst['lat_deg'])}, "
        f"{longitude(worst['lon_deg'])}; its worst 24 h start {utc(day['start'])}, those of the whole area "
        f"{utc(area_day['start'])}. In view: {fold['min']} at the fewest, {number(fold['mean'])} on average, "
        f"{fold['max']} at the most."
    )
    return Table(columns, rows, 1, "Coverage: share with so many satellites in view", note)
