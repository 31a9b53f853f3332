"""What a person wants to fail, or not to be there at all, in words: nodes, links, times."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qqnet.errors import InputError
from qqnet.scenario.suggest import unknown
from qqnet.traffic.conditions import Outage

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan
    from qqnet.scenario.model import Scenario


def moment(text: str, plan: ContactPlan, origin_s: float, option: str) -> float:
    """Read a time: UTC, or a duration after the start of the scenario.

    Parameters
    ----------
    text : str
        Such as ``2040-06-04T00:00:00Z`` or ``3 d``.
    plan : ContactPlan
        In whose time base.
    origin_s : float
        Start of the scenario in it [s].
    option : str
        What to call it in messages.

    Returns
    -------
    float
        Seconds of the plan's time base.

    Raises
    ------
    InputError
        For anything else.
    """
    from qqnet.units import DURATION, parse

    words = text.strip()
    try:
        return origin_s + parse(words, DURATION)
    except ValueError:
        pass
    try:
        float(words)
    except ValueError:
        try:
            return plan.time_base.seconds(words)
        except InputError as error:
            reason = str(error)
    else:
        reason = "it has no unit"
    raise InputError(
        f"{option}: {text!r} is neither UTC, such as 2040-06-04T00:00:00Z, nor a time after the start, such as "
        f"'3 d' ({reason})"
    )


def failures(text: str, scenario: Scenario, plan: ContactPlan, origin_s: float) -> list[Outage]:
    """Read one thing that fails: ``NODE``, ``A-B`` (both ways) or ``A>B``, each with ``@FROM..TO`` or without.

    Parameters
    ----------
    text : str
        As written. A constellation or network stands for all of its nodes.
    scenario : Scenario
        Knows the groups, and the span.
    plan : ContactPlan
        Knows nodes and links.
    origin_s : float
        Start of the scenario in the plan's time base [s].

    Returns
    -------
    list of Outage
        One, or one for each node of a group.

    Raises
    ------
    InputError
        For unknown nodes, nodes that are not linked, and times that are none, reversed, or beyond the span.
    """
    subject, _, times = text.partition("@")
    start_s, stop_s = -math.inf, math.inf
    if times or text.endswith("@"):
        first, dots, last = times.partition("..")
        if not dots or not (first.strip() or last.strip()):
            raise InputError(f"--fail: {text!r} needs times as FROM..TO, one of which may be left out")
        start_s = moment(first, plan, origin_s, "--fail") if first.strip() else start_s
        stop_s = moment(last, plan, origin_s, "--fail") if last.strip() else stop_s
        end_s = max(origin_s + scenario.time.duration, plan.span[1])
        if stop_s <= start_s:
            raise InputError(f"--fail: the end in {text!r} does not lie after the start")
        if start_s >= end_s or stop_s <= origin_s:
            raise InputError(
                f"--fail: {text!r} lies outside the span, which is {_span(plan, origin_s, end_s)}"
            )
    return [
        replace(one, start_s=start_s, stop_s=stop_s) for one in _subjects(subject.strip(), scenario, plan)
    ]


def _span(plan: ContactPlan, origin_s: float, end_s: float) -> str:
    begin, end = (plan.time_base.utc_text(time_s, 0) for time_s in (origin_s, end_s))
    return f"{(end_s - origin_s) / 86400.0:g} d long" if begin is None else f"{begin} to {end}"


def _subjects(name: str, scenario: Scenario, plan: ContactPlan) -> list[Outage]:
    members = members_of(name, scenario, plan)
    if members:
        return [Outage(node=member) for member in members]
    pairs = list(_pairs(name, plan))
    if not pairs:
        raise InputError(
            f"--fail: {_no_such(name, scenario, plan)}; a link is written A-B, or A>B for one way"
        )
    joined = set(zip(plan.contacts["from"], plan.contacts["to"], strict=True))
    linked = [
        (a, b, one_way) for a, b, one_way in pairs if (a, b) in joined or (not one_way and (b, a) in joined)
    ]
    if len(linked) > 1:
        ways = " or ".join(f"'{a}:{b}'" for a, b, _ in linked)
        raise InputError(f"--fail: {name!r} may mean several links; write {ways}")
    if not linked:
        a, b, one_way = pairs[0]
        way = f"from {a} to {b}" if one_way else f"between {a} and {b}"
        raise InputError(f"--fail: {name!r}: the plan has no contact {way}, so there is nothing to fail")
    a, b, one_way = linked[0]
    return [Outage(link=(a, b), one_way=one_way)]


def without(names: Sequence[str], scenario: Scenario, plan: ContactPlan) -> ContactPlan:
    """Take out of a plan what is not to be there, known to all.

    Parameters
    ----------
    names : sequence of str
        Each a node, constellation or network (all its contacts), a kind of link (``rf``, ``optical``,
        ``terrestrial``), the name of a link, or a pair of nodes ``A:B`` (both ways) or ``A>B``.
    scenario : Scenario
        Knows the groups.
    plan : ContactPlan
        Not changed.

    Returns
    -------
    ContactPlan
        With the same nodes and fewer contacts.

    Raises
    ------
    InputError
        For what the plan does not have.
    """
    if not names:
        return plan
    rows = plan.contacts
    kept = ~rows["kind"].isin([])
    for name in names:
        members = members_of(name, scenario, plan)
        if members:
            gone = rows["from"].isin(members) | rows["to"].isin(members)
        elif (rows["kind"] == name).any():
            gone = rows["kind"] == name
        elif (rows["link"] == name).any():
            gone = rows["link"] == name
        else:
            gone = rows["kind"].isin([])
            pairs = list(_pairs(name, plan))
            for a, b, one_way in pairs:
                gone |= (rows["from"] == a) & (rows["to"] == b)
                if not one_way:
                    gone |= (rows["from"] == b) & (rows["to"] == a)
            if not pairs:
                kinds = ", ".join(sorted(set(rows["kind"])))
                raise InputError(
                    f"--without: {_no_such(name, scenario, plan)}; it may be a node, a pair A:B, the name of a "
                    f"link, or a kind of link ({kinds})"
                )
            if not gone.any():
                raise InputError(f"--without: {name!r}: the plan has no contact between these nodes")
        kept &= ~gone
    return replace(plan, contacts=rows[kept])


def members_of(name: str, scenario: Scenario, plan: ContactPlan) -> list[str]:
    """Nodes of the plan that a name stands for: one, or those of a group."""
    if node := plan.find(name):
        return [node]
    return [member for member in scenario.expand([name]) if member in plan.nodes]


def _pairs(text: str, plan: ContactPlan) -> Iterator[tuple[str, str, bool]]:
    """Pairs of nodes that a text may mean; names may hold '-' themselves."""
    for sign in (">", ":", "-"):
        places = [place for place, letter in enumerate(text) if letter == sign]
        for place in places:
            a, b = (plan.find(part.strip()) for part in (text[:place], text[place + 1 :]))
            if a and b and a != b:
                yield a, b, sign == ">"


def _no_such(name: str, scenario: Scenario, plan: ContactPlan) -> str:
    """Say that a name is unknown; of a pair the part that is."""
    if scenario.expand([name]):
        return (
            f"{name!r} is in the scenario and not in this plan, whose nodes are {', '.join(plan.names[:8])}"
        )
    for sign in (">", ":", "-"):
        if sign in name:
            parts = [part.strip() for part in name.split(sign, 1)]
            wrong = [part for part in parts if part not in plan.nodes]
            if len(wrong) == 1:
                return unknown("node", wrong[0], plan.names).rstrip("?")
    groups = [node.name for node in scenario.nodes]
    return unknown("node", name, [*groups, *plan.names]).rstrip("?")
