"""From a scenario's nodes to their trajectories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from qqnet.errors import InputError
from qqnet.orbits.analytic import (
    keplerian_trajectories,
    libration_trajectory,
    mapped_trajectory,
    periodic_orbit,
    two_body_trajectories,
)
from qqnet.orbits.initial import elements_of, epoch_of, initial_states, message_of
from qqnet.orbits.sites import Place, place_trajectory
from qqnet.orbits.trajectory import Trajectories, Trajectory
from qqnet.scenario.dynamics import Dynamics
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
from qqnet.scenario.orbits import (
    KeplerianOrbit,
    LibrationPoint,
    MessageOrbit,
    ThreeBodyOrbit,
)
from qqnet.space.bodies import body
from qqnet.space.chebyshev import ChebyshevTable, check_span
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.turning import rotation_table

if TYPE_CHECKING:
    from qqnet.dynamics.burns import Burn
    from qqnet.dynamics.model import ForceModel
    from qqnet.orbits.initial import InitialStates
    from qqnet.orbits.numerical import Motion, TableStore

Span = tuple[float, float]

MARGIN_S: Final = 1800.0
"""Added at both ends of the scenario's span [s]: light from Mars at its farthest takes 1340 s."""


def build_trajectories(
    scenario: Scenario,
    ephemeris: Ephemeris,
    *,
    advance: Callable[[float], None] | None = None,
    store: TableStore | None = None,
) -> Trajectories:
    """Turn every node of a scenario into a trajectory.

    Parameters
    ----------
    scenario : Scenario
        The network.
    ephemeris : Ephemeris
        Where the bodies are.
    advance : callable, optional
        Told the share done, 0 to 1.
    store : TableStore, optional
        Where integrated motion is kept and looked for.

    Returns
    -------
    Trajectories
        All nodes, constellations expanded, in file order, over the scenario's span and half an hour on both
        sides as far as the ephemeris reaches. Imported ephemerides cover what their file covers.

    Raises
    ------
    InputError
        If an orbit is impossible; the message names the node.
    PropagationError
        If a spacecraft meets the surface of a body; the message names it and the UTC time.
    EphemerisRangeError
        If the scenario's span is not covered.
    """
    start, stop = scenario.time.start_s, scenario.time.stop_s
    check_span("ephemeris", ephemeris.span, [start, stop])
    span = max(start - MARGIN_S, ephemeris.span[0]), min(stop + MARGIN_S, ephemeris.span[1])
    turning: dict[str, ChebyshevTable] = {}
    nodes: dict[str, Trajectory] = {}
    moving: list[Spacecraft | Constellation] = []
    for entry in scenario.nodes:
        with _naming(entry):
            if isinstance(entry, Site | GroundStation):
                if entry.body not in turning:
                    turning[entry.body] = _rotation(entry.body, scenario.nodes, span, ephemeris)
                made = [place_trajectory(place_of(entry, start), span, turning[entry.body])]
            elif isinstance(entry, EphemerisNode):
                made = [_imported(entry, scenario, span)]
            elif entry.dynamics is None:
                made = _analytic(entry, scenario, span, ephemeris)
            else:
                moving.append(entry)
                continue
        text = analytic_text(entry)
        nodes.update((one.name, replace(one, dynamics=text)) for one in made)
    if moving:
        nodes |= _integrated(moving, scenario, span, ephemeris, advance, store)
    return Trajectories.build(ephemeris, [nodes[name] for name in scenario.node_names])


@contextmanager
def _naming(entry: Node) -> Iterator[None]:
    """Put a node's name before what is wrong with it."""
    try:
        yield
    except InputError as error:
        error.args = (f"node {entry.name!r}: {error}",)
        raise


def analytic_text(entry: Node) -> str:
    """Say how the motion of a node without integrated dynamics is found."""
    if isinstance(entry, Site | GroundStation):
        return "site"
    if isinstance(entry, EphemerisNode):
        return "imported"
    orbit = entry.orbit
    if isinstance(orbit, LibrationPoint):
        return "libration point of DE440 geometry"
    if isinstance(orbit, ThreeBodyOrbit):
        return "CR3BP on DE440 geometry"
    if isinstance(orbit, KeplerianOrbit) and orbit.perturbations == "secular-j2":
        return "secular J2"
    return "two-body"


# ------------------------------------------------------------------------------------------ places and files


def place_of(entry: Site | GroundStation, epoch: float) -> Place:
    """Return a site as a place, which drifts, if at all, from an epoch on [TDB s past J2000]."""
    return Place(entry.name, entry.body, entry.latitude, entry.longitude, entry.altitude, entry.drift, epoch)


def _rotation(name: str, entries: Sequence[Node], span: Span, ephemeris: Ephemeris) -> ChebyshevTable:
    """Fit the rotation of a body so that its highest place is still right."""
    home = body(name)
    heights = [e.altitude for e in entries if isinstance(e, Site | GroundStation) and e.body == name]
    reach = 1.01 * home.equatorial_radius_km + max([0.0, *heights])
    return rotation_table(home, span, ephemeris, reach_km=reach)


def _imported(entry: EphemerisNode, scenario: Scenario, span: Span) -> Trajectory:
    from qqnet.orbits.imported import imported_trajectory

    needed = scenario.time.start_s, scenario.time.stop_s
    return imported_trajectory(scenario.directory / entry.file, entry.object, entry.name, needed, span)


# ---------------------------------------------------------------------------------------------------- orbits


