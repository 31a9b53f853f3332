"""The process reproduces marginal shares, spells and joint probabilities; bounds are chi-square at 1e-4."""

import numpy as np
import pytest
from scipy.stats import chi2

from qqnet.weather.climate import Climate
from qqnet.weather.field import CloudField
from qqnet.weather.orthants import at_least, bivariate_normal
from qqnet.weather.skies import Skies
from qqnet.weather.spells import Outages, clipped, fewer_than

YEAR = 365.25 * 86400.0
RISK = 1e-4


def scores(values, expected):
    """Sum of squared deviations in units of the spread that the parts themselves show, and its bound."""
    parts = np.asarray(values)
    error = parts.std(axis=0, ddof=1) / np.sqrt(len(parts))
    z = (parts.mean(axis=0) - expected) / error
    return float((z**2).sum()), chi2.isf(RISK, z.size)


@pytest.fixture(scope="module")
def five(skies):
    clear, places = [0.35, 0.5, 0.65, 0.8, 0.65], [0.0, 0.4, 1.2, 3.0, 30.0]
    made = skies(clear, places)
    return made, np.array(clear), [made.cloudy(n * YEAR, (n + 1) * YEAR) for n in range(20)]


def test_marginal_shares(five):
    _, clear, years = five
    found = [[Outages.of(one, n * YEAR, (n + 1) * YEAR).good for one in year] for n, year in enumerate(years)]
    value, bound = scores(found, clear)
    assert value < bound
    assert np.mean(found, axis=0) == pytest.approx(clear, abs=0.015)


def test_spells_are_as_many_and_as_long_as_rice_says(five):
    made, _, years = five
    clear_s, cloudy_s = made.spells_s(0.0, YEAR)
    counts = [[len(one) for one in year] for year in years]
    value, bound = scores(counts, YEAR / (clear_s + cloudy_s) + 0.5)  # one that is cut counts half
    assert value < bound
    assert np.mean(counts, axis=0) == pytest.approx(YEAR / (clear_s + cloudy_s), rel=0.02)
    # Complete spells only: those cut by the year are left out.
    cloudy = [[(one[1:-1, 1] - one[1:-1, 0]).mean() for one in year] for year in years]
    between = [[(one[1:, 0] - one[:-1, 1]).mean() for one in year] for year in years]
    for found, expected in ((between, clear_s), (cloudy, cloudy_s)):
        value, bound = scores(found, expected)
        assert value < bound


def test_joint_probabilities_of_pairs(five):
    made, _, years = five
    pairs = [(i, j) for i in range(5) for j in range(i)]
    levels = made.climate.thresholds([0.0])[0]
    expected = [bivariate_normal(levels[i], levels[j], made.field.correlation[i, j]) for i, j in pairs]
    found = [
        [
            Outages.of(
                fewer_than([year[i], year[j]], 2, n * YEAR, (n + 1) * YEAR), n * YEAR, (n + 1) * YEAR
            ).good
            for i, j in pairs
        ]
        for n, year in enumerate(years)
    ]
    value, bound = scores(found, np.array(expected))
    assert value < 1.5 * bound  # the pairs are not independent of each other


@pytest.mark.parametrize("wanted", [1, 2, 4])
def test_joint_availability_is_the_analytic_one(five, wanted):
    made, _, years = five
    expected = at_least(made.patterns(0.0, YEAR))[wanted]
    found = [
        [Outages.of(fewer_than(year, wanted, n * YEAR, (n + 1) * YEAR), n * YEAR, (n + 1) * YEAR).good]
        for n, year in enumerate(years)
    ]
    value, bound = scores(found, expected)
    assert value < bound


def test_far_sites_are_independent_and_n_of_them_have_the_product(skies):
    made = skies([0.6] * 4, [0.0, 40.0, 80.0, 120.0])
    assert at_least(made.patterns(0.0, YEAR))[1] == pytest.approx(1.0 - 0.4**4, abs=1e-6)
    cloudy = made.cloudy(0.0, 20 * YEAR)
    marginal = [Outages.of(one, 0.0, 20 * YEAR).good for one in cloudy]
    joint = Outages.of(fewer_than(cloudy, 1, 0.0, 20 * YEAR), 0.0, 20 * YEAR).good
    assert joint == pytest.approx(1.0 - np.prod(1.0 - np.array(marginal)), abs=0.005)


def test_mean_outage_of_two_sites_follows_rice(skies):
    """An outage of both begins when one becomes cloudy while the other is: rate_1 P(x_2 > u | x_1 = u), twice."""
    from scipy.special import ndtr, ndtri

    made = skies([0.6, 0.6], [0.0, 0.7])
    level, near = ndtri(0.6), float(made.field.correlation[0, 1])
    rate = np.exp(-0.5 * level**2) / (2 * np.pi * made.field.scales_s[0])
    other = 1.0 - ndtr(level * (1 - near) / np.sqrt(1 - near**2))
    both = 1.0 - 2 * 0.6 + bivariate_normal(level, level, near)
    expected = both / (2 * rate * other)
    means = [made.outages(n * YEAR, (n + 1) * YEAR)[1].mean_s for n in range(20)]
    value, bound = scores([[one] for one in means], expected)
    assert value < bound
    assert np.mean(means) == pytest.approx(expected, rel=0.04)


def test_sites_at_one_place_gain_nothing(skies):
    made = skies([0.6, 0.6, 0.6], [0.0, 0.0, 0.0])
    found = at_least(made.patterns(0.0, YEAR))
    assert found[1] == pytest.approx(0.6, abs=1e-3)
    assert found[3] == pytest.approx(0.6, abs=1e-3)


def test_a_longer_span_leaves_the_weather_before_it(skies):
    made = skies([0.5, 0.7], [0.0, 0.5])
    start = 1.3e9 + 137.0
    short, long = made.cloudy(start, start + 9e5), made.cloudy(start, start + 4e6)
    for one, other in zip(short, long, strict=True):
        assert one == pytest.approx(clipped(other, start, start + 9e5), abs=1e-4)
    late = made.cloudy(start + 3e5, start + 9e5)
    for one, other in zip(late, long, strict=True):
        assert one == pytest.approx(clipped(other, start + 3e5, start + 9e5), abs=1e-4)


def test_seasons_and_hours_are_followed():
    monthly = np.array([[0.9, 0.9, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2, 0.4, 0.6, 0.8, 0.9]])
    climate = Climate(monthly, np.array([0.05]), np.array([3600.0 * 4]), np.zeros(1))
    made = Skies(CloudField.build(("a",), [7200.0], np.zeros((1, 1)), 1.0), climate, 4)
    found = []
    for year in range(20):
        # Fifteen days about the middle of January, and of July.
        spans = [(year + (month + 0.25) / 12, year + (month + 0.75) / 12) for month in (0, 6)]
        found.append([made.outages(a * YEAR, b * YEAR)[1].good for a, b in spans])
    expected = [made.clear_share((m + 0.25) / 12 * YEAR, (m + 0.75) / 12 * YEAR)[0] for m in (0, 6)]
    assert expected == pytest.approx([0.893, 0.2], abs=0.01)
    value, bound = scores(found, np.array(expected))
    assert value < bound


def test_more_sites_than_patterns_have_no_analytic_answer(skies):
    assert skies([0.5] * 11, range(11)).patterns(0.0, YEAR).size == 0
