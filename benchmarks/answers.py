"""Hold the routes of a peer against ours: the same contacts timed by one rule, arrivals compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan

Steps = Sequence[tuple[str, str, float]]
"""Contacts of a route: from, to, start [s]."""


class Timetable:
    """Contacts of a plan, to be looked up by their steps."""

    def __init__(self, plan: ContactPlan):
        names = ("from", "to", "start_s", "end_s", "owlt_start_s")
        columns = zip(*(plan.contacts[name].tolist() for name in names), strict=True)
        self.contact = {
            (sender, receiver, start): (end, owlt) for sender, receiver, start, end, owlt in columns
        }

    def arrival_s(self, steps: Steps | None, at_s: float) -> float:
        """When a bundle of no size arrives by these contacts [s].

        Infinity where there are none, or where it comes too late for one. A bundle that comes when a contact ends
        is too late: so the peers understand the standard.
        """
        if not steps:
            return math.inf
        now = at_s
        for sender, receiver, start in steps:
            end, owlt = self.contact[sender, receiver, start]
            now = max(now, start)
            if now >= end:
                return math.inf
            now += owlt
        return now


def first_compared(
    ours: Sequence[tuple[float, int]], theirs: Sequence[Steps | None], arrivals: Sequence[float]
) -> dict[str, int]:
    """Count how the first routes of a peer differ from ours.

    Parameters
    ----------
    ours : sequence of (float, int)
        Arrival [s] and hops of our routes; infinity where there is none.
    theirs : sequence of Steps or None
        What the peer found.
    arrivals : sequence of float
        When theirs arrive; infinity where there is none, or where a window is missed. [s]

    Returns
    -------
    dict
        ``queries``; ``equal`` arrivals, and of them those with ``more_hops`` than ours or ``fewer_hops``;
        ``later`` than ours; ``missed_window``; ``not_found`` where we found one; ``earlier`` than ours.
    """
    names = ("queries", "equal", "more_hops", "fewer_hops", "later", "missed_window", "not_found", "earlier")
    count = dict.fromkeys(names, 0)
    for (our_arrival, our_hops), steps, arrival in zip(ours, theirs, arrivals, strict=True):
        count["queries"] += 1
        if arrival == our_arrival:
            count["equal"] += 1
            count["more_hops"] += steps is not None and len(steps) > our_hops
            count["fewer_hops"] += steps is not None and len(steps) < our_hops
        elif arrival == math.inf:
            count["not_found" if steps is None else "missed_window"] += 1
        else:
            count["later" if arrival > our_arrival else "earlier"] += 1
    return count


def several_compared(
    ours: Sequence[Sequence[float]],
    theirs: Sequence[Sequence[Steps]],
    arrivals: Sequence[Sequence[float]],
) -> dict[str, int]:
    """Count how the best k routes of a peer differ from ours, place by place.

    Parameters
    ----------
    ours : sequence of sequence of float
        Arrivals of our routes, in order. [s]
    theirs : sequence of sequence of Steps
        What the peer found.
    arrivals : sequence of sequence of float
        When theirs arrive; infinity where a window is missed. [s]

    Returns
    -------
    dict
        ``queries`` and ``routes`` of the peer; ``missed_window`` and ``repeated`` among them; of the others, in
        order of arrival, those that arrive when ours of the same place does (``equal``), ``later`` or
        ``earlier``. As ours are the best k, none may be earlier.
    """
    names = ("queries", "routes", "missed_window", "repeated", "equal", "later", "earlier")
    count = dict.fromkeys(names, 0)
    for our_arrivals, routes, times in zip(ours, theirs, arrivals, strict=True):
        distinct = {
            tuple(tuple(step) for step in steps): time for steps, time in zip(routes, times, strict=True)
        }
        good = sorted(time for time in distinct.values() if time < math.inf)
        count["queries"] += 1
        count["routes"] += len(routes)
        count["repeated"] += len(routes) - len(distinct)
        count["missed_window"] += len(distinct) - len(good)
        for place, time in enumerate(good):
            our = our_arrivals[place] if place < len(our_arrivals) else math.inf
            count["equal" if time == our else "later" if time > our else "earlier"] += 1
    return count


def trees_compared(
    names: Sequence[str], ours: Sequence[NDArray[np.float64]], theirs: Sequence[Mapping[str, float]]
) -> dict[str, int]:
    """Count at how many nodes a peer arrives when we do.

    Parameters
    ----------
    names : sequence of str
        Nodes, in the order of our arrivals.
    ours : sequence of numpy.ndarray, shape (N,)
        Our arrivals of each tree. [s]
    theirs : sequence of mapping of str to float
        Those of the peer. [s]

    Returns
    -------
    dict
        ``nodes`` of all trees; ``equal`` arrivals; ``later`` ones and ``earlier`` ones of the peer.
    """
    count = dict.fromkeys(("nodes", "equal", "later", "earlier"), 0)
    for our, their in zip(ours, theirs, strict=True):
        times = np.array([their.get(name, math.inf) for name in names])
        count["nodes"] += our.size
        count["equal"] += int((times == our).sum())
        count["later"] += int((times > our).sum())
        count["earlier"] += int((times < our).sum())
    return count
