"""Doppler shifts: against special relativity, light times, and their own reversal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links.antennas import Antenna
from qqnet.links.budget import link_budget
from qqnet.links.doppler import (
    TURNAROUND_RATIOS,
    DopplerLimit,
    doppler_rate_hz_s,
    doppler_shift_hz,
    received_hz,
    two_way_received_hz,
    two_way_shift_hz,
)
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.path import Path
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

C = SPEED_OF_LIGHT_KM_S


def test_it_is_special_relativity_but_for_the_clocks():
    """sqrt((1 - b)/(1 + b)) of a receding source is 1/(1 + b) times gamma^-1, which is the clock's."""
    beta = 30.0 / C
    exact = 8.4e9 * np.sqrt((1.0 - beta) / (1.0 + beta))
    assert received_hz(8.4e9, 30.0) * np.sqrt(1.0 - beta**2) == pytest.approx(exact, abs=1e-5)
    assert received_hz(8.4e9, 30.0) - exact == pytest.approx(8.4e9 * beta**2 / 2.0, rel=1e-3)  # 42 Hz


def test_it_is_the_spacing_of_arrivals():
    """Two crests sent a second apart to an end that recedes at 12 km/s arrive 1 + 12/c seconds apart."""
    range_at = lambda time: 4e5 + 12.0 * time  # noqa: E731
    arrivals = [time + range_at(time) / C for time in (0.0, 1.0)]
    assert received_hz(1.0, 12.0) == pytest.approx(1.0 / (arrivals[1] - arrivals[0]), rel=1e-12)


@given(st.floats(1e-9, 50.0) | st.floats(-50.0, -1e-9) | st.just(0.0), st.floats(1e8, 4e10))
def test_there_and_back_is_the_product(rate: float, frequency: float):
    ratio = 880 / 749
    back = two_way_received_hz(frequency, ratio, rate, rate)
    assert back == pytest.approx(frequency * ratio / (1.0 + rate / C) ** 2, rel=1e-14)
    shift = two_way_shift_hz(frequency, ratio, rate, rate)
    assert shift == pytest.approx(-2.0 * rate / C * frequency * ratio, rel=1e-3, abs=2e-5)
    assert np.sign(doppler_shift_hz(frequency, rate)) == -np.sign(rate)


def test_transponders_stay_in_their_bands():
    """Deep-space channel bands (DSN 810-005 module 201): the ratio carries the up band into the down band."""
    bands = {"S": ((2110e6, 2120e6), (2290e6, 2300e6)), "X": ((7145e6, 7190e6), (8400e6, 8450e6))}
    bands["Ka"] = ((34.2e9, 34.7e9), (31.8e9, 32.3e9))
    for name, (down, up) in TURNAROUND_RATIOS.items():
        sent, back = name.split("/")
        middle = sum(bands[sent][0]) / 2.0 * down / up
        low, high = bands[back][1]
        assert low <= middle <= high, name


def test_rate_by_differences():
    times = np.arange(0.0, 100.0, 1.0)
    rate = doppler_rate_hz_s(times, 8.4e9, 1e-3 * times)
    np.testing.assert_allclose(rate, -8.4e9 * 1e-3 / C, rtol=1e-5)
    both = doppler_rate_hz_s(np.stack([times, times]), 8.4e9, np.stack([1e-3 * times, -1e-3 * times]))
    np.testing.assert_allclose(both[1], 8.4e9 * 1e-3 / C, rtol=1e-5)
    with pytest.raises(InputError, match="two times"):
        doppler_rate_hz_s([1.0], 8.4e9, [0.0])
    with pytest.raises(InputError, match="rising"):
        doppler_rate_hz_s([1.0, 1.0], 8.4e9, [0.0, 0.0])


def test_no_end_outruns_light():
    with pytest.raises(InputError, match="speed of light"):
        received_hz(1e9, -C)


def _link(limit: DopplerLimit) -> Link:
    transmit = RfTransmit(26e9, 20.0, Antenna(diameter_m=0.5), (Mode("one", 1e6, 2.0),))
    receive = RfReceive(Antenna(diameter_m=1.0), 500.0, 25e9, 27e9)
    return Link(transmit, receive, (limit,))


def test_beyond_the_limit_the_link_is_not_there():
    link = _link(DopplerLimit(26e9, shift_hz=100e3, rate_hz_s=20.0))
    edge = 100e3 / 26e9 * C
    path = Path(
        np.full(4, 2000.0),
        np.array([0.999 * edge, -1.001 * edge, 0.0, 0.0]),
        range_acceleration_km_s2=np.array([0.0, 0.0, 1e-4, 1e-3]),
    )
    excess = link.excess_db(path)[0]
    assert np.isfinite(excess).tolist() == [True, False, True, False]
    assert excess[1] == -np.inf
    assert not link.falls_with_distance


def test_a_budget_says_shift_and_rate():
    link = _link(DopplerLimit(26e9, shift_hz=100e3))
    path = Path(np.array(2000.0), np.array(1.0), range_acceleration_km_s2=np.array(1e-4))
    budget = link_budget(link, path)
    notes = {line.name: line for line in budget.lines if line.kind == "note"}
    assert notes["Doppler shift"].value == pytest.approx(-26e9 / C, rel=1e-5)
    assert notes["Doppler shift"].source == "limit 100000 Hz"
    assert notes["Doppler rate"].value == pytest.approx(-26e9 * 1e-4 / C, rel=1e-5)
    assert budget.closes
    away = link_budget(link, Path(np.array(2000.0), np.array(5.0)))
    assert not away.closes
    assert "limit 100 kHz" in next(line.source for line in away.lines if line.value == -np.inf)
