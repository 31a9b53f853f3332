"""Lines of sight: light time, angles, and spheres in the way."""

from dataclasses import fields

import numpy as np
import pytest

from qqnet.gnss.geometry import EARTH_KM, MOON_KM, Lines, elevation_rad, hidden, lines_of_sight
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S


@pytest.fixture(scope="module")
def moonlit(paths, satellites, listeners):
    """Lines to the lunar orbiter over a day, with what they were made of."""
    t = listeners.time.start_s + np.arange(0.0, 86_400.0, 1200.0)
    position, velocity = paths.state("orbiter", t, "Earth")
    return t, position, velocity, lines_of_sight(*satellites.states(t), position, velocity)


def test_light_left_the_satellite_where_it_then_was(moonlit, satellites):
    """Range and direction are those to the satellite's place one light time earlier, below a millimetre."""
    t, position, _, lines = moonlit
    for k in (0, 17, 40):
        earlier = t - lines.range_km[:, k] / SPEED_OF_LIGHT_KM_S
        sender = satellites.states(earlier)[0][:, k]
        path = position - sender
        # Times of 1e9 s are rounded to 0.12 us, half a millimetre at 4 km/s.
        assert np.linalg.norm(path, axis=-1) == pytest.approx(lines.range_km[:, k], abs=1.5e-6)
        assert np.abs(lines.direction[:, k] - path / lines.range_km[:, k, None]).max() < 1e-11


def test_range_rate_is_the_derivative_of_the_range(paths, satellites, listeners):
    t = listeners.time.start_s + np.arange(0.0, 3600.0, 600.0)

    def at(times):
        return lines_of_sight(*satellites.states(times), *paths.state("orbiter", times, "Earth"))

    step = 2.0
    slope = (at(t + step).range_km - at(t - step).range_km) / (2.0 * step)
    # A central difference is off by a sixth of 4 s2 times the third derivative, 1e-6 km/s3 of the lunar orbit.
    assert at(t).range_rate_km_s == pytest.approx(slope, abs=1.5e-6)


def test_angles_close_the_triangle_with_the_earth(moonlit):
    """Off-nadir angle, angle at the receiver, and the angle at the Earth add up to half a turn."""
    _, position, _, lines = moonlit
    sender = position[:, None] - lines.direction * lines.range_km[..., None]
    cosine = np.einsum("tsi,ti->ts", sender, position)
    cosine /= np.linalg.norm(sender, axis=-1) * np.linalg.norm(position, axis=-1)[:, None]
    total = lines.off_boresight_rad + lines.off_earth_rad + np.arccos(np.clip(cosine, -1.0, 1.0))
    assert total == pytest.approx(np.pi, abs=1e-7)


def test_hidden_is_what_points_along_the_line_say(moonlit, paths):
    t, position, _, lines = moonlit
    t, position = t[::6], position[::6]
    lines = Lines(*(getattr(lines, field.name)[::6] for field in fields(lines)))
    moon = paths.position("Moon", t, "Earth")
    sender = position[:, None] - lines.direction * lines.range_km[..., None]
    share = np.concatenate([np.linspace(0.0, 0.99, 1000), np.linspace(0.99, 1.0, 1001)])
    for center, radius in ((np.zeros_like(position), EARTH_KM), (moon, MOON_KM)):
        found = hidden(lines, position, center, radius)
        points = sender[:, :, None] + share[:, None] * (position[:, None] - sender)[:, :, None]
        closest = np.linalg.norm(points - center[:, None, None], axis=-1).min(axis=-1)
        clear = np.abs(closest - radius) > 50.0  # points are up to 400 km apart near the Earth
        assert (found == (closest < radius))[clear].all()
        assert 0.0 < found.mean() < 1.0


def test_the_ground_hides_what_is_below_the_horizon(paths, satellites, listeners):
    """For a site the Moon's sphere and the elevation say the same."""
    t = listeners.time.start_s + np.arange(0.0, 86_400.0, 3600.0)
    position, velocity = paths.state("base", t, "Earth")
    lines = lines_of_sight(*satellites.states(t), position, velocity)
    moon = paths.position("Moon", t, "Earth")
    elevation = elevation_rad(lines, position - moon)
    assert (elevation > 0.0).all()  # the Earth stands high there
    assert not hidden(lines, position, moon, MOON_KM).any()
    # The same site with the sky turned over: every line comes from below.
    assert hidden(lines, 2.0 * moon - position, moon, MOON_KM).all()


def test_a_receiver_close_to_its_satellites_has_exact_small_angles():
    lines = lines_of_sight(
        [[[42_164.0, 0.0, 0.0]]], [[[0.0, 0.0, 0.0]]], [[384_400.0, 1e-3, 0.0]], [[0.0, 0.0, 0.0]]
    )
    assert lines.off_earth_rad[0, 0] == pytest.approx(1e-3 / 342_236.0 - 1e-3 / 384_400.0, rel=1e-3)
