"""Maps of a quantity over a body: the whole surface at equal area, and both poles from above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from qqnet.report.projection import Panel, equal_earth, panels, polar
from qqnet.report.scales import NO_VALUE, Scale
from qqnet.report.style import FAINT, INK, PANEL, PAPER, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

HEIGHT = 5.05
_STRIPE_PX = 12


@dataclass(frozen=True)
class Mark:
    """Places shown on a map.

    Attributes
    ----------
    label : str
        For the legend.
    latitude_deg, longitude_deg : sequence of float
        Where [deg].
    marker : str
        Matplotlib's marker.
    """

    label: str
    latitude_deg: Sequence[float]
    longitude_deg: Sequence[float]
    marker: str


@dataclass(frozen=True)
class SurfaceField:
    """A quantity on points of a body.

    Attributes
    ----------
    title : str
        What it is.
    latitude_deg, longitude_deg, values : ndarray [P]
        Points [deg] and values; not finite where there is none.
    scale : Scale
        Its colours.
    """

    title: str
    latitude_deg: Floats
    longitude_deg: Floats
    values: Floats
    scale: Scale


def map_figure(field: SurfaceField, marks: Sequence[Mark] = ()) -> Figure:
    """Draw a map.

    Parameters
    ----------
    field : SurfaceField
        What to draw; each pixel has the colour of the nearest point, nothing is interpolated.
    marks : sequence of Mark
        Places to show.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = new_figure(PANEL, HEIGHT)
    figure.set_layout_engine("none")
    figure.text(0.02, 0.975, field.title, fontweight="bold", fontsize=9.5, va="top")
    views = panels(np.radians(field.latitude_deg), np.radians(field.longitude_deg))
    colours = field.scale.colours(field.values)
    missing = ~np.isfinite(field.values)

    world = _axes(figure, (0.085, 0.455, 0.895, 0.475))
    _paint(world, views.world, colours, missing)
    _world_graticule(world)
    for north, view, left in ((True, views.north, 0.015), (False, views.south, 0.355)):
        pole = _axes(figure, (left, 0.085, 0.335, 0.335 * PANEL / HEIGHT))
        _paint(pole, view, colours, missing)
        _polar_graticule(pole, north)
        for mark in marks:
            _plot(pole, mark, *polar(np.radians(mark.latitude_deg), np.radians(mark.longitude_deg), north))
    for mark in marks:
        longitude = (np.radians(mark.longitude_deg) + np.pi) % (2 * np.pi) - np.pi
        _plot(world, mark, *equal_earth(np.radians(mark.latitude_deg), longitude))
    _bar(figure, field.scale)
    _legend(figure, marks, field.scale.no_value if missing.any() else "")
    return figure


def _axes(figure: Figure, box: tuple[float, float, float, float]) -> Axes:
    axes = figure.add_axes(box)
    axes.set_axis_off()
    axes.set_aspect("equal")
    return axes


def _paint(axes: Axes, panel: Panel, colours: NDArray[np.uint8], missing: NDArray[np.bool_]) -> None:
    pixels = colours[panel.nearest]
    pixels[panel.nearest < 0] = 0
    rows, columns = np.indices(panel.nearest.shape)
    striped = missing[panel.nearest] & (panel.nearest >= 0) & ((rows + columns) % _STRIPE_PX < 3)
    pixels[striped] = (90, 96, 103, 255)
    axes.imshow(pixels, extent=panel.extent, interpolation="none", origin="upper")


def _world_graticule(axes: Axes) -> None:
    along = np.radians(np.linspace(-90.0, 90.0, 61))
    line: dict[str, Any] = {"color": PAPER, "linewidth": 0.5, "alpha": 0.55}
    for degrees in range(-150, 180, 30):
        axes.plot(*equal_earth(along, np.full(61, np.radians(degrees))), **line)
    for degrees in range(-60, 90, 30):
        axes.plot(*equal_earth(np.full(2, np.radians(degrees)), np.array([-np.pi, np.pi])), **line)
        x, y = equal_earth(np.radians(degrees), -np.pi)
        side = "" if degrees == 0 else (" N" if degrees > 0 else " S")
        axes.text(float(x) - 0.05, float(y), f"{abs(degrees)}°{side}", ha="right", va="center", fontsize=7)
    for degrees, text in ((-180, "180°"), (-90, "90° W"), (0, "0°"), (90, "90° E"), (180, "180°")):
        x, y = equal_earth(-np.pi / 2, np.radians(degrees))
        axes.text(float(x), float(y) - 0.13, text, ha="center", va="top", fontsize=7)
    edge = np.concatenate([along, along[::-1]])
    sides = np.concatenate([np.full(61, -np.pi), np.full(61, np.pi)])
    x, y = equal_earth(edge, sides)
    axes.plot(np.append(x, x[0]), np.append(y, y[0]), color=FAINT, linewidth=0.8)
    axes.set_xlim(-3.05, 2.75)
    axes.set_ylim(-1.58, 1.36)


