"""The command about losses of satellites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.fields import overridden
from qqnet.cli.options import Body, Duration, Json, Mask, Nodes, ScenarioArgument, Start, Step, changed
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario


def robustness(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    lose: Annotated[
        list[int] | None,
        typer.Option("--lose", help="Satellites lost together, at random; may be repeated."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", help="Random sets of each number; all where there are no more.")
    ] = None,
    mask: Mask = None,
    node: Nodes = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Coverage and GDOP of a body's surface with any one satellite lost, or with some lost at random.

    Exit code 1: with any one lost, a point of the surface has too few satellites in view at some time.
    """
    from qqnet.scenario.loading import load
    from qqnet.study.robustness import robustness_summary
    from qqnet.study.study import Study

    loaded = overridden(load(scenario), body, mask, node, start, duration, step)
    loaded = _losing(loaded, body, lose, draws)
    with console.Bars() as bars:
        answer = robustness_summary(Study(loaded, progress=bars), body)
    if as_json:
        console.print_json(answer)
    else:
        _print(answer)
    one = answer["losses"].get("any_1")
    if one is not None and one["coverage"]["fold_min"] < answer["required_fold"]:
        raise typer.Exit(1)


def _losing(scenario: Scenario, body: str, lose: list[int] | None, draws: int | None) -> Scenario:
    """Return the scenario with the losses of a body's grid as the options say."""
    from qqnet.study.fields import grid_of, providers

    grid = grid_of(scenario, body)
    satellites = len(providers(scenario, grid))
    for count in lose or []:
        if not 0 < count < satellites:
            raise InputError(
                f"--lose: {count}; {satellites} satellites count, so right is from 1 to {satellites - 1}"
            )
    change = {"random": lose or None, "draws": draws}
    given = {key: value for key, value in change.items() if value is not None}
    if not given:
        return scenario
    grids = [one.model_dump(mode="json", by_alias=True) for one in scenario.grids]
    grids[scenario.grids.index(grid)]["losses"] |= given
    return changed(scenario, {"grids": grids})


def _print(answer: dict[str, Any]) -> None:
    wanted, gdop = str(answer["required_fold"]), f"{answer['required_gdop']:g}"
    print(
        f"{answer['body']}, {answer['satellites']} satellites, {wanted} in view and GDOP of at most {gdop} wanted"
    )
    if not answer["losses"]:
        print("  a single satellite counts: nothing is left without it")
        return
    rows = []
    for kind, found in answer["losses"].items():
        coverage, navigation = found["coverage"], found["navigation"]
        sets = f"{found['sets']}{' (all)' if found['all_sets'] else ''}"
        rows.append(
            [
                kind.replace("_", " "),
                sets,
                f"{coverage['fold_min']}",
                f"{100 * coverage['fraction_at_least'][wanted]:.4f} %",
                f"{100 * coverage['fraction_at_least_worst_point']:.3f} %",
                f"{coverage['longest_gap_s'] / 60:.1f}",
                f"{100 * navigation['fraction_at_most']:.3f} %",
                f"{100 * navigation['fraction_at_most_worst_point']:.3f} %",
                f"{navigation['longest_outage_s'] / 60:.1f}",
            ]
        )
    heads = [
        "lost",
        "sets",
        "fewest",
        f"at least {wanted}",
        "worst point",
        "longest gap [min]",
        f"GDOP ≤ {gdop}",
        "worst point ",
        "longest [min]",
    ]
    console.print_table("With the worst set of each kind lost", heads, rows, right=heads[1:])
    for kind, found in answer["losses"].items():
        for what, title in (("coverage", "coverage"), ("navigation", "GDOP")):
            print(f"  worst for {title}, {kind.replace('_', ' ')}: {found[what]['worst']}")
