"""Compiled delivery of bundles: each is routed through what those before it have left, and booked."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import Bookings, book, release
from qqnet.routing.graph import Network
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times

DELIVERED, NO_ROUTE, DEADLINE, NO_CAPACITY = 0, 1, 2, 3


@njit(cache=True)
def _reachable(network: Network, empty: Bookings, query: Query) -> bool:
    return best_path(network, empty, query).size > 0


@njit(cache=True)
def _room_for(track: NDArray[np.float64], used: int, more: int) -> NDArray[np.float64]:
    if used + more <= track.shape[0]:
        return track
    larger = np.empty((2 * (used + more), 3))
    larger[:used] = track[:used]
    return larger


@njit(cache=True)
def deliver(
    network: Network,
    books: Bookings,
    empty: Bookings,
    ahead: NDArray[np.float64],
    flow: NDArray[np.int64],
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    deadline_s: NDArray[np.float64],
    created_s: NDArray[np.float64],
    bits: NDArray[np.float64],
    pieces: NDArray[np.int64],
    hopeless_bits: NDArray[np.float64],
    arrival_s: NDArray[np.float64],
    cause: NDArray[np.int8],
    hops: NDArray[np.int32],
    sent: NDArray[np.int32],
) -> Bookings:
    """Route and book bundles in the order given.

    A bundle of several pieces is delivered when its last piece is; where one piece finds no way in time,
    the bundle is lost, and the time booked for its other pieces is given back.

    Parameters
    ----------
    network : Network
        The plan.
    books : Bookings
        What is promised so far.
    empty : Bookings
        Books of the plan with no promise, to find the cause of a loss.
    ahead : numpy.ndarray, shape (F, N)
        `least_ahead` of each flow's destination. [s]
    flow : numpy.ndarray of int, shape (B,)
        Flow of each bundle.
    source, target, deadline_s : numpy.ndarray, shape (F,)
        Of each flow: nodes, and lifetime [s].
    created_s, bits, pieces : numpy.ndarray, shape (B,)
        Of each bundle: creation [s after the plan's first start], size [bit], number of equal pieces.
    hopeless_bits : numpy.ndarray, shape (F,)
        Least piece of each flow for which no route is left, ever; changed in place. [bit]
    arrival_s, cause, hops, sent : numpy.ndarray, shape (B,)
        Results, written in place: arrival of the last piece [s after the plan's first start], cause of loss,
        most hops of a piece, number of transmissions.

    Returns
    -------
    Bookings
        To be used from now on.
    """
    everywhere = np.ones(network.relays.size, dtype=np.bool_)
    nothing = np.zeros(network.start.size, dtype=np.bool_)
    track = np.empty((64, 3))
    for bundle in range(flow.size):
        owner = flow[bundle]
        piece_bits = bits[bundle] / pieces[bundle]
        if piece_bits >= hopeless_bits[owner]:
            cause[bundle] = NO_ROUTE
            continue
        query = Query(
            source[owner],
            target[owner],
            created_s[bundle],
            piece_bits,
            0,
            created_s[bundle] + deadline_s[owner],
            False,
            0.0,
            0.0,
            everywhere,
            nothing,
            ahead[owner],
        )
        used, last, most, complete = 0, -np.inf, 0, True
        for _ in range(pieces[bundle]):
            path = best_path(network, books, query)
            if path.size == 0:
                complete = False
                break
            times = path_times(network, books, query, path)
            track = _room_for(track, used, path.size)
            for hop in range(path.size):
                track[used, 0], track[used, 1], track[used, 2] = path[hop], times[hop, 0], times[hop, 1]
                used += 1
                books = book(books, path[hop], 0, times[hop, 0], times[hop, 1])
            last = max(last, times[-1, 2])
            most = max(most, path.size)
        if complete:
            arrival_s[bundle], hops[bundle], sent[bundle] = last, most, used
            continue
        for k in range(used - 1, -1, -1):
            books = release(books, int(track[k, 0]), 0, track[k, 1], track[k, 2])
        forever = Query(
            query.source,
            query.target,
            query.time_s,
            query.bits,
            0,
            np.inf,
            False,
            0.0,
            0.0,
            everywhere,
            nothing,
            ahead[owner],
        )
        if _reachable(network, empty, query):
            cause[bundle] = NO_CAPACITY
        elif _reachable(network, empty, forever):
            cause[bundle] = DEADLINE
        else:
            cause[bundle] = NO_ROUTE
            # Bundles of a flow come in order of time, and waiting never opens a way that is closed.
            hopeless_bits[owner] = min(hopeless_bits[owner], piece_bits)
    return books
