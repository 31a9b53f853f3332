"""Orbit determination of a scenario's constellations: from what is written to the analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.access.horizon import HorizonProfile
from qqnet.errors import InputError
from qqnet.gnss.of_scenario import asked, own_transmitters, receiver_named, transmitters
from qqnet.orbit_determination.analysis import analyse
from qqnet.orbit_determination.clocks import CLOCKS, Clock
from qqnet.orbit_determination.crosslinks import Crosslinks
from qqnet.orbit_determination.gnss_ranging import CHANNELS, GnssRanging, SignalProvider, SignalsByAngle
from qqnet.orbit_determination.gnss_reception import SignalsByReception
from qqnet.orbit_determination.motion import Motion
from qqnet.orbit_determination.observations import RECEIVED, SENT
from qqnet.orbit_determination.parameters import Parameters, Station
from qqnet.orbit_determination.result import OrbitDeterminationResult
from qqnet.orbit_determination.setup import Broadcast, Setup, Source
from qqnet.orbit_determination.states import Acceleration, Apriori, Spacecraft
from qqnet.orbit_determination.stations import Site
from qqnet.orbit_determination.tracking import SiteTracking
from qqnet.scenario import nodes
from qqnet.scenario.model import Scenario
from qqnet.scenario.orbit_determination import GnssTracking, OrbitDetermination, Tracking
from qqnet.space.bodies import body
from qqnet.space.constants import SOLAR_FLUX_W_M2, SPEED_OF_LIGHT_KM_S
from qqnet.space.geodesy import cartesian_from_geodetic
from qqnet.study.fields import grid_of, providers
from qqnet.study.network import horizons
from qqnet.study.satellite_forces import force_model_of

if TYPE_CHECKING:
    from qqnet.orbits.trajectory import Trajectories
    from qqnet.study.study import Study

Floats = NDArray[np.float64]


def asked_of(scenario: Scenario, body_name: str) -> OrbitDetermination:
    """Return what a scenario asks of orbit determination at a body.

    Raises
    ------
    InputError
        Where it asks nothing there.
    """
    for one in scenario.orbit_determination:
        if one.body.lower() == body_name.lower():
            return one
    known = ", ".join(one.body for one in scenario.orbit_determination) or "none"
    raise InputError(
        f"{scenario.name} has no orbit determination at {body_name!r}; it has: {known}. "
        "Write one under 'orbit_determination'"
    )


def orbit_determination(
    study: Study, spec: OrbitDetermination, advance: Callable[[float], None]
) -> OrbitDeterminationResult:
    """Determine orbits and clocks; `advance` is told the share done."""
    setup = setup_of(study, spec)
    return OrbitDeterminationResult.build(setup, analyse(setup, advance), spec.settle)


def left_out(
    study: Study, spec: OrbitDetermination, advance: Callable[[float], None]
) -> dict[str, OrbitDeterminationResult | None]:
    """Repeat an orbit determination without each of its sources in turn.

    Parameters
    ----------
    study : Study
        The scenario.
    spec : OrbitDetermination
        What is asked.
    advance : callable
        Told the share done.

    Returns
    -------
    dict of str to OrbitDeterminationResult
        By the source that was left out; None where nothing is left to observe.
    """
    whole = setup_of(study, spec)
    found: dict[str, OrbitDeterminationResult | None] = {}
    count = len(whole.sources)
    for n, source in enumerate(whole.sources):
        rest = tuple(one for one in whole.sources if one is not source)
        if not rest:
            found[source.label] = None
            continue
        setup = replace(whole, sources=rest)

        def tell(share: float, n: int = n) -> None:
            advance((n + share) / count)

        found[source.label] = OrbitDeterminationResult.build(setup, analyse(setup, tell), spec.settle)
    return found


def setup_of(study: Study, spec: OrbitDetermination) -> Setup:
    """Return the analysis that a scenario's text means.

    Parameters
    ----------
    study : Study
        The scenario with its trajectories.
    spec : OrbitDetermination
        As written.

    Returns
    -------
    Setup

    Raises
    ------
    InputError
        If there are no satellites, or the span is shorter than a step.
    """
    scenario = study.scenario
    names = satellites_of(scenario, spec)
    times = _epochs(scenario, spec)
    craft = spacecraft_of(spec)
    parameters = _parameters(spec, names)
    longer = _long_enough(study, times)
    moved = longer.trajectories_of(names_needed(scenario, spec))
    models = tuple(force_model_of(longer, name, spec.body, times) for name in names)
    motion = Motion(spec.body, names, models, craft, parameters, moved, study.ephemeris)
    return Setup(
        motion,
        _sources(scenario, spec, moved),
        _occulters(scenario, spec.body),
        times,
        Broadcast(spec.broadcast.upload, spec.broadcast.latency),
        spec.smoother,
    )


def names_needed(scenario: Scenario, spec: OrbitDetermination) -> list[str]:
    """Return the nodes that take part: satellites, stations and beacons, transmitters of navigation signals."""
    stations = [station for tracking in spec.tracking for station in tracking.stations]
    transmitters: list[str] = []
    if spec.gnss is not None and spec.gnss.receiver is not None:
        transmitters = list(own_transmitters(scenario, spec.gnss.systems or None))
    elif spec.gnss is not None:
        transmitters = scenario.expand(spec.gnss.transmitters)
    return [*satellites_of(scenario, spec), *scenario.expand(stations), *transmitters]


def satellites_of(scenario: Scenario, spec: OrbitDetermination) -> tuple[str, ...]:
    """Return the satellites whose orbits are determined."""
    names = (
        scenario.expand(spec.satellites)
        if spec.satellites
        else providers(scenario, grid_of(scenario, spec.body))
    )
    fixed = [name for name in names if isinstance(scenario.entry(name), nodes.Site | nodes.GroundStation)]
    if fixed:
        raise InputError(
            f"orbit determination at {spec.body}: {fixed[0]} stands on a body; satellites have orbits"
        )
    return tuple(names)


def _epochs(scenario: Scenario, spec: OrbitDetermination) -> Floats:
    duration = scenario.time.duration - spec.start if spec.duration is None else spec.duration
    count = int(duration / spec.step + 1e-9)
    if count < 1 or spec.settle >= duration:
        raise InputError(
            f"orbit determination at {spec.body}: step ({spec.step:g} s) and settle ({spec.settle:g} s) must be "
            f"shorter than the span of {duration:g} s"
        )
    return scenario.time.start_s + spec.start + spec.step * np.arange(count + 1.0)


def _long_enough(study: Study, times: Floats) -> Study:
    """Return the study, or one whose motion goes on as long as the tracking does.

    An arc of tracking has a length of its own: whoever looks at an hour of the scenario still has satellites whose
    orbits come from a day of tracking.
    """
    from qqnet.study.study import Study

    time = study.scenario.time
    if times[-1] <= time.stop_s + 1e-6:
        return study
    longer = time.model_copy(update={"duration": float(times[-1]) - time.start_s})
    return Study(study.scenario.model_copy(update={"time": longer}), progress=study.progress)


def spacecraft_of(spec: OrbitDetermination) -> Spacecraft:
    """Return clock, noise and states of the satellites."""
    known, push, light = spec.apriori, spec.acceleration, spec.sunlight
    values = {
        "position": known.position, "velocity": known.velocity, "clock": known.clock,
        "clock_rate": known.clock_rate,
    } | dict.fromkeys(known.unknown, np.inf)  # fmt: skip
    strength = 0.0
    if light is not None:
        pressure = SOLAR_FLUX_W_M2 / (SPEED_OF_LIGHT_KM_S * 1e3)
        strength = pressure * light.area_to_mass * light.reflectivity / 1e3
    return Spacecraft(
        clock_of(spec),
        Apriori(
            values["position"], values["velocity"], values["clock"], values["clock_rate"], known.sunlight
        ),
        Acceleration((push.radial, push.transverse, push.normal), push.correlation, push.estimated),
        spec.clock_aging,
        light is not None and light.estimated,
        strength,
    )


def clock_of(spec: OrbitDetermination) -> Clock:
    """Return the clock on board."""
    if spec.clock in CLOCKS:
        return CLOCKS[spec.clock]
    own = spec.clocks[spec.clock]
    return Clock(spec.clock, own.white_fm, own.flicker_fm, own.random_walk_fm, own.aging_per_day)


def _parameters(spec: OrbitDetermination, names: Iterable[str]) -> Parameters:
    light = spec.sunlight
    return Parameters.build(
        gm=spec.gravity.gm,
        degree_two=spec.gravity.degree_two,
        sunlight=light.scale if light is not None and not light.estimated else 0.0,
        satellites=tuple(names),
        stations=[(name, _station(one)) for one in spec.tracking for name in one.stations],
    )


def _station(one: Tracking) -> Station:
    wrong = one.errors
    clock = wrong.clock * SPEED_OF_LIGHT_KM_S
    return Station(wrong.position, wrong.bias, wrong.troposphere, wrong.ionosphere, clock)


def _sources(scenario: Scenario, spec: OrbitDetermination, moved: Trajectories) -> tuple[Source, ...]:
    profiles = horizons(scenario)
    sources: list[Source] = [
        SiteTracking(
            one.name,
            tuple(_site(scenario, name, profiles.get(name)) for name in one.stations),
            one.range,
            one.doppler,
            one.one_way,
            one.one_way_doppler,
            SENT if one.direction == "from-satellite" else RECEIVED,
            one.interval,
            one.hours_per_day,
            one.offset,
            one.beams,
            one.dwell,
        )
        for one in spec.tracking
    ]
    links = spec.crosslinks
    if links is not None:
        longest = np.inf if links.range_max is None else links.range_max
        sources.append(
            Crosslinks(links.kind, links.range, links.doppler, links.interval, links.links, longest)
        )
    if spec.gnss is not None:
        lasting = spec.gnss.broadcast_correlation
        sources.append(GnssRanging(_signals(scenario, spec.gnss, moved), spec.gnss.interval, lasting))
    return tuple(sources)


def _signals(scenario: Scenario, spec: GnssTracking, moved: Trajectories) -> SignalProvider:
    """Return who hears which navigation signals: by a receiver's budget, or by angle."""
    if spec.receiver is not None:
        return SignalsByReception(
            receiver_named(scenario, spec.receiver),
            transmitters(scenario, moved, spec.systems or None),
            asked(scenario).earth_altitude,
            spec.channels,
        )
    assert spec.reach is not None  # the scenario's own rule
    assert spec.range is not None
    names = tuple(scenario.expand(spec.transmitters))
    return SignalsByAngle(names, spec.reach, spec.range, spec.channels or CHANNELS)


