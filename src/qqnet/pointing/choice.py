"""One moment's choice of pointings: ways to Earth, then ways of flows, then what carries most.

Compiled functions over flat arrays. Each grants pairings one by one while both ends have a beam left, so that no
choice ever exceeds what an aperture has.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from qqnet.pointing.apertures import Flags, Floats, Integers

FIXED: Final = 0
KEPT: Final = 1
WAY: Final = 2
FLOW: Final = 3
SHARE: Final = 4
VOLUME: Final = 5

NEW_S: Final = 5.0
"""A way over a pointing that has to be made first counts so much longer [s], beside its setup."""

_ONE_WAY_S: Final = 1e5
_FULL_S: Final = 1e5
_FIRST_S: Final = 1e9
_LAST_S: Final = 1e7
_TRIES: Final = 4
_SWEEPS: Final = 2


inner = njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)  # type: ignore[call-overload]
"""Compiled for callers that are compiled themselves: what unpacks Python's objects would take longest to make."""


class Network(NamedTuple):
    """What does not change: pairings [P] between apertures [A] of nodes [N].

    ``slot`` numbers an aperture's peers (two pairings of one aperture with one peer have one slot); ``around``
    lists the pairings of each node, from ``first[n]`` to ``first[n + 1]``. ``free`` pairings are limited at
    neither end; ``message`` is what a node sends and gets at once [N, 2] [bit].
    """

    aperture: Integers
    slot: Integers
    node: Integers
    beams: Integers
    setup: Floats
    dwell: Floats
    free: Flags
    relay: Flags
    root: Flags
    message: Floats
    first: Integers
    around: Integers


class Needs(NamedTuple):
    """Flows, the most urgent first: nodes, bits that go at once, mean rate [bit/s], whether they never pause."""

    source: Integers
    target: Integers
    bits: Floats
    rate: Floats
    live: Flags


class Options(NamedTuple):
    """Policy by its steps, and its numbers, as `qqnet.scenario.pointing.Pointing` describes them."""

    ways: bool
    flows: bool
    shares: bool
    lookahead: float
    keep: float
    patience: float


class State(NamedTuple):
    """What changes.

    Of pairings the stretch in sight (-1: none), whether it is on, since when, and for what purpose or for which
    reason not; of apertures the beams in use; of slots the pairings that hold it; of nodes how many pairings they
    have and when they last had any. Of flows what has not been sent, as a fluid [bit], how fast it flows off
    [bit/s], whether they ask for a way; when that was counted. A flow asks from a whole message on until nothing
    is left.
    """

    sight: Integers
    on: Flags
    since: Floats
    granted: Flags
    purpose: Integers
    reason: Integers
    use: Integers
    held: Integers
    links: Integers
    linked_until: Floats
    owed: Floats
    drain: Floats
    asks: Flags
    counted: Floats


class Search(NamedTuple):
    """Room for searches: a heap of keys and items, and what is known of each node."""

    key: Floats
    item: Integers
    distance: Floats
    by: Integers
    settled: Flags
    load: Floats
    banned: Integers
    idle: Flags


@inner
def fits(net, state, e):  # type: ignore[no-untyped-def]
    """Whether both ends of a pairing have a beam for it."""
    for k in range(2):
        if state.held[net.slot[e, k]] == 0:
            aperture = net.aperture[e, k]
            if state.use[aperture] >= net.beams[aperture]:
                return False
    return True


@inner
def grant(net, state, e, purpose):  # type: ignore[no-untyped-def]
    """Take a beam at both ends of a pairing, or hold one that its peer has already."""
    for k in range(2):
        slot = net.slot[e, k]
        if state.held[slot] == 0:
            state.use[net.aperture[e, k]] += 1
        state.held[slot] += 1
        state.links[net.node[e, k]] += 1
    state.granted[e] = True
    if not state.on[e]:
        state.purpose[e] = purpose


@inner
def release(net, state, e):  # type: ignore[no-untyped-def]
    """Undo `grant`."""
    for k in range(2):
        slot = net.slot[e, k]
        state.held[slot] -= 1
        state.links[net.node[e, k]] -= 1
        if state.held[slot] == 0:
            state.use[net.aperture[e, k]] -= 1
    state.granted[e] = False


