"""The command about routes through a contact plan."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Json, PlanArgument
from qqnet.cli.route_options import (
    read_contact,
    read_deadline,
    read_domains,
    read_seconds,
    read_share,
    read_size,
)
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan
    from qqnet.routing.domains import DomainRoute
    from qqnet.routing.graph import CompiledPlan
    from qqnet.routing.multipath import Spread
    from qqnet.routing.route import Route
    from qqnet.routing.routes import RouteRequest

PRIORITIES = ("bulk", "normal", "expedited")


def route(
    plan: PlanArgument,
    source: Annotated[str, typer.Option("--from", help="Node that sends: name or ipn number.")],
    target: Annotated[str, typer.Option("--to", help="Node that must receive: name or ipn number.")],
    at: Annotated[
        str | None,
        typer.Option("--at", help="Seconds of the plan's own time base, or UTC; its start where not given."),
    ] = None,
    size: Annotated[str, typer.Option("--size", help="Bundle size in bytes, or with unit: '2 MB'.")] = "0",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many routes.")] = 1,
    deadline: Annotated[
        str | None, typer.Option("--deadline", help="Latest arrival: as --at, or with unit after it: '2 h'.")
    ] = None,
    priority: Annotated[str, typer.Option("--priority", help="bulk, normal or expedited.")] = "normal",
    margin: Annotated[
        str | None, typer.Option("--margin", help="Added to every light time, with unit: '0.5 s'.")
    ] = None,
    margin_share: Annotated[
        str, typer.Option("--margin-share", help="Share of every light time added to it, or 'ion': 4.47e-4.")
    ] = "0",
    overhead: Annotated[
        bool, typer.Option("--overhead", help="Reckon with 3 % of convergence layers, at least 100 bytes.")
    ] = False,
    confidence: Annotated[
        float, typer.Option("--confidence", min=0.0, max=1.0, help="Use no contact less sure than this.")
    ] = 0.0,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", help="Node not to be entered; may be repeated.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="Link not to be used; may be repeated.")
    ] = None,
    without_contact: Annotated[
        list[str] | None,
        typer.Option("--without-contact", help="Contact not to be used, named as for --why-not; repeatable."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Do not send at the very instant at which a contact ends.")
    ] = False,
    critical: Annotated[
        bool, typer.Option("--critical", help="One route over every neighbour that can deliver.")
    ] = False,
    spread: Annotated[
        bool, typer.Option("--spread", help="Cut the size into pieces, so that all of it arrives early.")
    ] = False,
    domains: Annotated[
        str | None,
        typer.Option(
            "--domains",
            help="Nodes know their own domain and trunks only: a .json of node to domain, a scenario, or 'auto' "
            "by light time.",
        ),
    ] = None,
    not_used: Annotated[
        str | None,
        typer.Option(
            "--why-not",
            metavar="CONTACT",
            help="Why this contact is not used: its row, or FROM:TO[@TIME], the contact open then or next.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw them over the contacts: .png, .svg or .pdf."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Earliest-arrival routes through a contact plan, with hops and times. Exit code 1: there is none."""
    from qqnet.contacts.convert import read_plan
    from qqnet.report.map_files import MAPS, check_suffix
    from qqnet.routing.graph import compile_plan
    from qqnet.routing.request import NO_OVERHEAD, SABR_OVERHEAD, RouteRequest

    if sum((critical, spread, domains is not None, k > 1)) > 1:
        raise InputError("-k, --critical, --spread and --domains are different questions: ask one at a time")
    check_suffix(plot, MAPS, "--plot")
    read = read_plan(plan)
    at_s = read.span[0] if at is None else read.time_base.seconds(at)
    if priority not in PRIORITIES:
        raise InputError(f"--priority: '{priority}' is not one of {', '.join(PRIORITIES)}")
    request = RouteRequest(
        source,
        target,
        at_s,
        read_size(size),
        math.inf if deadline is None else read_deadline(read, deadline, at_s),
        exclude or (),
        PRIORITIES.index(priority),
        strict,
        read_seconds(margin, "--margin"),
        read_share(margin_share),
        SABR_OVERHEAD if overhead else NO_OVERHEAD,
        confidence,
        [read_contact(read, name, at_s, "--without-contact") for name in without_contact or ()],
        without or (),
    )
    compiled = compile_plan(read)
    written = _Answer(compiled, request, k=k, critical=critical, spread=spread, domains=domains)
    if not_used is not None:
        written.explain(read_contact(read, not_used, at_s, "--why-not"))
    if plot is not None and written.found:
        written.draw(plot)
        console.say(f"wrote {plot}")
    if as_json:
        console.print_json(written.as_json())
    else:
        written.speak()
    if not written.found:
        raise typer.Exit(1)


