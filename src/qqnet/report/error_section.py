"""Users' errors on a surface: the budget of a range, maps and series of the radii that hold 95 %, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.navigation.error_budget import ErrorBudget
from qqnet.navigation.error_radius import NORMAL_95
from qqnet.navigation.error_result import ErrorResult
from qqnet.report.image import Picture, embedded
from qqnet.report.maps import SurfaceField, map_figure
from qqnet.report.page import Block, Figures, Heading, Table, Text
from qqnet.report.scales import SHADES, Scale
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.wording import number, or_infinite, percent
from qqnet.scenario.model import Grid

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

_SHOWN = {
    "horizontal": ("horizontal_p95", 1.0, "Horizontal error, radius of 95 %"),
    "vertical": ("vertical", NORMAL_95, "Vertical error, half-width of 95 %"),
}


def error_blocks(study: Study, grid: Grid) -> list[Block]:
    """Everything about users' errors on one grid with an error budget.

    Parameters
    ----------
    study : Study
        For its results.
    grid : Grid
        The grid.

    Returns
    -------
    list of Block
    """
    result = study.navigation_errors(grid.body)
    name = grid.body.lower()
    blocks: list[Block] = [
        Heading(f"{grid.body}: errors of users", f"errors-{name}"),
        budget_table(result.budget),
    ]
    if result.unavailable_fraction == 1.0:
        return [
            *blocks,
            Text("No user has a solution anywhere, ever: that takes four signals that are tracked."),
        ]
    return [
        *blocks,
        Figures(
            [_map(name, error, result) for error in _SHOWN],
            "What 95 % of the errors stay within, not exceeded for 95 % of the time; from the covariance of "
            "weighted least squares, where each line of sight has an error of its own. Brighter is better.",
        ),
        Figures([_series(name, result)], "What 95 % of the area does not exceed, at each epoch.", wide=True),
        error_table(result),
    ]


def budget_table(budget: ErrorBudget) -> Table:
    """Lines of a budget, totals among them."""
    rows = [
        [
            ("= " if line.kind == "total" else "") + line.name,
            line.source,
            number(line.sigma_m) if np.isfinite(line.sigma_m) else "not tracked",
        ]
        for line in budget.lines
    ]
    return Table(
        ["", "source", "1 sigma [m]"],
        rows or [["nothing", budget.where, "–"]],
        2,
        f"Error budget of a range: {budget.where}" if rows else "Error budget of a range",
        "Of the middle line of sight; maps and series take each line with its own.",
        prose=True,
    )


def error_scale(values: Floats, label: str) -> Scale:
    """Errors in metres, lower is brighter; beyond ten times the least, one colour."""
    from matplotlib import colormaps
    from matplotlib.colors import Normalize

    finite = values[np.isfinite(values)]
    low, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    high = min(most, 10.0 * low) if low > 0.0 else most
    return Scale(
        label=label,
        cmap=colormaps["cividis_r"].resampled(SHADES),
        norm=Normalize(low, high if high > low else low + 1.0, clip=True),
        extend="max" if most > high else "neither",
        no_value="no solution for 5 % of the time",
    )


def _map(name: str, error: str, result: ErrorResult) -> Picture:
    kept, factor, title = _SHOWN[error]
    here = result.data.sel(error=kept)
    values = here["p95"].to_numpy() * factor
    field = SurfaceField(
        title,
        here["latitude_deg"].to_numpy(),
        here["longitude_deg"].to_numpy(),
        values,
        error_scale(values, f"{error} error [m]"),
    )
    finite = values[np.isfinite(values)]
    extent = (
        f"{number(float(finite.min()))} to {number(float(finite.max()))} m" if finite.size else "no values"
    )
    return embedded(map_figure(field), f"{name}-error-{error}", f"Map of {result.body}: {title}, {extent}.")


def _series(name: str, result: ErrorResult) -> Picture:
    data = result.data
    lines = [
        Line(label, data["epoch_p95"].sel(error=kept).to_numpy() * factor)
        for label, kept, factor in (
            ("horizontal", "horizontal_p95", 1.0),
            ("vertical", "vertical", NORMAL_95),
            ("time", "time", NORMAL_95),
        )
    ]
    charts = [
        Chart("Errors of users, 95 %", "error [m]", lines, missing="no solution for one of them", floor=0.0)
    ]
    figure = series_figure(data["time"].to_numpy(), charts)
    return embedded(
        figure, f"{name}-errors", f"{result.body}: horizontal, vertical and time error over time."
    )


def error_table(result: ErrorResult) -> Table:
    """Figures over area and time of every error."""
    answer: dict[str, Any] = result.summary()

    rows = [
        [
            name,
            *(or_infinite(error[key]) for key in ("mean", "p95", "max")),
            *(or_infinite(error["p95_radius"][key]) for key in ("mean", "p95", "max")),
            or_infinite(error["three_sigma"]["p95"]),
        ]
        for name, error in answer.items()
    ]
    note = (
        "Time error in metres: 1 m is 3.34 ns. Radius: what holds 95 % of the error at one place and epoch."
    )
    if result.unavailable_fraction:
        share = percent(result.unavailable_fraction)
        note += f" No solution for {share} of area and time (∞); means are of the rest."
    columns = ["", "1 sigma: mean", "95 %", "largest", "radius: mean", "95 %", "largest", "3 sigma: 95 %"]
    return Table(columns, rows, 1, "Errors of users over area and time [m]", note)
