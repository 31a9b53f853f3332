"""The command about navigation: surfaces, error budgets, users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.drawing import Field, Fields, Film, Frames, MapFile, View, draw, drawings_of
from qqnet.cli.fields import number, overridden
from qqnet.cli.options import (
    Backend,
    Body,
    Duration,
    Json,
    Mask,
    Nodes,
    ScenarioArgument,
    Start,
    Step,
    with_backend,
    with_span,
)
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.report.drawings import Drawings
    from qqnet.scenario.model import Scenario

User = Annotated[
    str | None, typer.Option("--user", help="A navigation user of the scenario, instead of a surface.")
]


def navigation(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    user: User = None,
    mask: Mask = None,
    node: Nodes = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    output: Fields = None,
    map_file: MapFile = None,
    animate: Film = None,
    field: Field = None,
    view: View = None,
    frames: Frames = None,
    backend: Backend = None,
    as_json: Json = False,
) -> None:
    """Dilution of precision, error budget and errors on a body's surface, or of one user over time."""
    from qqnet.scenario.loading import load

    loaded = load(scenario)
    if user is not None:
        if mask is not None or node:
            raise InputError(
                "--user: takes mask and satellites from the scenario; leave --mask and --node out"
            )
        if any(given is not None for given in (output, map_file, animate, field, view, frames)):
            raise InputError(
                "--user: has no surface; leave -o, --map, --animate, --field, --view, --frames out"
            )
        _user(with_span(loaded, start, duration, step), user, as_json)
        return
    loaded = with_backend(overridden(loaded, body, mask, node, start, duration, step), backend)
    drawings = drawings_of("navigation", loaded, body, map_file, animate, output, field, view, frames)
    _surface(loaded, body, drawings, as_json)


def _surface(scenario: Scenario, body: str, drawings: Drawings | None, as_json: bool) -> None:
    from qqnet.study.study import Study
    from qqnet.study.summary import navigation_summary

    with console.Bars() as bars:
        study = Study(scenario, progress=bars)
        answer = navigation_summary(study, body)
        draw(drawings, study, body)
    if as_json:
        console.print_json(answer)
        return
    rows = []
    for kind in ("gdop", "pdop", "hdop", "vdop", "tdop"):
        figures = answer[kind]
        at_most = "  ".join(
            f"{limit}: {100 * share:.2f} %" for limit, share in figures["fraction_at_most"].items()
        )
        rows.append([kind.upper(), number(figures["p95"]), number(figures["max"]), at_most])
    title = f"{answer['body']}: dilution of precision"
    console.print_table(
        title, ["", "95 %", "max", "share of area and time at most"], rows, right=("95 %", "max")
    )
    _bands(answer)
    if answer["sites"]:
        _sites(answer)
    if "error_budget" in answer:
        _budget(answer["error_budget"])
    _errors(answer["error_m"])


def _bands(answer: dict[str, Any]) -> None:
    wanted = f"{answer['required_gdop']:g}"
    rows = []
    for band in answer["bands"]:
        gdop = band["gdop"]
        share = gdop["fraction_at_most"][wanted]
        rows.append(
            [
                f"{band['south_deg']:.0f} to {band['north_deg']:.0f}",
                f"{band['points']}",
                number(gdop["mean"]),
                number(gdop["max"]),
                "none" if share is None else f"{100 * share:.3f} %",
            ]
        )
    heads = ["latitude [deg]", "points", "GDOP mean", "max", f"at most {wanted}"]
    console.print_table("By latitude", heads, rows, right=heads)


def _sites(answer: dict[str, Any]) -> None:
    wanted = f"{answer['required_gdop']:g}"
    rows = []
    for site in answer["sites"]:
        gdop = site["gdop"]
        rows.append(
            [
                site["name"],
                f"{site['mask_deg']:g}{' + horizon' if site['horizon'] else ''}",
                *(number(gdop[key]) for key in ("mean", "p95", "max")),
                f"{100 * gdop['fraction_at_most'][wanted]:.2f} %",
                *(number(site[kind]["p95"]) for kind in ("pdop", "hdop", "vdop")),
            ]
        )
    heads = ["site", "mask [deg]", "GDOP mean", "95 %", "max", f"at most {wanted}"]
    heads += [f"{kind} 95 %" for kind in ("PDOP", "HDOP", "VDOP")]
    console.print_table("Sites", heads, rows, right=heads[2:])


def _budget(budget: dict[str, Any]) -> None:
    rows = [
        [
            ("= " if line["kind"] == "total" else "") + line["name"],
            "not tracked" if line["sigma_m"] is None else f"{line['sigma_m']:.3f}",
            line["source"],
        ]
        for line in budget["lines"]
    ]
    title = f"error budget of a range, 1 sigma: {budget['where']}"
    console.print_table(title, ["", "[m]", "source"], rows, right=("[m]",))


def _errors(errors: dict[str, Any]) -> None:
    whole = "p95_radius" in errors["position"]
    columns = [
        "",
        "mean",
        "95 %",
        "max",
        *(["radius of 95 %: mean", "95 % of them", "max "] if whole else []),
    ]
    rows = []
    for name, error in errors.items():
        cells = [number(error[key]) for key in ("mean", "p95", "max")]
        if whole:
            cells += [number(error["p95_radius"][key]) for key in ("mean", "p95", "max")]
        rows.append([name, *cells])
    console.print_table("error, 1 sigma, over area and time [m]", columns, rows, right=columns[1:])


def _user(scenario: Scenario, name: str, as_json: bool) -> None:
    from qqnet.study.navigation_users import solve, user_named
    from qqnet.study.study import Study

    found = user_named(scenario, name)
    with console.Bars() as bars:
        answer = solve(Study(scenario, progress=bars), found).summary()
    if as_json:
        console.print_json(answer)
        return
    seen = answer["satellites"]
    print(f"{answer['name']}, {answer['kind']} at {answer['body']}, {answer['start']} to {answer['stop']}")
    print(f"  satellites in view         {seen['min']} to {seen['max']}, mean {seen['mean']:.1f}")
    print(f"  four or more in view       {100 * answer['at_least_4_fraction']:.2f} % of the time")
    for estimator in ("filter", "snapshot"):
        figures = answer[estimator]
        met, solved = 100 * figures["goal_met_fraction"], 100 * figures["available_fraction"]
        goal = f"{estimator} within {answer['goal_m']:g} m"
        print(f"  {goal:<26} {met:.2f} % of the time (95 % radius in space); a solution {solved:.2f} %")
    columns = ["", "mean", "95 %", "max", "at the end", "radius of 95 %: mean", "max "]
    for estimator in ("filter", "snapshot"):
        rows = []
        for error in ("horizontal", "vertical", "position", "time", "velocity"):
            found_errors = answer[estimator][error]
            digits = 4 if error == "velocity" else 2
            cells = [_figure(found_errors[key], digits) for key in ("mean", "p95", "max", "end")]
            radius = found_errors.get("p95_radius")
            cells += ["", ""] if radius is None else [_figure(radius[key], 2) for key in ("mean", "max")]
            rows.append([f"{error} [m/s]" if error == "velocity" else f"{error} [m]", *cells])
        console.print_table(f"{estimator}: error, 1 sigma, over time", columns, rows, right=columns[1:])


def _figure(value: float | None, digits: int) -> str:
    return "none" if value is None else f"{value:.{digits}f}"
