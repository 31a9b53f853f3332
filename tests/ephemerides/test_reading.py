"""One motion in every format that is read: the content tells which, whatever the file is called."""

import gzip

import numpy as np
import pytest

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate
from qqnet.ephemerides.oem_writing import write_oem
from qqnet.ephemerides.reading import content_of, read_ephemeris, read_motion
from qqnet.ephemerides.spk_writing import write_spk
from qqnet.ephemerides.stk import write_stk
from qqnet.ephemerides.tables import write_csv, write_parquet
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.space.chebyshev import ChebyshevTable, fit

START = 1275393669.184
TLE = """\
ISS (ZARYA)
1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927
2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537
"""
OPM = "CCSDS_OPM_VERS = 2.0\nCREATION_DATE = 2026-11-23T00:00:00\nORIGINATOR = X\n"


@pytest.fixture(scope="module")
def arc():
    def position(dt):
        return state(Elements(6541.4, 0.3, 1.0, 0.3, 1.5, 2.0), 4902.800118457549, dt)[0].reshape(-1, 3)

    table = fit(position, 0.0, 86400.0, 1e-6, interval_s=7000.0)
    shifted = ChebyshevTable(START, table.interval_s, table.coefficients, "relay")
    return Arc("relay", "relay", "Moon", shifted, shifted.span)


@pytest.fixture(scope="module")
def files(arc, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    states = arc.at(START + 60.0 * np.arange(1441))
    made = {key: folder / f"{key}.data" for key in ("oem", "xml", "spk", "csv", "parquet", "stk")}
    write_oem(made["oem"], [states], notation="KVN")
    write_oem(made["xml"], [states], notation="XML")
    write_spk(made["spk"], [arc])
    write_csv(made["csv"], [states])
    write_parquet(made["parquet"], [states])
    write_stk(made["stk"], states)
    made["packed"] = folder / "packed.data"
    made["packed"].write_bytes(gzip.compress(made["oem"].read_bytes()))
    return made


@pytest.mark.parametrize("key", ["oem", "xml", "spk", "csv", "parquet", "stk", "packed"])
def test_the_content_tells_the_format(files, arc, key):
    assert content_of(files[key]) == {"xml": "oem", "packed": "oem"}.get(key, key)
    parts = read_ephemeris(files[key])
    assert {part.center for part in parts} == {"Moon"}
    t = np.random.default_rng(0).uniform(START + 1.0, START + 86399.0, 500)
    found = interpolate(parts[0], t)
    # Interpolation between states a minute apart; times of an STK file are good to 0.24 us, or 0.4 mm.
    np.testing.assert_allclose(found, arc.table.evaluate(t), rtol=0, atol=2e-6)


def test_a_kernel_is_given_as_it_is(files, arc):
    (part,) = read_motion(files["spk"])
    assert isinstance(part, Arc)
    assert np.array_equal(part.table.coefficients, arc.table.coefficients)


@pytest.mark.parametrize("key", ["oem", "xml", "spk", "csv", "parquet"])
def test_objects_are_found_by_name(files, key):
    assert read_ephemeris(files[key], "relay")[0].object_name == "relay"
    with pytest.raises(InputError, match=rf"{key}\.data has no object 'Relay 2'; it holds: relay"):
        read_ephemeris(files[key], "Relay 2")


def test_of_several_objects_one_must_be_named(tmp_path, arc):
    states = arc.at(START + 60.0 * np.arange(10))
    other = Arc("rover", "rover", "Moon", arc.table, arc.useable).at(START + 60.0 * np.arange(10))
    write_csv(tmp_path / "a.csv", [states, other])
    with pytest.raises(InputError, match=r"a\.csv holds several objects, name one: relay, rover"):
        read_ephemeris(tmp_path / "a.csv")
    assert read_ephemeris(tmp_path / "a.csv", "rover")[0].object_name == "rover"


def test_mean_elements_need_a_span(tmp_path):
    (tmp_path / "iss.txt").write_text(TLE)
    assert content_of(tmp_path / "iss.txt") == "tle"
    with pytest.raises(InputError, match=r"iss\.txt: mean elements hold no states; a span of time is needed"):
        read_ephemeris(tmp_path / "iss.txt")
    start = 275_000_000.0
    (segment,) = read_ephemeris(tmp_path / "iss.txt", span=(start, start + 6000.0))
    assert (segment.object_name, segment.center) == ("ISS (ZARYA)", "Earth")
    assert segment.useable[0] <= start
    assert segment.useable[1] >= start + 6000.0
    height = np.linalg.norm(segment.position_km, axis=1) - 6378.137
    assert np.all((height > 330.0) & (height < 370.0))  # where the station was in 2008


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an ephemeris that is read; it begins with b''"),
        (b"\x7fELF\x02\x01", "not an ephemeris that is read"),
        (b"hello world\n", "not an ephemeris that is read"),
        (OPM.encode(), "an OPM holds one state and no motion; give it to a spacecraft as its orbit"),
        (b"\x1f\x8b broken", "cannot be unpacked"),
    ],
)
def test_files_of_other_kinds(tmp_path, content, message):
    (tmp_path / "x.data").write_bytes(content)
    with pytest.raises(InputError, match=rf"x\.data: {message}"):
        read_ephemeris(tmp_path / "x.data")


def test_where_the_content_shows_nothing_the_ending_names_the_reader_that_complains(tmp_path):
    for name, message in (
        ("a.oem", "an OEM begins with"),
        ("a.bsp", "no SPK kernel"),
        ("a.e", "an STK ephemeris begins with"),
        ("a.parquet", "cannot be read as Parquet"),
        ("a.csv", "no column node"),
    ):
        (tmp_path / name).write_text("hello\nworld\n")
        with pytest.raises(InputError, match=message):
            read_ephemeris(tmp_path / name)
    with pytest.raises(InputError, match=r"none\.bsp: cannot be read: No such file"):
        read_ephemeris(tmp_path / "none.bsp")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_ephemeris(tmp_path)
