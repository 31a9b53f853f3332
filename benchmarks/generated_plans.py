"""Contact plans of any size for benchmarks: random, but of one kind, and the same for the same seed.

Four clusters of nodes. 85 % of the contacts join two nodes of one cluster, with light times of 1 to 3 s; the
others are trunks between clusters, 2 to 1,041 s. Windows of 300 to 1,800 s within 24 h, cut at their end; each in
both directions; no overlap within a pair of nodes, whose light time is constant; whole seconds; 1 MB/s.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase

DAY_S: Final = 86_400
CLUSTERS: Final = 4
INSIDE_SHARE: Final = 0.85
SHORTEST_S, LONGEST_S = 300, 1800
RATE_BPS: Final = 8e6
MOST_ROUNDS: Final = 200


class Windows(NamedTuple):
    """Windows between pairs of nodes, each array of shape (W,): low and high node, start and end [s]."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    start_s: NDArray[np.int64]
    end_s: NDArray[np.int64]


def generated_plan(nodes: int, contacts: int, seed: int, horizon_s: int = DAY_S) -> ContactPlan:
    """Make a plan of the kind described above.

    Parameters
    ----------
    nodes : int
        Number of nodes, at least 8, so that each cluster has a pair.
    contacts : int
        Number of contacts, both directions counted: even.
    seed : int
        Of the random numbers.
    horizon_s : int
        Length of the plan. [s]

    Returns
    -------
    ContactPlan
        Nodes are called 1, 2, ...; node n belongs to cluster (n - 1) modulo 4.

    Raises
    ------
    ValueError
        For an odd number of contacts, fewer than 8 nodes, or more contacts than have room.
    """
    if contacts % 2 or nodes < 2 * CLUSTERS:
        raise ValueError(f"{contacts} contacts of {nodes} nodes: give an even number, and at least 8 nodes")
    random = np.random.default_rng(seed)
    windows = free_windows(random, nodes, contacts // 2, horizon_s)
    pair = windows.low * nodes + windows.high
    pairs, place = np.unique(pair, return_inverse=True)
    inside = (pairs // nodes - pairs % nodes) % CLUSTERS == 0
    near, far = random.integers(1, 4, pairs.size), random.integers(2, 1042, pairs.size)
    owlt_s = np.where(inside, near, far)[place]

    names = np.array([str(node + 1) for node in range(nodes)], dtype=object)
    both = {
        "from": np.concatenate([names[windows.low], names[windows.high]]),
        "to": np.concatenate([names[windows.high], names[windows.low]]),
        "start_s": np.tile(windows.start_s, 2),
        "end_s": np.tile(windows.end_s, 2),
        "rate_bps": RATE_BPS,
        "owlt_start_s": np.tile(owlt_s, 2),
        "owlt_end_s": np.tile(owlt_s, 2),
    }
    numbers = {str(name): place + 1 for place, name in enumerate(names)}
    return ContactPlan(pd.DataFrame(both), numbers, TimeBase("relative"))


def standing_plan(nodes: int, horizon_s: int = DAY_S) -> ContactPlan:
    """Make a plan of links that never end: a ring, and of every node one to the node opposite.

    Parameters
    ----------
    nodes : int
        Number of nodes, even, at least 4.
    horizon_s : int
        Length of the plan. [s]

    Returns
    -------
    ContactPlan
        Nodes are called 1, 2, ...; 1 MB/s, light times of 1 s.
    """
    near = [(node, (node + 1) % nodes) for node in range(nodes)]
    across = [(node, node + nodes // 2) for node in range(nodes // 2)]
    ends = np.array([*near, *across]) + 1
    both = np.concatenate([ends, ends[:, ::-1]])
    numbers = {str(node + 1): node + 1 for node in range(nodes)}
    columns = {"start_s": 0, "end_s": horizon_s, "rate_bps": RATE_BPS, "owlt_start_s": 1.0, "owlt_end_s": 1.0}
    table = pd.DataFrame({"from": both[:, 0].astype(str), "to": both[:, 1].astype(str)}, dtype=object)
    return ContactPlan(table.assign(**columns), numbers, TimeBase("relative"))


def free_windows(random: np.random.Generator, nodes: int, count: int, horizon_s: int) -> Windows:
    """Draw windows, and draw again those that overlap another of their pair.

    Parameters
    ----------
    random : numpy.random.Generator
        Source of random numbers.
    nodes, count : int
        Number of nodes, and of windows.
    horizon_s : int
        Where they end at the latest. [s]

    Returns
    -------
    Windows
        Sorted by pair and start.

    Raises
    ------
    ValueError
        Where so many do not fit.
    """
    inside = np.zeros(count, dtype=np.bool_)
    inside[: round(INSIDE_SHARE * count)] = True
    low, high, start, end = (np.empty(count, dtype=np.int64) for _ in range(4))
    wanted = np.arange(count)
    for _ in range(MOST_ROUNDS):
        low[wanted], high[wanted] = drawn_pairs(random, nodes, inside[wanted])
        start[wanted] = random.integers(0, horizon_s - SHORTEST_S, wanted.size)
        length = random.integers(SHORTEST_S, LONGEST_S + 1, wanted.size)
        end[wanted] = np.minimum(start[wanted] + length, horizon_s)
        order = np.lexsort((end, start, high, low))
        clash = np.zeros(count, dtype=np.bool_)
        clash[order] = overlapping((low * nodes + high)[order], start[order], end[order])
        # Those kept before have no overlap among themselves: at least one of any two is new.
        wanted = wanted[clash[wanted]]
        if wanted.size == 0:
            return Windows(low[order], high[order], start[order], end[order])
    raise ValueError(f"{2 * count} contacts of {nodes} nodes do not fit into {horizon_s} s without overlap")


def drawn_pairs(
    random: np.random.Generator, nodes: int, inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw pairs of nodes, each pair of its sort as likely as any other.

    Parameters
    ----------
    random : numpy.random.Generator
        Source of random numbers.
    nodes : int
        Number of nodes.
    inside : numpy.ndarray of bool, shape (W,)
        Whether both are of one cluster.

    Returns
    -------
    low, high : numpy.ndarray of int, shape (W,)
        Two different nodes, the lower number first.
    """
    pair = np.zeros((inside.size, 2), dtype=np.int64)
    wrong = np.arange(inside.size)
    while wrong.size:
        pair[wrong] = random.integers(0, nodes, (wrong.size, 2))
        a, b = pair[wrong].T
        wrong = wrong[(a == b) | (((a - b) % CLUSTERS == 0) != inside[wrong])]
    return pair.min(axis=1), pair.max(axis=1)


def overlapping(
    pair: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which windows overlap another one of their pair.

    Parameters
    ----------
    pair, start, end : numpy.ndarray of int, shape (W,)
        Windows sorted by pair, then start. [s]

    Returns
    -------
    numpy.ndarray of bool, shape (W,)
        True for every window that shares time with another. Windows may touch.
    """
    # Shift each pair into a time of its own, so that the latest end so far is one running maximum.
    own = np.cumsum(np.diff(pair, prepend=pair[:1]) != 0) * (int(end.max(initial=0)) + 1)
    begin, finish = start + own, end + own
    after_another = np.zeros(pair.size, dtype=np.bool_)
    after_another[1:] = begin[1:] < np.maximum.accumulate(finish)[:-1]
    before_another = np.zeros(pair.size, dtype=np.bool_)
    before_another[:-1] = begin[1:] < finish[:-1]
    return after_another | before_another


def asked(nodes: int, count: int, seed: int, horizon_s: int = DAY_S) -> list[tuple[str, str, float]]:
    """Draw questions for routes: from, to, and when the bundle is there, in the first half of the plan.

    Parameters
    ----------
    nodes, count : int
        Number of nodes of the plan, and of questions.
    seed : int
        Of the random numbers.
    horizon_s : int
        Length of the plan. [s]

    Returns
    -------
    list of (str, str, float)
        Two different nodes and a whole second.
    """
    random = np.random.default_rng(seed)
    questions = []
    for _ in range(count):
        a, b = (str(node + 1) for node in random.choice(nodes, 2, replace=False))
        questions.append((a, b, float(random.integers(0, horizon_s // 2))))
    return questions
