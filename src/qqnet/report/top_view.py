"""Views from the north of the ecliptic, to scale: planets around the Sun, and the Earth-Moon system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Circle
from numpy.typing import NDArray

from qqnet.report.style import BLUE, BODY_COLOURS, FAINT, GRID, ORANGE, PANEL, new_figure
from qqnet.space.bodies import BODIES
from qqnet.space.constants import AU_KM
from qqnet.space.frames import rotation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]

HEIGHT = 5.0
PLANETS = ("Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn")
NEAR_AU = 0.02
"""Nodes that lie closer than this to a planet are at the planet on this scale."""


_HALF_MONTH_S = 13.66 * 86400.0
"""Half a sidereal month."""


@dataclass(frozen=True)
class Place:
    """Something to show.

    Attributes
    ----------
    label : str
        Its name.
    position : ndarray [2]
        In the plane of the view.
    colour, marker : str
        How it is drawn.
    size : float
        Of the marker [pt].
    """

    label: str
    position: Floats
    colour: str
    marker: str = "o"
    size: float = 6.0


def _ecliptic(position: Floats, at_s: float) -> Floats:
    """Ecliptic x and y of ICRF positions [..., 3]."""
    return np.asarray(position @ rotation("ECLIPJ2000", at_s).T)[..., :2]


def solar_system_figure(
    ephemeris: Ephemeris, at_s: float, bodies: Sequence[str], nodes: Mapping[str, Floats]
) -> Figure:
    """Draw the planets that matter, and nodes that are far from all of them.

    Parameters
    ----------
    ephemeris : Ephemeris
        Where planets are and were.
    at_s : float
        Time of the positions [TDB s past J2000].
    bodies : sequence of str
        Bodies of the scenario; planets inside the outermost are drawn too.
    nodes : mapping of str to ndarray [3]
        Positions relative to the Sun, ICRF axes [km].

    Returns
    -------
    matplotlib.figure.Figure
    """
    last = max((PLANETS.index(name) for name in bodies if name in PLANETS), default=2)
    figure = new_figure(PANEL, HEIGHT)
    axes = figure.subplots()
    places = [Place("Sun", np.zeros(2), BODY_COLOURS["Sun"], size=10.0)]
    for name in PLANETS[: max(last, 2) + 1]:
        here = _ecliptic(ephemeris.position(name, "Sun", at_s), at_s) / AU_KM
        axes.plot(*_orbit(ephemeris, name, at_s).T, color=GRID, linewidth=1.0, zorder=1)
        places.append(Place(name, here, BODY_COLOURS[name], size=8.0))
    for name, position in nodes.items():
        here = _ecliptic(position, at_s) / AU_KM
        if all(np.hypot(*(here - place.position)) > NEAR_AU for place in places[1:]):
            places.append(Place(name, here, BLUE, "D", 5.0))
    _show(axes, places)
    axes.set_title("The planets and stations between them")
    axes.set_xlabel("towards the vernal equinox [AU]")
    axes.set_ylabel("90° east of it [AU]")
    return figure


def _orbit(ephemeris: Ephemeris, name: str, at_s: float) -> Floats:
    """Path over one revolution around a time, as far as the ephemeris goes."""
    gm = BODIES["Sun"].gm_km3_s2
    radius = float(np.linalg.norm(ephemeris.position(name, "Sun", at_s)))
    half = 1.06 * np.pi * np.sqrt(radius**3 / gm)
    start, stop = ephemeris.span
    times = np.linspace(max(at_s - half, start), min(at_s + half, stop), 240)
    return _ecliptic(ephemeris.position(name, "Sun", times), at_s) / AU_KM


def earth_moon_figure(
    ephemeris: Ephemeris,
    at_s: float,
    tracks: Mapping[str, Floats],
    swarms: Mapping[str, Floats],
) -> Figure:
    """Draw the Earth-Moon system from the Earth's centre.

    Parameters
    ----------
    ephemeris : Ephemeris
        Where the Moon is.
    at_s : float
        Time of the positions [TDB s past J2000].
    tracks : mapping of str to ndarray [T, 3]
        Single nodes: positions relative to the Earth from `at_s` on, ICRF axes [km].
    swarms : mapping of str to ndarray [S, 3]
        Constellations: positions of all at `at_s`, likewise.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = new_figure(PANEL, HEIGHT)
    axes = figure.subplots()
    scale = 1e-3
    start, stop = ephemeris.span
    times = np.linspace(max(at_s - _HALF_MONTH_S, start), min(at_s + _HALF_MONTH_S, stop), 200)
    axes.plot(*(_ecliptic(ephemeris.position("Moon", "Earth", times), at_s) * scale).T, color=GRID, zorder=1)
    moon = _ecliptic(ephemeris.position("Moon", "Earth", at_s), at_s) * scale
    places = []
    for name, centre in (("Earth", np.zeros(2)), ("Moon", moon)):
        colour = BODY_COLOURS[name]
        axes.add_patch(Circle(tuple(centre), BODIES[name].mean_radius_km * scale, color=colour, zorder=4))
        places.append(Place(name, centre, colour, ".", 1.0))
    for name, swarm in swarms.items():
        flat = _ecliptic(swarm, at_s) * scale
        axes.plot(*flat.T, linestyle="none", marker="o", markersize=1.8, color=ORANGE, zorder=3)
        outermost = flat[np.argmax(np.hypot(*(flat - moon).T) if _near(flat, moon) else np.hypot(*flat.T))]
        places.append(Place(f"{name} ({len(swarm)})", outermost, ORANGE, "o", 2.0))
    for name, track in tracks.items():
        flat = _ecliptic(track, at_s) * scale
        axes.plot(*flat.T, color=BLUE, linewidth=0.9, alpha=0.65, zorder=2)
        places.append(Place(name, flat[0], BLUE, "D", 4.0))
    _show(axes, places)
    axes.set_title("Earth and Moon, from the Earth's centre")
    axes.set_xlabel("towards the vernal equinox [1000 km]")
    axes.set_ylabel("90° east of it [1000 km]")
    return figure


