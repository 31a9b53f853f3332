"""Traffic of a scenario: its flows through its contact plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qqnet.scenario.model import Scenario
from qqnet.traffic.flows import PRIORITIES, Flow
from qqnet.traffic.result import TrafficResult
from qqnet.traffic.simulate import simulate

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
        )
        for flow in scenario.flows
    ]


def traffic(study: Study, advance: Callable[[float], None]) -> TrafficResult:
    """Send every flow's bundles through the study's own contact plan; `advance` is told the share done."""
    return traffic_over(study.scenario, study.contacts, study.scenario.time.start_s, advance)


def traffic_over(
    scenario: Scenario,
    plan: ContactPlan,
    origin_s: float,
    advance: Callable[[float], None] = lambda _: None,
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

    Returns
    -------
    TrafficResult
        Every bundle with its arrival or the cause of its loss.
    """
    stop_s = origin_s + scenario.time.duration
    return simulate(
        plan,
        flows_of(scenario, origin_s),
        start_s=origin_s,
        stop_s=stop_s,
        fragment_bytes=scenario.compute.bundle_size,
        progress=advance,
    )
