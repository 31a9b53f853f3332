"""Search for the other end."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.optical_acquisition import (
    COVERING,
    BeaconSearch,
    acquisition_time_s,
    gaps_s,
    reacquisition_time_s,
)


def test_search_grows_with_the_area_and_with_the_light_time() -> None:
    small, large = BeaconSearch(50e-6, 5e-6, 0.2), BeaconSearch(100e-6, 5e-6, 0.2)
    assert large.places == pytest.approx(4 * small.places, abs=4)
    assert small.places == math.ceil(100 * COVERING)
    time = acquisition_time_s(small, np.array([0.0, 10.0]))
    assert time.tolist() == pytest.approx([small.places * 0.2, small.places * 0.2 + 20.0])


def test_a_beacon_that_covers_the_cone_looks_once() -> None:
    assert BeaconSearch(10e-6, 12e-6, 1.0, 3.0).places == 1
    assert acquisition_time_s(BeaconSearch(10e-6, 12e-6, 1.0, 3.0), 0.0) == 4.0


def test_short_gaps_need_no_search_and_no_gap_costs_more_than_one() -> None:
    time = reacquisition_time_s([5.0, 60.0, 61.0, math.inf], 100.0, 8.0, 60.0)
    assert time.tolist() == [8.0, 8.0, 100.0, 100.0]
    assert reacquisition_time_s(1.0, 3.0, 8.0, 60.0) == 3.0


def test_gaps_are_those_of_the_link_itself() -> None:
    link, start, end = [1, 0, 1, 1, 0], [50.0, 0.0, 0.0, 20.0, 7.0], [60.0, 5.0, 10.0, 30.0, 9.0]
    assert gaps_s(link, start, end).tolist() == [20.0, math.inf, math.inf, 10.0, 2.0]
    assert gaps_s([], [], []).size == 0


def test_refusals() -> None:
    with pytest.raises(InputError, match="the uncertainty is 0 rad"):
        BeaconSearch(0.0, 1e-6, 1.0)
    with pytest.raises(InputError, match="would have to look at"):
        BeaconSearch(1.0, 1e-6, 1.0)
