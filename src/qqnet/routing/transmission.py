"""One step of a search: a bundle over a contact.

Instants: a transmission occupies its contact from the first to the last bit. The bundle arrives when its last
bit does: end of transmission plus the light time at that end. It must end within the contact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import CLASSES, Bookings, first_gap
from qqnet.routing.compiled import by_reference, inner
from qqnet.routing.graph import END, OWLT, OWLT_RATE, RATE, START, TIME_RESOLUTION_S, Network


class Query(NamedTuple):
    """What is to be sent, and how.

    Attributes
    ----------
    source, target : int
        Nodes; target -1 for all.
    time_s : float
        When the bundle is at the source. [s after the plan's first start]
    bits : float
        Size, with all that is sent along. [bit]
    priority : int
        Class, 0 to 2: which bookings stand in its way.
    limit_s : float
        Latest arrival that is of interest. [s]
    strict : bool
        Whether a transmission must begin before its contact ends. It matters to a bundle of no size: the
        standard admits the closing instant (3.2.4.1.1).
    margin_s, margin_share : float
        Added to every light time: seconds, and a share of it.
    allowed : numpy.ndarray of bool, shape (N,)
        Nodes that may be entered.
    shut : numpy.ndarray of bool, shape (C,)
        Contacts that may not be used.
    ahead : numpy.ndarray, shape (N,)
        Least time that remains from each node to the target, as `least_ahead` gives it, or zeros: the search
        goes first where arrival may be soon, and not at all where it must be too late. [s]
    local : bool
        Whether only bookings of the source's own contacts are known.
    """

    source: int
    target: int
    time_s: float
    bits: float
    priority: int
    limit_s: float
    strict: bool
    margin_s: float
    margin_share: float
    allowed: NDArray[np.bool_]
    shut: NDArray[np.bool_]
    ahead: NDArray[np.float64]
    local: bool = False


@inner
def transmission_start(network: Network, books: Bookings, query: Query, contact: int, time_s: float) -> float:
    """Earliest start of a transmission on a contact.

    Parameters
    ----------
    network : Network
        The plan.
    books : Bookings
        What is promised.
    query : Query
        What is sent.
    contact : int
        Compiled contact.
    time_s : float
        When the bundle is at the sender. [s]

    Returns
    -------
    float
        Start, or infinity where the bundle does not fit any more. [s]
    """
    contacts = network.contact
    length = query.bits / contacts[contact, RATE]
    begin = max(time_s, contacts[contact, START])
    if books.filled.size > 0 and (not query.local or network.sender[contact] == query.source):
        layer = CLASSES * contact + query.priority
        if books.filled[layer] > 0:
            begin = first_gap(books, layer, begin, length)
    end = contacts[contact, END]
    if begin + length > end + TIME_RESOLUTION_S or (query.strict and begin >= end):
        return np.inf
    return float(begin)


@inner
def arrival_time(network: Network, query: Query, contact: int, begin_s: float) -> float:
    """Arrival of the last bit of a transmission.

    Parameters
    ----------
    network : Network
        The plan.
    query : Query
        What is sent.
    contact : int
        Compiled contact.
    begin_s : float
        Start of transmission. [s]

    Returns
    -------
    float
        End of transmission plus light time then, and its margin. [s]
    """
    # A row of its own would be an array to be counted.
    contacts = network.contact
    finish = min(begin_s + query.bits / contacts[contact, RATE], contacts[contact, END])
    owlt = contacts[contact, OWLT] + contacts[contact, OWLT_RATE] * (finish - contacts[contact, START])
    return float(finish + owlt * (1.0 + query.margin_share) + query.margin_s)


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
    network, books, query = by_reference(network), by_reference(books), by_reference(query)
    times = np.full((path.size, 3), np.inf)
    now = query.time_s
    for hop in range(path.size):
        contact = path[hop]
        begin = transmission_start(network, books, query, contact, now)
        if begin == np.inf:
            break
        now = arrival_time(network, query, contact, begin)
        times[hop, 0] = begin
        times[hop, 1] = min(begin + query.bits / network.contact[contact, RATE], network.end[contact])
        times[hop, 2] = now
    return times
