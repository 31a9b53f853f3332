"""The command about orbits and clocks of a navigation constellation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Body, Duration, Json, ScenarioArgument, Step, changed, length_s
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.orbit_determination.result import OrbitDeterminationResult
    from qqnet.scenario.model import Scenario


def od(
    scenario: ScenarioArgument,
    body: Body = "Moon",
    duration: Duration = None,
    step: Step = None,
    clock: Annotated[
        str | None, typer.Option("--clock", help="USO, RAFS, DSAC or one of the scenario's clocks.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="Leave a source of tracking out; may be repeated."),
    ] = None,
    leave_one_out: Annotated[
        bool, typer.Option("--leave-one-out", help="Repeat it without each source in turn.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write all covariances to a NetCDF file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Orbit and clock errors of a constellation's broadcast messages, from tracking.

    Covariances of a square-root information filter: what the tracking that the scenario's `orbit_determination`
    names would give.
    """
    from qqnet.files import whole_file
    from qqnet.scenario.loading import load
    from qqnet.study import orbit_determination as stage
    from qqnet.study.study import Study

    loaded = _overridden(load(scenario), body, duration, step, clock, without or [])
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        result = study.orbit_determination(body)
        answer = result.summary()
        if leave_one_out:
            bars.start("without each source", reused=False)
            spec = stage.asked_of(loaded, body)
            answer["without"] = {
                name: _without(found) for name, found in stage.left_out(study, spec, bars.advance).items()
            }
    if output is not None:
        with whole_file(output) as part:
            result.save(part)
    if as_json:
        console.print_json(answer)
    else:
        print_determination(answer)


def _without(result: OrbitDeterminationResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    answer = result.summary()
    return {key: answer[key] for key in ("position_3sigma_m", "velocity_3sigma_m_s", "undetermined")}


def print_determination(answer: dict[str, Any]) -> None:
    """Print the answers of an orbit determination for people."""
    limit, message = answer["limit"], answer["broadcast"]
    age = "none" if message["age_max_s"] is None else f"{message['age_max_s'] / 3600.0:.2f} h"
    print(
        f"{answer['body']}, {answer['satellites']} satellites, {answer['duration_s'] / 3600.0:g} h from "
        f"{answer['start']}, clock {answer['clock']}"
    )
    print(f"  message up to {age} old, a new one each {message['upload_s'] / 3600.0:g} h")
    for title, name, key, scale, unit in (
        ("position and clock", "position", "position_3sigma_m", 1.0, "m"),
        ("velocity and rate", "velocity", "velocity_3sigma_m_s", 1e3, "mm/s"),
    ):
        figures = "  ".join(f"{kind} {_number(value, scale)}" for kind, value in answer[key].items())
        met = limit[f"{name}_met_fraction"]
        share = "none" if met is None else f"{100.0 * met:.1f} %"
        most = limit["position_m" if name == "position" else "velocity_m_s"] * scale
        print(f"  {title:18}  3 sigma [{unit}]  {figures}  within {most:g}: {share}")
    worst = "  ".join(f"{kind} {_number(value)}" for kind, value in answer["range_3sigma_m"].items())
    print(f"  range, worst user   3 sigma [m]  {worst}")
    for title, key in (("message", "broadcast_sigma"), ("filter", "filter_sigma")):
        parts = [
            f"{name} {_number(answer[key][name + '_m'])}"
            for name in ("radial", "transverse", "normal", "clock")
        ]
        print(f"  {title:18}  1 sigma [m]  {'  '.join(parts)}")
    for source in answer["sources"]:
        print(
            f"  {source['name']:18}  {source['observations']:8d} observations  "
            f"{100.0 * source['information_share']:5.1f} % of what is determined{_change(answer, source['name'])}"
        )
    lost = Counter(one["state"] for one in answer["undetermined"])
    if lost:
        states = ", ".join(f"{state} of {count}" for state, count in lost.items())
        print(f"  not determined by any observation: {states} satellites")


def _change(answer: dict[str, Any], name: str) -> str:
    """Say what the error would be without a source, where that was asked."""
    if "without" not in answer:
        return ""
    found = answer["without"][name]
    if found is None:
        return "; without it nothing is observed"
    return f"; without it 95 % {_number(found['position_3sigma_m']['p95'])} m"


def _number(value: float | None, scale: float = 1.0) -> str:
    return "none" if value is None else f"{value * scale:.4g}"


def _overridden(
    scenario: Scenario,
    body: str,
    duration: str | None,
    step: str | None,
    clock: str | None,
    without: list[str],
) -> Scenario:
    """Return the scenario with its orbit determination as the options say."""
    from qqnet.scenario.suggest import unknown
    from qqnet.study.orbit_determination import asked_of

    spec = asked_of(scenario, body)
    given = {"duration": duration, "step": step, "clock": clock}
    change: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    seconds = length_s(duration)
    if seconds is not None and seconds <= spec.settle:
        change["settle"] = "0 s"  # figures of so short a span are those of all of it
    plain = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    known = [one.name for one in spec.tracking]
    known += ["crosslinks"] * (spec.crosslinks is not None) + ["GNSS"] * (spec.gnss is not None)
    for name in without:
        if name not in known:
            raise InputError(f"--without: {name!r} {unknown('source', name, known)}")
    left = set(known) - set(without)
    if not left:
        raise InputError(
            f"--without: all of {', '.join(known)} are left out, so nothing is observed; keep one"
        )
    if "tracking" in plain:
        plain["tracking"] = [one for one in plain["tracking"] if one["name"] in left]
    for key, label in (("crosslinks", "crosslinks"), ("gnss", "GNSS")):
        if label not in left:
            plain.pop(key, None)
    if not change and not without:
        return scenario
    parts = [
        plain | change if one is spec else one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for one in scenario.orbit_determination
    ]
    return changed(scenario, {"orbit_determination": parts})
