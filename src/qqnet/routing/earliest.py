"""Earliest arrival from one node at all others, and the least time that remains to one node from all others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import CLASSES, Bookings, first_gap
from qqnet.routing.compiled import by_reference, by_value, inner
from qqnet.routing.graph import END, OWLT, OWLT_LEAST, OWLT_RATE, RATE, START, TIME_RESOLUTION_S, Network
from qqnet.routing.heap import longer, pop, push
from qqnet.routing.transmission import Query


class Reach(NamedTuple):
    """What a bundle can reach.

    Attributes
    ----------
    arrival : numpy.ndarray, shape (N,)
        Earliest arrival at every node, infinity where not reached; an upper bound for nodes later than the
        target. [s]
    tried : numpy.ndarray of int, shape (T,)
        Contacts that could bring the bundle somewhere in time, in the order of the search. Every route with
        the target's earliest arrival is made of these. None where there is no target.
    tried_arrival : numpy.ndarray, shape (T,)
        Earliest arrival over each. [s]
    """

    arrival: NDArray[np.float64]
    tried: NDArray[np.int64]
    tried_arrival: NDArray[np.float64]


class _Lists(NamedTuple):
    """What grows in a search: a heap of events to come, and the contacts that were tried."""

    keys: NDArray[np.float64]
    codes: NDArray[np.int64]
    tried: NDArray[np.int64]
    tried_arrival: NDArray[np.float64]


@njit(cache=True)
def earliest(network: Network, books: Bookings, query: Query) -> Reach:
    """Earliest arrival at every node, or at all that are no later than the target's.

    Events are taken in order of time: the bundle arrives at a node, or a contact of a node that has it opens.
    So a contact is looked at only if it is open while the bundle waits, or opens before the target is reached.

    Parameters
    ----------
    network : Network
        The plan.
    books : Bookings
        What is promised.
    query : Query
        What is to be sent.

    Returns
    -------
    Reach
        Arrivals, and the contacts that were tried.
    """
    room = np.empty(64), np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64), np.empty(64)
    return _earliest(network, books, query, _Lists(*room))


@inner
def _earliest(network: Network, books: Bookings, query: Query, room: _Lists) -> Reach:  # noqa: C901
    network, books, query = by_reference(network), by_reference(books), by_reference(query)
    # Arrays that are bound anew in a loop would be counted in each turn of it.
    lists = by_reference(room)
    first, sender, receivers = network.first, network.sender, network.receiver
    starts, ends, contacts, relays = network.start, network.end, network.contact, network.relays
    open_first, open_contact = network.open_first, network.open_contact
    source, target, bits, strict = query.source, query.target, query.bits, query.strict
    allowed, shut, ahead, limit = query.allowed, query.shut, query.ahead, query.limit_s
    margin_s, stretch = query.margin_s, 1.0 + query.margin_share
    layered, local = books.filled.size > 0, query.local

    nodes = relays.size
    arrival = np.full(nodes, np.inf)
    settled = np.zeros(nodes, dtype=np.bool_)
    count, size = 0, 0
    # Without a target all is done when every node is that contacts lead to.
    unsettled = nodes + 1
    if target < 0:
        unsettled = 0
        for node in range(nodes):
            if node == source or (network.pair_into[node + 1] > network.pair_into[node] and allowed[node]):
                unsettled += 1
    arrival[source] = query.time_s
    size = push(lists.keys, lists.codes, size, query.time_s + ahead[source], source)
    while size > 0:
        key, code, size = pop(lists.keys, lists.codes, size)
        if key > limit:
            break
        listed, listed_until = 0, 0
        if code >= 0:
            # The bundle arrives: what is open already, then what begins.
            node = code
            if settled[node]:
                continue
            settled[node] = True
            unsettled -= 1
            if unsettled == 0:
                break
            if node == target or not (relays[node] or node == source) or first[node] == first[node + 1]:
                continue
            now = arrival[node]
            following = first[node]
            if now >= network.slice_origin[node]:
                last = network.slice_first[node + 1] - 1
                within = (now - network.slice_origin[node]) * network.slices_per_s[node]
                part = last
                if within < last - network.slice_first[node]:
                    part = network.slice_first[node] + int(within)
                following = network.slice_start[part]
                listed, listed_until = open_first[part], open_first[part + 1]
        else:
            # A contact opens.
            following = -code - 1
            node = sender[following]
            now = arrival[node]
        until = first[node + 1]
        while True:
            if listed < listed_until:
                contact = int(open_contact[listed])
                listed += 1
            else:
                if following == until:
                    break
                opens = starts[following] + ahead[node]
                if opens > limit:
                    break
                if opens > key and size > 0 and opens > lists.keys[0]:
                    if size == lists.keys.size:
                        _lengthen_heap(lists)
                    size = push(lists.keys, lists.codes, size, opens, -following - 1)
                    break
                contact = following
                following += 1
            receiver = receivers[contact]
            if ends[contact] < now - TIME_RESOLUTION_S or not allowed[receiver] or shut[contact]:
                continue
            if target < 0 and settled[receiver]:
                continue
            begin = max(now, contacts[contact, START])
            if begin + contacts[contact, OWLT_LEAST] + ahead[receiver] > limit:
                continue
            length = bits / contacts[contact, RATE]
            if layered and (node == source or not local):
                layer = CLASSES * contact + query.priority
                if books.filled[layer] > 0:
                    begin = first_gap(books, layer, begin, length)
            end = contacts[contact, END]
            if begin + length > end + TIME_RESOLUTION_S or (strict and begin >= end):
                continue
            finish = min(begin + length, end)
            since = finish - contacts[contact, START]
            owlt = contacts[contact, OWLT] + contacts[contact, OWLT_RATE] * since
            reached = finish + owlt * stretch + margin_s
            if reached + ahead[receiver] > limit:
                continue
            if target >= 0 and receiver != source:
                if count == lists.tried.size:
                    _lengthen_tried(lists)
                lists.tried[count], lists.tried_arrival[count] = contact, reached
                count += 1
            if reached < arrival[receiver]:
                arrival[receiver] = reached
                if receiver == target:
                    limit = min(limit, reached + TIME_RESOLUTION_S)
                if size == lists.keys.size:
                    _lengthen_heap(lists)
                size = push(lists.keys, lists.codes, size, reached + ahead[receiver], receiver)
    kept = by_value(lists, room)
    return Reach(arrival, kept.tried[:count], kept.tried_arrival[:count])


@inner
def _lengthen_heap(lists: _Lists) -> None:
    lists.keys, lists.codes = longer(lists.keys, lists.codes)  # type: ignore[misc]


@inner
def _lengthen_tried(lists: _Lists) -> None:
    lists.tried_arrival, lists.tried = longer(lists.tried_arrival, lists.tried)  # type: ignore[misc]


@njit(cache=True)
def least_ahead(network: Network, target: int) -> NDArray[np.float64]:
    """Least time that any bundle ever takes from each node to a target: light time alone, at its least.

    Parameters
    ----------
    network : Network
        The plan.
    target : int
        Node.

    Returns
    -------
    numpy.ndarray, shape (N,)
        Infinity where no contacts lead to the target. [s]
    """
    network = by_reference(network)
    least = np.full(network.relays.size, np.inf)
    settled = np.zeros(network.relays.size, dtype=np.bool_)
    keys = np.empty(network.pair_owlt.size + 1)
    codes = np.empty(network.pair_owlt.size + 1, dtype=np.int64)
    least[target] = 0.0
    size = push(keys, codes, 0, 0.0, target)
    while size > 0:
        key, node, size = pop(keys, codes, size)
        if settled[node]:
            continue
        settled[node] = True
        if node != target and not network.relays[node]:
            continue
        for pair in range(network.pair_into[node], network.pair_into[node + 1]):
            sender = network.pair_from[pair]
            if key + network.pair_owlt[pair] < least[sender]:
                least[sender] = key + network.pair_owlt[pair]
                size = push(keys, codes, size, least[sender], sender)
    # Rounding of the sums must not make a way look longer than it is.
    return least * (1.0 - 1e-12)
