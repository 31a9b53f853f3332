"""The field of clouds: its covariances, and that a date's weather hangs on nothing but seed, site and date."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.weather.field import STEP_S, CloudField, crossings_per_s, scale_s
from qqnet.weather.orthants import bivariate_normal

HOUR = 3600.0
DISTANCES = np.array([[0.0, 300.0, 2000.0], [300.0, 0.0, 1800.0], [2000.0, 1800.0, 0.0]])


@pytest.fixture(scope="module")
def field() -> CloudField:
    return CloudField.build(("a", "b", "c"), [4 * HOUR, 4 * HOUR, 9 * HOUR], DISTANCES, 500.0)


@pytest.fixture(scope="module")
def years(field):
    return field.sample(0, 500_000, seed=3)


def test_variance_and_correlation_between_sites(field, years):
    x, _ = years
    # 9.5 years hold some 5,000 independent values of the slowest site.
    assert x.mean(axis=0) == pytest.approx(np.zeros(3), abs=0.06)
    assert x.std(axis=0) == pytest.approx(np.ones(3), abs=0.04)
    assert np.corrcoef(x.T) == pytest.approx(field.correlation, abs=0.05)
    assert field.correlation[0, 1] == pytest.approx(np.exp(-0.6), abs=1e-8)
    # Scales of 4 and 9 h: 8 (4 * 9)^1.5 / 13^3 of what one scale would give.
    assert field.correlation[0, 2] == pytest.approx(8 * 216 / 2197 * np.exp(-4.0), abs=1e-8)


@pytest.mark.parametrize("steps", [1, 6, 24, 96])
def test_covariance_in_time_is_matern(field, years, steps):
    x, _ = years
    for n, scale in enumerate(field.scales_s):
        lag = steps * STEP_S / scale
        found = np.mean(x[steps:, n] * x[:-steps, n])
        assert found == pytest.approx((1 + lag) * np.exp(-lag), abs=0.05)


def test_slope_is_that_of_the_field(field, years):
    x, slope = years
    assert slope.std(axis=0) == pytest.approx(STEP_S / field.scales_s, rel=0.02)
    central = 0.5 * (x[2:] - x[:-2])
    assert np.std(central - slope[1:-1], axis=0) == pytest.approx(np.zeros(3), abs=0.01)
    assert np.corrcoef(central[:, 0], slope[1:-1, 0])[0, 1] > 0.98


def test_steps_are_exact_whatever_their_length(field):
    """Two kicks over a step and the transition between make the covariance of the stationary field again."""
    size = 3
    kick = field._step_covariance().reshape(size, 2, size, 2)
    for i in range(size):
        for j in range(size):
            move = [
                np.exp(-STEP_S / a) * np.array([[1 + STEP_S / a, STEP_S / a], [-STEP_S / a, 1 - STEP_S / a]])
                for a in field.scales_s[[i, j]]
            ]
            # Lyapunov's equation, solved as a linear one.
            flat = np.linalg.solve(np.eye(4) - np.kron(move[0], move[1]), kick[i, :, j].reshape(4))
            assert flat[0] == pytest.approx(field.correlation[i, j], abs=1e-9)
            if i == j:
                assert flat.reshape(2, 2) == pytest.approx(np.eye(2), abs=1e-9)


@given(st.integers(-200_000, 2_000_000), st.integers(1, 300), st.integers(0, 200))
def test_the_weather_of_a_date_does_not_hang_on_the_span(first, length, earlier):
    field = CloudField.build(("a", "b"), [2 * HOUR, 3 * HOUR], DISTANCES[:2, :2], 500.0)
    short, slope = field.sample(first, first + length, seed=5)
    long, long_slope = field.sample(first - earlier, first + length + 50, seed=5)
    kept = slice(earlier, earlier + length + 1)
    assert np.abs(long[kept] - short).max() < 1e-11
    assert np.abs(long_slope[kept] - slope).max() < 1e-11


def test_a_further_site_leaves_the_others_their_weather(field):
    two = CloudField.build(("a", "b"), field.scales_s[:2], DISTANCES[:2, :2], 500.0)
    assert np.abs(two.sample(0, 500, 1)[0] - field.sample(0, 500, 1)[0][:, :2]).max() < 1e-11


def test_other_seeds_and_realisations_are_other_weather(field):
    draws = [field.sample(0, 2000, seed, one)[0][:, 0] for seed, one in ((1, 0), (1, 1), (2, 0))]
    for n, m in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(draws[n], draws[m])[0, 1]) < 0.4


def test_two_sites_at_one_place_have_one_weather():
    field = CloudField.build(("a", "b"), [4 * HOUR] * 2, np.zeros((2, 2)), 500.0)
    x, _ = field.sample(0, 1000, 1)
    assert np.abs(x[:, 0] - x[:, 1]).max() < 1e-3


@settings(max_examples=20)
@given(st.floats(0.05, 0.95), st.floats(2.0, 100.0))
def test_clear_and_cloudy_decorrelate_as_asked(clear, hours):
    from scipy.special import ndtri

    scale = scale_s(clear, hours * HOUR)
    lag = hours * HOUR / scale
    level = ndtri(clear)
    both = bivariate_normal(level, level, (1 + lag) * np.exp(-lag))
    assert (both - clear**2) / (clear * (1 - clear)) == pytest.approx(np.exp(-1.0), abs=1e-9)


@given(st.floats(0.05, 0.95), st.floats(1.0, 100.0))
def test_crossings_are_those_of_rice(clear, hours):
    """1/(2 pi) sqrt(lambda_2) exp(-u^2/2), where lambda_2 = -k''(0) = 1/a^2."""
    from scipy.special import ndtri

    rate = crossings_per_s(clear, hours * HOUR)
    assert rate * 2 * np.pi * hours * HOUR == pytest.approx(np.exp(-0.5 * ndtri(clear) ** 2), rel=1e-12)
    assert rate == pytest.approx(crossings_per_s(1 - clear, hours * HOUR), rel=1e-9)
