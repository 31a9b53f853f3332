"""A route as people and programs see it: hops with names and times."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.routing.bookings import Bookings
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.transmission import Query, path_times


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
        """One-way light time of the last bit, with the margin that was asked for. [s]."""
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
    confidence : float
        That all its contacts happen: the product of theirs.
    """

    arrival_s: float
    hops: tuple[Hop, ...]
    termination_s: float
    confidence: float = 1.0

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names from source to destination."""
        return (self.hops[0].from_, *(hop.to for hop in self.hops))

    @property
    def contacts(self) -> tuple[int, ...]:
        """Rows of the contact plan."""
        return tuple(hop.contact for hop in self.hops)

    @property
    def entry(self) -> str:
        """First node after the source."""
        return self.hops[0].to


def timed_route(compiled: CompiledPlan, books: Bookings, query: Query, path: NDArray[np.int64]) -> Route:
    """Give a path its names and times.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    books : Bookings
        What is promised.
    query : Query
        What is sent, and when.
    path : numpy.ndarray of int, shape (H,)
        Compiled contacts in order, at least one.

    Returns
    -------
    Route
        With infinite times from the first contact on that is missed.
    """
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
    confidence = math.prod(compiled.confidence[path].tolist())
    return Route(hops[-1].arrival_s, hops, termination_s, confidence)


def order_of(compiled: CompiledPlan, route: Route) -> tuple[float, int, float, int]:
    """Place of a route in the order of the standard (734.3-B-1, 3.2.8.1.4 a).

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    route : Route
        A route through it.

    Returns
    -------
    tuple
        Arrival [s of the plan's time base], hops, termination times minus one [s], number of the entry node: the
        smaller the better.
    """
    return route.arrival_s, len(route.hops), -route.termination_s, compiled.index(route.entry)
