"""Orbit determination of a constellation: who ranges with whom, how well, and what is taken for granted."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet import units
from qqnet.scenario.gnss import GnssSystem
from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import (
    Altitude,
    AreaToMass,
    Duration,
    Name,
    PositiveDuration,
    PositiveLength,
    Quantity,
    SmallAngle,
)

MOST_EPOCHS = 20_000
"""Epochs of a filter: a week at 30 s."""

_BUILT_IN = ("USO", "RAFS", "DSAC")

PositiveVelocity = Annotated[
    float, Quantity(units.VELOCITY, at_least=1e-30, at_most=1000.0, bounds="above zero")
]
SmallAcceleration = Annotated[float, Quantity(units.ACCELERATION, at_least=0.0, bounds="zero or more")]


class ClockType(Described):
    """A clock by its Allan deviation: sqrt(white² / tau + flicker² + walk² tau) at averaging time tau [s]."""

    white_fm: float = Field(ge=0.0, lt=1.0, description="white noise of frequency at 1 s")
    flicker_fm: float = Field(0.0, ge=0.0, lt=1.0, description="flicker floor")
    random_walk_fm: float = Field(0.0, ge=0.0, lt=1.0, description="random walk of frequency at 1 s")
    aging_per_day: float = Field(0.0, ge=0.0, lt=1.0, description="unknown drift of frequency a day, 1 sigma")


class StationErrors(Part):
    """What is not known of a station and is not estimated, 1 sigma (consider parameters)."""

    position: Altitude = Field(0.0, description="of each axis")
    bias: Altitude = Field(0.0, description="constant error of its ranges")
    troposphere: Altitude = Field(0.0, description="of the modelled zenith delay")
    ionosphere: Altitude = Field(0.0, description="of the modelled zenith delay")
    clock: Duration = Field(0.0, description="offset from system time; enters one-way ranges")


class Tracking(Described):
    """Tracking from ground stations or from sites on the body: ranges, range rates, one-way ranges."""

    name: Name = Field(description="of this source, in results")
    stations: list[Name] = Field(min_length=1, description="nodes that stand on a body")
    range: PositiveLength | None = Field(None, description="noise of a two-way range, 1 sigma")
    doppler: PositiveVelocity | None = Field(
        None, description="noise of a two-way range rate over the interval, 1 sigma"
    )
    one_way: PositiveLength | None = Field(None, description="noise of a one-way range, 1 sigma")
    one_way_doppler: PositiveVelocity | None = Field(
        None, description="noise of a one-way range rate over the interval, 1 sigma"
    )
    direction: Literal["from-satellite", "to-satellite"] = Field(
        "from-satellite", description="of the one-way signal"
    )
    interval: PositiveDuration = Field(60.0, description="time between observations; 60 s where not given")
    hours_per_day: PositiveDuration = Field(86_400.0, description="work of each station each day")
    offset: Duration = Field(0.0, description="begin of each day's work after the start of the analysis")
    beams: int = Field(1, ge=1, le=1000, description="satellites that a station tracks at a time")
    dwell: PositiveDuration = Field(
        1800.0, description="time on a satellite before the next; 30 min where not given"
    )
    errors: StationErrors = Field(StationErrors(), description="what is not known of the stations")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any((self.range, self.doppler, self.one_way, self.one_way_doppler)):
            raise broken("observes nothing; give at least one of range, doppler, one_way and one_way_doppler")
        return self


class Crosslinking(Described):
    """Ranging between the satellites; visible are those that no body hides."""

    kind: Literal["two-way", "one-way", "dual-one-way"] = Field(
        "dual-one-way",
        description="two-way: ranges free of clocks; one-way; dual-one-way: both ways, which compares clocks too",
    )
    range: PositiveLength = Field(description="noise of a range or pseudorange, 1 sigma")
    doppler: PositiveVelocity | None = Field(None, description="noise of a range rate, 1 sigma")
    interval: PositiveDuration = Field(300.0, description="time between observations; 5 min where not given")
    links: int = Field(4, ge=1, le=1000, description="links of a satellite at a time; partners go round")
    range_max: PositiveLength | None = Field(None, description="longest link; any where not given")


class GnssTracking(Described):
    """Pseudoranges of navigation satellites about the Earth: as a receiver hears them, or by angle."""

    receiver: Name | None = Field(
        None,
        description="what each satellite carries: a receiver of the section `gnss`, with its C/N0 and noise",
    )
    systems: list[GnssSystem] = Field(
        [], description="with a receiver: systems that count; those of the section `gnss` where not given"
    )
    transmitters: list[Name] = Field(
        [], description="without a receiver: nodes, constellations or networks that send"
    )
    range: PositiveLength | None = Field(
        None, description="without a receiver: noise of a pseudorange with the broadcast's error, 1 sigma"
    )
    reach: SmallAngle | None = Field(
        None,
        description="without a receiver: largest angle off the transmitter's nadir at which it is received",
    )
    channels: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="signals tracked at a time; where not given, all that a receiver hears, or 12 by angle",
    )
    interval: PositiveDuration = Field(60.0, description="time between observations; 60 s where not given")
    broadcast_correlation: Duration = Field(
        0.0,
        description="with a receiver: time that errors of the transmitters' broadcast last; they are weighed "
        "down for it. A step where not given",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_angle = {"transmitters": self.transmitters, "range": self.range, "reach": self.reach}
        if self.receiver is None:
            missing = [key for key, value in by_angle.items() if value in (None, [])]
            if missing:
                raise broken(
                    f"needs {', '.join(missing)}; give transmitters, range and reach, or a receiver of the "
                    "section 'gnss'"
                )
            if self.systems:
                raise broken("goes with a receiver; transmitters stand for systems here", "systems")
            if self.broadcast_correlation:
                raise broken("goes with a receiver; all noise is white here", "broadcast_correlation")
            return self
        for key, value in by_angle.items():
            if value not in (None, []):
                raise broken(
                    "goes without a receiver, which decides what is heard; leave one of both out", key
                )
        if len(set(self.systems)) != len(self.systems):
            raise broken("names a system twice; once is right", "systems")
        return self


class AprioriErrors(Part):
    """What is known of each satellite at the start, 1 sigma."""

    position: PositiveLength = Field(0.1, description="of each axis; 100 m where not given")
    velocity: PositiveVelocity = Field(1e-5, description="of each axis; 1 cm/s where not given")
    clock: PositiveDuration = Field(1e-6, description="bias; 1 us where not given")
    clock_rate: float = Field(1e-11, gt=0.0, lt=1.0, description="of the fractional frequency")
    sunlight: float = Field(
        0.1, gt=0.0, lt=100.0, description="of the scale of the pressure of sunlight, where it is estimated"
    )
    unknown: list[Literal["position", "velocity", "clock", "clock_rate"]] = Field(
        [], description="of which nothing is known at the start: only observations tell"
    )


class UnmodelledAcceleration(Part):
    """What the force model leaves out: a Gauss-Markov process on each axis."""

    radial: SmallAcceleration = Field(1e-12, description="1 sigma; 1 nm/s2 where not given")
    transverse: SmallAcceleration = Field(1e-12, description="1 sigma; 1 nm/s2 where not given")
    normal: SmallAcceleration = Field(1e-12, description="1 sigma; 1 nm/s2 where not given")
    correlation: PositiveDuration = Field(3600.0, description="time in which it changes; 1 h where not given")
    estimated: bool = Field(False, description="whether the filter has states for it; white noise otherwise")


class SunlightPressure(Part):
    """Pressure of sunlight, whose scale is estimated or taken for granted."""

    area_to_mass: AreaToMass
    reflectivity: float = Field(1.3, ge=0.0, le=2.0, description="coefficient C_R")
    estimated: bool = Field(
        True, description="whether its scale is estimated; a consider parameter otherwise"
    )
    scale: float = Field(
        0.1, ge=0.0, le=10.0, description="error of the scale as a consider parameter, 1 sigma"
    )


class GravityErrors(Part):
    """What is not known of the body's gravity and is not estimated, 1 sigma (consider parameters)."""

    gm: float = Field(0.0, ge=0.0, lt=1.0, description="of GM, as a share of it")
    degree_two: float = Field(0.0, ge=0.0, lt=1.0, description="of each normalised coefficient of degree two")


