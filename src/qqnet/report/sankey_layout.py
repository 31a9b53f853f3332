"""Volumes as a graph that runs one way: who sends how much to whom, over which nodes, in columns.

In a network data goes both ways over the same relays, which no picture in columns can show. So a relay appears
more than once where it must: flows share a relay's box as long as all that is drawn still runs from left to right,
over no more columns than the longest way of a flow needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.traffic.flows import Flow

Node = TypeVar("Node", bound=Hashable)


class Box(NamedTuple):
    """A place in the picture.

    Attributes
    ----------
    name : str
        Node or constellation.
    role : str
        ``source``, ``relay`` or ``sink``; ``""`` for a place where a strip only passes a column.
    copy : int
        Counts the appearances of a relay.
    """

    name: str
    role: str
    copy: int = 0


@dataclass(frozen=True)
class Strip:
    """Bytes of one source between boxes of neighbouring columns.

    Attributes
    ----------
    start, end : Box
        Where it leads from and to.
    source : str
        Whose data it is.
    size_bytes : float
        How much [byte].
    """

    start: Box
    end: Box
    source: str
    size_bytes: float


@dataclass(frozen=True)
class Layout:
    """Boxes in columns, and strips between neighbouring columns.

    Attributes
    ----------
    columns : tuple of tuple of Box
        From left to right, each from top to bottom.
    strips : tuple of Strip
        What flows.
    hidden_bytes : float
        Carried within a constellation, or back to where a flow had been, and not drawn [byte].
    """

    columns: tuple[tuple[Box, ...], ...]
    strips: tuple[Strip, ...]
    hidden_bytes: float

    def size(self, box: Box) -> float:
        """Bytes through a box: the larger of what comes in and what goes out."""
        came = sum(strip.size_bytes for strip in self.strips if strip.end == box)
        went = sum(strip.size_bytes for strip in self.strips if strip.start == box)
        return max(came, went)


Edges = dict[tuple[Box, Box, str], float]


def layout(volumes: pd.DataFrame, flows: Sequence[Flow], groups: Mapping[str, str] | None = None) -> Layout:
    """Arrange the volumes of flows in columns.

    Parameters
    ----------
    volumes : pandas.DataFrame
        One row a flow and directed pair of nodes that it used: ``flow``, ``from``, ``to``, ``bytes``.
    flows : sequence of Flow
        For their ends.
    groups : mapping of str to str, optional
        Constellation of a node; its members are drawn as one.

    Returns
    -------
    Layout
        Sources in the first column, destinations in the last.

    Examples
    --------
    >>> import pandas as pd
    >>> from qqnet.traffic.flows import Flow
    >>> flows = [Flow("up", "a", "b", rate_bps=8.0)]
    >>> rows = pd.DataFrame({"flow": "up", "from": ["a", "r"], "to": ["r", "b"], "bytes": [9.0, 8.0]})
    >>> [[box.name for box in column] for column in layout(rows, flows).columns]
    [['a'], ['r'], ['b']]
    """
    named = groups or {}
    sizes = {str(name): rows for name, rows in volumes.groupby("flow", observed=True)}
    order = sorted(
        (flow for flow in flows if flow.name in sizes), key=lambda flow: -sizes[flow.name]["bytes"].sum()
    )
    edges: Edges = defaultdict(float)
    after: dict[Box, set[Box]] = defaultdict(set)
    ends_of = [
        (named.get(flow.source, flow.source), named.get(flow.destination, flow.destination)) for flow in order
    ]
    found = [_one_way(sizes[flow.name], ends, named) for flow, ends in zip(order, ends_of, strict=True)]
    hidden = sum(lost for _, lost in found)
    most = max((max(_depths(_pairs(ways)).values(), default=0) for ways, _ in found), default=0)
    for ends, (ways, _) in zip(ends_of, found, strict=True):
        for (start, end), size in _boxed(ways, ends, after, most).items():
            edges[start, end, ends[0]] += size
            after[start].add(end)
    column = _columns(after)
    edges = _through_columns(edges, column)
    strips = tuple(Strip(start, end, source, size) for (start, end, source), size in edges.items())
    return Layout(_ordered(column, strips), strips, hidden)


def _one_way(
    rows: pd.DataFrame, ends: tuple[str, str], named: Mapping[str, str]
) -> tuple[dict[tuple[str, str], float], float]:
    """Bytes of a flow between groups without the least that leads back, and how much that is."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    hidden = 0.0
    for start, end, size in zip(rows["from"], rows["to"], rows["bytes"], strict=True):
        pair = named.get(start, start), named.get(end, end)
        if pair[0] == pair[1] or pair[1] == ends[0] or pair[0] == ends[1]:
            hidden += float(size)
        elif size > 0.0:
            sums[pair] += float(size)
    after: dict[str, set[str]] = defaultdict(set)
    kept = {}
    for pair, size in sorted(sums.items(), key=lambda item: (-item[1], item[0])):
        if pair[0] in _reached(after, pair[1]):
            hidden += size
        else:
            kept[pair] = size
            after[pair[0]].add(pair[1])
    return kept, hidden