@inner
def count_owed(state, needs, t):  # type: ignore[no-untyped-def]
    """Bring what flows have to send up to date."""
    passed = t - state.counted[0]
    state.counted[0] = t
    for f in range(needs.source.size):
        state.owed[f] = max(0.0, state.owed[f] + (needs.rate[f] - state.drain[f]) * passed)
        if needs.live[f] or state.owed[f] >= needs.bits[f]:
            state.asks[f] = True
        elif state.owed[f] <= 0.0:
            state.asks[f] = False


@inner
def _idle_nodes(net, state, needs, idle):  # type: ignore[no-untyped-def]
    """Mark the nodes that have flows of which none asks for anything."""
    idle[:] = False
    for f in range(needs.source.size):
        idle[needs.source[f]] = idle[needs.target[f]] = True
    for f in range(needs.source.size):
        if state.asks[f]:
            idle[needs.source[f]] = idle[needs.target[f]] = False


@inner
def waiting(state, options, node, t):  # type: ignore[no-untyped-def]
    """How many times the patience a node has been without any link; zero before that."""
    if state.links[node] > 0:
        return 0.0
    idle = (t - state.linked_until[node]) / options.patience
    return idle if idle >= 1.0 else 0.0


@inner
def _cell(wanted, w, t):  # type: ignore[no-untyped-def]
    k = int((t - wanted.origin[w]) / wanted.length[w])
    return wanted.first[w] + min(max(k, 0), wanted.cells[w] - 1)


@inner
def worth(net, wanted, state, options, e, t):  # type: ignore[no-untyped-def]
    """Mean rate in both directions while a pairing lasts, within the lookahead [bit/s]; more for one that is on.

    The setup counts as a part without data. A short rest of a line of sight is worth no less for being short: its
    beam is given to another afterwards.
    """
    w = state.sight[e]
    setup = 0.0 if state.on[e] else net.setup[e]
    length = min(wanted.end[w] - t, options.lookahead)
    if length <= setup:
        return 0.0
    cell = _cell(wanted, w, t + 0.5 * (setup + length))
    rate = (wanted.rates[0, cell] + wanted.rates[1, cell]) * (1.0 - setup / length)
    return rate * options.keep if state.on[e] else rate


@inner
def _seconds(net, wanted, state, e, end, t, sent, got, load):  # type: ignore[no-untyped-def]
    """Time in which an end of a pairing sends some bits and gets others; infinite where neither goes.

    `load` is what others send from that end already [bit/s].
    """
    w = state.sight[e]
    wait = 0.0 if state.on[e] else net.setup[e]
    if t + wait >= wanted.end[w]:
        return np.inf
    if not (state.on[e] or net.free[e]):
        wait += NEW_S
    cell = _cell(wanted, w, t + wait)
    rate, back = wanted.rates[end, cell], wanted.rates[1 - end, cell]
    if (rate <= 0.0 or sent <= 0.0) and (back <= 0.0 or got <= 0.0):
        return np.inf
    for bits, most, used in ((sent, rate, load), (got, back, 0.0)):
        if bits > 0.0:
            if most <= 0.0:
                wait += _ONE_WAY_S
                continue
            left = most - used
            if left < 0.01 * most:
                left = 0.01 * most
                wait += _FULL_S
            wait += bits / left
    return wanted.owlt[cell] + wait


@inner
def _push(search, size, key, item):  # type: ignore[no-untyped-def]
    n = size
    while n > 0:
        above = (n - 1) // 2
        if search.key[above] <= key:
            break
        search.key[n], search.item[n] = search.key[above], search.item[above]
        n = above
    search.key[n], search.item[n] = key, item
    return size + 1


@inner
def _pop(search, size):  # type: ignore[no-untyped-def]
    """Take the smallest from the heap: it stands behind the last one then."""
    key, item = search.key[0], search.item[0]
    size -= 1
    last_key, last = search.key[size], search.item[size]
    n = 0
    while True:
        child = 2 * n + 1
        if child >= size:
            break
        if child + 1 < size and search.key[child + 1] < search.key[child]:
            child += 1
        if last_key <= search.key[child]:
            break
        search.key[n], search.item[n] = search.key[child], search.item[child]
        n = child
    search.key[n], search.item[n] = last_key, last
    search.key[size], search.item[size] = key, item
    return size


