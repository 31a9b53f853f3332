"""Frequency rules: what each allows, where it was read, how far that is verified, and when it holds."""

from __future__ import annotations

import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from qqnet.errors import InputError
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Frequency, Name
from qqnet.scenario.suggest import unknown
from qqnet.spectrum.emissions import LINKS

HZ_PER_MHZ: Final = 1e6

Status = Literal["allocated", "SFCG recommendation", "WRC-27 candidate", "other"]
Mark = Literal["verified", "secondary", "unverified", "own"]
Kind = Literal["bands", "barred", "bandwidth", "zone", "light", "open", "named"]
Direction = Literal["Earth to space", "space to Earth", "space to space", "surface", "broadcast", "any"]

CANDIDATE: Final = "WRC-27 candidate"

KNOWN_BY: Final = {
    "verified": "verified",
    "secondary": "secondary source",
    "unverified": "unverified",
    "own": "a rule of your own table",
}
"""How a rule is known, in words of messages."""


def parse_day(text: str) -> str:
    """Return a day as ISO text.

    Raises
    ------
    ValueError
        The text is no day.

    Examples
    --------
    >>> parse_day("2027-12-01")
    '2027-12-01'
    """
    return datetime.date.fromisoformat(text).isoformat()


def _day(value: object) -> object:
    if not isinstance(value, str):
        raise broken("must be a day, such as 2025-01-29")
    try:
        return parse_day(value)
    except ValueError:
        raise broken("is no day; right is year, month and day, such as 2025-01-29") from None


Day = Annotated[str, BeforeValidator(_day)]


def _link(value: object) -> object:
    if isinstance(value, str) and value not in LINKS:
        raise broken(unknown("kind of link", value, LINKS))
    return value


class Range(Part):
    """A range of frequencies."""

    lowest: Frequency = Field(description="lower edge")
    highest: Frequency = Field(description="upper edge")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lowest >= self.highest:
            raise broken("is not below highest; exchange the two", "lowest")
        return self

    def holds(self, low_hz: float, high_hz: float) -> bool:
        """Whether all of an emission, from `low_hz` to `high_hz`, lies within."""
        return self.lowest <= low_hz and high_hz <= self.highest

    def meets(self, low_hz: float, high_hz: float) -> bool:
        """Whether any of an emission, from `low_hz` to `high_hz`, lies within."""
        return low_hz <= self.highest and high_hz >= self.lowest


class Band(Range):
    """A band that a rule names."""

    band: str = Field(description="the field's name: UHF, L, S, C, X, K, Ka")
    where: str = Field("", description="page or part of the source")
    mark: Mark | None = Field(None, description="how the band is known, where not as the rule")
    condition: Literal["outside-zone"] | None = Field(
        None, description="outside the Moon's shielded zone only"
    )

    @property
    def text(self) -> str:
        """The band as people write it.

        Examples
        --------
        >>> Band(band="K", lowest="22.55 GHz", highest="23.15 GHz").text
        'K 22550-23150 MHz'
        """
        return f"{self.band} {self.lowest / HZ_PER_MHZ:g}-{self.highest / HZ_PER_MHZ:g} MHz"


class Rule(Part):
    """One statement of one source."""

    id: Name = Field(description="short name")
    title: str = Field(description="what it says")
    kind: Kind = Field("bands", description="what is checked")
    links: list[Annotated[str, BeforeValidator(_link)]] = Field(min_length=1, description="kinds of link")
    region: str = Field(description="where it holds")
    direction: Direction = Field("any", description="of its links")
    status: Status = Field(description="standing of the rule")
    cite: str = Field(description="the document in short")
    source: str = Field(description="the document, and through whom it is known")
    revision: str = Field("not known", description="revision or date of the document")
    valid_from: Day | None = Field(None, description="first day, where known")
    valid_until: Day | None = Field(None, description="first day on which it holds no more, where known")
    mark: Mark = Field(description="how far it is verified")
    condition: Literal["outside-zone"] | None = Field(
        None, description="outside the Moon's shielded zone only"
    )
    governs: Range | None = Field(None, description="carriers for which these links need a band of the table")
    wide_from: Frequency | None = Field(None, description="bandwidth from which on only the bands are right")
    bands: list[Band] = Field([], description="what it allows, or bars")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.kind in ("bands", "barred", "bandwidth", "zone") and not self.bands:
            raise broken(f"is empty; a rule of kind {self.kind!r} needs bands", "bands")
        if (self.kind == "bandwidth") != (self.wide_from is not None):
            raise broken("goes with rules of kind 'bandwidth', and those need it", "wide_from")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise broken(f"is not after valid_from, {self.valid_from}", "valid_until")
        return self

    @property
    def verified(self) -> bool:
        """Whether the document itself, or a copy of it, was read."""
        return self.mark == "verified"

    def mark_of(self, band: Band | None) -> Mark:
        """How a band of the rule is known."""
        return self.mark if band is None or band.mark is None else band.mark

    def outside_zone(self, band: Band) -> bool:
        """Whether a band is for use outside the shielded zone of the Moon only."""
        return (band.condition or self.condition) == "outside-zone"

    def holds_on(self, when: str) -> bool:
        """Whether the rule holds on a day (ISO text), as far as its dates are known.

        Examples
        --------
        >>> from qqnet.spectrum.rule_table import rule_table
        >>> rule = rule_table().rule("sfcg-32-2r5-surface")
        >>> rule.holds_on("2024-01-01"), rule.holds_on("2025-06-01")
        (True, False)
        """
        return (self.valid_from or "") <= when and (self.valid_until is None or when < self.valid_until)


class RuleTable(Part):
    """All rules, and the date of the table."""

    version: Literal[1]
    date: str = Field("", description="year and month of the table")
    without: list[Name] = Field([], description="in a table laid over another: rows of that one to leave out")
    rules: list[Rule] = Field(description="in the order of preference")

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise broken(f"names {rule.id!r} twice; each rule needs an id of its own", "rules")
            seen.add(rule.id)
        return self

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
        raise InputError(unknown("frequency rule", name, [rule.id for rule in self.rules]))

    def about(self, link: str, kind: Kind = "bands") -> list[Rule]:
        """Return the rules of a kind that speak of a kind of link, in table order."""
        return [rule for rule in self.rules if rule.kind == kind and link in rule.links]

    def on(self, when: str) -> RuleTable:
        """Return the rules that hold on a day (ISO text), as far as dates are known."""
        return self.model_copy(update={"rules": [rule for rule in self.rules if rule.holds_on(when)]})

    def under(self, other: RuleTable) -> RuleTable:
        """Lay another table over this one.

        Rules of the same id are replaced where they stand; others come first, so that they are preferred.

        Raises
        ------
        InputError
            The other table leaves out what this one does not hold.
        """
        mine = {rule.id for rule in self.rules}
        for name in other.without:
            if name not in mine:
                raise InputError(unknown("frequency rule", name, sorted(mine)))
        theirs = {rule.id: rule for rule in other.rules}
        new = [rule for rule in other.rules if rule.id not in mine]
        kept = [theirs.get(rule.id, rule) for rule in self.rules if rule.id not in other.without]
        return RuleTable(version=1, date=other.date or self.date, rules=[*new, *kept])
