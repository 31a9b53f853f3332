"""Traffic that is simulated again and again with something changed: a node lost, another seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.traffic.conditions import Conditions, Outage
from qqnet.traffic.flows import Flow
from qqnet.traffic.foreseen import without
from qqnet.traffic.result import TrafficResult
from qqnet.traffic.simulate import FRAGMENT_BYTES, simulate


@dataclass(frozen=True, eq=False)
class Experiment:
    """What every run of an experiment starts from.

    Attributes
    ----------
    plan : CompiledPlan
        Who can send to whom, as planned.
    flows : tuple of Flow
        Who wants to send what.
    conditions : Conditions
        What holds in every run.
    start_s, stop_s : float
        Span in which messages are made. [s of the plan's time base]
    fragment_bytes : float
        Larger messages travel in pieces. [byte]
    draw : callable, optional
        Gives the outages of a seed, instead of those of the conditions, where another seed is run: for failures
        that are themselves drawn. Must be a function of a module, or a part of one.
    """

    plan: CompiledPlan
    flows: tuple[Flow, ...]
    conditions: Conditions
    start_s: float
    stop_s: float
    fragment_bytes: float = FRAGMENT_BYTES
    draw: Callable[[int], Sequence[Outage]] | None = None

    def run(
        self,
        outages: Sequence[Outage] = (),
        *,
        foreseen: bool = False,
        seed: int | None = None,
        progress: Callable[[float], None] = lambda _: None,
    ) -> TrafficResult:
        """Simulate once.

        Parameters
        ----------
        outages : sequence of Outage
            What fails beyond the experiment's own conditions.
        foreseen : bool
            Whether these outages were known when the plan was made: then the plan holds no contact with what is
            out, and nothing surprises anybody.
        seed : int, optional
            Of all random numbers; that of the conditions where not given.
        progress : callable
            Told the share of the span done.

        Returns
        -------
        TrafficResult
            What became of the traffic.

        Raises
        ------
        InputError
            For outages that the plan does not fit.
        """
        plan, conditions = self.plan, self.conditions
        if seed is not None:
            drawn = conditions.outages if self.draw is None else self.draw(seed)
            conditions = replace(conditions, seed=seed, outages=drawn)
        if foreseen and outages:
            plan = compile_plan(without(plan.plan, outages))
        elif outages:
            conditions = replace(conditions, outages=(*conditions.outages, *outages))
        return simulate(
            plan,
            self.flows,
            conditions,
            start_s=self.start_s,
            stop_s=self.stop_s,
            fragment_bytes=self.fragment_bytes,
            progress=progress,
        )
