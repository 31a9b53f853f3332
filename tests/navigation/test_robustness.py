"""Losses followed in one pass are what an analysis of the satellites left finds."""

import numpy as np
import pytest

from qqnet.access.losses import LossSets
from qqnet.access.visibility import Observers
from qqnet.errors import InputError
from qqnet.navigation.dop import dop
from qqnet.navigation.robustness import NavigationLosses


def longest_run(bad):
    longest = now = 0
    for one in bad:
        now = now + 1 if one else 0
        longest = max(longest, now)
    return longest


def test_each_set_of_losses_is_the_dilution_without_them(random_case):
    unit, satellites, areas = random_case(7, epochs=280, satellites=14, points=40)
    observers = Observers.on_sphere(unit, 1737.4, np.radians(5.0))
    losses = LossSets.of(14, at_random=(2,), draws=6, seed=3)
    analysis = NavigationLosses(observers, areas, losses, step_s=60.0, limit=5.0)
    for part in np.array_split(satellites, 3):
        analysis.update(part)
    found = analysis.result([f"s{n}" for n in range(14)])
    shares = []
    for n, row in enumerate(losses.lost):
        left = np.delete(satellites, row[row >= 0], axis=1)
        good = dop(observers, left)[0] <= 5.0
        one = found.isel(loss=n)
        assert float(one["fraction_available"]) == pytest.approx(
            np.average(good.mean(axis=0), weights=areas), rel=1e-11
        )
        assert float(one["fraction_available_worst_point"]) == good.mean(axis=0).min()
        assert float(one["longest_outage_s"]) == 60.0 * max(longest_run(~at) for at in good.T)
        shares.append(good.mean(axis=0))
    assert 0.0 < np.min(shares) < np.max(shares) < 1.0
    assert np.array_equal(found["any_one_available"], np.min(shares[:14], axis=0))


def test_four_in_view_are_not_enough_when_one_is_lost():
    pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1737.4, np.radians(5.0))
    sky = 7000.0 * np.array([[np.sin(a) * np.cos(b), np.sin(a) * np.sin(b), np.cos(a)] for a, b in
                             [(0.0, 0.0), (0.6, 0.0), (0.6, 2.1), (0.6, 4.2)]])  # fmt: skip
    analysis = NavigationLosses(pole, [1.0], LossSets.of(4), step_s=60.0, limit=1e4)
    analysis.update(sky[None])
    assert not analysis.result(list("abcd"))["fraction_available"].any()


@pytest.mark.parametrize("limit", [0.0, -1.0, np.nan, 1e5])
def test_limits_that_cannot_be_are_refused(limit):
    observers = Observers.on_sphere([[0.0, 0.0, 1.0]], 1737.4)
    with pytest.raises(InputError, match="limit"):
        NavigationLosses(observers, [1.0], LossSets.of(4), step_s=60.0, limit=limit)
