"""Bars over time: when links are up and how fast they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from qqnet.report.plan_axis import PlanAxis
from qqnet.report.scales import Scale, rate_scale
from qqnet.report.style import BLUE, FAINT, GRID, WIDE, new_figure
from qqnet.report.wording import data_rate, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

_ROW_IN = 0.25
_SMALLEST_SHARE = 0.0006
"""Bars are drawn at least so wide, as a share of the chart, so that short contacts can be seen."""


@dataclass(frozen=True)
class Row:
    """One row of bars.

    Attributes
    ----------
    label : str
        What the row is.
    start_s, end_s : ndarray [N]
        Bars, sorted, that do not overlap [TDB s past J2000].
    values : ndarray [N] or None
        What colours each, such as its rate [bit/s]; None in charts that only say yes or no.
    """

    label: str
    start_s: Floats
    end_s: Floats
    values: Floats | None = None

    def share(self, span: tuple[float, float]) -> float:
        """Share of a span that is covered."""
        inside = np.minimum(self.end_s, span[1]) - np.maximum(self.start_s, span[0])
        share = float(np.clip(inside, 0.0, None).sum() / (span[1] - span[0]))
        # Rounding in the sum of many pieces must not turn always into nearly always.
        return 1.0 if share > 1.0 - 1e-9 else share


def merged(start_s: Floats, end_s: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Best value over time, such as the rate, of contacts that may overlap.

    Parameters
    ----------
    start_s, end_s, values : ndarray [N]
        Contacts.

    Returns
    -------
    start_s, end_s, values : ndarray [M]
        Stretches of constant best value, sorted, without overlap.

    Examples
    --------
    >>> start, end, rate = merged(np.array([0.0, 5.0]), np.array([10.0, 7.0]), np.array([1.0, 9.0]))
    >>> start.tolist(), end.tolist(), rate.tolist()
    ([0.0, 5.0, 7.0], [5.0, 7.0, 10.0], [1.0, 9.0, 1.0])
    """
    if not len(start_s):
        return start_s, end_s, values
    edges = np.unique(np.concatenate([start_s, end_s]))
    best = np.full(len(edges) - 1, -np.inf)
    first, last = np.searchsorted(edges, start_s), np.searchsorted(edges, end_s)
    for contact in np.argsort(values):
        best[first[contact] : last[contact]] = values[contact]
    change = np.flatnonzero(best[1:] != best[:-1]) + 1
    starts, stops = np.concatenate([[0], change]), np.concatenate([change, [len(best)]])
    used = np.isfinite(best[starts])
    return edges[starts[used]], edges[stops[used]], best[starts[used]]


def intersected(one: Row, other: Row, label: str) -> Row:
    """Times at which both rows have a bar."""
    starts, stops = [], []
    for start, end in zip(one.start_s, one.end_s, strict=True):
        low, high = np.maximum(other.start_s, start), np.minimum(other.end_s, end)
        starts.append(low[low < high])
        stops.append(high[low < high])
    empty = np.empty(0)
    return Row(label, np.concatenate([empty, *starts]), np.concatenate([empty, *stops]))


def gantt_figure(
    rows: Sequence[Row],
    span: tuple[float, float],
    scale: Scale | None = None,
    axis: PlanAxis | None = None,
) -> Figure:
    """Draw rows of bars over a span; coloured where the rows have values.

    Parameters
    ----------
    rows : sequence of Row
        From top to bottom; at least one.
    span : tuple of float
        Start and end [TDB s past J2000, or s of the axis' time base].
    scale : Scale, optional
        Of the values; where not given, they are rates.
    axis : PlanAxis, optional
        How time stands there; UTC where not given.

    Returns
    -------
    matplotlib.figure.Figure
    """
    axis = PlanAxis(span) if axis is None else axis
    values = [row.values for row in rows if row.values is not None and len(row.values)]
    if values and scale is None:
        scale = rate_scale(np.concatenate(values))
    coloured = scale is not None and bool(values)
    figure = new_figure(WIDE, _ROW_IN * len(rows) + (1.3 if coloured else 0.75))
    axes = figure.subplots()
    for n, row in enumerate(rows):
        _bars(axes, n, row, axis, scale)
        axes.annotate(
            percent(row.share(span), 1),
            (1.0, n),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
        )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.set_yticks(np.arange(len(rows) - 1) + 0.5, minor=True)
    axes.grid(axis="y", visible=False, which="major")
    axes.grid(axis="y", which="minor", color=GRID, linewidth=0.4)
    axes.tick_params(axis="y", which="minor", length=0)
    axis.dress(axes)
    if coloured and scale is not None:
        colour_bar(figure, axes, scale, 0.1 / (_ROW_IN * len(rows)))
    return figure


def _bars(axes: Axes, n: int, row: Row, axis: PlanAxis, scale: Scale | None) -> None:
    """Draw the bars of a row, those of one colour as one shape, which keeps the drawing small."""
    span = axis.span
    smallest = _SMALLEST_SHARE * (span[1] - span[0])
    seen = (row.end_s > span[0]) & (row.start_s < span[1])
    start, end = np.maximum(row.start_s[seen], span[0]), np.minimum(row.end_s[seen], span[1])
    left = axis.positions(start)
    right = axis.positions(np.maximum(end, start + smallest))
    low, high = np.full(len(left), n - 0.36), np.full(len(left), n + 0.36)
    corners = np.stack([left, low, right, low, right, high, left, high], axis=-1).reshape(-1, 4, 2)
    groups: list[tuple[Any, Floats]]
    if row.values is None or scale is None:
        groups = [(BLUE, corners)] if len(corners) else []
    else:
        shades, group = np.unique(scale.cmap(scale.norm(row.values[seen])), axis=0, return_inverse=True)
        groups = [(tuple(shade), corners[group == k]) for k, shade in enumerate(shades)]
    for colour, bars in groups:
        shape = Path.make_compound_path_from_polys(bars)
        axes.add_patch(PathPatch(shape, facecolor=colour, linewidth=0))


def colour_bar(figure: Figure, axes: Axes, scale: Scale, pad: float) -> None:
    """Draw below a chart what its colours mean."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

    bar = figure.colorbar(
        ScalarMappable(scale.norm, scale.cmap),
        ax=axes,
        location="bottom",
        aspect=60,
        pad=pad,
        shrink=0.8,
        label=scale.label,
    )
    bar.outline.set_edgecolor(FAINT)
    if scale.ticks:
        bar.ax.xaxis.set_minor_locator(NullLocator())
        bar.set_ticks(list(scale.ticks), labels=list(scale.tick_labels))
    else:
        bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: data_rate(value)))
        bar.ax.xaxis.set_minor_formatter(NullFormatter())
    bar.ax.tick_params(labelsize=7.5)
