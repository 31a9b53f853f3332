"""The flat arrays hold what ephemeris, frames and constants say."""

import numpy as np
import pytest

from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.surroundings import look_around, surroundings
from qqnet.errors import EphemerisRangeError
from qqnet.space.frames import rotation

EPOCH = 1.3e9 + 0.123456789
DAY = 86_400.0


def seen(around, times):
    columns = np.zeros(around.n_columns * LANES)
    look_around(around, np.resize(times, LANES), columns)
    return columns.reshape(-1, LANES)[:, : len(times)]


@pytest.mark.parametrize(
    ("center", "bodies", "field", "frame", "angle"),
    [
        ("Moon", ("Earth", "Sun", "Jupiter"), "Moon", "MOON_PA", 1e-11),
        ("Earth", ("Moon", "Sun"), "Earth", "ITRF", 1e-10),
        ("Mars", ("Sun",), "Mars", "IAU_MARS", 1e-10),
        ("Earth", ("Moon", "Sun"), "Moon", "MOON_PA", 1e-11),
    ],
)
def test_places_and_rotations(ephemeris, center, bodies, field, frame, angle):
    model = ForceModel(center, bodies, (Harmonics(field, 2),))
    around = surroundings(model, (EPOCH, EPOCH + 9 * DAY), ephemeris)
    offsets = np.random.default_rng(3).uniform(0.0, 9 * DAY, LANES)
    found = seen(around, offsets)
    times = EPOCH + offsets
    late = offsets - (times - EPOCH)  # sums are rounded to 2.4e-7 s, in which the Sun moves by 7 mm
    for n, name in enumerate(bodies):
        position, velocity = ephemeris.state(name, center, times)
        expected = position + velocity * late[:, None]
        distance = np.max(np.linalg.norm(expected, axis=1))
        np.testing.assert_allclose(found[3 * n : 3 * n + 3].T, expected, rtol=0, atol=2e-9 + 1e-14 * distance)
    turned = found[3 * len(bodies) : 3 * len(bodies) + 9].T.reshape(-1, 3, 3)
    np.testing.assert_allclose(turned, rotation(frame, times, ephemeris), rtol=0, atol=2.0 * angle)


def test_the_first_and_last_moment_count(ephemeris):
    around = surroundings(ForceModel("Moon", ("Earth",)), (EPOCH, EPOCH + DAY), ephemeris)
    ends = np.array([0.0, DAY])
    np.testing.assert_allclose(
        seen(around, ends)[:3].T, ephemeris.position("Earth", "Moon", EPOCH + ends), rtol=0, atol=1e-6
    )


def test_what_covers_a_span_is_used_again(ephemeris):
    model = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 3),))
    long = surroundings(model, (EPOCH, EPOCH + 3 * DAY), ephemeris)
    assert surroundings(model, (EPOCH + DAY, EPOCH + 2 * DAY), ephemeris) is long
    assert surroundings(model, (EPOCH + DAY, EPOCH + 4 * DAY), ephemeris) is not long
    assert surroundings(ForceModel("Moon", ("Earth",)), (EPOCH, EPOCH + DAY), ephemeris) is not long


def test_a_span_outside_the_ephemeris_is_refused(ephemeris):
    with pytest.raises(EphemerisRangeError):
        surroundings(
            ForceModel("Moon", ("Earth",)), (ephemeris.span[1] - DAY, ephemeris.span[1] + DAY), ephemeris
        )


def test_sunlight_at_one_astronomical_unit(ephemeris):
    """4.54 uN/m2 on 0.01 m2/kg that absorbs all."""
    model = ForceModel("Earth", ("Sun",), (), Radiation(0.01, 1.0))
    around = surroundings(model, (EPOCH, EPOCH + DAY), ephemeris)
    assert around.sunlight / 149_597_870.7**2 == pytest.approx(4.5398e-6 * 0.01 * 1e-3, rel=1e-4)
