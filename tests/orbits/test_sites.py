import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.orbits.sites import Place, body_fixed_position, place_trajectory
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc
from qqnet.space.turning import rotation_table

SPAN = (1275393669.0, 1275393669.0 + 3 * 86400)


@pytest.fixture(scope="module")
def turning(ephemeris):
    return {name: rotation_table(body(name), SPAN, ephemeris) for name in ("Earth", "Moon", "Mars", "Venus")}


@pytest.mark.parametrize("name", ["Earth", "Moon", "Mars", "Venus"])
def test_a_place_stands_still_in_its_frame_to_a_millimetre(ephemeris, turning, name):
    place = Place("site", name, -1.2, 2.3, 1.5)
    trajectory = place_trajectory(place, SPAN, turning[name])
    t = np.random.default_rng(3).uniform(*SPAN, 300)
    position, velocity = trajectory.table.evaluate_with_rate(t)
    fixed = np.einsum("tij,tj->ti", rotation(body(name).fixed_frame, t, ephemeris), position)
    assert trajectory.center == name
    assert np.max(np.abs(fixed - body_fixed_position(place))) < 1e-6
    ahead = trajectory.table.evaluate(t + 5.0) - trajectory.table.evaluate(t - 5.0)
    assert np.allclose(ahead / 10.0, velocity, atol=1e-8, rtol=0)


def test_the_earth_is_an_ellipsoid_and_other_bodies_are_spheres():
    pole = np.pi / 2
    assert np.linalg.norm(body_fixed_position(Place("s", "Earth", pole, 0.0))) == pytest.approx(6356.752314)
    assert np.linalg.norm(body_fixed_position(Place("s", "Mars", pole, 0.0, 2.0))) == pytest.approx(3391.5)
    # Kashi, 38.4214 N: geodetic latitude is above the geocentric one by up to 0.19 deg.
    x, _, z = body_fixed_position(Place("s", "Earth", np.radians(38.4214), 0.0))
    assert np.degrees(np.arctan2(z, x)) == pytest.approx(38.4214 - 0.1868, abs=2e-3)


def test_balloon_drifts_round_venus(ephemeris, turning):
    # Venus' clouds go round in about four days, westward: -90 deg a day.
    rate = np.radians(-90.0) / 86400
    place = Place("balloon", "Venus", 0.1, 0.5, 54.0, rate, drift_epoch_s=SPAN[0] + 3600)
    trajectory = place_trajectory(place, SPAN, turning["Venus"])
    t = np.linspace(*SPAN, 200)
    fixed = np.einsum("tij,tj->ti", rotation("IAU_VENUS", t, ephemeris), trajectory.table.evaluate(t))
    longitude = np.arctan2(fixed[:, 1], fixed[:, 0])
    expected = 0.5 + rate * (t - SPAN[0] - 3600)
    assert np.max(np.abs(np.angle(np.exp(1j * (longitude - expected))))) < 1e-9
    assert np.allclose(np.linalg.norm(fixed, axis=1), 6051.8 + 54.0, atol=2e-6, rtol=0)
    assert np.allclose(np.arcsin(fixed[:, 2] / (6051.8 + 54.0)), 0.1, atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda e: rotation_table(body("Jupiter"), SPAN, e),
            "Jupiter has no frame .* Venus, Earth, Moon, Mars",
        ),
        (
            lambda e: body_fixed_position(Place("s", "Moon", 0.0, 0.0, -1000.0)),
            "altitude -1000 km is deep inside",
        ),
        (lambda e: body_fixed_position(Place("s", "Mooon", 0.0, 0.0)), "did you mean 'Moon'"),
    ],
)
def test_impossible_places_are_named(ephemeris, call, said):
    with pytest.raises(InputError, match=said):
        call(ephemeris)


def test_a_place_on_earth_does_not_jump_at_a_leap_second(ephemeris):
    span = tdb_from_utc("2016-12-31"), tdb_from_utc("2017-01-02")  # 2016-12-31T23:59:60 is the last one known
    place = Place("here", "Earth", 0.3, 1.0, 0.0)
    table = place_trajectory(place, span, rotation_table(body("Earth"), span, ephemeris)).table
    t = tdb_from_utc("2017-01-01") + np.arange(-3.0, 4.0)
    steps = np.linalg.norm(np.diff(table.evaluate(t), axis=0), axis=-1)
    np.testing.assert_allclose(steps, steps[0], rtol=0, atol=1e-6)
