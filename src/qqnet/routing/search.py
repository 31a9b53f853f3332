"""Compiled search for the best route of a bundle through a contact plan.

A bundle may wait in a node, so being somewhere earlier is never worse, and labels on nodes are enough for the
earliest arrival even where light times jump between contacts. The rest of the standard's order (fewest hops,
latest termination, smallest entry node; CCSDS 734.3-B-1, 3.2.8.1.4) compares whole routes: a node's earliest
label need not lie on the route that is best by it. `best_path` therefore works in three steps:

1. forward from the source: earliest arrival of the destination;
2. backward from the destination: how late a bundle may be at each node and still make that arrival;
3. forward, hop by hop, among the few nodes that pass 2: fewest hops; then again and again with only
   contacts that end later, and then with smaller entry nodes, as long as that succeeds.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import TIME_RESOLUTION_S, Bookings, first_ending_after
from qqnet.routing.earliest import earliest
from qqnet.routing.graph import OWLT_LEAST, RATE, Network
from qqnet.routing.heap import pop, push
from qqnet.routing.transmission import Query, best_on_edge


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
    size = push(heap_key, heap_node, 0, -deadline, query.target)
    while size > 0:
        key, node, size = pop(heap_key, heap_node, size)
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
                size = push(heap_key, heap_node, size, -latest[sender], sender)
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
                reached, contact = best_on_edge(
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
