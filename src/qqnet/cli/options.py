"""Arguments and options that several commands share, and how they change a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.errors import InputError, ScenarioError

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario
    from qqnet.scenario.traffic_conditions import Failure
    from qqnet.units import Dimension


def _complete(incomplete: str) -> list[str]:
    from qqnet.scenario.loading import shipped

    return [name for name in shipped() if name.startswith(incomplete)]


ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A scenario file, or the name of a shipped one.", autocompletion=_complete
    ),
]
PlanArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PLAN",
        help="Contact plan: CSV, Parquet, ION, HDTN, uD3TN, A-SABR, dtn-tvg-util; told by name and content.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Start = Annotated[str | None, typer.Option("--start", help="UTC, instead of the scenario's start.")]
Duration = Annotated[str | None, typer.Option("--duration", help="With unit, such as '2 d'.")]
Step = Annotated[str | None, typer.Option("--step", help="With unit, such as '60 s'.")]
Mask = Annotated[str | None, typer.Option("--mask", help="Lowest elevation, such as '10 deg'.")]
Backend = Annotated[
    str | None, typer.Option("--backend", help="Of the kernels: numba, or jax, which takes a GPU.")
]
Body = Annotated[str, typer.Option("--body", help="Moon, Mars, Venus or Earth.")]
Nodes = Annotated[
    list[str] | None,
    typer.Option("--node", help="Count only these nodes, constellations or networks; may be repeated."),
]


def quantity(text: str | None, dimension: Dimension, option: str) -> float | None:
    """Read an option that is a quantity with a unit; None stays None."""
    from qqnet.units import parse

    if text is None:
        return None
    try:
        return parse(text, dimension)
    except ValueError as error:
        raise InputError(f"{option}: {text!r} {error}") from None


def length_s(duration: str | None) -> float | None:
    """Read the option --duration [s]; None stays None."""
    from qqnet.units import DURATION

    seconds = quantity(duration, DURATION, "--duration")
    if seconds is not None and not seconds > 0.0:
        raise InputError(f"--duration: {duration!r} must be above zero")
    return seconds


def with_span(
    scenario: Scenario, start: str | None = None, duration: str | None = None, step: str | None = None
) -> Scenario:
    """Return the scenario with another time span, checked as if it had been written so."""
    if start is None and duration is None and step is None:
        return scenario
    time: dict[str, Any] = scenario.time.model_dump(mode="json")
    given = {"start": start, "duration": duration, "step": step}
    time |= {key: value for key, value in given.items() if value is not None}
    change: dict[str, Any] = {"time": time}
    seconds = length_s(duration)
    late = [flow.name for flow in scenario.flows if seconds is not None and 0.0 < seconds <= flow.start]
    if late:
        # Written in a file this is a fault; who looks at a part of the span has simply not come to them yet.
        console.say(f"left out, as they start after the end of this span: {', '.join(late)}")
        change["flows"] = [
            flow.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for flow in scenario.flows
            if flow.name not in late
        ]
    failures = scenario.traffic.failures
    kept = [one for one in failures if seconds is None or (one.start or 0.0) < seconds]
    if len(kept) < len(failures):
        console.say(
            "left out, as they begin after the end of this span: failures of " + _failing(failures, kept)
        )
        change["traffic"] = scenario.traffic.model_copy(update={"failures": kept}).model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        )
    late_users = [
        one.name for one in scenario.navigation_users if seconds is not None and seconds <= one.start
    ]
    if late_users:
        console.say(f"left out, as they start after the end of this span: {', '.join(late_users)}")
        change["navigation_users"] = [
            one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for one in scenario.navigation_users
            if one.name not in late_users
        ]
    nodes = _without_late_burns(scenario, start, seconds)
    if nodes is not None:
        change["nodes"] = nodes
    return changed(scenario, change)


def _failing(failures: Sequence[Failure], kept: Sequence[Failure]) -> str:
    """Name what those failures that are not kept are of."""
    late = [one for one in failures if one not in kept]
    return ", ".join(one.node or " and ".join(one.link or ()) for one in late)


def _without_late_burns(
    scenario: Scenario, start: str | None, duration_s: float | None
) -> list[dict[str, Any]] | None:
    """Return the nodes as written without burns after the end of another span; None where there are none."""
    from qqnet.space.timescales import tdb_from_utc

    nodes = [node.model_dump(mode="json", by_alias=True, exclude_defaults=True) for node in scenario.nodes]
    late = []
    for node in nodes:
        burns = node.get("dynamics", {}).get("burns", [])
        if burns:
            begin = scenario.time.start_s if start is None else tdb_from_utc(start)
            stop = begin + (scenario.time.duration if duration_s is None else duration_s)
            last = max(stop, tdb_from_utc(node["orbit"].get("epoch", scenario.time.start)))
            kept = [burn for burn in burns if tdb_from_utc(burn["at"]) <= last]
            if len(kept) < len(burns):
                node["dynamics"]["burns"] = kept
                late.append(node["name"])
    if not late:
        return None
    console.say(f"left out, as they come after the end of this span: burns of {', '.join(late)}")
    return nodes


def with_backend(scenario: Scenario, backend: str | None) -> Scenario:
    """Return the scenario with another back end of the kernels, checked at once."""
    if backend is None:
        return scenario
    if backend == "jax":
        from qqnet.access.backends import jax_module

        jax_module()
    compute = scenario.compute.model_dump(mode="json") | {"backend": backend}
    return changed(scenario, {"compute": compute})


def changed(scenario: Scenario, change: dict[str, Any]) -> Scenario:
    """Return the scenario with some top-level sections replaced, checked again."""
    from qqnet.scenario.document import parse
    from qqnet.scenario.loading import from_document

    document = parse(scenario.to_yaml(), f"{scenario.name} with options")
    for key, value in change.items():
        document[key] = value
    try:
        return from_document(document, scenario.name, scenario.directory)
    except ScenarioError as error:
        # Lines of a document that the user never saw would only mislead.
        faults = [f"{fault.path}: {fault.message}" for fault in error.faults]
        raise InputError(f"{scenario.name} with these options: " + "; ".join(faults)) from None


def masked_nodes(scenario: Scenario, names: set[str], mask: str) -> list[dict[str, Any]]:
    """Return the nodes as written, those of the names that are sites with another elevation mask."""
    nodes = []
    for node in scenario.nodes:
        entry = node.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        nodes.append(entry | {"mask": mask} if node.name in names and hasattr(node, "mask") else entry)
    return nodes
