"""Plans in short form, and an independent search that tries every way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase

COLUMNS = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "link"]


def make_plan(
    rows: Sequence[tuple[float, ...]], nodes: int = 0, endpoints: Sequence[int] = (), origin_s: float = 0.0
) -> ContactPlan:
    """Plan from rows (from, to, start, end, rate, owlt at start, owlt at end, link)."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    names = {*frame["from"].astype(int), *frame["to"].astype(int), *range(1, nodes + 1)}
    frame["from"] = frame["from"].astype(int).astype(str)
    frame["to"] = frame["to"].astype(int).astype(str)
    frame["link"] = frame["link"].astype(str)
    frame["start_s"] += origin_s
    frame["end_s"] += origin_s
    return ContactPlan(
        frame,
        {str(number): number for number in names},
        TimeBase("relative"),
        frozenset(str(number) for number in endpoints),
    )


@dataclass
class Exhaustive:
    """Every loop-free sequence of contacts, tried one by one in plain Python."""

    plan: ContactPlan
    busy: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = [tuple(row) for row in self.plan.contacts.itertuples(index=False)]

    def send(self, row: int, now: float, size_bytes: float, strict: bool) -> tuple[float, float] | None:
        """Start and arrival of a transmission, or None if it does not fit."""
        _, _, start, end, rate, owlt_start, owlt_end = self.rows[row][:7]
        length = 8.0 * size_bytes / rate
        begin = max(now, start)
        for busy_start, busy_end in sorted(self.busy.get(row, [])):
            if busy_start < begin + length and begin < busy_end:
                begin = busy_end
        if begin + length > end or (strict and begin >= end):
            return None
        finish = begin + length
        return begin, finish + owlt_start + (owlt_end - owlt_start) / (end - start) * (finish - start)

    def routes(
        self, source: str, destination: str, now: float, size_bytes: float, strict: bool
    ) -> Iterator[tuple[tuple[float, int, float, int], tuple[int, ...]]]:
        """Key of the standard and contacts of every route."""

        def extend(
            node: str, now: float, path: tuple[int, ...], seen: frozenset[str]
        ) -> Iterator[tuple[tuple[int, ...], float]]:
            if node == destination:
                yield path, now
                return
            if node != source and node in self.plan.endpoints:
                return
            for row, values in enumerate(self.rows):
                if values[0] == node and values[1] not in seen:
                    sent = self.send(row, now, size_bytes, strict)
                    if sent is not None:
                        yield from extend(values[1], sent[1], (*path, row), seen | {values[1]})

        for path, arrival in extend(source, now, (), frozenset({source})):
            entry = self.plan.nodes[self.rows[path[0]][1]]
            yield (arrival, len(path), -min(self.rows[row][3] for row in path), entry), path

    def book(self, path: Sequence[int], now: float, size_bytes: float) -> None:
        """Promise the contacts of a path."""
        for row in path:
            sent = self.send(row, now, size_bytes, False)
            assert sent is not None
            length = 8.0 * size_bytes / self.rows[row][4]
            self.busy.setdefault(row, []).append((sent[0], sent[0] + length))
            now = sent[1]


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., ContactPlan]:
    return make_plan


@pytest.fixture(scope="session")
def exhaustive() -> type[Exhaustive]:
    return Exhaustive


@pytest.fixture(scope="session")
def never() -> float:
    return math.inf
