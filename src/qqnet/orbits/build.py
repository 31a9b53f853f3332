"""From a scenario's nodes to their trajectories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbits.anomalies import mean_from_true
from qqnet.orbits.kepler import (
    Elements,
    SecularRates,
    check_clearance,
    elements_from_state,
    secular_j2_rates,
    semi_major_axis_km,
    size_from_apsides,
    state,
)
from qqnet.orbits.sites import Place, place_trajectory
from qqnet.orbits.trajectory import TIME_ROUNDING_S, Trajectories, Trajectory, fit_trajectories
from qqnet.orbits.walker import walker
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import (
    Constellation,
    EphemerisNode,
    GroundStation,
    Node,
    Site,
    Spacecraft,
    member_names,
)
from qqnet.scenario.orbits import KeplerianOrbit, LibrationPoint, ThreeBodyOrbit
from qqnet.space.bodies import Body, body
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable, check_span
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc
from qqnet.space.turning import rotation_table
from qqnet.threebody.cr3bp import system
from qqnet.threebody.periodic import PeriodicOrbit, correct
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.synodic import center_of, libration_position, orbit_position, period_s

Floats = NDArray[np.float64]
Span = tuple[float, float]

MARGIN_S: Final = 1800.0
"""Added at both ends of the scenario's span [s]: light from Mars at its farthest takes 1340 s."""

RECORD_TIMESCALES: Final = 6.0
"""First trial of a record's length in units of sqrt(r^3 / GM) at the least distance from the centre."""


def build_trajectories(scenario: Scenario, ephemeris: Ephemeris) -> Trajectories:
    """Turn every node of a scenario into a trajectory.

    Parameters
    ----------
    scenario : Scenario
        The network.
    ephemeris : Ephemeris
        Where the bodies are.

    Returns
    -------
    Trajectories
        All nodes, constellations expanded, in file order, over the scenario's span and half an hour on both
        sides as far as the ephemeris reaches. Imported ephemerides cover what their file covers.

    Raises
    ------
    InputError
        If an orbit is impossible; the message names the node.
    EphemerisRangeError
        If the scenario's span is not covered.
    """
    start, stop = scenario.time.start_s, scenario.time.stop_s
    check_span("ephemeris", ephemeris.span, [start, stop])
    span = max(start - MARGIN_S, ephemeris.span[0]), min(stop + MARGIN_S, ephemeris.span[1])
    turning: dict[str, ChebyshevTable] = {}
    nodes: list[Trajectory] = []
    for entry in scenario.nodes:
        try:
            if isinstance(entry, Site | GroundStation):
                if entry.body not in turning:
                    turning[entry.body] = _rotation(entry.body, scenario.nodes, span, ephemeris)
                nodes.append(place_trajectory(_place(entry, start), span, turning[entry.body]))
            elif isinstance(entry, EphemerisNode):
                nodes.append(_imported(entry, scenario, span))
            else:
                nodes.extend(_spacecraft(entry, start, span, ephemeris))
        except InputError as error:
            error.args = (f"node {entry.name!r}: {error}",)
            raise
    return Trajectories.build(ephemeris, nodes)


# ------------------------------------------------------------------------------------------ places and files


def _place(entry: Site | GroundStation, epoch: float) -> Place:
    return Place(entry.name, entry.body, entry.latitude, entry.longitude, entry.altitude, entry.drift, epoch)


def _rotation(name: str, entries: Sequence[Node], span: Span, ephemeris: Ephemeris) -> ChebyshevTable:
    """Fit the rotation of a body so that its highest place is still right."""
    home = body(name)
    heights = [e.altitude for e in entries if isinstance(e, Site | GroundStation) and e.body == name]
    reach = 1.01 * home.equatorial_radius_km + max([0.0, *heights])
    return rotation_table(home, span, ephemeris, reach_km=reach)


def _imported(entry: EphemerisNode, scenario: Scenario, span: Span) -> Trajectory:
    from qqnet.ephemerides.oem import read_oem
    from qqnet.orbits.tabulated import tabulated_trajectory

    segments = read_oem(scenario.directory / entry.file).of_object(entry.object)
    needed = scenario.time.start_s, scenario.time.stop_s
    return tabulated_trajectory(segments, entry.name, needed, wanted=span)


# ---------------------------------------------------------------------------------------------------- orbits


def _spacecraft(
    entry: Spacecraft | Constellation, start: float, span: Span, ephemeris: Ephemeris
) -> list[Trajectory]:
    orbit = entry.orbit
    if isinstance(orbit, KeplerianOrbit):
        elements = keplerian_elements(orbit)
        if isinstance(entry, Constellation):
            pattern = entry.pattern
            kind: Literal["delta", "star"] = "delta" if pattern.type == "walker-delta" else "star"
            elements = elements.shifted(*walker(pattern.satellites, pattern.planes, pattern.phasing, kind))
        epoch = start if orbit.epoch is None else tdb_from_utc(orbit.epoch)
        return _keplerian(member_names(entry), orbit, elements, epoch, span, ephemeris)
    if isinstance(orbit, LibrationPoint):
        return _libration(entry.name, orbit, span, ephemeris)
    return _three_body(entry.name, orbit, start, span, ephemeris)


