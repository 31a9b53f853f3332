from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.timescales import (
    format_utc,
    format_utc_array,
    leap_seconds,
    tai_from_tdb,
    tdb_from_tai,
    tdb_from_tt,
    tdb_from_utc,
    tdb_minus_tt,
    tt_from_tdb,
    utc_from_tdb,
)

moments = st.datetimes(min_value=datetime(1972, 1, 1), max_value=datetime(2100, 1, 1))
tdb = st.floats(-8.8e8, 3.1e9)


@given(moments)
def test_utc_to_tdb_and_back(moment):
    back = utc_from_tdb(tdb_from_utc(moment))
    # 3e9 s is rounded to 4.8e-7 s, and the date to the microsecond.
    assert abs(back - moment.replace(tzinfo=UTC)) <= timedelta(microseconds=1)


@given(moments)
def test_text_to_tdb_and_back(moment):
    text = moment.isoformat(timespec="milliseconds") + "Z"
    assert format_utc(tdb_from_utc(text)) == text


@given(tdb)
def test_uniform_scales_round_trip(t):
    assert tdb_from_tt(tt_from_tdb(t)) == pytest.approx(t, abs=1e-6, rel=0)
    assert tdb_from_tai(tai_from_tdb(t)) == pytest.approx(t, abs=1e-6, rel=0)
    assert abs(tdb_minus_tt(t)) < 2e-3
    assert tt_from_tdb(t) - tai_from_tdb(t) == pytest.approx(32.184, abs=1e-6)


@given(st.lists(tdb, min_size=2, max_size=2, unique=True), st.integers(0, 6))
def test_text_keeps_the_order_of_times(pair, digits):
    earlier, later = format_utc_array(sorted(pair), digits)
    assert earlier <= later


@pytest.mark.parametrize(
    "same",
    [
        "2040-06-01T00:00:00Z",
        "2040-06-01T00:00:00",
        "2040-06-01 00:00:00.000",
        "2040-06-01T00:00Z",
        "2040-06-01",
        " 2040-06-01T00:00:00+00:00 ",
        "2040-06-01T00:00:00 UTC",
        datetime(2040, 6, 1),
        datetime(2040, 6, 1, tzinfo=UTC),
        datetime(2040, 6, 1, 8, tzinfo=timezone(timedelta(hours=8))),
        date(2040, 6, 1),
    ],
)
def test_ways_to_write_one_moment(same):
    assert tdb_from_utc(same) == tdb_from_utc("2040-06-01T00:00:00.0Z")


@pytest.mark.parametrize(
    "nonsense",
    [
        "", "yesterday", "2040-06-31", "2041-02-29", "2040-13-01", "2040-06-01T24:00:00Z", "2040-06-01T12:60:00Z",
        "2040-06-01T12:00:60Z", "2040-06-01T23:59:60Z", "2040-06-01T00:00:00+08:00", "01/06/2040", "2040-6-1",
        "2040-06-01T", "0000-01-01", 2040, 1.2e9, None, True, float("nan"), b"2040-06-01", "\u0662040-06-01",
    ],
)  # fmt: skip
def test_nonsense_is_refused(nonsense):
    with pytest.raises(InputError):
        tdb_from_utc(nonsense)


def test_refusals_say_what_would_be_right():
    with pytest.raises(
        InputError, match=r"'tomorrow' is no UTC date; right is UTC such as 2040-06-01T00:00:00Z"
    ):
        tdb_from_utc("tomorrow")
    with pytest.raises(InputError, match="has no second 60"):
        tdb_from_utc("2040-06-01T23:59:60Z")
    with pytest.raises(InputError, match="before 1972"):
        tdb_from_utc("1971-12-31")
    with pytest.raises(InputError, match="before 1972"):
        format_utc(-1e9)
    with pytest.raises(InputError, match="not finite"):
        utc_from_tdb(np.nan)
    with pytest.raises(InputError, match="0 to 9"):
        format_utc(0.0, 12)


def test_a_leap_second_is_a_second():
    before, leap, after = (
        tdb_from_utc(text)
        for text in ("2016-12-31T23:59:59Z", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")
    )
    assert leap - before == pytest.approx(1.0, abs=1e-6)
    assert after - leap == pytest.approx(1.0, abs=1e-6)
    assert format_utc(leap + 0.5, 1) == "2016-12-31T23:59:60.5Z"
    assert format_utc(leap - 0.0004) == "2016-12-31T23:59:60.000Z"
    assert format_utc(after) == "2017-01-01T00:00:00.000Z"
    assert utc_from_tdb(leap + 0.5) == datetime(2016, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def test_rounding_carries_into_the_year():
    t = tdb_from_utc("2039-12-31T23:59:59.9996")
    assert format_utc(t) == "2040-01-01T00:00:00.000Z"
    assert format_utc(t, 4) == "2039-12-31T23:59:59.9996Z"
    assert format_utc(t, 0) == "2040-01-01T00:00:00Z"


def test_leap_seconds_of_known_dates():
    dates = ["1972-01-01", "1999-06-01", "2016-12-31", "2017-01-01", "2040-01-01"]
    tai = [tai_from_tdb(tdb_from_utc(text)) for text in dates]
    assert leap_seconds(tai).tolist() == [10, 32, 36, 37, 37]


def test_arrays_keep_their_shape():
    assert format_utc_array(np.zeros((2, 3))).shape == (2, 3)
    assert format_utc_array([]).shape == (0,)
