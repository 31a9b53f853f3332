"""Light times of a schedule in whole seconds, in pieces: ranges of two nodes, delays of one contact.

Each piece holds the largest light time of its span, rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from qqnet.contacts.schedule import Window, ceiling

RANGE_STEP_S: Final = 1.0
"""A range of ION is "constant to within one light second" (ionrc manual, command ``a range``)."""

MOST_PIECES: Final = 1000
"""Of one contact; a day past a planet at 30 km/s makes nine. A plan that asks for more is wrong in a unit."""


@dataclass(frozen=True)
class Range:
    """Light time between two nodes.

    Attributes
    ----------
    low, high : int
        ``ipn`` numbers, the smaller first.
    start, end : int
        Whole seconds.
    owlt : int
        From low to high in whole light seconds, rounded up; it holds for the other direction too, where that
        has none of its own.
    back : int or None
        From high to low, where that differs by more than a second.
    """

    low: int
    high: int
    start: int
    end: int
    owlt: int
    back: int | None = None


def ranges(windows: list[Window]) -> list[Range]:
    """Light times of a schedule in whole seconds, each good to a second.

    Parameters
    ----------
    windows : list of Window
        Without overlap within a pair in one direction.

    Returns
    -------
    list of Range
        One pair of nodes at a time, in order of time, without overlap, covering every window. Where contacts
        of both directions overlap and their light times are within a second, the larger stands for both.
    """
    pairs: dict[tuple[int, int], list[Window]] = {}
    for window in windows:
        key = (min(window.sender, window.receiver), max(window.sender, window.receiver))
        pairs.setdefault(key, []).append(window)
    found: list[Range] = []
    for (low, high), group in sorted(pairs.items()):
        edges = sorted({edge for window in group for edge in _cuts(window)})
        waiting, active = sorted(group, key=lambda window: -window.start), list[Window]()
        for start, end in pairwise(edges):
            while waiting and waiting[-1].start <= start:
                active.append(waiting.pop())
            active = [window for window in active if window.end > start]
            if not active:
                continue
            owlt, back = _both_ways(active, low, start, end)
            last = found[-1] if found else None
            if last and last == Range(low, high, last.start, start, owlt, back):
                found[-1] = Range(low, high, last.start, end, owlt, back)
            else:
                found.append(Range(low, high, start, end, owlt, back))
    return found


def _both_ways(active: list[Window], low: int, start: int, end: int) -> tuple[int, int | None]:
    """Light time from the smaller number, and back where that is another one."""
    there, back = (
        max(
            (ceiling(max(one.owlt(start), one.owlt(end))) for one in active if (one.sender == low) == way),
            default=None,
        )
        for way in (True, False)
    )
    if there is None or back is None:
        return (there if back is None else back) or 0, None
    if abs(there - back) <= RANGE_STEP_S:
        return max(there, back), None
    return there, back


def delay_pieces(window: Window) -> list[tuple[int, int, int]]:
    """Light times of one window in whole seconds, each good to a second.

    Parameters
    ----------
    window : Window
        A contact.

    Returns
    -------
    list of (start, end, light time)
        In order of time, without gap; light times rounded up. [s]
    """
    return merged(
        [
            (start, end, ceiling(max(window.owlt(start), window.owlt(end))))
            for start, end in pairwise(_cuts(window))
        ]
    )


def merged(pieces: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join pieces (start, end, value) that follow one another with one value."""
    found: list[tuple[int, int, int]] = []
    for start, end, value in pieces:
        if found and found[-1][2] == value:
            found[-1] = (found[-1][0], end, value)
        else:
            found.append((start, end, value))
    return found


def raised_s(window: Window, pieces: list[tuple[int, int, int]]) -> float:
    """Most by which pieces are above the light time of their window [s]."""
    return max(owlt - min(window.owlt(start), window.owlt(end)) for start, end, owlt in pieces)


def runs(windows: list[Window]) -> list[list[Window]]:
    """Windows that follow one another without gap, as a format with pieces says them in one contact.

    Parameters
    ----------
    windows : list of Window
        Without overlap within a pair in one direction.

    Returns
    -------
    list of list of Window
        Each of one pair, in order of time; sorted by start, sender, receiver.
    """
    found: list[list[Window]] = []
    for window in sorted(windows, key=lambda one: (one.sender, one.receiver, one.start)):
        last = found[-1][-1] if found else None
        if last and (last.sender, last.receiver, last.end) == (window.sender, window.receiver, window.start):
            found[-1].append(window)
        else:
            found.append([window])
    return sorted(found, key=lambda run: (run[0].start, run[0].sender, run[0].receiver))


def _cuts(window: Window) -> list[int]:
    """Whole seconds at which a window is cut so that its light time changes by a second at most."""
    change = abs(window.owlt_end_s - window.owlt_start_s)
    steps = int(min(np.ceil(change / RANGE_STEP_S), window.end - window.start, MOST_PIECES)) or 1
    length = window.end - window.start
    return [window.start + round(length * step / steps) for step in range(steps + 1)]
