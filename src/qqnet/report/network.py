"""What the drawing of a network shows: worlds with their nodes, and the kinds of link between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Constellation, EphemerisNode, GroundStation, Node, Site, member_names
from qqnet.scenario.orbits import LibrationPoint, MessageOrbit, ThreeBodyOrbit

Symbol = Literal["spacecraft", "constellation", "site", "station"]
BondKind = Literal["laser trunk", "radio trunk", "laser link", "radio link", "user access", "ground link"]

USERS, STATIONS = "users", "ground stations"


@dataclass(frozen=True)
class Member:
    """An entry of the scenario's nodes.

    Attributes
    ----------
    name, detail : str
        Label and a few words below it.
    symbol : str
        What it is drawn as.
    core : bool
        Whether it is a main node of the core network.
    """

    name: str
    detail: str
    symbol: Symbol
    core: bool


@dataclass(frozen=True)
class World:
    """A body and what moves about it or stands on it.

    Attributes
    ----------
    body : str
        Its name.
    relays : tuple of Member
        What carries or guides others: one row each.
    users, stations : tuple of Member
        Each kind shares one place where links end.
    """

    body: str
    relays: tuple[Member, ...]
    users: tuple[Member, ...]
    stations: tuple[Member, ...]


@dataclass(frozen=True)
class Bond:
    """A kind of link that the equipment allows between two places of the drawing.

    Attributes
    ----------
    ends : tuple
        Two pairs of body and place: a relay's name, ``users`` or ``ground stations``.
    kind : str
        What it is drawn as.
    """

    ends: tuple[tuple[str, str], tuple[str, str]]
    kind: BondKind


def home(node: Node) -> str:
    """Body that a node belongs to on the drawing."""
    if isinstance(node, Site | GroundStation):
        return node.body
    if isinstance(node, EphemerisNode) or isinstance(node.orbit, MessageOrbit):
        return "Sun" if node.network == "core" else node.network.capitalize()
    if isinstance(node.orbit, LibrationPoint | ThreeBodyOrbit):
        return "Moon" if node.orbit.system == "Earth-Moon" else "Sun"
    return node.orbit.body


def worlds(scenario: Scenario) -> list[World]:
    """Bodies of a scenario with their nodes, in order of first mention; main nodes first."""
    found: dict[str, tuple[list[Member], list[Member], list[Member]]] = {}
    for node in scenario.nodes:
        relays, users, stations = found.setdefault(home(node), ([], [], []))
        if isinstance(node, GroundStation):
            stations.append(_member(node))
        else:
            (relays if node.services or node.network == "core" else users).append(_member(node))
    return [
        World(body, tuple(sorted(relays, key=lambda one: not one.core)), tuple(users), tuple(stations))
        for body, (relays, users, stations) in found.items()
    ]


def _member(node: Node) -> Member:
    services = ", ".join(node.services)
    if isinstance(node, Constellation):
        craft, planes = node.pattern.satellites, node.pattern.planes
        detail = f"{craft} in {planes} plane{'s' * (planes > 1)}" + (f": {services}" if services else "")
        symbol: Symbol = "constellation"
    elif isinstance(node, GroundStation):
        detail, symbol = services, "station"
    elif isinstance(node, Site):
        detail, symbol = services, "site"
    else:
        detail, symbol = services, "spacecraft"
    return Member(node.name, detail, symbol, node.network == "core")


def bonds(scenario: Scenario, links: Iterable[TerminalPair]) -> list[Bond]:
    """Kinds of link between places, each once, whichever direction and however many single nodes.

    Parameters
    ----------
    scenario : Scenario
        The network.
    links : iterable of TerminalPair
        Directed links that the equipment allows.

    Returns
    -------
    list of Bond
        In a fixed order; links among the members of one constellation are left out.
    """
    entries = {name: node for node in scenario.nodes for name in member_names(node)}
    found: dict[Bond, None] = {}
    seen: set[tuple[str, str, str, str]] = set()
    for link in links:
        one, other = entries[link.source], entries[link.target]
        key = (one.name, other.name, link.transmit, link.receive)
        if one.name == other.name or key in seen:
            continue
        seen.add(key)
        first, second = sorted((_place(one), _place(other)))
        if first != second:
            found[Bond((first, second), _kind(scenario, link))] = None
    return sorted(found, key=lambda bond: (bond.ends, bond.kind))


def _place(node: Node) -> tuple[str, str]:
    if isinstance(node, GroundStation):
        return home(node), STATIONS
    return home(node), node.name if node.services or node.network == "core" else USERS


def _kind(scenario: Scenario, link: TerminalPair) -> BondKind:
    roles = set(scenario.terminals[link.transmit].roles)
    peers = set(scenario.terminals[link.receive].roles)
    laser = link.kind == "optical"
    if "trunk" in roles & peers:
        return "laser trunk" if laser else "radio trunk"
    if "crosslink" in roles & peers:
        return "laser link" if laser else "radio link"
    return (
        "ground link" if {"ground", "downlink"} & roles & (peers | {"ground", "downlink"}) else "user access"
    )
