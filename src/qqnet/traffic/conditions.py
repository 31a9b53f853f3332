"""Under what conditions traffic runs: what fails, what is lost on links, how much nodes store, who knows what."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.routing.graph import CompiledPlan
from qqnet.traffic.state import NEWS, NOBODY, Records

Knows = Literal["network", "node"]

TIMEOUT_S: Final = 10.0
DETECTION_S: Final = 600.0


@dataclass(frozen=True)
class Outage:
    """Something that does not work for a time, and that the plan does not know of.

    Attributes
    ----------
    node : str, optional
        A node that neither sends nor receives.
    link : tuple of str, optional
        Two nodes between which nothing is sent, in both directions; instead of a node.
    one_way : bool
        Of a link only the way from the first node to the second.
    row : int, optional
        One contact of the plan by its row; instead of both.
    start_s, stop_s : float
        From when to when. [s of the plan's time base]
    wipes : bool
        Whether a node loses what it stores.
    """

    node: str | None = None
    link: tuple[str, str] | None = None
    row: int | None = None
    start_s: float = -math.inf
    stop_s: float = math.inf
    wipes: bool = True
    one_way: bool = False

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.node, self.link, self.row)) != 1:
            raise InputError("outage: give a node, a link, or a row of the plan")
        if not self.start_s < self.stop_s:
            raise InputError(f"outage: the end {self.stop_s} does not lie after the start {self.start_s}")


class Happenings(NamedTuple):
    """What fails, as `qqnet.traffic.state.State` holds it, and when nodes lose what they store."""

    node_first: NDArray[np.int64]
    node_out: NDArray[np.float64]
    contact_first: NDArray[np.int64]
    contact_out: NDArray[np.float64]
    news: Records
    news_contact: NDArray[np.int64]
    wipes: NDArray[np.int64]
    wipe_times_s: list[float]


@dataclass(frozen=True)
class Conditions:
    """What traffic has to live with.

    Attributes
    ----------
    outages : sequence of Outage
        What fails, and when. Nodes do not know of it in advance.
    loss : mapping of str to float
        Chance that a transmission is lost, by the kind of contact (``rf``, ``optical``, ``terrestrial``).
    draw_contacts : bool
        Whether a contact of a confidence below 1 may not take place; drawn from `seed`.
    resend : bool
        Whether a node keeps each bundle until the next has confirmed it, and else sends it again, as a
        reliable convergence layer (LTP's red part) or custody does. Otherwise what is lost is lost.
    timeout_s : float
        How long a sender waits for a confirmation beyond light time there and back. [s]
    detection_s : float
        How long it takes until the whole network knows of an outage, or of its end. [s]
    storage_bytes : mapping of str to float
        Room of nodes; nodes that are not named have room without limit. [byte]
    header_bytes, overhead_share : float
        What is sent along with each bundle [byte], and a share of the whole on top, for the layers below.
    knows : {"network", "node"}
        "network": bookings are known everywhere, as if one planner made them. "node": a node knows those of
        its own transmitters, plans each bundle's next hop by itself, and so does the next node.
    seed : int
        Of all random numbers.

    Notes
    -----
    Timeout, detection and loss are assumptions of whoever gives them; no source is behind the defaults.
    """

    outages: Sequence[Outage] = ()
    loss: Mapping[str, float] = field(default_factory=dict)
    draw_contacts: bool = False
    resend: bool = True
    timeout_s: float = TIMEOUT_S
    detection_s: float = DETECTION_S
    storage_bytes: Mapping[str, float] = field(default_factory=dict)
    header_bytes: float = 0.0
    overhead_share: float = 0.0
    knows: Knows = "network"
    seed: int = 0

    def __post_init__(self) -> None:
        for kind, chance in self.loss.items():
            if not 0.0 <= chance < 1.0:
                raise InputError(f"loss on {kind} is {chance}; give a chance from 0 to below 1")
        for key in ("timeout_s", "detection_s", "header_bytes", "overhead_share"):
            value = getattr(self, key)
            if not (value >= 0.0 and math.isfinite(value)):
                raise InputError(f"{key} is {value}; give a number from 0")
        for node, size in self.storage_bytes.items():
            if not size > 0.0:
                raise InputError(f"storage of {node} is {size} byte; it must be above 0")
        if self.knows not in ("network", "node"):
            raise InputError(f"knows: '{self.knows}' is not one of 'network', 'node'")

    def happenings(self, compiled: CompiledPlan) -> Happenings:
        """Arrange what fails for the loop of events.

        Parameters
        ----------
        compiled : CompiledPlan
            The plan.

        Returns
        -------
        Happenings
            As arrays.

        Raises
        ------
        InputError
            For a node or row that the plan does not have.
        """
        span = compiled.plan.span[1] - compiled.origin_s
        by_node: dict[int, list[tuple[float, float]]] = {}
        by_contact: dict[int, list[tuple[float, float]]] = {}
        news: list[tuple[float, int, int, NDArray[np.int64]]] = []
        wipes: list[tuple[float, int]] = []
        nothing = np.empty(0, dtype=np.int64)
        for outage in [*self.outages, *(self._missed(compiled) if self.draw_contacts else ())]:
            start, stop = outage.start_s - compiled.origin_s, outage.stop_s - compiled.origin_s
            start = max(start, 0.0)
            node, contacts = NOBODY, nothing
            if outage.node is not None:
                node = compiled.index(outage.node)
            else:
                touched = compiled.contact_of_row[rows_touched(compiled.plan, outage)]
                network = compiled.network
                contacts = touched[(network.start[touched] < stop) & (network.end[touched] > start)]
            if stop <= start or start > span:
                continue
            for contact in contacts.tolist():
                by_contact.setdefault(contact, []).append((start, stop))
            if node != NOBODY:
                by_node.setdefault(node, []).append((start, stop))
                if outage.wipes:
                    wipes.append((start, node))
            if outage.row is None:
                news.append((start + self.detection_s, 1, node, contacts))
                if math.isfinite(stop):
                    news.append((stop + self.detection_s, -1, node, contacts))
        news.sort(key=lambda item: item[:3])
        heard = np.zeros(len(news), dtype=NEWS)
        for place, (time_s, change, node, contacts) in enumerate(news):
            low = int(heard["high"][place - 1]) if place else 0
            heard[place] = (time_s, change, node, low, low + contacts.size)
        return Happenings(
            *_grouped(by_node, len(compiled.names)),
            *_grouped(by_contact, len(compiled.row)),
            heard,
            np.concatenate([nothing, *(item[3] for item in news)]),
            np.array([node for _, node in wipes], dtype=np.int64),
            [time for time, _ in wipes],
        )

    def _missed(self, compiled: CompiledPlan) -> list[Outage]:
        """Draw the contacts that do not take place."""
        rows = compiled.plan.contacts
        confidence = rows["confidence"].to_numpy()
        drawn = np.random.default_rng((self.seed, 1)).random(len(rows)) >= confidence
        start, end = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
        return [
            Outage(row=int(row), start_s=float(start[row]), stop_s=float(end[row]))
            for row in np.flatnonzero(drawn)
        ]


def random_outages(
    nodes: Sequence[str], between_s: float, repair_s: float, start_s: float, stop_s: float, seed: int
) -> list[Outage]:
    """Draw failures of nodes that come at random and last for a random time.

    Parameters
    ----------
    nodes : sequence of str
        Who fails.
    between_s, repair_s : float
        Mean time from the end of one failure to the next, and mean duration; both exponential. [s]
    start_s, stop_s : float
        Span. [s of the plan's time base]
    seed : int
        Of the random numbers; each node has its own stream.

    Returns
    -------
    list of Outage
        In the order of nodes and time. A node keeps what it stores.

    Raises
    ------
    InputError
        For times that are not above 0.

    Examples
    --------
    >>> [round(outage.start_s) for outage in random_outages(["relay"], 100.0, 10.0, 0.0, 300.0, seed=1)]
    [70, 91, 259, 288]
    """
    if not (between_s > 0.0 and repair_s > 0.0):
        raise InputError(f"failures: time between them {between_s} s and repair {repair_s} s must be above 0")
    found = []
    for number, node in enumerate(nodes):
        random = np.random.default_rng((seed, 2, number))
        now = start_s
        while True:
            begin = now + float(random.exponential(between_s))
            if begin >= stop_s:
                break
            now = begin + float(random.exponential(repair_s))
            found.append(Outage(node=node, start_s=begin, stop_s=now, wipes=False))
    return found


def rows_touched(plan: ContactPlan, outage: Outage) -> NDArray[np.int64]:
    """Contacts that an outage of a link or of a row is about, at whatever time.

    Parameters
    ----------
    plan : ContactPlan
        The plan.
    outage : Outage
        Of a link or a row.

    Returns
    -------
    numpy.ndarray of int
        Rows of the plan.

    Raises
    ------
    InputError
        For a node, link or row that the plan does not have.
    """
    if outage.row is not None:
        if not 0 <= outage.row < len(plan):
            raise InputError(f"outage: row {outage.row} is not one of the plan's {len(plan)} contacts")
        return np.array([outage.row], dtype=np.int64)
    assert outage.link is not None
    a, b = (plan.node(name) for name in outage.link)
    sender, receiver = plan.contacts["from"].to_numpy(), plan.contacts["to"].to_numpy()
    pair = (sender == a) & (receiver == b)
    if not outage.one_way:
        pair |= (sender == b) & (receiver == a)
    if not pair.any():
        way = "from {} to {}" if outage.one_way else "between {} and {}"
        raise InputError(f"outage: the plan has no contact {way.format(*outage.link)}")
    return np.flatnonzero(pair).astype(np.int64)


def _grouped(
    intervals: Mapping[int, list[tuple[float, float]]], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Intervals of each of `count` things one after the other, joined where they overlap."""
    first, flat = np.zeros(count + 1, dtype=np.int64), list[tuple[float, float]]()
    for which in sorted(intervals):
        joined: list[tuple[float, float]] = []
        for begin, end in sorted(intervals[which]):
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((begin, end))
        flat += joined
        first[which + 1] = len(joined)
    return np.cumsum(first), np.array(flat, dtype=np.float64).reshape(-1, 2)
