"""The command about the Sun between planets: which links it shuts, when, and what goes round it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span


def conjunction(
    scenario: ScenarioArgument,
    planet: Annotated[
        str | None, typer.Option("--planet", help="Mars or Venus; all that have a network where not given.")
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Say which links to the planets the Sun shuts, when and why, and what goes round it.

    Exit code 1: at some time there was neither a direct link nor a way round.
    """
    from qqnet.errors import InputError
    from qqnet.scenario.loading import load
    from qqnet.scenario.suggest import unknown
    from qqnet.study.conjunction import PLANETS, between_planets, conjunction_answer
    from qqnet.study.study import Study

    if planet is not None and planet not in PLANETS:
        raise InputError(f"--planet: {unknown('planet', planet, PLANETS)}")
    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        study = Study(between_planets(loaded), progress=bars)
        answer = conjunction_answer(study, PLANETS if planet is None else (planet,))
    if not answer:
        where = "the planets" if planet is None else planet
        raise InputError(f"{loaded.name} has no network at {where}; try mars-conjunction-2040")
    if as_json:
        console.print_json({"planets": answer})
    else:
        for entry in answer:
            print_conjunction(entry)
    if not all(always_connected(entry["series"]) for entry in answer):
        raise typer.Exit(1)


def always_connected(series: dict[str, Any]) -> bool:
    """Whether at every sampled time a direct link or a way round stood."""
    rates = zip(series["laser_bps"], series["radio_bps"], series["round_bps"], strict=True)
    return all(max(one) > 0.0 for one in rates)


def print_conjunction(entry: dict[str, Any]) -> None:
    """Print the answer about one planet for people."""
    planet = entry["to"]
    print(f"{planet}: {entry['sep_min_deg']:.2f} deg from the Sun on {_minute(entry['sep_min_at'])}")
    for link in entry["direct"]:
        kind = "laser" if link["kind"] == "optical" else f"radio {link['band']}".strip()
        print(f"  {link['from']} -> {link['to']}, {kind}: {100 * link['availability']:.1f} % of the time")
        for rate in link["rates"]:
            near = "" if rate["sep_min_deg"] is None else f", to {rate['sep_min_deg']:.2f} deg from the Sun"
            print(f"    {_rate(rate['rate_bps']):>13}  {100 * rate['share']:5.1f} %{near}")
        for outage in link["outages"]:
            since = "" if outage["starts_at_span"] else _minute(outage["start"])
            until = "" if outage["ends_at_span"] else _minute(outage["end"])
            span = f"{since or 'before the span':16} to {until or 'after the span':16}"
            print(f"    shut {span} {_length(outage['duration_s']):>8}  {outage['cause']}")
    for way in entry["way_round"]:
        print_way(way)


def print_way(way: dict[str, Any]) -> None:
    """Print what goes round the Sun in one direction."""
    share = 100 * way["connected"]
    print(f"  {way['from']} -> {way['to']}, round the Sun: {share:.4g} % of {way['samples']} times")
    if way["rate_bps"]["min"] is None:
        return
    low, high = way["rate_bps"]["min"], way["rate_bps"]["max"]
    rates = _rate(low) if low == high else f"{_rate(low)} to {_rate(high)}"
    delays = f"{way['delay_s']['min'] / 60:.1f} to {way['delay_s']['max'] / 60:.1f} min"
    print(f"    {rates}, first bit after {delays}")
    for one in way["via"]:
        print(f"    by {', '.join(one['nodes'])}: {100 * one['share']:.0f} %")


def _minute(utc: str) -> str:
    return utc[:16].replace("T", " ")


def _length(seconds: float) -> str:
    for unit, name in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.0f} s"


def _rate(bps: float) -> str:
    for factor, unit in ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")):
        if bps >= factor:
            return f"{bps / factor:.4g} {unit}"
    return f"{bps:.4g} bit/s"
