"""Compiled search for the best k loop-free routes (Yen's method with Lawler's saving).

The best route is found, then the best deviation from each route found at each of its hops: the hops before are
kept, their nodes may not be entered again, and the contacts by which routes found so far leave that node after
the same hops are shut. A route that left its parent at hop i is not tried again before i.

References
----------
J. Y. Yen, Management Science 17 (1971) 712-716; E. L. Lawler, Management Science 18 (1972) 401-405.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qqnet.routing.bookings import Bookings
from qqnet.routing.compiled import by_reference, inner
from qqnet.routing.graph import Network
from qqnet.routing.search import best_path
from qqnet.routing.transmission import Query, path_times

ARRIVAL, HOPS, MINUS_TERMINATION, ENTRY, DEVIATION = range(5)
WAITING, FOUND = 0, 1


@njit(cache=True)
def best_paths(
    network: Network, books: Bookings, query: Query, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Contacts of the best k loop-free routes, in the order of the standard.

    Parameters
    ----------
    network : Network
        The plan.
    books : Bookings
        What is promised.
    query : Query
        What is to be sent.
    k : int
        How many routes, at least 1.

    Returns
    -------
    contacts : numpy.ndarray of int
        Compiled contacts of all routes, one route after the other.
    first : numpy.ndarray of int, shape (R + 1,)
        Route r is ``contacts[first[r]:first[r + 1]]``; R is at most k.
    """
    network, books, query = by_reference(network), by_reference(books), by_reference(query)
    shut = query.shut.copy()
    paths = np.empty(64, dtype=np.int64)
    # Of each route known: where its contacts lie, its key of the standard, whether it is taken.
    place = np.zeros(k + 2, dtype=np.int64)
    keys = np.empty((k + 1, 5))
    state = np.empty(k + 1, dtype=np.int8)
    order = np.empty(k, dtype=np.int64)
    known, taken = 0, 0
    paths, place, keys, state, known = _add(
        network, books, query, best_path(network, books, query), 0, paths, place, keys, state, known
    )
    while taken < k:
        chosen = _next(paths, place, keys, state, known)
        if chosen < 0:
            break
        state[chosen] = FOUND
        order[taken] = chosen
        taken += 1
        path = paths[place[chosen] : place[chosen + 1]].copy()
        times = path_times(network, books, query, path)
        for hop in range(int(keys[chosen, DEVIATION]), path.size):
            if taken == k:
                break
            limit = _limit(keys, state, known, k - taken, query.limit_s)
            _mark(paths, place, order[:taken], path, hop, shut, query.shut, True)
            allowed = query.allowed.copy()
            for before in range(hop + 1):
                allowed[network.sender[path[before]]] = False
            spur = Query(
                np.int64(network.sender[path[hop]]),  # type: ignore[arg-type]
                query.target,
                times[hop - 1, 2] if hop > 0 else query.time_s,
                query.bits,
                query.priority,
                limit,
                query.strict,
                query.margin_s,
                query.margin_share,
                allowed,
                shut,
                query.ahead,
                query.local,
            )
            rest = best_path(network, books, spur)
            _mark(paths, place, order[:taken], path, hop, shut, query.shut, False)
            if rest.size > 0:
                whole = np.concatenate((path[:hop], rest))
                paths, place, keys, state, known = _add(
                    network, books, query, whole, hop, paths, place, keys, state, known
                )
    contacts = np.empty(0, dtype=np.int64)
    first = np.zeros(taken + 1, dtype=np.int64)
    for route in range(taken):
        contacts = np.concatenate((contacts, paths[place[order[route]] : place[order[route] + 1]]))
        first[route + 1] = contacts.size
    return contacts, first


@inner
def _mark(
    paths: NDArray[np.int64],
    place: NDArray[np.int64],
    found: NDArray[np.int64],
    path: NDArray[np.int64],
    hop: int,
    shut: NDArray[np.bool_],
    always: NDArray[np.bool_],
    value: bool,
) -> None:
    """Shut the contacts by which routes found leave a path at a hop, or open them again."""
    for other in found:
        low, high = place[other], place[other + 1]
        if high - low > hop and np.all(paths[low : low + hop] == path[:hop]):
            contact = paths[low + hop]
            shut[contact] = value or always[contact]


@inner
def _limit(
    keys: NDArray[np.float64], state: NDArray[np.int8], known: int, wanted: int, limit_s: float
) -> float:
    """Arrival after which a further route can not be among those still wanted."""
    waiting = keys[:known, ARRIVAL][state[:known] == WAITING]
    if waiting.size < wanted:
        return limit_s
    return min(limit_s, float(np.sort(waiting)[wanted - 1]))


@inner
def _next(
    paths: NDArray[np.int64],
    place: NDArray[np.int64],
    keys: NDArray[np.float64],
    state: NDArray[np.int8],
    known: int,
) -> int:
    """Best of the waiting routes by the order of the standard, or -1; equal ones by their contacts."""
    best = -1
    for one in range(known):
        if state[one] == WAITING and (best < 0 or _before(paths, place, keys, one, best)):
            best = one
    return best


@inner
def _before(
    paths: NDArray[np.int64], place: NDArray[np.int64], keys: NDArray[np.float64], one: int, other: int
) -> bool:
    for column in range(DEVIATION):
        if keys[one, column] != keys[other, column]:
            return bool(keys[one, column] < keys[other, column])
    for step in range(place[one + 1] - place[one]):
        mine, yours = paths[place[one] + step], paths[place[other] + step]
        if mine != yours:
            return bool(mine < yours)
    return False


@inner
def _add(
    network: Network,
    books: Bookings,
    query: Query,
    path: NDArray[np.int64],
    deviation: int,
    paths: NDArray[np.int64],
    place: NDArray[np.int64],
    keys: NDArray[np.float64],
    state: NDArray[np.int8],
    known: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int8], int]:
    """Put a route among those known, unless it is there or there is none."""
    if path.size == 0:
        return paths, place, keys, state, known
    for other in range(known):
        low, high = place[other], place[other + 1]
        if high - low == path.size and np.all(paths[low:high] == path):
            return paths, place, keys, state, known
    low = place[known]
    if low + path.size > paths.size:
        paths = np.concatenate((paths, np.empty(paths.size + path.size, dtype=np.int64)))
    if known == state.size:
        place = np.concatenate((place, np.zeros(known, dtype=np.int64)))
        keys = np.concatenate((keys, np.empty((known, 5))))
        state = np.concatenate((state, np.empty(known, dtype=np.int8)))
    paths[low : low + path.size] = path
    place[known + 1] = low + path.size
    keys[known, ARRIVAL] = path_times(network, books, query, path)[-1, 2]
    keys[known, HOPS] = path.size
    keys[known, MINUS_TERMINATION] = -network.end[path].min()
    keys[known, ENTRY] = network.receiver[path[0]]
    keys[known, DEVIATION] = deviation
    state[known] = WAITING
    return paths, place, keys, state, known + 1
