"""The shielded zone of the Moon: where the Moon hides all emissions from near the Earth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links.domain import positive
from qqnet.space.bodies import body
from qqnet.space.timescales import format_utc

SHIELDED_RADIUS_KM: Final = 100_000.0
"""Emissions from within this distance of the Earth's centre are shielded: Radio Regulations, note to article 22
section V (from a quotation; the Regulations themselves were not read)."""

MOON_RADIUS_KM: Final = body("Moon").mean_radius_km
"""Mean radius of the Moon [km]."""


@dataclass(frozen=True)
class Stay:
    """When a node is in the shielded zone, at the times that were looked at.

    Attributes
    ----------
    node : str
        Single node.
    share : float
        Share of the times [1].
    first_s, last_s : float
        First and last of them [TDB s past J2000].
    """

    node: str
    share: float
    first_s: float
    last_s: float

    @property
    def text(self) -> str:
        """For messages: how much of the time, and from when to when."""
        first, last = (format_utc(time, digits=0) for time in (self.first_s, self.last_s))
        share = f"{100.0 * self.share:.3g} % of the time"
        return share if self.share >= 1.0 else f"{share}, first {first}, last {last}"


def in_shielded_zone(
    position_km: ArrayLike, earth_position_km: ArrayLike, moon_radius_km: float = MOON_RADIUS_KM
) -> NDArray[np.bool_]:
    """Whether the Moon hides every point within 100,000 km of the Earth's centre.

    Seen from the position, the ball about the Earth is a disc, and so is the Moon: the position is in the zone if
    the first lies wholly in the second. The Moon is a sphere; what stands below its surface, in a crater, counts
    as on it.

    Parameters
    ----------
    position_km : array_like, shape [..., 3]
        Positions relative to the Moon's centre [km].
    earth_position_km : array_like, shape [..., 3]
        The Earth relative to the Moon's centre [km], same axes, same time.
    moon_radius_km : float, optional
        Radius of the sphere [km]; the Moon's mean radius where not given.

    Returns
    -------
    ndarray of bool, shape [...]
        True in the zone.

    Raises
    ------
    InputError
        If the radius is not positive, or the Earth is so close that there is no zone.

    Examples
    --------
    On the surface, behind the Moon and at the limb:

    >>> in_shielded_zone([[-1737.4, 0.0, 0.0], [0.0, 1737.4, 0.0]], [384400.0, 0.0, 0.0])
    array([ True, False])
    """
    radius = float(positive(moon_radius_km, "the Moon's radius", "km"))
    position = np.asarray(position_km, dtype=np.float64)
    earth = np.asarray(earth_position_km, dtype=np.float64)
    nearest = float(np.min(np.linalg.norm(earth, axis=-1), initial=np.inf))
    if not nearest > SHIELDED_RADIUS_KM + radius:
        raise InputError(
            f"the Earth is {nearest:g} km from the Moon's centre; a shielded zone needs it more than "
            f"{SHIELDED_RADIUS_KM + radius:g} km away"
        )
    to_earth = earth - position
    height = np.linalg.norm(position, axis=-1)
    distance = np.linalg.norm(to_earth, axis=-1)
    moon = np.arcsin(np.minimum(radius / np.maximum(height, 1e-9), 1.0))
    ball = np.arcsin(np.minimum(SHIELDED_RADIUS_KM / np.maximum(distance, 1e-9), 1.0))
    cross = np.linalg.norm(np.cross(-position, to_earth), axis=-1)
    separation = np.arctan2(cross, np.sum(-position * to_earth, axis=-1))
    return np.asarray((distance > SHIELDED_RADIUS_KM) & (separation + ball <= moon))
