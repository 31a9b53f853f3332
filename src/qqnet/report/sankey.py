"""Volumes of flows from sources over relays to destinations, as strips as broad as they are large (Sankey).

Own code, because matplotlib's Sankey knows one node, and the packages that know more do not order their boxes nor
draw what goes both ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from qqnet.report.map_files import write_map
from qqnet.report.sankey_layout import Box, Layout, layout
from qqnet.report.style import FAINT, INK, PAPER, SERIES, WIDE, drawing, new_figure
from qqnet.report.wording import data_size

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qqnet.traffic.flows import Flow

_TALLEST_IN: Final = 3.4
"""Height of the fullest column without its gaps [in]."""
_STEP_IN, _GAP_IN, _THINNEST_IN = 0.235, 0.06, 0.008
"""Least distance of two names, of two boxes, and least breadth of a strip [in]."""
_EDGE_IN, _COLUMN_IN = 1.05, 0.95
"""Room for the names at the sides, and least distance of columns [in]."""
_BOX_IN: Final = 0.075
"""Breadth of a box [in]."""
_FONT = 7.0


def sankey_figure(
    volumes: pd.DataFrame, flows: Sequence[Flow], groups: Mapping[str, str] | None = None
) -> Figure:
    """Draw who sends how much to whom, over which nodes.

    Parameters
    ----------
    volumes : pandas.DataFrame
        ``flow``, ``from``, ``to``, ``bytes``, as `TrafficResult.volumes` gives them.
    flows : sequence of Flow
        For their ends.
    groups : mapping of str to str, optional
        Constellation of a node; its members are drawn as one.

    Returns
    -------
    matplotlib.figure.Figure
        Sources at the left, destinations at the right; colours are those of the largest sources.
    """
    arranged = layout(volumes, flows, groups)
    breadth = _breadth(arranged)
    heights = _heights(arranged, breadth)
    tall = max((top + tall for top, tall in heights.values()), default=1.0)
    count = max(len(arranged.columns), 2)
    width = max(WIDE, 2.0 * _EDGE_IN + _COLUMN_IN * (count - 1))
    edge = _EDGE_IN * (count - 1) / (width - 2.0 * _EDGE_IN)
    figure = new_figure(width, tall + 0.65)
    axes = figure.subplots()
    axes.axis("off")
    box = _BOX_IN * (count - 1) / (width - 2.0 * _EDGE_IN)
    axes.set_xlim(-edge, count - 1 + box + edge)
    axes.set_ylim(tall + 0.15, -0.15)
    colours = source_colours(arranged)
    _strips(axes, arranged, heights, breadth, box, colours)
    _boxes(axes, arranged, heights, box, colours)
    # All lies within the limits, so nobody need ask each part where it is.
    for artist in (*axes.texts, *axes.patches, *axes.collections):
        artist.set_in_layout(False)
    axes.set_title("Sources, relays, destinations")
    if arranged.hidden_bytes:
        axes.set_title(
            f"not drawn: {data_size(arranged.hidden_bytes)} carried within constellations or back",
            loc="right",
            fontsize=8.0,
            fontweight="normal",
            color=FAINT,
        )
    return figure


def write_sankey(
    volumes: pd.DataFrame,
    flows: Sequence[Flow],
    path: str | PathLike[str],
    groups: Mapping[str, str] | None = None,
) -> None:
    """Write who sends how much to whom as PNG, SVG or PDF; see `sankey_figure`."""
    with drawing():
        figure = sankey_figure(volumes, flows, groups)
    write_map(figure, str(path))


def source_colours(arranged: Layout) -> dict[str, str]:
    """Colours of the largest sources; the others share grey."""
    sums: dict[str, float] = defaultdict(float)
    for strip in arranged.strips:
        if strip.start.role == "source":
            sums[strip.source] += strip.size_bytes
    largest = sorted(sums, key=lambda source: (-sums[source], source))
    return {source: SERIES[k] if k < len(SERIES) else FAINT for k, source in enumerate(largest)}


def _breadth(arranged: Layout) -> float:
    """Inches a byte: the fullest column fills its height."""
    fullest = max((sum(arranged.size(box) for box in column) for column in arranged.columns), default=0.0)
    return _TALLEST_IN / fullest if fullest else 0.0


def _heights(arranged: Layout, breadth: float) -> dict[Box, tuple[float, float]]:
    """Top and height of each box [in]: columns packed so that no names meet, each in the middle."""
    tall = {
        box: max(arranged.size(box) * breadth, _THINNEST_IN) for column in arranged.columns for box in column
    }
    tops: dict[Box, tuple[float, float]] = {}
    ends = []
    for column in arranged.columns:
        y, named_at = 0.0, -np.inf
        for box in column:
            if box.role:
                y = max(y, named_at + _STEP_IN - 0.5 * tall[box])
                named_at = y + 0.5 * tall[box]
            tops[box] = (y, tall[box])
            y += tall[box] + _GAP_IN
        ends.append(y - _GAP_IN)
    longest = max(ends, default=0.0)
    for column, end in zip(arranged.columns, ends, strict=True):
        for box in column:
            top, height = tops[box]
            tops[box] = (top + 0.5 * (longest - end), height)
    return tops


def _strips(
    axes: Axes,
    arranged: Layout,
    heights: Mapping[Box, tuple[float, float]],
    breadth: float,
    box_breadth: float,
    colours: Mapping[str, str],
) -> None:
    """Draw the strips; at each box they lie side by side in the order of where they lead."""
    column = {box: k for k, boxes in enumerate(arranged.columns) for box in boxes}
    left: dict[Box, float] = {box: top for box, (top, _) in heights.items()}
    right = dict(left)
    at_start, at_end = {}, {}
    for strip in sorted(arranged.strips, key=lambda strip: (heights[strip.end][0], strip.source)):
        at_start[strip] = right[strip.start]
        right[strip.start] += strip.size_bytes * breadth
    for strip in sorted(arranged.strips, key=lambda strip: (heights[strip.start][0], strip.source)):
        at_end[strip] = left[strip.end]
        left[strip.end] += strip.size_bytes * breadth
    paths = []
    for strip in arranged.strips:
        x1 = column[strip.start] + box_breadth * (1.0 if strip.start.role else 0.5)
        x2 = column[strip.end] + box_breadth * (0.0 if strip.end.role else 0.5)
        y1, y2 = at_start[strip], at_end[strip]
        broad, mid = max(strip.size_bytes * breadth, _THINNEST_IN), 0.5 * (x1 + x2)
        points = [(x1, y1), (mid, y1), (mid, y2), (x2, y2),
                  (x2, y2 + broad), (mid, y2 + broad), (mid, y1 + broad), (x1, y1 + broad), (x1, y1)]  # fmt: skip
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        paths.append(Path(points, codes))
    shades = [colours[strip.source] for strip in arranged.strips]
    axes.add_collection(
        PathCollection(paths, facecolors=shades, alpha=0.55, linewidths=0, zorder=2), autolim=False
    )


def _boxes(
    axes: Axes,
    arranged: Layout,
    heights: Mapping[Box, tuple[float, float]],
    breadth: float,
    colours: Mapping[str, str],
) -> None:
    """Draw the boxes with their names and sizes."""
    last = len(arranged.columns) - 1
    halo = [withStroke(linewidth=1.8, foreground=PAPER)]
    for place, boxes in enumerate(arranged.columns):
        for box in boxes:
            if not box.role:
                continue
            top, tall = heights[box]
            colour = colours.get(box.name, FAINT) if box.role == "source" else INK
            axes.add_patch(Rectangle((place, top), breadth, tall, facecolor=colour, linewidth=0, zorder=3))
            name_left = place == 0
            axes.annotate(
                f"{box.name}\n{data_size(arranged.size(box))}",
                (place if name_left else place + breadth, top + 0.5 * tall),
                xytext=(-3 if name_left else 3, 0),
                textcoords="offset points",
                ha="right" if name_left else "left",
                va="center",
                fontsize=_FONT,
                linespacing=1.05,
                zorder=5,
                path_effects=None if place in (0, last) else halo,
            )
