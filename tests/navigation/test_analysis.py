"""Statistics over points and time against plain NumPy, and independence of how time is cut into pieces."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.visibility import Observers
from qqnet.errors import InputError
from qqnet.navigation.analysis import NavigationAnalysis
from qqnet.navigation.dop import KINDS, dop
from qqnet.navigation.history import RESOLUTION
from qqnet.navigation.result import NavigationResult

RADIUS_KM = 1737.4
MASK = np.radians(5.0)


@pytest.fixture(scope="session")
def analysed(random_case):
    """Values, area weights and result, fed in pieces."""

    def make(pieces=(), satellites=14, **options):
        unit, positions, weights = random_case(satellites=satellites)
        observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
        analysis = NavigationAnalysis("Moon", observers, weights, **options)
        for piece in np.split(np.arange(25), pieces):
            analysis.update(1e9 + 60.0 * piece, positions[piece])
        return dop(observers, positions), weights / weights.sum(), analysis.result()

    return make


# Enough satellites for a solution always, most of the time, seldom, never.
@pytest.mark.parametrize("satellites", [60, 14, 7, 3])
def test_statistics_equal_plain_numpy(analysed, satellites):
    values, weights, result = analysed(satellites=satellites)
    solved = np.isfinite(values[0])
    assert np.allclose(result.data["fraction_solved"], solved.mean(axis=0))
    assert np.allclose(result.data["area_fraction_solved"], solved @ weights, atol=1e-10, rtol=0)
    assert result.unavailable_fraction == pytest.approx(1.0 - (solved @ weights).mean(), abs=1e-10)
    for kind, table in zip(KINDS, values, strict=True):
        here = result.data.sel(dop=kind)
        assert np.array_equal(here["max"], table.max(axis=0))
        assert np.array_equal(here["epoch_max"], table.max(axis=1))
        mean = [
            np.mean(series[np.isfinite(series)]) if np.isfinite(series).any() else np.inf
            for series in table.T
        ]
        assert np.allclose(here["mean"], mean, rtol=1e-13)
        everywhere = np.broadcast_to(weights, table.shape)
        total = np.average(table[solved], weights=everywhere[solved]) if solved.any() else np.inf
        assert result.mean(kind) == pytest.approx(total, rel=1e-9)
        assert result.maximum(kind) == table.max()
        for limit in (2.0, 6.0, 20.0):
            met = table <= limit
            assert np.array_equal(here["fraction_at_most"].sel(limit=limit), met.mean(axis=0))
            assert result.fraction_at_most(kind, limit) == pytest.approx((met @ weights).mean(), abs=1e-10)
            assert result.fraction_at_most_worst(kind, limit) == met.mean(axis=0).min()
        order = np.argsort(table, axis=None)
        reached = np.cumsum(everywhere.ravel()[order]) / everywhere.sum()
        for share in (0.1, 0.5, 0.95):
            wanted = table.ravel()[order][np.argmax(reached >= share)]
            found = result.quantile(kind, share)
            assert found == wanted or wanted < found <= wanted * (1.0 + RESOLUTION)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 25), max_size=5).map(sorted))
def test_pieces_of_time_do_not_matter(analysed, pieces):
    xr.testing.assert_identical(analysed()[2].data, analysed(pieces)[2].data)


def test_batches_inside_one_call_do_not_matter(analysed, monkeypatch):
    whole = analysed()[2]
    monkeypatch.setattr("qqnet.navigation.analysis._CELLS", 37 * 4)
    xr.testing.assert_identical(whole.data, analysed()[2].data)


def test_error_is_dilution_times_range_error(analysed):
    result = analysed(satellites=60)[2]
    errors = result.error_m(4.4)
    for name, kind in {"horizontal": "hdop", "vertical": "vdop", "position": "pdop"}.items():
        assert errors[name].mean == pytest.approx(4.4 * result.mean(kind))
        assert errors[name].p95 == pytest.approx(4.4 * result.quantile(kind))
        assert errors[name].max == pytest.approx(4.4 * result.maximum(kind))
        assert errors[name].mean < errors[name].p95 < errors[name].max < np.inf


def test_summary_is_json_with_the_documented_keys(analysed):
    result = analysed(satellites=60)[2]
    answer = json.loads(json.dumps(result.summary(4.4), allow_nan=False))
    assert answer["body"] == "Moon"
    assert answer["unavailable_fraction"] == 0.0
    assert "note" not in answer
    for kind in KINDS:
        assert answer[kind]["max"] == result.maximum(kind)
        assert answer[kind]["p95"] == result.quantile(kind)
        assert answer[kind]["fraction_at_most"]["6"] == result.fraction_at_most(kind, 6.0)
    assert set(answer["error_m"]) == {"horizontal", "vertical", "position", "time"}
    assert set(answer["error_m"]["position"]) == {"mean", "p95", "max", "three_sigma"}


@pytest.mark.parametrize("satellites", [7, 3])
def test_summary_writes_infinite_as_null_and_says_so(analysed, satellites):
    result = analysed(satellites=satellites)[2]
    answer = json.loads(json.dumps(result.summary(4.4), allow_nan=False))
    assert answer["gdop"]["max"] is None
    assert answer["error_m"]["position"]["max"] is None
    assert answer["unavailable_fraction"] > 0.05
    assert answer["gdop"]["p95"] is None
    assert "null is infinite" in answer["note"]
    assert (answer["gdop"]["mean"] is None) == (satellites == 3)


def test_saved_and_loaded_is_the_same(analysed, tmp_path):
    result = analysed()[2]
    result.save(tmp_path / "navigation.nc")
    loaded = NavigationResult.load(tmp_path / "navigation.nc")
    xr.testing.assert_equal(result.data, loaded.data)
    assert loaded.summary(1.0) == result.summary(1.0)


def test_a_result_may_be_asked_for_while_time_goes_on(random_case):
    unit, satellites, weights = random_case()
    analysis = NavigationAnalysis("Moon", Observers.on_sphere(unit, RADIUS_KM, MASK), weights)
    analysis.update(np.arange(10), satellites[:10])
    early = analysis.result()
    before = early.data.copy(deep=True)
    analysis.update(np.arange(10, 25), satellites[10:])
    xr.testing.assert_identical(early.data, before)


def test_wrong_use_is_refused(analysed, random_case):
    result = analysed()[2]
    with pytest.raises(InputError, match="'xdop'; wanted one of gdop, pdop"):
        result.maximum("xdop")
    with pytest.raises(InputError, match=r"limit: 7; shares were counted for 2, 3, 4, 5, 6, 8, 10, 20"):
        result.fraction_at_most("gdop", 7.0)
    with pytest.raises(InputError, match="share: 95"):
        result.quantile("gdop", 95.0)
    with pytest.raises(InputError, match="sigma_m: -1 m"):
        result.error_m(-1.0)
    unit, satellites, weights = random_case()
    analysis = NavigationAnalysis("Moon", Observers.on_sphere(unit, RADIUS_KM), weights)
    with pytest.raises(InputError, match="no epochs"):
        analysis.result()
    with pytest.raises(InputError, match=r"times_s\[1\]: 0.000 s; wanted a time after the epoch before"):
        analysis.update([0.0, 0.0], satellites[:2])
    with pytest.raises(InputError, match="one time for each of 2 epochs"):
        analysis.update([0.0], satellites[:2])
    with pytest.raises(InputError, match="limits"):
        NavigationAnalysis("Moon", Observers.on_sphere(unit, RADIUS_KM), weights, limits=[-1.0])
