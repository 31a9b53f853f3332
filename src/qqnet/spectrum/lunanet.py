"""A scenario held against the interfaces and services of LunaNet: met, not met, not applicable, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Node, member_names
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Frequency, Name
from qqnet.scenario.suggest import unknown
from qqnet.scenario.terminals import OpticalTerminal
from qqnet.spectrum.emissions import LINKS, Emission, emissions, region
from qqnet.spectrum.findings import Finding
from qqnet.spectrum.rule_table import packaged
from qqnet.spectrum.rules import HZ_PER_MHZ, KNOWN_BY, Mark

State = Literal["met", "not met", "not applicable"]
Check = Literal["band", "all-bands", "broadcast", "level", "two-way", "bundles", "optical", "undescribed"]
Service = Literal["communications", "networking", "navigation", "detection and information", "science"]


def _link(value: object) -> object:
    if isinstance(value, str) and value not in LINKS:
        raise broken(unknown("kind of link", value, LINKS))
    return value


class Interface(Part):
    """An interface or service of LunaNet."""

    id: Name
    service: Service
    title: str
    check: Check
    links: list[Annotated[str, BeforeValidator(_link)]] = Field([], description="kinds of link")
    lowest: Frequency | None = None
    highest: Frequency | None = None
    carrier: Frequency | None = None
    tolerance: Frequency | None = None
    where: str = Field(description="page or section of LNIS V5")
    mark: Mark
    note: str = ""

    @model_validator(mode="after")
    def _has_what_its_check_needs(self) -> Self:
        if self.check in ("band", "broadcast", "two-way") and (self.lowest is None or self.highest is None):
            raise broken(f"needs lowest and highest for the check {self.check!r}", "check")
        return self

    def holds(self, emission: Emission) -> bool:
        """Whether an emission lies within the band."""
        low, high = emission.occupied_hz
        return (
            self.lowest is not None
            and self.highest is not None
            and self.lowest <= low
            and high <= self.highest
        )

    @property
    def band(self) -> str:
        """The band, for messages."""
        if self.lowest is None or self.highest is None:
            return ""
        return f"{self.lowest / HZ_PER_MHZ:g}-{self.highest / HZ_PER_MHZ:g} MHz"


class InterfaceTable(Part):
    """All interfaces, and the date of the table."""

    version: Literal[1]
    date: str
    interfaces: list[Interface]


@dataclass(frozen=True)
class Standing:
    """How a scenario stands to an interface of LunaNet.

    Attributes
    ----------
    interface : Interface
        Which.
    state : str
        ``met``, ``not met`` or ``not applicable``.
    reason : str
        Why, for people.
    by : tuple of (str, str)
        Entries of ``nodes`` and their terminals that meet it, or that do not where it is not met.
    """

    interface: Interface
    state: State
    reason: str
    by: tuple[tuple[str, str], ...] = ()

    @property
    def known(self) -> str:
        """Page of LNIS, and how the row is known."""
        return f"{self.interface.where}, {KNOWN_BY[self.interface.mark]}"


@dataclass(frozen=True)
class _Network:
    """What the checks look at."""

    scenario: Scenario
    sent: Sequence[Emission]
    links: Sequence[TerminalPair]
    levels: Sequence[Finding]
    table: InterfaceTable

    def of(self, interface: Interface) -> list[Emission]:
        return [emission for emission in self.sent if emission.link in interface.links]

    def entries_at_moon(self) -> list[Node]:
        return [node for node in self.scenario.nodes if region(node) == "Moon"]


@cache
def lunanet_table() -> InterfaceTable:
    """Return the packaged table of interfaces.

    Examples
    --------
    >>> sorted({row.service for row in lunanet_table().interfaces})
    ['communications', 'detection and information', 'navigation', 'networking', 'science']
    """
    return packaged("lunanet.yaml", InterfaceTable)


def standings(
    scenario: Scenario, links: Sequence[TerminalPair], levels: Sequence[Finding] = ()
) -> list[Standing]:
    """Hold a scenario against the interfaces of LunaNet.

    Parameters
    ----------
    scenario : Scenario
        For nodes and terminals.
    links : sequence of TerminalPair
        The links that the equipment allows.
    levels : sequence of Finding, optional
        What navigation broadcasts bring to the surface, from a study.

    Returns
    -------
    list of Standing
        One for each interface, in the order of the table.
    """
    table = lunanet_table()
    network = _Network(scenario, emissions(scenario, links, {}), links, levels, table)
    return [CHECKS[row.check](row, network) for row in table.interfaces]


def check_band(row: Interface, network: _Network) -> Standing:
    """Someone uses the band for this interface; no one has to."""
    of_kind = network.of(row)
    inside = [emission for emission in of_kind if row.holds(emission)]
    what = LINKS[row.links[0]]
    if inside:
        return Standing(row, "met", f"{_carriers(inside)} in {row.band}", _who(inside))
    if not of_kind:
        return Standing(row, "not applicable", f"there are no {what}")
    return Standing(row, "not applicable", f"no {what} use {row.band}; they use {_carriers(of_kind)}")


def check_all_bands(row: Interface, network: _Network) -> Standing:
    """Nothing of this interface is sent outside of its bands."""
    of_kind = network.of(row)
    bands = [one for one in network.table.interfaces if one.check == "band" and one.links == row.links]
    outside = [emission for emission in of_kind if not any(band.holds(emission) for band in bands)]
    if not of_kind:
        return Standing(row, "not applicable", f"there are no {LINKS[row.links[0]]}")
    if outside:
        right = " or ".join(band.band for band in bands)
        return Standing(row, "not met", f"{_carriers(outside)} outside of {right}", _who(outside))
    return Standing(row, "met", f"all of {_carriers(of_kind)}", _who(of_kind))


def check_broadcast(row: Interface, network: _Network) -> Standing:
    """The navigation constellation at the Moon sends the signal, in its band and on its carrier."""
    sent = network.of(row)
    providers = [node.name for node in network.entries_at_moon() if "navigation" in node.services]
    if not sent:
        if not providers:
            return Standing(row, "not applicable", "nobody at the Moon offers navigation")
        reason = f"navigation is offered by {', '.join(providers)}, and no terminal has the role 'broadcast'"
        return Standing(row, "not met", reason, tuple((name, "") for name in providers))
    assert row.carrier is not None
    assert row.tolerance is not None
    wrong = [
        emission
        for emission in sent
        if not row.holds(emission) or abs(emission.frequency_hz - row.carrier) >= row.tolerance
    ]
    asked = f"{row.carrier / HZ_PER_MHZ:.10g} MHz within {row.band}"
    if wrong:
        return Standing(row, "not met", f"{_carriers(wrong)}; right is {asked}", _who(wrong))
    return Standing(row, "met", asked, _who(sent))


def check_level(row: Interface, network: _Network) -> Standing:
    """The broadcast brings the power that is asked for."""
    if not network.of(row):
        return Standing(row, "not applicable", "there is no navigation broadcast at the Moon")
    bad = [finding for finding in network.levels if not finding.ok]
    said = bad or list(network.levels)
    by = tuple((finding.node, finding.terminal) for finding in said)
    reason = "; ".join(finding.message for finding in said)
    return Standing(row, "not met" if bad or not said else "met", reason or "not computed", by)


def check_two_way(row: Interface, network: _Network) -> Standing:
    """Two nodes send to each other in the band, so that range and Doppler can be had from turned signals."""
    entries = {name: node.name for node in network.scenario.nodes for name in member_names(node)}
    usable = {(emission.node, emission.terminal) for emission in network.of(row) if row.holds(emission)}
    directed = {
        (link.source, link.target): (entries[link.source], link.transmit)
        for link in network.links
        if (entries[link.source], link.transmit) in usable
    }
    both = {directed[pair] for pair in directed if pair[::-1] in directed}
    if both:
        return Standing(row, "met", f"links both ways within {row.band}", tuple(sorted(both)))
    one_way = [emission for emission in network.of(row) if row.holds(emission)]
    if not one_way:
        return Standing(row, "not applicable", f"no links to or from lunar users use {row.band}")
    return Standing(row, "not met", f"no two nodes send to each other within {row.band}", _who(one_way))


def check_bundles(row: Interface, network: _Network) -> Standing:
    """Nodes at the Moon are nodes of a bundle network: each has its number."""
    nodes = [node for node in network.entries_at_moon() if node.terminals]
    if not nodes:
        return Standing(row, "not applicable", "nobody at the Moon has a terminal")
    return Standing(
        row,
        "met",
        f"{len(nodes)} entries at the Moon have node numbers (ipn)",
        tuple((node.name, "") for node in nodes),
    )


def check_optical(row: Interface, network: _Network) -> Standing:
    """Say who has lasers; there is no standard to be met."""
    by = tuple(
        (node.name, name)
        for node in network.entries_at_moon()
        for name in node.terminals
        if isinstance(network.scenario.terminals[name], OpticalTerminal)
    )
    if not by:
        return Standing(row, "not applicable", "nobody at the Moon has a laser")
    return Standing(row, "not applicable", f"lasers are carried, but {row.note}", by)


def check_undescribed(row: Interface, network: _Network) -> Standing:
    """Say what a scenario does not describe."""
    return Standing(row, "not applicable", row.note)


CHECKS: Final[dict[Check, Callable[[Interface, _Network], Standing]]] = {
    "band": check_band,
    "all-bands": check_all_bands,
    "broadcast": check_broadcast,
    "level": check_level,
    "two-way": check_two_way,
    "bundles": check_bundles,
    "optical": check_optical,
    "undescribed": check_undescribed,
}


def _who(sent: Iterable[Emission]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((emission.node, emission.terminal) for emission in sent))


def _carriers(sent: Iterable[Emission]) -> str:
    carriers = sorted({emission.frequency_hz for emission in sent})
    return ", ".join(f"{carrier / HZ_PER_MHZ:.10g}" for carrier in carriers) + " MHz"
