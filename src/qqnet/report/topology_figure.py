"""The network at a moment, drawn: a disc for each world, its nodes around it, links coloured by their rate."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from qqnet.report.gantt import colour_bar
from qqnet.report.map_files import write_map
from qqnet.report.scales import Scale, rate_scale
from qqnet.report.style import BODY_COLOURS, FAINT, GRID, INK, PAPER, WIDE, drawing, new_figure
from qqnet.report.top_view import Place, label_places
from qqnet.report.topology import RIM, Topology
from qqnet.report.wording import data_rate, duration, utc, whole
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

DASHES: Final = {"optical": (0, ()), "rf": (0, (4, 1.6)), "terrestrial": (0, (1, 1.2))}
WORDS: Final = {"optical": "laser", "rf": "radio", "terrestrial": "on the ground"}
MOST_TOLD: Final = 4
"""Links between any two worlds that are told in numbers, the fastest ones."""
_APART, _SUN, _EDGE = 2.62, 0.42, 1.27
_LETTER = 0.065
"""Breadth of a letter of a world's name."""
_BRIGHTEST = 0.88
"""The lightest colours of the scale would be lost on paper."""


def topology_figure(topology: Topology, *, with_table: bool = True) -> Figure:
    """Draw a network at a moment.

    Parameters
    ----------
    topology : Topology
        What to draw.
    with_table : bool
        Whether the fastest links between worlds are told below the picture.

    Returns
    -------
    matplotlib.figure.Figure
        Worlds beside each other, not to scale.
    """
    centres, sizes = _layout(topology)
    xs, ys = (np.array(values) for values in zip(*centres.values(), strict=True))
    wide, high = np.ptp(xs) + 2 * _EDGE, np.ptp(ys) + 2 * _EDGE
    told = _told(topology) if with_table else []
    figure = new_figure(WIDE, WIDE * high / max(wide, 2 * _EDGE + _APART) + 1.05 + 0.118 * len(told))
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_anchor("N")
    axes.set_xlim(xs.min() - _EDGE, xs.max() + _EDGE)
    axes.set_ylim(ys.min() - _EDGE, ys.max() + _EDGE)
    spots = {
        one.node: np.array(centres[body]) + sizes[body] * one.spot
        for body, world in topology.worlds.items()
        for one in world
    }
    for body, centre in centres.items():
        _world(axes, body, centre, sizes[body], centres.get("Sun"))
    links = topology.links[topology.links["a"].isin(spots) & topology.links["b"].isin(spots)]
    scale = None
    if len(links):
        best = links[["rate_ab_bps", "rate_ba_bps"]].max(axis=1).to_numpy()
        scale = rate_scale(best, brightest=_BRIGHTEST)
        _lines(axes, links, spots, best, scale)
    _nodes(axes, topology, spots)
    title = f"Links at {utc(format_utc(topology.at_s))} UTC"
    figure.suptitle(title, x=0.01, ha="left", fontsize=9.5, fontweight="bold")
    _legend(figure, links)
    if scale is not None:
        colour_bar(figure, axes, scale, 0.01)
    for text in axes.texts:
        text.set_in_layout(False)
        if text.get_label() != "number":
            text.set_path_effects([withStroke(linewidth=2.0, foreground=PAPER)])
    if told:
        figure.supxlabel(
            "\n".join(told), fontsize=7.0, x=0.01, ha="left", family="DejaVu Sans Mono", color=INK
        )
    return figure


def write_topology(topology: Topology, path: str | PathLike[str]) -> None:
    """Write a network at a moment as PNG, SVG or PDF."""
    with drawing():
        figure = topology_figure(topology)
    write_map(figure, str(path))


