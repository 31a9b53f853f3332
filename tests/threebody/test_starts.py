import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS, acceleration, libration_point
from qqnet.threebody.periodic import periodic_orbit
from qqnet.threebody.starts import start

EARTH_MOON = SYSTEMS["Earth-Moon"]


def frequencies(mu, point):
    """Frequencies of the linear motion in and across the plane, from differences of the acceleration."""
    place = np.append(libration_point(mu, point), [0, 0, 0])
    matrix = np.zeros((6, 6))
    matrix[:3, 3:] = np.eye(3)
    for column, unit in enumerate(1e-6 * np.eye(6)):
        matrix[3:, column] = (acceleration(place + unit, mu) - acceleration(place - unit, mu)) / 2e-6
    plane = np.linalg.eigvals(matrix[np.ix_([0, 1, 3, 4], [0, 1, 3, 4])])
    return float(plane.imag.max()), float(np.sqrt(-matrix[5, 2]))


@pytest.mark.parametrize("point", ["L1", "L2", "L3"])
@pytest.mark.parametrize("system", ["Earth-Moon", "Sun-Earth"])
def test_families_begin_with_the_linear_motion(system, point):
    pair = SYSTEMS[system]
    for kind, frequency in zip(("lyapunov", "vertical"), frequencies(pair.mu, point), strict=True):
        curve, members = start(pair, kind, point)
        member = next(members)
        orbit = periodic_orbit(pair.mu, curve.arc, member.unknown, member.defect)
        # The period changes with the square of the amplitude, 1e-3.
        assert orbit.period == pytest.approx(2 * np.pi / frequency, rel=1e-5)


def test_distant_retrograde_orbits_begin_as_circles():
    curve, members = start(EARTH_MOON, "dro", None)
    member = next(members)
    orbit = periodic_orbit(EARTH_MOON.mu, curve.arc, member.unknown, member.defect)
    radius = orbit.extent.nearest_secondary
    assert orbit.extent.farthest_secondary == pytest.approx(radius, rel=1e-4)
    kepler = 2 * np.pi / np.sqrt(EARTH_MOON.mu / radius**3)
    # Seen from axes that turn the other way, the revolution is shorter.
    assert orbit.period == pytest.approx(1 / (1 / kepler + 1 / (2 * np.pi)), rel=1e-4)


def test_butterflies_begin_with_twice_the_period_of_a_halo_orbit():
    curve, members = start(EARTH_MOON, "butterfly", None)
    member = next(members)
    orbit = periodic_orbit(EARTH_MOON.mu, curve.arc, member.unknown, member.defect)
    half = orbit.states(np.array([0.0, 0.5]))
    assert np.linalg.norm(half[1] - half[0]) < 5e-3  # the two wings are nearly one
    assert orbit.stability == pytest.approx(1.0, abs=1e-3)


def test_what_lives_about_a_point_needs_one():
    with pytest.raises(InputError, match="about a libration point"):
        start(EARTH_MOON, "halo", None)
