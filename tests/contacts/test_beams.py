"""A plan against the beams of terminals: counted anew, at sender and receiver."""

from __future__ import annotations

import pandas as pd
import pytest

from qqnet.contacts.beams import check_beams
from qqnet.contacts.plan import ContactPlan
from qqnet.scenario.loading import load
from qqnet.study.study import Study

UP, DOWN = "s-user>s-relay", "s-relay>s-user"


def plan(*rows):
    """Contacts of (from, to, start, end, light time, link)."""
    columns = ["from", "to", "start_s", "end_s", "owlt_start_s", "link"]
    table = pd.DataFrame(rows, columns=columns).assign(rate_bps=1e6, kind="rf")
    table["owlt_end_s"] = table["owlt_start_s"]
    return ContactPlan(table, {"lander": 1, "rover": 2, "lunar-sat-01": 3, "lunar-sat-02": 4})


@pytest.fixture(scope="module")
def scenario():
    return load("lunar-relay")


def test_both_directions_take_one_beam(scenario):
    both = plan(
        ("lander", "lunar-sat-01", 0.0, 10.0, 0.01, UP), ("lunar-sat-01", "lander", 0.0, 10.0, 0.01, DOWN)
    )
    assert check_beams(both, scenario) == []


def test_two_peers_of_one_beam_are_found(scenario):
    rows = [("lander", "lunar-sat-01", 0.0, 10.0, 0.01, UP), ("lander", "lunar-sat-02", 9.0, 12.0, 0.01, UP)]
    (fault,) = check_beams(plan(*rows), scenario)
    assert (fault.node, fault.terminal, fault.beams, fault.at_s) == ("lander", "s-user", 1, 9.0)
    assert fault.peers == ("lunar-sat-01", "lunar-sat-02")
    assert "it has 1 beam" in str(fault)


def test_the_receiver_is_busy_a_light_time_later(scenario):
    rows = [
        ("lunar-sat-01", "lander", 0.0, 10.0, 5.0, DOWN),
        ("lunar-sat-02", "lander", 12.0, 20.0, 0.0, DOWN),
    ]
    (fault,) = check_beams(plan(*rows), scenario)
    assert fault.at_s == 12.0
    later = [rows[0], ("lunar-sat-02", "lander", 15.0, 20.0, 0.0, DOWN)]
    assert check_beams(plan(*later), scenario) == []


def shortened(name, days):
    loaded = load(name)
    return loaded.model_copy(update={"time": loaded.time.model_copy(update={"duration": days * 86400.0})})


@pytest.mark.parametrize(
    ("name", "days"),
    [("lunar-relay", 1.0), ("queqiao-2", 2.0), ("qqnet-3", 0.1), ("mars-conjunction-2040", 0.1)],
)
def test_plans_of_shipped_scenarios_keep_to_their_beams(name, days):
    scenario = shortened(name, days)
    assert check_beams(Study(scenario).contacts, scenario) == []


def test_without_the_choice_beams_are_overdrawn():
    scenario = shortened("lunar-relay", 1.0)
    free = {
        key: one.model_copy(update={"beams": None, "switch_time": 0.0})
        for key, one in scenario.terminals.items()
    }
    plan = Study(scenario.model_copy(update={"terminals": free})).contacts
    assert {fault.node for fault in check_beams(plan, scenario)} >= {"lander", "relay"}
