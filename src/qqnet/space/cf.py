"""Attributes of the CF conventions on fields over a body and over time, so that other programs understand them.

https://cfconventions.org. What a variable is (`long_name`, `units`) is said where it is made; here it gets what CF
adds: standard names, the sphere that latitude and longitude are on, how values were taken over time or area, and
the reference of times. Nothing here depends on a clock: the same fields give the same file.

CF knows no time scale other than UTC-like clocks. Times are TDB, which each of them says in its `comment`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec

from qqnet.space.bodies import body

if TYPE_CHECKING:
    import xarray as xr

P = ParamSpec("P")

CONVENTIONS: Final = "CF-1.11"
TIME_UNITS: Final = "seconds since 2000-01-01 12:00:00"
"""TDB seconds past J2000, as CF and UDUNITS write them."""
SPHERE: Final = "sphere"
"""Name of the variable that describes the body (the grid mapping)."""

_TDB = (
    "Barycentric Dynamical Time (TDB) since J2000, no leap seconds; TDB is 69.184 s ahead of UTC since 2017"
)
_OLD_TIME_UNITS = "TDB s past J2000"
_PLACES = {"degrees_north": "latitude", "degrees_east": "longitude"}
_AXES = {"time": "T", "day": "T"}
_NAMES: Final[dict[str, tuple[str, str | None]]] = {
    "at_least": ("satellites in view, at least", "1"),
    "gap_fold": ("satellites in view, fewer than which make a gap", "1"),
    "dop": ("kind of dilution of precision", None),
    "limit": ("limit of dilution of precision", "1"),
    "case": ("whether orbits are left alone or kept", None),
    "satellite": ("name of the satellite", None),
    "error": ("component of the error", None),
    "day": ("start of the day", TIME_UNITS),
    "time": ("epoch", TIME_UNITS),
}
"""What coordinates mean that come as bare arrays: long name and unit."""
_METHODS: Final[dict[str, str]] = {
    "fold_min": "time: minimum",
    "fold_max": "time: maximum",
    "fold_mean": "time: mean",
    "fraction_at_least": "time: mean",
    "fraction_at_most": "time: mean",
    "fraction_solved": "time: mean",
    "longest_gap_s": "time: maximum",
    "mean_gap_s": "time: mean",
    "gap_count": "time: sum",
    "max": "time: maximum",
    "max_finite": "time: maximum",
    "mean": "time: mean",
    "epoch_fold_min": "area: minimum",
    "epoch_fold_max": "area: maximum",
    "epoch_max": "area: maximum",
    "epoch_mean": "area: mean",
    "area_fraction_at_least": "area: mean",
    "area_fraction_solved": "area: mean",
    "total_fraction_at_least": "area: time: mean",
    "total_fraction_at_most": "area: time: mean",
    "total_mean": "area: time: mean",
    "band_fold_min": "area: time: minimum",
    "band_fraction_at_least": "area: time: mean",
    "band_longest_gap_s": "area: time: maximum",
}
"""How values were taken, where CF has a word for it; quantiles and histograms have none.

`time` and `area` are standard names here: the fields cover the whole span and area (CF, section 7.3.4).
"""
_BY_DAY: Final = {
    "fold_min": "area: time: minimum",
    "fraction_at_least_fold": "area: time: mean",
    "day_fraction_at_least": "area: time: mean",
    "day_fraction_at_least_worst_point": "time: mean",
}
"""The same for values by day."""


def described(data: xr.Dataset, title: str) -> xr.Dataset:
    """Return fields with the attributes of the CF conventions.

    Parameters
    ----------
    data : xarray.Dataset
        With the attribute ``body``; its variables over ``point`` have the coordinates ``latitude_deg`` and
        ``longitude_deg``. Attributes that are there stay.
    title : str
        What the fields are of.

    Returns
    -------
    xarray.Dataset
        The same values, and one more variable, ``sphere``, which describes the body.

    Examples
    --------
    >>> import xarray as xr
    >>> place = {"latitude_deg": ("point", [0.0], {"units": "degrees_north", "long_name": "latitude"})}
    >>> made = described(xr.Dataset(coords=place, attrs={"body": "Moon"}), "Example")
    >>> made["latitude_deg"].attrs["standard_name"], made["sphere"].attrs["earth_radius"]
    ('latitude', 1737400.0)
    """
    from importlib.metadata import version

    made = data.copy()
    made[SPHERE] = ((), 0, _sphere(str(data.attrs["body"])))
    for name, variable in made.variables.items():
        _describe(str(name), variable)
    for name in made.coords:
        # Coordinates have no missing values, and CF wants them to say nothing of such.
        made.variables[name].encoding["_FillValue"] = None
    made.attrs = {
        "Conventions": CONVENTIONS,
        "title": f"{title}, {data.attrs['body']}",
        "source": f"qqnet {version('qqnet')}",
        **data.attrs,
    }
    return made


def described_as(title: str) -> Callable[[Callable[P, xr.Dataset]], Callable[P, xr.Dataset]]:
    """Decorate a function that makes fields, so that what it returns is :func:`described` under a title."""

    def decorate(make: Callable[P, xr.Dataset]) -> Callable[P, xr.Dataset]:
        @wraps(make)
        def made(*args: P.args, **kwargs: P.kwargs) -> xr.Dataset:
            return described(make(*args, **kwargs), title)

        return made

    return decorate


def _describe(name: str, variable: xr.Variable) -> None:
    """Add to one variable what CF wants of it."""
    attrs = variable.attrs
    long_name, units = _NAMES.get(name, (name.replace("_", " "), None))
    attrs.setdefault("long_name", long_name)
    if units is not None:
        attrs.setdefault("units", units)
    if attrs.get("units") in (_OLD_TIME_UNITS, TIME_UNITS):
        attrs.update(
            units=TIME_UNITS,
            calendar="standard",
            units_metadata="leap_seconds: none",
            standard_name="time",
            comment=_TDB,
        )
    if attrs.get("units") in _PLACES:
        attrs["standard_name"] = _PLACES[attrs["units"]]
    if name in _AXES and variable.dims == (name,):
        attrs["axis"] = _AXES[name]
    method = (_BY_DAY if "day" in variable.dims else _METHODS).get(name)
    if method is not None:
        attrs.setdefault("cell_methods", method)
    if "point" in variable.dims and attrs.get("units") not in _PLACES:
        attrs["grid_mapping"] = SPHERE


def _sphere(name: str) -> dict[str, object]:
    """Describe the sphere that points are on; CF calls its radius that of the Earth, whatever the body."""
    found = body(name)
    return {
        "grid_mapping_name": "latitude_longitude",
        "earth_radius": 1e3 * found.mean_radius_km,
        "longitude_of_prime_meridian": 0.0,
        "geographic_crs_name": str(found.fixed_frame),
        "long_name": f"sphere of {name}, mean radius in metres; planetocentric latitude, longitude to the east",
    }
