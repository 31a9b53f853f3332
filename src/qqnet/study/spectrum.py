"""Frequency rules over a study: who may send what, who is in the shielded zone of the Moon, what arrives where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.access.geometry import elevation_rad, segment_clearance_km
from qqnet.links.pairs import TerminalPair
from qqnet.scenario.nodes import GroundStation, Site, member_names
from qqnet.spectrum.emissions import region
from qqnet.spectrum.findings import Finding, check_spectrum
from qqnet.spectrum.flux_rows import FluxRow, flux_findings
from qqnet.spectrum.rule_table import rule_table
from qqnet.spectrum.rules import RuleTable
from qqnet.spectrum.shielded_zone import MOON_RADIUS_KM, Stay, in_shielded_zone
from qqnet.study.broadcast_levels import broadcast_levels
from qqnet.study.emitters import radio_nodes, samples
from qqnet.study.power_flux import power_flux

if TYPE_CHECKING:
    from qqnet.study.study import Study

Zone = dict[tuple[str, str], frozenset[str]]
Positions = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class SpectrumResult:
    """What the frequency rules and limits say of a study.

    Attributes
    ----------
    findings : list of Finding
        One for each entry of ``nodes``, terminal and rule or limit.
    flux : list of FluxRow
        Power flux density of each emission at its worst.
    quiet : list of str
        Protected places at which nothing arrives in their bands.
    stays : dict of str to Stay
        Nodes that are in the shielded zone of the Moon at any of the times looked at.
    table : RuleTable
        The rules that hold on the day.
    day : str
        The day, as ISO text.
    """

    findings: list[Finding]
    flux: list[FluxRow]
    quiet: list[str]
    stays: dict[str, Stay]
    table: RuleTable
    day: str


@dataclass(frozen=True)
class Turn:
    """A finding that turns when the candidates of WRC-27 are counted as permitted.

    Attributes
    ----------
    node, terminal : str
        Who transmits.
    before, after : Finding or None
        The finding without and with the candidates; None where there is none by that rule.
    """

    node: str
    terminal: str
    before: Finding | None
    after: Finding | None


@dataclass
class SpectrumStudy:
    """A study, asked about frequencies; geometry is computed once for any number of questions.

    Attributes
    ----------
    study : Study
        For links and trajectories.
    table : RuleTable
        All rules, whenever they hold.
    day : str
        The day whose rules are asked for, as ISO text; the scenario's start where empty.
    """

    study: Study
    table: RuleTable = field(default_factory=rule_table)
    day: str = ""
    _zone: tuple[Zone, dict[str, Stay]] | None = None

    def __post_init__(self) -> None:
        self.day = self.day or self.study.scenario.time.start[:10]

    @property
    def stays(self) -> dict[str, Stay]:
        """Nodes that are in the shielded zone of the Moon, and when."""
        return self._shielded()[1]

    def _shielded(self) -> tuple[Zone, dict[str, Stay]]:
        if self._zone is None:
            self._zone = shielded_ends(self.study)
        return self._zone

    def rules(self, *, candidates: bool = False) -> list[Finding]:
        """Apply the rules to what the terminals send."""
        ends, stays = self._shielded()
        table = self.table.on(self.day)
        return check_spectrum(
            self.study.scenario, self.study.links, ends, candidates=candidates, table=table, stays=stays
        )

    def turns(self) -> list[Turn]:
        """What the candidates of WRC-27 would change: findings whose verdict turns, the broken ones first."""
        without = {(f.node, f.terminal, f.rule): f for f in self.rules()}
        counted = {(f.node, f.terminal, f.rule): f for f in self.rules(candidates=True)}
        turns = [
            Turn(key[0], key[1], without.get(key), counted.get(key))
            for key in dict.fromkeys([*without, *counted])
            if _verdict(without.get(key)) != _verdict(counted.get(key))
        ]
        return sorted(turns, key=lambda turn: turn.before is None or turn.before.ok is not False)

    def result(self, *, candidates: bool = False) -> SpectrumResult:
        """Apply all rules and limits.

        Parameters
        ----------
        candidates : bool, optional
            Count the candidates of WRC-27 as permitted.

        Returns
        -------
        SpectrumResult
        """
        if nodes := radio_nodes(self.study):
            self.study.trajectories_of(nodes)  # once, for all questions
        findings = self.rules(candidates=candidates)
        progress, began = self.study.progress, perf_counter()
        progress.start("power flux", reused=False)
        flux = power_flux(self.study, progress.advance)
        progress.finish("power flux", perf_counter() - began)
        findings = [*findings, *broadcast_levels(self.study), *flux_findings(flux)]
        loud = {row.place for row in flux}
        quiet = [place.name for place in self.study.scenario.protected_places if place.name not in loud]
        return SpectrumResult(findings, flux, quiet, self.stays, self.table.on(self.day), self.day)


def _verdict(finding: Finding | None) -> object:
    return "absent" if finding is None else finding.ok


def shielded_ends(study: Study) -> tuple[Zone, dict[str, Stay]]:
    """Which ends of radio links are in the shielded zone of the Moon, and when.

    A place on the surface counts if it is there at any time of the span. A spacecraft counts if it is there while
    the Moon does not stand between it and the other end. Times are those of the scenario's step; a stay in the
    zone that is shorter may be missed.

    Parameters
    ----------
    study : Study
        For links and trajectories.

    Returns
    -------
    ends : dict of (str, str) to frozenset of str
        Source and target -> those of the two that are in the zone; pairs without any are left out.
    stays : dict of str to Stay
        Node at the Moon -> when it is in the zone; nodes that never are, are left out.
    """
    scenario = study.scenario
    at_moon = {name for node in scenario.nodes if region(node) == "Moon" for name in member_names(node)}
    sites = {
        name
        for node in scenario.nodes
        if isinstance(node, Site | GroundStation)
        for name in member_names(node)
    }
    links = [link for link in study.links if link.kind == "rf" and {link.source, link.target} & at_moon]
    pairs = {tuple(sorted((link.source, link.target))) for link in links}
    inside: dict[tuple[str, ...], set[str]] = {pair: set() for pair in pairs}
    stays: dict[str, Stay] = {}
    count = 0
    names = {name for pair in pairs for name in pair}
    for sample in samples(study, names | {"Earth", "Moon"}) if pairs else ():
        moon = sample.positions["Moon"]
        positions = {name: sample.positions[name] - moon for name in names}
        count += len(sample.times_s)
        zone = {name: in_shielded_zone(positions[name], -moon) for name in positions if name in at_moon}
        there = {name: mask for name, mask in zone.items() if mask.any()}
        for name, mask in there.items():
            stays[name] = _stay(stays.get(name), name, mask, sample.times_s)
        for pair, found in inside.items():
            for name in there.keys() & set(pair) - found:
                other = pair[0] if name == pair[1] else pair[1]
                if name in sites or _ever_sees(positions, there[name], name, other, sites & at_moon):
                    found.add(name)
    shares = {name: Stay(name, stay.share / count, stay.first_s, stay.last_s) for name, stay in stays.items()}
    return _directed(links, inside), dict(sorted(shares.items()))


def _stay(before: Stay | None, name: str, mask: NDArray[np.bool_], times_s: NDArray[np.float64]) -> Stay:
    """Join what is known of a stay; its share is a number of times until all are known."""
    there = times_s[mask]
    first = float(there[0]) if before is None else before.first_s
    return Stay(name, (before.share if before else 0.0) + there.size, first, float(there[-1]))


def _directed(links: Iterable[TerminalPair], inside: dict[tuple[str, ...], set[str]]) -> Zone:
    return {
        (link.source, link.target): frozenset(found)
        for link in links
        if (found := inside[tuple(sorted((link.source, link.target)))])
    }


def _ever_sees(positions: Positions, when: NDArray[np.bool_], name: str, other: str, sites: set[str]) -> bool:
    """Whether a spacecraft sees a node past the Moon at any of the times that are marked."""
    one, two = positions[name][when], positions[other][when]
    if other in sites:
        # The line ends on the sphere, so its clearance is never above zero; the horizon decides.
        return bool((elevation_rad(one - two, two / np.linalg.norm(two, axis=-1, keepdims=True)) > 0.0).any())
    return bool((segment_clearance_km(one, two, np.zeros(3), MOON_RADIUS_KM) > 0.0).any())
