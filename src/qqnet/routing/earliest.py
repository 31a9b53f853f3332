"""Earliest arrival from one node at all others, and the least time that remains to one node from all others."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import TIME_RESOLUTION_S, Bookings
from qqnet.routing.graph import Network
from qqnet.routing.heap import pop, push
from qqnet.routing.transmission import Query, best_on_edge


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
    size = push(heap_key, heap_node, 0, query.time_s + ahead[source], source)
    while size > 0:
        key, node, size = pop(heap_key, heap_node, size)
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
            reached, contact = best_on_edge(
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
                size = push(heap_key, heap_node, size, reached + ahead[receiver], receiver)
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
    size = push(heap_key, heap_node, 0, 0.0, target)
    while size > 0:
        key, node, size = pop(heap_key, heap_node, size)
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
                size = push(heap_key, heap_node, size, least[sender], sender)
    # Rounding of the sums must not make a way look longer than it is.
    return least * (1.0 - 1e-12)
