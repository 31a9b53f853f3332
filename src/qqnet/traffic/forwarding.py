"""Compiled decisions about bundles: which way, and what to take back when a way is lost.

A bundle's way is planned where it is made: the best route through what is promised to its class so far, and all
its transmissions are promised to it. Where nodes know only their own bookings, one hop is planned at a time. A
higher class may take what a lower one was promised; whoever loses a promise is planned anew.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.routing.bookings import CLASSES, Bookings, book, first_gap, release
from qqnet.routing.compiled import inner
from qqnet.routing.graph import TIME_RESOLUTION_S
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times
from qqnet.traffic.accounts import DROPPED, lose, store
from qqnet.traffic.events import DEPART, EXPIRE, LOST, PLANNED, RETRY, STRANDED, note, schedule
from qqnet.traffic.state import (
    DEADLINE,
    FAILURE,
    HELD,
    MOST_HOPS,
    NO_CAPACITY,
    NO_CAUSE,
    NO_ROUTE,
    NOBODY,
    VERSION,
    WAITING,
    State,
    end_bundle,
    end_message,
    join_queue,
    leave_queue,
    out_until,
)

FAILED: Final = NOBODY
"""Of a message: it is lost, its bundles are not worth sending."""


@inner
def decide(state: State, place: int, now: float) -> None:
    """Find a way for a bundle from where it is, and promise it; or leave it there.

    Parameters
    ----------
    state : State
        Changed in place.
    place : int
        A bundle that is in store, in no queue and without promises.
    now : float
        Time. [s]
    """
    bundle, settings = state.bundles[place], state.settings[0]
    bundle.ticket += 1
    bundle.hops = bundle.hop = 0
    bundle.state = HELD
    node, expiry = bundle.node, bundle.expiry_s
    if now >= expiry > settings.end_s:
        # Its lifetime was longer than the plan: nobody knows what would have become of it.
        return
    if now >= expiry:
        drop(state, place, now, DEADLINE if bundle.cause == NO_CAUSE else bundle.cause)
        return
    back = out_until(state.node_first, state.node_out, node, now, now)
    if back > now:
        bundle.cause = FAILURE
        if min(back, expiry) < np.inf:
            schedule(state, min(back, expiry), RETRY, place, bundle.ticket)
        return
    flow = state.flows[bundle.flow]
    query = Query(
        node,
        flow.target,
        now,
        bundle.bits,
        flow.priority,
        expiry,
        False,
        0.0,
        0.0,
        state.allowed,
        state.shut,
        state.ahead[bundle.flow],
        settings.local != 0,
    )
    path = _way(state, query, bundle.flow, bundle.before)
    if path.size == 0:
        if bundle.cause == NO_CAUSE:
            bundle.cause = _why(state, query)
        note(state, now, STRANDED, bundle.flow, bundle.serial, place, node, NOBODY, float(bundle.cause))
        if expiry <= settings.end_s:
            schedule(state, expiry, EXPIRE, place, bundle.ticket)
        return
    times = path_times(state.network, state.books, query, path)
    hops = 1 if settings.local else min(path.size, MOST_HOPS)
    for hop in range(hops):
        contact, begin, finish = path[hop], times[hop, 0], times[hop, 1]
        bundle.path[hop] = contact
        bundle.slot_s[hop, 0], bundle.slot_s[hop, 1] = begin, finish
        taken = flow.priority > 0 and _is_busy(state.books, CLASSES * contact, begin, finish)
        book(state.books, contact, flow.priority, begin, finish, now)
        if taken:
            _displace(state, contact, flow.priority, begin, finish, now)
    bundle.hops = hops
    bundle.cause = NO_CAUSE
    join_queue(state, place)
    schedule(state, times[0, 0], DEPART, place, bundle.ticket)
    note(state, now, PLANNED, bundle.flow, bundle.serial, place, node, path[0], times[-1, 2])


@inner
def _is_busy(books: Bookings, layer: int, begin: float, finish: float) -> bool:
    return bool(first_gap(books, layer, begin, finish - begin) > begin + TIME_RESOLUTION_S)


@inner
def slot_is_taken(state: State, place: int) -> bool:
    """Whether a higher class has been promised part of a bundle's next transmission.

    Parameters
    ----------
    state : State
        As it is.
    place : int
        A bundle with a promise.

    Returns
    -------
    bool
        As said.
    """
    bundle = state.bundles[place]
    layer = state.flows[bundle.flow].priority + 1
    if layer == CLASSES:
        return False
    begin, finish = bundle.slot_s[bundle.hop, 0], bundle.slot_s[bundle.hop, 1]
    return _is_busy(state.books, CLASSES * bundle.path[bundle.hop] + layer, begin, finish)


@inner
def _way(state: State, query: Query, flow: int, before: int) -> NDArray[np.int64]:
    """Best way, from memory where that is sure to be the best still.

    Between two versions of what is known promises are only added, and time goes on: no way can be better than
    it was. So a way that arrives when it did before is the best, by the whole order of the standard. Copies of
    critical bundles keep away from nodes that are not out; their ways are not remembered.
    """
    remember = state.flows[flow].critical == 0
    known = state.ways[(flow * 2_654_435_761 + query.source * 40_503) % state.ways.size]
    if (
        remember
        and known.flow == flow
        and known.node == query.source
        and known.before == before
        and known.version == state.counts[VERSION]
        and known.bits == query.bits
    ):
        path: NDArray[np.int64] = known.path[: known.hops].copy()
        arrival = path_times(state.network, state.books, query, path)[-1, 2]
        if arrival <= known.arrival_s + TIME_RESOLUTION_S and arrival <= query.limit_s:
            return path
    path = np.empty(0, dtype=np.int64)
    if before != NOBODY and before != query.target and state.allowed[before]:
        # Back to whom it came from only where nothing else leads on.
        state.allowed[before] = False
        path = best_path(state.network, state.books, query)
        state.allowed[before] = True
    if path.size == 0:
        path = best_path(state.network, state.books, query)
    if remember and 0 < path.size <= MOST_HOPS:
        known.flow, known.node, known.before = flow, query.source, before
        known.version, known.bits, known.hops = state.counts[VERSION], query.bits, path.size
        known.arrival_s = path_times(state.network, state.books, query, path)[-1, 2]
        for hop in range(path.size):
            known.path[hop] = path[hop]
    return path


@inner
def _why(state: State, query: Query) -> int:
    """Cause for which there is no way: conditions are lifted one after the other."""
    if best_path(state.network, state.empty, query).size > 0:
        return NO_CAPACITY
    everywhere = np.ones(state.allowed.size, dtype=np.bool_)
    none_shut = np.zeros(state.shut.size, dtype=np.bool_)
    for limit in (query.limit_s, np.inf):
        free = Query(
            query.source,
            query.target,
            query.time_s,
            query.bits,
            query.priority,
            limit,
            False,
            0.0,
            0.0,
            everywhere,
            none_shut,
            query.ahead,
            query.local,
        )
        if best_path(state.network, state.empty, free).size > 0:
            return FAILURE if limit == query.limit_s else DEADLINE
    return NO_ROUTE


@inner
def _displace(state: State, contact: int, priority: int, begin: float, finish: float, now: float) -> None:
    """Plan anew whoever waits for this contact and has lost its slot to a higher class."""
    other = state.contacts[contact].queue
    while other != NOBODY:
        bundle = state.bundles[other]
        following = bundle.following
        if (
            state.flows[bundle.flow].priority < priority
            and bundle.slot_s[bundle.hop, 0] < finish - TIME_RESOLUTION_S
            and bundle.slot_s[bundle.hop, 1] > begin + TIME_RESOLUTION_S
        ):
            plan_anew(state, other, now)
        other = following


@inner
def plan_anew(state: State, place: int, now: float) -> None:
    """Take a waiting bundle out of its queue, its promises back, and let it be decided on at once."""
    leave_queue(state, place)
    take_back(state, place, now)
    state.bundles[place].ticket += 1
    schedule(state, now, RETRY, place, state.bundles[place].ticket)


@inner
def take_back(state: State, place: int, now: float) -> None:
    """Free the transmissions that a bundle was promised and has not begun.

    Parameters
    ----------
    state : State
        Changed in place.
    place : int
        Bundle.
    now : float
        Time; what lies before is not free. [s]
    """
    bundle = state.bundles[place]
    priority = state.flows[bundle.flow].priority
    for hop in range(bundle.hop, bundle.hops):
        begin, finish = max(bundle.slot_s[hop, 0], now), bundle.slot_s[hop, 1]
        if finish > begin:
            release(state.books, bundle.path[hop], priority, begin, finish)
            state.counts[VERSION] += 1
    bundle.hops = bundle.hop


@inner
def is_over(state: State, place: int) -> bool:
    """Whether a bundle's message is complete or lost, so that it is not worth sending."""
    number = state.bundles[place].message
    while number != NOBODY:
        if state.messages[number].wanted <= 0:
            return True
        number = state.messages[number].whole
    return False


