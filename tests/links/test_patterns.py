"""Laws of radiation patterns: peaks, halves, envelopes that fall, powers that add up."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import patterns, rf

ANGLES = np.radians(np.linspace(0.0, 180.0, 3601))


@given(st.floats(1e-4, 3.0))
def test_a_spherical_gaussian_has_half_the_power_at_half_its_width(width: float) -> None:
    levels = patterns.spherical_gaussian_db([0.0, 0.5 * width, width], width)
    assert levels[0] == 0.0
    assert levels[1] == pytest.approx(-10.0 * math.log10(2.0), rel=1e-9)
    assert levels[2] < levels[1]


def test_a_narrow_spherical_gaussian_is_the_lobe_of_pointing_losses() -> None:
    width = math.radians(0.2)
    angles = width * np.linspace(0.0, 0.5, 11)
    np.testing.assert_allclose(
        patterns.spherical_gaussian_db(angles, width), -rf.pointing_loss_db(angles, width), rtol=2e-6, atol=0
    )


@given(st.floats(0.01, 5.0))
def test_the_power_of_a_lobe_is_its_integral(width: float) -> None:
    edges = np.concatenate([[0.0], np.geomspace(1e-4 * width, math.pi, 4_000)])
    middle, area = 0.5 * (edges[1:] + edges[:-1]), -0.5 * np.diff(np.cos(edges))
    power = 10.0 ** (patterns.spherical_gaussian_db(middle, width) / 10.0)
    assert patterns.lobe_share(0.0, width) == pytest.approx(float(power @ area), rel=1e-4)


@pytest.mark.parametrize("diameter", [3.0, 20.0, 99.0, 101.0, 1500.0])
def test_envelopes_never_rise_and_the_mean_lies_below(diameter: float) -> None:
    outside = ANGLES[math.radians(100.0 / diameter) < ANGLES]
    for envelope in (patterns.f699_dbi, patterns.s465_dbi, patterns.f1245_dbi):
        assert (np.diff(envelope(outside, diameter)) <= 0.04).all()  # 32 - 25 log10(48) is -10.03, not -10
    assert (patterns.f1245_dbi(outside, diameter) <= patterns.f699_dbi(outside, diameter) + 1e-9).all()


def test_levels_that_the_recommendations_name() -> None:
    """F.699: 32 - 25 log and -10 dBi for large apertures; S.465 the same from 1 deg; F.1245 3 dB below."""
    two, ninety = math.radians(2.0), math.radians(90.0)
    for envelope, change in ((patterns.f699_dbi, 0.0), (patterns.s465_dbi, 0.0), (patterns.f1245_dbi, -3.0)):
        near, far = envelope([two, ninety], 400.0)
        assert near == pytest.approx(32.0 - 25.0 * math.log10(2.0) + change, abs=1e-9)
        assert far == pytest.approx(-10.0 + change, abs=1e-9)
    assert patterns.f699_dbi(two, 50.0) == pytest.approx(
        52.0 - 10.0 * math.log10(50.0) - 25.0 * math.log10(2.0)
    )
    assert patterns.f699_dbi(math.pi, 10.0, lowest_band=True) == pytest.approx(-2.0 - 5.0)
    assert patterns.s465_dbi(0.0, 50.0) == patterns.s465_dbi(math.radians(2.0), 50.0)


def test_airy_disc_has_its_first_zero_and_side_lobe_where_theory_has_them() -> None:
    """Zero at 1.21967 lambda/D; first side lobe 17.57 dB below the peak at 1.6347 lambda/D."""
    diameter = 500.0
    angle = np.arcsin(np.linspace(0.5, 2.0, 150_001) / diameter)
    level = patterns.airy_db(angle, diameter)
    assert float(np.sin(angle[np.argmin(level)])) * diameter == pytest.approx(1.21967, abs=2e-5)
    beyond = angle > math.asin(1.25 / diameter)
    peak = np.argmax(np.where(beyond, level, -99.0))
    assert level[peak] == pytest.approx(-17.57, abs=0.005)
    assert float(np.sin(angle[peak])) * diameter == pytest.approx(1.6347, abs=1e-3)


def test_side_lobes_of_large_apertures_are_lowered_to_the_power_that_is_left() -> None:
    """The level of F.1245 alone holds more than all power beyond some 500 wavelengths; for small ones it stays."""
    gain, width = 67.9, math.radians(0.0714)
    assert patterns.power_db(983.0, gain, width) < -3.0
    assert patterns.power_db(7.3, 24.7, math.radians(9.54)) == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("angle", [-0.1, 3.2, math.nan])
def test_angles_outside_of_half_a_turn_are_refused(angle: float) -> None:
    with pytest.raises(InputError, match=r"the angle from the axis is .* it must be from 0 to 180 deg"):
        patterns.spherical_gaussian_db(angle, 0.1)
