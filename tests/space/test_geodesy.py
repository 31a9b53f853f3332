import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.geodesy import (
    cartesian_from_geodetic,
    geodetic_from_cartesian,
    local_east_north_up,
    local_up,
)

latitudes = st.floats(-np.pi / 2, np.pi / 2)
longitudes = st.floats(-np.pi, np.pi)


@given(st.sampled_from(["Earth", "Moon", "Mars", "Venus"]), latitudes, longitudes, st.floats(-10, 1e5))
def test_round_trip(name, latitude, longitude, height):
    radii = BODIES[name].equatorial_radius_km, BODIES[name].polar_radius_km
    position = cartesian_from_geodetic(latitude, longitude, height, *radii)
    back = geodetic_from_cartesian(position, *radii)
    # ERFA's inverse takes one step of Halley's method: exact near the ground; far above it, a scan of
    # latitudes and heights up to 2e6 km gives at most 2.5e-10 rad, for Mars.
    angle = 1e-14 if height < 20 else 3e-10
    assert back[0] == pytest.approx(latitude, abs=angle)
    assert back[2] == pytest.approx(height, abs=1e-9)
    returned = cartesian_from_geodetic(*back, *radii)
    np.testing.assert_allclose(returned, position, rtol=0, atol=1e-9 + angle * np.linalg.norm(position))


@given(latitudes, longitudes, st.floats(0, 1e3))
def test_height_is_along_up(latitude, longitude, height):
    foot = cartesian_from_geodetic(latitude, longitude, 0.0, 6378.137, 6356.752314245)
    above = cartesian_from_geodetic(latitude, longitude, height, 6378.137, 6356.752314245)
    np.testing.assert_allclose(above - foot, height * local_up(latitude, longitude), rtol=0, atol=1e-9)


@given(latitudes, longitudes)
def test_east_north_up_is_a_rotation(latitude, longitude):
    matrix = local_east_north_up(latitude, longitude)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), rtol=0, atol=1e-15)
    assert np.linalg.det(matrix) == pytest.approx(1.0)


def test_east_and_north_point_where_the_coordinates_grow():
    step = 1e-6
    here = cartesian_from_geodetic(0.7, 2.0, 0.0, 1737.4)
    east, north, _ = local_east_north_up(0.7, 2.0)
    assert (cartesian_from_geodetic(0.7, 2.0 + step, 0.0, 1737.4) - here) @ east > 0
    assert (cartesian_from_geodetic(0.7 + step, 2.0, 0.0, 1737.4) - here) @ north > 0


def test_arrays_broadcast():
    assert cartesian_from_geodetic(np.zeros((4, 1)), np.zeros(5), 0.0, 1737.4).shape == (4, 5, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cartesian_from_geodetic(45.0, 0.0, 0.0, 6378.0),
        lambda: cartesian_from_geodetic(0.0, np.inf, 0.0, 6378.0),
        lambda: cartesian_from_geodetic(0.0, 0.0, 0.0, 6357.0, 6378.0),
        lambda: cartesian_from_geodetic(0.0, 0.0, 0.0, -1.0),
        lambda: geodetic_from_cartesian([1.0, 2.0], 6378.0),
        lambda: local_up(np.nan, 0.0),
    ],
)
def test_wrong_arguments_are_refused(call):
    with pytest.raises(InputError, match="right is"):
        call()
