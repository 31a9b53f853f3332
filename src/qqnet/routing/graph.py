"""A contact plan as flat arrays, compiled once and searched many times."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError

START, END, RATE, OWLT, OWLT_RATE, OWLT_LEAST, OWLT_LEAST_LATER = range(7)


class Network(NamedTuple):
    """Arrays that the compiled search reads.

    An edge is one link in one direction: all contacts of one (from, to, link), in time order, without
    overlap. Times are seconds after the first start of the plan, so that a nanosecond is resolved.

    Attributes
    ----------
    node_first : numpy.ndarray of int, shape (N + 1,)
        Edges of node n are ``node_first[n]`` to ``node_first[n + 1] - 1``.
    edge_from, edge_to : numpy.ndarray of int, shape (E,)
        Sender and receiver.
    edge_first : numpy.ndarray of int, shape (E + 1,)
        Contacts of edge e are ``edge_first[e]`` to ``edge_first[e + 1] - 1``.
    edge_of : numpy.ndarray of int, shape (C,)
        Edge of each contact.
    edge_owlt_least : numpy.ndarray, shape (E,)
        Least light time of all its contacts. [s]
    into_first : numpy.ndarray of int, shape (N + 1,)
        Edges into node n are ``into_edge[into_first[n]:into_first[n + 1]]``.
    into_edge : numpy.ndarray of int, shape (E,)
        Edges ordered by receiver.
    start, end : numpy.ndarray, shape (C,)
        Transmit window, also in `contact`; apart for bisection. [s]
    contact : numpy.ndarray, shape (C, 8)
        All that a step of the search needs of a contact, on one line of the processor's cache. Columns:
        ``START``, ``END`` [s]; ``RATE`` [bit/s]; ``OWLT`` light time at the start [s] and ``OWLT_RATE`` its
        change [s/s]; ``OWLT_LEAST`` least light time within the contact and ``OWLT_LEAST_LATER`` within it
        and all later ones of its edge [s]; the last is free.
    relays : numpy.ndarray of bool, shape (N,)
        Whether the node may pass on bundles of others.
    """

    node_first: NDArray[np.int64]
    edge_from: NDArray[np.int64]
    edge_to: NDArray[np.int64]
    edge_first: NDArray[np.int64]
    edge_of: NDArray[np.int64]
    edge_owlt_least: NDArray[np.float64]
    into_first: NDArray[np.int64]
    into_edge: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    contact: NDArray[np.float64]
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
    def contact_of_row(self) -> NDArray[np.int64]:
        """Compiled contact of each row of the plan."""
        return np.argsort(self.row)

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
    index = {name: place for place, name in enumerate(names)}
    rows = plan.contacts
    sender = rows["from"].map(index).to_numpy(dtype=np.int64)
    receiver = rows["to"].map(index).to_numpy(dtype=np.int64)
    link = np.unique(rows["link"].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1)
    order = np.lexsort((rows["start_s"].to_numpy(), link, receiver, sender))
    sender, receiver, link = sender[order], receiver[order], link[order]

    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (np.diff(sender) != 0) | (np.diff(receiver) != 0) | (np.diff(link) != 0)
    edge_start = np.flatnonzero(fresh)
    edge_from = sender[edge_start].astype(np.int64)
    edge_to = receiver[edge_start].astype(np.int64)
    into_edge = np.argsort(edge_to, kind="stable")

    origin_s = plan.span[0]
    start = rows["start_s"].to_numpy()[order] - origin_s
    end = rows["end_s"].to_numpy()[order] - origin_s
    owlt = rows["owlt_start_s"].to_numpy()[order]
    owlt_end = rows["owlt_end_s"].to_numpy()[order]
    owlt_least = np.minimum(owlt, owlt_end)
    edge_first = np.append(edge_start, len(order)).astype(np.int64)

    owlt_least_later = _least_of_later(owlt_least, edge_first)
    contact = np.zeros((len(order), 8))
    contact[:, START], contact[:, END] = start, end
    contact[:, RATE] = rows["rate_bps"].to_numpy()[order]
    contact[:, OWLT], contact[:, OWLT_RATE] = owlt, (owlt_end - owlt) / (end - start)
    contact[:, OWLT_LEAST], contact[:, OWLT_LEAST_LATER] = owlt_least, owlt_least_later

    if relays is None:
        relays = plan.nodes.keys() - plan.endpoints
    unknown = sorted(set(relays) - set(names))
    if unknown:
        raise InputError(f"relays: '{unknown[0]}' is not a node of this plan")
    every_node = np.arange(len(names) + 1)
    network = Network(
        node_first=np.searchsorted(edge_from, every_node).astype(np.int64),
        edge_from=edge_from,
        edge_to=edge_to,
        edge_first=edge_first,
        edge_of=np.cumsum(fresh).astype(np.int64) - 1,
        edge_owlt_least=owlt_least_later[edge_start],
        into_first=np.searchsorted(edge_to[into_edge], every_node).astype(np.int64),
        into_edge=into_edge.astype(np.int64),
        start=start,
        end=end,
        contact=contact,
        relays=np.array([name in set(relays) for name in names], dtype=np.bool_),
    )
    return CompiledPlan(plan, names, network, order.astype(np.int64), origin_s)


def _least_of_later(values: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64]:
    least = values.copy()
    for low, high in pairwise(first.tolist()):
        least[low:high] = np.minimum.accumulate(values[low:high][::-1])[::-1]
    return least
