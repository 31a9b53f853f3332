"""Commands about links: the budget of one, line by line."""

from __future__ import annotations

from typing import Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import (
    Duration,
    Json,
    Mask,
    ScenarioArgument,
    Start,
    Step,
    changed,
    masked_nodes,
    with_span,
)


def link(
    scenario: ScenarioArgument,
    source: Annotated[str, typer.Argument(metavar="FROM", help="Node that transmits.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Node that receives.")],
    at: Annotated[
        str | None, typer.Option("--at", help="UTC; the start of the span where not given.")
    ] = None,
    terminal: Annotated[
        str | None, typer.Option("--terminal", help="Transmit terminal, where several could be used.")
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    mask: Mask = None,
    as_json: Json = False,
) -> None:
    """Budget of a link, line by line, and when it is there."""
    from qqnet.scenario.loading import load
    from qqnet.study.budgets import link_report
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration, step)
    if mask is not None:
        loaded = changed(loaded, {"nodes": masked_nodes(loaded, {source, target}, mask)})
    with console.Bars() as bars:
        report = link_report(Study(loaded, progress=bars), source, target, at, terminal)
    if as_json:
        console.print_json(report.to_json())
        return
    budget = report.budget
    print(f"{source} -> {target} by {report.pair.name} at {report.at_utc}")
    if not report.visible:
        print("  no line of sight then; the budget is for the distance alone")
    rows = [[line.name, f"{line.value:.2f}", line.unit, line.source] for line in budget.lines]
    console.print_table("", ["line", "value", "unit", "source"], rows, right=("value",))
    print(f"  distance     {budget.range_km:.1f} km, {budget.owlt_s:.3f} s one way")
    if budget.closes:
        print(f"  data rate    {budget.rate_bps:.6g} bit/s in mode {budget.mode.name}")
    else:
        print(f"  data rate    none: even mode {budget.mode.name} does not close")
    print(f"  margin       {budget.margin_db:.2f} dB; {budget.required_margin_db:g} dB must remain")
    for other in report.others:
        print(f"  also possible: --terminal {other}")
