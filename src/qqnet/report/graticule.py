"""Lines of latitude and longitude on the panels of a map, and what stands at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qqnet.report.style import FAINT
from qqnet.report.views import Projection

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Grey that shows on the dark and on the bright end of every scale.
_LINE: Final[dict[str, Any]] = {"color": "#98a2ad", "linewidth": 0.55, "alpha": 0.7}
_SIZE = 7.0
_INSIDE_SIZE = 6.5
# Near black, and none of the colours that follow the theme of a page: the map below does not.
_AROUND = "#101820"
Place = tuple[float, float]
REACH = 1.22
"""Half the width of a disc's panel, in radii: room for what stands around it."""


def draw_graticule(axes: Axes, projection: Projection, taken: Sequence[Place] = ()) -> None:
    """Draw the lines, edge, labels and title of a panel, and set its limits.

    Parameters
    ----------
    axes : matplotlib Axes
        Where to draw.
    projection : Projection
        The panel.
    taken : sequence of tuple of float
        Places in the units of the panel that labels inside of it shall keep away from.
    """
    if projection.law == "equal-earth":
        _world(axes, projection)
    elif projection.law == "lat-lon":
        _lat_lon(axes, projection)
    else:
        _disc(axes, projection, taken)


def latitude_text(degrees: float) -> str:
    """A latitude as labels write it, such as ``60° S``."""
    return f"{abs(degrees):g}°" + ("" if degrees == 0 else " N" if degrees > 0 else " S")


def longitude_text(degrees: float) -> str:
    """A longitude as labels write it, such as ``90° W``; 0 and 180 have no side."""
    wrapped = (degrees + 180.0) % 360.0 - 180.0
    side = "" if wrapped in (0.0, -180.0) else " E" if wrapped > 0 else " W"
    return f"{abs(wrapped):g}°{side}"


def _world(axes: Axes, projection: Projection) -> None:
    along = np.linspace(-90.0, 90.0, 61)
    for degrees in range(-150, 180, 30):
        axes.plot(*projection.project(along, np.full(61, float(degrees))), **_LINE)
    left, _ = projection.half_size
    edge_x, edge_y = projection.project(along, np.full(61, -180.0))
    for degrees in range(-60, 90, 30):
        x = float(np.interp(degrees, along, edge_x))
        y = float(np.interp(degrees, along, edge_y))
        axes.plot([x, -x], [y, y], **_LINE)
        axes.text(x - 0.08, y, latitude_text(degrees), ha="right", va="center", fontsize=_SIZE)
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        x = -float(edge_x[0]) * share
        axes.text(x, edge_y[0] - 0.13, longitude_text(180.0 * share), ha="center", va="top", fontsize=_SIZE)
    outline_x, outline_y = np.append(edge_x, -edge_x[::-1]), np.append(edge_y, edge_y[::-1])
    axes.plot(
        np.append(outline_x, outline_x[0]),
        np.append(outline_y, outline_y[0]),
        color=FAINT,
        linewidth=0.8,
    )
    axes.set_xlim(-left - 0.35, left + 0.05)
    axes.set_ylim(-1.58, 1.36)


def _lat_lon(axes: Axes, projection: Projection) -> None:
    across, up = projection.half_size
    for degrees in range(-150, 180, 30):
        x = np.radians(degrees)
        axes.plot([x, x], [-up, up], **_LINE)
    for degrees in range(-180, 181, 60):
        axes.text(
            np.radians(degrees), -up - 0.06, longitude_text(degrees), ha="center", va="top", fontsize=_SIZE
        )
    for degrees in range(-90, 91, 30):
        y = np.radians(degrees)
        axes.plot([-across, across], [y, y], **_LINE)
        axes.text(-across - 0.05, float(y), latitude_text(degrees), ha="right", va="center", fontsize=_SIZE)
    axes.plot(
        [-across, across, across, -across, -across], [-up, -up, up, up, -up], color=FAINT, linewidth=0.8
    )
    axes.set_xlim(-across - 0.42, across + 0.15)
    axes.set_ylim(-up - 0.22, up + 0.02)


