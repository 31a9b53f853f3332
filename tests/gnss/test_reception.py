"""Antennas and power at a receiver."""

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.reception import (
    SIDE_LOBE_DB,
    beam_of_gain_rad,
    c_n0_db_hz,
    check_beam,
    receive_gain_dbi,
)


def test_half_power_at_half_the_width():
    assert receive_gain_dbi(15.0, 0.5, 0.25) == pytest.approx(15.0 - 10.0 * math.log10(2.0))
    assert receive_gain_dbi(15.0, 0.5, math.pi) == pytest.approx(15.0 - SIDE_LOBE_DB)


@pytest.mark.parametrize("gain", [12.0, 15.35, 30.0])
def test_a_lossless_beam_holds_all_the_power(gain):
    """The mean of a Gaussian beam's gain over the sphere is 1, less what the sphere curves away."""
    angle = np.linspace(0.0, np.pi, 40_001)
    width = float(beam_of_gain_rad(gain))
    lobe = 10.0 ** (gain / 10.0) * np.exp(-4.0 * math.log(2.0) * (angle / width) ** 2)
    mean = np.trapezoid(lobe * np.sin(angle), angle) / 2.0
    # sin t = t - t^3/6, and t^2 has the mean w^2 / (4 ln 2) under the lobe.
    assert mean == pytest.approx(1.0 - width**2 / (24.0 * math.log(2.0)), abs=0.003)


def test_a_beam_too_wide_for_its_gain_is_refused():
    check_beam(15.0, float(beam_of_gain_rad(15.0)))
    with pytest.raises(
        InputError, match=r"60 deg wide has less gain than 15 dBi; it must be at most 33\.93 deg"
    ):
        check_beam(15.0, math.radians(60.0))


def test_c_n0_adds_up_in_decibels():
    """EIRP 30 dBW, 1 km at 1 GHz (92.45 dB), 0 dBi, 290 K (-203.98 dBW/Hz), 2 dB lost."""
    found = c_n0_db_hz(30.0, 1.0, 1e9, 0.0, 290.0, 2.0)
    assert found == pytest.approx(30.0 - 92.448 - 2.0 + 203.975, abs=0.002)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((30.0, 0.0, 1e9, 0.0, 290.0), "the distance is 0 km"),
        ((30.0, 1.0, 1e9, 0.0, 0.0), "the system noise temperature is 0 K"),
        ((np.nan, 1.0, 1e9, 0.0, 290.0), "the EIRP is nan dBW"),
        ((30.0, 1.0, 1e9, 0.0, 290.0, -1.0), "the loss is -1 dB"),
    ],
)
def test_nonsense_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        c_n0_db_hz(*arguments)
