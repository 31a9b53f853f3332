"""How a map is laid out on its figure: panels, colour bar, legend."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.cm import ScalarMappable
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from qqnet.report.scales import NO_VALUE, Scale
from qqnet.report.style import FAINT, INK, PANEL, PAPER, WIDE
from qqnet.report.views import Projection

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Box = tuple[float, float, float, float]
"""Left, bottom, width, height [in]."""

SATELLITE = "#ffffff"
_TITLE, _LEGEND = 0.36, 0.38


@dataclass(frozen=True)
class Layout:
    """Where the parts of a map stand on its figure."""

    width: float
    height: float
    panels: tuple[Box, ...]
    bar: Box


def layout(panels: Sequence[Projection]) -> Layout:
    """Arrange panels, colour bar, title and legend."""
    laws = [panel.law for panel in panels]
    if laws == ["lat-lon"]:
        return Layout(WIDE, 4.1, ((0.05, _LEGEND, 6.45, 3.33),), (6.62, _LEGEND + 0.5, 0.17, 2.5))
    if laws[0] == "equal-earth":
        poles = tuple((0.08 + 1.82 * n, 0.42, 1.78, 1.78) for n in range(len(panels) - 1))
        return Layout(PANEL, 5.05, ((0.42, 2.3, 4.68, 2.4), *poles), (3.98, 0.6, 0.18, 1.31))
    if len(panels) == 1:
        return Layout(PANEL, 4.66, ((0.1, _LEGEND, 3.92, 3.92),), (4.2, _LEGEND + 0.55, 0.18, 2.8))
    rows, size = (len(panels) + 1) // 2, 2.06
    boxes = tuple(
        (0.03 + (size + 0.04) * (n % 2), _LEGEND + size * (rows - 1 - n // 2), size, size)
        for n in range(len(panels))
    )
    middle, bar = _LEGEND + rows * size / 2, min(rows * size - 0.45, 2.8)
    return Layout(PANEL, _LEGEND + rows * size + _TITLE, boxes, (4.32, middle - bar / 2, 0.17, bar))


def share(box: Box, arranged: Layout) -> Box:
    """A box [in] as shares of the figure."""
    left, bottom, width, height = box
    return (
        left / arranged.width, bottom / arranged.height, width / arranged.width, height / arranged.height
    )  # fmt: skip


def draw_bar(figure: Figure, scale: Scale, arranged: Layout) -> None:
    """Draw the colour bar of a scale."""
    axes = figure.add_axes(share(arranged.bar, arranged))
    bar = figure.colorbar(
        ScalarMappable(scale.norm, scale.cmap), cax=axes, extend=scale.extend, drawedges=bool(scale.ticks)
    )
    bar.outline.set_edgecolor(FAINT)
    bar.outline.set_linewidth(0.8)
    if scale.ticks:
        bar.dividers.set_color(PAPER)
        bar.set_ticks(list(scale.ticks), labels=list(scale.tick_labels))
    elif scale.is_share:
        axes.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.6g} %")
    axes.tick_params(labelsize=7.5, length=2)
    axes.set_ylabel(_wrapped(scale.label, arranged.bar[3]), fontsize=7.5)
    if scale.wanted is not None:
        axes.axhline(scale.wanted, color="#ffffff", linewidth=3.2)
        axes.axhline(scale.wanted, color="#000000", linewidth=1.4)


def _wrapped(text: str, length_in: float) -> str:
    head, separator, tail = text.partition(" (")
    lines = [head, f"({tail}"] if separator else [head]
    # A letter of this size is some 0.06 in wide.
    return "\n".join(line for part in lines for line in textwrap.wrap(part, max(14, int(length_in / 0.06))))


def draw_legend(
    figure: Figure, marks: Sequence[tuple[str, str]], no_value: str, satellites: bool, arranged: Layout
) -> None:
    """Say what marks (label and marker), satellites and stripes mean; `no_value` is empty where there are none."""
    handles: list[Line2D | Patch] = [
        Line2D([], [], linestyle="none", marker=marker, color=INK, markerfacecolor="none", label=label)
        for label, marker in marks
    ]
    if satellites:
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker="D",
                markersize=3.4,
                color=SATELLITE,
                markeredgecolor="#000000",
                label="below a satellite",
            )
        )
    if no_value:
        handles.append(Patch(facecolor=NO_VALUE, hatch="////", edgecolor=INK, label=no_value))
    if handles:
        figure.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0.1 / arranged.width, 0.0),
            ncols=len(handles),
            handletextpad=0.4,
            columnspacing=1.4,
        )
