"""Service volumes: a zone of latitudes from the surface up, in which every user is to be served."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import Elevation, Latitude, Name, SurfaceAltitude

MOST_POINTS = 1_000_000
"""Points of all shells together."""

_POLE = 1.5707963267948966


class Shells(Part):
    """Altitudes evenly spread between two."""

    lowest: SurfaceAltitude = Field(0.0, description="above the surface; the surface where not given")
    highest: SurfaceAltitude = Field(description="above the surface")
    count: int = Field(4, ge=1, le=1000, description="number of shells, both ends included")

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if self.count > 1 and not self.highest > self.lowest:
            raise broken("must be above the lowest shell", "highest")
        if self.count == 1 and self.highest != self.lowest:
            raise broken(
                "is one shell between two altitudes; at least 2 reach from one to the other", "count"
            )
        return self


class ServiceVolume(Described):
    """A zone of latitudes on altitude shells, and when a user there counts as covered."""

    name: Name
    body: str
    south: Latitude = Field(-_POLE, description="southern edge; the south pole where not given")
    north: Latitude = Field(_POLE, description="northern edge; the north pole where not given")
    shells: Shells | None = Field(None, description="altitudes evenly spread, or give `altitudes`")
    altitudes: list[SurfaceAltitude] = Field([], description="altitudes of the shells, from below")
    points: int = Field(100, ge=1, le=200_000, description="points of equal area on each shell")
    mask: Elevation = Field(
        0.08726646259971647,
        description="lowest usable elevation above the local horizontal; 5 deg where not given. Below zero, down "
        "to the dip of the horizon of each shell at most",
    )
    fold: int = Field(4, ge=1, le=1000, description="satellites that must be in view")
    gdop: float | None = Field(
        None, gt=0.0, le=1e6, description="GDOP must be below it; not asked for where not given"
    )
    providers: list[Name] = Field(
        [], description="nodes, constellations or networks that count; empty: navigation nodes at this body"
    )

    @model_validator(mode="after")
    def _holds_points(self) -> Self:
        if not self.north > self.south:
            raise broken(
                "is not north of `south`, so the zone holds no point; from -90 deg at the south pole to 90 deg at "
                "the north pole",
                "north",
            )
        if (self.shells is None) == (not self.altitudes):
            raise broken("needs its altitudes: either `shells`, such as {highest: 125 km}, or `altitudes`")
        if any(b <= a for a, b in zip(self.altitudes, self.altitudes[1:], strict=False)):
            raise broken("must rise from one to the next", "altitudes")
        if self.points * len(self.altitudes_km) > MOST_POINTS:
            raise broken(f"makes more than {MOST_POINTS:,} points of all shells together", "points")
        return self

    @property
    def altitudes_km(self) -> list[float]:
        """Altitude of each shell, from below [km]."""
        if self.shells is None:
            return list(self.altitudes)
        low, high, last = self.shells.lowest, self.shells.highest, self.shells.count - 1
        return [low + (high - low) * k / last if k else low for k in range(last + 1)]
