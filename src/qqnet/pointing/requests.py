"""What is asked for: when the ends of a pairing see each other, and what they could exchange then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from qqnet.pointing.apertures import Floats, Integers, Pairings

if TYPE_CHECKING:
    import pandas as pd

CELL_S: Final = 1800.0
"""Longest stretch of a line of sight for which one estimate of the rate stands [s]."""

RateEstimate = Callable[[Integers, Floats], tuple[Floats, Floats]]
"""Rate [bit/s] and light time [s] of links (indices) at times of transmission."""


class Wanted(NamedTuple):
    """Stretches of time in which pairings could exchange data; one element a stretch, cells in a row.

    Attributes
    ----------
    pairing : ndarray of int [W]
        Sorted.
    start, end : ndarray [W]
        From the first moment at which either end would send or receive to the last [TDB s past J2000].
    first, cells : ndarray of int [W]
        Its first cell, and how many it has.
    origin, length : ndarray [W]
        Start of its first cell, and length of each [s].
    rates : ndarray [2, C]
        Rate from the first end of the pairing, and from the second, in each cell [bit/s].
    owlt : ndarray [C]
        One-way light time [s].
    """

    pairing: Integers
    start: Floats
    end: Floats
    first: Integers
    cells: Integers
    origin: Floats
    length: Floats
    rates: Floats
    owlt: Floats


def wanted_of(windows: pd.DataFrame, pairings: Pairings, estimate: RateEstimate) -> Wanted:
    """Find what could be exchanged when.

    Windows of all links of a pairing, with the light on its way, are joined to lines of sight; these are divided
    into cells of at most `CELL_S`, and the rate at the middle of each stands for it. Where no link carries
    anything, nothing is wanted.

    Parameters
    ----------
    windows : pandas.DataFrame
        As `qqnet.access.windows.find_windows` gives them.
    pairings : Pairings
        Of the links.
    estimate : callable
        Rate and light time of links at times.

    Returns
    -------
    Wanted
    """
    link = windows["link"].to_numpy(dtype=np.int64)
    start = windows["start_s"].to_numpy(dtype=np.float64)
    end = windows["end_s"].to_numpy(dtype=np.float64)
    pairing = pairings.of_link[link]
    sight, sight_of = joined_intervals(pairing, start, end + windows["owlt_end_s"].to_numpy(dtype=np.float64))
    cells = np.maximum(np.ceil((sight.end - sight.start) / CELL_S).astype(np.int64), 1)
    first = np.concatenate([[0], np.cumsum(cells)[:-1]]).astype(np.int64)
    length = (sight.end - sight.start) / cells
    # Middles of the cells of its line of sight that a window holds.
    low = np.ceil((start - sight.start[sight_of]) / length[sight_of] - 0.5).astype(np.int64)
    high = np.floor((end - sight.start[sight_of]) / length[sight_of] - 0.5).astype(np.int64)
    counts = np.maximum(high - low + 1, 0)
    row = np.repeat(np.arange(len(link)), counts)
    step = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = low[row] + step
    times = sight.start[sight_of[row]] + (place + 0.5) * length[sight_of[row]]
    rate, owlt = estimate(link[row], times)
    rates, light = np.zeros((2, int(cells.sum()))), np.zeros(int(cells.sum()))
    cell = first[sight_of[row]] + place
    np.add.at(rates, (np.where(pairings.forward[link[row]], 0, 1), cell), rate)
    light[cell] = owlt
    return _with_rate(sight, cells, first, length, rates, light)


class Sight(NamedTuple):
    """Intervals of pairings, sorted by pairing and start."""

    pairing: Integers
    start: Floats
    end: Floats


def joined_intervals(pairing: Integers, start: Floats, end: Floats) -> tuple[Sight, Integers]:
    """Join intervals of a pairing that overlap; also which joined one each belongs to."""
    order = np.lexsort((start, pairing))
    owner, begin, stop = pairing[order], start[order], end[order]
    # Kept apart by more than the span, the intervals of all pairings lie on one line.
    shift = owner * (2.0 * (stop.max(initial=0.0) - begin.min(initial=0.0)) + 1.0)
    reached = np.maximum.accumulate(stop + shift)
    opens = np.ones(len(order), dtype=np.bool_)
    opens[1:] = begin[1:] + shift[1:] > reached[:-1]
    heads = np.flatnonzero(opens)
    belongs = np.empty(len(order), dtype=np.int64)
    belongs[order] = np.cumsum(opens) - 1
    ends = np.maximum.reduceat(stop, heads) if heads.size else stop
    return Sight(owner[heads], begin[heads], ends), belongs


def _with_rate(
    sight: Sight, cells: Integers, first: Integers, length: Floats, rates: Floats, owlt: Floats
) -> Wanted:
    """Cut lines of sight to the runs of cells that carry anything, and half a cell around."""
    owner = np.repeat(np.arange(len(cells)), cells)
    carries = rates.max(axis=0, initial=0.0) > 0.0
    before = np.concatenate([[False], carries[:-1] & (owner[1:] == owner[:-1])])
    after = np.concatenate([carries[1:] & (owner[1:] == owner[:-1]), [False]])
    heads, tails = np.flatnonzero(carries & ~before), np.flatnonzero(carries & ~after)
    which = owner[heads]
    low, high = heads - first[which], tails - first[which]
    origin = sight.start[which] + low * length[which]
    # The change of rate lies somewhere between the middles of two cells.
    start = np.maximum(sight.start[which], origin - 0.5 * length[which])
    stop = sight.start[which] + (high + 1.5) * length[which] + owlt[tails]  # cells go by the time of sending
    end = np.where(high + 1 >= cells[which], sight.end[which], np.minimum(stop, sight.end[which]))
    # Two runs with one empty cell between them share it.
    same = np.flatnonzero((which[1:] == which[:-1]) & (start[1:] < end[:-1]))
    end[same] = np.minimum(end[same], start[same + 1])
    return Wanted(
        sight.pairing[which], start, end, heads, tails - heads + 1, origin, length[which], rates, owlt
    )
