"""Line-of-sight windows of many links: sampled, bracketed, refined on the exact geometry.

The margin of each link (`qqnet.access.margin`) is sampled on the base step; where it changes sign, the edge is
refined to `EDGE_TOLERANCE_S`, 0.1 ms, on the exact margin. Where a sample is an extremum that could reach zero
between its neighbours, the exact extremum is searched, so that windows and gaps shorter than the step are found
too. What can be missed is a window or gap shorter than the step next to another extremum of the margin less than
two steps away (two short windows in one step are taken for one or none), and anything under a few milliseconds.
A base step well below the shortest orbital period, 60 s for low orbits, keeps clear of that. Links with a horizon
are sampled every `HORIZON_STEP_S` at least: a peak or a notch of it that is narrower than the change of the peer's
azimuth in that time can be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from qqnet.access.candidates import Candidates, Floats, Integers, Occulters
from qqnet.access.margin import BODY_FROM, BODY_TO, MAX_RANGE, NORTH_TO, WORK_SHAPE, compiled
from qqnet.access.sampling import (
    in_the_way,
    range_bounds,
    sample_bodies,
    sample_link,
    sample_nodes,
    top_speed,
)
from qqnet.access.search import REACH, crossing, exact_range, peak_beyond_zero, turning_range, vertex
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.bank import TableBank
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "link",
    "start_s",
    "end_s",
    "range_start_km",
    "range_end_km",
    "range_min_km",
    "range_max_km",
    "owlt_start_s",
    "owlt_end_s",
    "starts_at_span",
    "ends_at_span",
)
"""Columns of a table of windows."""

HORIZON_STEP_S: Final = 10.0
"""Greatest step for links with a horizon, whose shape a pass may follow closely [s]."""

_STATES_BYTES: Final = 24_000_000
_MAX_CHUNK: Final = 1024

# A row, as the kernel writes it, and the open window that it carries from chunk to chunk.
_ROW: Final = 8
_START, _END, _RANGE_START, _RANGE_END, _RANGE_MIN, _RANGE_MAX, _AT_START, _AT_END = range(_ROW)
_CARRY: Final = 8
_OPEN, _SINCE, _SINCE_RANGE, _LEAST, _LEAST_T, _MOST, _MOST_T, _SPAN_START = range(_CARRY)


def find_windows(
    bank: TableBank,
    links: Candidates,
    occulters: Occulters,
    start_s: float,
    stop_s: float,
    *,
    step_s: float = 60.0,
    light_time: bool = True,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """Find when each link has a line of sight within its limits.

    Parameters
    ----------
    bank : TableBank
        Trajectories of all nodes and bodies, and tables of sites' normals. Must cover the span and, with light
        time, the reception of what is sent at its end.
    links : Candidates
        The directed links.
    occulters : Occulters
        The bodies that block light, and the Sun.
    start_s, stop_s : float
        Span [TDB s past J2000].
    step_s : float
        Base step [s]; for links with a horizon at most `HORIZON_STEP_S`.
    light_time : bool
        With it (the default), times are those of transmission at `from`, and the receiver is met where it is
        when the light arrives; without it, geometry is instantaneous.
    progress : callable, optional
        Told the share that is done, 0 to 1, from time to time.

    Returns
    -------
    pandas.DataFrame
        One row a window, sorted by `link` (position in `links`) and `start_s`. `start_s`, `end_s` [TDB s past
        J2000]; `range_start_km`, `range_end_km`, `range_min_km`, `range_max_km` [km]; `owlt_start_s`,
        `owlt_end_s` one-way light time [s]; `starts_at_span`, `ends_at_span`: the window is cut there by the
        span, and no edge of its own.

    Raises
    ------
    InputError
        If the span or step make no sense, or an index is outside the bank.
    EphemerisRangeError
        If a trajectory does not cover the times that are needed.
    """
    import pandas as pd

    _check(bank, links, occulters, start_s, stop_s, step_s)
    if not len(links):
        return pd.DataFrame({name: np.empty(0) for name in COLUMNS})
    rugged = (links.horizon_from >= 0) | (links.horizon_to >= 0)
    owners, found, done = [], [], 0
    for which, step in (
        (np.flatnonzero(~rugged), step_s),
        (np.flatnonzero(rugged), min(step_s, HORIZON_STEP_S)),
    ):
        if not which.size:
            continue
        span = start_s, stop_s, step
        for share, link, rows in _search(bank, links.take(which), occulters, *span, light_time):
            owners.append(which[link])
            found.append(rows)
            if progress is not None:
                progress((done + share * which.size) / len(links))
        done += which.size
    return _table(np.concatenate(owners), np.concatenate(found))


def _search(
    bank: TableBank,
    links: Candidates,
    occulters: Occulters,
    start_s: float,
    stop_s: float,
    step_s: float,
    light_time: bool,
) -> Iterator[tuple[float, Integers, Floats]]:
    """Yield, chunk by chunk, the share done, and link and row of each window that ends there."""
    ends, limits = links.arrays()
    tables = _Slots(bank, ends, occulters)
    tables.check_span(start_s, stop_s)
    if light_time:
        _check_arrival(bank, ends, stop_s)
    grid = np.append(np.arange(start_s, stop_s, step_s), stop_s)
    if grid.size > 2 and grid[-1] - grid[-2] < 1e-3:
        grid = np.delete(grid, -2)
    horizons = (links.horizons.first, links.horizons.rows)
    spheres = (occulters.index, occulters.radius_km, occulters.sun)
    exact = (bank.arrays(), ends, limits, *spheres, light_time, horizons)
    carry = np.zeros((len(links), _CARRY))
    size = int(np.clip(_STATES_BYTES // (48 * tables.nodes.size), 64, _MAX_CHUNK))
    for first in range(0, grid.size, size):
        rows, counts = _chunk(exact, tables, grid, first, min(first + size, grid.size), carry)
        filled = np.arange(rows.shape[1]) < counts[:, None]
        share = min(1.0, (first + size) / grid.size)
        yield share, np.repeat(np.arange(len(links)), counts), rows[filled]


def _check(
    bank: TableBank, links: Candidates, occulters: Occulters, start_s: float, stop_s: float, step_s: float
) -> None:
    if not (np.isfinite(start_s) and np.isfinite(stop_s) and stop_s > start_s):
        raise InputError(f"span {start_s} to {stop_s} s; the stop must come after the start")
    if not (np.isfinite(step_s) and step_s > 0):
        raise InputError(f"step_s is {step_s}; right is a time above zero")
    links.check_against(bank)
    occulters.check_against(bank, links)


class _Slots:
    """Which trajectories are sampled, and where each link finds its own among them."""

    def __init__(self, bank: TableBank, ends: Integers, occulters: Occulters) -> None:
        ends = ends[:, : NORTH_TO + 1]
        is_body = np.isin(np.arange(ends.shape[1]), (BODY_FROM, BODY_TO))
        nodes, bodies = ends[:, ~is_body], ends[:, is_body]
        sun = [occulters.sun] if occulters.sun >= 0 else []
        self.bank = bank
        self.nodes: Integers = np.unique(nodes[nodes >= 0])
        self.bodies: Integers = np.unique(np.concatenate([bodies[bodies >= 0], occulters.index, sun])).astype(
            np.int64
        )
        node_slot, body_slot = self._lookup(self.nodes), self._lookup(self.bodies)
        self.links: Integers = np.where(is_body, body_slot[ends], node_slot[ends])
        self.spheres: Integers = body_slot[occulters.index]
        self.radii = occulters.radius_km
        self.sun = int(body_slot[occulters.sun])

    def _lookup(self, indices: Integers) -> Integers:
        slots = np.full(len(self.bank) + 1, -1, dtype=np.int64)  # the last one answers for index -1
        slots[indices] = np.arange(indices.size)
        return slots

    def check_span(self, start_s: float, stop_s: float) -> None:
        for index in (*self.nodes.tolist(), *self.bodies.tolist()):
            self.bank.positions([index], np.array([start_s, stop_s]))

    def scene(self, t: Floats, start_s: float, stop_s: float) -> tuple[Any, ...]:
        """Return the tuple that `qqnet.access.sampling` calls a scene."""
        nodes = np.empty((self.nodes.size, t.size, 6))
        bodies = np.empty((self.bodies.size, t.size, 9))
        arrays = self.bank.arrays()
        sample_nodes(arrays, self.nodes, t, nodes)
        sample_bodies(arrays, self.bodies, t, start_s, stop_s, bodies)
        return t, nodes, top_speed(nodes), bodies, top_speed(bodies), self.spheres, self.radii, self.sun


def _check_arrival(bank: TableBank, ends: Integers, stop_s: float) -> None:
    """Raise unless what is sent at the end of the span arrives inside the receiver's trajectory."""
    receivers = np.unique(ends[:, 1])
    senders = np.unique(ends[:, 0])
    instant = np.array([stop_s])
    to_position = dict(zip(receivers.tolist(), bank.positions(receivers, instant)[:, 0], strict=True))
    from_position = dict(zip(senders.tolist(), bank.positions(senders, instant)[:, 0], strict=True))
    for sender, receiver in {(int(a), int(b)) for a, b in ends[:, :2]}:
        distance = float(np.linalg.norm(to_position[receiver] - from_position[sender]))
        arrival = stop_s + 1.001 * distance / SPEED_OF_LIGHT_KM_S
        covered = bank.span_of([receiver])
        if arrival > covered[1]:
            raise EphemerisRangeError(
                f"trajectory {receiver}",
                *covered,
                f"trajectory {receiver} ends at {covered[1]:.3f} s, but light sent to it at the end of the span "
                f"arrives at {arrival:.3f} s; make trajectories {arrival - stop_s:.0f} s longer than the span",
            )


