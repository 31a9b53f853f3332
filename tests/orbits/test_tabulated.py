import dataclasses

import numpy as np
import pytest

from qqnet.ephemerides.interpolation import interpolate
from qqnet.ephemerides.segment import Segment
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.tabulated import tabulated_trajectory

START = 1275393669.0
ELEMENTS = Elements(6541.4, 0.6, 1.0, 0.3, 1.5, 0.0)
GM = 4902.800118457549


def orbit(t):
    return state(ELEMENTS, GM, np.asarray(t) - START)


def tabulate(t, method="HERMITE", degree=7):
    return Segment("A", "1", "Moon", t, *orbit(t), (float(t[0]), float(t[-1])), method, degree)


def cubic(t):
    s = (np.asarray(t) - START) / 1000.0
    position = np.stack([s**3 - s, 2 * s**3 + 1, -(s**2)], axis=-1)
    velocity = np.stack([3 * s**2 - 1, 6 * s**2, -2 * s], axis=-1) / 1000.0
    return position, velocity


@pytest.mark.parametrize(
    ("method", "degree"), [("HERMITE", 3), ("HERMITE", 7), ("LAGRANGE", 3), ("LAGRANGE", 5)]
)
def test_polynomials_are_met_exactly(method, degree):
    t = START + np.array([0.0, 100.0, 250.0, 300.0, 470.0, 600.0, 800.0])
    segment = Segment("A", "1", "Moon", t, *cubic(t), (START, START + 800.0), method, degree)
    between = START + np.linspace(0, 800, 101)
    assert np.allclose(interpolate(segment, between), cubic(between)[0], atol=1e-12, rtol=0)


def test_linear_is_linear():
    t = START + np.array([0.0, 100.0])
    segment = Segment("A", "1", "Moon", t, *cubic(t), (START, START + 100.0), "LINEAR", 1)
    assert np.allclose(interpolate(segment, [START + 25.0]), 0.75 * cubic(t)[0][0] + 0.25 * cubic(t)[0][1])


@pytest.mark.parametrize(
    ("method", "degree", "order"), [("HERMITE", 7, 8), ("HERMITE", 3, 4), ("LAGRANGE", 7, 8)]
)
def test_error_falls_with_the_order_of_the_method(method, degree, order):
    def error(step):
        t = START + np.arange(0, 40000 + step, step)
        between = START + np.random.default_rng(0).uniform(10000, 30000, 500)
        return np.max(np.abs(interpolate(tabulate(t, method, degree), between) - orbit(between)[0]))

    assert error(800.0) / error(400.0) == pytest.approx(2**order, rel=0.5)


@pytest.mark.parametrize("method", ["HERMITE", "LAGRANGE"])
def test_even_tables_keep_their_interpolation_exactly(method):
    t = START + np.arange(0, 86400.0 + 1, 120.0)
    segment = tabulate(t, method)
    trajectory = tabulated_trajectory([segment], "a", (START, START + 86400))
    between = START + np.random.default_rng(0).uniform(0, 86400, 1000)
    assert trajectory.center == "Moon"
    assert trajectory.table.interval_s == pytest.approx(120.0)
    assert np.max(np.abs(trajectory.table.evaluate(between) - interpolate(segment, between))) < 5e-7
    assert np.max(np.abs(trajectory.table.evaluate(between) - orbit(between)[0])) < 1e-3


def test_uneven_tables_are_fitted():
    steps = np.random.default_rng(5).uniform(50.0, 60.0, 700)
    t = START + np.concatenate([[0.0], np.cumsum(steps)])
    trajectory = tabulated_trajectory([tabulate(t)], "a", (START, float(t[-1])))
    between = np.random.default_rng(6).uniform(t[0], t[-1], 1000)
    assert np.max(np.abs(trajectory.table.evaluate(between) - orbit(between)[0])) < 3e-6


def test_a_manoeuvre_between_segments_stays_sharp():
    t = START + np.arange(0, 3601.0, 60.0)
    first, second = tabulate(t[:31]), tabulate(t[30:])
    kick = np.array([0.0, 0.01, 0.0])  # 10 m/s, away from the first segment's motion
    moved = second.position_km + np.outer(second.t - second.t[0], kick)
    second = dataclasses.replace(second, position_km=moved, velocity_km_s=second.velocity_km_s + kick)
    trajectory = tabulated_trajectory([second, first], "a", (START, START + 3600))
    at = START + 1800.0
    before, after = (trajectory.table.evaluate_with_rate(at + dt)[1] for dt in (-0.01, 0.01))
    assert np.allclose(after - before, kick, atol=1e-4, rtol=0)
    late = trajectory.table.evaluate(START + 3000.0)
    assert np.allclose(late, orbit(START + 3000.0)[0] + 1200.0 * kick, atol=1e-4, rtol=0)


def test_spans_and_gaps_and_centres_are_checked():
    t = START + np.arange(0, 3601.0, 60.0)
    whole, first, last = tabulate(t), tabulate(t[:20]), tabulate(t[40:])
    with pytest.raises(EphemerisRangeError, match=r"states cover 2040-05-31T.* are needed"):
        tabulated_trajectory([whole], "a", (START, START + 4000))
    with pytest.raises(InputError, match=r"no states from 2040-06-01T.*segments must meet or overlap"):
        tabulated_trajectory([first, last], "a", (START, START + 3600))
    other = dataclasses.replace(last, center="Earth")
    with pytest.raises(InputError, match="relative to Earth and Moon; one centre"):
        tabulated_trajectory([whole, other], "a", (START, START + 3600))


def test_only_what_is_wanted_is_kept():
    t = START + np.arange(0, 86401.0, 60.0)
    trajectory = tabulated_trajectory(
        [tabulate(t)], "a", (START + 7200, START + 10800), wanted=(START + 5400, START + 12600)
    )
    assert trajectory.table.span == pytest.approx((START + 5400, START + 12600))
