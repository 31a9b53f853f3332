"""Which terminal of which node may ever link with which: roles, bands and peers, before any geometry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, Node, Site, member_names
from qqnet.scenario.terminals import PARTNERS, OpticalTerminal, RfTerminal, Terminal

_WAVELENGTH_TOLERANCE = 1e-3
"""Relative; a laser receiver's filter is far narrower than the gap between the bands in use."""


@dataclass(frozen=True)
class Candidate:
    """A directed link that equipment allows.

    Attributes
    ----------
    source, target : str
        Single nodes: who transmits, who receives.
    transmit, receive : str
        Names of the terminals at either end.
    kind : str
        ``rf`` or ``optical``.
    """

    source: str
    target: str
    transmit: str
    receive: str
    kind: str

    @property
    def name(self) -> str:
        """The link's name: its two terminals, once where they are the same."""
        return self.transmit if self.transmit == self.receive else f"{self.transmit}>{self.receive}"


def candidates(scenario: Scenario) -> list[Candidate]:
    """List the directed links that the terminals of a scenario allow.

    Two terminals link where one's role is the partner of a role of the other, the transmitter's carrier
    lies in the receiver's band, and each accepts the other as a peer. Two sites on one body never do:
    what joins them runs over the surface (``terrestrial``).

    Parameters
    ----------
    scenario : Scenario
        A valid scenario.

    Returns
    -------
    list of Candidate
        Ordered as the nodes are.
    """
    matches = {
        (a, b): fits(one, other)
        for a, one in scenario.terminals.items()
        for b, other in scenario.terminals.items()
    }
    found = []
    for one in scenario.nodes:
        for other in scenario.nodes:
            if _same_surface(one, other):
                continue
            pairs = [
                (a, b)
                for a in one.terminals
                for b in other.terminals
                if matches[a, b]
                and _accepts(scenario.terminals[a], other)
                and _accepts(scenario.terminals[b], one)
            ]
            found += list(_expand(scenario, one, other, pairs))
    return found


def _expand(scenario: Scenario, one: Node, other: Node, pairs: list[tuple[str, str]]) -> Iterator[Candidate]:
    for source in member_names(one) if pairs else ():
        for target in member_names(other):
            if source == target:
                continue
            for a, b in pairs:
                if _names(scenario.terminals[a], other, target) and _names(
                    scenario.terminals[b], one, source
                ):
                    yield Candidate(source, target, a, b, scenario.terminals[a].kind)


def fits(transmitting: Terminal, receiving: Terminal) -> bool:
    """Whether roles and bands let one terminal transmit to another."""
    if not any(PARTNERS[role] in receiving.roles for role in transmitting.roles):
        return False
    if isinstance(transmitting, RfTerminal) and isinstance(receiving, RfTerminal):
        sender, receiver = transmitting.transmit, receiving.receive
        return (
            sender is not None
            and receiver is not None
            and receiver.lowest <= sender.frequency <= receiver.highest
        )
    if isinstance(transmitting, OpticalTerminal) and isinstance(receiving, OpticalTerminal):
        offset = abs(transmitting.wavelength / receiving.wavelength - 1.0)
        return (
            transmitting.transmit is not None
            and receiving.receive is not None
            and offset <= _WAVELENGTH_TOLERANCE
        )
    return False


def _same_surface(one: Node, other: Node) -> bool:
    fixed = (Site, GroundStation)
    return isinstance(one, fixed) and isinstance(other, fixed) and one.body == other.body


def _accepts(terminal: Terminal, entry: Node) -> bool:
    """Whether any node of an entry can be a peer."""
    if not terminal.peers:
        return True
    return bool({entry.name, entry.network, *member_names(entry)} & set(terminal.peers))


def _names(terminal: Terminal, entry: Node, member: str) -> bool:
    """Whether a single node is a peer."""
    return not terminal.peers or bool({entry.name, entry.network, member} & set(terminal.peers))
