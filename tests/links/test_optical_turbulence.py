"""Turbulence above an optical site."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links import optical_turbulence as turbulence
from qqnet.links.path import Path

SITE = turbulence.Turbulence()


def test_a_point_is_the_rytov_variance() -> None:
    """2.25 k^(7/6) sec^(11/6) int Cn2 h^(5/6) dh, by a plain sum."""
    height = np.linspace(0.0, 30e3, 600_001)
    k = 2.0 * math.pi / 1550e-9
    elevation = math.radians(40.0)
    column = np.trapezoid(SITE.cn2(height) * height ** (5.0 / 6.0), height)
    rytov = 2.25 * k ** (7.0 / 6.0) * math.sin(elevation) ** (-11.0 / 6.0) * column
    assert SITE.scintillation_index(1550e-9, elevation) == pytest.approx(rytov, rel=2e-3)


def test_large_apertures_average_as_the_power_of_seven_thirds() -> None:
    """Geometric optics, the index falls with D^(-7/3) (Fried 1967; astronomers' scintillation)."""
    index = [float(SITE.scintillation_index(1550e-9, 1.0, size)) for size in (2.0, 4.0)]
    assert index[0] / index[1] == pytest.approx(2.0 ** (7.0 / 3.0), rel=0.02)


def test_lower_is_worse_and_too_low_is_not_promised() -> None:
    loss = turbulence.TurbulenceLoss(SITE, 1550e-9, 0.4, 0.01, "receiver")
    elevation = np.radians([90.0, 60.0, 30.0, 15.0, 5.0])
    found = loss.loss_db(Path.straight(np.full(5, 1e6), None, elevation))
    assert (np.diff(found[:4]) > 0.0).all()
    assert found[4] == math.inf
    exact = turbulence.fade_db(SITE.scintillation_index(1550e-9, elevation[2], 0.4), 0.01)
    assert found[2] == pytest.approx(float(exact), abs=1e-3)


def test_an_uplink_fades_and_spreads() -> None:
    up = turbulence.TurbulenceLoss(SITE, 1550e-9, 0.1, 0.01, "sender")
    high = math.radians(70.0)
    index = SITE.scintillation_index(1550e-9, high)
    spread = turbulence.uplink_spread_db(0.1, SITE.coherence_length_m(1550e-9, high))
    expected = float(turbulence.fade_db(index, 0.01) + spread)
    assert up.loss_db(Path.straight(1e6, high)) == pytest.approx(expected, abs=1e-3)
    # A beam much wider than the coherence length spreads as if it left from that: 20 log10(sqrt(8) W0 / r0).
    assert turbulence.uplink_spread_db(100.0, 0.1) == pytest.approx(
        20.0 * math.log10(math.sqrt(8.0) * 1e3), abs=0.01
    )


def test_fades_against_drawn_power() -> None:
    sigma = math.sqrt(math.log1p(0.1))
    power = np.exp(-0.5 * sigma**2 + sigma * np.random.default_rng(5).standard_normal(400_000))
    assert power.mean() == pytest.approx(1.0, abs=2e-3)
    fade = -10.0 * math.log10(np.quantile(power, 0.01))
    assert turbulence.fade_db(0.1, 0.01) == pytest.approx(fade, abs=0.03)


def test_a_high_site_sees_less() -> None:
    high = turbulence.Turbulence(altitude_m=3000.0)
    assert high.coherence_length_m(500e-9) > SITE.coherence_length_m(500e-9)
    assert high.scintillation_index(1550e-9, 1.0) < SITE.scintillation_index(1550e-9, 1.0)


def test_strong_turbulence_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"the Rytov variance at zenith is .*; the model holds for weak turbulence"
    ):
        turbulence.Turbulence(wind_m_s=120.0).lowest_elevation_rad(1550e-9)
    with pytest.raises(InputError, match=r"the fade's outage is 0\.6"):
        turbulence.fade_db(0.1, 0.6)
    with pytest.raises(InputError, match="the site's altitude is 12000 m"):
        turbulence.Turbulence(altitude_m=12e3)
