"""Tables of the page on formats of contact plans, from what the formats declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from qqnet.contacts.convert import REGISTRY
from qqnet.contacts.plan_format import SUBJECTS, Holds, PlanFormat


def formats(_: str | None) -> Iterator[str]:
    """Names, endings, and which way each goes."""
    yield "| `--to` | format | endings | read | written | defined in |"
    yield "|---|---|---|---|---|---|"
    for one in REGISTRY.values():
        endings = ", ".join(f"`{ending}`" for ending in one.endings) or "a folder"
        yield (
            f"| `{one.name}` | {one.title} | {endings} | {_word(one.read is not None)} | "
            f"{'a folder' if one.folder else 'yes'} | {one.source} |"
        )
    yield ""


def holdings(_: str | None) -> Iterator[str]:
    """What each format can say: one column a format."""
    shown = _distinct()
    yield f"| | {' | '.join(shown)} |"
    yield f"|---{'|---' * len(shown)}|"
    for field in fields(Holds):
        cells = " | ".join(_word(getattr(one.holds, field.name)) for one in shown.values())
        yield f"| {SUBJECTS[field.name]} | {cells} |"
    yield ""


def _distinct() -> dict[str, PlanFormat]:
    """Formats that hold the same share a column, where they follow one another."""
    columns: list[tuple[str, PlanFormat]] = []
    for one in REGISTRY.values():
        if columns and columns[-1][1].holds == one.holds:
            columns[-1] = (f"{columns[-1][0]}, {one.title}", one)
        else:
            columns.append((one.title, one))
    return dict(columns)


def _word(value: str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
