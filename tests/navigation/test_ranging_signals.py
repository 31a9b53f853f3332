"""Noise of ranging receivers against published thresholds and closed forms."""

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.rf import eirp_dbw
from qqnet.navigation.ranging_signals import (
    SIGNALS,
    RangingSignal,
    Receiver,
    c_n0_db_hz,
    code_noise_m,
    doppler_noise_m_s,
)

CHIP = RangingSignal("one", 1575.42e6, 1.023e6, "test")


# Kaplan and Hegarty, Understanding GPS, 2nd ed., figure 5.28: C/N0 at which the jitter is a sixth of the
# correlator spacing. The figure gives tenths of a decibel, once whole decibels: the tolerance is what it rounds
# away, and as much again for the curves that it was read from.
@pytest.mark.parametrize(
    ("band", "spacing", "bandwidth", "integration", "threshold", "rounded"),
    [
        (17.0, 1.0, 0.2, 0.020, 13.2, 0.1),
        (17.0, 0.5, 0.2, 0.020, 14.2, 0.1),
        (17.0, 0.25, 0.2, 0.020, 15.6, 0.1),
        (2.0, 1.0, 0.2, 0.020, 12.4, 0.1),
        (2.0, 1.0, 2.0, 0.020, 18.0, 1.0),
        (1.0, 1.0, 0.2, 0.005, 14.6, 0.1),
        (1.0, 1.0, 0.2, 0.010, 13.2, 0.1),
        (1.0, 1.0, 0.2, 0.020, 11.8, 0.1),
        (1.0, 1.0, 0.2, 1.0, 6.5, 0.1),
    ],
)
def test_code_noise_meets_published_thresholds(band, spacing, bandwidth, integration, threshold, rounded):
    receiver = Receiver(
        loop_bandwidth_hz=bandwidth,
        spacing_chips=spacing,
        front_end_hz=band * CHIP.chip_rate_hz,
        integration_s=integration,
        threshold_db_hz=-10.0,
    )
    levels = np.array([threshold - rounded, threshold + rounded])
    jitter = code_noise_m(levels, CHIP, receiver) / CHIP.chip_m
    assert jitter[0] > spacing / 6.0 > jitter[1]


def test_c_n0_is_a_link_budget():
    receiver = Receiver(gain_dbi=2.0, noise_temperature_k=100.0, loss_db=1.5)
    eirp = eirp_dbw(10.0, 10.0, 0.5)
    level = c_n0_db_hz([3000.0, 7000.0], SIGNALS["afs-pilot"], receiver, eirp)
    # Free-space loss at 2492.028 MHz: 169.92 dB over 3000 km, 177.28 dB over 7000 km.
    assert level == pytest.approx(19.5 - np.array([169.92, 177.28]) + 0.5 - 20.0 + 228.599, abs=0.01)


def test_a_chip_is_shorter_for_a_faster_code():
    receiver = Receiver(front_end_hz=1e9)
    ratio = code_noise_m(45.0, SIGNALS["afs-data"], receiver) / code_noise_m(
        45.0, SIGNALS["afs-pilot"], receiver
    )
    assert ratio == pytest.approx(5.0)


def test_below_the_threshold_there_is_no_measurement():
    receiver = Receiver(threshold_db_hz=30.0)
    assert code_noise_m(29.99, CHIP, receiver) == np.inf
    assert doppler_noise_m_s(29.99, CHIP, receiver) == np.inf
    assert code_noise_m(30.0, CHIP, receiver) < np.inf


def test_doppler_noise_of_a_strong_signal():
    receiver = Receiver(doppler_bandwidth_hz=2.0, integration_s=0.02)
    wavelength = 299792458.0 / CHIP.frequency_hz
    expected = wavelength / (2.0 * math.pi * 0.02) * math.sqrt(4.0 * 2.0 / 1e6)
    assert doppler_noise_m_s(60.0, CHIP, receiver) == pytest.approx(expected, rel=1e-4)


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="spacing_chips: 0"):
        Receiver(spacing_chips=0.0)
    with pytest.raises(InputError, match="noise_temperature_k"):
        Receiver(noise_temperature_k=-1.0)
