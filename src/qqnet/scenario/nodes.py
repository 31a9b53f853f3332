"""Nodes: spacecraft, constellations, surface sites, ground stations, imported ephemerides."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.dynamics import Dynamics, DynamicsKey
from qqnet.scenario.eclipse import EclipsePower
from qqnet.scenario.horizon import Horizon
from qqnet.scenario.orbits import KeplerianOrbit, LibrationPoint, Orbit, ThreeBodyOrbit, Walker
from qqnet.scenario.part import Described, broken
from qqnet.scenario.quantities import (
    Angle,
    AngularRate,
    DataSize,
    Elevation,
    Latitude,
    Name,
    SurfaceAltitude,
)
from qqnet.scenario.weather import SiteWeather

Service = Literal["relay", "navigation"]
Network = Literal["core", "earth", "moon", "mars", "venus"]

IPN_HIGHEST = 2**32 - 1
"""Node numbers of the ipn scheme fit 32 bits (RFC 9758)."""


class _Node(Described):
    name: Name
    ipn: int = Field(ge=1, le=IPN_HIGHEST, description="node number; a constellation's first")
    network: Network = Field("core", description="the network it belongs to")
    terminals: list[Name] = Field([], description="names from the scenario's terminals")
    services: list[Service] = Field(
        [], description="relay: carries others' bundles; navigation: broadcasts a ranging signal"
    )
    storage: DataSize | None = Field(
        None,
        description="room for bundles, each satellite's own in a constellation; without limit where not given",
    )


class _Flying(_Node):
    """What a body may hide from the Sun."""

    eclipse: EclipsePower | None = Field(None, description="limit of transmission while in shadow")

    @model_validator(mode="after")
    def _limited_terminals_are_carried(self) -> Self:
        for name in () if self.eclipse is None else self.eclipse.terminals:
            if name not in self.terminals:
                carried = ", ".join(self.terminals) or "none"
                raise broken(
                    f"limits {name!r}, which this node does not carry; it carries: {carried}",
                    "eclipse.terminals",
                )
        return self


class _Moving(_Flying):
    """What moves under forces."""

    @model_validator(mode="after")
    def _one_kind_of_motion(self) -> Self:
        orbit: object = getattr(self, "orbit", None)
        dynamics: Dynamics | None = getattr(self, "dynamics", None)
        if dynamics is None:
            if isinstance(orbit, KeplerianOrbit) and orbit.elements != "osculating":
                raise broken(
                    f"gives {orbit.elements} elements, which mean something under real forces only; add "
                    "'dynamics: numerical', or leave 'elements' out",
                    "orbit",
                )
            return self
        if isinstance(orbit, LibrationPoint):
            point = orbit.point if orbit.point in ("L1", "L2", "L3") else "L2"
            raise broken(
                "makes no sense at a libration point, where nothing stays by itself; take an orbit about it, "
                f"such as {{type: three-body, family: halo-{point}-south, az: 13000 km}}",
                "dynamics",
            )
        if isinstance(orbit, ThreeBodyOrbit) and dynamics.burns:
            raise broken(
                "holds burns, which a periodic orbit in the real field is found without; start from a state to "
                "fly them",
                "dynamics",
            )
        if isinstance(orbit, KeplerianOrbit) and orbit.perturbations != "none":
            raise broken(
                f"contradicts 'perturbations: {orbit.perturbations}' of the orbit; leave one of them out",
                "dynamics",
            )
        return self


_DYNAMICS = "forces to integrate the motion under; the orbit is analytic where not given"


class Spacecraft(_Moving):
    """One spacecraft in an orbit."""

    kind: Literal["spacecraft"]
    orbit: Orbit
    dynamics: DynamicsKey | None = Field(None, description=_DYNAMICS)


class Constellation(_Moving):
    """A pattern of equal spacecraft, named ``NAME-01`` and so on; `orbit` is the first one's."""

    kind: Literal["constellation"]
    pattern: Walker
    orbit: KeplerianOrbit
    dynamics: DynamicsKey | None = Field(None, description=_DYNAMICS)


_HORIZON = (
    "terrain by azimuth, linear between its points, closing round; the greater of it and the mask holds"
)
_WEATHER = "clouds in the way of lasers, on Earth; the sky is always clear where not given"


class Site(_Node):
    """A place on (or above) a body's surface."""

    kind: Literal["site"]
    body: str = Field(description="the body it stands on")
    latitude: Latitude = Field(description="geodetic on Earth, planetocentric elsewhere")
    longitude: Angle = Field(description="east")
    altitude: SurfaceAltitude = Field(0.0, description="above the reference surface")
    mask: Elevation = Field(0.08726646259971647, description="lowest usable elevation; 5 deg where not given")
    horizon: Horizon | None = Field(None, description=_HORIZON)
    weather: SiteWeather | None = Field(None, description=_WEATHER)
    drift: AngularRate = Field(0.0, description="eastward drift in longitude, for balloons")

    @model_validator(mode="after")
    def _horizon_of_a_place(self) -> Self:
        if self.horizon is not None and self.drift != 0.0:
            raise broken("is that of one place, and this node drifts; leave one of the two out", "horizon")
        return self

    @model_validator(mode="after")
    def _weather_of_the_earth(self) -> Self:
        if self.weather is not None and (self.body != "Earth" or self.drift != 0.0):
            raise broken("is known of fixed places on Earth alone; leave it out here", "weather")
        return self


class GroundStation(_Node):
    """A station or control centre on Earth."""

    kind: Literal["ground-station"]
    latitude: Latitude = Field(description="geodetic")
    longitude: Angle = Field(description="east")
    altitude: SurfaceAltitude = Field(0.0, description="above the ellipsoid")
    mask: Elevation = Field(0.08726646259971647, description="lowest usable elevation; 5 deg where not given")
    horizon: Horizon | None = Field(None, description=_HORIZON)
    weather: SiteWeather | None = Field(None, description=_WEATHER)

    @property
    def body(self) -> str:
        """The body it stands on."""
        return "Earth"

    @property
    def drift(self) -> float:
        """Drift in longitude [rad/s]: none."""
        return 0.0


class EphemerisNode(_Flying):
    """A spacecraft whose motion comes from an ephemeris file."""

    kind: Literal["ephemeris"]
    file: str = Field(
        description="relative to the scenario file; CCSDS OEM, SPICE SPK, STK, CSV, Parquet, OMM or TLE"
    )
    object: str | None = Field(
        None, description="name or identifier in the file, where it holds several objects"
    )


Node = Annotated[
    Spacecraft | Constellation | Site | GroundStation | EphemerisNode, Field(discriminator="kind")
]


def member_names(node: Node) -> list[str]:
    """Names of the single nodes that an entry stands for.

    Parameters
    ----------
    node : Node
        Any entry of the scenario's ``nodes``.

    Returns
    -------
    list of str
        The entry's own name, or one name for each satellite of a constellation.
    """
    if not isinstance(node, Constellation):
        return [node.name]
    width = max(2, len(str(node.pattern.satellites)))
    return [f"{node.name}-{k:0{width}d}" for k in range(1, node.pattern.satellites + 1)]
