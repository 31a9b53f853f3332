"""Options of commands about surfaces that draw maps and animations and write fields."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qqnet.cli import console

if TYPE_CHECKING:
    from qqnet.report.drawings import Drawings
    from qqnet.scenario.model import Scenario
    from qqnet.study.study import Study

Fields = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE.nc", help="Write the fields as NetCDF.")
]
MapFile = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="Draw a map: .png, .svg or .pdf.")
]
Film = Annotated[
    Path | None,
    typer.Option(
        "--animate", metavar="FILE", help="Draw what is seen at one time after the other: .gif or .mp4."
    ),
]
Field = Annotated[
    str | None, typer.Option("--field", help="What is drawn; a wrong name lists those there are.")
]
View = Annotated[
    str | None,
    typer.Option("--view", help="World, globes, sides, poles, south-cap:75 ...; a wrong name lists them."),
]
Frames = Annotated[
    int | None,
    typer.Option(
        "--frames", help="Instants of the animation, evenly over the span; else every epoch, or 120 of many."
    ),
]


def drawings_of(
    kind: Literal["coverage", "navigation"],
    scenario: Scenario,
    body: str,
    map_file: Path | None,
    film: Path | None,
    fields: Path | None,
    field: str | None,
    view: str | None,
    frames: int | None,
) -> Drawings | None:
    """Return what is to be drawn or written, checked before anything is computed; None where nothing is."""
    if all(given is None for given in (map_file, film, fields, field, view, frames)):
        return None
    from qqnet.report.drawings import Drawings

    drawings = Drawings(kind, map_file, film, fields, field, view, frames)
    drawings.check(scenario, body)
    return drawings


def draw(drawings: Drawings | None, study: Study, body: str) -> None:
    """Write the files that were asked for, and say so."""
    for path in drawings.write(study, body) if drawings is not None else ():
        console.say(f"wrote {path}")
