"""What the command about traffic prints for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qqnet.cli import console

if TYPE_CHECKING:
    from qqnet.contacts.timebase import TimeBase
    from qqnet.traffic.life import Moment
    from qqnet.traffic.result import FlowResult, TrafficResult

DELAYS = ("delay 50 % [s]", "95 % [s]", "max [s]")


def print_table_by(by: str, result: TrafficResult) -> None:
    """Print the table by flow, priority or node."""
    if by == "node":
        _print_nodes(result)
    else:
        _print_flows(by, result.flow_results() if by == "flow" else result.priority_results())


def _print_flows(by: str, results: Sequence[FlowResult]) -> None:
    rows = []
    for one in results:
        delay, ratio = one.delay_s, one.delivery_ratio
        rows.append(
            [
                one.name,
                f"{one.offered_bytes:.4g}",
                "none" if ratio is None else f"{100 * ratio:.2f}",
                *("none" if delay is None else f"{s:.2f}" for s in _figures(one)),
                f"{one.stored_bytes:.3g}",
                f"{one.in_flight_bytes:.3g}",
                ", ".join(f"{cause}: {size:.3g} B" for cause, size in one.losses.items()),
            ]
        )
    columns = [by, "offered [byte]", "delivered [%]", *DELAYS, "stored [byte]", "in flight [byte]", "lost"]
    console.print_table("", columns, rows, right=columns[1:8])


def _figures(one: FlowResult) -> tuple[float, float, float]:
    delay = one.delay_s
    return (0.0, 0.0, 0.0) if delay is None else (delay.p50, delay.p95, delay.max)


def _print_nodes(result: TrafficResult) -> None:
    """Print bytes through the store of each node that any came through."""
    kinds = ("created", "received", "forwarded", "dropped", "stored", "peak")
    nodes = result.nodes
    used = nodes[(nodes["created_bytes"] > 0.0) | (nodes["received_bytes"] > 0.0)]
    rows = [
        [row["node"], *(f"{row[f'{kind}_bytes']:.4g}" for kind in kinds)] for row in used.to_dict("records")
    ]
    columns = ["node", *(f"{kind} [byte]" for kind in (*kinds[:4], "at the end", "most"))]
    console.print_table("", columns, rows, right=columns[1:])


def print_life(flow: str, message: int, moments: Sequence[Moment], base: TimeBase) -> None:
    """Print what happened to one message."""
    from qqnet.traffic.life import told

    pieces = max((one.piece for one in moments), default=0)
    columns = ["time", *(["bundle"] if pieces > 1 else []), "what happened"]
    rows = [
        [told(one.time_s, base), *([str(one.piece or "")] if pieces > 1 else []), one.sentence]
        for one in moments
    ]
    console.print_table(f"{flow}, message {message}", columns, rows)
    if not any(one.what in ("delivered", "lost") for one in moments):
        print("not made by then" if not moments else "still stored or in flight at the end")
