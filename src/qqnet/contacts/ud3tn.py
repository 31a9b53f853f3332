"""Contact plans of µD3TN: configuration commands for one node, which name its neighbours and contacts.

A command is ``1(EID)[,RELIABILITY]:(CLA ADDRESS):[(EID),...]:[{START,END,BYTES_PER_SECOND[,[(EID),...]]},...];``
with 1 add, 2 replace, 3 delete; times are whole seconds of the DTN epoch (2000-01-01 UTC). It knows no light
times, and belongs to the node that it is sent to: a plan becomes one file a sending node.

References
----------
µD3TN ``doc/contacts_data_format.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.schedule import Window, whole_second_schedule
from qqnet.contacts.timebase import TimeBase, tdb_from_unix
from qqnet.errors import InputError
from qqnet.files import read_text

DTN_EPOCH_UNIX_S: Final = 946_684_800
"""2000-01-01 00:00:00 UTC (RFC 9171, section 4.2.6)."""

FILE: Final = re.compile(r"node-(\d+)\.ud3tn", re.ASCII)
IPN: Final = re.compile(r"ipn:(\d+)\.\d+", re.ASCII)


def ud3tn_texts(
    plan: ContactPlan, addresses: Mapping[str, str] | None = None
) -> tuple[dict[int, str], list[str]]:
    """Say a plan in µD3TN's commands, for each node that sends.

    Parameters
    ----------
    plan : ContactPlan
        A plan with dates.
    addresses : mapping of str to str, optional
        Convergence layer address of a node by its name, such as ``mtcp:10.0.0.2:4224``; where not given,
        ``mtcp:node-N:4224`` with the node's number N, a host name to be made known.

    Returns
    -------
    texts : dict of int to str
        Commands for each sending node, by its ``ipn`` number.
    notes : list of str
        What was lost, for people.

    Raises
    ------
    InputError
        For a plan without dates.
    """
    if not plan.time_base.is_absolute:
        raise InputError("µD3TN's contacts have dates, but this plan counts from an instant it does not name")
    edges = plan.contacts[["start_s", "end_s"]].to_numpy()
    if len(plan):
        edges = plan.time_base.unix_seconds(edges.reshape(-1)).reshape(-1, 2) - DTN_EPOCH_UNIX_S
    schedule = whole_second_schedule(plan, edges)
    by_number = {number: name for name, number in plan.nodes.items()}
    links: dict[int, dict[int, list[Window]]] = {}
    for window in schedule.windows:
        links.setdefault(window.sender, {}).setdefault(window.receiver, []).append(window)
    texts = {}
    for sender, neighbours in sorted(links.items()):
        commands = []
        for receiver, windows in sorted(neighbours.items()):
            address = (addresses or {}).get(by_number[receiver], f"mtcp:node-{receiver}:4224")
            contacts = ",".join(f"{{{w.start},{w.end},{w.rate_bytes_per_s}}}" for w in windows)
            commands.append(f"1(ipn:{receiver}.0):({address})::[{contacts}];\n")
        texts[sender] = "".join(commands)
    notes = [*schedule.notes, "µD3TN knows no light times: they are left out"]
    return texts, notes


@dataclass
class _Scanner:
    """Reads commands character by character, and knows the line."""

    text: str
    source: str
    place: int = 0

    def fail(self, message: str) -> InputError:
        line = self.text.count("\n", 0, self.place) + 1
        return InputError(f"{self.source}:{line}: {message}")

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
            raise self.fail(f"'{mark}' is wanted where '{found}' stands")

    def string(self) -> str:
        self.need("(")
        end = self.text.find(")", self.place)
        if end < 0 or "\n" in self.text[self.place : end]:
            raise self.fail("a text in parentheses is not closed")
        found = self.text[self.place : end]
        self.place = end + 1
        return found

    def number(self, name: str) -> int:
        found = re.compile(r"[0-9]+").match(self.text, self.place)
        if not found:
            raise self.fail(f"{name} is not a whole number")
        self.place = found.end()
        return int(found[0])

    def strings(self) -> list[str]:
        self.need("[")
        found = [] if self.at("]") else [self.string()]
        while self.take(","):
            found.append(self.string())
        self.need("]")
        return found

    def contacts(self) -> list[tuple[int, int, int, int]]:
        """Start, end, bytes per second, and line of each."""
        self.need("[")
        found: list[tuple[int, int, int, int]] = []
        while not self.take("]"):
            if found:
                self.need(",")
            line = self.text.count("\n", 0, self.place) + 1
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


@dataclass
class _Neighbours:
    """Contacts to each neighbour, as commands make and remove them."""

    contacts: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)

    def command(self, scanner: _Scanner) -> None:
        kind = scanner.text[scanner.place]
        if kind not in "123":
            raise scanner.fail(f"command '{kind}' is not 1 (add), 2 (replace) or 3 (delete)")
        scanner.place += 1
        name = scanner.string()
        if scanner.take(",") and not 100 <= scanner.number("reliability") <= 1000:
            raise scanner.fail("reliability is not from 100 to 1000")
        found: list[tuple[int, int, int, int]] = []
        # Address, reachable nodes and contacts follow in this order, each optional, each after its colon.
        for part in ("(", "[(", "[{"):
            if not scanner.take(":"):
                break
            if part == "(" and scanner.at("("):
                scanner.string()
            elif part == "[(" and scanner.at("["):
                scanner.strings()
            elif part == "[{" and scanner.at("["):
                found = scanner.contacts()
        scanner.need(";")
        if kind == "3":
            if found:
                raise scanner.fail("deleting single contacts is not read; delete the node and add what stays")
            self.contacts.pop(name, None)
        elif kind == "2":
            self.contacts[name] = found
        else:
            self.contacts.setdefault(name, []).extend(found)


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
        In TDB. Nodes are named by their numbers, or by endpoint where that has none.
    notes : list of str
        What was assumed, for people.

    Raises
    ------
    InputError
        Naming the line.
    """
    import pandas as pd

    folder = Path(path)
    files = sorted(folder.glob("node-*.ud3tn")) if folder.is_dir() else [folder]
    if not files:
        raise InputError(f"{path}: holds no file node-N.ud3tn")
    rows: list[tuple[str, str, float, float, float, int]] = []
    for file in files:
        named = FILE.fullmatch(file.name)
        if named is None and node is None:
            raise InputError(
                f"{file}: tell the node that these commands are for, or name the file node-N.ud3tn"
            )
        sender = _name(node if node is not None else f"ipn:{named[1] if named else ''}.0")
        scanner, neighbours = _Scanner(read_text(file), str(file)), _Neighbours()
        scanner.blank()
        while scanner.place < len(scanner.text):
            neighbours.command(scanner)
            scanner.blank()
        for receiver, contacts in neighbours.contacts.items():
            rows += [
                (sender, _name(receiver), start, end, 8.0 * rate, line) for start, end, rate, line in contacts
            ]
    frame = pd.DataFrame(rows, columns=["from", "to", "start_s", "end_s", "rate_bps", "line"])
    lines = frame.pop("line").to_numpy(dtype=np.int64)
    frame["owlt_start_s"] = frame["owlt_end_s"] = owlt_s
    if len(frame):
        for column in ("start_s", "end_s"):
            frame[column] = tdb_from_unix(frame[column].to_numpy() + DTN_EPOCH_UNIX_S)
    names = sorted({*frame["from"], *frame["to"]})
    nodes = {name: int(name) for name in names if name.isdecimal()}
    free = (number for number in range(1, len(names) + len(nodes) + 1) if number not in nodes.values())
    nodes |= {name: next(free) for name in names if name not in nodes}
    plan = ContactPlan.from_file(frame, nodes, TimeBase("tdb"), str(path), lines)
    return plan, [f"µD3TN's commands tell no light times: {owlt_s:g} s is taken"]


def _name(endpoint: str) -> str:
    numbered = IPN.fullmatch(endpoint)
    return numbered[1] if numbered else endpoint
