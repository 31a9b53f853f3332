import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qqnet.ephemerides.epochs import parse_epochs
from qqnet.ephemerides.ref_frames import frame_bias
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.stk import read_stk, write_stk
from qqnet.errors import InputError

START = parse_epochs(["2040-06-01T00:00:00"], "UTC")[0]

FILE = """stk.v.11.0
# made by hand
BEGIN Ephemeris
NumberOfEphemerisPoints 3
ScenarioEpoch           1 Jun 2040 00:00:00.000
InterpolationMethod     Lagrange
InterpolationOrder      5
CentralBody             Moon
CoordinateSystem        ICRF

EphemerisTimePosVel

0.0   1000000.0 2000000.0 3000000.0  100.0 200.0 300.0
60.0  1006000.0 2012000.0 3018000.0  100.0 200.0 300.0
120.0 1012000.0 2024000.0 3036000.0  100.0 200.0 300.0
END Ephemeris
"""


def segment(t, states, center="Moon", interpolation="HERMITE", degree=7):
    limits = float(t[0]), float(t[-1])
    return Segment("relay", "R", center, t, states[:, :3], states[:, 3:], limits, interpolation, degree)


@given(
    arrays(np.float64, 5, elements=st.floats(1e-3, 1e5)),
    arrays(np.float64, (5, 6), elements=st.floats(-1e9, 1e9)),
    st.sampled_from([("HERMITE", 7), ("HERMITE", 15), ("LAGRANGE", 5)]),
    st.floats(-5e8, 1.8e9),
)
def test_numbers_come_back_to_the_last_bit(tmp_path_factory, steps, states, method, start):
    path = tmp_path_factory.mktemp("stk") / "relay.e"
    t = start + np.cumsum(steps)
    written = segment(t, states, "Moon", *method)
    write_stk(path, written)
    (read,) = read_stk(path)
    assert np.array_equal(read.position_km, written.position_km)
    assert np.array_equal(read.velocity_km_s, written.velocity_km_s)
    np.testing.assert_allclose(read.t, t, rtol=0, atol=2.4e-7)  # a last bit of absolute time
    assert (read.object_name, read.center) == ("relay", "Moon")
    assert (read.interpolation, read.degree) == method


def test_a_file_made_by_hand_in_metres(tmp_path):
    (tmp_path / "sat.e").write_text(FILE)
    (read,) = read_stk(tmp_path / "sat.e")
    np.testing.assert_allclose(read.t, START + np.array([0.0, 60.0, 120.0]), rtol=0, atol=1e-6)
    assert read.position_km.tolist() == [[1000, 2000, 3000], [1006, 2012, 3018], [1012, 2024, 3036]]
    assert read.velocity_km_s[0].tolist() == [0.1, 0.2, 0.3]
    assert (read.object_name, read.center, read.interpolation, read.degree) == ("sat", "Moon", "LAGRANGE", 5)


def test_axes_of_j2000_and_of_the_turning_earth(tmp_path):
    t = START + 60.0 * np.arange(3)
    states = np.hstack([np.full((3, 3), 7000.0), np.full((3, 3), 4.0)])
    write_stk(tmp_path / "a.e", segment(t, states, "Earth"), "EME2000")
    text = (tmp_path / "a.e").read_text()
    assert "CoordinateSystem        J2000" in text
    written = np.array(text.split("EphemerisTimePosVel")[1].split("END")[0].split(), dtype=float).reshape(
        -1, 7
    )
    np.testing.assert_allclose(written[0, 1:4], frame_bias() @ states[0, :3], rtol=0, atol=1e-9)
    (read,) = read_stk(tmp_path / "a.e")
    np.testing.assert_allclose(read.position_km, states[:, :3], rtol=0, atol=1e-9)
    (tmp_path / "b.e").write_text(FILE.replace("ICRF", "Fixed").replace("Moon", "Earth"))
    (fixed,) = read_stk(tmp_path / "b.e")
    speed = np.linalg.norm(fixed.velocity_km_s[0] - np.array([0.1, 0.2, 0.3]))
    assert speed > 0.1  # the Earth carries it along
    np.testing.assert_allclose(np.linalg.norm(fixed.position_km[0]), np.sqrt(14) * 1000, rtol=0, atol=1e-8)


