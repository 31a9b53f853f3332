"""How every figure looks: size, type, and colours that a colour-blind reader can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1b2733"
FAINT = "#5a6775"
GRID = "#d3dae1"
PAPER = "#fefefe"
"""These four, blue and orange follow the page's light or dark theme."""

BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"
SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER)
"""Colours of Okabe and Ito, told apart with every common colour vision deficiency, on light and on dark."""

BODY_COLOURS = {
    "Sun": "#e69f00",
    "Mercury": "#8c8c8c",
    "Venus": "#d9a441",
    "Earth": "#0072b2",
    "Moon": "#8c949c",
    "Mars": "#d55e00",
    "Jupiter": "#b08d57",
    "Saturn": "#c2a86b",
}

WIDE = 7.6
"""Width of a chart that spans the text [in]."""
PANEL = 5.2
"""Width of a chart that stands beside another [in]."""

_RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.8,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "hatch.color": FAINT,
    "hatch.linewidth": 0.7,
    "legend.fontsize": 8.0,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "path.simplify": True,
    "patch.linewidth": 0.0,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "qqnet",
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "image.composite_image": False,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the report's style; matplotlib's own settings come back afterwards."""
    from cycler import cycler
    from matplotlib import rc_context

    settings: dict[Any, Any] = {**_RC, "axes.prop_cycle": cycler(color=SERIES)}
    with rc_context(settings):
        yield


def new_figure(width_in: float, height_in: float) -> Figure:
    """Return an empty figure of a size [in] that lays out its parts without overlap."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def utc_axis(axes: Axes, label: str = "time [UTC]") -> None:
    """Make the horizontal axis one of dates."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_xlabel(label)
