"""Bars over time: when links are up and how fast they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from qqnet.report.dates import axis_days, utc_dates
from qqnet.report.style import BLUE, FAINT, GRID, WIDE, new_figure, utc_axis
from qqnet.report.wording import data_rate, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

_ROW_IN = 0.25
_SHADES = 24
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
    rate_bps : ndarray [N] or None
        Rate of each; None in charts that only say yes or no [bit/s].
    """

    label: str
    start_s: Floats
    end_s: Floats
    rate_bps: Floats | None = None

    def share(self, span: tuple[float, float]) -> float:
        """Share of a span that is covered."""
        inside = np.minimum(self.end_s, span[1]) - np.maximum(self.start_s, span[0])
        share = float(np.clip(inside, 0.0, None).sum() / (span[1] - span[0]))
        # Rounding in the sum of many pieces must not turn always into nearly always.
        return 1.0 if share > 1.0 - 1e-9 else share


def merged(start_s: Floats, end_s: Floats, rate_bps: Floats) -> tuple[Floats, Floats, Floats]:
    """Best rate over time of contacts that may overlap.

    Parameters
    ----------
    start_s, end_s, rate_bps : ndarray [N]
        Contacts.

    Returns
    -------
    start_s, end_s, rate_bps : ndarray [M]
        Stretches of constant best rate, sorted, without overlap.

    Examples
    --------
    >>> start, end, rate = merged(np.array([0.0, 5.0]), np.array([10.0, 7.0]), np.array([1.0, 9.0]))
    >>> start.tolist(), end.tolist(), rate.tolist()
    ([0.0, 5.0, 7.0], [5.0, 7.0, 10.0], [1.0, 9.0, 1.0])
    """
    if not len(start_s):
        return start_s, end_s, rate_bps
    edges = np.unique(np.concatenate([start_s, end_s]))
    best = np.zeros(len(edges) - 1)
    first, last = np.searchsorted(edges, start_s), np.searchsorted(edges, end_s)
    for contact in np.argsort(rate_bps):
        best[first[contact] : last[contact]] = rate_bps[contact]
    change = np.flatnonzero(np.diff(best)) + 1
    starts, stops = np.concatenate([[0], change]), np.concatenate([change, [len(best)]])
    used = best[starts] > 0.0
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
    rows: Sequence[Row], span: tuple[float, float], rates: tuple[float, float] = (1.0, 10.0)
) -> Figure:
    """Draw rows of bars over a span; coloured by rate where the rows have one.

    Parameters
    ----------
    rows : sequence of Row
        From top to bottom; at least one.
    span : tuple of float
        Start and end [TDB s past J2000].
    rates : tuple of float
        Lowest and highest rate of the colour scale [bit/s].

    Returns
    -------
    matplotlib.figure.Figure
    """
    rated = any(row.rate_bps is not None for row in rows)
    figure = new_figure(WIDE, _ROW_IN * len(rows) + (1.3 if rated else 0.75))
    axes = figure.subplots()
    cmap, norm = _colours(rates)
    for n, row in enumerate(rows):
        _bars(axes, n, row, span, cmap, norm)
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
    axes.xaxis_date()
    axes.set_xlim(*axis_days(utc_dates(span, span[0])))
    utc_axis(axes)
    if rated:
        _bar(figure, axes, cmap, norm, 0.1 / (_ROW_IN * len(rows)))
    return figure


def _bars(axes: Axes, n: int, row: Row, span: tuple[float, float], cmap: Colormap, norm: Normalize) -> None:
    """Draw the bars of a row, those of one colour as one shape, which keeps the drawing small."""
    smallest = _SMALLEST_SHARE * (span[1] - span[0])
    start, end = np.maximum(row.start_s, span[0]), np.minimum(row.end_s, span[1])
    left = axis_days(utc_dates(start, span[0]))
    right = axis_days(utc_dates(np.maximum(end, start + smallest), span[0]))
    low, high = np.full(len(left), n - 0.36), np.full(len(left), n + 0.36)
    corners = np.stack([left, low, right, low, right, high, left, high], axis=-1).reshape(-1, 4, 2)
    shades = np.zeros(len(left)) if row.rate_bps is None else np.asarray(norm(row.rate_bps))
    steps = np.minimum((shades * _SHADES).astype(int), _SHADES - 1)
    for step in np.unique(steps):
        colour = BLUE if row.rate_bps is None else cmap((step + 0.5) / _SHADES)
        shape = Path.make_compound_path_from_polys(corners[steps == step])
        axes.add_patch(PathPatch(shape, facecolor=colour, linewidth=0))


def _colours(rates: tuple[float, float]) -> tuple[Colormap, Normalize]:
    from matplotlib import colormaps

    low, high = rates
    return colormaps["viridis"].resampled(_SHADES), LogNorm(low if low < high else low / 10.0, high)


def _bar(figure: Figure, axes: Axes, cmap: Colormap, norm: Normalize, pad: float) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.ticker import FuncFormatter, NullFormatter

    bar = figure.colorbar(
        ScalarMappable(norm, cmap),
        ax=axes,
        location="bottom",
        aspect=60,
        pad=pad,
        shrink=0.8,
        label="data rate",
    )
    bar.outline.set_edgecolor(FAINT)
    bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: data_rate(value)))
    bar.ax.xaxis.set_minor_formatter(NullFormatter())
    bar.ax.tick_params(labelsize=7.5)
