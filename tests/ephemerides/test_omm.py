import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.ephemerides.omm import (
    MeanElements,
    Omm,
    TleParameters,
    of_object,
    parse_omm,
    read_omm,
    write_omm,
)  # fmt: skip
from qqnet.ephemerides.opm import Spacecraft
from qqnet.errors import InputError
from qqnet.space.timescales import tdb_from_utc

# The first example of CCSDS 502.0-B-3, figure 4-1.
MESSAGE = """\
CCSDS_OMM_VERS = 2.0
CREATION_DATE = 2007-065T16:00:00
ORIGINATOR = NOAA
OBJECT_NAME = GOES 9
OBJECT_ID = 1995-025A
CENTER_NAME = EARTH
REF_FRAME = TEME
TIME_SYSTEM = UTC
MEAN_ELEMENT_THEORY = SGP/SGP4
EPOCH = 2007-064T10:34:41.4264
MEAN_MOTION = 1.00273272
ECCENTRICITY = 0.0005013
INCLINATION = 3.0539
RA_OF_ASC_NODE = 81.7939
ARG_OF_PERICENTER = 249.2363
MEAN_ANOMALY = 150.1602
GM = 398600.8
EPHEMERIS_TYPE = 0
CLASSIFICATION_TYPE = U
NORAD_CAT_ID = 23581
ELEMENT_SET_NO = 0925
REV_AT_EPOCH = 4316
BSTAR = 0.0001
MEAN_MOTION_DOT = -0.00000113
MEAN_MOTION_DDOT = 0.0
"""


def test_reads_the_example_of_the_standard():
    (omm,) = parse_omm(MESSAGE)
    assert (omm.object_name, omm.object_id, omm.center, omm.frame) == ("GOES 9", "1995-025A", "Earth", "TEME")
    assert omm.theory == "SGP/SGP4"
    assert omm.t == pytest.approx(tdb_from_utc("2007-03-05T10:34:41.4264Z"), abs=1e-6)
    assert omm.elements == MeanElements(
        1.00273272, None, 0.0005013, 3.0539, 81.7939, 249.2363, 150.1602, 398600.8
    )
    assert omm.tle == TleParameters(0, "U", 23581, 925, 4316, 0.0001, None, -0.00000113, 0.0, None)


@pytest.mark.parametrize(
    "units",
    [("rev/day", "rev/day**2", "rev/day**3"), ("rev/d", "2rev/d**2", "6rev/d**3")],
    ids=["the standard", "Orekit"],
)
def test_units_that_mean_the_same(units):
    text = MESSAGE
    for value, unit in zip(("1.00273272", "-0.00000113", "MEAN_MOTION_DDOT = 0.0"), units, strict=True):
        text = text.replace(value, f"{value} [{unit}]")
    (omm,), (bare,) = parse_omm(text), parse_omm(MESSAGE)
    assert (omm.elements, omm.tle) == (bare.elements, bare.tle)
    with pytest.raises(InputError, match=r"MEAN_MOTION in \[deg/d\]; its unit is \[rev/day\]"):
        parse_omm(MESSAGE.replace("1.00273272", "1.00273272 [deg/d]"))


