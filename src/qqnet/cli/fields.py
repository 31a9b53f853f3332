"""The command about navigation, and what the commands about surfaces share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qqnet.cli import console
from qqnet.cli.drawing import Field, Fields, Film, Frames, MapFile, View, draw, drawings_of
from qqnet.cli.options import (
    Body,
    Duration,
    Json,
    Mask,
    Nodes,
    ScenarioArgument,
    Start,
    Step,
    changed,
    masked_nodes,
    with_span,
)
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario


def navigation(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    mask: Mask = None,
    node: Nodes = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    output: Fields = None,
    map_file: MapFile = None,
    animate: Film = None,
    field: Field = None,
    view: View = None,
    frames: Frames = None,
    as_json: Json = False,
) -> None:
    """Dilution of precision and position error on a body's surface."""
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study
    from qqnet.study.summary import navigation_summary

    loaded = overridden(load(scenario), body, mask, node, start, duration, step)
    drawings = drawings_of("navigation", loaded, body, map_file, animate, output, field, view, frames)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        answer = navigation_summary(study, body)
        draw(drawings, study, body)
    if as_json:
        console.print_json(answer)
        return
    rows = []
    for kind in ("gdop", "pdop", "hdop", "vdop", "tdop"):
        figures = answer[kind]
        at_most = "  ".join(
            f"{limit}: {100 * share:.2f} %" for limit, share in figures["fraction_at_most"].items()
        )
        rows.append([kind.upper(), number(figures["p95"]), number(figures["max"]), at_most])
    title = f"{answer['body']}: dilution of precision"
    console.print_table(
        title, ["", "95 %", "max", "share of area and time at most"], rows, right=("95 %", "max")
    )
    rows = [
        [kind, number(error["mean"]), number(error["p95"]), number(error["max"])]
        for kind, error in answer["error_m"].items()
        if isinstance(error, dict)
    ]
    console.print_table("error [m]", ["", "mean", "95 %", "max"], rows, right=("mean", "95 %", "max"))


def number(value: float | None) -> str:
    """Write a figure; none where there is none."""
    return "none" if value is None else f"{value:.2f}"


def chosen(scenario: Scenario, names: list[str]) -> list[str]:
    """Return the single nodes that the user named; InputError where a name stands for none."""
    from qqnet.scenario.suggest import unknown

    for name in names:
        if not scenario.expand([name]):
            known = [*(entry.name for entry in scenario.nodes), *scenario.node_names]
            raise InputError(f"--node: {unknown('node', name, known)}")
    return scenario.expand(names)


def overridden(
    scenario: Scenario,
    body: str,
    mask: str | None,
    nodes: list[str] | None,
    start: str | None,
    duration: str | None,
    step: str | None,
) -> Scenario:
    """Return the scenario with the span, and the mask and providers at a body, as the options say.

    The mask is that of the grid and of the sites on the body; their horizons hold all the same.
    """
    from qqnet.study.fields import grid_of

    scenario = with_span(scenario, start, duration, step)
    grid = grid_of(scenario, body)
    change: dict[str, Any] = {}
    if mask is not None:
        change["mask"] = mask
    if nodes:
        chosen(scenario, nodes)
        change["providers"] = nodes
    if not change:
        return scenario
    grids = [one.model_dump(mode="json") | (change if one is grid else {}) for one in scenario.grids]
    sections: dict[str, Any] = {"grids": grids}
    if mask is not None:
        at_body = {node.name for node in scenario.nodes if getattr(node, "body", None) == grid.body}
        sections["nodes"] = masked_nodes(scenario, at_body, mask)
    return changed(scenario, sections)
