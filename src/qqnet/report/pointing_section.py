"""Beams: how much of them is in use over time, what was denied, how often terminals turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.report.dates import axis_days, utc_dates
from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Table, Text
from qqnet.report.style import FAINT, WIDE, new_figure, utc_axis
from qqnet.report.wording import number, percent, whole
from qqnet.study.pointing import beams, pointing_summary

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from qqnet.study.study import Study

MOST_ROWS = 30
_BINS = 168
_ROW_IN = 0.22
_FULL = 0.995

_POLICIES = {
    "connected": "every node has a way to Earth first, then the flows, then volume",
    "fair": "the flows and nodes without a link come first, then volume",
    "volume": "as much as possible is carried, whoever gets it",
}


def pointing_blocks(study: Study) -> list[Block]:
    """Use of the beams of a study's terminals.

    Parameters
    ----------
    study : Study
        With terminals that have a number of beams.

    Returns
    -------
    list of Block
    """
    use, told = beams(study), pointing_summary(study)
    span = (study.scenario.time.start_s, study.scenario.time.stop_s)
    labels, shares = use_over_time(study.pointing.table, use, span)
    mean = shares.mean(axis=1)
    changing = np.flatnonzero(mean < _FULL)
    order = changing[np.argsort(-mean[changing], kind="stable")][:MOST_ROWS]
    left_out = len(changing) - len(order)
    full = [labels[n] for n in np.flatnonzero(mean >= _FULL)]
    blocks: list[Block] = [
        Text(
            f"Terminals have {whole(int(use['beams'].sum()))} beams in all, of which "
            f"{percent(told['use_mean'], 1)} are in use on average; {percent(told['denied_fraction'], 1)} of the "
            f"time in which two terminals see each other was denied, because a beam was with another. "
            f"Policy: {_POLICIES[told['policy']]}."
        )
    ]
    if full:
        blocks.append(Text(f"Always or nearly always in full use: {', '.join(full)}."))
    if len(order):
        caption = (
            "Share of the beams in use, mean over the members of a constellation, where it changes. The most used "
            "first."
        )
        if left_out:
            caption += f" {whole(left_out)} more are left out."
        figure = _figure([labels[n] for n in order], shares[order], span)
        words = ", ".join(labels[n] for n in order)
        blocks.append(
            Figures([embedded(figure, "beams", f"Use of beams over time: {words}.")], caption, wide=True)
        )
    table = _table(use)
    return [*blocks, Fold(f"Beams by node and terminal: {whole(len(table.rows))} rows", [table])]


def use_over_time(
    table: pd.DataFrame, use: pd.DataFrame, span: tuple[float, float], bins: int = _BINS
) -> tuple[list[str], NDArray[np.float64]]:
    """Share of beams in use in equal parts of the span.

    Parameters
    ----------
    table : pandas.DataFrame
        Pointings, as `qqnet.pointing.result.PointingResult` holds them.
    use : pandas.DataFrame
        Terminals, as `qqnet.study.pointing.beams` gives them.
    span : tuple of float
        [TDB s past J2000].
    bins : int
        How many parts.

    Returns
    -------
    labels : list of str, length R
        Entry and terminal.
    shares : ndarray [R, bins]
        Mean over the part and over the members of the entry.
    """
    rows: dict[tuple[str, str], int] = {}
    total: list[float] = []
    place: dict[tuple[str, str], int] = {}
    for one in use.to_dict("records"):
        row = rows.setdefault((one["entry"], one["terminal"]), len(rows))
        if row == len(total):
            total.append(0.0)
        total[row] += one["beams"]
        place[one["node"], one["terminal"]] = row
    edges = np.linspace(*span, bins + 1)
    busy = np.zeros((len(rows), bins))
    granted = table[table["granted"]]
    for end in ("a", "b"):
        columns = [granted[name] for name in (end, f"{end}_terminal", "start_s", "end_s")]
        for node, terminal, start, stop in zip(*columns, strict=True):
            found = place.get((node, terminal))
            if found is not None:
                inside = np.minimum(edges[1:], stop) - np.maximum(edges[:-1], start)
                busy[found] += np.clip(inside, 0.0, None)
    length = (span[1] - span[0]) / bins
    shares = busy / (np.array(total)[:, None] * length) if rows else busy
    return [f"{entry} {terminal}" for entry, terminal in rows], np.minimum(shares, 1.0)


def _figure(labels: list[str], shares: NDArray[np.float64], span: tuple[float, float]) -> Figure:
    figure = new_figure(WIDE, _ROW_IN * len(labels) + 1.3)
    axes = figure.subplots()
    days = axis_days(utc_dates(np.linspace(*span, shares.shape[1] + 1), span[0]))
    mesh = axes.pcolormesh(
        days, np.arange(len(labels) + 1), shares, cmap="viridis", vmin=0.0, vmax=1.0, rasterized=True
    )
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.xaxis_date()
    axes.set_xlim(days[0], days[-1])
    utc_axis(axes)
    bar = figure.colorbar(
        mesh, ax=axes, location="bottom", aspect=60, shrink=0.8, pad=0.1 / (_ROW_IN * len(labels))
    )
    bar.set_label("share of beams in use")
    bar.outline.set_edgecolor(FAINT)
    return figure


def _table(use: pd.DataFrame) -> Table:
    rows: list[list[Any]] = [
        [
            one["node"],
            one["terminal"],
            whole(one["beams"]),
            percent(one["use_mean"], 1),
            whole(one["peak"]),
            percent(one["full"], 1),
            percent(one["denied_fraction"], 1),
            number(one["switches_per_day"]),
        ]
        for one in use.to_dict("records")
    ]
    columns = ["node", "terminal", "beams", "in use", "peak", "all in use", "denied", "switches a day"]
    note = (
        "In use: mean over time. Denied: share of the time in which the terminal and another saw each other and "
        "could have exchanged data. Terminals that share an aperture count at the one that has the beams."
    )
    return Table(columns, rows, 2, "Use of beams", note)
