"""Whatever happens to a message, reading it ends in a message for people or in a value: never in another error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.ephemerides import ndm_xml
from qqnet.ephemerides import omm as omms
from qqnet.ephemerides import opm as opms
from qqnet.ephemerides.covariance import Covariance
from qqnet.ephemerides.oem import parse_oem, read_oem
from qqnet.ephemerides.oem_writing import write_oem
from qqnet.ephemerides.omm import parse_omm
from qqnet.ephemerides.opm import KeplerianElements, Maneuver, Opm, Spacecraft, parse_opm
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.tle import parse_tle
from qqnet.errors import InputError

TLE = """\
ISS (ZARYA)
1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927
2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537
"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """One message of each kind and notation, with all that it can hold."""
    folder = tmp_path_factory.mktemp("samples")
    t = 1e9 + 60.0 * np.arange(4)
    states = np.arange(36.0).reshape(4, 9) + 7000.0
    segment = Segment(
        "A", "B", "Earth", t, states[:, :3], states[:, 3:6], (t[0], t[-1]), "LAGRANGE", 3, states[:, 6:],
        (Covariance(np.eye(6), "RTN", t[0]),), ("remark",),
    )  # fmt: skip
    opm = Opm(
        "A", "B", "Earth", "EME2000", 1e9, states[0, :6], KeplerianElements(7e3, 0.1, 1, 2, 3, 4, "TRUE", 4e5),
        Spacecraft(1e3, 1, 1, 1, 1), Covariance(np.eye(6), "RTN"), (Maneuver(1e9, 0.0, -1.0, "RTN", (1, 2, 3)),),
        {"KEY": "value"}, comments=("remark",), creation_date="2026-11-23T00:00:00",
    )  # fmt: skip
    (omm,) = parse_tle(TLE)
    found = {(parse_tle, "TLE"): TLE.encode()}
    for ending in ("oem", "xml"):
        write_oem(folder / f"a.{ending}", [segment, segment], creation_date="2026-11-23T00:00:00")
        found[parse_oem, ending] = (folder / f"a.{ending}").read_bytes()
        opms.write_opm(folder / f"b.{ending}", opm)
        found[parse_opm, ending] = (folder / f"b.{ending}").read_bytes()
        omms.write_omm(folder / f"c.{ending}", [omm, omm])
        found[parse_omm, ending] = (folder / f"c.{ending}").read_bytes()
    for (parse, _), content in found.items():
        parse(content)  # whole, each is read
    return list(found.items())


changes = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.floats(0, 1), st.just(b"")),
        st.tuples(st.just("drop"), st.floats(0, 1), st.binary(min_size=1, max_size=30)),
        st.tuples(st.just("insert"), st.floats(0, 1), st.binary(min_size=1, max_size=6)),
        st.tuples(
            st.just("insert"), st.floats(0, 1),
            st.sampled_from([b"\n", b"=", b"<", b"</", b">", b"&#0;", b"9" * 400, b"1e999", b"nan", b"COMMENT\n"]),
        ),
        st.tuples(st.just("line"), st.floats(0, 1), st.just(b"")),
        st.tuples(st.just("twice"), st.floats(0, 1), st.just(b"")),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def damaged(content, faults):
    for kind, where, extra in faults:
        place = int(where * len(content))
        if kind == "cut":
            content = content[:place]
        elif kind == "drop":
            content = content[:place] + content[place + len(extra) :]
        elif kind == "insert":
            content = content[:place] + extra + content[place:]
        else:
            lines = content.split(b"\n")
            k = int(where * (len(lines) - 1))
            lines[k : k + 1] = [] if kind == "line" else [lines[k]] * 2
            content = b"\n".join(lines)
    return content


@settings(max_examples=400)
@given(which=st.integers(0, 10**6), faults=changes)
def test_damage_is_told_or_harmless(samples, which, faults):
    (parse, _), content = samples[which % len(samples)]
    said = ""
    try:
        parse(damaged(content, faults), "damaged")
    except InputError as error:
        said = str(error)
    assert not said or said.startswith("damaged")
    assert len(said) < 3000


@given(content=st.binary(max_size=60))
def test_any_bytes_are_told(content):
    for parse in (parse_oem, parse_opm, parse_omm, parse_tle):
        with pytest.raises(InputError, match=r"^noise"):
            parse(content, "noise")


def test_entities_are_not_expanded(tmp_path):
    """The billion laughs, and a file from elsewhere: a definition of a document type is refused as it is met."""
    laughs = "".join(f'<!ENTITY a{k + 1} "{10 * f"&a{k};"}">' for k in range(9))
    outside = '<!ENTITY a SYSTEM "file:///etc/passwd">'
    for inner in ('<!ENTITY a0 "ha">' + laughs, outside):
        text = f'<?xml version="1.0"?>\n<!DOCTYPE oem [{inner}]>\n<oem><header><ORIGINATOR>&a9;</ORIGINATOR>'
        (tmp_path / "a.xml").write_text(text)
        with pytest.raises(InputError, match=r"a\.xml:2: has a document type definition"):
            read_oem(tmp_path / "a.xml")


def test_texts_without_end_and_nests_without_bottom_are_refused():
    with pytest.raises(InputError, match="a text of more than 100000 characters"):
        parse_oem(f'<oem version="2.0"><header><ORIGINATOR>{"x" * 200_000}</ORIGINATOR></header></oem>')
    with pytest.raises(InputError, match=r"unknown element <body> in <body>"):
        parse_oem("<oem version='2.0'>" + "<body>" * 100_000)
    walker = ndm_xml.Walker("x", lambda *_: None, lambda *_: None)
    with pytest.raises(InputError, match="elements nested 13 deep; messages have at most 12"):
        walker.walk(b"<a>" * 1000)


def test_too_large_a_file_is_refused(tmp_path, monkeypatch):
    from qqnet.ephemerides import ndm

    monkeypatch.setattr(ndm, "MOST_BYTES", 2**20)
    (tmp_path / "a.oem").write_bytes(b"\n" * (2**20 + 1))
    with pytest.raises(InputError, match=r"a\.oem: larger than 1 MiB; split it"):
        read_oem(tmp_path / "a.oem")
