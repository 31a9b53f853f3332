"""Losses followed in one pass are what an analysis of the satellites left finds."""

import numpy as np
import pytest

from qqnet.access.losses import LossSets
from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.robustness import CoverageLosses
from qqnet.errors import InputError


@pytest.mark.parametrize("chunks", [1, 4])
def test_each_set_of_losses_is_the_analysis_without_them(random_case, chunks):
    unit, satellites, areas = random_case(3, epochs=300, satellites=9, points=70)
    observers = Observers.on_sphere(unit, 1737.4, np.radians(5.0))
    losses = LossSets.of(9, at_random=(3,), draws=8, seed=1)
    analysis = CoverageLosses(observers, areas, losses, step_s=30.0, required_fold=2)
    for part in np.array_split(satellites, chunks):
        analysis.update(part)
    found = analysis.result([f"s{n}" for n in range(9)])
    assert found.sizes == {"loss": 17, "at_least": 6, "point": 70}
    shares = []
    for n, row in enumerate(losses.lost):
        left = satellites.copy()
        left[:, row[row >= 0]] = np.nan
        plain = CoverageAnalysis("Moon", observers, areas, step_s=30.0, required_fold=2)
        plain.update(30.0 * np.arange(300), left)
        wanted = plain.result()
        one = found.isel(loss=n)
        for k in range(1, 7):
            assert float(one["fraction_at_least"].sel(at_least=k)) == wanted.fraction_at_least(k)
            assert float(
                one["fraction_at_least_worst_point"].sel(at_least=k)
            ) == wanted.fraction_at_least_worst(k)
        assert int(one["fold_min"]) == wanted.worst_fold
        assert float(one["longest_gap_s"]) == wanted.longest_gap_s
        if n < 9:
            assert str(one["lost"].to_numpy()) == f"s{n}"
            shares.append(wanted.data["fraction_at_least"].sel(at_least=2).to_numpy())
    assert np.array_equal(found["any_one_fraction"], np.min(shares, axis=0))


def test_what_cannot_be_lost_is_refused(random_case):
    unit, satellites, areas = random_case(epochs=2, satellites=3, points=5)
    observers = Observers.on_sphere(unit, 1737.4)
    analysis = CoverageLosses(observers, areas, LossSets.of(4), step_s=30.0)
    with pytest.raises(InputError, match="3 satellites, of which number 4"):
        analysis.update(satellites)
    with pytest.raises(InputError, match="no epochs"):
        analysis.result(["a"] * 4)