def _disc(axes: Axes, projection: Projection, taken: Sequence[Place]) -> None:
    around = np.linspace(0.0, 360.0, 361)
    parallels = _parallels(projection)
    top = 90.0 - _spacing(projection) if projection.law == "globe" else 90.0
    along = np.linspace(-top, top, 721)
    for degrees in range(0, 360, 30):
        ends = np.linspace(-90.0, 90.0, 721) if projection.is_polar or degrees % 90 == 0 else along
        axes.plot(*projection.project(ends, np.full(721, float(degrees))), **_LINE)
    for parallel in parallels:
        axes.plot(*projection.project(np.full(361, parallel), around), **_LINE)
    turn = np.radians(around)
    axes.plot(np.cos(turn), np.sin(turn), color=FAINT, linewidth=0.8)
    if projection.is_polar:
        _around_pole(axes, projection, parallels, taken)
    else:
        _inside(axes, projection, parallels, taken)
    axes.text(-REACH, REACH, projection.title, ha="left", va="top", fontsize=7.5, fontweight="bold")
    axes.set_xlim(-REACH, REACH)
    axes.set_ylim(-REACH, REACH)


def _spacing(projection: Projection) -> float:
    """Degrees between parallels."""
    if projection.law == "globe" or projection.radius_deg > 60.0:
        return 30.0
    return next(step for step in (1.0, 2.0, 5.0, 10.0, 20.0) if projection.radius_deg <= 3.5 * step)


def _parallels(projection: Projection) -> list[float]:
    """Latitudes of the lines, the edge of a cap and the poles left out."""
    step = _spacing(projection)
    every = np.arange(-90.0 + step, 90.0 - step / 2, step)
    if projection.law == "cap":
        pole = projection.latitude_deg
        every = every[np.abs(pole - every) < projection.radius_deg - 1e-9]
    return [float(one) for one in every]


def _around_pole(axes: Axes, projection: Projection, parallels: list[float], taken: Sequence[Place]) -> None:
    """Longitudes around the rim, latitudes along a meridian."""
    for degrees in (0.0, 90.0, 180.0, -90.0):
        edge = projection.latitude_deg - np.sign(projection.latitude_deg) * projection.radius_deg
        x, y = _place(projection, edge, degrees)
        turned = 0 if abs(x) < 0.5 else (90 if x < 0 else -90)
        text = longitude_text(degrees)
        axes.text(1.1 * x, 1.1 * y, text, ha="center", va="center", fontsize=_SIZE, rotation=turned)
    choices = [
        {parallel: _place(projection, parallel, meridian) for parallel in parallels}
        for meridian in (45.0, 135.0, -135.0, -45.0)
    ]
    for parallel, place in _clearest(choices, taken).items():
        if 0.15 < np.hypot(*place) < 0.95:
            _label(axes, *place, latitude_text(parallel))


def _inside(axes: Axes, projection: Projection, parallels: list[float], taken: Sequence[Place]) -> None:
    """Latitudes beside the middle meridian, longitudes along the equator, where they are well in sight."""
    middle = projection.longitude_deg
    choices = [
        {parallel: _place(projection, parallel, middle + away) for parallel in parallels if parallel}
        for away in (15.0, -15.0)
    ]
    for parallel, place in _clearest(choices, taken).items():
        if np.hypot(*place) < 0.85:
            _label(axes, *place, latitude_text(parallel))
    for away in (-30.0, 0.0, 30.0):
        degrees = 30.0 * np.round(middle / 30.0) + away
        place = _place(projection, 0.0, degrees)
        if np.hypot(*place) < 0.85:
            _label(axes, *place, longitude_text(degrees))


def _place(projection: Projection, latitude_deg: float, longitude_deg: float) -> Place:
    x, y = projection.project(latitude_deg, longitude_deg)
    return float(x), float(y)


def _clearest(choices: list[dict[float, Place]], taken: Sequence[Place]) -> dict[float, Place]:
    """Of several rows of places, the first that keeps a label's width from what is taken; else the farthest."""

    def room(row: dict[float, Place]) -> float:
        away = [np.hypot(x - u, y - v) for x, y in row.values() for u, v in taken]
        return float(min((one for one in away if np.isfinite(one)), default=1.0))

    return next((row for row in choices if room(row) > 0.25), max(choices, key=room))


def _label(axes: Axes, x: float, y: float, text: str) -> None:
    from matplotlib.patheffects import withStroke

    label = axes.text(x, y, text, ha="center", va="center", fontsize=_INSIDE_SIZE, color="#ffffff", zorder=4)
    label.set_path_effects([withStroke(linewidth=1.6, foreground=_AROUND)])
