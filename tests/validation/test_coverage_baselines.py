"""Coverage and dilution of precision of constellations whose figures are known.

Orbits here are two-body, propagated by plain NumPy, and the body turns at a constant rate about the z axis of the
orbits' frame, as in the calculations that the figures come from:

- Walker baselines 24/3/1 and 18/3/1, own calculation of 2026: points every 10 deg of latitude and 30 deg of
  longitude, a sidereal month (27.32 d) at 1 h, least share of time over the points, two or three digits.
- Three satellites in a frozen elliptical orbit (Ely and Lieb 2005, "two spacecraft always in view from the polar
  regions"), elements as published with LuPNT; shares by latitude, own calculation of 2026.
- Hours of visibility from the south pole of single relays: Zhang et al. 2021, "over 8 h of about 12 h", and own
  calculation of 2026.
- Gaps and daily shares at the pole of a relay whose orbit stands still in inertial axes follow from its mean
  anomalies at the mask: one gap an orbit, of the orbit less the pass. Closed form here.
- Areostationary satellites: MIT 12.000 gives the limit of latitude, 80.4 deg; shares of area are own
  calculations of 2026, and closed forms here.

The own calculations of 2026 were made without this package.
"""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.fold import fold
from qqnet.navigation.analysis import NavigationAnalysis
from qqnet.space.grids import icosphere
from qqnet.space.timescales import tdb_from_utc

GM_MOON = 4902.800066
MOON_KM = 1737.4
MONTH_S = 27.321661 * 86400.0
SOUTH_POLE = [[0.0, 0.0, -1.0]]


def on_sphere(latitude_deg, longitude_deg):
    lat, lon = np.radians(np.broadcast_arrays(latitude_deg, longitude_deg))
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def turned(positions, angle):
    """Positions [T, S, 3] in axes that have turned about z by an angle [T]."""
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y, z = np.moveaxis(positions, -1, 0)
    return np.stack([c * x + s * y, c * y - s * x, z], axis=-1)


def orbit(a_km, e, i_deg, raan_deg, argp_deg, mean_anomaly):
    """Position on an ellipse; angles broadcast against the mean anomaly [rad]."""
    anomaly = np.array(mean_anomaly, dtype=float)
    for _ in range(60):
        anomaly -= (anomaly - e * np.sin(anomaly) - mean_anomaly) / (1.0 - e * np.cos(anomaly))
    i, raan, argp = np.radians(i_deg), np.radians(raan_deg), np.radians(argp_deg)
    x = a_km * (np.cos(anomaly) - e)
    y = a_km * np.sqrt(1.0 - e * e) * np.sin(anomaly)
    x, y = x * np.cos(argp) - y * np.sin(argp), x * np.sin(argp) + y * np.cos(argp)
    return np.stack(
        [
            x * np.cos(raan) - y * np.cos(i) * np.sin(raan),
            x * np.sin(raan) + y * np.cos(i) * np.cos(raan),
            y * np.sin(i),
        ],
        axis=-1,
    )


