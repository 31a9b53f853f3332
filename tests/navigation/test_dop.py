"""Dilution of precision against the inverse of the 4x4 normal matrix, and the laws it obeys."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.visibility import Observers
from qqnet.coverage.fold import fold
from qqnet.errors import InputError
from qqnet.navigation.dop import KINDS, LARGEST_GDOP, dop, local_axes

RADIUS_KM = 1737.4
MASK = np.radians(5.0)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=30, deadline=None)


def plain_dop(point, satellites):
    """GDOP, PDOP, HDOP, VDOP, TDOP of one point and epoch, and how many satellites it sees."""
    line = satellites - RADIUS_KM * point
    line /= np.linalg.norm(line, axis=1, keepdims=True)
    line = line[np.arcsin(line @ point) >= MASK]
    east = np.cross([0.0, 0.0, 1.0], point)
    east /= np.linalg.norm(east)
    design = np.column_stack([line @ east, line @ np.cross(point, east), line @ point, np.ones(len(line))])
    if len(line) < 4:
        return np.full(5, np.inf), len(line)
    e, n, u, t = np.diag(np.linalg.inv(design.T @ design))
    return np.sqrt([e + n + u + t, e + n + u, e + n, u, t]), len(line)


@pytest.mark.parametrize(("seed", "points"), [(0, 37), (1, 150), (2, 1)])
def test_equals_the_inverse_of_the_normal_matrix(random_case, seed, points):
    unit, satellites, _ = random_case(seed, points=points)
    values = dop(Observers.on_sphere(unit, RADIUS_KM, MASK), satellites)
    assert values.shape == (5, 25, points)
    solved = 0
    for t, at_epoch in enumerate(satellites):
        for p, point in enumerate(unit):
            wanted, count = plain_dop(point, at_epoch)
            if count < 4:
                assert np.all(np.isposinf(values[:, t, p]))
                continue
            # The inverse loses digits as the square of GDOP; its own error must stay below the tolerance.
            if wanted[0] < 100.0:
                solved += 1
                assert values[:, t, p] == pytest.approx(wanted, rel=1e-9)
    assert solved > 10


def test_counts_exactly_the_satellites_that_the_fold_counts(random_case):
    unit, satellites, _ = random_case(3, epochs=60, points=200)
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    folds = fold(observers, satellites)
    solved = np.isfinite(dop(observers, satellites)[0])
    assert set(np.unique(folds)) >= {2, 3, 4, 5}
    assert not np.any(solved & (folds < 4))
    # Four and yet no solution: only where the singular values of the design matrix say GDOP above 1e4.
    for t, p in np.argwhere(~solved & (folds >= 4)):
        line = satellites[t] - RADIUS_KM * unit[p]
        line /= np.linalg.norm(line, axis=1, keepdims=True)
        line = line[line @ unit[p] >= np.sin(MASK)]
        singular = np.linalg.svd(np.column_stack([line, np.ones(len(line))]), compute_uv=False)
        assert np.sqrt(np.sum(singular**-2.0)) > LARGEST_GDOP


@few
@given(seeds)
def test_shares_add_up(random_case, seed):
    unit, satellites, _ = random_case(seed, epochs=5)
    values = dop(Observers.on_sphere(unit, RADIUS_KM, MASK), satellites)
    g, p, h, v, t = values[:, np.isfinite(values[0])]
    assert np.allclose(p**2, h**2 + v**2, rtol=1e-12)
    assert np.allclose(g**2, p**2 + t**2, rtol=1e-12)
    # Four range-like measurements of unit sensitivity cannot beat the mean of n clocks.
    assert np.all(t**2 >= 1.0 / satellites.shape[1])


@few
@given(seeds)
def test_another_satellite_never_raises_any_dop(random_case, seed):
    unit, satellites, _ = random_case(seed, epochs=5)
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    fewer, more = dop(observers, satellites[:, 1:]), dop(observers, satellites)
    assert np.all(more <= fewer * (1.0 + 1e-8))


@few
@given(seeds)
def test_turning_everything_together_changes_nothing(random_case, seed):
    unit, satellites, _ = random_case(seed, epochs=5)
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    before = dop(Observers.on_sphere(unit, RADIUS_KM, MASK), satellites)
    after = dop(Observers.on_sphere(unit @ turn.T, RADIUS_KM, MASK), satellites @ turn.T)
    good = before[0] < 100.0
    assert np.allclose(before[:, good], after[:, good], rtol=1e-9)
    assert np.array_equal(np.isinf(before), np.isinf(after))


@few
@given(seeds, st.permutations(range(14)))
def test_the_order_of_satellites_does_not_matter(random_case, seed, order):
    unit, satellites, _ = random_case(seed, epochs=5)
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    before, after = dop(observers, satellites), dop(observers, satellites[:, order])
    good = before[0] < 100.0
    assert np.allclose(before[:, good], after[:, good], rtol=1e-9)


def sky(elevation_deg, azimuth_deg):
    """Satellites at given places in the sky of a point at the north pole."""
    e, a = np.radians(np.broadcast_arrays(elevation_deg, azimuth_deg))
    far = 5000.0 * np.column_stack([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
    return np.add(far, [0.0, 0.0, RADIUS_KM])[None]


POLE = Observers.on_sphere([[0.0, 0.0, 1.0]], RADIUS_KM)


@pytest.mark.parametrize(
    "satellites",
    [
        sky([10.0, 30.0, 80.0], [0.0, 120.0, 240.0]),
        sky(30.0, np.arange(0.0, 360.0, 60.0)),
        sky([10.0, 30.0, 50.0, 70.0, 90.0], 40.0),
        sky([45.0] * 5, [10.0] * 5),
        sky([20.0, 20.0, 60.0, 60.0, 60.0], [0.0, 0.0, 90.0, 90.0, 90.0]),
        sky([20.0, 60.0, 20.0, 60.0], [0.0, 0.0, 180.0, 180.0]),
        sky([-10.0, 10.0, 30.0, 80.0], [60.0, 0.0, 120.0, 240.0]),
    ],
    ids=[
        "three",
        "a cone",
        "one azimuth",
        "one place",
        "two places",
        "one great circle",
        "one below the horizon",
    ],
)
def test_no_solution_is_infinite_in_all_five(satellites):
    assert np.all(np.isposinf(dop(POLE, satellites)))


@pytest.mark.parametrize("turn_deg", np.arange(0.0, 90.0, 7.3))
def test_singular_geometry_stays_singular_when_rounding_disturbs_it(turn_deg):
    # A cone seen from points all over the sphere: the zenith is the axis.
    turn = np.radians(turn_deg)
    c, s = np.cos(turn), np.sin(turn)
    matrix = np.array([[c, 0.0, s], [s * s, c, -c * s], [-c * s, s, c * c]])
    point = matrix @ [0.0, 0.0, 1.0]
    satellites = sky(37.0, np.arange(0.0, 360.0, 37.0)) @ matrix.T
    assert np.all(np.isposinf(dop(Observers.on_sphere([point], RADIUS_KM), satellites)))


def test_near_singular_geometry_grows_until_it_has_no_solution():
    previous = 0.0
    for tilt_deg in [1.0, 0.3, 0.1, 0.03]:
        elevation = np.array([30.0, 30.0, 30.0, 30.0 + tilt_deg])
        gdop = dop(POLE, sky(elevation, [0.0, 90.0, 180.0, 270.0]))[0, 0, 0]
        assert previous < gdop < np.inf
        previous = gdop
    # GDOP goes as the inverse of the tilt.
    assert gdop == pytest.approx(
        (1.0 / 0.03) * dop(POLE, sky([30, 30, 30, 31], [0, 90, 180, 270]))[0, 0, 0], rel=0.02
    )
    for tilt_deg in [1e-2, 3e-3, 1e-3, 1e-5, 1e-8]:
        gdop = dop(POLE, sky([30.0, 30.0, 30.0, 30.0 + tilt_deg], [0.0, 90.0, 180.0, 270.0]))[0, 0, 0]
        assert gdop <= LARGEST_GDOP or np.isinf(gdop)
    assert np.isinf(gdop)


def test_regular_tetrahedron_is_the_best_geometry_of_four():
    # Best attainable with four: GDOP² = 9/4 + 1/4, all directions alike.
    low = -np.degrees(np.arcsin(1.0 / 3.0))
    observers = Observers.on_sphere([[0.0, 0.0, 1.0]], RADIUS_KM, np.radians(-30.0))
    values = dop(observers, sky([90.0, low, low, low], [0.0, 0.0, 120.0, 240.0]))[:, 0, 0]
    assert values == pytest.approx(np.sqrt([2.5, 2.25, 1.5, 0.75, 0.25]), rel=1e-12)


def test_a_satellite_out_of_service_is_left_out(random_case):
    unit, satellites, _ = random_case()
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    broken = satellites.copy()
    broken[:, 3] = np.nan
    assert np.array_equal(dop(observers, broken), dop(observers, np.delete(satellites, 3, axis=1)))


def test_local_axes_are_right_handed_everywhere():
    up = np.array([[1.0, 0.0, 0.0], [0.6, 0.0, 0.8], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [0.36, 0.48, -0.8]]).T
    east, north = local_axes(up)
    assert np.allclose(np.cross(east, north, axis=0), up)
    assert np.allclose(east[2], 0.0)
    assert np.all(north[2] >= 0.0)


def test_wrong_shape_is_refused():
    with pytest.raises(InputError, match="satellites_km: shape"):
        dop(POLE, np.zeros((4, 3)))


def test_kinds_are_the_five():
    assert KINDS == ("gdop", "pdop", "hdop", "vdop", "tdop")
