"""Ways of users: rovers along great circles, landers down smooth ways."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.navigation.user_motion import Track, directions, lander_track, route_length_km, rover_track

RADIUS_KM = 1737.4


def test_rover_keeps_its_speed_and_altitude():
    times = np.arange(0.0, 5000.0, 50.0)
    latitude, longitude = np.radians([-89.0, -88.9, -88.8]), np.radians([10.0, 40.0, 40.0])
    track = rover_track(times, latitude, longitude, [0.5, 0.5, 0.5], 0.001, RADIUS_KM)
    assert track.altitude_km == pytest.approx(np.full(times.size, 0.5), abs=1e-9)
    speed = np.linalg.norm(track.velocity_km_s, axis=1)
    assert speed == pytest.approx(np.full(times.size, 0.001 * (RADIUS_KM + 0.5) / RADIUS_KM), rel=1e-5)
    assert np.allclose(np.diff(track.position_km, axis=0) / 50.0, track.velocity_km_s[:-1], atol=1e-4)


def test_rover_stands_at_the_end_of_its_route():
    latitude, longitude = [0.0, 0.0], [0.0, 0.001]
    length = route_length_km(directions(latitude, longitude), RADIUS_KM)[-1]
    assert length == pytest.approx(1.7374)
    track = rover_track([0.0, 1000.0, 2000.0, 3000.0], latitude, longitude, [0.0, 0.0], 0.001, RADIUS_KM)
    assert np.array_equal(track.position_km[-1], track.position_km[-2])
    assert not track.velocity_km_s[-1].any()


def test_a_way_does_not_wait_for_the_first_epoch():
    where = [0.0, 0.0], [0.0, 0.1], [0.0, 0.0]
    whole = rover_track(np.arange(0.0, 600.0, 60.0), *where, 0.01, RADIUS_KM)
    late = rover_track(np.arange(300.0, 600.0, 60.0), *where, 0.01, RADIUS_KM, 0.0)
    assert np.allclose(whole.position_km[5:], late.position_km, rtol=0, atol=1e-9)
    down = [0.0, 600.0], [0.0, 0.1], [0.0, 0.0], [15.0, 0.0], RADIUS_KM
    whole, late = (
        lander_track(np.arange(0.0, 600.0, 60.0), *down),
        lander_track(np.array([300.0, 360.0]), *down, 0.0),
    )
    assert np.allclose(whole.position_km[5:7], late.position_km, rtol=0, atol=1e-9)


def test_route_of_one_place_is_refused():
    with pytest.raises(InputError, match="points 0 and 1 are the same"):
        rover_track([0.0, 1.0], [0.1, 0.1], [0.2, 0.2], [0.0, 0.0], 0.001, RADIUS_KM)


def test_lander_meets_its_points_and_does_not_overshoot():
    times = np.arange(0.0, 601.0, 10.0)
    track = lander_track(
        times, [0.0, 400.0, 600.0], [-0.7, -0.75, -0.76], [3.0, 3.1, 3.1], [15.0, 2.0, 0.0], RADIUS_KM
    )
    assert track.altitude_km[[0, 40, 60]] == pytest.approx([15.0, 2.0, 0.0], abs=1e-9)
    assert np.all(np.diff(track.altitude_km) <= 1e-9)
    assert track.position_km[0] / np.linalg.norm(track.position_km[0]) == pytest.approx(directions(-0.7, 3.0))


def test_track_needs_two_epochs():
    with pytest.raises(InputError, match="two epochs"):
        Track(np.array([0.0]), np.ones((1, 3)), np.ones((1, 3)), 1.0, surface=True)
