"""Shares of beams that discs fill: exact cases, limits, and the table against what it was made of."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qqnet.links.beam_share import disc_share, full_sphere_share, share_table
from qqnet.links.reflectors import Reflector, StatedGain

DISH, X = Reflector(34.0, 0.65), 8.42e9


def test_an_isotropic_antenna_sees_solid_angle_alone() -> None:
    radii = np.array([1e-3, 0.1, 0.5, math.pi / 2])
    for angle in (0.0, 0.3, 1.5, 3.0):
        found = disc_share(StatedGain(0.0), 2e9, angle, radii)
        np.testing.assert_allclose(found, np.sin(0.5 * radii) ** 2, rtol=4e-3)


def test_two_halves_of_the_sky_make_the_whole() -> None:
    for shape, frequency in ((DISH, X), (StatedGain(5.0), 2e9), (StatedGain(12.0), 0.4e9)):
        for angle in (0.0, 0.7, math.pi / 2):
            halves = disc_share(shape, frequency, [angle, math.pi - angle], math.pi / 2).sum()
            assert halves == pytest.approx(full_sphere_share(shape, frequency), rel=3e-3)


def test_a_small_disc_on_the_axis_has_the_peak_gain() -> None:
    found = disc_share(DISH, X, 0.0, 1e-5)
    assert found == pytest.approx(10.0 ** (DISH.peak_dbi(X) / 10.0) * math.sin(0.5e-5) ** 2, rel=2e-3)


def test_a_share_grows_with_the_disc_and_falls_off_the_axis() -> None:
    radii = np.geomspace(1e-4, 1.5, 40)
    assert (np.diff(disc_share(DISH, X, 0.01, radii)) > 0.0).all()
    assert (np.diff(disc_share(DISH, X, np.linspace(0.0, 0.1, 60), 4.6e-3)) <= 1e-9).all()


@pytest.mark.parametrize(
    ("shape", "frequency"), [(DISH, X), (Reflector(1.0, 0.55), 2.2e9), (StatedGain(5.0), 2.1e9)]
)
def test_the_table_keeps_to_a_thirtieth_of_what_fills_the_beam(
    shape: Reflector | StatedGain, frequency: float
) -> None:
    """At the edge of a disc; a hundredth in the mean of what adds more than 1 K of 220 K."""
    rng = np.random.default_rng(5)
    radius = np.exp(rng.uniform(math.log(1e-4), math.log(1.5), 1500))
    away = shape.beamwidth_rad(frequency) * np.sinh(rng.uniform(-5.0, 5.0, 1500))
    angle = np.minimum(np.abs(radius + away), math.pi)
    exact, looked_up = (
        disc_share(shape, frequency, angle, radius),
        share_table(shape, frequency)(angle, radius),
    )
    assert np.abs(looked_up - exact).max() < 0.03
    counts = exact * 220.0 > 1.0
    assert np.abs(looked_up / exact - 1.0)[counts].mean() < 0.01
