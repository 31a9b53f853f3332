"""A scenario's traffic as an experiment, to be repeated without nodes, without links, or with other seeds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qqnet import __version__
from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names
from qqnet.study.failures import members_of
from qqnet.study.flows import conditions_of, flows_of, given_plan
from qqnet.study.folder import digest
from qqnet.study.progress import Progress, Silent
from qqnet.traffic.conditions import Outage
from qqnet.traffic.criticality import Candidate
from qqnet.traffic.experiment import Experiment
from qqnet.traffic.monte_carlo import Chances
from qqnet.traffic.result import TrafficResult
from qqnet.traffic.run_folder import RunFolder

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan


def experiment_of(
    scenario: Scenario, plan: ContactPlan | None = None, progress: Progress | None = None
) -> Experiment:
    """Arrange a scenario's traffic for being simulated again and again.

    Parameters
    ----------
    scenario : Scenario
        For flows, span and conditions.
    plan : ContactPlan, optional
        Another than the scenario's own, which is made where none is given.
    progress : Progress, optional
        Who is told while the plan is made.

    Returns
    -------
    Experiment
        With the plan compiled.
    """
    from qqnet.study.study import Study

    told = progress or Silent()
    if plan is None:
        plan, origin_s = Study(scenario, progress=told).contacts, scenario.time.start_s
    else:
        plan, origin_s = given_plan(scenario, plan)
    at_random = any(failure.nodes for failure in scenario.traffic.failures)
    return Experiment(
        plan=compile_plan(plan),
        flows=tuple(flows_of(scenario, origin_s)),
        conditions=conditions_of(scenario, origin_s, plan),
        start_s=origin_s,
        stop_s=origin_s + scenario.time.duration,
        fragment_bytes=scenario.compute.bundle_size,
        draw=partial(_drawn, scenario, origin_s, plan) if at_random else None,
    )


def _drawn(scenario: Scenario, origin_s: float, plan: ContactPlan, seed: int) -> Sequence[Outage]:
    """Failures that the scenario names, those at random drawn with a seed."""
    return conditions_of(scenario, origin_s, plan, seed).outages


def constellations(scenario: Scenario, experiment: Experiment) -> list[Candidate]:
    """Candidates for a loss: entries of the scenario of several satellites, each as a whole."""
    known = experiment.plan.plan.nodes
    groups = ((node.name, tuple(member_names(node))) for node in scenario.nodes)
    return [
        Candidate(name, "constellation", tuple(member for member in members if member in known))
        for name, members in groups
        if len(members) > 1 and any(member in known for member in members)
    ]


def relays(experiment: Experiment) -> tuple[str, ...]:
    """Nodes of the plan at which no flow begins or ends, and which may pass on bundles."""
    plan = experiment.plan.plan
    ends = {plan.node(name) for flow in experiment.flows for name in (flow.source, flow.destination)}
    return tuple(name for name in plan.names if name not in ends and name not in plan.endpoints)


def finished_traffic(path: Path) -> TrafficResult:
    """Traffic that an earlier run left: a study folder, or a file ``traffic.nc``.

    Parameters
    ----------
    path : Path
        Folder or file.

    Returns
    -------
    TrafficResult
        As it was then; nothing is computed anew.

    Raises
    ------
    InputError
        Where there is none.
    """
    file = path / "traffic.nc" if path.is_dir() else path
    if not file.is_file():
        raise InputError(f"{path} holds no traffic.nc; 'qqnet run SCENARIO -o {path}' leaves one")
    return TrafficResult.load(file)


def traffic_of(what: str, progress: Callable[[], Progress]) -> TrafficResult:
    """Traffic of a study folder, of a result file, or of a scenario, which is computed.

    Parameters
    ----------
    what : str
        Path of a folder or of a file ``.nc``; else a scenario file or the name of a shipped one.
    progress : callable
        Makes who is told where something must be computed.

    Returns
    -------
    TrafficResult
        What became of its flows.

    Raises
    ------
    InputError
        Where a folder or file holds no traffic.
    ScenarioError
        Where it is none of these.
    """
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    path = Path(what)
    if path.is_dir() or path.suffix == ".nc":
        return finished_traffic(path)
    return Study(load(what), progress=progress()).traffic


def failing(scenario: Scenario, experiment: Experiment, named: Sequence[str]) -> tuple[str, ...]:
    """Nodes that may fail, of names of nodes, constellations and networks.

    Parameters
    ----------
    scenario : Scenario
        Knows the names.
    experiment : Experiment
        Whose plan must know the nodes.
    named : sequence of str
        Names.

    Returns
    -------
    tuple of str
        Nodes of the plan, each once.

    Raises
    ------
    InputError
        For a name that neither the scenario nor the plan has.
    """
    plan, found = experiment.plan.plan, dict[str, None]()
    for name in named:
        members = members_of(name, scenario, plan)
        found |= dict.fromkeys(members or [plan.node(name)])
    return tuple(found)


def run_folder(
    path: Path, scenario: Scenario, experiment: Experiment, chances: Chances, seed: int
) -> RunFolder:
    """Folder of a Monte Carlo series, for runs of just these settings.

    Parameters
    ----------
    path : Path
        New, or of an earlier series.
    scenario, experiment, chances, seed
        As run.

    Returns
    -------
    RunFolder
        Ready to keep records.

    Raises
    ------
    InputError
        Where the folder holds something else.
    """
    return RunFolder(
        path,
        {
            "version": __version__,
            "scenario": scenario.name,
            "plan": plan_digest(experiment),
            "flows": digest([asdict(flow) for flow in experiment.flows]),
            "span_s": [experiment.start_s, experiment.stop_s],
            "fragment_bytes": experiment.fragment_bytes,
            # Outages at random are those of each run's own seed: what they are drawn from is in the scenario.
            "conditions": _told(asdict(replace(experiment.conditions, seed=0, outages=()))),
            "traffic": digest(scenario.traffic.model_dump(mode="json")),
            "failures": _told(asdict(chances)),
            "seed": seed,
        },
    )


def plan_digest(experiment: Experiment) -> str:
    """Digest of a plan's contacts, nodes and endpoints."""
    import pandas as pd

    plan = experiment.plan.plan
    rows = pd.util.hash_pandas_object(plan.contacts, index=False).to_numpy()
    return digest(hashlib.sha256(rows.tobytes()).hexdigest(), plan.nodes, sorted(plan.endpoints))


def _told(data: Any) -> Any:
    """Data as JSON has it: what is not finite as text."""
    if isinstance(data, dict):
        return {str(key): _told(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_told(value) for value in data]
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data
