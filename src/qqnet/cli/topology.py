"""The command about the network at a moment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span


def topology(
    scenario: ScenarioArgument,
    at: Annotated[
        str | None, typer.Option("--at", help="UTC; the start of the span where not given.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Contact plan to use instead of the scenario's own.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Draw it: .png, .svg or .pdf.")
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Say who is linked with whom at a moment, how fast, and draw it."""
    from qqnet.contacts.convert import read_plan
    from qqnet.report.link_figures import check_figure
    from qqnet.report.topology import check_moment, topology_at
    from qqnet.report.topology_figure import write_topology
    from qqnet.scenario.loading import load
    from qqnet.space.timescales import tdb_from_utc
    from qqnet.study.study import Study

    check_figure(output, "--output")
    loaded = with_span(load(scenario), start, duration, step)
    at_s = loaded.time.start_s if at is None else float(tdb_from_utc(at))
    check_moment(loaded, at_s)
    own = None if plan is None else read_plan(plan)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        found = topology_at(loaded, study.trajectories, study.contacts if own is None else own, at_s)
    if output is not None:
        write_topology(found, output)
        console.say(f"wrote {output}")
    answer = found.answer()
    if as_json:
        console.print_json(answer)
        return
    rows = [
        [
            link["from"],
            link["to"],
            {"optical": "laser", "rf": "radio"}.get(link["kind"], link["kind"]),
            f"{link['rate_bps']:.4g}" if link["rate_bps"] else "shut",
            f"{link['rate_back_bps']:.4g}" if link["rate_back_bps"] else "shut",
            f"{link['owlt_s']:.3f}",
        ]
        for link in answer["links"]
    ]
    columns = ["from", "to", "kind", "rate [bit/s]", "back [bit/s]", "light time [s]"]
    console.print_table("", columns, rows, right=columns[3:])
    print(
        f"{len(rows)} pairs at {answer['at_utc']}; without a link: {', '.join(answer['alone']) or 'nobody'}"
    )
