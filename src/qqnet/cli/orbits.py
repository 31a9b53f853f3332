"""The command about motion: where nodes are, and their ephemerides for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.fields import chosen
from qqnet.cli.options import Duration, Json, Nodes, ScenarioArgument, Start, Step, with_span
from qqnet.errors import InputError


def orbits(
    scenario: ScenarioArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o",
            help="File to write; the ending tells the format: .oem, .xml (OEM), .bsp (SPICE), .csv, .parquet, "
            ".e (STK), .czml (Cesium), .opm (state at the start), .omm and .tle (mean elements of SGP4; "
            "satellites of the Earth). Without it a summary is printed.",
        ),
    ] = None,
    node: Nodes = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="oem, oem-xml, spk, csv, parquet, stk, czml, opm, omm, omm-xml or tle, instead of the ending.",
        ),
    ] = None,
    frame: Annotated[
        str, typer.Option("--frame", help="Axes: ICRF, EME2000; for tables also ITRF, MOON_ME, IAU_MARS...")
    ] = "ICRF",
    center: Annotated[
        str | None,
        typer.Option("--center", help="Body that positions are relative to; else what each node moves about."),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show how nodes move, or write their ephemerides: positions and velocities over the scenario's span."""
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    if output is None and (format_ is not None or frame != "ICRF" or center is not None):
        raise InputError("--format, --frame and --center say how a file is written; name it by --output")
    loaded = with_span(load(scenario), start, duration, step)
    names = chosen(loaded, node) if node else loaded.node_names
    if output is not None:
        from qqnet.study.ephemerides import check_request, write_ephemerides

        check_request(loaded, names, output, format_key=format_, frame=frame, center=center)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        if output is not None:
            done = write_ephemerides(study, names, output, format_key=format_, frame=frame, center=center)
        if output is None or as_json:
            from qqnet.study.orbit_summary import orbit_summary

            answer = orbit_summary(study, names)
    if output is not None:
        unit = {"spk": "records", "omm": "sets", "omm-xml": "sets", "tle": "sets"}.get(
            done.format.key, "states"
        )
        console.say(f"wrote {output}: {done.format.name}, {done.nodes} nodes, {done.states} {unit}")
        for note in done.notes:
            console.say(note)
    if as_json:
        console.print_json(answer)
    elif output is None:
        _print(answer)


def _print(answer: dict[str, Any]) -> None:
    """Print one line a node."""
    rows = []
    for node in answer["nodes"]:
        found = node["elements"]
        if found is None:
            figures = [f"{node['distance_km']:.1f}", *[""] * 5]
        else:
            height = f"{found['periapsis_altitude_km']:.1f} x {found['apoapsis_altitude_km']:.1f}"
            angles = (f"{found[key]:.2f}" for key in ("i_deg", "raan_deg", "argp_deg"))
            figures = [height, f"{found['e']:.5f}", *angles, f"{found['period_s'] / 3600.0:.4f}"]
        rows.append([node["node"], node["center"], *figures, node["dynamics"]])
    columns = [
        "node", "about", "altitude, or distance [km]", "e", "i [deg]", "raan [deg]", "argp [deg]", "period [h]",
        "motion",
    ]  # fmt: skip
    title = f"osculating orbits on {answer['epoch']}, against the equator of the body"
    console.print_table(title, columns, rows, right=columns[2:8])
