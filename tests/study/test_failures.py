"""What fails, or is not there, in words."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.scenario.loading import load
from qqnet.study.failures import failures, moment, without
from qqnet.traffic.conditions import Outage

ORIGIN_S = 100.0


@pytest.fixture(scope="module")
def scenario():
    return load("lunar-relay")


@pytest.fixture(scope="module")
def plan():
    pairs = [
        ("rover", "lunar-sat-01", "s", "rf"), ("lunar-sat-01", "rover", "s", "rf"),
        ("lunar-sat-01", "relay", "laser", "optical"), ("relay", "ground", "ka", "rf"),
        ("lunar", "sat-01-relay", "x", "rf"), ("lunar-sat-01-relay", "ground", "x", "rf"),
    ]  # fmt: skip
    rows = pd.DataFrame(
        [(a, b, ORIGIN_S, ORIGIN_S + 86400.0, 1e6, 1.0, 1.0, link, kind) for a, b, link, kind in pairs],
        columns=["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "link", "kind"],
    )
    names = ["rover", "lunar-sat-01", "lunar-sat-02", "relay", "ground", "lander"]
    names += ["lunar", "sat-01-relay", "lunar-sat-01-relay"]
    nodes = {name: number for number, name in enumerate(names, start=1)}
    return ContactPlan(rows, nodes, TimeBase("relative", "2030-01-01T07:58:20Z"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("relay", [Outage(node="relay")]),
        ("4", [Outage(node="relay")]),
        ("ipn:4-5", [Outage(link=("relay", "ground"))]),
        ("relay@1 h..", [Outage(node="relay", start_s=3700.0)]),
        ("relay@..90 min", [Outage(node="relay", stop_s=5500.0)]),
        (
            "relay @ 1 h .. 2030-01-02T08:00:00Z",
            [Outage(node="relay", start_s=3700.0, stop_s=86500.0)],
        ),
        ("lunar-sat", [Outage(node="lunar-sat-01"), Outage(node="lunar-sat-02")]),
        ("relay-ground", [Outage(link=("relay", "ground"))]),
        ("rover:lunar-sat-01@1 h..", [Outage(link=("rover", "lunar-sat-01"), start_s=3700.0)]),
        ("lunar-sat-01>rover", [Outage(link=("lunar-sat-01", "rover"), one_way=True)]),
        # A node of that name is meant first, and of pairs the one that is linked.
        ("lunar-sat-01-relay", [Outage(node="lunar-sat-01-relay")]),
    ],
)
def test_failures_are_read(scenario, plan, text, expected):
    # Seconds of UTC are told to some microseconds.
    found = [
        replace(
            one,
            start_s=round(one.start_s, 3) if math.isfinite(one.start_s) else one.start_s,
            stop_s=round(one.stop_s, 3) if math.isfinite(one.stop_s) else one.stop_s,
        )
        for one in failures(text, scenario, plan, ORIGIN_S)
    ]
    assert found == expected


def test_a_pair_that_may_mean_two_links_is_asked_about(scenario, plan):
    fewer = without(["x"], scenario, plan)
    nodes = {name: number for name, number in fewer.nodes.items() if name != "lunar-sat-01-relay"}
    single = ContactPlan(fewer.contacts, nodes, fewer.time_base)
    assert failures("lunar-sat-01-relay", scenario, single, ORIGIN_S) == [
        Outage(link=("lunar-sat-01", "relay"))
    ]
    both = ContactPlan(plan.contacts[plan.contacts["from"] != "lunar-sat-01-relay"], nodes, plan.time_base)
    with pytest.raises(InputError, match="'lunar:sat-01-relay' or 'lunar-sat-01:relay'"):
        failures("lunar-sat-01-relay", scenario, both, ORIGIN_S)


def test_one_way_needs_a_contact_that_way(scenario, plan):
    with pytest.raises(InputError, match="no contact from ground to relay"):
        failures("ground>relay", scenario, plan, ORIGIN_S)


def test_moments_are_utc_or_count_from_the_start(plan):
    assert moment("1.5 d", plan, ORIGIN_S, "--until") == ORIGIN_S + 129600.0
    assert math.isclose(moment("2030-01-01T08:01:00Z", plan, ORIGIN_S, "--until"), 160.0, abs_tol=1e-5)
    with pytest.raises(InputError, match=r"--until: '5' .*it has no unit"):
        moment("5", plan, ORIGIN_S, "--until")


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (["relay"], [0, 1, 4, 5]),
        (["lunar-sat"], [3, 4, 5]),
        (["rf"], [2]),
        (["laser"], [0, 1, 3, 4, 5]),
        (["rover:lunar-sat-01"], [2, 3, 4, 5]),
        (["lunar-sat-01>rover"], [0, 2, 3, 4, 5]),
        (["optical", "relay-ground"], [0, 1, 4, 5]),
        (["moon"], [4, 5]),  # of the scenario only
    ],
)
def test_what_is_taken_away_is_gone_and_the_rest_as_it_was(scenario, plan, names, left):
    found = without(names, scenario, plan)
    order = ["rover", "lunar-sat-01", "lunar-sat-01", "relay", "lunar", "lunar-sat-01-relay"]
    places = {
        (a, b): n
        for n, (a, b) in enumerate(
            zip(order, ["lunar-sat-01", "rover", "relay", "ground", "sat-01-relay", "ground"], strict=True)
        )
    }
    kept = sorted(places[pair] for pair in zip(found.contacts["from"], found.contacts["to"], strict=True))
    assert found.nodes == plan.nodes
    assert kept == left
