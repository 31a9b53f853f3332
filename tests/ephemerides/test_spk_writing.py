import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.spk_writing import write_spk
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.chebyshev import ChebyshevTable

START = 1275393669.184
LENGTH = 3600.0


def arc(name="relay", center="Moon", records=20, width=13, bounds=None, start=START):
    coefficients = np.random.default_rng(3).normal(size=(records, 3, width)) * 1e4 / 4.0 ** np.arange(width)
    table = ChebyshevTable(start, LENGTH, coefficients, name)
    return Arc(name, name, center, table, bounds or table.span)


def test_another_reader_finds_the_same_motion(tmp_path):
    spk = pytest.importorskip("jplephem.spk")
    arcs = [arc(f"node-{k:02d}", width=6 + k % 20) for k in range(53)]  # three records of summaries
    codes = write_spk(tmp_path / "a.bsp", arcs)
    kernel = spk.SPK.open(tmp_path / "a.bsp")
    assert [segment.target for segment in kernel.segments] == list(codes.values())
    t = np.random.default_rng(4).uniform(START, START + 20 * LENGTH, 200)
    for one, segment in zip(arcs, kernel.segments, strict=True):
        assert (segment.center, segment.frame, segment.data_type) == (301, 1, 3)
        # jplephem takes days; in two parts they resolve 0.2 us.
        found = np.asarray(segment.compute(2451545.0, t / 86400.0))[:3].T
        np.testing.assert_allclose(found, one.table.evaluate(t), rtol=0, atol=1e-5)
    kernel.close()


def test_only_the_records_that_the_useable_time_needs_are_written(tmp_path):
    spk = pytest.importorskip("jplephem.spk")
    bounds = START + 2.5 * LENGTH, START + 4.0 * LENGTH - 1.0
    write_spk(tmp_path / "a.bsp", [arc(bounds=bounds)])
    kernel = spk.SPK.open(tmp_path / "a.bsp")
    (segment,) = kernel.segments
    assert (segment.start_second, segment.end_second) == bounds
    tail = segment.daf.read_array(segment.end_i - 3, segment.end_i)
    assert tail.tolist() == [START + 2 * LENGTH, LENGTH, 2 + 6 * 13, 2]
    kernel.close()


@pytest.mark.parametrize(
    ("arcs", "codes", "message"),
    [
        ([], None, "nothing to write"),
        ([arc(center="Ceres")], None, "relay: centre 'Ceres' has no NAIF code; known: SSB, Sun"),
        ([arc(width=29)], None, "relay: series of 29 coefficients in 3 components; SPICE reads up to 28"),
        ([arc()], {"relay": 5}, "relay: NAIF code 5; those of spacecraft are negative"),
        ([arc()], {}, "relay: NAIF code None"),
        ([arc(), arc(start=START + LENGTH)], None, "relay: two arcs cover 2040-06-01T00:59:59"),
    ],
)
def test_what_a_kernel_cannot_hold_is_refused_and_the_old_file_stays(tmp_path, arcs, codes, message):
    (tmp_path / "a.bsp").write_text("old")
    with pytest.raises(InputError, match=message):
        write_spk(tmp_path / "a.bsp", arcs, codes)
    assert (tmp_path / "a.bsp").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bsp"]


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match=r"cannot write .*none/a\.bsp: No such file"):
        write_spk(tmp_path / "none" / "a.bsp", [arc()])


def test_an_arc_knows_its_bounds():
    one = arc()
    with pytest.raises(EphemerisRangeError, match="relay"):
        arc(bounds=(START - 1.0, START + 10.0))
    with pytest.raises(InputError, match="the end must come after the start"):
        arc(bounds=(START + 10.0, START + 10.0))
    segment = one.at(START + np.array([0.0, 60.0, 90.0]))
    assert np.array_equal(segment.position_km, one.table.evaluate(segment.t))
    assert (segment.center, segment.useable) == ("Moon", (START, START + 90.0))
    with pytest.raises(InputError, match="rising order"):
        one.at([START + 1.0, START])


def test_arcs_are_held_one_at_a_time(tmp_path):
    """Hundreds of nodes over years do not fit into memory twice: a kernel of 60 arcs takes the memory of two."""

    class Made(Sequence):
        def __len__(self):
            return 60

        def __getitem__(self, k):
            if k >= len(self):
                raise IndexError
            table = ChebyshevTable(START, LENGTH, np.ones((4000, 3, 12)))
            return Arc(f"node-{k:02d}", "x", "Moon", table, table.span)

    one = 4000 * 3 * 12 * 8
    tracemalloc.start()
    write_spk(tmp_path / "a.bsp", Made())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "a.bsp").stat().st_size > 60 * 2 * one
    assert peak < 12 * one


def test_states_with_too_wide_a_window():
    t = START + 60.0 * np.arange(50)
    states = np.ones((50, 3))
    wide = Segment("probe", "probe", "Moon", t, states, states, (float(t[0]), float(t[-1])), "HERMITE", 29)
    with pytest.raises(
        InputError, match="probe: interpolation between 15 states; SPICE does it between 14 at most"
    ):
        write_spk("never.bsp", [wide])
