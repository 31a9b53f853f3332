"""Reading contact plans of ION: the commands of an ionrc file that make, change and delete contacts and ranges."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Final

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.reading import Row, dated, plan_of_rows, whole
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.files import read_text

ABSOLUTE: Final = re.compile(r"(\d{4})/(\d\d)/(\d\d)-(\d\d):(\d\d):(\d\d)", re.ASCII)

HOUSEKEEPING: Final = frozenset("?ev1hilmqrsx^")
"""Commands that say nothing about the plan."""

NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?|\.\d+", re.ASCII)

EXPLAINED: Final = {
    "a contact": "a contact is: a contact START STOP FROM TO BYTES_PER_SECOND [CONFIDENCE]",
    "a range": "a range is: a range START STOP NODE OTHER_NODE LIGHT_SECONDS",
    "c contact": "a change is: c contact START FROM TO BYTES_PER_SECOND [CONFIDENCE]",
    "d contact": "a deletion is: d contact START FROM TO, with * for all",
    "d range": "a deletion is: d range START NODE OTHER_NODE, with * for all",
}

Pair = tuple[int, int]


@dataclass(frozen=True)
class _Span:
    """One contact or range; `value` is bytes per second or light seconds."""

    start: int
    end: int
    value: int
    line: int
    confidence: float = 1.0


@dataclass
class _Reader:
    """State of reading an ionrc file line by line."""

    source: str
    reference: int = 0
    reference_dated: bool = False
    contacts: dict[Pair, list[_Span]] = field(default_factory=dict)
    ranges: dict[Pair, list[_Span]] = field(default_factory=dict)
    dated: set[bool] = field(default_factory=set)
    special: int = 0
    line: int = 0

    def fail(self, message: str) -> InputError:
        return InputError(f"{self.source}:{self.line}: {message}")

    def take(self, words: list[str]) -> None:
        command = words[0]
        if command in ("a", "c", "d") and len(words) > 1 and f"{command} {words[1]}" in EXPLAINED:
            self.plan_command(f"{command} {words[1]}", words[2:])
        elif command == "@":
            if len(words) != 2:
                raise self.fail("'@' takes one time")
            self.reference = self.time(words[1])
            self.reference_dated = self.reference_dated or not words[1].startswith("+")
        elif command not in HOUSEKEEPING:
            raise self.fail(f"'{' '.join(words[:2])[:40]}' is no command of an ionrc file that is known")

    def plan_command(self, command: str, words: list[str]) -> None:
        counts = {
            "a contact": (5, 6),
            "a range": (5,),
            "c contact": (4, 5),
            "d contact": (3,),
            "d range": (3,),
        }
        if len(words) not in counts[command]:
            raise self.fail(EXPLAINED[command])
        if command == "a contact" and (words[0] == "-1" or words[1] == "0"):
            self.special += 1
        elif command == "a contact":
            self.add(self.contacts, words, "rate", "bytes per second")
        elif command == "a range":
            self.add(self.ranges, words, "range", "light seconds")
        elif command == "c contact":
            self.change(words)
        else:
            self.delete(self.contacts if command == "d contact" else self.ranges, words)

    def add(self, spans: dict[Pair, list[_Span]], words: list[str], name: str, unit: str) -> None:
        start, end = self.time(words[0]), self.time(words[1])
        if end <= start:
            raise self.fail(f"the end {words[1]} does not lie after the start {words[0]}")
        confidence = self.confidence(words[5]) if len(words) == 6 else 1.0
        pair = self.node(words[2]), self.node(words[3])
        if pair[0] == pair[1]:
            raise self.fail(f"node {pair[0]} stands on both sides")
        span = _Span(start, end, self.whole(words[4], name, unit), self.line, confidence)
        spans.setdefault(pair, []).append(span)

    def change(self, words: list[str]) -> None:
        start, pair = self.time(words[0]), (self.node(words[1]), self.node(words[2]))
        rate = self.whole(words[3], "rate", "bytes per second")
        for place, span in enumerate(self.contacts.get(pair, [])):
            if span.start == start:
                confidence = self.confidence(words[4]) if len(words) == 5 else span.confidence
                self.contacts[pair][place] = replace(span, value=rate, confidence=confidence, line=self.line)
                return
        raise self.fail(f"there is no contact {pair[0]} -> {pair[1]} from {words[0]} to change")

    def delete(self, spans: dict[Pair, list[_Span]], words: list[str]) -> None:
        pair = self.node(words[1]), self.node(words[2])
        if words[0] in ("-1", "0"):
            self.special += 1
            return
        kept = [] if words[0] == "*" else [s for s in spans.get(pair, []) if s.start != self.time(words[0])]
        if len(kept) == len(spans.get(pair, [])):
            raise self.fail(f"there is nothing from {words[0]} between {pair[0]} and {pair[1]} to delete")
        spans[pair] = kept

    def confidence(self, word: str) -> float:
        if not NUMBER.fullmatch(word):
            raise self.fail(f"confidence '{word}' is not a number")
        if not 0.0 < float(word) <= 1.0:
            raise self.fail(f"confidence {word} is not above 0 and at most 1")
        return float(word)

    def whole(self, word: str, name: str, unit: str) -> int:
        value = whole(word)
        if value is None:
            raise self.fail(
                f"{name} '{word[:40]}' is not a whole number of {unit}; ION would cut or refuse it"
            )
        return value

    def node(self, word: str) -> int:
        number = whole(word)
        if not number:
            raise self.fail(f"node '{word[:40]}' is not a number above 0; ION takes node numbers, not names")
        return number

    def time(self, word: str) -> int:
        """Unix seconds, or seconds after the moment of reading while no reference is set."""
        if word.startswith("+"):
            offset = whole(word[1:])
            if offset is None:
                raise self.fail(f"time '{word[:40]}' is neither yyyy/mm/dd-hh:mm:ss nor +seconds")
            self.dated.add(self.reference_dated)
        else:
            self.dated.add(True)
        if len(self.dated) == 2:
            raise self.fail(
                "dates and offsets without a reference are mixed: put '@ yyyy/mm/dd-hh:mm:ss' first"
            )
        if word.startswith("+"):
            return int(word) + self.reference
        try:
            return _unix(word)
        except ValueError as error:
            raise self.fail(f"time '{word[:40]}' {error}") from None

    def known_owlt(self, pair: Pair) -> tuple[list[int], list[_Span]]:
        """Ranges that hold for a direction, without overlap: their starts, and they."""
        explicit = self.ranges.get(pair, [])
        # A range is implied in the other direction only where the smaller number was written first.
        implied = self.ranges.get(pair[::-1], []) if pair[0] > pair[1] else []
        found = list(explicit)
        starts = [span.start for span in explicit]
        for span in implied:
            now = span.start
            place = max(bisect_right(starts, now) - 1, 0)
            for known in explicit[place:]:
                if known.start >= span.end:
                    break
                if known.start > now:
                    found.append(replace(span, start=now, end=known.start))
                now = max(now, known.end)
            if now < span.end:
                found.append(replace(span, start=now))
        found.sort(key=lambda span: span.start)
        return [span.start for span in found], found

    def ordered(self, spans: list[_Span]) -> list[_Span]:
        found = sorted(_once(spans), key=lambda span: (span.start, span.line))
        for before, after in pairwise(found):
            if after.start < before.end:
                self.line = max(before.line, after.line)
                other = min(before.line, after.line)
                raise self.fail(f"the range overlaps that of line {other}; ION would pass it over")
        return found

    def rows(self) -> Iterator[tuple[Row, int]]:
        """Contacts, cut where the light time changes, each with its line."""
        self.ranges = {pair: self.ordered(spans) for pair, spans in self.ranges.items()}
        for pair, contacts in self.contacts.items():
            starts, known = self.known_owlt(pair)
            names = str(pair[0]), str(pair[1])
            for contact in _once(contacts):
                now, place = contact.start, bisect_right(starts, contact.start) - 1
                while now < contact.end:
                    if not 0 <= place < len(known) or not known[place].start <= now < known[place].end:
                        self.line = contact.line
                        raise self.fail(
                            f"light time missing: no range for the contact {names[0]} -> {names[1]} "
                            f"{now - contact.start} s after its start"
                        )
                    until, owlt = min(contact.end, known[place].end), known[place].value
                    rate = 8.0 * contact.value
                    yield (*names, now, until, rate, owlt, owlt, contact.confidence), contact.line
                    now, place = until, place + 1


def _once(spans: list[_Span]) -> list[_Span]:
    """Without what was said before in the same words, which ION passes over."""
    return list(
        {(span.start, span.end, span.value, span.confidence): span for span in reversed(spans)}.values()
    )[::-1]


@lru_cache(maxsize=2**16)
def _unix(word: str) -> int:
    """A date of ION as POSIX seconds; ValueError says what is wrong with it."""
    found = ABSOLUTE.fullmatch(word)
    if not found:
        raise ValueError("is neither yyyy/mm/dd-hh:mm:ss nor +seconds")
    parts = [int(part) for part in found.groups()]
    if not 1972 <= parts[0] <= 9998:
        raise ValueError("lies outside the years 1972 to 9998")
    try:
        return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]
    except ValueError as error:
        raise ValueError(f"does not exist ({error})") from None


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
    reader = _Reader(str(path))
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        words = text.split()
        if words and not words[0].startswith("#"):
            reader.line = number
            reader.take(words)
    found = sorted(reader.rows(), key=lambda item: item[1])
    rows, lines = [row for row, _ in found], [line for _, line in found]
    notes = []
    if reader.special:
        notes.append(f"{reader.special} registrations and hypothetical contacts are left out")
    if len(rows) > sum(map(len, reader.contacts.values())):
        notes.append("contacts under several ranges are cut where the light time changes")
    base = TimeBase("relative")
    if reader.dated == {True} and rows:
        base = TimeBase("tdb")
        rows = dated(rows)
    return plan_of_rows(rows, lines, None, base, str(path)), notes
