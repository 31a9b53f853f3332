import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.synodic import (
    from_rotating,
    libration_position,
    orbit_position,
    orbit_states,
    period_s,
    rotating_axes,
    rotating_motion,
    states_from_rotating,
    states_to_rotating,
)

START = 1275393669.0  # June 2040
TIMES = START + np.linspace(0, 27.3 * 86400, 40)
EARTH_MOON, SUN_EARTH = SYSTEMS["Earth-Moon"], SYSTEMS["Sun-Earth"]


@pytest.mark.parametrize("point", ["L1", "L2"])
def test_collinear_points_stay_in_line_with_the_real_earth_and_moon(ephemeris, point):
    from_moon = libration_position(EARTH_MOON, point, TIMES, ephemeris)
    moon = ephemeris.position("Moon", "Earth", TIMES)
    sine = np.linalg.norm(np.cross(from_moon + moon, moon), axis=1)
    assert np.max(sine / np.linalg.norm(moon, axis=1) ** 2) < 1e-12
    ratio = np.linalg.norm(from_moon, axis=1) / np.linalg.norm(moon, axis=1)
    assert np.ptp(ratio) < 1e-13
    # Distances to the Moon in units of the Earth-Moon distance: 0.1509 (L1), 0.1678 (L2).
    assert ratio[0] == pytest.approx({"L1": 0.150934, "L2": 0.167833}[point], abs=1e-6)


@pytest.mark.parametrize(("point", "side"), [("L4", 1), ("L5", -1)])
def test_triangular_points_make_equilateral_triangles(ephemeris, point, side):
    place = libration_position(SUN_EARTH, point, TIMES, ephemeris)
    earth, motion = ephemeris.state("EMB", "Sun", TIMES)
    distance = np.linalg.norm(earth, axis=1)
    assert np.allclose(np.linalg.norm(place, axis=1), distance, rtol=1e-12)
    assert np.allclose(np.linalg.norm(place - earth, axis=1), distance, rtol=1e-12)
    assert np.all(side * np.sum(place * motion, axis=1) > 0)  # L4 leads


def test_axes_are_a_rotation_with_x_towards_the_secondary(ephemeris):
    axes, distance = rotating_axes(EARTH_MOON, TIMES, ephemeris)
    assert np.allclose(axes @ np.swapaxes(axes, 1, 2), np.eye(3), atol=1e-15, rtol=0)
    assert np.allclose(np.linalg.det(axes), 1.0)
    moon, motion = ephemeris.state("Moon", "Earth", TIMES)
    assert np.allclose(np.einsum("tij,tj->ti", axes, moon), distance[:, None] * [1, 0, 0], atol=1e-8, rtol=0)
    assert np.all(np.einsum("tij,tj->ti", axes, motion)[:, 1] > 0)


def test_origins_differ_by_the_primaries(ephemeris):
    place = np.array([0.3, -0.2, 0.1])
    by = {o: from_rotating(place, EARTH_MOON, TIMES, ephemeris, o) for o in ("primary", "secondary")}
    assert np.allclose(
        by["primary"] - by["secondary"], ephemeris.position("Moon", "Earth", TIMES), atol=1e-8, rtol=0
    )
    with pytest.raises(InputError, match="known: secondary, primary, barycentre"):
        from_rotating(place, EARTH_MOON, TIMES, ephemeris, "moon")


def test_halo_looks_past_the_moon_and_comes_back_after_its_period(ephemeris):
    pair, orbit = seed_orbit("halo-L2-south-13000km")
    period = period_s(pair, orbit)
    assert period / 86400 == pytest.approx(14.81, abs=0.01)  # 3.40639 / 2 pi of 27.32166 d

    def rotating(times):
        position = orbit_position(pair, orbit, times, ephemeris, epoch_s=START, phase=0.25)
        axes, distance = rotating_axes(pair, times, ephemeris)
        return np.einsum("tij,tj->ti", axes, position) / distance[:, None]

    t = START + np.linspace(0, period, 60)
    now, later = rotating(t), rotating(t + period)
    # Times at 2040 are rounded to 2.4e-7 s, here 1e-12 of the unit of time.
    assert np.allclose(now, later, atol=1e-11, rtol=0)
    expected = orbit.states(0.25 + np.linspace(0, 1, 60))[:, :3] - np.array([1 - pair.mu, 0, 0])
    assert np.allclose(now, expected, atol=1e-11, rtol=0)
    # Always past the Moon, and never hidden by it: the line from the Earth misses the Moon's surface.
    assert np.all(now[:, 0] > 0)
    halo, moon = (
        orbit_position(pair, orbit, t, ephemeris, epoch_s=START),
        ephemeris.position("Moon", "Earth", t),
    )
    miss = np.linalg.norm(np.cross(halo, halo + moon), axis=1) / np.linalg.norm(halo + moon, axis=1)
    assert np.min(miss) > 1737.4


