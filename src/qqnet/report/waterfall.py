"""Link budgets as waterfalls: every gain and loss where it occurs, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qqnet.links.budget import Budget
from qqnet.report.style import BLUE, FAINT, GREEN, GRID, INK, ORANGE, WIDE, new_figure
from qqnet.report.wording import decibel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW_IN = 0.235


def waterfall_figure(budget: Budget) -> Figure:
    """Draw a budget from top to bottom, each term a bar from the sum before it to the sum after it.

    Parameters
    ----------
    budget : Budget
        Lines in the order of the signal.

    Returns
    -------
    matplotlib.figure.Figure
    """
    lines = budget.lines
    rows = np.arange(len(lines))
    after = np.array(budget.running_db())
    before = np.concatenate([[0.0], after[:-1]])
    figure = new_figure(WIDE, _ROW_IN * len(lines) + 0.75)
    axes = figure.subplots()
    for row, line in enumerate(lines):
        if line.kind == "total":
            axes.axhspan(row - 0.5, row + 0.5, color=GRID, alpha=0.45, zorder=0)
            axes.plot([after[row]] * 2, [row - 0.42, row + 0.42], color=INK, linewidth=2.6)
            continue
        colour = BLUE if line.value >= 0 else ORANGE
        left = min(before[row], after[row])
        axes.barh(row, abs(line.value), left=left, height=0.62, color=colour)
        axes.plot([after[row]] * 2, [row, row + 1], color=FAINT, linewidth=0.7)
    if lines[-1].kind == "total" and budget.closes:
        axes.axvspan(0.0, budget.margin_db, ymax=1.0 / len(lines), color=GREEN, alpha=0.55, zorder=1)
    low, high = min(before.min(), after.min()), max(before.max(), after.max())
    axes.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))
    _label(axes, budget)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_yticks(rows, [line.name for line in lines])
    for tick, line in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if line.kind == "total" else "normal")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.axvline(0.0, color=FAINT, linewidth=0.8)
    axes.set_xlabel("sum so far [dB, each total in its own unit]")
    return figure


def _label(axes: Axes, budget: Budget) -> None:
    """Write each value in a column of its own at the right, where no bar is."""
    for row, line in enumerate(budget.lines):
        axes.annotate(
            f"{'= ' if line.kind == 'total' else ''}{decibel(line.value)} {line.unit}",
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=8,
            fontweight="bold" if line.kind == "total" else "normal",
        )
