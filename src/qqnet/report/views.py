"""Views of a body that maps are drawn in: one or more panels, each a projection about a centre."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.report.projection import (
    Floats,
    Point,
    equal_earth,
    equal_earth_inverse,
    orthographic,
    orthographic_inverse,
    stereographic,
    stereographic_inverse,
    unit_vectors,
)

Law = Literal["equal-earth", "lat-lon", "globe", "cap"]

VIEWS: Final = {
    "world": "Equal Earth map, and both hemispheres from above the poles",
    "lat-lon": "latitude over longitude, from the date line to the date line",
    "globe:LAT,LON": "globe from above a point, such as globe:-30,120",
    "globes": "four globes: near side, far side, north pole, south pole",
    "sides": "globes from above longitudes 0 and 180: near side and far side",
    "near-side": "globe from above longitude 0",
    "far-side": "globe from above longitude 180",
    "poles": "globes from above both poles",
    "north-pole": "globe from above the north pole",
    "south-pole": "globe from above the south pole",
    "caps:LAT": "both polar caps down to a latitude, 60 where not given",
    "north-cap:LAT": "the northern polar cap",
    "south-cap:LAT": "the southern polar cap, such as south-cap:75",
}
"""Names of views and what they show; what follows a colon is a parameter."""

_NARROWEST_CAP_DEG = 0.5


@dataclass(frozen=True)
class Projection:
    """One panel of a view.

    Attributes
    ----------
    law : str
        How it is projected.
    title : str
        What stands in its corner.
    latitude_deg, longitude_deg : float
        Its middle [deg].
    radius_deg : float
        Of a cap, from its middle to its edge [deg].
    """

    law: Law
    title: str = ""
    latitude_deg: float = 0.0
    longitude_deg: float = 0.0
    radius_deg: float = 90.0

    @property
    def is_round(self) -> bool:
        """Whether it is a disc of radius 1."""
        return self.law in ("globe", "cap")

    @property
    def is_polar(self) -> bool:
        """Whether its middle is a pole."""
        return self.is_round and abs(self.latitude_deg) == 90.0

    @property
    def half_size(self) -> tuple[float, float]:
        """Half of width and height, in its own units."""
        if self.law == "equal-earth":
            return float(equal_earth(0.0, np.pi)[0]), float(equal_earth(np.pi / 2, 0.0)[1])
        return (np.pi, np.pi / 2) if self.law == "lat-lon" else (1.0, 1.0)

    @property
    def _centre(self) -> Point:
        return float(np.radians(self.latitude_deg)), float(np.radians(self.longitude_deg))

    def project(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> tuple[Floats, Floats]:
        """Place points [deg] on the panel; not-a-number where it does not show them."""
        latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
        if self.law == "globe":
            return orthographic(latitude, longitude, self._centre)
        if self.law == "cap":
            return stereographic(latitude, longitude, self._centre, float(np.radians(self.radius_deg)))
        wrapped = (longitude + np.pi) % (2 * np.pi) - np.pi
        if self.law == "equal-earth":
            return equal_earth(latitude, wrapped)
        return wrapped, np.asarray(latitude, dtype=np.float64)

    def places(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude [rad] of what the panel shows at x, y; not-a-number outside of it."""
        if self.law == "globe":
            return orthographic_inverse(x, y, self._centre)
        if self.law == "cap":
            return stereographic_inverse(x, y, self._centre, float(np.radians(self.radius_deg)))
        if self.law == "equal-earth":
            return equal_earth_inverse(x, y)
        return y, x


