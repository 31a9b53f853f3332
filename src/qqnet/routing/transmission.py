"""One step of a search: a bundle over an edge of the network.

Instants: a transmission occupies its contact from the first to the last bit. The bundle arrives when its last
bit does: end of transmission plus the light time at that end. It must end within the contact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import TIME_RESOLUTION_S, Bookings, first_ending_after, first_gap
from qqnet.routing.graph import END, OWLT, OWLT_LEAST_LATER, OWLT_RATE, RATE, START, Network


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
def best_on_edge(
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
    """Earliest arrival over the contacts of an edge.

    Parameters
    ----------
    ends, contacts : numpy.ndarray, shape (C,) and (C, 8)
        `Network.end` and `Network.contact`. [s]
    low, high : int
        Range of the edge's contacts.
    books : Bookings
        What is promised.
    banned : numpy.ndarray of int, shape (B,)
        Contacts that may not be used.
    time_s : float
        When the bundle is at the sender. [s]
    bits : float
        Size. [bit]
    strict : bool
        Whether the closing instant is closed.
    later_than : float
        Only contacts that end after this are used. [s]
    limit : float
        Latest arrival that is of interest. [s]

    Returns
    -------
    arrival : float
        Or the limit where there is none by then. [s]
    contact : int
        Compiled contact, or -1.
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
