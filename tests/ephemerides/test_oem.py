import numpy as np
import pytest

from qqnet.ephemerides.oem import frame_bias, parse_oem, read_oem
from qqnet.errors import InputError
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
1
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
        ("= ICRF", "= ITRF2000", ":10: REF_FRAME 'ITRF2000' is not read; known: ICRF, GCRF, EME2000"),
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
        ("COVARIANCE_STOP\n", "", ":23: COVARIANCE_START without COVARIANCE_STOP"),
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


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_oem(tmp_path / "none.oem")
    (tmp_path / "binary.oem").write_bytes(b"CCSDS\xff\xfe")
    with pytest.raises(InputError, match="not an ASCII text"):
        read_oem(tmp_path / "binary.oem")
