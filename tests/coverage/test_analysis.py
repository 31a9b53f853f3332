"""Shares, gaps and worst days against brute force, and independence of how time is cut into pieces."""

import json
from itertools import groupby

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.fold import fold
from qqnet.coverage.result import CoverageResult
from qqnet.errors import InputError

RADIUS_KM = 1737.4
STEP_S = 7200.0
REQUIRED = 3


@pytest.fixture(scope="session")
def analysed(random_case):
    """Folds, area weights and result of satellites that wander about, fed in pieces."""

    def make(epochs=60, pieces=(), seed=0, step_s=STEP_S, required=REQUIRED, **options):
        unit, satellites, weights = random_case(seed, epochs=epochs)
        # Slow changes, so that there are gaps of many lengths.
        satellites = 4000.0 * (satellites[0] / 5000.0 + np.cumsum(satellites, axis=0) / 40000.0)
        observers = Observers.on_sphere(unit, RADIUS_KM, 0.1)
        analysis = CoverageAnalysis(
            "Moon", observers, weights, step_s=step_s, required_fold=required, **options
        )
        times = 1e9 + step_s * np.arange(epochs)
        for piece in np.split(np.arange(epochs), pieces):
            analysis.update(times[piece], satellites[piece])
        return fold(observers, satellites).astype(int), weights / weights.sum(), analysis.result()

    return make


def gaps_of(folds, level):
    """(start, length) of each run of epochs below a level."""
    found, at = [], 0
    for below, run in groupby(folds < level):
        length = len(list(run))
        if below:
            found.append((at, length))
        at += length
    return found


def test_shares_of_time_and_area(analysed):
    folds, weights, result = analysed()
    data = result.data
    assert folds.min(axis=0).max() > 0
    assert np.array_equal(data["fold_min"], folds.min(axis=0))
    assert np.array_equal(data["fold_max"], folds.max(axis=0))
    assert np.allclose(data["fold_mean"], folds.mean(axis=0), rtol=1e-14)
    assert np.array_equal(data["epoch_fold_min"], folds.min(axis=1))
    assert np.array_equal(data["epoch_fold_max"], folds.max(axis=1))
    assert result.worst_fold == folds.min()
    for level in range(1, 7):
        seen = folds >= level
        assert np.array_equal(data["fraction_at_least"].sel(at_least=level), seen.mean(axis=0))
        area = data["area_fraction_at_least"].sel(at_least=level)
        assert np.allclose(area, seen @ weights, rtol=0, atol=1e-10)
        assert result.fraction_at_least(level) == pytest.approx((seen @ weights).mean(), abs=1e-10)
        assert result.fraction_at_least_worst(level) == seen.mean(axis=0).min()


@pytest.mark.parametrize("required", [1, 2, 3, 5])
def test_gaps(analysed, required):
    folds, _, result = analysed(required=required)
    assert result.data["gap_fold"].to_numpy().tolist() == list(range(1, required + 1))
    for level in range(1, required + 1):
        field = result.data.sel(gap_fold=level)
        for point, series in enumerate(folds.T):
            gaps = gaps_of(series, level)
            lengths = [length for _, length in gaps]
            here = field.isel(point=point)
            assert here["gap_count"] == len(gaps)
            assert here["longest_gap_s"] == STEP_S * max(lengths, default=0)
            assert here["mean_gap_s"] == pytest.approx(STEP_S * np.mean(lengths) if gaps else 0.0)
            if gaps:
                first = next(start for start, length in gaps if length == max(lengths))
                assert here["longest_gap_start_s"] == 1e9 + STEP_S * first
            else:
                assert np.isnan(here["longest_gap_start_s"])


def test_worst_day_of_every_point_and_of_the_area(analysed):
    folds, weights, result = analysed()
    window = round(86400.0 / STEP_S)
    starts = range(len(folds) - window + 1)
    for point, series in enumerate(folds.T):
        met = [np.mean(series[s : s + window] >= REQUIRED) for s in starts]
        day = result.worst_day_of(point)
        worst = int(np.argmin(met))
        assert day.start_s == 1e9 + STEP_S * worst
        assert day.duration_s == 86400.0
        shares = [np.mean(series[worst : worst + window] >= level) for level in range(1, 7)]
        assert day.fraction_at_least == pytest.approx(shares, abs=1e-15)
    means = [np.mean((folds[s : s + window] >= REQUIRED) @ weights) for s in starts]
    day = result.worst_day_of_area
    assert day.start_s == 1e9 + STEP_S * np.argmin(means)
    assert day.fraction_at_least[REQUIRED - 1] == pytest.approx(min(means), abs=1e-10)