@inner
def ways(net, wanted, state, needs, options, search, t):  # type: ignore[no-untyped-def]
    """Give every node that can have one a way to the roots, the quickest first: a tree of shortest ways.

    A node whose quickest way is gone, because its peer's last beam went to another, takes the next one. Nodes that
    carry nothing for others come before all others where they have been without any link for too long, and after
    all others where they have nothing to send.
    """
    _idle_nodes(net, state, needs, search.idle)
    search.settled[:] = False
    size = 0
    for node in range(net.root.size):
        if net.root[node]:
            search.settled[node] = True
            search.distance[node] = 0.0
    for node in range(net.root.size):
        if net.root[node]:
            size = _around(net, wanted, state, options, search, size, node, t)
    while size > 0:
        size = _pop(search, size)
        distance, e = search.key[size], search.item[size] // 2
        node = net.node[e, search.item[size] % 2]
        if search.settled[node] or not (state.granted[e] or fits(net, state, e)):
            continue
        search.settled[node] = True
        search.distance[node] = distance  # of one that waits too little, but nothing is reached over it
        if not state.granted[e]:
            grant(net, state, e, WAY)
        if net.relay[node]:
            size = _around(net, wanted, state, options, search, size, node, t)


@inner
def _around(net, wanted, state, options, search, size, node, t):  # type: ignore[no-untyped-def]
    for n in range(net.first[node], net.first[node + 1]):
        e = net.around[n]
        if state.sight[e] < 0:
            continue
        far = 1 if net.node[e, 0] == node else 0
        other = net.node[e, far]
        if search.settled[other]:
            continue
        step = _seconds(net, wanted, state, e, far, t, net.message[other, 0], net.message[other, 1], 0.0)
        if step < np.inf:
            key = search.distance[node] + step
            if not net.relay[other]:
                key += _LAST_S if search.idle[other] else -_FIRST_S * waiting(state, options, other, t)
            size = _push(search, size, key, 2 * e + far)
    return size


@inner
def serve(net, wanted, state, needs, options, search, t):  # type: ignore[no-untyped-def]
    """Give each flow in turn the quickest way that beams and what others send leave; it loads that way.

    Flows of nodes that have been without any link for too long come first.
    """
    search.load[:] = 0.0
    late = np.zeros(needs.source.size, np.bool_)
    for f in range(needs.source.size):
        ends = needs.source[f], needs.target[f]
        late[f] = waiting(state, options, ends[0], t) + waiting(state, options, ends[1], t) > 0.0
    for f in np.argsort(~late, kind="mergesort"):
        state.drain[f] = 0.0
        if not state.asks[f]:
            continue
        search.banned[:] = -1
        for _ in range(_TRIES):
            if not _reach(net, wanted, state, search, needs, f, t):
                break
            if _take(net, state, search, needs, f):
                _load(net, wanted, state, search, needs, f, t)
                break


@inner
def _reach(net, wanted, state, search, needs, f, t):  # type: ignore[no-untyped-def]
    """Find a flow's quickest way: `by` says over which pairing, and from which end, a node is reached."""
    search.distance[:] = np.inf
    search.settled[:] = False
    source, target = needs.source[f], needs.target[f]
    search.distance[source] = 0.0
    search.by[source] = -1
    size = _push(search, 0, 0.0, source)
    while size > 0:
        size = _pop(search, size)
        node = search.item[size]
        if search.settled[node]:
            continue
        search.settled[node] = True
        if node == target:
            return True
        if node != source and not net.relay[node]:
            continue
        for n in range(net.first[node], net.first[node + 1]):
            e = net.around[n]
            if state.sight[e] < 0 or search.banned[e] == f or not (state.granted[e] or fits(net, state, e)):
                continue
            near = 0 if net.node[e, 0] == node else 1
            other = net.node[e, 1 - near]
            if search.settled[other]:
                continue
            step = _seconds(net, wanted, state, e, near, t, needs.bits[f], 0.0, search.load[2 * e + near])
            if search.distance[node] + step < search.distance[other]:
                search.distance[other] = search.distance[node] + step
                search.by[other] = 2 * e + near
                size = _push(search, size, search.distance[other], other)
    return False


