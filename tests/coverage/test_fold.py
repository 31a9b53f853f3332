"""The fold kernel against plain NumPy, and the laws that any count of satellites in view obeys."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.visibility import Observers
from qqnet.coverage.fold import fold
from qqnet.errors import InputError

RADIUS_KM = 1737.4
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=30, deadline=None)


def elevations(points, radius_km, satellites):
    """Elevation [rad] of every satellite, [T, S, P], from the angle to the zenith."""
    line = satellites[:, :, None, :] - np.reshape(radius_km, (-1, 1)) * points
    return np.arcsin(np.sum(line * points, axis=-1) / np.linalg.norm(line, axis=-1))


@pytest.mark.parametrize("points", [1, 37, 256, 700])
@pytest.mark.parametrize("mask_deg", [-10.0, 0.0, 5.0, 60.0])
def test_fold_equals_plain_numpy(random_case, points, mask_deg):
    unit, satellites, _ = random_case(points=points)
    mask = np.radians(mask_deg)
    wanted = (elevations(unit, RADIUS_KM, satellites) >= mask).sum(axis=1)
    assert np.array_equal(fold(Observers.on_sphere(unit, RADIUS_KM, mask), satellites), wanted)


def test_each_point_has_its_own_mask_and_altitude(random_case):
    unit, satellites, _ = random_case(points=300)
    rng = np.random.default_rng(1)
    radius, mask = RADIUS_KM + rng.uniform(0, 200, 300), rng.uniform(-0.2, 0.8, 300)
    wanted = (elevations(unit, radius, satellites) >= mask).sum(axis=1)
    assert np.array_equal(fold(Observers.on_sphere(unit, radius, mask), satellites), wanted)


def test_a_satellite_out_of_service_is_not_counted(random_case):
    unit, satellites, _ = random_case()
    observers = Observers.on_sphere(unit, RADIUS_KM)
    broken = satellites.copy()
    broken[:, 3] = np.nan
    assert np.array_equal(fold(observers, broken), fold(observers, np.delete(satellites, 3, axis=1)))


def test_no_satellites_and_no_epochs(random_case):
    observers = Observers.on_sphere(random_case()[0], RADIUS_KM)
    assert fold(observers, np.empty((2, 0, 3))).sum() == 0
    assert fold(observers, np.empty((0, 4, 3))).shape == (0, 37)


@few
@given(seeds, st.floats(-0.5, 1.5), st.floats(0.0, 0.5))
def test_a_higher_mask_never_raises_the_fold(random_case, seed, mask, more):
    unit, satellites, _ = random_case(seed, epochs=5)
    low = fold(Observers.on_sphere(unit, RADIUS_KM, mask), satellites)
    high = fold(Observers.on_sphere(unit, RADIUS_KM, min(mask + more, 1.57)), satellites)
    assert np.all(high <= low)


@few
@given(seeds)
def test_another_satellite_adds_one_at_most_and_never_takes_away(random_case, seed):
    unit, satellites, _ = random_case(seed, epochs=5)
    observers = Observers.on_sphere(unit, RADIUS_KM, 0.1)
    added = fold(observers, satellites).astype(int) - fold(observers, satellites[:, 1:])
    assert set(np.unique(added)) <= {0, 1}


@few
@given(seeds, st.permutations(range(9)))
def test_the_order_of_satellites_does_not_matter(random_case, seed, order):
    unit, satellites, _ = random_case(seed, epochs=5)
    observers = Observers.on_sphere(unit, RADIUS_KM, 0.1)
    assert np.array_equal(fold(observers, satellites), fold(observers, satellites[:, order]))


@few
@given(seeds)
def test_turning_points_and_satellites_together_changes_nothing(random_case, seed):
    unit, satellites, _ = random_case(seed, epochs=5)
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    before = fold(Observers.on_sphere(unit, RADIUS_KM, 0.1), satellites)
    after = fold(Observers.on_sphere(unit @ turn.T, RADIUS_KM, 0.1), satellites @ turn.T)
    assert np.array_equal(before, after)


def test_wrong_shape_is_refused(random_case):
    observers = Observers.on_sphere(random_case()[0], RADIUS_KM)
    with pytest.raises(InputError, match=r"satellites_km: shape \(4, 3\); wanted \[epochs, satellites, 3\]"):
        fold(observers, np.zeros((4, 3)))
