import numpy as np
import pytest

from qqnet.ephemerides.covariance import KEYS, LOWER, UNITS, Covariance
from qqnet.ephemerides.oem import parse_oem
from qqnet.errors import InputError

COVARIANCE = "\n".join(
    f'<{key} units="{unit}">{2.0 if row == column else 0.5}</{key}>'
    for key, unit, (row, column) in zip(KEYS, UNITS, LOWER, strict=True)
)
STATE = """\
<stateVector>
<EPOCH>2040-06-01T00:0{0}:00</EPOCH>
<X units="km">1000.{0}</X>
<Y units="km">2000</Y>
<Z units="km">-3000.25</Z>
<X_DOT units="km/s">1E-1</X_DOT>
<Y_DOT>0.2</Y_DOT>
<Z_DOT units="KM/S">0.3</Z_DOT>
</stateVector>
"""
HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<oem id="CCSDS_OEM_VERS" version="2.0">
<header>
<COMMENT>written by   hand</COMMENT>
<CREATION_DATE>2026-11-23T00:00:00</CREATION_DATE>
<ORIGINATOR>TEST</ORIGINATOR>
</header>
<body>
<segment>
<metadata>
<COMMENT>of the metadata</COMMENT>
<OBJECT_NAME>RELAY</OBJECT_NAME>
<OBJECT_ID>2024-051A</OBJECT_ID>
<CENTER_NAME>MOON</CENTER_NAME>
<REF_FRAME>ICRF</REF_FRAME>
<TIME_SYSTEM>UTC</TIME_SYSTEM>
<START_TIME>2040-06-01T00:00:00</START_TIME>
<STOP_TIME>2040-06-01T00:02:00</STOP_TIME>
<INTERPOLATION>LAGRANGE</INTERPOLATION>
<INTERPOLATION_DEGREE>2</INTERPOLATION_DEGREE>
</metadata>
<data>
<COMMENT>of the data</COMMENT>
"""
TAIL = f"""\
<covarianceMatrix>
<EPOCH>2040-06-01T00:01:00</EPOCH>
<COV_REF_FRAME>RTN</COV_REF_FRAME>
{COVARIANCE}
</covarianceMatrix>
</data>
</segment>
</body>
</oem>
"""
MESSAGE = HEAD + "".join(STATE.format(k) for k in range(3)) + TAIL


def test_reads_a_message():
    oem = parse_oem(MESSAGE)
    (segment,) = oem.segments
    assert (oem.originator, oem.creation_date) == ("TEST", "2026-11-23T00:00:00")
    assert (oem.comments, segment.comments) == (("written by hand",), ("of the metadata", "of the data"))
    assert (segment.object_name, segment.center, segment.interpolation, segment.degree) == (
        "RELAY", "Moon", "LAGRANGE", 2,
    )  # fmt: skip
    assert segment.position_km.tolist() == [[1000 + k / 10, 2000, -3000.25] for k in range(3)]
    assert segment.velocity_km_s.tolist() == [[0.1, 0.2, 0.3]] * 3
    np.testing.assert_allclose(np.diff(segment.t), 60.0, rtol=0, atol=1e-6)
    (covariance,) = segment.covariances
    assert covariance == Covariance(covariance.matrix, "RTN", float(segment.t[1]))
    assert np.array_equal(covariance.matrix, 0.5 + 1.5 * np.eye(6))


def test_several_messages_combined():
    inner = MESSAGE[MESSAGE.index("<oem ") :]
    both = f"<ndm>\n<MESSAGE_ID>7</MESSAGE_ID>\n{inner}{inner.replace('RELAY', 'OTHER')}</ndm>"
    assert [s.object_name for s in parse_oem(both).segments] == ["RELAY", "OTHER"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version="2.0"', 'version="9.0"', ":2: version 9.0; 1.0, 2.0 and 3.0 are read"),
        ("<oem ", "<opm ", ":2: <opm> where <oem>, an orbit ephemeris message, was expected"),
        ("<ORIGINATOR>TEST</ORIGINATOR>\n", "", ":3: the header has no ORIGINATOR"),
        ("<ORIGINATOR>TEST", "<ORIGINATOR>", ":6: ORIGINATOR has no value"),
        ("ORIGINATOR>", "ORIGIN>", ":6: 'ORIGIN' in the header, unknown or given twice; known"),
        ("OBJECT_ID>", "OBJECT_NAME>", ":13: OBJECT_NAME is given twice"),
        ("<OBJECT_ID>2024-051A</OBJECT_ID>\n", "", "metadata from line 9 lack OBJECT_ID"),
        ("MOON", "TITAN", ":14: CENTER_NAME 'TITAN' is not read; known: SUN"),
        ("ICRF", "TOD", ":15: REF_FRAME 'TOD' is not read; known: ICRF"),
        ("ICRF", "TEME", ":15: REF_FRAME 'TEME' belongs to the Earth"),
        ("UTC", "GPS", ":16: TIME_SYSTEM 'GPS' is not read; known: UTC"),
        ("<INTERPOLATION_DEGREE>2", "<INTERPOLATION_DEGREE>x", ":20: INTERPOLATION_DEGREE 'x'; it must"),
        ("T00:01:00</EPOCH>", "T00:00:00</EPOCH>", ":33: epoch 2040-06-01T00:00:00 does not come after"),
        ("T00:01:00</EPOCH>", "T25:01:00</EPOCH>", ":33: '2040-06-01T25:01:00' is no epoch"),
        ('<X units="km">1000.1', '<X units="m">1000100', r":35: X in \[m\]; its unit is \[km\]"),
        ("1000.1", "1_000.1", ":35: X = '1_000.1' is no number; right is such as 7000.5"),
        ("1000.1", "inf", ":35: X = 'inf' is no number"),
        ("1000.1", "", ":35: X has no value"),
        ('<X units="km">1000.1</X>\n', "", ":33: the stateVector lacks X"),
        ('<X units="km">1000.1</X>\n', "<X>1</X><X>1</X>\n", ":35: X is given twice"),
        ('<X units="km">1000.1</X>\n', "<X>1</X><X_DDOT>1</X_DDOT>", ":33: the stateVector lacks Y_DDOT, Z_DDOT"),
        ('<X units="km">1000.1</X>\n', "<X><Y>1</Y></X>\n", ":35: <X> holds elements; a value was expected"),
        ("<EPOCH>2040-06-01T00:01:00</EPOCH>\n", "", "the stateVector lacks EPOCH"),
        ("<CX_X ", "<CX ", "not well-formed XML: mismatched tag"),
        ("<CX_X ", "<Q>1</Q><CX_X ", "unknown element <Q>; known: EPOCH, CX_X"),
        ("<data>", "<data><orbit/>", "unknown element <orbit> in <data>"),
        ("</data>", "<data/></data>", "unknown element <data> in <data>"),
        ("<segment>", "<segment><note>1</note>", "unknown element <note> in <segment>"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(old, new, said):
    assert old in MESSAGE
    tag = old.endswith(">") and old[0].isupper()  # both ends of an element
    changed = MESSAGE.replace(old, new, -1 if tag else 1)
    with pytest.raises(InputError, match=said):
        parse_oem(changed, "x.xml")


@pytest.mark.parametrize(
    ("start", "stop", "said"),
    [
        ("<header>", "</header>", "the message has no <header> before its <body>"),
        ("<metadata>", "</metadata>", "the segment has no <metadata>"),
        ("<segment>", "</segment>", "the document holds no segment of an <oem>"),
        ("<stateVector>", "</covarianceMatrix>", "the segment has 0 states; at least 2"),
    ],
)
def test_what_is_missing_is_told(start, stop, said):
    text = MESSAGE[: MESSAGE.index(start)] + MESSAGE[MESSAGE.index(stop) + len(stop) :]
    with pytest.raises(InputError, match=said):
        parse_oem(text)
