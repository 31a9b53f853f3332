"""Codes, rate control, Doppler limits and ranging of a scenario, in its contact plan and budgets."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.links.doppler import doppler_rate_hz_s
from qqnet.scenario.loading import from_text
from qqnet.study.budgets import link_report
from qqnet.study.paths import PathEvaluator
from qqnet.study.study import Study

TEXT = """
version: 1
name: coded
time: {start: 2030-03-01T00:00:00Z, duration: 12 h, step: 2 min}
terminals:
  user: {kind: rf, roles: [user], antenna: {gain: 10 dBi},
         transmit: {frequency: 2.25 GHz, power: 5 W, modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]},
         receive: {lowest: 2.0 GHz, highest: 2.1 GHz, noise_temperature: 300 K}}
  relay:
    kind: rf
    roles: [relay]
    antenna: {diameter: 1 m}
    transmit:
      frequency: 2.05 GHz
      power: 4 W
      modes:
        standard: ccsds
        codes: [ccsds-ldpc-1/2-1024]
        rates: [4 Mbit/s, 3 Mbit/s, 2 Mbit/s, 1.5 Mbit/s, 1 Mbit/s, 250 kbit/s]
        frame_error_rate: 1.0e-3
        implementation_loss: 1 dB
      CONTROL
    receive: {lowest: 2.2 GHz, highest: 2.3 GHz, noise_temperature: 300 K, doppler_max: 1.2 kHz}
nodes:
  - {name: sat, kind: spacecraft, network: moon, ipn: 10, services: [relay], terminals: [relay],
     orbit: {type: keplerian, body: Moon, frame: MOON_EQUATOR, period: 8 h, e: 0.5, i: 60 deg, argp: 90 deg}}
  - {name: base, kind: site, network: moon, body: Moon, latitude: -80 deg, longitude: 0 deg, ipn: 2,
     terminals: [user]}
"""


def study(control: str = "") -> Study:
    return Study(from_text(TEXT.replace("CONTROL", control)))


def forward(found: Study) -> np.ndarray:
    """Start, end and rate of the relay's contacts with the base."""
    rows = found.contacts.contacts.query("`from` == 'sat'")
    return rows[["start_s", "end_s", "rate_bps"]].to_numpy()


@pytest.fixture(scope="module")
def best() -> np.ndarray:
    return forward(study())


@pytest.mark.parametrize(
    "control",
    [
        "rate_control: {kind: fixed, mode: per-pass}",
        "rate_control: {kind: stepwise, interval: 30 min}",
        "rate_control: {hysteresis: 2 dB, dwell: 20 min}",
        "rate_control: {kind: fixed, mode: QPSK ccsds-ldpc-1/2-1024 1 Mbit/s}",
    ],
)
def test_the_plan_follows_the_rate_control(best: np.ndarray, control: str):
    found = forward(study(control))
    assert len(np.unique(best[:, 2])) > 2
    assert 0.0 < (np.diff(found[:, :2]).T * found[:, 2]).sum() < (np.diff(best[:, :2]).T * best[:, 2]).sum()
    for start, end, rate in found:
        inside = best[(best[:, 0] < end - 0.5) & (best[:, 1] > start + 0.5)]
        assert inside[:, 2].min() >= rate
        assert inside[:, 0].min() <= start + 0.5
        assert inside[:, 1].max() >= end - 0.5


def test_a_receiver_that_can_not_follow_gets_no_link():
    found = study()
    index = next(n for n, pair in enumerate(found.links) if pair.source == "base")
    paths = PathEvaluator(found, found.links)
    rows = found.contacts.contacts.query("`from` == 'base'")
    times = np.concatenate(
        [np.linspace(a, b, 50) for a, b in zip(rows["start_s"], rows["end_s"], strict=True)]
    )
    shift = 2.25e9 * paths(np.full(times.size, index), times).range_rate_km_s / 299_792.458
    assert np.abs(shift).max() == pytest.approx(1200.0, rel=1e-3)
    windows = found.windows.query(f"link == {index}")
    assert (windows["end_s"] - windows["start_s"]).sum() > 1.1 * (rows["end_s"] - rows["start_s"]).sum()


def test_acceleration_is_what_the_doppler_rate_is_made_of():
    found = study()
    index = next(n for n, pair in enumerate(found.links) if pair.source == "base")
    start = found.scenario.time.start_s
    times = start + 3600.0 + np.arange(0.0, 60.0, 5.0)
    path = PathEvaluator(found, found.links)(np.full(times.size, index), times)
    rate = doppler_rate_hz_s(times, 2.25e9, path.range_rate_km_s)
    expected = -2.25e9 * path.range_acceleration_km_s2 / 299_792.458
    np.testing.assert_allclose(rate[1:-1], expected[1:-1], rtol=2e-3)
    other = next(n for n, pair in enumerate(found.links) if pair.source == "sat")
    assert np.isnan(
        PathEvaluator(found, found.links)(np.array([other]), times[:1]).range_acceleration_km_s2
    ).all()


def test_a_budget_names_the_code_and_what_ranging_takes():
    ranging = (
        "ranging: {signal: pn-t4b, clock: 1 MHz, index: 0.3 rad, data_index: 1.1 rad, loop_bandwidth: 1 Hz}"
    )
    budget = link_report(study(ranging), "sat", "base").budget
    lines = {line.name: line for line in budget.lines}
    assert "simulated" in lines["Required Eb/N0"].source
    assert "ccsds-ldpc-1/2-1024" in budget.mode.name
    assert lines["Power left for data"].value == pytest.approx(-1.197, abs=1e-3)
    assert lines["Range jitter by this link"].unit == "m"
