import gzip
import re

import numpy as np
import pytest

from qqnet.ephemerides.oem import frame_bias, parse_oem, read_oem
from qqnet.errors import InputError
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc

MESSAGE = """\
CCSDS_OEM_VERS = 2.0
COMMENT written by hand
CREATION_DATE = 2026-11-23T00:00:00
ORIGINATOR = TEST

META_START
OBJECT_NAME = RELAY
OBJECT_ID = 2024-051A
CENTER_NAME = Moon
REF_FRAME = ICRF
TIME_SYSTEM = UTC
START_TIME = 2040-06-01T00:00:00
USEABLE_START_TIME = 2040-06-01T00:01:00
STOP_TIME = 2040-06-01T00:03:00
INTERPOLATION = Lagrange
INTERPOLATION_DEGREE = 3
META_STOP
COMMENT four states
2040-06-01T00:00:00 1000.5 2000.0 -3000.25 0.1 0.2 0.3
2040-06-01T00:01:00 1001.5 2000.0 -3000.25 0.1 0.2 0.3 0 0 0
2040-153T00:02:00.000Z 1.0025E3 2000.0 -3000.25 0.1 0.2 0.3
2040-06-01T00:03:00 1003.5 2000.0 -3000.25 0.1 0.2 0.3
COVARIANCE_START
EPOCH = 2040-06-01T00:00:00
COV_REF_FRAME = RTN
1
0.5 2
0 0 3
0 0 0 4e-6
0 0 0 0 5e-6
1e-7 0 0 0 0 6e-6
EPOCH = 2040-06-01T00:01:00
1
0 2
0 0 3
0 0 0 4e-6
0 0 0 0 5e-6
0 0 0 0 0 6e-6
COVARIANCE_STOP
"""


def test_reads_a_message():
    oem = parse_oem(MESSAGE)
    (segment,) = oem.segments
    assert (oem.originator, segment.object_name, segment.object_id) == ("TEST", "RELAY", "2024-051A")
    assert (segment.center, segment.interpolation, segment.degree) == ("Moon", "LAGRANGE", 3)
    start = tdb_from_utc("2040-06-01T00:00:00Z")
    assert np.allclose(segment.t, start + 60 * np.arange(4), atol=5e-7, rtol=0)
    assert segment.useable == pytest.approx((start + 60, start + 180), abs=5e-7)
    assert segment.position_km[2].tolist() == [1002.5, 2000.0, -3000.25]
    assert segment.velocity_km_s[3].tolist() == [0.1, 0.2, 0.3]
    assert segment.acceleration_km_s2 is None  # only one line has it
    assert (oem.comments, segment.comments) == (("written by hand",), ("four states",))


def test_covariances_are_kept_with_their_frames():
    first, second = parse_oem(MESSAGE).segments[0].covariances
    assert (first.frame, second.frame) == ("RTN", "ICRF")
    assert (first.t, second.t) == tuple(parse_oem(MESSAGE).segments[0].t[:2])
    assert first.matrix[0, 1] == first.matrix[1, 0] == 0.5
    assert first.matrix[5, 0] == first.matrix[0, 5] == 1e-7
    assert np.diag(second.matrix).tolist() == [1, 2, 3, 4e-6, 5e-6, 6e-6]


def test_accelerations_are_kept_where_all_states_have_them():
    text = re.sub(r"(?m)^(2040\S* \S+ 2000.*0\.3)( 0 0 0)?$", r"\1 1E-6 2e-6 -3e-6", MESSAGE)
    (segment,) = parse_oem(text).segments
    assert segment.acceleration_km_s2.tolist() == [[1e-6, 2e-6, -3e-6]] * 4


@pytest.mark.parametrize("name", ["ITRF2014", "ITRF-97", "MOON_ME", "moon_pa440"])
def test_frames_that_turn_are_turned_with_their_rate(name):
    """A state at rest in a frame that turns moves with it: the states of a second later prove the velocities."""
    body, frame = ("EARTH", "ITRF") if name.startswith("ITRF") else ("MOON", name[:7].upper())
    at_rest = re.sub("0.1 0.2 0.3", "0 0 0", re.sub(r"100\d\.5|1\.0025E3", "1000.5", MESSAGE))
    text = at_rest.replace("= ICRF", f"= {name}").replace("= Moon", f"= {body}")
    (segment,) = parse_oem(text).segments
    place = np.array([1000.5, 2000.0, -3000.25])
    t = segment.t
    np.testing.assert_allclose(
        segment.position_km, rotation(frame, t).transpose(0, 2, 1) @ place, rtol=0, atol=1e-9
    )
    moved = (rotation(frame, t + 0.5) - rotation(frame, t - 0.5)).transpose(0, 2, 1) @ place
    np.testing.assert_allclose(segment.velocity_km_s, moved, rtol=0, atol=1e-7)  # the difference's own error