def test_several_messages_and_their_objects():
    other = MESSAGE.replace("GOES 9", "OTHER").replace("23581", "5").replace("1995-025A", "1996-001A")
    later = MESSAGE.replace("2007-064", "2007-074")
    every = parse_omm(MESSAGE + other + later, "x.omm")
    assert [m.object_name for m in every] == ["GOES 9", "OTHER", "GOES 9"]
    assert of_object(every, "5") is of_object(every, "00005") is of_object(every, "1996-001A") is every[1]
    assert of_object(every, "GOES 9") is every[2]  # the latest
    assert of_object(every, "GOES 9", near_s=every[0].t + 86400) is every[0]
    with pytest.raises(
        InputError, match=r"x\.omm holds several objects, name one: GOES 9 \(1995-025A\), OTHER"
    ):
        of_object(every)
    with pytest.raises(InputError, match=r"x\.omm has no object 'X'; it holds: GOES 9"):
        of_object(every, "X")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ECCENTRICITY = 0.0005013", "ECCENTRICITY = 1.5", ":12: ECCENTRICITY = 1.5; right is 0 to less than 1"),
        ("INCLINATION = 3.0539", "INCLINATION = 190", ":13: INCLINATION = 190.0 deg; right is 0 to 180"),
        ("MEAN_MOTION = 1", "MEAN_MOTION = -1", ":11: MEAN_MOTION = -1.00273272; a positive number is right"),
        ("MEAN_MOTION = 1.00273272\n", "", ":10: .* lacks SEMI_MAJOR_AXIS or MEAN_MOTION"),
        ("GM = 398600.8", "SEMI_MAJOR_AXIS = 42164 [km]", ":17: both MEAN_MOTION and SEMI_MAJOR_AXIS are given"),
        ("BSTAR = 0.0001\n", "", ":18: the tleParameters from line 18 lacks BSTAR or BTERM"),
        ("NORAD_CAT_ID = 23581", "NORAD_CAT_ID = 2x", ":20: NORAD_CAT_ID = '2x' is no integer"),
        ("TYPE = U", "TYPE = UNCLASSIFIED", ":19: CLASSIFICATION_TYPE 'UNCLASSIFIED'; one letter such as U"),
        ("MEAN_ELEMENT_THEORY = SGP/SGP4\n", "", ":4: the metadata from line 4 lacks MEAN_ELEMENT_THEORY"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(old, new, said):
    assert old in MESSAGE
    with pytest.raises(InputError, match=r"x\.omm" + said):
        parse_omm(MESSAGE.replace(old, new, 1), "x.omm")


numbers = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(1e-300, allow_infinity=False)
texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20)
names = texts.map(lambda text: " ".join(text.split())).filter(lambda text: text and not text.endswith("]"))


@st.composite
def messages(draw):
    by_motion = draw(st.booleans())
    size = draw(positive)
    elements = MeanElements(
        size if by_motion else None, None if by_motion else size, draw(st.floats(0, 1, exclude_max=True)),
        draw(st.floats(0, 180)), *(draw(numbers) for _ in range(3)), draw(st.none() | numbers),
    )  # fmt: skip
    drag = draw(st.booleans())
    pressure = draw(st.booleans())
    tle = TleParameters(
        draw(st.integers(0, 9)), draw(st.sampled_from("UCS")), draw(st.none() | st.integers(0, 999_999_999)),
        draw(st.integers(0, 9999)), draw(st.integers(0, 99999)), draw(numbers) if drag else None,
        None if drag else draw(numbers), draw(numbers), draw(numbers) if pressure else None,
        None if pressure else draw(numbers),
    )  # fmt: skip
    return Omm(
        draw(names), draw(names), "Earth", "TEME", "SGP4", draw(st.floats(1e8, 1.9e9)), elements,
        draw(st.none() | st.just(tle)), Spacecraft(mass_kg=draw(st.none() | positive)),
        user_defined=draw(st.dictionaries(st.text("ABC_", min_size=1), names, max_size=2)),
        creation_date="2026-11-23T00:00:00", originator="T",
    )  # fmt: skip


@settings(max_examples=40)
@given(written=st.lists(messages(), min_size=1, max_size=3), ending=st.sampled_from(["omm", "xml"]))
def test_round_trip_is_exact(tmp_path_factory, written, ending):
    path = tmp_path_factory.getbasetemp() / f"round-trip.{ending}"
    write_omm(path, written)
    read = read_omm(path)
    assert len(read) == len(written)
    for ours, theirs in zip(written, read, strict=True):
        for key in (
            "object_name", "object_id", "center", "frame", "theory", "t", "elements", "tle", "spacecraft",
            "user_defined", "time_system", "originator", "creation_date", "comments",
        ):  # fmt: skip
            assert getattr(theirs, key) == getattr(ours, key), key


def test_nothing_to_write(tmp_path):
    with pytest.raises(InputError, match="no orbit mean-elements message to write"):
        write_omm(tmp_path / "a.omm", [])
    (omm,) = parse_omm(MESSAGE)
    from dataclasses import replace

    with pytest.raises(InputError, match="INCLINATION = nan cannot be written"):
        write_omm(tmp_path / "a.omm", replace(omm, elements=replace(omm.elements, inclination_deg=np.nan)))
    assert not list(tmp_path.iterdir())
