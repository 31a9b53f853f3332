"""Answers about the weather of a scenario: each site, all together, what each of them gives, and years of it."""

from __future__ import annotations

from itertools import combinations
from statistics import median
from typing import Any

from qqnet.errors import InputError
from qqnet.scenario.model import Scenario
from qqnet.scenario.weather import SiteWeather
from qqnet.weather.of_scenario import sites_with_weather, skies_of
from qqnet.weather.orthants import any_of, at_least
from qqnet.weather.skies import Skies
from qqnet.weather.spells import Outages, fewer_than


def weather_summary(scenario: Scenario, years: int | None = None) -> dict[str, Any]:
    """Say how often the sites of a scenario are clear, alone and together.

    Parameters
    ----------
    scenario : Scenario
        With weather at one site at least.
    years : int, optional
        Years to draw from its start on; as the scenario says where not given.

    Returns
    -------
    dict
        ``sites``, ``at_least`` (k sites clear at once), ``best`` (which n sites), ``years`` and what they hang on.
        "Expected" is by probability, "drawn" is the scenario's own weather over its span.

    Raises
    ------
    InputError
        Where no site has weather.
    """
    skies = skies_of(scenario)
    if skies is None:
        raise InputError(f"{scenario.name}: no site has 'weather'")
    start, stop = scenario.time.start_s, scenario.time.stop_s
    drawn = skies.cloudy(start, stop)
    chance = skies.patterns(start, stop)
    count = scenario.weather.years if years is None else years
    return {
        "seed": scenario.seed,
        "correlation_length_km": scenario.weather.correlation_length,
        "sites": _sites(scenario, skies, drawn, chance),
        "at_least": [
            {
                "sites": k,
                "expected": float(at_least(chance)[k]) if chance.size else None,
                **_outages(Outages.of(fewer_than(drawn, k, start, stop), start, stop)),
            }
            for k in range(1, len(drawn) + 1)
        ],
        "best": _best(skies, chance),
        "years": _years(skies, start, count) if count else None,
    }


def _sites(scenario: Scenario, skies: Skies, drawn: list[Any], chance: Any) -> list[dict[str, Any]]:
    start, stop = scenario.time.start_s, scenario.time.stop_s
    kinds: list[SiteWeather] = [weather for _, weather in sites_with_weather(scenario).values()]
    clear_s, cloudy_s = skies.spells_s(start, stop)
    expected = skies.clear_share(start, stop)
    others = [[m for m in range(len(drawn)) if m != n] for n in range(len(drawn))]
    return [
        {
            "site": name,
            "expected": float(expected[n]),
            **_outages(Outages.of(drawn[n], start, stop)),
            "correlation_time_s": kinds[n].correlation_time,
            "clear_spell_s": float(clear_s[n]),
            "cloudy_spell_s": float(cloudy_s[n]),
            "network_without": any_of(chance, others[n]) if chance.size else None,
        }
        for n, name in enumerate(skies.names)
    ]


def _outages(found: Outages) -> dict[str, Any]:
    return {
        "drawn": found.good,
        "outages": found.count,
        "mean_outage_s": found.mean_s,
        "longest_outage_s": found.longest_s,
    }


def _best(skies: Skies, chance: Any) -> list[dict[str, Any]]:
    """The n sites of which one is clear most often, for every n; nothing where there are too many to try."""
    if not chance.size:
        return []
    rows = []
    for n in range(1, len(skies.names) + 1):
        chosen = max(combinations(range(len(skies.names)), n), key=lambda one: any_of(chance, one))
        names = [skies.names[k] for k in chosen]
        rows.append({"count": n, "sites": names, "expected": any_of(chance, chosen)})
    return rows


def _years(skies: Skies, start_s: float, count: int) -> dict[str, Any]:
    found = skies.years(start_s, count)

    def spread(values: list[float]) -> dict[str, float]:
        return {"min": min(values), "median": median(values), "max": max(values)}

    return {
        "count": count,
        "sites": [
            {
                "site": name,
                "clear": spread([each[n].good for each, _ in found]),
                "longest_outage_s": spread([each[n].longest_s for each, _ in found]),
            }
            for n, name in enumerate(skies.names)
        ],
        "network": {
            "clear": spread([network.good for _, network in found]),
            "longest_outage_s": spread([network.longest_s for _, network in found]),
        },
    }
