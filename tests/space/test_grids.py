import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.grids import compact_order, equal_area, icosphere, named_points


@pytest.mark.parametrize("subdivisions", range(6))
def test_icosphere_counts_and_areas(subdivisions):
    grid = icosphere(subdivisions)
    assert len(grid) == 10 * 4**subdivisions + 2
    assert grid.weights.sum() == pytest.approx(1.0, abs=1e-14)
    assert (grid.weights > 0).all()
    assert len(np.unique(grid.points.round(10), axis=0)) == len(grid)
    assert [grid.latitude_rad.max(), grid.latitude_rad.min()] == pytest.approx([np.pi / 2, -np.pi / 2])


@pytest.mark.parametrize("grid", [icosphere(4), equal_area(2000)], ids=lambda grid: grid.name)
def test_weights_integrate_low_harmonics(grid):
    x, y, z = grid.points.T
    for function, mean in (
        (x, 0),
        (z, 0),
        (x * y, 0),
        (z * z, 1 / 3),
        (x**4, 1 / 5),
        (x * x * y * y, 1 / 15),
    ):
        assert function @ grid.weights == pytest.approx(mean, abs=2e-4)
    np.testing.assert_allclose(np.linalg.norm(grid.points, axis=1), 1.0, rtol=0, atol=1e-15)


@pytest.mark.parametrize("band", [(-90, -80), (-80, -60), (0, 10), (60, 90)])
def test_equal_area_counts_are_the_area_of_a_band(band):
    low, high = np.radians(band)
    grid = equal_area(10_000)
    inside = (grid.latitude_rad >= low) & (grid.latitude_rad < high)
    assert grid.weights[inside].sum() == pytest.approx((np.sin(high) - np.sin(low)) / 2, abs=1.01e-4)


def test_icosphere_weights_are_the_area_of_a_hemisphere_however_turned():
    grid = icosphere(5)
    for axis in np.random.default_rng(1).normal(size=(20, 3)):
        assert grid.weights[grid.points @ axis > 0].sum() == pytest.approx(0.5, abs=2e-3)


@given(st.integers(1, 3000))
def test_equal_area_points_are_distinct_units(n):
    grid = equal_area(n)
    assert len(grid) == n
    assert grid.weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(np.linalg.norm(grid.points, axis=1), 1.0, rtol=0, atol=1e-14)
    assert len(np.unique(grid.points.round(9), axis=0)) == n


@given(st.lists(st.tuples(st.floats(-1.57, 1.57), st.floats(-3.14, 3.14)), min_size=1, max_size=20))
def test_named_points_keep_their_coordinates(places):
    latitude, longitude = np.array(places).T
    grid = named_points(latitude, longitude, "sites")
    np.testing.assert_allclose(grid.latitude_rad, latitude, rtol=0, atol=1e-12)
    np.testing.assert_allclose(grid.longitude_rad, longitude, rtol=0, atol=1e-12)
    assert grid.weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: icosphere(-1), lambda: icosphere(9), lambda: icosphere(2.0), lambda: equal_area(0),
        lambda: equal_area(1e3), lambda: named_points([], []), lambda: named_points([1.0], [1.0, 2.0]),
        lambda: named_points([45.0], [10.0]), lambda: named_points([np.nan], [0.0]),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(call):
    with pytest.raises(InputError, match=r"right is|beyond 90"):
        call()


@given(st.integers(1, 700), st.integers(0, 1000))
def test_compact_order_is_an_order(count, seed):
    order = compact_order(np.random.default_rng(seed).normal(size=(count, 3)))
    assert sorted(order.tolist()) == list(range(count))