def _chunk(
    exact: tuple[Any, ...], tables: _Slots, grid: Floats, first: int, last: int, carry: Floats
) -> tuple[Floats, Integers]:
    """Take all links over samples first to last - 1 of the grid, with one neighbour either side."""
    low, high = max(0, first - 1), min(grid.size, last + 1)
    scene = tables.scene(grid[low:high], float(grid[0]), float(grid[-1]))
    works = np.zeros((len(carry), WORK_SHAPE[0], max(WORK_SHAPE[1], tables.spheres.size)))
    capacity = 32
    while True:
        after = carry.copy()
        rows = np.empty((len(carry), capacity, _ROW))
        counts = np.zeros(len(carry), dtype=np.int64)
        edges = (first - low, last - low, low == 0 and first == 0, last == grid.size)
        _scan(exact, scene, tables.links, edges, after, rows, counts, works)
        if counts.max() <= capacity:
            carry[:] = after
            return rows, counts
        capacity = int(counts.max())


def _table(link: Integers, rows: Floats) -> pd.DataFrame:
    import pandas as pd

    order = np.lexsort((rows[:, _START], link))
    rows = rows[order]
    columns: dict[str, NDArray[Any]] = {
        "link": link[order],
        "start_s": rows[:, _START],
        "end_s": rows[:, _END],
        "range_start_km": rows[:, _RANGE_START],
        "range_end_km": rows[:, _RANGE_END],
        "range_min_km": rows[:, _RANGE_MIN],
        "range_max_km": rows[:, _RANGE_MAX],
        "owlt_start_s": rows[:, _RANGE_START] / SPEED_OF_LIGHT_KM_S,
        "owlt_end_s": rows[:, _RANGE_END] / SPEED_OF_LIGHT_KM_S,
        "starts_at_span": rows[:, _AT_START] > 0,
        "ends_at_span": rows[:, _AT_END] > 0,
    }
    return pd.DataFrame(columns, columns=list(COLUMNS))


