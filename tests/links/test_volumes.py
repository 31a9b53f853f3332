"""Volumes by samples, against segments cut exactly and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.links.antennas import Antenna
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import IntArray, Link
from qqnet.links.path import Path
from qqnet.links.rates import LinkBook, constant_rate_segments, range_limits_km
from qqnet.links.volumes import volumes_bit


def _link(rates: list[float], power_w: float = 20.0) -> Link:
    modes = tuple(Mode(f"m{k}", rate, 2.0) for k, rate in enumerate(rates))
    transmit = RfTransmit(26.5e9, power_w, Antenna(diameter_m=0.5), modes, margin_db=3.0)
    return Link(transmit, RfReceive(Antenna(diameter_m=0.3), 500.0, 25.5e9, 27.5e9))


FEW, MANY = _link([1e6, 4e6]), _link([2e6, 8e6, 32e6, 128e6], 5.0)


def _path(index: IntArray, times: np.ndarray) -> Path:
    """Distances that swing, each link with its own period and size."""
    scale = np.where(index == 1, range_limits_km(MANY)[1], range_limits_km(FEW)[1])
    return Path.straight(scale * (1.0 + 0.4 * np.sin(times / (3000.0 + 500.0 * index))))


BOOK = LinkBook([FEW, MANY, FEW], _path)
WINDOWS = (
    np.array([0, 1, 2, 1], dtype=np.intp),
    np.array([0.0, 100.0, 5e3, 9e4]),
    np.array([86_400.0, 70_000.0, 5e3 + 600.0, 9e4 + 40_000.0]),
)


def test_samples_agree_with_exact_segments() -> None:
    cut = constant_rate_segments(BOOK, *WINDOWS)
    exact = np.bincount(cut.window, cut.rate_bps * (cut.end_s - cut.start_s), minlength=4)
    sampled = volumes_bit(BOOK, *WINDOWS, [0.0])[0]
    np.testing.assert_allclose(sampled, exact, rtol=0.005)


def test_decibels_are_worth_what_a_stronger_transmitter_is() -> None:
    stronger = LinkBook(
        [_link([1e6, 4e6], 20.0 * 10**0.1), _link([2e6, 8e6, 32e6, 128e6], 5.0 * 10**0.1), FEW], _path
    )
    raised = volumes_bit(BOOK, *WINDOWS, [-1.0, 0.0, 1.0])
    np.testing.assert_allclose(
        raised[2, [0, 1, 3]], volumes_bit(stronger, *WINDOWS, [0.0])[0, [0, 1, 3]], rtol=1e-12
    )
    assert (np.diff(raised, axis=0) >= 0.0).all()
    assert (np.diff(raised, axis=0).sum(axis=1) > 0.0).all()


def test_a_rate_that_never_changes_gives_rate_times_length() -> None:
    near = LinkBook([FEW], lambda index, times: Path.straight(np.full(times.shape, 100.0)))
    found = volumes_bit(near, np.zeros(2, dtype=np.intp), np.array([0.0, 10.0]), np.array([7.0, 5.0]), [0.0])
    assert found[0, 0] == pytest.approx(7.0 * 4e6)
    assert found[0, 1] == 0.0  # ends before it starts, as after an acquisition longer than the window
