"""Where every value of the scenario comes from: sources, assumptions, and what nobody has verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qqnet.report.page import Block, Fold, Table, Text
from qqnet.report.wording import whole
from qqnet.scenario.model import Scenario
from qqnet.scenario.part import Described

Row = tuple[str, str, str]


def source_blocks(scenario: Scenario) -> list[Block]:
    """List every source and assumption of a scenario, by kind of part.

    Parameters
    ----------
    scenario : Scenario
        What was run.

    Returns
    -------
    list of Block
    """
    kinds: dict[str, Sequence[tuple[str, Described]]] = {
        "Scenario": [("", scenario)],
        "Nodes": [(node.name, node) for node in scenario.nodes],
        "Terminals": [(name, terminal) for name, terminal in scenario.terminals.items()],
        "Networks on the ground": [(net.name, net) for net in scenario.terrestrial],
        "Flows": [(flow.name, flow) for flow in scenario.flows],
        "Traffic": [
            ("traffic", scenario.traffic),
            *((f"failures[{n}]", one) for n, one in enumerate(scenario.traffic.failures)),
        ],
        "Grids": [(grid.body, grid) for grid in scenario.grids],
        "Error budgets": [(grid.body, grid.errors) for grid in scenario.grids if grid.errors is not None],
        "Users of navigation": [(user.name, user) for user in scenario.navigation_users],
        "Navigation satellites": [
            part
            for gnss in ([] if scenario.gnss is None else [scenario.gnss])
            for part in [("gnss", gnss), *((one.name, one) for one in gnss.receivers)]
        ],
        "Protected places": [(place.name, place) for place in scenario.protected_places],
        "Service volumes": [(volume.name, volume) for volume in scenario.service_volumes],
        "Years": [(years.body, years) for years in scenario.stability],
        "Orbit determination": [(one.body, one) for one in scenario.orbit_determination],
    }
    found = {
        title: [row for name, part in parts for row in rows_of(name, part)] for title, parts in kinds.items()
    }
    every = [row for rows in found.values() for row in rows]
    if not every:
        return [Text("The scenario names neither sources nor assumptions.")]
    counts = {word: sum(row[1].startswith(word) for row in every) for word in ("source", "assumption")}
    unverified = sum("unverified" in row[1] for row in every)
    blocks: list[Block] = [
        Text(
            f"The scenario names {whole(counts['source'])} sources, {whole(unverified)} of them "
            "unverified, and "
            f"{whole(counts['assumption'])} assumptions. Keys are paths inside the part; * is everything "
            "that is not named."
        )
    ]
    for title, rows in found.items():
        if rows:
            cells = [[key, kind, text] for key, kind, text in rows]
            summary = f"{title}: {whole(len(rows))} {'entry' if len(rows) == 1 else 'entries'}"
            blocks.append(Fold(summary, [Table(["part and key", "kind", "text"], cells, 3, prose=True)]))
    return blocks


def rows_of(name: str, part: Described) -> Iterator[Row]:
    """Give key path, kind and text of each source and assumption of a part.

    Parameters
    ----------
    name : str
        The part's name; empty for the scenario itself.
    part : Described
        Any part.

    Yields
    ------
    tuple of str
        Key path; ``source``, ``source, unverified`` or ``assumption``; text.
    """
    for kind, texts in (("source", part.sources), ("assumption", part.assumptions)):
        for key, text in texts.items():
            doubt = ", unverified" if "unverified" in text.lower() and kind == "source" else ""
            yield f"{name}: {key}" if name else key, kind + doubt, text
