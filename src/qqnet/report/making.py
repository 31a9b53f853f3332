"""What made the results: versions, data, seed, and the cost of each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qqnet.report.page import Block, Table, Text
from qqnet.report.wording import NONE, duration, number


def provenance_blocks(provenance: Mapping[str, Any]) -> list[Block]:
    """Tables of a study's provenance.

    Parameters
    ----------
    provenance : mapping
        As the study gives it.

    Returns
    -------
    list of Block
    """
    stages = provenance.get("stages", {})
    facts = [
        [_words(key), text] for key, value in provenance.items() if key != "stages" for text in [_text(value)]
    ]
    blocks: list[Block] = [Table(["", ""], facts, 2, "What made this report", prose=True)]
    if stages:
        rows = [
            [
                name,
                duration(float(cost["seconds"])),
                number(cost.get("peak_mb")) if "peak_mb" in cost else NONE,
            ]
            for name, cost in stages.items()
        ]
        rows.append(["all", duration(sum(float(cost["seconds"]) for cost in stages.values())), ""])
        blocks.append(Table(["stage", "wall time", "peak memory [MB]"], rows, 1, "Cost of each stage"))
    else:
        blocks.append(Text("No stage has recorded its cost."))
    return blocks


def _words(key: str) -> str:
    known = {
        "qqnet": "QQNet",
        "code": "digest of its code",
        "scenario": "digest of the scenario",
        "peak_mb": "peak memory [MB]",
    }
    return known.get(key, key.replace("_", " "))


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(inner) for inner in value)
    return str(value)
