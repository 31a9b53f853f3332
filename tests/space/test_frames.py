import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.earth_orientation import EarthOrientation
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import FRAMES, rotation, rotation_x, rotation_y, rotation_z
from qqnet.space.timescales import tt_from_tdb

times = st.floats(284_040_000.0, 1_925_035_200.0)
SAMPLE = np.linspace(6.4e8, 1.9e9, 50)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(FRAMES), times)
def test_matrices_are_rotations(frame, t):
    matrix = rotation(frame, t)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), rtol=0, atol=1e-14)
    assert np.linalg.det(matrix) == pytest.approx(1.0, abs=1e-14)


@given(st.floats(-10, 10), st.floats(-10, 10), st.sampled_from([rotation_x, rotation_y, rotation_z]))
def test_turns_about_one_axis_add(a, b, turn):
    np.testing.assert_allclose(turn(a) @ turn(b), turn(a + b), rtol=0, atol=1e-13)


def test_axes_turn_not_vectors():
    # Axes turned by a quarter about z: what lay along x now lies along -y.
    np.testing.assert_allclose(rotation_z(np.pi / 2) @ [1, 0, 0], [0, -1, 0], atol=1e-15, rtol=0)
    np.testing.assert_allclose(rotation_x(np.pi / 2) @ [0, 1, 0], [0, 0, -1], atol=1e-15, rtol=0)
    np.testing.assert_allclose(rotation_y(np.pi / 2) @ [0, 0, 1], [-1, 0, 0], atol=1e-15, rtol=0)


@pytest.mark.parametrize("frame", FRAMES)
def test_many_times_equal_single_times_and_keep_their_shape(frame):
    together = rotation(frame, SAMPLE.reshape(5, 10))
    assert together.shape == (5, 10, 3, 3)
    np.testing.assert_allclose(together[3, 4], rotation(frame, SAMPLE[34]), rtol=0, atol=2e-16)
    assert rotation(frame, []).shape == (0, 3, 3)


@pytest.mark.parametrize("body", ["MOON", "MARS", "VENUS"])
def test_an_equator_has_the_pole_of_its_body_and_a_node_on_the_icrf_equator(body):
    fixed = {"MOON": "MOON_ME", "MARS": "IAU_MARS", "VENUS": "IAU_VENUS"}[body]
    equator = rotation(f"{body}_EQUATOR", SAMPLE)
    np.testing.assert_allclose(equator[:, 2], rotation(fixed, SAMPLE)[:, 2], rtol=0, atol=1e-14)
    np.testing.assert_allclose(equator[:, 0, 2], 0.0, atol=1e-15, rtol=0)
    # Ascending: beyond the node, along y, the equator lies north of that of ICRF.
    assert (equator[:, 1, 2] > 0).all()


def test_earth_equator_stays_with_the_cip_and_near_the_origin_of_right_ascension():
    equator = rotation("EARTH_EQUATOR", SAMPLE)
    # The celestial intermediate pole stands at x, -y of polar motion on the Earth, but for its offsets of 1 mas.
    on_earth = np.einsum("tij,tj->ti", rotation("ITRF", SAMPLE), equator[:, 2])
    _, x, y, _, _ = EarthOrientation.packaged().at_tt(tt_from_tdb(SAMPLE)).T
    np.testing.assert_allclose(on_earth[:, :2], np.stack([x, -y], axis=-1), rtol=0, atol=5e-9)
    assert np.abs(equator[:, 0, 1]).max() < 1e-4
    # Precession moves the pole by 20.04 arcsec a year (IAU 2006: X = 2004.19 arcsec a century).
    assert equator[-1, 2, 0] - equator[0, 2, 0] == pytest.approx(
        np.radians(20.042 / 3600) * (SAMPLE[-1] - SAMPLE[0]) / 3.15576e7, rel=0.03
    )


def test_the_moon_turns_its_face_to_the_earth():
    direction = Ephemeris.packaged().position("Earth", "Moon", SAMPLE)
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    fixed = np.einsum("tij,tj->ti", rotation("MOON_ME", SAMPLE), direction)
    assert np.degrees(np.arccos(fixed[:, 0])).max() < 10.5  # librations of 7.9 and 6.9 degrees


def test_orbit_plane_frame_holds_the_earth_and_its_node():
    ephemeris = Ephemeris.packaged()
    position, velocity = ephemeris.state("Earth", "Moon", SAMPLE)
    orbit, equator = rotation("MOON_OP", SAMPLE), rotation("MOON_ME", SAMPLE)
    in_frame = np.einsum("tij,tj->ti", orbit, position)
    np.testing.assert_allclose(in_frame[:, 2], 0.0, atol=1e-8, rtol=0)
    assert (np.cross(in_frame, np.einsum("tij,tj->ti", orbit, velocity))[:, 2] > 0).all()
    np.testing.assert_allclose(np.einsum("ti,ti->t", orbit[:, 0], equator[:, 2]), 0.0, atol=1e-15, rtol=0)
    inclination = np.degrees(np.arccos(np.einsum("ti,ti->t", orbit[:, 2], equator[:, 2])))
    assert (inclination > 6.4).all()  # Cassini: 6.69 degrees in the mean
    assert (inclination < 7.0).all()
    # Ascending: an orbit at x that moves along y leaves the equator to the north.
    assert (np.einsum("ti,ti->t", orbit[:, 1], equator[:, 2]) > 0).all()


@pytest.mark.parametrize(
    ("frame", "period_days"),
    [("ITRF", 0.99726968), ("IAU_MARS", 1.02595676), ("IAU_VENUS", -243.0185), ("MOON_ME", 27.321661)],
)
def test_rotation_periods(frame, period_days):
    # Allen's Astrophysical Quantities, sidereal; the Moon's over 235 turns, as libration shifts it meanwhile.
    turns = {"MOON_ME": 235}.get(frame, 1)
    start, stop = rotation(frame, 8e8 + np.array([0.0, abs(period_days) * turns * 86_400.0]))
    assert np.degrees(np.arccos(np.clip((np.trace(start @ stop.T) - 1) / 2, -1, 1))) < 1.5
    quarter = rotation(frame, 8e8 + abs(period_days) * 86_400.0 / 4)
    assert np.sign(np.dot(quarter[0], start[1])) == np.sign(period_days)


def test_unknown_frames_and_times_are_refused():
    with pytest.raises(InputError, match="did you mean 'MOON_ME'"):
        rotation("moon-me", 8e8)
    with pytest.raises(InputError, match="known: ICRF"):
        rotation(None, 8e8)
    with pytest.raises(InputError, match="not finite"):
        rotation("IAU_MARS", np.nan)
    with pytest.raises(EphemerisRangeError):
        rotation("MOON_PA", 0.0)
