"""The mask criterion and the layout of observers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.access.visibility import Observers, above_mask, integer_shares, signed_square_of_sine
from qqnet.errors import InputError

coordinate = st.floats(-1e4, 1e4)


@given(coordinate, coordinate, coordinate, st.floats(-1.5, 1.5))
def test_above_mask_is_elevation_at_or_above_the_mask(x, y, z, mask):
    distance = np.sqrt(x * x + y * y + z * z)
    if distance < 1e-6:
        return
    elevation = np.arctan2(z, np.hypot(x, y))
    if abs(elevation - mask) < 1e-12:
        return
    seen = above_mask.py_func(x, y, z, 0.0, 0.0, 1.0, signed_square_of_sine(mask))
    assert seen == (elevation >= mask)


def test_a_satellite_of_unknown_position_is_never_seen():
    assert not above_mask.py_func(np.nan, np.nan, np.nan, 0.0, 0.0, 1.0, signed_square_of_sine(-1.0))


def test_observers_stand_at_their_radius_and_look_outward():
    observers = Observers.on_sphere([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0]], [1737.4, 1837.4], [0.1, 0.2])
    assert np.allclose(np.linalg.norm(observers.position_km, axis=0), [1737.4, 1837.4])
    assert np.allclose(observers.up.T, [[0.0, 0.6, 0.8], [1.0, 0.0, 0.0]])
    assert observers.mask_rad.tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    ("points", "radius", "mask", "message"),
    [
        ([1.0, 0.0, 0.0], 1.0, 0.0, r"points: shape \(3,\); wanted \[P, 3\]"),
        (np.empty((0, 3)), 1.0, 0.0, "at least one point"),
        ([[1.0, 0.0, 0.0], [2.0, 0.0, 0.0]], 1.0, 0.0, r"points\[1\]: length 2; wanted unit vectors"),
        ([[np.nan, 0.0, 0.0]], 1.0, 0.0, r"points\[0\]: length nan"),
        ([[1.0, 0.0, 0.0]], -1.0, 0.0, "radius_km: -1 km; wanted distances"),
        ([[1.0, 0.0, 0.0]], [1.0, 2.0], 0.0, "radius_km: shape .* each of the 1 points"),
        ([[1.0, 0.0, 0.0]], 1.0, 5.0, "mask_rad: 5 rad; wanted an elevation .*degrees must be converted"),
        ([[1.0, 0.0, 0.0]], 1.0, np.nan, "mask_rad: nan rad"),
    ],
)
def test_impossible_observers_are_refused(points, radius, mask, message):
    with pytest.raises(InputError, match=message):
        Observers.on_sphere(points, radius, mask)


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=50).filter(lambda w: sum(w) > 1e-3))
def test_integer_shares_keep_the_proportions(weights):
    shares = integer_shares(weights, len(weights))
    assert np.allclose(shares / 2.0**40, np.array(weights) / sum(weights), rtol=0, atol=2.0**-40)


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, np.inf]])
def test_impossible_areas_are_refused(weights):
    with pytest.raises(InputError, match="weights"):
        integer_shares(weights, 2)
