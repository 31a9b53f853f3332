"""The command about coverage of surfaces, and what it shares with that about navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qqnet.cli import console
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
    with_span,
)
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario


def coverage(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    mask: Mask = None,
    node: Nodes = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Fold, gaps and worst day of a body's surface."""
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    loaded = overridden(load(scenario), body, mask, node, start, duration, step)
    with console.Bars() as bars:
        result = Study(loaded, progress=bars).coverage(body)
    answer = result.summary()
    if as_json:
        console.print_json(answer)
        return
    worst, day = answer["worst_point"], answer["worst_day"]
    print(f"{answer['body']}, elevation mask {answer['mask_deg']:g} deg")
    print(f"  fewest satellites in view   {answer['fold']['min']}")
    for fold, share in answer["fold"]["fraction_at_least"].items():
        print(f"  at least {fold} in view          {100 * share:7.3f} % of area and time")
    print(f"  worst point                 {worst['lat_deg']:.1f} deg, {worst['lon_deg']:.1f} deg east")
    for fold, gap in answer["longest_gap_by_fold_s"].items():
        print(f"  longest time below {fold}        {gap / 60:7.1f} min")
    print(f"  worst day starts            {day['start']}")


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
    """Return the scenario with a grid's mask and providers, and the span, as the options say."""
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
    grids = [
        one.model_dump(mode="json", by_alias=True) | (change if one is grid else {}) for one in scenario.grids
    ]
    return changed(scenario, {"grids": grids})