def _layout(topology: Topology) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """Centres and sizes of the worlds: Earth and Moon at the left, the Sun in the middle of four others."""
    bodies = sorted(topology.worlds, key=lambda body: (body == "Sun", body not in ("Moon", "Earth")))
    around = [body for body in bodies if body != "Sun"]
    around.sort(key=lambda body: ("Moon", "Earth").index(body) if body in ("Moon", "Earth") else 2)
    lines = 1 if len(around) <= 2 else 2
    centres = {
        body: (_APART * (place // lines), -_APART * (place % lines)) for place, body in enumerate(around)
    }
    sizes = dict.fromkeys(around, 1.0)
    if "Sun" in topology.worlds:
        middle = (0.5 * _APART, -0.5 * _APART * (lines - 1))
        beside = (_APART * (1 + (len(around) - 1) // lines), 0.0) if around else (0.0, 0.0)
        inside = len(around) >= 3
        centres["Sun"] = middle if inside else beside
        sizes["Sun"] = _SUN if inside else 1.0
    return centres, sizes


def _world(
    axes: Axes, body: str, centre: tuple[float, float], size: float, sun: tuple[float, float] | None
) -> None:
    """Draw a body with its name above its world, at the left or else where the Sun's nodes do not stand."""
    axes.add_patch(Circle(centre, 1.12 * size, facecolor="none", edgecolor=GRID, linewidth=0.8, zorder=0))
    axes.add_patch(
        Circle(centre, RIM * size, facecolor=BODY_COLOURS.get(body, FAINT), alpha=0.45, linewidth=0, zorder=1)
    )
    x, y = np.array(centre) + size * np.array([-1.12, 0.98])
    if sun is not None and body != "Sun" and np.hypot(x - sun[0], y - sun[1]) < 2.0 * _SUN:
        x = centre[0] + 1.12 * size - _LETTER * len(body)
    axes.text(x, y, body, fontsize=9.0 if size == 1.0 else 7.0, fontweight="bold", zorder=6, label="world")


def _lines(axes: Axes, links: pd.DataFrame, spots: dict[str, Floats], best: Floats, scale: Scale) -> None:
    """Draw the links, the fastest on top."""
    order = np.argsort(best, kind="stable")
    ends = [[spots[one], spots[other]] for one, other in zip(links["a"], links["b"], strict=True)]
    kinds = links["kind"].tolist()
    axes.add_collection(
        LineCollection(
            [ends[k] for k in order],
            colors=scale.cmap(scale.norm(best[order])),
            linestyles=[DASHES[kinds[k]] for k in order],
            linewidths=1.1,
            zorder=3,
        ),
        autolim=False,
    )


def _nodes(axes: Axes, topology: Topology, spots: dict[str, Floats]) -> None:
    """Draw the nodes: members of constellations as numbers, the others as names."""
    linked = set(topology.links["a"]) | set(topology.links["b"])
    everybody = [one for world in topology.worlds.values() for one in world]
    marks: dict[str, Any] = {
        "marker": "o",
        "linestyle": "none",
        "color": PAPER,
        "markeredgecolor": INK,
        "zorder": 5,
    }
    alone = {**marks, "color": FAINT, "markeredgewidth": 0.0, "alpha": 0.6, "zorder": 4}
    members = [one for one in everybody if one.node in linked and one.group != one.node]
    singles = [one for one in everybody if one.node in linked and one.group == one.node]
    for size, some in ((8.0, members), (5.5, singles)):
        for is_site, marker in ((False, "o"), (True, "s")):
            here = [spots[one.node] for one in some if one.is_site == is_site]
            if here:
                style = {**marks, "marker": marker, "markersize": size, "markeredgewidth": 0.7}
                axes.plot(*np.transpose(here), **style)
    silent = [spots[one.node] for one in everybody if one.node not in linked]
    if silent:
        axes.plot(*np.transpose(silent), **alone, markersize=2.5)
    for one in members:
        number = one.node.removeprefix(one.group).lstrip("-")
        x, y = spots[one.node]
        axes.text(x, y, number, fontsize=4.6, ha="center", va="center_baseline", zorder=6, label="number")
    named: dict[str, Place] = {}
    for one in everybody:
        if one.node in linked or one.group == one.node:
            named.setdefault(one.group, Place(one.group, spots[one.node], INK))
    # What lies within the frame anyway need not be asked for when the parts are laid out.
    for artist in (*axes.texts, *axes.lines, *axes.patches, *axes.collections):
        artist.set_in_layout(False)
    titles = [
        (text.get_position(), len(text.get_text())) for text in axes.texts if text.get_label() == "world"
    ]
    letters = [np.array([x + _LETTER * k, y + 0.03]) for (x, y), length in titles for k in range(length)]
    label_places(axes, list(named.values()), avoid=[*spots.values(), *letters])


def _legend(figure: Figure, links: pd.DataFrame) -> None:
    """Explain the lines and marks that occur."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=INK, linewidth=1.1, linestyle=DASHES[kind], label=WORDS[kind])
        for kind in DASHES
        if (links["kind"] == kind).any()
    ]
    handles.append(
        Line2D([], [], color=FAINT, marker="o", markersize=2.5, alpha=0.6, linestyle="none", label="no link")
    )
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), borderpad=0.1)


def _told(topology: Topology) -> list[str]:
    """Lines of a small table of the fastest links between each two worlds."""
    world = {one.node: body for body, members in topology.worlds.items() for one in members}
    order = list(topology.worlds)
    rows = [row for row in topology.links.to_dict("records") if row["a"] in world and row["b"] in world]
    groups: dict[tuple[int, ...], list[Any]] = {}
    for row in rows:
        pair = tuple(sorted(order.index(world[row[end]]) for end in ("a", "b")))
        if pair[0] != pair[1]:
            groups.setdefault(pair, []).append(row)
    shown = []
    for pair in sorted(groups):
        groups[pair].sort(key=lambda row: -max(row["rate_ab_bps"], row["rate_ba_bps"]))
        shown += groups[pair][:MOST_TOLD]
    cells = [
        (f"{row['a']} – {row['b']}", WORDS[str(row["kind"])], _rate(row["rate_ab_bps"]),
         _rate(row["rate_ba_bps"]), duration(row["owlt_s"]))
        for row in shown
    ]  # fmt: skip
    if not cells:
        return []
    cells.insert(0, ("between worlds", "", "there", "back", "light time"))
    widths = [max(len(cell[k]) for cell in cells) for k in range(5)]
    lines = [
        "  ".join(text.ljust(width) if k < 2 else text.rjust(width)
                  for k, (text, width) in enumerate(zip(cell, widths, strict=True)))
        for cell in cells
    ]  # fmt: skip
    hidden = sum(len(group) for group in groups.values()) - len(shown)
    return [*lines, f"and {whole(hidden)} more, slower than these of the same worlds"] if hidden else lines


def _rate(rate_bps: float) -> str:
    return data_rate(rate_bps) if rate_bps else "shut"
