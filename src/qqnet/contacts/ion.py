"""Contact plans of ION: the commands ``a contact`` and ``a range`` of an ionrc file.

What the format cannot say: fractions of a second, of a byte per second, of a light second; two contacts of a
pair at the same time; names; links. `qqnet.contacts.schedule` arranges that on the safe side. ION takes a range
for both directions where the smaller node number stands first, unless a second one of the same start says
otherwise (``rfx.c``: one of another start would be refused as an overlap).

References
----------
ION 4.1.3, ``ici/doc/pod5/ionrc.pod`` and ``ici/library/rfx.c``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from qqnet.contacts.ion_reading import read_ion
from qqnet.contacts.pieces import Range, ranges
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat, left_out, light_time_note
from qqnet.contacts.schedule import Window, clock_of, whole_second_schedule
from qqnet.errors import InputError
from qqnet.files import write_text

LAST_UNIX_S: Final = 2**31 - 1
"""ION 4.1.3 keeps time in 32 bits: 2038-01-19 03:14:07 UTC."""

HOLDS: Final = Holds(
    times="whole seconds",
    rate="whole bytes/s",
    light_time="whole seconds, in pieces",
    dates=True,
    numbers=True,
    confidence=True,
)


def ion_text(plan: ContactPlan, to_2038: bool = True) -> tuple[str, list[str]]:
    """Say a plan in ION's commands.

    Dates are UTC where the plan has them and ends before 19 January 2038. Otherwise times are "+" offsets
    without a reference: ION counts them from the moment at which it reads the file, or from a command
    ``@ yyyy/mm/dd-hh:mm:ss`` put before them.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    to_2038 : bool
        Whether the reader's clock ends in 2038, as ION's does.

    Returns
    -------
    text : str
        An ionrc file without the node's own commands.
    notes : list of str
        What was lost, for people.

    Raises
    ------
    InputError
        For a plan without dates that begins before its second 0, and for one that is longer than 32 bits
        can count.
    """
    clock, notes = clock_of(plan), list[str]()
    dated = plan.time_base.is_absolute
    if to_2038 and dated and len(plan) and clock.max() >= LAST_UNIX_S:
        zero = float(np.floor(clock.min()))
        clock, dated = clock - zero, False
        notes.append(
            "ION 4.1.3 cannot name a date from 2038-01-19 on: times are offsets (+s) from "
            f"{ion_date(int(zero))} UTC, which ION counts from the moment at which it reads the file"
        )
    if len(plan) and not dated and clock.min() < 0.0:
        raise InputError("a plan with times before its second 0 cannot be said in ION's relative times")
    if to_2038 and len(plan) and clock.max() >= LAST_UNIX_S:
        raise InputError(f"a plan of {clock.max():.0f} s is longer than ION's 32 bits can count: clip it")
    schedule = whole_second_schedule(plan, clock)
    spans = ranges(schedule.windows)
    notes += [*schedule.notes, *light_time_note(_raised(schedule.windows, spans)), *left_out(plan, HOLDS)]
    say = ion_date if dated else (lambda seconds: f"+{seconds}")
    lines = [
        "# Contact plan of QQNet. Contacts in bytes per second; ranges in light seconds, rounded up.",
        *(f"# node {plan.nodes[name]}: {name}" for name in plan.names),
        *(f"# {note}" for note in notes),
        *(line for span in spans for line in range_lines(span, say)),
        *(contact_line(window, say) for window in schedule.windows),
    ]
    return "\n".join(lines) + "\n", notes


def contact_line(window: Window, say: Callable[[int], str]) -> str:
    """A contact as one command; `say` turns seconds into ION's words."""
    line = (
        f"a contact {say(window.start)} {say(window.end)} {window.sender} {window.receiver} "
        f"{window.rate_bytes_per_s}"
    )
    return line if window.confidence == 1.0 else f"{line} {_down(window.confidence)}"


def range_lines(span: Range, say: Callable[[int], str]) -> list[str]:
    """A range as commands: one for both directions, or one for each, of the same start, as ION wants it."""
    times = f"a range {say(span.start)} {say(span.end)}"
    there = f"{times} {span.low} {span.high} {span.owlt}"
    return [there] if span.back is None else [there, f"{times} {span.high} {span.low} {span.back}"]


def ion_date(unix_s: int) -> str:
    """POSIX seconds as ION writes UTC.

    Examples
    --------
    >>> ion_date(0)
    '1970/01/01-00:00:00'
    """
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y/%m/%d-%H:%M:%S")


def _down(confidence: float) -> str:
    """A confidence with six digits behind the point, never above the true one, never 0."""
    return f"{max(np.floor(confidence * 1e6) / 1e6, 1e-6):.6f}".rstrip("0")


def _raised(windows: list[Window], spans: list[Range]) -> float:
    """Most by which a range is above the light time of a contact under it [s]."""
    pairs: dict[tuple[int, int], list[Range]] = {}
    for span in spans:
        pairs.setdefault((span.low, span.high), []).append(span)
    starts = {pair: np.array([span.start for span in group]) for pair, group in pairs.items()}
    most = 0.0
    for window in windows:
        pair = (min(window.sender, window.receiver), max(window.sender, window.receiver))
        group = pairs[pair]
        first = int(np.searchsorted(starts[pair], window.start, side="right")) - 1
        for span in group[first:]:
            if span.start >= window.end:
                break
            low, high = max(span.start, window.start), min(span.end, window.end)
            owlt = span.owlt if window.sender == span.low or span.back is None else span.back
            most = max(most, owlt - min(window.owlt(low), window.owlt(high)))
    return most


def write_ion(plan: ContactPlan, path: Path) -> list[str]:
    """Write a plan for ION, and say what was lost."""
    text, notes = ion_text(plan)
    write_text(path, text)
    return notes


def _looks_like(head: str) -> bool:
    lines = [line.split() for line in head.splitlines() if line.strip() and not line.startswith("#")]
    return any(
        words[0] in ("@", "1", "m", "^") or words[:2] in (["a", "contact"], ["a", "range"]) for words in lines
    )


FORMAT: Final = PlanFormat(
    name="ion",
    title="ION",
    endings=(".ionrc", ".ion"),
    holds=HOLDS,
    source="ION 4.1.3, ici/doc/pod5/ionrc.pod",
    write=write_ion,
    read=read_ion,
    recognises=_looks_like,
)
