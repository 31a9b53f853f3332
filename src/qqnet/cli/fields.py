"""What the commands about surfaces share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from qqnet.cli.options import (
    changed,
    masked_nodes,
    quantity,
    with_span,
)
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario


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
    from qqnet.units import ANGLE

    elevation = quantity(mask, ANGLE, "--mask")
    if elevation is not None and not abs(elevation) < math.pi / 2:
        raise InputError(f"--mask: {mask!r} must be above -90 deg and below 90 deg")
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
    sections: dict[str, Any] = {"grids": grids}
    if mask is not None:
        at_body = {node.name for node in scenario.nodes if getattr(node, "body", None) == grid.body}
        sections["nodes"] = masked_nodes(scenario, at_body, mask)
    return changed(scenario, sections)
