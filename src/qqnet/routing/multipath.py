"""A volume spread over several routes, so that all of it arrives early.

The volume is cut into equal pieces, each a bundle of its own with its own overhead. One after the other takes the
best route through what those before it have left, and books it. Pieces run one behind the other over several
hops (the next contact starts with the first piece, not with the last), and go over other contacts where that is
sooner. Halves, quarters and so on are tried, and what arrives first as a whole is taken; one single piece is among
them, so that spreading is never later than the single best route.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from qqnet.errors import InputError
from qqnet.routing.bookings import Bookings
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.request import RouteRequest
from qqnet.routing.route import Route
from qqnet.routing.routes import find_route
from qqnet.routing.volumes import book_route, copied, empty_books

MOST_PIECES: Final = 64


@dataclass(frozen=True)
class Share:
    """What goes over the same contacts.

    Attributes
    ----------
    contacts : tuple of int
        Rows of the plan.
    nodes : tuple of str
        From source to destination.
    pieces : int
        How many.
    size_bytes : float
        Their payload together. [byte]
    start_s, arrival_s : float
        First bit of the first piece sent, last bit of the last one received. [s of the plan's time base]
    """

    contacts: tuple[int, ...]
    nodes: tuple[str, ...]
    pieces: int
    size_bytes: float
    start_s: float
    arrival_s: float


@dataclass(frozen=True)
class Spread:
    """A volume spread over routes.

    Attributes
    ----------
    piece_bytes : float
        Payload of each piece. [byte]
    routes : tuple of Route
        One for each piece, in the order in which they were found.
    missing_bytes : float
        What does not get through by the deadline. [byte]
    single : Route or None
        The best route for all of it in one piece.
    """

    piece_bytes: float
    routes: tuple[Route, ...]
    missing_bytes: float
    single: Route | None

    @property
    def arrival_s(self) -> float:
        """Last bit of what arrives; infinity where nothing does. [s of the plan's time base]."""
        return max((route.arrival_s for route in self.routes), default=math.inf)

    @property
    def gain_s(self) -> float:
        """How much earlier all of it arrives than over the single best route; infinite without one. [s]."""
        if self.missing_bytes > 0.0:
            return -math.inf
        return math.inf if self.single is None else self.single.arrival_s - self.arrival_s

    @property
    def shares(self) -> tuple[Share, ...]:
        """Pieces put together by their contacts, in the order of their first use."""
        together: dict[tuple[int, ...], list[Route]] = {}
        for route in self.routes:
            together.setdefault(route.contacts, []).append(route)
        return tuple(
            Share(
                contacts,
                routes[0].nodes,
                len(routes),
                len(routes) * self.piece_bytes,
                min(route.hops[0].start_s for route in routes),
                max(route.arrival_s for route in routes),
            )
            for contacts, routes in together.items()
        )


def find_multipath(
    compiled: CompiledPlan,
    request: RouteRequest,
    books: Bookings | None = None,
    *,
    most_pieces: int = MOST_PIECES,
) -> Spread:
    """Spread a volume over routes so that all of it arrives early.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much: its size is that of the whole volume.
    books : Bookings, optional
        Transmitter time that is already promised; left as it is.
    most_pieces : int
        Into how many equal pieces the volume may be cut: 1, 2, 4 and so on up to this.

    Returns
    -------
    Spread
        Of all cuts tried the one that leaves least behind and then arrives first. Not the optimum of all ways to
        spread: each piece thinks of itself.

    Raises
    ------
    InputError
        For unknown nodes, impossible requests, a volume of nothing, or no piece.
    """
    if not request.size_bytes > 0.0:
        raise InputError("spread: a volume of 0 byte has nothing to spread; give a size")
    if most_pieces < 1:
        raise InputError(f"spread: {most_pieces} pieces; at least 1")
    single = find_route(compiled, request, books)
    best = Spread(
        request.size_bytes,
        () if single is None else (single,),
        request.size_bytes if single is None else 0.0,
        single,
    )
    pieces = 2
    while pieces <= most_pieces:
        tried = _in_pieces(compiled, request, books, pieces, best)
        if (tried.missing_bytes, tried.arrival_s) < (best.missing_bytes, best.arrival_s):
            best = tried
        pieces *= 2
    return best


def _in_pieces(
    compiled: CompiledPlan, request: RouteRequest, books: Bookings | None, pieces: int, best: Spread
) -> Spread:
    """Routes of equal pieces, up to the first that finds none in time."""
    mine = empty_books(compiled) if books is None else copied(books)
    deadline_s = request.deadline_s
    if best.missing_bytes == 0.0:
        deadline_s = min(deadline_s, best.arrival_s)
    piece = replace(request, size_bytes=request.size_bytes / pieces, deadline_s=deadline_s)
    routes: list[Route] = []
    for _ in range(pieces):
        route = find_route(compiled, piece, mine)
        if route is None:
            break
        mine = book_route(compiled, mine, route, request.priority)
        routes.append(route)
    missing_bytes = (pieces - len(routes)) * piece.size_bytes
    return Spread(piece.size_bytes, tuple(routes), missing_bytes, best.single)


def book_spread(compiled: CompiledPlan, books: Bookings, spread: Spread, priority: int) -> Bookings:
    """Promise the transmitter time of all pieces.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    books : Bookings
        What is promised so far, as it was when the spread was found.
    spread : Spread
        What `find_multipath` gave.
    priority : int
        Class of the bundles, 0 to 2.

    Returns
    -------
    Bookings
        To be used from now on; `books` is used up.
    """
    for route in spread.routes:
        books = book_route(compiled, books, route, priority)
    return books
