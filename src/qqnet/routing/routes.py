"""Routes for people and programs: the best one, the best k, arrivals everywhere."""

from __future__ import annotations

import math
from collections.abc import Collection
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.alternatives import best_paths
from qqnet.routing.bookings import Bookings, no_bookings
from qqnet.routing.earliest import earliest, least_ahead
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.request import NORMAL, RouteRequest, nothing_ahead
from qqnet.routing.route import Hop, Route, timed_route
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query
from qqnet.routing.volumes import book_route

__all__ = [
    "NORMAL",
    "NOTHING_BOOKED",
    "Hop",
    "Route",
    "RouteRequest",
    "book_route",
    "earliest_arrivals",
    "find_route",
    "find_routes",
]

NOTHING_BOOKED = no_bookings(0)
"""Books of an empty network."""


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
    return timed_route(compiled, books, query, path) if path.size else None


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
    return [timed_route(compiled, books, query, contacts[low:high]) for low, high in pairwise(first.tolist())]


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
        nothing_ahead(len(compiled.names)),
    )
    arrival = earliest(compiled.network, books, query).arrival
    return np.asarray(arrival + compiled.origin_s, dtype=np.float64)
