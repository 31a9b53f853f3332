"""Why one route comes after another, and why a contact is not used."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from qqnet.contacts.timebase import TimeBase
from qqnet.routing.bookings import CLASSES, Bookings, first_gap
from qqnet.routing.graph import TIME_RESOLUTION_S, CompiledPlan
from qqnet.routing.request import NO_OVERHEAD, RouteRequest
from qqnet.routing.route import Route
from qqnet.routing.routes import find_route
from qqnet.routing.through import MOST_WALKS, find_route_through, reached_at

Key = Literal["arrival", "hops", "termination", "entry", "contacts"]

Cause = Literal[
    "used",
    "excluded",
    "confidence",
    "direction",
    "no_relay",
    "not_reached",
    "ended",
    "too_small",
    "booked",
    "not_onwards",
    "deadline",
    "later",
    "tie",
    "unknown",
]


@dataclass(frozen=True)
class Behind:
    """By what a route comes after another.

    Attributes
    ----------
    key : str
        First key of the standard's order that tells them apart: arrival, hops, termination or entry; contacts
        where none does and the order of the plan decides.
    by : float
        Arrival later [s], hops more, termination earlier [s], number of the entry node larger; 0 for contacts.
    """

    key: Key
    by: float

    @property
    def words(self) -> str:
        """As one says it."""
        if self.key == "arrival":
            return f"arrives {self.by:.6g} s later"
        if self.key == "hops":
            return f"same arrival, {self.by:.0f} hop{'s' * (self.by > 1)} more"
        if self.key == "termination":
            return f"same arrival and hops, gone {self.by:.6g} s earlier"
        if self.key == "entry":
            return "same arrival, hops and termination, larger number of its first node"
        return "equal by every key of the standard; the order of the plan decides"


def behind(compiled: CompiledPlan, best: Route, other: Route) -> Behind:
    """Say by what a route comes after another (734.3-B-1, 3.2.8.1.4 a).

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    best, other : Route
        Two routes of the same request, the better one first.

    Returns
    -------
    Behind
        The key that tells, and by how much.
    """
    later = other.arrival_s - best.arrival_s
    if later > TIME_RESOLUTION_S:
        return Behind("arrival", later)
    if len(other.hops) != len(best.hops):
        return Behind("hops", float(len(other.hops) - len(best.hops)))
    if other.termination_s != best.termination_s:
        return Behind("termination", best.termination_s - other.termination_s)
    number = compiled.plan.nodes
    if other.entry != best.entry:
        return Behind("entry", float(number[other.entry] - number[best.entry]))
    return Behind("contacts", 0.0)


@dataclass(frozen=True)
class WhyNot:
    """Why the best route does not use a contact.

    Attributes
    ----------
    contact : int
        Row of the plan.
    cause : str
        ``used`` (it does); ``excluded``, ``confidence`` (by the request); ``direction`` (it leaves the
        destination or enters the source); ``no_relay``; ``not_reached`` (its sender, ever); ``ended`` before the
        bundle could be there; ``too_small`` for the bundle even if empty; ``booked``; ``not_onwards`` (its
        receiver does not lead to the destination); ``deadline``; ``later``; ``tie`` (as early, but behind by a
        further key); ``unknown``.
    text : str
        One sentence.
    through : Route or None
        The best route that uses it.
    behind : Behind or None
        By what that one comes after the best.
    """

    contact: int
    cause: Cause
    text: str
    through: Route | None = None
    behind: Behind | None = None


def why_not(
    compiled: CompiledPlan, request: RouteRequest, contact: int, books: Bookings | None = None
) -> WhyNot:
    """Find why the best route does not use a contact.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    request : RouteRequest
        Who, when, how much.
    contact : int
        Row of the plan.
    books : Bookings, optional
        Transmitter time that is already promised.

    Returns
    -------
    WhyNot
        The cause, and the best route through the contact where there is one.

    Raises
    ------
    InputError
        For a row that the plan does not have, unknown nodes or impossible requests.
    """
    found = find_route_through(compiled, request, contact, books)
    if found.route is None:
        return _no_way(compiled, request, contact, books, found.certain)
    best = find_route(compiled, request, books)
    assert best is not None  # A route through the contact is a route.
    if contact in best.contacts:
        return WhyNot(contact, "used", "the best route uses it", best)
    by = behind(compiled, best, found.route)
    text = f"the best route through it, {' -> '.join(found.route.nodes)}: {by.words}"
    return WhyNot(contact, "later" if by.key == "arrival" else "tie", text, found.route, by)


def _no_way(
    compiled: CompiledPlan, request: RouteRequest, contact: int, books: Bookings | None, certain: bool
) -> WhyNot:
    """Cause where no route leads through the contact."""
    row = compiled.plan.contacts.iloc[contact]
    sender, receiver = str(row["from"]), str(row["to"])
    cause = _refused(compiled, request, contact, sender, receiver)
    if cause is not None:
        return cause
    network, index = compiled.network, int(compiled.contact_of_row[contact])
    there_s = reached_at(compiled, request, contact, books)
    if there_s == math.inf:
        reached = (
            reached_at(compiled, replace(request, size_bytes=0.0, overhead=NO_OVERHEAD), contact) < math.inf
        )
        text = f"the bundle never gets to {sender}" + (", a smaller one would" if reached else "")
        return WhyNot(contact, "not_reached", text)
    when = _moment(compiled.plan.time_base, there_s + compiled.origin_s)
    end_s, rate_bps = float(network.end[index]), float(row["rate_bps"])
    if there_s > end_s + TIME_RESOLUTION_S or (request.strict and there_s >= end_s):
        early = f"{there_s - end_s:.6g} s before" if there_s > end_s else "at the very instant at which"
        text = f"it ends {early} the bundle can be at {sender}, which is {when} at the earliest"
        return WhyNot(contact, "ended", text)
    begin_s, length_s = max(there_s, float(network.start[index])), 8.0 * request.sent_bytes / rate_bps
    if begin_s + length_s > end_s + TIME_RESOLUTION_S:
        text = (
            f"it holds {max(end_s - begin_s, 0.0) * rate_bps / 8.0:.6g} byte once the bundle can be at {sender}, "
            f"{when}; it needs {request.sent_bytes:.6g} byte in one piece"
        )
        return WhyNot(contact, "too_small", text)
    if books is not None and books.filled.size:
        begin_s = first_gap(books, CLASSES * index + request.priority, begin_s, length_s)
        if begin_s + length_s > end_s + TIME_RESOLUTION_S:
            text = (
                f"from {when} on it has no gap of {request.sent_bytes:.6g} byte that is not promised already"
            )
            return WhyNot(contact, "booked", text)
    if request.deadline_s < math.inf:
        late = find_route_through(compiled, replace(request, deadline_s=math.inf), contact, books).route
        if late is not None:
            arrival = _moment(compiled.plan.time_base, late.arrival_s)
            text = f"the best route through it arrives {arrival}, after the deadline"
            return WhyNot(contact, "deadline", text, late)
    if not certain:
        text = f"{MOST_WALKS} ways through it were looked at, and all enter some node twice"
        return WhyNot(contact, "unknown", text)
    text = f"from {receiver} no way leads on to {request.destination} that does not come back to where it was"
    return WhyNot(contact, "not_onwards", text)


def _refused(
    compiled: CompiledPlan, request: RouteRequest, contact: int, sender: str, receiver: str
) -> WhyNot | None:
    """Cause that lies in the request or the nodes, whatever the times."""
    source, destination = compiled.plan.node(request.source), compiled.plan.node(request.destination)
    row = compiled.plan.contacts.iloc[contact]
    excluded = {compiled.plan.node(name) for name in request.exclude}
    if contact in set(request.exclude_contacts):
        return WhyNot(contact, "excluded", "the request excludes it")
    if str(row["link"]) in set(request.exclude_links):
        return WhyNot(contact, "excluded", f"the request excludes its link {row['link']}")
    for node in (receiver, sender):
        if node in excluded and node != source:
            return WhyNot(contact, "excluded", f"the request excludes {node}")
    if float(row["confidence"]) < request.least_confidence:
        text = f"its confidence is {row['confidence']:g}, the request wants {request.least_confidence:g}"
        return WhyNot(contact, "confidence", text)
    if sender == destination:
        return WhyNot(contact, "direction", f"it leaves {destination}, where the bundle wants to be")
    if receiver == source:
        return WhyNot(contact, "direction", f"it leads back to {source}")
    relays = compiled.network.relays
    if sender != source and not relays[compiled.index(sender)]:
        return WhyNot(contact, "no_relay", f"{sender} does not relay bundles of others")
    if receiver != destination and not relays[compiled.index(receiver)]:
        return WhyNot(contact, "no_relay", f"{receiver} does not relay bundles of others")
    return None


def _moment(time_base: TimeBase, time_s: float) -> str:
    return time_base.utc_text(time_s) or f"{time_s:.6g} s"
