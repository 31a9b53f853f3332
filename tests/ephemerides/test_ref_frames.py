import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.ephemerides.ref_frames import (
    CENTERS,
    FRAMES,
    center_name,
    center_of,
    frame_of,
    from_icrf,
    teme,
    to_icrf,
)  # fmt: skip
from qqnet.errors import EphemerisRangeError, InputError

TURNING = ["ITRF", "MOON_ME", "MOON_PA", "IAU_MARS", "IAU_VENUS"]


def test_centres_have_a_name_and_are_found_by_it():
    for center in set(CENTERS.values()):
        assert center_of(center_name(center)) == center
    assert center_of("  earth-moon  barycenter ".strip()) == "EMB"
    assert center_of("Mars_Barycenter") == "Mars"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ICRF", "ICRF"), ("icrf3", "ICRF"), ("GCRF", "GCRF"), ("EME2000", "EME2000"), ("J2000", "EME2000"),
        ("ITRF", "ITRF"), ("ITRF-97", "ITRF"), ("ITRF2014", "ITRF"), ("ITRF_2020", "ITRF"), ("TEME", "TEME"),
        ("TEMEOFDATE", "TEME"), ("MOON_ME", "MOON_ME"), ("MOON_PA_DE440", "MOON_PA"), ("Moon_PA440", "MOON_PA"),
    ],
)  # fmt: skip
def test_spellings(written, meant):
    assert frame_of(written) == meant


@pytest.mark.parametrize(
    "name", ["", "TOD", "MOD", "B1950", "GTOD", "MCI", "MOON_MEIAUE", "MOON_PA421", "ITRF14X", "RTN"]
)
def test_other_frames_are_refused(name):
    with pytest.raises(
        InputError, match="is not read; known: ICRF, GCRF, EME2000, TEME, ITRF, MOON_ME, MOON_PA"
    ):
        frame_of(name, "Earth")


def test_a_frame_belongs_to_its_body():
    with pytest.raises(
        InputError, match="'MOON_ME' belongs to the Moon, but the states are relative to the Mars"
    ):
        frame_of("MOON_ME", "Mars")


@given(frame=st.sampled_from(FRAMES), seed=st.integers(0, 10**6))
def test_turning_keeps_lengths_and_what_is_inertial_comes_back(frame, seed):
    rng = np.random.default_rng(seed)
    t, states = rng.uniform(3e8, 1.8e9, 3), rng.normal(size=(3, 6)) * 7e3
    turned = to_icrf(frame, t, states)
    np.testing.assert_allclose(
        np.linalg.norm(turned[:, :3], axis=1), np.linalg.norm(states[:, :3], axis=1), rtol=0, atol=1e-10
    )
    if frame not in TURNING:
        np.testing.assert_allclose(from_icrf(frame, t, turned), states, rtol=0, atol=1e-10)


@pytest.mark.parametrize("frame", TURNING)
def test_velocities_belong_to_positions(frame):
    """Motion with constant velocity in a frame that turns: positions of all times prove the velocities in ICRF."""
    start, velocity = np.array([5000.0, -3000.0, 2000.0]), np.array([1.0, 2.0, -0.5])
    t = 1.3e9 + 128.0 * np.arange(-4, 5)
    inside = np.hstack([start + np.outer(t - 1.3e9, velocity), np.tile(velocity, (9, 1))])
    turned = to_icrf(frame, t, inside)
    weights = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0, 4 / 5, -1 / 5, 4 / 105, -1 / 280]) / 128.0
    np.testing.assert_allclose(weights @ turned[:, :3], turned[4, 3:], rtol=0, atol=2e-8)


def test_teme_shares_the_pole_of_the_earth_and_differs_from_the_equinox_by_sidereal_time():
    from qqnet.space.frames import rotation

    t = np.array([2.0e8, 8.0e8, 1.5e9])
    matrix = teme(t)
    np.testing.assert_allclose(
        matrix @ matrix.transpose(0, 2, 1), np.tile(np.eye(3), (3, 1, 1)), rtol=0, atol=1e-14
    )
    np.testing.assert_allclose(matrix[:, 2], rotation("EARTH_EQUATOR", t)[:, 2], rtol=0, atol=1e-15)
    # Precession in right ascension parts the origin of TEME from that of the intermediate frame: arcsec a year.
    x, y = rotation("EARTH_EQUATOR", t)[:, 0], rotation("EARTH_EQUATOR", t)[:, 1]
    ahead = np.arctan2(np.einsum("ni,ni->n", matrix[:, 0], y), np.einsum("ni,ni->n", matrix[:, 0], x))
    years = t / (365.25 * 86400.0)
    np.testing.assert_allclose(np.degrees(ahead) * 3600.0 / years, -46.12, rtol=0, atol=0.05)


def test_a_time_without_the_orientation_of_the_moon():
    with pytest.raises(EphemerisRangeError):
        to_icrf("MOON_ME", [9e9], np.zeros((1, 6)))
