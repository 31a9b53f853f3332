"""Traffic of a scenario: its flows through its contact plan, under its conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names
from qqnet.scenario.traffic_conditions import Failure
from qqnet.traffic.conditions import Conditions, Outage, random_outages
from qqnet.traffic.flows import PRIORITIES, Flow
from qqnet.traffic.result import TrafficResult
from qqnet.traffic.simulate import Watch, simulate

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan
    from qqnet.study.study import Study


def flows_of(scenario: Scenario, origin_s: float) -> list[Flow]:
    """Return the scenario's flows as the traffic floor knows them.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    origin_s : float
        Its start in the time base of the plan [s].

    Returns
    -------
    list of Flow
        In file order.
    """
    return [
        Flow(
            name=flow.name,
            source=flow.source,
            destination=flow.destination,
            size_bytes=flow.size,
            every_s=flow.every,
            rate_bps=flow.rate,
            priority=PRIORITIES.index(flow.priority),
            type=flow.type,
            deadline_s=flow.deadline,
            start_s=origin_s + flow.start,
            stop_s=origin_s + min(flow.stop or scenario.time.duration, scenario.time.duration),
            aggregate_s=scenario.compute.stream_bundle,
            critical=flow.critical,
        )
        for flow in scenario.flows
    ]


def given_plan(scenario: Scenario, plan: ContactPlan) -> tuple[ContactPlan, float]:
    """Fit a plan that was made elsewhere to a scenario.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    plan : ContactPlan
        Any plan. Formats without names call nodes by their numbers, which the scenario knows.

    Returns
    -------
    plan : ContactPlan
        With the scenario's names.
    origin_s : float
        Start of the scenario in its time base; the plan's own start where that has no dates [s].
    """
    from qqnet.contacts.node_tables import renamed

    names = {
        number: name
        for node in scenario.nodes
        for number, name in enumerate(member_names(node), start=node.ipn)
    }
    bare = {number: names.get(number, name) for name, number in plan.nodes.items() if name == str(number)}
    base = plan.time_base
    origin_s = base.seconds(scenario.time.start) if base.is_absolute else plan.span[0]
    return renamed(plan, bare), origin_s


def conditions_of(
    scenario: Scenario, origin_s: float, plan: ContactPlan, seed: int | None = None
) -> Conditions:
    """Return what the scenario's traffic has to live with, as the traffic floor knows it.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    origin_s : float
        Its start in the time base of the plan [s].
    plan : ContactPlan
        Who can send to whom. What it does not have, nodes or links, cannot fail in it and is left out.
    seed : int, optional
        Of the random numbers, instead of the scenario's.

    Returns
    -------
    Conditions
        With random failures drawn, until the end of span and plan.
    """
    asked, seed = scenario.traffic, scenario.seed if seed is None else seed
    stop_s = max(origin_s + scenario.time.duration, plan.span[1])
    outages: list[Outage] = []
    for number, failure in enumerate(asked.failures):
        outages += _outages(scenario, failure, origin_s, stop_s, (seed, number))
    joined = set(zip(plan.contacts["from"], plan.contacts["to"], strict=True))
    return Conditions(
        outages=tuple(
            one
            for one in outages
            if (one.node in plan.nodes if one.link is None else {one.link, one.link[::-1]} & joined)
        ),
        loss={"rf": asked.loss.rf, "optical": asked.loss.optical, "terrestrial": asked.loss.terrestrial},
        draw_contacts=asked.contacts_may_fail,
        resend=asked.resend,
        timeout_s=asked.timeout,
        detection_s=asked.detection,
        storage_bytes={
            name: node.storage
            for node in scenario.nodes
            if node.storage is not None
            for name in member_names(node)
            if name in plan.nodes
        },
        header_bytes=asked.header,
        overhead_share=asked.overhead,
        knows=asked.knows,
        seed=seed,
    )


def _outages(
    scenario: Scenario, failure: Failure, origin_s: float, stop_s: float, seed: tuple[int, int]
) -> list[Outage]:
    """Outages of one entry of the scenario's failures."""
    if failure.nodes:
        assert failure.mean_time_between is not None
        assert failure.repair is not None
        # Each entry has random numbers of its own, whatever stands before it.
        own = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
        drawn = random_outages(
            scenario.expand(failure.nodes), failure.mean_time_between, failure.repair, origin_s, stop_s, own
        )
        return [replace(one, wipes=not failure.keeps_storage) for one in drawn]
    return [
        Outage(
            node=failure.node,
            link=None if failure.link is None else (failure.link[0], failure.link[1]),
            start_s=origin_s + (failure.start or 0.0),
            stop_s=math.inf if failure.stop is None else origin_s + failure.stop,
            wipes=not failure.keeps_storage,
        )
    ]


def traffic(study: Study, advance: Callable[[float], None]) -> TrafficResult:
    """Send every flow's bundles through the study's own contact plan; `advance` is told the share done."""
    return traffic_over(study.scenario, study.contacts, study.scenario.time.start_s, advance)


def traffic_over(
    scenario: Scenario,
    plan: ContactPlan,
    origin_s: float,
    advance: Callable[[float], None] = lambda _: None,
    *,
    conditions: Conditions | None = None,
    until_s: float = math.inf,
    watch: Watch | None = None,
) -> TrafficResult:
    """Send every flow's bundles through any plan that knows their nodes.

    Parameters
    ----------
    scenario : Scenario
        For the flows.
    plan : ContactPlan
        Who can send to whom.
    origin_s : float
        Start of the scenario in the plan's time base [s].
    advance : callable
        Told the share done.
    conditions : Conditions, optional
        Instead of the scenario's own.
    until_s : float
        Look at the network then and go no further [s of the plan's time base].
    watch : Watch, optional
        What of the bundles' lives is to be told.

    Returns
    -------
    TrafficResult
        What became of every flow, node and contact.
    """
    return simulate(
        plan,
        flows_of(scenario, origin_s),
        conditions_of(scenario, origin_s, plan) if conditions is None else conditions,
        start_s=origin_s,
        stop_s=origin_s + scenario.time.duration,
        until_s=until_s,
        fragment_bytes=scenario.compute.bundle_size,
        watch=watch,
        progress=advance,
    )
