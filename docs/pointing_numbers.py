"""Compute what numbers of beams do to the shipped scenarios, and write the table of docs/explanation/pointing.md.

    .venv/bin/python docs/pointing_numbers.py

It takes about a minute.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import qqnet
from qqnet.report.wording import data_size, percent
from qqnet.scenario.model import Scenario
from qqnet.study.pointing import beams, pointing_summary
from qqnet.study.study import Study
from qqnet.study.summary import fits

OUT = Path(__file__).parent / "_include" / "pointing.md"
NAMES = ("lunar-relay", "queqiao-2", "optical-downlink", "qqnet-3")


def unlimited(scenario: Scenario) -> Scenario:
    """Return the scenario with as many beams as anybody asks for, turned at once."""
    change = {"beams": None, "shares": None, "switch_time": 0.0, "least_contact": 0.0}
    terminals = {name: one.model_copy(update=change) for name, one in scenario.terminals.items()}
    return scenario.model_copy(update={"terminals": terminals})


def figures(study: Study) -> tuple[int, float, dict[str, tuple[bool, float]]]:
    """Contacts through space, what they could carry [byte], and of each flow whether it fits and what arrives."""
    rows = study.contacts.contacts
    space = rows[rows["kind"] != "terrestrial"]
    volume = float((space["rate_bps"] * (space["end_s"] - space["start_s"])).sum() / 8.0)
    flows = {one["name"]: (fits(one), one["delivery_ratio"]) for one in study.traffic.answer()["flows"]}
    return len(space), volume, flows


def main() -> None:
    """Write the table."""
    lines = [
        "| scenario | contacts, any number of beams | with beams | they could carry | with beams | beams in use | "
        "wanted time denied | flows that fit | with beams |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    notes = []
    for name in NAMES:
        scenario = qqnet.load(name)
        limited, free = Study(scenario), Study(unlimited(scenario))
        _ = limited.windows
        began = perf_counter()
        told = pointing_summary(limited)
        seconds = perf_counter() - began
        before, after = figures(free), figures(limited)
        fitting = [sum(fit for fit, _ in found[2].values()) for found in (before, after)]
        lines.append(
            f"| `{name}` | {before[0]:,} | {after[0]:,} | {data_size(before[1])} | {data_size(after[1])} | "
            f"{percent(told['use_mean'], 1)} | {percent(told['denied_fraction'], 1)} | "
            f"{fitting[0]} of {len(before[2])} | {fitting[1]} of {len(after[2])} |"
        )
        print(f"{name}: {len(limited.windows)} windows, {len(beams(limited))} terminals, {seconds:.1f} s")
        short = [flow for flow, (fit, _) in after[2].items() if not fit]
        if short:
            words = [
                f"{flow} {percent(after[2][flow][1], 1)} ({percent(before[2][flow][1], 1)})" for flow in short
            ]
            notes.append(
                f"What arrives in `{name}` of flows that do not fit, and without limits: {', '.join(words)}."
            )
    OUT.write_text("\n".join([*lines, "", *notes]) + "\n", encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
