"""Monte Carlo of the whole measurement model through the filter: errors are as large as their covariance says."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.orbit_determination.extended import simulate_extended
from qqnet.orbit_determination.simulation import simulate
from qqnet.orbit_determination.states import Acceleration, Apriori

from .conftest import NEAR, beacon, crosslinks, ground, signals

TRUTHS = 120
CHANCE = 1e-4
"""Of the bounds: chi-square with 32 states times 120 truths."""


def test_errors_are_as_large_as_their_covariance(setup_with):
    """All sources, consider parameters drawn, process noise, clocks; at every epoch, and smoothed at the first."""
    setup = setup_with(ground(), crosslinks(rate_km_s=1e-7), signals(), beacon(), smoother=True)
    found = simulate(setup, TRUTHS, np.random.default_rng(4))
    low, high = found.bounds(CHANCE)
    mean = found.squared.mean(axis=1)
    assert found.states == 32
    assert np.all((low < mean) & (mean < high)), (low, high, mean.min(), mean.max())
    assert low < found.squared_smoothed.mean() < high
    # Leaving the parameters out of the covariance is found out at once.
    assert found.squared_formal.mean(axis=1)[-1] > high


def test_without_consider_parameters_the_formal_covariance_is_right(setup_with):
    """Empirical accelerations, aging and the scale of sunlight are estimated."""
    setup = setup_with(
        ground(), crosslinks(), considered=False, satellites=2,
        acceleration=Acceleration((1e-12,) * 3, 7200.0, True), estimate_aging=True, estimate_sunlight=True,
        apriori=Apriori(NEAR.position_km, NEAR.velocity_km_s, 1e-7, 1e-11, 0.5),
    )  # fmt: skip
    found = simulate(setup, TRUTHS, np.random.default_rng(8))
    low, high = found.bounds(CHANCE)
    mean = found.squared_formal.mean(axis=1)
    assert found.states == 26
    assert np.all((low < mean) & (mean < high)), (low, high, mean)


def test_a_wrong_noise_is_found_out(setup_with):
    """Observations twice as noisy as the filter believes: the errors leave the bounds."""
    good = setup_with(ground(), crosslinks(), considered=False, satellites=2, hours=2.0)
    low, high = simulate(good, TRUTHS, np.random.default_rng(2)).bounds(CHANCE)

    class Louder(np.random.Generator):
        def standard_normal(self, size=None):
            return 1.3 * super().standard_normal(size)

    loud = simulate(good, TRUTHS, Louder(np.random.PCG64(2)))
    assert loud.squared.mean(axis=1)[-1] > high
    assert low > 0.0


def test_truths_need_finite_errors(setup_with):
    with pytest.raises(InputError, match="finite"):
        simulate(setup_with(ground(), apriori=Apriori(np.inf)), 2, np.random.default_rng(1))


def test_the_extended_filter_bears_large_errors(setup_with):
    """100 m and 1 cm/s at the start, all sources: inside the bounds where one linearisation for all is not."""
    setup = setup_with(
        ground(), crosslinks(rate_km_s=1e-7), signals(), apriori=Apriori(0.1, 1e-5, 1e-6, 1e-11)
    )
    found = simulate_extended(setup, 30, np.random.default_rng(6))
    low, high = found.bounds(CHANCE)
    mean = found.squared.mean(axis=1)
    assert np.all((low < mean) & (mean < high)), (low, high, mean.min(), mean.max())
    assert simulate(setup, 30, np.random.default_rng(6)).squared.mean(axis=1)[-1] > high
