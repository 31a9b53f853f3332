import gzip
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qqnet.ephemerides.covariance import Covariance
from qqnet.ephemerides.epochs import on_written_times
from qqnet.ephemerides.oem import read_oem
from qqnet.ephemerides.oem_writing import write_oem
from qqnet.ephemerides.ref_frames import CENTERS
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.sampling import sample
from qqnet.orbits.tabulated import tabulated_trajectory
from qqnet.orbits.trajectory import Trajectories, fit_trajectories

SPAN = (1275393669.184, 1275393669.184 + 86400.0)
CREATED = "2026-11-23T00:00:00"
SCALES = ["UTC", "TAI", "TT", "TDB"]
ENDINGS = ["oem", "xml", "oem.gz", "xml.gz"]


def assert_same(ours, theirs):
    """Every number the same to the last bit, every text the same."""
    for key in ("t", "position_km", "velocity_km_s"):
        assert np.array_equal(getattr(theirs, key), getattr(ours, key)), key
    if ours.acceleration_km_s2 is None:
        assert theirs.acceleration_km_s2 is None
    else:
        assert np.array_equal(theirs.acceleration_km_s2, ours.acceleration_km_s2)
    for key in ("object_name", "object_id", "center", "useable", "interpolation", "degree", "comments"):
        assert getattr(theirs, key) == getattr(ours, key), key
    assert theirs.covariances == ours.covariances


numbers = st.floats(allow_nan=False, allow_infinity=False)
printable = st.text(
    st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30
)
names = printable.map(lambda text: " ".join(text.split())).filter(bool)
remarks = names.filter(lambda text: text.split()[0] != "COMMENT")


@st.composite
def covariances(draw, times):
    lower = np.tril(draw(arrays(float, (6, 6), elements=numbers)))
    matrix = lower + np.tril(lower, -1).T
    np.fill_diagonal(matrix, np.abs(np.diag(matrix)))
    frame = draw(st.sampled_from(["ICRF", "RTN", "TNW", "EME2000"]))
    return Covariance(matrix, frame, draw(st.sampled_from(times.tolist())))


@st.composite
def segments(draw):
    count = draw(st.integers(2, 6))
    start = draw(st.floats(-8e8, 1.9e9).filter(lambda t: abs(t) > 1e5))
    steps = draw(arrays(float, count, elements=st.floats(1e-3, 1e4)))
    t = start + np.cumsum(steps)
    accelerated = draw(st.booleans())
    states = draw(arrays(float, (count, 9), elements=numbers))
    return Segment(
        draw(names), draw(names), draw(st.sampled_from(sorted(set(CENTERS.values())))), t,
        states[:, :3], states[:, 3:6], (float(t[0]), float(t[-1])),
        draw(st.sampled_from(["HERMITE", "LAGRANGE", "LINEAR"])), draw(st.integers(1, 30)),
        states[:, 6:] if accelerated else None,
        tuple(draw(st.lists(covariances(t), max_size=2))), tuple(draw(st.lists(remarks, max_size=2))),
    )  # fmt: skip


@settings(max_examples=60)
@given(
    written=st.lists(segments(), min_size=1, max_size=3), scale=st.sampled_from(SCALES),
    ending=st.sampled_from(ENDINGS), frame=st.sampled_from(["ICRF", "GCRF"]), header=st.lists(remarks, max_size=2),
)  # fmt: skip
def test_round_trip_is_exact(tmp_path_factory, written, scale, ending, frame, header):
    path = tmp_path_factory.getbasetemp() / f"round-trip.{ending}"
    write_oem(
        path,
        written,
        creation_date=CREATED,
        time_system=scale,
        ref_frame=frame,
        comments=header,
        originator="T",
    )
    read = read_oem(path)
    assert (read.originator, read.creation_date, read.comments) == ("T", CREATED, tuple(header))
    assert len(read.segments) == len(written)
    for ours, theirs in zip(written, read.segments, strict=True):
        assert_same(ours, theirs)


@pytest.fixture(scope="module")
def network(ephemeris):
    elements = Elements(np.array([6541.4, 9000.0]), np.array([0.6, 0.0]), 1.0, 0.3, 1.5, np.array([0.0, 2.0]))
    nodes = fit_trajectories(
        lambda dt: state(elements, 4902.800118457549, dt)[0], SPAN, ["relay", "other"], "Moon"
    )
    return Trajectories.build(ephemeris, nodes)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("ending", ENDINGS[:2])
def test_orbits_come_back_exactly(network, tmp_path, scale, ending):
    written = [sample(network, name, SPAN, 120.0, time_system=scale) for name in network]
    write_oem(tmp_path / f"a.{ending}", written, creation_date=CREATED, time_system=scale)
    read = read_oem(tmp_path / f"a.{ending}").segments
    for ours, theirs in zip(written, read, strict=True):
        assert_same(ours, theirs)
    # Written again, the file is the same to the letter.
    write_oem(tmp_path / f"b.{ending}", read, creation_date=CREATED, time_system=scale)
    assert (tmp_path / f"a.{ending}").read_text() == (tmp_path / f"b.{ending}").read_text()


def rounded(values, digits):
    return np.array([[float(f"{value:.{digits}f}") for value in row] for row in values])


def test_short_numbers_where_asked_for(network, tmp_path):
    ours = sample(network, "relay", SPAN, 120.0)
    write_oem(tmp_path / "a.oem", [ours], creation_date=CREATED, exact=False)
    write_oem(tmp_path / "b.oem", [ours], creation_date=CREATED)
    (theirs,) = read_oem(tmp_path / "a.oem").segments
    assert np.array_equal(theirs.t, ours.t)  # on_written_times saw to that
    assert np.array_equal(theirs.position_km, rounded(ours.position_km, 9))
    assert np.array_equal(theirs.velocity_km_s, rounded(ours.velocity_km_s, 12))
    assert (tmp_path / "a.oem").stat().st_size < 0.9 * (tmp_path / "b.oem").stat().st_size