def _analytic(
    entry: Spacecraft | Constellation, scenario: Scenario, span: Span, ephemeris: Ephemeris
) -> list[Trajectory]:
    orbit, names, start = entry.orbit, member_names(entry), scenario.time.start_s
    if isinstance(orbit, KeplerianOrbit):
        elements, epoch = elements_of(entry, orbit), epoch_of(orbit, scenario)
        return keplerian_trajectories(names, orbit, elements, epoch, span, ephemeris)
    if isinstance(orbit, LibrationPoint):
        return [libration_trajectory(entry.name, orbit, span, ephemeris)]
    if isinstance(orbit, ThreeBodyOrbit):
        return [mapped_trajectory(entry.name, orbit, start, span, ephemeris)]
    if isinstance(orbit, MessageOrbit) and message_of(orbit, scenario).maneuvers:
        raise InputError(f"{orbit.file} holds manoeuvres, which two-body motion does not fly; add 'dynamics'")
    begun = initial_states(entry, scenario, ephemeris)
    return two_body_trajectories(names, body(begun.center), begun.states, begun.epoch_s, span)


def _integrated(
    entries: Sequence[Spacecraft | Constellation],
    scenario: Scenario,
    span: Span,
    ephemeris: Ephemeris,
    advance: Callable[[float], None] | None,
    store: TableStore | None,
) -> dict[str, Trajectory]:
    """Integrate what moves under forces; periodic orbits one by one, everything else in batches."""
    from qqnet.orbits.numerical import Shares, integrate

    periodic = [entry for entry in entries if isinstance(entry.orbit, ThreeBodyOrbit)]
    others = [entry for entry in entries if not isinstance(entry.orbit, ThreeBodyOrbit)]
    shares = Shares([1.0] * len(periodic) + [1.0] * bool(others), advance)
    motions, found = [], {}
    for entry in others:  # first, so that what is wrong in them is told before the work begins
        with _naming(entry):
            motions.append(_motion(entry, scenario, ephemeris))
    for n, entry in enumerate(periodic):
        with _naming(entry):
            found[entry.name] = _real(entry, scenario.time.start_s, span, ephemeris, store)
        shares.of(n)(1.0)
    if motions:
        needed = scenario.time.start_s, scenario.time.stop_s
        told = shares.of(len(periodic))
        found |= integrate(motions, span, ephemeris, needed=needed, advance=told, store=store)
    return found


def _motion(entry: Spacecraft | Constellation, scenario: Scenario, ephemeris: Ephemeris) -> Motion:
    from qqnet.orbits.meant_elements import with_elements_meant
    from qqnet.orbits.numerical import Motion

    begun, model, burns, engine = _forces(entry, scenario, ephemeris)
    if isinstance(entry.orbit, KeplerianOrbit):
        begun = with_elements_meant(entry.orbit, begun, model, ephemeris)
    return Motion(begun, model, burns, engine)


def _forces(
    entry: Spacecraft | Constellation, scenario: Scenario, ephemeris: Ephemeris
) -> tuple[InitialStates, ForceModel, tuple[Burn, ...], str]:
    """Return initial states of the elements as written, forces, burns and integrator of an entry."""
    from qqnet.orbits.forces import burns_of, force_model, with_message

    begun, dynamics = initial_states(entry, scenario, ephemeris), entry.dynamics or Dynamics()
    burns = burns_of(dynamics)
    if isinstance(entry.orbit, MessageOrbit):
        message = message_of(entry.orbit, scenario)
        dynamics, burns = with_message(dynamics, message), burns or message.burns()
    model = force_model(dynamics, begun.center, begun.lowest_altitude_km)
    return begun, model, burns, dynamics.propagator


def _real(
    entry: Spacecraft | Constellation,
    start: float,
    span: Span,
    ephemeris: Ephemeris,
    store: TableStore | None,
) -> Trajectory:
    from qqnet.orbits.real_field import real_trajectory

    orbit, dynamics = entry.orbit, entry.dynamics
    assert isinstance(orbit, ThreeBodyOrbit)
    assert dynamics is not None
    return real_trajectory(entry.name, orbit, dynamics, start, span, ephemeris, store)


def dynamics_texts(scenario: Scenario, ephemeris: Ephemeris) -> dict[str, str]:
    """Say how the motion of each entry of a scenario's nodes is found, without finding it.

    Parameters
    ----------
    scenario : Scenario
        The network.
    ephemeris : Ephemeris
        For frames.

    Returns
    -------
    dict of str to str
        Name of the entry -> one line.

    Raises
    ------
    InputError
        If an orbit is impossible; the message names the node.
    """
    texts = {}
    for entry in scenario.nodes:
        with _naming(entry):
            texts[entry.name] = _dynamics_text(entry, scenario, ephemeris)
    return texts


def _dynamics_text(entry: Node, scenario: Scenario, ephemeris: Ephemeris) -> str:
    if not isinstance(entry, Spacecraft | Constellation) or entry.dynamics is None:
        if isinstance(entry, Spacecraft) and isinstance(entry.orbit, ThreeBodyOrbit):
            periodic_orbit(entry.orbit)  # or it is told that there is none
        return analytic_text(entry)
    if isinstance(entry.orbit, ThreeBodyOrbit):
        from qqnet.orbits.real_field import forces_on, real_text

        pair, _, model = forces_on(entry.orbit, entry.dynamics)
        return real_text(pair, model)
    return _forces(entry, scenario, ephemeris)[1].text()
