"""Orbit definitions of a scenario; `qqnet.orbits` turns them into trajectories."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import (
    Angle,
    Epoch,
    Inclination,
    Length,
    Position,
    PositiveDuration,
    PositiveLength,
    VelocityVector,
)

InertialFrame = Literal[
    "ICRF", "ECLIPJ2000", "MOON_OP", "MOON_EQUATOR", "EARTH_EQUATOR", "MARS_EQUATOR", "VENUS_EQUATOR"
]


class KeplerianOrbit(Part):
    """Elements about a body in a stated inertial frame (axes frozen at the epoch of the elements).

    The size is given in one of three ways: `a` with `e`; `periapsis_altitude` with `apoapsis_altitude`;
    `period` with `e`.
    """

    type: Literal["keplerian"]
    body: str = Field(description="central body")
    frame: InertialFrame = Field(description="axes of the elements")
    a: PositiveLength | None = Field(None, description="semi-major axis")
    e: float | None = Field(None, ge=0.0, lt=1.0, description="eccentricity")
    period: PositiveDuration | None = Field(None, description="orbital period, instead of a")
    periapsis_altitude: Length | None = Field(None, description="above the mean radius, instead of a and e")
    apoapsis_altitude: Length | None = Field(None, description="above the mean radius, instead of a and e")
    i: Inclination = Field(description="inclination")
    raan: Angle = Field(0.0, description="right ascension of the ascending node")
    argp: Angle = Field(0.0, description="argument of periapsis")
    mean_anomaly: Angle | None = Field(None, description="at the epoch; 0 deg where neither anomaly is given")
    true_anomaly: Angle | None = Field(None, description="at the epoch, instead of mean_anomaly")
    epoch: Epoch | None = Field(
        None, description="of the elements (UTC); the scenario's start where not given"
    )
    perturbations: Literal["none", "secular-j2"] = Field("none", description="beyond two-body motion")
    elements: Literal["osculating", "mean", "frozen"] = Field(
        "osculating",
        description="what they are under `dynamics`: those of the instant; averages over a revolution; or "
        "such, with i and argp moved to where eccentricity and argument of periapsis stand still",
    )

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        ways = {
            "a and e": (self.a, self.e),
            "period and e": (self.period, self.e),
            "periapsis_altitude and apoapsis_altitude": (self.periapsis_altitude, self.apoapsis_altitude),
        }
        complete = [name for name, values in ways.items() if None not in values]
        given = sum(
            value is not None
            for value in (self.a, self.e, self.period, self.periapsis_altitude, self.apoapsis_altitude)
        )
        if len(complete) != 1 or given != 2:
            raise broken(f"needs its size in exactly one way: {'; or '.join(ways)}")
        if self.elements == "frozen" and (self.e == 0.0 or self.periapsis_altitude is not None):
            raise broken("needs its size as a or period, and an e above 0 that the orbit keeps", "elements")
        if self.mean_anomaly is not None and self.true_anomaly is not None:
            raise broken("is given besides mean_anomaly; give one of the two", "true_anomaly")
        low, high = self.periapsis_altitude, self.apoapsis_altitude
        if low is not None and high is not None and low > high:
            raise broken("is above apoapsis_altitude; exchange the two", "periapsis_altitude")
        return self


ThreeBodySystem = Literal["Earth-Moon", "Sun-Earth", "Sun-Venus", "Sun-Mars", "Sun-Jupiter"]


class LibrationPoint(Part):
    """A node that stays at a libration point of the instantaneous, pulsating two-body geometry."""

    type: Literal["libration-point"]
    system: ThreeBodySystem
    point: Literal["L1", "L2", "L3", "L4", "L5"]


class ThreeBodyState(Part):
    """State of a periodic orbit where it crosses the xz plane, nondimensional rotating coordinates."""

    x: float = Field(ge=-100.0, le=100.0, description="along the line of the two bodies, from the barycentre")
    z: float = Field(0.0, ge=-100.0, le=100.0, description="out of their orbit plane")
    vy: float = Field(ge=-100.0, le=100.0, description="velocity across that line, in the rotating frame")


class ThreeBodyOrbit(Part):
    """A periodic orbit of the circular restricted three-body problem.

    It is a member of a `family`, chosen by one of `resonance`, `az`, `jacobi` and `period`; or a packaged
    `seed`; or a `state` that is corrected to the nearest periodic orbit. Without `dynamics` the orbit is mapped
    onto the real places of the two bodies; with it, it is brought into the real field of forces.
    """

    type: Literal["three-body"]
    system: ThreeBodySystem = "Earth-Moon"
    family: str | None = Field(None, description="such as halo-L2-south; its member by one of the next four")
    resonance: str | None = Field(None, description="revolutions of the orbit to those of the bodies: 9:2")
    az: PositiveLength | None = Field(None, description="greatest distance from the plane of the two bodies")
    jacobi: float | None = Field(None, ge=-100.0, le=100.0, description="Jacobi constant, nondimensional")
    period: PositiveDuration | None = Field(None, description="of the orbit in the rotating frame")
    seed: str | None = Field(None, description="name of a packaged periodic orbit, instead of family")
    state: ThreeBodyState | None = Field(None, description="initial guess, instead of family")
    phase: float = Field(0.0, ge=0.0, lt=1.0, description="fraction of the period at the scenario's start")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(origin is not None for origin in (self.family, self.seed, self.state)) != 1:
            raise broken("needs exactly one of family, seed and state")
        members = {"resonance": self.resonance, "az": self.az, "jacobi": self.jacobi, "period": self.period}
        given = [key for key, value in members.items() if value is not None]
        if self.family is None and given:
            raise broken("chooses a member of a family; give the family, or leave it out", given[0])
        if self.family is not None and len(given) != 1:
            raise broken(f"needs exactly one of {', '.join(members)} to choose its member", "family")
        return self


class StateOrbit(Part):
    """Position and velocity relative to a body at a time.

    Without `dynamics` the motion is that of two bodies, and the state must belong to an ellipse.
    """

    type: Literal["state"]
    body: str = Field(description="central body")
    frame: InertialFrame = Field("ICRF", description="axes of the two vectors, frozen at the epoch")
    position: Position = Field(description="relative to the body's centre, by its components")
    velocity: VelocityVector = Field(description="relative to the body, by its components")
    epoch: Epoch | None = Field(None, description="of the state (UTC); the scenario's start where not given")


class MessageOrbit(Part):
    """State, mass, area and manoeuvres of a CCSDS Orbit Parameter Message (OPM), KVN or XML.

    With `dynamics`, what the message says of the spacecraft is used where the scenario does not say it.
    """

    type: Literal["opm"]
    file: str = Field(description="the message, relative to the scenario file")


Orbit = Annotated[
    KeplerianOrbit | LibrationPoint | ThreeBodyOrbit | StateOrbit | MessageOrbit, Field(discriminator="type")
]


class Walker(Part):
    """A Walker pattern t/p/f: planes spread over 360 deg (delta) or 180 deg (star) of node."""

    type: Literal["walker-delta", "walker-star"]
    satellites: int = Field(ge=1, le=10_000, description="t, total number of satellites")
    planes: int = Field(ge=1, description="p, number of planes; divides satellites")
    phasing: int = Field(0, ge=0, description="f, relative phasing, 0 to planes - 1")

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.satellites % self.planes:
            raise broken(f"does not divide the number of satellites, {self.satellites}", "planes")
        if self.phasing >= self.planes:
            raise broken(f"must be from 0 to planes - 1, here {self.planes - 1}", "phasing")
        return self
