from dataclasses import replace

import numpy as np
import pytest
from sgp4.api import Satrec

from qqnet.ephemerides.ref_frames import from_icrf
from qqnet.ephemerides.sgp4_orbits import satellite, sgp4_segment, teme_states
from qqnet.ephemerides.tle import format_tle, parse_tle
from qqnet.errors import InputError
from qqnet.orbits.tabulated import tabulated_trajectory

# Sets of the verification cases of Vallado et al. 2006: near the Earth, half-day resonance, and one that decays.
NEAR = """\
1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753
2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667
"""
HALF_DAY = """\
1 21897U 92011A   06176.02341244 -.00001273  00000-0 -13525-3 0  3044
2 21897  62.1749 198.0096 7421690 253.0462  20.1561  2.01269994104880
"""
DECAYING = """\
1 28350U 04020A   06167.21788666  .16154492  76267-5  18678-3 0  8894
2 28350  64.9977 345.6130 0024870 260.7578  99.9590 16.47856722116490
"""


@pytest.mark.parametrize("text", [NEAR, HALF_DAY])
def test_states_are_those_of_the_package(text):
    (omm,) = parse_tle(text)
    theirs = Satrec.twoline2rv(*text.splitlines())
    minutes = np.linspace(-2880.0, 2880.0, 97)
    states = teme_states(omm, omm.t + 60.0 * minutes)
    for k, minute in enumerate(minutes):
        error, position, velocity = theirs.sgp4_tsince(minute)
        assert error == 0
        # The resolution of TDB, 6e-8 s in 2006, and of days of UTC times 8 km/s.
        np.testing.assert_allclose(states[k, :3], position, rtol=0, atol=2e-6)
        np.testing.assert_allclose(states[k, 3:], velocity, rtol=0, atol=2e-9)


def test_published_state():
    """Vallado et al. 2006, AIAA 2006-6753, tcppver.out: catalogue number 5 after 0 and 360 minutes."""
    (omm,) = parse_tle(NEAR)
    expected = [
        [7022.46529266, -1400.08296755, 0.03995155, 1.893841015, 6.405893759, 4.534807250],
        [-7154.03120202, -3783.17682504, -3536.19412294, 4.741887409, -4.151817765, -2.093935425],
    ]
    states = teme_states(omm, [omm.t, omm.t + 360 * 60.0])
    np.testing.assert_allclose(states[:, :3], np.array(expected)[:, :3], rtol=0, atol=2e-6)
    np.testing.assert_allclose(states[:, 3:], np.array(expected)[:, 3:], rtol=0, atol=2e-9)


@pytest.mark.parametrize("text", [NEAR, HALF_DAY])
def test_interpolation_between_the_states_is_good_to_a_millimetre(text):
    (omm,) = parse_tle(text)
    span = omm.t, omm.t + 86400.0
    segment = sgp4_segment(omm, span)
    assert segment.useable[0] == span[0]
    assert span[1] <= segment.useable[1] < span[1] + 600.0
    table = tabulated_trajectory([segment], "x", span).table
    t = np.random.default_rng(1).uniform(*span, 300)
    back = from_icrf("TEME", t, np.hstack([table.evaluate(t), np.zeros((300, 3))]))[:, :3]
    # Times are resolved to 6e-8 s, in which 8 km/s make half a millimetre.
    np.testing.assert_allclose(back, teme_states(omm, t)[:, :3], rtol=0, atol=1e-6)


def test_a_step_may_be_given():
    (omm,) = parse_tle(NEAR)
    segment = sgp4_segment(omm, (omm.t, omm.t + 100.0), step_s=30.0)
    np.testing.assert_allclose(segment.t - omm.t, [0, 30, 60, 90, 120], rtol=0, atol=1e-6)
    with pytest.raises(InputError, match="both must be positive"):
        sgp4_segment(omm, (omm.t, omm.t), step_s=30.0)
    with pytest.raises(InputError, match=r"step 0\.0 s .* both must be positive"):
        sgp4_segment(omm, (omm.t, omm.t + 1), step_s=0.0)


def test_a_decay_is_told_with_its_time():
    (omm,) = parse_tle(DECAYING, "x.tle")
    with pytest.raises(
        InputError,
        match=r"x\.tle: 28350: SGP4 fails at 2006-.*Z: .* decay.*; the elements are of 2006-06-16",
    ):
        sgp4_segment(omm, (omm.t, omm.t + 10 * 86400.0))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"theory": "DSST"}, "elements of the theory 'DSST'; SGP4 is propagated"),
        ({"frame": "EME2000"}, "SGP4 elements are in TEME about the Earth, not in EME2000 about the Earth"),
        ({"center": "Moon"}, "not in TEME about the Moon"),
        ({"tle": None}, "SGP4 needs MEAN_MOTION and BSTAR"),
    ],
)
def test_other_elements_are_refused(change, said):
    (omm,) = parse_tle(NEAR)
    with pytest.raises(InputError, match=said):
        satellite(replace(omm, **change))
    with pytest.raises(
        InputError, match="theory 'SGP4'; SGP4 is propagated"
    ):  # SGP4-XP by its ephemeris type
        satellite(replace(omm, tle=replace(omm.tle, ephemeris_type=4)))


def test_elements_that_sgp4_refuses():
    (omm,) = parse_tle(NEAR)
    with pytest.raises(InputError, match=r"SGP4 (refuses|fails)"):
        teme_states(replace(omm, elements=replace(omm.elements, eccentricity=0.9999)), [omm.t])


def test_the_lines_are_kept():
    for text in (NEAR, HALF_DAY, DECAYING):
        assert "\n".join(format_tle(parse_tle(text)[0])) == text.strip()
