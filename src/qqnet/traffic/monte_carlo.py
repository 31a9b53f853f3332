"""Many runs under random failures: what traffic gets through on average, and how well that is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError, QqnetError
from qqnet.traffic.conditions import Outage, random_outages
from qqnet.traffic.experiment import Experiment
from qqnet.traffic.intervals import Interval, deviation_limit, limits, mean_interval
from qqnet.traffic.run_folder import RunFolder, RunRecord
from qqnet.traffic.workers import in_parallel

DELAYS: Final = ("mean", "p50", "p95", "max")
FIRST_LOOK: Final = 5


@dataclass(frozen=True)
class Chances:
    """Failures of nodes that every run draws for itself; what links lose is in the experiment's conditions.

    Attributes
    ----------
    nodes : tuple of str
        Who may fail.
    between_s : float, optional
        Mean time from the end of one failure to the next; nobody fails where not given. [s]
    repair_s : float
        Mean duration. [s]
    """

    nodes: tuple[str, ...] = ()
    between_s: float | None = None
    repair_s: float = 6 * 3600.0

    def __post_init__(self) -> None:
        if not self.repair_s > 0.0 or (self.between_s is not None and not self.between_s > 0.0):
            raise InputError(
                f"failures: time between them {self.between_s} s and repair {self.repair_s} s must be above 0"
            )

    def outages(self, start_s: float, stop_s: float, seed: int) -> list[Outage]:
        """Draw the failures of one run over a span. [s of the plan's time base]."""
        if self.between_s is None:
            return []
        return random_outages(self.nodes, self.between_s, self.repair_s, start_s, stop_s, seed)


@dataclass(frozen=True)
class FlowStatistics:
    """One flow over all runs.

    Attributes
    ----------
    name : str
        Flow.
    delivery_ratio : Interval
        Share of the bytes.
    missing_bytes, lost_bytes : Interval
        Bytes not delivered at the end, and of these those lost for any cause. [byte]
    delivery_ratio_min : float
        Of the worst run.
    delay_s : dict of str to Interval
        ``mean``, ``p50``, ``p95``, ``max`` of a run, over the runs that delivered something. [s]
    """

    name: str
    delivery_ratio: Interval
    missing_bytes: Interval
    lost_bytes: Interval
    delivery_ratio_min: float
    delay_s: dict[str, Interval]


@dataclass(frozen=True)
class MonteCarlo:
    """All runs.

    Attributes
    ----------
    records : tuple of RunRecord
        By number, failed ones too.
    confidence : float
        Of the intervals.
    """

    records: tuple[RunRecord, ...]
    confidence: float

    @property
    def done(self) -> list[RunRecord]:
        """Runs that did not fail."""
        return [record for record in self.records if record.error is None]

    def flows(self) -> list[FlowStatistics]:
        """Sum up each flow over the runs that did not fail."""
        done = self.done
        names = [flow["name"] for flow in done[0].flows] if done else []
        return [
            self._flow(name, [record.flows[place] for record in done]) for place, name in enumerate(names)
        ]

    def _flow(self, name: str, found: Sequence[dict[str, Any]]) -> FlowStatistics:
        ratios = _ratios(found)
        return FlowStatistics(
            name=name,
            delivery_ratio=limits(mean_interval(ratios, self.confidence), 0.0, 1.0),
            missing_bytes=self._amount([one["offered_bytes"] - one["delivered_bytes"] for one in found]),
            lost_bytes=self._amount([one["lost_bytes"] for one in found]),
            delivery_ratio_min=float(np.min(ratios)),
            delay_s={
                key: self._amount(
                    [math.nan if one["delay_s"] is None else one["delay_s"][key] for one in found]
                )
                for key in DELAYS
            },
        )

    def _amount(self, values: Sequence[float]) -> Interval:
        """Interval of what cannot be below zero."""
        return limits(mean_interval(values, self.confidence), 0.0, math.inf)

    def total_ratios(self) -> NDArray[np.float64]:
        """Share of all bytes that each run delivered; shape (N,)."""
        return _ratios(
            [
                {
                    key: math.fsum(flow[key] for flow in record.flows)
                    for key in ("offered_bytes", "delivered_bytes")
                }
                for record in self.done
            ]
        )

    def convergence(self) -> list[tuple[int, Interval]]:
        """Delivery ratio of all flows together after ever more runs, each time twice as many."""
        ratios = self.total_ratios()
        counts = []
        count = FIRST_LOOK
        while count < ratios.size:
            counts.append(count)
            count *= 2
        return [
            (count, limits(mean_interval(ratios[:count], self.confidence), 0.0, 1.0))
            for count in ([*counts, ratios.size] if ratios.size else [])
        ]

    def losses(self) -> dict[str, Interval]:
        """Bytes lost by cause, of all flows. [byte]."""
        causes = dict.fromkeys(cause for record in self.done for cause in record.losses)
        return {
            cause: self._amount([record.losses.get(cause, 0.0) for record in self.done]) for cause in causes
        }

    def answer(self) -> dict[str, Any]:
        """Give the result as a program reads it.

        Returns
        -------
        dict
            Keys ``runs``, ``failed`` (``run``, ``seed``, ``error``), ``confidence``, ``node_failures``,
            ``deviation_limit``, ``delivery_ratio``, ``convergence``, ``flows``, ``losses``; means with their
            bounds as ``mean``, ``low``, ``high``, ``runs``.
        """
        steps = self.convergence()
        done = len(self.done)
        return {
            "runs": done,
            "failed": [
                {"run": record.run, "seed": record.seed, "error": record.error}
                for record in self.records
                if record.error is not None
            ],
            "confidence": self.confidence,
            "node_failures": sum(record.failures for record in self.done) / done if done else None,
            "deviation_limit": deviation_limit(done, self.confidence),
            "delivery_ratio": steps[-1][1]._asdict() if steps else None,
            "convergence": [step._asdict() for _, step in steps],
            "flows": [
                {
                    "name": flow.name,
                    "delivery_ratio": flow.delivery_ratio._asdict(),
                    "delivery_ratio_min": flow.delivery_ratio_min,
                    "missing_bytes": flow.missing_bytes._asdict(),
                    "lost_bytes": flow.lost_bytes._asdict(),
                    "delay_s": {key: one._asdict() for key, one in flow.delay_s.items()},
                }
                for flow in self.flows()
            ],
            "losses": {cause: one._asdict() for cause, one in self.losses().items()},
        }


def monte_carlo(
    experiment: Experiment,
    chances: Chances,
    runs: int,
    *,
    seed: int,
    confidence: float = 0.95,
    jobs: int = 1,
    folder: RunFolder | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> MonteCarlo:
    """Run the same traffic with other random numbers again and again.

    Parameters
    ----------
    experiment : Experiment
        What all runs have in common.
    chances : Chances
        Failures of nodes.
    runs : int
        How many; numbers from 0. Run n draws from a seed that follows from `seed` and n alone.
    seed : int
        Of the series.
    confidence : float
        Of the intervals.
    jobs : int
        Processes; the answer does not depend on it.
    folder : RunFolder, optional
        Where records are kept, and found: runs that are there are not made again, failed ones are.
    progress : callable
        Told the share done.

    Returns
    -------
    MonteCarlo
        Of the runs 0 to `runs` - 1.

    Raises
    ------
    InputError
        For a number of runs or a confidence that is none.
    """
    if runs < 1:
        raise InputError(f"{runs} runs; make at least 1")
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence is {confidence}; give one above 0 and below 1")
    known = {} if folder is None else folder.records()
    found = {n: record for n, record in known.items() if n < runs and record.error is None}
    missing = [n for n in range(runs) if n not in found]

    def advance(done: float) -> None:
        progress(1.0 - (1.0 - done) * len(missing) / runs)

    for number, record in in_parallel(_run, (experiment, chances, seed), missing, jobs, advance):
        if folder is not None:
            folder.keep(record)
        found[number] = record
    return MonteCarlo(tuple(found[number] for number in range(runs)), confidence)


def seed_of(series: int, run: int) -> int:
    """Seed of a run, from that of the series and its number; independent of how many there are."""
    return int(np.random.SeedSequence((series, run)).generate_state(1, np.uint64)[0])


def _run(given: tuple[Experiment, Chances, int], number: int, progress: Callable[[float], None]) -> RunRecord:
    """Make one run; what goes wrong in it is part of the record."""
    experiment, chances, series = given
    seed = seed_of(series, number)
    outages = chances.outages(experiment.start_s, experiment.stop_s, seed)
    try:
        result = experiment.run(outages, seed=seed, progress=progress)
    except QqnetError:
        raise  # wrong input is so in every run
    except Exception as error:
        return RunRecord(number, seed, f"{type(error).__name__}: {error}", len(outages), [], {})
    flows = [
        {
            "name": flow.name,
            "offered_bytes": flow.offered_bytes,
            "delivered_bytes": flow.delivered_bytes,
            "lost_bytes": flow.lost_bytes,
            "delay_s": None if flow.delay_s is None else asdict(flow.delay_s),
        }
        for flow in result.flow_results()
    ]
    return RunRecord(number, seed, None, len(outages), flows, result.losses())


def with_uncertain_contacts(experiment: Experiment, fails: dict[str, float]) -> Experiment:
    """Let contacts fail to take place by chance.

    Parameters
    ----------
    experiment : Experiment
        As planned.
    fails : dict of str to float
        Chance that a contact does not take place, by kind of contact; on top of the plan's own confidence.

    Returns
    -------
    Experiment
        With contacts of less confidence, and with the draw of contacts.

    Raises
    ------
    InputError
        For a kind that the plan does not have, or a chance that is none.
    """
    from qqnet.routing.graph import compile_plan

    plan = experiment.plan.plan
    rows = plan.contacts.copy()
    kinds = set(rows["kind"])
    for kind, chance in fails.items():
        if kind not in kinds:
            raise InputError(f"contacts of kind '{kind}': the plan has {', '.join(sorted(kinds))}")
        if not 0.0 <= chance < 1.0:
            raise InputError(f"contacts of kind '{kind}' fail with {chance}; give a chance from 0 to below 1")
        rows.loc[rows["kind"] == kind, "confidence"] *= 1.0 - chance
    return replace(
        experiment,
        plan=compile_plan(replace(plan, contacts=rows)),
        conditions=replace(experiment.conditions, draw_contacts=True),
    )


def _ratios(found: Iterable[dict[str, Any]]) -> NDArray[np.float64]:
    return np.array(
        [
            one["delivered_bytes"] / one["offered_bytes"] if one["offered_bytes"] else math.nan
            for one in found
        ],
        dtype=np.float64,
    )
