"""Compliance: the study held against every shipped table that it has numbers for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qqnet.compliance.assessment import Assessment, assess
from qqnet.compliance.loading import load_table, shipped_tables
from qqnet.report.page import Block, Fold, Table, Text
from qqnet.report.wording import number

if TYPE_CHECKING:
    from qqnet.study.study import Study


def compliance_blocks(study: Study) -> list[Block]:
    """Return a table of verdicts for each requirement table of which anything could be assessed."""
    found = [assess(study, load_table(name)) for name in shipped_tables()]
    blocks: list[Block] = [
        Fold(
            f"{one.table.title}: {one.count('pass')} pass, {one.count('fail')} fail, "
            f"{one.count('not assessed')} not assessed",
            [_table(one)],
        )
        for one in found
        if one.count("pass") + one.count("fail")
    ]
    if not blocks:
        return [Text("The study has no number that a shipped requirement table asks for.")]
    return [
        Text(
            "Margins are in the unit of the requirement; above zero is better than asked. How far each source was "
            "verified stands with it; a user's own table is asked with qqnet compliance --against."
        ),
        *blocks,
    ]


def _table(found: Assessment) -> Table:
    rows = [
        [
            " ".join(filter(None, (one["phase"], one["title"]))),
            one["status"],
            f"{one['comparison']} {one['limit']:g} {one['unit']}".strip(),
            _value(one, "value"),
            _value(one, "margin"),
            one["basis"],
            f"{one['source']} ({one['verified']})" + (f". {one['note']}" if one["note"] else ""),
        ]
        for one in found.to_json()["requirements"]
    ]
    columns = ["requirement", "answer", "wanted", "is", "margin", "judged by; or why it is not", "source"]
    return Table(columns, rows, len(columns), prose=True)


def _value(entry: dict[str, Any], key: str) -> str:
    if entry[key] is None:
        return "" if entry["status"] == "not assessed" else "unbounded"
    return number(entry[key], 5)
