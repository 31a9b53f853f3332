import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.ephemerides.epochs import EpochError, exact_epochs, format_epochs, on_written_times, parse_epochs
from qqnet.errors import InputError
from qqnet.space.timescales import tdb_from_utc

SCALES = ["UTC", "TAI", "TT", "TDB"]


@given(t=st.floats(-8e8, 1.9e9), scale=st.sampled_from(SCALES))
def test_written_times_come_back(t, scale):
    (stamp,) = format_epochs([t], scale)
    back = parse_epochs([stamp], scale)
    assert back[0] == pytest.approx(t, abs=1.2e-6)  # half a microsecond, and the rounding of times
    assert format_epochs(back, scale) == [stamp]


@given(t=st.floats(-8e8, 1.9e9).filter(lambda t: abs(t) > 3600.0), scale=st.sampled_from(SCALES))
def test_exact_texts_bring_back_the_very_float(t, scale):
    for near in (t, np.nextafter(t, np.inf), np.nextafter(t, -np.inf)):
        (stamp,) = exact_epochs([near], scale)
        assert parse_epochs([stamp], scale)[0] == near


@pytest.mark.parametrize("scale", SCALES)
def test_exact_texts_of_neighbouring_floats(scale):
    """Every float is reached, also where a binade ends and where TDB - TT steps over half a unit."""
    for start in (2.0**30 - 100.0, 2.0**29 - 50.0, 2.0**25 - 40.0, 1.3e9, -(2.0**28), -(2.0**29) + 40.0):
        t = start + np.spacing(abs(start)) * np.arange(500)
        stamps = exact_epochs(t, scale)
        assert np.array_equal(parse_epochs(stamps, scale), t)
        assert max(map(len, stamps)) <= 30  # nine digits do


def test_exact_texts_are_no_longer_than_needed():
    assert exact_epochs([1.3e9], "TDB") == ["2041-03-12T19:06:40.000000"]
    assert exact_epochs(on_written_times([1.3e9 + 1 / 3]), "UTC") == format_epochs([1.3e9 + 1 / 3])


@pytest.mark.parametrize("scale", SCALES)
def test_times_as_written_survive_writing(scale):
    t = on_written_times(1275393669.0 + np.linspace(0, 1e6, 500), scale)
    assert np.array_equal(on_written_times(t, scale), t)


def test_known_offsets():
    # 2017 and later: TAI - UTC = 37 s, TT - TAI = 32.184 s; TDB is within 2 ms of TT.
    utc = parse_epochs(["2040-06-01T00:00:00"], "UTC")[0]
    assert utc == pytest.approx(tdb_from_utc("2040-06-01T00:00:00Z"), abs=3e-7)
    assert parse_epochs(["2040-06-01T00:00:37"], "TAI")[0] == pytest.approx(utc, abs=3e-7)
    assert parse_epochs(["2040-06-01T00:01:09.184"], "TT")[0] == pytest.approx(utc, abs=3e-7)
    assert parse_epochs(["2040-06-01T00:01:09.184"], "TDB")[0] == pytest.approx(utc, abs=2e-3)


def test_day_of_year_and_leap_second():
    assert np.array_equal(
        parse_epochs(["2040-153T01:02:03.5Z"], "UTC"), parse_epochs(["2040-06-01T01:02:03.5"], "UTC")
    )
    second = parse_epochs(["2016-12-31T23:59:59", "2016-12-31T23:59:60", "2017-01-01T00:00:00"], "UTC")
    assert np.allclose(np.diff(second), 1.0, atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    "stamp",
    ["2040-06-31T00:00:00", "2041-366T00:00:00", "2040-06-01T24:00:00", "2040-06-01 00:00:00", "2040-06-01",
     "2040-000T00:00:00", "2040-06-01T00:00:61", "1960-01-01T00:00:00"],
)  # fmt: skip
def test_what_is_no_epoch_is_quoted_with_its_place(stamp):
    with pytest.raises(EpochError, match="is no epoch") as caught:
        parse_epochs(["2040-06-01T00:00:00", stamp], "UTC")
    assert caught.value.index == 1
    assert stamp in str(caught.value)


@pytest.mark.parametrize("t", [np.nan, np.inf, 1e12])
def test_times_without_a_date(t):
    with pytest.raises(InputError, match="not finite or beyond the years 0100 to 3900"):
        format_epochs([t], "TDB")


def test_unknown_time_system():
    with pytest.raises(InputError, match="'GPS'; known: UTC, TAI, TT, TDB"):
        format_epochs([0.0], "GPS")