# ------------------------------------------------------------------------------------------------------ kernels


@njit(cache=True, parallel=True, error_model="numpy")
def _scan(exact, scene, slots, edges, carry, rows, counts, works):  # type: ignore[no-untyped-def]
    """Walk all links over one chunk; a link that cannot come within its range is passed over."""
    bank, ends, limits, occulters, radii, sun, with_light_time, horizons = (
        exact  # parfors take no nested tuple
    )
    for i in prange(counts.size):
        whole = (bank, ends[i], limits[i], occulters, radii, sun, with_light_time, horizons)
        counts[i] = _scan_link(whole, scene, slots[i], edges, carry[i], rows[i], works[i])


@compiled
def _scan_link(whole, scene, slots, edges, carry, rows, work):  # type: ignore[no-untyped-def]
    bank, ends, limits, occulters, radii, sun, with_light_time, horizons = whole
    nearest, longest = range_bounds(scene, slots)
    if nearest > 1.5 * limits[MAX_RANGE]:
        return 0
    samples = scene[0].size
    margins = np.empty(samples)
    ranges = np.empty(samples)
    active = np.empty(occulters.size, dtype=np.bool_)
    in_the_way(scene, slots, longest, active)
    sample_link(whole, scene, slots, active, margins, ranges, work)
    link = (bank, ends, limits, occulters[active], radii[active], sun, with_light_time, horizons)
    return _walk(link, scene[0], margins, ranges, edges, carry, rows, work)


