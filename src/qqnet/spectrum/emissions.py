"""What the frequency rules speak of: emissions, sorted by where the two ends of their links are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import (
    EphemerisNode,
    GroundStation,
    Node,
    Site,
    member_names,
)
from qqnet.scenario.orbits import LibrationPoint, MessageOrbit, ThreeBodyOrbit
from qqnet.scenario.terminals import OpticalTerminal, RfTerminal, Terminal
from qqnet.spectrum.shielded_zone import Stay

DEEP_SPACE: Final = "deep space"
"""Region of what is about the Sun, more than 2 million km from the Earth."""

FAR_POINTS: Final = ("L3", "L4", "L5")
"""Points of Sun and planet that are far from the planet; deep space begins beyond L1 and L2 of the Earth."""

LINKS: Final = {
    "earth-to-moon": "links from Earth to the Moon",
    "moon-to-earth": "links from the Moon to Earth",
    "lunar-forward": "links to lunar users",
    "lunar-return": "links from lunar users",
    "lunar-crosslink": "links between lunar orbiters",
    "lunar-surface": "links on the lunar surface",
    "lunar-broadcast": "navigation broadcasts at the Moon",
    "earth-uplink": "links from the ground to spacecraft near the Earth",
    "earth-downlink": "links from spacecraft near the Earth to the ground",
    "earth-crosslink": "links between spacecraft near the Earth",
    "earth-broadcast": "navigation broadcasts at the Earth",
    "mars-forward": "links to users at Mars",
    "mars-return": "links from users at Mars",
    "mars-crosslink": "links between spacecraft at Mars",
    "mars-broadcast": "navigation broadcasts at Mars",
    "venus-forward": "links to users at Venus",
    "venus-return": "links from users at Venus",
    "venus-crosslink": "links between spacecraft at Venus",
    "venus-broadcast": "navigation broadcasts at Venus",
    "deep-space-down": "links from deep space to Earth",
    "deep-space-up": "links from Earth to deep space",
    "interplanetary": "links between spacecraft of different planets",
    "optical": "laser links",
}
"""Kinds of link that the rules know, and their names in words."""


@dataclass(frozen=True)
class Emission:
    """What one terminal of one entry of ``nodes`` sends over one kind of link.

    Attributes
    ----------
    node : str
        The entry: a node or a constellation.
    terminal : str
        The transmit terminal.
    link : str
        Kind of link, a key of `LINKS`; or words for what no rule speaks of.
    frequency_hz : float
        Carrier [Hz]; NaN for lasers.
    bandwidth_hz : float or None
        Occupied bandwidth [Hz]; None where the scenario does not say.
    senders_in_zone : frozenset of str
        Single nodes that send from within the shielded zone of the Moon.
    ends_in_zone : frozenset of str
        Single nodes, senders or receivers, in the shielded zone.
    stays : mapping of str to Stay
        When nodes are there, where that is known.
    """

    node: str
    terminal: str
    link: str
    frequency_hz: float
    bandwidth_hz: float | None
    senders_in_zone: frozenset[str] = frozenset()
    ends_in_zone: frozenset[str] = frozenset()
    stays: Mapping[str, Stay] = field(default_factory=dict, compare=False)

    @property
    def occupied_hz(self) -> tuple[float, float]:
        """Lower and upper edge [Hz]; the carrier twice where the bandwidth is not known."""
        half = 0.5 * (self.bandwidth_hz or 0.0)
        return self.frequency_hz - half, self.frequency_hz + half


def region(node: Node) -> str | None:
    """Where a node is, as frequency rules see it.

    Parameters
    ----------
    node : Node
        An entry of the scenario's ``nodes``.

    Returns
    -------
    str or None
        A body, with its surroundings; ``deep space``; None for an imported ephemeris in the core network, of
        which the scenario does not say where it is.

    Notes
    -----
    A spacecraft in orbit about the Earth counts as Earth, the points of Earth and Moon count as Moon, and L1 and
    L2 of Sun and planet, with the orbits about them, as the planet.
    """
    if isinstance(node, Site | GroundStation):
        return node.body
    if isinstance(node, EphemerisNode) or isinstance(node.orbit, MessageOrbit):
        return None if node.network == "core" else node.network.capitalize()
    orbit = node.orbit
    if not isinstance(orbit, LibrationPoint | ThreeBodyOrbit):
        return DEEP_SPACE if orbit.body == "Sun" else orbit.body
    if orbit.system == "Earth-Moon":
        return "Moon"
    point = orbit.point if isinstance(orbit, LibrationPoint) else (orbit.family or "")
    return DEEP_SPACE if any(far in point for far in FAR_POINTS) else orbit.system.split("-")[1]


def link_kind(source: Node, target: Node, transmit: Terminal, receive: Terminal) -> str:
    """Classify a link by where its ends are and by what its terminals are for.

    Parameters
    ----------
    source, target : Node
        Entries of the scenario's ``nodes``.
    transmit, receive : Terminal
        Their terminals.

    Returns
    -------
    str
        A key of `LINKS`, or, where the rules know no such kind, words that say from where to where.
    """
    if isinstance(transmit, OpticalTerminal):
        return "optical"
    one, other = region(source), region(target)
    if one == other and one in ("Moon", "Mars", "Venus"):
        if one == "Moon" and isinstance(source, Site) and isinstance(target, Site):
            return "lunar-surface"
        return f"{_ADJECTIVES[one]}-{_direction(transmit, receive)}"
    if one == other == "Earth":
        ends = (isinstance(source, GroundStation | Site), isinstance(target, GroundStation | Site))
        known = {
            (True, False): "earth-uplink",
            (False, True): "earth-downlink",
            (False, False): "earth-crosslink",
        }
        return known.get(ends, "links on the Earth's surface")
    if {one, other} == {"Earth", "Moon"}:
        return "earth-to-moon" if one == "Earth" else "moon-to-earth"
    if one is None or other is None:
        return f"links from {one or 'an unknown place'} to {other or 'an unknown place'}"
    if one == "Earth" and isinstance(source, GroundStation | Site):
        return "deep-space-up"
    if other == "Earth" and isinstance(target, GroundStation | Site):
        return "deep-space-down"
    return "interplanetary"


_ADJECTIVES: Final = {"Earth": "earth", "Moon": "lunar", "Mars": "mars", "Venus": "venus"}


def _direction(transmit: Terminal, receive: Terminal) -> str:
    if "relay" in transmit.roles and "user" in receive.roles:
        return "forward"
    if "user" in transmit.roles and "relay" in receive.roles:
        return "return"
    return "crosslink"


def emissions(
    scenario: Scenario,
    links: Iterable[TerminalPair],
    in_shielded_zone: Mapping[tuple[str, str], frozenset[str]],
    stays: Mapping[str, Stay] | None = None,
) -> list[Emission]:
    """List what every transmitter of a scenario sends, once for each entry, terminal and kind of link.

    Parameters
    ----------
    scenario : Scenario
        For nodes and terminals.
    links : iterable of TerminalPair
        The links that the equipment allows.
    in_shielded_zone : mapping of (str, str) to frozenset of str
        Source and target of a link -> which of the two are in the shielded zone while they may link.
    stays : mapping of str to Stay, optional
        When nodes are there, for messages.

    Returns
    -------
    list of Emission
        In file order; navigation broadcasts are among them, terminals that no link uses are not.
    """
    entries = {name: node for node in scenario.nodes for name in member_names(node)}
    found: dict[tuple[str, str, str], tuple[set[str], set[str]]] = {}
    for node in scenario.nodes:
        for name in node.terminals:
            terminal = scenario.terminals[name]
            if terminal.kind == "rf" and terminal.transmit and "broadcast" in terminal.roles:
                where = region(node) or "an unknown place"
                kind = f"{_ADJECTIVES[where]}-broadcast" if where in _ADJECTIVES else f"broadcasts at {where}"
                found[node.name, name, kind] = (set(), set())
    for pair in links:
        source, target = entries[pair.source], entries[pair.target]
        transmit, receive = scenario.terminals[pair.transmit], scenario.terminals[pair.receive]
        key = (source.name, pair.transmit, link_kind(source, target, transmit, receive))
        senders, ends = found.setdefault(key, (set(), set()))
        inside = in_shielded_zone.get((pair.source, pair.target), frozenset())
        ends |= inside
        senders |= inside & {pair.source}
    order = {node.name: n for n, node in enumerate(scenario.nodes)}
    return [
        _emission(scenario.terminals[key[1]], key, *found[key], stays or {})
        for key in sorted(found, key=lambda key: order[key[0]])
    ]


def _emission(
    terminal: Terminal,
    key: tuple[str, str, str],
    senders: set[str],
    ends: set[str],
    stays: Mapping[str, Stay],
) -> Emission:
    frequency, bandwidth = float("nan"), None
    if isinstance(terminal, RfTerminal) and terminal.transmit is not None:
        frequency, bandwidth = terminal.transmit.frequency, terminal.transmit.bandwidth
    return Emission(*key, frequency, bandwidth, frozenset(senders), frozenset(ends), stays)
