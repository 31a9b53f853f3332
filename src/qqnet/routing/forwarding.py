"""What a node does with a bundle: to whom it goes next, by which contact, or that it must wait in limbo.

Every node of a network decides anew from its own copy of the plan. Two rules keep bundles from going in circles:

* the standard's: a bundle does not go back to the node that it came from (the excluded nodes of 734.3-B-1,
  3.2.6.9 b; ION's guide begins their list with the sender), unless it was sent back from where it should go on;
* a history: nodes that the bundle is known to have visited are not entered at all. The standard mentions such a
  list in a note only; Unibo-CGR carries one with the bundle.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from qqnet.routing.bookings import Bookings
from qqnet.routing.earliest import least_ahead
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.no_route import why_no_route
from qqnet.routing.request import NO_OVERHEAD, NORMAL, Overhead, RouteRequest
from qqnet.routing.route import Route, order_of, timed_route
from qqnet.routing.routes import NOTHING_BOOKED
from qqnet.routing.search import best_path


@dataclass(frozen=True)
class BundleFacts:
    """What a node reads from a bundle before it forwards it.

    Attributes
    ----------
    destination : str
        Name or ``ipn`` number.
    size_bytes : float
        Payload. [byte]
    expires_s : float
        End of its lifetime. [s of the plan's time base]
    priority : int
        Class, 0 to 2.
    critical : bool
        Whether a copy goes to every neighbour that can deliver it.
    came_from : str, optional
        The node that sent it here; None at its source.
    returned : bool
        The bundle came back, for instance because the next node refused it: then it may go to `came_from` again.
    visited : collection of str
        Nodes that it is known to have been in.
    refused_by : collection of str
        Neighbours that do not take bundles for this destination.
    overhead : Overhead
        What is sent along.
    """

    destination: str
    size_bytes: float = 0.0
    expires_s: float = math.inf
    priority: int = NORMAL
    critical: bool = False
    came_from: str | None = None
    returned: bool = False
    visited: Collection[str] = ()
    refused_by: Collection[str] = ()
    overhead: Overhead = NO_OVERHEAD


@dataclass(frozen=True)
class Decision:
    """What to do with a bundle.

    Attributes
    ----------
    routes : tuple of Route
        The one to take; of a critical bundle one for every neighbour; none in limbo.
    reason : str or None
        Why it is in limbo.
    """

    routes: tuple[Route, ...]
    reason: str | None = None

    @property
    def limbo(self) -> bool:
        """Whether the bundle must wait for another plan."""
        return not self.routes

    @property
    def next_hops(self) -> tuple[tuple[str, int], ...]:
        """Neighbours to send to, and the row of the contact by which."""
        return tuple((route.entry, route.hops[0].contact) for route in self.routes)


def next_hop(
    compiled: CompiledPlan,
    node: str,
    bundle: BundleFacts,
    at_s: float,
    books: Bookings | None = None,
    *,
    margin_s: float = 0.0,
    margin_share: float = 0.0,
    least_confidence: float = 0.0,
    own_bookings_only: bool = False,
) -> Decision:
    """Decide where a bundle goes from a node.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan as the node knows it.
    node : str
        Where the bundle is.
    bundle : BundleFacts
        What it says.
    at_s : float
        Now. [s of the plan's time base]
    books : Bookings, optional
        Transmitter time that the node knows to be promised.
    margin_s, margin_share, least_confidence : float
        As for `RouteRequest`.
    own_bookings_only : bool
        Look at the bookings of the node's own contacts alone, where `books` are those of the whole network.

    Returns
    -------
    Decision
        Neighbours and contacts, or limbo with a reason.

    Raises
    ------
    InputError
        For nodes that the plan does not have, or a bundle that has arrived.
    """
    plan = compiled.plan
    here, destination = plan.node(node), plan.node(bundle.destination)
    barred = {plan.node(name) for name in bundle.refused_by}
    if bundle.came_from is not None and not bundle.returned:
        barred.add(plan.node(bundle.came_from))
    # Nodes off the plan cannot be entered anyway.
    may_enter: set[str | None] = {here, destination, None}
    if bundle.came_from is not None and bundle.returned:
        may_enter.add(plan.find(bundle.came_from))
    visited = [str(name) for name in {plan.find(name) for name in bundle.visited} - may_enter]
    request = RouteRequest(
        here,
        bundle.destination,
        at_s,
        bundle.size_bytes,
        bundle.expires_s,
        sorted(visited),
        bundle.priority,
        margin_s=margin_s,
        margin_share=margin_share,
        overhead=bundle.overhead,
        least_confidence=least_confidence,
    )
    found = routes_by_entry(
        compiled,
        request,
        books,
        barred=barred,
        all_entries=bundle.critical,
        own_bookings_only=own_bookings_only,
    )
    if found:
        return Decision(tuple(found))
    if bundle.expires_s < at_s:
        return Decision((), "its lifetime is over")
    reason = why_no_route(compiled, request)
    if reason is None:
        reason = (
            f"every way begins with a neighbour that is barred ({', '.join(sorted(barred))})"
            if routes_by_entry(compiled, request, books, own_bookings_only=own_bookings_only)
            else "the contacts have no time left that is not promised"
        )
    return Decision((), reason)


def critical_routes(
    compiled: CompiledPlan, request: RouteRequest, books: Bookings | None = None
) -> list[Route]:
    """Find the best route over every neighbour that can deliver, as critical bundles take them all.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much.
    books : Bookings, optional
        Transmitter time that is already promised.

    Returns
    -------
    list of Route
        One for each entry node, in the order of the standard. They may meet later on.

    Raises
    ------
    InputError
        For unknown nodes or impossible requests.
    """
    return routes_by_entry(compiled, request, books, all_entries=True)


def routes_by_entry(
    compiled: CompiledPlan,
    request: RouteRequest,
    books: Bookings | None = None,
    *,
    barred: Collection[str] = (),
    all_entries: bool = False,
    own_bookings_only: bool = False,
) -> list[Route]:
    """Find the best route that does not begin with certain neighbours, or the best over each of the others.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much.
    books : Bookings, optional
        Transmitter time that is already promised.
    barred : collection of str
        Neighbours that may not be the first; they may be entered later.
    all_entries : bool
        One route for every neighbour instead of the best of all.
    own_bookings_only : bool
        Look at the bookings of the source's contacts alone.

    Returns
    -------
    list of Route
        In the order of the standard.

    Raises
    ------
    InputError
        For unknown nodes or impossible requests.
    """
    books = NOTHING_BOOKED if books is None else books
    query = request.compiled(compiled)
    network = compiled.network
    query = query._replace(
        ahead=least_ahead(network, query.target), shut=query.shut.copy(), local=own_bookings_only
    )
    own = slice(network.first[query.source], network.first[query.source + 1])
    entries = network.receiver[own]
    kept_out = np.isin(entries, [compiled.index(name) for name in barred])
    always_shut = query.shut[own] | kept_out
    groups = np.unique(entries[~always_shut]) if all_entries else np.array([-1])
    found = []
    for entry in groups.tolist():
        query.shut[own] = always_shut | ((entries != entry) if all_entries else False)
        path = best_path(network, books, query)
        if path.size:
            found.append(timed_route(compiled, books, query, path))
    return sorted(found, key=lambda route: order_of(compiled, route))
