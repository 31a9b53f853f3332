"""Shadows against rays: a disc of points on the Sun, and which of them a sphere hides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.dynamics.shadow import discs, sunlit

SUN, EARTH, MOON, AU = 695_700.0, 6371.0, 1737.4, 149_597_870.7


def by_rays(sun, sun_radius, body, body_radius, n=400):
    """Return the share of the Sun's face whose rays to the origin pass the sphere: no angles, no arcs."""
    axis = sun / np.linalg.norm(sun)
    across = np.cross(axis, [0.0, 0.0, 1.0] if abs(axis[2]) < 0.9 else [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    up = np.cross(axis, across)
    # The rim that is seen from here: where lines of sight touch the sphere.
    distance = np.linalg.norm(sun)
    depth, rim = (
        distance - sun_radius**2 / distance, sun_radius * np.sqrt(1.0 - (sun_radius / distance) ** 2)
    )  # fmt: skip
    radius = np.sqrt((np.arange(n) + 0.5) / n)[:, None] * rim
    angle = 2.0 * np.pi * (np.arange(n) + 0.5)[None, :] / n
    points = (
        depth * axis + (radius * np.cos(angle))[..., None] * across + (radius * np.sin(angle))[..., None] * up
    )
    length = np.linalg.norm(points, axis=-1)
    along = points @ body / length
    nearest = np.sqrt(np.maximum(body @ body - along**2, 0.0))
    hidden = (nearest < body_radius) & (along > 0.0) & (along < length)
    return 1.0 - np.mean(hidden)


@pytest.mark.parametrize("offset", [-30.0, -15.0, 0.0, 12.0, 25.0, 60.0])
@pytest.mark.parametrize(
    ("radius", "distance"), [(MOON, 4000.0), (MOON, 60_000.0), (EARTH, 42_164.0), (EARTH, 1.6e6)]
)
def test_penumbra(radius, distance, offset):
    """Across the penumbra of a near and a far sphere; the last one is smaller than the Sun."""
    sun = np.array([AU, 0.0, 0.0])
    edge = radius / np.sqrt(1.0 - (radius / distance) ** 2)
    body = np.array([distance, edge + offset * distance / 6000.0, 0.0])
    # The formula overlaps circles of angular radii in a plane; the true discs lie on a sphere.
    assert sunlit(*sun, SUN, *body, radius) == pytest.approx(by_rays(sun, SUN, body, radius), abs=4e-3)


def test_umbra_antumbra_and_light():
    sun = np.array([AU, 0.0, 0.0])
    assert sunlit(*sun, SUN, 10_000.0, 0.0, 0.0, EARTH) == 0.0
    assert sunlit(*sun, SUN, -10_000.0, 0.0, 0.0, EARTH) == 1.0
    assert sunlit(*sun, SUN, 10_000.0, 7000.0, 0.0, EARTH) == 1.0
    ring = sunlit(*sun, SUN, 400_000.0, 0.0, 0.0, MOON)
    assert ring == pytest.approx(1.0 - (np.arcsin(MOON / 400_000.0) / np.arcsin(SUN / AU)) ** 2)
    assert 0.1 < ring < 0.2


@given(st.floats(0.0, np.pi), st.floats(1.001, 50.0))
def test_light_fades_without_a_jump(angle, ratio):
    """Where the discs touch, from outside or inside, the share is 1, or what the inside says."""
    body = ratio * EARTH * np.array([np.cos(angle), np.sin(angle), 0.0])
    a, b, apart = discs(AU, 0.0, 0.0, SUN, *body, EARTH)
    assert apart == pytest.approx(angle, abs=1e-12)
    seen = []
    for gap in (a + b, abs(b - a)):
        for step in (-1e-9, 1e-9):
            turned = ratio * EARTH * np.array([np.cos(gap + step), np.sin(gap + step), 0.0])
            seen.append(sunlit(AU, 0.0, 0.0, SUN, *turned, EARTH))
    assert abs(seen[0] - seen[1]) < 1e-5
    assert abs(seen[2] - seen[3]) < 1e-5
    assert all(0.0 <= share <= 1.0 for share in seen)
