"""The best route that uses a given contact.

Such a route goes to the contact's sender, over it, and on from its receiver, and enters no node twice. The two
parts may want the same node, so that joining the best of each is not enough. The search is done on a plan of two
levels: every node is there twice, before and after the contact, every other contact once on each level, and the
contact alone leads from the first to the second. Where the best walk through it enters a node on both levels, the
route sought leaves out one of the two: both are tried (branch and bound), the best walk of all first, until one
enters no node twice. That one is best by the whole order of the standard. In the worst case this takes long (two
ways that keep apart are a hard problem), so it is given up after some thousand walks.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.bookings import Bookings
from qqnet.routing.earliest import earliest, least_ahead
from qqnet.routing.graph import CompiledPlan, Network, rearranged
from qqnet.routing.request import RouteRequest, nothing_ahead
from qqnet.routing.route import Route, timed_route
from qqnet.routing.routes import NOTHING_BOOKED
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times
from qqnet.routing.volumes import layers_of

MOST_WALKS: Final = 4000
"""How many walks are looked at before it is given up that one enters no node twice."""


@dataclass(frozen=True)
class Through:
    """What is known of routes through a contact.

    Attributes
    ----------
    route : Route or None
        The best by the order of the standard.
    certain : bool
        False where too many walks entered some node twice: a route may exist.
    """

    route: Route | None
    certain: bool


def find_route_through(
    compiled: CompiledPlan, request: RouteRequest, contact: int, books: Bookings | None = None
) -> Through:
    """Find the best route that uses a contact.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much.
    contact : int
        Row of the plan.
    books : Bookings, optional
        Transmitter time that is already promised; by default none.

    Returns
    -------
    Through
        The route, or none.

    Raises
    ------
    InputError
        For a row that the plan does not have, unknown nodes or impossible requests.
    """
    if not 0 <= contact < len(compiled.row):
        raise InputError(f"contact {contact} is not a row of this plan, which has {len(compiled.row)}")
    books = NOTHING_BOOKED if books is None else books
    query = request.compiled(compiled)
    through = int(compiled.contact_of_row[contact])
    network = compiled.network
    ends = int(network.sender[through]), int(network.receiver[through])
    if ends[0] == query.target or ends[1] == query.source or query.shut[through]:
        return Through(None, True)
    two_level, original = _two_levels(network, through, query.time_s)
    levels = _on_two_levels(query, original, ends)
    levels = levels._replace(ahead=least_ahead(two_level, levels.target))
    if not np.isfinite(levels.ahead[levels.source]):
        return Through(None, True)
    path = _first_simple(two_level, layers_of(books, original), levels)
    if path is None:
        return Through(None, False)
    if not path.size:
        return Through(None, True)
    return Through(timed_route(compiled, books, query, original[path]), True)


def _first_simple(network: Network, books: Bookings, query: Query) -> NDArray[np.int64] | None:
    """Best walk that enters no node on both levels; empty if there is none, None where it is not known."""
    waiting: list[tuple[tuple[float, int, float, int], int, NDArray[np.int64], NDArray[np.bool_]]] = []

    def add(number: int, allowed: NDArray[np.bool_]) -> None:
        path = best_path(network, books, query._replace(allowed=allowed))
        if path.size:
            arrival = float(path_times(network, books, query, path)[-1, 2])
            key = (arrival, path.size, -float(network.end[path].min()), int(network.receiver[path[0]]))
            heapq.heappush(waiting, (key, number, path, allowed))

    add(0, query.allowed)
    for number in range(1, MOST_WALKS, 2):
        if not waiting:
            return np.empty(0, dtype=np.int64)
        _, _, path, allowed = heapq.heappop(waiting)
        entered, often = np.unique(network.receiver[path] // 2, return_counts=True)
        twice = entered[often > 1]
        if not twice.size:
            return path
        for level in (0, 1):
            without = allowed.copy()
            without[2 * twice[0] + level] = False
            add(number + level, without)
    return None


def reached_at(
    compiled: CompiledPlan, request: RouteRequest, contact: int, books: Bookings | None = None
) -> float:
    """Find when a bundle can be at the sender of a contact that it is to take.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much; its deadline is not looked at.
    contact : int
        Row of the plan.
    books : Bookings, optional
        Transmitter time that is already promised.

    Returns
    -------
    float
        Earliest, without having been in the contact's receiver or the destination; infinity for never.
        [s after the plan's first start, as in the arrays]
    """
    books = NOTHING_BOOKED if books is None else books
    query = request.compiled(compiled)
    index = int(compiled.contact_of_row[contact])
    sender, receiver = int(compiled.network.sender[index]), int(compiled.network.receiver[index])
    if sender == query.source:
        return query.time_s
    allowed = query.allowed.copy()
    allowed[[query.target, receiver]] = False
    before = query._replace(
        target=sender, limit_s=np.inf, allowed=allowed, ahead=nothing_ahead(len(compiled.names))
    )
    return float(earliest(compiled.network, books, before).arrival[sender])


def _two_levels(network: Network, through: int, time_s: float) -> tuple[Network, NDArray[np.int64]]:
    """Plan of two levels, node n being 2n before and 2n + 1 after the contact, and the contacts it is made of."""
    every = np.arange(network.sender.size)
    before = every[(network.start <= network.end[through]) & (network.end >= time_s) & (every != through)]
    after = every[(network.end >= network.start[through]) & (every != through)]
    original = np.concatenate((before, after, [through]))
    level = np.repeat([0, 1, 0], [before.size, after.size, 1])
    sender = 2 * network.sender[original].astype(np.int64) + level
    receiver = 2 * network.receiver[original].astype(np.int64) + level
    receiver[-1] += 1
    return rearranged(network, original, sender, receiver, np.repeat(network.relays, 2))


def _on_two_levels(query: Query, original: NDArray[np.int64], ends: tuple[int, int]) -> Query:
    """Query from the first level to the second."""
    sender, receiver = ends
    allowed = np.repeat(query.allowed, 2)
    allowed[[2 * query.target, 2 * receiver, 2 * sender + 1, 2 * query.source + 1]] = False
    return query._replace(
        source=2 * query.source,
        target=2 * query.target + 1,
        allowed=allowed,
        shut=query.shut[original],
    )
