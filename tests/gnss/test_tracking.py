"""Noise of tracking loops against their limits and numbers that books give."""

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.tracking import SLOPE, code_noise_m, phase_noise_rad, range_rate_noise_m_s

LOOP = {"bandwidth_hz": 1.0, "integration_s": 0.02}
CHIP_M = 299_792_458.0 / 1.023e6


def test_code_noise_at_high_power_is_the_first_term():
    """Sigma = chip sqrt(d B / 2 C): squaring loss vanishes."""
    found = code_noise_m(60.0, 1.023e6, **LOOP, spacing_chips=0.5)
    assert found == pytest.approx(CHIP_M * math.sqrt(0.25e-6), rel=1e-4)


def test_code_noise_at_low_power_goes_with_the_inverse_of_the_ratio():
    strong, weak = code_noise_m(np.array([0.0, -10.0]), 1.023e6, **LOOP)
    assert weak / strong == pytest.approx(10.0, rel=0.01)


def test_faster_codes_and_steeper_peaks_are_quieter():
    slow = code_noise_m(30.0, 1.023e6, **LOOP, spacing_chips=0.3)
    assert code_noise_m(30.0, 10.23e6, **LOOP, spacing_chips=0.3) == pytest.approx(slow / 10.0)
    boc = code_noise_m(30.0, 1.023e6, **LOOP, spacing_chips=0.3, slope=SLOPE["BOC"])
    assert boc == pytest.approx(slow / math.sqrt(3.0))


def test_code_noise_against_a_simulated_loop():
    """Early-minus-late power of a BPSK peak in noise, its discriminator scaled by its slope, in 20,000 trials.

    One correlation in each trial: a loop that takes every discriminator as it is has a bandwidth of 1 / (2 T).
    """
    random = np.random.default_rng(4)
    spacing, time, c_n0 = 0.5, 0.02, 35.0
    amplitude = math.sqrt(2.0 * 10.0 ** (c_n0 / 10.0) * time)  # against unit noise in each quadrature
    shape = np.array([[1.0, 1.0 - spacing], [1.0 - spacing, 1.0]])
    root = np.linalg.cholesky(shape)
    noise = np.einsum("ij,qjn->qin", root, random.standard_normal((2, 2, 20_000)))
    peak = 1.0 - spacing / 2.0
    early, late = (np.hypot(amplitude * peak + noise[0, k], noise[1, k]) ** 2 for k in (0, 1))
    slope = 4.0 * peak * amplitude**2  # d(E - L)/d(tau) of the squared triangle, in chips
    expected = code_noise_m(
        c_n0, 1.023e6, bandwidth_hz=1.0 / (2.0 * time), integration_s=time, spacing_chips=spacing
    )
    assert CHIP_M * np.std(early - late) / slope == pytest.approx(float(expected), rel=0.02)


def test_phase_noise():
    """Squaring loss included: 2 (1 + 1/2) times the variance of one that has none, at C/N0 T = 1."""
    level = -10.0 * math.log10(0.02)
    assert phase_noise_rad(level, **LOOP) ** 2 == pytest.approx(0.02 * 1.5)


def test_range_rate_noise_falls_with_integration_and_carrier():
    short = range_rate_noise_m_s(40.0, 1575.42e6, bandwidth_hz=1.0, integration_s=0.02)
    long = range_rate_noise_m_s(40.0, 1575.42e6, bandwidth_hz=1.0, integration_s=0.2)
    assert short / long == pytest.approx(10.0, rel=0.01)
    other = range_rate_noise_m_s(40.0, 1176.45e6, bandwidth_hz=1.0, integration_s=0.02)
    assert other / short == pytest.approx(1575.42 / 1176.45)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spacing_chips": 0.0}, "correlator spacing is 0 chips"),
        ({"spacing_chips": 1.5}, "correlator spacing is 1.5 chips"),
        ({"bandwidth_hz": 0.0}, "loop bandwidth is 0 Hz"),
        ({"integration_s": -1.0}, "integration time is -1 s"),
    ],
)
def test_nonsense_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        code_noise_m(30.0, 1.023e6, **(LOOP | change))
