"""Traffic over time: what nodes store and what flows deliver, one row each, each to its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.report.map_files import write_map
from qqnet.report.plan_axis import PlanAxis
from qqnet.report.style import BLUE, FAINT, GRID, SKY, WIDE, drawing, new_figure
from qqnet.report.wording import data_rate, data_size, whole

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qqnet.contacts.timebase import TimeBase

Floats = NDArray[np.float64]

MOST_ROWS: Final = 24
"""Rows beyond which a picture is too long to be read."""
_MOST_STEPS: Final = 120
_ROW_IN, _TALL = 0.32, 0.84


def storage_figure(history: xr.Dataset, base: TimeBase, most_rows: int = MOST_ROWS) -> Figure:
    """Draw what nodes store over time.

    Parameters
    ----------
    history : xarray.Dataset
        ``stored_bytes`` and ``stored_max_bytes`` (time, node), mean and maximum within each step [byte]; ``time``
        is the middle of each step [s of the plan's time base], as `TrafficResult.history` gives it.
    base : TimeBase
        Of the plan.
    most_rows : int
        The nodes with the highest peaks stay.

    Returns
    -------
    matplotlib.figure.Figure
        Dark: the mean; light: the maximum within the step. At the right the peak, which fills the row.
    """
    mean, top = history["stored_bytes"].to_numpy(), history["stored_max_bytes"].to_numpy()
    peak = top.max(axis=0, initial=0.0)
    storing = np.flatnonzero(peak > 0.0)
    chosen = storing[np.argsort(-peak[storing], kind="stable")][:most_rows]
    rows = _Rows(history["time"].to_numpy(), base)
    labels = [str(name) for name in history["node"].to_numpy()[chosen]]
    left_out = len(storing) - len(chosen)
    return rows.figure(
        "Stored by node" if len(chosen) else "No node ever stores anything",
        f"{whole(left_out)} nodes that store less are left out; peak" if left_out else "peak",
        labels,
        [data_size(float(peak[node])) for node in chosen],
        rows.largest(top[:, chosen]),
        rows.mean(mean[:, chosen]),
    )


def throughput_figure(history: xr.Dataset, base: TimeBase) -> Figure:
    """Draw what flows offer and deliver over time.

    Parameters
    ----------
    history : xarray.Dataset
        ``offered_bytes`` and ``delivered_bytes`` (time, flow) within each step [byte]; ``time`` is the middle of
        each step [s of the plan's time base], as `TrafficResult.history` gives it.
    base : TimeBase
        Of the plan.

    Returns
    -------
    matplotlib.figure.Figure
        Dark: delivered; light: offered. At the right the mean rate delivered.
    """
    rows = _Rows(history["time"].to_numpy(), base)
    factor = 8.0 / rows.step_s
    offered, delivered = (factor * history[name].to_numpy() for name in ("offered_bytes", "delivered_bytes"))
    return rows.figure(
        "Offered and delivered by flow",
        "mean rate delivered",
        [str(name) for name in history["flow"].to_numpy()],
        [data_rate(float(rate)) for rate in delivered.mean(axis=0)],
        rows.mean(offered),
        rows.mean(delivered),
    )


def write_storage(
    history: xr.Dataset, base: TimeBase, path: str | PathLike[str], most_rows: int = MOST_ROWS
) -> None:
    """Write what nodes store over time as PNG, SVG or PDF; see `storage_figure`."""
    with drawing():
        figure = storage_figure(history, base, most_rows)
    write_map(figure, str(path))


def write_throughput(history: xr.Dataset, base: TimeBase, path: str | PathLike[str]) -> None:
    """Write what flows offer and deliver over time as PNG, SVG or PDF; see `throughput_figure`."""
    with drawing():
        figure = throughput_figure(history, base)
    write_map(figure, str(path))


class _Rows:
    """Steps of time joined to so few that a picture can show them."""

    def __init__(self, time_s: NDArray[np.float64], base: TimeBase):
        time_s = np.asarray(time_s, dtype=np.float64)
        self.step_s = float(time_s[1] - time_s[0]) if time_s.size > 1 else 1.0
        end_s = float(time_s[-1]) + 0.5 * self.step_s
        starts_s = time_s - 0.5 * self.step_s
        self.first = np.arange(0, time_s.size, max(1, -(-time_s.size // _MOST_STEPS)))
        self.count = np.diff(np.append(self.first, time_s.size))
        self.axis = PlanAxis((float(starts_s[0]), end_s), base)
        self.edges = self.axis.positions(np.append(starts_s[self.first], end_s))

    def largest(self, values: Floats) -> Floats:
        """Largest of the joined steps [time, row]."""
        return np.asarray(np.maximum.reduceat(values, self.first, axis=0))

    def mean(self, values: Floats) -> Floats:
        """Mean of the joined steps [time, row]."""
        return np.asarray(np.add.reduceat(values, self.first, axis=0) / self.count[:, None])

    def figure(
        self,
        title: str,
        note: str,
        labels: Sequence[str],
        told: Sequence[str],
        light: Floats,
        dark: Floats,
    ) -> Figure:
        """Draw the rows, each as high as its largest value."""
        count = max(len(labels), 1)
        figure = new_figure(WIDE, _ROW_IN * count + 0.75)
        axes = figure.subplots()
        for row, text in enumerate(told):
            top = max(float(light[:, row].max()), float(dark[:, row].max())) or 1.0
            self._row(axes, row, light[:, row] / top, dark[:, row] / top)
            axes.annotate(
                text,
                (1.0, row),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=7.5,
            )
        axes.set_ylim(count - 0.45, -0.55)
        axes.set_yticks(range(len(labels)), list(labels))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        self.axis.dress(axes)
        axes.set_title(title)
        axes.set_title(note, loc="right", fontsize=8.0, fontweight="normal", color=FAINT)
        return figure

    def _row(self, axes: Axes, row: int, light: Floats, dark: Floats) -> None:
        base = row + 0.5 * _TALL
        axes.axhline(base, color=GRID, linewidth=0.5, zorder=1)
        for values, colour in ((light, SKY), (dark, BLUE)):
            tops = base - _TALL * values
            axes.stairs(tops, self.edges, baseline=base, fill=True, color=colour, linewidth=0, zorder=2)
