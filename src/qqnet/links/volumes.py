"""How much links carry, and how much more or less with some decibels: by samples, many links at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links.domain import FloatArray
from qqnet.links.link import IntArray
from qqnet.links.rates import TOGETHER, LinkBook

STEP_S: Final = 300.0
"""Longest step between samples of a window [s]."""

FEWEST: Final = 16
"""Samples of a window at least."""


def volumes_bit(
    book: LinkBook,
    link: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    offsets_db: ArrayLike,
    advance: Callable[[float], None] = lambda _: None,
) -> FloatArray:
    """Volume of windows at the best rate of every moment, with decibels added to the level.

    Sums over the middles of equal steps, which is right to the step times the change of the rate at each change
    of mode: some tenths of a percent over a day, less over many windows. Edges are not searched; for
    exact contacts see `qqnet.links.rates`.

    Parameters
    ----------
    book : LinkBook
        The links.
    link : ndarray of int, shape [W]
        Link of each window.
    start_s, end_s : ndarray, shape [W]
        The windows [s].
    offsets_db : array_like, shape [D]
        Added to the level of every link [dB].
    advance : callable
        Told the share done, 0 to 1.

    Returns
    -------
    ndarray, shape [D, W]
        Volume [bit].
    """
    offsets = np.asarray(offsets_db, dtype=np.float64)
    out = np.zeros((offsets.size, link.size))
    length = np.maximum(end_s - start_s, 0.0)
    counts = np.maximum(FEWEST, np.ceil(length / STEP_S)).astype(np.int64)
    batch = np.cumsum(counts) // TOGETHER
    for part in np.split(np.arange(link.size), np.flatnonzero(np.diff(batch)) + 1):
        if not part.size:
            continue
        count = counts[part]
        first = np.cumsum(count) - count
        place = np.arange(int(count.sum())) - np.repeat(first, count)
        step = np.repeat(length[part] / count, count)
        owner = np.repeat(link[part], count)
        excess = book.excess_db(owner, np.repeat(start_s[part], count) + (place + 0.5) * step)
        rates = book.rate_table_bps()[book.kind_of[owner]].T
        for k, offset in enumerate(offsets):
            # The fastest mode that closes has the highest rate of those that do.
            rate = np.where(excess + offset >= 0.0, rates, 0.0).max(axis=0, initial=0.0)
            out[k, part] = np.add.reduceat(rate * step, first)
        advance(float(part[-1] + 1) / link.size)
    return out
