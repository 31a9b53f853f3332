"""Probabilities of correlated normal variables against closed forms and against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from qqnet.weather.orthants import any_of, at_least, bivariate_normal, patterns

level = st.floats(-3.0, 3.0)


@given(st.floats(-0.999, 0.999))
def test_two_at_zero_follow_sheppard(rho):
    """Sheppard 1899: 1/4 + asin(rho)/(2 pi)."""
    assert bivariate_normal(0.0, 0.0, rho) == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-13)


@given(level, level, st.floats(-0.95, 0.95))
def test_two_are_what_scipy_finds(h, k, rho):
    expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([h, k])
    assert bivariate_normal(h, k, rho) == pytest.approx(expected, abs=2e-8)


@given(level, level)
def test_two_that_are_one_variable(h, k):
    assert bivariate_normal(h, k, 1.0) == pytest.approx(min(ndtr(h), ndtr(k)), abs=2e-3)
    assert bivariate_normal(h, h, 1.0) == pytest.approx(ndtr(h), abs=1e-12)


@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_half_correlated_variables_at_zero_have_every_number_alike(count):
    """x_i = (z_i - z_0)/sqrt 2: how many are below zero is the rank of z_0, so 1/(N + 1) for each number."""
    found = at_least(patterns(np.zeros(count), 0.5 + 0.5 * np.eye(count)))
    assert found == pytest.approx(1.0 - np.arange(count + 1) / (count + 1), abs=2e-5)


@settings(max_examples=30)
@given(st.lists(level, min_size=1, max_size=6))
def test_independent_sites_have_one_minus_the_product(levels):
    cloudy = np.prod(1.0 - ndtr(levels))
    found = at_least(patterns(levels, np.eye(len(levels))))
    assert found[1] == pytest.approx(1.0 - cloudy, abs=1e-12)
    assert found[-1] == pytest.approx(np.prod(ndtr(levels)), abs=1e-12)


def test_patterns_are_what_scipy_finds():
    place = np.array([0.0, 0.3, 1.0, 1.2, 4.0])
    near = np.exp(-np.abs(place[:, None] - place))
    levels = np.array([0.4, 0.1, -0.2, 0.9, 0.5])
    found = patterns(levels, near)
    assert found.sum() == pytest.approx(1.0, abs=1e-12)
    assert found[-1] == pytest.approx(multivariate_normal(np.zeros(5), near).cdf(levels), abs=5e-5)
    assert found[0] == pytest.approx(multivariate_normal(np.zeros(5), near).cdf(-levels), abs=5e-5)
    bits = (np.arange(32)[:, None] >> np.arange(5)) & 1
    assert found @ bits == pytest.approx(ndtr(levels), abs=3e-5)
    both = found @ (bits[:, 1] * bits[:, 2])
    assert both == pytest.approx(bivariate_normal(0.1, -0.2, near[1, 2]), abs=3e-5)
    # A part of the sites is what it is by itself.
    part = [0, 2, 4]
    alone = multivariate_normal(np.zeros(3), near[np.ix_(part, part)]).cdf(-levels[part])
    assert any_of(found, part) == pytest.approx(1.0 - alone, abs=5e-5)
