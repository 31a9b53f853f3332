import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.report.topology import RIM, _apart, links_at, topology_at
from qqnet.space.frames import rotation


def test_links_are_those_open_at_the_moment_with_the_fastest_of_each_way():
    rows = pd.DataFrame(
        [
            ("a", "b", 0.0, 10.0, 1e6, 1.0, 3.0, "rf"),
            ("a", "b", 4.0, 6.0, 1e9, 1.0, 1.0, "optical"),
            ("b", "a", 0.0, 5.0, 1e3, 2.0, 2.0, "rf"),
            ("c", "a", 5.0, 10.0, 1e3, 0.0, 5.0, "rf"),
        ],
        columns=["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "kind"],
    )
    rows["link"] = ["x", "y", "x", "x"]
    plan = ContactPlan(rows, {"a": 1, "b": 2, "c": 3})
    # A contact ends before its last instant, and the light time is linear between its ends.
    assert links_at(plan, 5.0).to_dict("records") == [
        {"a": "a", "b": "b", "kind": "optical", "rate_ab_bps": 1e9, "rate_ba_bps": 0.0, "owlt_s": 1.0},
        {"a": "a", "b": "c", "kind": "rf", "rate_ab_bps": 0.0, "rate_ba_bps": 1e3, "owlt_s": 0.0},
    ]
    assert links_at(plan, 7.5)["owlt_s"].tolist() == [2.5, 2.5]
    assert links_at(plan, 10.0).empty


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_nodes_are_moved_apart_and_sites_stay_on_the_rim(count, seed):
    rng = np.random.default_rng(seed)
    grounded = np.arange(count) < 4
    turn, length = rng.uniform(0, 2 * np.pi, count), np.where(grounded, RIM, rng.uniform(0.3, 1.0, count))
    spots = length[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    moved = _apart(spots, grounded)
    np.testing.assert_allclose(np.hypot(*moved[grounded].T), RIM, rtol=1e-9)
    between = np.hypot(*(moved[:, None] - moved[None]).T)[~np.eye(count, dtype=bool)]
    assert between.min() > 0.07


def test_nodes_stand_in_their_true_direction(lunar_study):
    scenario, at_s = lunar_study.scenario, lunar_study.scenario.time.start_s + 3600.0
    topology = topology_at(scenario, lunar_study.trajectories, lunar_study.contacts, at_s)
    (relay,) = [one for one in topology.worlds["Moon"] if one.node == "relay"]
    true = (lunar_study.trajectories.position("relay", at_s, "Moon") @ rotation("ECLIPJ2000", at_s).T)[:2]
    np.testing.assert_allclose(relay.spot / np.hypot(*relay.spot), true / np.hypot(*true), atol=1e-9)
    assert {one.node for one in topology.worlds["Moon"] if one.is_site} == {"lander", "rover"}
    linked = set(topology.links["a"]) | set(topology.links["b"])
    assert linked.isdisjoint(topology.alone)
    assert len(linked) + len(topology.alone) == len(scenario.node_names)
    answer = topology.answer()
    assert answer["at_utc"] == "2030-01-01T09:00:00.000Z"
    assert [entry["from"] for entry in answer["links"]] == topology.links["a"].tolist()


def test_a_moment_outside_the_span_is_refused_with_the_span(lunar_study):
    scenario = lunar_study.scenario
    with pytest.raises(InputError, match="outside the span of lunar-relay, 2030-01-01T08:00:00"):
        topology_at(scenario, lunar_study.trajectories, lunar_study.contacts, scenario.time.stop_s + 1.0)
