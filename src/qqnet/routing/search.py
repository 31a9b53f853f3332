"""Compiled search for the best route of a bundle through a contact plan.

A bundle may wait in a node, so being somewhere earlier is never worse, and labels on nodes are enough for the
earliest arrival even where light times jump between contacts. The rest of the standard's order (fewest hops,
latest termination, smallest entry node; CCSDS 734.3-B-1, 3.2.8.1.4) compares whole routes: a node's earliest
label need not lie on the route that is best by it. `best_path` therefore works in three steps:

1. forward from the source: earliest arrival of the destination, and every contact that can play a part in it;
2. backward over these contacts: how late a bundle may be at each node and still make that arrival;
3. forward, hop by hop, over the few contacts that pass 2: fewest hops; then again and again with only
   contacts that end later, and then with smaller entry nodes, as long as that succeeds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import Bookings
from qqnet.routing.compiled import by_reference, inner
from qqnet.routing.earliest import Reach, earliest
from qqnet.routing.graph import OWLT_LEAST, RATE, TIME_RESOLUTION_S, Network
from qqnet.routing.transmission import Query, arrival_time, transmission_start


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
    network, books, query = by_reference(network), by_reference(books), by_reference(query)
    reach = earliest(network, books, query)
    best = reach.arrival[query.target]
    if best == np.inf or best > query.limit_s or query.source == query.target:
        return np.empty(0, dtype=np.int64)
    latest = _latest_useful(network, query, reach, best + TIME_RESOLUTION_S)
    useful = _useful(network, reach, latest)
    nodes = network.relays.size
    scratch = _Scratch(np.empty(nodes), np.empty(nodes), np.empty(nodes, dtype=np.int64))
    via = np.empty((min(useful.size, nodes) + 1, nodes), dtype=np.int64)
    none: int = np.int64(nodes)  # type: ignore[assignment]
    path = _fewest_hops(network, books, query, latest, useful, scratch, via, useful.size, -np.inf, none)
    if path.size == useful.size:
        return path
    hops, ends = path.size, _first_end(network, path)
    while True:
        other = _fewest_hops(network, books, query, latest, useful, scratch, via, hops, ends, none)
        if other.size == 0:
            break
        path, ends = other, _first_end(network, other)
    before = np.nextafter(ends, -np.inf)
    while True:
        entry: int = np.int64(network.receiver[path[0]])  # type: ignore[assignment]
        other = _fewest_hops(network, books, query, latest, useful, scratch, via, hops, before, entry)
        if other.size == 0:
            return path
        path = other


class _Scratch(NamedTuple):
    """Room for a search hop by hop: now and next arrivals of nodes, and the round in which they became so."""

    now: NDArray[np.float64]
    after: NDArray[np.float64]
    improved: NDArray[np.int64]


@inner
def _latest_useful(network: Network, query: Query, reach: Reach, deadline: float) -> NDArray[np.float64]:
    """Bound on how late a bundle may be at each node and still reach the target by a deadline.

    Bookings and margins are not looked at, and a contact's light time is taken at its least, so the bound may
    be too late, never too early. Nodes that cannot help have minus infinity.
    """
    reach = by_reference(reach)
    latest = np.full(network.relays.size, -np.inf)
    latest[query.target] = deadline
    changed = True
    while changed:
        changed = False
        for k in range(reach.tried.size - 1, -1, -1):
            contact = reach.tried[k]
            bound = latest[network.receiver[contact]]
            if bound < reach.tried_arrival[k]:
                continue
            sender = network.sender[contact]
            leave = min(network.end[contact], bound - network.contact[contact, OWLT_LEAST])
            # Rounding may not make it too early, nor a circle of no length drive it up for ever.
            leave = min(leave - query.bits / network.contact[contact, RATE] + TIME_RESOLUTION_S, bound)
            if leave > latest[sender]:
                latest[sender] = leave
                changed = True
    return latest


@inner
def _useful(network: Network, reach: Reach, latest: NDArray[np.float64]) -> NDArray[np.int64]:
    """Contacts that were tried and are in time for what follows."""
    reach = by_reference(reach)
    useful, count = np.empty(reach.tried.size, dtype=np.int64), 0
    for k in range(reach.tried.size):
        if reach.tried_arrival[k] <= latest[network.receiver[reach.tried[k]]]:
            useful[count] = reach.tried[k]
            count += 1
    return useful[:count]


@inner
def _fewest_hops(
    network: Network,
    books: Bookings,
    query: Query,
    latest: NDArray[np.float64],
    useful: NDArray[np.int64],
    scratch: _Scratch,
    via: NDArray[np.int64],
    hops: int,
    later_than: float,
    entry_below: int,
) -> NDArray[np.int64]:
    """Contacts of a route of at most `hops` that is in time everywhere, the shortest; empty if there is none.

    Only contacts that end after `later_than`, and a first receiver below `entry_below`. Of each round it is
    kept in `via` which contact brought the bundle to a node.
    """
    now, after, improved = scratch
    senders, receivers, ends = network.sender, network.receiver, network.end
    for contact in useful:
        node = receivers[contact]
        after[node] = np.inf
        improved[node] = -1
    now[query.source] = after[query.source] = query.time_s
    improved[query.source] = 0
    for hop in range(1, min(hops, via.shape[0] - 1) + 1):
        for contact in useful:
            via[hop, receivers[contact]] = -1
        found = False
        for contact in useful:
            sender, receiver = senders[contact], receivers[contact]
            if improved[sender] != hop - 1 or ends[contact] <= later_than:
                continue
            if hop == 1 and receiver >= entry_below:
                continue
            begin = transmission_start(network, books, query, contact, now[sender])
            if begin == np.inf:
                continue
            reached = arrival_time(network, query, contact, begin)
            if reached <= latest[receiver] and reached < after[receiver]:
                after[receiver] = reached
                via[hop, receiver] = contact
                found = True
        if not found:
            break
        if via[hop, query.target] >= 0:
            return _traced(network, query, via, hop)
        for contact in useful:
            node = receivers[contact]
            if via[hop, node] >= 0:
                now[node] = after[node]
                improved[node] = hop
    return np.empty(0, dtype=np.int64)


@inner
def _traced(network: Network, query: Query, via: NDArray[np.int64], hops: int) -> NDArray[np.int64]:
    """Contacts back from the target; a node not improved in a round was reached in an earlier one."""
    path = np.empty(hops, dtype=np.int64)
    node: int = query.target
    count, hop = 0, hops
    while node != query.source:
        while via[hop, node] < 0:
            hop -= 1
        path[count] = via[hop, node]
        node = np.int64(network.sender[path[count]])  # type: ignore[assignment]
        count += 1
        hop -= 1
    return path[:count][::-1].copy()


@inner
def _first_end(network: Network, path: NDArray[np.int64]) -> float:
    return float(network.end[path].min())