def test_teme_is_where_vallado_has_it():
    """Vallado 2013, example 3-15; GCRF there is by IAU-76/FK5 with the corrections of the IERS: 5 mm here."""
    state = "2004-04-06T07:51:28.386009 5094.18016210 6127.64465950 6380.34453270 "
    state += "-4.746131487 0.785818041 5.531931288"
    head = MESSAGE[: MESSAGE.index("COMMENT four")].replace("= Moon", "= Earth").replace("= ICRF", "= TEME")
    text = re.sub("2040-06-01T00:0[0-3]:00", "2004-04-06T07:51:28.386009", head, count=2)
    text = re.sub("STOP_TIME = .*", "STOP_TIME = 2004-04-06T07:52:28", text)
    (segment,) = parse_oem(text + state + "\n" + state.replace("07:51", "07:52") + "\n").segments
    expected = [5102.508958, 6123.011401, 6378.136928]
    np.testing.assert_allclose(segment.position_km[0], expected, rtol=0, atol=5e-6)
    expected = [-4.743220157, 0.790536497, 5.533755727]
    np.testing.assert_allclose(segment.velocity_km_s[0], expected, rtol=0, atol=5e-9)


def test_interpolation_is_hermite_of_degree_7_where_not_said():
    text = MESSAGE.replace("INTERPOLATION = Lagrange\nINTERPOLATION_DEGREE = 3\n", "")
    (segment,) = parse_oem(text).segments
    assert (segment.interpolation, segment.degree) == ("HERMITE", 7)


def test_eme2000_is_turned_by_the_frame_bias():
    # IERS Conventions 2010, section 5.32: the pole of J2000 is 16.6 mas and 6.8 mas off that of ICRS, the origin
    # of right ascension 14.6 mas.
    bias = frame_bias()
    mas = np.pi / 180 / 3.6e6
    assert bias[2, 0] / mas == pytest.approx(-16.617, abs=0.01)
    assert bias[2, 1] / mas == pytest.approx(-6.819, abs=0.01)
    assert bias[0, 1] / mas == pytest.approx(-14.6, abs=0.01)
    (turned,) = parse_oem(MESSAGE.replace("= ICRF", "= EME2000")).segments
    (plain,) = parse_oem(MESSAGE).segments
    assert np.allclose(turned.position_km @ bias.T, plain.position_km, atol=1e-12, rtol=0)
    assert np.allclose(turned.velocity_km_s @ bias.T, plain.velocity_km_s, atol=1e-15, rtol=0)


