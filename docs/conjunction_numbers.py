"""Compute the tables that the page on the Sun between planets includes.

    .venv/bin/python docs/conjunction_numbers.py

It takes two minutes.
"""

from __future__ import annotations

import io
import math
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

import qqnet
from qqnet.cli.conjunction import print_conjunction
from qqnet.links.corona import coronal_delay_s, saturation_angle_rad, scintillation_index
from qqnet.links.fading import fade_db
from qqnet.space.constants import AU_KM
from qqnet.study.conjunction import between_planets, conjunction_answer
from qqnet.study.power import eclipses
from qqnet.study.study import Study

INCLUDE = Path(__file__).parent / "_include"
BANDS = (("S", 2.295e9), ("X", 8.42e9), ("K", 26.25e9), ("Ka", 32e9))
ANGLES = (0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)


def index_table() -> str:
    """Index, loss and delay by band and angle."""
    heads = ["band", "saturated within", *(f"{angle:g}°" for angle in ANGLES)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    closest = AU_KM * np.sin(np.radians(ANGLES))
    for name, frequency in BANDS:
        edge = math.degrees(saturation_angle_rad(frequency))
        index = scintillation_index(closest, frequency)
        fades, delays = fade_db(index, 0.05), coronal_delay_s(closest, frequency)
        cells = [
            "refused" if angle < edge else f"{m:.2f}, {fade:.1f} dB, {delay * 1e6:.2g} µs"
            for angle, m, fade, delay in zip(ANGLES, index, fades, delays, strict=True)
        ]
        lines.append(f"| {name}, {frequency / 1e9:g} GHz | {edge:.2f}° | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n\nIndex, loss at an outage of 5 %, and delay, by angle from the Sun.\n"


def conjunction(name: str, planet: str) -> str:
    """What the command prints for a planet."""
    study = Study(between_planets(qqnet.load(name)))
    printed = io.StringIO()
    with redirect_stdout(printed):
        for entry in conjunction_answer(study, [planet]):
            print_conjunction(entry)
    return f"```text\n{printed.getvalue()}```\n"


def eclipse_power() -> str:
    """What the limit of qqnet-3 costs its lunar constellation."""
    limited = Study(qqnet.load("qqnet-3"))
    nodes = [
        node.model_copy(update={"eclipse": None}) if node.name == "lunar-sat" else node
        for node in limited.scenario.nodes
    ]
    free = Study(limited.scenario.model_copy(update={"nodes": nodes}))
    free._results |= {"orbits": limited.trajectories, "access": limited.windows}
    rows = eclipses(limited)
    lines = []
    for terminal in rows[0]["terminals"]:
        sent = []
        for study in (free, limited):
            plan = study.contacts.contacts
            mine = plan[plan["link"].str.startswith(f"{terminal}>")]
            sent.append(float(((mine["end_s"] - mine["start_s"]) * mine["rate_bps"]).sum() / 8e12))
        lines.append(
            f"| `{terminal}` | {sent[0]:.4g} TB | {sent[1]:.4g} TB | −{100 * (1 - sent[1] / sent[0]):.2f} % |"
        )
    dark = [row["share"] for row in rows]
    longest = max(row["longest_s"] for row in rows) / 60
    heads = "| terminal of `lunar-sat` | contacts without the limit | with it | |\n|---|---|---|---|\n"
    return (
        f"In the week of `qqnet-3` the {len(rows)} lunar satellites are in shadow for {100 * min(dark):.1f} to "
        f"{100 * max(dark):.1f} % of the time, at most {longest:.0f} min at once. The limit of 30 % on their Ka "
        f"costs, of what contacts could carry:\n\n{heads}" + "\n".join(lines) + "\n"
    )


def main() -> None:
    """Compute and write."""
    INCLUDE.mkdir(exist_ok=True)
    for name, made in (
        ("conjunction_index", index_table),
        ("conjunction", lambda: conjunction("mars-conjunction-2040", "Mars")),
        ("conjunction_venus", lambda: conjunction("qqnet-3", "Venus")),
        ("eclipse_power", eclipse_power),
    ):
        text = made()
        (INCLUDE / f"{name}.md").write_text(text, encoding="utf-8")
        print(text, flush=True)


if __name__ == "__main__":
    main()
