"""From windows to contacts: cut where the rate changes, and where light time would bend too far from a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.link_geometry import LinkGeometry
from qqnet.contacts.light_time import straight_parts
from qqnet.links.controlled_rates import policy_of, rate_segments
from qqnet.links.link import Link, best_mode
from qqnet.links.path import Path
from qqnet.links.rates import LinkBook, PathFunction

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Geometry = Callable[[Integers, Floats], LinkGeometry]

SHORTEST_S: Final = 1e-3
"""Edges of windows are right to about this [s]; a contact no longer than that is none."""


def build_contacts(
    windows: pd.DataFrame,
    links: Sequence[Link],
    delays_s: ArrayLike,
    geometry: Geometry,
    path_at: PathFunction,
    advance: Callable[[float], None] = lambda _: None,
) -> pd.DataFrame:
    """Turn windows into contacts of constant rate and linear light time.

    Parameters
    ----------
    windows : pandas.DataFrame
        ``link``, ``start_s``, ``end_s``, ``range_min_km``, ``range_max_km``, as
        `qqnet.access.windows.find_windows` gives them.
    links : sequence of Link, length L
        The link of each index in the windows' column ``link``.
    delays_s : array_like, shape [windows] or a number
        Time from the start of each window to data, for acquisition [s].
    geometry : callable
        Range, elevation and light time of links (indices) at times of transmission [TDB s past J2000].
    path_at : callable
        Paths of links (indices) at times of transmission.
    advance : callable
        Told the share done, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        ``link`` (index), ``start_s``, ``end_s``, ``rate_bps``, ``margin_db`` (least, above the mode's
        demand), ``owlt_start_s``, ``owlt_end_s``, ``range_start_km``, ``range_end_km``; in the order of windows.
    """
    import pandas as pd

    index = windows["link"].to_numpy().astype(np.int64)
    start = windows["start_s"].to_numpy() + np.asarray(delays_s, dtype=np.float64)
    end = windows["end_s"].to_numpy()
    book = LinkBook(links, path_at)
    ranges = windows["range_min_km"].to_numpy(), windows["range_max_km"].to_numpy()
    steady, columns = _steady(book, index, start, end, *ranges)
    long = np.flatnonzero((end - start > SHORTEST_S) & ~steady)
    cut = rate_segments(book, index[long], start[long], end[long], advance)
    where = np.concatenate([np.flatnonzero(steady & (columns[2] > 0.0)), long[cut.window]])
    kept = columns[:, where[: where.size - len(cut)]]
    table = np.concatenate([kept, np.stack([cut.start_s, cut.end_s, cut.rate_bps, cut.margin_db])], axis=1)
    good = table[1] - table[0] > SHORTEST_S
    order = np.lexsort((table[0], where))
    order = order[good[order]]
    which, table = _straighten(index[where[order]], table[:, order].T, geometry)
    at_start, at_end = geometry(which, table[:, 0]), geometry(which, table[:, 1])
    return pd.DataFrame(
        {
            "link": which,
            "start_s": table[:, 0],
            "end_s": table[:, 1],
            "rate_bps": table[:, 2],
            "margin_db": table[:, 3],
            "owlt_start_s": at_start.owlt_s,
            "owlt_end_s": at_end.owlt_s,
            "range_start_km": at_start.range_km,
            "range_end_km": at_end.range_km,
        }
    )


def _steady(
    book: LinkBook, index: Integers, start: Floats, end: Floats, nearest: Floats, farthest: Floats
) -> tuple[NDArray[np.bool_], Floats]:
    """Windows in which the mode can not change, because it is one at the least and at the greatest distance.

    Returns which they are, and start, end, rate and least margin of each, shape [4, windows].
    """
    steady = np.zeros(index.size, dtype=np.bool_)
    rate, margin = np.zeros(index.size), np.zeros(index.size)
    for which, link in book.groups(index):
        if not link.falls_with_distance or policy_of(link) is not None:
            continue
        far = link.excess_db(Path.straight(farthest[which]))
        mode = best_mode(far)
        same = mode == best_mode(link.excess_db(Path.straight(nearest[which])))
        steady[which] = same
        rate[which] = np.append(link.rates_bps, 0.0)[mode]
        margin[which] = far[mode, np.arange(which.size)] + link.required_margin_db
    long = end - start > SHORTEST_S
    return steady & long, np.stack([start, end, rate, margin])


def _straighten(which: Integers, table: Floats, geometry: Geometry) -> tuple[Integers, Floats]:
    """Cut contacts until light time inside is within the tolerance of the line between the ends."""
    row, start, end = straight_parts(
        table[:, 0], table[:, 1], lambda rows, times: geometry(which[rows], times).owlt_s
    )
    parts = table[row]
    parts[:, 0], parts[:, 1] = start, end
    return which[row], parts
