"""The weighted kernel against plain NumPy, against dilution of precision, and where there is no solution."""

import numpy as np
import pytest

from qqnet.access.visibility import Observers
from qqnet.errors import InputError
from qqnet.navigation.dop import dop, local_axes
from qqnet.navigation.error_radius import radius
from qqnet.navigation.range_error import TABLE, RangeErrorModel, packed
from qqnet.navigation.weighted import user_errors
from qqnet.orbit_determination.signal_in_space import range_variance_m2

RADIUS_KM = 1737.4
MASK = np.radians(5.0)


def covariances(epochs, satellites, seed=4):
    root = np.random.default_rng(seed).normal(size=(epochs, satellites, 4, 4)) * 3.0
    return root @ np.swapaxes(root, -1, -2)


def plain(position, up, satellites, covariance, model):
    """Errors of one point at one epoch by the inverse of a 4x4 matrix; None with fewer than four."""
    line = satellites - position
    distance = np.linalg.norm(line, axis=1)
    line = line / distance[:, None]
    sine = line @ up
    seen = (sine >= np.sin(MASK)) & np.isfinite(model.noise_m(distance))
    if seen.sum() < 4:
        return None
    line, distance, sine = line[seen], distance[seen], sine[seen]
    variance = model.noise_m(distance) ** 2 + range_variance_m2(covariance[seen], line)
    variance += np.interp(sine, np.linspace(-1.0, 1.0, TABLE), model.elevation_table())
    rows = np.column_stack([line, np.ones(len(line))])
    inverse = np.linalg.inv(rows.T @ (rows / variance[:, None]))
    east, north = local_axes(up[:, None])
    axes = np.stack([east[:, 0], north[:, 0], up])
    local = axes @ inverse[:3, :3] @ axes.T
    sigma = np.sqrt([np.trace(local[:2, :2]), local[2, 2], np.trace(local)])
    time = np.sqrt(inverse[3, 3] + model.time_transfer_m**2)
    radii = radius(0.95, np.linalg.eigvalsh(local[:2, :2])), radius(0.95, np.linalg.eigvalsh(local))
    return np.array([*sigma, time, *radii])


def test_equals_plain_numpy(random_case):
    unit, satellites, _ = random_case(epochs=6, points=11, satellites=40)
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    known = covariances(6, 40)
    model = RangeErrorModel(eirp_dbw=-2.0, other_m=0.3, time_transfer_m=2.0)
    found = user_errors(observers, satellites, packed(known), model)
    compared = 0
    for t in range(6):
        for p in range(11):
            position, up = observers.position_km[:, p], observers.up[:, p]
            expected = plain(position, up, satellites[t], known[t], model)
            if expected is None:
                assert np.isinf(found[:, t, p]).all()
                continue
            compared += 1
            assert found[:4, t, p] == pytest.approx(expected[:4], rel=1e-9)
            assert found[4:, t, p] == pytest.approx(expected[4:], rel=3e-5)
    assert compared > 60


def test_equal_errors_are_dilution_of_precision(random_case):
    unit, satellites, _ = random_case()
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    values = dop(observers, satellites)
    orbit, clock = 3.0, 1.2
    known = packed(np.broadcast_to(np.diag([orbit**2] * 3 + [clock**2]), (1, 14, 4, 4)))
    errors = user_errors(observers, satellites, known, RangeErrorModel.constant(0.7))
    sigma = np.sqrt(orbit**2 + clock**2 + 0.7**2)
    assert np.array_equal(np.isfinite(errors[0]), np.isfinite(values[0]))
    solved = np.isfinite(values[0]) & (values[0] < 100.0)
    for error, kind in zip(errors[:4], (2, 3, 1, 4), strict=True):
        assert error[solved] == pytest.approx(sigma * values[kind][solved], rel=1e-9)


def test_better_satellites_make_better_positions(random_case):
    unit, satellites, _ = random_case(satellites=30)
    observers = Observers.on_sphere(unit, RADIUS_KM, MASK)
    known = np.broadcast_to(np.diag([9.0, 9.0, 9.0, 1.0]), (1, 30, 4, 4)).copy()
    before = user_errors(observers, satellites, packed(known), RangeErrorModel())
    known[0, :15] *= 0.25
    after = user_errors(observers, satellites, packed(known), RangeErrorModel())
    solved = np.isfinite(before[0])
    # Who sees none of the better satellites gains nothing.
    assert np.all(after[:4][:, solved] <= before[:4][:, solved] * (1.0 + 1e-12))
    assert np.mean(after[2][solved] < before[2][solved]) > 0.95
    assert np.all(after[:4][:, solved] > 0.5 * before[:4][:, solved])


def test_no_solution_is_infinite():
    pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1737.4, MASK)
    three = np.array([[[1000.0, 0.0, 6000.0], [-1000.0, 500.0, 6000.0], [0.0, -1000.0, 6000.0]]])
    assert np.isinf(user_errors(pole, three, np.zeros((1, 3, 10)), RangeErrorModel())).all()
    # Four satellites at one place: singular.
    same = np.repeat(three[:, :1], 4, axis=1)
    assert np.isinf(user_errors(pole, same, np.zeros((1, 4, 10)), RangeErrorModel())).all()


def test_too_weak_a_signal_is_not_used():
    pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1737.4, MASK)
    four = np.array([[[1e3, 0.0, 6e3], [-1e3, 500.0, 6e3], [0.0, -1e3, 6e3], [0.0, 4e3, 4e3]]])
    known = np.zeros((1, 4, 10))
    assert np.isfinite(user_errors(pole, four, known, RangeErrorModel(eirp_dbw=20.0))).all()
    assert np.isinf(user_errors(pole, four, known, RangeErrorModel(eirp_dbw=-20.0))).all()


def test_round_errors_have_round_radii():
    # A regular tetrahedron has one and the same error in every direction.
    corners = np.array([[[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]]) * 1.0
    centre = Observers.on_sphere([[0.0, 0.0, 1.0]], 1e-12, np.radians(-89.999))
    errors = user_errors(centre, corners, np.zeros((1, 4, 10)), RangeErrorModel.constant(1.0))[:, 0, 0]
    assert errors[0] == pytest.approx(errors[1] * np.sqrt(2.0), rel=1e-9)
    assert errors[4] / (errors[0] / np.sqrt(2.0)) == pytest.approx(2.447747, rel=1e-6)
    assert errors[5] / errors[1] == pytest.approx(2.795483, rel=1e-6)


def test_another_shape_is_refused():
    pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1737.4, MASK)
    with pytest.raises(InputError, match="signal_in_space: shape"):
        user_errors(pole, np.ones((2, 4, 3)), np.zeros((3, 4, 10)), RangeErrorModel())