def _reached(after: Mapping[Node, set[Node]], start: Node) -> set[Node]:
    """All that is reached from a node, itself too."""
    found, waiting = {start}, [start]
    while waiting:
        for node in after.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _pairs(ways: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    after: dict[str, set[str]] = defaultdict(set)
    for one, other in ways:
        after[one].add(other)
    return after


def _boxed(
    ways: Mapping[tuple[str, str], float], ends: tuple[str, str], after: Mapping[Box, set[Box]], most: int
) -> dict[tuple[Box, Box], float]:
    """Give the relays of a flow boxes, the first copy of each with which nothing runs back or grows too long."""
    together: dict[Box, set[Box]] = defaultdict(set, {box: set(others) for box, others in after.items()})
    box = {ends[0]: Box(ends[0], "source"), ends[1]: Box(ends[1], "sink")}
    depth, ahead = _depths(_pairs(ways)), _depths(_pairs((other, one) for one, other in ways))
    latest: dict[Box, int] = {}
    for name in sorted(depth, key=lambda name: (depth[name], name)):
        before = {box[one] for one, other in ways if other == name}
        if name not in box:
            box[name] = _first_fitting(together, name, before, most, latest, most - ahead[name])
            latest[box[name]] = most - ahead[name]
        for one in before:
            together[one].add(box[name])
    return {(box[one], box[other]): size for (one, other), size in ways.items()}


def _first_fitting(
    after: Mapping[Box, set[Box]],
    name: str,
    before: set[Box],
    most: int,
    latest: Mapping[Box, int],
    latest_here: int,
) -> Box:
    """Return the first copy of a relay behind some boxes with which all fits; a new one always does.

    No box may come behind column `most`, and none of the flow so late that the rest of its way is too long: a new
    copy leads nowhere yet, so it moves no other, and what comes before it left room for it.
    """
    copy = 0
    while True:
        chosen = Box(name, "relay", copy)
        behind: set[Box] = _reached(after, chosen)
        if not before & behind:
            joined = {box: set(others) for box, others in after.items()}
            for one in before:
                joined.setdefault(one, set()).add(chosen)
            depth = _depths(joined)
            fits = all(depth.get(box, 0) <= limit for box, limit in latest.items())
            if fits and depth.get(chosen, 0) <= latest_here and max(depth.values(), default=0) <= most:
                return chosen
        copy += 1


def _depths(after: Mapping[Node, set[Node]]) -> dict[Node, int]:
    """Longest way to each node of a graph without circles, in steps."""
    from graphlib import TopologicalSorter

    before: dict[Node, set[Node]] = {}
    for one, others in after.items():
        before.setdefault(one, set())
        for other in others:
            before.setdefault(other, set()).add(one)
    depth: dict[Node, int] = {}
    for node in TopologicalSorter(before).static_order():
        depth[node] = 1 + max((depth[one] for one in before[node]), default=-1)
    return depth


def _columns(after: Mapping[Box, set[Box]]) -> dict[Box, int]:
    """Column of each box: sources first, sinks last, relays behind all that they get from."""
    column = _depths(after)
    last = max(column.values(), default=0)
    return {box: last if box.role == "sink" else place for box, place in column.items()}


def _through_columns(edges: Edges, column: dict[Box, int]) -> Edges:
    """Cut strips that pass columns into pieces, so that each column has a place for them."""
    pieces: Edges = defaultdict(float)
    for (start, end, source), size in edges.items():
        here = start
        for place in range(column[start] + 1, column[end]):
            passing = Box(
                f"{start.name}/{start.role}/{start.copy}>{end.name}/{end.role}/{end.copy}", "", place
            )
            column[passing] = place
            pieces[here, passing, source] += size
            here = passing
        pieces[here, end, source] += size
    return pieces


_SWEEPS = 12


def _ordered(column: Mapping[Box, int], strips: Sequence[Strip]) -> tuple[tuple[Box, ...], ...]:
    """Order each column by where its strips come from and lead to, to and fro, so that few cross."""
    count = max(column.values(), default=-1) + 1
    columns = [sorted(box for box, place in column.items() if place == k) for k in range(count)]
    beside: dict[Box, list[tuple[Box, float]]] = defaultdict(list)
    for strip in strips:
        beside[strip.start].append((strip.end, strip.size_bytes))
        beside[strip.end].append((strip.start, strip.size_bytes))
    rank = {box: k / max(len(boxes), 1) for boxes in columns for k, box in enumerate(boxes)}

    def height(box: Box, place: int) -> float:
        near = [(rank[other], size) for other, size in beside[box] if column[other] == place]
        total = sum(size for _, size in near)
        return sum(at * size for at, size in near) / total if total else rank[box]

    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for k in range(1, count) if forward else range(count - 2, -1, -1):
            toward = k - 1 if forward else k + 1
            columns[k].sort(key=lambda box: (height(box, toward), box))
            for place, box in enumerate(columns[k]):
                rank[box] = (place + 0.5) / len(columns[k])
    return tuple(tuple(boxes) for boxes in columns)
