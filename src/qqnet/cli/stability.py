"""The command about years: whether a constellation holds, and what keeping it costs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Body, Duration, Json, Mask, ScenarioArgument, Step, quantity
from qqnet.units import ANGLE, DURATION


def stability(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    duration: Duration = None,
    step: Step = None,
    mask: Mask = None,
    keeping: Annotated[
        bool, typer.Option("--keeping/--no-keeping", help="Whether to look at the kept constellation too.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Coverage, elements and delta-v of a constellation over years, left alone and kept.

    Exit code 1: kept, it has too few satellites in view at some time.
    """
    from qqnet.scenario.loading import load
    from qqnet.study.stability import specification, stability_summary
    from qqnet.study.study import Study

    loaded = load(scenario)
    changes: dict[str, Any] = {
        "duration": quantity(duration, DURATION, "--duration"),
        "step": quantity(step, DURATION, "--step"),
        "mask": quantity(mask, ANGLE, "--mask"),
    }
    spec = specification(loaded, body, {key: value for key, value in changes.items() if value is not None})
    with console.Bars() as bars:
        answer = stability_summary(Study(loaded, progress=bars), spec, kept=keeping)
    if as_json:
        console.print_json(answer)
    else:
        print_stability(answer)
    judged = answer["kept"] or answer["free"]
    if not judged["held_throughout"]:
        raise typer.Exit(1)


def print_stability(answer: dict[str, Any]) -> None:
    """Print the answers about years for people."""
    days, fold = answer["duration_days"], answer["fold"]
    print(f"{answer['body']}, {days} days from {answer['start']}, {fold} in view wanted")
    print(f"  {answer['dynamics']}")
    for case, title in (("free", "left alone"), ("kept", "kept")):
        one = answer[case]
        if one is None:
            continue
        held = "throughout" if one["held_throughout"] else f"for {one['held_days']} days"
        print(
            f"  {title:11}  {fold} in view everywhere {held}; {100 * one['fraction_at_least_fold']:.3f} % "
            f"of area and time; fewest {one['fold_min']}; largest mean e {one['e_max'] or 0.0:.4f}"
        )
        for lost in one["lost"]:
            print(f"               {lost['node']} meets the surface on {lost['utc'][:10]}")
    spent = answer["delta_v_m_s_per_year"]
    if spent is not None:
        print(
            f"  delta-v      {spent['mean']:.2f} m/s a satellite and year, spread {spent['std']:.2f}, "
            f"most {spent['max']:.2f}; {answer['burns']} burns"
        )
