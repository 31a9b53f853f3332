"""Link budgets as waterfalls: every gain and loss where it occurs, and what is left."""

from __future__ import annotations

from html import escape

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from qqnet.links.budget import Budget
from qqnet.report.wording import decibel

WIDTH = 780.0
LEFT, RIGHT = 262.0, 626.0
ROW, HEAD, FOOT = 22.0, 6.0, 44.0


def waterfall(budget: Budget, alternative: str) -> str:
    """Draw a budget from top to bottom, each term a bar from the sum before it to the sum after it.

    Parameters
    ----------
    budget : Budget
        Lines in the order of the signal.
    alternative : str
        What it shows, for readers who cannot see it.

    Returns
    -------
    str
        An SVG element; a bar carries the number of its line.
    """
    after = drawable(budget.running_db())
    before = np.concatenate([[0.0], after[:-1]])
    low, high = min(0.0, float(after.min())), max(0.0, float(after.max()))
    room = 0.03 * (high - low)
    low, high = low - room, high + room

    def across(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (RIGHT - LEFT)

    height = HEAD + ROW * len(budget.lines) + FOOT
    bottom = height - FOOT
    parts = [_grid(low, high, bottom, across(0.0))]
    for row, line in enumerate(budget.lines):
        y = HEAD + ROW * row
        start, end = across(before[row]), across(after[row])
        total = line.kind == "total"
        weight = ' class="total"' if total else ""
        if total:
            parts.append(f'<rect class="band" y="{y:.1f}" width="{WIDTH:.0f}" height="{ROW:.0f}"/>')
            parts.append(f'<path class="mark" d="M{end:.1f} {y + 2:.1f}v{ROW - 4:.1f}"/>')
        else:
            side = "gain" if line.value >= 0 else "loss"
            parts.append(
                f'<path class="step" d="M{end:.1f} {y + ROW / 2:.1f}v{ROW:.1f}"/>'
                f'<rect class="{side}" data-row="{row}" '
                f'x="{min(start, end):.1f}" y="{y + 4:.1f}" '
                f'width="{abs(end - start):.1f}" height="{ROW - 8:.1f}"/>'
            )
        parts.append(
            f'<text{weight} x="{LEFT - 10:.0f}" y="{y + 15:.1f}" text-anchor="end">{escape(line.name)}</text>'
            f'<text{weight} x="{RIGHT + 12:.0f}" y="{y + 15:.1f}">{"= " if total else ""}'
            f"{decibel(line.value)} {escape(line.unit)}</text>"
        )
    return (
        f'<svg class="waterfall" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(alternative, quote=True)}">{"".join(parts)}</svg>'
    )


def drawable(running_db: ArrayLike) -> NDArray[np.float64]:
    """Sums that can be drawn: what is infinitely low, because a link is refused, ends a little below all else.

    Examples
    --------
    >>> drawable([20.0, -80.0, -np.inf, -np.inf]).tolist()
    [20.0, -80.0, -90.0, -90.0]
    """
    sums = np.asarray(running_db, dtype=np.float64)
    finite = sums[np.isfinite(sums)]
    low, high = min(0.0, float(finite.min(initial=0.0))), max(0.0, float(finite.max(initial=0.0)))
    return np.where(np.isfinite(sums), sums, low - 0.1 * (high - low))


def _grid(low: float, high: float, bottom: float, zero: float) -> str:
    """Lines and labels of the axis."""
    ticks = [float(tick) for tick in MaxNLocator(nbins=8, steps=[1, 2, 5, 10]).tick_values(low, high)]
    parts = []
    for tick in ticks:
        if low <= tick <= high:
            x = LEFT + (tick - low) / (high - low) * (RIGHT - LEFT)
            parts.append(
                f'<path class="grid" d="M{x:.1f} {HEAD:.0f}V{bottom + 4:.1f}"/>'
                f'<text class="tick" x="{x:.1f}" y="{bottom + 17:.1f}" text-anchor="middle">'
                f"{f'{tick:g}'.replace('-', '−')}</text>"
            )
    parts.append(f'<path class="zero" d="M{zero:.1f} {HEAD:.0f}V{bottom:.1f}"/>')
    parts.append(
        f'<text class="tick" x="{(LEFT + RIGHT) / 2:.0f}" y="{bottom + 35:.1f}" text-anchor="middle">'
        "sum so far [dB, each total in its own unit]</text>"
    )
    return "".join(parts)
