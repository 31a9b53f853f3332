"""What of a coverage or navigation result can be drawn on a map, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from qqnet.errors import InputError
from qqnet.navigation.dop import KINDS
from qqnet.report.map_drawing import SurfaceField
from qqnet.report.scales import Scale, dop_scale, fold_scale, plain_scale, share_scale

if TYPE_CHECKING:
    import xarray as xr

VARIABLE: Final = "var"
"""``var:NAME`` is any variable of the result over its points, ``var:NAME:VALUE`` one with another dimension."""


class Result(Protocol):
    """What has fields over points: a coverage or a navigation result."""

    @property
    def data(self) -> xr.Dataset:
        """Variables over ``point``, with ``latitude_deg`` and ``longitude_deg``."""

    @property
    def body(self) -> str:
        """Name of the body."""


@dataclass(frozen=True)
class Drawable:
    """One quantity that a map can show.

    Attributes
    ----------
    text : str
        What it is.
    make : callable
        Returns the field of a result, given the level after the colon (empty if none) and what is asked for.
    """

    text: str
    make: Callable[[Result, str, float | None], SurfaceField]


def _points(data: xr.Dataset, title: str, values: xr.DataArray, scale: Scale) -> SurfaceField:
    return SurfaceField(
        title,
        data["latitude_deg"].to_numpy(),
        data["longitude_deg"].to_numpy(),
        values.to_numpy().astype(float),
        scale,
    )


def _fold(variable: str, title: str) -> Drawable:
    def make(result: Result, level: str, wanted: float | None) -> SurfaceField:
        values = result.data[variable]
        required = int(result.data.attrs["required_fold"])
        scale = fold_scale(values.to_numpy().astype(float), required)
        return _points(result.data, title, values, scale)

    return Drawable(title, make)


def _mean_fold(result: Result, level: str, wanted: float | None) -> SurfaceField:
    values = result.data["fold_mean"]
    scale = plain_scale(values.to_numpy(), "satellites in view, mean over time")
    return _points(result.data, "Mean number of satellites in view", values, scale)


def _fold_share(variable: str, title: str, label: str) -> Drawable:
    def make(result: Result, level: str, wanted: float | None) -> SurfaceField:
        fold, values = _level(result.data[variable], "at_least", level, result.data.attrs["required_fold"])
        scale = share_scale(values.to_numpy(), label)
        return _points(result.data, title.format(fold), values, scale)

    return Drawable(title.format("K"), make)


def _gap(variable: str, title: str) -> Drawable:
    def make(result: Result, level: str, wanted: float | None) -> SurfaceField:
        fold, values = _level(result.data[variable], "gap_fold", level, result.data.attrs["required_fold"])
        if variable == "gap_count":
            scale = plain_scale(values.to_numpy().astype(float), "number", low_is_good=True)
        else:
            size, unit = _time_unit(float(values.max()))
            values = values / size
            scale = plain_scale(values.to_numpy(), f"time [{unit}]", low_is_good=True)
        return _points(result.data, title.format(fold), values, scale)

    return Drawable(title.format("K"), make)


def _time_unit(longest_s: float) -> tuple[float, str]:
    units = ((2 * 86400.0, 86400.0, "d"), (2 * 3600.0, 3600.0, "h"), (120.0, 60.0, "min"))
    return next(((size, name) for least, size, name in units if longest_s >= least), (1.0, "s"))


def _dop(kind: str, variable: str, title: str, no_value: str) -> Drawable:
    def make(result: Result, level: str, wanted: float | None) -> SurfaceField:
        values = result.data[variable].sel(dop=kind)
        asked = wanted if (kind, variable) == ("gdop", "max") else None
        scale = dop_scale(values.to_numpy(), asked, kind.upper(), no_value)
        return _points(result.data, title, values, scale)

    return Drawable(title, make)


def _dop_share(kind: str) -> Drawable:
    title = f"Share of time with {kind.upper()} of at most {{}}"

    def make(result: Result, level: str, wanted: float | None) -> SurfaceField:
        default = 6.0 if wanted is None else wanted
        limit, values = _level(result.data["fraction_at_most"].sel(dop=kind), "limit", level, default)
        return _points(
            result.data, title.format(limit), values, share_scale(values.to_numpy(), "share of time")
        )

    return Drawable(title.format("X"), make)


def _error(error: str, variable: str, title: str, no_value: str) -> Drawable:
    title = title.format(error if not title.startswith("{}") else error.capitalize())

    def make(result: Result, level: str, wanted: float | None) -> SurfaceField:
        values = result.data[variable].sel(error=error)
        scale = plain_scale(values.to_numpy(), "error [m]", low_is_good=True, capped=True, no_value=no_value)
        return _points(result.data, title, values, scale)

    return Drawable(title, make)


def _solved(result: Result, level: str, wanted: float | None) -> SurfaceField:
    values = result.data["fraction_solved"]
    scale = share_scale(values.to_numpy(), "share of time")
    return _points(result.data, "Share of time with a navigation solution", values, scale)


COVERAGE: Final[dict[str, Drawable]] = {
    "fold-min": _fold("fold_min", "Fewest satellites in view"),
    "fold-mean": Drawable("Mean number of satellites in view", _mean_fold),
    "fold-max": _fold("fold_max", "Most satellites in view"),
    "share": _fold_share("fraction_at_least", "Share of time with at least {} in view", "share of time"),
    "worst-day": _fold_share(
        "worst_day_fraction", "Worst 24 h of each point: share with at least {} in view", "share of 24 h"
    ),
    "longest-gap": _gap("longest_gap_s", "Longest time with fewer than {} in view"),
    "mean-gap": _gap("mean_gap_s", "Mean time with fewer than {} in view"),
    "gap-count": _gap("gap_count", "Times that fewer than {} were in view"),
}
"""Fields of a coverage result; ``share:2`` is that of a fold of two, and so on for what counts folds."""

NAVIGATION: Final[dict[str, Drawable]] = {
    **{f"{k}-max": _dop(k, "max", f"Largest {k.upper()}", "no solution at some time") for k in KINDS},
    **{f"{k}-mean": _dop(k, "mean", f"Mean {k.upper()}, where solved", "never a solution") for k in KINDS},
    **{f"{k}-share": _dop_share(k) for k in KINDS},
    "solved": Drawable("Share of time with a navigation solution", _solved),
}
"""Fields of a navigation result; ``gdop-share:4`` is the share of time at a limit of four."""


_COMPONENTS = ("horizontal", "vertical", "position", "time")
_RARE = "no solution for more than 5 % of the time"
_STATISTICS = {
    "max": ("Largest {} error, one sigma", "no solution at some time"),
    "mean": ("Mean {} error, one sigma, where solved", "never a solution"),
    "p95": ("{} error, one sigma, 95 % of the time", _RARE),
}
ERRORS: Final[dict[str, Drawable]] = {
    f"{error}-{statistic}": _error(error, statistic, *words)
    for statistic, words in _STATISTICS.items()
    for error in _COMPONENTS
} | {
    f"{error}-radius": _error(f"{error}_p95", "p95", f"{error.capitalize()} error, radius of 95 %", _RARE)
    for error in ("horizontal", "position")
}
"""Fields of users' errors: a result with the dimension ``error``."""