def _polar_graticule(axes: Axes, north: bool) -> None:
    around = np.linspace(0.0, 2 * np.pi, 181)
    line: dict[str, Any] = {"color": PAPER, "linewidth": 0.5, "alpha": 0.55}
    for degrees in (30, 60):
        radius = np.cos(np.radians(degrees))
        axes.plot(radius * np.cos(around), radius * np.sin(around), **line)
    for degrees in range(0, 180, 30):
        turn = np.radians(degrees)
        axes.plot([-np.cos(turn), np.cos(turn)], [-np.sin(turn), np.sin(turn)], **line)
    axes.plot(np.cos(around), np.sin(around), color=FAINT, linewidth=0.8)
    sign = -1.0 if north else 1.0
    axes.text(0, 1.12 * sign, "0°", ha="center", va="top" if north else "bottom", fontsize=7)
    axes.text(0, -1.12 * sign, "180°", ha="center", va="bottom" if north else "top", fontsize=7)
    for x, text in ((1.1, "90° E"), (-1.1, "90° W")):
        axes.text(x, 0, text, ha="center", va="center", rotation=90 if x < 0 else -90, fontsize=7)
    axes.text(-1.2, 1.2, "N" if north else "S", ha="center", va="center", fontweight="bold")
    axes.set_xlim(-1.32, 1.32)
    axes.set_ylim(-1.32, 1.32)


def _plot(axes: Axes, mark: Mark, x: Floats, y: Floats) -> None:
    style: dict[str, Any] = {
        "linestyle": "none",
        "marker": mark.marker,
        "markerfacecolor": "none",
        "clip_on": False,
    }
    # A wide light stroke under a narrow dark one stays visible on every colour.
    axes.plot(x, y, markeredgecolor="#ffffff", markeredgewidth=3.0, markersize=6.5, **style)
    axes.plot(x, y, markeredgecolor="#000000", markeredgewidth=1.2, markersize=6.5, **style)


def _bar(figure: Figure, scale: Scale) -> None:
    axes = figure.add_axes((0.765, 0.12, 0.035, 0.26))
    bar = figure.colorbar(
        ScalarMappable(scale.norm, scale.cmap), cax=axes, extend=scale.extend, drawedges=bool(scale.ticks)
    )
    bar.outline.set_edgecolor(FAINT)
    bar.outline.set_linewidth(0.8)
    if scale.ticks:
        bar.dividers.set_color(PAPER)
        bar.set_ticks(list(scale.ticks), labels=list(scale.tick_labels))
    elif scale.norm.vmax is not None and scale.norm.vmax <= 1.0:
        axes.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:.6g} %")
    axes.tick_params(labelsize=7.5, length=2)
    axes.set_ylabel(_wrapped(scale.label), fontsize=7.5)
    if scale.wanted is not None:
        axes.axhline(scale.wanted, color="#ffffff", linewidth=3.2)
        axes.axhline(scale.wanted, color="#000000", linewidth=1.4)


def _wrapped(text: str) -> str:
    head, separator, tail = text.partition(" (")
    return f"{head}\n({tail}" if separator else text


def _legend(figure: Figure, marks: Sequence[Mark], no_value: str) -> None:
    handles: list[Line2D | Patch] = [
        Line2D(
            [], [], linestyle="none", marker=mark.marker, color=INK, markerfacecolor="none", label=mark.label
        )
        for mark in marks
        if len(mark.latitude_deg)
    ]
    if no_value:
        handles.append(Patch(facecolor=NO_VALUE, hatch="////", edgecolor=INK, label=no_value))
    if handles:
        figure.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0.02, 0.0),
            ncols=len(handles),
            handletextpad=0.4,
            columnspacing=1.4,
        )
