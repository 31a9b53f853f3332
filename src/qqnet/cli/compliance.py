"""The command about requirements: whether a scenario meets a table of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Json
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.compliance.assessment import Assessment
    from qqnet.scenario.model import Scenario
    from qqnet.study.study import Study


def compliance(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one."),
    ] = None,
    against: Annotated[
        str, typer.Option("--against", help="A requirement table: name of a shipped one, or a file.")
    ] = "qqnet-goals",
    phase: Annotated[str | None, typer.Option("--phase", help="Only this phase of the table.")] = None,
    study: Annotated[
        Path | None, typer.Option("--study", help="Study folder to take results from, and to leave them in.")
    ] = None,
    list_tables: Annotated[bool, typer.Option("--list", help="Name the shipped tables.")] = False,
    as_json: Json = False,
) -> None:
    """Hold a scenario against a table of requirements: pass, fail or not assessed, and by how much.

    Exit code 1: a requirement fails.
    """
    from qqnet.compliance.assessment import assess
    from qqnet.compliance.loading import load_table
    from qqnet.scenario.loading import load

    if list_tables:
        _list(as_json)
        return
    if scenario is None:
        raise InputError("SCENARIO is missing; name a scenario, or ask for the tables with --list")
    table, loaded = load_table(against), load(scenario)
    with console.Bars() as bars:
        opened = _study(loaded, study, bars)
        if opened.folder is None:
            found = assess(opened, table, phase)
        else:
            with opened.folder.locked():
                found = assess(opened, table, phase)
    if as_json:
        console.print_json({"scenario": loaded.name, "phase": phase, **found.to_json()})
    else:
        _show(found)
    if not found.ok:
        raise typer.Exit(1)


def _study(loaded: Scenario, folder: Path | None, bars: Any) -> Study:
    from qqnet.study.study import Study

    if folder is not None:
        earlier = Study.open(folder).scenario.name
        if earlier != loaded.name:
            raise InputError(f"--study: {folder} holds a study of {earlier}; wanted one of {loaded.name}")
    return Study(loaded, folder, bars)


def _list(as_json: bool) -> None:
    from qqnet.compliance.loading import load_table, shipped_tables

    tables = [load_table(name) for name in shipped_tables()]
    if as_json:
        rows = [
            {
                "name": one.name,
                "title": one.title,
                "phases": one.phases,
                "requirements": len(one.requirements),
            }
            for one in tables
        ]
        console.print_json({"tables": rows})
        return
    console.print_table(
        "",
        ["table", "title", "requirements", "phases"],
        [[one.name, one.title, str(len(one.requirements)), ", ".join(one.phases)] for one in tables],
        right=("requirements",),
    )


def _show(found: Assessment) -> None:
    rows = [
        [
            one["id"],
            one["status"],
            f"{one['comparison']} {one['limit']:g} {one['unit']}".strip(),
            _number(one["value"], one["status"]),
            _number(one["margin"], one["status"]),
            one["basis"],
        ]
        for one in found.to_json()["requirements"]
    ]
    columns = ["requirement", "answer", "wanted", "is", "margin", "judged by; or why it is not"]
    console.print_table(found.table.title, columns, rows, right=("is", "margin"))
    print(
        f"{found.count('pass')} pass, {found.count('fail')} fail, {found.count('not assessed')} not assessed"
    )


def _number(value: float | None, status: str) -> str:
    """Write a figure; what was measured and has no bound says so."""
    if value is not None:
        return f"{value:.5g}"
    return "" if status == "not assessed" else "unbounded"
