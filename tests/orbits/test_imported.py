"""Nodes whose motion comes from files: kernels as they are, parts put together, what is missing named by time."""

import numpy as np
import pytest

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate
from qqnet.ephemerides.ref_frames import to_icrf
from qqnet.ephemerides.sgp4_orbits import teme_states
from qqnet.ephemerides.spk_writing import write_spk
from qqnet.ephemerides.tables import write_csv
from qqnet.ephemerides.tle import read_tle
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbits.imported import imported_trajectory, trajectory_of
from qqnet.orbits.kepler import Elements, state
from qqnet.space.chebyshev import ChebyshevTable, fit

START = 1275393669.184
DAY = 86400.0


def motion(t):
    elements = Elements(6541.4, 0.3, 1.0, 0.3, 1.5, 2.0)
    return state(elements, 4902.800118457549, np.asarray(t) - START)[0].reshape(-1, 3)


def arc(low, high, interval=7000.0, center="Moon"):
    table = fit(lambda dt: motion(low + dt), 0.0, high - low, 1e-6, interval_s=interval)
    shifted = ChebyshevTable(low, table.interval_s, table.coefficients, "relay")
    return Arc("relay", "relay", center, shifted, (low, high))


def test_the_series_of_a_kernel_become_the_trajectory(tmp_path):
    whole = arc(START, START + 3 * DAY)
    write_spk(tmp_path / "a.bsp", [whole])
    needed = START + DAY, START + 2 * DAY
    made = imported_trajectory(
        tmp_path / "a.bsp", None, "relay", needed, (START + 0.9 * DAY, START + 9 * DAY)
    )
    assert (made.name, made.center) == ("relay", "Moon")
    t = np.random.default_rng(0).uniform(START + 0.9 * DAY, START + 3 * DAY, 400)
    # The same coefficients; where records are left out at the front, the start is rounded to 0.24 us.
    np.testing.assert_allclose(made.table.evaluate(t), whole.table.evaluate(t), rtol=0, atol=1e-6)
    count = len(made.table.coefficients)
    assert np.array_equal(made.table.coefficients, whole.table.coefficients[-count:])
    assert len(made.table.coefficients) < len(whole.table.coefficients)


def test_parts_of_several_kinds_are_fitted_together():
    first, last = arc(START, START + DAY), arc(START + 2 * DAY, START + 3 * DAY, 5000.0)
    states = arc(START + DAY, START + 2 * DAY).at(START + DAY + 60.0 * np.arange(1441))
    made = trajectory_of([first, states, last], "relay", (START, START + 3 * DAY))
    t = np.random.default_rng(0).uniform(START, START + 3 * DAY, 800)
    np.testing.assert_allclose(made.table.evaluate(t), motion(t), rtol=0, atol=5e-6)
    (alone,) = [trajectory_of([states], "relay", (START + 1.1 * DAY, START + 1.9 * DAY))]
    inside = np.random.default_rng(1).uniform(START + 1.1 * DAY, START + 1.9 * DAY, 100)
    np.testing.assert_allclose(alone.table.evaluate(inside), interpolate(states, inside), rtol=0, atol=1e-6)


def test_gaps_are_named_by_their_times(tmp_path):
    write_spk(tmp_path / "a.bsp", [arc(START, START + DAY), arc(START + 2 * DAY, START + 3 * DAY)])
    with pytest.raises(
        InputError, match=r"a\.bsp: no states from 2040-06-01T23:59:59.* to 2040-06-02T23:59:59"
    ):
        imported_trajectory(tmp_path / "a.bsp", None, "relay", (START, START + 3 * DAY))
    # Where nothing of the gap is needed it does no harm.
    made = imported_trajectory(tmp_path / "a.bsp", None, "relay", (START, START + 0.5 * DAY))
    assert made.table.span[0] <= START


def test_spans_that_are_not_covered_are_named(tmp_path):
    write_spk(tmp_path / "a.bsp", [arc(START, START + DAY)])
    with pytest.raises(
        EphemerisRangeError, match=r"a\.bsp: states cover 2040-05-31T23:59:59.*are needed"
    ) as caught:
        imported_trajectory(tmp_path / "a.bsp", None, "relay", (START, START + 2 * DAY))
    assert (caught.value.start, caught.value.stop) == (START, START + DAY)
    with pytest.raises(InputError, match=r"a\.bsp: relay is there from 2040-05-31.* not from 2040-06-03"):
        imported_trajectory(tmp_path / "a.bsp", None, "relay", (START + 3 * DAY, START + 4 * DAY))


def test_motion_about_two_centres_is_refused(tmp_path):
    parts = [arc(START, START + DAY), arc(START + DAY, START + 2 * DAY, center="Earth")]
    write_spk(tmp_path / "a.bsp", parts)
    with pytest.raises(InputError, match=r"a\.bsp: motion relative to Earth and Moon; one centre is right"):
        imported_trajectory(tmp_path / "a.bsp", None, "relay", (START, START + 2 * DAY))


def test_errors_of_a_reader_name_the_file_once(tmp_path):
    write_csv(tmp_path / "a.csv", [arc(START, START + DAY).at(START + 60.0 * np.arange(10))])
    with pytest.raises(InputError) as caught:
        imported_trajectory(tmp_path / "a.csv", "rover", "relay", (START, START + 100.0))
    assert str(caught.value).count("a.csv") == 1


def test_two_line_elements_move_as_sgp4_says(tmp_path):
    (tmp_path / "iss.tle").write_text(
        "ISS (ZARYA)\n"
        "1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927\n"
        "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537\n"
    )
    (elements,) = read_tle(tmp_path / "iss.tle")
    needed = elements.t, elements.t + 6000.0
    wanted = needed[0] - 1800.0, needed[1] + 1800.0
    made = imported_trajectory(tmp_path / "iss.tle", "25544", "iss", needed, wanted)
    assert made.center == "Earth"
    assert made.table.span[0] <= wanted[0] + 1e-3
    assert made.table.span[1] >= wanted[1] - 1e-3
    t = np.random.default_rng(0).uniform(*wanted, 200)
    (direct,) = [to_icrf("TEME", t, teme_states(elements, t))]
    np.testing.assert_allclose(made.table.evaluate(t), direct[:, :3], rtol=0, atol=1e-5)
