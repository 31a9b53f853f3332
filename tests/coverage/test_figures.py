"""Figures of merit against plain NumPy on the folds themselves: lowest fold, gaps, days, bands."""

import json
from itertools import groupby

import numpy as np
import pytest

from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.band_counts import EDGES_DEG, band_of
from qqnet.coverage.result import CoverageResult
from qqnet.errors import InputError
from qqnet.space.grids import icosphere
from qqnet.space.timescales import format_utc, tdb_from_utc

START_S = tdb_from_utc("2040-05-31T17:00:00Z")
STEP_S = 1800.0
REQUIRED = 3


def analysed(folds, step_s=STEP_S, start_s=START_S, pieces=(), grid=None, required=REQUIRED):
    grid = grid or icosphere(1)
    observers = Observers.on_sphere(grid.points, 1737.4)
    analysis = CoverageAnalysis("Moon", observers, grid.weights, step_s=step_s, required_fold=required)
    times = start_s + step_s * np.arange(len(folds))
    for piece in np.split(np.arange(len(folds)), pieces):
        analysis.update_folds(times[piece], folds[piece].astype(np.uint16))
    return analysis.result()


@pytest.fixture(scope="module")
def grid():
    return icosphere(1)


@pytest.fixture(scope="module")
def folds(grid):
    """Folds that change slowly over 3.2 days, never below 1."""
    rng = np.random.default_rng(5)
    walk = np.cumsum(rng.normal(size=(154, len(grid))) * 0.5, axis=0)
    return np.clip(np.round(4.0 + walk), 1, 9).astype(int)


@pytest.fixture(scope="module")
def answer(folds):
    return json.loads(json.dumps(analysed(folds).summary()))


def runs_below(series, level):
    found, at = [], 0
    for below, run in groupby(series < level):
        length = len(list(run))
        found += [(at, length)] if below else []
        at += length
    return found


def test_lowest_fold_has_place_time_and_duration(folds, grid, answer):
    found = answer["lowest_fold"]
    lowest = folds.min()
    epoch, point = np.argwhere(folds == lowest)[0]
    assert found["fold"] == lowest == 1
    assert found["start_s"] == START_S + STEP_S * epoch
    assert found["start"] == format_utc(found["start_s"])
    assert found["lat_deg"] == pytest.approx(np.degrees(grid.latitude_rad[point]), abs=1e-9)
    assert found["duration_at_point_s"] == STEP_S * (folds[:, point] == lowest).sum()
    assert found["duration_s"] == STEP_S * (folds == lowest).any(axis=1).sum()


def test_lowest_fold_of_every_point(folds):
    data = analysed(folds).data
    lowest = folds.min(axis=0)
    assert np.array_equal(data["fold_min_duration_s"], STEP_S * (folds == lowest).sum(axis=0))
    assert np.array_equal(data["fold_min_start_s"], START_S + STEP_S * (folds == lowest).argmax(axis=0))


def test_gaps_of_the_whole_area(folds, grid, answer):
    for level in (1, 2, 3):
        found = answer["gaps"][str(level)]
        runs = [runs_below(series, level) for series in folds.T]
        counts = np.array([len(one) for one in runs])
        weighted = sum(w * n for w, one in zip(grid.weights, runs, strict=True) for _, n in one)
        assert found["count_max"] == counts.max()
        assert found["count_mean"] == pytest.approx(counts @ grid.weights, abs=1e-9)
        assert found["area_fraction"] == pytest.approx(grid.weights[counts > 0].sum(), abs=1e-9)
        if level == 1:
            assert (found["mean_s"], found["longest_at"], found["longest_s"]) == (None, None, 0.0)
            continue
        assert found["mean_s"] == pytest.approx(STEP_S * weighted / (counts @ grid.weights), rel=1e-9)
        longest = max(n for one in runs for _, n in one)
        point = next(p for p, one in enumerate(runs) if any(n == longest for _, n in one))
        epoch = next(at for at, n in runs[point] if n == longest)
        assert found["longest_s"] == STEP_S * longest
        assert found["longest_at"]["start_s"] == START_S + STEP_S * epoch
        assert found["longest_at"]["lat_deg"] == pytest.approx(np.degrees(grid.latitude_rad[point]), abs=1e-9)


def test_utc_days(folds, grid, answer):
    # The span begins at 17:00, so seven hours of the first day are in it.
    day = (17 * 3600.0 + STEP_S * np.arange(len(folds))) // 86400.0
    assert [one["date"] for one in answer["days"]] == [
        "2040-05-31",
        "2040-06-01",
        "2040-06-02",
        "2040-06-03",
    ]
    assert [one["epochs"] for one in answer["days"]] == [14, 48, 48, 44]
    assert [one["whole"] for one in answer["days"]] == [False, True, True, False]
    for n, one in enumerate(answer["days"]):
        part = folds[day == n]
        for level in range(1, 7):
            seen = part >= level
            area = (seen @ grid.weights).mean()
            assert one["fraction_at_least"][str(level)] == pytest.approx(area, abs=1e-9)
            assert one["fraction_at_least_worst_point"][str(level)] == seen.mean(axis=0).min()
    least = answer["least_day"]
    whole = answer["days"][1:3]
    assert least["whole_days"] == 2
    for kind in ("fraction_at_least", "fraction_at_least_worst_point"):
        for level in "123456":
            assert least[kind][level] == min(one[kind][level] for one in whole)
    assert least["date"] == min(whole, key=lambda one: one["fraction_at_least"]["3"])["date"]


