"""Orbit definitions of a scenario; `qqnet.orbits` turns them into trajectories."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Angle, Epoch, Inclination, Length, PositiveDuration, PositiveLength

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
        if self.mean_anomaly is not None and self.true_anomaly is not None:
            raise broken("is given besides mean_anomaly; give one of the two", "true_anomaly")
        low, high = self.periapsis_altitude, self.apoapsis_altitude
        if low is not None and high is not None and low > high:
            raise broken("is above apoapsis_altitude; exchange the two", "periapsis_altitude")
        return self


ThreeBodySystem = Literal["Earth-Moon", "Sun-Earth"]


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
    """A periodic orbit of the circular restricted three-body problem, mapped onto the real geometry.

    Either `seed`, a name from the table in `qqnet.threebody.cr3bp`, or a `state` that is corrected to the
    nearest periodic orbit.
    """

    type: Literal["three-body"]
    system: ThreeBodySystem = "Earth-Moon"
    seed: str | None = Field(None, description="name of a packaged periodic orbit")
    state: ThreeBodyState | None = Field(None, description="initial guess, instead of seed")
    phase: float = Field(0.0, ge=0.0, lt=1.0, description="fraction of the period at the scenario's start")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.seed is None) == (self.state is None):
            raise broken("needs exactly one of seed and state")
        return self


Orbit = Annotated[KeplerianOrbit | LibrationPoint | ThreeBodyOrbit, Field(discriminator="type")]


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
