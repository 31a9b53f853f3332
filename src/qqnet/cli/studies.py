"""The main command: a scenario through all floors, to a folder with a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span


def run_command(
    scenario: ScenarioArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Study folder; runs/NAME where not given.")
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    animate: Annotated[
        bool,
        typer.Option("--animate", help="A moving picture of each surface in the report, over one orbit."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Compute everything and write a study folder with report.html.

    A folder that holds an earlier or an interrupted run of the scenario is continued: what has not changed is
    not computed again.
    """
    from qqnet.report.document import write_report
    from qqnet.scenario.loading import load
    from qqnet.study.study import run

    loaded = with_span(load(scenario), start, duration, step)
    folder = output or Path("runs") / loaded.name
    with console.Bars() as bars:
        study = run(loaded, folder, bars)
        write_report(study, folder / "report.html", bars, animate=animate)
    if as_json:
        console.print_json(study.summary)
        return
    for line in headlines(study.summary):
        print(line)
    print(f"report: {folder / 'report.html'}")


def headlines(summary: dict[str, Any]) -> list[str]:
    """The answers of a study, one a line."""
    return [f"{answer['question']} {answer['answer']}" for answer in summary["headlines"]]
