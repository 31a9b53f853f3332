"""Routes for people and programs: the best one, the best k, arrivals everywhere."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.bookings import Bookings, book, no_bookings
from qqnet.routing.earliest import earliest, least_ahead
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times

NO_CONTACTS = np.empty(0, dtype=np.int64)


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
            For unknown nodes, a negative size, or a destination that is the source.
        """
        source, target = compiled.index(self.source), compiled.index(self.destination)
        if source == target:
            raise InputError(f"route: '{self.source}' is source and destination; a bundle is there already")
        if not (math.isfinite(self.at_s) and self.size_bytes >= 0.0 and math.isfinite(self.size_bytes)):
            raise InputError(
                f"route: time {self.at_s} s and size {self.size_bytes} byte must be finite, the size not negative"
            )
        return Query(
            source,
            target,
            float(self.at_s - compiled.origin_s),
            8.0 * self.size_bytes,
            float(self.deadline_s - compiled.origin_s),
            self.strict,
            compiled.mask(self.exclude),
            NO_CONTACTS,
            _zeros(len(compiled.names)),
        )


@lru_cache(maxsize=8)
def _zeros(nodes: int) -> NDArray[np.float64]:
    return np.zeros(nodes)


@lru_cache(maxsize=8)
def _empty_books(contacts: int) -> Bookings:
    return no_bookings(contacts)


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
    books = _empty_books(len(compiled.row)) if books is None else books
    query = request.compiled(compiled)
    path = best_path(compiled.network, books, query)
    return _timed(compiled, books, query, path) if path.size else None


def find_routes(
    compiled: CompiledPlan, request: RouteRequest, k: int, books: Bookings | None = None
) -> list[Route]:
    """Find the best k loop-free routes.

    Two routes differ where they use different contacts. The best is found, then deviations from each route
    found, hop by hop (Yen's method with Lawler's saving: a route that left its parent at hop i is not tried
    again before i).

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

    References
    ----------
    J. Y. Yen, Management Science 17 (1971) 712-716; E. L. Lawler, Management Science 18 (1972) 401-405.
    """
    if k < 1:
        raise InputError(f"k = {k}: ask for at least one route")
    books = _empty_books(len(compiled.row)) if books is None else books
    query = request.compiled(compiled)
    query = query._replace(ahead=least_ahead(compiled.network, query.target))
    first = tuple(best_path(compiled.network, books, query).tolist())
    if not first:
        return []
    found: list[tuple[int, ...]] = []
    waiting = [(_order(compiled, books, query, first), first, 0)]
    known = {first}
    while waiting and len(found) < k:
        waiting.sort(key=lambda item: item[0])
        _, path, deviation = waiting.pop(0)
        found.append(path)
        wanted = k - len(found)
        for hop in range(deviation, len(path)):
            limit = waiting[wanted - 1][0][0] if 0 < wanted <= len(waiting) else query.limit_s
            other = _deviate(compiled, books, query._replace(limit_s=limit), path, hop, found)
            if other is not None and other not in known:
                known.add(other)
                waiting.append((_order(compiled, books, query, other), other, hop))
                waiting.sort(key=lambda item: item[0])
    return [_timed(compiled, books, query, np.array(path)) for path in found]


def earliest_arrivals(
    compiled: CompiledPlan,
    source: str,
    at_s: float,
    *,
    size_bytes: float = 0.0,
    exclude: Collection[str] = (),
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
    books : Bookings, optional
        Transmitter time that is already promised.

    Returns
    -------
    numpy.ndarray, shape (N,)
        In the order of ``compiled.names``; infinity where never. [s of the plan's time base]
    """
    books = _empty_books(len(compiled.row)) if books is None else books
    query = Query(
        compiled.index(source),
        -1,
        float(at_s - compiled.origin_s),
        8.0 * size_bytes,
        math.inf,
        False,
        compiled.mask(exclude),
        NO_CONTACTS,
        _zeros(len(compiled.names)),
    )
    arrival, _ = earliest(compiled.network, books, query)
    return np.asarray(arrival + compiled.origin_s, dtype=np.float64)


def book_route(compiled: CompiledPlan, books: Bookings, route: Route) -> Bookings:
    """Promise the transmitter time that a route uses.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan in which the route was found.
    books : Bookings
        What is promised so far.
    route : Route
        A route for a bundle of some size; one of no size takes no time.

    Returns
    -------
    Bookings
        To be used from now on; `books` is used up.
    """
    for hop in route.hops:
        contact = compiled.contact_of_row[hop.contact]
        books = book(books, contact, hop.start_s - compiled.origin_s, hop.end_s - compiled.origin_s)
    return books


def _deviate(
    compiled: CompiledPlan,
    books: Bookings,
    query: Query,
    path: tuple[int, ...],
    hop: int,
    found: list[tuple[int, ...]],
) -> tuple[int, ...] | None:
    """Best route that shares the first hops of a path and then leaves it and all routes found."""
    network, root = compiled.network, path[:hop]
    allowed = query.allowed.copy()
    edges = network.edge_of[np.array(path)]
    allowed[network.edge_from[edges[: hop + 1]]] = False
    time_s = query.time_s
    if root:
        time_s = float(path_times(network, books, query, np.array(root))[-1, 2])
    banned = np.array(sorted({other[hop] for other in found if len(other) > hop and other[:hop] == root}))
    node = int(network.edge_from[edges[hop]])
    spur = query._replace(source=node, time_s=time_s, allowed=allowed, banned=banned)
    rest = best_path(network, books, spur)
    return (*root, *rest.tolist()) if rest.size else None


def _order(
    compiled: CompiledPlan, books: Bookings, query: Query, path: tuple[int, ...]
) -> tuple[float, int, float, int, tuple[int, ...]]:
    """Sort key of the standard; the contacts themselves make it complete."""
    network, contacts = compiled.network, np.array(path)
    arrival = float(path_times(network, books, query, contacts)[-1, 2])
    entry = int(network.edge_to[network.edge_of[path[0]]])
    return arrival, len(path), -float(network.end[contacts].min()), entry, path


def _timed(compiled: CompiledPlan, books: Bookings, query: Query, path: NDArray[np.int64]) -> Route:
    network, origin, names = compiled.network, compiled.origin_s, compiled.names
    edges = network.edge_of[path]
    times = (path_times(network, books, query, path) + origin).tolist()
    termination_s = float(network.end[path].min()) + origin
    senders, receivers = network.edge_from[edges].tolist(), network.edge_to[edges].tolist()
    rows, links = compiled.row[path].tolist(), [compiled.links[contact] for contact in path.tolist()]
    hops = tuple(
        Hop(names[sender], names[receiver], begin, finish, arrival, row, link)
        for sender, receiver, (begin, finish, arrival), row, link in zip(
            senders, receivers, times, rows, links, strict=True
        )
    )
    return Route(hops[-1].arrival_s, hops, termination_s)
