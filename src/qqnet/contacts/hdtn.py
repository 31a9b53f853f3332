"""Contact plans of HDTN: a JSON list of contacts.

Times are whole seconds after an instant that the file does not name; rates bits per second, where 0 would mean
without limit; light times whole seconds. HDTN reads a decimal as 0 without a word (nasa/HDTN issue 69), so
decimals are refused here.

References
----------
github.com/nasa/HDTN: ``module/router/contact_plans``, ``common/cgr/src/libcgr.cpp``.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any, Final

from qqnet.contacts.json_text import JsonText
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat, left_out, light_time_note
from qqnet.contacts.reading import Row, plan_of_rows, shown
from qqnet.contacts.schedule import GREATEST, from_second_0, whole_second_schedule
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.files import write_text

HOLDS: Final = Holds(times="whole seconds", rate="whole bit/s", light_time="whole seconds", numbers=True)


def hdtn_text(plan: ContactPlan) -> tuple[str, list[str]]:
    """Say a plan in HDTN's JSON.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    text : str
        The file.
    notes : list of str
        What was lost, for people, and which instant is second 0.
    """
    clock, notes = from_second_0(plan, "HDTN")
    schedule = whole_second_schedule(plan, clock, unit_bps=1.0)
    lines = [
        f'    {{"contact": {number}, "source": {window.sender}, "dest": {window.receiver}, '
        f'"startTime": {window.start}, "endTime": {window.end}, '
        f'"rateBitsPerSec": {window.rate_bits_per_s}, "owlt": {window.owlt_ceiling}}}'
        for number, window in enumerate(schedule.windows)
    ]
    raised = max((w.owlt_ceiling - min(w.owlt_start_s, w.owlt_end_s) for w in schedule.windows), default=0.0)
    body = ",\n".join(lines)
    notes = [*notes, *schedule.notes, *light_time_note(raised), *left_out(plan, HOLDS)]
    return f'{{\n  "contacts": [\n{body}\n  ]\n}}\n', notes


def write_hdtn(plan: ContactPlan, path: Path) -> list[str]:
    """Write a plan for HDTN, and say what was lost."""
    text, notes = hdtn_text(plan)
    write_text(path, text)
    return notes


def read_hdtn(path: str | os.PathLike[str]) -> tuple[ContactPlan, list[str]]:
    """Read a contact plan of HDTN.

    Parameters
    ----------
    path : path-like
        A JSON file.

    Returns
    -------
    plan : ContactPlan
        Nodes are named by their numbers; times are relative to an instant that the file does not name.
    notes : list of str
        What was changed, for people.

    Raises
    ------
    InputError
        Naming the line.
    """
    file = JsonText.read(path)
    if not isinstance(file.content, dict) or not isinstance(file.content.get("contacts"), list):
        raise InputError(f'{file.source}:1: not an HDTN plan; it is {{"contacts": [...]}}')
    contacts = file.content["contacts"]
    try:
        rows = [_row(contact) for contact in contacts]
    except InputError:
        for contact, line in zip(contacts, file.lines("contacts"), strict=True):
            _row(contact, f"{file.source}:{line}: ")
        raise
    deprecated = sum("rateBitsPerSec" not in contact for contact in contacts)
    notes = [f"{deprecated} contacts give the deprecated 'rate': taken as Mbit/s"] if deprecated else []
    lines = partial(file.lines, "contacts")
    return plan_of_rows(rows, lines, None, TimeBase("relative"), file.source), notes


def _row(contact: Any, place: str = "") -> Row:
    if not isinstance(contact, dict):
        raise InputError(f"{place}a contact is an object with source, dest and so on")

    def whole(key: str, least: int) -> int:
        value = contact.get(key)
        if type(value) is not int or not least <= value <= GREATEST:
            found = "missing" if key not in contact else shown(value)
            raise InputError(f"{place}{key} is {found}; give a whole number from {least}")
        return value

    source, dest = whole("source", 1), whole("dest", 1)
    start, end = whole("startTime", 0), whole("endTime", 0)
    if "rateBitsPerSec" in contact or "rate" not in contact:
        rate = float(whole("rateBitsPerSec", 0))
    else:
        rate = 1e6 * whole("rate", 0)
    if rate == 0.0:
        raise InputError(f"{place}rate 0 means without limit in HDTN; give the rate of the link")
    owlt = whole("owlt", 0)
    return str(source), str(dest), start, end, rate, owlt, owlt, 1.0


def _looks_like(head: str) -> bool:
    return head.startswith("{") and '"contact_type"' not in head and '"edges"' not in head


FORMAT: Final = PlanFormat(
    name="hdtn",
    title="HDTN",
    endings=(".json", ".hdtn"),
    holds=HOLDS,
    source="HDTN's contact plans and loader, github.com/nasa/HDTN",
    write=write_hdtn,
    read=read_hdtn,
    recognises=_looks_like,
)