def _site(scenario: Scenario, name: str, profile: HorizonProfile | None) -> Site:
    entry = scenario.entry(name)
    if not isinstance(entry, nodes.Site | nodes.GroundStation):
        raise InputError(f"orbit determination: {name!r} does not stand on a body; stations do")
    home = body(entry.body)
    equatorial = polar = home.mean_radius_km
    if home.name == "Earth":
        equatorial, polar = home.equatorial_radius_km, home.polar_radius_km
    place = cartesian_from_geodetic(entry.latitude, entry.longitude, entry.altitude, equatorial, polar)
    up = np.array(
        [
            np.cos(entry.latitude) * np.cos(entry.longitude),
            np.cos(entry.latitude) * np.sin(entry.longitude),
            np.sin(entry.latitude),
        ]
    )
    return Site(name, entry.body, place, up, entry.mask, profile)


def _occulters(scenario: Scenario, center: str) -> tuple[tuple[str, float], ...]:
    """Return the bodies that hide satellites from each other and from stations, with their radii [km]."""
    found = []
    for name in dict.fromkeys((center, "Earth")):
        options = scenario.bodies.get(name)
        if options is None or options.occults:
            height = 0.0 if options is None else options.occulting_altitude
            found.append((name, body(name).mean_radius_km + height))
    return tuple(found)
