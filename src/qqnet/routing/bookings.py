"""Transmitter time already promised, contact by contact and class by class.

A contact sends one bundle at a time. For each class of priority there is a layer: the union of what is promised
to that class and to those above it. A bundle sees the layer of its own class, so a higher class is not held up
by a lower one and takes time that a lower one was promised (overbooking; CCSDS 734.3-B-1, 3.2.8). Busy
intervals are kept sorted and apart (those that touch are one), so that a later booking may use a gap before an
earlier one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.compiled import by_reference, by_value, inner
from qqnet.routing.graph import TIME_RESOLUTION_S

CLASSES: Final = 3
"""Bulk 0, normal 1, expedited 2."""

FIRST_ROOM = 4


class Bookings(NamedTuple):
    """Busy intervals of all contacts and classes, in one pool.

    The layer of class p of contact c is number ``CLASSES * c + p``.

    Attributes
    ----------
    base, first, filled, room : numpy.ndarray of int, shape (CLASSES * C,)
        Intervals of a layer lie in the pool from ``first``, where the layer's place begins at ``base``; how
        many there are, and how many places it has from ``base``. Without elements: nothing is promised.
    used : numpy.ndarray of int, shape (1,)
        Length of the pool that is given out.
    start, end : numpy.ndarray, shape (pool,)
        Edges. [s after the plan's first start]
    """

    base: NDArray[np.int64]
    first: NDArray[np.int64]
    filled: NDArray[np.int32]
    room: NDArray[np.int32]
    used: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


def no_bookings(contacts: int) -> Bookings:
    """Make the books of a plan in which nothing is promised.

    Parameters
    ----------
    contacts : int
        Number of contacts of the plan; 0 for books that are only ever read.

    Returns
    -------
    Bookings
        Empty.
    """
    layers = CLASSES * contacts
    return Bookings(
        base=np.zeros(layers, dtype=np.int64),
        first=np.zeros(layers, dtype=np.int64),
        filled=np.zeros(layers, dtype=np.int32),
        room=np.zeros(layers, dtype=np.int32),
        used=np.zeros(1, dtype=np.int64),
        start=np.empty(0, dtype=np.float64),
        end=np.empty(0, dtype=np.float64),
    )


@njit(cache=True)
def first_ending_after(ends: NDArray[np.float64], low: int, high: int, time_s: float) -> int:
    """Index of the first of the sorted ``ends[low:high]`` that is later than a time, or `high`.

    Parameters
    ----------
    ends : numpy.ndarray
        Sorted within ``low:high``. [s]
    low, high : int
        Range.
    time_s : float
        Time. [s]

    Returns
    -------
    int
        Index.
    """
    while low < high:
        middle = (low + high) // 2
        if ends[middle] > time_s:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True)
def first_gap(books: Bookings, layer: int, time_s: float, length_s: float) -> float:
    """Earliest time from which a contact's transmitter is free for a length.

    Parameters
    ----------
    books : Bookings
        What is promised.
    layer : int
        Contact and class.
    time_s : float
        Not before. [s]
    length_s : float
        Transmission time. [s]

    Returns
    -------
    float
        Start of the gap; the contact's own edges are not looked at. [s]
    """
    low = books.first[layer]
    high = low + books.filled[layer]
    k = first_ending_after(books.end, low, high, time_s)
    while k < high and books.start[k] < time_s + length_s - TIME_RESOLUTION_S:
        time_s = max(time_s, books.end[k])
        k += 1
    return time_s


@njit(cache=True)
def booked(
    books: Bookings, contacts: NDArray[np.int64], priority: int, times_s: NDArray[np.float64]
) -> Bookings:
    """Promise an interval of each of some contacts' transmitters.

    Parameters
    ----------
    books : Bookings
        What is promised so far; used up.
    contacts : numpy.ndarray of int, shape (H,)
        Compiled contacts.
    priority : int
        Class of the bundle, 0 to 2.
    times_s : numpy.ndarray, shape (H, 2)
        Start and end of an interval that is free in the layer of the class. [s]

    Returns
    -------
    Bookings
        To be used from now on.
    """
    kept = by_reference(books)
    for hop in range(contacts.size):
        book(kept, contacts[hop], priority, times_s[hop, 0], times_s[hop, 1])
    return by_value(kept, books)  # type: ignore[no-any-return]


@njit(cache=True)
def released(
    books: Bookings, contacts: NDArray[np.int64], priority: int, times_s: NDArray[np.float64]
) -> Bookings:
    """Take back intervals of contacts that were promised.

    Parameters
    ----------
    books : Bookings
        What is promised so far; used up.
    contacts : numpy.ndarray of int, shape (H,)
        Compiled contacts.
    priority : int
        Class for which they were booked.
    times_s : numpy.ndarray, shape (H, 2)
        Start and end, as booked. [s]

    Returns
    -------
    Bookings
        To be used from now on.
    """
    kept = by_reference(books)
    for hop in range(contacts.size):
        release(kept, contacts[hop], priority, times_s[hop, 0], times_s[hop, 1])
    return by_value(kept, books)  # type: ignore[no-any-return]


@inner
def book(
    books: Bookings, contact: int, priority: int, start_s: float, end_s: float, now_s: float = -np.inf
) -> None:
    """Promise an interval of a contact's transmitter.

    Parameters
    ----------
    books : reference to Bookings
        What is promised so far; changed in place.
    contact : int
        Compiled contact.
    priority : int
        Class of the bundle, 0 to 2.
    start_s, end_s : float
        An interval that is free in the layer of the class. [s]
    now_s : float
        What ended before is forgotten, so that the books do not grow with time. [s]
    """
    if end_s <= start_s:
        return
    for layer in range(CLASSES * contact, CLASSES * contact + priority + 1):
        _join(books, layer, start_s, end_s, now_s)


@inner
def release(books: Bookings, contact: int, priority: int, start_s: float, end_s: float) -> None:
    """Take back an interval that was promised; what a higher class took of it stays promised.

    Parameters
    ----------
    books : reference to Bookings
        What is promised so far; changed in place.
    contact : int
        Compiled contact.
    priority : int
        Class for which it was booked.
    start_s, end_s : float
        As booked. [s]
    """
    above = CLASSES * contact + priority + 1
    now = start_s
    while now < end_s - TIME_RESOLUTION_S:
        until, later = end_s, end_s
        if priority + 1 < CLASSES:
            low = books.first[above]
            high = low + books.filled[above]
            k = first_ending_after(books.end, low, high, now)
            if k < high:
                until = min(end_s, max(books.start[k], now))
                later = max(books.end[k], until)
        if until > now:
            for layer in range(CLASSES * contact, above):
                _cut(books, layer, now, until)
        now = max(until, later)


@inner
def _join(books: Bookings, layer: int, start_s: float, end_s: float, now_s: float) -> None:
    """Unite an interval with those of a layer."""
    while books.filled[layer] > 0 and books.end[books.first[layer]] < now_s - TIME_RESOLUTION_S:
        books.first[layer] += 1
        books.filled[layer] -= 1
    low = books.first[layer]
    high = low + books.filled[layer]
    left = first_ending_after(books.end, low, high, start_s - TIME_RESOLUTION_S)
    right = left
    while right < high and books.start[right] <= end_s + TIME_RESOLUTION_S:
        right += 1
    if right > left:
        books.start[left] = min(books.start[left], start_s)
        books.end[left] = max(books.end[right - 1], end_s)
        gone = right - left - 1
        if gone > 0:
            for k in range(left + 1, high - gone):
                books.start[k], books.end[k] = books.start[k + gone], books.end[k + gone]
            books.filled[layer] -= gone
        return
    place = left - low
    _make_room(books, layer)
    low = books.first[layer]
    for k in range(low + books.filled[layer], low + place, -1):
        books.start[k], books.end[k] = books.start[k - 1], books.end[k - 1]
    books.start[low + place], books.end[low + place] = start_s, end_s
    books.filled[layer] += 1


@inner
def _cut(books: Bookings, layer: int, start_s: float, end_s: float) -> None:
    """Take an interval out of those of a layer."""
    _make_room(books, layer)
    low = books.first[layer]
    high = low + books.filled[layer]
    k = first_ending_after(books.end, low, high, start_s + TIME_RESOLUTION_S)
    while k < high and books.start[k] < end_s - TIME_RESOLUTION_S:
        keeps_before = start_s - books.start[k] > TIME_RESOLUTION_S
        keeps_after = books.end[k] - end_s > TIME_RESOLUTION_S
        if keeps_before and keeps_after:
            for place in range(high, k, -1):
                books.start[place], books.end[place] = books.start[place - 1], books.end[place - 1]
            books.end[k], books.start[k + 1] = start_s, end_s
            books.filled[layer] += 1
            break
        if keeps_before:
            books.end[k] = start_s
            k += 1
        elif keeps_after:
            books.start[k] = end_s
            break
        else:
            for place in range(k, high - 1):
                books.start[place], books.end[place] = books.start[place + 1], books.end[place + 1]
            books.filled[layer] -= 1
            high -= 1


@inner
def _make_room(books: Bookings, layer: int) -> None:
    """Make sure that one more interval fits: move back to the beginning of the place, or to a larger one."""
    base, low, count = books.base[layer], books.first[layer], books.filled[layer]
    if low - base + count < books.room[layer]:
        return
    start, end = books.start, books.end
    place, room = base, books.room[layer]
    if 2 * count >= room:
        place, room = books.used[0], max(FIRST_ROOM, 2 * room)
        books.used[0] = place + room
        if place + room > start.size:
            size = max(1024, 2 * (place + room))
            start, end = np.empty(size), np.empty(size)
            start[:place] = books.start[:place]
            end[:place] = books.end[:place]
            books.start, books.end = start, end  # type: ignore[misc]
    for k in range(count):
        start[place + k], end[place + k] = start[low + k], end[low + k]
    books.base[layer] = books.first[layer] = place
    books.room[layer] = room
