"""Figures of one link: its budget as a waterfall, and rate, margin and distance over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qqnet.links.budget import Budget
from qqnet.report.map_files import MAPS, check_suffix, write_map
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.style import BLUE, FAINT, INK, ORANGE, drawing, new_figure
from qqnet.report.waterfall import drawable
from qqnet.report.wording import decibel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.study.link_series import LinkSeries

_ROW_IN = 0.24
_WIDTH_IN = 8.4


def budget_figure(budget: Budget, title: str) -> Figure:
    """Draw a budget as a waterfall: each term a bar from the sum before it to the sum after it.

    Parameters
    ----------
    budget : Budget
        Lines in the order of the signal.
    title : str
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure
    """
    lines = [line for line in budget.lines if line.kind != "note"]
    after = drawable(np.cumsum([line.value if line.kind == "term" else 0.0 for line in lines]))
    before = np.concatenate([[0.0], after[:-1]])
    figure = new_figure(_WIDTH_IN, _ROW_IN * len(lines) + 0.9)
    axes = figure.subplots()
    rows = np.arange(len(lines))
    for row, line in enumerate(lines):
        if line.kind == "total":
            axes.axhspan(row - 0.5, row + 0.5, color=FAINT, alpha=0.12, zorder=0)
            axes.plot([after[row]] * 2, [row - 0.42, row + 0.42], color=INK, linewidth=2.0)
        else:
            colour = BLUE if line.value >= 0.0 else ORANGE
            axes.barh(row, after[row] - before[row], left=before[row], height=0.62, color=colour)
    axes.set_yticks(rows, [line.name for line in lines])
    for label, line in zip(axes.get_yticklabels(), lines, strict=True):
        label.set_fontweight("bold" if line.kind == "total" else "normal")
    values = axes.secondary_yaxis("right")
    values.set_yticks(rows, [f"{decibel(line.value)} {line.unit}" for line in lines])
    values.tick_params(length=0)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.margins(x=0.03)
    axes.grid(visible=False, axis="y")
    axes.axvline(0.0, color=FAINT, linewidth=0.9)
    axes.set_xlabel("sum so far [dB, each total in its own unit]")
    axes.set_title(title)
    return figure


def over_time_figure(series: LinkSeries) -> Figure:
    """Draw rate, margin and distance of a link over time; times out of view are empty."""
    rate, margin = series.best()
    shown = np.where(rate > 0.0, rate, np.nan)
    title = f"{series.pair.source} to {series.pair.target} by {series.pair.name}"
    elevations = [
        Line(label, np.where(series.in_view, np.degrees(angle), np.nan))
        for label, angle in (
            ("at the sender", series.path.sender.elevation_rad),
            ("at the receiver", series.path.receiver.elevation_rad),
        )
        if np.isfinite(angle).any()
    ]
    charts = [
        Chart(f"Data rate, {title}", "bit/s", [Line("", shown)], kind="log", missing="no data"),
        Chart(
            "Margin over the mode in use",
            "dB",
            [Line("", margin)],
            wanted=series.link.required_margin_db,
            missing="out of view",
        ),
        Chart("Distance", "1000 km", [Line("", series.path.range_km / 1e3)]),
    ]
    if elevations:
        charts.append(Chart("Elevation", "deg", elevations, missing="out of view"))
    return series_figure(series.times_s, charts)


def check_figure(path: Path | None, what: str) -> None:
    """Refuse a file name of a kind that is not drawn, before anything is computed."""
    if path is not None:
        check_suffix(path, MAPS, what)


def write_budget(budget: Budget, title: str, path: Path) -> None:
    """Write the waterfall of a budget as PNG, SVG or PDF."""
    with drawing():
        figure = budget_figure(budget, title)
    write_map(figure, path)


def write_over_time(series: LinkSeries, path: Path) -> None:
    """Write rate, margin and distance over time as PNG, SVG or PDF."""
    with drawing():
        figure = over_time_figure(series)
    write_map(figure, path)
