"""From the words of plan files to a plan: whole numbers, node tables, lanes of overlapping contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.schedule import GREATEST
from qqnet.contacts.timebase import TimeBase, tdb_from_unix
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.checks import Lines

IPN: Final = re.compile(r"ipn:(\d{1,19})(\.\d+)?", re.ASCII)
ROW: Final = ("from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "confidence")
"""Columns of a row that a reader makes."""

Row = tuple[str, str, float, float, float, float, float, float]


def whole(word: str) -> int | None:
    """A number of digits alone, or None; never one of more than 64 bits.

    Examples
    --------
    >>> whole("125000"), whole("1e3"), whole("9" * 5000)
    (125000, None, None)
    """
    if not (word.isascii() and word.isdecimal() and len(word) < 20):
        return None
    value = int(word)
    return value if value <= GREATEST else None


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Numbers of nodes that a file knows by name.

    Parameters
    ----------
    names : iterable of str
        In the order in which free numbers are given.

    Returns
    -------
    dict of str to int
        "7" and "ipn:7" have their own number, others the free ones from 1 on.

    Examples
    --------
    >>> numbered(["2", "earth", "ipn:1.0", "moon"])
    {'2': 2, 'earth': 3, 'ipn:1.0': 1, 'moon': 4}
    """
    listed = list(dict.fromkeys(names))
    own: dict[str, int] = {}
    taken: set[int] = set()
    for name in listed:
        found = IPN.fullmatch(name)
        number = whole(found[1] if found else name)
        if number and number not in taken:
            own[name] = number
            taken.add(number)
    free = (number for number in count(1) if number not in taken)
    return {name: own[name] if name in own else next(free) for name in listed}


def plan_of_rows(
    rows: Sequence[Row],
    lines: Lines,
    nodes: dict[str, int] | None,
    base: TimeBase,
    source: str,
    links: Sequence[str] | None = None,
) -> ContactPlan:
    """Build a plan from the rows that a reader made.

    Parameters
    ----------
    rows : sequence of tuple
        In the columns of ``ROW``.
    lines : sequence of int, or callable
        Line of each row in the file; what is called only where something is wrong.
    nodes : dict of str to int, optional
        Names and numbers; the names of the rows where not given, which are numbers then.
    base : TimeBase
        What the times count from; a plan of scale "tdb" without epoch gets its first start.
    source : str
        Name of the file.
    links : sequence of str, optional
        Name of the link of each row.

    Returns
    -------
    ContactPlan
        The plan.

    Raises
    ------
    InputError
        ``file:line: contacts[row].column: what is wrong`` for every fault.
    """
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(ROW))
    if links is not None:
        frame["link"] = list(links)
    if nodes is None:
        names = {*frame["from"], *frame["to"]}
        nodes = {name: int(name) for name in sorted(names, key=int)}
    if base.scale == "tdb" and base.epoch is None and len(frame):
        base = TimeBase("tdb", base.utc_text(float(frame["start_s"].min())))
    return ContactPlan.from_file(frame, nodes, base, source, lines)


def dated(rows: Sequence[Row], shift_s: float = 0.0) -> list[Row]:
    """Rows whose times are POSIX seconds, in TDB seconds past J2000.

    Parameters
    ----------
    rows : sequence of tuple
        In the columns of ``ROW``.
    shift_s : float
        Added to the times before. [s]

    Returns
    -------
    list of tuple
        The same with other times.
    """
    start = tdb_from_unix([row[2] + shift_s for row in rows]).tolist()
    end = tdb_from_unix([row[3] + shift_s for row in rows]).tolist()
    return [(*row[:2], a, b, *row[4:]) for row, a, b in zip(rows, start, end, strict=True)]


def lanes(frame: pd.DataFrame) -> list[str]:
    """Links of contacts that a file does not tell apart: "" for the first, "2", "3" for those beside it.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the columns from, to, start_s, end_s.

    Returns
    -------
    list of str, one a row
        Contacts of the same two nodes in one direction that overlap have different links.
    """
    order = frame.sort_values(["from", "to", "start_s", "end_s"], kind="stable")
    found = [""] * len(frame)
    if frame.empty:
        return found
    same = (order[["from", "to"]] == order[["from", "to"]].shift()).all(axis=1)
    if not (same & (order["start_s"] < order.groupby(["from", "to"])["end_s"].cummax().shift())).any():
        return found
    ends: list[float] = []
    pair: tuple[str, str] | None = None
    for row in order[["from", "to", "start_s", "end_s"]].itertuples():
        if (row[1], row[2]) != pair:
            pair, ends = (row[1], row[2]), []
        lane = next((place for place, end in enumerate(ends) if end <= row[3]), len(ends))
        ends[lane : lane + 1] = [row[4]]
        found[row[0]] = "" if lane == 0 else str(lane + 1)
    return found


def finite(value: object, name: str, place: str) -> float:
    """A finite number of a JSON file; InputError, with its name and place, for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if np.isfinite(number):
            return number
    raise InputError(f"{place}: {name} is {shown(value)}; give a finite number")


def shown(value: object) -> str:
    """A value of a file in a message, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # a number of thousands of digits
        text = "a number too long to be shown"
    return text if len(text) <= 60 else f"{text[:57]}..."
