"""Contacts cut at times, and contacts joined that continue each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.link_index import in_order_of_time, index_links
from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

TOUCH_S: Final = 1e-6
"""Contacts this close touch [s]: what double precision resolves of this century's seconds, and some."""

LINE_S: Final = 1e-6
"""Light times this close to a line lie on it. [s]"""


LEAST: Final = "margin_db"
"""Column of which a joined contact has the least."""


def cut(rows: pd.DataFrame, start: NDArray[np.float64], end: NDArray[np.float64]) -> pd.DataFrame:
    """Cut contacts at times within them.

    Parameters
    ----------
    rows : pandas.DataFrame
        Contacts.
    start, end : numpy.ndarray, shape (N,)
        New edges, inside the old ones. [s]

    Returns
    -------
    pandas.DataFrame
        The same rows; at new edges what belongs to edges is interpolated: light times, and ranges where there
        are any.
    """
    first, last = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    columns = {"start_s": start, "end_s": end}
    for at_start, at_end in edge_columns(rows):
        low, high = rows[at_start].to_numpy(), rows[at_end].to_numpy()
        slope = (high - low) / (last - first)
        columns[at_start] = np.where(start > first, low + slope * (start - first), low)
        columns[at_end] = np.where(end < last, low + slope * (end - first), high)
    return rows.assign(**columns)


def edge_columns(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Columns that hold one thing at start and end of a contact, such as ``range_start_km``, ``range_end_km``."""
    pairs = [(name, name.replace("_start_", "_end_")) for name in rows.columns if "_start_" in name]
    numbers = set(rows.select_dtypes("number").columns)
    return [pair for pair in pairs if numbers.issuperset(pair)]


def join_touching(plan: ContactPlan, owlt_tolerance_s: float = LINE_S) -> ContactPlan:
    """Join contacts of a link that touch and are alike.

    Alike are contacts with the same rate, kind and confidence, and whatever other columns hold; of ``margin_db``
    the least stays, and what belongs to edges (light times, ranges) is that of the outer ones. The light time of
    the joined contact is again a straight line between its ends; where that would leave the light time of a part
    by more than the tolerance, the parts stay apart.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    owlt_tolerance_s : float
        Greatest change of any light time. [s]

    Returns
    -------
    ContactPlan
        With as many contacts or fewer; the volume of each link stays.

    Raises
    ------
    InputError
        For a negative tolerance.
    """
    if not owlt_tolerance_s >= 0.0:
        raise InputError(f"light-time tolerance {owlt_tolerance_s} s: give zero or more")
    chain = chains(plan.contacts, owlt_tolerance_s)
    if not len(plan) or chain.max() + 1 == len(plan):
        return plan
    return replace(plan, contacts=joined(plan.contacts, chain))


def chains(
    rows: pd.DataFrame, owlt_tolerance_s: float = LINE_S, touch_s: float = TOUCH_S
) -> NDArray[np.int64]:
    """Number the chains of contacts that continue each other.

    Parameters
    ----------
    rows : pandas.DataFrame
        Contacts of a plan.
    owlt_tolerance_s : float
        How far the light times of a chain may be from the line between its ends; infinite for any. [s]
    touch_s : float
        Contacts this close touch. [s]

    Returns
    -------
    numpy.ndarray of int, shape (N,)
        Number of the chain of each row, in order of links and time.
    """
    index = index_links(rows)
    order = in_order_of_time(index.link, rows["start_s"].to_numpy(), rows["end_s"].to_numpy())
    link = index.link[order]
    start, end, owlt, owlt_end = (
        rows[column].to_numpy()[order] for column in ("start_s", "end_s", "owlt_start_s", "owlt_end_s")
    )
    fresh = np.ones(len(rows), dtype=np.bool_)
    fresh[1:] = (link[1:] != link[:-1]) | (np.abs(start[1:] - end[:-1]) > touch_s)
    if not fresh.all():
        apart = {"start_s", "end_s", LEAST, *(name for pair in edge_columns(rows) for name in pair)}
        for column in (column for column in rows.columns if column not in apart):
            values = rows[column].iloc[order]
            fresh[1:] |= (values.ne(values.shift()) & ~(values.isna() & values.shift().isna())).to_numpy()[1:]
        if np.isfinite(owlt_tolerance_s):
            fresh = _split_where_bent(fresh, start, end, owlt, owlt_end, owlt_tolerance_s)
    chain = np.empty(len(rows), dtype=np.int64)
    chain[order] = np.cumsum(fresh) - 1
    return chain


def joined(rows: pd.DataFrame, chain: NDArray[np.int64]) -> pd.DataFrame:
    """Make one contact of each chain.

    Parameters
    ----------
    rows : pandas.DataFrame
        Contacts.
    chain : numpy.ndarray of int, shape (N,)
        Number of the chain of each, as `chains` gives it.

    Returns
    -------
    pandas.DataFrame
        A row a chain, in order of their numbers.
    """
    order = np.lexsort((rows["start_s"].to_numpy(), chain))
    rows = rows.iloc[order]
    first = np.flatnonzero(np.diff(chain[order], prepend=-1))
    last = np.append(first[1:], len(rows)) - 1
    ends = ["end_s", *(at_end for _, at_end in edge_columns(rows))]
    columns = {name: rows[name].to_numpy()[last] for name in ends} if len(rows) else {}
    if LEAST in rows.columns and len(rows):
        columns[LEAST] = np.fmin.reduceat(rows[LEAST].to_numpy(dtype=np.float64), first)
    return rows.iloc[first].assign(**columns)


def _split_where_bent(
    fresh: NDArray[np.bool_],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    owlt: NDArray[np.float64],
    owlt_end: NDArray[np.float64],
    tolerance_s: float,
) -> NDArray[np.bool_]:
    """Begin anew at the worst joint of each chain, until each is within the tolerance of its line."""
    fresh = fresh.copy()
    while True:
        first = np.flatnonzero(fresh)
        chain = np.cumsum(fresh) - 1
        last = np.append(first[1:], len(fresh)) - 1
        slope = (owlt_end[last] - owlt[first]) / (end[last] - start[first])
        line = owlt[first][chain] + slope[chain] * (start - start[first][chain])
        bend = np.zeros(len(fresh))
        bend[1:] = np.maximum(np.abs(owlt[1:] - line[1:]), np.abs(owlt_end[:-1] - line[1:]))
        bend[fresh] = 0.0
        worst = np.maximum.reduceat(bend, first)
        bent = np.flatnonzero((bend == worst[chain]) & (worst[chain] > tolerance_s))
        if not bent.size:
            return fresh
        fresh[bent] = True
