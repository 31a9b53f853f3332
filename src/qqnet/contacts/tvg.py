"""Contact plans of dtn-tvg-util: a predicted time-varying graph in JSON (``PredictedContact_v2``).

A contact is ``[TX, RX, START, END, [[VALID_FROM, PROBABILITY, [[FROM, BIT_RATE, DELAY], ...]]]]``: bit/s, seconds,
and characteristics that hold until the next ones begin. Times of a plan with dates are POSIX seconds, as
dtn-tvg-util's own generators count them. A light time that changes is said in steps of at most ``STEP_S``, each
with its largest value.

References
----------
dtn-tvg-util 0.1.6, ``tvgutil/contact_plan.py`` and ``tvgutil/tvg.py`` (MIT). Its older forms and factual contacts
(``Contact``) are read too, see `qqnet.contacts.tvg_reading`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.contacts.pieces import MOST_PIECES
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat, left_out, light_time_note
from qqnet.contacts.schedule import clock_of
from qqnet.contacts.tvg_reading import read_tvg
from qqnet.errors import InputError
from qqnet.files import write_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_S: Final = 0.1
"""A light time is said anew when it has changed by this much. [s]"""

MICROSECOND: Final = 1e-6

HOLDS: Final = Holds(
    times="to a microsecond",
    rate="bit/s, in pieces",
    light_time=f"in steps of {STEP_S:g} s",
    dates=True,
    names=True,
    confidence=True,
    several_links=True,
)


def tvg_text(plan: ContactPlan) -> tuple[str, list[str]]:
    """Say a plan as a predicted time-varying graph.

    Parameters
    ----------
    plan : ContactPlan
        Any plan. Contacts of one link that follow one another without gap become one, with its rates in pieces.

    Returns
    -------
    text : str
        The file.
    notes : list of str
        What was lost, for people.

    Raises
    ------
    InputError
        For a plan without dates that begins before its second 0.
    """
    clock = clock_of(plan)
    if len(plan) and clock.min() < 0.0:
        raise InputError("a plan with times before its second 0 cannot be said in dtn-tvg-util's format")
    edges: dict[tuple[str, str], list[list[object]]] = {}
    raised = 0.0
    for sender, receiver, confidence, run in _runs(plan, clock):
        pieces = []
        for start, end, rate, owlt_start, owlt_end in run:
            steps = _steps(start, end, owlt_start, owlt_end)
            raised = max(raised, abs(owlt_end - owlt_start) / len(steps))
            pieces += [[begin, rate, owlt] for begin, owlt in steps]
        contact = [sender, receiver, run[0][0], run[-1][1], [[0.0, confidence, pieces]]]
        edges.setdefault((sender, receiver), []).append(contact)
    reached: dict[str, list[str]] = {name: [] for name in plan.names}
    for sender, receiver in edges:
        reached[sender].append(receiver)
    notes = [*light_time_note(raised), *left_out(plan, HOLDS)]
    return _json(reached, edges), notes


Run = list[tuple[float, float, float, float, float]]


def _runs(plan: ContactPlan, clock: NDArray[np.float64]) -> Iterator[tuple[str, str, float, Run]]:
    """Contacts of one link that touch, together: sender, receiver, confidence, parts."""
    rows = plan.contacts.assign(start=clock[:, 0], end=clock[:, 1])
    rows = rows.sort_values(["from_ipn", "to_ipn", "link", "kind", "start"], kind="stable")
    columns = [
        "from",
        "to",
        "link",
        "kind",
        "confidence",
        "start",
        "end",
        "rate_bps",
        "owlt_start_s",
        "owlt_end_s",
    ]
    key: tuple[object, ...] | None = None
    run: Run = []
    found: list[tuple[str, str, float, Run]] = []
    for values in zip(*(rows[column].tolist() for column in columns), strict=True):
        part = values[5:]
        if values[:5] == key and abs(run[-1][1] - part[0]) < MICROSECOND:
            run.append((run[-1][1], *part[1:]))
            continue
        key, run = values[:5], [part]
        found.append((values[0], values[1], values[4], run))
    found.sort(key=lambda item: item[3][0][0])
    yield from found


def _steps(start: float, end: float, owlt_start: float, owlt_end: float) -> list[tuple[float, float]]:
    """Beginning and largest light time of parts in which it changes by ``STEP_S`` at most."""
    change = owlt_end - owlt_start
    count = max(1, min(MOST_PIECES, int(np.ceil(abs(change) / STEP_S - 1e-9))))
    if count == 1:
        return [(start, max(owlt_start, owlt_end))]
    edges = [owlt_start + change * place / count for place in range(count + 1)]
    return [
        (start + (end - start) * place / count, max(edges[place], edges[place + 1])) for place in range(count)
    ]


def _json(reached: dict[str, list[str]], edges: dict[tuple[str, str], list[list[object]]]) -> str:
    """One contact a line."""
    parts = []
    for (sender, receiver), contacts in edges.items():
        listed = ",\n".join(f"      {json.dumps(contact)}" for contact in contacts)
        parts.append(f'    {{"vertices": {json.dumps([sender, receiver])}, "contacts": [\n{listed}\n    ]}}')
    body = ",\n".join(parts)
    return (
        f'{{\n  "contact_type": "PredictedContact_v2",\n  "vertices": {json.dumps(reached)},\n'
        f'  "edges": [\n{body}\n  ]\n}}\n'
    )


def write_tvg(plan: ContactPlan, path: Path) -> list[str]:
    """Write a plan for dtn-tvg-util, and say what was lost."""
    text, notes = tvg_text(plan)
    write_text(path, text)
    return notes


FORMAT: Final = PlanFormat(
    name="tvg",
    title="dtn-tvg-util",
    endings=(".tvg", ".json"),
    holds=HOLDS,
    source="dtn-tvg-util 0.1.6, tvgutil/contact_plan.py",
    write=write_tvg,
    read=read_tvg,
    recognises=lambda head: re.match(r'\{[^{\[]*"(contact_type|vertices|edges)"\s*:', head) is not None,
)
