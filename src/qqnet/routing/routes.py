"""Routes for people and programs: the best one, the best k, arrivals everywhere."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.alternatives import best_paths
from qqnet.routing.bookings import CLASSES, Bookings, book, no_bookings
from qqnet.routing.earliest import earliest, least_ahead
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times

NOTHING_BOOKED = no_bookings(0)
NORMAL = 1


@dataclass(frozen=True)
class Hop:
    """One transmission.

    Attributes
    ----------
    from_, to : str
        Sender and receiver.
    start_s, end_s : float
        First and last bit sent. [s of the plan's time base]
    arrival_s : float
        Last bit received. [s of the plan's time base]
    contact : int
        Row of the contact plan.
    link : str
        Link of that contact.
    """

    from_: str
    to: str
    start_s: float
    end_s: float
    arrival_s: float
    contact: int
    link: str

    @property
    def owlt_s(self) -> float:
        """One-way light time of the last bit. [s]."""
        return self.arrival_s - self.end_s


@dataclass(frozen=True)
class Route:
    """A way through the contact plan with its times.

    Attributes
    ----------
    arrival_s : float
        Last bit at the destination. [s of the plan's time base]
    hops : tuple of Hop
        In order.
    termination_s : float
        Earliest end of the contacts used: after it the route is gone. [s of the plan's time base]
    """

    arrival_s: float
    hops: tuple[Hop, ...]
    termination_s: float

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names from source to destination."""
        return (self.hops[0].from_, *(hop.to for hop in self.hops))

    @property
    def contacts(self) -> tuple[int, ...]:
        """Rows of the contact plan."""
        return tuple(hop.contact for hop in self.hops)


@dataclass(frozen=True, eq=False)
class RouteRequest:
    """A bundle that wants a route.

    Attributes
    ----------
    source, destination : str
        Names or ``ipn`` numbers.
    at_s : float
        When the bundle is at the source. [s of the plan's time base]
    size_bytes : float
        Bundle size; 0 asks for the times of a bundle too small to matter. [byte]
    deadline_s : float
        Latest arrival that counts. [s of the plan's time base]
    exclude : collection of str
        Nodes that may not be entered.
    priority : int
        Class, 0 bulk, 1 normal, 2 expedited: which bookings stand in its way.
    strict : bool
        Refuse a transmission at the very end of its contact; the standard admits it (734.3-B-1, 3.2.4.1.1),
        ION and HDTN's ``dijkstra`` refuse it. It changes answers for size 0 only.
    """

    source: str
    destination: str
    at_s: float
    size_bytes: float = 0.0
    deadline_s: float = math.inf
    exclude: Collection[str] = ()
    priority: int = NORMAL
    strict: bool = False

    def compiled(self, compiled: CompiledPlan) -> Query:
        """Arrange the request for the search.

        Parameters
        ----------
        compiled : CompiledPlan
            Where to search.

        Returns
        -------
        Query
            With indices and relative times.

        Raises
        ------
        InputError
            For unknown nodes, a negative size, a class that there is not, or a destination that is the source.
        """
        source, target = compiled.index(self.source), compiled.index(self.destination)
        if source == target:
            raise InputError(f"route: '{self.source}' is source and destination; a bundle is there already")
        if not (math.isfinite(self.at_s) and self.size_bytes >= 0.0 and math.isfinite(self.size_bytes)):
            raise InputError(
                f"route: time {self.at_s} s and size {self.size_bytes} byte must be finite, the size not negative"
            )
        if self.priority not in range(CLASSES):
            raise InputError(f"route: priority {self.priority} is not 0 (bulk), 1 (normal) or 2 (expedited)")
        return Query(
            source,
            target,
            float(self.at_s - compiled.origin_s),
            8.0 * self.size_bytes,
            self.priority,
            float(self.deadline_s - compiled.origin_s),
            self.strict,
            0.0,
            0.0,
            compiled.mask(self.exclude),
            compiled.none_shut,
            _zeros(len(compiled.names)),
        )


@lru_cache(maxsize=8)
def _zeros(nodes: int) -> NDArray[np.float64]:
    return np.zeros(nodes)


def find_route(compiled: CompiledPlan, request: RouteRequest, books: Bookings | None = None) -> Route | None:
    """Find the best route by the order of CCSDS 734.3-B-1.

    Earliest arrival, then fewest hops, then latest termination, then the smallest entry node.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much.
    books : Bookings, optional
        Transmitter time that is already promised; by default none.

    Returns
    -------
    Route or None
        None where no route arrives by the deadline.

    Raises
    ------
    InputError
        For unknown nodes or impossible requests.
    """
    books = NOTHING_BOOKED if books is None else books
    query = request.compiled(compiled)
    path = best_path(compiled.network, books, query)
    return _timed(compiled, books, query, path) if path.size else None


def find_routes(
    compiled: CompiledPlan, request: RouteRequest, k: int, books: Bookings | None = None
) -> list[Route]:
    """Find the best k loop-free routes.

    Two routes differ where they use different contacts. `qqnet.routing.alternatives` tells the method.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much.
    k : int
        How many, at least 1.
    books : Bookings, optional
        Transmitter time that is already promised; by default none.

    Returns
    -------
    list of Route
        At most k, in the order of the standard.

    Raises
    ------
    InputError
        For unknown nodes, impossible requests, or k below 1.
    """
    if k < 1:
        raise InputError(f"k = {k}: ask for at least one route")
    books = NOTHING_BOOKED if books is None else books
    query = request.compiled(compiled)
    query = query._replace(ahead=least_ahead(compiled.network, query.target))
    contacts, first = best_paths(compiled.network, books, query, k)
    return [_timed(compiled, books, query, contacts[low:high]) for low, high in pairwise(first.tolist())]


def earliest_arrivals(
    compiled: CompiledPlan,
    source: str,
    at_s: float,
    *,
    size_bytes: float = 0.0,
    exclude: Collection[str] = (),
    priority: int = NORMAL,
    books: Bookings | None = None,
) -> NDArray[np.float64]:
    """Find the earliest arrival at every node.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    source : str
        Name or ``ipn`` number.
    at_s : float
        When the bundle is at the source. [s of the plan's time base]
    size_bytes : float
        Bundle size. [byte]
    exclude : collection of str
        Nodes that may not be entered.
    priority : int
        Class, 0 to 2.
    books : Bookings, optional
        Transmitter time that is already promised.

    Returns
    -------
    numpy.ndarray, shape (N,)
        In the order of ``compiled.names``; infinity where never. [s of the plan's time base]
    """
    books = NOTHING_BOOKED if books is None else books
    query = Query(
        compiled.index(source),
        -1,
        float(at_s - compiled.origin_s),
        8.0 * size_bytes,
        priority,
        math.inf,
        False,
        0.0,
        0.0,
        compiled.mask(exclude),
        compiled.none_shut,
        _zeros(len(compiled.names)),
    )
    arrival = earliest(compiled.network, books, query).arrival
    return np.asarray(arrival + compiled.origin_s, dtype=np.float64)


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
    for hop in route.hops:
        contact = compiled.contact_of_row[hop.contact]
        begin, finish = hop.start_s - compiled.origin_s, hop.end_s - compiled.origin_s
        books = book(books, contact, priority, begin, finish)
    return books


def _timed(compiled: CompiledPlan, books: Bookings, query: Query, path: NDArray[np.int64]) -> Route:
    network, origin, names = compiled.network, compiled.origin_s, compiled.names
    times = (path_times(network, books, query, path) + origin).tolist()
    termination_s = float(network.end[path].min()) + origin
    senders, receivers = network.sender[path].tolist(), network.receiver[path].tolist()
    rows, links = compiled.row[path].tolist(), [compiled.links[contact] for contact in path.tolist()]
    hops = tuple(
        Hop(names[sender], names[receiver], begin, finish, arrival, row, link)
        for sender, receiver, (begin, finish, arrival), row, link in zip(
            senders, receivers, times, rows, links, strict=True
        )
    )
    return Route(hops[-1].arrival_s, hops, termination_s)
