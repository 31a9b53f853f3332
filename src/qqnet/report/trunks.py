"""Trunks: what each kind of trunk link offers, and its budget line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qqnet.links.budget import Budget, link_budget
from qqnet.links.pairs import TerminalPair
from qqnet.report.gantt import merged
from qqnet.report.links_over_time import GatheredContacts
from qqnet.report.network import home
from qqnet.report.page import Block, Fold, Markup, Table, Text
from qqnet.report.waterfall import waterfall
from qqnet.report.wording import data_rate, data_size, decibel, distance, duration, percent, span, utc, whole
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

MOST_WATERFALLS = 24
OPEN_WATERFALLS = 2

_EXPLAINED = (
    "Up: share of the span with at least one contact. Margin: of the budget at the middle of the first "
    "contact, "
    "at the start where there is none. Volume: what all contacts could carry, each link by itself."
)


@dataclass(frozen=True)
class TrunkClass:
    """Trunk links between the same two entries, in one direction, with the same terminals.

    Attributes
    ----------
    source, target : str
        Entries of the scenario's nodes.
    source_home, target_home : str
        Their bodies.
    link, kind : str
        Name of the link; ``rf`` or ``optical``.
    indices : tuple of int
        The single links, as the study counts them.
    contacts : pandas.DataFrame
        When they are up; may be empty.
    """

    source: str
    target: str
    source_home: str
    target_home: str
    link: str
    kind: str
    indices: tuple[int, ...]
    contacts: pd.DataFrame


@dataclass(frozen=True)
class TrunkBudget:
    """The budget of one link of a class.

    Attributes
    ----------
    pair : TerminalPair
        The link.
    at_s : float
        Time of transmission [TDB s past J2000].
    budget : Budget
        Line by line.
    """

    pair: TerminalPair
    at_s: float
    budget: Budget


def trunk_classes(study: Study, gathered: GatheredContacts) -> list[TrunkClass]:
    """Sort a study's trunk links into classes, those with contacts first."""
    terminals, entries = study.scenario.terminals, gathered.entries
    groups: dict[tuple[str, str, str], list[int]] = {}
    for n, link in enumerate(study.links):
        if "trunk" in terminals[link.transmit].roles and "trunk" in terminals[link.receive].roles:
            one, other = entries[link.source], entries[link.target]
            groups.setdefault((one.name, other.name, link.name), []).append(n)
    rows = gathered.rows
    by_class = dict(list(rows[rows["trunk"]].groupby(["a", "b", "link"])))
    empty = rows.iloc[:0]
    return [
        TrunkClass(
            *key[:2],
            home(entries[study.links[members[0]].source]),
            home(entries[study.links[members[0]].target]),
            key[2],
            study.links[members[0]].kind,
            tuple(members),
            by_class.get(key, empty),
        )
        for key, members in groups.items()
    ]


def trunk_blocks(study: Study, gathered: GatheredContacts) -> list[Block]:
    """Table and waterfalls of the trunks.

    Parameters
    ----------
    study : Study
        For budgets.
    gathered : GatheredContacts
        Its contacts.

    Returns
    -------
    list of Block
    """
    classes = trunk_classes(study, gathered)
    if not classes:
        return [Text("No two terminals of this network have the role of a trunk.")]
    budgets = _budgets(study, classes)
    reports = {id(one): found for one, found in zip(classes, budgets, strict=True)}
    chosen = _representatives(classes)
    words = "all members of a constellation together"
    blocks: list[Block] = [
        _table(study, chosen, reports, f"One kind of trunk for each pair of worlds, {words}"),
        Fold(
            f"All {whole(len(classes))} trunks by direction and equipment",
            [_table(study, classes, reports, f"Every trunk, {words}")],
        ),
        Text(
            "Budgets of one link of each of these kinds, at the middle of its first contact in the span. "
            "Every total is the sum of all that stands above it."
        ),
    ]
    for n, one in enumerate(chosen[:MOST_WATERFALLS]):
        blocks.append(_waterfall(n, one, reports[id(one)]))
    if len(chosen) > MOST_WATERFALLS:
        blocks.append(
            Text(
                f"{len(chosen) - MOST_WATERFALLS} more kinds: 'qqnet link SCENARIO FROM TO' shows any budget."
            )
        )
    return blocks


