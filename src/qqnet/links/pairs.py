"""Which terminal of which node may ever link with which: roles, bands and peers, before any geometry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qqnet.links.link import mismatch
from qqnet.links.terminals import receive_end, transmit_end
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, Node, Site, member_names
from qqnet.scenario.terminals import PARTNERS, Terminal


@dataclass(frozen=True)
class TerminalPair:
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


def terminal_pairs(scenario: Scenario) -> list[TerminalPair]:
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
    list of TerminalPair
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


def _expand(
    scenario: Scenario, one: Node, other: Node, pairs: list[tuple[str, str]]
) -> Iterator[TerminalPair]:
    for source in member_names(one) if pairs else ():
        for target in member_names(other):
            if source == target:
                continue
            for a, b in pairs:
                if _names(scenario.terminals[a], other, target) and _names(
                    scenario.terminals[b], one, source
                ):
                    yield TerminalPair(source, target, a, b, scenario.terminals[a].kind)


def fits(transmitting: Terminal, receiving: Terminal) -> bool:
    """Whether roles and equipment let one terminal transmit to another."""
    if transmitting.transmit is None or receiving.receive is None:
        return False
    if not any(PARTNERS.get(role) in receiving.roles for role in transmitting.roles):
        return False
    return not mismatch(transmit_end(transmitting), receive_end(receiving))


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
