"""Rates over time: which mode each link uses, with how much margin, from when to when.

All windows of all links are cut together: sampled, refined where a change of mode is near, and the changes found
by root finding on arrays. Links of one kind (one `Link`) are evaluated in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links import rf
from qqnet.links.domain import FloatArray
from qqnet.links.link import IntArray, Link, best_mode
from qqnet.links.path import Path

EDGE_S: Final = 0.1
"""A change of mode is found to this [s]."""

LONGEST_STEP_S: Final = 600.0
"""Longest step at which a window is first looked at [s]: nine looks a turn of the lowest orbits."""

FEWEST_STEPS: Final = 8
LEVEL_TOLERANCE_DB: Final = 0.01
"""Samples are refined, where a change of mode is near, until the level between two is known to this [dB]."""

MARGIN_TOLERANCE_DB: Final = 0.1
"""Likewise where none is near, so that the least margin is known to this [dB]."""

SHORTEST_STEP_S: Final = 1.0
"""Samples are not refined below this [s]: a level that jumps, as where a disc enters a beam, would ask for ever
more."""

MOST_PIECES: Final = 16
"""Pieces into which a step is cut at once."""

TOGETHER: Final = 200_000
"""Samples looked at together, to bound the memory."""

PathFunction = Callable[[IntArray, FloatArray], Path]
"""Paths of links (index of each row) at times of transmission (of each row)."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Parts of windows in which one mode is used, in the order of windows and of time.

    Attributes
    ----------
    window : ndarray of int, shape [S]
        Window that each is a part of.
    start_s, end_s : ndarray, shape [S]
        In the time base of the windows [s].
    mode : ndarray of int, shape [S]
        Place in the ladder of the window's link.
    rate_bps : ndarray, shape [S]
        Information rate [bit/s].
    margin_db : ndarray, shape [S]
        Smallest level above the mode's demand in the segment [dB].
    """

    window: IntArray
    start_s: FloatArray
    end_s: FloatArray
    mode: IntArray
    rate_bps: FloatArray
    margin_db: FloatArray

    def __len__(self) -> int:
        return int(self.window.size)

    def take(self, rows: IntArray) -> Segments:
        """Return some of them."""
        return Segments(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @classmethod
    def joined(cls, parts: Sequence[Segments]) -> Segments:
        """Join segments, in the order of windows and of time."""
        if not parts:
            none, zero = np.zeros(0), np.zeros(0, dtype=np.intp)
            return cls(zero, none, none, zero, none, none)
        columns = (
            np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__
        )
        whole = cls(*columns)
        return whole.take(np.lexsort((whole.start_s, whole.window)))


def range_limits_km(link: Link) -> FloatArray:
    """Greatest distance at which each mode of a link's ladder closes in free space.

    Parameters
    ----------
    link : Link
        The two ends.

    Returns
    -------
    ndarray
        Distance [km] for each mode of ``link.ladder``.
    """
    thresholds = link.demands_db_hz + link.required_margin_db
    return rf.distance_for_loss_km(link.fixed_db - thresholds, link.frequency_hz)


def rate_bps(link: Link, index: ArrayLike) -> FloatArray:
    """Rate [bit/s] of places in a link's ladder; 0 where -1, no mode."""
    rates: FloatArray = np.append(link.rates_bps, 0.0)
    return np.take(rates, np.asarray(index, dtype=np.intp), mode="wrap")