def test_boundaries_part_segments(tmp_path):
    again = "60.0  1006000.0 2012000.0 3018000.0  -100.0 200.0 300.0\n"
    text = FILE.replace("120.0 ", again + "120.0 ").replace(
        "\nEphemerisTimePosVel",
        "BEGIN SegmentBoundaryTimes\n60.0\nEND SegmentBoundaryTimes\nEphemerisTimePosVel",
    )
    (tmp_path / "a.e").write_text(text)
    first, second = read_stk(tmp_path / "a.e")
    assert first.useable[1] == second.useable[0]
    assert first.velocity_km_s[-1, 0] == 0.1
    assert second.velocity_km_s[0, 0] == -0.1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stk.v.11.0", "hello", ":1: an STK ephemeris begins with its version"),
        ("BEGIN Ephemeris", "BEGIN Attitude", ":3: 'BEGIN Attitude' where 'BEGIN Ephemeris'"),
        ("ScenarioEpoch           1 Jun", "ScenarioEpoch           31 Jun", ":5: ScenarioEpoch '31 Jun 2040"),
        ("ScenarioEpoch           1 Jun 2040 00:00:00.000\n", "", "no ScenarioEpoch"),
        ("Lagrange", "Spline", ":6: InterpolationMethod 'Spline'; known: Lagrange, Hermite"),
        ("Order      5", "Order      0", ":7: order of interpolation '0'"),
        (
            "Body             Moon",
            "Body             Pluto",
            ":8: CentralBody 'Pluto' is not read; known: Earth",
        ),
        ("ICRF", "TrueOfDate", ":9: CoordinateSystem 'TrueOfDate' is not read; known: ICRF, J2000, Fixed"),
        ("ICRF", "Fixed", ":9: CoordinateSystem Fixed is read for Earth, Mars, Venus; use ICRF for the Moon"),
        ("CoordinateSystem        ICRF\n", "", "no CoordinateSystem"),
        ("ICRF\n", "ICRF\nDistanceUnit Feet\n", ":10: DistanceUnit 'Feet'"),
        ("EphemerisTimePosVel", "EphemerisTimePos", ":11: EphemerisTimePos is not read"),
        ("60.0  1006000.0", "60.0  oops", ":14: '60.0  oops"),
        ("60.0  1006000.0", "60.0  nan", ":14: '60.0  nan"),
        ("60.0  1006000.0", "0.0   1006000.0", ":14: the time does not come after"),
        ("END Ephemeris", "", "ends without 'END Ephemeris'"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path, old, new, message):
    assert old in FILE
    (tmp_path / "a.e").write_text(FILE.replace(old, new, 1))
    with pytest.raises(InputError, match=rf"a\.e.*{message}"):
        read_stk(tmp_path / "a.e")


def test_too_few_states(tmp_path):
    (tmp_path / "a.e").write_text(FILE[: FILE.index("60.0")] + "END Ephemeris\n")
    with pytest.raises(InputError, match="1 states; at least 2"):
        read_stk(tmp_path / "a.e")


def test_what_the_format_cannot_say(tmp_path):
    t, states = START + np.arange(3.0), np.ones((3, 6))
    with pytest.raises(InputError, match="relay: STK has no central body 'EMB'; known: Earth, Moon"):
        write_stk(tmp_path / "a.e", segment(t, states, "EMB"))
    with pytest.raises(InputError, match="written in ICRF or EME2000, not in MOON_ME"):
        write_stk(tmp_path / "a.e", segment(t, states), "MOON_ME")
