"""Send every flow's bundles through a contact plan, event by event."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.routing.bookings import no_bookings
from qqnet.routing.earliest import least_ahead
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.traffic.accounts import LEAST_DELAY_S, settle
from qqnet.traffic.conditions import Conditions, Happenings
from qqnet.traffic.engine import FINISHED, FULL, run
from qqnet.traffic.events import CREATE, FAIL, KNOW, RECORDS, schedule
from qqnet.traffic.flows import Flow, unique_names
from qqnet.traffic.result import TrafficResult, result_of
from qqnet.traffic.state import (
    BUNDLE,
    CAUSES,
    CONTACT,
    COUNTS,
    EVENTS,
    FIRST_FREE,
    FLOW,
    FREE_HOLD,
    FREE_MESSAGE,
    HOLD,
    MESSAGE,
    NOBODY,
    NODE,
    RECORD,
    RECORD_ROOM,
    RECORDED,
    SETTINGS,
    WAY,
    Records,
    State,
    make_room,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FRAGMENT_BYTES: Final = 10e6
"""Messages larger than this travel as several bundles [byte]: 80 s at 1 Mbit/s, well within a pass of a relay."""

BINS: Final = 240
EVENTS_A_CALL: Final = 200_000
WAYS: Final = 1 << 13

FINEST_DELAY_BIN: Final = 1e-3
MOST_DELAY_S: Final = 1e9
MOST_CELLS: Final = 4_000_000
"""Of tables of flows by delays, and of flows by pairs of nodes."""


@dataclass(frozen=True)
class Watch:
    """What of the bundles' lives is to be told.

    Attributes
    ----------
    tell : callable
        Given tables of records as they come (`record_table` says their columns), in order of time.
    kinds : sequence of str
        Which records: of ``qqnet.traffic.events.RECORDS``.
    flow : str, optional
        Of this flow only.
    message : int, optional
        Of this message of the flow only, counted from 0.
    """

    tell: Callable[[pd.DataFrame], None]
    kinds: Sequence[str] = tuple(RECORDS.values())
    flow: str | None = None
    message: int | None = None


def simulate(
    plan: ContactPlan | CompiledPlan,
    flows: Sequence[Flow],
    conditions: Conditions | None = None,
    *,
    start_s: float | None = None,
    stop_s: float | None = None,
    until_s: float = math.inf,
    fragment_bytes: float = FRAGMENT_BYTES,
    bins: int = BINS,
    watch: Watch | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> TrafficResult:
    """Send every bundle of every flow through a contact plan.

    Parameters
    ----------
    plan : ContactPlan or CompiledPlan
        Who can send to whom, as planned.
    flows : sequence of Flow
        Who wants to send what.
    conditions : Conditions, optional
        What fails, what is lost, how much nodes store; nothing, nothing, without limit where not given.
    start_s, stop_s : float, optional
        Span in which messages are made; the span of the plan where not given. [s of its time base]
    until_s : float
        Look at the network at this time and go no further; by default all goes on until nothing moves any
        more, which may be a light time after the end of the plan. [s of its time base]
    fragment_bytes : float
        Larger messages travel as equal bundles no larger than this, each on its own way; a message is delivered
        when its last bundle is, and lost when one of them is. [byte]
    bins : int
        Bins of time of the history.
    watch : Watch, optional
        What of the bundles' lives is to be told.
    progress : callable
        Told the share of the span done, 0 to 1.

    Returns
    -------
    TrafficResult
        What became of every flow, node and contact.

    Raises
    ------
    InputError
        For flows or conditions that the plan does not fit.
    """
    for key, value in (("fragment_bytes", fragment_bytes), ("bins", bins)):
        if not value > 0:
            raise InputError(f"{key} is {value}; it must be above 0")
    compiled = plan if isinstance(plan, CompiledPlan) else compile_plan(plan)
    conditions = Conditions() if conditions is None else conditions
    origin_s, span = compiled.origin_s, compiled.plan.span
    start_s = span[0] if start_s is None else start_s
    stop_s = span[1] if stop_s is None else stop_s
    end_s = max(stop_s, span[1], start_s + 1.0)
    happenings = conditions.happenings(compiled)
    flow_records, ahead = _flows(compiled, flows, start_s, stop_s)
    settings = _settings(compiled, conditions, fragment_bytes, start_s, end_s, bins, len(flows))
    state = _state(compiled, conditions, happenings, flow_records, ahead, settings, bins)
    if watch is not None:
        state = _watched(state, watch, [flow.name for flow in flows])
    _first_events(state, happenings.wipe_times_s)
    random = np.random.default_rng((conditions.seed, 0))
    status = FULL
    while status != FINISHED:
        books, status = run(state, random, until_s - origin_s, EVENTS_A_CALL)
        state = state._replace(books=books)
        if watch is not None and state.counts[RECORDED]:
            watch.tell(record_table(compiled, flows, state.record[: state.counts[RECORDED]]))
            state.counts[RECORDED] = 0
        if status == FULL:
            make_room(state)
        if state.counts[EVENTS]:
            done = (state.time_s[0] + origin_s - start_s) / (end_s - start_s)
            progress(min(1.0, max(0.0, float(done))))
    for node in range(len(compiled.names)):
        settle(state, node, until_s - origin_s)
    progress(1.0)
    return result_of(compiled, flows, state)


def record_table(compiled: CompiledPlan, flows: Sequence[Flow], record: Records) -> pd.DataFrame:
    """Records for people.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    flows : sequence of Flow
        As simulated.
    record : numpy.ndarray of RECORD
        Filled by the simulation.

    Returns
    -------
    pandas.DataFrame
        ``time_s`` [s of the plan's time base]; ``what``; ``flow``; ``message``, its number in the flow;
        ``bundle``, a place that is unique among the bundles alive; ``node``; ``to``, receiver of the contact
        or ""; ``contact``, row of the plan or -1; ``until_s``, end of transmission, or planned arrival [s of
        the time base]; ``delay_s`` of delivered messages [s]; ``cause`` of what was lost or missed.
    """
    import pandas as pd

    codes = {name: code for code, name in RECORDS.items()}
    kind, contact, value = record["kind"], record["contact"], record["value"]
    sent = np.isin(kind, [codes["planned"], codes["left"]])
    ended = np.isin(kind, [codes["lost"], codes["missed"], codes["stranded"]])
    done = kind == codes["delivered"]
    used = (contact >= 0) & ~done
    names = np.array([*compiled.names, ""], dtype=object)
    to, row = np.full(kind.size, len(compiled.names)), np.full(kind.size, -1)
    to[used] = compiled.network.receiver[contact[used]]
    row[used] = compiled.row[contact[used]]
    return pd.DataFrame(
        {
            "time_s": record["time_s"] + compiled.origin_s,
            "what": pd.Series([RECORDS[code] for code in kind.tolist()], dtype=str),
            "flow": np.array([one.name for one in flows], dtype=object)[record["flow"]],
            "message": record["serial"].copy(),
            "bundle": record["place"].copy(),
            "node": names[record["node"]],
            "to": names[to],
            "contact": row,
            "until_s": np.where(sent, value + compiled.origin_s, np.nan),
            "delay_s": np.where(done, value, np.nan),
            "cause": np.array(CAUSES, dtype=object)[np.where(ended, value, 0).astype(np.int64)],
        }
    )


def _flows(
    compiled: CompiledPlan, flows: Sequence[Flow], start_s: float, stop_s: float
) -> tuple[Records, NDArray[np.float64]]:
    """Flows as records, and the least time that remains to each one's destination from every node."""
    unique_names(flows)
    records, origin_s = np.zeros(len(flows), dtype=FLOW), compiled.origin_s
    for place, flow in enumerate(flows):
        try:
            source, target = compiled.index(flow.source), compiled.index(flow.destination)
        except InputError as error:
            raise InputError(f"flow {flow.name}: {error}") from None
        if source == target:
            raise InputError(f"flow {flow.name}: '{flow.source}' sends to itself")
        made = flow.messages(start_s, stop_s)
        record = records[place]
        record["source"], record["target"] = source, target
        record["priority"], record["critical"] = flow.priority, flow.critical
        record["lifetime_s"], record["period_s"] = flow.deadline_s, made.period_s
        record["first_s"], record["last_s"] = made.first_s - origin_s, made.last_s - origin_s
        record["count"], record["bits"] = made.number, 8.0 * made.size_bytes
        record["last_bits"] = 8.0 * made.last_bytes
    records["message"], records["delay_least_s"] = NOBODY, np.inf
    ahead = {int(node): least_ahead(compiled.network, int(node)) for node in np.unique(records["target"])}
    table = np.array([ahead[int(node)] for node in records["target"]], dtype=np.float64)
    return records, table.reshape(len(flows), len(compiled.names))


def _settings(
    compiled: CompiledPlan,
    conditions: Conditions,
    fragment_bytes: float,
    start_s: float,
    end_s: float,
    bins: int,
    flows: int,
) -> Records:
    settings, origin_s = np.zeros(1, dtype=SETTINGS), compiled.origin_s
    settings["resend"], settings["local"] = conditions.resend, conditions.knows == "node"
    settings["timeout_s"], settings["detection_s"] = conditions.timeout_s, conditions.detection_s
    settings["header_bits"] = 8.0 * conditions.header_bytes
    settings["overhead"] = conditions.overhead_share
    settings["most_bits"] = 8.0 * fragment_bytes
    settings["end_s"] = compiled.plan.span[1] - origin_s
    settings["first_bin_s"], settings["last_bin_s"] = start_s - origin_s, end_s - origin_s
    settings["bin_s"] = (end_s - start_s) / bins
    span = math.log(MOST_DELAY_S / LEAST_DELAY_S)
    settings["delay_bin"] = max(FINEST_DELAY_BIN, span * flows / MOST_CELLS)
    return settings


def _state(
    compiled: CompiledPlan,
    conditions: Conditions,
    happenings: Happenings,
    flows: Records,
    ahead: NDArray[np.float64],
    settings: Records,
    bins: int,
) -> State:
    """The state before anything has happened."""
    network, kinds = compiled.network, compiled.plan.contacts["kind"].to_numpy()[compiled.row]
    nodes = np.zeros(len(compiled.names), dtype=NODE)
    nodes["room_bits"], nodes["since_s"] = np.inf, settings["first_bin_s"]
    for name, size in conditions.storage_bytes.items():
        nodes["room_bits"][compiled.index(name)] = 8.0 * size
    contacts = np.zeros(len(compiled.row), dtype=CONTACT)
    contacts["loss"] = [conditions.loss.get(kind, 0.0) for kind in kinds.tolist()]
    keys = network.pair_to.astype(np.int64) * nodes.size + network.pair_from
    contacts["pair"] = np.searchsorted(keys, network.receiver.astype(np.int64) * nodes.size + network.sender)
    contacts["queue"], contacts["busy_until_s"] = NOBODY, -np.inf
    counts = np.zeros(COUNTS, dtype=np.int64)
    counts[[FIRST_FREE, FREE_MESSAGE, FREE_HOLD]] = NOBODY
    ways = np.zeros(WAYS, dtype=WAY)
    ways["flow"] = NOBODY
    delay_bins = int(math.log(MOST_DELAY_S / LEAST_DELAY_S) / settings["delay_bin"][0]) + 2
    counted = flows.size * keys.size <= MOST_CELLS
    events = 1024 + flows.size + happenings.news.size + happenings.wipes.size
    return State(
        network,
        no_bookings(contacts.size),
        no_bookings(0),
        settings,
        counts,
        flows,
        nodes,
        contacts,
        ahead,
        np.ones(nodes.size, dtype=np.bool_),
        np.zeros(contacts.size, dtype=np.bool_),
        *happenings[:-1],
        ways=ways,
        bundles=np.zeros(256, dtype=BUNDLE),
        messages=np.zeros(64, dtype=MESSAGE),
        holds=np.zeros(64, dtype=HOLD),
        time_s=np.empty(events),
        code=np.empty(events, dtype=np.int64),
        record=np.zeros(1, dtype=RECORD),
        wanted=np.array([0, -1, -1], dtype=np.int64),
        delays=np.zeros((flows.size, delay_bins), dtype=np.int64),
        stored=np.zeros((bins, nodes.size, 2)),
        moved=np.zeros((bins, flows.size, 3)),
        carried=np.zeros((flows.size, keys.size) if counted else (0, 0)),
    )


def _watched(state: State, watch: Watch, names: Sequence[str]) -> State:
    """The state with a record of what is to be told."""
    kinds = {name: code for code, name in RECORDS.items()}
    unknown = [kind for kind in watch.kinds if kind not in kinds]
    if unknown:
        raise InputError(f"records of '{unknown[0]}': there are {', '.join(kinds)}")
    if watch.flow is not None and watch.flow not in names:
        raise InputError(f"flow '{watch.flow}' is not among those simulated: {', '.join(names)}")
    flow = NOBODY if watch.flow is None else list(names).index(watch.flow)
    message = NOBODY if watch.message is None else watch.message
    wanted = np.array([sum(kinds[kind] for kind in watch.kinds), flow, message], dtype=np.int64)
    return state._replace(record=np.zeros(RECORD_ROOM, dtype=RECORD), wanted=wanted)


def _first_events(state: State, wipe_times_s: Sequence[float]) -> None:
    """Enter what is known from the beginning: first messages, news, nodes that lose what they store."""
    for flow in np.flatnonzero(state.flows["count"] > 0).tolist():
        first = "first_s" if state.flows["count"][flow] > 1 else "last_s"
        schedule(state, float(state.flows[first][flow]), CREATE, flow, NOBODY)
    for place, time_s in enumerate(state.news["time_s"].tolist()):
        schedule(state, time_s, KNOW, place, NOBODY)
    for place, time_s in enumerate(wipe_times_s):
        schedule(state, time_s, FAIL, place, NOBODY)
