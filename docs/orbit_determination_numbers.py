"""Determine the orbits of qqnet-3 in several ways and write the tables of the page on orbit determination.

    .venv/bin/python docs/orbit_determination_numbers.py

It takes about a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np

import qqnet
from qqnet.orbit_determination.analysis import analyse
from qqnet.orbit_determination.clocks import CLOCKS
from qqnet.orbit_determination.extended import simulate_extended
from qqnet.orbit_determination.result import OrbitDeterminationResult
from qqnet.orbit_determination.setup import Setup
from qqnet.orbit_determination.simulation import simulate
from qqnet.study import orbit_determination as stage
from qqnet.study.study import Study

OUT = Path(__file__).parent / "_include" / "orbit_determination.md"
TRUTHS, CHANCE = 15, 1e-3


def result_of(setup: Setup) -> OrbitDeterminationResult:
    """Analyse, and leave the first twelve hours out of the figures."""
    return OrbitDeterminationResult.build(setup, analyse(setup), 43_200.0)


def row(name: str, result: OrbitDeterminationResult) -> str:
    """Figures of the broadcast messages."""
    answer = result.summary()
    place, speed, sigma = (
        answer[key] for key in ("position_3sigma_m", "velocity_3sigma_m_s", "broadcast_sigma")
    )
    if place["p95"] is None:
        return f"| {name} | none | none | | | | |"
    parts = " | ".join(f"{sigma[f'{part}_m']:.2f}" for part in ("radial", "transverse", "normal", "clock"))
    return f"| {name} | {place['p95']:.1f} | {1e3 * speed['p95']:.2f} | {parts} |"


def clock_lines() -> Iterator[str]:
    """Yield the table of clocks."""
    yield "| clock | 1 s | 100 s | 10,000 s | 1 d | model, 1 d | aging a day | source |"
    yield "|---|---|---|---|---|---|---|---|"
    for clock in CLOCKS.values():
        values = " | ".join(f"{float(clock.allan_deviation(tau)):.1e}" for tau in (1.0, 100.0, 1e4, 86_400.0))
        model = float(clock.model_allan_deviation(86_400.0))
        yield f"| {clock.name} | {values} | {model:.1e} | {clock.aging_per_day:.0e} | {clock.source} |"


def case_lines(setup: Setup) -> Iterator[str]:
    """Yield errors with all sources, without each, with other clocks, and with younger and older messages."""
    yield (
        "| | position and clock [m] | velocity and rate [mm/s] | radial [m] | transverse [m] | normal [m] "
        "| clock [m] |"
    )
    yield "|---|---|---|---|---|---|---|"
    yield row("all sources", result_of(setup))
    for source in setup.sources:
        rest = tuple(one for one in setup.sources if one is not source)
        yield row(f"without {source.label}", result_of(replace(setup, sources=rest)))
    for name in ("USO", "DSAC"):
        craft = replace(setup.motion.spacecraft, clock=CLOCKS[name])
        yield row(f"clock {name}", result_of(replace(setup, motion=replace(setup.motion, spacecraft=craft))))
    for hours in (1.0, 6.0):
        message = replace(setup.broadcast, upload_s=hours * 3600.0)
        yield row(f"messages each {hours:g} h", result_of(replace(setup, broadcast=message)))


def trial_lines(setup: Setup) -> Iterator[str]:
    """Yield the Monte Carlo runs of the whole constellation."""
    yield "| filter | truths | n | bounds of the mean | smallest | largest | epochs inside |"
    yield "|---|---|---|---|---|---|---|"
    for words, run, truths in (
        ("extended, consider covariance", simulate_extended, TRUTHS),
        ("linearised once for all", simulate, 40),
    ):
        trials = run(setup, truths, np.random.default_rng(20400601))
        low, high = trials.bounds(CHANCE)
        mean = trials.squared.mean(axis=1)
        inside = float(np.mean((low < mean) & (mean < high)))
        yield (
            f"| {words} | {truths} | {trials.states} | {low:.1f} to {high:.1f} | {mean.min():.1f} "
            f"| {mean.max():.3g} | {100.0 * inside:.0f} % of {len(mean)} |"
        )


def lines() -> Iterator[str]:
    """Yield the lines of the page."""
    study = Study(qqnet.load("qqnet-3"))
    setup = stage.setup_of(study, stage.asked_of(study.scenario, "Moon"))
    began = process_time()
    record = analyse(setup)
    took = process_time() - began
    yield "### Clocks"
    yield ""
    yield "Allan deviations as published, and of the filter's model."
    yield ""
    yield from clock_lines()
    yield ""
    yield "### The lunar constellation of qqnet-3"
    yield ""
    yield (
        f"{len(setup.motion.names)} satellites of {setup.motion.spacecraft.layout.size} states, "
        f"{len(setup.motion.parameters)} consider parameters, {len(setup.times_s)} epochs, "
        f"{int(record.counts.sum())} observations: {took:.1f} s of processor time. Broadcast messages from the "
        "twelfth hour on: 95 % over satellites and time of root sums of squares, 3 sigma; and root mean squares "
        "of their parts, 1 sigma."
    )
    yield ""
    yield from case_lines(setup)
    yield ""
    yield "### Monte Carlo"
    yield ""
    yield (
        "The same, all errors drawn, 100 m and 1 cm/s at the start: mean over the truths of the normalised "
        "estimation error squared with the consider covariance, n states; its bounds but for a chance of "
        f"{CHANCE:g} at each epoch (chi-square)."
    )
    yield ""
    yield from trial_lines(setup)


if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("\n".join(lines()) + "\n")
