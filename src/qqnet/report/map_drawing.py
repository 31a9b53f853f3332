"""Maps of a quantity over a body, in any view: the whole surface, globes, polar caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.report.graticule import REACH, draw_graticule
from qqnet.report.map_layout import SATELLITE, Box, Layout, draw_bar, draw_legend, layout, share
from qqnet.report.scales import Scale
from qqnet.report.style import new_figure
from qqnet.report.views import Projection, nearest_points, view

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
    from matplotlib.lines import Line2D

Floats = NDArray[np.float64]
_STRIPE_PX = 12
_PIXELS_PER_INCH = 205


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


class Map:
    """A map that is drawn once and can be shown with other values, as a film does.

    Parameters
    ----------
    field : SurfaceField
        What to draw; each pixel has the colour of the nearest point, nothing is interpolated.
    marks : sequence of Mark
        Places to show.
    panels : sequence of Projection, optional
        The view; the world where not given.
    satellites : bool
        Whether :meth:`show` will be given satellites.
    no_value : bool, optional
        Whether the legend says what a place without value means; where such places are, if not given.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    """

    def __init__(
        self,
        field: SurfaceField,
        marks: Sequence[Mark] = (),
        panels: Sequence[Projection] | None = None,
        *,
        satellites: bool = False,
        no_value: bool | None = None,
    ):
        self._field = field
        self._panels = tuple(view("world") if panels is None else panels)
        arranged = layout(self._panels)
        self.figure: Figure = new_figure(arranged.width, arranged.height)
        self.figure.set_layout_engine("none")
        self._title = self.figure.text(
            0.1 / arranged.width, 1.0 - 0.11 / arranged.height, field.title,
            fontweight="bold", fontsize=9.5, va="top",
        )  # fmt: skip
        self._shown: list[tuple[NDArray[np.int64], AxesImage]] = []
        self._below: list[tuple[Projection, Line2D]] = []
        for panel, box in zip(self._panels, arranged.panels, strict=True):
            self._draw(panel, self._axes(box, arranged), box[2], marks, satellites)
        draw_bar(self.figure, field.scale, arranged)
        labels = [(mark.label, mark.marker) for mark in marks if self._is_in_sight(mark)]
        missing = not np.isfinite(field.values).all() if no_value is None else no_value
        draw_legend(self.figure, labels, field.scale.no_value if missing else "", satellites, arranged)
        self.show(field.values)

    def show(
        self, values: Floats, title: str | None = None, satellites: tuple[Floats, Floats] | None = None
    ) -> None:
        """Show other values [P], another title, and satellites above latitudes and longitudes [deg]."""
        colours, missing = self._field.scale.colours(values), ~np.isfinite(values)
        for nearest, image in self._shown:
            image.set_data(_pixels(nearest, colours, missing))
        if title is not None:
            self._title.set_text(title)
        if satellites is not None:
            for panel, line in self._below:
                line.set_data(*panel.project(*satellites))

    def _is_in_sight(self, mark: Mark) -> bool:
        """Whether any panel shows any of its places."""
        places = [panel.project(mark.latitude_deg, mark.longitude_deg)[0] for panel in self._panels]
        return any(bool(np.isfinite(x).any()) for x in places)

    def _axes(self, box: Box, arranged: Layout) -> Axes:
        axes = self.figure.add_axes(share(box, arranged))
        axes.set_axis_off()
        axes.set_aspect("equal")
        return axes

    def _draw(
        self, panel: Projection, axes: Axes, width: float, marks: Sequence[Mark], satellites: bool
    ) -> None:
        across, up = panel.half_size
        shown = width / REACH if panel.is_round else 0.93 * width
        size = max(340, round(shown * _PIXELS_PER_INCH / 20) * 20)
        nearest = nearest_points(panel, self._field.latitude_deg, self._field.longitude_deg, size)
        blank = np.zeros((*nearest.shape, 4), dtype=np.uint8)
        image = axes.imshow(blank, extent=(-across, across, -up, up), interpolation="none", origin="upper")
        self._shown.append((nearest, image))
        places = [panel.project(mark.latitude_deg, mark.longitude_deg) for mark in marks]
        draw_graticule(axes, panel, [place for x, y in places for place in zip(x, y, strict=True)])
        if satellites:
            (line,) = axes.plot(
                [], [], "D", markersize=3.4, color=SATELLITE, markeredgecolor="#000000",
                markeredgewidth=0.9, zorder=5,
            )  # fmt: skip
            self._below.append((panel, line))
        for mark, (x, y) in zip(marks, places, strict=True):
            _plot(axes, mark, x, y)


def map_figure(
    field: SurfaceField, marks: Sequence[Mark] = (), panels: Sequence[Projection] | None = None
) -> Figure:
    """Draw a map.

    Parameters
    ----------
    field : SurfaceField
        What to draw; each pixel has the colour of the nearest point, nothing is interpolated.
    marks : sequence of Mark
        Places to show.
    panels : sequence of Projection, optional
        The view, as :func:`qqnet.report.views.view` gives it; the world where not given.

    Returns
    -------
    matplotlib.figure.Figure
    """
    return Map(field, marks, panels).figure


def _pixels(
    nearest: NDArray[np.int64], colours: NDArray[np.uint8], missing: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = colours[nearest]
    pixels[nearest < 0] = 0
    if missing.any():
        rows, columns = np.indices(nearest.shape)
        pixels[missing[nearest] & (nearest >= 0) & ((rows + columns) % _STRIPE_PX < 3)] = (90, 96, 103, 255)
    return pixels


def _plot(axes: Axes, mark: Mark, x: Floats, y: Floats) -> None:
    style: dict[str, Any] = {
        "linestyle": "none",
        "marker": mark.marker,
        "markerfacecolor": "none",
        "clip_on": False,
        "markersize": 6.5,
        "zorder": 6,
    }
    # A wide light stroke under a narrow dark one stays visible on every colour.
    axes.plot(x, y, markeredgecolor="#ffffff", markeredgewidth=3.0, **style)
    axes.plot(x, y, markeredgecolor="#000000", markeredgewidth=1.2, **style)
