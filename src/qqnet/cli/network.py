"""Commands about the network: contact plan, conversion, routes, traffic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span


def contacts(
    scenario: ScenarioArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write: .csv or .parquet.")],
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
) -> None:
    """Write the contact plan: who can send to whom, when, how fast, how long light takes."""
    from qqnet.contacts.convert import write_plan
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        plan = Study(loaded, progress=bars).contacts
    write_plan(plan, output)
    console.say(f"wrote {output}: {len(plan)} contacts")


def convert(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="Contact plan: .csv, .parquet, ION, HDTN.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="File to write.")],
    to: Annotated[str, typer.Option("--to", help="ion, hdtn, ud3tn, csv or parquet.")],
) -> None:
    """Convert a contact plan to the format of other nodes."""
    raise NotImplementedError


def route(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="Contact plan, in any format that is read.")],
    source: Annotated[str, typer.Option("--from", help="Node that sends: name or ipn number.")],
    target: Annotated[str, typer.Option("--to", help="Node that must receive: name or ipn number.")],
    at: Annotated[
        str | None,
        typer.Option("--at", help="Seconds of the plan's time base, or UTC; its start if not given."),
    ] = None,
    size: Annotated[str, typer.Option("--size", help="Bundle size in bytes, or with unit: '2 MB'.")] = "0",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many routes.")] = 1,
    as_json: Json = False,
) -> None:
    """Earliest-arrival routes through a contact plan, with hops and times. Exit code 1: there is none."""
    raise NotImplementedError


def traffic(
    scenario: ScenarioArgument,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Contact plan to use instead of the scenario's own.")
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Send every flow's bundles through the network: delays, deliveries, losses."""
    raise NotImplementedError
