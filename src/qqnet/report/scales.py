"""Colour scales of maps: what a value means, in colours that grow brighter as the network does better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.colors import Colormap, Normalize

MOST_CLASSES = 10
SHADES = 50
"""Steps of a continuous scale: finer ones nobody reads off a map, and pictures grow."""
RATE_SHADES = 24
"""Steps of the scale of bars, which are drawn as one shape a step."""
_USES = (1e-9, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3)
"""Edges of the classes of use; networks are rarely full, so the classes are finer where little is used."""
UNUSED = (0.83, 0.85, 0.87, 1.0)
"""Pale grey of contacts that nobody uses."""
NO_VALUE = (0.62, 0.65, 0.68, 1.0)
"""Grey of places without a value; stripes tell it from every colour of a scale."""


@dataclass(frozen=True)
class Scale:
    """How values become colours.

    Attributes
    ----------
    label : str
        What the colour bar says, with unit.
    cmap, norm : Colormap, Normalize
        Matplotlib's own.
    ticks : tuple of float
        Marked values; empty leaves them to matplotlib.
    tick_labels : tuple of str
        What stands at them.
    wanted : float or None
        Where the bar shows what the design asks for.
    extend : str
        At which end values beyond the bar share its last colour.
    no_value : str
        What a place without value means.
    is_share : bool
        Whether the bar writes values as percent.
    """

    label: str
    cmap: Colormap
    norm: Normalize
    ticks: tuple[float, ...] = ()
    tick_labels: tuple[str, ...] = ()
    wanted: float | None = None
    extend: str = "neither"
    no_value: str = "no value"
    is_share: bool = False

    def colours(self, values: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Colours [P, 4] of values [P]; the grey where a value is not finite."""
        finite = np.isfinite(values)
        table = np.asarray(self.cmap(self.norm(np.where(finite, values, 0.0))))
        table[~finite] = NO_VALUE
        colours: NDArray[np.uint8] = np.rint(255 * table).astype(np.uint8)
        return colours


def _colormap(name: str, colours: int = 256) -> Any:
    from matplotlib import colormaps

    return colormaps[name].resampled(colours)


def fold_scale(values: NDArray[np.float64], required: int) -> Scale:
    """Whole numbers of satellites in view, one colour each; at least from one below what is asked for."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    low = int(min(values.min(), max(required - 1, 0)))
    high = int(max(values.max(), required))
    shown = min(high, low + MOST_CLASSES - 1)
    classes = np.arange(low, shown + 1)
    labels = [str(fold) for fold in classes]
    if shown < high:
        labels[-1] = f"≥ {shown}"
    return Scale(
        label=f"satellites in view (line: asked for, {required})",
        cmap=ListedColormap(_colormap("viridis")(np.linspace(0.0, 1.0, len(classes)))),
        norm=BoundaryNorm(np.arange(low, shown + 2) - 0.5, len(classes), clip=True),
        ticks=tuple(classes.astype(float)),
        tick_labels=tuple(labels),
        wanted=required - 0.5,
    )


def rate_scale(rates_bps: NDArray[np.float64], brightest: float = 1.0) -> Scale:
    """Data rates, on a logarithmic scale from the least to the greatest [bit/s].

    Thin lines need a scale that ends before the lightest colours: `brightest` below 1.
    """
    from matplotlib.colors import ListedColormap, LogNorm

    low, high = float(rates_bps.min()), float(rates_bps.max())
    norm = LogNorm(low if low < high else low / 10.0, high, clip=True)
    colours = _colormap("viridis")(np.linspace(0.0, brightest, RATE_SHADES))
    return Scale(label="data rate", cmap=ListedColormap(colours), norm=norm)


def use_scale() -> Scale:
    """Shares of a contact's transmitter time that are used, in classes about a factor of three wide."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    edges = (0.0, *_USES, 1.0)
    colours = _colormap("YlGnBu")(np.linspace(0.2, 1.0, len(edges) - 1))
    colours[0] = UNUSED
    return Scale(
        label="share of the transmitter time that is used",
        cmap=ListedColormap(colours),
        norm=BoundaryNorm(edges, len(edges) - 1, clip=True),
        ticks=edges,
        tick_labels=("none", "any", *(f"{100.0 * edge:g} %" for edge in edges[2:])),
        is_share=True,
    )


def share_scale(values: NDArray[np.float64], label: str) -> Scale:
    """Shares of time, in percent; the bar starts at the round number below the least."""
    from matplotlib.colors import Normalize

    least = 100.0 * float(np.nanmin(values, initial=1.0))
    bottom = next(step for step in (99.0, 95.0, 90.0, 80.0, 50.0, 0.0) if least >= step)
    return Scale(
        label=label, cmap=_colormap("cividis", SHADES), norm=Normalize(bottom / 100.0, 1.0), is_share=True
    )


def dop_scale(
    values: NDArray[np.float64],
    wanted: float | None,
    label: str,
    no_value: str = "no solution at some time",
    top: float | None = None,
) -> Scale:
    """Dilution of precision, lower is brighter; beyond a few times what is asked for, or `top`, one colour."""
    from matplotlib.colors import Normalize

    finite = values[np.isfinite(values)]
    least = float(finite.min()) if finite.size else 1.0
    most = float(finite.max()) if finite.size else least + 1.0
    if wanted is not None:
        low, high = float(np.floor(least)), float(np.ceil(min(max(most, wanted * 1.1), 3.0 * wanted)))
        high = max(high, low + 1.0)
    else:
        usual = float(np.quantile(finite, 0.9)) if finite.size else most
        low, high = _round_ends(least, max(min(most, 3.0 * usual if top is None else top), least + 0.1))
    return Scale(
        label=f"{label} [1]" + ("" if wanted is None else f" (line: asked for, {wanted:g})"),
        cmap=_colormap("cividis_r", SHADES),
        norm=Normalize(low, high, clip=True),
        wanted=wanted,
        extend="max" if most > high else "neither",
        no_value=no_value,
    )


def plain_scale(
    values: NDArray[np.float64],
    label: str,
    *,
    low_is_good: bool = False,
    capped: bool = False,
    no_value: str = "no value",
) -> Scale:
    """Any quantity, between round numbers around its least and largest value.

    Where `capped`, peaks far above what nine tenths of the values reach share the last colour.
    """
    from matplotlib.colors import Normalize

    finite = values[np.isfinite(values)]
    low, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    high = min(most, 3.0 * float(np.quantile(finite, 0.9))) if capped and finite.size else most
    if low >= high:
        low, high = (low, low + 1.0) if low_is_good or low == 0.0 else (min(0.0, low), max(0.0, low))
    ends = _round_ends(low, high)
    return Scale(
        label=label,
        cmap=_colormap("cividis_r" if low_is_good else "viridis", SHADES),
        norm=Normalize(*ends, clip=True),
        extend="max" if most > ends[1] else "neither",
        no_value=no_value,
    )


def _round_ends(low: float, high: float) -> tuple[float, float]:
    """Round numbers around a range."""
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(6).tick_values(low, high)
    return float(ticks[0]), float(ticks[-1])
