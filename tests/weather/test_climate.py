"""Shares of clear sky by month and hour."""

import numpy as np
import pytest

from qqnet.space.timescales import tdb_from_utc
from qqnet.weather.climate import Climate

MONTHLY = np.arange(20.0, 80.0, 5.0)[None, :] / 100.0


def climate(swing=0.0, clearest_h=0.0, longitude_deg=0.0):
    return Climate(MONTHLY, np.array([swing]), np.array([clearest_h * 3600.0]), np.radians([longitude_deg]))


@pytest.mark.parametrize("year", [2015, 2040, 2060])
@pytest.mark.parametrize("month", range(12))
def test_the_middle_of_a_month_has_its_share(year, month):
    at = tdb_from_utc(f"{year}-{month + 1:02d}-16T00:00:00Z")
    # Twelve equal months and leap years move the middle by up to two days of 30, and a month by 5 %;
    # between December and January by 55 %.
    assert climate().clear([at])[0, 0] == pytest.approx(MONTHLY[0, month], abs=0.06)


def test_shares_change_without_jumps():
    at = np.arange(0.0, 800 * 86400.0, 3600.0)
    found = climate().clear(at)[:, 0]
    assert np.abs(np.diff(found)).max() < 0.55 / 30 / 24 * 1.02
    assert found.mean() == pytest.approx(MONTHLY.mean(), abs=0.03)


@pytest.mark.parametrize(("longitude", "utc"), [(0.0, 3), (90.0, 21), (-75.0, 8)])
def test_the_clearest_hour_is_in_local_time(longitude, utc):
    flat = Climate(np.full((1, 12), 0.5), np.array([0.2]), np.array([3 * 3600.0]), np.radians([longitude]))
    start = tdb_from_utc("2040-06-01T00:00:00Z")
    hours = np.arange(24)
    found = flat.clear(start + 3600.0 * hours)[:, 0]
    assert hours[found.argmax()] == utc
    assert found.max() == pytest.approx(0.7, abs=1e-5)
    assert found.mean() == pytest.approx(0.5, abs=1e-9)
