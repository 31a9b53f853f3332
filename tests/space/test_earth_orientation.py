"""Earth orientation: what is read, how it is joined, and how it goes on."""

from itertools import pairwise
from pathlib import Path

import astropy_iers_data
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.bodies import body
from qqnet.space.earth_orientation import EarthOrientation, _slopes
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc, tt_from_tdb
from qqnet.space.turning import rotation_table

DAY = 86_400.0
YEAR = 365.25 * DAY
EARTH = EarthOrientation.packaged()
END = float(EARTH.tt[-1])
MILLIARCSECOND = np.pi / 648e6


def test_values_are_those_of_the_tables():
    c04 = np.loadtxt(astropy_iers_data.IERS_B_FILE, usecols=(4, 5, 6, 7, 8, 9))
    c04 = c04[c04[:, 0] >= 41_317.0]
    ours = EARTH.values[: len(c04)]
    arcsec = np.pi / 648_000.0
    np.testing.assert_allclose(ours[:, 1:] / arcsec, c04[:, [1, 2, 4, 5]], rtol=0, atol=1e-15)
    utc = c04[:, 0] * DAY - 51_544.5 * DAY
    leaps = EARTH.tt[: len(c04)] - 32.184 - utc
    np.testing.assert_allclose(leaps, np.rint(leaps), rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours[:, 0] + 32.184 + np.rint(leaps), c04[:, 3], rtol=0, atol=1e-12)


def test_ut1_does_not_jump_at_a_leap_second():
    leap = float(tt_from_tdb(tdb_from_utc("2017-01-01")))
    around = EARTH.at_tt(leap + np.array([-1.5, -0.5, 0.5, 1.5]))[:, 0]
    assert np.ptp(around) < 1e-7


@given(st.floats(-1.1e9, 1.9e9))
def test_rates_are_continuous(tt):
    """Value and rate differ little over a second, at knots as elsewhere: nothing jumps."""
    knot = EARTH.tt[np.clip(np.searchsorted(EARTH.tt, tt), 0, EARTH.tt.size - 1)]
    for t in (tt, knot):
        a, b, c = EARTH.at_tt(np.array([t - 1.0, t, t + 1.0]))
        assert np.all(np.abs(b - a) < [1e-7, *[1e-12] * 4])
        assert np.all(np.abs(c - 2.0 * b + a) < [5e-11, *[1e-15] * 4])


def test_a_smooth_tide_is_met():
    """The fortnightly tide of UT1, 0.8 ms at 13.66 d, sampled once a day."""

    def tide(tt):
        return 0.8e-3 * np.sin(2.0 * np.pi * tt / (13.66 * DAY))

    tt = np.arange(60) * DAY
    values = np.repeat(tide(tt)[:, None], 5, axis=1)
    made = EarthOrientation(tt, values, _slopes(tt, values), tt[-1], "tide")
    between = np.linspace(5.0 * DAY, 50.0 * DAY, 2_000)
    assert np.max(np.abs(made.at_tt(between)[:, 0] - tide(between))) < 0.2e-6


def test_standing_names_the_parts_in_order():
    span = (tdb_from_utc("2020-01-01"), tdb_from_utc("2045-01-01"))
    parts = EARTH.standing(span)
    assert [name for name, _, _ in parts] == ["measured", "predicted", "beyond the data"]
    assert (parts[0][1], parts[-1][2]) == span
    assert all(one[2] == other[1] for one, other in pairwise(parts))
    assert [name for name, *_ in EARTH.standing((-2e9, -1.9e9))] == ["before the data"]


def test_beyond_the_data_the_pole_stays_and_ut1_slows_down():
    far = EARTH.at_tt(END + np.array([1.0, 13.0, 500.0]) * YEAR)
    offset = np.abs(far[:, 1:] - EARTH.values[-1, 1:])
    assert offset.max() < 20.0 * MILLIARCSECOND
    assert np.abs(far[2, 0] - EARTH.values[-1, 0]) <= abs(EARTH.slopes[-1, 0]) * 10.0 * YEAR * (1 + 1e-9)
    error = EARTH.ut1_error_s(END + np.array([-20.0, 0.0, 1.0, 13.0]) * YEAR)
    assert error[0] == 0.0
    assert np.all(np.diff(error) > 0.0)


@pytest.mark.parametrize(("years", "stated_s"), [(1.0, 0.10), (5.0, 0.75), (13.0, 2.0)])
def test_stated_error_of_ut1_is_that_of_hindcasts(years, stated_s):
    """From every 30th day since 1992, go on as `at_tt` does beyond its tables, and compare with what came."""
    known = int(np.searchsorted(EARTH.tt, EARTH.measured_until))
    ahead, misses = round(years * 365.25), []
    for i in range(20 * 365, known - ahead, 30):
        kept, tt = EARTH.values[i - 400 : i + 1], EARTH.tt[i - 400 : i + 1]
        slopes = np.zeros_like(kept)
        slopes[-1, 0] = (kept[-1, 0] - kept[-366, 0]) / (tt[-1] - tt[-366])
        cut = EarthOrientation(tt, kept, slopes, tt[-1], "cut")
        misses.append(cut.at_tt(EARTH.tt[i + ahead])[0] - EARTH.values[i + ahead, 0])
    rms = float(np.sqrt(np.mean(np.square(misses))))
    assert 0.5 * stated_s < rms < stated_s


def test_a_table_reaches_over_a_leap_second_and_over_the_end_of_the_data():
    ephemeris = Ephemeris.packaged()
    for begin in (tdb_from_utc("2016-12-29"), END - 2.0 * DAY, EARTH.measured_until - 2.0 * DAY):
        span = (begin, begin + 4.0 * DAY)
        table = rotation_table(body("Earth"), span, ephemeris)
        t = np.random.default_rng(3).uniform(0.0, 4.0 * DAY, 500)
        difference = table.evaluate(t).reshape(-1, 3, 3) - rotation("ITRF", span[0] + t)
        assert np.abs(difference).max() * 6378.137 < 1e-6


def test_faulty_tables_are_refused(tmp_path):
    lines = Path(astropy_iers_data.IERS_A_FILE).read_text().splitlines(keepends=True)[:30]
    good = tmp_path / "good"
    good.write_text("".join(lines))
    assert EarthOrientation.from_files(good).source == "good"
    for name, changed, part in (
        ("gap", lines[:10] + lines[11:], "days are missing"),
        ("short", [line[:100] + "\n" for line in lines], "lines of 187 characters"),
        ("blank", [*lines[:5], lines[5][:18] + " " * 9 + lines[5][27:], *lines[6:]], "of day 41689"),
        ("none", [], "lines of 187 characters"),
    ):
        (tmp_path / name).write_text("".join(changed))
        with pytest.raises(InputError, match=part):
            EarthOrientation.from_files(tmp_path / name)
    with pytest.raises(InputError, match="cannot read"):
        EarthOrientation.from_files(tmp_path / "absent")
