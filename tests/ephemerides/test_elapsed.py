import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.ephemerides.elapsed import elapsed_s, tdb_after
from qqnet.ephemerides.epochs import parse_epochs
from qqnet.space.timescales import tdb_minus_tt, tt_from_tdb

EPOCH = 1275393669.184


@given(st.floats(-5e8, 1.5e9), st.lists(st.floats(-1e7, 1e8), min_size=1, max_size=5))
def test_there_and_back_is_the_same_time(epoch, since):
    t = epoch + np.array(since)
    # 1e-15 of the elapsed time, and the rounding of the absolute one.
    np.testing.assert_allclose(tdb_after(elapsed_s(t, epoch), epoch), t, rtol=0, atol=3e-7)


def test_many_times_at_once_agree_with_each_by_itself():
    t = EPOCH + np.sort(np.random.default_rng(0).uniform(0.0, 3e7, 300))
    one_by_one = np.concatenate([elapsed_s(t[k : k + 1], EPOCH) for k in range(0, 300, 10)])
    np.testing.assert_allclose(elapsed_s(t, EPOCH)[::10], one_by_one, rtol=0, atol=1e-10)


def test_elapsed_time_is_that_of_terrestrial_time_and_counts_leap_seconds():
    t = EPOCH + np.array([0.0, 1e5, 2e7])
    expected = (tt_from_tdb(t) - tt_from_tdb(np.array([EPOCH])))[0:3]
    np.testing.assert_allclose(elapsed_s(t, EPOCH), expected, rtol=0, atol=3e-7)
    gained = tdb_minus_tt(tt_from_tdb(t)) - tdb_minus_tt(tt_from_tdb(np.array([EPOCH])))
    assert np.max(np.abs(gained)) > 1e-4  # TDB and TT part by more than the test allows
    before, after = parse_epochs(["2016-12-31T23:59:59", "2017-01-01T00:00:00"], "UTC")
    assert elapsed_s([after], before)[0] == pytest.approx(2.0, abs=1e-9)
