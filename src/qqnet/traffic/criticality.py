"""Which node or link is missed most: one simulation without each, ranked by what is not delivered then."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from qqnet.errors import InputError
from qqnet.traffic.conditions import Outage
from qqnet.traffic.experiment import Experiment
from qqnet.traffic.result import FlowResult, TrafficResult
from qqnet.traffic.workers import in_parallel

Kind = Literal["node", "link", "constellation"]


@dataclass(frozen=True)
class Candidate:
    """Something that may be lost.

    Attributes
    ----------
    name : str
        For people: a node, ``a - b``, or a constellation.
    kind : {"node", "link", "constellation"}
        What it is.
    nodes : tuple of str
        Who fails; for a link its two ends, which do not.
    """

    name: str
    kind: Kind
    nodes: tuple[str, ...]

    def outages(self, start_s: float = -math.inf, stop_s: float = math.inf) -> tuple[Outage, ...]:
        """What fails when it is lost for a time [s of the plan's time base]."""
        if self.kind == "link":
            return (Outage(link=(self.nodes[0], self.nodes[1]), start_s=start_s, stop_s=stop_s),)
        return tuple(Outage(node=node, start_s=start_s, stop_s=stop_s) for node in self.nodes)


@dataclass(frozen=True)
class Effect:
    """What a loss does to one flow.

    Attributes
    ----------
    flow : str
        Name.
    own : bool
        Whether the flow begins or ends at what is lost, and so cannot be helped by any other way.
    missing_bytes : float
        Delivered in the undisturbed run and not now; below zero where more is. [byte]
    delivery_ratio : float or None
        Share of the bytes that are delivered now; None where none are offered.
    delay_p95_change_s : float or None
        How much longer 95 % of the delivered messages need; None where a run delivers none. [s]
    """

    flow: str
    own: bool
    missing_bytes: float
    delivery_ratio: float | None
    delay_p95_change_s: float | None


@dataclass(frozen=True)
class Harm:
    """What one loss does.

    Attributes
    ----------
    candidate : Candidate
        What is lost.
    carried_bytes : float
        What it passes on for others in the undisturbed run, with all that is sent along; for a link what it
        carries. [byte]
    effects : tuple of Effect
        Flows that it changes, the worst first.
    losses : dict of str to float
        What all flows lose, by cause. [byte]
    """

    candidate: Candidate
    carried_bytes: float
    effects: tuple[Effect, ...]
    losses: dict[str, float]

    @property
    def missing_bytes(self) -> float:
        """Delivered in the undisturbed run and not now, of all flows. [byte]."""
        return math.fsum(effect.missing_bytes for effect in self.effects)

    @property
    def own_bytes(self) -> float:
        """Of these, what begins or ends at what is lost. [byte]."""
        return math.fsum(effect.missing_bytes for effect in self.effects if effect.own)

    def answer(self) -> dict[str, Any]:
        """Give the loss as a program reads it."""
        return {
            "name": self.candidate.name,
            "kind": self.candidate.kind,
            "nodes": list(self.candidate.nodes),
            "carried_bytes": self.carried_bytes,
            "missing_bytes": self.missing_bytes,
            "own_bytes": self.own_bytes,
            "flows": [
                {
                    "name": effect.flow,
                    "own": effect.own,
                    "missing_bytes": effect.missing_bytes,
                    "delivery_ratio": effect.delivery_ratio,
                    "delay_p95_change_s": effect.delay_p95_change_s,
                }
                for effect in self.effects
            ],
            "losses": self.losses,
        }


@dataclass(frozen=True)
class Criticality:
    """What is missed, the worst first.

    Attributes
    ----------
    undisturbed : TrafficResult
        With nothing lost.
    harms : tuple of Harm
        Ranked by `Harm.missing_bytes`.
    idle : tuple of str
        What carries nothing of others in the undisturbed run, and was not tried: nobody sends by a way that is
        not there before, so nothing changes without it.
    """

    undisturbed: TrafficResult
    harms: tuple[Harm, ...]
    idle: tuple[str, ...]

    def worst_of_flows(self) -> list[tuple[str, Harm, Effect]]:
        """Say for each flow that misses something what hurts it most, of that at which it has no end."""
        found: dict[str, tuple[Harm, Effect]] = {}
        for harm in self.harms:
            for effect in harm.effects:
                worst = found[effect.flow][1].missing_bytes if effect.flow in found else 0.0
                if not effect.own and effect.missing_bytes > worst:
                    found[effect.flow] = (harm, effect)
        order = (flow.name for flow in self.undisturbed.flows)
        return [(name, *found[name]) for name in order if name in found]

    def answer(self) -> dict[str, Any]:
        """Give the ranking as a program reads it: keys ``undisturbed``, ``ranking``, ``flows``, ``idle``."""
        flows = self.undisturbed.flow_results()
        return {
            "undisturbed": {
                "offered_bytes": math.fsum(flow.offered_bytes for flow in flows),
                "delivered_bytes": math.fsum(flow.delivered_bytes for flow in flows),
                "losses": self.undisturbed.losses(),
            },
            "ranking": [harm.answer() for harm in self.harms],
            "flows": [
                {
                    "name": name,
                    "worst": harm.candidate.name,
                    "missing_bytes": effect.missing_bytes,
                    "delivery_ratio": effect.delivery_ratio,
                }
                for name, harm, effect in self.worst_of_flows()
            ],
            "idle": list(self.idle),
        }


def node_candidates(plan_nodes: Sequence[str]) -> list[Candidate]:
    """Each node by itself."""
    return [Candidate(name, "node", (name,)) for name in plan_nodes]


def link_candidates(experiment: Experiment) -> list[Candidate]:
    """Each pair of nodes that has a contact in the plan."""
    rows = experiment.plan.plan.contacts
    pairs = {(min(pair), max(pair)) for pair in zip(rows["from"], rows["to"], strict=True)}
    return [Candidate(f"{a} - {b}", "link", (a, b)) for a, b in sorted(pairs)]


def criticality(
    experiment: Experiment,
    candidates: Sequence[Candidate],
    *,
    start_s: float = -math.inf,
    stop_s: float = math.inf,
    foreseen: bool = False,
    jobs: int = 1,
    progress: Callable[[float], None] = lambda _: None,
) -> Criticality:
    """Lose one candidate after the other, and see what is not delivered then.

    Parameters
    ----------
    experiment : Experiment
        The undisturbed run.
    candidates : sequence of Candidate
        What may be lost; of these only what carries bytes of others is tried.
    start_s, stop_s : float
        From when to when it is lost. [s of the plan's time base]
    foreseen : bool
        Whether the plan was made with each loss in mind; otherwise nobody knows until it is detected.
    jobs : int
        Processes.
    progress : callable
        Told the share done.

    Returns
    -------
    Criticality
        The ranking; the same whatever the number of processes.

    Raises
    ------
    InputError
        Where the span of the loss is none.
    """
    if not start_s < stop_s:
        raise InputError(f"loss: its end {stop_s} does not lie after its start {start_s}")
    share = 1.0 / (1.0 + len(candidates))
    undisturbed = experiment.run(progress=lambda done: progress(share * done))
    carried = _carried(experiment, undisturbed, candidates)
    tried = [one for one, size in zip(candidates, carried, strict=True) if size > 0.0]
    sizes = dict(zip(candidates, carried, strict=True))
    before = undisturbed.flow_results()
    work = partial(_lose, start_s=start_s, stop_s=stop_s, foreseen=foreseen)
    found = {
        candidate: _harm(experiment, candidate, sizes[candidate], before, result)
        for candidate, result in in_parallel(
            work, experiment, tried, jobs, lambda done: progress(share + (1.0 - share) * done)
        )
    }
    ranked = sorted((found[one] for one in tried), key=lambda harm: -harm.missing_bytes)
    idle = tuple(one.name for one in candidates if one not in found)
    return Criticality(undisturbed, tuple(ranked), idle)


Outcome = tuple[list[FlowResult], dict[str, float]]
"""What a run without a candidate leaves: flows, and losses by cause."""


def _lose(
    experiment: Experiment,
    candidate: Candidate,
    progress: Callable[[float], None],
    *,
    start_s: float,
    stop_s: float,
    foreseen: bool,
) -> Outcome:
    outages = candidate.outages(start_s, stop_s)
    result = experiment.run(outages, foreseen=foreseen, progress=progress)
    return result.flow_results(), result.losses()


def _carried(experiment: Experiment, result: TrafficResult, candidates: Sequence[Candidate]) -> list[float]:
    """What each candidate carried of others. [byte]."""
    rows = experiment.plan.plan.contacts
    sent: dict[tuple[str, str], float] = {}
    for a, b, size in zip(rows["from"], rows["to"], result.data["contact_bytes"].values, strict=True):
        pair = (min(a, b), max(a, b))
        sent[pair] = sent.get(pair, 0.0) + float(size)
    # What comes to its destination is never in store, so what a node received there is passed on, or meant to be.
    passed: Mapping[str, float] = dict(
        zip(result.nodes["node"], result.nodes["received_bytes"].astype(float), strict=True)
    )
    return [
        sent.get((min(one.nodes), max(one.nodes)), 0.0)
        if one.kind == "link"
        else math.fsum(passed.get(node, 0.0) for node in one.nodes)
        for one in candidates
    ]


def _harm(
    experiment: Experiment,
    candidate: Candidate,
    carried_bytes: float,
    undisturbed: Sequence[FlowResult],
    outcome: Outcome,
) -> Harm:
    effects = []
    for flow, before, after in zip(experiment.flows, undisturbed, outcome[0], strict=True):
        longer = None
        if before.delay_s is not None and after.delay_s is not None:
            longer = after.delay_s.p95 - before.delay_s.p95
        missing = before.delivered_bytes - after.delivered_bytes
        if missing or longer != 0.0:
            own = candidate.kind != "link" and bool({flow.source, flow.destination} & set(candidate.nodes))
            effects.append(Effect(flow.name, own, missing, after.delivery_ratio, longer))
    effects.sort(key=lambda effect: -effect.missing_bytes)
    return Harm(candidate, carried_bytes, tuple(effects), outcome[1])
