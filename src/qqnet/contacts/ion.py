"""Contact plans of ION: the commands ``a contact`` and ``a range`` of an ionrc file.

What the format cannot say: fractions of a second, of a byte per second, of a light second; two contacts of a
pair at the same time; names; links. `qqnet.contacts.schedule` arranges that on the safe side.

References
----------
ION 4.1.3, ``ici/doc/pod5/ionrc.pod``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.schedule import ranges, whole_second_schedule
from qqnet.contacts.timebase import TimeBase, tdb_from_unix
from qqnet.errors import InputError
from qqnet.files import read_text

LAST_UNIX_S: Final = 2**31 - 1
"""ION 4.1.3 keeps time in 32 bits: 2038-01-19 03:14:07 UTC."""

ABSOLUTE: Final = re.compile(r"(\d{4})/(\d\d)/(\d\d)-(\d\d):(\d\d):(\d\d)", re.ASCII)
RELATIVE: Final = re.compile(r"\+(\d+)", re.ASCII)
WHOLE: Final = re.compile(r"\d+", re.ASCII)

HOUSEKEEPING: Final = frozenset("?ev1hilmqrsx^")
"""Commands that say nothing about the plan."""


def ion_text(plan: ContactPlan) -> tuple[str, list[str]]:
    """Say a plan in ION's commands.

    Dates are UTC where the plan has them and ends before 19 January 2038. Otherwise times are "+" offsets
    without a reference: ION counts them from the moment at which it reads the file, or from a command
    ``@ yyyy/mm/dd-hh:mm:ss`` put before them.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    text : str
        An ionrc file without the node's own commands.
    notes : list of str
        What was lost, for people.
    """
    edges = plan.contacts[["start_s", "end_s"]].to_numpy()
    notes: list[str] = []
    dated = plan.time_base.is_absolute
    if dated and len(plan):
        edges = plan.time_base.unix_seconds(edges.reshape(-1)).reshape(-1, 2)
    if dated and len(plan) and edges.max() >= LAST_UNIX_S:
        zero = float(np.floor(edges.min()))
        edges, dated = edges - zero, False
        notes.append(
            "ION 4.1.3 cannot name a date from 2038-01-19 on: times are offsets (+s) from "
            f"{_date(int(zero))} UTC, which ION counts from the moment at which it reads the file"
        )
    schedule = whole_second_schedule(plan, edges)
    say = _date if dated else (lambda seconds: f"+{seconds}")
    if not dated and any(window.start < 0 for window in schedule.windows):
        raise InputError("a plan with times before its second 0 cannot be said in ION's relative times")
    lines = [
        "# Contact plan of QQNet. Contacts in bytes per second; ranges in light seconds, rounded up.",
        *(f"# node {plan.nodes[name]}: {name}" for name in plan.names),
        *(f"# {note}" for note in [*notes, *schedule.notes]),
    ]
    lines += [
        f"a range {say(span.start)} {say(span.end)} {span.low} {span.high} {span.owlt}"
        for span in ranges(schedule.windows)
    ]
    for window in schedule.windows:
        line = (
            f"a contact {say(window.start)} {say(window.end)} {window.sender} {window.receiver} "
            f"{window.rate_bytes_per_s}"
        )
        lines.append(line if window.confidence == 1.0 else f"{line} {window.confidence:g}")
    return "\n".join(lines) + "\n", [*notes, *schedule.notes]


def _date(unix_s: int) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y/%m/%d-%H:%M:%S")


@dataclass(frozen=True)
class _Span:
    """One ``a contact`` or ``a range``; `value` is bytes per second or light seconds."""

    start: int
    end: int
    sender: int
    receiver: int
    value: int
    line: int
    confidence: float = 1.0


@dataclass
class _Reader:
    """State of reading an ionrc file line by line."""

    source: str
    reference: int = 0
    reference_dated: bool = False
    contacts: list[_Span] = field(default_factory=list)
    ranges: dict[tuple[int, int], list[_Span]] = field(default_factory=dict)
    dated: set[bool] = field(default_factory=set)
    special: int = 0
    line: int = 0

    def fail(self, message: str) -> InputError:
        return InputError(f"{self.source}:{self.line}: {message}")

    def take(self, words: list[str]) -> None:
        if words[0] == "@":
            if len(words) != 2:
                raise self.fail("'@' takes one time")
            self.reference = self.time(words[1])
            self.reference_dated = self.reference_dated or not words[1].startswith("+")
        elif words[0] == "a" and len(words) > 1 and words[1] == "contact":
            self.take_contact(words[2:])
        elif words[0] == "a" and len(words) > 1 and words[1] == "range":
            self.take_range(words[2:])
        elif words[0] in ("c", "d") and len(words) > 1 and words[1] in ("contact", "range"):
            raise self.fail(f"'{words[0]} {words[1]}' edits a plan; only 'a contact' and 'a range' are read")
        elif words[0] not in HOUSEKEEPING:
            raise self.fail(f"'{words[0]}' is no command of an ionrc file")

    def take_contact(self, words: list[str]) -> None:
        if len(words) not in (5, 6):
            raise self.fail("a contact is: a contact START STOP FROM TO BYTES_PER_SECOND [CONFIDENCE]")
        if words[0] == "-1" or words[1] == "0":
            self.special += 1
            return
        confidence = 1.0
        if len(words) == 6:
            try:
                confidence = float(words[5])
            except ValueError:
                raise self.fail(f"confidence '{words[5]}' is not a number") from None
            if not 0.0 < confidence <= 1.0:
                raise self.fail(f"confidence {words[5]} is not above 0 and at most 1")
        self.contacts.append(self.span(words, "rate", "bytes per second", confidence))

    def take_range(self, words: list[str]) -> None:
        if len(words) != 5:
            raise self.fail("a range is: a range START STOP NODE OTHER_NODE LIGHT_SECONDS")
        span = self.span(words, "range", "light seconds")
        self.ranges.setdefault((span.sender, span.receiver), []).append(span)

    def span(self, words: list[str], name: str, unit: str, confidence: float = 1.0) -> _Span:
        start, end = self.time(words[0]), self.time(words[1])
        if end <= start:
            raise self.fail(f"the end {words[1]} does not lie after the start {words[0]}")
        sender, receiver = self.node(words[2]), self.node(words[3])
        if not WHOLE.fullmatch(words[4]):
            raise self.fail(
                f"{name} '{words[4]}' is not a whole number of {unit}; ION would cut or refuse it"
            )
        return _Span(start, end, sender, receiver, int(words[4]), self.line, confidence)

    def node(self, word: str) -> int:
        if not WHOLE.fullmatch(word) or int(word) == 0:
            raise self.fail(f"node '{word}' is not a number above 0; ION takes node numbers, not names")
        return int(word)

    def time(self, word: str) -> int:
        """Unix seconds, or seconds after the moment of reading while no reference is set."""
        offset = RELATIVE.fullmatch(word)
        if offset:
            self.dated.add(self.reference_dated)
            self.mixed()
            return int(offset[1]) + self.reference
        date = ABSOLUTE.fullmatch(word)
        if not date:
            raise self.fail(f"time '{word}' is neither yyyy/mm/dd-hh:mm:ss nor +seconds")
        self.dated.add(True)
        self.mixed()
        try:
            return int(datetime(*(int(part) for part in date.groups()), tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]
        except ValueError as error:
            raise self.fail(f"time '{word}' does not exist ({error})") from None

    def mixed(self) -> None:
        if len(self.dated) == 2:
            raise self.fail(
                "dates and offsets without a reference are mixed: put '@ yyyy/mm/dd-hh:mm:ss' first"
            )

    def pieces(self, contact: _Span) -> Iterator[tuple[int, int, int]]:
        """Parts of a contact with one light time each: start, end, light time."""
        self.line = contact.line
        explicit = self.ranges.get((contact.sender, contact.receiver), [])
        implied = self.ranges.get((contact.receiver, contact.sender), [])
        # A range is implied in the other direction only where the smaller number was written first.
        implied = implied if contact.sender > contact.receiver else []
        now = contact.start
        while now < contact.end:
            current = next((span for span in (*explicit, *implied) if span.start <= now < span.end), None)
            if current is None:
                raise self.fail(
                    f"light time missing: no range for the contact {contact.sender} -> {contact.receiver} "
                    f"{now - contact.start} s after its start"
                )
            later = [span.start for span in explicit if span.start > now]
            until = min([contact.end, current.end, *later])
            yield now, until, current.value
            now = until


def read_ion(path: str | os.PathLike[str]) -> tuple[ContactPlan, list[str]]:
    """Read the contacts and ranges of an ionrc file.

    Commands that configure the node are passed over. A contact under several ranges becomes several contacts.

    Parameters
    ----------
    path : path-like
        An ionrc file.

    Returns
    -------
    plan : ContactPlan
        Nodes are named by their numbers. Dates become TDB; offsets without a reference stay relative.
    notes : list of str
        What was left out or changed, for people.

    Raises
    ------
    InputError
        Naming the line.
    """
    import pandas as pd

    reader = _Reader(str(path))
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        words = text.split()
        if words and not words[0].startswith("#"):
            reader.line = number
            reader.take(words)
    rows, lines = [], []
    for contact in reader.contacts:
        for start, end, owlt in reader.pieces(contact):
            rate_bps = 8.0 * contact.value
            rows.append(
                (
                    str(contact.sender),
                    str(contact.receiver),
                    start,
                    end,
                    rate_bps,
                    owlt,
                    owlt,
                    contact.confidence,
                )
            )
            lines.append(contact.line)
    notes = []
    if reader.special:
        notes.append(f"{reader.special} registrations and hypothetical contacts are left out")
    if len(rows) > len(reader.contacts):
        notes.append("contacts under several ranges are cut where the light time changes")
    columns = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "confidence"]
    frame = pd.DataFrame(rows, columns=columns)
    base = TimeBase("relative")
    if reader.dated == {True} and len(frame):
        base = TimeBase("tdb", f"{datetime.fromtimestamp(frame['start_s'].min(), UTC):%Y-%m-%dT%H:%M:%SZ}")
        for column in ("start_s", "end_s"):
            frame[column] = tdb_from_unix(frame[column].to_numpy())
    numbers = sorted({*frame["from"].astype(int), *frame["to"].astype(int)})
    nodes = {str(number): number for number in numbers}
    return ContactPlan.from_file(frame, nodes, base, str(path), np.array(lines, dtype=np.int64)), notes
