"""Reading time-varying graphs of dtn-tvg-util, in every form that it reads itself.

``PredictedContact_v2`` and ``Contact_v2`` hold characteristics in pieces; the older ``PredictedContact`` gives
volumes (bits) and ``Contact`` one rate. Of several generations of a prediction the last counts, as in
dtn-tvg-util's own conversion to a factual plan. Times that all lie after 2000-01-01 are taken as POSIX seconds.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from qqnet.contacts.json_text import JsonText
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.reading import ROW, Row, dated, finite, lanes, numbered, plan_of_rows, shown
from qqnet.contacts.timebase import UNIX_OF_2000_S, UNIX_OF_9999_S, TimeBase
from qqnet.errors import InputError

KINDS: Final = ("PredictedContact_v2", "Contact_v2", "PredictedContact", "Contact")

Pieces = list[tuple[float, float, float]]
"""From, bit/s, delay."""


@dataclass
class _Reader:
    """Rows of a graph, and what was passed over."""

    file: JsonText
    kind: str
    nodes: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)

    def contact(self, contact: Any, ends: tuple[str, str]) -> None:
        """Rows of one contact; InputError without a place for what is wrong."""
        length = {"PredictedContact_v2": 5, "Contact_v2": 5, "PredictedContact": 7, "Contact": 7}[self.kind]
        if not isinstance(contact, list) or len(contact) != length:
            raise InputError(f"a contact of {self.kind} is a list of {length}, not {shown(contact)}")
        if (contact[0], contact[1]) != ends:
            raise InputError(
                f"a contact from {shown(contact[0])} to {shown(contact[1])} stands at edge {ends}"
            )
        start, end = finite(contact[2], "start", "contact"), finite(contact[3], "end", "contact")
        if end <= start:
            raise InputError(f"the end {end:g} does not lie after the start {start:g}")
        confidence, pieces = self.characteristics(contact, start, end)
        if not 0.0 <= confidence <= 1.0:
            raise InputError(f"probability {confidence:g} is not from 0 to 1")
        if confidence == 0.0:
            self.passed["contacts of probability 0"] += 1
            return
        if not pieces or pieces[0][0] > start or any(a[0] > b[0] for a, b in pairwise(pieces)):
            raise InputError("characteristics do not begin with the contact and go on in order of time")
        for piece, following in zip(pieces, [*pieces[1:], (end, 0.0, 0.0)], strict=True):
            low, high = max(piece[0], start), min(following[0], end)
            if high <= low:
                continue
            if piece[1] == 0.0:
                self.passed["parts of rate 0"] += 1
                continue
            self.rows.append((*ends, low, high, piece[1], piece[2], piece[2], confidence))

    def characteristics(self, contact: list[Any], start: float, end: float) -> tuple[float, Pieces]:
        """Probability, and pieces as (from, bit/s, delay)."""
        if self.kind == "Contact":
            self.passed["bit error rates"] += contact[5] != 0.0
            return 1.0, [
                (start, finite(contact[4], "bit rate", "contact"), finite(contact[6], "delay", "contact"))
            ]
        if self.kind == "PredictedContact":
            _, volume = self.last(contact[4], 2)
            rate = finite(volume, "volume", "contact") / (end - start)
            return finite(contact[5], "probability", "contact"), [
                (start, rate, finite(contact[6], "delay", "contact"))
            ]
        if self.kind == "Contact_v2":
            listed, width, confidence = contact[4], 4, 1.0
        else:
            generation = self.last(contact[4], 3)
            confidence, listed, width = finite(generation[1], "probability", "contact"), generation[2], 3
        if not isinstance(listed, list) or not all(
            isinstance(one, list) and len(one) == width for one in listed
        ):
            raise InputError(f"characteristics are a list of lists of {width} numbers, not {shown(listed)}")
        if width == 4:
            self.passed["bit error rates"] += sum(one[2] != 0.0 for one in listed)
        return confidence, [
            (
                finite(one[0], "start of characteristics", "contact"),
                finite(one[1], "bit rate", "contact"),
                finite(one[-1], "delay", "contact"),
            )
            for one in listed
        ]

    def last(self, generations: Any, width: int) -> list[Any]:
        if not isinstance(generations, list) or not generations:
            raise InputError(f"generations are a list that is not empty, not {shown(generations)}")
        self.passed["earlier generations of predictions"] += len(generations) - 1
        found = generations[-1]
        if not isinstance(found, list) or len(found) != width:
            raise InputError(f"a generation is a list of {width}, not {shown(found)}")
        return found


def read_tvg(path: str | os.PathLike[str]) -> tuple[ContactPlan, list[str]]:
    """Read a time-varying graph of dtn-tvg-util.

    Parameters
    ----------
    path : path-like
        A JSON file.

    Returns
    -------
    plan : ContactPlan
        Nodes have the names of the vertices. Contacts are cut where their characteristics change; links that
        are open beside each other are called "", "2", "3".
    notes : list of str
        What was passed over, for people.

    Raises
    ------
    InputError
        Naming the line.
    """
    file = JsonText.read(path)
    reader = _begun(file)
    for place, edge in enumerate(file.content["edges"]):
        ends = edge.get("vertices") if isinstance(edge, dict) else None
        if not isinstance(ends, list) or len(ends) != 2 or not isinstance(edge.get("contacts"), list):
            line = file.line("edges", place)
            raise InputError(
                f'{file.source}:{line}: an edge is {{"vertices": [FROM, TO], "contacts": [...]}}'
            )
        for name in ends:
            if not isinstance(name, str) or name not in reader.nodes:
                line = file.line("edges", place)
                raise InputError(f"{file.source}:{line}: node {shown(name)} is none of the graph's vertices")
        for index, contact in enumerate(edge["contacts"]):
            try:
                reader.contact(contact, (ends[0], ends[1]))
            except InputError as error:
                line = file.line("edges", place, "contacts", index)
                raise InputError(f"{file.source}:{line}: {error}") from None
            reader.edges += [(place, index)] * (len(reader.rows) - len(reader.edges))
    notes = [f"{count} {what} are passed over" for what, count in reader.passed.items() if count]
    return _plan(reader), notes


def _begun(file: JsonText) -> _Reader:
    content = file.content
    if not isinstance(content, dict) or content.get("contact_type") not in KINDS:
        raise InputError(
            f'{file.source}:1: not a graph of dtn-tvg-util: its "contact_type" is one of {", ".join(KINDS)}'
        )
    if not isinstance(content.get("vertices"), dict) or not isinstance(content.get("edges"), list):
        raise InputError(f'{file.source}:1: a graph has "vertices", an object, and "edges", a list')
    return _Reader(file, content["contact_type"], numbered(content["vertices"]))


def _plan(reader: _Reader) -> ContactPlan:
    import pandas as pd

    frame = pd.DataFrame(reader.rows, columns=list(ROW))
    links = lanes(frame)
    rows, base = reader.rows, TimeBase("relative")
    if len(frame) and frame["start_s"].min() >= UNIX_OF_2000_S and frame["end_s"].max() < UNIX_OF_9999_S:
        base = TimeBase("tdb")
        rows = dated(rows)

    def lines() -> list[int]:
        every = reader.file.lines_within("edges", key="contacts")
        return [every[edge][index] for edge, index in reader.edges]

    return plan_of_rows(rows, lines, reader.nodes, base, reader.file.source, links)
