import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.orbits.walker import walker


def test_lunar_baseline_24_3_1():
    raan, anomaly = walker(24, 3, 1)
    assert np.allclose(np.degrees(raan[::8]), [0, 120, 240])
    assert np.allclose(np.diff(np.degrees(anomaly[:8])), 45)
    assert np.degrees(anomaly[8]) == pytest.approx(15)  # f * 360 / t


def test_star_spreads_planes_over_half_a_turn():
    raan, _ = walker(12, 4, 0, "star")
    assert np.allclose(np.unique(np.degrees(raan)), [0, 45, 90, 135])


@given(planes=st.integers(1, 12), seats=st.integers(1, 12), phasing=st.integers(0, 11))
def test_delta_pattern_maps_onto_itself_from_plane_to_plane(planes, seats, phasing):
    # The defining symmetry: turned by 360/p and advanced by f * 360/t, the pattern is the same set.
    total, f = planes * seats, phasing % planes
    raan, anomaly = walker(total, planes, f)

    def pattern(node, mean):
        wrapped = np.round(np.stack([node % (2 * np.pi), mean % (2 * np.pi)], -1) / (2 * np.pi), 9) % 1
        return {tuple(row) for row in wrapped}

    turned = pattern(raan + 2 * np.pi / planes, anomaly + 2 * np.pi * f / total)
    assert len(turned) == total
    assert turned == pattern(raan, anomaly)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((10, 3, 0), "10 satellites in 3 planes"), ((12, 3, 3), "phasing 3"), ((0, 1, 0), "0 satellites")],
)
def test_impossible_patterns_are_named(numbers, said):
    with pytest.raises(InputError, match=said):
        walker(*numbers)


def test_unknown_pattern():
    with pytest.raises(InputError, match="known: delta, star"):
        walker(4, 2, 0, "rosette")
