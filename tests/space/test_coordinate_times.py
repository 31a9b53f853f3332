import erfa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.coordinate_times import (
    L_B,
    T0_S,
    TDB0_S,
    rate,
    tcb_minus_tdb,
    tcg_minus_tdb,
    tcl_from_tdb,
    tcl_minus_tdb,
    tcl_minus_tt,
    tdb_from_tcl,
    tt_minus_tdb,
)
from qqnet.space.ephemeris import Ephemeris

TIMES = st.floats(-8.8e8, 3.1e9)


def test_all_agree_at_their_origin():
    """T0 is 1977-01-01 00:00:00 TAI; the geocentre's TCG and the Moon's TCL read there what TCB reads."""
    t = T0_S + TDB0_S
    assert pytest.approx(-725_803_167.816, abs=1e-6) == T0_S
    for difference in (tcb_minus_tdb(t), tcg_minus_tdb(t), tcl_minus_tdb(t)):
        assert float(difference) == pytest.approx(-TDB0_S, abs=2e-12)


def test_tcb_is_that_of_erfa():
    t = np.linspace(-8e8, 3e9, 50)
    days, fraction = erfa.tdbtcb(erfa.DJ00, t / 86_400.0)
    theirs = ((days - erfa.DJ00) + fraction - t / 86_400.0) * 86_400.0
    np.testing.assert_allclose(
        tcb_minus_tdb(t), theirs, rtol=0, atol=2e-6
    )  # days of 1e4 are rounded to 0.2 us


def test_tt_is_that_of_the_series_of_fairhead_and_bretagnon():
    """The series is an independent integral along another ephemeris, DE200, scaled to the masses of IERS 1992."""
    t = np.linspace(-8.7e8, 3.1e9, 4_000)
    theirs = -erfa.dtdb(erfa.DJ00, t / 86_400.0, 0.0, 0.0, 0.0, 0.0)
    np.testing.assert_allclose(tt_minus_tdb(t), theirs, rtol=0, atol=0.1e-6)


@given(TIMES)
def test_conversions_come_back(t):
    assert float(tdb_from_tcl(tcl_from_tdb(t))) == pytest.approx(t, abs=1e-6)


@given(TIMES, st.sampled_from(["Earth", "Moon"]))
def test_a_rate_is_the_slope_of_its_difference(t, center):
    difference = {"Earth": tcg_minus_tdb, "Moon": tcl_minus_tdb}[center]
    slope = (difference(t + 1800.0) - difference(t - 1800.0)) / 3600.0
    assert float(rate(center, t)) == pytest.approx(float(slope), abs=1e-14)
    assert abs(float(rate(center, t)) - L_B) < 1.7e-8


def test_places_differ_by_the_simultaneity_of_frames():
    """A place ahead of the centre in its motion is late: by v.r/c^2, 0.6 us for the Moon's radius."""
    ephemeris, t = Ephemeris.packaged(), 0.9e9
    _, velocity = ephemeris.state("Moon", "SSB", t)
    ahead = 1737.4 * velocity / np.linalg.norm(velocity)
    found = float(tcl_minus_tdb(t, ahead) - tcl_minus_tdb(t))
    assert found == pytest.approx(-np.linalg.norm(velocity) * 1737.4 / 299_792.458**2, rel=1e-6)
    assert 0.4e-6 < -found < 0.7e-6


def test_in_the_geocentric_frame_little_periodic_is_left():
    """Over TDB the month shows with 128 us; for events at the Moon's centre half a microsecond stays."""
    t = np.arange(0.8e9, 0.9e9, 43_200.0)
    line = np.stack([np.ones_like(t), t - t[0]], axis=-1)

    def periodic(values):
        return np.abs(values - line @ np.linalg.lstsq(line, values, rcond=None)[0]).max()

    assert 100e-6 < periodic(tcl_minus_tdb(t) - tt_minus_tdb(t)) < 160e-6
    assert 0.4e-6 < periodic(tcl_minus_tt(t)) < 0.8e-6


def test_what_is_not_there():
    with pytest.raises(EphemerisRangeError, match="coordinate time of the Moon"):
        tcl_minus_tdb(3.3e9)
    with pytest.raises(InputError, match="known: Earth, Moon"):
        rate("Mars", 0.0)
