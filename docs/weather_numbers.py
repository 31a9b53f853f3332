"""Write the tables of docs/explanation/weather.md: the process against closed forms, and what its sites give.

.venv/bin/python docs/weather_numbers.py
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from types import ModuleType

import numpy as np

import qqnet
from qqnet.scenario.model import Scenario
from qqnet.study.fallback import Held, downlinks, fallback
from qqnet.weather.climate import Climate
from qqnet.weather.field import CloudField, scale_s
from qqnet.weather.of_scenario import skies_of
from qqnet.weather.orthants import any_of, at_least, bivariate_normal, patterns
from qqnet.weather.skies import Skies
from qqnet.weather.spells import Outages, fewer_than

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "_include"
YEAR_S = 365.25 * 86400.0
YEARS = 100
HOUR_S = 3600.0


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Make a table of Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in [columns, ["---"] * len(columns), *rows]]
    return "\n".join(lines) + "\n"


def closed_forms() -> str:
    """Two sites, a hundred years, against what theory says."""
    clear, apart = np.array([0.5, 0.65]), np.array([[0.0, 300.0], [300.0, 0.0]])
    zero = np.zeros(2)
    climate = Climate(np.repeat(clear[:, None], 12, axis=1), zero, zero, zero)
    field = CloudField.build(("a", "b"), scale_s(clear, 6 * HOUR_S), apart, 500.0)
    skies = Skies(field, climate, seed=2)
    stop = YEARS * YEAR_S
    drawn = skies.cloudy(0.0, stop)
    each = [Outages.of(one, 0.0, stop) for one in drawn]
    _, cloudy_s = skies.spells_s(0.0, stop)
    levels = climate.thresholds([0.0])[0]
    both = bivariate_normal(levels[0], levels[1], field.correlation[0, 1])
    found = Outages.of(fewer_than(drawn, 2, 0.0, stop), 0.0, stop).good
    alone = [
        [f"share of clear sky, site {name}", f"{100 * p:.2f} %", f"{100 * one.good:.2f} %"]
        for name, p, one in zip("ab", clear, each, strict=True)
    ]
    spells = [
        [f"mean cloudy spell, site {name} (Rice)", f"{s / HOUR_S:.2f} h", f"{one.mean_s / HOUR_S:.2f} h"]
        for name, s, one in zip("ab", cloudy_s, each, strict=True)
    ]
    joint = [["both clear (bivariate normal)", f"{100 * float(both):.2f} %", f"{100 * found:.2f} %"]]
    return table(
        ["of two sites 300 km apart", "closed form", f"drawn, {YEARS} years"], [*alone, *spells, *joint]
    )


def nights() -> str:
    """Nights at Muztagh-ata."""
    theirs = _validation("test_clouds")
    shares = theirs.nights(60)
    rows = [
        [
            f"nights more than {100 * least:.0f} % clear",
            f"{100 * published:.0f} %",
            f"{100 * (shares > least).mean():.1f} %",
        ]
        for least, published in theirs.PUBLISHED.items()
    ]
    clear = 100 * (shares > 0.999).mean()
    rows.append(
        [
            "absolutely clear nights",
            f"{100 * theirs.ABSOLUTELY_CLEAR:.0f} % (by another measure)",
            f"{clear:.1f} %",
        ]
    )
    return table(["nights of 10 h at Muztagh-ata", "published", "drawn, 60 years"], rows)


def _validation(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "validation" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scenario_sites() -> str:
    """What each number of sites of optical-downlink gives, by sky and by laser."""
    scenario = qqnet.load("optical-downlink")
    skies = skies_of(scenario)
    assert skies is not None
    start, stop = scenario.time.start_s, scenario.time.stop_s
    month, year = skies.patterns(start, stop), skies.patterns(start, start + YEAR_S)
    china = list(range(4))
    rows = []
    for n in range(1, 5):
        best = max(combinations(china, n), key=lambda one: any_of(year, one))
        rows.append(_row(scenario, skies, list(best), month, year))
    rows.append(_row(scenario, skies, [*china, 4], month, year))
    return table(
        ["sites", "one clear, June 2040", "one clear, a year", "laser", "radio alone", "neither"], rows
    )


def _row(
    scenario: Scenario, skies: Skies, sites: list[int], month: np.ndarray, year: np.ndarray
) -> list[str]:
    names = [skies.names[n] for n in sites]
    kept = [node for node in scenario.nodes if node.name not in set(skies.names) - set(names)]
    lines = [
        line.model_copy(
            update={"nodes": [one for one in line.nodes if one not in set(skies.names) - set(names)]}
        )
        for line in scenario.terrestrial
    ]
    some = scenario.model_copy(update={"nodes": kept, "terrestrial": lines})
    study = qqnet.Study(some)
    (found,) = downlinks(study) or [_alone(study)]
    shares = (found.laser, found.radio_only, 1.0 - found.laser - found.radio_only)
    return [
        ", ".join(names),
        *(f"{100 * any_of(chance, sites):.2f} %" for chance in (month, year)),
        *(f"{100 * share:.1f} %" for share in shares),
    ]


def _alone(study: qqnet.Study) -> Held:
    """The only site."""
    return next(one for one in fallback(study) if one.source == "relay")


def independent() -> str:
    """How much correlation costs: five sites of 65 % at growing distances."""
    clear, rows = np.full(5, 0.65), []
    levels = np.full(5, 0.385320466407568)  # the normal quantile of 0.65
    for distance in (0.1, 0.5, 1.0, 2.0, 5.0):
        place = distance * np.arange(5)
        near = np.exp(-np.abs(place[:, None] - place)) * (1 - 1e-9) + 1e-9 * np.eye(5)
        found = at_least(patterns(levels, near))
        rows.append([f"{distance:g}", f"{100 * found[1]:.3f} %", f"{100 * found[2]:.2f} %"])
    rows.append(["independent", f"{100 * (1 - np.prod(1 - clear)):.3f} %", ""])
    return table(["neighbours apart, in correlation lengths", "one of five clear", "two of five clear"], rows)


def main() -> None:
    """Compute and write."""
    for name, made in (
        ("weather_closed_forms", closed_forms),
        ("weather_nights", nights),
        ("weather_sites", scenario_sites),
        ("weather_correlation", independent),
    ):
        text = made()
        (OUT / f"{name}.md").write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main()
