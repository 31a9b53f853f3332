"""A scenario's traffic as an experiment."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import qqnet
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.scenario.document import parse
from qqnet.scenario.loading import from_document
from qqnet.study.what_if import (
    constellations,
    experiment_of,
    failing,
    plan_digest,
    relays,
    run_folder,
)
from qqnet.traffic.monte_carlo import Chances, monte_carlo

DAY = 86400.0


@pytest.fixture(scope="module")
def plan():
    """Rover to satellite to relay to ground, and the way back, for a day."""
    way = ["rover", "lunar-sat-02", "relay", "ground", "relay", "lander"]
    rows = pd.DataFrame(
        [(a, b, 0.0, DAY, 1e6, 1.0, 1.0) for a, b in pairwise(way)],
        columns=["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"],
    )
    names = dict.fromkeys([*way, "lunar-sat-01"])
    return ContactPlan(rows, {name: n for n, name in enumerate(names, start=1)}, TimeBase("relative"))


@pytest.fixture(scope="module")
def scenario():
    return qqnet.load("lunar-relay")


@pytest.fixture(scope="module")
def experiment(scenario, plan):
    return experiment_of(scenario, plan)


def test_nodes_stand_for_what_they_are_called(scenario, experiment):
    assert relays(experiment) == ("lunar-sat-02", "relay", "lunar-sat-01")
    (satellites,) = constellations(scenario, experiment)
    assert (satellites.name, satellites.nodes) == ("lunar-sat", ("lunar-sat-01", "lunar-sat-02"))
    assert failing(scenario, experiment, ["relay", "lunar-sat", "relay"]) == (
        "relay",
        "lunar-sat-01",
        "lunar-sat-02",
    )
    with pytest.raises(InputError, match="node 'rely' is not in this plan"):
        failing(scenario, experiment, ["rely"])


def test_the_span_is_that_of_the_scenario_in_the_time_of_the_plan(scenario, experiment):
    assert (experiment.start_s, experiment.stop_s) == (0.0, scenario.time.duration)
    assert experiment.run().losses() == {}


def test_failures_of_the_scenario_are_drawn_anew_in_each_run(scenario, plan):
    document = parse(scenario.to_yaml(), "with failures")
    document["traffic"] = {"failures": [{"nodes": ["relay"], "mean_time_between": "6 h", "repair": "2 h"}]}
    risky = from_document(document, scenario.name, scenario.directory)
    assert risky.traffic.draws
    assert not scenario.traffic.draws
    found = monte_carlo(experiment_of(risky, plan), Chances(), 4, seed=1)
    delays = [record.flows[0]["delay_s"]["max"] for record in found.records]
    assert len(set(delays)) > 1
    assert np.max(delays) > 3600.0


def test_a_folder_takes_runs_of_the_same_settings_only(scenario, experiment, plan, tmp_path):
    def folder(chances=Chances(), seed=1):  # noqa: B008
        return run_folder(tmp_path / "runs", scenario, experiment, chances, seed)

    folder()
    folder()
    with pytest.raises(InputError, match="differ in failures"):
        folder(Chances(("relay",), 3600.0))
    with pytest.raises(InputError, match="differ in seed"):
        folder(seed=2)
    shorter = ContactPlan(plan.contacts.iloc[1:], plan.nodes, plan.time_base)
    assert plan_digest(experiment) == plan_digest(experiment_of(scenario, plan))
    assert plan_digest(experiment) != plan_digest(experiment_of(scenario, shorter))