@compiled
def _walk(link, t, margins, ranges, edges, carry, rows, work):  # type: ignore[no-untyped-def]
    """Follow one link over a chunk, write the windows that end in it to rows, return how many end."""
    first, last, is_start, is_end = edges
    brackets = np.empty((4, 4))
    count = np.int64(0)  # a literal would compile `_close` twice
    for k in range(first, last):
        noted = margins[k] < 0.0
        at_start = is_start and k == first
        at_end = is_end and k == last - 1
        found = 0
        if at_start or at_end or _eventful(margins, k):  # spares most samples the cost of the call
            found = _brackets(link, t, margins, k, at_start, at_end, brackets, work)
        for b in range(found):
            t1, g1, t2, g2 = brackets[b]
            edge = t1
            if t2 > t1:
                edge = crossing(link, t1, g1, t2, g2, work)
            if not noted and carry[_OPEN] > 0.0 and t[k] <= edge:
                _note_range(t, ranges, k, carry)
                noted = True
            if carry[_OPEN] > 0.0:
                count = _close(link, edge, t2 == t1, t[1] - t[0], carry, rows, count, work)
            else:
                _open(link, edge, t2 == t1, carry, work)
        if not noted:
            _note_range(t, ranges, k, carry)
    return count


@compiled
def _brackets(link, t, margins, k, at_start, at_end, out, work):  # type: ignore[no-untyped-def]
    """Write time and margin either side of each edge that belongs to sample k to out[:, 4]; return how many.

    These are the edges of a window or gap about sample k that its neighbours do not show, and the edge between
    it and the next sample. Where the span cuts an open window, both times are the same.
    """
    found = 0
    if at_start and margins[k] >= 0.0:
        out[found] = t[k]
        found += 1
    peak, beyond, low, high = _hidden_peak(link, t, margins, k, work)
    if not np.isnan(peak):
        out[found] = t[low], margins[low], peak, beyond
        out[found + 1] = peak, beyond, t[high], margins[high]
        found += 2
    if k + 1 < t.size and (margins[k] >= 0.0) != (margins[k + 1] >= 0.0):
        out[found] = t[k], margins[k], t[k + 1], margins[k + 1]
        found += 1
    if at_end and margins[k] >= 0.0:
        out[found] = t[k]
        found += 1
    return found


