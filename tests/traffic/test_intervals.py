"""Confidence intervals."""

import math

import numpy as np
import pytest

from qqnet.traffic.intervals import deviation_limit, limits, mean_interval


@pytest.mark.parametrize("count", [10, 40])
def test_intervals_cover_a_known_mean_as_often_as_they_say(count):
    """Shares of 200 messages, each lost with 2 %; 200 series: 95 % to three standard deviations, 4.6 %."""
    random, chance, series = np.random.default_rng(1), 0.02, 200
    covered = 0
    for _ in range(series):
        found = mean_interval(1.0 - random.binomial(200, chance, count) / 200, 0.95, resamples=299)
        covered += found.low <= 1.0 - chance <= found.high
    assert covered / series > 0.95 - 3.0 * math.sqrt(0.95 * 0.05 / series)


def test_intervals_narrow_with_the_root_of_the_runs():
    values = np.random.default_rng(2).normal(size=1600)
    few, many = (mean_interval(values[:count], 0.9, resamples=499) for count in (100, 1600))
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(4.0, rel=0.2)
    assert mean_interval(values[:100], 0.99).high > few.high


def test_degenerate_samples():
    assert mean_interval([1.0] * 5, 0.95)[:3] == (1.0, 1.0, 1.0)
    assert mean_interval([], 0.95).runs == 0
    one = mean_interval([2.0, math.nan], 0.95)
    assert (one.mean, one.runs) == (2.0, 1)
    assert math.isnan(one.low)


def test_shares_stay_shares():
    found = limits(mean_interval([1.0, 1.0, 0.9], 0.95), 0.0, 1.0)
    assert found.high == 1.0
    assert found.low < 0.9


def test_what_no_run_showed_is_bounded():
    assert (1.0 - deviation_limit(50, 0.95)) ** 50 == pytest.approx(0.05)
    assert deviation_limit(0, 0.95) == 1.0
