"""Set constellations of ours beside published ones whose elements are not known; write the table of the page.

    .venv/bin/python docs/constellation_numbers.py

It takes half a minute. Orbits are those of `docs/designs`, two-body or mapped three-body motion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import qqnet
from qqnet.scenario.model import Scenario

HERE = Path(__file__).parent
OUT = HERE / "_include" / "constellations.md"


@dataclass(frozen=True)
class Figures:
    """What one design reaches over a month [shares of 1].

    Attributes
    ----------
    four, four_worst : float
        At least four in view: of area and time; of time at the worst point.
    gdop, gdop_worst : float
        GDOP of at most the grid's limit, likewise.
    gdop_pole : float
        The same south of 80 deg south.
    three_high : float
        Least share of time with three in view of any point poleward of 45 deg.
    pdop : float
        Mean over area and time, where there is a solution.
    solved : float
        Share of area and time with a solution.
    """

    four: float
    four_worst: float
    gdop: float
    gdop_worst: float
    gdop_pole: float
    three_high: float
    pdop: float
    solved: float


def design(name: str, mask_deg: float = 5.0, **orbit: Any) -> Scenario:
    """Load a design; `orbit` changes the orbit of its first node, and `pattern` its pattern."""
    scenario = qqnet.load(HERE / "designs" / f"{name}.yaml")
    first = scenario.nodes[0]
    pattern = orbit.pop("pattern", None)
    changes: dict[str, Any] = {"orbit": first.orbit.model_copy(update=orbit)}  # type: ignore[union-attr]
    if pattern is not None:
        changes["pattern"] = first.pattern.model_copy(update=pattern)  # type: ignore[union-attr]
    nodes = [first.model_copy(update=changes), *scenario.nodes[1:]]
    grid = scenario.grids[0].model_copy(update={"mask": float(np.radians(mask_deg))})
    return scenario.model_copy(update={"nodes": nodes, "grids": [grid]})


def figures(scenario: Scenario) -> Figures:
    """Coverage and dilution of precision of the scenario's grid."""
    study = qqnet.Study(scenario)
    coverage, navigation = study.coverage("Moon"), study.navigation("Moon")
    limit = scenario.grids[0].gdop
    latitude = coverage.data["latitude_deg"].to_numpy()
    share = coverage.data["area_share"].to_numpy()
    good = navigation.data["fraction_at_most"].sel(dop="gdop", limit=limit).to_numpy()
    three = coverage.data["fraction_at_least"].sel(at_least=3).to_numpy()
    pole = latitude <= -80.0
    return Figures(
        four=coverage.fraction_at_least(4),
        four_worst=coverage.fraction_at_least_worst(4),
        gdop=navigation.fraction_at_most("gdop", limit),
        gdop_worst=navigation.fraction_at_most_worst("gdop", limit),
        gdop_pole=float(np.average(good[pole], weights=share[pole])),
        three_high=float(three[np.abs(latitude) >= 45.0].min()),
        pdop=navigation.mean("pdop"),
        solved=1.0 - navigation.unavailable_fraction,
    )


ELLIPSE = {"e": 0.6, "argp": float(np.radians(90.0))}
RECURRENT = {
    "a": 10_000.0,
    "i": float(np.radians(65.0)),
    "pattern": {"satellites": 12, "planes": 6, "phasing": 3},
}


def rows() -> Iterator[tuple[str, str, str]]:
    """Claim, what we reach, and why it differs."""
    for mask in (5.0, 0.0):
        found = figures(design("lunar-21", mask))
        yield (
            "Chen, Ni, Peng 2024: 21 satellites cover the whole Moon four-fold, 100 %; GDOP below 5 at any "
            "point for at least 72 % of the time",
            f"mask {mask:g}°: four in view {percent(found.four)} of area and time, "
            f"{percent(found.four_worst)} of time at the worst point; GDOP ≤ 5 at the worst point "
            f"{percent(found.gdop_worst)}",
            "their elements and mask are not known; ours are evenly spaced, not optimised",
        )
    for mask in (5.0, 0.0):
        found = figures(design("lunar-12", mask, **RECURRENT))
        yield (
            "JDSE 2026 (20250120): 12 satellites on recurrent orbits, mean PDOP below 7, three in view at "
            "mid and high latitudes at all times",
            f"12/6/3, 10,000 km, 65°, mask {mask:g}°: mean PDOP {found.pdop:.2f} where there is a solution "
            f"({percent(found.solved)}); three in view poleward of 45° {percent(found.three_high)}",
            "their orbits and mask are not known; a mean leaves out what has no solution",
        )
    circular = [figures(design("lunar-12", a=a)) for a in (4000.0, 5500.0, 7000.0)]
    elliptical = figures(design("lunar-12", **ELLIPSE))
    same = figures(design("lunar-12"))
    yield (
        "Iiyama and Gao 2025 (arXiv 2510.16030): southern elliptical patterns are best for the pole, "
        "circular ones for the globe",
        f"12 satellites, 6541.4 km, GDOP ≤ 6: south of 80° S elliptical {percent(elliptical.gdop_pole)}, "
        f"circular {percent(same.gdop_pole)}; everywhere elliptical {percent(elliptical.gdop)}, circular "
        f"{percent(same.gdop)}",
        "the trend, with our own elements",
    )
    yield (
        "the same: a larger semi-major axis helps",
        "circular 12/3/1, GDOP ≤ 6, at 4,000, 5,500 and 7,000 km: "
        + ", ".join(percent(one.gdop) for one in circular),
        "the trend, with our own elements",
    )


def percent(share: float) -> str:
    """Write a share."""
    return f"{100.0 * share:.2f} %"


def main() -> None:
    """Write the table."""
    lines = ["| published | reached | why it differs |", "|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows()]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(OUT.read_text("utf-8"))


if __name__ == "__main__":
    main()
