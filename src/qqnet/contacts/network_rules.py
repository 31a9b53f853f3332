"""Rules about the nodes that a plan joins: who is apart, who is never heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from qqnet.contacts.findings import EXAMPLES, Look, PlanFinding, finding, first_of
from qqnet.contacts.statistics import components


def _components(look: Look) -> Iterator[PlanFinding]:
    groups = [group for group in components(look.plan) if len(group) > 1]
    yield from finding(
        "unconnected",
        "warning",
        (
            len(groups) if len(groups) > 1 else 0,
            [f"{len(group)} nodes with {group[0]}" for group in groups[:EXAMPLES]],
        ),
        "the plan falls into parts without any contact between them",
        "add the contacts that join them, or split the plan",
    )


def _idle(look: Look) -> Iterator[PlanFinding]:
    used = set(look.index.nodes.tolist())
    yield from finding(
        "idle",
        "note",
        first_of([name for name in look.plan.names if name not in used] if used else []),
        "nodes have no contacts at all",
        "leave them out, or find out why no link of theirs closes",
    )


def _one_way(look: Look) -> Iterator[PlanFinding]:
    size = max(len(look.index.nodes), 1)
    pairs = np.unique(look.index.pair)
    alone = ~np.isin((pairs % size) * size + pairs // size, pairs)
    yield from finding(
        "one-way",
        "note",
        look.pairs(pairs[alone]),
        "pairs of nodes have contacts in one direction and never back",
        "acknowledgements go another way or not at all: use a protocol without them, or add the return",
    )


def _never_reached(look: Look) -> Iterator[PlanFinding]:
    names = look.index.nodes[np.setdiff1d(look.index.sender, look.index.receiver)].tolist()
    yield from finding(
        "never-reached",
        "note",
        first_of(names),
        "nodes send and never hear anybody",
        "no bundle can be for them; add contacts to them where that is not meant",
    )


def _never_sends(look: Look) -> Iterator[PlanFinding]:
    names = look.index.nodes[np.setdiff1d(look.index.receiver, look.index.sender)].tolist()
    yield from finding(
        "never-sends",
        "note",
        first_of(names),
        "nodes hear others and never send",
        "no bundle can come from them; add contacts from them where that is not meant",
    )


def _behind_endpoints(look: Look) -> Iterator[PlanFinding]:
    plan, index = look.plan, look.index
    relays = np.array([name not in plan.endpoints for name in index.nodes], dtype=np.bool_)
    served = np.zeros(len(index.nodes), dtype=np.bool_)
    served[index.sender[relays[index.receiver]]] = True
    served[index.receiver[relays[index.sender]]] = True
    names = index.nodes[~served & ~relays].tolist()
    yield from finding(
        "behind-endpoints",
        "note",
        first_of(names),
        "nodes that do not relay have contacts only with others that do not",
        "they reach nobody else; give a neighbour the service of a relay",
    )


NETWORK_RULES: tuple[Callable[[Look], Iterator[PlanFinding]], ...] = (
    _components,
    _idle,
    _one_way,
    _never_reached,
    _never_sends,
    _behind_endpoints,
)
