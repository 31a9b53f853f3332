"""The command that draws the contacts of a plan as bars over time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qqnet.cli import console
from qqnet.cli.options import PlanArgument, length_s
from qqnet.errors import InputError


def gantt(
    plan: PlanArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File to write: .png, .svg or .pdf.")
    ],
    by: Annotated[
        Literal["pair", "link"], typer.Option("--by", help="A row for each pair of nodes, or each link.")
    ] = "pair",
    node: Annotated[
        list[str] | None,
        typer.Option("--node", help="Only contacts of this node: name or ipn number; may be repeated."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", help="Seconds of the plan's own time base, or UTC.")
    ] = None,
    duration: Annotated[str | None, typer.Option("--duration", help="With unit, such as '2 d'.")] = None,
    rows: Annotated[
        int, typer.Option("--rows", min=1, help="At most so many, those of the largest volume.")
    ] = 60,
) -> None:
    """Draw the contacts of a plan as bars over time, coloured by data rate."""
    from qqnet.contacts.convert import read_plan
    from qqnet.report.link_figures import check_figure
    from qqnet.report.plan_gantt import write_plan_gantt

    check_figure(output, "--output")
    read = read_plan(plan)
    first, last = read.span
    if start is not None:
        first = read.time_base.seconds(start)
    seconds = length_s(duration)
    if seconds is not None:
        last = first + seconds
    if not first < last:
        end = read.time_base.utc_text(last) or f"{last:g} s"
        raise InputError(f"--start: {start!r} is not before the end of the plan, at {end}")
    write_plan_gantt(read, output, by=by, nodes=node or [], span=(first, last), most_rows=rows)
    console.say(f"wrote {output}")