@inner
def leave_message(state: State, place: int) -> None:
    """A bundle of a message travels no more."""
    number = state.bundles[place].message
    while number != NOBODY:
        message = state.messages[number]
        message.alive -= 1
        if message.alive > 0:
            return
        whole = message.whole
        end_message(state, number)
        number = whole


@inner
def discard(state: State, place: int, now: float) -> None:
    """End a bundle that is in store, without a word."""
    if state.bundles[place].state == WAITING:
        leave_queue(state, place)
    take_back(state, place, now)
    leave_message(state, place)
    store(state, state.bundles[place].node, -state.bundles[place].bits, now, DROPPED)
    end_bundle(state, place)


@inner
def drop(state: State, place: int, now: float, cause: int) -> None:
    """Lose a bundle that is in store, and its message if that cannot be completed any more.

    Parameters
    ----------
    state : State
        Changed in place.
    place : int
        Bundle.
    now : float
        Time. [s]
    cause : int
        Why.
    """
    count_loss(state, place, now, cause)
    discard(state, place, now)


@inner
def count_loss(state: State, place: int, now: float, cause: int) -> None:
    """Enter the loss of a bundle's message, once, and only if other bundles cannot complete it."""
    bundle = state.bundles[place]
    bits = bundle.payload_bits
    number = bundle.message
    while number != NOBODY:
        message = state.messages[number]
        if message.wanted <= 0 or (number == bundle.message and message.alive > message.wanted):
            return
        message.wanted = FAILED
        bits = message.bits
        number = message.whole
    lose(state, bundle.flow, bits, now, cause)
    note(state, now, LOST, bundle.flow, bundle.serial, place, bundle.node, NOBODY, float(cause))
