"""Rates over time as rate control picks them: the kernel of rates, run with and without hysteresis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qqnet.links.domain import FloatArray
from qqnet.links.ends import RfTransmit
from qqnet.links.link import IntArray, Link
from qqnet.links.rate_control import RateControl, Steps, controlled
from qqnet.links.rates import LinkBook, Segments, constant_rate_segments


def policy_of(link: Link) -> RateControl | None:
    """Rate control of a link; None where the best mode is taken at every moment."""
    control = link.transmit.control if isinstance(link.transmit, RfTransmit) else None
    return None if control is None or control.is_plain else control


def rate_segments(
    book: LinkBook,
    link: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    advance: Callable[[float], None] = lambda _: None,
) -> Segments:
    """Turn windows into segments of constant rate, as the rate control of each link picks them.

    Parameters
    ----------
    book : LinkBook
        The links.
    link : ndarray of int, shape [W]
        Link of each window.
    start_s, end_s : ndarray, shape [W]
        The windows [s].
    advance : callable
        Told the share done, 0 to 1.

    Returns
    -------
    Segments
        As `qqnet.links.rates.constant_rate_segments` gives them. Where a policy keeps a mode slower than the best,
        the margin is a lower bound of the least one.

    Raises
    ------
    InputError
        As `constant_rate_segments`.
    """
    plain = constant_rate_segments(book, link, start_s, end_s, advance)
    policies = [policy_of(kind) for kind in book.kinds]
    ruled = np.array([policy is not None for policy in policies], dtype=np.bool_)
    windows = np.flatnonzero(ruled[book.kind_of[link]] & (end_s > start_s))
    if not windows.size:
        return plain
    hysteresis_db = np.array([0.0 if policy is None else policy.hysteresis_db for policy in policies])
    raised = book.lowered(hysteresis_db)
    high = constant_rate_segments(raised, link[windows], start_s[windows], end_s[windows])
    found: list[Segments] = []
    for n, window in enumerate(windows.tolist()):
        kind = int(book.kind_of[link[window]])
        policy = policies[kind]
        assert policy is not None
        span = float(start_s[window]), float(end_s[window])
        stay, enter = _of_window(plain, window), _of_window(high, n)
        used = controlled(
            policy,
            Steps.of_segments(plain.start_s[stay], plain.end_s[stay], plain.mode[stay], *span),
            Steps.of_segments(high.start_s[enter], high.end_s[enter], high.mode[enter], *span),
            book.kinds[kind].rates_bps,
        )
        found.append(_segments(book.kinds[kind], window, used, plain, stay))
    kept = np.ones(start_s.size, dtype=np.bool_)
    kept[windows] = False
    rest = np.flatnonzero(kept[plain.window])
    return Segments.joined([*found, plain.take(rest)])


def _of_window(segments: Segments, window: int) -> slice:
    """Rows of one window; rows are in the order of windows."""
    first, last = np.searchsorted(segments.window, [window, window + 1])
    return slice(int(first), int(last))


def _segments(link: Link, window: int, used: Steps, plain: Segments, rows: slice) -> Segments:
    """Segments of one window, with the least margin of the mode in use over the pieces that they cover."""
    opens, closes = used.start_s, np.append(used.start_s[1:], used.end_s)
    keep = (used.mode >= 0) & (closes > opens)
    opens, closes, mode = opens[keep], closes[keep], used.mode[keep]
    level = plain.margin_db[rows] + link.demands_db_hz[plain.mode[rows]]
    margin = np.empty(mode.size)
    for n in range(mode.size):
        covered = (plain.start_s[rows] < closes[n]) & (plain.end_s[rows] > opens[n])
        margin[n] = level[covered].min() - link.demands_db_hz[mode[n]]
    return Segments(np.full(mode.size, window), opens, closes, mode, link.rates_bps[mode], margin)