@inner
def _take(net, state, search, needs, f):  # type: ignore[no-untyped-def]
    """Grant a flow's way, all of it or nothing; the pairing that did not fit is banned for it."""
    node = needs.target[f]
    done = True
    while search.by[node] >= 0:
        e, near = search.by[node] // 2, search.by[node] % 2
        if not state.granted[e]:
            if not fits(net, state, e):
                search.banned[e] = f
                done = False
                break
            grant(net, state, e, FLOW)
            search.banned[e] = -2 - f
        node = net.node[e, near]
    stop, node = node, needs.target[f]
    while not done and node != stop:
        e, near = search.by[node] // 2, search.by[node] % 2
        if search.banned[e] == -2 - f:
            release(net, state, e)
        node = net.node[e, near]
    return done


@inner
def _load(net, wanted, state, search, needs, f, t):  # type: ignore[no-untyped-def]
    """Load a flow's way, and see how fast what it owes flows off."""
    node, left = needs.target[f], np.inf
    while search.by[node] >= 0:
        e, near = search.by[node] // 2, search.by[node] % 2
        rate = wanted.rates[near, _cell(wanted, state.sight[e], t)]
        left = min(left, rate - search.load[2 * e + near])
        search.load[2 * e + near] += needs.rate[f]
        node = net.node[e, near]
    state.drain[f] = max(left, 0.0)


@inner
def fill(net, wanted, state, options, t):  # type: ignore[no-untyped-def]
    """Give out what is left: first to nodes without any link, where the policy is to share, then for volume."""
    count = 0
    asking = np.empty(state.sight.size, np.int64)
    values = np.empty(state.sight.size)
    for e in range(state.sight.size):
        if state.sight[e] >= 0 and not state.granted[e] and fits(net, state, e):
            value = worth(net, wanted, state, options, e, t)
            if value > 0.0:
                asking[count], values[count] = e, value
                count += 1
    asking, values = asking[:count], values[:count]
    if options.shares:
        order = np.argsort(-_pressing(net, state, options, asking, values, t), kind="mergesort")
        for n in order:
            e = asking[n]
            alone = state.links[net.node[e, 0]] == 0 or state.links[net.node[e, 1]] == 0
            if alone and fits(net, state, e):
                grant(net, state, e, SHARE)
    for n in np.argsort(-values, kind="mergesort"):
        e = asking[n]
        if not state.granted[e] and fits(net, state, e):
            grant(net, state, e, VOLUME)
    if not options.shares:
        for _ in range(_SWEEPS):
            if not _exchange(net, state, asking, values):
                break


@inner
def _pressing(net, state, options, asking, values, t):  # type: ignore[no-untyped-def]
    """How much those without a link press: by the size of the rate, and by how long they have waited."""
    found = np.empty(asking.size)
    for n in range(asking.size):
        e = asking[n]
        idle = 0.0
        for k in range(2):
            node = net.node[e, k]
            if state.links[node] == 0:
                idle = max(idle, t - state.linked_until[node])
        found[n] = np.log2(1.0 + values[n]) * (1.0 + idle / options.patience)
        if state.on[e]:
            found[n] *= options.keep
    return found


@inner
def _exchange(net, state, asking, values):  # type: ignore[no-untyped-def]
    """Give up one pointing for one or two others at its ends where these carry more."""
    changed = False
    for n in np.argsort(values, kind="mergesort"):
        e = asking[n]
        if not state.granted[e]:
            continue
        release(net, state, e)
        first = _best_at(net, state, asking, values, net.aperture[e, 0], n)
        gain = -values[n]
        if first >= 0:
            grant(net, state, asking[first], VOLUME)
            gain += values[first]
        second = _best_at(net, state, asking, values, net.aperture[e, 1], n)
        if second >= 0:
            grant(net, state, asking[second], VOLUME)
            gain += values[second]
        if gain > 1e-9 * values[n]:
            changed = True
            continue
        if second >= 0:
            release(net, state, asking[second])
        if first >= 0:
            release(net, state, asking[first])
        grant(net, state, e, VOLUME)
    return changed


@inner
def _best_at(net, state, asking, values, aperture, without):  # type: ignore[no-untyped-def]
    best = -1
    for n in range(asking.size):
        e = asking[n]
        if n == without or state.granted[e]:
            continue
        if net.aperture[e, 0] != aperture and net.aperture[e, 1] != aperture:
            continue
        if (best < 0 or values[n] > values[best]) and fits(net, state, e):
            best = n
    return best
