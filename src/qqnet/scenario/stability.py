"""Questions about years: whether a constellation holds, and what keeping it costs."""

from __future__ import annotations

from pydantic import Field

from qqnet.scenario.part import Described, Part
from qqnet.scenario.quantities import Altitude, Angle, Elevation, Name, PositiveDuration, Velocity


class Keeping(Part):
    """Station keeping of a constellation: boxes that a satellite must not leave, and errors of its control."""

    interval: PositiveDuration = Field(
        1_209_600.0, description="time between decisions; 14 d where not given"
    )
    eccentricity: float = Field(
        0.01, gt=0.0, lt=1.0, description="greatest distance of the mean eccentricity vector from its first"
    )
    phase: Angle = Field(
        0.05235987755982989,
        description="greatest distance from its place in the pattern; 3 deg where not given",
    )
    plane: Angle | None = Field(
        None, description="greatest turn of a plane against the others; planes drift where not given"
    )
    position_error: Altitude = Field(
        0.03, description="of orbit determination, 1 sigma an axis; 30 m where not given"
    )
    velocity_error: Velocity = Field(
        1e-5, ge=0.0, description="of orbit determination, 1 sigma an axis; 1 cm/s where not given"
    )
    burn_error: float = Field(0.01, ge=0.0, lt=1.0, description="of a burn's size, 1 sigma, as a share of it")
    pointing_error: Angle = Field(
        0.017453292519943295, ge=0.0, description="of a burn's direction, 1 sigma; 1 deg where not given"
    )


class Stability(Described):
    """A long look at one constellation: coverage and elements over years, left alone and kept."""

    body: str = Field(description="the body that is covered, about which the satellites move")
    duration: PositiveDuration = Field(
        31_557_600.0, description="from the scenario's start; one year where not given"
    )
    step: PositiveDuration = Field(
        900.0, description="time between epochs of coverage; 15 min where not given"
    )
    points: int = Field(642, ge=4, le=200_000, description="points of equal area on the surface")
    mask: Elevation | None = Field(
        None, description="lowest usable elevation; that of the body's grid where not given"
    )
    fold: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="satellites in view that are wanted; as in the body's grid if not given",
    )
    providers: list[Name] = Field([], description="nodes that count; as in the body's grid where not given")
    keeping: Keeping = Field(Keeping(), description="how it is kept in the second look")
