import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.ephemerides.covariance import Covariance
from qqnet.ephemerides.opm import KeplerianElements, Maneuver, Opm, Spacecraft, parse_opm, read_opm, write_opm
from qqnet.ephemerides.ref_frames import CENTERS, frame_bias
from qqnet.errors import InputError
from qqnet.space.timescales import tdb_from_utc

MESSAGE = """\
CCSDS_OPM_VERS = 2.0
COMMENT written by hand
CREATION_DATE = 2026-11-23T00:00:00
ORIGINATOR = TEST
OBJECT_NAME = RELAY
OBJECT_ID = 2024-051A
CENTER_NAME = Earth
REF_FRAME = EME2000
TIME_SYSTEM = UTC
EPOCH = 2040-06-01T00:00:00.5
X = 6655.9942 [km]
Y = -40218.5751 [km]
Z = -82.9177 [km]
X_DOT = 3.11548208 [km/s]
Y_DOT = 0.47042605 [km/s]
Z_DOT = -0.00101495 [km/s]
COMMENT osculating
SEMI_MAJOR_AXIS = 41399.5123 [km]
ECCENTRICITY = 0.020842611
INCLINATION = 0.117746 [deg]
RA_OF_ASC_NODE = 17.604721 [deg]
ARG_OF_PERICENTER = 218.242943 [deg]
TRUE_ANOMALY = 41.922339 [deg]
GM = 398600.4415 [km**3/s**2]
MASS = 1913.000 [kg]
SOLAR_RAD_AREA = 10.000 [m**2]
SOLAR_RAD_COEFF = 1.300
DRAG_AREA = 10
DRAG_COEFF = 2.300
COMMENT first
MAN_EPOCH_IGNITION = 2040-06-01T09:00:34.1
MAN_DURATION = 132.60 [s]
MAN_DELTA_MASS = -18.418 [kg]
MAN_REF_FRAME = EME2000
MAN_DV_1 = -0.02325700 [km/s]
MAN_DV_2 = 0.01683160 [km/s]
MAN_DV_3 = -0.00893444 [km/s]
COMMENT second
MAN_EPOCH_IGNITION = 2040-06-01T18:59:21.0
MAN_DURATION = 0.00 [s]
MAN_DELTA_MASS = -1.469 [kg]
MAN_REF_FRAME = TNW
MAN_DV_1 = 0.001 [km/s]
MAN_DV_2 = 0.002 [km/s]
MAN_DV_3 = -0.003 [km/s]
USER_DEFINED_EARTH_MODEL = WGS-84 [any]
"""


def in_xml(text=MESSAGE):
    """The message in XML, by our own writer."""
    from qqnet.ephemerides import ndm_xml
    from qqnet.ephemerides.opm import SCHEMA, to_message

    return ndm_xml.text_of([to_message(parse_opm(text))], SCHEMA)


def test_reads_a_message():
    opm = parse_opm(MESSAGE, "x.opm")
    assert (opm.object_name, opm.object_id, opm.center, opm.frame) == (
        "RELAY",
        "2024-051A",
        "Earth",
        "EME2000",
    )
    assert opm.t == pytest.approx(tdb_from_utc("2040-06-01T00:00:00.5Z"), abs=5e-7)
    assert opm.state.tolist() == [6655.9942, -40218.5751, -82.9177, 3.11548208, 0.47042605, -0.00101495]
    assert opm.elements == KeplerianElements(
        41399.5123, 0.020842611, 0.117746, 17.604721, 218.242943, 41.922339, "TRUE", 398600.4415
    )
    assert opm.spacecraft == Spacecraft(1913.0, 10.0, 1.3, 10.0, 2.3)
    assert [(m.duration_s, m.delta_mass_kg, m.frame, m.comments) for m in opm.maneuvers] == [
        (132.6, -18.418, "EME2000", ("first",)), (0.0, -1.469, "TNW", ("second",)),
    ]  # fmt: skip
    assert opm.maneuvers[1].delta_v_km_s == (0.001, 0.002, -0.003)
    assert opm.user_defined == {"EARTH_MODEL": "WGS-84 [any]"}
    assert opm.comments == ("written by hand", "osculating")
    assert opm.covariance is None


