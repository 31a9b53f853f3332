"""Light time there and back, against the one-way solutions on the planets' own tables."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.space.light_time import light_time_s
from qqnet.study.round_trip import round_trip


def test_both_ways_equal_light_on_the_same_trajectories(study):
    at = study.scenario.time.start_s + 3600.0
    found = round_trip(study, "kashi", "sat-01", at)
    place = study.trajectories.position
    there = light_time_s(place("kashi", at), lambda t: place("sat-01", t), at)
    back = light_time_s(place("sat-01", at + there), lambda t: place("kashi", t), at + there)
    assert found.there_s == pytest.approx(float(there), abs=1e-9)
    assert found.back_s == pytest.approx(float(back), abs=1e-9)
    assert found.total_s == found.there_s + found.back_s
    # The Moon and the Earth's surface move: the two ways differ by some microseconds at least.
    assert 1e-7 < abs(found.there_s - found.back_s) < 1e-3
    assert found.gravity_s == 0.0
    assert found.to_json()["total_s"] == found.total_s


def test_gravity_delays_both_ways_where_the_scenario_asks_for_it(small):
    import qqnet

    heavy = small.model_copy(update={"compute": small.compute.model_copy(update={"relativity": True})})
    study = qqnet.Study(heavy)
    found = round_trip(study, "kashi", "sat-01", study.scenario.time.start_s + 3600.0)
    # From Earth to Moon the Sun delays light by 27 ns one way.
    assert found.gravity_s == pytest.approx(2 * 27e-9, rel=0.15)


def test_unknown_nodes_are_told(study):
    with pytest.raises(InputError, match="kashgar"):
        round_trip(study, "kashgar", "sat-01", study.scenario.time.start_s)


def test_times_outside_of_trajectories_are_told(study):
    with pytest.raises(InputError, match="outside a trajectory"):
        round_trip(study, "kashi", "sat-01", study.scenario.time.stop_s + 1e6 * np.pi)
