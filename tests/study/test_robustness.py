"""Losses of a grid's satellites through a study, and the motion of some nodes alone."""

import numpy as np
import pytest

import qqnet
from qqnet.scenario.loading import from_text
from qqnet.scenario.model import Losses

SMALL = (
    "version: 1\nname: small\ntime: {start: 2030-03-01T00:00:00Z, duration: 1 h, step: 5 min}\nnodes:\n"
    "  - {name: sat, kind: constellation, ipn: 10, services: [navigation], network: moon,\n"
    "     pattern: {type: walker-delta, satellites: 6, planes: 3, phasing: 1},\n"
    "     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}\n"
    "grids:\n  - {body: Moon, subdivisions: 1, fold: 1}\n"
)


def grid_with(small, **changes):
    return small.model_copy(update={"grids": [small.grids[0].model_copy(update=changes)]})


def test_the_worst_of_any_one_is_what_a_scenario_without_it_gives(small):
    asked = grid_with(small, fold=2, losses=Losses(random=[5, 2], draws=10))
    result = qqnet.Study(asked).robustness("Moon")
    assert result.kinds == ["any 1", "random 5", "random 2"]
    answer = result.summary()
    assert [(answer[kind]["sets"], answer[kind]["all_sets"]) for kind in answer] == [
        (6, True), (6, True), (10, False)
    ]  # fmt: skip
    one = answer["any_1"]["coverage"]
    left = [f"sat-0{n}" for n in range(1, 7) if f"sat-0{n}" != one["worst"]]
    without = qqnet.Study(grid_with(small, fold=2, providers=left)).coverage("Moon")
    assert one["fraction_at_least"]["2"] == without.fraction_at_least(2)
    assert one["p05"] <= one["mean"]
    assert one["fraction_at_least"]["2"] <= one["mean"]
    # One satellite of six is left, so no second one can be in view.
    assert answer["random_5"]["coverage"]["fraction_at_least"]["2"] == 0.0
    assert answer["random_5"]["navigation"]["fraction_at_most"] == 0.0


def test_results_from_disk_are_those_from_memory(study, folder, small):
    again = qqnet.Study.open(folder).robustness("Moon")
    assert again.summary() == study.robustness("Moon").summary()


def test_many_sets_in_several_passes_are_what_one_pass_finds(small, monkeypatch):
    asked = grid_with(small, fold=2, losses=Losses(random=[2], draws=10))
    whole = qqnet.Study(asked).robustness("Moon").data
    monkeypatch.setattr("qqnet.study.robustness._COUNTS", 5 * 42 * 6)
    cut = qqnet.Study(asked).robustness("Moon").data
    assert whole.sizes["loss"] == 16
    assert whole.identical(cut)


def test_a_single_satellite_has_no_losses(small):
    assert qqnet.Study(grid_with(small, providers=["sat-01"])).robustness("Moon").summary() == {}


def test_wrong_losses_are_named(tmp_path):
    for text, message in (
        ("{random: [0]}", "from 1 to 1000"),
        ("{draws: 0}", "draws"),
        ("{random: [2, 2]}", "twice"),
    ):
        with pytest.raises(qqnet.ScenarioError, match=message):
            from_text(SMALL.replace("fold: 1}", f"fold: 1, losses: {text}}}"), "small.yaml", tmp_path)


def test_a_question_about_some_nodes_moves_these_alone(small):
    study = qqnet.Study(small)
    some = study.trajectories_of(["sat-02"])
    assert list(some) == [f"sat-0{n}" for n in range(1, 7)]
    times = small.time.start_s + np.array([0.0, 3600.0])
    whole = qqnet.Study(small).trajectories
    assert np.array_equal(some.position("sat-02", times, "Moon"), whole.position("sat-02", times, "Moon"))
    assert study.trajectories_of(["sat-01"]) is some
    _ = study.trajectories
    assert study.trajectories_of(["sat-01"]) is study.trajectories
