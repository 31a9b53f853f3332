"""Earliest arrival in plain Python, as short as it can be: the measure of what compiled code brings."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right
from collections import defaultdict

from qqnet.contacts.plan import ContactPlan


class PlainSearch:
    """A search over nodes with one bisection a neighbour.

    It knows the earliest arrival of a bundle of no size, no further order. It takes contacts of a pair in time
    order, so the light time of a pair must be constant.

    Parameters
    ----------
    plan : ContactPlan
        Any plan of that kind.
    strict : bool
        Whether a bundle that comes when a contact ends is too late for it.
    """

    def __init__(self, plan: ContactPlan, strict: bool = False):
        self.find = bisect_right if strict else bisect_left
        self.next: dict[str, dict[str, tuple[list[float], list[float], list[float]]]] = defaultdict(dict)
        columns = (
            plan.contacts[name].tolist() for name in ("from", "to", "start_s", "end_s", "owlt_start_s")
        )
        for sender, receiver, start, end, owlt in zip(*columns, strict=True):
            windows = self.next[sender].setdefault(receiver, ([], [], []))
            for values, value in zip(windows, (start, end, owlt), strict=True):
                values.append(value)

    def arrivals(self, source: str, destination: str | None, at_s: float) -> dict[str, float]:
        """Earliest arrivals [s], at least of the destination, or of all nodes where there is none."""
        best = {source: at_s}
        heap = [(at_s, source)]
        while heap:
            now, node = heapq.heappop(heap)
            if node == destination:
                break
            if now > best[node]:
                continue
            for receiver, (starts, ends, owlts) in self.next[node].items():
                k = self.find(ends, now)
                if k < len(ends):
                    then = max(now, starts[k]) + owlts[k]
                    if then < best.get(receiver, math.inf):
                        best[receiver] = then
                        heapq.heappush(heap, (then, receiver))
        return best

    def arrival(self, source: str, destination: str, at_s: float) -> float:
        """Earliest arrival at one node [s]; infinity where never."""
        return self.arrivals(source, destination, at_s).get(destination, math.inf)
