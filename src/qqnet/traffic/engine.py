"""The compiled loop of events: bundles are made, wait, travel, arrive, or are lost.

A transmission begins at its slot. What comes of it is known to the sender only when the confirmation does not
come; of an outage the whole network learns later.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from qqnet.routing.bookings import CLASSES, Bookings, book
from qqnet.routing.compiled import by_reference, by_value, constants, inner
from qqnet.routing.graph import OWLT, OWLT_RATE, START, TIME_RESOLUTION_S
from qqnet.traffic.accounts import CREATED, FORWARDED, RECEIVED, carry, deliver, lose, offer, store
from qqnet.traffic.events import (
    ARRIVE,
    CAME,
    CREATE,
    DELIVERED,
    DEPART,
    EXPIRE,
    FAIL,
    KIND_SHIFT,
    KNOW,
    LEFT,
    LOST,
    MADE,
    MISSED,
    RELEASE,
    RETRY,
    TICKET_MASK,
    next_event,
    note,
    schedule,
)
from qqnet.traffic.forwarding import (
    count_loss,
    decide,
    discard,
    drop,
    is_over,
    leave_message,
    plan_anew,
    slot_is_taken,
    take_back,
)
from qqnet.traffic.state import (
    BACK,
    CRITICAL_COPIES,
    EVENTS,
    FAILURE,
    FLYING,
    FREE,
    HANDLED,
    HEARD,
    HELD,
    LINK,
    NO_CAUSE,
    NOBODY,
    OUT,
    PIECES_AT_ONCE,
    STORAGE,
    VERSION,
    WAITING,
    State,
    end_bundle,
    has_room,
    hold,
    is_full,
    join_queue,
    leave_queue,
    let_go,
    new_bundle,
    new_message,
    out_until,
)

HIGHEST: Final = constants(CLASSES)[-1]

FINISHED, MORE, FULL = range(3)
"""What `run` says: nothing more happens by then; there is more; arrays need room first."""


@njit(cache=True)
def run(owned: State, random: np.random.Generator, until_s: float, most_events: int) -> tuple[Bookings, int]:
    """Let events happen.

    Parameters
    ----------
    owned : State
        Changed in place, except when the pool of the books had to grow.
    random : numpy.random.Generator
        For losses on links.
    until_s : float
        Events after this are left. [s after the plan's first start]
    most_events : int
        Return after so many.

    Returns
    -------
    books : Bookings
        To be used from now on.
    status : int
        ``FINISHED``, ``MORE`` or ``FULL``.
    """
    state = by_reference(owned)
    status = MORE
    for _ in range(most_events):
        if state.counts[EVENTS] == 0 or state.time_s[0] > until_s:
            status = FINISHED
            break
        if not has_room(state):
            status = FULL
            break
        now, kind, place, ticket = next_event(state)
        state.counts[HANDLED] += 1
        if kind == RELEASE:
            store(state, state.holds[place].node, -state.holds[place].bits, now, FORWARDED)
            let_go(state, place)
        elif kind == CREATE:
            _create(state, place, now)
        elif kind == KNOW:
            _learn(state, place, now)
        elif kind == FAIL:
            _wipe(state, state.wipes[place], now)
        elif state.bundles[place].ticket & TICKET_MASK == ticket:
            if kind == ARRIVE:
                _arrive(state, place, now)
            elif kind == DEPART:
                _depart(state, random, place, now)
            elif kind == RETRY:
                _retry(state, place, now)
            elif kind == EXPIRE:
                drop(state, place, now, state.bundles[place].cause)
    return by_value(state.books, owned.books), status


@inner
def _owlt(state: State, contact: int, time_s: float) -> float:
    contacts = state.network.contact
    since = time_s - contacts[contact, START]
    return float(contacts[contact, OWLT] + contacts[contact, OWLT_RATE] * since)


@inner
def _create(state: State, place: int, now: float) -> None:
    """A message is made: cut into bundles, stored, planned; many bundles are made in several steps."""
    flow, settings = state.flows[place], state.settings[0]
    bits = flow.bits if flow.made + 1 < flow.count else flow.last_bits
    pieces = max(1, int(np.ceil(bits / settings.most_bits)))
    each = bits / pieces
    size = (each + settings.header_bits) * (1.0 + settings.overhead)
    if flow.piece == 0:
        offer(state, place, bits, now)
        note(state, now, MADE, place, flow.made, NOBODY, flow.source, NOBODY, bits)
        cause = NO_CAUSE
        if out_until(state.node_first, state.node_out, flow.source, now, now) > now:
            cause = FAILURE
        elif is_full(state, flow.source, pieces * size):
            cause = STORAGE
        if cause != NO_CAUSE:
            lose(state, place, bits, now, cause)
            note(state, now, LOST, place, flow.made, NOBODY, flow.source, NOBODY, float(cause))
            _next_message(state, place)
            return
        state.nodes[flow.source].kept_bits += pieces * size
        flow.message = NOBODY
        if pieces > 1 or flow.critical:
            flow.message = new_message(state, pieces, bits, NOBODY)
    until = min(pieces, flow.piece + PIECES_AT_ONCE)
    for _ in range(flow.piece, until):
        message = flow.message
        if flow.critical and pieces > 1:
            message = new_message(state, 1, each, flow.message)
        state.nodes[flow.source].kept_bits -= size
        bundle = _new_bundle(state, place, message, each, size, now)
        decide(state, bundle, now)
        if flow.critical:
            _copies(state, bundle, now)
    flow.piece = until
    if until < pieces:
        schedule(state, now, CREATE, place, NOBODY)
    else:
        _next_message(state, place)


@inner
def _new_bundle(state: State, place: int, message: int, payload_bits: float, bits: float, now: float) -> int:
    flow, number = state.flows[place], new_bundle(state)
    bundle = state.bundles[number]
    bundle.flow, bundle.serial, bundle.message, bundle.node = place, flow.made, message, flow.source
    bundle.payload_bits, bundle.bits = payload_bits, bits
    bundle.created_s, bundle.expiry_s = now, now + flow.lifetime_s
    store(state, flow.source, bits, now, CREATED)
    return number


@inner
def _next_message(state: State, place: int) -> None:
    flow = state.flows[place]
    flow.made += 1
    flow.piece = 0
    if flow.made < flow.count:
        last = flow.made + 1 == flow.count
        then = flow.last_s if last else flow.first_s + flow.made * flow.period_s
        schedule(state, then, CREATE, place, NOBODY)


@inner
def _copies(state: State, first: int, now: float) -> None:
    """Further copies of a critical bundle, each over a neighbour that no other copy goes to."""
    bundle, closed = state.bundles[first], np.empty(CRITICAL_COPIES, dtype=np.int64)
    target, count = state.flows[bundle.flow].target, 0
    while state.bundles[first].state == WAITING and count + 1 < CRITICAL_COPIES:
        entry = int(state.network.receiver[state.bundles[first].path[0]])
        if entry == target or is_full(state, bundle.node, bundle.bits):
            break
        closed[count] = entry
        count += 1
        state.allowed[entry] = False
        first = _new_bundle(state, bundle.flow, bundle.message, bundle.payload_bits, bundle.bits, now)
        state.messages[bundle.message].alive += 1
        decide(state, first, now)
    if state.bundles[first].state != WAITING and count > 0:
        discard(state, first, now)
    for k in range(count):
        state.allowed[closed[k]] = state.nodes[closed[k]].out == 0


@inner
def _depart(state: State, random: np.random.Generator, place: int, now: float) -> None:
    """The slot of a bundle has come."""
    leave_queue(state, place)
    if is_over(state, place):
        discard(state, place, now)
        return
    bundle, settings = state.bundles[place], state.settings[0]
    node, contact, finish = bundle.node, bundle.path[bundle.hop], bundle.slot_s[bundle.hop, 1]
    link = state.contacts[contact]
    busy = link.busy_until_s > now + TIME_RESOLUTION_S
    if (
        busy
        or state.shut[contact]
        or slot_is_taken(state, place)
        or out_until(state.node_first, state.node_out, node, now, now) > now
    ):
        take_back(state, place, now)
        if busy:
            # Two bundles were promised the same, because a third gave back what it had taken from the first.
            book(state.books, contact, HIGHEST, now, link.busy_until_s, now)
        decide(state, place, now)
        return
    owlt = _owlt(state, contact, finish)
    link.busy_until_s = finish
    if state.flows[bundle.flow].priority < HIGHEST:
        # What is under way is not broken off for anybody.
        book(state.books, contact, HIGHEST, now, finish, now)
    carry(state, bundle.flow, contact, bundle.bits, finish - now)
    bundle.sent += 1
    note(state, now, LEFT, bundle.flow, bundle.serial, place, node, contact, finish)
    cause = NO_CAUSE
    if _back(state, contact, now, finish) > now:
        cause = FAILURE
    elif link.loss > 0.0 and random.random() < link.loss:
        cause = LINK
    if cause != NO_CAUSE:
        # It is in store still; the sender will wait for a confirmation that does not come.
        bundle.cause = cause
        wait = 2.0 * owlt + settings.timeout_s if settings.resend else 0.0
        schedule(state, finish + wait, RETRY, place, bundle.ticket)
        return
    bundle.state = FLYING
    if not settings.resend:
        schedule(state, finish, RELEASE, hold(state, node, bundle.bits), NOBODY)
    schedule(state, finish + owlt, ARRIVE, place, bundle.ticket)


@inner
def _back(state: State, contact: int, begin: float, finish: float) -> float:
    """When all that makes a transmission fail is over; minus infinity where nothing does. [s]."""
    network = state.network
    owlt = _owlt(state, contact, finish)
    receiver = int(network.receiver[contact])
    return max(
        out_until(state.contact_first, state.contact_out, contact, begin, finish),
        out_until(state.node_first, state.node_out, int(network.sender[contact]), begin, finish),
        out_until(state.node_first, state.node_out, receiver, begin + owlt, finish + owlt),
    )


@inner
def _arrive(state: State, place: int, now: float) -> None:
    """The last bit of a bundle has come to the next node."""
    bundle, settings = state.bundles[place], state.settings[0]
    sender, contact = bundle.node, bundle.path[bundle.hop]
    node = int(state.network.receiver[contact])
    owlt = now - bundle.slot_s[bundle.hop, 1]
    last = node == state.flows[bundle.flow].target or is_over(state, place)
    if not last and is_full(state, node, bundle.bits):
        note(state, now, MISSED, bundle.flow, bundle.serial, place, node, contact, float(STORAGE))
        bundle.hop += 1
        take_back(state, place, now)
        if settings.resend:
            bundle.state, bundle.cause = HELD, STORAGE
            schedule(state, now + owlt + settings.timeout_s, RETRY, place, bundle.ticket)
        else:
            count_loss(state, place, now, STORAGE)
            leave_message(state, place)
            end_bundle(state, place)
        return
    if settings.resend:
        schedule(state, now + owlt, RELEASE, hold(state, sender, bundle.bits), NOBODY)
    bundle.done += 1
    note(state, now, CAME, bundle.flow, bundle.serial, place, node, contact, 0.0)
    if last:
        _deliver(state, place, now)
        leave_message(state, place)
        end_bundle(state, place)
        return
    store(state, node, bundle.bits, now, RECEIVED)
    bundle.before, bundle.node = sender, node
    bundle.hop += 1
    if bundle.hop < bundle.hops:
        contact = bundle.path[bundle.hop]
        if not (
            bundle.slot_s[bundle.hop, 0] < now - TIME_RESOLUTION_S
            or state.shut[contact]
            or not state.allowed[state.network.receiver[contact]]
            or slot_is_taken(state, place)
        ):
            join_queue(state, place)
            schedule(state, max(bundle.slot_s[bundle.hop, 0], now), DEPART, place, bundle.ticket)
            return
    take_back(state, place, now)
    decide(state, place, now)


@inner
def _deliver(state: State, place: int, now: float) -> None:
    """A bundle has come to its destination, and perhaps its message is complete."""
    bundle = state.bundles[place]
    hops, sent, bits = bundle.done, bundle.sent, bundle.payload_bits
    number = bundle.message
    while number != NOBODY:
        message = state.messages[number]
        if message.wanted <= 0:
            return
        message.wanted -= 1
        message.hops = max(message.hops, hops)
        message.sent += sent
        if message.wanted > 0:
            return
        hops, sent, bits = message.hops, message.sent, message.bits
        number = message.whole
    deliver(state, bundle.flow, bits, bundle.created_s, now, hops, sent)
    target = state.flows[bundle.flow].target
    note(state, now, DELIVERED, bundle.flow, bundle.serial, place, target, hops, now - bundle.created_s)


@inner
def _retry(state: State, place: int, now: float) -> None:
    """A bundle is planned anew: its slot was taken, its node is back, or its transmission came to nothing."""
    if is_over(state, place):
        discard(state, place, now)
        return
    bundle = state.bundles[place]
    if bundle.hop < bundle.hops:
        contact, cause = bundle.path[bundle.hop], bundle.cause
        note(state, now, MISSED, bundle.flow, bundle.serial, place, bundle.node, contact, float(cause))
        begin, finish = bundle.slot_s[bundle.hop, 0], bundle.slot_s[bundle.hop, 1]
        bundle.hop += 1
        take_back(state, place, now)
        if not state.settings[0].resend:
            drop(state, place, now, cause)
            return
        if cause == FAILURE:
            _shut(state, contact, max(_back(state, contact, begin, finish), now))
    decide(state, place, now)


@inner
def _shut(state: State, contact: int, back: float) -> None:
    """A sender has found that a contact does not work; it is of no use until the network hears of the end."""
    state.contacts[contact].out += 1
    state.shut[contact] = True
    state.counts[VERSION] += 1
    if back < np.inf:
        schedule(state, back + state.settings[0].detection_s, KNOW, state.news.size + contact, NOBODY)


@inner
def _learn(state: State, place: int, now: float) -> None:
    """Everybody learns that something is out, or back."""
    change = NOBODY
    if place >= state.news.size:
        _out(state, place - state.news.size, change)
    else:
        news = state.news[place]
        change = news.change
        if news.node != NOBODY:
            state.nodes[news.node].out += change
            state.allowed[news.node] = state.nodes[news.node].out == 0
        for k in range(news.low, news.high):
            _out(state, state.news_contact[k], change)
    state.counts[VERSION] += 1
    state.counts[HEARD] |= OUT if change > 0 else BACK
    if state.counts[EVENTS] > 0 and state.time_s[0] == now and state.code[0] >> KIND_SHIFT == KNOW:
        # Bundles are looked at once for all that is heard at an instant.
        return
    heard = state.counts[HEARD]
    state.counts[HEARD] = 0
    for number in range(state.bundles.size):
        bundle = state.bundles[number]
        if heard & BACK and bundle.state == HELD and bundle.hop == bundle.hops:
            bundle.ticket += 1
            schedule(state, now, RETRY, number, bundle.ticket)
        elif heard & OUT and bundle.state == WAITING:
            affected = False
            for hop in range(bundle.hop, bundle.hops):
                contact = bundle.path[hop]
                affected = (
                    affected or state.shut[contact] or not state.allowed[state.network.receiver[contact]]
                )
            if affected:
                plan_anew(state, number, now)


@inner
def _out(state: State, contact: int, change: int) -> None:
    state.contacts[contact].out += change
    state.shut[contact] = state.contacts[contact].out > 0


@inner
def _wipe(state: State, node: int, now: float) -> None:
    """A node loses all that it stores."""
    for place in range(state.bundles.size):
        bundle = state.bundles[place]
        if bundle.state != FREE and bundle.state != FLYING and bundle.node == node:
            drop(state, place, now, FAILURE)