def test_objects_are_chosen_by_name_or_id():
    second = MESSAGE[MESSAGE.index("META_START") :].replace("RELAY", "OTHER").replace("051A", "052A")
    oem = parse_oem(MESSAGE + second, "two.oem")
    assert [s.object_name for s in oem.of_object("2024-052A")] == ["OTHER"]
    assert [s.object_id for s in oem.of_object("RELAY")] == ["2024-051A"]
    with pytest.raises(
        InputError, match=r"two.oem holds several objects, name one: RELAY \(2024-051A\), OTHER"
    ):
        oem.of_object()
    with pytest.raises(InputError, match="no object 'X'"):
        oem.of_object("X")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("CCSDS_OEM_VERS = 2.0", "CCSDS_OPM_VERS = 2.0", ":1: an OEM begins with"),
        ("VERS = 2.0", "VERS = 9.0", ":1: version 9.0"),
        ("ORIGINATOR = TEST", "ORIGINATR = TEST", ":4: unknown keyword 'ORIGINATR' in the header"),
        ("ORIGINATOR = TEST\n", "", "header has no ORIGINATOR"),
        ("OBJECT_ID = 2024-051A\n", "", "metadata from line 6 lack OBJECT_ID"),
        ("OBJECT_ID", "OBJECT_NAME", ":8: OBJECT_NAME is given twice"),
        ("= Moon", "= Titan", ":9: CENTER_NAME 'Titan' is not read; known: SUN"),
        (
            "= ICRF",
            "= TOD",
            ":10: REF_FRAME 'TOD' is not read; known: ICRF, GCRF, EME2000, TEME, ITRF, MOON_ME",
        ),
        ("= ICRF", "= ITRF2000", ":10: REF_FRAME 'ITRF2000' belongs to the Earth, .* relative to the Moon"),
        ("= UTC", "= GPS", ":11: TIME_SYSTEM 'GPS' is not read; known: UTC, TAI, TT, TDB"),
        ("= Lagrange", "= Spline", ":15: INTERPOLATION 'Spline'"),
        ("DEGREE = 3", "DEGREE = 0", ":16: INTERPOLATION_DEGREE '0'; it must be an integer from 1"),
        ("USEABLE_START_TIME = 2040-06-01T00:01", "USEABLE_START_TIME = 2040-06-01T01:00", "useable time"),
        ("META_STOP\n", "", r":18: .* where a line 'KEYWORD = value' was expected"),
        ("1001.5 2000.0", "1001.5", ":20: 8 numbers after the epoch"),
        ("1001.5", "1001,5", ":20: .*a line of data is an epoch and 6 or 9 numbers"),
        ("1001.5", "nan", ":20: "),
        ("2040-06-01T00:01:00 ", "2040-06-31T00:01:00 ", ":20: '2040-06-31T00:01:00' is no epoch"),
        ("2040-06-01T00:01:00 ", "2040-06-01T00:00:00 ", ":20: epoch .* does not come after"),
        ("1001.5", "1_001.5", ":20: .*a line of data is an epoch and 6 or 9 numbers"),
        ("COVARIANCE_STOP\n", "", ":23: COVARIANCE_START without COVARIANCE_STOP"),
        ("0.5 2\n", "0.5\n", ":27: '0.5': row 2 of a covariance has 2 numbers"),
        ("0.5 2\n", "0.5 -2\n", ":24: the covariance has a negative variance, -2.0"),
        ("EPOCH = 2040-06-01T00:00:00\n", "", ":25: a covariance without EPOCH"),
        ("COV_REF_FRAME", "COVREF", ":25: 'COVREF = RTN' in a covariance; EPOCH and COV_REF_FRAME are right"),
        ("ORIGINATOR = TEST", "CREATION_DATE = X", ":4: CREATION_DATE is given twice"),
        ("CREATION_DATE = 2026", "CREATION_DATE 2026", ":3: 'CREATION_DATE 2026.* where a line 'KEYWORD"),
    ],
)
def test_faults_are_named_with_their_line(old, new, said):
    assert old in MESSAGE
    text = MESSAGE.replace(old, new, 1)
    with pytest.raises(InputError, match=said):
        parse_oem(text, "x.oem")


def test_too_few_states():
    text = MESSAGE[: MESSAGE.index("2040-06-01T00:01:00 ")]
    with pytest.raises(InputError, match="the segment has 1 states; at least 2"):
        parse_oem(text)


def test_line_ends_and_packing_do_not_matter(tmp_path):
    (plain,) = parse_oem(MESSAGE).segments
    for ends in ("\r\n", "\r"):
        (segment,) = parse_oem(MESSAGE.replace("\n", ends)).segments
        assert np.array_equal(segment.position_km, plain.position_km)
        with pytest.raises(InputError, match=r"x\.oem:20: 8 numbers"):
            parse_oem(MESSAGE.replace("1001.5 ", "").replace("\n", ends), "x.oem")
    (tmp_path / "a.oem.gz").write_bytes(gzip.compress(MESSAGE.encode()))
    assert np.array_equal(read_oem(tmp_path / "a.oem.gz").segments[0].t, plain.t)
    (tmp_path / "b.oem.gz").write_bytes(gzip.compress(MESSAGE.encode())[:-20])
    with pytest.raises(InputError, match="packed by gzip, but damaged"):
        read_oem(tmp_path / "b.oem.gz")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_oem(tmp_path / "none.oem")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_oem(tmp_path)
    (tmp_path / "binary.oem").write_bytes(b"CCSDS\nOEM\xff\xfe")
    with pytest.raises(InputError, match=r"binary.oem:2: not an ASCII text \(byte 9\)"):
        read_oem(tmp_path / "binary.oem")
    for content in (b"", b"\n\n", b"COMMENT nothing else\n"):
        (tmp_path / "empty.oem").write_bytes(content)
        with pytest.raises(InputError, match="an OEM begins with the line"):
            read_oem(tmp_path / "empty.oem")
