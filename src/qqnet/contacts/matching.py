"""Which contact of one plan is which of another: pairs that overlap most, on the same link."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.link_index import in_order_of_time

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Spans(NamedTuple):
    """Contacts as spans of time on numbered links, each shape (N,).

    Attributes
    ----------
    link : numpy.ndarray of int
        Link; the same number in both plans is the same link.
    start_s, end_s : numpy.ndarray
        Edges. [s]
    """

    link: Integers
    start_s: Floats
    end_s: Floats


def match(first: Spans, second: Spans, tolerance_s: float = 0.0) -> tuple[Integers, Integers]:
    """Pair the contacts of two plans.

    Of all pairs of contacts of a link that overlap, the one with the longest overlap is taken first (of equal
    ones that whose edges differ least), then the next of those that are left, and so on.

    Parameters
    ----------
    first, second : Spans
        Contacts of the plans.
    tolerance_s : float
        Contacts with so short a time between them may be a pair too. [s]

    Returns
    -------
    first_rows, second_rows : numpy.ndarray of int, shape (P,)
        Rows of each pair, in order of `first`; no row stands in two pairs.

    Examples
    --------
    >>> link = np.zeros(2, dtype=np.int64)
    >>> a = Spans(link, np.array([0.0, 50.0]), np.array([10.0, 60.0]))
    >>> b = Spans(link, np.array([1.0, 70.0]), np.array([11.0, 80.0]))
    >>> [rows.tolist() for rows in match(a, b)]
    [[0], [0]]
    """
    a, b = overlapping(first, second, tolerance_s)
    overlap = np.minimum(first.end_s[a], second.end_s[b]) - np.maximum(first.start_s[a], second.start_s[b])
    apart = np.abs(first.start_s[a] - second.start_s[b]) + np.abs(first.end_s[a] - second.end_s[b])
    order = np.lexsort((b, a, apart, -overlap))
    a, b = a[order], b[order]
    pairs: list[tuple[Integers, Integers]] = []
    while a.size:
        # The best pair of both its contacts can be taken at once; the best of all is always one of those.
        rank = np.arange(a.size)
        best_a, best_b = np.full(len(first.link), a.size), np.full(len(second.link), a.size)
        np.minimum.at(best_a, a, rank)
        np.minimum.at(best_b, b, rank)
        taken = (best_a[a] == rank) & (best_b[b] == rank)
        pairs.append((a[taken], b[taken]))
        free_a, free_b = np.ones(len(first.link), np.bool_), np.ones(len(second.link), np.bool_)
        free_a[a[taken]] = free_b[b[taken]] = False
        left = free_a[a] & free_b[b]
        a, b = a[left], b[left]
    if not pairs:
        return a, b
    one, other = (np.concatenate(rows) for rows in zip(*pairs, strict=True))
    order = np.argsort(one)
    return one[order], other[order]


def overlapping(first: Spans, second: Spans, tolerance_s: float = 0.0) -> tuple[Integers, Integers]:
    """All pairs of rows of the same link that overlap, or have no more than a tolerance [s] between them."""
    order = in_order_of_time(second.link, second.start_s, second.end_s)
    link, start, end = second.link[order], second.start_s[order], second.end_s[order]
    # Complex numbers sort by their real part first: link, then time.
    begins, reaches = link + 1j * start, link + 1j * _reached(link, end)
    low = np.searchsorted(reaches, first.link + 1j * (first.start_s - tolerance_s), side="right")
    high = np.searchsorted(begins, first.link + 1j * (first.end_s + tolerance_s), side="left")
    count = np.maximum(high - low, 0)
    a = np.repeat(np.arange(len(first.link)), count)
    place = np.arange(a.size) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    meets = end[place] > first.start_s[a] - tolerance_s
    return a[meets], order[place[meets]]


def _reached(link: Integers, end: Floats) -> Floats:
    """Latest end up to each row of a link."""
    import pandas as pd

    return np.asarray(pd.Series(end).groupby(link, sort=False).cummax().to_numpy(), dtype=np.float64)