class BroadcastMessages(Part):
    """Ephemeris and clock messages: predictions of the filter, uploaded from time to time."""

    upload: PositiveDuration = Field(7200.0, description="time between uploads; 2 h where not given")
    latency: Duration = Field(
        1800.0, description="from the last observation in a message to its begin; 30 min where not given"
    )


class OrbitDetermination(Described):
    """Orbits and clocks of a body's navigation constellation, from tracking; covariance analysis."""

    body: str = Field(description="the body that the satellites are about")
    satellites: list[Name] = Field([], description="nodes; the providers of the body's grid where not given")
    start: Duration = Field(0.0, description="after the scenario's start")
    duration: PositiveDuration | None = Field(
        None, description="to the scenario's end where not given; may go on beyond it"
    )
    step: PositiveDuration = Field(300.0, description="of the filter; 5 min where not given")
    settle: Duration = Field(
        0.0, description="first part of the span that summary figures leave out, while the filter settles"
    )
    tracking: list[Tracking] = Field([], description="ground stations and beacons")
    crosslinks: Crosslinking | None = None
    gnss: GnssTracking | None = None
    clocks: dict[Name, ClockType] = Field({}, description="clocks of your own, by name")
    clock: str = Field("RAFS", description="on board: USO, RAFS, DSAC or one of `clocks`")
    clock_aging: bool = Field(False, description="whether the drift of the clock's frequency is estimated")
    apriori: AprioriErrors = AprioriErrors()
    acceleration: UnmodelledAcceleration = UnmodelledAcceleration()
    sunlight: SunlightPressure | None = None
    gravity: GravityErrors = GravityErrors()
    broadcast: BroadcastMessages = BroadcastMessages()
    smoother: bool = Field(
        False, description="whether the whole arc is smoothed too; memory grows with the span"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = [*_BUILT_IN, *self.clocks]
        if self.clock not in known:
            raise broken(f"is no known clock; known: {', '.join(known)}", "clock")
        own = sorted(set(self.clocks) & set(_BUILT_IN))
        if own:
            raise broken(f"holds {own[0]}, which is a built-in clock; take another name", "clocks")
        labels = [one.name for one in self.tracking]
        labels += ["crosslinks"] * (self.crosslinks is not None) + ["GNSS"] * (self.gnss is not None)
        twice = sorted({one for one in labels if labels.count(one) > 1})
        if twice:
            raise broken(f"holds the source {twice[0]!r} twice; give each a name of its own", "tracking")
        if not labels:
            raise broken("observes nothing; give tracking, crosslinks or gnss")
        stations = [name for one in self.tracking for name in one.stations]
        again = sorted({one for one in stations if stations.count(one) > 1})
        if again:
            raise broken(f"names the station {again[0]!r} twice; once is right", "tracking")
        if self.duration is not None:
            if self.step > self.duration:
                raise broken(f"must not be longer than the duration, {self.duration:g} s", "step")
            if self.duration / self.step > MOST_EPOCHS:
                raise broken(
                    f"makes {self.duration / self.step:.3g} epochs; at most {MOST_EPOCHS:,} are possible",
                    "step",
                )
            if self.settle >= self.duration:
                raise broken(f"must be shorter than the duration, {self.duration:g} s", "settle")
        return self
