"""Plans cut to a span, and plans joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError


def clip(plan: ContactPlan, start_s: float, end_s: float) -> ContactPlan:
    """Cut a plan to a span.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    start_s, end_s : float
        Span, in the plan's time base. [s]

    Returns
    -------
    ContactPlan
        Contacts that touch the span are cut at its edges, light times there interpolated.

    Raises
    ------
    InputError
        Where the span has no length.
    """
    if not start_s < end_s:
        raise InputError(f"clip: the end {end_s} must lie after the start {start_s}")
    rows = plan.contacts
    rows = rows[(rows["end_s"] > start_s) & (rows["start_s"] < end_s)].copy()
    first, last = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    owlt_first, owlt_last = rows["owlt_start_s"].to_numpy(), rows["owlt_end_s"].to_numpy()
    slope = (owlt_last - owlt_first) / (last - first)
    cut_first, cut_last = np.maximum(first, start_s), np.minimum(last, end_s)
    rows["start_s"], rows["end_s"] = cut_first, cut_last
    rows["owlt_start_s"] = np.where(cut_first > first, owlt_first + slope * (cut_first - first), owlt_first)
    rows["owlt_end_s"] = np.where(cut_last < last, owlt_first + slope * (cut_last - first), owlt_last)
    base = plan.time_base
    if base.scale == "tdb" and base.epoch is not None and len(rows):
        base = TimeBase("tdb", base.utc_text(float(cut_first.min())))
    return replace(plan, contacts=rows, time_base=base)


def merge(plans: Sequence[ContactPlan]) -> ContactPlan:
    """One plan of several.

    Parameters
    ----------
    plans : sequence of ContactPlan
        With one time base, and the same number for the same node.

    Returns
    -------
    ContactPlan
        All nodes and contacts; rows that are equal in every column appear once. A node that relays in one of
        them relays.

    Raises
    ------
    InputError
        For plans that do not fit: other time bases, two numbers of a node, overlapping contacts of a link.
    """
    import pandas as pd

    if not plans:
        raise InputError("merge: give at least one plan")
    base = plans[0].time_base
    nodes: dict[str, int] = {}
    relays: set[str] = set()
    for plan in plans:
        other = plan.time_base
        if other.scale != base.scale or (base.scale == "relative" and other.epoch != base.epoch):
            raise InputError(f"merge: the plans count time differently ({base} and {other})")
        for name, number in plan.nodes.items():
            if nodes.setdefault(name, number) != number:
                raise InputError(
                    f"merge: node {name} is ipn {nodes[name]} in one plan and {number} in another"
                )
        relays |= plan.nodes.keys() - plan.endpoints
    if base.scale == "tdb":
        epochs = [plan.time_base.epoch for plan in plans if plan.time_base.epoch is not None]
        base = TimeBase("tdb", min(epochs) if epochs else None)
    rows = pd.concat([plan.contacts for plan in plans], ignore_index=True).drop_duplicates(ignore_index=True)
    return ContactPlan(rows, nodes, base, frozenset(nodes.keys() - relays))
