"""The accounts of a simulation: what was offered, delivered and lost, what nodes store, what contacts carry.

Messages are counted by their data; storage and links are charged with all that is sent along.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from qqnet.routing.compiled import by_reference, constants, inner
from qqnet.traffic.state import SENT, State

CREATED, RECEIVED, FORWARDED, DROPPED = constants(4)
"""Why bits come into store or leave it."""

OFFERED, DELIVERED, LOST = range(3)
"""Columns of `State.moved`."""

LEAST_DELAY_S: Final = 1e-3


@inner
def _bin(state: State, time_s: float) -> int:
    settings = state.settings[0]
    place = int((time_s - settings.first_bin_s) / settings.bin_s)
    return int(min(max(place, 0), state.stored.shape[0] - 1))


@inner
def store(state: State, node: int, bits: float, time_s: float, why: int) -> None:
    """Put bits into a node's store, or take them out.

    Parameters
    ----------
    state : State
        Changed in place.
    node : int
        Node.
    bits : float
        Positive where they come (``CREATED``, ``RECEIVED``), negative where they leave. [bit]
    time_s : float
        When. [s]
    why : int
        As above.
    """
    settle(state, node, time_s)
    account = state.nodes[node]
    now = account.stored_bits + bits
    account.stored_bits = now
    account.peak_bits = max(account.peak_bits, now)
    if why == CREATED:
        account.created_bits += bits
    elif why == RECEIVED:
        account.received_bits += bits
    elif why == FORWARDED:
        account.forwarded_bits -= bits
    else:
        account.dropped_bits -= bits
    if bits > 0.0 and time_s < state.settings[0].last_bin_s:
        place = _bin(state, time_s)
        state.stored[place, node, 1] = max(state.stored[place, node, 1], now)


@njit(cache=True)
def settle(state: State, node: int, time_s: float) -> None:
    """Enter what a node has stored since the last change into the bins of time.

    Parameters
    ----------
    state : State
        Changed in place.
    node : int
        Node.
    time_s : float
        Until when. [s]
    """
    state = by_reference(state)
    account, settings = state.nodes[node], state.settings[0]
    since, bits = account.since_s, account.stored_bits
    until = min(time_s, settings.last_bin_s)
    if until <= since:
        return
    if bits > 0.0:
        for place in range(_bin(state, since), _bin(state, until) + 1):
            low = max(since, settings.first_bin_s + place * settings.bin_s)
            high = min(until, settings.first_bin_s + (place + 1) * settings.bin_s)
            if high > low:
                state.stored[place, node, 0] += bits * (high - low)
                state.stored[place, node, 1] = max(state.stored[place, node, 1], bits)
    account.since_s = until


@inner
def offer(state: State, flow: int, bits: float, time_s: float) -> None:
    """Enter a message that was made."""
    account = state.flows[flow]
    account.offered += 1
    account.offered_bits += bits
    state.moved[_bin(state, time_s), flow, OFFERED] += bits


@inner
def deliver(
    state: State, flow: int, bits: float, created_s: float, arrival_s: float, hops: int, sent: int
) -> None:
    """Enter a message that arrived.

    Parameters
    ----------
    state : State
        Changed in place.
    flow : int
        Whose.
    bits : float
        Data. [bit]
    created_s, arrival_s : float
        Creation and arrival. [s]
    hops, sent : int
        Most hops of a bundle, and transmissions of all.
    """
    account, delay = state.flows[flow], arrival_s - created_s
    account.delivered += 1
    account.delivered_bits += bits
    account.delay_sum_s += delay
    account.delay_least_s = min(account.delay_least_s, delay)
    account.delay_most_s = max(account.delay_most_s, delay)
    account.hops += hops
    account.sent += sent
    state.moved[_bin(state, arrival_s), flow, DELIVERED] += bits
    place = 0
    if delay > LEAST_DELAY_S:
        place = 1 + int(np.log(delay / LEAST_DELAY_S) / state.settings[0].delay_bin)
    state.delays[flow, min(place, state.delays.shape[1] - 1)] += 1


@inner
def lose(state: State, flow: int, bits: float, time_s: float, cause: int) -> None:
    """Enter a message that was lost."""
    account = state.flows[flow]
    account.lost[cause] += 1
    account.lost_bits[cause] += bits
    state.moved[_bin(state, time_s), flow, LOST] += bits


@inner
def carry(state: State, flow: int, contact: int, bits: float, length_s: float) -> None:
    """Enter a transmission."""
    account = state.contacts[contact]
    account.sent_bits += bits
    account.busy_s += length_s
    state.counts[SENT] += 1
    if state.carried.size > 0:
        state.carried[flow, account.pair] += bits
