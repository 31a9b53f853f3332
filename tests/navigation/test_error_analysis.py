"""Statistics of users' errors against plain NumPy, and independence of how time is cut into pieces."""

import json

import numpy as np
import pytest
import xarray as xr

from qqnet.access.visibility import Observers
from qqnet.errors import InputError
from qqnet.navigation.error_analysis import ErrorAnalysis
from qqnet.navigation.error_budget import range_budget
from qqnet.navigation.error_result import ErrorResult
from qqnet.navigation.range_error import RangeErrorModel
from qqnet.navigation.weighted import ERRORS, user_errors

MODEL = RangeErrorModel(other_m=1.0)


@pytest.fixture(scope="module")
def analysed(random_case):
    def make(pieces=(), satellites=14):
        unit, positions, weights = random_case(satellites=satellites)
        observers = Observers.on_sphere(unit, 1737.4, np.radians(5.0))
        analysis = ErrorAnalysis("Moon", observers, weights, MODEL)
        known = np.zeros((1, satellites, 10))
        for piece in np.split(np.arange(25), pieces):
            analysis.update(1e9 + 60.0 * piece, positions[piece], known)
        budget = range_budget(MODEL, 7000.0, 0.5, 3.0, 1.0)
        return (
            user_errors(observers, positions, known, MODEL),
            weights / weights.sum(),
            analysis.result(budget),
        )

    return make


@pytest.mark.parametrize("satellites", [60, 14, 3])
def test_statistics_equal_plain_numpy(analysed, satellites):
    values, weights, result = analysed(satellites=satellites)
    solved = np.isfinite(values[0])
    assert result.unavailable_fraction == pytest.approx(1.0 - (solved @ weights).mean(), abs=1e-9)
    everywhere = np.broadcast_to(weights, solved.shape)
    for kind, table in zip(ERRORS, values, strict=True):
        here = result.data.sel(error=kind)
        assert np.array_equal(here["max"], table.max(axis=0))
        assert np.array_equal(here["epoch_max"], table.max(axis=1))
        total = np.average(table[solved], weights=everywhere[solved]) if solved.any() else np.inf
        assert result.mean(kind) == pytest.approx(total, rel=1e-9)
        order = np.argsort(table, axis=None)
        reached = np.cumsum(everywhere.ravel()[order]) / everywhere.sum()
        wanted = table.ravel()[order][np.argmax(reached >= 0.95)]
        found = result.quantile(kind)
        assert found == wanted or wanted < found <= wanted * (1.0 + 1.0 / 512.0)
        point = np.sort(table, axis=0)[int(np.ceil(0.95 * 25)) - 1]
        upper = here["p95"].to_numpy()
        assert np.all((upper >= point) & ((upper <= point * 1.0626) | np.isinf(point)))


def test_pieces_of_time_do_not_matter(analysed):
    whole = analysed()[2].data
    for pieces in ([1], [3, 4, 20], [12]):
        xr.testing.assert_allclose(whole, analysed(pieces)[2].data, rtol=1e-12)


def test_summary_is_plain_and_null_where_infinite(analysed):
    answer = json.loads(json.dumps(analysed(satellites=60)[2].summary(), allow_nan=False))
    for name in ("horizontal", "vertical", "position", "time"):
        figures = answer[name]
        assert figures["mean"] < figures["p95"] < figures["max"]
        assert figures["three_sigma"]["max"] == pytest.approx(3.0 * figures["max"])
        assert 1.7 * figures["mean"] < figures["p95_radius"]["mean"] < 2.0 * figures["mean"]
    assert analysed(satellites=3)[2].summary()["position"]["mean"] is None


def test_round_trip(analysed, tmp_path):
    result = analysed()[2]
    result.save(tmp_path / "errors.nc")
    again = ErrorResult.load(tmp_path / "errors.nc")
    xr.testing.assert_identical(again.data, result.data)
    assert again.budget == result.budget


def test_misuse_is_refused(analysed):
    observers = Observers.on_sphere([[0.0, 0.0, 1.0]], 1737.4, 0.1)
    analysis = ErrorAnalysis("Moon", observers, [1.0], MODEL)
    with pytest.raises(InputError, match="no epochs"):
        analysis.result()
    with pytest.raises(InputError, match="ascend"):
        analysis.update([1.0, 1.0], np.ones((2, 4, 3)), np.zeros((1, 4, 10)))
    with pytest.raises(InputError, match="error: 'gdop'"):
        analysed()[2].mean("gdop")
