"""A scenario as the assignment sees it: network, flows and what is fixed, as flat arrays."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from qqnet.pointing.apertures import UNLIMITED, Flags, Floats, Pairings
from qqnet.pointing.assignment import Fixed
from qqnet.pointing.choice import Needs, Network, Options
from qqnet.pointing.requests import Wanted
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, member_names
from qqnet.scenario.traffic import Flow

WAY_BITS: Final = 8e6
"""A way to Earth is the quickest for the largest messages of a node; for a megabyte where it has none [bit]."""

_URGENCY: Final = ("expedited", "normal", "bulk")


def network_of(scenario: Scenario, pairings: Pairings) -> Network:
    """Return the network: pairings of terminals, and behind them one for each two nodes joined on the ground."""
    number = {name: n for n, name in enumerate(scenario.node_names)}
    lines = [pair for one in scenario.terrestrial for pair in combinations(one.nodes, 2)]
    apertures = [*(node for node, _ in pairings.apertures), *(name for pair in lines for name in pair)]
    ground = np.arange(len(pairings.apertures), len(apertures), dtype=np.int64).reshape(-1, 2)
    ends = np.concatenate([pairings.ends, ground])
    at = np.array([number[name] for name in apertures], dtype=np.int64)
    node = at[ends]
    peers = np.stack([ends, node[:, ::-1]], axis=-1).reshape(-1, 2)
    _, slot = np.unique(peers, axis=0, return_inverse=True)
    none = np.zeros(len(ground))
    around = np.argsort(node.ravel(), kind="stable") // 2
    first = np.searchsorted(np.sort(node.ravel()), np.arange(len(number) + 1))
    return Network(
        aperture=ends,
        slot=slot.reshape(-1, 2).astype(np.int64),
        node=node,
        beams=np.concatenate([pairings.beams, np.full(2 * len(ground), UNLIMITED)]),
        setup=np.concatenate([pairings.setup_s, none]),
        dwell=np.concatenate([pairings.dwell_s, none]),
        free=np.concatenate([pairings.free, none == 0.0]),
        relay=_relays(scenario, number),
        root=_roots(scenario, number),
        message=_messages(scenario, number),
        first=first.astype(np.int64),
        around=around.astype(np.int64),
    )


def _relays(scenario: Scenario, number: dict[str, int]) -> Flags:
    flags = np.zeros(len(number), dtype=np.bool_)
    for node in scenario.nodes:
        if "relay" in node.services:
            flags[[number[name] for name in member_names(node)]] = True
    flags[[number[name] for one in scenario.terrestrial for name in one.nodes]] = True
    return flags


def _roots(scenario: Scenario, number: dict[str, int]) -> Flags:
    """Where ways lead to: the Earth; without any station there, where flows end."""
    flags = np.zeros(len(number), dtype=np.bool_)
    stations = [node.name for node in scenario.nodes if isinstance(node, GroundStation)]
    flags[[number[name] for name in stations or [flow.destination for flow in scenario.flows]]] = True
    return flags


def _messages(scenario: Scenario, number: dict[str, int]) -> Floats:
    """Largest messages that each node sends, and that it gets [N, 2] [bit]."""
    found = np.zeros((len(number), 2))
    for flow in scenario.flows:
        for k, name in enumerate((flow.source, flow.destination)):
            found[number[name], k] = max(found[number[name], k], _bits(flow, scenario))
    found[(found <= 0.0).all(axis=1)] = WAY_BITS
    return found


def _bits(flow: Flow, scenario: Scenario) -> float:
    """What a flow sends at once [bit]."""
    if flow.rate is not None:
        return flow.rate * scenario.compute.stream_bundle
    return 8.0 * (flow.size or 0.0)


def joined(wanted: Wanted, scenario: Scenario, pairings: Pairings) -> Wanted:
    """Return what is wanted with the ground networks, which join their nodes all the time."""
    lines = [one for one in scenario.terrestrial for _ in combinations(one.nodes, 2)]
    count, start, stop = len(lines), scenario.time.start_s, scenario.time.stop_s
    rate, delay = np.array([one.rate for one in lines]), np.array([one.delay for one in lines])
    return Wanted(
        pairing=np.concatenate([wanted.pairing, len(pairings) + np.arange(count)]),
        start=np.concatenate([wanted.start, np.full(count, start)]),
        end=np.concatenate([wanted.end, np.full(count, stop)]),
        first=np.concatenate([wanted.first, len(wanted.owlt) + np.arange(count)]),
        cells=np.concatenate([wanted.cells, np.ones(count, dtype=np.int64)]),
        origin=np.concatenate([wanted.origin, np.full(count, start)]),
        length=np.concatenate([wanted.length, np.full(count, stop - start)]),
        rates=np.concatenate([wanted.rates, np.stack([rate, rate])], axis=1),
        owlt=np.concatenate([wanted.owlt, delay]),
    )


def needs_of(scenario: Scenario) -> Needs:
    """Return the flows, by priority, then by deadline, then as written."""
    number = {name: n for n, name in enumerate(scenario.node_names)}
    flows = sorted(scenario.flows, key=lambda flow: (_URGENCY.index(flow.priority), flow.deadline))
    rates = [_bits(flow, scenario) / (flow.every or scenario.compute.stream_bundle) for flow in flows]
    return Needs(
        source=np.array([number[flow.source] for flow in flows], dtype=np.int64),
        target=np.array([number[flow.destination] for flow in flows], dtype=np.int64),
        bits=np.array([_bits(flow, scenario) for flow in flows]),
        rate=np.array(rates, dtype=np.float64),
        live=np.array([flow.rate is not None for flow in flows], dtype=np.bool_),
    )


def options_of(scenario: Scenario) -> Options:
    """Return the policy by its steps."""
    asked = scenario.pointing
    return Options(
        ways=asked.policy == "connected",
        flows=asked.policy != "volume",
        shares=asked.policy != "volume",
        lookahead=asked.lookahead,
        keep=asked.keep,
        patience=asked.patience,
    )


def fixed_of(scenario: Scenario, pairings: Pairings) -> Fixed:
    """Return the pairings that an operator forces, in the order of the scenario."""
    start, stop = scenario.time.start_s, scenario.time.stop_s
    found: list[tuple[int, float, float]] = []
    ends = [[pairings.apertures[k] for k in pair] for pair in pairings.ends.tolist()]
    for one in scenario.pointing.fixed:
        wanted = {one.source, one.target}
        terminal = None if one.terminal is None else scenario.terminals[one.terminal].shares or one.terminal
        for n, pair in enumerate(ends):
            if {node for node, _ in pair} != wanted:
                continue
            if terminal is None or terminal in (pair[0][1], pair[1][1]):
                last = stop if one.stop is None else start + one.stop
                found.append((n, start + one.start, last))
    columns = np.array(found, dtype=np.float64).reshape(-1, 3)
    return Fixed(columns[:, 0].astype(np.int64), columns[:, 1], columns[:, 2])
