"""The command about routes through a contact plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Json, PlanArgument
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan
    from qqnet.routing.routes import Route


def route(
    plan: PlanArgument,
    source: Annotated[str, typer.Option("--from", help="Node that sends: name or ipn number.")],
    target: Annotated[str, typer.Option("--to", help="Node that must receive: name or ipn number.")],
    at: Annotated[
        str | None,
        typer.Option("--at", help="Seconds of the plan's own time base, or UTC; its start where not given."),
    ] = None,
    size: Annotated[str, typer.Option("--size", help="Bundle size in bytes, or with unit: '2 MB'.")] = "0",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many routes.")] = 1,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw them over the contacts: .png, .svg or .pdf."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Earliest-arrival routes through a contact plan, with hops and times. Exit code 1: there is none."""
    from qqnet.contacts.convert import read_plan
    from qqnet.routing.answer import answer, why_no_route
    from qqnet.routing.graph import compile_plan
    from qqnet.routing.routes import RouteRequest, find_routes

    if plot is not None:
        from qqnet.report.link_figures import check_figure

        check_figure(plot, "--plot")
    read = read_plan(plan)
    at_s = read.span[0] if at is None else read.time_base.seconds(at)
    request = RouteRequest(source, target, at_s, _bytes(size))
    compiled = compile_plan(read)
    found = find_routes(compiled, request, k)
    if plot is not None and found:
        from qqnet.report.space_time import draw_route

        draw_route(read, found, plot, at_s=at_s)
        console.say(f"wrote {plot}")
    reason = None if found else why_no_route(compiled, request)
    if as_json:
        console.print_json({**answer(found, read.time_base), "reason": reason})
    elif not found:
        print(f"no route from {source} to {target}: {reason}")
    for number, one in enumerate(() if as_json else found, start=1):
        _print_route(number, one, read, at_s)
    if not found:
        raise typer.Exit(1)


def _bytes(text: str) -> float:
    """Read a size: plain bytes, or with a unit."""
    from qqnet.units import DATA_SIZE, parse

    try:
        value = float(text)
    except ValueError:
        try:
            return parse(text, DATA_SIZE)
        except ValueError as error:
            raise InputError(f"--size: {text!r} {error}") from None
    if not 0.0 <= value < 1e18:
        raise InputError(f"--size: {text!r} must be zero or more bytes, such as 1000000 or '2 MB'")
    return value


def _print_route(number: int, one: Route, plan: ContactPlan, at_s: float) -> None:
    arrival = plan.time_base.utc_text(one.arrival_s) or f"{one.arrival_s:.3f} s"
    hops = len(one.hops)
    print(
        f"{number}. arrives {arrival}, {one.arrival_s - at_s:.3f} s after the start, {hops} hop{'s' * (hops > 1)}"
    )
    for hop in one.hops:
        begin = hop.start_s - at_s
        print(
            f"   {hop.from_} -> {hop.to}  sent {begin:.3f} to {hop.end_s - at_s:.3f} s, "
            f"received {hop.arrival_s - at_s:.3f} s  ({hop.link})"
        )
