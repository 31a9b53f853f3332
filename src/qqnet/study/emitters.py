"""Who sends where and when: the emissions of a study as beams, and positions over its span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.geometry import elevation_rad, segment_clearance_km
from qqnet.links.ends import RfTransmit
from qqnet.links.terminals import transmit_end
from qqnet.scenario.nodes import GroundStation, Site, member_names
from qqnet.scenario.terminals import RfTerminal
from qqnet.space.bodies import BODIES, body
from qqnet.spectrum.emissions import link_kind, region
from qqnet.spectrum.flux import share_in_reference_db
from qqnet.spectrum.patterns import FallingPattern

if TYPE_CHECKING:
    from qqnet.scenario.nodes import Node
    from qqnet.study.study import Study

MOST_SAMPLES: Final = 2000
"""Times looked at together, to bound the memory."""

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sent:
    """One emission of a terminal: what it sends over a kind of link.

    Attributes
    ----------
    node, terminal, link : str
        Entry of ``nodes``, transmit terminal, kind of link.
    end : RfTransmit
        The transmitter with its antenna.
    gain_dbi : FallingPattern
        Gain at angles off the antenna's axis.
    bandwidth_hz : float or None
        Occupied bandwidth [Hz]; None where the scenario does not say.
    """

    node: str
    terminal: str
    link: str
    end: RfTransmit
    gain_dbi: FallingPattern
    bandwidth_hz: float | None

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the emission."""
        return self.node, self.terminal, self.link

    @property
    def occupied_hz(self) -> tuple[float, float]:
        """Lower and upper edge [Hz]; the carrier twice where the bandwidth is not known."""
        half = 0.5 * (self.bandwidth_hz or 0.0)
        return self.end.frequency_hz - half, self.end.frequency_hz + half

    @property
    def power_dbw(self) -> float:
        """Power into the antenna [dBW]."""
        return float(10.0 * np.log10(self.end.power_w)) - self.end.loss_db

    def power_in_dbw(self, reference_hz: float) -> float:
        """Power into the antenna in a reference bandwidth [dBW]."""
        return self.power_dbw + share_in_reference_db(self.bandwidth_hz, reference_hz)


@dataclass(frozen=True)
class Beam:
    """A node's antennas that point at another node, or at the body below.

    Attributes
    ----------
    source : str
        Single node.
    target : str
        Single node, or a body for a broadcast.
    sent : list of Sent
        What is sent that way.
    bodies : tuple of str
        Those that may stand between.
    """

    source: str
    target: str
    bodies: tuple[str, ...]
    sent: list[Sent] = field(default_factory=list)


def beams(study: Study) -> list[Beam]:
    """List the beams of all radio transmitters, ordered as the links are; broadcasts last.

    Parameters
    ----------
    study : Study
        For the links that the equipment allows.

    Returns
    -------
    list of Beam
    """
    scenario = study.scenario
    entries = {name: node for node in scenario.nodes for name in member_names(node)}
    found: dict[tuple[str, str], Beam] = {}
    patterns: dict[str, FallingPattern] = {}
    for link in study.links:
        terminal = scenario.terminals[link.transmit]
        if not isinstance(terminal, RfTerminal):
            continue
        source, target = entries[link.source], entries[link.target]
        kind = link_kind(source, target, terminal, scenario.terminals[link.receive])
        beam = found.setdefault(
            (link.source, link.target), Beam(link.source, link.target, _between(source, target))
        )
        sent = _sent(source, link.transmit, terminal, kind, patterns)
        if sent.key not in {each.key for each in beam.sent}:
            beam.sent.append(sent)
    broadcasts = []
    for node in scenario.nodes:
        home = region(node)
        for name in node.terminals:
            terminal = scenario.terminals[name]
            if isinstance(terminal, RfTerminal) and terminal.transmit and "broadcast" in terminal.roles:
                if home not in BODIES or isinstance(node, Site | GroundStation):
                    continue
                kind = "lunar-broadcast" if home == "Moon" else f"{home.lower()}-broadcast"
                sent = _sent(node, name, terminal, kind, patterns)
                broadcasts += [Beam(member, home, (), [sent]) for member in member_names(node)]
    return [*found.values(), *broadcasts]


def radio_nodes(study: Study) -> list[str]:
    """List the single nodes that send or are sent to by radio, so that all can be propagated at once."""
    known = set(study.scenario.node_names)
    return sorted({end for beam in beams(study) for end in (beam.source, beam.target)} & known)


def _sent(
    node: Node, name: str, terminal: RfTerminal, kind: str, patterns: dict[str, FallingPattern]
) -> Sent:
    end = transmit_end(terminal)
    assert isinstance(end, RfTransmit)
    assert terminal.transmit is not None
    if name not in patterns:
        patterns[name] = FallingPattern(end.antenna, end.frequency_hz)
    return Sent(node.name, name, kind, end, patterns[name], terminal.transmit.bandwidth)


def _between(source: Node, target: Node) -> tuple[str, ...]:
    """Bodies that may stand between two nodes: those that they are at, and the Moon where one is at the Earth."""
    homes = {home for home in (region(source), region(target)) if home in BODIES}
    if "Earth" in homes and homes - {"Earth"}:
        homes |= {"Moon"}
    if "Moon" in homes and homes - {"Moon"}:
        homes |= {"Earth"}
    return tuple(sorted(homes))


@dataclass(frozen=True, eq=False)
class Sample:
    """Some moments: positions of nodes and bodies relative to the Earth.

    Attributes
    ----------
    times_s : ndarray, shape [T]
        TDB s past J2000.
    positions : dict of str to ndarray, shape [T, 3]
        [km], ICRF axes.
    surfaces : dict of str to str
        Node that stands on a surface -> its body.
    """

    times_s: Floats
    positions: dict[str, Floats]
    surfaces: dict[str, str]

    def sees(self, beam: Beam) -> Booleans:
        """Whether no body stands between the ends of a beam; a site sees what is above its horizon."""
        one, two = self.positions[beam.source], self.positions[beam.target]
        free = np.ones(len(self.times_s), dtype=np.bool_)
        for name in beam.bodies:
            centre = self.positions[name]
            stands = [end for end in (beam.source, beam.target) if self.surfaces.get(end) == name]
            for end in stands:
                here, there = (one, two) if end == beam.source else (two, one)
                up = here - centre
                free &= elevation_rad(there - here, up / np.linalg.norm(up, axis=-1, keepdims=True)) > 0.0
            if not stands:
                free &= segment_clearance_km(one, two, centre, body(name).mean_radius_km) > 0.0
        return free


def samples(study: Study, names: set[str]) -> Iterator[Sample]:
    """Cut the span, at the scenario's step, into samples with the positions of some nodes and bodies.

    Parameters
    ----------
    study : Study
        For trajectories.
    names : set of str
        Nodes and bodies.

    Yields
    ------
    Sample
    """
    time = study.scenario.time
    trajectories = study.trajectories_of(sorted(names & set(study.scenario.node_names)))
    times = np.append(np.arange(time.start_s, time.stop_s, time.step), time.stop_s)
    surfaces = {
        node.name: node.body for node in study.scenario.nodes if isinstance(node, Site | GroundStation)
    }
    for part in np.array_split(times, -(-len(times) // MOST_SAMPLES)):
        positions = {name: trajectories.position(name, part, "Earth") for name in sorted(names)}
        yield Sample(part, positions, surfaces)
