import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.access import geometry
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S as C

coordinate = st.floats(-1e6, 1e6)
vector = st.tuples(coordinate, coordinate, coordinate).map(np.array)


def test_range_rate_is_the_derivative_of_range():
    r1, v1 = np.array([7000.0, 100.0, -30.0]), np.array([0.1, 7.5, 0.2])
    r2, v2 = np.array([-3000.0, 42000.0, 10.0]), np.array([-3.0, 0.1, 0.4])

    def distance(dt):
        return geometry.slant_range_km(r1 + v1 * dt, r2 + v2 * dt)

    expected = (distance(0.5) - distance(-0.5)) / 1.0
    assert geometry.range_rate_km_s(r1, v1, r2, v2) == pytest.approx(expected, abs=1e-7)


def test_one_way_range_rate_is_the_derivative_by_the_time_of_transmission():
    velocity = np.array([25.0, -10.0, 3.0])

    def receiver(t):
        return np.array([1e8, 2e7, -1e7]) + np.asarray(t)[..., None] * velocity

    def sender(t):
        return np.array([-3e7, 5e6, 0.0]) + t * np.array([-8.0, 28.0, 1.0])

    def path(t):
        return geometry.light_time_s(sender(t), receiver, t)

    rate = (path(50.0)[0] - path(-50.0)[0]) * C / 100.0
    n = path(0.0)[1] / np.linalg.norm(path(0.0)[1])
    ours = geometry.one_way_range_rate_km_s(n, [-8.0, 28.0, 1.0], velocity)
    assert ours == pytest.approx(rate, rel=1e-7)


def test_elevation_from_horizon_to_zenith():
    up = np.array([0.0, 0.0, 1.0])
    lines = np.array([[1.0, 0, 0], [1.0, 1.0, np.sqrt(2.0)], [0, 0, 9.0], [0, 0, -1.0]])
    assert np.degrees(geometry.elevation_rad(lines, up)) == pytest.approx([0.0, 45.0, 90.0, -90.0])


@given(vector, vector, vector, st.floats(0.1, 1e5))
def test_clearance_has_no_direction_and_is_what_dense_points_show(a, b, centre, radius):
    if np.linalg.norm(a - b) < 1.0:
        return
    clearance = geometry.segment_clearance_km(a, b, centre, radius)
    assert clearance == pytest.approx(geometry.segment_clearance_km(b, a, centre, radius), abs=1e-6)
    share = np.linspace(0, 1, 2001)[:, None]
    dense = np.linalg.norm(a + share * (b - a) - centre, axis=1).min() - radius
    step = np.linalg.norm(b - a) / 2000.0
    assert clearance <= dense + 1e-6
    assert dense - clearance <= step


def test_separation_keeps_the_digits_of_small_angles():
    small = 1e-9
    a = np.array([1.0, 0.0, 0.0])
    b = np.array([np.cos(small), np.sin(small), 0.0])
    assert geometry.separation_rad(a, b) == pytest.approx(small, rel=1e-9)
    assert geometry.separation_rad(a, -a) == pytest.approx(np.pi)


def test_light_time_satisfies_its_equation():
    def receiver(t):
        angle = 2e-7 * np.asarray(t)
        return 2.3e8 * np.stack([np.cos(angle), np.sin(angle), 0.1 * angle], axis=-1)

    t = np.linspace(0, 1e7, 50)
    sender = np.array([1.5e8, 0.0, 0.0])
    delay, path = geometry.light_time_s(sender, receiver, t)
    miss = np.linalg.norm(receiver(t + delay) - sender, axis=-1) - C * delay
    assert np.abs(miss).max() < 1e-6
    assert np.linalg.norm(path, axis=-1) == pytest.approx(C * delay)


def test_aberration_agrees_with_special_relativity_to_second_order():
    """Lorentz transformation of a light ray, Explanatory Supplement, equation of relativistic aberration."""
    random = np.random.default_rng(1)
    n = random.normal(size=(100, 3))
    n /= np.linalg.norm(n, axis=1)[:, None]
    velocity = np.array([20.0, -22.0, 3.0])
    beta = velocity / C
    gamma = 1.0 / np.sqrt(1.0 - beta @ beta)
    along = n @ beta
    exact = (n / gamma + (gamma / (gamma + 1.0) * along - 1.0)[:, None] * beta) / (1.0 - along)[:, None]
    ours = geometry.apparent_direction(n, velocity)
    angle = geometry.separation_rad(ours, exact)
    assert angle.max() < beta @ beta
    assert geometry.separation_rad(ours, n).max() > 0.9 * np.linalg.norm(beta)