@compiled
def _eventful(margins, k):  # type: ignore[no-untyped-def]
    """Tell whether the margin changes sign after sample k, or may do so and back about it."""
    after = margins[min(k + 1, margins.size - 1)]
    return (margins[k] >= 0.0) != (after >= 0.0) or _may_reach_zero(margins, k)


@compiled
def _may_reach_zero(margins, k):  # type: ignore[no-untyped-def]
    """Tell whether sample k is an extremum toward zero so near to it that the margin may pass zero beside it."""
    sign = -1.0 if margins[k] >= 0.0 else 1.0
    here = sign * margins[k]
    i = max(k - 1, 0)
    before = sign * margins[i]
    after = sign * margins[min(k + 1, margins.size - 1)]
    # Of equal samples the first is taken for the extremum, so that each is searched once.
    if before > 0.0 or after > here or (i < k and before >= here):
        return False
    return here + REACH * (here - min(before, after)) >= 0.0


@compiled
def _hidden_peak(link, t, margins, k, work):  # type: ignore[no-untyped-def]
    """Return the time and margin of a change of sign about sample k that its neighbours do not show, or NaN.

    Besides, the samples just before and just after that time.
    """
    i = max(k - 1, 0)
    j = min(k + 1, t.size - 1)
    sign = -1.0 if margins[k] >= 0.0 else 1.0
    peak, beyond = np.nan, np.nan
    if _may_reach_zero(margins, k):
        here = sign * margins[k]
        peak, beyond = peak_beyond_zero(link, sign, t[i], margins[i], t[j], margins[j], here, work)
    return (peak, beyond, k, j) if t[k] < peak else (peak, beyond, i, k)


@compiled
def _open(link, time, at_span, carry, work):  # type: ignore[no-untyped-def]
    distance = exact_range(link, time, work)
    carry[_OPEN] = 1.0
    carry[_SINCE] = time
    carry[_SINCE_RANGE] = distance
    carry[_LEAST] = distance
    carry[_LEAST_T] = np.nan
    carry[_MOST] = distance
    carry[_MOST_T] = np.nan
    carry[_SPAN_START] = at_span


@compiled
def _note_range(t, ranges, k, carry):  # type: ignore[no-untyped-def]
    """Take a sample inside a window into its least and greatest range, peaks between samples reckoned in."""
    least = ranges[k]
    most = ranges[k]
    if 0 < k < t.size - 1 and abs(t[k + 1] - 2.0 * t[k] + t[k - 1]) < 1e-3:
        least = vertex(ranges[k - 1], ranges[k], ranges[k + 1])
        most = -vertex(-ranges[k - 1], -ranges[k], -ranges[k + 1])
    if least < carry[_LEAST]:
        carry[_LEAST] = least
        carry[_LEAST_T] = t[k]
    if most > carry[_MOST]:
        carry[_MOST] = most
        carry[_MOST_T] = t[k]


@compiled
def _close(link, time, at_span, step, carry, rows, count, work):  # type: ignore[no-untyped-def]
    """Write the open window to the next row, if there is room, and return the new count of rows."""
    carry[_OPEN] = 0.0
    if count >= rows.shape[0]:
        return count + 1
    start = carry[_SINCE]
    distance = exact_range(link, time, work)
    least = min(carry[_SINCE_RANGE], distance)
    most = max(carry[_SINCE_RANGE], distance)
    # Range can turn in the first and the last step, and about the samples with the least and the greatest.
    for about in (start, time, carry[_LEAST_T], carry[_MOST_T]):
        turning = turning_range(link, max(start, about - step), min(time, about + step), work)
        if not np.isnan(turning):
            least = min(least, turning)
            most = max(most, turning)
    row = rows[count]
    row[_START] = start
    row[_END] = time
    row[_RANGE_START] = carry[_SINCE_RANGE]
    row[_RANGE_END] = distance
    row[_RANGE_MIN] = least
    row[_RANGE_MAX] = most
    row[_AT_START] = carry[_SPAN_START]
    row[_AT_END] = at_span
    return count + 1