def test_eme2000_is_turned_and_back(network, tmp_path):
    ours = sample(network, "relay", SPAN, 600.0)
    ours = replace(ours, acceleration_km_s2=ours.position_km * 1e-6)
    write_oem(tmp_path / "a.oem", [ours], creation_date=CREATED, ref_frame="EME2000")
    (theirs,) = read_oem(tmp_path / "a.oem").segments
    assert "REF_FRAME = EME2000" in (tmp_path / "a.oem").read_text()
    np.testing.assert_allclose(theirs.position_km, ours.position_km, rtol=0, atol=1e-11)
    np.testing.assert_allclose(theirs.velocity_km_s, ours.velocity_km_s, rtol=0, atol=1e-15)
    np.testing.assert_allclose(theirs.acceleration_km_s2, ours.acceleration_km_s2, rtol=0, atol=1e-17)


def test_read_back_as_a_trajectory(network, tmp_path):
    write_oem(tmp_path / "a.oem", [sample(network, "relay", SPAN, 60.0)], creation_date=CREATED)
    found = read_oem(tmp_path / "a.oem").of_object("relay")
    inside = SPAN[0] + 1.0, SPAN[1] - 1.0
    back = tabulated_trajectory(found, "relay", inside)
    t = np.random.default_rng(2).uniform(*inside, 500)
    expected, velocity = network.state("relay", t, "Moon")
    position, rate = back.table.evaluate_with_rate(t)
    assert np.max(np.abs(position - expected)) < 3e-6
    assert np.max(np.abs(rate - velocity)) < 1e-7


def test_another_centre_may_be_asked_for(network):
    segment = sample(network, "relay", SPAN, 600.0, center="Earth")
    assert segment.center == "Earth"
    assert np.array_equal(segment.position_km, network.position("relay", segment.t, "Earth"))
    assert segment.t[-1] == pytest.approx(SPAN[1], abs=1e-6)


def test_the_same_content_gives_the_same_packed_file(network, tmp_path):
    segment = sample(network, "relay", SPAN, 600.0)
    for name in ("a.oem.gz", "b.oem.gz", "c.oem"):
        write_oem(tmp_path / name, [segment], creation_date=CREATED)
    assert (tmp_path / "a.oem.gz").read_bytes() == (tmp_path / "b.oem.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.oem.gz").read_bytes()) == (tmp_path / "c.oem").read_bytes()


def simple(**changes):
    t = on_written_times(SPAN[0] + 60.0 * np.arange(3))
    place = np.arange(9.0).reshape(3, 3)
    return replace(Segment("A", "B", "Moon", t, place, place, (float(t[0]), float(t[-1]))), **changes)


@pytest.mark.parametrize(
    ("segment", "options", "said"),
    [
        ({"center": "other"}, {}, "centre 'other' has no name in a CCSDS message; known: Sun"),
        ({"object_name": ""}, {}, "OBJECT_NAME is empty"),
        ({"object_id": "two\nlines"}, {}, r"OBJECT_ID 'two\\nlines' cannot be written; right is one line"),
        (
            {"object_name": "Ørsted"},
            {},
            "'Ø' cannot be written in keyword-value notation, which is plain ASCII",
        ),
        ({"object_name": "bell\x07"}, {"notation": "XML"}, r"character '\\x07' cannot be written in XML"),
        ({"position_km": np.full((3, 3), np.nan)}, {}, "A: a state holds a number that is not finite"),
        ({"t": np.array([1e9, 1e9, 2e9])}, {}, "A: times do not rise"),
        ({}, {"time_system": "GPS"}, "unknown time system 'GPS'; known: UTC, TAI, TT, TDB"),
        ({}, {"ref_frame": "TEME"}, "reference frame 'TEME' is not written; right is ICRF, GCRF, EME2000"),
        ({}, {"notation": "JSON"}, "notation 'JSON'; right is KVN or XML"),
        ({}, {"creation_date": "today"}, "creation date 'today'; right is such as 2026-11-23T00:00:00"),
        ({}, {"originator": ""}, "ORIGINATOR is empty"),
        ({}, {"comments": ["a\nb"]}, r"a comment 'a\\nb' cannot be written"),
        ({"t": np.array([-9e8, 0.0, 1e9])}, {}, "is before 1972, when UTC took its present form"),
    ],
)
def test_what_cannot_be_written_leaves_no_file(tmp_path, segment, options, said):
    with pytest.raises(InputError, match=said):
        write_oem(tmp_path / "a.oem", [simple(**segment)], **options)
    assert not list(tmp_path.iterdir())


def test_nothing_to_write(tmp_path, network):
    with pytest.raises(InputError, match="no segment to write"):
        write_oem(tmp_path / "a.oem", [])
    one = simple(t=np.array([1e9]), position_km=np.zeros((1, 3)), velocity_km_s=np.zeros((1, 3)))
    with pytest.raises(InputError, match="A: 1 states; an ephemeris has at least 2"):
        write_oem(tmp_path / "a.oem", [one])
    with pytest.raises(InputError, match=r"step 0\.0 s"):
        sample(network, "relay", SPAN, 0.0)


def test_xml_holds_names_that_keyword_values_cannot(tmp_path):
    write_oem(tmp_path / "a.xml", [simple(object_name='Ørsted <1> & "2"')])
    assert read_oem(tmp_path / "a.xml").segments[0].object_name == 'Ørsted <1> & "2"'