class LinkBook:
    """Many links, of which many are of one kind; evaluates rows of any of them at once.

    Parameters
    ----------
    links : sequence of Link, length L
        One a link index; equal objects count as one kind.
    path_at : callable
        Paths of links (index) at times.
    """

    def __init__(self, links: Sequence[Link], path_at: PathFunction):
        kinds: dict[int, int] = {}
        self.kinds: list[Link] = []
        for link in links:
            if id(link) not in kinds:
                kinds[id(link)] = len(self.kinds)
                self.kinds.append(link)
        self.kind_of: NDArray[np.int64] = np.array([kinds[id(link)] for link in links], dtype=np.int64)
        self.modes = max((len(link.ladder) for link in self.kinds), default=0)
        self._path_at = path_at
        self._lowered_db: FloatArray = np.zeros(len(self.kinds))

    def lowered(self, decibels: FloatArray) -> LinkBook:
        """Return the same links with an excess that is lower by some decibels for each kind."""
        book = copy(self)
        book._lowered_db = self._lowered_db + decibels
        return book

    def excess_db(self, link: IntArray, times: FloatArray) -> FloatArray:
        """Excess of every mode, shape [modes, rows] [dB]; minus infinity beyond the end of a ladder."""
        return self.excess_on_db(link, self._path_at(link, times))

    def excess_on_db(self, link: IntArray, path: Path) -> FloatArray:
        """Excess as by `excess_db`, on paths that are known, one a row."""
        out = np.full((self.modes, link.size), -np.inf)
        for which, kind in self.groups(link):
            found = kind.excess_db(path.take(which)) - self._lowered_db[self.kind_of[link[which[0]]]]
            out[: found.shape[0], which] = found
        return out

    def groups(self, link: IntArray) -> Iterator[tuple[IntArray, Link]]:
        """Rows of each kind that occurs."""
        kinds = self.kind_of[link]
        order = np.argsort(kinds, kind="stable")
        bounds = np.flatnonzero(np.diff(kinds[order])) + 1
        for which in np.split(order, bounds):
            if which.size:
                yield which, self.kinds[kinds[which[0]]]

    def rate_table_bps(self) -> FloatArray:
        """Rate of every mode of every kind, shape [kinds, modes] [bit/s]; 0 beyond the end of a ladder."""
        table = np.zeros((len(self.kinds), self.modes))
        for row, kind in zip(table, self.kinds, strict=True):
            row[: len(kind.ladder)] = kind.rates_bps
        return table

    def rates_bps(self, link: IntArray, mode: IntArray) -> FloatArray:
        """Rate [bit/s] of each row's mode."""
        out = np.zeros(link.size)
        for which, kind in self.groups(link):
            out[which] = rate_bps(kind, mode[which])
        return out


def _reach(excess_db: FloatArray) -> FloatArray:
    """Excess of the best of each mode and all faster ones: falls along the ladder, zero where a change is."""
    reach: FloatArray = np.maximum.accumulate(excess_db[::-1], axis=0)[::-1]
    return reach


def constant_rate_segments(
    book: LinkBook,
    link: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    advance: Callable[[float], None] = lambda _: None,
) -> Segments:
    """Turn windows into segments of constant rate.

    Changes of mode are bracketed on samples and found by root finding to `EDGE_S`; of the final bracket the
    end is taken at which the faster mode still closes, so that no segment promises more than there is. An
    excursion over a threshold by less than about `LEVEL_TOLERANCE_DB` between two samples can be missed, and
    the least margin is right to `MARGIN_TOLERANCE_DB`. Something that comes and goes between two of the first
    samples, such as a body that crosses a beam in less than `LONGEST_STEP_S`, is not seen.

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
        Without overlap; times at which no mode closes are in none of them.

    Raises
    ------
    InputError
        A window ends before it starts.
    """
    backwards = np.flatnonzero(~(end_s >= start_s))
    if backwards.size:
        n = backwards[0]
        raise InputError(f"a window ends at {end_s[n]!r} s, before its start at {start_s[n]!r} s")
    steps = np.maximum(FEWEST_STEPS, np.ceil((end_s - start_s) / LONGEST_STEP_S)).astype(np.int64)
    windows = np.flatnonzero(end_s > start_s)
    found: list[Segments] = []
    for part in _batches(windows, steps) if windows.size else ():
        samples = _Samples.even(book, part, link[part], start_s[part], end_s[part], steps[part])
        found.append(_segments(book, samples.refined(book)))
        advance((np.searchsorted(windows, part[-1]) + 1.0) / windows.size)
    return Segments.joined(found)


def _batches(windows: IntArray, steps: NDArray[np.int64]) -> Iterator[IntArray]:
    """Windows in batches of about `TOGETHER` samples."""
    batch = np.cumsum(steps[windows] + 1) // TOGETHER
    yield from np.split(windows, np.flatnonzero(np.diff(batch)) + 1)


