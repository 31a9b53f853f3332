"""Conditions of traffic in a scenario: what is wrong is said with its place, the rest is read and written."""

from __future__ import annotations

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.loading import from_text, load


def faults(text):
    with pytest.raises(ScenarioError) as error:
        from_text("extends: lunar-relay\n" + text)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("traffic: {loss: {rf: 100 %}}", "traffic.loss.rf", "from 0 % to 99 %"),
        ("traffic: {loss: {radio: 1 %}}", "traffic.loss.radio", "rf"),
        ("traffic: {header: 100}", "traffic.header", "has no unit"),
        ("traffic: {overhead: -1 %}", "traffic.overhead", "from 0 % to 100 %"),
        ("traffic: {knows: everybody}", "traffic.knows", "'network', 'node'"),
        ("traffic: {timeout: -1 s}", "traffic.timeout", "zero or more"),
        ("nodes: [{name: relay, storage: 0 GB}]", "nodes[1].storage", "above zero"),
        ("traffic: {failures: [{}]}", "traffic.failures[0]", "needs one of `node`"),
        ("traffic: {failures: [{node: relay, nodes: [rover]}]}", "traffic.failures[0]", "needs one of"),
        ("traffic: {failures: [{node: rely}]}", "traffic.failures[0].node", "did you mean 'relay'"),
        ("traffic: {failures: [{node: lunar-sat}]}", "traffic.failures[0].node", "under `nodes`"),
        ("traffic: {failures: [{link: [relay, grond]}]}", "traffic.failures[0].link[1]", "'ground'"),
        ("traffic: {failures: [{link: [relay]}]}", "traffic.failures[0].link", "two different nodes"),
        ("traffic: {failures: [{link: [relay, relay]}]}", "traffic.failures[0].link", "two different nodes"),
        (
            "traffic: {failures: [{link: [relay, ground], keeps_storage: true}]}",
            "traffic.failures[0].keeps_storage",
            "stores nothing",
        ),
        ("traffic: {failures: [{node: relay, from: 3 h, to: 2 h}]}", "failures[0].to", "not after `from`"),
        ("traffic: {failures: [{node: relay, from: 1 d}]}", "failures[0].from", "before the end"),
        ("traffic: {failures: [{node: relay, repair: 1 h}]}", "failures[0].repair", "need `nodes`"),
        (
            "traffic: {failures: [{nodes: [moon], mean_time_between: 1 d}]}",
            "failures[0].repair",
            "need both times",
        ),
        (
            "traffic: {failures: [{nodes: [moon], mean_time_between: 1 d, repair: 1 h, from: 1 h}]}",
            "failures[0].from",
            "not of failures at random",
        ),
        (
            "traffic: {failures: [{nodes: [lunar-sta], mean_time_between: 1 d, repair: 1 h}]}",
            "failures[0].nodes[0]",
            "did you mean 'lunar-sat'",
        ),
    ],
)
def test_a_fault_names_its_place(text, place, message):
    said = faults(text)
    assert place in said
    assert message in said


def test_conditions_are_read_and_written():
    scenario = from_text(
        """
extends: lunar-relay
nodes: [{name: lunar-sat, storage: 2 GB}]
flows: [{name: lander-command, critical: true}]
traffic:
  loss: {rf: 1 %}
  resend: false
  header: 100 B
  failures:
    - {node: relay, from: 1 h, to: 2 h, assumptions: {"*": Example}}
    - {link: [relay, ground], to: 3 h}
    - {nodes: [moon, ground], mean_time_between: 30 d, repair: 2 h, keeps_storage: true}
"""
    )
    assert scenario.nodes[0].storage == 2e9
    assert [flow.critical for flow in scenario.flows] == [False, True]
    assert (scenario.traffic.loss.rf, scenario.traffic.loss.optical) == (0.01, 0.0)
    assert (scenario.traffic.failures[0].start, scenario.traffic.failures[0].stop) == (3600.0, 7200.0)
    assert from_text(scenario.to_yaml()) == scenario


def test_random_numbers_are_drawn_only_where_something_is_left_to_chance():
    def draws(text):
        return from_text("extends: lunar-relay\ntraffic: " + text).traffic.draws

    assert not load("lunar-relay").traffic.draws
    assert not draws("{failures: [{node: relay}], resend: false}")
    assert draws("{loss: {optical: 0.1 %}}")
    assert draws("{contacts_may_fail: true}")
    assert draws("{failures: [{nodes: [moon], mean_time_between: 30 d, repair: 2 h}]}")
