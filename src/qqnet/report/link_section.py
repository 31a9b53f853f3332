"""Links over the span: what kinds of link carry, and where the next decibel adds most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.report.page import Block, Table, Text
from qqnet.report.wording import data_rate, data_size, decibel, percent, span, whole

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.link_performance import NextDecibel
    from qqnet.study.study import Study

_MOST = 12


def link_blocks(study: Study) -> list[Block]:
    """Return what the links of a study carry, and what a decibel more would add.

    Parameters
    ----------
    study : Study
        With contacts and traffic.

    Returns
    -------
    list of Block
    """
    from qqnet.study.link_performance import carried_bytes_per_day, link_performance

    found = link_performance(study, (1.0,))
    there = found.table[found.table["view"] > 0.0]
    ranked = found.next_decibels(carried_bytes_per_day(study))
    blocks: list[Block] = [
        Text(
            f"Of {whole(len(found.table))} directed links that the equipment allows, {whole(len(there))} have a "
            f"line of sight that is served, and {whole(int((there['up'] > 0.0).sum()))} carry data."
        )
    ]
    if len(there):
        blocks += [_kinds(there), _next(ranked[:_MOST])]
    return blocks


def _kinds(rows: pd.DataFrame) -> Table:
    """One row for each pair of terminal types."""
    cells = []
    for name, group in rows.groupby("link", sort=True):
        up = group[group["up"] > 0.0]
        rates = [data_rate(up["rate_min_bps"].min()), data_rate(up["rate_max_bps"].max())] if len(up) else []
        cells.append(
            [
                str(name),
                whole(len(up)),
                percent(float(group["up"].mean()), 1),
                span(rates),
                decibel(float(up["margin_min_db"].min())) if len(up) else "",
                data_size(float(group["volume_bytes_per_day"].sum())),
            ]
        )
    columns = ["link", "links", "up, mean", "rate", "least margin [dB]", "volume a day"]
    note = "Margin: above the demand of the mode in use."
    return Table(columns, cells, 1, "What kinds of link carry", note)


def _next(ranked: list[NextDecibel]) -> Table:
    cells = [
        [
            one.terminal,
            one.side,
            whole(one.links),
            data_size(one.volume_bytes_per_day),
            data_size(one.added_bytes_per_day),
            data_size(one.carried_bytes_per_day or 0.0),
        ]
        for one in ranked
    ]
    columns = ["terminal", "side", "links", "volume a day", "one decibel adds", "flows send"]
    note = (
        "Transmit: power. Receive: G/T. Both: the gain of the antenna. What flows do not use is no reason for a "
        "greater antenna."
    )
    return Table(columns, cells, 2, "Where the next decibel adds most", note)
