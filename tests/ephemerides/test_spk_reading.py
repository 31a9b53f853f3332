"""Kernels that CSPICE wrote, read and compared with what CSPICE evaluates."""

import struct
import threading

import numpy as np
import pytest

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.spk_reading import read_spk_motion, read_spk_segments
from qqnet.ephemerides.spk_writing import write_spk
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.space.chebyshev import ChebyshevTable, fit

spice = pytest.importorskip("spiceypy")

START = 1275393669.184
STEP = 120.0
COUNT = 150
END = START + STEP * (COUNT - 1)
GM = 4902.800118457549


def motion(t):
    r, v = state(Elements(6541.4, 0.6, 1.0, 0.3, 1.5, 2.0), GM, np.asarray(t) - START)
    return r.reshape(-1, 3), v.reshape(-1, 3)


@pytest.fixture(scope="module")
def series():
    return fit(lambda t: motion(t)[0], START, END, 1e-5, n_coefficients=14, interval_s=3000.0)


@pytest.fixture
def written(tmp_path, series):
    """Return a function that writes one segment with CSPICE's own writers."""

    def write(data_type, code=-999, frame="J2000", center=301, span=(START, END), path=tmp_path / "a.bsp"):
        handle = spice.spkopa(str(path)) if path.exists() else spice.spkopn(str(path), "test", 0)
        head = handle, code, center, frame, *span, "SIV"
        t = START + STEP * np.arange(COUNT)
        states = np.hstack(motion(t))
        records = len(series.coefficients)
        length = series.interval_s
        if data_type == 2:
            spice.spkw02(*head, length, records, 13, series.coefficients.ravel(), START)
        elif data_type == 3:
            rate = np.zeros_like(series.coefficients)
            rate[:, :, :-1] = np.polynomial.chebyshev.chebder(series.coefficients, axis=-1) * 2.0 / length
            both = np.concatenate([series.coefficients, rate], axis=1)
            spice.spkw03(*head, length, records, 13, both.ravel(), START)
        elif data_type == 5:
            spice.spkw05(*head, GM, COUNT, states, t)
        elif data_type == 8:
            spice.spkw08(*head, 9, COUNT, states, START, STEP)
        elif data_type == 9:
            spice.spkw09(*head, 9, COUNT, states, t)
        elif data_type == 12:
            spice.spkw12(*head, 7, COUNT, states, START, STEP)
        elif data_type == 13:
            spice.spkw13(*head, 7, COUNT, states, t)
        elif data_type == 15:
            r, v = motion(START)
            h = np.cross(r[0], v[0])
            e = np.cross(v[0], h) / GM - r[0] / np.linalg.norm(r[0])
            p = float(h @ h) / GM
            spice.spkw15(
                *head, START, h / np.linalg.norm(h), e / np.linalg.norm(e), p, 0.6, 3.0,
                [0.0, 0.0, 1.0], GM, 0.0, 1737.4,
            )  # fmt: skip
        spice.spkcls(handle)
        return path

    return write


def by_cspice(path, t, code="-999", center="301"):
    spice.furnsh(str(path))
    try:
        return np.array(spice.spkezr(code, t, "J2000", "NONE", center)[0])
    finally:
        spice.unload(str(path))


def positions(part, t):
    return part.table.evaluate(t) if isinstance(part, Arc) else interpolate(part, t)


# Series and Hermite states are taken as they are; what CSPICE rounds is the middle of a record, 0.24 us.
@pytest.mark.parametrize("data_type", [2, 3, 5, 8, 9, 12, 13, 15])
def test_types_agree_with_cspice(written, data_type):
    path = written(data_type)
    (part,) = read_spk_motion(path)
    assert part.useable == (START, END)
    assert (part.object_name, part.object_id, part.center) == ("-999", "-999", "Moon")
    assert isinstance(part, Segment if data_type in (8, 9, 12, 13) else Arc)
    t = np.concatenate([np.random.default_rng(1).uniform(START, END, 800), part.useable])
    np.testing.assert_allclose(positions(part, t), by_cspice(path, t)[:, :3], rtol=0, atol=1e-6)


@pytest.mark.parametrize("data_type", [2, 5, 9, 12])
def test_inertial_frames_are_turned_to_icrf(written, data_type):
    path = written(data_type, frame="ECLIPJ2000")
    (part,) = read_spk_motion(path)
    t = np.random.default_rng(2).uniform(START, END, 100)
    found = by_cspice(path, t)[:, :3]
    assert np.max(np.abs(found - motion(t)[0])) > 100.0
    np.testing.assert_allclose(positions(part, t), found, rtol=0, atol=1e-6)


def test_the_span_that_is_wanted(written):
    for data_type in (2, 9, 15):
        path = written(data_type, path=written(2).with_name(f"{data_type}.bsp"))
        wanted = START + 4000.0, START + 5000.0
        (part,) = read_spk_motion(path, span=wanted)
        assert part.useable == wanted
        t = np.linspace(*wanted, 50)
        np.testing.assert_allclose(positions(part, t), by_cspice(path, t)[:, :3], rtol=0, atol=1e-6)
        path.unlink()
    with pytest.raises(
        InputError, match=r"a\.bsp: -999 is there from 2040-05-31T23:59:59\.999Z to .* not from"
    ):
        read_spk_motion(written(2), span=(END + 10.0, END + 20.0))


def test_of_overlapping_segments_the_last_holds(written):
    early, late = (START, START + 9000.0), (START + 6000.0, END)
    path = written(13, span=early)
    written(2, span=late)
    parts = read_spk_motion(path)
    assert [part.useable for part in parts] == [(START, START + 6000.0), late]
    assert [type(part) for part in parts] == [Segment, Arc]


