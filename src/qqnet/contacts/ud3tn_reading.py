"""Reading the configuration of µD3TN nodes: commands in its own notation, and in JSON (µD3TN 0.15)."""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.reading import Row, dated, numbered, plan_of_rows, shown, whole
from qqnet.contacts.timebase import UNIX_OF_2000_S, UNIX_OF_9999_S, TimeBase
from qqnet.errors import InputError
from qqnet.files import read_text

FILE: Final = re.compile(r"node-(\d+)\.ud3tn", re.ASCII)
IPN: Final = re.compile(r"ipn:(\d{1,18})\.\d+", re.ASCII)
CONTACT: Final = re.compile(r"\{(\d{1,18}),(\d{1,18}),(\d{1,18})\}", re.ASCII)
DIGITS: Final = re.compile(r"\d+", re.ASCII)
JSON_COMMANDS: Final = {"ADD": "1", "UPDATE": "2", "DELETE": "3", "QUERY": "4"}

Contact = tuple[int, int, int, int]
"""Start, end, bytes per second, line."""


@dataclass
class _Scanner:
    """Reads commands, and knows the line."""

    text: str
    source: str
    place: int = 0
    counted: int = 0
    lines: int = 1

    def line(self) -> int:
        if self.place < self.counted:
            self.counted, self.lines = 0, 1
        self.lines += self.text.count("\n", self.counted, self.place)
        self.counted = self.place
        return self.lines

    def fail(self, message: str) -> InputError:
        return InputError(f"{self.source}:{self.line()}: {message}")

    def blank(self) -> None:
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def at(self, mark: str) -> bool:
        return self.text.startswith(mark, self.place)

    def take(self, mark: str) -> bool:
        found = self.at(mark)
        self.place += len(mark) * found
        return found

    def need(self, mark: str) -> None:
        if not self.take(mark):
            found = self.text[self.place : self.place + 1] or "the end"
            raise self.fail(f"'{mark}' is wanted where {found!r} stands")

    def string(self) -> str:
        self.need("(")
        end = self.text.find(")", self.place)
        if end < 0 or "\n" in self.text[self.place : end]:
            raise self.fail("a text in parentheses is not closed")
        found = self.text[self.place : end]
        self.place = end + 1
        return found

    def number(self, name: str) -> int:
        found = DIGITS.match(self.text, self.place)
        value = whole(found[0]) if found else None
        if not found or value is None:
            raise self.fail(f"{name} is not a whole number")
        self.place = found.end()
        return value

    def strings(self) -> list[str]:
        self.need("[")
        found = [] if self.at("]") else [self.string()]
        while self.take(","):
            found.append(self.string())
        self.need("]")
        return found

    def contacts(self) -> list[Contact]:
        self.need("[")
        found: list[Contact] = []
        while not self.take("]"):
            if found:
                self.need(",")
            line = self.line()
            plain = CONTACT.match(self.text, self.place)
            if plain:
                self.place = plain.end()
                found.append((int(plain[1]), int(plain[2]), int(plain[3]), line))
                continue
            self.need("{")
            start = self.number("start")
            self.need(",")
            end = self.number("end")
            self.need(",")
            rate = self.number("rate")
            if self.take(","):
                self.strings()
            self.need("}")
            found.append((start, end, rate, line))
        return found

    def json(self) -> Any:
        try:
            value, self.place = json.JSONDecoder().raw_decode(self.text, self.place)
        except (ValueError, RecursionError):
            raise self.fail("a command in JSON is damaged") from None
        return value


@dataclass
class _Node:
    """State of one node, as commands make it."""

    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)

    def take(self, scanner: _Scanner) -> None:
        if scanner.at("{"):
            self.take_json(scanner)
            return
        kind = scanner.text[scanner.place]
        if kind not in "1234":
            raise scanner.fail(f"command {kind!r} is not 1 (add), 2 (replace), 3 (delete) or 4 (query)")
        scanner.place += 1
        if kind == "4" and scanner.take(";"):
            return
        name = scanner.string()
        if scanner.take(","):
            reliability = scanner.number("reliability")
            if not 100 <= reliability <= 1000:
                raise scanner.fail("reliability is not from 100 to 1000")
            self.confidence[name] = reliability / 1000.0
        contacts: list[Contact] = []
        endpoints: list[str] = []
        # Address, reachable nodes and contacts follow in this order, each optional, each after its colon.
        for part in ("(", "[(", "[{"):
            if not scanner.take(":"):
                break
            if part == "(" and scanner.at("("):
                scanner.string()
            elif part == "[(" and scanner.at("["):
                endpoints = scanner.strings()
            elif part == "[{" and scanner.at("["):
                contacts = scanner.contacts()
        scanner.need(";")
        self.apply(kind, name, contacts, bool(endpoints))

    def take_json(self, scanner: _Scanner) -> None:
        line = scanner.line()
        value = scanner.json()
        try:
            kind, name = JSON_COMMANDS[value["command"]], value.get("node_id", "")
            listed = value.get("contact_list", [])
            contacts = [(one["start"], one["end"], one["data_rate"], line) for one in listed]
            numbers = [number for contact in contacts for number in contact[:3]]
            if not isinstance(name, str) or not all(
                type(number) is int and number >= 0 for number in numbers
            ):
                raise ValueError
        except (KeyError, TypeError, AttributeError, ValueError):
            raise InputError(
                f"{scanner.source}:{line}: a command is an object with command, node_id and contact_list, whose "
                f"start, end and data_rate are whole numbers, not {shown(value)}"
            ) from None
        self.apply(kind, name, contacts, bool(value.get("reachable_eids")))

    def apply(self, kind: str, name: str, contacts: list[Contact], endpoints: bool) -> None:
        """What a command does, as ``aap2-bdm-ud3tn-routing`` has it: what is added replaces what it overlaps."""
        known = self.contacts.get(name, [])
        if kind == "1":
            self.contacts[name] = [*_beside(known, contacts), *contacts]
        elif kind == "2":
            self.contacts[name] = contacts
        elif kind == "3" and contacts:
            gone = {contact[:3] for contact in contacts}
            self.contacts[name] = [contact for contact in known if contact[:3] not in gone]
        elif kind == "3" and not endpoints:
            self.contacts.pop(name, None)


