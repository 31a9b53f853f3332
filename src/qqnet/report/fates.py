"""What became of each flow's data: delivered, stored or in flight at the end, or lost, with the cause."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Final

from qqnet.report.map_files import write_map
from qqnet.report.style import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PURPLE, SKY, WIDE, drawing, new_figure
from qqnet.report.wording import data_size, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.traffic.result import FlowResult

DELIVERED: Final = "delivered"
STORED: Final = "stored at the end"
FLYING: Final = "in flight at the end"
_KEPT: Final = {DELIVERED: (BLUE, ""), STORED: (SKY, ""), FLYING: (SKY, "....")}
_CAUSES: Final = (ORANGE, AMBER, PURPLE, GREEN, FAINT, INK)
_HATCHES: Final = ("", "////", "....", "\\\\\\\\", "xxxx", "----")
_ROW_IN = 0.25


def fates(results: Sequence[FlowResult]) -> dict[str, list[float]]:
    """Bytes of each flow by what became of them.

    Parameters
    ----------
    results : sequence of FlowResult
        One a flow.

    Returns
    -------
    dict of str to list of float
        ``delivered``, what is stored or in flight at the end, and each cause of loss by its total, largest
        first; only what occurs [byte].
    """
    causes = {cause for result in results for cause in result.losses}
    table = {DELIVERED: [result.delivered_bytes for result in results]}
    table[STORED] = [result.stored_bytes for result in results]
    table[FLYING] = [result.in_flight_bytes for result in results]
    lost = {cause: [result.losses.get(cause, 0.0) for result in results] for cause in sorted(causes)}
    table |= dict(sorted(lost.items(), key=lambda item: -sum(item[1])))
    return {fate: sizes for fate, sizes in table.items() if any(sizes) or fate == DELIVERED}


def fate_figure(results: Sequence[FlowResult]) -> Figure:
    """Draw what became of each flow's data, as shares of what was offered.

    Parameters
    ----------
    results : sequence of FlowResult
        From top to bottom.

    Returns
    -------
    matplotlib.figure.Figure
        At the right what was offered, and the share delivered.
    """
    table = fates(results)
    figure = new_figure(WIDE, _ROW_IN * len(results) + 0.85)
    axes = figure.subplots()
    left = [0.0] * len(results)
    offered = [result.offered_bytes or 1.0 for result in results]
    for number, (fate, sizes) in enumerate(table.items()):
        style = _KEPT.get(fate)
        if style is None:
            place = number - len(_KEPT.keys() & table.keys())
            style = _CAUSES[place % len(_CAUSES)], _HATCHES[place % len(_HATCHES)]
        shares = [size / total for size, total in zip(sizes, offered, strict=True)]
        there = [row for row, share in enumerate(shares) if share > 0.0]
        axes.barh(
            there,
            [shares[row] for row in there],
            left=[left[row] for row in there],
            height=0.72,
            color=style[0],
            hatch=style[1],
            edgecolor="white",
            linewidth=0,
            label=fate if fate in _KEPT else f"lost: {fate}",
        )
        left = [before + share for before, share in zip(left, shares, strict=True)]
    for row, result in enumerate(results):
        axes.annotate(
            f"{percent(result.delivery_ratio, 1)} of {data_size(result.offered_bytes)}",
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
        )
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(len(results) - 0.4, -0.6)
    axes.set_yticks(range(len(results)), [result.name for result in results])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.0f} %")
    axes.set_xlabel("share of the bytes offered")
    figure.legend(loc="outside upper center", ncols=min(len(table), 4), borderpad=0.1)
    return figure


def write_fates(results: Sequence[FlowResult], path: str | PathLike[str]) -> None:
    """Write what became of each flow's data as PNG, SVG or PDF."""
    with drawing():
        figure = fate_figure(results)
    write_map(figure, str(path))
