"""Plans with less in them: what does not matter for a question is left out, and nothing else changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.checks import KINDS
from qqnet.contacts.link_index import LinkIndex, index_links
from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError

SLACK_S: Final = 1e-6
"""What rounding may do to a time of arrival. [s]"""


@dataclass(frozen=True)
class Least:
    """What a contact must have at least to stay.

    Attributes
    ----------
    length_s : float
        Length. [s]
    rate_bps : float
        Rate. [bit/s]
    volume_bytes : float
        Rate times length. [byte]
    confidence : float
        Confidence.
    """

    length_s: float = 0.0
    rate_bps: float = 0.0
    volume_bytes: float = 0.0
    confidence: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0.0 <= value < np.inf:
                raise InputError(f"thin: least {name} {value}: give zero or more")


def drop_small(plan: ContactPlan, least: Least) -> ContactPlan:
    """Leave out contacts that are too short, slow, small or unsure.

    Contacts of a link that touch count each by itself: join them first (`qqnet.contacts.cutting.join_touching`)
    where a link that changes its light time or rate is to be judged as a whole.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    least : Least
        What a contact must have.

    Returns
    -------
    ContactPlan
        With the contacts that have it, and all nodes.
    """
    rows = plan.contacts
    kept = (rows["end_s"] - rows["start_s"]).to_numpy() >= least.length_s
    kept &= rows["rate_bps"].to_numpy() >= least.rate_bps
    kept &= plan.volume_bytes() >= least.volume_bytes
    kept &= rows["confidence"].to_numpy() >= least.confidence
    return _only(plan, kept)


def keep_only(
    plan: ContactPlan,
    nodes: Collection[str] | None = None,
    links: Collection[str] | None = None,
    kinds: Collection[str] | None = None,
) -> ContactPlan:
    """Keep the contacts between some nodes, of some links, of some kinds.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    nodes : collection of str, optional
        Names or ``ipn`` numbers; contacts stay whose both ends are among them, and other nodes go.
    links : collection of str, optional
        Names of links.
    kinds : collection of str, optional
        Of "rf", "optical", "terrestrial".

    Returns
    -------
    ContactPlan
        What meets all conditions that are given.

    Raises
    ------
    InputError
        For a node, link or kind that the plan does not have.
    """
    rows = plan.contacts
    kept = np.ones(len(plan), dtype=np.bool_)
    table = dict(plan.nodes)
    if nodes is not None:
        names = {plan.node(name) for name in nodes}
        table = {name: number for name, number in table.items() if name in names}
        kept &= rows["from"].isin(names).to_numpy() & rows["to"].isin(names).to_numpy()
    for column, wanted, known in (
        ("link", links, set(rows["link"].unique()) if links else set()),
        ("kind", kinds, set(KINDS)),
    ):
        if wanted is not None:
            unknown = sorted(set(wanted) - known)
            if unknown:
                some = ", ".join(sorted(known)[:8])
                raise InputError(f"thin: no {column} '{unknown[0]}' in this plan; it has {some or 'none'}")
            kept &= rows[column].isin(set(wanted)).to_numpy()
    return replace(plan, contacts=rows[kept], nodes=table, endpoints=plan.endpoints & table.keys())


def keep_largest_links(plan: ContactPlan, links: int) -> ContactPlan:
    """Of parallel links from one node to another keep those that carry most.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    links : int
        How many of each ordered pair of nodes; whole links stay or go, by their volume over the plan.

    Returns
    -------
    ContactPlan
        With at most so many links of each pair; of equal ones those that come first in the alphabet.

    Raises
    ------
    InputError
        For less than one.
    """
    if links < 1:
        raise InputError(f"thin: {links} links of a pair: give one or more")
    index = index_links(plan.contacts)
    number, row, place = np.unique(index.link, return_index=True, return_inverse=True)
    volume = np.bincount(place.reshape(-1), weights=plan.volume_bytes(), minlength=number.size)
    pair, name = index.pair[row], index.link_name[row]
    order = np.lexsort((name, -volume, pair))
    ordered = pair[order]
    fresh = np.ones(number.size, dtype=np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    rank = np.empty(number.size, dtype=np.int64)
    first = np.flatnonzero(fresh)
    rank[order] = np.arange(number.size) - first[np.cumsum(fresh) - 1]
    return _only(plan, rank[place.reshape(-1)] < links)


def keep_useful(plan: ContactPlan, pairs: Sequence[tuple[str, str]]) -> ContactPlan:
    """Keep the contacts that a bundle between given nodes could ever use.

    A contact is of use to a pair where something that the source sends from the start of the plan on can be at
    the contact's sender before it ends, and what goes over it can still be at the destination before the plan
    ends. Endpoints do not relay. Rates and sizes do not count: what is left out is of use to no bundle.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    pairs : sequence of tuple of str
        Source and destination, by name or ``ipn`` number.

    Returns
    -------
    ContactPlan
        With what is of use to any of the pairs, and all nodes. Earliest arrivals between them are those of the
        whole plan.

    Raises
    ------
    InputError
        For unknown nodes, and for a pair of one node.
    """
    ends = [(plan.node(source), plan.node(target)) for source, target in pairs]
    for source, target in ends:
        if source == target:
            raise InputError(f"thin: a pair is of two nodes, not {source} twice")
    view = _Times.of(plan)
    early = {name: view.earliest(name) for name in {source for source, _ in ends}}
    late = {name: view.latest(name) for name in {target for _, target in ends}}
    kept = np.zeros(len(plan), dtype=np.bool_)
    for source, target in ends:
        kept |= view.useful(early[source], late[target], source, target)
    return _only(plan, kept)


@dataclass(frozen=True, eq=False)
class _Times:
    """Contacts as arrays, with who may pass on."""

    index: LinkIndex
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    owlt: NDArray[np.float64]
    owlt_end: NDArray[np.float64]
    relays: NDArray[np.bool_]

    @classmethod
    def of(cls, plan: ContactPlan) -> _Times:
        index = index_links(plan.contacts)
        relays = np.array([name not in plan.endpoints for name in index.nodes], dtype=np.bool_)
        start, end, owlt, owlt_end = (
            plan.contacts[name].to_numpy() for name in ("start_s", "end_s", "owlt_start_s", "owlt_end_s")
        )
        return cls(index, start, end, owlt, owlt_end, relays)

    def place(self, name: str) -> int:
        found = np.flatnonzero(self.index.nodes == name)
        return int(found[0]) if found.size else -1

    def earliest(self, source: str) -> NDArray[np.float64]:
        """Earliest time at which a bundle without size can be at each node."""
        time = np.full(len(self.index.nodes), np.inf)
        if (own := self.place(source)) >= 0:
            time[own] = -np.inf
        return self._settled(time, own, forward=True)

    def latest(self, target: str) -> NDArray[np.float64]:
        """Latest time at which it may be at each node and still come to the target."""
        time = np.full(len(self.index.nodes), -np.inf)
        if (own := self.place(target)) >= 0:
            time[own] = np.inf
        return self._settled(time, own, forward=False)

    def _settled(self, time: NDArray[np.float64], own: int, forward: bool) -> NDArray[np.float64]:
        """Pass times on over all contacts at once, until none gets better; once a hop of the longest way."""
        here, there = (
            (self.index.sender, self.index.receiver) if forward else (self.index.receiver, self.index.sender)
        )
        may = self.relays[here] | (here == own)
        better = np.minimum if forward else np.maximum
        while True:
            before = time.copy()
            passed = self._sent(time[here]) if forward else self._left(time[here])
            better.at(time, there[may], passed[may])
            if np.array_equal(before, time):
                return time

    def _sent(self, ready: NDArray[np.float64]) -> NDArray[np.float64]:
        """Arrival of what is ready at a time at the sender of each contact."""
        sent = np.maximum(ready, self.start)
        with np.errstate(invalid="ignore"):
            arrival = sent + self._owlt(sent)
        return np.where(sent <= self.end, arrival, np.inf)

    def _left(self, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
        """Latest time at the sender of each contact for what must arrive by a time."""
        # Light time is a line, and arrival grows with the time of sending: solve for it.
        slope = (self.owlt_end - self.owlt) / (self.end - self.start)
        with np.errstate(invalid="ignore"):
            sent = self.start + (wanted - self.start - self.owlt) / (1.0 + slope)
        return np.where(sent >= self.start, np.minimum(sent, self.end), -np.inf)

    def _owlt(self, sent: NDArray[np.float64]) -> NDArray[np.float64]:
        share = (sent - self.start) / (self.end - self.start)
        return np.asarray(self.owlt + share * (self.owlt_end - self.owlt), dtype=np.float64)

    def useful(
        self, early: NDArray[np.float64], late: NDArray[np.float64], source: str, target: str
    ) -> NDArray[np.bool_]:
        sender, receiver = self.index.sender, self.index.receiver
        arrival = self._sent(early[sender])
        carries = (self.relays[sender] | (sender == self.place(source))) & (
            self.relays[receiver] | (receiver == self.place(target))
        )
        # Nothing is sent to its source, nor on from its destination.
        carries &= (receiver != self.place(source)) & (sender != self.place(target))
        # A rounding of the solved line must not cost a contact that is used at its closing instant.
        return np.asarray(carries & (arrival <= late[receiver] + SLACK_S) & np.isfinite(arrival))


def _only(plan: ContactPlan, kept: NDArray[np.bool_]) -> ContactPlan:
    return plan if kept.all() else replace(plan, contacts=plan.contacts[kept])