def _near(flat: Floats, moon: Floats) -> bool:
    return bool(np.hypot(*(flat.mean(axis=0) - moon)) < 100.0)


def _show(axes: Axes, places: Sequence[Place]) -> None:
    for place in places:
        axes.plot(
            *place.position,
            linestyle="none",
            marker=place.marker,
            markersize=place.size,
            color=place.colour,
            zorder=5,
        )
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.13)
    axes.autoscale_view()
    label_places(axes, places)


_DIRECTIONS = [(np.cos(turn), np.sin(turn)) for turn in np.radians([0, 45, -45, 90, -90, 135, -135, 180])]
_FONT = 8.0
_REACHES = (8.0, 17.0, 28.0, 42.0, 58.0, 76.0)


def label_places(axes: Axes, places: Sequence[Place], avoid: Sequence[Floats] = ()) -> None:
    """Write names beside places such that none covers another or a place; with a line where it is far off.

    Parameters
    ----------
    axes : Axes
        With everything drawn and its limits set.
    places : sequence of Place
        What to name; those that find no free spot within reach stay unnamed.
    avoid : sequence of ndarray [2]
        Other spots that names may not cover.
    """
    from matplotlib.transforms import Bbox

    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    to_pixels = figure.dpi / 72.0
    spots = axes.transData.transform([place.position for place in places])
    marks = [*spots, *axes.transData.transform(list(avoid))] if len(avoid) else spots
    taken = [Bbox.from_extents(*(spot - 4.0 * to_pixels), *(spot + 4.0 * to_pixels)) for spot in marks]
    inside = axes.get_window_extent()
    for place, spot in zip(places, spots, strict=True):
        width, height = _size(axes, place.label)
        for reach, (x, y) in ((reach, way) for reach in _REACHES for way in _DIRECTIONS):
            left = np.sign(round(x)) / 2 - 0.5
            bottom = np.sign(round(y)) / 2 - 0.5
            corner = spot + np.array([reach * x, reach * y]) * to_pixels + [width * left, height * bottom]
            box = Bbox.from_extents(*corner, *np.add(corner, (width, height))).padded(1.5 * to_pixels)
            corners = np.array([[box.x0, box.y0], [box.x1, box.y1]])
            if all(inside.contains(*point) for point in corners) and not box.count_overlaps(taken):
                taken.append(box)
                _write(axes, place, (reach * x, reach * y), reach > _REACHES[1])
                break


def _size(axes: Axes, label: str) -> tuple[float, float]:
    """Width and height of a label [px]."""
    note = axes.text(0.0, 0.0, label, fontsize=_FONT, transform=None)
    box = note.get_window_extent()
    note.remove()
    return box.width, box.height


def _write(axes: Axes, place: Place, offset: tuple[float, float], with_line: bool) -> None:
    x, y = offset
    axes.annotate(
        place.label,
        (float(place.position[0]), float(place.position[1])),
        xytext=offset,
        textcoords="offset points",
        ha=("right", "center", "left")[int(np.sign(round(x))) + 1],
        va=("top", "center", "bottom")[int(np.sign(round(y))) + 1],
        fontsize=_FONT,
        zorder=6,
        arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 3}
        if with_line
        else None,
    )
