"""Numbers of beams and fixed pointings in a scenario: what is wrong is said with its place."""

from __future__ import annotations

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.loading import from_text


def faults(text):
    with pytest.raises(ScenarioError) as error:
        from_text("extends: lunar-relay\n" + text)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("terminals: {s-user: {beams: 0}}", "terminals.s-user.beams", "1"),
        ("terminals: {s-user: {shares: s-user, beams: null}}", "terminals.s-user.shares", "itself"),
        ("terminals: {s-user: {shares: s-rely, beams: null}}", "terminals.s-user.shares", "s-relay"),
        ("terminals: {s-user: {shares: s-relay}}", "terminals.s-user.beams", "counted at 's-relay'"),
        ("pointing: {fixed: [{from: lander, to: lunar-sat}]}", "pointing.fixed[0].to", "lunar-sat-0"),
        ("pointing: {fixed: [{from: lander, to: lander}]}", "pointing.fixed[0].to", "different nodes"),
        (
            "pointing: {fixed: [{from: lander, to: relay, terminal: ka-ground}]}",
            "pointing.fixed[0].terminal",
            "terminal of either node",
        ),
        (
            "pointing: {fixed: [{from: lander, to: relay, start: 2 d}]}",
            "pointing.fixed[0].start",
            "before the end",
        ),
        ("pointing: {policy: fairest}", "pointing.policy", "fair"),
        ("pointing: {keep: 0.5}", "pointing.keep", "1"),
    ],
)
def test_a_fault_names_its_place(text, place, message):
    said = faults(text)
    assert place in said
    assert message in said


def test_pointing_is_read_and_written():
    scenario = from_text(
        "extends: lunar-relay\npointing: {policy: volume, fixed: [{from: lander, to: relay}]}"
    )
    assert scenario.pointing.fixed[0].source == "lander"
    again = from_text(scenario.to_yaml())
    assert again == scenario
