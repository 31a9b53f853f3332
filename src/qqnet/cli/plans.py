"""Commands about contact plans: making one, converting one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, PlanArgument, ScenarioArgument, Start, Step, with_span


def contacts(
    scenario: ScenarioArgument,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="File to write; the ending tells the format: .csv, .parquet, .ionrc, .json"
        ),
    ],
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
) -> None:
    """Write the contact plan: who can send to whom, when, how fast, how long light takes."""
    from qqnet.contacts.convert import format_of_name, write_plan
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    format_of_name(output)
    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        plan = Study(loaded, progress=bars).contacts
    for note in write_plan(plan, output):
        console.say(note)
    console.say(f"wrote {output}: {len(plan)} contacts")


def convert(
    plan: PlanArgument,
    output: Annotated[
        Path, typer.Argument(metavar="OUT", help="File to write; for ud3tn and ud3tn-ion a folder.")
    ],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="ion, hdtn, ud3tn, ud3tn-ion, asabr, tvg, ccsds, csv or parquet. By OUT's ending otherwise.",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", help="Format of PLAN; recognised where not given."),
    ] = None,
) -> None:
    """Convert a contact plan to the format of other nodes; says what that format cannot hold."""
    from qqnet.contacts.convert import convert as convert_plan

    for note in convert_plan(plan, output, to, form):
        console.say(note)
    console.say(f"wrote {output}")