@dataclass(frozen=True, eq=False)
class _Samples:
    """Windows and moments in them, in the order of windows and of time.

    Attributes
    ----------
    window, link : ndarray of int, shape [W]
        Number and link of each window.
    owner : ndarray of int, shape [N]
        Place of each row's window.
    times : ndarray, shape [N]
        Of the rows [s].
    excess_db : ndarray, shape [modes, N]
        Of the rows [dB].
    """

    window: IntArray
    link: IntArray
    owner: IntArray
    times: FloatArray
    excess_db: FloatArray

    @classmethod
    def even(
        cls,
        book: LinkBook,
        window: IntArray,
        link: IntArray,
        start_s: FloatArray,
        end_s: FloatArray,
        steps: NDArray[np.int64],
    ) -> _Samples:
        """Take samples at even steps."""
        counts = steps + 1
        first = np.cumsum(counts) - counts
        place = np.arange(int(counts.sum())) - np.repeat(first, counts)
        share = place / np.repeat(steps, counts)
        times = np.repeat(start_s, counts) * (1.0 - share) + np.repeat(end_s, counts) * share
        owner = np.repeat(np.arange(window.size), counts)
        return cls(window, link, owner, times, book.excess_db(link[owner], times))

    @property
    def first(self) -> IntArray:
        """First row of each window, and the number of rows."""
        return np.searchsorted(self.owner, np.arange(self.window.size + 1))

    def refined(self, book: LinkBook) -> _Samples:
        """Add samples until a straight line between neighbours will do, or they are `SHORTEST_STEP_S` apart."""
        samples = self
        while True:
            pieces = samples._pieces()
            at = np.flatnonzero(pieces > 1)
            if not at.size:
                return samples
            extra = pieces[at] - 1
            rows = np.repeat(at, extra)
            place = np.arange(rows.size) - np.repeat(np.cumsum(extra) - extra, extra) + 1
            share = place / np.repeat(pieces[at], extra)
            times = samples.times[rows] * (1.0 - share) + samples.times[rows + 1] * share
            owner = samples.owner[rows]
            excess = book.excess_db(samples.link[owner], times)
            # Behind the row that each comes after.
            before = np.argsort(np.concatenate([np.arange(samples.times.size), rows + 0.5]), kind="stable")
            samples = _Samples(
                samples.window,
                samples.link,
                np.concatenate([samples.owner, owner])[before],
                np.concatenate([samples.times, times])[before],
                np.concatenate([samples.excess_db, excess], axis=1)[:, before],
            )

    def _pieces(self) -> NDArray[np.int64]:
        """Into how many pieces the step after each row is to be cut."""
        reach = _reach(self.excess_db)
        step = np.diff(self.times)
        together = self.owner[1:] == self.owner[:-1]
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.diff(reach[0]) / step
            bend = np.abs(np.diff(slope)) * 2.0 / (step[1:] + step[:-1])
        bend = np.where(together[1:] & together[:-1], np.nan_to_num(bend, nan=0.0, posinf=0.0), 0.0)
        bend = np.maximum(np.append(0.0, bend), np.append(bend, 0.0))
        # A parabola leaves its chord by an eighth of the second derivative times the square of the step.
        off = bend * step**2 / 8.0
        low = np.minimum(reach[:, 1:], reach[:, :-1]) - off
        high = np.maximum(reach[:, 1:], reach[:, :-1]) + off
        near = ((low <= 0.0) & (high >= 0.0)).any(axis=0)
        excess = off / np.where(near, LEVEL_TOLERANCE_DB, MARGIN_TOLERANCE_DB)
        wanted = np.minimum(np.ceil(np.sqrt(np.maximum(excess, 1.0))), MOST_PIECES)
        wanted = np.minimum(wanted, np.maximum(np.floor(step / SHORTEST_STEP_S), 1.0))
        return np.append(np.where(together, wanted, 1.0), 1.0).astype(np.int64)


def _segments(book: LinkBook, samples: _Samples) -> Segments:
    """Cut windows where their mode changes."""
    mode = best_mode(samples.excess_db)
    edge_owner, edges, after = _changes(book, samples, mode)
    windows, first = np.arange(samples.window.size), samples.first
    # Every window opens with the mode of its first sample; each change opens a segment.
    place = np.concatenate([windows, edge_owner])
    opens = np.concatenate([samples.times[first[:-1]], edges])
    which = np.concatenate([mode[first[:-1]], after])
    rank = np.concatenate([np.full(windows.size, -1), np.arange(edges.size)])
    order = np.lexsort((rank, place))
    place, opens, which = place[order], opens[order], which[order]
    last = np.append(place[1:] != place[:-1], True) if place.size else np.zeros(0, dtype=np.bool_)
    closes = np.where(last, samples.times[first[place + 1] - 1], np.append(opens[1:], 0.0))
    least = _least(book, samples, (place, opens, which), (edge_owner, edges))
    keep = (which >= 0) & (closes > opens)
    place, which = place[keep], which[keep]
    margin = least[keep] + _required_margins(book, samples.link[place])
    rates = book.rates_bps(samples.link[place], which)
    return Segments(samples.window[place], opens[keep], closes[keep], which, rates, margin)


def _required_margins(book: LinkBook, link: IntArray) -> FloatArray:
    margins = np.array([kind.required_margin_db for kind in book.kinds])
    return margins[book.kind_of[link]]


