"""Flows of data, and the bundles that they make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError

BULK, NORMAL, EXPEDITED = 0, 1, 2
PRIORITIES: Final = ("bulk", "normal", "expedited")

MOST_AGGREGATE_S: Final = 60.0
LEAST_AGGREGATE_S: Final = 1.0
DEADLINE_SHARE: Final = 0.25

SHORTEST_S: Final = 1e-6
"""Less data than of this time are no bundle of their own [s]; dates of this century round to a quarter of it."""


@dataclass(frozen=True)
class Flow:
    """Data that one node sends to another.

    Messages of `size_bytes` every `every_s`, or a constant `rate_bps`. A constant rate is cut into bundles of
    `aggregate_s` of data each; a bundle is created when its last byte is.

    Attributes
    ----------
    name : str
        Unique.
    source, destination : str
        Names or ``ipn`` numbers of the plan's nodes.
    size_bytes : float, optional
        Size of one message. [byte]
    every_s : float, optional
        Interval between messages. [s]
    rate_bps : float, optional
        Constant rate, instead of both. [bit/s]
    priority : int
        0 bulk, 1 normal, 2 expedited.
    type : str
        Kind of data, for people.
    deadline_s : float
        Lifetime: a bundle is useful only if it arrives within this time of its creation. [s]
    start_s, stop_s : float, optional
        First message, and when no more are made; the span of the plan where not given. [s of its time base]
    aggregate_s : float, optional
        Data of a constant rate in one bundle; by default a quarter of the deadline, but 1 to 60 s. [s]
    """

    name: str
    source: str
    destination: str
    size_bytes: float | None = None
    every_s: float | None = None
    rate_bps: float | None = None
    priority: int = NORMAL
    type: str = "science"
    deadline_s: float = math.inf
    start_s: float | None = None
    stop_s: float | None = None
    aggregate_s: float | None = None

    def __post_init__(self) -> None:
        if (self.rate_bps is None) == (self.size_bytes is None) or (self.size_bytes is None) != (
            self.every_s is None
        ):
            raise InputError(f"flow {self.name}: give either size_bytes and every_s, or rate_bps")
        for key in ("size_bytes", "every_s", "rate_bps", "deadline_s", "aggregate_s"):
            value = getattr(self, key)
            if value is not None and not value > 0.0:
                raise InputError(f"flow {self.name}: {key} is {value}; it must be above 0")
        if self.priority not in (BULK, NORMAL, EXPEDITED):
            raise InputError(
                f"flow {self.name}: priority {self.priority} is not 0 (bulk), 1 (normal) or 2 (expedited)"
            )

    @property
    def aggregate(self) -> float:
        """Data of a constant rate in one bundle [s]."""
        if self.aggregate_s is not None:
            return self.aggregate_s
        return min(max(DEADLINE_SHARE * self.deadline_s, LEAST_AGGREGATE_S), MOST_AGGREGATE_S)

    def creation(self, start_s: float, stop_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Bundles that the flow makes.

        Parameters
        ----------
        start_s, stop_s : float
            Span of the simulation; a message at its very end is not made. [s of the plan's time base]

        Returns
        -------
        created_s, size_bytes : numpy.ndarray, shape (B,)
            When [s of the plan's time base] and how large [byte].
        """
        first = start_s if self.start_s is None else max(self.start_s, start_s)
        last = stop_s if self.stop_s is None else min(self.stop_s, stop_s)
        if last <= first:
            return np.empty(0), np.empty(0)
        if self.rate_bps is None:
            assert self.every_s is not None
            assert self.size_bytes is not None
            # A start before the span keeps its rhythm within it.
            origin = first if self.start_s is None else self.start_s
            low, high = (math.ceil((edge - origin) / self.every_s) for edge in (first, last))
            created = np.asarray(origin + np.arange(low, high) * self.every_s, dtype=np.float64)
            return created, np.full(created.size, self.size_bytes, dtype=np.float64)
        # Whole bundles, and what is left at the end, if it is more than the rounding of dates.
        count = max(1, math.ceil((last - first - SHORTEST_S) / self.aggregate))
        edges = np.minimum(first + np.arange(count + 1) * self.aggregate, last)
        edges[-1] = last
        return np.asarray(edges[1:], dtype=np.float64), np.asarray(
            np.diff(edges) * self.rate_bps / 8.0, dtype=np.float64
        )


class Offered(NamedTuple):
    """Bundles of all flows in the order in which they are planned.

    Attributes
    ----------
    flow : numpy.ndarray of int, shape (B,)
        Index of the flow.
    created_s : numpy.ndarray, shape (B,)
        When. [s of the plan's time base]
    size_bytes : numpy.ndarray, shape (B,)
        How large. [byte]
    """

    flow: NDArray[np.int64]
    created_s: NDArray[np.float64]
    size_bytes: NDArray[np.float64]


def offered(flows: Sequence[Flow], start_s: float, stop_s: float) -> Offered:
    """Make all bundles of all flows, in planning order.

    Parameters
    ----------
    flows : sequence of Flow
        With unique names.
    start_s, stop_s : float
        Span. [s of the plan's time base]

    Returns
    -------
    Offered
        Sorted by priority (expedited first), then creation, then place of the flow.

    Raises
    ------
    InputError
        For two flows of one name.
    """
    names = [flow.name for flow in flows]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise InputError(f"flows: two are called '{min(doubled)}'; give each its own name")
    made = [flow.creation(start_s, stop_s) for flow in flows]
    flow = np.repeat(np.arange(len(flows)), [created.size for created, _ in made])
    created = np.concatenate([np.empty(0), *(created for created, _ in made)])
    size = np.concatenate([np.empty(0), *(size for _, size in made)])
    priority = np.array([flow.priority for flow in flows], dtype=np.int64)[flow]
    order = np.lexsort((flow, created, -priority))
    return Offered(flow[order].astype(np.int64), created[order], size[order])
