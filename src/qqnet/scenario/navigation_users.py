"""Users of navigation: how they move, what they measure, and how they make a position of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.navigation_errors import NavigationErrors
from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import (
    Angle,
    Duration,
    Elevation,
    Latitude,
    Name,
    PositiveDuration,
    PositiveLength,
    SurfaceAltitude,
    Velocity,
)

Measurement = Literal["one-way", "two-way", "doppler"]


class Waypoint(Part):
    """A place on a route."""

    latitude: Latitude
    longitude: Angle = Field(description="east")
    altitude: SurfaceAltitude = Field(0.0, description="above the reference surface")


class DescentPoint(Waypoint):
    """A place on a way down."""

    at: Duration = Field(description="since the user's start")


class ReceiverClock(Part):
    """A user's clock."""

    type: Literal["tcxo", "ocxo", "csac", "uso", "rafs"] = Field(
        "ocxo", description="crystal with temperature compensation, in an oven, chip-scale atomic, ..."
    )
    allan_1s: float | None = Field(
        None, gt=0.0, lt=1e-3, description="Allan deviation at 1 s by white frequency noise, instead"
    )
    random_walk: float | None = Field(
        None, ge=0.0, lt=1e-3, description="Allan deviation at 1 s by random walk of frequency, instead"
    )


class Terrain(Part):
    """What a map of the terrain tells of the altitude."""

    sigma: PositiveLength = Field(description="error of the map, 1 sigma")
    correlation_length: PositiveLength = Field(
        1.0, description="way over which the error is the same; 1 km where not given"
    )
    noise: PositiveLength = Field(
        0.001, description="of single values: height of the antenna, relief; 1 m where not given"
    )


class Altimeter(Part):
    """An altimeter over mapped terrain."""

    sigma: PositiveLength = Field(description="of one measurement, 1 sigma")
    below: PositiveLength = Field(30.0, description="greatest altitude; 30 km where not given")


class _User(Described):
    name: Name
    providers: list[Name] = Field(
        [], description="nodes, constellations or networks it listens to; as in the body's grid if not given"
    )
    start: Duration = Field(0.0, description="after the scenario's start")
    duration: PositiveDuration | None = Field(
        None, description="6 h, or the way down, where not given; ends with the scenario at the latest"
    )
    step: PositiveDuration = Field(60.0, description="between measurements; 1 min where not given")
    mask: Elevation = Field(0.08726646259971647, description="lowest usable elevation; 5 deg where not given")
    measurements: list[Measurement] = Field(
        ["one-way", "doppler"], min_length=1, description="to each satellite in view"
    )
    two_way_noise: PositiveLength = Field(0.001, description="of a two-way range, 1 sigma; 1 m if not given")
    clock: ReceiverClock = ReceiverClock()
    errors: NavigationErrors | None = Field(
        None, description="error budget; that of the body's grid where not given"
    )
    initial_position: PositiveLength = Field(
        1.0, description="uncertainty of the filter's start, 1 sigma an axis; 1 km where not given"
    )
    initial_velocity: Velocity = Field(0.01, gt=0.0, description="likewise; 10 m/s where not given")
    initial_time: PositiveDuration = Field(1e-3, description="of the clock; 1 ms where not given")
    goal: PositiveLength = Field(0.05, description="wanted radius of 95 % in space; 50 m where not given")


class RoverUser(_User):
    """A rover on its way over the surface."""

    kind: Literal["rover"]
    body: str
    route: list[Waypoint] = Field(min_length=2, description="great circles between the points")
    speed: Velocity = Field(gt=0.0, description="over the ground")
    terrain: Terrain | None = Field(None, description="altitude from a map; none where not given")
    velocity_noise: Velocity = Field(
        5e-5,
        gt=0.0,
        description="change of velocity that the filter allows for in a minute; 5 cm/s if not given",
    )


class LanderUser(_User):
    """A lander on its way down."""

    kind: Literal["lander"]
    body: str
    descent: list[DescentPoint] = Field(min_length=2, description="smooth between the points")
    terrain: Terrain | None = Field(
        None, description="map below; without it the altimeter's sigma counts alone"
    )
    altimeter: Altimeter | None = Field(None, description="none where not given")
    velocity_noise: Velocity = Field(
        5e-4,
        gt=0.0,
        description="error of the measured acceleration, as velocity in a minute; 0.5 m/s if not given",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [point.at for point in self.descent]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise broken("goes back in time; 'at' must grow from point to point", "descent")
        return self


class OrbiterUser(_User):
    """A node of the scenario in orbit."""

    kind: Literal["orbiter"]
    node: Name = Field(description="a spacecraft of the scenario")
    velocity_noise: Velocity = Field(
        1e-7,
        gt=0.0,
        description="error of the modelled motion, as velocity in a minute; 0.1 mm/s if not given",
    )


class SiteUser(_User):
    """A node of the scenario that stands still."""

    kind: Literal["site"]
    node: Name = Field(description="a site of the scenario")
    terrain: Terrain | None = Field(None, description="altitude from a map; none where not given")
    velocity_noise: Velocity = Field(
        1e-8,
        gt=0.0,
        description="change of velocity that the filter allows for in a minute; 10 um/s if not given",
    )


NavigationUser = Annotated[RoverUser | LanderUser | OrbiterUser | SiteUser, Field(discriminator="kind")]
"""Anyone whose navigation is looked at over time."""
