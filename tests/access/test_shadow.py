"""Shadows of bodies: the share of the Sun that is seen, and edges against geometry in closed form."""

import numpy as np
import pytest

from qqnet.access.shadow import dark_intervals, sunlit_share
from qqnet.errors import InputError
from qqnet.space.bodies import body
from qqnet.space.constants import AU_KM


def test_one_body_before_the_sun():
    sun = np.array([[0.0, 0.0, AU_KM]] * 3)
    moon = np.array([[0.0, 0.0, 5000.0], [0.0, 0.0, -5000.0], [0.0, 0.0, 2e6]])
    seen = sunlit_share(sun, moon[None], ["Moon"])
    angle = body("Moon").mean_radius_km / 2e6, body("Sun").mean_radius_km / AU_KM
    assert seen[:2].tolist() == [0.0, 1.0]
    assert seen[2] == pytest.approx(1.0 - (angle[0] / angle[1]) ** 2, rel=1e-4)


def test_a_circular_orbit_is_dark_behind_the_body():
    """Half the Sun is hidden where the limb passes its centre: at 90 deg and asin(R / a) from the noon."""
    a, period = 7000.0, 20_000.0

    def seen(t, sun_km=1e12):  # so far that the Sun is a point
        angle = 2.0 * np.pi * t / period
        place = a * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
        return sunlit_share(np.array([sun_km, 0.0, 0.0]) - place, -place[None], ["Moon"])

    found = dark_intervals(seen, 0.0, 2 * period, step_s=50.0)
    half = np.arcsin(body("Moon").mean_radius_km / a) / (2.0 * np.pi) * period
    expected = [[period / 2 - half, period / 2 + half], [1.5 * period - half, 1.5 * period + half]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-3)
    # Any cover at all begins sooner, and the span cuts.
    wider = dark_intervals(lambda t: seen(t, AU_KM), 0.0, period / 2, below=1.0, step_s=50.0)
    assert wider.shape == (1, 2)
    assert expected[0][0] - 30.0 < wider[0, 0] < expected[0][0] - 5.0
    assert wider[0, 1] == period / 2


def test_sunlight_throughout_and_darkness_throughout():
    assert dark_intervals(np.ones_like, 0.0, 100.0).shape == (0, 2)
    assert dark_intervals(np.zeros_like, 0.0, 100.0).tolist() == [[0.0, 100.0]]


@pytest.mark.parametrize("arguments", [{"below": 0.0}, {"below": 1.5}, {"step_s": 0.0}])
def test_what_cannot_be(arguments):
    with pytest.raises(InputError):
        dark_intervals(np.ones_like, 0.0, 100.0, **arguments)


def test_shapes_that_do_not_fit():
    with pytest.raises(InputError, match="2 bodies"):
        sunlit_share(np.ones((4, 3)), np.ones((1, 4, 3)), ["Moon", "Earth"])