def test_state_in_icrf_axes():
    opm = parse_opm(MESSAGE)
    turned = opm.state_icrf()
    np.testing.assert_allclose(frame_bias() @ turned[:3], opm.state[:3], rtol=0, atol=1e-10)
    np.testing.assert_allclose(frame_bias() @ turned[3:], opm.state[3:], rtol=0, atol=1e-14)


def test_manoeuvres_as_burns():
    """A finite burn keeps its length, its loss of mass and its change of velocity."""
    opm = parse_opm(MESSAGE)
    finite, impulse = opm.burns()
    first, second = opm.maneuvers
    assert finite.frame == "ICRF"
    assert finite.duration_s == pytest.approx(132.6, abs=1e-9)
    assert finite.span_s[0] == pytest.approx(first.ignition_s, abs=1e-6)
    assert finite.mass_kg - finite.mass_after_kg == pytest.approx(18.418, abs=1e-9)
    np.testing.assert_allclose(frame_bias() @ finite.delta_v_km_s, first.delta_v_km_s, rtol=0, atol=1e-16)
    # TNW: along the velocity, inwards, along the normal; VNC: velocity, normal, outwards.
    assert (impulse.time_s, impulse.frame, impulse.thrust_n) == (second.ignition_s, "VNC", None)
    assert impulse.delta_v_km_s == (0.001, -0.003, -0.002)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("MASS = 1913.000 [kg]\n", "", r"manoeuvre 1 lasts 132.6 s; a finite burn needs MASS and a MAN_"),
        ("-18.418", "0", r"manoeuvre 1 lasts 132.6 s; a finite burn needs MASS"),
        ("MAN_REF_FRAME = TNW", "MAN_REF_FRAME = LVLH_X", "manoeuvre 2: REF_FRAME 'LVLH_X' is not read; .* RSW"),
        ("MAN_REF_FRAME = TNW", "MAN_REF_FRAME = ITRF", "manoeuvre 2 in ITRF; an inertial frame is right"),
    ],
)  # fmt: skip
def test_manoeuvres_that_are_no_burns(old, new, said):
    with pytest.raises(InputError, match=said):
        parse_opm(MESSAGE.replace(old, new), "x.opm").burns()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("CCSDS_OPM_VERS = 2.0", "CCSDS_OMM_VERS = 2.0", ":1: an OPM begins with the line 'CCSDS_OPM_VERS = 2.0'"),
        ("VERS = 2.0", "VERS = 9", ":1: OPM of version '9'; read are 1.0, 2.0, 3.0"),
        ("ORIGINATOR = TEST\n", "", ":1: the header has no ORIGINATOR"),
        ("ORIGINATOR = TEST", "ORIGINATR = TEST", r":4: unknown keyword 'ORIGINATR' in an OPM \(did you"),
        ("OBJECT_ID = 2024-051A\n", "", ":5: the metadata from line 5 lacks OBJECT_ID"),
        ("= Earth", "= Titan", ":7: CENTER_NAME 'Titan' is not read; known: SUN"),
        ("= EME2000", "= B1950", ":8: REF_FRAME 'B1950' is not read; known: ICRF"),
        ("= UTC", "= GPS", ":9: TIME_SYSTEM 'GPS' is not read; known: UTC, TAI"),
        ("06-01T00:00:00.5", "06-31T00:00:00.5", ":10: EPOCH: '2040-06-31T00:00:00.5' is no epoch: day is"),
        ("X = 6655.9942 [km]", "X = 6655,9942 [km]", ":11: X = '6655,9942' is no number; right is such as 7000.5"),
        ("X = 6655.9942 [km]", "X = 1e999", ":11: X = '1e999' is no number"),
        ("X = 6655.9942 [km]", "X = [km]", ":11: X has no value"),
        ("X = 6655.9942 [km]", "X = 6655994.2 [m]", r":11: X in \[m\]; its unit is \[km\]"),
        ("X = 6655.9942 [km]", "X 6655.9942 [km]", ":11: 'X 6655.9942 .* where a line 'KEYWORD = value'"),
        ("X = 6655.9942 [km]\n", "", ":10: the stateVector from line 10 lacks X"),
        ("Y = -40218.5751 [km]", "X = -40218.5751", ":12: X is given twice"),
        ("ECCENTRICITY = 0.020842611", "ECCENTRICITY = 0.02 [deg]", r":19: ECCENTRICITY in \[deg\]; it has no"),
        ("TRUE_ANOMALY = 41.922339 [deg]\n", "", ":18: .* lacks TRUE_ANOMALY or MEAN_ANOMALY"),
        ("GM = ", "MEAN_ANOMALY = 1\nGM = ", ":24: both TRUE_ANOMALY and MEAN_ANOMALY are given"),
        ("DRAG_AREA = 10", "DRAG_AREA = -10", ":28: DRAG_AREA = -10.0 is negative"),
        ("MAN_DURATION = 132.60", "MAN_DURATION = -1", ":32: MAN_DURATION = -1.0 s; 0 for an impulse"),
        ("MAN_DELTA_MASS = -18", "MAN_DELTA_MASS = 18", ":33: MAN_DELTA_MASS = 18.418 kg; a manoeuvre takes"),
        ("MAN_DV_3 = -0.00893444 [km/s]\n", "", ":31: the maneuverParameters from line 31 lacks MAN_DV_3"),
        ("COMMENT first", "COMMENTS first", ":30: 'COMMENTS first' where a line"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(old, new, said):
    assert old in MESSAGE
    with pytest.raises(InputError, match="x.opm" + said):
        parse_opm(MESSAGE.replace(old, new, 1), "x.opm")


def test_one_message_is_right():
    with pytest.raises(InputError, match="holds 2 orbit parameter messages; one is right"):
        parse_opm(MESSAGE + MESSAGE)


def test_no_message_at_all():
    for text in ("", "\n\n", "COMMENT only\n", "X = 1\n"):
        with pytest.raises(InputError, match=r"x\.opm:1: an OPM begins with"):
            parse_opm(text, "x.opm")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('<X units="km">', '<X units="m">', r":21: X in \[m\]; its unit is \[km\]"),
        ("<X ", "<XX ", "mismatched tag"),
        ("</opm>", "", "not well-formed XML: no element found"),
        ("<opm ", "<!DOCTYPE opm [<!ENTITY a 'b'>]><opm ", ":2: has a document type definition"),
        ("<opm ", "<omm ", ":2: <omm> where <opm>, an orbit parameter message, was expected"),
        ('version="2.0"', "", ":2: OPM of version ''"),
        ("<metadata>", "<metadata><X>1</X>", "<X> does not belong into <metadata>"),
        ("<metadata>", "<metadata><FOO>1</FOO>", "unknown keyword 'FOO' in an OPM"),
        ("<metadata>", "<metadata>stray", ":12: text between the elements of <metadata>"),
        ("<data>", "<data><foo/>", "unknown element <foo> in <data>"),
        ("<MASS ", "<MASS><a>1</a></MASS><MASS ", "<MASS> holds elements; a value was expected"),
        ("<OBJECT_NAME>RELAY", "<OBJECT_NAME>", ":12: OBJECT_NAME has no value"),
        ('parameter="EARTH_MODEL"', "", "USER_DEFINED parameter=''; a name without blanks is right"),
        ("WGS-84", "&unknown;", "not well-formed XML: undefined entity"),
        ('encoding="UTF-8"', 'encoding="klingon"', "not readable as XML|not well-formed"),
        ("<segment>", "<segment>" * 20, "unknown element <segment> in <segment>|nested"),
        ("</header>", "</header><MESSAGE>1</MESSAGE>", "unknown element <MESSAGE> in <opm>"),
    ],
)  # fmt: skip
def test_faults_in_xml_are_named_with_their_line(old, new, said):
    text = in_xml()
    changed = text.replace(old, new, 1)
    assert changed != text
    with pytest.raises(InputError, match=said):
        parse_opm(changed, "x.xml")