CATALOGUES: Final = {"coverage": COVERAGE, "navigation": NAVIGATION | ERRORS}


def catalogue(result: Result) -> dict[str, Drawable]:
    """Return what a result can draw, which its dimensions tell."""
    dimensions = result.data.dims
    return COVERAGE if "at_least" in dimensions else NAVIGATION if "dop" in dimensions else ERRORS


def check_name(name: str, known: Mapping[str, Drawable]) -> None:
    """Refuse a field that is not among those known; InputError lists them."""
    head = name.partition(":")[0]
    if head not in known and head != VARIABLE:
        raise InputError(f"field: {name!r}; there are: {', '.join(known)}, {VARIABLE}:NAME")


def surface_field(result: Result, name: str | None = None, wanted: float | None = None) -> SurfaceField:
    """Return a field of a result, ready to be drawn.

    Parameters
    ----------
    result : CoverageResult or NavigationResult
        Where it is from.
    name : str, optional
        A key of :data:`COVERAGE` or :data:`NAVIGATION`, with a level after a colon where it has levels; or
        ``var:NAME`` for a variable of ``result.data``. The first key where not given.
    wanted : float, optional
        GDOP that is asked for, for the line on the scale and the default limit of shares [1].

    Returns
    -------
    SurfaceField

    Raises
    ------
    InputError
        There is no such field or level; the message lists those there are.
    """
    known = catalogue(result)
    name = next(iter(known)) if name is None else name
    check_name(name, known)
    head, _, level = name.partition(":")
    return _variable(result, level) if head == VARIABLE else known[head].make(result, level, wanted)


def _level(field: xr.DataArray, dimension: str, text: str, default: float) -> tuple[str, xr.DataArray]:
    """Pick a level of a dimension; return it as text too."""
    levels = field[dimension].to_numpy()
    try:
        wanted = float(text) if text else float(default)
    except ValueError:
        wanted = np.nan
    if wanted not in levels:
        raise InputError(
            f"field: level {text or f'{default:g}'!r}; there are: {', '.join(f'{v:g}' for v in levels)}"
        )
    return f"{wanted:g}", field.sel({dimension: wanted})


def _variable(result: Result, text: str) -> SurfaceField:
    """Any numeric variable over the points, and at most one more dimension."""
    data = result.data
    name, _, value = text.partition(":")
    if name not in data.data_vars or not _is_drawable(data[name]):
        raise InputError(f"field: no variable {name!r} over points; there are: {', '.join(_drawable(data))}")
    field = data[name]
    title = _sentence(field.attrs.get("long_name", name))
    others = [str(dimension) for dimension in field.dims if dimension != "point"]
    if others:
        labels = [str(label) for label in data[others[0]].to_numpy()]
        if value not in labels:
            raise InputError(
                f"field: {name} needs its {others[0]}, as {VARIABLE}:{name}:{labels[0]}; "
                f"there are: {', '.join(labels)}"
            )
        field = field.isel({others[0]: labels.index(value)})
        title = f"{title}, {others[0].replace('_', ' ')} {value}"
    unit = str(field.attrs.get("units", ""))
    return _points(data, title, field, plain_scale(field.to_numpy().astype(float), f"[{unit}]"))


def _drawable(data: xr.Dataset) -> Iterable[str]:
    return (str(name) for name, field in data.data_vars.items() if _is_drawable(field))


def _is_drawable(field: xr.DataArray) -> bool:
    return "point" in field.dims and field.ndim <= 2 and field.dtype.kind in "iuf"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
