"""Flows of data, and the bundles that they make."""

from __future__ import annotations

import math
from collections import Counter
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
    critical : bool
        Copies take up to three ways at once, each over another neighbour; the first to arrive counts.
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
    critical: bool = False

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

    def messages(self, start_s: float, stop_s: float) -> Messages:
        """Messages that the flow makes.

        Parameters
        ----------
        start_s, stop_s : float
            Span of the simulation; a message at its very end is not made. [s of the plan's time base]

        Returns
        -------
        Messages
            When, how many, how large.
        """
        first = start_s if self.start_s is None else max(self.start_s, start_s)
        last = stop_s if self.stop_s is None else min(self.stop_s, stop_s)
        if last <= first:
            return Messages(first, 1.0, 0, 0.0, first, 0.0)
        if self.rate_bps is None:
            assert self.every_s is not None
            assert self.size_bytes is not None
            # A start before the span keeps its rhythm within it.
            origin = first if self.start_s is None else self.start_s
            low, high = (math.ceil((edge - origin) / self.every_s) for edge in (first, last))
            begin, end = origin + low * self.every_s, origin + (high - 1) * self.every_s
            return Messages(begin, self.every_s, high - low, self.size_bytes, end, self.size_bytes)
        # Whole ones, and what is left at the end, if it is more than the rounding of dates.
        count = max(1, math.ceil((last - first - SHORTEST_S) / self.aggregate))
        left = (last - first) - (count - 1) * self.aggregate
        each = self.rate_bps / 8.0
        return Messages(
            first + self.aggregate, self.aggregate, count, each * self.aggregate, last, each * left
        )


class Messages(NamedTuple):
    """Messages of a flow, at equal intervals but for the last.

    Attributes
    ----------
    first_s, period_s : float
        Creation of the first, and time from one to the next. [s of the plan's time base], [s]
    number : int
        How many.
    size_bytes : float
        Of all but the last. [byte]
    last_s, last_bytes : float
        Creation and size of the last. [s of the plan's time base], [byte]
    """

    first_s: float
    period_s: float
    number: int
    size_bytes: float
    last_s: float
    last_bytes: float

    def created_s(self) -> NDArray[np.float64]:
        """Creation of every message. [s of the plan's time base]."""
        created = np.asarray(self.first_s + np.arange(self.number) * self.period_s, dtype=np.float64)
        if self.number:
            created[-1] = self.last_s
        return created


def unique_names(flows: Sequence[Flow]) -> None:
    """Refuse two flows of one name.

    Parameters
    ----------
    flows : sequence of Flow
        All that are simulated together.

    Raises
    ------
    InputError
        With the name.
    """
    doubled = {name for name, times in Counter(flow.name for flow in flows).items() if times > 1}
    if doubled:
        raise InputError(f"flows: two are called '{min(doubled)}'; give each its own name")
