"""What a format of contact plans is: how to recognise, read and write it, and what it can say.

A format declares what it holds once (`Holds`). The table of the documentation and the notes of a conversion are
both made of that declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qqnet.contacts.plan import ContactPlan

Reader = Callable[[Path], tuple[ContactPlan, list[str]]]
Writer = Callable[[ContactPlan, Path], list[str]]
"""Writes a file or folder, whole or not at all, and says what was lost."""


@dataclass(frozen=True)
class Holds:
    """What a format can say of a plan.

    Attributes
    ----------
    times, rate, light_time : str
        How exactly; "none" for not at all.
    dates : bool
        Whether times are instants of UTC.
    names, numbers : bool
        Names of nodes; their ``ipn`` numbers.
    confidence : bool
        How sure a contact is.
    several_links : bool
        Two links between the same nodes at the same time.
    links : bool
        Name and kind of a contact's link.
    relays : bool
        Which nodes relay nothing for others.
    """

    times: str
    rate: str
    light_time: str
    dates: bool = False
    names: bool = False
    numbers: bool = False
    confidence: bool = False
    several_links: bool = False
    links: bool = False
    relays: bool = False


SUBJECTS: Mapping[str, str] = {
    "times": "times",
    "dates": "dates",
    "rate": "rate",
    "light_time": "light time",
    "names": "names of nodes",
    "numbers": "`ipn` numbers",
    "confidence": "confidence",
    "several_links": "two links of a pair at once",
    "links": "name and kind of a link",
    "relays": "which nodes do not relay",
}
"""What the fields of `Holds` are called."""


@dataclass(frozen=True)
class PlanFormat:
    """One format.

    Attributes
    ----------
    name : str
        As the command line takes it.
    title : str
        As people call it.
    endings : tuple of str
        Of file names, with their dot.
    holds : Holds
        What it can say.
    source : str
        Where the format is defined.
    write : callable
        ``(plan, path) -> notes``.
    read : callable or None
        ``path -> (plan, notes)``; None where contacts cannot be made of such a file.
    recognises : callable
        Whether the first bytes of a file, as text, look like it.
    folder : bool
        Whether it is a folder of files.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    holds: Holds
    source: str
    write: Writer
    read: Reader | None
    recognises: Callable[[str], bool]
    folder: bool = False


def left_out(plan: ContactPlan, holds: Holds) -> list[str]:
    """What of a plan a format drops without a word in the file.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    holds : Holds
        What the format can say.

    Returns
    -------
    list of str
        One note for people, or none.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"from": ["a"], "to": ["b"], "start_s": [0.0], "end_s": [8.0], "rate_bps": [1e6],
    ...                      "owlt_start_s": [1.0], "owlt_end_s": [1.0], "confidence": [0.5]})
    >>> left_out(ContactPlan(rows, {"a": 1, "b": 2}), Holds("whole seconds", "bit/s", "none", numbers=True))
    ['left out: names of nodes, light times, the confidence of 1 contact']
    """
    rows = plan.contacts
    lost = []
    if not holds.names and any(name != str(number) for name, number in plan.nodes.items()):
        lost.append("names of nodes")
    if not holds.numbers and _renumbered(plan):
        lost.append("ipn numbers of nodes")
    if holds.rate == "none" and len(plan):
        lost.append("rates")
    if holds.light_time == "none" and np.any(rows[["owlt_start_s", "owlt_end_s"]].to_numpy() > 0.0):
        lost.append("light times")
    if not holds.links and ((rows["link"] != "").any() or (rows["kind"] != "rf").any()):
        lost.append("names and kinds of links")
    unsure = int((rows["confidence"] != 1.0).sum())
    if not holds.confidence and unsure:
        lost.append(f"the confidence of {unsure} contact{'s' * (unsure > 1)}")
    if not holds.relays and plan.endpoints:
        lost.append(
            f"that {len(plan.endpoints)} node{'s do' if len(plan.endpoints) > 1 else ' does'} not relay"
        )
    return [f"left out: {', '.join(lost)}"] if lost else []


def _renumbered(plan: ContactPlan) -> bool:
    """Whether reading the names alone would give other numbers (see `qqnet.contacts.reading.numbered`)."""
    from qqnet.contacts.reading import numbered

    return numbered(plan.names) != plan.nodes


def light_time_note(raised_s: float) -> list[str]:
    """Say by how much light times were raised.

    Parameters
    ----------
    raised_s : float
        The most by which one is above the true one. [s]

    Returns
    -------
    list of str
        One note, or none where it is below a microsecond.
    """
    if raised_s < 1e-6:
        return []
    return [f"light times are rounded up, by {raised_s:.3g} s at most"]
