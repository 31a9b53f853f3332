"""The Sun between the Earth and a planet: rates over time, and which links were shut for how long."""

from __future__ import annotations

from typing import Any

import numpy as np

from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Table
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.wording import NONE, data_rate, duration, percent, utc
from qqnet.space.timescales import tdb_from_utc

_TOLD = 8  # outages of each group of links, the longest ones


def conjunction_blocks(entries: list[dict[str, Any]]) -> list[Block]:
    """Rates to the planets over time, straight and round the Sun, and the outages of direct links.

    Parameters
    ----------
    entries : list of dict
        As `qqnet.study.conjunction.conjunction_answer` gives them.

    Returns
    -------
    list of Block
    """
    blocks: list[Block] = [
        Figures(
            [_rates(entry)],
            f"From {entry['to']} to the Earth-Moon system: the angle to the Sun seen from the Earth, the best "
            "rate of direct lasers and radio, rate and delay of the widest way without them. Where a line is "
            "missing there is no link.",
            wide=True,
        )
        for entry in entries
    ]
    rows = [row for entry in entries for link in entry["direct"] for row in _outages(link)]
    if rows:
        columns = ["direct links", "shut from", "to", "for", "because of"]
        blocks.append(
            Table(columns, rows, 1, "When direct links to the planets were shut, the longest times")
        )
    ways = [_way(way) for entry in entries for way in entry["way_round"]]
    if ways:
        columns = ["way round the Sun", "there", "least rate", "longest delay", "by"]
        blocks.append(Table(columns, ways, 1, "What goes without direct links"))
    return blocks


def _rates(entry: dict[str, Any]) -> Any:
    series = entry["series"]
    times = np.array([tdb_from_utc(one) for one in series["times_utc"]])

    def line(label: str, key: str, factor: float) -> Line:
        values = np.array([np.nan if one is None else float(one) for one in series[key]]) * factor
        return Line(label, np.where(values > 0.0, values, np.nan))

    rates = [
        line("laser", "laser_bps", 1e-6),
        line("radio", "radio_bps", 1e-6),
        line("round", "round_bps", 1e-6),
    ]
    delays = [line("direct", "direct_delay_s", 1 / 60), line("round", "round_delay_s", 1 / 60)]
    charts = [
        Chart("Angle Sun – Earth – planet", "angle [deg]", [line("", "sep_deg", 1.0)], floor=0.0),
        Chart(f"Best rate from {entry['to']}", "rate [Mbit/s]", rates, kind="log"),
        Chart("Delay of the first bit", "delay [min]", delays),
    ]
    least = min(series["sep_deg"])
    words = f"{entry['to']}: {least:.2f} deg from the Sun at least; rates by laser, radio and round the Sun."
    return embedded(series_figure(times, charts), f"past-the-sun-{entry['to'].lower()}", words)


def _label(link: dict[str, Any]) -> str:
    kind = "laser" if link["kind"] == "optical" else f"radio {link['band']}".strip()
    return f"{link['from']} to {link['to']}, {kind}"


def _outages(link: dict[str, Any]) -> list[list[str]]:
    longest = sorted(link["outages"], key=lambda one: -float(one["duration_s"]))[:_TOLD]
    return [
        [
            _label(link),
            "before" if one["starts_at_span"] else utc(one["start"]),
            "after" if one["ends_at_span"] else utc(one["end"]),
            duration(one["duration_s"]),
            one["cause"],
        ]
        for one in sorted(longest, key=lambda one: str(one["start"]))
    ]


def _way(way: dict[str, Any]) -> list[str]:
    least, latest = way["rate_bps"]["min"], way["delay_s"]["max"]
    return [
        f"{way['from']} to {way['to']}",
        percent(way["connected"]),
        NONE if least is None else data_rate(least),
        NONE if latest is None else duration(latest),
        ", ".join(" – ".join(one["nodes"]) for one in way["via"]) or NONE,
    ]
