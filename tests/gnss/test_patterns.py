"""Transmit patterns: what a table of gains must hold to be an antenna's."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.patterns import NOTHING_DBI, read_table, transmit_pattern

NAMES = sorted(read_table("patterns.yaml"))
L5_HZ = 1176.45e6


def radiated(pattern) -> float:
    """Share of the power that leaves through the front half, by integration of the gain over it."""
    angle = np.linspace(0.0, np.pi / 2.0, 4001)
    return float(np.trapezoid(10.0 ** (pattern.gain(angle) / 10.0) * np.sin(angle), angle)) / 2.0


@pytest.mark.parametrize("name", NAMES)
def test_no_antenna_sends_more_than_it_is_given(name):
    """The mean of the gain over the sphere is the efficiency: at most 1, and of an antenna of use a third."""
    for pattern in (transmit_pattern(name), transmit_pattern(name).at_frequency(L5_HZ)):
        assert 0.35 < radiated(pattern) <= 1.0


@pytest.mark.parametrize("name", NAMES)
def test_every_pattern_says_where_it_comes_from(name):
    pattern = transmit_pattern(name)
    assert pattern.source or pattern.assumption
    assert (np.diff(pattern.angle_rad) > 0.0).all()
    assert pattern.angle_rad[0] == 0.0


def test_gain_is_that_of_the_table_and_linear_between():
    pattern = transmit_pattern("gps-iir-m")
    assert pattern.gain(pattern.angle_rad) == pytest.approx(pattern.gain_dbi)
    middle = 0.5 * (pattern.angle_rad[7] + pattern.angle_rad[8])
    assert pattern.gain(middle) == pytest.approx(0.5 * (14.36 + 12.65))


def test_nothing_is_sent_backwards():
    assert transmit_pattern("galileo").gain(np.radians([90.1, 180.0])) == pytest.approx(NOTHING_DBI)


def test_widening_moves_sines_and_keeps_the_power():
    pattern = transmit_pattern("gps-iir-m")
    wide = pattern.widened(1.25)
    angle = np.radians(12.0)
    there = np.arcsin(1.25 * np.sin(angle))
    # The widened table has half a degree between its angles; its interpolation is all the difference.
    assert wide.gain(there) == pytest.approx(pattern.gain(angle) - 20.0 * np.log10(1.25), abs=0.05)
    assert radiated(wide) == pytest.approx(radiated(pattern), rel=0.05)


def test_a_pattern_at_its_own_frequency_is_itself():
    pattern = transmit_pattern("beidou-meo")
    assert pattern.at_frequency(pattern.frequency_hz) is pattern


def test_unknown_name():
    with pytest.raises(InputError, match="unknown transmit pattern 'gps-x'; known: gps-iir-legacy"):
        transmit_pattern("gps-x")
