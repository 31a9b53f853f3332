"""Routing by domains: a node knows the contacts of its own domain and the trunks between domains, no more.

Inside another domain a node sees one point: a bundle that a trunk brings there is taken to be everywhere in it at
once. From this small plan a node finds its best route and follows it until a trunk leads out of its domain; there
the nodes of the next domain decide by what they know. A bundle does not come back into a domain that it left,
unless it is that of its destination, nor into a node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.bookings import Bookings
from qqnet.routing.graph import CompiledPlan, Network, rearranged
from qqnet.routing.request import RouteRequest, nothing_ahead
from qqnet.routing.route import Route, timed_route
from qqnet.routing.routes import NOTHING_BOOKED
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times
from qqnet.routing.volumes import layers_of

NEAR_S = 0.6
"""Light time below which nodes count as one domain where nothing else is said: it parts Earth from Moon. [s]"""


@dataclass(frozen=True)
class Leg:
    """What one domain decided.

    Attributes
    ----------
    domain : str
        Whose nodes decided.
    from_, to : str
        Where the bundle was, and the node at which it left the domain or arrived.
    hops : int
        Transmissions in between.
    """

    domain: str
    from_: str
    to: str
    hops: int


@dataclass(frozen=True)
class DomainRoute:
    """A route that no node knew as a whole.

    Attributes
    ----------
    route : Route or None
        All hops; None where the bundle got stuck.
    legs : tuple of Leg
        What each domain decided.
    stuck_at : str or None
        Node from which its domain found no way on.
    """

    route: Route | None
    legs: tuple[Leg, ...]
    stuck_at: str | None = None


@dataclass(frozen=True)
class _View:
    """What the nodes of one domain know: their own nodes, then one point for every domain."""

    network: Network
    original: NDArray[np.int64]
    point_of: NDArray[np.int64]
    leaves: NDArray[np.bool_]
    only_last: NDArray[np.bool_]


class DomainPlans:
    """A plan cut into what each domain knows.

    Parameters
    ----------
    compiled : CompiledPlan
        The whole plan.
    domains : mapping of str to str
        Domain of every node.

    Raises
    ------
    InputError
        For a node without a domain, or one that the plan does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from qqnet.contacts.plan import ContactPlan
    >>> from qqnet.routing.graph import compile_plan
    >>> rows = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"], "start_s": 0.0, "end_s": 9.0, "rate_bps": 1e6,
    ...                      "owlt_start_s": 1.0, "owlt_end_s": 1.0})
    >>> compiled = compile_plan(ContactPlan(rows, {"a": 1, "b": 2, "c": 3}))
    >>> plans = DomainPlans(compiled, {"a": "x", "b": "x", "c": "y"})
    >>> found = find_route_by_domains(plans, RouteRequest("a", "c", 0.0))
    >>> found.route.nodes, [leg.domain for leg in found.legs]
    (('a', 'b', 'c'), ['x'])
    """

    def __init__(self, compiled: CompiledPlan, domains: Mapping[str, str]) -> None:
        missing = [name for name in compiled.names if name not in domains]
        if missing:
            more = f" and {len(missing) - 1} others" if len(missing) > 1 else ""
            raise InputError(f"domains: node '{missing[0]}'{more} has no domain")
        unknown = sorted(set(domains) - set(compiled.names))
        if unknown:
            raise InputError(f"domains: '{unknown[0]}' is not a node of this plan")
        self.compiled = compiled
        self.names = tuple(sorted({domains[name] for name in compiled.names}))
        number = {name: index for index, name in enumerate(self.names)}
        self.domain = np.array([number[domains[name]] for name in compiled.names], dtype=np.int64)
        self._views: dict[int, _View] = {}

    def known_contacts(self, domain: str) -> int:
        """How many contacts the nodes of a domain know."""
        return int(self.view(self.names.index(domain)).original.size)

    def view(self, domain: int) -> _View:
        """Give what a domain knows, made when it is first asked for."""
        if domain not in self._views:
            self._views[domain] = self._made(domain)
        return self._views[domain]

    def _made(self, domain: int) -> _View:
        network = self.compiled.network
        own = self.domain == domain
        point_of = np.where(own, np.cumsum(own) - 1, own.sum() + self.domain)
        sender, receiver = network.sender.astype(np.int64), network.receiver.astype(np.int64)
        trunk = self.domain[sender] != self.domain[receiver]
        # Who does not relay sends nothing of others, so its trunks matter to its own domain alone.
        known = np.flatnonzero(
            (own[sender] & own[receiver]) | (trunk & (own[sender] | network.relays[sender]))
        )
        relays = np.concatenate((network.relays[own], np.ones(len(self.names), dtype=np.bool_)))
        view, original = rearranged(
            network, known, point_of[sender[known]], point_of[receiver[known]], relays
        )
        ends = receiver[original]
        return _View(view, original, point_of, ~own[ends], ~own[ends] & ~network.relays[ends])


def find_route_by_domains(
    plans: DomainPlans, request: RouteRequest, books: Bookings | None = None
) -> DomainRoute:
    """Send a bundle by what each domain knows.

    Parameters
    ----------
    plans : DomainPlans
        Who knows what.
    request : RouteRequest
        Who, when, how much.
    books : Bookings, optional
        Transmitter time that is already promised, known to everyone for the contacts that they know.

    Returns
    -------
    DomainRoute
        The route that comes about, which may arrive later than the best of the whole plan, or none.

    Raises
    ------
    InputError
        For unknown nodes or impossible requests.
    """
    compiled = plans.compiled
    network = compiled.network
    books = NOTHING_BOOKED if books is None else books
    query = request.compiled(compiled)
    legs: list[Leg] = []
    path = np.empty(0, dtype=np.int64)
    node, now, closed = query.source, query.time_s, {query.source}
    left: set[int] = set()
    while node != query.target:
        part = _decided(plans, books, query._replace(source=node, time_s=now), closed, left)
        if part.size == 0:
            return DomainRoute(None, tuple(legs), compiled.names[node])
        path = np.concatenate((path, part))
        end = int(network.receiver[part[-1]])
        names = compiled.names
        legs.append(Leg(plans.names[plans.domain[node]], names[node], names[end], part.size))
        closed.update(network.receiver[part].tolist())
        left.add(int(plans.domain[node]))
        now = float(path_times(network, books, query, path)[-1, 2])
        node = end
    route: Route = timed_route(compiled, books, query, path)
    return DomainRoute(route, tuple(legs))


def _decided(
    plans: DomainPlans, books: Bookings, query: Query, closed: set[int], left: set[int]
) -> NDArray[np.int64]:
    """Contacts by which the bundle goes on until it leaves the domain or arrives."""
    home, goal = int(plans.domain[query.source]), int(plans.domain[query.target])
    view = plans.view(home)
    own_nodes = view.network.relays.size - len(plans.names)
    own = np.flatnonzero(plans.domain == home)
    allowed = np.ones(view.network.relays.size, dtype=np.bool_)
    allowed[view.point_of[own]] = query.allowed[own]
    for node in closed:
        if plans.domain[node] == home:
            allowed[view.point_of[node]] = False
    for domain in left:
        allowed[own_nodes + domain] = domain == goal
    ends = plans.compiled.network.receiver[view.original]
    shut = query.shut[view.original] | ~query.allowed[ends] | (view.only_last & (ends != query.target))
    shut |= np.isin(ends, list(closed))
    inside = query._replace(
        source=int(view.point_of[query.source]),
        target=int(view.point_of[query.target]),
        allowed=allowed,
        shut=shut,
        ahead=nothing_ahead(view.network.relays.size),
    )
    path = best_path(view.network, layers_of(books, view.original), inside)
    out = np.flatnonzero(view.leaves[path])
    return view.original[path[: out[0] + 1] if out.size else path]


def domains_by_light_time(compiled: CompiledPlan, near_s: float = NEAR_S) -> dict[str, str]:
    """Cut a plan into domains of nodes that are near each other.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    near_s : float
        Nodes with a contact of at most this light time belong together, and those that they belong with. [s]

    Returns
    -------
    dict of str to str
        Domain of every node, called after its node of the smallest number.
    """
    network = compiled.network
    nodes = len(compiled.names)
    belongs = list(range(nodes))

    def root(node: int) -> int:
        while belongs[node] != node:
            belongs[node] = belongs[belongs[node]]
            node = belongs[node]
        return node

    near = network.pair_owlt <= near_s
    for sender, receiver in zip(
        network.pair_from[near].tolist(), network.pair_to[near].tolist(), strict=True
    ):
        low, high = sorted((root(sender), root(receiver)))
        belongs[high] = low
    return {name: compiled.names[root(node)] for node, name in enumerate(compiled.names)}
