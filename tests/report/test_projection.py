import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import SphericalVoronoi

from qqnet.report.projection import equal_earth, equal_earth_inverse, panels, polar
from qqnet.space.grids import icosphere

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
    assert np.isnan(polar(-0.1, 0.0, north=True)).all()


def test_pixels_of_each_point_count_its_area():
    grid = icosphere(2)
    view = panels(grid.latitude_rad, grid.longitude_rad).world
    inside = view.nearest[view.nearest >= 0]
    shares = np.bincount(inside, minlength=len(grid.weights)) / len(inside)
    cells = SphericalVoronoi(grid.points).calculate_areas() / (4 * np.pi)
    # Pixels are coarse beside the cells at the poles, which the edge of the map cuts: 2.4 % measured.
    np.testing.assert_allclose(shares, cells, rtol=0.03)


@pytest.mark.parametrize("north", [True, False])
def test_poles_show_each_point_where_it_is(north):
    grid = icosphere(3)
    views = panels(grid.latitude_rad, grid.longitude_rad)
    view = views.north if north else views.south
    chosen = np.flatnonzero(np.sin(grid.latitude_rad) * (1 if north else -1) > 0.3)
    x, y = polar(grid.latitude_rad[chosen], grid.longitude_rad[chosen], north)
    size = len(view.nearest)
    column, row = ((x + 1) / 2 * size).astype(int), ((1 - y) / 2 * size).astype(int)
    np.testing.assert_array_equal(view.nearest[row, column], chosen)


def test_world_shows_each_point_where_it_is():
    grid = icosphere(3)
    view = panels(grid.latitude_rad, grid.longitude_rad).world
    chosen = np.flatnonzero(np.abs(grid.latitude_rad) < 1.3)
    x, y = equal_earth(grid.latitude_rad[chosen], grid.longitude_rad[chosen])
    rows, columns = view.nearest.shape
    left, right, bottom, top = view.extent
    column = np.clip(((x - left) / (right - left) * columns).astype(int), 0, columns - 1)
    row = ((top - y) / (top - bottom) * rows).astype(int)
    edge = np.abs(grid.longitude_rad[chosen]) > 3.1
    np.testing.assert_array_equal(view.nearest[row, column][~edge], chosen[~edge])