def keplerian_elements(orbit: KeplerianOrbit) -> Elements:
    """Return the elements that a scenario's orbit means.

    Parameters
    ----------
    orbit : KeplerianOrbit
        As written.

    Returns
    -------
    Elements
        At the orbit's epoch, in its frame.

    Raises
    ------
    InputError
        If the orbit is no ellipse, or dips below the surface.
    """
    center = body(orbit.body)
    a: float | Floats
    e: float | Floats
    if orbit.periapsis_altitude is not None and orbit.apoapsis_altitude is not None:
        radius = center.mean_radius_km
        a, e = size_from_apsides(radius + orbit.periapsis_altitude, radius + orbit.apoapsis_altitude)
    else:
        e = orbit.e or 0.0
        a = orbit.a if orbit.a is not None else semi_major_axis_km(orbit.period or 0.0, center.gm_km3_s2)
    check_clearance(a, e, center.mean_radius_km, center.name)
    mean = orbit.mean_anomaly or 0.0
    anomaly = mean if orbit.true_anomaly is None else mean_from_true(orbit.true_anomaly, e)
    return Elements(a, e, orbit.i, orbit.raan, orbit.argp, anomaly)


def _keplerian(
    names: list[str],
    orbit: KeplerianOrbit,
    elements: Elements,
    epoch: float,
    span: Span,
    ephemeris: Ephemeris,
) -> list[Trajectory]:
    """Fit satellites of one size and shape, all at once."""
    center = body(orbit.body)
    axes = rotation(orbit.frame, epoch, ephemeris)
    rates = None
    if orbit.perturbations == "secular-j2":
        axes, elements, rates = _with_j2(center, orbit, elements, axes, epoch, ephemeris)
    elapsed = span[0] - epoch

    def position(dt: Floats) -> Floats:
        inertial, _ = state(elements, center.gm_km3_s2, elapsed + dt, rates)
        return np.asarray(
            inertial.reshape(dt.size, -1, 3) @ axes, dtype=np.float64
        )  # transpose of the matrix

    periapsis = float(np.min(np.asarray(elements.a_km) * (1.0 - np.asarray(elements.e))))
    interval = RECORD_TIMESCALES * float(np.sqrt(periapsis**3 / center.gm_km3_s2))
    # Sines and sums of numbers as large as the apoapsis are rounded.
    tolerance = max(TOLERANCE_KM, 1e-14 * float(np.max(np.asarray(elements.a_km) * 2.0)))
    return fit_trajectories(position, span, names, orbit.body, tolerance_km=tolerance, interval_s=interval)


def _with_j2(
    center: Body, orbit: KeplerianOrbit, elements: Elements, axes: Floats, epoch: float, ephemeris: Ephemeris
) -> tuple[Floats, Elements, SecularRates]:
    """Return the axes of the body's equator, the elements in these, and their secular rates."""
    if center.equator_frame is None:
        raise InputError(f"secular-j2 about {center.name}: the frame of its equator is not known; use none")
    if orbit.frame != center.equator_frame:
        equator = rotation(center.equator_frame, epoch, ephemeris)
        r, v = state(elements, center.gm_km3_s2)
        turn = axes.T @ equator.T  # row vectors: first to ICRF, then to the equator
        elements, axes = elements_from_state(r @ turn, v @ turn, center.gm_km3_s2), equator
    return axes, elements, secular_j2_rates(elements, center.gm_km3_s2, center.j2, center.j2_radius_km)


def _libration(name: str, orbit: LibrationPoint, span: Span, ephemeris: Ephemeris) -> list[Trajectory]:
    pair = system(orbit.system)
    center, _ = center_of(pair, orbit.point)

    def position(dt: Floats) -> Floats:
        return libration_position(pair, orbit.point, span[0] + dt, ephemeris)

    return fit_trajectories(
        position, span, [name], center, tolerance_km=_reachable(position), interval_s=pair.mean_period_s / 8.0
    )


def _three_body(
    name: str, orbit: ThreeBodyOrbit, start: float, span: Span, ephemeris: Ephemeris
) -> list[Trajectory]:
    pair = system(orbit.system)
    if orbit.seed is not None:
        pair_of_seed, periodic = seed_orbit(orbit.seed)
        if pair_of_seed.name != pair.name:
            raise InputError(f"orbit {orbit.seed!r} belongs to {pair_of_seed.name}, not to {pair.name}")
    elif orbit.state is not None:
        given = orbit.state
        periodic = correct(pair.mu, given.x, given.z, given.vy, fixed="z" if given.z else "x")

    def position(dt: Floats) -> Floats:
        return orbit_position(pair, periodic, span[0] + dt, ephemeris, epoch_s=start, phase=orbit.phase)

    interval = RECORD_TIMESCALES * _shortest_timescale(periodic) * period_s(pair, periodic) / periodic.period
    return fit_trajectories(
        position, span, [name], pair.secondary, tolerance_km=_reachable(position), interval_s=interval
    )


def _shortest_timescale(orbit: PeriodicOrbit) -> float:
    """Return sqrt(r^3 / GM) at the closest approach to either primary, nondimensional, at most an eighth turn."""
    places = orbit.states(np.linspace(0.0, 1.0, 513))[:, :3]
    scales = [
        np.min(np.linalg.norm(places - [x, 0.0, 0.0], axis=1)) ** 1.5 / np.sqrt(gm)
        for x, gm in ((-orbit.mu, 1.0 - orbit.mu), (1.0 - orbit.mu, orbit.mu))
    ]
    return float(min(*scales, np.pi / 4.0 / RECORD_TIMESCALES))


def _reachable(position: Callable[[Floats], Floats]) -> float:
    """Return the tolerance [km] that the rounding of absolute times allows a function of the ephemeris."""
    first, later = position(np.array([0.0, 60.0]))
    return max(TOLERANCE_KM, 2.0 * TIME_ROUNDING_S * float(np.linalg.norm(later - first)) / 60.0)
