"""Promises of transmitter time: what contacts have left for each class, and who loses by overbooking.

The books hold three layers a contact (`qqnet.routing.bookings`): a class sees what is promised to itself and to
the classes above. So a contact's residual volume depends on the class that asks, as the standard's maximum
transmission volume does (734.3-B-1, 3.2.6.8).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.bookings import CLASSES, Bookings, booked, no_bookings, released
from qqnet.routing.graph import RATE, TIME_RESOLUTION_S, CompiledPlan
from qqnet.routing.request import NORMAL, RouteRequest
from qqnet.routing.route import Hop, Route


@dataclass(frozen=True)
class Promise:
    """A bundle whose route is booked.

    Attributes
    ----------
    route : Route
        Its route.
    request : RouteRequest
        What it asked; its class is that of the booking.
    bundle : hashable
        Whatever names it.
    """

    route: Route
    request: RouteRequest
    bundle: Hashable = None


def empty_books(compiled: CompiledPlan) -> Bookings:
    """Open books in which nothing is promised.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.

    Returns
    -------
    Bookings
        To be given to `book_route` and the searches.
    """
    return no_bookings(len(compiled.row))


def copied(books: Bookings) -> Bookings:
    """Copy books, so that one may book in them on trial.

    Parameters
    ----------
    books : Bookings
        What is promised.

    Returns
    -------
    Bookings
        Of their own arrays.
    """
    return Bookings._make(array.copy() for array in books)


def book_route(compiled: CompiledPlan, books: Bookings, route: Route, priority: int = NORMAL) -> Bookings:
    """Promise the transmitter time that a route uses.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan in which the route was found.
    books : Bookings
        What is promised so far.
    route : Route
        A route for a bundle of some size; one of no size takes no time.
    priority : int
        Class of the bundle, 0 to 2.

    Returns
    -------
    Bookings
        To be used from now on; `books` is used up.
    """
    return booked(books, *_intervals(compiled, route.hops, priority))


def release_route(
    compiled: CompiledPlan, books: Bookings, route: Route, priority: int = NORMAL, *, from_hop: int = 0
) -> Bookings:
    """Take back what was promised to a route; what a higher class took of it stays with that class.

    What this route took of lower classes is free for them too: a promise of theirs that lies there still is to be
    routed anew, as `qqnet.routing.rerouting.make_room` does when the route takes it.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan in which the route was found.
    books : Bookings
        What is promised so far.
    route : Route
        As it was booked.
    priority : int
        Class for which it was booked.
    from_hop : int
        Hops before this one stay promised.

    Returns
    -------
    Bookings
        To be used from now on; `books` is used up.
    """
    return released(books, *_intervals(compiled, route.hops[from_hop:], priority))


def _intervals(
    compiled: CompiledPlan, hops: Sequence[Hop], priority: int
) -> tuple[NDArray[np.int64], int, NDArray[np.float64]]:
    """Contacts, class and intervals of hops, as the books take them."""
    contacts = compiled.contact_of_row[np.array([hop.contact for hop in hops], dtype=np.int64)]
    times = np.array([(hop.start_s, hop.end_s) for hop in hops]).reshape(-1, 2)
    return contacts, priority, times - compiled.origin_s


def residual_volume(
    compiled: CompiledPlan, books: Bookings, priority: int, from_s: float = -np.inf
) -> NDArray[np.float64]:
    """Bytes that each contact has left for a class.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    books : Bookings
        What is promised.
    priority : int
        Class that asks, 0 to 2.
    from_s : float
        Only what can be sent from then on. [s of the plan's time base]

    Returns
    -------
    numpy.ndarray, shape (C,)
        In the order of the plan's rows. A bundle needs its bytes in one piece; this is their sum. [byte]

    Raises
    ------
    InputError
        For a class that there is not.
    """
    if priority not in range(CLASSES):
        raise InputError(f"priority {priority} is not 0 (bulk), 1 (normal) or 2 (expedited)")
    network = compiled.network
    begin = np.maximum(network.start, from_s - compiled.origin_s)
    free = np.maximum(network.end - begin, 0.0)
    if books.filled.size:
        free = np.maximum(free - _busy_after(books, priority, begin), 0.0)
    left = free * network.contact[:, RATE] / 8.0
    return np.asarray(left[compiled.contact_of_row], dtype=np.float64)


@njit(cache=True)
def _busy_after(books: Bookings, priority: int, begin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Time promised to a class and those above, contact by contact, from given moments on [s]."""
    busy = np.zeros(begin.size)
    for contact in range(begin.size):
        layer = CLASSES * contact + priority
        for k in range(books.first[layer], books.first[layer] + books.filled[layer]):
            busy[contact] += max(0.0, books.end[k] - max(books.start[k], begin[contact]))
    return busy


def displaced(promises: Iterable[Promise], taken: Route, priority: int) -> list[Promise]:
    """Find whom a route of a higher class pushes out (overbooking management; 734.3-B-1, 3.2.8).

    A higher class does not see what lower ones were promised and may take it. The losers keep their entries in
    the books: they are to be released and routed anew, as `qqnet.routing.rerouting.make_room` does.

    Parameters
    ----------
    promises : iterable of Promise
        What is booked.
    taken : Route
        The route of the higher class.
    priority : int
        Its class.

    Returns
    -------
    list of Promise
        Those of lower classes that were to send at the same time on the same contact; higher classes first,
        within a class as given.
    """
    losers = [one for one in promises if one.request.priority < priority and clashes(one.route, taken)]
    return sorted(losers, key=lambda one: -one.request.priority)


def clashes(route: Route, other: Route) -> frozenset[int]:
    """Contacts on which two routes send at the same time.

    Parameters
    ----------
    route, other : Route
        Two routes through the same plan.

    Returns
    -------
    frozenset of int
        Rows of the plan.
    """
    sends = {hop.contact: hop for hop in other.hops}
    return frozenset(
        hop.contact
        for hop in route.hops
        if hop.contact in sends
        and min(hop.end_s, sends[hop.contact].end_s) - max(hop.start_s, sends[hop.contact].start_s)
        > TIME_RESOLUTION_S
    )


def layers_of(books: Bookings, contacts: NDArray[np.int64]) -> Bookings:
    """Books of a plan that is made of some contacts of another one.

    Parameters
    ----------
    books : Bookings
        Those of the other plan.
    contacts : numpy.ndarray of int, shape (C,)
        Its compiled contacts, some perhaps more than once.

    Returns
    -------
    Bookings
        To be read only.
    """
    if not books.filled.size:
        return books
    layers = (CLASSES * contacts[:, None] + np.arange(CLASSES)).reshape(-1)
    return Bookings(
        books.base[layers],
        books.first[layers],
        books.filled[layers],
        books.room[layers],
        books.used,
        books.start,
        books.end,
    )
