"""Tables of the pages on frequencies, from the data that the checks use."""

from __future__ import annotations

from collections.abc import Iterator

from qqnet.spectrum.flux_rows import bandwidth_text
from qqnet.spectrum.limits import Sourced, limits
from qqnet.spectrum.lunanet import lunanet_table
from qqnet.spectrum.rule_table import rule_table
from qqnet.spectrum.rules import Rule


def rules(_: str | None) -> Iterator[str]:
    """All frequency rules, row by row."""
    table = rule_table()
    read = sum(rule.verified for rule in table.rules)
    yield f"{len(table.rules)} rows, as of {table.date}; {read} of them were read in the document.\n"
    yield "| rule | links | direction | bands [MHz] | status | source, revision | holds | known |"
    yield "|---|---|---|---|---|---|---|---|"
    for rule in table.rules:
        cells = (
            f"`{rule.id}`<br>{rule.title}",
            ", ".join(rule.links),
            rule.direction,
            _bands(rule),
            rule.status,
            f"{rule.source}; {rule.revision}",
            _holds(rule),
            rule.mark,
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _bands(rule: Rule) -> str:
    kinds = {"barred": "barred: ", "bandwidth": "wide signals only in ", "zone": "in the zone only "}
    edges = [f"{band.lowest / 1e6:g}-{band.highest / 1e6:g}" for band in rule.bands]
    outside = (
        " (outside the shielded zone)" if rule.condition or any(band.condition for band in rule.bands) else ""
    )
    return kinds.get(rule.kind, "") + ", ".join(edges) + outside


def _holds(rule: Rule) -> str:
    begin = f"from {rule.valid_from}" if rule.valid_from else ""
    end = f"until {rule.valid_until}" if rule.valid_until else ""
    return " ".join(part for part in (begin, end) if part) or "dates not known"


def limits_table(_: str | None) -> Iterator[str]:
    """Limits of power flux density and protection criteria."""
    table = limits()
    yield "| limit | band [MHz] | value | source | known |"
    yield "|---|---|---|---|---|"
    for row in table.surface:
        width = bandwidth_text(row.reference)
        value = f"{row.low:g} to {row.high:g} dB(W/m2) in {width} at the {row.body}'s surface"
        yield _line(row.id, f"{row.lowest / 1e6:g}-{row.highest / 1e6:g}", value, row)
    for one in table.received:
        value = f"{one.least:g} to {one.most:g} dBW into 0 dBi at the {one.body}'s surface"
        yield _line(one.id, "", value, one)
    for other in table.reception:
        value = (
            f"{other.most:g} dB(W/m2) in {bandwidth_text(other.reference)} at receivers at the {other.body}"
        )
        yield _line(other.id, f"{other.lowest / 1e6:g}-{other.highest / 1e6:g}", value, other)
    for criterion in table.criteria:
        value = (
            f"{criterion.most:g} dBW in {criterion.reference:g} Hz, {criterion.receiver}, {criterion.region}"
        )
        yield _line(criterion.id, f"{criterion.lowest / 1e6:g}-{criterion.highest / 1e6:g}", value, criterion)
    yield ""


def _line(name: str, band: str, value: str, row: Sourced) -> str:
    return f"| `{name}` | {band} | {value} | {row.source} | {row.mark} |"


def interfaces(_: str | None) -> Iterator[str]:
    """Interfaces of LunaNet."""
    yield "| interface | service | title | band [MHz] | LNIS V5 | known |"
    yield "|---|---|---|---|---|---|"
    for row in lunanet_table().interfaces:
        band = row.band.removesuffix(" MHz")
        yield f"| `{row.id}` | {row.service} | {row.title} | {band} | {row.where} | {row.mark} |"
    yield ""
