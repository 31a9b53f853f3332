"""A contact plan as bundle nodes want it: numbered nodes, whole seconds, one contact at a time.

What is lost is lost on the safe side, and said: contacts shrink inward to whole seconds, rates are rounded down
to whole bytes per second, light times up to whole seconds. Where two links of the same pair are open at the
same time (a laser and its radio fallback), a node's plan has room for one contact: the faster one of each
moment stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import (
    UNIX_OF_1972_S,
    UNIX_OF_9999_S,
    WHOLE_SECOND_TOLERANCE_S,
    whole_seconds_inward,
)
from qqnet.errors import InputError

GREATEST: Final = 2**63 - 1
"""Largest whole number of a file: bundle nodes keep 64 bits."""

LONGEST_S: Final = 1e15
"""Times beyond lose their whole seconds in double precision. [s]"""

LONGEST_OWLT_S: Final = 1e8
"""Three light years. [s]"""


@dataclass(frozen=True)
class Window:
    """One contact of a node's plan.

    Attributes
    ----------
    sender, receiver : int
        ``ipn`` numbers.
    start, end : int
        Whole seconds.
    rate_bps : float
        Rate. [bit/s]
    owlt_start_s, owlt_end_s : float
        One-way light time at the edges. [s]
    confidence : float
        How sure it is, 0 to 1.
    """

    sender: int
    receiver: int
    start: int
    end: int
    rate_bps: float
    owlt_start_s: float
    owlt_end_s: float
    confidence: float = 1.0

    @property
    def rate_bytes_per_s(self) -> int:
        """Rate in whole bytes per second, rounded down."""
        return min(int(self.rate_bps // 8.0), GREATEST)

    @property
    def rate_bits_per_s(self) -> int:
        """Rate in whole bits per second, rounded down."""
        return min(int(self.rate_bps), GREATEST)

    def owlt(self, time_s: float) -> float:
        """Light time of a byte sent at a time [s]."""
        share = (time_s - self.start) / (self.end - self.start)
        return self.owlt_start_s + share * (self.owlt_end_s - self.owlt_start_s)

    @property
    def owlt_ceiling(self) -> int:
        """Largest light time of the contact, rounded up to a whole second."""
        return ceiling(max(self.owlt_start_s, self.owlt_end_s))


@dataclass(frozen=True)
class Schedule:
    """Windows in order of time, and what the arrangement cost.

    Attributes
    ----------
    windows : list of Window
        Sorted by start, then sender, then receiver.
    notes : list of str
        What was lost, for people.
    """

    windows: list[Window]
    notes: list[str] = field(default_factory=list)


def clock_of(plan: ContactPlan) -> NDArray[np.float64]:
    """Start and end of each contact on the clock of a format.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    numpy.ndarray, shape (N, 2)
        POSIX seconds where the plan has dates, else its own seconds. [s]

    Raises
    ------
    InputError
        For times and light times that no clock of a node could count.
    """
    edges = plan.contacts[["start_s", "end_s"]].to_numpy()
    if not len(plan):
        return np.asarray(edges, dtype=np.float64)
    owlt = float(plan.contacts[["owlt_start_s", "owlt_end_s"]].to_numpy().max())
    if owlt > LONGEST_OWLT_S:
        raise InputError(f"a light time of {owlt:g} s is that of a star: check its unit")
    least, most = -LONGEST_S, LONGEST_S
    if plan.time_base.is_absolute:
        edges = plan.time_base.unix_seconds(edges.reshape(-1)).reshape(-1, 2)
        least, most = UNIX_OF_1972_S, UNIX_OF_9999_S
    # Times beyond all calendars come out of the conversion as no number.
    if not (edges.min() >= least and edges.max() < most):
        span = "the years 1972 to 9998" if plan.time_base.is_absolute else f"{least:g} to {most:g} s"
        raise InputError(f"a contact of this plan lies outside {span}, which other formats cannot say")
    return np.asarray(edges, dtype=np.float64)


def from_second_0(plan: ContactPlan, title: str) -> tuple[NDArray[np.float64], list[str]]:
    """Start and end of each contact after an instant that the format does not name.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    title : str
        Of the format, for messages.

    Returns
    -------
    clock_s : numpy.ndarray, shape (N, 2)
        Seconds after the whole second in which a dated plan begins; a plan without dates keeps its own. [s]
    notes : list of str
        Which instant second 0 is.

    Raises
    ------
    InputError
        For a plan without dates that begins before its second 0.
    """
    edges, notes = clock_of(plan), list[str]()
    if plan.time_base.is_absolute and len(plan):
        zero = float(np.floor(edges.min()))
        edges = edges - zero
        instant = np.datetime_as_string(np.datetime64(int(zero), "s"))
        notes.append(f"second 0 of the {title} plan is {instant}Z")
    if len(plan) and edges.min() < 0.0:
        raise InputError(f"a plan with times before its second 0 cannot be said in {title}'s format")
    return edges, notes


def whole_second_schedule(plan: ContactPlan, clock_s: NDArray[np.float64], unit_bps: float = 8.0) -> Schedule:
    """Arrange a plan for bundle nodes.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    clock_s : numpy.ndarray, shape (N, 2)
        Start and end of each row on the clock of the format. [s]
    unit_bps : float
        Unit of the format's rates, in whole ones of which it counts. [bit/s]

    Returns
    -------
    Schedule
        Without overlap within a pair of nodes in one direction.
    """
    rows = plan.contacts
    start, end = whole_seconds_inward(clock_s[:, 0], clock_s[:, 1])
    owlt_start, owlt_end = rows["owlt_start_s"].to_numpy(), rows["owlt_end_s"].to_numpy()
    slope = (owlt_end - owlt_start) / (clock_s[:, 1] - clock_s[:, 0])
    columns = (
        rows["from_ipn"].to_numpy(),
        rows["to_ipn"].to_numpy(),
        start,
        end,
        rows["rate_bps"].to_numpy(),
        owlt_start + slope * (start - clock_s[:, 0]),
        owlt_end + slope * (end - clock_s[:, 1]),
        rows["confidence"].to_numpy(),
    )
    long, fast = end > start, rows["rate_bps"].to_numpy() >= unit_bps
    kept_rows = np.flatnonzero(long & fast)
    chosen = (column[kept_rows].tolist() for column in columns)
    windows = [Window(*values) for values in zip(*chosen, strict=True)]
    short, slow = int((~long).sum()), int((long & ~fast).sum())
    notes = []
    if short:
        notes.append(f"{short} contacts without a whole second are left out")
    if slow:
        unit = "byte" if unit_bps == 8.0 else "bit"
        notes.append(f"{slow} contacts slower than one {unit} per second are left out")
    kept, hidden = _fastest_at_a_time(windows)
    if hidden:
        notes.append(
            f"{hidden} s of contact are left out where a faster link of the same two nodes is open: this format "
            "knows one contact of a pair at a time"
        )
    return Schedule(kept, notes)


def _fastest_at_a_time(windows: list[Window]) -> tuple[list[Window], int]:
    """Windows without overlap within a pair, and the seconds that gave way to faster ones."""
    pairs: dict[tuple[int, int], list[Window]] = {}
    for window in windows:
        pairs.setdefault((window.sender, window.receiver), []).append(window)
    kept: list[Window] = []
    for group in pairs.values():
        group.sort(key=lambda window: (window.start, window.end))
        if all(before.end <= after.start for before, after in pairwise(group)):
            kept += group
        else:
            kept += _resolved(group)
    hidden = sum(w.end - w.start for w in windows) - sum(w.end - w.start for w in kept)
    return sorted(kept, key=lambda window: (window.start, window.sender, window.receiver)), hidden


def _resolved(group: list[Window]) -> list[Window]:
    edges = sorted({edge for window in group for edge in (window.start, window.end)})
    pieces: list[tuple[Window, int, int]] = []
    waiting, active = list(reversed(group)), list[Window]()
    for low, high in pairwise(edges):
        while waiting and waiting[-1].start <= low:
            active.append(waiting.pop())
        active = [window for window in active if window.end > low]
        if not active:
            continue
        best = max(active, key=lambda window: (window.rate_bps, -window.start))
        if pieces and pieces[-1][0] is best and pieces[-1][2] == low:
            pieces[-1] = (best, pieces[-1][1], high)
        else:
            pieces.append((best, low, high))
    return [
        Window(
            best.sender,
            best.receiver,
            low,
            high,
            best.rate_bps,
            best.owlt(low),
            best.owlt(high),
            best.confidence,
        )
        for best, low, high in pieces
    ]


def ceiling(owlt_s: float) -> int:
    """Light time in whole seconds, rounded up; a microsecond too much does not count."""
    return int(np.ceil(owlt_s - WHOLE_SECOND_TOLERANCE_S))
