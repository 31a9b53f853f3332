"""Conditions of a scenario's traffic, and what its result depends on."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.scenario.loading import from_text
from qqnet.study import keys
from qqnet.study.flows import conditions_of, flows_of, traffic_over
from qqnet.traffic.conditions import Outage

ORIGIN_S = 5000.0


@pytest.fixture(scope="module")
def plan():
    pairs = [("rover", "relay"), ("relay", "rover"), ("relay", "ground"), ("ground", "relay")]
    rows = pd.DataFrame(
        [(a, b, ORIGIN_S, ORIGIN_S + 86400.0, 1e6, 1.0, 1.0) for a, b in pairs],
        columns=["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"],
    )
    nodes = {"rover": 22, "relay": 10, "ground": 1, "lunar-sat-01": 11, "lander": 21}
    return ContactPlan(rows, nodes, TimeBase("relative"))


def scenario(text=""):
    return from_text("extends: lunar-relay\n" + text)


def test_without_a_word_nothing_fails_and_nothing_is_lost(plan):
    found = conditions_of(scenario(), ORIGIN_S, plan)
    assert found.outages == ()
    assert set(found.loss.values()) == {0.0}
    assert (found.resend, found.storage_bytes, found.knows, found.seed) == (True, {}, "network", 1)


def test_failures_count_from_the_start_of_the_scenario_in_the_plans_time(plan):
    found = conditions_of(
        scenario(
            "traffic: {timeout: 3 s, detection: 1 min, failures: [{node: relay, from: 1 h, to: 2 h}, "
            "{link: [rover, relay], from: 2 h, }, {node: rover, keeps_storage: true, to: 1 min}]}"
        ),
        ORIGIN_S,
        plan,
    )
    assert found.outages == (
        Outage(node="relay", start_s=8600.0, stop_s=12200.0),
        Outage(link=("rover", "relay"), start_s=12200.0),
        Outage(node="rover", start_s=5000.0, stop_s=5060.0, wipes=False),
    )
    assert (found.timeout_s, found.detection_s) == (3.0, 60.0)


def test_a_plan_is_not_asked_for_what_it_does_not_have(plan):
    text = (
        "nodes: [{name: lunar-sat, storage: 2 GB}, {name: relay, storage: 5 GB}]\n"
        "traffic: {failures: [{node: lunar-sat-05}, {link: [rover, lander]}]}"
    )
    found = conditions_of(scenario(text), ORIGIN_S, plan)
    assert found.outages == ()
    # Each satellite has the room of its constellation; this plan knows one of them.
    assert found.storage_bytes == {"lunar-sat-01": 2e9, "relay": 5e9}


def test_random_failures_follow_the_seed_and_each_entry_has_its_own(plan):
    one = "{nodes: [relay, rover], mean_time_between: 2 h, repair: 10 min}"
    twice = scenario(f"traffic: {{failures: [{one}, {one}]}}")
    found = conditions_of(twice, ORIGIN_S, plan)
    assert found == conditions_of(twice, ORIGIN_S, plan)
    assert found.outages != conditions_of(twice, ORIGIN_S, plan, seed=7).outages
    single = conditions_of(scenario(f"traffic: {{failures: [{one}]}}"), ORIGIN_S, plan).outages
    assert found.outages[: len(single)] == single
    assert not set(single) & set(found.outages[len(single) :])
    assert all(one.wipes and one.start_s < ORIGIN_S + 86400.0 for one in single)
    assert {one.node for one in single} == {"relay", "rover"}


def test_critical_flows_are_so_on_the_traffic_floor():
    asked = scenario("flows: [{name: rover-images, critical: true}]")
    assert [flow.critical for flow in flows_of(asked, 0.0)] == [True, False]


def test_a_failure_in_the_scenario_is_felt(plan):
    calm = traffic_over(scenario(), plan, ORIGIN_S, until_s=ORIGIN_S + 3600.0)
    failing = scenario("traffic: {resend: false, failures: [{node: relay}]}")
    rough = traffic_over(failing, plan, ORIGIN_S, until_s=ORIGIN_S + 3600.0)
    name = "rover-images"
    assert calm.flow(name).delivered_bytes == 10e6
    assert rough.flow(name).delivered_bytes == 0.0
    assert rough.flow(name).losses["failure"] == 5e6
    assert rough.flow(name).offered_bytes == 15e6
    assert math.isclose(rough.flow(name).stored_bytes, 10e6)


@pytest.mark.parametrize(
    "text",
    [
        "traffic: {resend: false}",
        "traffic: {failures: [{node: relay}]}",
        "nodes: [{name: relay, storage: 5 GB}]",
        "flows: [{name: lander-command, critical: true}]",
    ],
)
def test_conditions_make_traffic_stale_and_nothing_before_it(text):
    before, after = keys.stages(scenario()), keys.stages(scenario(text))
    assert {name for name in before if before[name] != after[name]} == {"traffic", "summary"}


def test_the_seed_counts_only_where_something_is_drawn():
    def key(text):
        return keys.traffic(scenario(text))

    assert key("seed: 5") == key("seed: 6")
    drawn = "\ntraffic: {loss: {rf: 1 %}}"
    assert key("seed: 5" + drawn) != key("seed: 6" + drawn)
    talk = "\ntraffic: {assumptions: {loss: Example}}"
    assert key("seed: 5") == key("seed: 5" + talk)