def view(text: str, body: str = "Moon") -> tuple[Projection, ...]:
    """Return the panels of a view.

    Parameters
    ----------
    text : str
        One of :data:`VIEWS`, with its parameter after a colon.
    body : str
        The Moon alone has a near side and a far side; elsewhere panels say longitudes.

    Returns
    -------
    tuple of Projection

    Raises
    ------
    InputError
        An unknown name, or a parameter that cannot be.

    Examples
    --------
    >>> [panel.title for panel in view("sides")]
    ['near side', 'far side']
    >>> view("south-cap:75")[0].radius_deg
    15.0
    """
    name, _, parameter = text.strip().partition(":")
    near, far = ("near side", "far side") if body == "Moon" else ("above 0° E", "above 180° E")
    sides = Projection("globe", near), Projection("globe", far, 0.0, 180.0)
    poles = Projection("globe", "north pole", 90.0), Projection("globe", "south pole", -90.0)
    plain: dict[str, tuple[Projection, ...]] = {
        "world": (Projection("equal-earth"), *poles),
        "lat-lon": (Projection("lat-lon"),),
        "globes": (*sides, *poles),
        "sides": sides,
        "near-side": sides[:1],
        "far-side": sides[1:],
        "poles": poles,
        "north-pole": poles[:1],
        "south-pole": poles[1:],
    }
    if name in plain and not parameter:
        return plain[name]
    if name == "globe":
        return (_globe(text, parameter),)
    caps = {"north-cap": (1,), "south-cap": (-1,), "caps": (1, -1)}
    if name in caps:
        edge = _cap_edge(text, parameter)
        return tuple(_cap(side, edge) for side in caps[name])
    raise InputError(f"view: {text!r}; there are: {', '.join(VIEWS)}")


def _globe(text: str, parameter: str) -> Projection:
    try:
        latitude, longitude = (float(part) for part in (parameter or "0,0").split(","))
    except ValueError:
        latitude = longitude = np.nan
    if not (abs(latitude) <= 90.0 and abs(longitude) <= 360.0):
        raise InputError(
            f"view: {text!r}; wanted latitude (-90 to 90) and longitude in degrees, such as globe:-30,120"
        )
    north, east = f"{abs(latitude):g}° {'S' if latitude < 0 else 'N'}", f"{longitude:g}° E"
    return Projection("globe", f"above {north}, {east}", latitude, longitude)


def _cap_edge(text: str, parameter: str) -> float:
    try:
        edge = abs(float(parameter or "60"))
    except ValueError:
        edge = np.nan
    if not 0.0 <= edge <= 90.0 - _NARROWEST_CAP_DEG:
        raise InputError(
            f"view: {text!r}; wanted the latitude of the cap's edge in degrees, from 0 to "
            f"{90.0 - _NARROWEST_CAP_DEG:g}, such as south-cap:75"
        )
    return edge


def _cap(side: int, edge: float) -> Projection:
    letter, pole = ("N", "north") if side > 0 else ("S", "south")
    return Projection("cap", f"{pole} of {edge:g}° {letter}", 90.0 * side, 0.0, 90.0 - edge)


def nearest_points(
    projection: Projection, latitude_deg: ArrayLike, longitude_deg: ArrayLike, width_px: int
) -> NDArray[np.int64]:
    """Assign the pixels of a panel to the nearest of P points.

    Parameters
    ----------
    projection : Projection
        The panel.
    latitude_deg, longitude_deg : array_like [P]
        The points [deg].
    width_px : int
        W, its width [px]; the height follows.

    Returns
    -------
    ndarray of int64 [H, W]
        Index of the point; -1 outside the map. The first row is the top.
    """
    points = unit_vectors(np.radians(latitude_deg), np.radians(longitude_deg))
    return _nearest(projection, np.ascontiguousarray(points).tobytes(), width_px)


@lru_cache(maxsize=16)
def _nearest(projection: Projection, points: bytes, width_px: int) -> NDArray[np.int64]:
    latitude, longitude = projection.places(*_pixels(width_px, *projection.half_size))
    inside = ~np.isnan(latitude)
    nearest = np.full(latitude.shape, -1, dtype=np.int64)
    nearest[inside] = _tree(points).query(unit_vectors(latitude[inside], longitude[inside]))[1]
    return nearest


@lru_cache(maxsize=4)
def _tree(points: bytes):  # type: ignore[no-untyped-def]
    from scipy.spatial import cKDTree

    return cKDTree(np.frombuffer(points).reshape(-1, 3))


def _pixels(width_px: int, x_most: float, y_most: float) -> tuple[Floats, Floats]:
    """Centres of pixels, the top row first."""
    height_px = round(width_px * y_most / x_most)
    x = ((np.arange(width_px) + 0.5) / width_px * 2 - 1) * x_most
    y = (1 - (np.arange(height_px) + 0.5) / height_px * 2) * y_most
    across, down = np.meshgrid(x, y)
    return across, down