def test_worst_point_has_least_time_then_lowest_fold_then_longest_gap(analysed):
    folds, _, result = analysed()
    keys = [
        (np.mean(s >= REQUIRED), s.min(), -max((n for _, n in gaps_of(s, REQUIRED)), default=0))
        for s in folds.T
    ]
    assert result.worst_point == min(range(len(keys)), key=keys.__getitem__)
    assert result.worst_day.start_s == result.worst_day_of(result.worst_point).start_s


def test_span_shorter_than_a_day_is_its_own_worst_day(analysed):
    folds, _, result = analysed(epochs=7)
    for day in (result.worst_day, result.worst_day_of_area):
        assert day.start_s == 1e9
        assert day.duration_s == 7 * STEP_S
    assert result.worst_day.fraction_at_least[0] == np.mean(folds[:, result.worst_point] >= 1)
    assert result.summary()["worst_day"]["whole_span"] is True


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=6).map(sorted))
def test_pieces_of_time_do_not_matter(analysed, pieces):
    whole, cut = analysed()[2], analysed(pieces=pieces)[2]
    xr.testing.assert_identical(whole.data, cut.data)


def test_batches_inside_one_call_do_not_matter(analysed, monkeypatch):
    whole = analysed()[2]
    monkeypatch.setattr("qqnet.coverage.analysis._CELLS", 37 * 8)
    xr.testing.assert_identical(whole.data, analysed()[2].data)


def test_a_result_may_be_asked_for_while_time_goes_on(analysed, random_case):
    unit, satellites, weights = random_case()
    analysis = CoverageAnalysis("Moon", Observers.on_sphere(unit, RADIUS_KM), weights, step_s=STEP_S)
    analysis.update(STEP_S * np.arange(20), satellites[:20])
    early = analysis.result()
    before = early.data.copy(deep=True)
    analysis.update(STEP_S * np.arange(20, 40), satellites[20:])
    xr.testing.assert_identical(early.data, before)
    assert analysis.result().data.sizes["time"] == 40


def test_summary_is_json_with_the_documented_keys(analysed):
    folds, weights, result = analysed()
    answer = json.loads(json.dumps(result.summary()))
    assert answer["body"] == "Moon"
    assert answer["mask_deg"] == pytest.approx(np.degrees(0.1))
    assert answer["fold"]["min"] == folds.min()
    assert answer["fold"]["fraction_at_least"]["4"] == pytest.approx(
        ((folds >= 4) @ weights).mean(), abs=1e-10
    )
    assert set(answer["fold"]["fraction_at_least"]) == set("123456")
    assert answer["longest_gap_s"] == answer["longest_gap_by_fold_s"][str(REQUIRED)]
    assert set(answer["worst_point"]) >= {"lat_deg", "lon_deg"}
    assert answer["worst_day"]["start"].endswith("Z")
    assert set(answer["worst_day"]["fraction_at_least"]) == set("123456")


def test_saved_and_loaded_is_the_same(analysed, tmp_path):
    result = analysed()[2]
    result.save(tmp_path / "coverage.nc")
    loaded = CoverageResult.load(tmp_path / "coverage.nc")
    xr.testing.assert_equal(result.data, loaded.data)
    assert loaded.summary() == result.summary()


def test_epochs_must_go_on_in_steps(random_case):
    unit, satellites, weights = random_case()
    analysis = CoverageAnalysis("Moon", Observers.on_sphere(unit, RADIUS_KM), weights, step_s=60.0)
    analysis.update([0.0, 60.0], satellites[:2])
    with pytest.raises(
        InputError, match=r"times_s\[0\]: 60.000 s; wanted 120.000 s, 60 s after the epoch before"
    ):
        analysis.update([60.0], satellites[:1])
    with pytest.raises(InputError, match="8 satellites; wanted 9 as before"):
        analysis.update([120.0], satellites[:1, 1:])
    with pytest.raises(InputError, match="one time for each of 2 epochs"):
        analysis.update([120.0], satellites[:2])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step_s": 0.0}, "step_s: 0 s"),
        ({"step_s": 60.0, "required_fold": 0}, "required_fold: 0; wanted at least 1"),
        (
            {"step_s": 60.0, "required_fold": 4, "levels": 3},
            "levels: 3; wanted at least the required fold, 4",
        ),
    ],
)
def test_impossible_analyses_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        CoverageAnalysis("Moon", Observers.on_sphere([[1.0, 0.0, 0.0]], 1.0), [1.0], **options)


def test_no_epochs_no_result():
    analysis = CoverageAnalysis("Moon", Observers.on_sphere([[1.0, 0.0, 0.0]], 1.0), [1.0], step_s=60.0)
    with pytest.raises(InputError, match="no epochs"):
        analysis.result()


def test_shares_beyond_those_kept_are_refused(analysed):
    result = analysed()[2]
    with pytest.raises(InputError, match="fold: 7; shares were kept for 1 to 6"):
        result.fraction_at_least(7)
    assert analysed(levels=9)[2].fraction_at_least(7) <= result.fraction_at_least(6)
