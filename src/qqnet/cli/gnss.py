"""The command about Earth's navigation satellites: who hears how many of them, and what a fix is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, changed, quantity, with_span
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.scenario.gnss import Gnss
    from qqnet.scenario.model import Scenario


def gnss(
    scenario: ScenarioArgument,
    node: Annotated[
        list[str] | None,
        typer.Option("--node", help="Only these nodes, of those that carry a receiver; may be repeated."),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option("--system", help="Count only these systems, such as GPS; may be repeated."),
    ] = None,
    threshold: Annotated[
        str | None, typer.Option("--threshold", help="Least C/N0 of a usable signal, such as '26 dB-Hz'.")
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Navigation satellites of the Earth that receivers far from it can use, and the fix they give."""
    from qqnet.gnss.of_scenario import asked
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration)
    asked(loaded)
    loaded = _overridden(loaded, node or [], system or [], threshold, step)
    with console.Bars() as bars:
        answer = Study(loaded, progress=bars).gnss.summary()
    if as_json:
        console.print_json(answer)
    else:
        print_gnss(answer)


def print_gnss(answer: dict[str, Any]) -> None:
    """Print the answers about navigation satellites for people."""
    systems = ", ".join(answer["systems"])
    print(f"{answer['satellites']} satellites of {systems}; {answer['epochs']} epochs from {answer['start']}")
    rows = []
    for one in answer["nodes"]:
        usable, error = one["usable"], one["error_m"]
        rows.append(
            [
                one["node"],
                f"{one['threshold_db_hz']:g}",
                f"{usable['min']} / {usable['mean']:.1f} / {usable['max']}",
                f"{100 * usable['fraction_at_least']['4']:.1f}",
                f"{100 * one['fix_fraction']:.1f}",
                *(
                    _figure(value)
                    for value in (one["pdop"]["p50"], error["position"]["p50"], error["position"]["p95"])
                ),
                *(_figure(error[kind]["p50"]) for kind in ("lateral", "time")),
            ]
        )
    heads = [
        "node", "from [dB-Hz]", "usable min / mean / max", ">= 4 [%]", "fix [%]", "PDOP", "position [m]",
        "95 % [m]", "across [m]", "time [m]",
    ]  # fmt: skip
    console.print_table(
        "usable satellites and errors of a snapshot (1 sigma, median)", heads, rows, right=tuple(heads[1:])
    )
    rows = [
        [
            one["node"],
            part["system"],
            f"{part['clear_mean']:.1f}",
            f"{part['usable']['mean']:.2f}",
            str(part["usable"]["max"]),
            *(_figure(part["c_n0_db_hz"][key]) for key in ("p50", "p95", "max")),
        ]
        for one in answer["nodes"]
        for part in one["systems"]
    ]
    heads = ["node", "system", "not hidden", "usable", "most", "C/N0 50 %", "95 %", "max [dB-Hz]"]
    console.print_table("by system", heads, rows, right=tuple(heads[2:]))


def _figure(value: float | None) -> str:
    """Write a figure; none where it is infinite."""
    if value is None:
        return "none"
    return f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"


def _overridden(
    scenario: Scenario, nodes: list[str], systems: list[str], threshold: str | None, step: str | None
) -> Scenario:
    """Return the scenario with receivers and systems as the options say."""
    from qqnet.gnss.of_scenario import asked
    from qqnet.units import CARRIER_TO_NOISE, DURATION

    spec = asked(scenario)
    written = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if systems:
        written["systems"] = list(dict.fromkeys(_known(name) for name in systems))
    if threshold is not None:
        quantity(threshold, CARRIER_TO_NOISE, "--threshold")
        for receiver in written["receivers"]:
            receiver["threshold"] = threshold
            receiver.pop("tracking", None)
    if step is not None:
        quantity(step, DURATION, "--step")
        written["step"] = step
    if nodes:
        written["receivers"] = _carrying(scenario, spec, written["receivers"], nodes)
    before = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return scenario if written == before else changed(scenario, {"gnss": written})


def _known(name: str) -> str:
    """Return the name of a system as the tables write it; InputError where there is none."""
    from typing import get_args

    from qqnet.scenario.gnss import GnssSystem
    from qqnet.scenario.suggest import unknown

    known: dict[str, str] = {one.lower(): one for one in get_args(GnssSystem)}
    if name.lower() not in known:
        raise InputError(f"--system: {unknown('navigation system', name, known.values())}")
    return known[name.lower()]


def _carrying(
    scenario: Scenario, spec: Gnss, written: list[dict[str, Any]], nodes: list[str]
) -> list[dict[str, Any]]:
    """Keep the receivers of named nodes; InputError where a node carries none."""
    carried = [scenario.expand(one.nodes) for one in spec.receivers]
    wanted: list[str] = []
    for name in nodes:
        meant = scenario.expand([name]) or [scenario.entry(name).name]  # entry() refuses what is no node
        listening = [one for one in meant if any(one in names for names in carried)]
        if not listening:
            known = ", ".join(one for names in carried for one in names)
            raise InputError(f"--node: {name!r} carries no navigation receiver; these do: {known}")
        wanted += listening
    kept = []
    for receiver, names in zip(written, carried, strict=True):
        chosen = [name for name in names if name in wanted]
        if chosen:
            kept.append(receiver | {"nodes": chosen})
    return kept