def _representatives(classes: list[TrunkClass]) -> list[TrunkClass]:
    """One class for each pair of worlds and kind: that with most contacts, if it can towards the Earth."""
    order = {"Earth": 0, "Moon": 1, "Sun": 2}
    best: dict[tuple[str, str, str], TrunkClass] = {}
    for one in classes:
        ends = sorted((one.source_home, one.target_home), key=lambda body: (order.get(body, 3), body))
        towards_earth = one.target_home == ends[0]
        key = (ends[0], ends[1], one.kind)
        rank = (len(one.contacts) > 0, towards_earth, len(one.contacts))
        held = best.get(key)
        if held is None or rank > (len(held.contacts) > 0, held.target_home == ends[0], len(held.contacts)):
            best[key] = one
    return sorted(
        best.values(),
        key=lambda one: (
            len(one.contacts) == 0,
            one.source_home == one.target_home,
            order.get(one.target_home, 3),
            order.get(one.source_home, -1),
            one.source,
        ),
    )


def _budgets(study: Study, classes: list[TrunkClass]) -> list[TrunkBudget]:
    """Budget of one link of each class, at the middle of its first contact; at the start if it has none."""
    from qqnet.study.network import links_of
    from qqnet.study.paths import PathEvaluator

    indices, times = zip(*(_moment(study, one) for one in classes), strict=True)
    pairs = [study.links[index] for index in indices]
    links = links_of(study.scenario, pairs)
    paths = PathEvaluator(study, pairs, links)(np.arange(len(pairs)), np.array(times))
    return [
        TrunkBudget(pair, at_s, link_budget(link, paths.take(np.array(n))))
        for n, (pair, at_s, link) in enumerate(zip(pairs, times, links, strict=True))
    ]


def _moment(study: Study, one: TrunkClass) -> tuple[int, float]:
    """A single link of a class and a time of transmission."""
    if one.contacts.empty:
        return one.indices[0], study.scenario.time.start_s
    first = one.contacts.sort_values(["start_s", "end_s"]).iloc[0]
    pairs = {(study.links[n].source, study.links[n].target): n for n in one.indices}
    at_s = 0.5 * (float(first["start_s"]) + float(first["end_s"]))
    return pairs[first["from"], first["to"]], at_s


def _waterfall(n: int, one: TrunkClass, report: TrunkBudget) -> Fold:
    budget = report.budget
    result = (
        f"{data_rate(budget.rate_bps)}, margin {decibel(budget.margin_db)} dB"
        if budget.closes
        else "does not close"
    )
    words = {"optical": "laser", "rf": "radio"}
    never = "" if len(one.contacts) else ", but no contact in the span"
    title = f"{one.source} to {one.target}, {words.get(one.kind, one.kind)}: {result}{never}"
    caption = (
        f"{report.pair.source} to {report.pair.target}, {report.pair.transmit} to {report.pair.receive}, "
        f"{utc(format_utc(report.at_s))} UTC: range {distance(budget.range_km)}, light time "
        f"{duration(budget.owlt_s)}, "
        f"mode {budget.mode.name}, required margin {decibel(budget.required_margin_db)} dB."
    )
    drawing = waterfall(budget, f"Link budget as a waterfall. {title}.")
    rows = [[line.name, decibel(line.value), line.unit, line.source] for line in budget.lines]
    table = Fold(
        "Numbers and where they come from", [Table(["line", "value", "unit", "source"], rows, 4, prose=True)]
    )
    return Fold(title, [Markup(drawing, caption), table], n < OPEN_WATERFALLS)


def _table(study: Study, classes: list[TrunkClass], reports: dict[int, TrunkBudget], caption: str) -> Table:
    rows = []
    for one in classes:
        contacts, report = one.contacts, reports[id(one)]
        light = contacts[["owlt_start_s", "owlt_end_s"]].to_numpy()
        rates = contacts["rate_bps"].to_numpy()
        there = len(contacts) > 0
        start, end, _ = merged(contacts["start_s"].to_numpy(), contacts["end_s"].to_numpy(), rates)
        share = min(1.0, float((end - start).sum()) / study.scenario.time.duration)
        volume = float((rates * (contacts["end_s"] - contacts["start_s"]).to_numpy()).sum() / 8.0)
        rows.append(
            [
                f"{one.source} → {one.target}",
                one.link,
                percent(1.0 if share > 1.0 - 1e-9 else share, 1),
                span([data_rate(float(f(rates))) for f in (np.min, np.max)] if there else []),
                decibel(report.budget.margin_db),
                span(
                    [distance(float(f(light)) * SPEED_OF_LIGHT_KM_S) for f in (np.min, np.max)]
                    if there
                    else []
                ),
                span([duration(float(f(light))) for f in (np.min, np.max)] if there else []),
                data_size(volume),
            ]
        )
    columns = ["trunk", "link", "up", "rate", "margin [dB]", "range", "light time", "volume"]
    return Table(columns, rows, 2, caption, _EXPLAINED)
