"""Clouds above sites, and lasers with their fallback: strips, availability by number of sites, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qqnet.report.gantt import Row, gantt_figure
from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Table, Text
from qqnet.report.style import BLUE, FAINT, ORANGE, PANEL, new_figure
from qqnet.report.wording import data_size, duration, percent, whole
from qqnet.study.clouds import cloudy_sites
from qqnet.study.fallback import CAUSES
from qqnet.weather.spells import fewer_than

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.study.study import Study


def weather_blocks(study: Study) -> list[Block]:
    """What a study found about the clouds above its sites."""
    answer = study.summary["weather"]
    rows = _rows(study)
    span = study.scenario.time.start_s, study.scenario.time.stop_s
    blocks: list[Block] = [
        Text(
            "A site's laser works where no cloud is in its line of sight. The weather is drawn: it has the "
            "shares, the spells and the correlation between sites that the scenario says; it is no forecast."
        ),
        Figures(
            [embedded(gantt_figure(rows, span), "clear-skies", _alternative(rows, span))],
            "Clear sky over time, as drawn for this scenario. At the right its share of the span.",
            wide=True,
        ),
    ]
    if answer["best"]:
        picture = embedded(
            diversity_figure(answer), "sites", "Share of time with a clear site, by the number of sites."
        )
        blocks.append(
            Figures(
                [picture],
                "How often at least one of n sites is clear, by probability: the best n of the scenario's.",
            )
        )
    blocks.append(_site_table(answer))
    return blocks


def _rows(study: Study) -> list[Row]:
    """Clear times of each site, and of any of them."""
    time = study.scenario.time
    cloudy = cloudy_sites(study.scenario)
    strips = {**cloudy, "any of them": fewer_than(list(cloudy.values()), 1, time.start_s, time.stop_s)}
    rows = []
    for name, dark in strips.items():
        edges = np.clip(
            np.concatenate([[time.start_s], dark.ravel(), [time.stop_s]]), time.start_s, time.stop_s
        )
        pairs = edges.reshape(-1, 2)
        pairs = pairs[pairs[:, 1] > pairs[:, 0]]
        rows.append(Row(name, pairs[:, 0], pairs[:, 1]))
    return rows


def _alternative(rows: list[Row], span: tuple[float, float]) -> str:
    return "Clear sky: " + ", ".join(f"{row.label} {percent(row.share(span), 1)}" for row in rows) + "."


def diversity_figure(answer: dict[str, Any]) -> Figure:
    """Draw how often one of n sites is clear, for the best n.

    Parameters
    ----------
    answer : dict
        From `qqnet.study.weather.weather_summary`.

    Returns
    -------
    matplotlib.figure.Figure
        Share of time without a clear site, on a logarithmic axis, over n.
    """
    best = answer["best"]
    count = [one["count"] for one in best]
    figure = new_figure(PANEL, 2.6)
    axes = figure.subplots()
    axes.semilogy(
        count, [1.0 - one["expected"] for one in best], "o-", color=BLUE, label="as they are correlated"
    )
    clear = {one["site"]: one["expected"] for one in answer["sites"]}
    alone = [float(np.prod([1.0 - clear[site] for site in one["sites"]])) for one in best]
    axes.semilogy(count, alone, "--", color=ORANGE, label="if they were independent")
    axes.set_xticks(count)
    axes.set_xlabel("number of sites")
    axes.set_ylabel("no site clear")
    axes.yaxis.set_major_formatter(lambda share, _: f"{100.0 * share:g} %")
    axes.yaxis.set_minor_formatter(lambda *_: "")
    axes.tick_params(axis="y", which="minor", color=FAINT)
    axes.legend()
    return figure


def _site_table(answer: dict[str, Any]) -> Table:
    rows = [
        [
            one["site"],
            percent(one["expected"]),
            percent(one["drawn"]),
            duration(one["clear_spell_s"]),
            duration(one["cloudy_spell_s"]),
            duration(one["longest_outage_s"]),
            "" if one["network_without"] is None else percent(one["network_without"]),
        ]
        for one in answer["sites"]
    ]
    joint = answer["at_least"][0]
    expected = "" if joint["expected"] is None else percent(joint["expected"])
    rows.append(
        [
            "any of them", expected, percent(joint["drawn"]), "", duration(joint["mean_outage_s"]),
            duration(joint["longest_outage_s"]), "",
        ]
    )  # fmt: skip
    years = answer["years"]
    note = (
        "Clear: expected by probability. Drawn, and the longest cloudy spell: in this scenario's own weather."
    )
    if years is not None:
        longest = years["network"]["longest_outage_s"]
        note += (
            f" In {whole(years['count'])} years drawn, the longest time without any clear site in a year was "
            f"{duration(longest['median'])} in the middle and {duration(longest['max'])} at worst."
        )
    columns = ["site", "clear", "drawn", "clear spell", "cloudy spell", "longest cloudy", "any other clear"]
    return Table(columns, rows, 1, "Clouds by site", note)


def fallback_blocks(summary: dict[str, Any]) -> list[Block]:
    """What holds between nodes with lasers and radio, from a study's summary."""
    blocks: list[Block] = [
        Text(
            "Shares of the span with a laser, with radio alone, and with neither. What a laser is missing for is "
            "asked in order: a body or the horizon in the way, the range, the Sun, a cloud, an eclipse, beams "
            "that are busy with others, acquisition, and then that no mode closes."
        )
    ]
    downlinks = summary.get("downlinks", [])
    if downlinks:
        blocks.append(_fallback_table(downlinks, "To any site under clouds"))
    if summary["fallback"]:
        blocks.append(_fallback_table(summary["fallback"], "Node by node"))
    return blocks


def _fallback_table(found: list[dict[str, Any]], caption: str) -> Table:
    rows = []
    for one in found:
        missing = one["missing"]
        other = sum(share for cause, share in missing.items() if cause not in _SHOWN)
        rows.append(
            [
                one["from"],
                one["to"],
                percent(one["share"]["laser"]),
                percent(one["share"]["radio_only"]),
                percent(one["share"]["none"]),
                data_size(one["volume_bytes"]["laser"]),
                data_size(one["volume_bytes"]["radio_only"]),
                duration(one["longest_without_s"]["any"]),
                *(percent(missing[cause]) for cause in _SHOWN),
                percent(other),
            ]
        )
    columns = [
        "from", "to", "laser", "radio alone", "neither", "by laser", "by radio", "longest without",
        *(CAUSES[cause] for cause in _SHOWN), "other",
    ]  # fmt: skip
    note = (
        "Means of the members of a constellation; volumes are their sums, by the fastest link at a time, those of "
        "radio without a laser; the longest time without either is that of the worst pair. The last five columns: "
        "what the laser is missing for; other is range, eclipse, acquisition, and that no mode closes."
    )
    return Table(columns, rows, 2, caption, note)


_SHOWN: Final = ("occultation", "sun", "cloud", "beam")