def test_xml_in_other_encodings():
    text = in_xml().replace("RELAY", "Ørsted")
    for encoding in ("UTF-16", "ISO-8859-1", "UTF-8"):
        content = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
        assert parse_opm(content).object_name == "Ørsted"


def test_xml_with_namespaces():
    text = (
        in_xml()
        .replace("<opm ", '<ndm:opm xmlns:ndm="urn:ccsds:schema:ndmxml" ')
        .replace("</opm>", "</ndm:opm>")
    )
    assert parse_opm(text).object_name == "RELAY"
    combined = (
        in_xml().replace("<opm ", "<ndm><MESSAGE_ID>7</MESSAGE_ID><opm ").replace("</opm>", "</opm></ndm>")
    )
    assert parse_opm(combined).object_name == "RELAY"


numbers = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(0, allow_infinity=False).map(abs)  # no minus zero
texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20)
names = texts.map(lambda text: " ".join(text.split())).filter(bool)
bare = names.filter(lambda text: not text.endswith("]"))
times = st.floats(-8e8, 1.9e9).filter(lambda t: abs(t) > 1e5)


@st.composite
def messages(draw):
    lower = np.tril(np.array(draw(st.lists(numbers, min_size=36, max_size=36))).reshape(6, 6))
    matrix = lower + np.tril(lower, -1).T
    np.fill_diagonal(matrix, np.abs(np.diag(matrix)))
    optional = st.none() | positive
    maneuvers = st.builds(
        Maneuver, times, positive, positive.map(lambda m: 0.0 - m), st.sampled_from(["RTN", "EME2000"]),
        st.tuples(numbers, numbers, numbers), st.lists(names, max_size=2).map(tuple),
    )  # fmt: skip
    elements = st.builds(
        KeplerianElements, *[numbers] * 6, anomaly=st.sampled_from(["TRUE", "MEAN"]), gm_km3_s2=numbers
    )
    keys = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", min_size=1, max_size=12)
    return Opm(
        draw(bare), draw(bare), draw(st.sampled_from(sorted(set(CENTERS.values())))),
        draw(st.sampled_from(["ICRF", "GCRF", "EME2000"])), draw(times),
        np.array(draw(st.lists(numbers, min_size=6, max_size=6))),
        draw(st.none() | elements), draw(st.builds(Spacecraft, *[optional] * 5)),
        draw(st.none() | st.just(Covariance(matrix, "RTN"))), tuple(draw(st.lists(maneuvers, max_size=3))),
        draw(st.dictionaries(keys, names, max_size=3)), draw(st.sampled_from(["UTC", "TAI", "TT", "TDB"])),
        draw(bare), "2026-11-23T00:00:00", tuple(draw(st.lists(names, max_size=2))),
    )  # fmt: skip


