"""Overlapping contacts of one link: who has each moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.cutting import TOUCH_S, cut
from qqnet.contacts.link_index import in_order_of_time, index_links, latest_end_before

if TYPE_CHECKING:
    import pandas as pd

Overlap = Literal["refuse", "first", "last", "fastest", "slowest"]
"""Which contact stays where those of one link overlap."""

WORDS: Final = {
    "first": "of an earlier plan",
    "last": "of a later plan",
    "fastest": "that are faster",
    "slowest": "that are slower",
}


def given_way(rows: pd.DataFrame, rank: NDArray[np.int64], overlap: str) -> tuple[pd.DataFrame, list[str]]:
    """Let contacts of a link give way to others where they overlap.

    Parameters
    ----------
    rows : pandas.DataFrame
        Contacts.
    rank : numpy.ndarray of int, shape (N,)
        At every moment the contact of the lowest rank stays, and of equal ones that which started first.
    overlap : str
        The rule behind the rank, for the note.

    Returns
    -------
    rows : pandas.DataFrame
        Without overlap within a link; what gives way is cut.
    notes : list of str
        How much gave way, for people.
    """
    import pandas as pd

    link = index_links(rows).link
    start, end = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    order = in_order_of_time(link, start, end)
    meets = start[order] < latest_end_before(link[order], end[order])
    group = np.cumsum(~meets) - 1
    crowded = np.bincount(group)[group] > 1
    if not crowded.any():
        return rows, []
    which = order[crowded]
    owner, first, last = _pieces(group[crowded], start[which], end[which], rank[which])
    pieces = cut(rows.iloc[which[owner]], first, last)
    lost_s = end[which] - start[which] - np.bincount(owner, weights=last - first, minlength=len(which))
    losers = int((lost_s > TOUCH_S).sum())
    note = (
        f"{lost_s.sum():.6g} s of {losers} contact{'s' * (losers != 1)} gave way to contacts of the same link "
        f"{WORDS[overlap]}"
    )
    return pd.concat([rows.iloc[order[~crowded]], pieces], ignore_index=True), [note]


def _pieces(
    group: NDArray[np.int64], start: NDArray[np.float64], end: NDArray[np.float64], rank: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Who has each stretch of time within a group: number of the contact, start and end of each piece."""
    # All edges of a group in order; each contact spans some of the stretches between neighbours.
    edge_group, edge_s = np.tile(group, 2), np.concatenate([start, end])
    order = np.lexsort((edge_s, edge_group))
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    edges = edge_s[order]
    low, high = place[: len(start)], place[len(start) :]
    spans = high - low
    contact = np.repeat(np.arange(len(start)), spans)
    stretch = np.arange(contact.size) - np.repeat(np.cumsum(spans) - spans, spans) + np.repeat(low, spans)
    # A stretch without length belongs to nobody.
    long = edges[stretch + 1] > edges[stretch]
    contact, stretch = contact[long], stretch[long]
    best = np.lexsort((start[contact], rank[contact], stretch))
    contact, stretch = contact[best], stretch[best]
    chosen = np.ones(stretch.size, dtype=np.bool_)
    chosen[1:] = stretch[1:] != stretch[:-1]
    contact, stretch = contact[chosen], stretch[chosen]
    fresh = np.ones(contact.size, dtype=np.bool_)
    fresh[1:] = (contact[1:] != contact[:-1]) | (edges[stretch[1:]] > edges[stretch[:-1] + 1])
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], contact.size) - 1
    return contact[first], edges[stretch[first]], edges[stretch[last] + 1]