def test_series_cut_into_pieces_are_joined(tmp_path, series):
    middle = series.start_s + 2.5 * series.interval_s
    arcs = [Arc("a", "a", "Moon", series, (START, middle)), Arc("a", "a", "Moon", series, (middle, END))]
    write_spk(tmp_path / "a.bsp", arcs)
    assert len(read_spk_segments(tmp_path / "a.bsp")) == 2
    (whole,) = read_spk_motion(tmp_path / "a.bsp")
    assert whole.useable == (START, END)
    assert np.array_equal(whole.table.coefficients, series.coefficients)
    assert (whole.table.start_s, whole.table.interval_s) == (series.start_s, series.interval_s)


def test_what_is_written_here_is_read_here_to_the_bit(tmp_path, series):
    write_spk(tmp_path / "a.bsp", [Arc(n, n, "Moon", series, series.span) for n in ("relay", "rover")])
    (part,) = read_spk_motion(tmp_path / "a.bsp", "Rover")
    assert (part.object_name, part.object_id) == ("rover", "-1000002")
    assert np.array_equal(part.table.coefficients, series.coefficients)
    (same,) = read_spk_motion(tmp_path / "a.bsp", "-1000002")
    assert np.array_equal(same.table.coefficients, series.coefficients)


def test_objects_by_name(written):
    path = written(2, code=-85)
    written(2, code=-777)
    (part,) = read_spk_motion(path, "LRO")  # from SPICE's own list of names
    assert part.object_id == "-85"
    listing = (
        r"LUNAR RECON\w* ?\w* \(-85\), -777|LRO \(-85\), -777|LUNAR RECONNAISSANCE ORBITER \(-85\), -777"
    )
    with pytest.raises(InputError, match=rf"holds several objects, name one: ({listing})"):
        read_spk_motion(path)
    with pytest.raises(InputError, match=rf"has no object 'Hubble'; it holds: ({listing})"):
        read_spk_motion(path, "Hubble")


def test_files_that_are_no_kernels(tmp_path, written):
    with pytest.raises(InputError, match=r"none\.bsp: cannot be read: No such file"):
        read_spk_motion(tmp_path / "none.bsp")
    (tmp_path / "text.bsp").write_text("CCSDS_OEM_VERS = 2.0")
    with pytest.raises(InputError, match=r"text\.bsp: no SPK kernel: it begins with b'CCSDS_OE'"):
        read_spk_motion(tmp_path / "text.bsp")
    whole = written(9).read_bytes()
    for size in (8, 900, 1024, 2500, len(whole) - 5000):
        (tmp_path / "cut.bsp").write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"cut\.bsp: cannot be read as an SPK kernel"):
            read_spk_motion(tmp_path / "cut.bsp")


def test_centres_and_frames_that_are_not_known(written):
    path = written(2, center=599)
    with pytest.raises(InputError, match=r"relative to NAIF code 599; known: SSB 0, Sun 10"):
        read_spk_motion(path)
    path = written(9, frame="IAU_MOON", path=path.with_name("b.bsp"))
    with pytest.raises(InputError, match=r"-999 is given in frame IAU_MOON; SPICE's inertial frames"):
        read_spk_motion(path)


def test_nothing_is_left_in_the_kernel_pool(written):
    before = spice.ktotal("ALL")
    path = written(15)
    read_spk_motion(path)
    with pytest.raises(InputError):
        read_spk_motion(path, "nobody")
    assert spice.ktotal("ALL") == before
    with pytest.raises(spice.utils.exceptions.SpiceyError):
        spice.spkezr("-999", START, "J2000", "NONE", "301")


def test_threads_wait_for_one_another(written):
    path = written(9)
    found = []

    def read():
        found.append(read_spk_motion(path)[0])

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(part.position_km, found[0].position_km) for part in found)


def test_a_table_whose_arcs_do_not_meet_is_not_joined(tmp_path):
    table = ChebyshevTable(START, 100.0, np.ones((10, 3, 4)))
    arcs = [
        Arc("a", "a", "Moon", table, (START, START + 300.0)),
        Arc("a", "a", "Moon", table, (START + 500.0, START + 1000.0)),
    ]
    write_spk(tmp_path / "a.bsp", arcs)
    assert [part.useable for part in read_spk_motion(tmp_path / "a.bsp")] == [arc.useable for arc in arcs]


def swapped(kernel):
    """Return a kernel of one segment as a machine with the other order of bytes has it."""
    records = [bytearray(kernel[k : k + 1024]) for k in range(0, len(kernel), 1024)]
    head = records[0]
    summary = struct.unpack("<i", head[76:80])[0] - 1
    for low, high in ((8, 16), (76, 88)):
        head[low:high] = np.frombuffer(bytes(head[low:high]), "<i4").astype(">i4").tobytes()
    head[88:96] = b"BIG-IEEE"
    page = records[summary]
    page[:40] = np.frombuffer(bytes(page[:40]), "<f8").astype(">f8").tobytes()
    page[40:64] = np.frombuffer(bytes(page[40:64]), "<i4").astype(">i4").tobytes()
    for data in records[summary + 2 :]:
        data[:] = np.frombuffer(bytes(data), "<f8").astype(">f8").tobytes()
    return b"".join(records)


def test_kernels_of_machines_with_the_other_order_of_bytes(tmp_path, series):
    write_spk(tmp_path / "a.bsp", [Arc("relay", "relay", "Moon", series, series.span)])
    (tmp_path / "b.bsp").write_bytes(swapped((tmp_path / "a.bsp").read_bytes()))
    (part,) = read_spk_motion(tmp_path / "b.bsp", "relay")
    assert np.array_equal(part.table.coefficients, series.coefficients)
    assert part.useable == series.span
