"""Clocks: Allan deviations of model, simulation and publication."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.orbit_determination.clocks import (
    CLOCKS,
    Clock,
    allan_deviation_of,
    clock_noise_covariance,
    clock_noise_root,
    clock_transition,
    simulated_bias_s,
)


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=lambda clock: clock.name)
def test_simulated_clocks_have_the_models_allan_deviation(clock):
    """Overlapping Allan deviation of 40 series against the closed form, 3 % as their number allows."""
    step = 30.0
    bias = simulated_bias_s(clock, step, 4001, np.random.default_rng(5), 40)
    for factor in (1, 3, 10, 30, 100):
        found = np.sqrt(np.mean(allan_deviation_of(bias, step, factor) ** 2))
        assert found == pytest.approx(float(clock.model_allan_deviation(factor * step)), rel=0.03)


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=lambda clock: clock.name)
def test_the_model_is_nowhere_better_than_the_clock(clock):
    tau = np.logspace(0, 6, 200)
    assert np.all(clock.model_allan_deviation(tau) >= clock.allan_deviation(tau) * (1 - 1e-12))
    touch = clock.flicker_time_s
    assert clock.model_allan_deviation(touch) == pytest.approx(clock.allan_deviation(touch), rel=1e-12)
    # A decade off the share of flicker is sqrt(5.05) in deviation.
    only = Clock("flicker", 0.0, 1e-14)
    ratio = only.model_allan_deviation(10.0 * only.flicker_time_s) / 1e-14
    assert ratio == pytest.approx(np.sqrt(0.5 * (10 + 0.1)))


def test_published_values():
    """Burt et al. 2021 (DSAC); data sheets (RAFS at 100 s and 1e5 s; USO at 10 s and 16,400 s)."""
    for name, tau, value, tolerance in (
        ("DSAC", 1.0, 1.5e-13, 0.01), ("DSAC", 23 * 86400.0, 3e-15, 0.01), ("RAFS", 1.0, 2.02e-12, 0.02),
        ("RAFS", 1e5, 2.002e-14, 0.06), ("USO", 10.0, 1.0e-13, 0.3), ("USO", 1.64e4, 1.12e-12, 0.2),
    ):  # fmt: skip
        assert float(CLOCKS[name].allan_deviation(tau)) == pytest.approx(value, rel=tolerance)


def test_two_steps_are_one():
    clock = CLOCKS["RAFS"]
    phi = clock_transition(100.0)
    twice = phi @ clock_noise_covariance(clock, 100.0) @ phi.T + clock_noise_covariance(clock, 100.0)
    np.testing.assert_allclose(twice, clock_noise_covariance(clock, 200.0), rtol=1e-12)
    root = clock_noise_root(clock, 100.0)
    np.testing.assert_allclose(root @ root.T, clock_noise_covariance(clock, 100.0), rtol=1e-12)
    np.testing.assert_allclose(
        clock_transition(50.0, 3) @ clock_transition(70.0, 3), clock_transition(120.0, 3)
    )


@pytest.mark.parametrize("values", [{"white_fm": -1.0}, {"white_fm": 1e-12, "flicker_fm": np.nan}])
def test_what_is_no_clock(values):
    with pytest.raises(InputError, match="clock bad"):
        Clock("bad", **values)


def test_too_short_a_series():
    with pytest.raises(InputError, match="needs 21"):
        allan_deviation_of(np.zeros(10), 1.0, 10)
