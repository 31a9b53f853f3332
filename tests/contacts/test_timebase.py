"""Dates of many contacts at once agree with the conversion of each."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.contacts.timebase import TimeBase, tdb_from_unix
from qqnet.errors import InputError
from qqnet.space.timescales import format_utc, tdb_from_utc


def test_many_dates_at_once():
    random = np.random.default_rng(7)
    for span in (1e4, 2e9):  # within hours, where the series is interpolated; over decades, where it is not
        tdb = np.sort(random.uniform(3e8, 3e8 + span, 60))
        unix = TimeBase("tdb").unix_seconds(tdb)
        each = [
            np.datetime64(format_utc(one, 6).removesuffix("Z"), "us").astype(np.int64) / 1e6 for one in tdb
        ]
        np.testing.assert_allclose(unix, each, rtol=0, atol=2e-6)
        whole = np.floor(unix)
        back = tdb_from_unix(whole)
        np.testing.assert_allclose(
            back, [tdb_from_utc(f"{np.datetime64(int(one), 's')}Z") for one in whole], rtol=0, atol=1e-6
        )
        assert (TimeBase("tdb").unix_seconds(back) == whole).all()


def test_a_leap_second_shares_its_number():
    inside, after = tdb_from_utc("2016-12-31T23:59:60.5Z"), tdb_from_utc("2017-01-01T00:00:00.5Z")
    assert after - inside == pytest.approx(1.0, abs=1e-6)
    assert TimeBase("tdb").unix_seconds([inside, after]).tolist() == [1483228800.5, 1483228800.5]


@pytest.mark.parametrize("unix_s", [0.0, 3e11, float("nan"), float("inf")])
def test_years_that_have_no_utc(unix_s):
    with pytest.raises(InputError, match="outside the years 1972 to 9998"):
        tdb_from_unix([unix_s])
    with pytest.raises(InputError, match="not finite has no UTC date"):
        TimeBase("tdb").unix_seconds([float("nan")])
