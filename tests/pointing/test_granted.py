"""What is left of windows: from when antennas have turned to when the last light arrives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qqnet.pointing.apertures import UNLIMITED, Pairings
from qqnet.pointing.granted import Pointings, granted_windows
from qqnet.pointing.requests import wanted_of

OWLT_S = 900.0
DRIFT = 1e-4


def light(link, times):
    """A light time that grows by 0.1 ms a second."""
    return np.full(len(times), 1e6), OWLT_S + DRIFT * times


def pairings(beams=1, turn=0.0):
    return Pairings(
        apertures=[("a", "dish"), ("b", "dish")],
        beams=np.array([beams, beams]),
        ends=np.array([[0, 1]]),
        setup_s=np.array([turn]),
        turn_s=np.array([turn]),
        dwell_s=np.zeros(1),
        of_link=np.array([0, 0]),
        forward=np.array([True, False]),
    )


def windows(start=0.0, end=10_000.0, at_span=False):
    ends = light(None, np.array([start, end]))[1]
    row = {
        "start_s": start, "end_s": end, "range_start_km": 1.0, "range_end_km": 2.0, "range_min_km": 1.0,
        "range_max_km": 2.0, "owlt_start_s": ends[0], "owlt_end_s": ends[1], "starts_at_span": at_span,
        "ends_at_span": False,
    }  # fmt: skip
    return pd.DataFrame([{"link": 0, **row}, {"link": 1, **row}])


def one(start, end):
    return Pointings(np.array([0]), np.array([start]), np.array([end]))


def test_a_whole_pointing_leaves_windows_as_they_are():
    table = windows()
    wanted = wanted_of(table, pairings(), light)
    assert wanted.end[0] == 10_000.0 + OWLT_S + 1.0  # till the last light has arrived
    left = granted_windows(table, pairings(), one(wanted.start[0], wanted.end[0]), light)
    pd.testing.assert_frame_equal(left, table)


def test_sending_ends_a_light_time_before_the_beams_part():
    left = granted_windows(windows(), pairings(), one(2000.0, 6000.0), light)
    arrival = left["end_s"] + light(None, left["end_s"].to_numpy())[1]
    assert arrival.to_numpy() == pytest.approx([6000.0, 6000.0], abs=1e-6)
    assert left["start_s"].tolist() == [2000.0, 2000.0]
    assert left["range_end_km"].isna().all()
    assert left["range_max_km"].tolist() == [2.0, 2.0]


def test_turning_comes_first_but_not_at_the_start_of_the_span():
    assert granted_windows(windows(), pairings(turn=120.0), one(0.0, 6000.0), light)["start_s"].tolist() == [
        120.0, 120.0
    ]  # fmt: skip
    stands = granted_windows(windows(at_span=True), pairings(turn=120.0), one(0.0, 6000.0), light)
    assert stands["start_s"].tolist() == [0.0, 0.0]


def test_a_pointing_shorter_than_the_light_time_carries_nothing():
    assert granted_windows(windows(), pairings(), one(2000.0, 2000.0 + 0.9 * OWLT_S), light).empty


def test_pairings_without_limit_keep_their_windows():
    none = Pointings(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    assert granted_windows(windows(), pairings(), none, light).empty
    left = granted_windows(windows(), pairings(beams=UNLIMITED), none, light)
    pd.testing.assert_frame_equal(left, windows())


def test_nothing_is_wanted_where_nothing_is_carried():
    def mute(link, times):
        return np.where(times < 5000.0, 0.0, 1e6), np.full(len(times), 1.0)

    wanted = wanted_of(windows(), pairings(), mute)
    assert len(wanted.start) == 1
    assert 3000.0 < wanted.start[0] <= 5000.0
    assert wanted_of(windows(), pairings(), lambda link, times: (0.0 * times, times)).start.size == 0
