"""Reading contact plans of A-SABR: a stream of words in which ends of lines mean nothing.

Rates are taken as bit/s and times as seconds, since the format names no units. Pieces become contacts of their
own, cut where the rate or the light time changes. Budgets of priorities and virtual nodes are passed over.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from typing import Final

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.reading import Row, numbered, plan_of_rows, whole
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.files import read_text

LEGACY: Final = ("eto", "peto", "evl", "pevl", "qd", "pqd")
"""Markers of contacts with one rate and one delay."""

BUDGETED: Final = ("pbeto", "pbevl", "pbqd")
SEGMENTED: Final = ("seg", "pseg")
KEYWORDS: Final = ("node", "enode", "vnode", "contact")

Piece = tuple[float, float, float]


@dataclass
class _Words:
    """Words of a file with their lines, and what was read so far."""

    source: str
    words: list[str]
    lines: list[int]
    place: int = 0
    names: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    row_lines: list[int] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, text: str) -> _Words:
        words: list[str] = []
        lines: list[int] = []
        for number, line in enumerate(text.split("\n"), start=1):
            content = line.partition("#")[0]
            for mark in "[],":
                if mark in content:
                    content = content.replace(mark, f" {mark} ")
            found = content.split()
            words += found
            lines += [number] * len(found)
        return cls(source, words, lines)

    def fail(self, message: str, place: int | None = None) -> InputError:
        place = self.place if place is None else place
        line = self.lines[min(place, len(self.lines) - 1)] if self.lines else 1
        return InputError(f"{self.source}:{line}: {message}")

    def look(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def word(self, wanted: str) -> str:
        found = self.look()
        if not found:
            raise self.fail(f"the file ends where {wanted} is wanted")
        self.place += 1
        return found

    def need(self, mark: str) -> None:
        if self.word(f"'{mark}'") != mark:
            self.place -= 1
            raise self.fail(f"'{mark}' is wanted where '{self.look()}' stands")

    def number(self, wanted: str) -> float:
        found = self.word(wanted)
        try:
            value = float(found)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.place -= 1
            raise self.fail(f"{wanted} '{found}' is not a number")
        return value

    def node(self, wanted: str) -> str:
        found = self.word(wanted)
        number = whole(found)
        if number is None or number >= len(self.names):
            self.place -= 1
            known = f"0 to {len(self.names) - 1}" if self.names else "none yet"
            raise self.fail(f"{wanted} '{found}' is no node that was declared before: {known}")
        return self.names[number]

    def pass_over(self, what: str) -> None:
        self.passed[what] = self.passed.get(what, 0) + 1

    def take(self) -> None:
        """One declaration."""
        kind = self.word("a declaration")
        if kind in ("node", "enode"):
            if whole(self.word("the number of a node")) != len(self.names):
                raise self.fail(
                    f"nodes are numbered from 0 in order: {len(self.names)} is next", self.place - 1
                )
            name = self.word("the name of a node")
            if name in self.known:
                raise self.fail(f"two nodes are called '{name}'", self.place - 1)
            self.names.append(name)
            self.known.add(name)
        elif kind == "vnode":
            self.word("a number")
            self.word("a name")
            self.need("[")
            while self.word("']'") != "]":
                pass
            self.pass_over("virtual nodes")
        elif kind == "contact":
            self.contact()
        else:
            self.place -= 1
            raise self.fail(f"'{kind[:40]}' is none of node, enode, vnode, contact")

    def contact(self) -> None:
        line = self.lines[self.place - 1]
        sender, receiver = self.node("sender"), self.node("receiver")
        start, end = self.number("start"), self.number("end")
        if end <= start:
            raise self.fail(f"the end {end:g} does not lie after the start {start:g}", self.place - 1)
        marker = self.look()
        if marker in SEGMENTED or marker in ("rate", "delay"):
            self.place += marker in SEGMENTED
            parts = dict([self.pieces(start, end), self.pieces(start, end)])
            if len(parts) < 2:
                raise self.fail(
                    "a contact with pieces has one list of rates and one of delays", self.place - 1
                )
            rates, delays = parts["rate"], parts["delay"]
        else:
            self.place += marker in LEGACY or marker in BUDGETED
            rates, delays = [(start, end, self.number("rate"))], [(start, end, self.number("delay"))]
            budgets = 0
            while self.look() and self.look() not in KEYWORDS:
                self.number("budget")
                budgets += 1
            if budgets:
                self.pass_over("budgets of priorities")
        for low, high, rate, delay in _crossed(rates, delays):
            self.rows.append((sender, receiver, low, high, rate, delay, delay, 1.0))
            self.row_lines.append(line)

    def pieces(self, start: float, end: float) -> tuple[str, list[Piece]]:
        """One list, which covers the contact without gap."""
        name = self.word("rate or delay")
        if name not in ("rate", "delay"):
            self.place -= 1
            raise self.fail(f"'{name}' stands where rate or delay is wanted")
        self.need("[")
        found: list[Piece] = []
        now = start
        while self.look() != "]":
            low, high = self.number("start of a piece"), self.number("end of a piece")
            if low != now or high <= low:
                raise self.fail(
                    f"{name}: the piece from {low:g} to {high:g} does not go on at {now:g}", self.place - 1
                )
            found.append((low, high, self.number(name)))
            now = high
            if self.look() == ",":
                self.place += 1
            elif self.look() != "]":
                raise self.fail(f"',' or ']' is wanted where '{self.look() or 'the end'}' stands")
        self.place += 1
        if now != end:
            raise self.fail(f"{name}: the pieces end at {now:g}, the contact at {end:g}", self.place - 1)
        return name, found


def _crossed(rates: list[Piece], delays: list[Piece]) -> list[tuple[float, float, float, float]]:
    """Parts with one rate and one delay each."""
    if len(rates) == len(delays) == 1:
        return [(rates[0][0], rates[0][1], rates[0][2], delays[0][2])]
    found, at, rate, delay = [], rates[0][0], 0, 0
    while rate < len(rates) and delay < len(delays):
        end = min(rates[rate][1], delays[delay][1])
        found.append((at, end, rates[rate][2], delays[delay][2]))
        rate, delay = rate + (rates[rate][1] == end), delay + (delays[delay][1] == end)
        at = end
    return found


def read_asabr(path: str | os.PathLike[str]) -> tuple[ContactPlan, list[str]]:
    """Read a contact plan of A-SABR.

    Parameters
    ----------
    path : path-like
        A text file.

    Returns
    -------
    plan : ContactPlan
        Nodes have the names of the file. Times are relative to an instant that the file does not name.
    notes : list of str
        What was assumed or passed over, for people.

    Raises
    ------
    InputError
        Naming the line.
    """
    reader = _Words.of(str(path), read_text(path))
    while reader.place < len(reader.words):
        reader.take()
    if not reader.names:
        raise InputError(f"{path}:1: not a plan of A-SABR: it declares no node")
    notes = ["A-SABR's numbers have no units: seconds and bit/s are taken"]
    notes += [f"{count} {what} are passed over" for what, count in reader.passed.items()]
    nodes = numbered(reader.names)
    return plan_of_rows(reader.rows, reader.row_lines, nodes, TimeBase("relative"), reader.source), notes
