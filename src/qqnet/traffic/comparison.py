"""Two runs of traffic beside each other: what the second delivers, loses, stores and sends more or less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from qqnet.traffic.result import FlowResult, TrafficResult

ROUNDING: Final = 1e-9
"""Sums of millions of sizes differ by less than this share of them."""

DELAYS: Final = ("mean", "p50", "p95", "max")


@dataclass(frozen=True)
class Change:
    """A number in both runs.

    Attributes
    ----------
    a, b : float or None
        In the first and in the second; None where there is none.
    """

    a: float | None
    b: float | None

    @property
    def difference(self) -> float | None:
        """Second less first; None where one has none."""
        return None if self.a is None or self.b is None else self.b - self.a

    def answer(self) -> dict[str, float | None]:
        """Keys ``a``, ``b``, ``change``."""
        return {"a": self.a, "b": self.b, "change": self.difference}


@dataclass(frozen=True)
class FlowChange:
    """One flow in both runs.

    Attributes
    ----------
    name : str
        Flow.
    offered_bytes, delivered_bytes, lost_bytes, left_bytes : Change
        Left is what is still in a node or on the way at the end. [byte]
    delivery_ratio : Change
        Share of the bytes.
    delay_s : dict of str to Change
        ``mean``, ``p50``, ``p95``, ``max`` over the delivered messages. [s]
    losses : dict of str to Change
        Causes that occur in either run. [byte]
    """

    name: str
    offered_bytes: Change
    delivered_bytes: Change
    lost_bytes: Change
    left_bytes: Change
    delivery_ratio: Change
    delay_s: dict[str, Change]
    losses: dict[str, Change]

    @property
    def missing_bytes(self) -> Change:
        """Lost, or left at the end. [byte]."""
        return Change(
            *(getattr(self.lost_bytes, side) + getattr(self.left_bytes, side) for side in ("a", "b"))
        )

    @property
    def is_worse(self) -> bool:
        """Whether more is missing in the second run, beyond rounding."""
        return (self.missing_bytes.difference or 0.0) > ROUNDING * (self.offered_bytes.b or 0.0)

    def answer(self) -> dict[str, Any]:
        """Give the flow as a program reads it."""
        return {
            "name": self.name,
            "offered_bytes": self.offered_bytes.answer(),
            "delivered_bytes": self.delivered_bytes.answer(),
            "lost_bytes": self.lost_bytes.answer(),
            "left_bytes": self.left_bytes.answer(),
            "delivery_ratio": self.delivery_ratio.answer(),
            "delay_s": _answers(self.delay_s),
            "losses": _answers(self.losses),
        }


@dataclass(frozen=True)
class Comparison:
    """Two runs, flow by flow, node by node, link by link.

    Attributes
    ----------
    flows : tuple of FlowChange
        Flows of both runs, in the order of the first.
    only_a, only_b : tuple of str
        Flows of one run alone, which nothing below counts.
    losses : dict of str to Change
        By cause. [byte]
    peaks : dict of str to Change
        Most in store of each node that stores anything. [byte]
    sent : dict of (str, str) to Change
        Sent from node to node with all that is sent along, of all flows, where it is not zero. [byte]
    """

    flows: tuple[FlowChange, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    losses: dict[str, Change]
    peaks: dict[str, Change]
    sent: dict[tuple[str, str], Change]

    @property
    def missing_bytes(self) -> Change:
        """Lost, or left at the end, of all common flows. [byte]."""
        a, b = (sum(getattr(flow.missing_bytes, side) for flow in self.flows) for side in ("a", "b"))
        return Change(a, b)

    @property
    def worse(self) -> tuple[str, ...]:
        """Flows of which more is missing in the second run, the worst first."""
        found = [flow for flow in self.flows if flow.is_worse]
        found.sort(key=lambda flow: -(flow.missing_bytes.difference or 0.0))
        return tuple(flow.name for flow in found)

    @property
    def is_worse(self) -> bool:
        """Whether more of the common flows together is missing in the second run, beyond rounding."""
        offered = sum(flow.offered_bytes.b or 0.0 for flow in self.flows)
        return (self.missing_bytes.difference or 0.0) > ROUNDING * offered

    def answer(self) -> dict[str, Any]:
        """Give the comparison as a program reads it.

        Returns
        -------
        dict
            Keys ``is_worse``, ``worse``, ``missing_bytes``, ``flows``, ``losses``, ``nodes``, ``links``,
            ``only_a``, ``only_b``; every number as ``a``, ``b``, ``change``.
        """
        return {
            "is_worse": self.is_worse,
            "worse": list(self.worse),
            "missing_bytes": self.missing_bytes.answer(),
            "flows": [flow.answer() for flow in self.flows],
            "losses": _answers(self.losses),
            "nodes": [{"node": node, "peak_bytes": change.answer()} for node, change in self.peaks.items()],
            "links": [
                {"from": pair[0], "to": pair[1], "sent_bytes": change.answer()}
                for pair, change in self.sent.items()
            ],
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
        }


def compare(a: TrafficResult, b: TrafficResult) -> Comparison:
    """Hold two runs beside each other.

    Parameters
    ----------
    a, b : TrafficResult
        Of any plans; flows are the same where their names are.

    Returns
    -------
    Comparison
        Differences are second less first.
    """
    first = {flow.name: flow for flow in a.flow_results()}
    second = {flow.name: flow for flow in b.flow_results()}
    common = [name for name in first if name in second]
    flows = tuple(_flow(first[name], second[name]) for name in common)
    peaks = [dict(zip(run.nodes["node"], run.nodes["peak_bytes"], strict=True)) for run in (a, b)]
    losses = (_summed(flow.losses for flow in map(run.__getitem__, common)) for run in (first, second))
    return Comparison(
        flows=flows,
        only_a=tuple(name for name in first if name not in second),
        only_b=tuple(name for name in second if name not in first),
        losses=_paired(*losses),
        peaks=_paired(*peaks),
        sent=_paired(_sent(a), _sent(b)),
    )


def _flow(a: FlowResult, b: FlowResult) -> FlowChange:
    def both(value: Callable[[FlowResult], float | None]) -> Change:
        return Change(value(a), value(b))

    return FlowChange(
        name=a.name,
        offered_bytes=both(lambda flow: flow.offered_bytes),
        delivered_bytes=both(lambda flow: flow.delivered_bytes),
        lost_bytes=both(lambda flow: flow.lost_bytes),
        left_bytes=both(lambda flow: flow.stored_bytes + flow.in_flight_bytes),
        delivery_ratio=both(lambda flow: flow.delivery_ratio),
        delay_s={
            key: Change(*(None if one is None else getattr(one, key) for one in (a.delay_s, b.delay_s)))
            for key in DELAYS
        },
        losses=_paired(a.losses, b.losses),
    )


def _paired(a: Mapping[Any, float], b: Mapping[Any, float]) -> dict[Any, Change]:
    """Values of both under their common keys; what is zero in both is left out."""
    keys = dict.fromkeys([*a, *b])
    both = {key: Change(float(a.get(key, 0.0)), float(b.get(key, 0.0))) for key in keys}
    return {key: change for key, change in both.items() if change.a or change.b}


def _summed(all_losses: Any) -> dict[str, float]:
    total: dict[str, float] = {}
    for losses in all_losses:
        for cause, size in losses.items():
            total[cause] = total.get(cause, 0.0) + size
    return total


def _sent(run: TrafficResult) -> dict[tuple[str, str], float]:
    """Bytes over each directed pair of nodes; empty where there were too many to count."""
    volumes = run.volumes.groupby(["from", "to"])["bytes"].sum()
    return {(str(pair[0]), str(pair[1])): float(size) for pair, size in volumes.items()}  # type: ignore[index]


def _answers(changes: Mapping[str, Change]) -> dict[str, Any]:
    return {key: change.answer() for key, change in changes.items()}