def walker(total, planes, phasing, a_km, i_deg, times):
    """Walker delta pattern in the axes of the turning Moon, [T, S, 3]."""
    index = np.arange(total)
    plane, slot = np.divmod(index, total // planes)
    phase = 2 * np.pi * (slot * planes / total + phasing * plane / total)
    mean_anomaly = phase + np.sqrt(GM_MOON / a_km**3) * times[:, None]
    fixed = orbit(a_km, 0.0, i_deg, 360.0 * plane / planes, 0.0, mean_anomaly)
    return turned(fixed, 2 * np.pi / MONTH_S * times)


def analysed(points, weights, mask_deg, times, satellites):
    observers = Observers.on_sphere(points, MOON_KM, np.radians(mask_deg))
    coverage = CoverageAnalysis("Moon", observers, weights, step_s=times[1] - times[0], required_fold=4)
    navigation = NavigationAnalysis("Moon", observers, weights)
    for first in range(0, len(times), 1000):
        chunk = slice(first, first + 1000)
        coverage.update(times[chunk], satellites[chunk])
        navigation.update(times[chunk], satellites[chunk])
    return coverage.result(), navigation.result()


@pytest.mark.parametrize(
    ("total", "a_km", "mask_deg", "four_in_view", "gdop_at_most_6"),
    [
        (24, 7000.0, 5.0, 100.0, 100.0),
        (24, 7000.0, 10.0, 100.0, 97.26),
        (24, 5212.2, 5.0, 100.0, 98.17),
        (24, 5212.2, 10.0, 100.0, None),
        (18, 9000.0, 5.0, 100.0, 81.4),
        (18, 9000.0, 10.0, 100.0, None),
    ],
)
def test_walker_baselines(total, a_km, mask_deg, four_in_view, gdop_at_most_6):
    latitude, longitude = np.meshgrid(np.arange(-90.0, 91.0, 10.0), np.arange(0.0, 360.0, 30.0))
    points = on_sphere(latitude.ravel(), longitude.ravel())
    times = np.arange(0.0, 27.32 * 86400.0, 3600.0)
    satellites = walker(total, 3, 1, a_km, 56.0, times)
    coverage, navigation = analysed(points, np.ones(len(points)), mask_deg, times, satellites)
    assert 100.0 * coverage.fraction_at_least_worst(4) == four_in_view
    assert coverage.worst_fold >= 4
    if gdop_at_most_6 is not None:
        # To the last digit that is given.
        digits = 1 if gdop_at_most_6 == 81.4 else 2
        assert round(100.0 * navigation.fraction_at_most_worst("gdop", 6.0), digits) == gdop_at_most_6


def test_lunar_baseline_on_a_fine_grid():
    # 24/3/1 at 7,000 km: the same claim on 2,562 points every 10 minutes, 10 million cells.
    grid = icosphere(4)
    times = np.arange(0.0, 27.32 * 86400.0, 600.0)
    coverage, navigation = analysed(
        grid.points, grid.weights, 5.0, times, walker(24, 3, 1, 7000.0, 56.0, times)
    )
    assert coverage.worst_fold >= 4
    assert coverage.fraction_at_least(4) == 1.0
    assert coverage.longest_gap_s == 0.0
    assert coverage.worst_day.fraction_at_least[3] == 1.0
    answer = coverage.summary()
    assert all(day["fraction_at_least_worst_point"]["4"] == 1.0 for day in answer["days"])
    assert all(band["fraction_at_least"]["4"] == 1.0 for band in answer["bands"])
    assert {answer["gaps"][k]["count_max"] for k in "1234"} == {0}
    assert navigation.unavailable_fraction == 0.0
    assert navigation.maximum("gdop") <= 6.0
    assert navigation.fraction_at_most("gdop", 6.0) == 1.0


@pytest.mark.parametrize(
    ("latitude_deg", "mask_deg", "two_in_view"),
    [(-60, 0, 100.0), (-70, 5, 100.0), (-80, 10, 100.0), (-90, 10, 100.0), (-70, 10, 98.5), (-60, 5, 96.6)],
)
def test_three_elliptical_satellites_over_the_south(latitude_deg, mask_deg, two_in_view):
    times = np.arange(0.0, 27.32 * 86400.0, 300.0)
    mean_anomaly = np.sqrt(GM_MOON / 6541.4**3) * times[:, None] + np.radians([0.0, 120.0, 240.0])
    satellites = turned(orbit(6541.4, 0.6, 56.2, 0.0, 90.0, mean_anomaly), 2 * np.pi / MONTH_S * times)
    points = on_sphere(latitude_deg, np.arange(0.0, 360.0, 10.0))
    observers = Observers.on_sphere(points, MOON_KM, np.radians(mask_deg))
    coverage = CoverageAnalysis("Moon", observers, np.ones(36), step_s=300.0, required_fold=2)
    coverage.update(times, satellites)
    # Shares are means over longitude.
    assert round(100.0 * coverage.result().fraction_at_least(2), 1) == two_in_view


def hours_above(a_km, e, i_deg, argp_deg, mask_deg):
    """Time in view of the south pole in one orbit [h], from the two true anomalies where elevation is the mask."""

    def excess(anomaly):
        radius = a_km * (1.0 - e * e) / (1.0 + e * np.cos(anomaly))
        z = radius * np.sin(np.radians(i_deg)) * np.sin(anomaly + np.radians(argp_deg))
        across = np.sqrt(radius**2 - z**2)
        return np.arctan2(-z - MOON_KM, across) - np.radians(mask_deg)

    rate = np.sqrt(GM_MOON / a_km**3)
    edges = [brentq(excess, 0.3, np.pi), brentq(excess, np.pi, 2 * np.pi - 0.3)]
    eccentric = [
        2 * np.arctan2(np.sqrt(1 - e) * np.sin(v / 2), np.sqrt(1 + e) * np.cos(v / 2)) for v in edges
    ]
    start, stop = (u - e * np.sin(u) for u in eccentric)
    return (stop - start) / rate / 3600.0


@pytest.mark.parametrize("mask_deg", [0.0, 10.0])
def test_gaps_and_days_at_the_south_pole_are_those_of_the_anomalies(mask_deg):
    # Queqiao-2's ellipse: each orbit has one gap, which starts where the relay sets.
    a_km, e = radii(200.0, 16000.0)
    rate = np.sqrt(GM_MOON / a_km**3)
    period_s = 2 * np.pi / rate
    seen_s = 3600.0 * hours_above(a_km, e, 62.4, 90.0, mask_deg)
    start_s = tdb_from_utc("2030-01-01T00:00:00Z")
    step_s, days = 60.0, 40
    times = step_s * np.arange(days * 1440)
    # At apoapsis first; argument of periapsis 90 deg has the pass symmetric about it.
    satellite = orbit(a_km, e, 62.4, 0.0, 90.0, np.pi + rate * times[:, None])
    observers = Observers.on_sphere(SOUTH_POLE, MOON_KM, np.radians(mask_deg))
    coverage = CoverageAnalysis("Moon", observers, [1.0], step_s=step_s)
    coverage.update(start_s + times, satellite)
    answer = coverage.result().summary()
    sets = 0.5 * seen_s + period_s * np.arange(int((times[-1] - 0.5 * seen_s) // period_s) + 1)
    rises = np.minimum(sets + period_s - seen_s, days * 86400.0)
    gap = answer["gaps"]["1"]
    assert gap["count_max"] == gap["count_mean"] == len(sets)
    assert gap["mean_s"] == pytest.approx((rises - sets).mean(), abs=step_s / 2)
    assert gap["longest_s"] == pytest.approx(period_s - seen_s, abs=step_s)
    assert answer["lowest_fold"]["start_s"] - start_s == pytest.approx(sets[0], abs=step_s)
    assert answer["lowest_fold"]["duration_s"] == pytest.approx((rises - sets).sum(), abs=step_s * len(sets))

    midnights = 86400.0 * np.arange(days + 1)
    hidden = [
        np.clip(np.minimum(rises, stop) - np.maximum(sets, start), 0.0, None).sum()
        for start, stop in pairwise(midnights)
    ]
    shares = [day["fraction_at_least"]["1"] for day in answer["days"]]
    # Each edge inside a day is known to one step.
    np.testing.assert_allclose(shares, 1.0 - np.array(hidden) / 86400.0, rtol=0, atol=2.1 * step_s / 86400.0)
    assert answer["least_day"]["whole_days"] == days
    assert answer["least_day"]["fraction_at_least"]["1"] == min(shares)
    assert min(shares) < max(shares)


def radii(low_km, high_km):
    """Semi-major axis [km] and eccentricity from altitudes."""
    return MOON_KM + (low_km + high_km) / 2, (high_km - low_km) / (2 * MOON_KM + low_km + high_km)


@pytest.mark.parametrize(
    ("shape", "i_deg", "argp_deg", "period_h", "hours"),
    [
        (radii(300.0, 8600.0), 54.8, 90.0, 12.13, {0: 9.80, 5: 9.54, 10: 9.23, 15: 8.88}),
        (radii(200.0, 16000.0), 62.4, 90.0, 24.32, {0: 22.14, 5: 21.88, 10: 21.58}),
        ((5740.0, 0.58), 54.856, 86.322, 10.84, {0: 8.10, 5: 7.81, 10: 7.49}),
        ((6541.4, 0.6), 56.2, 90.0, 13.19, {0: 10.20, 5: 9.89, 10: 9.53}),
    ],
    ids=["Zhang 2021", "Queqiao-2", "Lunar Pathfinder", "frozen ellipse"],
)
def test_hours_in_view_of_the_south_pole(shape, i_deg, argp_deg, period_h, hours):
    a_km, e = shape
    period = 2 * np.pi * np.sqrt(a_km**3 / GM_MOON) / 3600.0
    assert round(period, 2) == period_h
    samples = 200_000
    satellite = orbit(a_km, e, i_deg, 0.0, argp_deg, 2 * np.pi * np.arange(samples) / samples)[:, None]
    for mask_deg, wanted in hours.items():
        folds = fold(Observers.on_sphere(SOUTH_POLE, MOON_KM, np.radians(mask_deg)), satellite)
        found = folds.mean() * period
        assert found == pytest.approx(
            hours_above(a_km, e, i_deg, argp_deg, mask_deg), abs=2 * period / samples
        )
        # The figures are counts of samples: 22.134 h was given as 22.14.
        assert found == pytest.approx(wanted, abs=0.006)


A_STATIONARY_KM = 20427.69
MARS_EQUATOR_KM = 3396.19


def cap_rad(mask_deg):
    """Angle at the centre of Mars from below a satellite to where it stands at the mask [rad]."""
    mask = np.radians(mask_deg)
    return np.arccos(MARS_EQUATOR_KM * np.cos(mask) / A_STATIONARY_KM) - mask


@pytest.mark.parametrize(
    ("mask_deg", "one_in_view", "latitude_limit", "every_longitude"),
    [(0.0, 97.69, 80.43, 70.6), (5.0, 94.62, 75.47, 59.9), (10.0, 90.27, 70.58, 48.3)],
)
def test_three_areostationary_satellites(mask_deg, one_in_view, latitude_limit, every_longitude):
    satellites = A_STATIONARY_KM * on_sphere(0.0, [0.0, 120.0, 240.0])[None]
    mask = np.radians(mask_deg)
    # The given shares were counted on 40,962 points of the equatorial radius; reproduced to the last digit.
    grid = icosphere(6)
    coverage = CoverageAnalysis(
        "Mars", Observers.on_sphere(grid.points, MARS_EQUATOR_KM, mask), grid.weights, step_s=60.0
    )
    coverage.update([0.0], satellites)
    share = coverage.result().fraction_at_least(1)
    assert round(100.0 * share, 2) == one_in_view

    # Closed form: at each latitude, three arcs of longitude, or all of it where the caps overlap.
    cap = cap_rad(mask_deg)
    overlap = np.arccos(np.cos(cap) / np.cos(np.pi / 3))

    def seen(latitude):
        arc = np.arccos(np.clip(np.cos(cap) / np.cos(latitude), -1.0, 1.0))
        return np.cos(latitude) * min(1.0, 3.0 * arc / np.pi)

    exact = quad(seen, 0.0, overlap)[0] + quad(seen, overlap, cap)[0]
    # The edge of coverage is counted by whole cells of 1.1 deg.
    assert share == pytest.approx(exact, abs=2e-4)
    for band in coverage.result().summary()["bands"]:
        low, high = np.radians([band["south_deg"], band["north_deg"]])
        at = [x for x in (overlap, cap, -overlap, -cap) if low < x < high]
        inside = quad(seen, low, high, points=at or None)[0] / (np.sin(high) - np.sin(low))
        # Whole cells again: in the small caps, where coverage ends at 80.43 deg at the most, they count for more.
        cell = 0.02 if max(abs(band["south_deg"]), abs(band["north_deg"])) == 90.0 else 6e-3
        assert band["fraction_at_least"]["1"] == pytest.approx(inside, abs=cell)

    latitudes = np.arange(0.0, 90.0, 0.005)
    below = on_sphere(latitudes, 0.0)
    between = on_sphere(latitudes, 60.0)
    for points, limit in ((below, latitude_limit), (between, every_longitude)):
        folds = fold(Observers.on_sphere(points, MARS_EQUATOR_KM, mask), satellites)[0]
        digits = 2 if limit == latitude_limit else 1
        assert latitudes[np.flatnonzero(folds)[-1]] == pytest.approx(limit, abs=0.5 * 10.0**-digits + 0.005)
