"""Plans cut to a span, and plans joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from qqnet.contacts.cutting import cut, join_touching
from qqnet.contacts.link_index import in_order_of_time, index_links, latest_end_before
from qqnet.contacts.node_tables import joined_nodes
from qqnet.contacts.overlaps import Overlap, given_way
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase, common_base, in_base
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


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
    inside = (rows["end_s"] > start_s) & (rows["start_s"] < end_s)
    rows = rows[inside]
    first, last = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    rows = cut(rows, np.maximum(first, start_s), np.minimum(last, end_s))
    base = plan.time_base
    if base.scale == "tdb" and base.epoch is not None and len(rows):
        base = TimeBase("tdb", base.utc_text(float(rows["start_s"].min())))
    return replace(plan, contacts=rows, time_base=base)


def dated(plan: ContactPlan, epoch: str | None) -> ContactPlan:
    """Give second 0 of a plan its date, where the plan does not tell.

    Parameters
    ----------
    plan : ContactPlan
        Any plan; one that has dates stays as it is.
    epoch : str or None
        UTC of its second 0, ISO 8601; None changes nothing.

    Returns
    -------
    ContactPlan
        With dates.

    Raises
    ------
    InputError
        For what is no date.
    """
    if epoch is None or plan.time_base.is_absolute:
        return plan
    base = TimeBase("relative", epoch)
    base.tdb(0.0)
    return replace(plan, time_base=base)


def merge(plans: Sequence[ContactPlan], overlap: Overlap = "refuse", join: bool = True) -> ContactPlan:
    """One plan of several, see `merge_with_notes`."""
    return merge_with_notes(plans, overlap, join)[0]


def merge_with_notes(
    plans: Sequence[ContactPlan], overlap: Overlap = "refuse", join: bool = True
) -> tuple[ContactPlan, list[str]]:
    """One plan of several, and what that took.

    Parameters
    ----------
    plans : sequence of ContactPlan
        Nodes are the same where their ``ipn`` numbers are. Times are those of the first plan; where others
        count differently, both must have dates.
    overlap : {"refuse", "first", "last", "fastest", "slowest"}
        What stays where contacts of one link overlap: none ("refuse"), that of the first or the last plan that
        has one, the one with the highest or the lowest rate. The others are cut around it.
    join : bool
        Whether contacts are joined that touch and continue each other, see `join_touching`.

    Returns
    -------
    plan : ContactPlan
        All nodes and contacts; rows that are equal in every column appear once. A node that relays in one of
        the plans relays.
    notes : list of str
        What gave way, for people.

    Raises
    ------
    InputError
        For plans that do not fit: other time bases, two numbers of a node, overlapping contacts of a link
        where those are refused.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"from": "a", "to": "b", "start_s": 0.0, "end_s": 60.0, "rate_bps": 1e6, "owlt_s": 1.0}
    >>> early, late = (ContactPlan(pd.DataFrame([row | change]), {"a": 1, "b": 2}, TimeBase("relative"))
    ...                for change in ({}, {"start_s": 50.0, "end_s": 90.0, "rate_bps": 2e6}))
    >>> plan, notes = merge_with_notes([early, late], overlap="fastest")
    >>> plan.contacts[["start_s", "end_s", "rate_bps"]].to_numpy().tolist()
    [[0.0, 50.0, 1000000.0], [50.0, 90.0, 2000000.0]]
    >>> notes
    ['10 s of 1 contact gave way to contacts of the same link that are faster']
    """
    import pandas as pd

    if not plans:
        raise InputError("merge: give at least one plan")
    if overlap not in get_args(Overlap):
        raise InputError(f"merge: overlap '{overlap}' is not one of {', '.join(get_args(Overlap))}")
    base = common_base([plan.time_base for plan in plans], "merge")
    nodes, relays, named = joined_nodes(plans, "merge")
    rows = pd.concat([in_base(plan.contacts, plan.time_base, base) for plan in named], ignore_index=True)
    plan_of = np.repeat(np.arange(len(named)), [len(plan) for plan in named])
    single = ~rows.duplicated().to_numpy()
    rows, plan_of = rows[single].reset_index(drop=True), plan_of[single]
    notes: list[str] = []
    if overlap != "refuse":
        rank = {"first": plan_of, "last": -plan_of}.get(overlap)
        if rank is None:
            rates = rows["rate_bps"].to_numpy()
            rank = np.lexsort((plan_of, rates if overlap == "slowest" else -rates)).argsort()
        rows, notes = given_way(rows, rank, overlap)
    else:
        _refuse_overlaps(rows, base)
    merged = ContactPlan(rows, nodes, base, frozenset(nodes.keys() - relays))
    return (join_touching(merged) if join else merged), notes


def _refuse_overlaps(rows: pd.DataFrame, base: TimeBase) -> None:
    """Raise where contacts of a link overlap; both plans are sound, so no row is to blame."""
    link = index_links(rows).link
    start, end = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    order = in_order_of_time(link, start, end)
    meets = order[start[order] < latest_end_before(link[order], end[order])]
    if not meets.size:
        return
    first = rows.iloc[int(meets[np.argmin(start[meets])])]
    at = base.utc_text(first["start_s"]) or f"{first['start_s']:.12g} s"
    rules = ", ".join(rule for rule in get_args(Overlap) if rule != "refuse")
    raise InputError(
        f"merge: {meets.size} contacts overlap another of the same link, first {first['from']} -> {first['to']} "
        f"'{first['link']}' at {at}; say which stays (overlap: {rules}), or give the links other names"
    )