def _beside(known: list[Contact], new: Iterable[Contact]) -> list[Contact]:
    """Contacts that overlap none of others."""
    ordered = sorted(new)
    if not ordered or not known or max(contact[1] for contact in known) <= ordered[0][0]:
        return known
    starts = [contact[0] for contact in ordered]
    reached = list(accumulate((contact[1] for contact in ordered), max))
    kept = []
    for contact in known:
        before = bisect_left(starts, contact[1])
        if before == 0 or reached[before - 1] <= contact[0]:
            kept.append(contact)
    return kept


def read_ud3tn(
    path: str | os.PathLike[str], node: str | None = None, owlt_s: float = 0.0
) -> tuple[ContactPlan, list[str]]:
    """Read the commands for one node, or a folder of ``node-N.ud3tn`` for several.

    Parameters
    ----------
    path : path-like
        File or folder.
    node : str, optional
        Endpoint of the node that a file is for, such as ``ipn:7.0``; from the name ``node-7.ud3tn`` where
        not given.
    owlt_s : float
        Light time of all contacts, which the format does not tell. [s]

    Returns
    -------
    plan : ContactPlan
        In TDB. Nodes are named by their numbers, or by endpoint where that has none. The reliability of a
        neighbour is the confidence of the contacts with it.
    notes : list of str
        What was assumed, for people.

    Raises
    ------
    InputError
        Naming the line.
    """
    folder = Path(path)
    files = sorted(folder.glob("node-*.ud3tn")) if folder.is_dir() else [folder]
    if not files:
        raise InputError(f"{path}: holds no file node-N.ud3tn")
    rows: list[Row] = []
    places: list[tuple[Path, int]] = []
    for file in files:
        named = FILE.fullmatch(file.name)
        if named is None and node is None:
            raise InputError(
                f"{file}: tell the node that these commands are for, or name the file node-N.ud3tn"
            )
        sender = _name(node if node is not None else f"ipn:{int(named[1][:18]) if named else ''}.0")
        state = _commands(file)
        for receiver, contacts in state.contacts.items():
            confidence = state.confidence.get(receiver, 1.0)
            for start, end, rate, line in contacts:
                if max(start, end) >= UNIX_OF_9999_S - UNIX_OF_2000_S:
                    raise InputError(
                        f"{file}:{line}: a contact from {start} to {end} lies after the year 9998: µD3TN counts "
                        "seconds since 2000, not milliseconds"
                    )
                if end <= start:
                    raise InputError(
                        f"{file}:{line}: a contact is reversed: its end {end} does not lie after its start {start}"
                    )
                rows.append((sender, _name(receiver), start, end, 8.0 * rate, owlt_s, owlt_s, confidence))
                places.append((file, line))
    if rows:
        rows = dated(rows, UNIX_OF_2000_S)
    nodes = numbered(sorted({name for row in rows for name in row[:2]}))
    notes = [f"µD3TN's commands tell no light times: {owlt_s:g} s is taken"]
    try:
        return plan_of_rows(rows, [line for _, line in places], nodes, TimeBase("tdb"), str(path)), notes
    except InputError:
        _refuse_in_its_file(rows, places, nodes)
        raise


def _commands(file: Path) -> _Node:
    """State of a node after the commands of a file."""
    scanner, state = _Scanner(read_text(file), str(file)), _Node()
    scanner.blank()
    while scanner.place < len(scanner.text):
        state.take(scanner)
        scanner.blank()
    return state


def _refuse_in_its_file(rows: list[Row], places: list[tuple[Path, int]], nodes: dict[str, int]) -> None:
    """Name the file of a folder in which something is wrong."""
    for file in dict.fromkeys(file for file, _ in places):
        mine = [place for place, (other, _) in enumerate(places) if other == file]
        lines = [places[place][1] for place in mine]
        plan_of_rows([rows[place] for place in mine], lines, nodes, TimeBase("tdb"), str(file))


def _name(endpoint: str) -> str:
    numbered_ = IPN.fullmatch(endpoint)
    return str(int(numbered_[1])) if numbered_ else endpoint
