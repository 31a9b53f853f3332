"""Dead time, pile-up and jitter of photon counters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links.photon_detectors import (
    PhotonDetector,
    counted_of_pulse,
    kept_in_slot,
    live_share,
    photons_for_counts,
)


def test_live_share_against_a_counted_stream() -> None:
    """A drawn stream of photons on one element with a dead time that light does not prolong."""
    rate, dead = 5e6, 100e-9
    waits = np.random.default_rng(3).exponential(1.0 / rate, 200_000) + dead
    counted = waits.size / waits.sum()
    assert live_share(rate, PhotonDetector(1, dead)) == pytest.approx(counted / rate, rel=0.01)


@given(st.floats(0.0, 50.0), st.integers(1, 200))
def test_photons_and_counts_of_a_pulse_belong_together(photons: float, elements: int) -> None:
    counts = float(counted_of_pulse(photons, elements))
    assert counts <= min(photons, elements) + 1e-12
    if counts < elements * (1.0 - 1e-9):
        assert photons_for_counts(counts, elements) == pytest.approx(photons, rel=1e-6, abs=1e-12)


def test_no_number_of_photons_makes_more_counts_than_elements() -> None:
    assert photons_for_counts([3.0, 4.0, 5.0], 4).tolist()[1:] == [math.inf, math.inf]


def test_kept_in_slot_against_drawn_times() -> None:
    draw = np.random.default_rng(7)
    times = draw.uniform(0.0, 1.0, 400_000) + draw.normal(0.0, 0.2, 400_000)
    assert kept_in_slot(0.2e-9, 1e-9) == pytest.approx(((times >= 0.0) & (times < 1.0)).mean(), abs=3e-3)
    assert kept_in_slot(0.0, 1e-9) == 1.0


def test_a_jitter_of_the_slot_is_refused_with_both_numbers() -> None:
    with pytest.raises(InputError, match=r"jitter of 300 ps is 0.6 of the slot of 500 ps"):
        kept_in_slot(300e-12, 500e-12)
    with pytest.raises(InputError, match="0 elements"):
        PhotonDetector(0)
