"""What pulse-position modes demand: background, code gap, detector."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links import optical
from qqnet.links.photon_detectors import PhotonDetector, live_share
from qqnet.links.ppm_modes import PpmMode


@pytest.mark.parametrize("code", [1 / 3, 1 / 2, 2 / 3])
def test_quiet_need_is_the_limit_and_the_gap(code: float) -> None:
    mode = PpmMode.of(64, 1e-9, code, 0.7, "a")
    limit = 10.0 * math.log10(float(optical.ppm_photons_per_bit_limit(64, code)))
    assert mode.required_db == pytest.approx(limit + 0.7, abs=1e-9)
    assert float(mode.demand_db_hz()) == pytest.approx(
        10.0 * math.log10(mode.rate_bps) + limit + 0.7, abs=1e-9
    )


def test_need_rises_with_background_and_with_the_slot() -> None:
    counts = np.logspace(3, 10, 30)
    short, long = PpmMode.of(128, 1e-9, 1 / 3, 1.0), PpmMode.of(128, 16e-9, 1 / 3, 1.0)
    rise = [mode.demand_db_hz(counts) - mode.demand_db_hz(0.0) for mode in (short, long)]
    assert (np.diff(rise[0]) > 0.0).all()
    assert (rise[1] > rise[0]).all()
    # A slot 16 times as long gathers 16 times the background of a second.
    assert np.allclose(
        rise[1], short.demand_db_hz(16.0 * counts) - short.demand_db_hz(0.0), atol=1e-3, rtol=0
    )


def test_an_ideal_detector_changes_nothing_and_a_slow_one_costs_its_blocking() -> None:
    mode = PpmMode.of(16, 10e-9, 1 / 2, 1.0)
    assert mode.on(PhotonDetector(64)) == PpmMode.of(16, 10e-9, 1 / 2, 1.0).on(PhotonDetector(64))
    assert float(mode.on(PhotonDetector(64)).demand_db_hz(1e6)) == float(mode.demand_db_hz(1e6))
    # dead time below the slot: no pile-up, only what the mean rate blocks
    slow = PhotonDetector(4, 5e-9)
    demand = float(mode.on(slow).demand_db_hz())
    live = float(live_share(10.0 ** (demand / 10.0), slow))
    assert demand == pytest.approx(float(mode.demand_db_hz()) - 10.0 * math.log10(live), abs=1e-3)


def test_pile_up_costs_most_where_few_elements_share_a_pulse() -> None:
    mode = PpmMode.of(16, 0.5e-9, 2 / 3, 1.0)
    costs = [
        float(mode.on(PhotonDetector(elements, 1e-9)).demand_db_hz() - mode.demand_db_hz())
        for elements in (2, 8, 64)
    ]
    assert costs[0] > costs[1] > costs[2] > 0.0
    assert costs[2] < 0.1


def test_a_saturated_detector_promises_nothing() -> None:
    """One element counts once a dead time: 1.4 counts a pulse of 16-PPM at code rate 2/3 can not be."""
    assert PpmMode.of(16, 0.5e-9, 2 / 3, 1.0).on(PhotonDetector(1, 20e-9)).demand_db_hz() == math.inf
    many = PpmMode.of(16, 0.5e-9, 2 / 3, 1.0).on(PhotonDetector(64, 20e-9))
    demand = many.demand_db_hz(np.array([0.0, 1e6, 1e9, 1e12]))
    assert np.isfinite(demand[:3]).all()
    assert demand[3] == math.inf


def test_jitter_above_half_a_slot_is_refused() -> None:
    with pytest.raises(InputError, match="jitter of 200 ps"):
        PpmMode.of(16, 0.25e-9, 2 / 3, 1.0).on(PhotonDetector(1, 0.0, 200e-12))
