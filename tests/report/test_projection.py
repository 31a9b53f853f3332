import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.report.projection import (
    equal_earth,
    equal_earth_inverse,
    orthographic,
    orthographic_inverse,
    stereographic,
    stereographic_inverse,
    unit_vectors,
)

latitudes = st.floats(-1.5, 1.5)
longitudes = st.floats(-3.1, 3.1)


def test_shape_is_that_of_the_publication():
    # Šavrič, Patterson, Jenny 2019: width to height 2.05458, poles 0.59247 of the equator.
    width, height = float(equal_earth(0.0, np.pi)[0]), float(equal_earth(np.pi / 2, 0.0)[1])
    assert width / height == pytest.approx(2.05458, abs=1e-4)
    assert float(equal_earth(np.pi / 2, np.pi)[0]) / width == pytest.approx(0.59247, abs=1e-4)


@given(latitudes, longitudes)
def test_inverse_gives_the_place_back(latitude, longitude):
    back = equal_earth_inverse(*equal_earth(latitude, longitude))
    np.testing.assert_allclose(back, (latitude, longitude), rtol=0, atol=2e-6)


@given(latitudes, longitudes)
def test_area_is_kept(latitude, longitude):
    h = 1e-5
    east = (np.array(equal_earth(latitude, longitude + h)) - equal_earth(latitude, longitude - h)) / (2 * h)
    north = (np.array(equal_earth(latitude + h, longitude)) - equal_earth(latitude - h, longitude)) / (2 * h)
    area = east[0] * north[1] - east[1] * north[0]
    assert area == pytest.approx(np.cos(latitude), rel=1e-4, abs=1e-6)


def test_outside_the_map_is_nowhere():
    assert np.isnan(equal_earth_inverse(2.6, 1.2)).all()
    assert np.isnan(orthographic_inverse(0.8, 0.7, (0.3, 0.4))).all()
    assert np.isnan(stereographic_inverse(0.8, 0.7, (0.3, 0.4), 0.5)).all()


@given(latitudes, longitudes)
def test_point_below_the_eye_is_in_the_middle_and_its_antipode_is_hidden(latitude, longitude):
    centre = (latitude, longitude)
    np.testing.assert_allclose(orthographic(latitude, longitude, centre), 0.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(stereographic(latitude, longitude, centre, 0.5), 0.0, rtol=0, atol=1e-12)
    assert np.isnan(orthographic(-latitude, longitude + np.pi, centre)).all()
    assert np.isnan(stereographic(-latitude, longitude + np.pi, centre, 0.5)).all()


def test_far_hemisphere_is_not_drawn():
    # Half of the surface lies within 90 deg of any point.
    latitude, longitude = np.arcsin(np.linspace(-1.0, 1.0, 2001)), np.linspace(0.0, 400.0, 2001)
    centre = (-0.4, 2.0)
    x, _ = orthographic(latitude, longitude, centre)
    towards = unit_vectors(latitude, longitude) @ unit_vectors(*centre)
    np.testing.assert_array_equal(np.isfinite(x), towards > 0.0)


def test_north_is_up_and_east_is_right():
    x, y = orthographic([0.1, 0.0], [0.0, 0.1], (0.0, 0.0))
    np.testing.assert_allclose([x, y], [[0.0, np.sin(0.1)], [np.sin(0.1), 0.0]], rtol=0, atol=1e-15)
    # From above the poles: longitude 0 at the bottom in the north, at the top in the south.
    assert float(orthographic(1.0, 0.0, (np.pi / 2, 0.0))[1]) == pytest.approx(-np.cos(1.0), abs=1e-15)
    assert float(orthographic(-1.0, 0.0, (-np.pi / 2, 0.0))[1]) == pytest.approx(np.cos(1.0), abs=1e-15)


@given(latitudes, longitudes, st.floats(0.0, 0.99), st.floats(0.0, 6.28), st.floats(0.05, 2.5))
def test_discs_give_their_places_back(latitude, longitude, away, turn, radius):
    centre, x, y = (latitude, longitude), away * np.cos(turn), away * np.sin(turn)
    globe = orthographic(*orthographic_inverse(x, y, centre), centre)
    np.testing.assert_allclose(globe, (x, y), rtol=0, atol=1e-12)
    cap = stereographic(*stereographic_inverse(x, y, centre, radius), centre, radius)
    np.testing.assert_allclose(cap, (x, y), rtol=0, atol=1e-9)


def test_edge_of_a_cap_has_radius_one():
    around = np.linspace(0.0, 6.0, 7)
    x, y = stereographic(np.full(7, np.radians(-75.0)), around, (-np.pi / 2, 0.0), np.radians(15.0))
    np.testing.assert_allclose(np.hypot(x, y), 1.0, rtol=0, atol=1e-12)


@given(st.floats(0.02, 0.4), st.floats(0.0, 6.28))
def test_a_cap_keeps_angles(colatitude, longitude):
    centre, h = (-np.pi / 2, 0.0), 1e-6
    latitude = colatitude - np.pi / 2

    def step(north, east):
        ahead = stereographic(latitude + north, longitude + east / np.cos(latitude), centre, 0.5)
        behind = stereographic(latitude - north, longitude - east / np.cos(latitude), centre, 0.5)
        return np.subtract(ahead, behind) / (2 * h)

    north, east = step(h, 0.0), step(0.0, h)
    assert np.hypot(*north) == pytest.approx(np.hypot(*east), rel=1e-6)
    assert north @ east == pytest.approx(0.0, abs=1e-6)
