"""From pointings back to the windows of links: what of each window is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qqnet.pointing.apertures import Floats, Integers, Pairings
from qqnet.pointing.requests import RateEstimate

if TYPE_CHECKING:
    import pandas as pd


class Pointings(NamedTuple):
    """When pairings point at each other: pairing, from, to [TDB s past J2000]."""

    pairing: Integers
    start: Floats
    end: Floats


_ROUNDS = 3


def granted_windows(
    windows: pd.DataFrame, pairings: Pairings, pointings: Pointings, light: RateEstimate
) -> pd.DataFrame:
    """Cut windows to the times at which their ends point at each other.

    Both ends hold their beams for the same time. So data are sent from its start, when the antennas have turned,
    to a light time before its end, when the last of them arrive: what would still be on its way when the receiver
    turns to another is not sent. What stands at the start of the span was turned before.

    Parameters
    ----------
    windows : pandas.DataFrame
        As `qqnet.access.windows.find_windows` gives them.
    pairings : Pairings
        Of the links.
    pointings : Pointings
        What was granted.
    light : callable
        Rate and light time of links at times; of it only the light time is used.

    Returns
    -------
    pandas.DataFrame
        Rows of `windows`, cut, in their order; those of pairings that nobody limits as they were.
        ``range_min_km``, ``range_max_km`` stay those of the whole line of sight. Ranges and light times of cut
        ends are NaN: their geometry is the caller's.
    """
    link = windows["link"].to_numpy(dtype=np.int64)
    start = windows["start_s"].to_numpy(dtype=np.float64)
    end = windows["end_s"].to_numpy(dtype=np.float64)
    arrival = end + windows["owlt_end_s"].to_numpy(dtype=np.float64)
    pairing = pairings.of_link[link]
    limited = np.flatnonzero(~pairings.free[pairing])
    row, which = _overlaps(pairing[limited], start[limited], arrival[limited], pointings)
    row = limited[row]
    # What stands when the span begins was turned before.
    stands = windows["starts_at_span"].to_numpy(dtype=np.bool_)[row] & (pointings.start[which] <= start[row])
    turn = np.where(stands, 0.0, pairings.turn_s[pairing[row]])
    begin = np.maximum(start[row], pointings.start[which] + turn)
    last = pointings.end[which]
    stop = end[row]
    late = np.flatnonzero(arrival[row] > last)
    if late.size:
        cut = last[late].copy()
        for _ in range(_ROUNDS):  # light times change slowly: each round gains some four digits
            cut = last[late] - light(link[row[late]], np.clip(cut, start[row[late]], end[row[late]]))[1]
        stop[late] = np.minimum(cut, end[row[late]])
    kept = np.flatnonzero(stop > begin)
    free = np.flatnonzero(pairings.free[pairing])
    rows = np.concatenate([free, row[kept]])
    begins = np.concatenate([start[free], begin[kept]])
    stops = np.concatenate([end[free], stop[kept]])
    order = np.lexsort((begins, rows))
    rows, begins, stops = rows[order], begins[order], stops[order]
    found = windows.iloc[rows].reset_index(drop=True)
    for edge, values, whole in (("start", begins, start[rows]), ("end", stops, end[rows])):
        changed = values != whole
        found[f"{edge}_s"] = values
        found.loc[changed, [f"range_{edge}_km", f"owlt_{edge}_s"]] = np.nan
        found.loc[changed, f"{edge}s_at_span"] = False
    return found


def _overlaps(
    pairing: Integers, start: Floats, end: Floats, pointings: Pointings
) -> tuple[Integers, Integers]:
    """All pairs of an interval and a pointing of the same pairing that overlap: places in either."""
    if not len(pairing) or not len(pointings.pairing):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    order = np.lexsort((pointings.start, pointings.pairing))
    origin = min(float(start.min()), float(pointings.start.min()))
    length = max(float(end.max()), float(pointings.end.max())) - origin + 1.0
    # On one line, pairing after pairing; pointings of one pairing do not overlap, so their ends are sorted too.
    base = 2.0 * length * pointings.pairing[order] - origin
    low = np.searchsorted(base + pointings.end[order], 2.0 * length * pairing + start - origin, side="right")
    high = np.searchsorted(base + pointings.start[order], 2.0 * length * pairing + end - origin, side="left")
    counts = np.maximum(high - low, 0)
    row = np.repeat(np.arange(len(pairing)), counts)
    step = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, order[low[row] + step]
