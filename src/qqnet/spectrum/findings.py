"""Frequency rules applied to a scenario: which emission is permitted, by which rule, and what would be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.spectrum.emissions import LINKS, Emission, emissions
from qqnet.spectrum.rule_table import rule_table
from qqnet.spectrum.rules import CANDIDATE, HZ_PER_MHZ, KNOWN_BY, Band, Rule, RuleTable
from qqnet.spectrum.shielded_zone import Stay

NO_RULE: Final = "none"
"""Name of the rule in a finding about what no rule of the table speaks of."""


@dataclass(frozen=True)
class Finding:
    """What a rule says of a terminal.

    Attributes
    ----------
    node : str
        The entry of ``nodes``: a node or a constellation.
    terminal : str
        The transmit terminal.
    rule : str
        Id of the rule; ``none`` where no rule speaks of it.
    status : str
        ``allocated``, ``SFCG recommendation``, ``WRC-27 candidate`` or ``other``.
    verified : bool
        Whether the document that holds the rule, or a copy of it, was read.
    message : str
        For people: what is permitted or broken, and what would be right.
    ok : bool or None
        True: the rule holds. False: it is broken. None: it cannot be told, or is for information.
    """

    node: str
    terminal: str
    rule: str
    status: str
    verified: bool
    message: str
    ok: bool | None


def check_spectrum(
    scenario: Scenario,
    links: Iterable[TerminalPair],
    in_shielded_zone: Mapping[tuple[str, str], frozenset[str]],
    *,
    candidates: bool = False,
    table: RuleTable | None = None,
    stays: Mapping[str, Stay] | None = None,
) -> list[Finding]:
    """Apply all frequency rules to what the terminals of a scenario send.

    Parameters
    ----------
    scenario : Scenario
        For nodes and terminals.
    links : iterable of TerminalPair
        The links that the equipment allows.
    in_shielded_zone : mapping of (str, str) to frozenset of str
        Source and target of a link -> which of the two are in the shielded zone of the Moon while they may link;
        a pair that is missing has none there.
    candidates : bool, optional
        Count the candidates of WRC-27 as permitted, to ask what they would change.
    table : RuleTable, optional
        The rules; those of the packaged table that hold at the scenario's start, where not given.
    stays : mapping of str to Stay, optional
        When nodes are in the shielded zone, for messages.

    Returns
    -------
    list of Finding
        One for each entry, terminal and rule, in file order.
    """
    if table is None:
        table = rule_table().on(scenario.time.start[:10])
    found: dict[tuple[str, str, str], Finding] = {}
    for emission in emissions(scenario, links, in_shielded_zone, stays):
        for check in CHECKS:
            for finding in check(emission, table, candidates):
                key = finding.node, finding.terminal, finding.rule
                found[key] = _joined(found[key], finding) if key in found else finding
    return list(found.values())


def check_light(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """Lasers need no permission."""
    for rule in table.about(emission.link, "light"):
        yield _finding(emission, rule, True, f"{rule.title[0].lower()}{rule.title[1:]} ({_known(rule)})")


def check_known(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """Say where the table has no rule for a kind of link."""
    if emission.link in LINKS:
        if not _standing(emission, table) and not table.about(emission.link, "light"):
            yield _unruled(emission, table)
    else:
        message = f"no rule of the table is about {emission.link}; {_carrier(emission)} is not checked"
        yield Finding(emission.node, emission.terminal, NO_RULE, "other", False, message, None)


def check_band(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """Carrier and bandwidth lie in a band for this kind of link, and the place allows that band."""
    rules = [rule for rule in table.about(emission.link) if candidates or rule.status != CANDIDATE]
    if not rules:
        return
    fitting = [(rule, band) for rule in rules for band in rule.bands if band.holds(*emission.occupied_hz)]
    free = [(rule, band) for rule, band in fitting if not _barred_by_zone(rule, band, emission)]
    if free:
        rule, band = free[0]
        message = (
            f"{_occupied(emission)} lies in {band.text}, for {LINKS[emission.link]} ({_known(rule, band)})"
        )
        if rule.outside_zone(band):
            message += "; no end of its links is in the shielded zone of the Moon"
        yield _finding(emission, rule, True, message, band)
    elif fitting:
        rule, band = fitting[0]
        where = _in_zone(emission, emission.ends_in_zone)
        message = (
            f"{_occupied(emission)} lies in {band.text}, which is for outside the shielded zone of the Moon only "
            f"({_known(rule, band)}); {where}; {_remedy(emission, rules)}"
        )
        yield _finding(emission, rule, False, message, band)
    else:
        yield _outside(emission, table, rules)


def _outside(emission: Emission, table: RuleTable, rules: list[Rule]) -> Finding:
    """Carrier or bandwidth outside all bands: broken where a rule governs such carriers, else not known."""
    carrier = emission.frequency_hz
    governing = [rule for rule in rules if _governs(rule, emission)]
    if not governing:
        return _unruled(emission, table)
    rule = governing[0]
    around = [band for r in rules for band in r.bands if band.holds(carrier, carrier)]
    if around:
        message = f"{_occupied(emission)} does not fit into {around[0].text}, for {LINKS[emission.link]}"
        message += "; a narrower signal would, or a carrier further from the edge"
    else:
        message = f"{_occupied(emission)} is in no band for {LINKS[emission.link]}"
        for_others = [
            LINKS[kind] for kind in LINKS if kind != emission.link and _allowed(table, kind, emission)
        ]
        if for_others:
            message += f" (it is one for {' and '.join(for_others)})"
        message += f"; {_remedy(emission, rules)}"
    return _finding(emission, rule, False, f"{message} ({_known(rule)})")


def _unruled(emission: Emission, table: RuleTable) -> Finding:
    """Say that no rule gives a carrier to a kind of link, by the row that says why, where there is one."""
    for rule in table.about(emission.link, "open"):
        message = f"{_occupied(emission)} is open: {rule.title[0].lower()}{rule.title[1:]} ({_known(rule)})"
        return _finding(emission, rule, None, message)
    message = f"no rule of the table gives {_occupied(emission)} to {LINKS[emission.link]} or bars it"
    return Finding(emission.node, emission.terminal, NO_RULE, "other", False, message, None)


def check_barred(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """No part of an emission lies in bands that are barred for its kind of link."""
    for rule in table.about(emission.link, "barred"):
        for band in rule.bands:
            if band.meets(*emission.occupied_hz):
                message = (
                    f"{_occupied(emission)} meets {band.text}, which is barred for {LINKS[emission.link]}: "
                    f"{rule.title[0].lower()}{rule.title[1:]} ({_known(rule, band)})"
                )
                bands = [each.text for other in _standing(emission, table) for each in other.bands]
                right = f"; right would be {' or '.join(bands)}" if bands else ""
                yield _finding(emission, rule, False, message + right, band)
                break


def check_candidates(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """Say where a candidate of WRC-27 would permit what nothing else does."""
    rules = table.about(emission.link)
    standing = [rule for rule in rules if rule.status != CANDIDATE]
    if candidates or any(band.holds(*emission.occupied_hz) for rule in standing for band in rule.bands):
        return
    for rule in rules:
        for band in rule.bands:
            if rule.status != CANDIDATE or not band.holds(*emission.occupied_hz):
                continue
            condition = ", outside the shielded zone of the Moon" if rule.outside_zone(band) else ""
            message = f"{band.text} is a candidate for {LINKS[emission.link]}{condition}, not an allocation"
            yield _finding(emission, rule, None, f"{message} ({_known(rule, band)})", band)


def check_bandwidth(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """Wide emissions only where a rule allows them."""
    for rule in table.about(emission.link, "bandwidth"):
        assert rule.wide_from is not None
        limit = f"{rule.wide_from / HZ_PER_MHZ:g} MHz"
        wide_bands = ", ".join(band.text for band in rule.bands)
        carrier, width = emission.frequency_hz, emission.bandwidth_hz
        if any(band.holds(carrier, carrier) for band in rule.bands):
            yield _finding(
                emission, rule, True, f"any bandwidth is permitted in {wide_bands} ({_known(rule)})"
            )
        elif width is None:
            message = (
                f"no bandwidth is given; at {_carrier(emission)} it must be below {limit} ({_known(rule)})"
            )
            yield _finding(emission, rule, None, message)
        elif width < rule.wide_from:
            message = f"{width / HZ_PER_MHZ:g} MHz wide, below {limit} ({_known(rule)})"
            yield _finding(emission, rule, True, message)
        else:
            message = (
                f"{width / HZ_PER_MHZ:g} MHz wide at {_carrier(emission)}: {limit} and more is for {wide_bands} "
                f"only; a narrower signal or such a carrier would do ({_known(rule)})"
            )
            yield _finding(emission, rule, False, message)


def check_zone(emission: Emission, table: RuleTable, candidates: bool) -> Iterator[Finding]:
    """Say which emissions from within the shielded zone radio astronomy asks to coordinate."""
    for rule in table.about(emission.link, "zone"):
        if emission.senders_in_zone and not any(band.holds(*emission.occupied_hz) for band in rule.bands):
            message = (
                f"{_in_zone(emission, emission.senders_in_zone)} and sends there on {_carrier(emission)}; "
                f"radio astronomy asks for {', '.join(band.text for band in rule.bands)}, "
                f"other bands need coordination ({_known(rule)})"
            )
            yield _finding(emission, rule, None, message)


CHECKS: Final[tuple[Callable[[Emission, RuleTable, bool], Iterator[Finding]], ...]] = (
    check_light,
    check_known,
    check_band,
    check_barred,
    check_candidates,
    check_bandwidth,
    check_zone,
)
"""All checks: each looks at one emission and may have something to say."""


def _finding(
    emission: Emission, rule: Rule, ok: bool | None, message: str, band: Band | None = None
) -> Finding:
    verified = rule.mark_of(band) == "verified"
    return Finding(emission.node, emission.terminal, rule.id, rule.status, verified, message, ok)


def _joined(one: Finding, other: Finding) -> Finding:
    """Join what a rule says of two kinds of link of a terminal; the worse verdict counts."""
    if one.message == other.message:
        return one
    weight = {False: 0, None: 1, True: 2}
    worse, better = sorted((one, other), key=lambda finding: weight[finding.ok])
    return replace(worse, message=f"{worse.message}; {better.message}")


def _allowed(table: RuleTable, kind: str, emission: Emission) -> bool:
    standing = [rule for rule in table.about(kind) if rule.status != CANDIDATE and rule.mark != "unverified"]
    return any(band.holds(*emission.occupied_hz) for rule in standing for band in rule.bands)


def _remedy(emission: Emission, rules: list[Rule]) -> str:
    """Which bands would be right: those of the rules that govern the carrier, barred ones left out."""
    bands = [
        band.text
        for rule in rules
        for band in rule.bands
        if _governs(rule, emission) and not _barred_by_zone(rule, band, emission)
    ]
    return f"right would be {' or '.join(bands)}" if bands else "no band of the table would be right"


def _governs(rule: Rule, emission: Emission) -> bool:
    carrier = emission.frequency_hz
    return rule.governs is not None and rule.governs.holds(carrier, carrier)


def _barred_by_zone(rule: Rule, band: Band, emission: Emission) -> bool:
    return rule.outside_zone(band) and bool(emission.ends_in_zone)


def _standing(emission: Emission, table: RuleTable) -> list[Rule]:
    """Rules on carriers of a kind of link, without candidates."""
    return [rule for rule in table.about(emission.link) if rule.status != CANDIDATE]


def _known(rule: Rule, band: Band | None = None) -> str:
    """Where a rule stands and how it is known."""
    where = f" {band.where}" if band is not None and band.where else ""
    return f"{rule.cite}{where}, {KNOWN_BY[rule.mark_of(band)]}"


def _carrier(emission: Emission) -> str:
    return f"{emission.frequency_hz / HZ_PER_MHZ:.10g} MHz"


def _occupied(emission: Emission) -> str:
    if not emission.bandwidth_hz:
        return _carrier(emission)
    low, high = (edge / HZ_PER_MHZ for edge in emission.occupied_hz)
    return f"{_carrier(emission)} with its bandwidth ({low:.10g}-{high:.10g} MHz)"


def _in_zone(emission: Emission, names: Iterable[str]) -> str:
    """Who is in the shielded zone of the Moon: a few of many, the one that is there longest with its times."""
    stays = [emission.stays[name] for name in names if name in emission.stays]
    known = sorted(names)
    if stays:
        longest = max(stays, key=lambda stay: (stay.share, stay.node))
        others = len(known) - 1
        more = f", and {others} more {'is' if others == 1 else 'are'} at times" if others else ""
        return f"{longest.node} is in the zone for {longest.text}{more}"
    if len(known) > 3:
        return f"{', '.join(known[:3])} and {len(known) - 3} more are at times in the zone"
    return f"{' and '.join(known)} {'is' if len(known) == 1 else 'are'} at times in the zone"
