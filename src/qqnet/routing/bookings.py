"""Transmitter time already promised, contact by contact.

A contact sends one bundle at a time. Its busy intervals are kept sorted and apart (those that touch are
one), so that a later booking may use a gap before an earlier one: traffic of a high class, booked first,
does not block what lies before it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Rounding of sums of transmission times; one bit at 1 Gbit/s.
TIME_RESOLUTION_S = 1e-9

FIRST_ROOM = 4


class Bookings(NamedTuple):
    """Busy intervals of all contacts, in one pool.

    Attributes
    ----------
    first, filled, room : numpy.ndarray of int, shape (C,)
        Intervals of contact c lie in the pool from ``first[c]``; how many, and how many would fit.
    used : numpy.ndarray of int, shape (1,)
        Length of the pool that is given out.
    start, end : numpy.ndarray, shape (pool,)
        Edges. [s after the plan's first start]
    """

    first: NDArray[np.int64]
    filled: NDArray[np.int64]
    room: NDArray[np.int64]
    used: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


def no_bookings(contacts: int) -> Bookings:
    """Make the books of a plan in which nothing is promised.

    Parameters
    ----------
    contacts : int
        Number of contacts of the plan.

    Returns
    -------
    Bookings
        Empty.
    """
    return Bookings(
        first=np.zeros(contacts, dtype=np.int64),
        filled=np.zeros(contacts, dtype=np.int64),
        room=np.zeros(contacts, dtype=np.int64),
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
def first_gap(books: Bookings, contact: int, time_s: float, length_s: float) -> float:
    """Earliest time from which a contact's transmitter is free for a length.

    Parameters
    ----------
    books : Bookings
        What is promised.
    contact : int
        Compiled contact.
    time_s : float
        Not before. [s]
    length_s : float
        Transmission time. [s]

    Returns
    -------
    float
        Start of the gap; the contact's own edges are not looked at. [s]
    """
    low = books.first[contact]
    high = low + books.filled[contact]
    k = first_ending_after(books.end, low, high, time_s)
    while k < high and books.start[k] < time_s + length_s - TIME_RESOLUTION_S:
        time_s = max(time_s, books.end[k])
        k += 1
    return time_s


@njit(cache=True)
def book(books: Bookings, contact: int, start_s: float, end_s: float) -> Bookings:
    """Promise an interval of a contact's transmitter.

    Parameters
    ----------
    books : Bookings
        What is promised so far; changed in place, except when the pool had to grow.
    contact : int
        Compiled contact.
    start_s, end_s : float
        A free interval. [s]

    Returns
    -------
    Bookings
        To be used from now on.
    """
    if end_s <= start_s:
        return books
    if books.filled[contact] == books.room[contact]:
        books = _more_room(books, contact)
    low = books.first[contact]
    high = low + books.filled[contact]
    k = first_ending_after(books.start, low, high, start_s)
    joins_before = k > low and start_s - books.end[k - 1] <= TIME_RESOLUTION_S
    joins_after = k < high and books.start[k] - end_s <= TIME_RESOLUTION_S
    if joins_before and joins_after:
        books.end[k - 1] = books.end[k]
        for place in range(k, high - 1):
            books.start[place] = books.start[place + 1]
            books.end[place] = books.end[place + 1]
        books.filled[contact] -= 1
    elif joins_before:
        books.end[k - 1] = end_s
    elif joins_after:
        books.start[k] = start_s
    else:
        for place in range(high, k, -1):
            books.start[place] = books.start[place - 1]
            books.end[place] = books.end[place - 1]
        books.start[k] = start_s
        books.end[k] = end_s
        books.filled[contact] += 1
    return books


@njit(cache=True)
def release(books: Bookings, contact: int, start_s: float, end_s: float) -> Bookings:
    """Take back an interval that was promised.

    Parameters
    ----------
    books : Bookings
        What is promised so far; changed in place, except when the pool had to grow.
    contact : int
        Compiled contact.
    start_s, end_s : float
        As booked. [s]

    Returns
    -------
    Bookings
        To be used from now on.
    """
    if end_s <= start_s:
        return books
    if books.filled[contact] == books.room[contact]:
        books = _more_room(books, contact)
    low = books.first[contact]
    high = low + books.filled[contact]
    k = first_ending_after(books.end, low, high, start_s)
    if k == high:
        return books
    keeps_before = start_s - books.start[k] > TIME_RESOLUTION_S
    keeps_after = books.end[k] - end_s > TIME_RESOLUTION_S
    if keeps_before and keeps_after:
        for place in range(high, k, -1):
            books.start[place] = books.start[place - 1]
            books.end[place] = books.end[place - 1]
        books.end[k] = start_s
        books.start[k + 1] = end_s
        books.filled[contact] += 1
    elif keeps_before:
        books.end[k] = start_s
    elif keeps_after:
        books.start[k] = end_s
    else:
        for place in range(k, high - 1):
            books.start[place] = books.start[place + 1]
            books.end[place] = books.end[place + 1]
        books.filled[contact] -= 1
    return books


@njit(cache=True)
def busy_seconds(books: Bookings) -> NDArray[np.float64]:
    """Transmitter time promised on each contact.

    Parameters
    ----------
    books : Bookings
        What is promised.

    Returns
    -------
    numpy.ndarray, shape (C,)
        Sum of the busy intervals. [s]
    """
    total = np.zeros(books.first.size)
    for contact in range(books.first.size):
        for k in range(books.first[contact], books.first[contact] + books.filled[contact]):
            total[contact] += books.end[k] - books.start[k]
    return total


@njit(cache=True)
def _more_room(books: Bookings, contact: int) -> Bookings:
    """Move a contact's intervals to a place in the pool that is twice as long."""
    low, count = books.first[contact], books.filled[contact]
    room = max(FIRST_ROOM, 2 * books.room[contact])
    place = books.used[0]
    start, end = books.start, books.end
    if place + room > start.size:
        size = max(1024, 2 * (place + room))
        start, end = np.empty(size), np.empty(size)
        start[:place] = books.start[:place]
        end[:place] = books.end[:place]
    for k in range(count):
        start[place + k] = start[low + k]
        end[place + k] = end[low + k]
    books.first[contact] = place
    books.room[contact] = room
    books.used[0] = place + room
    return Bookings(books.first, books.filled, books.room, books.used, start, end)
