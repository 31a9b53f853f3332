"""Contact plans of HDTN: a JSON list of contacts.

Times are whole seconds after an instant that the file does not name; rates bits per second, where 0 would mean
without limit; light times whole seconds. HDTN reads a decimal as 0 without a word (nasa/HDTN issue 69), so
decimals are refused here.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, Final

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.schedule import whole_second_schedule
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.files import read_text

LIST: Final = re.compile(r'"contacts"\s*:\s*\[')
BETWEEN: Final = re.compile(r"[\s,]*")


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
    edges = plan.contacts[["start_s", "end_s"]].to_numpy()
    notes = []
    if plan.time_base.is_absolute and len(plan):
        edges = plan.time_base.unix_seconds(edges.reshape(-1)).reshape(-1, 2)
        zero = float(np.floor(edges.min()))
        edges = edges - zero
        instant = np.datetime_as_string(np.datetime64(int(zero), "s"))
        notes.append(f"second 0 of the HDTN plan is {instant}Z")
    schedule = whole_second_schedule(plan, edges)
    if any(window.start < 0 for window in schedule.windows):
        raise InputError("a plan with times before its second 0 cannot be said in HDTN's format")
    change = max((abs(w.owlt_end_s - w.owlt_start_s) for w in schedule.windows), default=0.0)
    if change > 1.0:
        notes.append(f"light time changes by up to {change:.1f} s within a contact: its largest value stands")
    contacts = [
        {
            "contact": number,
            "source": window.sender,
            "dest": window.receiver,
            "startTime": window.start,
            "endTime": window.end,
            "rateBitsPerSec": int(window.rate_bps),
            "owlt": window.owlt_ceiling,
        }
        for number, window in enumerate(schedule.windows)
    ]
    body = ",\n".join(f"    {json.dumps(contact)}" for contact in contacts)
    return f'{{\n  "contacts": [\n{body}\n  ]\n}}\n', [*notes, *schedule.notes]


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
    import pandas as pd

    source, text = str(path), read_text(path)
    rows, lines, deprecated = [], [], 0
    for contact, line in _contacts(text, source):
        deprecated += "rateBitsPerSec" not in contact
        rows.append(_row(contact, f"{source}:{line}"))
        lines.append(line)
    columns = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"]
    frame = pd.DataFrame(rows, columns=columns)
    nodes = {str(number): number for number in sorted({*frame["from"].astype(int), *frame["to"].astype(int)})}
    notes = [f"{deprecated} contacts give the deprecated 'rate': taken as Mbit/s"] if deprecated else []
    plan = ContactPlan.from_file(frame, nodes, TimeBase("relative"), source, np.array(lines, dtype=np.int64))
    return plan, notes


def _contacts(text: str, source: str) -> list[tuple[dict[str, Any], int]]:
    """Each contact with the line on which it begins."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{source}:{error.lineno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise InputError(f"{source}: not a contact plan: nested too deeply") from None
    begin = LIST.search(text)
    if not isinstance(whole, dict) or not isinstance(whole.get("contacts"), list) or begin is None:
        raise InputError(f'{source}:1: not an HDTN plan; it is {{"contacts": [...]}}')
    decoder, found, place, line, counted = json.JSONDecoder(), [], begin.end(), 1, 0
    for _ in whole["contacts"]:
        blank = BETWEEN.match(text, place)
        place = blank.end() if blank else place
        line += text.count("\n", counted, place)
        counted = place
        contact, place = decoder.raw_decode(text, place)
        if not isinstance(contact, dict):
            raise InputError(f"{source}:{line}: a contact is an object with source, dest and so on")
        found.append((contact, line))
    return found


def _row(contact: dict[str, Any], place: str) -> tuple[str, str, int, int, float, int, int]:
    def whole(key: str, least: int) -> int:
        value = contact.get(key)
        if type(value) is not int or value < least:
            shown = "missing" if key not in contact else repr(value)
            raise InputError(f"{place}: {key} is {shown}; give a whole number from {least}")
        return value

    source, dest = whole("source", 1), whole("dest", 1)
    start, end = whole("startTime", 0), whole("endTime", 0)
    if "rateBitsPerSec" in contact or "rate" not in contact:
        rate = float(whole("rateBitsPerSec", 0))
    else:
        rate = 1e6 * whole("rate", 0)
    if rate == 0.0:
        raise InputError(f"{place}: rate 0 means without limit in HDTN; give the rate of the link")
    owlt = whole("owlt", 0)
    return str(source), str(dest), start, end, rate, owlt, owlt
