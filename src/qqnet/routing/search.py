"""Compiled search for the best route of a bundle through a contact plan.

A bundle may wait in a node, so being somewhere earlier is never worse, and labels on nodes are enough for the
earliest arrival even where light times jump between contacts. The rest of the standard's order (fewest hops,
latest termination, smallest entry node; CCSDS 734.3-B-1, 3.2.8.1.4) compares whole routes: a node's earliest
label need not lie on the route that is best by it. `best_path` therefore works in three steps:

1. forward from the source: earliest arrival of the destination;
2. backward from the destination: how late a bundle may be at each node and still make that arrival;
3. forward, hop by hop, among the few nodes that pass 2: fewest hops; then again and again with only
   contacts that end later, and then with smaller entry nodes, as long as that succeeds.

Instants: a transmission occupies its contact from the first to the last bit. The bundle arrives when its last
bit does: end of transmission plus the light time at that end. It must end within the contact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import TIME_RESOLUTION_S, Bookings, first_ending_after, first_gap
from qqnet.routing.graph import END, OWLT, OWLT_LEAST, OWLT_LEAST_LATER, OWLT_RATE, RATE, START, Network


class Query(NamedTuple):
    """What is to be sent, and how.

    Attributes
    ----------
    source, target : int
        Nodes; target -1 for all.
    time_s : float
        When the bundle is at the source. [s after the plan's first start]
    bits : float
        Size. [bit]
    limit_s : float
        Latest arrival that is of interest. [s]
    strict : bool
        Whether a transmission must begin before its contact ends. It matters to a bundle of no size: the
        standard admits the closing instant (3.2.4.1.1).
    allowed : numpy.ndarray of bool, shape (N,)
        Nodes that may be entered.
    banned : numpy.ndarray of int, shape (B,)
        Contacts that may not be used.
    ahead : numpy.ndarray, shape (N,)
        Least time that remains from each node to the target, as `least_ahead` gives it, or zeros: the search
        goes first where arrival may be soon, and not at all where it must be too late. [s]
    """

    source: int
    target: int
    time_s: float
    bits: float
    limit_s: float
    strict: bool
    allowed: NDArray[np.bool_]
    banned: NDArray[np.int64]
    ahead: NDArray[np.float64]


@njit(cache=True)
def transmission_start(
    contacts: NDArray[np.float64], books: Bookings, contact: int, time_s: float, bits: float, strict: bool
) -> float:
    """Earliest start of a transmission on a contact.

    Parameters
    ----------
    contacts : numpy.ndarray, shape (C, 8)
        `Network.contact`.
    books : Bookings
        What is promised.
    contact : int
        Compiled contact.
    time_s : float
        When the bundle is at the sender. [s]
    bits : float
        Size. [bit]
    strict : bool
        Whether the closing instant is closed.

    Returns
    -------
    float
        Start, or infinity where the bundle does not fit any more. [s]
    """
    length = bits / contacts[contact, RATE]
    end = contacts[contact, END]
    begin = max(time_s, contacts[contact, START])
    if books.filled[contact] > 0:
        begin = first_gap(books, contact, begin, length)
    if begin + length > end + TIME_RESOLUTION_S or (strict and begin >= end):
        return np.inf
    return float(begin)


@njit(cache=True)
def arrival_time(contacts: NDArray[np.float64], contact: int, begin_s: float, bits: float) -> float:
    """Arrival of the last bit of a transmission.

    Parameters
    ----------
    contacts : numpy.ndarray, shape (C, 8)
        `Network.contact`.
    contact : int
        Compiled contact.
    begin_s : float
        Start of transmission. [s]
    bits : float
        Size. [bit]

    Returns
    -------
    float
        End of transmission plus light time then. [s]
    """
    finish = min(begin_s + bits / contacts[contact, RATE], contacts[contact, END])
    since = finish - contacts[contact, START]
    return float(finish + contacts[contact, OWLT] + contacts[contact, OWLT_RATE] * since)


# Arrays are passed one by one here: taking them out of a tuple at every step costs more than the step.
@njit(cache=True)
def _best_on_edge(
    ends: NDArray[np.float64],
    contacts: NDArray[np.float64],
    low: int,
    high: int,
    books: Bookings,
    banned: NDArray[np.int64],
    time_s: float,
    bits: float,
    strict: bool,
    later_than: float,
    limit: float,
) -> tuple[float, int]:
    """Earliest arrival over the contacts ``low:high`` of an edge, and its contact; -1 if none by the limit.

    Only contacts that end after `later_than` are used.
    """
    best, choice = limit, -1
    low = first_ending_after(ends, low, high, max(time_s - TIME_RESOLUTION_S, later_than))
    for contact in range(low, high):
        soonest = max(time_s, contacts[contact, START]) + contacts[contact, OWLT_LEAST_LATER]
        if soonest > best or (choice >= 0 and soonest >= best):
            break
        is_banned = False
        for other in banned:
            is_banned = is_banned or other == contact
        if is_banned:
            continue
        begin = transmission_start(contacts, books, contact, time_s, bits, strict)
        if begin == np.inf:
            continue
        arrival = arrival_time(contacts, contact, begin, bits)
        if arrival < best or (choice < 0 and arrival <= best):
            best, choice = arrival, contact
    return best, choice


@njit(cache=True)
def _push(keys: NDArray[np.float64], nodes: NDArray[np.int64], size: int, key: float, node: int) -> int:
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if keys[parent] <= key:
            break
        keys[place], nodes[place] = keys[parent], nodes[parent]
        place = parent
    keys[place], nodes[place] = key, node
    return size + 1


@njit(cache=True)
def _pop(keys: NDArray[np.float64], nodes: NDArray[np.int64], size: int) -> tuple[float, int, int]:
    key, node = keys[0], nodes[0]
    size -= 1
    last_key, last_node = keys[size], nodes[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= last_key:
            break
        keys[place], nodes[place] = keys[child], nodes[child]
        place = child
    keys[place], nodes[place] = last_key, last_node
    return key, node, size


@njit(cache=True)
def earliest(
    network: Network, books: Bookings, query: Query
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Earliest arrival at every node, or at all that are no later than the target's.

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
    arrival : numpy.ndarray, shape (N,)
        Infinity where not reached; an upper bound for nodes later than the target. [s]
    last_edge : numpy.ndarray of int, shape (N,)
        Edge of the last hop, or -1.
    """
    relays, allowed, banned = network.relays, query.allowed, query.banned
    node_first, edge_to, edge_first = network.node_first, network.edge_to, network.edge_first
    edge_owlt_least, ends, contacts = network.edge_owlt_least, network.end, network.contact
    source, target, limit, ahead = query.source, query.target, query.limit_s, query.ahead
    arrival = np.full(relays.size, np.inf)
    last_edge = np.full(relays.size, -1, dtype=np.int64)
    settled = np.zeros(relays.size, dtype=np.bool_)
    heap_key = np.empty(edge_to.size + 1)
    heap_node = np.empty(edge_to.size + 1, dtype=np.int64)
    arrival[source] = query.time_s
    size = _push(heap_key, heap_node, 0, query.time_s + ahead[source], source)
    while size > 0:
        key, node, size = _pop(heap_key, heap_node, size)
        if key > limit:
            break
        if settled[node]:
            continue
        settled[node] = True
        time_s = arrival[node]
        if node == target or not (relays[node] or node == source):
            continue
        for edge in range(node_first[node], node_first[node + 1]):
            receiver = edge_to[edge]
            bound = min(arrival[receiver], limit - ahead[receiver])
            if time_s + edge_owlt_least[edge] > bound or settled[receiver] or not allowed[receiver]:
                continue
            reached, contact = _best_on_edge(
                ends,
                contacts,
                edge_first[edge],
                edge_first[edge + 1],
                books,
                banned,
                time_s,
                query.bits,
                query.strict,
                -np.inf,
                bound,
            )
            if contact >= 0 and reached < arrival[receiver]:
                arrival[receiver] = reached
                last_edge[receiver] = edge
                size = _push(heap_key, heap_node, size, reached + ahead[receiver], receiver)
                if receiver == target:
                    limit = min(limit, reached + TIME_RESOLUTION_S)
    return arrival, last_edge


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
    least = np.full(network.relays.size, np.inf)
    settled = np.zeros(network.relays.size, dtype=np.bool_)
    heap_key = np.empty(network.edge_from.size + 1)
    heap_node = np.empty(network.edge_from.size + 1, dtype=np.int64)
    least[target] = 0.0
    size = _push(heap_key, heap_node, 0, 0.0, target)
    while size > 0:
        key, node, size = _pop(heap_key, heap_node, size)
        if settled[node]:
            continue
        settled[node] = True
        if node != target and not network.relays[node]:
            continue
        for place in range(network.into_first[node], network.into_first[node + 1]):
            edge = network.into_edge[place]
            sender = network.edge_from[edge]
            if key + network.edge_owlt_least[edge] < least[sender]:
                least[sender] = key + network.edge_owlt_least[edge]
                size = _push(heap_key, heap_node, size, least[sender], sender)
    # Rounding of the sums must not make a way look longer than it is.
    return least * (1.0 - 1e-12)


@njit(cache=True)
def _latest_useful(
    network: Network, query: Query, arrival: NDArray[np.float64], deadline: float
) -> NDArray[np.float64]:
    """Bound on how late a bundle may be at each node and still reach the target by a deadline.

    Bookings are not looked at, and a contact's light time is taken at its least, so the bound may be too
    late, never too early. Nodes that cannot be reached by then have minus infinity.
    """
    nodes = network.relays.size
    latest = np.full(nodes, -np.inf)
    settled = np.zeros(nodes, dtype=np.bool_)
    heap_key = np.empty(network.edge_from.size + 1)
    heap_node = np.empty(network.edge_from.size + 1, dtype=np.int64)
    latest[query.target] = deadline
    size = _push(heap_key, heap_node, 0, -deadline, query.target)
    while size > 0:
        key, node, size = _pop(heap_key, heap_node, size)
        if settled[node]:
            continue
        settled[node] = True
        if node == query.source:
            continue
        for place in range(network.into_first[node], network.into_first[node + 1]):
            edge = network.into_edge[place]
            sender = network.edge_from[edge]
            bound = max(arrival[sender], latest[sender])
            if (
                settled[sender]
                or arrival[sender] == np.inf
                or not (network.relays[sender] or sender == query.source)
            ):
                continue
            low, high = network.edge_first[edge], network.edge_first[edge + 1]
            contact = first_ending_after(network.start, low, high, -key) - 1
            while contact >= low and network.end[contact] >= bound - TIME_RESOLUTION_S:
                length = query.bits / network.contact[contact, RATE]
                leave = min(network.end[contact], -key - network.contact[contact, OWLT_LEAST]) - length
                leave += TIME_RESOLUTION_S
                if leave >= network.start[contact] and leave >= arrival[sender] and leave > latest[sender]:
                    latest[sender] = leave
                    bound = max(bound, leave)
                contact -= 1
            if latest[sender] > -np.inf:
                size = _push(heap_key, heap_node, size, -latest[sender], sender)
    return latest


@njit(cache=True)
def _fewest_hops(
    network: Network,
    books: Bookings,
    query: Query,
    latest: NDArray[np.float64],
    hops: int,
    later_than: float,
    entry_below: int,
) -> NDArray[np.int64]:
    """Contacts of a route of at most `hops` that is in time everywhere, the shortest; empty if there is none.

    Only contacts that end after `later_than`, and a first receiver below `entry_below`.
    """
    nodes, edge_first = network.relays.size, network.edge_first
    ends, contacts = network.end, network.contact
    via = np.full((hops + 1, nodes), -1, dtype=np.int64)
    now = np.full(nodes, np.inf)
    now[query.source] = query.time_s
    fresh = np.zeros(nodes, dtype=np.bool_)
    fresh[query.source] = True
    for hop in range(1, hops + 1):
        after = now.copy()
        improved = np.zeros(nodes, dtype=np.bool_)
        for node in range(nodes):
            if not fresh[node] or not (network.relays[node] or hop == 1):
                continue
            for edge in range(network.node_first[node], network.node_first[node + 1]):
                receiver = network.edge_to[edge]
                if (
                    now[node] > latest[receiver]
                    or not query.allowed[receiver]
                    or (hop == 1 and receiver >= entry_below)
                ):
                    continue
                bound = min(latest[receiver], after[receiver])
                reached, contact = _best_on_edge(
                    ends,
                    contacts,
                    edge_first[edge],
                    edge_first[edge + 1],
                    books,
                    query.banned,
                    now[node],
                    query.bits,
                    query.strict,
                    later_than,
                    bound,
                )
                if contact >= 0 and reached < after[receiver]:
                    after[receiver] = reached
                    via[hop, receiver] = contact
                    improved[receiver] = True
        if improved[query.target]:
            return _trace(network, query, via, hop)
        now, fresh = after, improved
    return np.empty(0, dtype=np.int64)


@njit(cache=True)
def _trace(network: Network, query: Query, via: NDArray[np.int64], hops: int) -> NDArray[np.int64]:
    """Contacts back from the target; a node not improved in a round was reached in an earlier one."""
    path = np.empty(hops, dtype=np.int64)
    node, count, hop = query.target, 0, hops
    while node != query.source:
        while via[hop, node] < 0:
            hop -= 1
        path[count] = via[hop, node]
        node = network.edge_from[network.edge_of[via[hop, node]]]
        count += 1
        hop -= 1
    return path[:count][::-1].copy()


@njit(cache=True)
def _first_end(network: Network, path: NDArray[np.int64]) -> float:
    return float(network.end[path].min())


@njit(cache=True)
def best_path(network: Network, books: Bookings, query: Query) -> NDArray[np.int64]:
    """Contacts of the best route by the standard's order.

    Earliest arrival; then fewest hops; then latest termination, which is the earliest end of its contacts;
    then the smallest number of the first node entered. Arrivals within a nanosecond are equal.

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
    numpy.ndarray of int, shape (H,)
        Compiled contacts in order; empty where no route arrives by the limit.

    References
    ----------
    CCSDS 734.3-B-1, Schedule-Aware Bundle Routing, July 2019, section 3.2.
    """
    arrival, last_edge = earliest(network, books, query)
    best = arrival[query.target]
    if best == np.inf or best > query.limit_s or query.source == query.target:
        return np.empty(0, dtype=np.int64)
    hops, node = 0, query.target
    while node != query.source:
        node = network.edge_from[last_edge[node]]
        hops += 1
    latest = _latest_useful(network, query, arrival, best + TIME_RESOLUTION_S)
    entries = network.relays.size
    path = _fewest_hops(network, books, query, latest, hops, -np.inf, entries)
    hops = path.size
    ends = _first_end(network, path)
    while True:
        other = _fewest_hops(network, books, query, latest, hops, ends, entries)
        if other.size == 0:
            break
        path, ends = other, _first_end(network, other)
    while True:
        entry = network.edge_to[network.edge_of[path[0]]]
        before = np.nextafter(ends, -np.inf)
        other = _fewest_hops(network, books, query, latest, hops, before, entry)
        if other.size == 0:
            return path
        path = other


@njit(cache=True)
def path_times(
    network: Network, books: Bookings, query: Query, path: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Times of a bundle along given contacts.

    Parameters
    ----------
    network : Network
        The plan.
    books : Bookings
        What is promised.
    query : Query
        What is sent, and when.
    path : numpy.ndarray of int, shape (H,)
        Compiled contacts in order.

    Returns
    -------
    numpy.ndarray, shape (H, 3)
        Start and end of transmission, arrival; infinite from the first contact that is missed. [s]
    """
    times = np.full((path.size, 3), np.inf)
    now = query.time_s
    for hop in range(path.size):
        contact = path[hop]
        begin = transmission_start(network.contact, books, contact, now, query.bits, query.strict)
        if begin == np.inf:
            break
        now = arrival_time(network.contact, contact, begin, query.bits)
        times[hop, 0] = begin
        times[hop, 1] = min(begin + query.bits / network.contact[contact, RATE], network.end[contact])
        times[hop, 2] = now
    return times
