"""Routes as programs read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from qqnet.contacts.timebase import TimeBase
from qqnet.routing.explanation import WhyNot, behind
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.multipath import Spread
from qqnet.routing.route import Route


def answer(compiled: CompiledPlan, routes: Sequence[Route]) -> dict[str, Any]:
    """Say routes as JSON does.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan in which they were found.
    routes : sequence of Route
        In order; empty for no route.

    Returns
    -------
    dict
        ``found``, and ``routes``: each as `one_route` gives it, and ``behind`` with the ``key`` by which it comes
        after the first, and ``by`` how much; null for the first itself. Times are seconds of the plan's own time
        base.
    """
    written = []
    for route in routes:
        by = None if route is routes[0] else asdict(behind(compiled, routes[0], route))
        written.append({**one_route(route, compiled.plan.time_base), "behind": by})
    return {"found": bool(routes), "routes": written}


def one_route(route: Route, time_base: TimeBase) -> dict[str, Any]:
    """Say a route as JSON does.

    Parameters
    ----------
    route : Route
        Any.
    time_base : TimeBase
        Of the plan.

    Returns
    -------
    dict
        ``arrival_s``, ``arrival_utc`` (null where the plan has no dates), ``termination_s``, ``confidence``, and
        ``hops`` with ``from``, ``to``, ``start_s``, ``end_s``, ``arrival_s``, ``link``, ``contact`` (row of the
        plan).
    """
    return {
        "arrival_s": route.arrival_s,
        "arrival_utc": time_base.utc_text(route.arrival_s),
        "termination_s": route.termination_s,
        "confidence": route.confidence,
        "hops": [
            {
                "from": hop.from_,
                "to": hop.to,
                "start_s": hop.start_s,
                "end_s": hop.end_s,
                "arrival_s": hop.arrival_s,
                "link": hop.link,
                "contact": hop.contact,
            }
            for hop in route.hops
        ],
    }


def answer_why_not(compiled: CompiledPlan, found: WhyNot) -> dict[str, Any]:
    """Say why a contact is not used as JSON does.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    found : WhyNot
        What was found.

    Returns
    -------
    dict
        ``contact``, ``from``, ``to``, ``start_s``, ``end_s``, ``link``, ``cause``, ``text``, ``behind``, and
        ``route``, the best one through it; null where there is none.
    """
    row = compiled.plan.contacts.iloc[found.contact]
    return {
        "contact": found.contact,
        "from": str(row["from"]),
        "to": str(row["to"]),
        "start_s": float(row["start_s"]),
        "end_s": float(row["end_s"]),
        "link": str(row["link"]),
        "cause": found.cause,
        "text": found.text,
        "behind": None if found.behind is None else asdict(found.behind),
        "route": None if found.through is None else one_route(found.through, compiled.plan.time_base),
    }


def answer_spread(compiled: CompiledPlan, spread: Spread) -> dict[str, Any]:
    """Say how a volume is spread as JSON does.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    spread : Spread
        What was found.

    Returns
    -------
    dict
        ``pieces``, ``piece_bytes``, ``missing_bytes``, ``arrival_s``, ``arrival_utc``, ``gain_s`` over the single
        best route (null where one of the two does not carry all), and ``shares`` by contacts.
    """
    arrives = bool(spread.routes)
    return {
        "pieces": len(spread.routes),
        "piece_bytes": spread.piece_bytes,
        "missing_bytes": spread.missing_bytes,
        "arrival_s": spread.arrival_s if arrives else None,
        "arrival_utc": compiled.plan.time_base.utc_text(spread.arrival_s) if arrives else None,
        "gain_s": spread.gain_s if math.isfinite(spread.gain_s) else None,
        "shares": [asdict(share) for share in spread.shares],
    }
