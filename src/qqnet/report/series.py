"""Lines over time: fold, coverage, dilution of precision, distances and angles between planets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator, NullFormatter
from numpy.typing import NDArray

from qqnet.report.dates import thinned, utc_dates
from qqnet.report.style import FAINT, SERIES, WIDE, new_figure, utc_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

ROW_IN = 1.55
"""Height of one of several charts above each other [in]."""


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Attributes
    ----------
    label : str
        For the legend; empty where the chart has one line.
    values : ndarray [T]
        Not finite where there is none.
    """

    label: str
    values: Floats


@dataclass(frozen=True)
class Chart:
    """One of the charts over a common time axis.

    Attributes
    ----------
    title, unit : str
        What is drawn, and its unit, for the axis.
    lines : sequence of Line
        At least one.
    wanted : float or None
        What the design asks for: a dashed line.
    kind : str
        ``number``, ``count`` (whole numbers, drawn as steps), ``share`` (0 to 1, in percent) or ``log``.
    missing : str
        What a time without a value means; such times are hatched. Empty: nothing is said.
    floor, top : float or None
        Fixed ends of the axis.
    """

    title: str
    unit: str
    lines: Sequence[Line]
    wanted: float | None = None
    kind: str = "number"
    missing: str = ""
    floor: float | None = None
    top: float | None = None


def series_figure(
    times_s: Floats, charts: Sequence[Chart], span: tuple[float, float] | None = None
) -> Figure:
    """Draw charts above each other over one axis of UTC.

    Parameters
    ----------
    times_s : ndarray [T]
        Epochs [TDB s past J2000].
    charts : sequence of Chart
        From top to bottom.
    span : tuple of float, optional
        A part of the time to shade: start and end [TDB s past J2000].

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = new_figure(WIDE, ROW_IN * len(charts) + 0.35)
    rows = figure.subplots(len(charts), 1, sharex=True, squeeze=False)[:, 0]
    for axes, chart in zip(rows, charts, strict=True):
        _draw(axes, times_s, chart)
        if span is not None:
            axes.axvspan(*utc_dates(span, times_s[0]), color=FAINT, alpha=0.25, zorder=0)
    utc_axis(rows[-1])
    rows[-1].set_xlim(*utc_dates(times_s[[0, -1]], times_s[0]))
    return figure


def _draw(axes: Axes, times_s: Floats, chart: Chart) -> None:
    dates = utc_dates(times_s, times_s[0])
    style = "steps-mid" if chart.kind == "count" else "default"
    for line, colour in zip(chart.lines, SERIES, strict=False):
        values = np.where(np.isfinite(line.values), line.values, np.nan)
        kept = thinned(values)
        axes.plot(dates[kept], values[kept], color=colour, label=line.label, drawstyle=style)
    axes.set_title(chart.title)
    axes.set_ylabel(chart.unit)
    if chart.kind == "log":
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
    if chart.kind == "share":
        axes.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.6g} %")
    _limits(axes, chart)
    if chart.wanted is not None:
        axes.axhline(chart.wanted, color=FAINT, linestyle=(0, (5, 3)), linewidth=1.1, label="asked for")
    if chart.missing:
        _hatch(axes, dates, chart)
    handles, labels = axes.get_legend_handles_labels()
    if any(labels):
        axes.legend(
            handles, labels, loc="lower right", bbox_to_anchor=(1.0, 0.97), ncols=len(labels), borderpad=0.0
        )


def _limits(axes: Axes, chart: Chart) -> None:
    finite = [line.values[np.isfinite(line.values)] for line in chart.lines]
    values = np.concatenate([*finite, [] if chart.wanted is None else [chart.wanted]])
    if not values.size:
        axes.set_ylim(0.0, 1.0)
        return
    low, high = float(values.min()), float(values.max())
    if chart.kind == "count":
        axes.set_ylim(max(0.0, low - 1.0) - 0.2, high + 1.0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        return
    if chart.kind == "share":
        room = max(0.08 * (high - low), 0.005)
        # No tick beyond 0 and 100 %, but room for the line to be seen there.
        bottom, top = max(low - room, 0.0), min(high + room, 1.0)
        edge = 0.04 * (top - bottom)
        axes.set_ylim(bottom - edge * (bottom == 0.0), top + edge * (top == 1.0))
    elif chart.kind != "log":
        room = 0.1 * (high - low) or 0.05 * abs(high) or 1.0
        axes.set_ylim(low - room, high + room)
    if chart.floor is not None:
        axes.set_ylim(bottom=chart.floor)
    if chart.top is not None:
        axes.set_ylim(top=chart.top)


def _hatch(axes: Axes, dates: NDArray[np.datetime64], chart: Chart) -> None:
    missing = np.zeros(len(dates), dtype=bool)
    for line in chart.lines:
        missing |= ~np.isfinite(line.values)
    if not missing.any():
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(int)))
    step = dates[1] - dates[0] if len(dates) > 1 else np.timedelta64(60, "s")
    starts, stops = edges[::2], edges[1::2]
    axes.broken_barh(
        [(dates[a], max(dates[b - 1] - dates[a], step)) for a, b in zip(starts, stops, strict=True)],
        (0.0, 1.0),
        transform=axes.get_xaxis_transform(),
        facecolor="none",
        edgecolor=FAINT,
        linewidth=0.0,
        hatch="////",
        label=chart.missing,
    )
