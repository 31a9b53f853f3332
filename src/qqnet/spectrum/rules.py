"""The table of frequency rules: what each allows, where it was read, and how far that is verified."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

import yaml

from qqnet.errors import InputError

HZ_PER_MHZ: Final = 1e6

Status = Literal["allocated", "SFCG recommendation", "WRC-27 candidate", "other"]
Mark = Literal["secondary", "unverified"]
Kind = Literal["bands", "bandwidth", "zone", "light"]

CANDIDATE: Final = "WRC-27 candidate"


@dataclass(frozen=True)
class Band:
    """A band that a rule names.

    Attributes
    ----------
    name : str
        The field's name: UHF, S, C, X, K, Ka.
    low_hz, high_hz : float
        Edges [Hz].
    where : str
        Page or part of the source; empty where that is not known.
    mark : str
        ``secondary`` or ``unverified``, how the band is known.
    outside_zone : bool
        Whether it is for use outside the shielded zone of the Moon only.
    """

    name: str
    low_hz: float
    high_hz: float
    where: str
    mark: Mark
    outside_zone: bool

    def holds(self, low_hz: float, high_hz: float) -> bool:
        """Whether all of an emission, from `low_hz` to `high_hz`, lies within."""
        return self.low_hz <= low_hz and high_hz <= self.high_hz

    @property
    def text(self) -> str:
        """The band as people write it.

        Examples
        --------
        >>> Band("K", 22.55e9, 23.15e9, "p. 45", "secondary", False).text
        'K 22550-23150 MHz'
        """
        return f"{self.name} {self.low_hz / HZ_PER_MHZ:g}-{self.high_hz / HZ_PER_MHZ:g} MHz"


@dataclass(frozen=True)
class Rule:
    """One statement of one source.

    Attributes
    ----------
    id, title : str
        Short name, and what it says.
    kind : str
        ``bands``: which carriers; ``bandwidth``: where wide emissions may be; ``zone``: emissions in the shielded
        zone of the Moon; ``light``: lasers.
    links : frozenset of str
        Kinds of link that it is about (see `qqnet.spectrum.emissions`).
    region : str
        Where it holds.
    status : str
        ``allocated``, ``SFCG recommendation``, ``WRC-27 candidate`` or ``other``.
    cite, source, revision : str
        The document in short; with through whom it is known; its revision or date.
    mark : str
        ``secondary``: quoted by a second source; ``unverified``: from memory.
    verified : bool
        Whether the document itself was read.
    bands : tuple of Band
        What it allows.
    governs_hz : (float, float) or None
        Carriers [Hz] for which these links need a band of the table; None where a carrier elsewhere is not known
        to break the rule.
    wide_from_hz : float or None
        Occupied bandwidth [Hz] from which on the bands are the only ones, for a rule on bandwidth.
    """

    id: str
    title: str
    kind: Kind
    links: frozenset[str]
    region: str
    status: Status
    cite: str
    source: str
    revision: str
    mark: Mark
    verified: bool
    bands: tuple[Band, ...]
    governs_hz: tuple[float, float] | None
    wide_from_hz: float | None


@dataclass(frozen=True)
class RuleTable:
    """All rules, and the date of the table.

    Attributes
    ----------
    date : str
        Year and month.
    rules : tuple of Rule
        In the order of preference.
    """

    date: str
    rules: tuple[Rule, ...]

    def rule(self, name: str) -> Rule:
        """Return a rule by its id.

        Raises
        ------
        InputError
            There is none of that name.
        """
        for rule in self.rules:
            if rule.id == name:
                return rule
        raise InputError(f"no frequency rule {name!r}; known are: {', '.join(r.id for r in self.rules)}")

    def about(self, link: str, kind: Kind = "bands") -> list[Rule]:
        """Return the rules of a kind that speak of a kind of link, in table order."""
        return [rule for rule in self.rules if rule.kind == kind and link in rule.links]


@cache
def rule_table() -> RuleTable:
    """Return the packaged table of frequency rules.

    Examples
    --------
    >>> table = rule_table()
    >>> [band.text for band in table.rule("lnis-v5-pnt").bands]
    ['S 2483.5-2500 MHz']
    >>> any(rule.verified for rule in table.rules)
    False
    """
    text = (resources.files("qqnet.spectrum") / "rules.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return RuleTable(str(data["date"]), tuple(_rule(row) for row in data["rules"]))


def _rule(row: dict[str, Any]) -> Rule:
    governs = row.get("governs")
    wide = row.get("wide_from_mhz")
    return Rule(
        id=row["id"],
        title=row["title"],
        kind=row.get("kind", "bands"),
        links=frozenset(row["links"]),
        region=row["region"],
        status=row["status"],
        cite=row["cite"],
        source=row["source"],
        revision=row["revision"],
        mark=row["mark"],
        verified=row["verified"],
        bands=tuple(_band(band, row) for band in row.get("bands", ())),
        governs_hz=None if governs is None else (governs[0] * HZ_PER_MHZ, governs[1] * HZ_PER_MHZ),
        wide_from_hz=None if wide is None else wide * HZ_PER_MHZ,
    )


def _band(band: dict[str, Any], row: dict[str, Any]) -> Band:
    low, high = band["edges"]
    return Band(
        name=band["band"],
        low_hz=low * HZ_PER_MHZ,
        high_hz=high * HZ_PER_MHZ,
        where=band.get("where", ""),
        mark=band.get("mark", row["mark"]),
        outside_zone=band.get("condition", row.get("condition")) == "outside-zone",
    )
