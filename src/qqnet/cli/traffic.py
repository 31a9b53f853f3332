"""The command about traffic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span


def traffic(
    scenario: ScenarioArgument,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Contact plan to use instead of the scenario's own.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures", metavar="DIR", help="Draw fates, delays, throughput, storage, volumes, use of links."
        ),
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Send every flow's bundles through the network: delays, deliveries, losses."""
    from qqnet.contacts.convert import read_plan
    from qqnet.scenario.loading import load
    from qqnet.study.flows import traffic_over
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        if plan is None:
            study = Study(loaded, progress=bars)
            result, used = study.traffic, study.contacts
        else:
            own = used = read_plan(plan)
            absolute = own.time_base.is_absolute
            origin = own.time_base.seconds(loaded.time.start) if absolute else own.span[0]
            result = traffic_over(loaded, own, origin)
    if figures is not None:
        from qqnet.report.traffic_figures import constellations, write_traffic_figures

        for path in write_traffic_figures(result, used, figures, constellations(loaded)):
            console.say(f"wrote {path}")
    answer = result.answer()
    if as_json:
        console.print_json(answer)
        return
    rows = []
    for flow in answer["flows"]:
        delay = flow["delay_s"] or {}
        ratio = flow["delivery_ratio"]
        rows.append(
            [
                flow["name"],
                f"{flow['offered_bytes']:.4g}",
                "none" if ratio is None else f"{100 * ratio:.2f}",
                *(f"{delay[key]:.2f}" if delay else "none" for key in ("p50", "p95", "max")),
                ", ".join(f"{cause}: {size:.3g} B" for cause, size in flow["losses"].items()),
            ]
        )
    columns = ["flow", "offered [byte]", "delivered [%]", "delay 50 % [s]", "95 % [s]", "max [s]", "lost"]
    console.print_table("", columns, rows, right=columns[1:6])
