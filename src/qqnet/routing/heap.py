"""A binary heap of numbers by time, in two arrays, for compiled code; of equal times the smaller number first."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, forceinline=True)
def push(keys: NDArray[np.float64], nodes: NDArray[np.int64], size: int, key: float, node: int) -> int:
    """Put a node on the heap.

    Parameters
    ----------
    keys, nodes : numpy.ndarray
        The heap, with room for one more.
    size : int
        How many it holds.
    key : float
        Time by which it is sorted. [s]
    node : int
        Node.

    Returns
    -------
    int
        How many it holds now.
    """
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if keys[parent] < key or (keys[parent] == key and nodes[parent] <= node):
            break
        keys[place], nodes[place] = keys[parent], nodes[parent]
        place = parent
    keys[place], nodes[place] = key, node
    return size + 1


@njit(cache=True, forceinline=True)
def pop(keys: NDArray[np.float64], nodes: NDArray[np.int64], size: int) -> tuple[float, int, int]:
    """Take the node of the earliest time off the heap.

    Parameters
    ----------
    keys, nodes : numpy.ndarray
        The heap.
    size : int
        How many it holds, at least 1.

    Returns
    -------
    key : float
        Its time. [s]
    node : int
        Node.
    size : int
        How many the heap holds now.
    """
    key, node = keys[0], nodes[0]
    size -= 1
    last_key, last_node = keys[size], nodes[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (
            keys[other] < keys[child] or (keys[other] == keys[child] and nodes[other] < nodes[child])
        ):
            child = other
        if keys[child] > last_key or (keys[child] == last_key and nodes[child] >= last_node):
            break
        keys[place], nodes[place] = keys[child], nodes[child]
        place = child
    keys[place], nodes[place] = last_key, last_node
    return key, node, size


@njit(cache=True)
def longer(
    keys: NDArray[np.float64], nodes: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Copy a heap to arrays of twice its length.

    Parameters
    ----------
    keys, nodes : numpy.ndarray
        The heap.

    Returns
    -------
    keys, nodes : numpy.ndarray
        To be used from now on.
    """
    more_keys, more_nodes = np.empty(2 * keys.size), np.empty(2 * nodes.size, dtype=np.int64)
    more_keys[: keys.size], more_nodes[: nodes.size] = keys, nodes
    return more_keys, more_nodes
