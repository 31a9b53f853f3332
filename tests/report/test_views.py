import numpy as np
import pytest
from scipy.spatial import SphericalVoronoi

from qqnet.errors import InputError
from qqnet.report.views import VIEWS, Projection, nearest_points, view
from qqnet.space.grids import icosphere

WORLD = view("world")[0]


def nearest(projection, grid, width=360):
    return nearest_points(projection, np.degrees(grid.latitude_rad), np.degrees(grid.longitude_rad), width)


def test_pixels_of_each_point_count_its_area():
    grid = icosphere(2)
    found = nearest(WORLD, grid, 900)
    inside = found[found >= 0]
    shares = np.bincount(inside, minlength=len(grid.weights)) / len(inside)
    cells = SphericalVoronoi(grid.points).calculate_areas() / (4 * np.pi)
    # Pixels are coarse beside the cells at the poles, which the edge of the map cuts: 2.4 % measured.
    np.testing.assert_allclose(shares, cells, rtol=0.03)


@pytest.mark.parametrize(
    "name",
    ["near-side", "far-side", "north-pole", "south-pole", "globe:-30,120", "south-cap:60", "north-cap"],
)
def test_discs_show_each_point_where_it_is(name):
    (panel,) = view(name)
    grid = icosphere(3)
    x, y = panel.project(np.degrees(grid.latitude_rad), np.degrees(grid.longitude_rad))
    chosen = np.flatnonzero(np.hypot(x, y) < 0.95)
    assert len(chosen) > 20
    size = 360
    column, row = ((x[chosen] + 1) / 2 * size).astype(int), ((1 - y[chosen]) / 2 * size).astype(int)
    np.testing.assert_array_equal(nearest(panel, grid)[row, column], chosen)


@pytest.mark.parametrize("name", ["world", "lat-lon"])
def test_whole_maps_show_each_point_where_it_is(name):
    panel, grid = view(name)[0], icosphere(3)
    found = nearest(panel, grid, 900)
    chosen = np.flatnonzero((np.abs(grid.latitude_rad) < 1.3) & (np.abs(grid.longitude_rad) < 3.1))
    x, y = panel.project(np.degrees(grid.latitude_rad[chosen]), np.degrees(grid.longitude_rad[chosen]))
    (rows, columns), (across, up) = found.shape, panel.half_size
    column, row = ((x / across + 1) / 2 * columns).astype(int), ((1 - y / up) / 2 * rows).astype(int)
    np.testing.assert_array_equal(found[row, column], chosen)


def test_a_globe_shows_half_of_the_points_and_two_show_all():
    grid = icosphere(3)
    seen = [set(np.unique(nearest(panel, grid))) - {-1} for panel in view("sides")]
    assert seen[0] | seen[1] == set(range(len(grid)))
    behind = np.flatnonzero(grid.points[:, 0] < -0.2)
    assert not seen[0] & set(behind)


def test_only_the_moon_has_a_near_side():
    assert [panel.title for panel in view("sides", "Moon")] == ["near side", "far side"]
    assert [panel.title for panel in view("sides", "Mars")] == ["above 0° E", "above 180° E"]


def test_every_view_in_the_list_is_one():
    for name in VIEWS:
        text = name.replace("LAT,LON", "10,-20").replace("LAT", "70")
        panels = view(text)
        assert panels
        assert all(isinstance(panel, Projection) for panel in panels)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("moon", "view: 'moon'; there are: world, lat-lon, globe:LAT,LON"),
        ("world:3", "there are"),
        ("globe:95,0", "wanted latitude"),
        ("globe:north", "wanted latitude"),
        ("globe:nan,0", "wanted latitude"),
        ("south-cap:90", "from 0 to 89.5"),
        ("caps:x", "from 0 to 89.5"),
    ],
)
def test_what_is_no_view(text, words):
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        view(text)
