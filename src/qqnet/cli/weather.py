"""The command about clouds above optical ground stations, and about lasers and their fallback."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span
from qqnet.errors import InputError


def weather(
    scenario: ScenarioArgument,
    years: Annotated[
        int | None,
        typer.Option("--years", min=0, max=1000, help="Years to draw; as the scenario says where not given."),
    ] = None,
    links: Annotated[
        bool,
        typer.Option(
            "--links/--no-links", help="Whether to look at lasers and their fallback, which takes the plan."
        ),
    ] = True,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Clouds above sites: how often one of them is clear, how long outages last, what each site gives.

    Lasers that have radio beside them are looked at too: when which of the two holds, and what a laser fails for.
    """
    from qqnet.scenario.loading import load
    from qqnet.study.fallback import downlinks, fallback, fallback_summary, lasers_with_radio
    from qqnet.study.study import Study
    from qqnet.study.weather import weather_summary
    from qqnet.weather.of_scenario import sites_with_weather

    loaded = with_span(load(scenario), start, duration, step)
    clouds = bool(sites_with_weather(loaded))
    if not clouds and not (links and lasers_with_radio(loaded)):
        raise InputError(
            f"{loaded.name}: no site has 'weather'; give it to ground stations with lasers, such as "
            "'weather: {clear_sky: 65 %}'"
        )
    answer: dict[str, Any] = {"weather": weather_summary(loaded, years) if clouds else None}
    if links:
        with console.Bars() as bars:
            study = Study(loaded, progress=bars)
            answer["downlinks"] = fallback_summary(loaded, downlinks(study))
            answer["fallback"] = fallback_summary(loaded, fallback(study))
    if as_json:
        console.print_json(answer)
        return
    if clouds:
        _print_weather(loaded.name, answer["weather"])
    if links:
        for title, key in (("to any site", "downlinks"), ("lasers and their fallback", "fallback")):
            if answer[key]:
                print_fallback(title, answer[key])


def _print_weather(name: str, answer: dict[str, Any]) -> None:
    rows = [
        [
            one["site"],
            _percent(one["expected"]),
            _percent(one["drawn"]),
            _hours(one["clear_spell_s"]),
            _hours(one["cloudy_spell_s"]),
            _hours(one["longest_outage_s"]),
            _percent(one["network_without"]),
        ]
        for one in answer["sites"]
    ]
    columns = ["site", "clear", "drawn", "clear spell", "cloudy spell", "longest cloudy", "any other clear"]
    console.print_table(f"{name}: clouds", columns, rows, right=columns[1:])
    rows = [
        [
            str(one["sites"]),
            _percent(one["expected"]),
            _percent(one["drawn"]),
            str(one["outages"]),
            _hours(one["mean_outage_s"]),
            _hours(one["longest_outage_s"]),
        ]
        for one in answer["at_least"]
    ]
    columns = ["clear at least", "expected", "drawn", "outages", "mean outage", "longest outage"]
    console.print_table("", columns, rows, right=columns)
    for one in answer["best"]:
        sites = ", ".join(one["sites"])
        print(f"  best {one['count']:2}      one clear {_percent(one['expected'])} of the time: {sites}")
    if answer["years"]:
        network = answer["years"]["network"]
        clear, longest = network["clear"], network["longest_outage_s"]
        print(
            f"  {answer['years']['count']} years     one clear {_percent(clear['min'])} to "
            f"{_percent(clear['max'])} of the year; longest outage of a year {_hours(longest['median'])} "
            f"in the middle, {_hours(longest['max'])} at worst"
        )


def print_fallback(title: str, rows: list[dict[str, Any]]) -> None:
    """Print for people when lasers hold, when radio does, and what lasers fail for."""
    from qqnet.study.fallback import CAUSES

    table = []
    for one in rows:
        share, volume = one["share"], one["volume_bytes"]
        missing = sorted(one["missing"].items(), key=lambda item: -item[1])
        table.append(
            [
                one["from"],
                one["to"],
                _percent(share["laser"]),
                _percent(share["radio_only"]),
                _percent(share["none"]),
                f"{volume['laser'] / 1e12:.4g}",
                f"{volume['radio_only'] / 1e12:.3g}",
                ", ".join(
                    f"{CAUSES[cause]} {100 * value:.1f} %" for cause, value in missing if value >= 5e-4
                ),
            ]
        )
    columns = [
        "from",
        "to",
        "laser",
        "radio only",
        "none",
        "laser [TB]",
        "radio only [TB]",
        "laser missing for",
    ]
    console.print_table(title, columns, table, right=columns[2:7])


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{100.0 * share:.2f} %"


def _hours(value_s: float) -> str:
    return f"{value_s / 3600.0:.1f} h"
