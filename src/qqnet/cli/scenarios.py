"""Commands about scenarios as files: list, check, copy, schema."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Json, ScenarioArgument
from qqnet.errors import InputError, ScenarioError


def scenarios(as_json: Json = False) -> None:
    """List the scenarios that come with QQNet."""
    from qqnet.scenario.loading import load, shipped

    loaded = [load(name) for name in shipped()]
    if as_json:
        entries = [
            {"name": one.name, "title": one.title, "nodes": len(one.node_names), "start": one.time.start}
            for one in loaded
        ]
        console.print_json({"scenarios": entries})
        return
    rows = [
        [one.name, one.title, str(len(one.node_names)), one.time.start[:10], f"{one.time.duration / 86400:g}"]
        for one in loaded
    ]
    console.print_table("", ["name", "title", "nodes", "start", "days"], rows, right=("nodes", "days"))


def check(scenario: ScenarioArgument, as_json: Json = False) -> None:
    """Validate a scenario and say what it holds, and under which forces what moves; every fault at once."""
    from qqnet.orbits.build import dynamics_texts
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    try:
        loaded = load(scenario)
        motion = dynamics_texts(loaded, Study(loaded).ephemeris)
    except ScenarioError as error:
        if not as_json:
            count = len(error.faults)
            console.say(f"{error.source}: {count} fault{'s' if count != 1 else ''}")
            raise
        faults = [
            {"path": fault.path, "line": fault.line, "value": fault.value, "message": fault.message}
            for fault in error.faults
        ]
        console.print_json({"ok": False, "errors": faults})
        raise typer.Exit(2) from None
    except InputError as error:
        if not as_json:
            raise
        fault = {"path": "", "line": None, "value": scenario, "message": str(error)}
        console.print_json({"ok": False, "errors": [fault]})
        raise typer.Exit(2) from None
    kinds = Counter(node.kind for node in loaded.nodes)
    holds = {
        "nodes": len(loaded.node_names),
        **{f"{kind} entries": count for kind, count in sorted(kinds.items())},
        "terminals": len(loaded.terminals),
        "flows": len(loaded.flows),
        "grids": len(loaded.grids),
        "days": loaded.time.duration / 86400,
    }
    if as_json:
        nodes = [{"name": name, "dynamics": text} for name, text in motion.items()]
        console.print_json({"ok": True, "errors": [], "name": loaded.name, "holds": holds, "nodes": nodes})
        return
    print(f"{loaded.name}: {loaded.title}" if loaded.title else loaded.name)
    for name, number in holds.items():
        print(f"  {number:>6g} {name}")
    print("motion:")
    for text in dict.fromkeys(motion.values()):
        names = [name for name, other in motion.items() if other == text]
        print(f"  {text}: {', '.join(names)}")


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario; writes NAME.yaml.")],
    template: Annotated[
        str, typer.Option("--template", help="The shipped scenario to copy.")
    ] = "lunar-relay",
) -> None:
    """Copy a template to NAME.yaml, to change it from there."""
    import re

    from qqnet.files import write_text
    from qqnet.scenario.loading import shipped_text

    stem = name.removesuffix(".yaml")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", Path(stem).name):
        raise InputError(f"{name!r} is not a name; use letters, digits, '-', '_' and '.'")
    target = Path(f"{stem}.yaml")
    if target.exists():
        raise InputError(f"{target} is there already; nothing was written")
    text = shipped_text(template)
    write_text(target, re.sub(r"(?m)^name: .*$", f"name: {Path(stem).name}", text, count=1))
    console.say(f"wrote {target}; next: qqnet check {target}")


def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
) -> None:
    """Print the JSON Schema of a scenario file, for editors and other programs."""
    import json

    from qqnet.files import write_text
    from qqnet.scenario.model import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    if output is None:
        print(text)
    else:
        write_text(output, text + "\n")
