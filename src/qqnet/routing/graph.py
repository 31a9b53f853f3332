"""A contact plan as flat arrays, compiled once and searched many times."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError

START, END, RATE, OWLT, OWLT_RATE, OWLT_LEAST = range(6)

TIME_RESOLUTION_S: Final = 1e-9
"""Rounding of sums of transmission times; one bit at 1 Gbit/s."""

STARTS_A_SLICE: Final = 4


class Network(NamedTuple):
    """Arrays that the compiled search reads.

    Contacts are ordered by sender and then by start, so that a search sees what a node can do from a moment on
    as one run of memory. What is open already at that moment is found by slices of time: each node's span is
    cut into equal slices, and each slice lists the contacts that began before it and end in it or later. Times
    are seconds after the first start of the plan, so that a nanosecond is resolved.

    Attributes
    ----------
    first : numpy.ndarray of int, shape (N + 1,)
        Contacts that node n sends are ``first[n]`` to ``first[n + 1] - 1``, by start.
    sender, receiver : numpy.ndarray of int, shape (C,)
        Ends of each contact.
    start, end : numpy.ndarray, shape (C,)
        Transmit window, also in `contact`. [s]
    contact : numpy.ndarray, shape (C, 8)
        All that a step of the search needs of a contact, on one line of the processor's cache. Columns:
        ``START``, ``END`` [s]; ``RATE`` [bit/s]; ``OWLT`` light time at the start [s] and ``OWLT_RATE`` its
        change [s/s]; ``OWLT_LEAST`` least light time within the contact [s]; two are free.
    slice_first : numpy.ndarray of int, shape (N + 1,)
        Slices of node n.
    slice_origin, slices_per_s : numpy.ndarray, shape (N,)
        First start of node n [s], and how many of its slices one second holds.
    slice_start : numpy.ndarray of int, shape (S,)
        First contact that begins in the slice or later.
    open_first : numpy.ndarray of int, shape (S + 1,)
        Contacts open when slice s begins are ``open_contact[open_first[s]:open_first[s + 1]]``.
    open_contact : numpy.ndarray of int
        As said.
    pair_from, pair_to : numpy.ndarray of int, shape (P,)
        Every pair of nodes that a contact joins, ordered by receiver.
    pair_into : numpy.ndarray of int, shape (N + 1,)
        Pairs into node n are ``pair_into[n]`` to ``pair_into[n + 1] - 1``.
    pair_owlt : numpy.ndarray, shape (P,)
        Least light time of all contacts of the pair. [s]
    relays : numpy.ndarray of bool, shape (N,)
        Whether the node may pass on bundles of others.
    """

    first: NDArray[np.int64]
    sender: NDArray[np.int32]
    receiver: NDArray[np.int32]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    contact: NDArray[np.float64]
    slice_first: NDArray[np.int64]
    slice_origin: NDArray[np.float64]
    slices_per_s: NDArray[np.float64]
    slice_start: NDArray[np.int64]
    open_first: NDArray[np.int64]
    open_contact: NDArray[np.int32]
    pair_from: NDArray[np.int32]
    pair_to: NDArray[np.int32]
    pair_into: NDArray[np.int64]
    pair_owlt: NDArray[np.float64]
    relays: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CompiledPlan:
    """A contact plan ready to be searched.

    Attributes
    ----------
    plan : ContactPlan
        What was compiled.
    names : tuple of str
        Nodes in order of their ``ipn`` numbers, so that the smaller index is the smaller node number.
    network : Network
        Its arrays.
    row : numpy.ndarray of int, shape (C,)
        Row of `plan` of each compiled contact.
    origin_s : float
        Second 0 of the arrays, in the plan's time base. [s]
    """

    plan: ContactPlan
    names: tuple[str, ...]
    network: Network
    row: NDArray[np.int64]
    origin_s: float

    @cached_property
    def links(self) -> list[str]:
        """Link of each compiled contact."""
        return [str(link) for link in self.plan.contacts["link"].to_numpy()[self.row]]

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """Confidence of each compiled contact; to be read only."""
        return np.asarray(self.plan.contacts["confidence"].to_numpy()[self.row], dtype=np.float64)

    def on_link(self, link: str) -> NDArray[np.bool_]:
        """Whether each compiled contact is one of a link.

        Parameters
        ----------
        link : str
            Link.

        Returns
        -------
        numpy.ndarray of bool, shape (C,)
            True for its contacts.
        """
        return np.asarray(self.plan.contacts["link"].to_numpy()[self.row] == link, dtype=np.bool_)

    @cached_property
    def contact_of_row(self) -> NDArray[np.int64]:
        """Compiled contact of each row of the plan."""
        return np.argsort(self.row)

    @cached_property
    def none_shut(self) -> NDArray[np.bool_]:
        """A mark for every contact that it may be used; to be read only."""
        return np.zeros(len(self.row), dtype=np.bool_)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}

    def index(self, name: str) -> int:
        """Index of a node.

        Parameters
        ----------
        name : str
            Name or ``ipn`` number.

        Returns
        -------
        int
            Index into `names`.

        Raises
        ------
        InputError
            For a node that the plan does not have.
        """
        found = self._index.get(name)
        return self._index[self.plan.node(name)] if found is None else found

    def mask(self, excluded: Collection[str]) -> NDArray[np.bool_]:
        """Nodes that a route may enter.

        Parameters
        ----------
        excluded : collection of str
            Names that it may not.

        Returns
        -------
        numpy.ndarray of bool, shape (N,)
            False for the excluded.
        """
        allowed = np.ones(len(self.names), dtype=np.bool_)
        for name in excluded:
            allowed[self.index(name)] = False
        return allowed


def compile_plan(plan: ContactPlan, relays: Collection[str] | None = None) -> CompiledPlan:
    """Arrange a contact plan for the search.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    relays : collection of str, optional
        Nodes that pass on bundles of others; by default all but the plan's endpoints.

    Returns
    -------
    CompiledPlan
        To be built once for many searches.

    Raises
    ------
    InputError
        For a relay that the plan does not have.
    """
    names = plan.names
    rows = plan.contacts
    numbers = np.array([plan.nodes[name] for name in names], dtype=np.int64)
    from_ = np.searchsorted(numbers, rows["from_ipn"].to_numpy())
    to = np.searchsorted(numbers, rows["to_ipn"].to_numpy())
    # Rows are sorted by start, receiver and link already; a stable sort keeps that.
    order = np.argsort(from_, kind="stable")
    sender: NDArray[np.int32] = from_[order].astype(np.int32)
    receiver: NDArray[np.int32] = to[order].astype(np.int32)

    origin_s = plan.span[0]
    start = rows["start_s"].to_numpy()[order] - origin_s
    end = rows["end_s"].to_numpy()[order] - origin_s
    owlt, owlt_end = rows["owlt_start_s"].to_numpy()[order], rows["owlt_end_s"].to_numpy()[order]
    contact = np.zeros((len(order), 8))
    contact[:, START], contact[:, END] = start, end
    contact[:, RATE] = rows["rate_bps"].to_numpy()[order]
    contact[:, OWLT], contact[:, OWLT_RATE] = owlt, (owlt_end - owlt) / (end - start)
    contact[:, OWLT_LEAST] = np.minimum(owlt, owlt_end)

    if relays is None:
        relays = plan.nodes.keys() - plan.endpoints
    unknown = sorted(set(relays) - set(names))
    if unknown:
        raise InputError(f"relays: '{unknown[0]}' is not a node of this plan")
    relaying = np.isin(np.array(names, dtype=object), list(relays))
    network = arranged(sender, receiver, contact, relaying)
    return CompiledPlan(plan, names, network, order.astype(np.int64), origin_s)


def arranged(
    sender: NDArray[np.int32],
    receiver: NDArray[np.int32],
    contact: NDArray[np.float64],
    relays: NDArray[np.bool_],
) -> Network:
    """Arrange contacts for the search.

    Parameters
    ----------
    sender, receiver : numpy.ndarray of int, shape (C,)
        Ends of each contact, ordered by sender and then by start.
    contact : numpy.ndarray, shape (C, 8)
        As `Network` has them.
    relays : numpy.ndarray of bool, shape (N,)
        Whether the node may pass on bundles of others.

    Returns
    -------
    Network
        With its slices and pairs.
    """
    start, end = contact[:, START].copy(), contact[:, END].copy()
    first = np.searchsorted(sender, np.arange(relays.size + 1)).astype(np.int64)
    return Network(
        first,
        sender,
        receiver,
        start,
        end,
        contact,
        *_slices(first, sender, start, end),
        *_pairs(relays.size, sender, receiver, contact[:, OWLT_LEAST]),
        relays,
    )


def rearranged(
    network: Network,
    contacts: NDArray[np.int64],
    sender: NDArray[np.int64],
    receiver: NDArray[np.int64],
    relays: NDArray[np.bool_],
) -> tuple[Network, NDArray[np.int64]]:
    """Arrange some contacts of a network between other nodes.

    Parameters
    ----------
    network : Network
        That the contacts are from.
    contacts : numpy.ndarray of int, shape (C,)
        Which; one may occur more than once.
    sender, receiver : numpy.ndarray of int, shape (C,)
        New ends of each.
    relays : numpy.ndarray of bool, shape (N,)
        Whether each new node may pass on bundles of others.

    Returns
    -------
    Network
        With these contacts.
    numpy.ndarray of int, shape (C,)
        Contact of `network` that each of its contacts is.
    """
    order = np.lexsort((contacts, network.start[contacts], sender))
    original = contacts[order]
    ends = sender[order].astype(np.int32), receiver[order].astype(np.int32)
    return arranged(*ends, network.contact[original], relays), original


def _slices(
    first: NDArray[np.int64], sender: NDArray[np.int32], start: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int32],
]:
    """Slices of time of each node, as `Network` has them."""
    count = np.diff(first)
    some = count > 0
    origin, last = np.zeros(count.size), np.zeros(count.size)
    origin[some], last[some] = start[first[:-1][some]], start[first[1:][some] - 1]
    slices = np.maximum(1, count // STARTS_A_SLICE)
    per_s = slices / np.maximum(last - origin, 1.0)
    slice_first = np.append(0, np.cumsum(slices))

    def slice_of(time_s: NDArray[np.float64]) -> NDArray[np.int64]:
        within = ((time_s - origin[sender]) * per_s[sender]).astype(np.int64)
        found: NDArray[np.int64] = slice_first[sender] + np.minimum(within, slices[sender] - 1)
        return found

    begun, ended = slice_of(start), slice_of(end + TIME_RESOLUTION_S)
    slice_start = np.searchsorted(begun, np.arange(slice_first[-1]))
    length = ended - begun
    which = np.repeat(np.arange(start.size, dtype=np.int32), length)
    step = np.arange(which.size) - np.repeat(np.cumsum(length) - length, length)
    at = begun[which] + 1 + step
    order = np.argsort(at, kind="stable")
    open_first = np.searchsorted(at[order], np.arange(slice_first[-1] + 1))
    return (
        slice_first.astype(np.int64),
        origin,
        per_s,
        slice_start.astype(np.int64),
        open_first.astype(np.int64),
        which[order],
    )


def _pairs(
    nodes: int, sender: NDArray[np.int32], receiver: NDArray[np.int32], owlt_least: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of nodes by receiver, with their least light times."""
    pair, which = np.unique(receiver.astype(np.int64) * nodes + sender, return_inverse=True)
    least = np.full(pair.size, np.inf)
    np.minimum.at(least, which.reshape(-1), owlt_least)
    into = (pair // max(nodes, 1)).astype(np.int32)
    pair_into = np.searchsorted(into, np.arange(nodes + 1)).astype(np.int64)
    return (pair % max(nodes, 1)).astype(np.int32), into, pair_into, least
