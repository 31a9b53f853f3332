"""The zone against lines drawn one by one from the position to points about the Earth, and its closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.spectrum.shielded_zone import SHIELDED_RADIUS_KM, in_shielded_zone

MOON_KM = 1737.4
EARTH = np.array([384_400.0, 0.0, 0.0])
APEX_KM = MOON_KM * EARTH[0] / (SHIELDED_RADIUS_KM - MOON_KM)
"""Where the outer tangents of the Moon and of the ball meet, behind the Moon: the zone's tip."""

rng = np.random.default_rng(479)


def sphere(count: int) -> np.ndarray:
    points = rng.normal(size=(count, 3))
    return points / np.linalg.norm(points, axis=1)[:, None]


def any_line_is_free(position: np.ndarray, targets: np.ndarray) -> bool:
    """Whether a straight line to any target passes the Moon: least distance of each segment from its centre."""
    line = targets - position
    share = np.clip(-(line @ position) / np.einsum("ij,ij->i", line, line), 0.0, 1.0)
    nearest = np.linalg.norm(position + share[:, None] * line, axis=1)
    return bool((nearest > MOON_KM * (1.0 - 1e-9)).any())


def test_zone_agrees_with_lines_drawn_to_many_points():
    """2000 places near the Moon; a place within 1 % of the tangent cone is too close for samples to tell."""
    ball = EARTH + SHIELDED_RADIUS_KM * np.concatenate([sphere(20_000), 0.5 * sphere(2_000)])
    heights = MOON_KM * (1.0 + rng.exponential(1.0, size=2000))
    places = heights[:, None] * sphere(2000)
    places[::2, 0] = -np.abs(places[::2, 0])
    zone = in_shielded_zone(places, EARTH)
    smaller = in_shielded_zone(places, EARTH, 0.99 * MOON_KM)
    larger = in_shielded_zone(places, EARTH, 1.01 * MOON_KM)
    free = np.array([any_line_is_free(place, ball) for place in places])
    assert not free[zone].any()
    sure = smaller == larger
    assert sure.mean() > 0.9
    assert (free[sure] == ~zone[sure]).all()
    assert 100 < zone.sum() < 1500


def test_on_the_surface_the_zone_begins_a_known_angle_beyond_the_limb():
    """The tangent cone touches the Moon at asin((R - r) / d) beyond the limb: 14.8 deg at the mean distance."""
    edge = np.arcsin((SHIELDED_RADIUS_KM - MOON_KM) / EARTH[0])
    assert np.degrees(edge) == pytest.approx(14.81, abs=0.005)
    beyond = edge + np.radians([-1e-4, 1e-4])
    places = MOON_KM * np.stack([-np.sin(beyond), np.cos(beyond), 0.0 * beyond], axis=-1)
    assert in_shielded_zone(places, EARTH).tolist() == [False, True]


def test_zone_ends_in_a_tip_behind_the_moon():
    assert pytest.approx(6796.6, abs=0.1) == APEX_KM
    places = [[-APEX_KM * 0.9999, 0.0, 0.0], [-APEX_KM * 1.0001, 0.0, 0.0], [-64_500.0, 0.0, 0.0]]
    assert in_shielded_zone(places, EARTH).tolist() == [True, False, False]


def test_a_crater_floor_counts_as_the_surface_and_the_near_side_never_does():
    places = [[-MOON_KM + 4.0, 0.0, 0.0], [MOON_KM - 4.0, 0.0, 0.0], [MOON_KM, 0.0, 0.0], EARTH * 0.9]
    assert in_shielded_zone(places, EARTH).tolist() == [True, False, False, False]


@given(
    place=st.tuples(*[st.floats(-8000.0, 8000.0)] * 3).filter(lambda p: np.linalg.norm(p) > MOON_KM),
    angle=st.floats(0.0, 2 * np.pi),
)
def test_zone_turns_with_the_earth(place, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    zones = [
        bool(in_shielded_zone(place, EARTH, radius)) for radius in (0.999999 * MOON_KM, 1.000001 * MOON_KM)
    ]
    if zones[0] == zones[1]:
        assert bool(in_shielded_zone(turn @ place, turn @ EARTH)) == zones[0]


def test_times_broadcast():
    earth = np.array([EARTH, -EARTH])
    assert in_shielded_zone([-MOON_KM, 0.0, 0.0], earth).tolist() == [True, False]
    assert in_shielded_zone(np.full((4, 2, 3), [-MOON_KM, 0.0, 0.0]), earth).shape == (4, 2)


@pytest.mark.parametrize(("earth", "radius"), [(EARTH, -1.0), (EARTH, np.nan), (EARTH / 4.0, MOON_KM)])
def test_impossible_input_is_refused(earth, radius):
    with pytest.raises(InputError):
        in_shielded_zone([-MOON_KM, 0.0, 0.0], earth, radius)
