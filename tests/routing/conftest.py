"""Plans in short form, and an independent search that tries every way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import Overhead, RouteRequest

COLUMNS = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "link"]
Key = tuple[float, int, float, int]


def make_plan(
    rows: Sequence[tuple[float, ...]],
    nodes: int | Sequence[int] = 0,
    endpoints: Sequence[int] = (),
    origin_s: float = 0.0,
) -> ContactPlan:
    """Plan from rows (from, to, start, end, rate, owlt at start, owlt at end, link, and perhaps confidence)."""
    confidence = [row[8] if len(row) > 8 else 1.0 for row in rows]
    frame = pd.DataFrame([row[:8] for row in rows], columns=COLUMNS).assign(confidence=confidence)
    numbers = range(1, nodes + 1) if isinstance(nodes, int) else nodes
    names = {*frame["from"].astype(int), *frame["to"].astype(int), *numbers}
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


# Powers of two and whole seconds keep the sums of both searches exact, so that equal means equal.
RATES = (8.0, 16.0, 32.0)


def random_contacts(random: Random, nodes: int, tries: int) -> list[tuple[float, ...]]:
    """Rows of a dense random plan: few instants, so that ties are the rule; no overlap on a link."""
    rows: list[tuple[float, ...]] = []
    for _ in range(tries):
        sender, receiver = random.sample(range(1, nodes + 1), 2)
        start = 4 * random.randrange(5)
        end = start + random.choice((1, 2, 4, 8, 16))
        owlt = random.choice((0, 1, 1, 2, 5))
        # A change of less than the length: nobody moves at the speed of light.
        change = random.choice((0.0, 0.0, 0.0, 0.5, -0.5))
        link = random.randrange(2)
        clash = any(
            (sender, receiver, link) == (other[0], other[1], other[7]) and start < other[3] and other[2] < end
            for other in rows
        )
        if not clash:
            rate, sure = random.choice(RATES), random.choice((1.0, 1.0, 0.5, 0.25))
            rows.append((sender, receiver, start, end, rate, owlt, max(0.0, owlt + change), link, sure))
    return rows


def random_plan(seed: int) -> dict[str, Any]:
    random = Random(seed)
    nodes = random.randrange(3, 6)
    endpoints = tuple(node for node in range(1, nodes + 1) if random.random() < 0.15)
    return {"rows": random_contacts(random, nodes, random.randrange(4, 24)), "endpoints": endpoints}


@dataclass
class Exhaustive:
    """Every loop-free sequence of contacts, tried one by one in plain Python."""

    contacts: dict[int, tuple[Any, ...]]
    """Row: from, to, start, end, rate, light time at start and at end, link, confidence."""
    endpoints: frozenset[str] = frozenset()
    busy: list[tuple[int, float, float, int]] = field(default_factory=list)
    """Row, start, end and class of what is promised."""

    @classmethod
    def of(cls, plan: ContactPlan) -> Exhaustive:
        return cls(contacts_of(plan), plan.endpoints)

    def sent_bytes(self, request: RouteRequest) -> float:
        """Size with all that goes along."""
        bundle = request.size_bytes + request.overhead.header_bytes
        return bundle + max(bundle * request.overhead.share, request.overhead.least_bytes)

    def send(self, row: int, now: float, request: RouteRequest) -> tuple[float, float, float] | None:
        """Start, end and arrival of a transmission, or None if it does not fit."""
        _, _, start, end, rate, owlt_start, owlt_end, link, sure = self.contacts[row]
        refused = row in request.exclude_contacts or link in request.exclude_links
        if refused or sure < request.least_confidence:
            return None
        length = 8.0 * self.sent_bytes(request) / rate
        begin = max(now, start)
        for busy_start, busy_end in self.promised(row, request.priority):
            if busy_start < begin + length and begin < busy_end:
                begin = busy_end
        if begin + length > end or (request.strict and begin >= end):
            return None
        finish = begin + length
        owlt = owlt_start + (owlt_end - owlt_start) / (end - start) * (finish - start)
        return begin, finish, finish + owlt * (1.0 + request.margin_share) + request.margin_s

    def routes(self, request: RouteRequest) -> Iterator[tuple[Key, tuple[int, ...]]]:
        """Key of the standard and contacts of every route in time."""

        def extend(
            node: str, now: float, path: tuple[int, ...], seen: frozenset[str]
        ) -> Iterator[tuple[tuple[int, ...], float]]:
            if node == request.destination:
                yield path, now
                return
            if node != request.source and node in self.endpoints:
                return
            for row, values in self.contacts.items():
                if values[0] == node and values[1] not in seen:
                    sent = self.send(row, now, request)
                    if sent is not None and sent[2] <= request.deadline_s:
                        yield from extend(values[1], sent[2], (*path, row), seen | {values[1]})

        seen = frozenset({request.source, *request.exclude})
        for path, arrival in extend(request.source, request.at_s, (), seen):
            entry = int(self.contacts[path[0]][1])
            yield (arrival, len(path), -min(self.contacts[row][3] for row in path), entry), path

    def book(self, path: Sequence[int], request: RouteRequest) -> None:
        """Promise the contacts of a path."""
        now = request.at_s
        for row in path:
            sent = self.send(row, now, request)
            assert sent is not None
            if sent[1] > sent[0]:
                self.busy.append((row, sent[0], sent[1], request.priority))
            now = sent[2]

    def promised(self, row: int, priority: int) -> list[tuple[float, float]]:
        """Intervals promised to a class and those above; those that touch are one."""
        joined: list[tuple[float, float]] = []
        for start, end in sorted(one[1:3] for one in self.busy if one[0] == row and one[3] >= priority):
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            else:
                joined.append((start, end))
        return joined


def contacts_of(plan: ContactPlan) -> dict[int, tuple[Any, ...]]:
    columns = plan.contacts[[*COLUMNS, "confidence"]]
    return dict(enumerate(columns.itertuples(index=False, name=None)))


class RandomNetworks:
    """Many small random networks in one plan: network n has the nodes 10 n + 1 to 10 n + 5.

    A table costs more than all searches in it, so many plans share one.
    """

    def __init__(self, count: int, first_seed: int = 0):
        rows: list[tuple[float, ...]] = []
        endpoints: list[int] = []
        for number in range(count):
            made = random_plan(first_seed + number)
            rows += [(10 * number + one[0], 10 * number + one[1], *one[2:]) for one in made["rows"]]
            endpoints += [10 * number + node for node in made["endpoints"]]
        nodes = [10 * number + node for number in range(count) for node in range(1, 6)]
        self.count = count
        self.plan = make_plan(rows, nodes=nodes, endpoints=endpoints)
        self.compiled = compile_plan(self.plan)
        self._contacts: list[dict[int, tuple[Any, ...]]] = [{} for _ in range(count)]
        for row, contact in contacts_of(self.plan).items():
            self._contacts[int(contact[0]) // 10][row] = contact

    def reference(self, number: int) -> Exhaustive:
        """A network for the exhaustive search, nothing promised."""
        return Exhaustive(self._contacts[number], self.plan.endpoints)

    def rows(self, number: int) -> list[int]:
        """Its rows of the plan."""
        return list(self._contacts[number])

    def request(self, number: int, seed: int, plain: bool = False) -> RouteRequest:
        """From its node 1 to its node 2, with conditions of every kind; plain: time, size and class alone."""
        random = Random(seed)
        request = RouteRequest(
            str(10 * number + 1),
            str(10 * number + 2),
            float(random.randrange(13)),
            random.choice((0.0, 0.0, 1.0, 2.0, 4.0)),
            priority=random.randrange(3),
        )
        if plain:
            return request
        share = random.choice((0.0, 0.1))
        return replace(
            request,
            deadline_s=random.choice((math.inf, math.inf, 24.0)),
            exclude=[str(10 * number + 3)] if random.random() < 0.1 else [],
            strict=random.random() < 0.3,
            margin_s=random.choice((0.0, 0.0, 0.5)),
            margin_share=random.choice((0.0, 0.0, 0.25)),
            overhead=Overhead(*random.choice(((0.0, 0.0, 0.0), (0.5, 0.5, 0.0), (0.0, 0.25, 1.0)))),
            least_confidence=random.choice((0.0, 0.0, 0.5)),
            exclude_contacts=[row for row in self.rows(number) if random.random() < share],
            exclude_links=["1"] if random.random() < 0.1 else [],
        )


@pytest.fixture(scope="session")
def networks() -> list[RandomNetworks]:
    """Two thousand networks in twenty plans."""
    return [RandomNetworks(100, first_seed) for first_seed in range(0, 2000, 100)]


@pytest.fixture(scope="session")
def few_networks() -> RandomNetworks:
    """So few that a copy of the whole plan is cheap."""
    return RandomNetworks(60, 2000)


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., ContactPlan]:
    return make_plan


@pytest.fixture(scope="session")
def exhaustive() -> type[Exhaustive]:
    return Exhaustive
