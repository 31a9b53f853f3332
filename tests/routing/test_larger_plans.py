"""Plans of 30 nodes with contacts of every sort, against plain searches that share no code with the compiled one.

Arrivals come from Dijkstra's search on nodes. The further keys of the standard come from counting hops in rounds:
the fewest with which the best arrival can be met; the latest end such that contacts that end no earlier still do;
the smallest first node with both. Lengths are powers of two, so that sums are exact.
"""

from __future__ import annotations

import heapq
import math
from random import Random

import pytest

from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import earliest_arrivals, find_route, find_routes

NODES = 30
Contact = tuple[int, int, float, float, float, float, float, int]


def mixed_contacts(seed: int) -> list[Contact]:
    """Short contacts, some as long as the plan, many that start at once, parallel links, no light time."""
    random = Random(seed)
    rows: list[Contact] = []
    busy: dict[tuple[int, int, int], list[tuple[float, float]]] = {}
    steps = random.choice((1, 4, 16))
    for _ in range(700):
        sender, receiver = random.sample(range(1, NODES + 1), 2)
        link = random.randrange(3)
        start = float(steps * random.randrange(400 // steps))
        length = float(random.choice((1, 2, 8, 8, 32, 512)))
        owlt = float(random.choice((0, 0, 1, 1, 3, 40)))
        change = random.choice((0.0, 0.0, 0.25, 0.5))
        taken = busy.setdefault((sender, receiver, link), [])
        if any(start < until and since < start + length for since, until in taken):
            continue
        taken.append((start, start + length))
        rate = float(random.choice((8.0, 16.0, 64.0)))
        rows.append((sender, receiver, start, start + length, rate, owlt, owlt + change, link))
    return rows


class Plain:
    """Searches by the book, contact by contact."""

    def __init__(self, rows: list[Contact], users: set[int]):
        self.users = users
        self.sent_by: dict[int, list[Contact]] = {node: [] for node in range(1, NODES + 1)}
        for row in rows:
            self.sent_by[row[0]].append(row)

    @staticmethod
    def arrival(row: Contact, now: float, size_bytes: float, strict: bool) -> float:
        _, _, start, end, rate, owlt_start, owlt_end, _ = row
        begin = max(now, start)
        finish = begin + 8.0 * size_bytes / rate
        if finish > end or (strict and begin >= end):
            return math.inf
        return finish + owlt_start + (owlt_end - owlt_start) / (end - start) * (finish - start)

    def earliest(self, source: int, at_s: float, size_bytes: float, strict: bool) -> dict[int, float]:
        best, heap = {source: at_s}, [(at_s, source)]
        while heap:
            now, node = heapq.heappop(heap)
            if now > best[node] or (node in self.users and node != source):
                continue
            for row in self.sent_by[node]:
                then = self.arrival(row, now, size_bytes, strict)
                if then < best.get(row[1], math.inf):
                    best[row[1]] = then
                    heapq.heappush(heap, (then, row[1]))
        return best

    def hops(
        self,
        source: int,
        target: int,
        at_s: float,
        size_bytes: float,
        strict: bool,
        until: float,
        **only: float,
    ) -> int | None:
        """Fewest hops with which a bundle is at the target by a time."""
        now = {source: at_s}
        for hop in range(1, NODES):
            after = dict(now)
            for node, here in now.items():
                if node in self.users and node != source:
                    continue
                for row in self.sent_by[node]:
                    if row[3] < only.get("end_from", -math.inf):
                        continue
                    if hop == 1 and row[1] > only.get("entry_to", math.inf):
                        continue
                    then = self.arrival(row, here, size_bytes, strict)
                    if then < after.get(row[1], math.inf):
                        after[row[1]] = then
            if after.get(target, math.inf) <= until:
                return hop
            if after == now:
                return None
            now = after
        return None

    def key(
        self, source: int, target: int, at_s: float, size_bytes: float, strict: bool
    ) -> tuple[float, int, float, int] | None:
        asked = (source, target, at_s, size_bytes, strict)
        until = self.earliest(source, at_s, size_bytes, strict).get(target, math.inf)
        if until == math.inf:
            return None
        hops = self.hops(*asked, until)
        ends = sorted({row[3] for rows in self.sent_by.values() for row in rows})
        low, high = 0, len(ends)
        while high - low > 1:
            middle = (low + high) // 2
            met = self.hops(*asked, until, end_from=ends[middle]) == hops
            low, high = (middle, high) if met else (low, middle)
        for entry in range(1, NODES + 1):
            if self.hops(*asked, until, end_from=ends[low], entry_to=entry) == hops:
                return until, hops, -ends[low], entry
        raise AssertionError


@pytest.mark.parametrize("seed", range(12))
def test_mixed_contacts(seed, plan_of):
    rows = mixed_contacts(seed)
    random = Random(seed + 100)
    users = set(random.sample(range(1, NODES + 1), 4))
    compiled = compile_plan(plan_of(rows, nodes=NODES, endpoints=sorted(users)))
    plain = Plain(rows, users)
    columns = compiled.plan.contacts[["from", "to", "start_s", "end_s", "link"]]
    contacts = list(columns.itertuples(index=False, name=None))
    for _ in range(10):
        source, target = random.sample(range(1, NODES + 1), 2)
        at_s, size_bytes = float(random.randrange(-3, 350)), random.choice((0.0, 0.0, 1.0, 4.0))
        strict = random.random() < 0.3
        route = find_route(compiled, RouteRequest(str(source), str(target), at_s, size_bytes, strict=strict))
        expected = plain.key(source, target, at_s, size_bytes, strict)
        if route is None:
            assert expected is None
            continue
        assert (route.arrival_s, len(route.hops), -route.termination_s, int(route.entry)) == expected
        now = at_s
        for hop in route.hops:
            sent = contacts[hop.contact]
            assert sent[:2] == (hop.from_, hop.to)
            row = next(
                one
                for one in plain.sent_by[int(hop.from_)]
                if (*map(str, one[:2]), *one[2:4], str(one[7])) == sent
            )
            now = plain.arrival(row, now, size_bytes, strict)
            assert hop.arrival_s == now
        several = find_routes(
            compiled, RouteRequest(str(source), str(target), at_s, size_bytes, strict=strict), 4
        )
        assert several[0] == route
    for source in random.sample(range(1, NODES + 1), 3):
        size_bytes = random.choice((0.0, 2.0))
        reached = plain.earliest(source, 20.0, size_bytes, False)
        tree = earliest_arrivals(compiled, str(source), 20.0, size_bytes=size_bytes)
        assert tree.tolist() == [reached.get(node, math.inf) for node in range(1, NODES + 1)]


def test_circles_that_take_no_time_end(plan_of):
    rows = [(a, b, 0, 100, 8.0, 0, 0, 0) for a in range(1, 9) for b in range(1, 9) if a != b]
    rows += [(8, 9, 40, 100, 8.0, 0, 0, 0), (9, 8, 0, 100, 8.0, 0, 0, 0)]
    compiled = compile_plan(plan_of(rows))
    route = find_route(compiled, RouteRequest("1", "9", 0.0))
    assert route is not None
    assert (route.nodes, route.arrival_s) == (("1", "8", "9"), 40.0)
    assert [len(one.hops) for one in find_routes(compiled, RouteRequest("1", "9", 0.0), 8)] == [2] + [
        3
    ] * 6 + [4]