def test_days_that_are_all_covered_are_exactly_one(grid):
    answer = analysed(np.full((100, len(grid)), 4)).summary()
    assert all(one["fraction_at_least"]["4"] == 1.0 for one in answer["days"])
    assert all(one["fraction_at_least"]["4"] in (1.0, None) for one in answer["bands"])
    assert answer["least_day"]["fraction_at_least_worst_point"] == {
        **dict.fromkeys("1234", 1.0),
        **dict.fromkeys("56", 0.0),
    }


def test_span_over_a_leap_second_is_cut_at_midnight(grid):
    # 2016-12-31 has 86,401 seconds.
    start = tdb_from_utc("2016-12-31T00:00:00Z")
    days = analysed(np.full((172_802 // 2, len(grid)), 2), step_s=2.0, start_s=start).summary()["days"]
    assert [(one["date"], one["epochs"], one["whole"]) for one in days] == [
        ("2016-12-31", 43201, True),
        ("2017-01-01", 43200, True),
    ]


@pytest.mark.parametrize(("step_s", "epochs"), [(86400.0 * 1.5, 5), (86400.0, 4)])
def test_steps_as_long_as_a_day(grid, step_s, epochs):
    days = analysed(np.full((epochs, len(grid)), 2), step_s=step_s).summary()["days"]
    assert [one["epochs"] for one in days] == [1] * epochs
    assert len({one["date"] for one in days}) == epochs


def test_pieces_of_time_do_not_matter(folds):
    whole, cut = analysed(folds), analysed(folds, pieces=(3, 14, 15, 62, 100))
    assert whole.data.identical(cut.data)


def test_one_epoch(folds, grid):
    answer = analysed(folds[:1]).summary()
    assert answer["epochs"] == 1
    assert answer["lowest_fold"]["duration_s"] == STEP_S
    assert [one["epochs"] for one in answer["days"]] == [1]
    assert answer["least_day"]["whole_days"] == 0
    assert answer["worst_day"]["whole_span"] is True


def test_bands(folds, grid, answer):
    latitude = np.degrees(grid.latitude_rad)
    assert sum(band["points"] for band in answer["bands"]) == len(grid)
    assert sum(band["area_fraction"] for band in answer["bands"]) == pytest.approx(1.0)
    assert [band["south_deg"] for band in answer["bands"]] == list(EDGES_DEG[:-1])
    for band in answer["bands"]:
        low, high = band["south_deg"], band["north_deg"]
        # On a parallel: to the band toward the nearer pole, the equator to the north.
        above = latitude > low - 1e-9 if low >= 0 else latitude > low + 1e-9
        below = latitude < high - 1e-9 if high >= 0 else latitude < high + 1e-9
        inside = (above | (low == -90)) & (below | (high == 90))
        assert band["points"] == inside.sum()
        if not inside.any():
            assert band["fold_min"] is None
            assert set(band["fraction_at_least"].values()) == {None}
            assert set(band["longest_gap_by_fold_s"].values()) == {None}
            continue
        weights = grid.weights[inside] / grid.weights[inside].sum()
        assert band["area_fraction"] == pytest.approx(grid.weights[inside].sum(), abs=1e-9)
        assert band["fold_min"] == folds[:, inside].min()
        for level in range(1, 7):
            share = ((folds[:, inside] >= level) @ weights).mean()
            assert band["fraction_at_least"][str(level)] == pytest.approx(share, abs=1e-9)
        longest = max((n for s in folds[:, inside].T for _, n in runs_below(s, REQUIRED)), default=0)
        assert band["longest_gap_by_fold_s"][str(REQUIRED)] == STEP_S * longest
    assert any(band["points"] == 0 for band in answer["bands"])


def test_bands_are_the_same_on_both_sides_of_the_equator():
    latitudes = np.array([90.0, 80.0, 79.9, 60.0, 59.9, 30.0, 29.9, 0.1])
    assert np.array_equal(band_of(-latitudes), 7 - band_of(latitudes))


def test_gap_levels_stop_at_six_but_for_the_required_one(grid):
    data = analysed(np.full((3, len(grid)), 8), required=9).data
    assert data["gap_fold"].to_numpy().tolist() == [1, 2, 3, 4, 5, 6, 9]


def test_folds_of_another_shape_are_refused(grid):
    analysis = CoverageAnalysis("Moon", Observers.on_sphere(grid.points, 1.0), grid.weights, step_s=60.0)
    with pytest.raises(InputError, match=r"folds: shape \(2, 5\); wanted \[2, 42\]"):
        analysis.update_folds([0.0, 60.0], np.zeros((2, 5), dtype=np.uint16))


def test_sites_travel_with_the_file(folds, tmp_path):
    whole = analysed(folds)
    sites = CoverageResult(
        whole.data.isel(point=slice(0, 2))
        .drop_dims("band")
        .assign_coords(site=("point", np.array(["a", "long-name"])), has_horizon=("point", [False, True]))
    )
    CoverageResult(whole.data, sites).save(tmp_path / "both.nc")
    loaded = CoverageResult.load(tmp_path / "both.nc")
    assert loaded.summary() == CoverageResult(whole.data, sites).summary()
    assert [one["name"] for one in loaded.summary()["sites"]] == ["a", "long-name"]