def test_distant_retrograde_orbit_goes_round_the_moon_backwards(ephemeris):
    pair, orbit = seed_orbit("dro-2:1")
    assert period_s(pair, orbit) == pytest.approx(pair.mean_period_s / 2)
    t = START + np.linspace(0, period_s(pair, orbit), 500)
    position = orbit_position(pair, orbit, t, ephemeris, epoch_s=START)
    axes, _ = rotating_axes(pair, t, ephemeris)
    x, y, _ = np.einsum("tij,tj->ti", axes, position).T
    turned = np.unwrap(np.arctan2(y, x))
    assert turned[-1] - turned[0] == pytest.approx(-2 * np.pi, abs=1e-6)


def test_bodies_without_a_place_are_named(ephemeris):
    with pytest.raises(InputError, match="Saturn-Titan orbits have no place in the real world: Titan"):
        libration_position(SYSTEMS["Saturn-Titan"], "L2", [0.0], ephemeris)


@pytest.mark.parametrize(("name", "center"), [("nrho-L2-south-9:2", "Moon"), ("dro-2:1", "Earth")])
def test_velocities_are_the_rates_of_mapped_places(ephemeris, name, center):
    pair, orbit = seed_orbit(name)
    states = orbit_states(pair, orbit, TIMES, ephemeris, epoch_s=START, phase=0.3, center=center)

    def places(times):
        from_moon = orbit_position(pair, orbit, times, ephemeris, epoch_s=START, phase=0.3)
        return from_moon + ephemeris.position("Moon", center, times)

    np.testing.assert_allclose(states[:, :3], places(TIMES), rtol=0, atol=1e-8)
    h = 16.0  # sixth order: what is left is the rounding of times, 2.4e-7 s, and of places
    rate = sum(
        weight * (places(TIMES + k * h) - places(TIMES - k * h))
        for k, weight in ((1, 45.0), (2, -9.0), (3, 1.0))
    )
    np.testing.assert_allclose(states[:, 3:], rate / (60.0 * h), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("system", "center"), [(EARTH_MOON, "Moon"), (SUN_EARTH, "Earth")])
def test_states_go_to_the_rotating_frame_and_back(ephemeris, system, center):
    states = np.random.default_rng(3).normal(0.0, 0.3, (TIMES.size, 6)) + np.array([1, 0, 0, 0, 0, 0])
    real = states_from_rotating(states, system, TIMES, ephemeris, center)
    back = states_to_rotating(real, system, TIMES, ephemeris, center)
    np.testing.assert_allclose(back, states, rtol=0, atol=1e-13)


def test_the_frame_turns_as_its_axes_do(ephemeris):
    axes, _, turning, rate = rotating_motion(EARTH_MOON, TIMES, ephemeris)
    h = 30.0
    (before, shorter), (after, longer) = (rotating_axes(EARTH_MOON, TIMES + s, ephemeris) for s in (-h, h))
    cross = np.einsum("tij,tkj->tik", (after - before) / (2.0 * h), axes)  # rates of rows, in the axes
    np.testing.assert_allclose(cross[:, 0, 1], turning[:, 2], rtol=0, atol=1e-13)
    np.testing.assert_allclose(cross[:, 1, 2], turning[:, 0], rtol=0, atol=1e-13)
    np.testing.assert_allclose(cross[:, 0, 2], 0.0, rtol=0, atol=1e-13)
    np.testing.assert_allclose((longer - shorter) / (2.0 * h), rate, rtol=0, atol=1e-8)
