"""The life of one message, told from its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.timebase import TimeBase
    from qqnet.traffic.flows import Flow


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a message.

    Attributes
    ----------
    time_s : float
        When. [s of the plan's time base]
    what : str
        Kind of record, as ``qqnet.traffic.events.RECORDS`` names it.
    piece : int
        Number of the bundle, from 1 in the order in which they are first spoken of; 0 for the whole message.
    sentence : str
        What happened, in words.
    record : dict
        The record itself; what it does not have is None.
    """

    time_s: float
    what: str
    piece: int
    sentence: str
    record: dict[str, Any]


def life_of(records: Sequence[pd.DataFrame], flow: Flow, base: TimeBase) -> list[Moment]:
    """Tell a message's life.

    Parameters
    ----------
    records : sequence of pandas.DataFrame
        All records of the message, in order of time.
    flow : Flow
        Whose it is.
    base : TimeBase
        Of the plan: how times are told.

    Returns
    -------
    list of Moment
        In order of time; empty where it was not made by then.
    """
    numbers: dict[int, int] = {}
    moments = []
    for row in (row for table in records for row in table.to_dict("records")):
        what = str(row["what"])
        piece = 0
        if what not in ("made", "delivered") and row["bundle"] >= 0:
            piece = numbers.setdefault(int(row["bundle"]), len(numbers) + 1)
        plain = {str(key): None if _missing(value) else value for key, value in row.items()}
        moments.append(Moment(row["time_s"], what, piece, _sentence(row, flow, base), plain))
    return moments


def _missing(value: object) -> bool:
    return value == "" or (isinstance(value, float) and bool(np.isnan(value)))


def _sentence(row: dict[Any, Any], flow: Flow, base: TimeBase) -> str:
    node, to, cause = row["node"], row["to"], row["cause"]
    until = told(row["until_s"], base)
    if row["what"] == "made":
        return f"made at {node} for {flow.destination}"
    if row["what"] == "planned":
        return f"{node} plans a way by {to}; it would arrive {until}"
    if row["what"] == "left":
        return f"{node} sends it to {to}, until {until}"
    if row["what"] == "came":
        return f"{to} has received it"
    if row["what"] == "delivered":
        return f"delivered at {node} after {row['delay_s']:.3f} s"
    if row["what"] == "missed":
        return f"{node} sent it to {to} in vain: {_WHY[cause]}"
    if row["what"] == "stranded":
        return f"{node} finds no way on: {_WHY[cause]}"
    return f"lost at {node}: {_WHY[cause]}"


_WHY = {
    "": "for no cause that is known",
    "no route": "there is no way at all",
    "deadline": "every way comes too late",
    "no capacity": "what has room is too late",
    "storage": "no room in store",
    "link": "lost on the link",
    "failure": "something has failed",
}


def told(time_s: float, base: TimeBase) -> str:
    """Time for people: UTC to the millisecond, or seconds where the plan has no date."""
    if np.isnan(time_s):
        return ""
    return base.utc_text(time_s) or f"{time_s:.3f} s"