@settings(max_examples=60)
@given(opm=messages(), ending=st.sampled_from(["opm", "xml", "opm.gz"]))
def test_round_trip_is_exact(tmp_path_factory, opm, ending):
    path = tmp_path_factory.getbasetemp() / f"round-trip.{ending}"
    write_opm(path, opm)
    read = read_opm(path)
    assert np.array_equal(read.state, opm.state)
    for key in (
        "object_name", "object_id", "center", "frame", "t", "elements", "spacecraft", "covariance", "maneuvers",
        "user_defined", "time_system", "originator", "creation_date", "comments",
    ):  # fmt: skip
        assert getattr(read, key) == getattr(opm, key), key


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": np.array([np.inf, 0, 0, 0, 0, 0])}, "X = inf cannot be written; a finite number is right"),
        ({"center": "Titan"}, "centre 'Titan' has no name in a CCSDS message"),
        ({"time_system": "GPS"}, "unknown time system 'GPS'"),
        ({"object_name": "two\nlines"}, "OBJECT_NAME .* cannot be written; right is one line"),
        ({"object_name": ""}, "OBJECT_NAME is empty"),
        ({"object_name": "Ørsted"}, "plain ASCII"),
    ],
)
def test_what_cannot_be_written_leaves_no_file(tmp_path, change, said):
    from dataclasses import replace

    with pytest.raises(InputError, match=said):
        write_opm(tmp_path / "a.opm", replace(parse_opm(MESSAGE), **change))
    assert not list(tmp_path.iterdir())
