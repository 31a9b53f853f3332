"""How late data is: the share of bundles that has arrived after a delay, by flow and by priority."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.report.map_files import write_map
from qqnet.report.style import SERIES, WIDE, drawing, new_figure
from qqnet.report.wording import duration
from qqnet.traffic.flows import PRIORITIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qqnet.traffic.result import FlowResult, TrafficResult

Floats = NDArray[np.float64]

DASHES: Final = ((0, ()), (0, (5, 1.5)), (0, (1.5, 1.2)))
_LEGEND_ROW_IN, _LEAST_IN = 0.17, 1.7
_FEWEST = 2
_MOST_POINTS = 200
_LEAST_S = 1e-3
"""The axis is logarithmic: what takes no time is drawn here."""
_TICKS: Final = (
    (0.001, "1 ms"), (0.01, "10 ms"), (0.1, "0.1 s"), (1.0, "1 s"), (10.0, "10 s"), (60.0, "1 min"),
    (600.0, "10 min"), (3600.0, "1 h"), (6 * 3600.0, "6 h"), (86400.0, "1 d"), (7 * 86400.0, "7 d"),
    (30 * 86400.0, "30 d"),
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """Share of bundles that arrived within a delay.

    Attributes
    ----------
    label : str
        Whose.
    delay_s : ndarray [E]
        Ascending [s].
    share : ndarray [E]
        Of all bundles that were made, so that the curve ends below 1 where some were lost [1].
    deadline_s : float or None
        Lifetime of the bundles [s].
    """

    label: str
    delay_s: Floats
    share: Floats
    deadline_s: float | None = None


def flow_curves(result: TrafficResult) -> dict[str, list[Curve]]:
    """Curves of the flows of each priority that has any, the highest first.

    Parameters
    ----------
    result : TrafficResult
        Of a simulation.

    Returns
    -------
    dict of str to list of Curve
        By priority.
    """
    curves: dict[str, list[Curve]] = {name: [] for name in reversed(PRIORITIES)}
    for flow, summed in zip(result.flows, result.flow_results(), strict=True):
        deadline = flow.deadline_s if math.isfinite(flow.deadline_s) else None
        curves[PRIORITIES[flow.priority]].append(_curve(result, summed, deadline))
    return {name: found for name, found in curves.items() if found}


def priority_curves(result: TrafficResult) -> list[Curve]:
    """Curves of all bundles of each priority that has any, the highest first.

    Parameters
    ----------
    result : TrafficResult
        Of a simulation.

    Returns
    -------
    list of Curve
    """
    return [_curve(result, summed) for summed in result.priority_results()]


def _curve(result: TrafficResult, summed: FlowResult, deadline_s: float | None = None) -> Curve:
    delay, share = result.delay_distribution(summed.name)
    arrived = summed.delivered_bundles / summed.bundles if summed.bundles else 0.0
    return Curve(summed.name, delay, share * arrived, deadline_s)


def delay_figure(panels: Mapping[str, Sequence[Curve]]) -> Figure:
    """Draw curves in panels above each other over one logarithmic axis of delay.

    Parameters
    ----------
    panels : dict of str to sequence of Curve
        Title and curves of each; at least one panel.

    Returns
    -------
    matplotlib.figure.Figure
        A cross on a curve's height marks its deadline.
    """
    heights = [max(_LEGEND_ROW_IN * len(curves) + 0.35, _LEAST_IN) for curves in panels.values()]
    figure = new_figure(WIDE, sum(heights) + 0.35)
    rows = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (title, curves) in zip(rows, panels.items(), strict=True):
        for k, curve in enumerate(curves):
            _draw(axes, k, curve)
        axes.set_ylim(-0.03, 1.03)
        axes.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.0f} %")
        axes.set_title(title)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), labelspacing=0.25, handlelength=2.2)
    rows[0].set_xscale("log")
    time_ticks(rows[-1])
    rows[len(rows) // 2].set_ylabel("arrived, of all bundles made")
    return figure


def write_delays(result: TrafficResult, path: str | PathLike[str], by: str = "flow") -> None:
    """Write delays of each ``flow``, in a panel for each priority, or of each ``priority``, as PNG, SVG or PDF."""
    with drawing():
        figure = delay_figure(delay_panels(result, by))
    write_map(figure, str(path))


def delay_panels(result: TrafficResult, by: str = "flow") -> dict[str, list[Curve]]:
    """Return the panels of `delay_figure`, by ``flow`` or by ``priority``."""
    if by == "priority":
        return {"All bundles by priority": priority_curves(result)}
    return {f"{name.capitalize()} flows": curves for name, curves in flow_curves(result).items()}


def _draw(axes: Axes, place: int, curve: Curve) -> None:
    style: dict[str, Any] = {
        "color": SERIES[place % len(SERIES)],
        "linestyle": DASHES[place // len(SERIES) % len(DASHES)],
    }
    label = curve.label
    if curve.delay_s.size:
        # A curve starts where the first bundle arrives.
        kept = np.unique(np.linspace(0, curve.delay_s.size - 1, _MOST_POINTS).astype(int))
        delay, share = np.append(curve.delay_s[0], curve.delay_s[kept]), np.append(0.0, curve.share[kept])
        axes.plot(np.maximum(delay, _LEAST_S), share, drawstyle="steps-post", label=label, **style)
    else:
        axes.plot([], [], label=f"{label}: none arrived", **style)
    if curve.deadline_s is not None:
        top = float(curve.share[-1]) if curve.share.size else 0.0
        axes.plot(curve.deadline_s, top, marker="x", markersize=4.5, color=style["color"], clip_on=False)


def time_ticks(axes: Axes) -> None:
    """Ticks of a logarithmic axis of time where people count: seconds, minutes, hours, days."""
    from matplotlib.ticker import MaxNLocator, NullLocator

    low, high = axes.get_xlim()
    shown = [(mark, word) for mark, word in _TICKS if low <= mark <= high]
    if len(shown) < _FEWEST:
        marks = [float(mark) for mark in MaxNLocator(6).tick_values(low, high) if low <= mark <= high]
        shown = [(mark, duration(mark)) for mark in marks if mark > 0.0]
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([mark for mark, _ in shown], [word for _, word in shown])
    axes.set_xlabel("delay from creation to the last byte")
