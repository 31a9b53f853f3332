"""Outages that were known when the plan was made: a plan without the contacts that they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.contacts.cutting import cut
from qqnet.contacts.plan import ContactPlan
from qqnet.traffic.conditions import Outage, rows_touched

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SHORTEST_S: Final = 1e-3
"""What is left of a contact is dropped where it is shorter [s]: dates of this century round to 2e-7 s."""


def without(plan: ContactPlan, outages: Sequence[Outage]) -> ContactPlan:
    """Cut outages out of a contact plan.

    A contact ends before what it sends would meet its receiver out, and begins again when it would not; what is
    left keeps its light time.

    Parameters
    ----------
    plan : ContactPlan
        As it would be without them.
    outages : sequence of Outage
        Nodes, links or rows that are out, and when.

    Returns
    -------
    ContactPlan
        With fewer or shorter contacts, and the same nodes.

    Raises
    ------
    InputError
        For a node, link or row that the plan does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"from": ["a"], "to": ["b"], "start_s": [0.0], "end_s": [100.0], "rate_bps": [1e6],
    ...                      "owlt_start_s": [5.0], "owlt_end_s": [5.0]})
    >>> plan = ContactPlan(rows, {"a": 1, "b": 2})
    >>> left = without(plan, [Outage(node="b", start_s=40.0, stop_s=60.0)])
    >>> left.contacts[["start_s", "end_s"]].to_numpy().tolist()
    [[0.0, 35.0], [55.0, 100.0]]
    """
    import pandas as pd

    rows, taken = plan.contacts, [_taken(plan, outage) for outage in outages]
    if rows.empty or not taken:
        return plan
    pieces = [rows]
    for which, begin, end in taken:
        # A row keeps its number as the label of all its pieces.
        pieces = [_cut(part, which, begin, end) for part in pieces]
    left = pd.concat(pieces, ignore_index=True)
    return replace(plan, contacts=left[left["end_s"] - left["start_s"] >= SHORTEST_S])


def _taken(
    plan: ContactPlan, outage: Outage
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Which rows an outage touches, and the interval that it takes from each at the sender. [s]."""
    rows = plan.contacts
    begin = np.full(len(rows), outage.start_s)
    end = np.full(len(rows), outage.stop_s)
    if outage.node is None:
        touched = np.zeros(len(rows), dtype=np.bool_)
        touched[rows_touched(plan, outage)] = True
        return touched, begin, end
    sender, receiver = rows["from"].to_numpy(), rows["to"].to_numpy()
    node = plan.node(outage.node)
    hears = receiver == node
    begin[hears], end[hears] = (_sent_s(rows[hears], edge) for edge in (outage.start_s, outage.stop_s))
    return (sender == node) | hears, begin, end


def _sent_s(rows: pd.DataFrame, arrival_s: float) -> NDArray[np.float64]:
    """When the contacts send what arrives at a time. [s]."""
    if not np.isfinite(arrival_s):
        return np.full(len(rows), arrival_s)
    start, light = rows["start_s"].to_numpy(), rows["owlt_start_s"].to_numpy()
    slope = (rows["owlt_end_s"].to_numpy() - light) / (rows["end_s"].to_numpy() - start)
    return np.asarray(start + (arrival_s - start - light) / (1.0 + slope), dtype=np.float64)


def _cut(
    part: pd.DataFrame,
    which: NDArray[np.bool_],
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
) -> pd.DataFrame:
    """Pieces of the rows before and after an interval of each; labels are those of the plan's rows."""
    import pandas as pd

    row = part.index.to_numpy()
    start, stop = part["start_s"].to_numpy(), part["end_s"].to_numpy()
    low, high = begin[row], end[row]
    hit = which[row] & (low < stop) & (high > start)
    first, last = hit & (low > start), hit & (high < stop)
    before = cut(part[first], start[first], low[first])
    after = cut(part[last], high[last], stop[last])
    joined: pd.DataFrame = pd.concat([part[~hit], before, after])
    return joined
