"""The state of a simulation, as arrays of records: one for each flow, node, contact and bundle.

Compiled code changes records in place. Arrays that fill up are made longer between calls of it, in
`make_room`; so nothing in the loop of events has to hand arrays back.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qqnet.routing.bookings import Bookings
from qqnet.routing.compiled import constants, inner
from qqnet.routing.graph import Network

Records = NDArray[Any]

MOST_HOPS: Final = 12
"""Hops that are planned ahead; a longer way is planned anew from where they end."""

FREE, WAITING, FLYING, HELD = range(4)
"""States of a bundle: there is none; waits for its transmission; on the way to the next node; in store without a
promise."""

NOBODY: Final = -constants(2)[1]

CAUSES: Final = ("", "no route", "deadline", "no capacity", "storage", "link", "failure")
"""Why a message was lost.

no route: an empty network has no way at all. deadline: an empty network has a way, but not in time. no capacity:
an empty network could do it; this one is full. storage: a node had no room for it. link: lost on the way, and
nobody sends it again. failure: of a node, a link or a contact that was planned.
"""
NO_CAUSE, NO_ROUTE, DEADLINE, NO_CAPACITY, STORAGE, LINK, FAILURE = constants(7)

FLOW: Final = np.dtype(
    [
        ("source", "i8"),
        ("target", "i8"),
        ("priority", "i8"),
        ("critical", "i8"),
        ("lifetime_s", "f8"),
        ("first_s", "f8"),  # creation of message 0
        ("period_s", "f8"),
        ("count", "i8"),  # messages in all
        ("bits", "f8"),  # of each but the last
        ("last_s", "f8"),
        ("last_bits", "f8"),
        ("made", "i8"),  # messages so far
        ("piece", "i8"),  # bundles so far of the message in the making
        ("message", "i8"),
        ("offered", "i8"),
        ("offered_bits", "f8"),
        ("delivered", "i8"),
        ("delivered_bits", "f8"),
        ("lost", "i8", (len(CAUSES),)),
        ("lost_bits", "f8", (len(CAUSES),)),
        ("delay_sum_s", "f8"),
        ("delay_least_s", "f8"),
        ("delay_most_s", "f8"),
        ("hops", "i8"),  # most of any bundle, summed over delivered messages
        ("sent", "i8"),  # transmissions of delivered messages
    ],
    align=True,
)

NODE: Final = np.dtype(
    [
        ("room_bits", "f8"),
        ("stored_bits", "f8"),
        ("kept_bits", "f8"),  # room for parts of messages that are in the making
        ("peak_bits", "f8"),
        ("since_s", "f8"),  # since when so much is stored
        ("created_bits", "f8"),
        ("received_bits", "f8"),
        ("forwarded_bits", "f8"),
        ("dropped_bits", "f8"),
        ("out", "i8"),  # outages that are known
    ],
    align=True,
)

CONTACT: Final = np.dtype(
    [
        ("loss", "f8"),  # chance that a transmission is lost
        ("pair", "i8"),
        ("queue", "i8"),  # last bundle that joined those who wait for it, or -1
        ("out", "i8"),  # outages that are known
        ("busy_until_s", "f8"),
        ("busy_s", "f8"),
        ("sent_bits", "f8"),
    ],
    align=True,
)

BUNDLE: Final = np.dtype(
    [
        ("state", "i8"),
        ("ticket", "i8"),  # number of the last decision; events of earlier ones are void
        ("flow", "i8"),
        ("serial", "i8"),  # number of the message in its flow
        ("message", "i8"),  # place of the message, or -1 where this bundle is all of it
        ("node", "i8"),  # who holds it, or sent it last
        ("before", "i8"),  # from whom that node had it, or -1
        ("payload_bits", "f8"),
        ("bits", "f8"),  # with all that is sent along
        ("created_s", "f8"),
        ("expiry_s", "f8"),
        ("cause", "i8"),  # why it would be lost, if it were now
        ("hops", "i8"),  # planned
        ("hop", "i8"),  # which is next
        ("done", "i8"),  # hops made
        ("sent", "i8"),  # transmissions made
        ("following", "i8"),  # neighbours in the queue of the contact that is next
        ("preceding", "i8"),
        ("path", "i8", (MOST_HOPS,)),
        ("slot_s", "f8", (MOST_HOPS, 2)),  # first and last bit of each transmission
    ],
    align=True,
)

MESSAGE: Final = np.dtype(
    [
        ("wanted", "i8"),  # bundles or parts that have yet to arrive; -1: the message is lost
        ("alive", "i8"),  # bundles or parts that still travel
        ("whole", "i8"),  # message that this is a part of, or -1
        ("bits", "f8"),
        ("hops", "i8"),
        ("sent", "i8"),
        ("following", "i8"),
    ],
    align=True,
)

HOLD: Final = np.dtype([("node", "i8"), ("bits", "f8"), ("following", "i8")], align=True)
"""A copy that a sender keeps until the receiver has confirmed."""

WAY: Final = np.dtype(
    [
        ("flow", "i8"),
        ("node", "i8"),
        ("before", "i8"),
        ("version", "i8"),
        ("bits", "f8"),
        ("arrival_s", "f8"),
        ("hops", "i8"),
        ("path", "i8", (MOST_HOPS,)),
    ],
    align=True,
)
"""A way that was found before, and the arrival that it had."""

NEWS: Final = np.dtype(
    [("time_s", "f8"), ("change", "i8"), ("node", "i8"), ("low", "i8"), ("high", "i8")], align=True
)
"""Everybody learns that a node, or contacts ``news_contact[low:high]``, are out (1) or back (-1)."""

SETTINGS: Final = np.dtype(
    [
        ("resend", "i8"),
        ("local", "i8"),
        ("timeout_s", "f8"),
        ("detection_s", "f8"),
        ("header_bits", "f8"),
        ("overhead", "f8"),
        ("most_bits", "f8"),
        ("end_s", "f8"),
        ("first_bin_s", "f8"),
        ("bin_s", "f8"),
        ("last_bin_s", "f8"),
        ("delay_bin", "f8"),
    ],
    align=True,
)

RECORD: Final = np.dtype(
    [
        ("time_s", "f8"),
        ("value", "f8"),  # end of a transmission or planned arrival [s], delay [s], or cause of loss
        ("kind", "i8"),
        ("flow", "i8"),
        ("serial", "i8"),
        ("place", "i8"),
        ("node", "i8"),
        ("contact", "i8"),
    ],
    align=True,
)

(
    BUNDLES,
    FIRST_FREE,
    ALIVE,
    MESSAGES,
    FREE_MESSAGE,
    HOLDS,
    FREE_HOLD,
    EVENTS,
    RECORDED,
    VERSION,
    HANDLED,
    SENT,
    HEARD,
) = range(13)
"""Places in `State.counts`: places ever used, and first of those that are free again, of bundles, messages and
holds; bundles alive; events to come; records made; version of what is known; events handled; transmissions; what
is heard at one instant."""

COUNTS: Final = HEARD + 1

OUT, BACK = 1, 2
"""What is heard: that something is out, that something is back, or, summed, both."""


class State(NamedTuple):
    """Everything that the loop of events reads and writes; F flows, N nodes, C contacts, T bins of time.

    Attributes
    ----------
    network : Network
        The plan.
    books : Bookings
        What is promised.
    empty : Bookings
        Books in which nothing is promised.
    settings : numpy.ndarray of SETTINGS, shape (1,)
        Conditions.
    counts : numpy.ndarray of int, shape (COUNTS,)
        As named above.
    flows, nodes, contacts : numpy.ndarray of FLOW, NODE, CONTACT
        Shapes (F,), (N,), (C,).
    ahead : numpy.ndarray, shape (F, N)
        `least_ahead` of each flow's destination. [s]
    allowed, shut : numpy.ndarray of bool, shape (N,) and (C,)
        Nodes that are not known to be out, and contacts that are known not to take place.
    node_first, node_out : numpy.ndarray
        Outages of node n are ``node_out[node_first[n]:node_first[n + 1]]``: begin and end, sorted, apart. [s]
    contact_first, contact_out : numpy.ndarray
        Outages of contacts likewise. [s]
    news, news_contact : numpy.ndarray of NEWS, and of int
        What everybody learns.
    wipes : numpy.ndarray of int, shape (W,)
        Nodes that lose what they store.
    ways : numpy.ndarray of WAY
        Ways found before, by a hash of flow and node.
    bundles, messages, holds : numpy.ndarray of BUNDLE, MESSAGE, HOLD
        Places, with room for more.
    time_s, code : numpy.ndarray
        Events to come: a heap by time [s after the plan's first start], and what they are.
    record : numpy.ndarray of RECORD
        What happened, of the kinds that are asked for.
    wanted : numpy.ndarray of int, shape (3,)
        Which records: sum of kinds; only this flow, or -1; only this message, or -1.
    delays : numpy.ndarray of int, shape (F, D)
        How many delays fell into each bin; bins are equal in the logarithm.
    stored : numpy.ndarray, shape (T, N, 2)
        Bits in store: integral over the bin [bit s], and most within it.
    moved : numpy.ndarray, shape (T, F, 3)
        Bits offered, delivered and lost in each bin.
    carried : numpy.ndarray, shape (F, P)
        Bits of each flow over each pair of nodes; without elements where not asked for.
    """

    network: Network
    books: Bookings
    empty: Bookings
    settings: Records
    counts: NDArray[np.int64]
    flows: Records
    nodes: Records
    contacts: Records
    ahead: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    shut: NDArray[np.bool_]
    node_first: NDArray[np.int64]
    node_out: NDArray[np.float64]
    contact_first: NDArray[np.int64]
    contact_out: NDArray[np.float64]
    news: Records
    news_contact: NDArray[np.int64]
    wipes: NDArray[np.int64]
    ways: Records
    bundles: Records
    messages: Records
    holds: Records
    time_s: NDArray[np.float64]
    code: NDArray[np.int64]
    record: Records
    wanted: NDArray[np.int64]
    delays: NDArray[np.int64]
    stored: NDArray[np.float64]
    moved: NDArray[np.float64]
    carried: NDArray[np.float64]


PIECES_AT_ONCE: Final = 64
"""Parts of one message that are made in one event."""

CRITICAL_COPIES: Final = 3
MOST_MADE: Final = CRITICAL_COPIES * PIECES_AT_ONCE
"""Bundles that are made in one event at most."""

RECORD_ROOM: Final = 65_536


def _short(state: State) -> tuple[bool, bool, bool, bool, bool]:
    """Of bundles, messages, holds, events and records: whether any one event might find no place."""
    counts, alive = state.counts, state.counts[ALIVE]
    return (
        state.bundles.size - alive <= MOST_MADE + 4,
        state.messages.size - counts[MESSAGES] <= PIECES_AT_ONCE + 1,
        state.holds.size - counts[HOLDS] <= 1,
        state.time_s.size - counts[EVENTS] <= alive + 2 * MOST_MADE + 8,
        state.wanted[0] != 0 and state.record.size - counts[RECORDED] <= 2 * alive + 4 * MOST_MADE + 8,
    )


_compiled_short = inner(_short)


@inner
def has_room(state: State) -> bool:
    """Whether any one event can be handled without an array filling up.

    Parameters
    ----------
    state : State
        As it is.

    Returns
    -------
    bool
        False where `make_room` must come first.
    """
    bundles, messages, holds, events, records = _compiled_short(state)
    return not (bundles or messages or holds or events or records)


def make_room(state: State) -> None:
    """Give every array room for a further event and more: twice the length where it was short.

    Parameters
    ----------
    state : State
        Changed in place. Its record must have been read and set to empty.
    """
    bundles, messages, holds, events, records = _short(state)
    for array, is_short in (
        (state.bundles, bundles),
        (state.messages, messages),
        (state.holds, holds),
        (state.time_s, events),
        (state.code, events),
        (state.record, records),
    ):
        if is_short:
            # In place: old and new side by side would be the most memory that a simulation takes.
            array.resize(2 * array.size, refcheck=False)


@inner
def _taken(records: Records, counts: NDArray[np.int64], used: int, free: int) -> int:
    """Take a place that is free again, or else the next that was never used."""
    place = counts[free]
    if place == NOBODY:
        place = counts[used]
        counts[used] += 1
    else:
        counts[free] = records[place].following
    return int(place)


@inner
def _given_back(records: Records, counts: NDArray[np.int64], free: int, place: int) -> None:
    """Give a place back."""
    records[place].following = counts[free]
    counts[free] = place


@inner
def new_bundle(state: State) -> int:
    """Take a free place for a bundle; its ticket has moved on.

    Parameters
    ----------
    state : State
        Changed in place.

    Returns
    -------
    int
        The place.
    """
    place = _taken(state.bundles, state.counts, BUNDLES, FIRST_FREE)
    state.counts[ALIVE] += 1
    bundle = state.bundles[place]
    bundle.state = HELD
    bundle.ticket += 1
    bundle.before = bundle.following = bundle.preceding = NOBODY
    bundle.cause = bundle.hops = bundle.hop = bundle.done = bundle.sent = 0
    return place


@inner
def end_bundle(state: State, place: int) -> None:
    """Give the place of a bundle back; it must be in no queue."""
    bundle = state.bundles[place]
    bundle.state = FREE
    bundle.ticket += 1
    _given_back(state.bundles, state.counts, FIRST_FREE, place)
    state.counts[ALIVE] -= 1


@inner
def join_queue(state: State, place: int) -> None:
    """Let a bundle wait for the contact that is next on its way."""
    bundle = state.bundles[place]
    contact = state.contacts[bundle.path[bundle.hop]]
    last = contact.queue
    bundle.following, bundle.preceding = last, NOBODY
    if last != NOBODY:
        state.bundles[last].preceding = place
    contact.queue = place
    bundle.state = WAITING


@inner
def leave_queue(state: State, place: int) -> None:
    """Take a waiting bundle out of its queue; it is in store without a promise then."""
    bundle = state.bundles[place]
    following, preceding = bundle.following, bundle.preceding
    if preceding == NOBODY:
        state.contacts[bundle.path[bundle.hop]].queue = following
    else:
        state.bundles[preceding].following = following
    if following != NOBODY:
        state.bundles[following].preceding = preceding
    bundle.following = bundle.preceding = NOBODY
    bundle.state = HELD


@inner
def new_message(state: State, wanted: int, bits: float, whole: int) -> int:
    """Take a free place for a message of several bundles, or for a part that travels in copies.

    Parameters
    ----------
    state : State
        Changed in place.
    wanted : int
        Bundles or parts that must arrive; so many are alive.
    bits : float
        Its data. [bit]
    whole : int
        Message that it is a part of, or ``NOBODY``.

    Returns
    -------
    int
        The place.
    """
    place = _taken(state.messages, state.counts, MESSAGES, FREE_MESSAGE)
    message = state.messages[place]
    message.wanted = message.alive = wanted
    message.bits, message.whole = bits, whole
    message.hops = message.sent = 0
    return place


@inner
def end_message(state: State, place: int) -> None:
    """Give the place of a message back."""
    _given_back(state.messages, state.counts, FREE_MESSAGE, place)


@inner
def hold(state: State, node: int, bits: float) -> int:
    """Keep a copy.

    Parameters
    ----------
    state : State
        Changed in place.
    node : int
        Who keeps it.
    bits : float
        How much. [bit]

    Returns
    -------
    int
        Its place.
    """
    place = _taken(state.holds, state.counts, HOLDS, FREE_HOLD)
    state.holds[place].node, state.holds[place].bits = node, bits
    return place


@inner
def let_go(state: State, place: int) -> None:
    """Give the place of a copy back."""
    _given_back(state.holds, state.counts, FREE_HOLD, place)


@inner
def is_full(state: State, node: int, bits: float) -> bool:
    """Whether a node has no room for so much more.

    Parameters
    ----------
    state : State
        As it is.
    node : int
        Node.
    bits : float
        How much. [bit]

    Returns
    -------
    bool
        As said.
    """
    store = state.nodes[node]
    return bool(store.stored_bits + store.kept_bits + bits > store.room_bits)


@inner
def out_until(
    first: NDArray[np.int64], out: NDArray[np.float64], which: int, begin_s: float, end_s: float
) -> float:
    """End of an outage that touches an interval.

    Parameters
    ----------
    first, out : numpy.ndarray
        Outages of nodes or contacts, as in `State`.
    which : int
        Node or contact.
    begin_s, end_s : float
        Interval. [s]

    Returns
    -------
    float
        End of the first outage that does, minus infinity where none does. [s]
    """
    for k in range(first[which], first[which + 1]):
        if out[k, 0] <= end_s and out[k, 1] > begin_s:
            return float(out[k, 1])
    return -np.inf