class _Answer:
    """What was asked, found, and how to say it."""

    def __init__(
        self,
        compiled: CompiledPlan,
        request: RouteRequest,
        *,
        k: int,
        critical: bool,
        spread: bool,
        domains: str | None,
    ) -> None:
        from qqnet.routing.domains import DomainPlans, find_route_by_domains
        from qqnet.routing.forwarding import critical_routes
        from qqnet.routing.multipath import find_multipath
        from qqnet.routing.no_route import why_no_route
        from qqnet.routing.routes import find_route, find_routes

        self.compiled, self.request = compiled, request
        self.spread: Spread | None = None
        self.by_domains: DomainRoute | None = None
        self.flat: Route | None = None
        self.contact: Any = None
        self.routes: list[Route]
        if critical:
            self.routes = critical_routes(compiled, request)
        elif spread:
            self.spread = find_multipath(compiled, request)
            self.routes = [] if self.spread.single is None else [self.spread.single]
        elif domains is not None:
            self.plans = DomainPlans(compiled, read_domains(compiled, domains))
            self.by_domains = find_route_by_domains(self.plans, request)
            self.flat = find_route(compiled, request)
            self.routes = [] if self.by_domains.route is None else [self.by_domains.route]
        else:
            self.routes = find_routes(compiled, request, k)
        self.found = bool(self.routes) or (self.spread is not None and not self.spread.missing_bytes)
        self.reason = None if self.found else why_no_route(compiled, request)
        if not self.found and self.by_domains is not None and self.flat is not None:
            self.reason = f"{self.by_domains.stuck_at} finds no way on by what its domain knows"

    def explain(self, contact: int) -> None:
        """Ask why a contact is not used."""
        from qqnet.routing.explanation import why_not

        self.contact = why_not(self.compiled, self.request, contact)

    def draw(self, path: Path) -> None:
        """Draw the routes over the contacts that they use; of many pieces the first ones."""
        from qqnet.report.space_time import draw_route

        routes = self.routes if self.spread is None else self.spread.routes
        draw_route(self.compiled.plan, routes, path, at_s=self.request.at_s)

    def as_json(self) -> dict[str, Any]:
        """Give all of it as one object."""
        from qqnet.routing.answer import answer, answer_spread, answer_why_not

        said = {**answer(self.compiled, self.routes), "found": self.found, "reason": self.reason}
        if self.spread is not None:
            said["spread"] = answer_spread(self.compiled, self.spread)
        if self.by_domains is not None:
            said["domains"] = self._domains_as_json(self.by_domains)
        if self.contact is not None:
            said["why_not"] = answer_why_not(self.compiled, self.contact)
        return said

    def _domains_as_json(self, found: DomainRoute) -> dict[str, Any]:
        later_s = (
            None if found.route is None or self.flat is None else found.route.arrival_s - self.flat.arrival_s
        )
        return {
            "names": list(self.plans.names),
            "known_contacts": {name: self.plans.known_contacts(name) for name in self.plans.names},
            "legs": [
                {"domain": leg.domain, "from": leg.from_, "to": leg.to, "hops": leg.hops}
                for leg in found.legs
            ],
            "stuck_at": found.stuck_at,
            "later_s": later_s,
        }

    def speak(self) -> None:
        """Print it for people."""
        from qqnet.routing.explanation import behind

        plan, at_s = self.compiled.plan, self.request.at_s
        if not self.found:
            print(f"no route from {self.request.source} to {self.request.destination}: {self.reason}")
        for number, one in enumerate(self.routes, start=1):
            note = "" if number == 1 else behind(self.compiled, self.routes[0], one).words
            _print_route(number, one, plan, at_s, note)
        if self.spread is not None:
            _print_spread(self.spread, plan, at_s)
        if self.by_domains is not None and self.by_domains.route is not None and self.flat is not None:
            legs = ", ".join(f"{leg.domain} as far as {leg.to}" for leg in self.by_domains.legs)
            later_s = self.by_domains.route.arrival_s - self.flat.arrival_s
            print(f"   by domains: {legs}; {later_s:.3f} s later than by the whole plan")
        if self.contact is not None:
            row = plan.contacts.iloc[self.contact.contact]
            print(
                f"contact {self.contact.contact}, {row['from']} -> {row['to']}, {row['start_s'] - at_s:.3f} to "
                f"{row['end_s'] - at_s:.3f} s: {self.contact.text}"
            )


def _print_route(number: int, one: Route, plan: ContactPlan, at_s: float, note: str = "") -> None:
    arrival = plan.time_base.utc_text(one.arrival_s) or f"{one.arrival_s:.3f} s"
    hops = len(one.hops)
    sure = "" if one.confidence == 1.0 else f", confidence {one.confidence:.3g}"
    print(
        f"{number}. arrives {arrival}, {one.arrival_s - at_s:.3f} s after the start, {hops} hop{'s' * (hops > 1)}"
        f"{sure}{'; ' * bool(note)}{note}"
    )
    for hop in one.hops:
        begin = hop.start_s - at_s
        print(
            f"   {hop.from_} -> {hop.to}  sent {begin:.3f} to {hop.end_s - at_s:.3f} s, "
            f"received {hop.arrival_s - at_s:.3f} s  ({hop.link})"
        )


def _print_spread(spread: Spread, plan: ContactPlan, at_s: float) -> None:
    if not spread.routes:
        return
    arrival = plan.time_base.utc_text(spread.arrival_s) or f"{spread.arrival_s:.3f} s"
    pieces, sooner = len(spread.routes), ""
    if math.isfinite(spread.gain_s):
        sooner = f", {spread.gain_s:.3f} s sooner than in one" if pieces > 1 else ", no sooner in more"
    print(
        f"spread: {pieces} piece{'s' * (pieces != 1)} of {spread.piece_bytes:g} byte, all there {arrival}{sooner}"
    )
    if spread.missing_bytes:
        print(f"   {spread.missing_bytes:g} byte do not get through")
    for share in spread.shares:
        print(
            f"   {' -> '.join(share.nodes)}  {share.pieces} x {spread.piece_bytes:g} byte, "
            f"sent from {share.start_s - at_s:.3f} s, received by {share.arrival_s - at_s:.3f} s"
        )
