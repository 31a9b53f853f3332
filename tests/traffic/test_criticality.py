"""What is missed most."""

import pytest

from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.traffic.conditions import Conditions
from qqnet.traffic.criticality import Candidate, criticality, link_candidates, node_candidates
from qqnet.traffic.experiment import Experiment
from qqnet.traffic.flows import Flow

SPAN = (0.0, 1000.0)


@pytest.fixture(scope="module")
def experiment(plan_of):
    """Two ways from a to d, the quicker by b; e passes nothing on."""
    pairs = [("a", "b", 1.0), ("b", "d", 1.0), ("a", "c", 5.0), ("c", "d", 5.0), ("a", "e", 1.0)]
    plan = plan_of([(a, b, *SPAN, 1e4, light) for a, b, light in pairs])
    flows = (
        Flow("patient", "a", "d", size_bytes=100.0, every_s=10.0, deadline_s=100.0, stop_s=900.0),
        Flow("urgent", "a", "d", size_bytes=100.0, every_s=10.0, deadline_s=8.0, stop_s=900.0),
        Flow("own", "b", "d", size_bytes=100.0, every_s=10.0, deadline_s=100.0, stop_s=900.0),
    )
    return Experiment(compile_plan(plan), flows, Conditions(detection_s=0.0, timeout_s=1.0), *SPAN)


@pytest.fixture(scope="module")
def nodes(experiment):
    return criticality(experiment, node_candidates(experiment.plan.plan.names))


def test_only_what_passes_something_on_is_tried(nodes):
    assert [harm.candidate.name for harm in nodes.harms] == ["b"]
    assert nodes.idle == ("a", "c", "d", "e")


def test_what_is_idle_changes_nothing(experiment, nodes):
    for name in ("c", "e"):
        (outage,) = Candidate(name, "node", (name,)).outages()
        lost = experiment.run([outage])
        assert lost.losses() == nodes.undisturbed.losses() == {}
        assert lost.answer()["flows"] == nodes.undisturbed.answer()["flows"]


def test_flows_are_told_apart_by_what_they_lose(experiment, nodes):
    effects = {effect.flow: effect for effect in nodes.harms[0].effects}
    assert effects["own"].own
    assert "own" not in {name for name, _, _ in nodes.worst_of_flows()}
    assert effects["own"].delivery_ratio == effects["urgent"].delivery_ratio == 0.0
    # The patient one takes the longer way: 10 s of light instead of 2.
    assert effects["patient"].delay_p95_change_s == pytest.approx(8.0, rel=0.01)
    harm = nodes.harms[0]
    undisturbed = sum(flow.delivered_bytes for flow in nodes.undisturbed.flow_results())
    assert 0.0 < harm.own_bytes < harm.missing_bytes < undisturbed
    assert harm.missing_bytes >= sum(harm.losses.values()) > 0.0


def test_a_foreseen_loss_costs_no_more_than_a_surprise(experiment, nodes):
    known = criticality(experiment, node_candidates(["b"]), foreseen=True)
    assert known.harms[0].missing_bytes <= nodes.harms[0].missing_bytes
    patient = {effect.flow: effect for effect in known.harms[0].effects}["patient"]
    assert patient.missing_bytes == 0.0


def test_links_are_lost_in_both_directions_and_for_a_time(experiment):
    candidates = link_candidates(experiment)
    assert [one.name for one in candidates] == ["a - b", "a - c", "a - e", "b - d", "c - d"]
    always = criticality(experiment, candidates)
    assert {harm.candidate.name for harm in always.harms} == {"a - b", "b - d"}
    short = criticality(experiment, candidates, start_s=400.0, stop_s=500.0)
    for harm in short.harms:
        longer = next(one for one in always.harms if one.candidate == harm.candidate)
        assert 0.0 < harm.missing_bytes < longer.missing_bytes
    worst = {name: harm.candidate.name for name, harm, _ in always.worst_of_flows()}
    assert worst["own"] == "b - d"
    for name, harm, effect in always.worst_of_flows():
        others = [one for other in always.harms for one in other.effects if one.flow == name]
        assert effect in harm.effects
        assert effect.missing_bytes == max(one.missing_bytes for one in others) > 0.0
    assert always.harms[0].missing_bytes >= always.harms[1].missing_bytes


def test_a_constellation_is_lost_as_a_whole(experiment):
    both = Candidate("relays", "constellation", ("b", "c"))
    found = criticality(experiment, [both])
    assert all(effect.delivery_ratio == 0.0 for effect in found.harms[0].effects)
    assert found.answer()["ranking"][0]["nodes"] == ["b", "c"]


def test_a_span_that_is_none_is_refused(experiment):
    with pytest.raises(InputError, match="does not lie after"):
        criticality(experiment, [], start_s=5.0, stop_s=5.0)
