"""Pointings over time: chosen anew at steps, and whenever a beam comes free that others wait for.

Between steps nothing that is on is turned away: what comes into sight is granted where both ends have a beam,
and the beams of what goes out of sight are given to those who wait. At a step everything may be exchanged that has
been on for its dwell, and what is on has an advantage: no setup, and its worth counts more.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeVar

import numpy as np
from numba import njit

from qqnet.pointing.apertures import Flags, Floats, Integers
from qqnet.pointing.choice import (
    FIXED,
    KEPT,
    VOLUME,
    Needs,
    Network,
    Options,
    Search,
    State,
    count_owed,
    fill,
    fits,
    grant,
    inner,
    release,
    serve,
    ways,
    worth,
)
from qqnet.pointing.requests import Wanted

Arrays = TypeVar("Arrays", bound=NamedTuple)

_END, _START, _ORDER, _STEP = range(4)

FULL_FIRST: Final = 1
FULL_SECOND: Final = 2
LATE: Final = 4
TURNED_AWAY: Final = 8

_SAME_S: Final = 1e-6


class Fixed(NamedTuple):
    """Pointings that an operator forces: pairing, from, to [TDB s past J2000]; earlier ones win."""

    pairing: Integers
    start: Floats
    stop: Floats


class Assigned(NamedTuple):
    """Stretches of wanted time, granted and denied, in order of their ends.

    Attributes
    ----------
    wanted : ndarray of int [R]
        Which wanted stretch it is a part of.
    start, end : ndarray [R]
        [TDB s past J2000].
    granted : ndarray of bool [R]
        Whether it points.
    why : ndarray of int [R]
        Granted: the purpose, of `qqnet.pointing.choice`. Denied: bits of what stood in the way when it began.
    """

    wanted: Integers
    start: Floats
    end: Floats
    granted: Flags
    why: Integers


def assign(
    net: Network,
    wanted: Wanted,
    needs: Needs,
    fixed: Fixed,
    options: Options,
    span: tuple[float, float],
    step_s: float,
) -> Assigned:
    """Choose who points where, and when.

    Parameters
    ----------
    net : Network
        Pairings, apertures, nodes.
    wanted : Wanted
        When pairings see each other, and what they carry then.
    needs : Needs
        Flows, the most urgent first.
    fixed : Fixed
        What is forced.
    options : Options
        The policy.
    span : tuple of float
        Start and end [TDB s past J2000].
    step_s : float
        Interval at which pointings may be exchanged [s].

    Returns
    -------
    Assigned
        At no moment has an aperture more peers than beams.
    """
    net, wanted, needs, fixed = _packed(net), _packed(wanted), _packed(needs), _packed(fixed)
    events = (*_events(wanted, fixed, span, step_s), span[1])
    pairings, slots = len(net.setup), int(net.slot.max(initial=-1)) + 1
    capacity = 4 * len(wanted.start) + 1000
    while True:
        state = State(
            sight=np.full(pairings, -1),
            on=np.zeros(pairings, dtype=np.bool_),
            since=np.zeros(pairings),
            granted=np.zeros(pairings, dtype=np.bool_),
            purpose=np.zeros(pairings, dtype=np.int64),
            reason=np.zeros(pairings, dtype=np.int64),
            use=np.zeros(len(net.beams), dtype=np.int64),
            held=np.zeros(slots, dtype=np.int64),
            links=np.zeros(len(net.root), dtype=np.int64),
            linked_until=np.full(len(net.root), span[0]),
            owed=needs.bits.copy(),
            drain=np.zeros(len(needs.bits)),
            asks=np.zeros(len(needs.bits), dtype=np.bool_),
            counted=np.full(1, span[0]),
        )
        nodes = len(net.root)
        search = Search(
            key=np.empty(2 * pairings + nodes + 1),
            item=np.empty(2 * pairings + nodes + 1, dtype=np.int64),
            distance=np.zeros(nodes),
            by=np.zeros(nodes, dtype=np.int64),
            settled=np.zeros(nodes, dtype=np.bool_),
            load=np.zeros(2 * pairings),
            banned=np.zeros(pairings, dtype=np.int64),
            idle=np.zeros(nodes, dtype=np.bool_),
        )
        rows, spans = np.empty((capacity, 3), dtype=np.int64), np.empty((capacity, 2))
        found = _run(net, wanted, needs, fixed, options, state, search, events, rows, spans)
        if found <= capacity:
            break
        capacity = found
    kept = np.flatnonzero(spans[:found, 1] > spans[:found, 0])
    rows, spans = rows[kept], spans[kept]
    return Assigned(rows[:, 0], spans[:, 0], spans[:, 1], rows[:, 1] == 1, rows[:, 2])


def _packed(arrays: Arrays) -> Arrays:
    """Copy what is not contiguous: another layout would be another kernel to compile."""
    return type(arrays)._make(map(np.ascontiguousarray, arrays))


def _events(
    wanted: Wanted, fixed: Fixed, span: tuple[float, float], step_s: float
) -> tuple[Floats, Integers, Integers]:
    """All moments at which something happens, in order; ends before starts, the choice of a step last."""
    steps = np.arange(span[0], span[1], step_s)
    orders = np.unique(np.concatenate([fixed.start, fixed.stop]))
    times = np.concatenate([wanted.end, wanted.start, orders, steps])
    sizes = [len(wanted.end), len(wanted.start), len(orders), len(steps)]
    kinds = np.repeat(np.arange(4), sizes)
    which = np.concatenate([np.arange(size) for size in sizes])
    order = np.lexsort((which, kinds, times))
    return times[order], kinds[order].astype(np.int64), which[order].astype(np.int64)


@njit(cache=True, error_model="numpy")
def _run(net, wanted, needs, fixed, options, state, search, events, rows, spans):  # type: ignore[no-untyped-def]
    """Go through all events; returns how many rows there are, also beyond the room for them."""
    times, kinds, which, stop = events
    count = 0
    come = np.zeros(state.sight.size, np.int64)
    n = 0
    while n < times.size:
        t = times[n]
        arrived, freed, anew = 0, False, False
        for node in range(state.links.size):
            if state.links[node] > 0:
                state.linked_until[node] = t
        while n < times.size and times[n] <= t + _SAME_S:
            e = wanted.pairing[which[n]] if kinds[n] < _ORDER else -1
            if kinds[n] == _END:
                count = _close(state, e, t, rows, spans, count)
                if state.on[e]:
                    state.on[e] = False
                    release(net, state, e)
                    freed = freed or _awaited(net, state, e)
                state.sight[e] = -1
            elif kinds[n] == _START:
                state.sight[e], state.since[e] = which[n], t
                come[arrived] = e
                arrived += 1
            else:
                anew = True
            n += 1
        if t >= stop:
            continue  # only light is still on its way
        if anew or freed:
            count = _choose(net, wanted, needs, fixed, options, state, search, t, anew, rows, spans, count)
        else:
            _welcome(net, wanted, state, options, come[:arrived], t)
    return count


@inner
def _welcome(net, wanted, state, options, come, t):  # type: ignore[no-untyped-def]
    """Grant what comes into sight where both ends have a beam: nobody else waits for these."""
    for e in come:
        if fits(net, state, e) and worth(net, wanted, state, options, e, t) > 0.0:
            grant(net, state, e, VOLUME)
            state.on[e] = True
        else:
            state.reason[e] = _reason(net, wanted, state, e, t)


@inner
def _close(state, e, t, rows, spans, count):  # type: ignore[no-untyped-def]
    """Write what has been since the last change."""
    if count < len(rows):
        rows[count, 0] = state.sight[e]
        rows[count, 1] = 1 if state.on[e] else 0
        rows[count, 2] = state.purpose[e] if state.on[e] else state.reason[e]
        spans[count, 0], spans[count, 1] = state.since[e], t
    return count + 1


@inner
def _reason(net, wanted, state, e, t):  # type: ignore[no-untyped-def]
    """What stands in the way of a pairing: full ends, or too little time for its setup."""
    found = 0
    for k in range(2):
        aperture = net.aperture[e, k]
        if state.held[net.slot[e, k]] == 0 and state.use[aperture] >= net.beams[aperture]:
            found |= FULL_FIRST << k
    if found == 0 and t + net.setup[e] >= wanted.end[state.sight[e]]:
        found = LATE
    return found


@inner
def _awaited(net, state, e):  # type: ignore[no-untyped-def]
    """Whether anybody in sight waits for a beam of an aperture of a pairing."""
    for k in range(2):
        aperture, node = net.aperture[e, k], net.node[e, k]
        for n in range(net.first[node], net.first[node + 1]):
            other = net.around[n]
            if state.sight[other] < 0 or state.on[other]:
                continue
            if net.aperture[other, 0] == aperture or net.aperture[other, 1] == aperture:
                return True
    return False


@inner
def _choose(net, wanted, needs, fixed, options, state, search, t, anew, rows, spans, count):  # type: ignore[no-untyped-def]
    """Choose among all that are in sight; only at a step (`anew`) may what is on go."""
    state.granted[:] = False
    state.use[:] = 0
    state.held[:] = 0
    state.links[:] = 0
    if anew:
        _obey(net, state, fixed, t)
    for e in range(state.sight.size):
        if state.sight[e] >= 0 and not state.granted[e]:
            held = state.on[e] and (not anew or t < state.since[e] + net.dwell[e])
            if (held or net.free[e]) and fits(net, state, e):
                grant(net, state, e, KEPT)
    _obey(net, state, fixed, t)
    count_owed(state, needs, t)
    if options.ways:
        ways(net, wanted, state, needs, options, search, t)
    if options.flows:
        serve(net, wanted, state, needs, options, search, t)
    fill(net, wanted, state, options, t)
    for e in range(state.sight.size):
        if state.sight[e] < 0:
            continue
        if state.granted[e] == state.on[e]:
            if not state.on[e] and state.since[e] == t:
                state.reason[e] = _reason(net, wanted, state, e, t)
            continue
        count = _close(state, e, t, rows, spans, count)
        state.on[e] = state.granted[e]
        state.since[e] = t
        if not state.on[e]:
            state.reason[e] = _reason(net, wanted, state, e, t) | TURNED_AWAY
    return count


@inner
def _obey(net, state, fixed, t):  # type: ignore[no-untyped-def]
    for n in range(fixed.pairing.size):
        e = fixed.pairing[n]
        due = fixed.start[n] <= t + _SAME_S and t + _SAME_S < fixed.stop[n]
        if due and state.sight[e] >= 0 and not state.granted[e] and fits(net, state, e):
            grant(net, state, e, FIXED)
