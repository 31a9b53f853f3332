"""The command about beams: who points where, and who was denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.scenario.model import Scenario
    from qqnet.study.study import Study

_MOST_ROWS = 40


def pointing(
    scenario: ScenarioArgument,
    node: Annotated[
        list[str] | None,
        typer.Option(
            "--node", help="Only these nodes, constellations or networks, with their pointings over time."
        ),
    ] = None,
    denied: Annotated[
        bool, typer.Option("--denied", help="List the lines of sight that were denied, and why.")
    ] = False,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Who points where: use of the beams of every terminal, what was denied, how often they turn."""
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration, step)
    chosen = _chosen(loaded, node)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        _ = study.pointing
    answer = _answer(study, chosen, denied)
    if as_json:
        console.print_json(answer)
    else:
        _print(answer, chosen is not None)


def _chosen(scenario: Scenario, asked: list[str] | None) -> set[str] | None:
    """Single nodes that are asked for; None where all are."""
    from qqnet.scenario.suggest import unknown

    if not asked:
        return None
    found: set[str] = set()
    for name in asked:
        members = scenario.expand([name])
        if not members:
            raise InputError(
                f"--node: {unknown('node, constellation or network', name, scenario.node_names)}"
            )
        found |= set(members)
    return found


def _answer(study: Study, chosen: set[str] | None, denied: bool) -> dict[str, Any]:
    from qqnet.study.pointing import beams, pointing_summary

    use, table = beams(study), study.pointing.table
    if chosen is not None:
        use = use[use["node"].isin(chosen)]
        table = table[table["a"].isin(chosen) | table["b"].isin(chosen)]
    answer = {**pointing_summary(study), "terminals": use.to_dict("records")}
    if chosen is not None:
        answer["pointings"] = _rows(table[table["granted"]])
    if denied:
        answer["denied"] = _rows(table[~table["granted"]])
    return answer


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    from qqnet.space.timescales import format_utc

    columns = ["a", "a_terminal", "b", "b_terminal", "start_s", "end_s", "why", "a_busy", "b_busy"]
    rows = [{str(key): value for key, value in row.items()} for row in table[columns].to_dict("records")]
    for row in rows:
        row["start"] = format_utc(row["start_s"])
        for key in ("a_busy", "b_busy"):
            row[key] = [name for name in row[key].split(", ") if name]
    return rows


def _print(answer: dict[str, Any], one_by_one: bool) -> None:
    from qqnet.report.wording import duration, percent

    print(
        f"{answer['policy']}: {answer['pointings_count']} pointings, "
        f"{percent(answer['denied_fraction'], 1)} of the wanted time denied, "
        f"{answer['switches_per_day']:.1f} switches a day and terminal"
    )
    rows = [
        [
            row["node"],
            row["terminal"],
            str(row["beams"]),
            percent(row["use_mean"], 1),
            str(row["peak"]),
            percent(row["full"], 1),
            percent(row["denied_fraction"], 1),
            f"{row['switches_per_day']:.1f}",
        ]
        for row in (answer["terminals"] if one_by_one else _gathered(answer["terminals"]))
    ]
    columns = ["node", "terminal", "beams", "in use", "peak", "all in use", "denied", "switches/d"]
    console.print_table("", columns, rows, right=columns[2:])
    for key, title in (("pointings", "Pointings"), ("denied", "Denied")):
        found = answer.get(key, [])
        shown = [
            [
                row["start"][:19],
                duration(row["end_s"] - row["start_s"]),
                f"{row['a']} {row['a_terminal']}",
                f"{row['b']} {row['b_terminal']}",
                _why(row),
            ]
            for row in found[:_MOST_ROWS]
        ]
        if shown:
            console.print_table(title, ["from (UTC)", "for", "between", "and", "why"], shown)
        if len(found) > _MOST_ROWS:
            print(f"and {len(found) - _MOST_ROWS} more; --json has all")


def _why(row: dict[str, Any]) -> str:
    busy = [f"{row[end]} with {', '.join(row[f'{end}_busy'])}" for end in ("a", "b") if row[f"{end}_busy"]]
    why = str(row["why"]).replace("a full", f"{row['a']} full").replace("b full", f"{row['b']} full")
    return "; ".join([why, *busy])


def _gathered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for all members of a constellation: the mean of each figure, the highest peak."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["entry"], row["terminal"]), []).append(row)
    found = []
    for (entry, terminal), members in groups.items():
        mean = {
            key: sum(row[key] for row in members) / len(members)
            for key in ("use_mean", "full", "denied_fraction", "switches_per_day")
        }
        name = entry if len(members) == 1 else f"{entry} ({len(members)})"
        peak = max(row["peak"] for row in members)
        found.append({"node": name, "terminal": terminal, "beams": members[0]["beams"], "peak": peak, **mean})
    return found
