"""Send every flow's bundles through a contact plan.

The planner's view, deterministic: expedited bundles are planned first over the whole span, then normal, then
bulk; within a class in order of creation. Each takes the best route through the transmitter time that those
before it have left, and books it. So a higher class never suffers from a lower one, and within a class who
comes first is served first.

What it leaves out: nodes store without limit, nothing fails, headers and acknowledgements take no time, and
nobody learns of a booking late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.routing.bookings import busy_seconds, no_bookings
from qqnet.routing.earliest import least_ahead
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.traffic.delivery import deliver
from qqnet.traffic.flows import Flow, offered
from qqnet.traffic.result import CAUSES, END_OF_PLAN, TrafficResult

FRAGMENT_BYTES: Final = 10e6
"""Bundles larger than this are cut at their source [byte]: 80 s at 1 Mbit/s, well within a pass of a relay."""

CHUNK: Final = 2000


def simulate(
    plan: ContactPlan | CompiledPlan,
    flows: Sequence[Flow],
    *,
    start_s: float | None = None,
    stop_s: float | None = None,
    fragment_bytes: float = FRAGMENT_BYTES,
    progress: Callable[[float], None] = lambda _: None,
) -> TrafficResult:
    """Plan the delivery of every bundle of every flow.

    Parameters
    ----------
    plan : ContactPlan or CompiledPlan
        Who can send to whom.
    flows : sequence of Flow
        Who wants to send what.
    start_s, stop_s : float, optional
        Span in which bundles are made; the span of the plan where not given. [s of its time base]
    fragment_bytes : float
        Larger bundles travel in equal pieces no larger than this, each on its own way; a bundle is delivered
        when its last piece is, and lost where one piece finds no way in time. [byte]
    progress : callable
        Told the share of bundles done, 0 to 1.

    Returns
    -------
    TrafficResult
        Every bundle with its arrival or the cause of its loss; every contact with its use.

    Raises
    ------
    InputError
        For flows of unknown nodes, from a node to itself, or of one name, and for impossible sizes.
    """
    if not fragment_bytes > 0.0:
        raise InputError(f"fragment_bytes is {fragment_bytes}; it must be above 0")
    compiled = plan if isinstance(plan, CompiledPlan) else compile_plan(plan)
    span = compiled.plan.span
    start_s = span[0] if start_s is None else start_s
    stop_s = span[1] if stop_s is None else stop_s
    source, target = _ends(compiled, flows)
    bundles = offered(flows, start_s, stop_s)
    count = bundles.flow.size
    pieces = np.maximum(np.ceil(bundles.size_bytes / fragment_bytes), 1.0).astype(np.int64)
    nodes = len(compiled.names)
    by_target = {int(node): least_ahead(compiled.network, int(node)) for node in np.unique(target)}
    ahead = np.array([by_target[int(node)] for node in target]).reshape(len(flows), nodes)
    deadline_s = np.array([flow.deadline_s for flow in flows], dtype=np.float64)
    hopeless_bits = np.full(len(flows), np.inf)
    arrival_s, cause = np.full(count, np.nan), np.zeros(count, dtype=np.int8)
    hops, sent = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    books, empty = no_bookings(len(compiled.row)), no_bookings(0)
    created_s = bundles.created_s - compiled.origin_s
    for low in range(0, count, CHUNK):
        part = slice(low, low + CHUNK)
        books = deliver(
            compiled.network,
            books,
            empty,
            ahead,
            bundles.flow[part],
            source,
            target,
            deadline_s,
            created_s[part],
            8.0 * bundles.size_bytes[part],
            pieces[part],
            hopeless_bits,
            arrival_s[part],
            cause[part],
            hops[part],
            sent[part],
        )
        progress(min(1.0, (low + CHUNK) / count))
    # Without a deadline a bundle outlives every plan; then what the whole plan could not do, it could not do.
    expiry_s = bundles.created_s + deadline_s[bundles.flow]
    least_ahead_s = ahead[np.arange(len(flows)), source][bundles.flow]
    cause[(cause != 0) & np.isfinite(expiry_s) & (span[1] + least_ahead_s < expiry_s)] = END_OF_PLAN
    import pandas as pd

    table = pd.DataFrame(
        {
            "flow": pd.Categorical.from_codes(
                bundles.flow, pd.Index([flow.name for flow in flows], dtype=str)
            ),
            "created_s": bundles.created_s,
            "size_bytes": bundles.size_bytes,
            "pieces": pieces,
            "arrival_s": arrival_s + compiled.origin_s,
            "cause": pd.Categorical.from_codes(cause, pd.Index(CAUSES, dtype=str)),
            "hops": hops,
            "transmissions": sent,
        }
    )
    busy_s = np.empty(len(compiled.row))
    busy_s[compiled.row] = busy_seconds(books)
    return TrafficResult(tuple(flows), table, busy_s)


def _ends(
    compiled: CompiledPlan, flows: Sequence[Flow]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    source, target = np.empty(len(flows), dtype=np.int64), np.empty(len(flows), dtype=np.int64)
    for place, flow in enumerate(flows):
        try:
            source[place], target[place] = compiled.index(flow.source), compiled.index(flow.destination)
        except InputError as error:
            raise InputError(f"flow {flow.name}: {error}") from None
        if source[place] == target[place]:
            raise InputError(f"flow {flow.name}: '{flow.source}' sends to itself")
    return source, target
