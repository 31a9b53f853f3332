"""Routing anew: after a contact is lost, and after a higher class took what was promised."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from qqnet.routing.bookings import Bookings
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.route import Route
from qqnet.routing.routes import find_route
from qqnet.routing.volumes import Promise, book_route, clashes, displaced, release_route


@dataclass(frozen=True)
class Rerouted:
    """What became of a bundle whose route broke.

    Attributes
    ----------
    promise : Promise
        As it was.
    node : str
        Where the bundle is, or will be once what is under way has arrived.
    at_s : float
        From when on. [s of the plan's time base]
    renewed : Promise or None
        The promise that stands now, from that node on and without what was lost; None where there is no way any
        more, or the bundle has arrived.
    """

    promise: Promise
    node: str
    at_s: float
    renewed: Promise | None

    @property
    def route(self) -> Route | None:
        """From that node on, booked; None as said."""
        return None if self.renewed is None else self.renewed.route


def reroute(
    compiled: CompiledPlan,
    books: Bookings,
    promise: Promise,
    *,
    now_s: float,
    lost: Collection[int] = (),
) -> tuple[Rerouted, Bookings]:
    """Find another way for a bundle under way, and book it instead of the rest of the old one.

    The bundle is with the sender of the first hop that has not begun, or that is being sent over a lost contact.
    What has left its sender whole arrives.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    books : Bookings
        What is promised, the old route included.
    promise : Promise
        The old route and what was asked.
    now_s : float
        When the loss is known. [s of the plan's time base]
    lost : collection of int
        Rows of the plan that do not happen from now on.

    Returns
    -------
    Rerouted
        Where it is, and how it goes on.
    Bookings
        To be used from now on; `books` is used up.
    """
    done = _hops_done(promise.route, now_s, frozenset(lost))
    books = release_route(compiled, books, promise.route, promise.request.priority, from_hop=done)
    return _goes_on(compiled, books, promise, done, now_s, lost)


def make_room(
    compiled: CompiledPlan,
    books: Bookings,
    promises: Iterable[Promise],
    taken: Route,
    priority: int,
    *,
    now_s: float,
) -> tuple[list[Rerouted], Bookings]:
    """Route those anew whom a booked route of a higher class pushed out.

    All of them are released first and then routed, higher classes before lower ones: the time that one loser
    gives back is there for the others. A loser that is being sent when the higher class cuts in stays with its
    sender.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    books : Bookings
        What is promised, `taken` included.
    promises : iterable of Promise
        What is booked.
    taken : Route
        The route of the higher class.
    priority : int
        Its class.
    now_s : float
        When this happens. [s of the plan's time base]

    Returns
    -------
    list of Rerouted
        Whom, and what became of it.
    Bookings
        To be used from now on; `books` is used up.
    """
    losers = displaced(promises, taken, priority)
    done = [_hops_done(one.route, now_s, clashes(one.route, taken)) for one in losers]
    for one, hops in zip(losers, done, strict=True):
        books = release_route(compiled, books, one.route, one.request.priority, from_hop=hops)
    moved = []
    for one, hops in zip(losers, done, strict=True):
        found, books = _goes_on(compiled, books, one, hops, now_s, ())
        moved.append(found)
    return moved, books


def _hops_done(route: Route, now_s: float, broken: Collection[int]) -> int:
    """How many hops the bundle has left behind; one that is being sent counts unless it is broken off."""
    for number, hop in enumerate(route.hops):
        if hop.start_s >= now_s or (hop.end_s > now_s and hop.contact in broken):
            return number
    return len(route.hops)


def _goes_on(
    compiled: CompiledPlan,
    books: Bookings,
    promise: Promise,
    done: int,
    now_s: float,
    lost: Collection[int],
) -> tuple[Rerouted, Bookings]:
    """Route a released bundle from where it is, and book that."""
    request, hops = promise.request, promise.route.hops
    node = hops[done - 1].to if done else hops[0].from_
    at_s = max(now_s, hops[done - 1].arrival_s if done else request.at_s)
    if done == len(hops):
        return Rerouted(promise, node, hops[-1].arrival_s, None), books
    again = replace(request, source=node, at_s=at_s, exclude_contacts={*request.exclude_contacts, *lost})
    route = find_route(compiled, again, books)
    if route is None:
        return Rerouted(promise, node, at_s, None), books
    books = book_route(compiled, books, route, request.priority)
    return Rerouted(promise, node, at_s, Promise(route, again, promise.bundle)), books
