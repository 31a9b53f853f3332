"""Whole patches are decided about only where every point would have decided so by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.patches import ALL, EACH, NONE, SIZE, classify
from qqnet.access.visibility import Observers, signed_square_of_sine
from qqnet.coverage.fold import fold
from qqnet.space.grids import compact_order, equal_area, icosphere

MOON_KM = 1737.4


def plain_seen(observers, satellites):
    """Whether each satellite stands at or above the mask of each point, [S, P], by the same expression."""
    line = satellites[:, None, :] - observers.position_km.T
    up = observers.up
    height = line[..., 0] * up[0] + line[..., 1] * up[1] + line[..., 2] * up[2]
    square = line[..., 0] * line[..., 0] + line[..., 1] * line[..., 1] + line[..., 2] * line[..., 2]
    return height * np.abs(height) >= observers.signed_square * square


def kinds(observers, satellite):
    kind = np.full(len(observers.patches.cos_radius), 9, np.uint8)
    classify(*satellite, observers.patches.caps(), kind)
    return kind


@settings(max_examples=200)
@given(
    seed=st.integers(0, 10**6),
    points=st.integers(1, 400),
    spread=st.sampled_from([0.01, 0.3, 3.0]),
    shells=st.sampled_from([(0.0,), (0.0, 200.0), (0.0, 50.0, 125.0, 5000.0)]),
    masks=st.sampled_from([(5.0,), (-20.0,), (0.0, 10.0), (-60.0, 85.0)]),
)
def test_no_patch_decides_for_a_point_that_differs(seed, points, spread, shells, masks):
    rng = np.random.default_rng(seed)
    unit = np.array([0.0, 0.0, 1.0]) + spread * rng.normal(size=(points, 3))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    unit = unit[compact_order(unit)]
    altitude = np.repeat(shells, -(-points // len(shells)))[:points]
    mask = np.radians(np.resize(masks, points))
    observers = Observers.on_sphere(unit, MOON_KM + altitude, mask)
    satellites = rng.normal(size=(12, 3))
    # From inside the body to far away, and above one of the points exactly.
    satellites *= rng.uniform(500.0, 20000.0, (12, 1)) / np.linalg.norm(satellites, axis=1, keepdims=True)
    satellites[0] = 3.0 * observers.position_km[:, 0]
    satellites[1] = -satellites[0]
    seen = plain_seen(observers, satellites)
    for satellite, wanted in zip(satellites, seen, strict=True):
        for b, kind in enumerate(kinds(observers, satellite)):
            patch = wanted[b * SIZE : (b + 1) * SIZE]
            assert kind in (NONE, EACH, ALL)
            assert kind != NONE or not patch.any()
            assert kind != ALL or patch.all()
    assert np.array_equal(fold(observers, satellites[None])[0], seen.sum(axis=0))


@pytest.mark.parametrize("grid", [icosphere(4), equal_area(2500)], ids=lambda grid: grid.name)
def test_grids_come_in_patches_of_neighbours_so_most_are_decided_at_once(grid):
    observers = Observers.on_sphere(grid.points, MOON_KM, np.radians(5.0))
    radius = np.degrees(np.arccos(observers.patches.cos_radius))
    # 32 of 2,500 points are a cap of 13 deg at best.
    assert radius.mean() < 18.0
    satellites = 7000.0 * equal_area(200).points
    decided = np.mean([np.mean(kinds(observers, satellite) != EACH) for satellite in satellites])
    assert decided > 0.65


def test_zeniths_off_the_radius_are_asked_one_by_one():
    unit = icosphere(1).points
    tilted = unit + 0.01 * np.roll(unit, 1, axis=1)
    tilted /= np.linalg.norm(tilted, axis=1, keepdims=True)
    mask = np.radians(np.full(len(unit), 5.0))
    observers = Observers(MOON_KM * unit.T, np.ascontiguousarray(tilted.T), mask, signed_square_of_sine(mask))
    satellites = 7000.0 * equal_area(40).points
    assert set(kinds(observers, satellites[0])) == {EACH}
    assert np.array_equal(fold(observers, satellites[None])[0], plain_seen(observers, satellites).sum(axis=0))


def test_a_satellite_out_of_service_is_left_to_the_points():
    observers = Observers.on_sphere(icosphere(2).points, MOON_KM)
    assert set(kinds(observers, [np.nan, 0.0, 0.0])) == {EACH}
    assert not fold(observers, np.full((1, 1, 3), np.nan)).any()
