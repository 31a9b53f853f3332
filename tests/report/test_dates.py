import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.dates import date2num

from qqnet.report.dates import axis_days, thinned, utc_dates
from qqnet.space.timescales import tdb_from_utc


def test_dates_are_those_of_the_time_scales():
    start = tdb_from_utc("2040-06-01T00:00:00Z")
    dates = utc_dates(start + np.array([0.0, 86400.0]), start)
    assert dates.tolist() == [d.item() for d in np.array(["2040-06-01", "2040-06-02"], "datetime64[us]")]


def test_days_are_those_of_the_axes():
    dates = np.array(["2040-06-01T12:34:56.789"], "datetime64[us]")
    np.testing.assert_allclose(axis_days(dates), date2num(dates), rtol=0, atol=1e-9)


@given(arrays(float, st.integers(1, 5000), elements=st.floats(-1e6, 1e6)), st.integers(40, 400))
def test_thinning_keeps_ends_and_extremes(values, most):
    kept = thinned(values, most)
    assert len(kept) <= max(most, len(values) if len(values) <= most else most)
    assert kept[0] == 0
    assert kept[-1] == len(values) - 1
    assert values[kept].min() == values.min()
    assert values[kept].max() == values.max()
    assert (np.diff(kept) > 0).all()


def test_thinning_ignores_what_is_missing():
    values = np.sin(np.arange(10_000) / 50.0)
    values[3000:4000] = np.nan
    kept = thinned(values, 200)
    assert np.nanmax(values[kept]) == np.nanmax(values)
    assert np.isnan(values[kept]).any()
