"""Lasers and their fallback: shares add up, volumes are counted once, causes are the right ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qqnet
from qqnet.scenario.loading import from_text
from qqnet.study.clouds import cloudy_sites
from qqnet.study.fallback import (
    best_volume_bytes,
    covered_s,
    downlinks,
    fallback,
    fallback_summary,
    longest_gap_s,
    union,
)

whole = st.tuples(st.integers(0, 40), st.integers(1, 20), st.integers(1, 5))


@given(st.lists(whole, max_size=12), st.lists(whole, max_size=6))
def test_intervals_are_what_counting_finds(many, few):
    rows = np.array([(a, a + b, c) for a, b, c in many], dtype=float).reshape(-1, 3)
    busy = union(np.array([(a, a + b) for a, b, _ in few], dtype=float).reshape(-1, 2), 0.0, 60.0)
    middle = np.arange(60) + 0.5
    there = (rows[:, 0] < middle[:, None]) & (middle[:, None] < rows[:, 1])
    taken = ((busy[:, 0] < middle[:, None]) & (middle[:, None] < busy[:, 1])).any(axis=1)
    joined = union(rows[:, :2], 0.0, 60.0)
    assert (joined[:, 1] - joined[:, 0]).sum() == there.any(axis=1).sum()
    assert covered_s(joined, np.array([7.0]), np.array([31.0]))[0] == there[7:31].any(axis=1).sum()
    best = np.where(there, rows[:, 2], 0.0).max(axis=1, initial=0.0)
    assert best_volume_bytes(rows, busy) == pytest.approx(best[~taken].sum() / 8.0)
    gap = longest_gap_s(joined, 0.0, 60.0)
    runs = "".join("x" if one else "." for one in there.any(axis=1)).split("x")
    assert gap == max(len(run) for run in runs)


def test_shares_and_causes_add_up(cloudy_study):
    found = fallback(cloudy_study)
    assert {(one.source, one.target) for one in found} == {
        ("geo", "one"), ("one", "geo"), ("geo", "two"), ("two", "geo"),
    }  # fmt: skip
    for one in found:
        assert one.laser + sum(one.missing.values()) == pytest.approx(1.0, abs=1e-9)
        assert one.laser + one.radio_only <= 1.0 + 1e-9
        assert one.laser_bytes == pytest.approx(1e9 / 8 * one.laser * cloudy_study.scenario.time.duration)
        assert one.radio_bytes == pytest.approx(
            5e7 / 8 * one.radio_only * cloudy_study.scenario.time.duration
        )


def test_only_clouds_and_acquisition_stop_a_laser_in_geostationary_orbit(cloudy_study):
    time = cloudy_study.scenario.time
    down = next(one for one in fallback(cloudy_study) if (one.source, one.target) == ("geo", "one"))
    dark = np.clip(cloudy_sites(cloudy_study.scenario)["one"], time.start_s, time.stop_s)
    share = (dark[:, 1] - dark[:, 0]).sum() / time.duration
    assert down.missing["cloud"] == pytest.approx(share, abs=1e-5)
    # Thirty seconds, the longer of both ends', at the start and after each cloud.
    dark = dark[dark[:, 1] > dark[:, 0]]
    starts = int(dark[0, 0] > time.start_s) + int((dark[:, 1] < time.stop_s).sum())
    assert down.missing["acquisition"] * time.duration == pytest.approx(30.0 * starts, abs=1.0)
    assert down.laser + down.radio_only == pytest.approx(1.0, abs=1e-9)


def test_any_site_is_the_union_of_sites(cloudy_study):
    (any_site,) = downlinks(cloudy_study)
    rows = cloudy_study.contacts.contacts
    lasers = rows[(rows["kind"] == "optical") & (rows["from"] == "geo")][["start_s", "end_s"]].to_numpy()
    time = cloudy_study.scenario.time
    joined = union(lasers, time.start_s, time.stop_s)
    assert any_site.laser == pytest.approx((joined[:, 1] - joined[:, 0]).sum() / time.duration)
    alone = [one.laser for one in fallback(cloudy_study) if one.source == "geo"]
    assert max(alone) < any_site.laser < 1.0
    (row,) = fallback_summary(cloudy_study.scenario, [any_site])
    assert (row["from"], row["to"], row["pairs"]) == ("geo", "ground", 1)
    assert sum(row["share"].values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        (("acquisition: 30 s", "acquisition: 30 s, maximum_range: 35000 km"), "range"),
        (("acquisition: 30 s", "acquisition: 30 s, sun_exclusion: 175 deg"), "sun"),
        (("photons_per_bit: 50", "photons_per_bit: 1e11"), "mode"),
        (("longitude: 100 deg", "longitude: -80 deg"), "occultation"),
    ],
)
def test_each_cause_is_named(cloudy_text, tmp_path, changed, cause):
    text = cloudy_text.replace(*changed).replace("duration: 4 d", "duration: 6 h")
    text = text.replace("clear_sky: 50 %", "clear_sky: 99.9 %").replace(
        "clear_sky: 60 %", "clear_sky: 99.9 %"
    )
    found = fallback(qqnet.Study(from_text(text, "x.yaml", tmp_path)))
    for one in found:
        assert one.laser < 0.2
        assert one.missing[cause] > 0.75
