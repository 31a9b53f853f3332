"""Sites that look up, against plain NumPy."""

import numpy as np
import pytest

from qqnet.access.horizon import HorizonProfile
from qqnet.access.sites import SiteObserver
from qqnet.coverage.fold import fold
from qqnet.coverage.sites import SiteCoverage
from qqnet.errors import InputError
from qqnet.orbits.sites import Place

HORIZON = HorizonProfile.build(np.radians([10.0, 100.0, 250.0]), np.radians([2.0, 35.0, 12.0]))


@pytest.fixture(scope="module")
def satellites():
    rng = np.random.default_rng(2)
    direction = rng.normal(size=(300, 8, 3))
    return 9000.0 * direction / np.linalg.norm(direction, axis=2, keepdims=True)


def above(satellites, radius_km, latitude_deg, longitude_deg, mask_deg, horizon, flattening=0.0):
    """Whether each satellite is above mask and horizon: rotations about z and y, no formula of the package."""
    lat, lon = np.radians([latitude_deg, longitude_deg])
    x, y, z = np.moveaxis(satellites, -1, 0)
    x, y = np.cos(lon) * x + np.sin(lon) * y, np.cos(lon) * y - np.sin(lon) * x
    e2 = flattening * (2.0 - flattening)
    prime = radius_km / np.sqrt(1.0 - e2 * np.sin(lat) ** 2)
    x, z = x - prime * np.cos(lat), z - prime * (1.0 - e2) * np.sin(lat)
    up, north = np.cos(lat) * x + np.sin(lat) * z, np.cos(lat) * z - np.sin(lat) * x
    elevation = np.arctan2(up, np.hypot(north, y))
    lowest = np.radians(mask_deg) + 0.0 * elevation
    if horizon is not None:
        azimuth = np.degrees(np.arctan2(y, north)) % 360.0
        points = np.degrees(horizon.azimuth_rad)
        height = np.interp(azimuth, points, np.degrees(horizon.elevation_rad), period=360.0)
        lowest = np.maximum(lowest, np.radians(height))
    return elevation >= lowest


@pytest.mark.parametrize("horizon", [None, HORIZON])
@pytest.mark.parametrize(("latitude", "longitude"), [(-89.0, 40.0), (-90.0, 30.0), (12.0, -100.0)])
def test_a_lunar_site_sees_what_stands_above_mask_and_horizon(satellites, latitude, longitude, horizon):
    place = Place("base", "Moon", *np.radians([latitude, longitude]))
    site = SiteObserver(place, np.radians(5.0), horizon)
    folds = fold(site.observers, site.satellites(np.arange(300.0), satellites))
    wanted = above(satellites, 1737.4, latitude, longitude, 5.0, horizon).sum(axis=1)
    np.testing.assert_array_equal(folds[:, 0], wanted)
    assert 0 < wanted.mean() < 8


def test_a_station_looks_along_the_normal_of_the_ellipsoid(satellites):
    place = Place("station", "Earth", *np.radians([46.0, 130.0]))
    site = SiteObserver(place, np.radians(10.0), HORIZON)
    far = 5.0 * satellites
    folds = fold(site.observers, site.satellites(np.arange(300.0), far))
    wanted = above(far, 6378.137, 46.0, 130.0, 10.0, HORIZON, 1 / 298.257223563).sum(axis=1)
    np.testing.assert_array_equal(folds[:, 0], wanted)


def test_a_balloon_drifts_east(satellites):
    rate, times = 1e-5, 600.0 * np.arange(300.0)
    place = Place("balloon", "Moon", 0.3, 0.5, 0.0, rate, 0.0)
    site = SiteObserver(place, 0.1)
    folds = fold(site.observers, site.satellites(times, satellites))[:, 0]
    for n in (0, 100, 299):
        moved = np.degrees(0.5 + rate * times[n])
        wanted = above(satellites[n : n + 1], 1737.4, np.degrees(0.3), moved, np.degrees(0.1), None)
        assert folds[n] == wanted.sum()


def test_a_satellite_out_of_service_is_not_seen(satellites):
    lost = satellites.copy()
    lost[:, 3] = np.nan
    site = SiteObserver(Place("base", "Moon", 0.1, 0.2), 0.0, HORIZON)
    folds = fold(site.observers, site.satellites(np.arange(300.0), lost))
    rest = fold(site.observers, site.satellites(np.arange(300.0), np.delete(satellites, 3, axis=1)))
    np.testing.assert_array_equal(folds, rest)


def test_only_a_fixed_place_has_a_horizon():
    with pytest.raises(InputError, match="balloon drifts"):
        SiteObserver(Place("balloon", "Moon", 0.3, 0.5, 0.0, 1e-5, 0.0), 0.1, HORIZON)
    with pytest.raises(InputError, match=r"base: mask 1\.6 rad"):
        SiteObserver(Place("base", "Moon", 0.3, 0.5), 1.6)


def test_coverage_of_sites_is_that_of_each(satellites):
    places = [Place("low", "Moon", -0.4, 0.2), Place("high", "Moon", 1.2, 2.0)]
    sites = [SiteObserver(places[0], 0.1), SiteObserver(places[1], 0.05, HORIZON)]
    analysis = SiteCoverage("Moon", sites, step_s=600.0, required_fold=2)
    times = 600.0 * np.arange(300.0)
    for part in (slice(0, 100), slice(100, 300)):
        analysis.update(times[part], satellites[part])
    found = analysis.result().data
    assert found["site"].to_numpy().tolist() == ["low", "high"]
    assert found["has_horizon"].to_numpy().tolist() == [False, True]
    for n, (site, place) in enumerate(zip(sites, places, strict=True)):
        lat, lon = np.degrees([place.latitude_rad, place.longitude_rad])
        seen = above(satellites, 1737.4, lat, lon, np.degrees(site.mask_rad), site.horizon).sum(axis=1)
        assert found["fold_min"][n] == seen.min()
        assert found["fold_mean"][n] == pytest.approx(seen.mean())
        assert found["fraction_at_least"].sel(at_least=2)[n] == (seen >= 2).mean()
    with pytest.raises(InputError, match="none at Moon"):
        SiteCoverage("Moon", [], step_s=60.0)
