"""The command about LunaNet: which of its interfaces a scenario meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span

if TYPE_CHECKING:
    from qqnet.spectrum.lunanet import Standing


def lunanet(
    scenario: ScenarioArgument,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Interfaces of LunaNet: met, not met, not applicable; exit code 1 if any is not met."""
    from qqnet.scenario.loading import load
    from qqnet.spectrum.lunanet import standings
    from qqnet.study.broadcast_levels import broadcast_levels
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        found = standings(loaded, study.links, broadcast_levels(study))
    if as_json:
        console.print_json(answer(found))
    else:
        _print(loaded.name, found)
    if any(standing.state == "not met" for standing in found):
        raise typer.Exit(1)


def answer(found: list[Standing]) -> dict[str, Any]:
    """The answer for programs."""
    from qqnet.spectrum.lunanet import lunanet_table

    return {
        "ok": not any(standing.state == "not met" for standing in found),
        "interfaces": [
            {
                "id": standing.interface.id,
                "service": standing.interface.service,
                "title": standing.interface.title,
                "state": standing.state,
                "reason": standing.reason,
                "by": [{"node": node, "terminal": terminal} for node, terminal in standing.by],
                "where": standing.interface.where,
                "mark": standing.interface.mark,
                "verified": standing.interface.mark == "verified",
            }
            for standing in found
        ],
        "table_date": lunanet_table().date,
    }


def _print(name: str, found: list[Standing]) -> None:
    counts = {
        state: sum(one.state == state for one in found) for state in ("met", "not met", "not applicable")
    }
    print(f"{name}: {', '.join(f'{count} {state}' for state, count in counts.items())}")
    rows = []
    for one in found:
        by = _by(one.by)
        rows.append([one.interface.service, one.interface.title, one.state, one.reason, by, one.known])
    console.print_table("", ["service", "interface", "", "why", "by", "LNIS V5"], rows)


def _by(pairs: tuple[tuple[str, str], ...]) -> str:
    """Terminals with the nodes that carry them, a few of many."""
    carriers: dict[str, list[str]] = {}
    for node, terminal in pairs:
        carriers.setdefault(terminal, []).append(node)

    def some(nodes: list[str]) -> str:
        return ", ".join(nodes) if len(nodes) <= 3 else f"{', '.join(nodes[:2])} and {len(nodes) - 2} more"

    return "; ".join(
        f"{terminal} of {some(nodes)}" if terminal else some(nodes) for terminal, nodes in carriers.items()
    )