def _changes(book: LinkBook, samples: _Samples, mode: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
    """Find the times of all changes of mode: window (place), time, mode afterwards, in order."""
    owner = samples.owner
    at = np.flatnonzero((mode[1:] != mode[:-1]) & (owner[1:] == owner[:-1]))
    one, other = mode[at], mode[at + 1]
    count = np.abs(other - one)
    rows = np.repeat(at, count)
    step = np.arange(rows.size) - np.repeat(np.cumsum(count) - count, count)
    rising = np.repeat(other > one, count)
    # Threshold crossed: of the faster of the two neighbouring modes.
    crossed = np.where(rising, np.repeat(one, count) + 1 + step, np.repeat(one, count) - step)
    reach = _reach(samples.excess_db)
    gaps = reach[crossed, rows], reach[crossed, rows + 1]
    link = samples.link[owner[rows]]
    low, high = _brackets(book, link, samples.times[rows], samples.times[rows + 1], *gaps, crossed)
    edges = np.where(rising, high, low)
    if edges.size:  # changes between the same two samples keep their order
        edges = np.maximum(edges, samples.times[rows])
        for _ in range(int(count.max()) - 1):
            same = np.append(False, rows[1:] == rows[:-1])
            edges = np.where(same, np.maximum(edges, np.append(edges[:1], edges[:-1])), edges)
    return owner[rows], edges, np.where(rising, crossed, crossed - 1)


def _brackets(
    book: LinkBook,
    link: IntArray,
    low: FloatArray,
    high: FloatArray,
    gap_low: FloatArray,
    gap_high: FloatArray,
    crossed: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Shrink all brackets together to `EDGE_S`: probe both sides of the secant's root, bisect every third time."""
    below = gap_low < 0.0  # invariant: `low` keeps this side, `high` the other
    low, high = low.copy(), high.copy()
    gap_low, gap_high = gap_low.copy(), gap_high.copy()
    turn = 0
    open_ = np.flatnonzero(high - low > EDGE_S)
    while open_.size:
        a, b, gap_a, gap_b = low[open_], high[open_], gap_low[open_], gap_high[open_]
        with np.errstate(invalid="ignore"):
            share = np.full(a.size, 0.5) if turn % 3 == 2 else gap_a / (gap_a - gap_b)
        share = np.where(np.isfinite(share), share, 0.5)
        root = a + share * (b - a)
        probes = np.clip([root - 0.4 * EDGE_S, root + 0.4 * EDGE_S], a, b)
        twice = np.concatenate([link[open_], link[open_]])
        reach = _reach(book.excess_db(twice, probes.ravel()))
        gaps = reach[np.tile(crossed[open_], 2), np.arange(twice.size)].reshape(probes.shape)
        for probe, gap in zip(probes, gaps, strict=True):
            same = (gap < 0.0) == below[open_]
            inside = (probe > a) & (probe < b)
            a, gap_a = np.where(inside & same, probe, a), np.where(inside & same, gap, gap_a)
            b, gap_b = np.where(inside & ~same, probe, b), np.where(inside & ~same, gap, gap_b)
        low[open_], high[open_], gap_low[open_], gap_high[open_] = a, b, gap_a, gap_b
        open_ = open_[b - a > EDGE_S]
        turn += 1
    return low, high


def _least(
    book: LinkBook,
    samples: _Samples,
    segments: tuple[IntArray, FloatArray, IntArray],
    changes: tuple[IntArray, FloatArray],
) -> FloatArray:
    """Smallest excess of each segment's mode over its samples, its edges among them."""
    place, opens, which = segments
    edge_owner, edges = changes
    at_edges = book.excess_db(samples.link[edge_owner], edges)
    owners = np.concatenate([samples.owner, edge_owner, edge_owner])
    times = np.concatenate([samples.times, edges, edges])
    values = np.concatenate([samples.excess_db, at_edges, at_edges], axis=1)
    # The segment that holds a row: the last one of its window that opens at or before it. An edge belongs to the
    # segment that ends there as well.
    early = np.concatenate([np.zeros(samples.times.size + edges.size), np.ones(edges.size)])
    holder = _holder(place, opens, owners, times, early > 0.0)
    least = np.full(place.size, np.inf)
    usable = which[holder] >= 0
    mine = values[which[holder], np.arange(owners.size)]
    np.minimum.at(least, holder[usable], mine[usable])
    return least


def _holder(
    place: IntArray, opens: FloatArray, owners: IntArray, times: FloatArray, early: NDArray[np.bool_]
) -> IntArray:
    """Segment that holds each row; `early` rows at an edge belong to the segment before it."""
    # Segments and rows are ranked together by window, time, and what comes first at one time.
    kind = np.concatenate([np.ones(place.size), np.where(early, 0, 2)])
    order = np.lexsort((kind, np.concatenate([opens, times]), np.concatenate([place, owners])))
    is_segment = order < place.size
    seen = np.cumsum(is_segment) - 1
    holder = np.empty(owners.size, dtype=np.intp)
    holder[order[~is_segment] - place.size] = seen[~is_segment]
    # An edge at the very start of a window has no segment before it.
    return np.maximum(holder, np.searchsorted(place, owners))
