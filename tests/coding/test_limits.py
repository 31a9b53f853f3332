"""Shannon limits and the normal approximation, against published digits and against sums made another way."""

import numpy as np
import pytest

from qqnet.coding.limits import (
    binary_information_bits,
    binary_limit_eb_n0_db,
    block_limit_eb_n0_db,
    constellation_information_bits,
    constellation_limit_eb_n0_db,
    shannon_eb_n0_db,
)
from qqnet.errors import InputError

PSK8 = np.exp(2j * np.pi * np.arange(8) / 8)
QPSK = np.exp(2j * np.pi * np.arange(4) / 4)


@pytest.mark.parametrize(
    ("rate", "limit_db"), [(1 / 2, 0.187), (1 / 3, -0.495), (2 / 3, 1.059), (4 / 5, 2.040), (1 / 6, -1.073)]
)
def test_limits_of_binary_signalling_are_those_of_the_textbooks(rate: float, limit_db: float):
    """Limits of the binary-input channel, as every paper on turbo and LDPC codes quotes them."""
    assert binary_limit_eb_n0_db(rate) == pytest.approx(limit_db, abs=0.002)


def test_at_vanishing_rate_all_signals_meet():
    assert shannon_eb_n0_db(1e-6) == pytest.approx(-1.5917, abs=1e-4)
    assert binary_limit_eb_n0_db(1e-3) == pytest.approx(-1.59, abs=0.005)


def test_capacity_by_quadrature_is_that_of_a_fine_sum():
    for es_n0_db in (-10.0, -2.8, 3.0, 9.0):
        es_n0 = 10.0 ** (es_n0_db / 10.0)
        z = np.linspace(-10.0, 10.0, 200_001)
        weight = np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi)
        ratio = 4.0 * es_n0 + np.sqrt(8.0 * es_n0) * z
        density = 1.0 - np.logaddexp(0.0, -ratio) / np.log(2.0)
        mean = np.trapezoid(weight * density, z)
        variance = np.trapezoid(weight * (density - mean) ** 2, z)
        found = binary_information_bits(es_n0_db)
        assert found[0] == pytest.approx(mean, abs=1e-6)
        assert found[1] == pytest.approx(variance, abs=1e-6)


def test_a_constellation_of_four_is_two_binary_channels():
    for es_n0_db in (-4.0, 2.0, 8.0):
        binary = float(binary_information_bits(es_n0_db - 10.0 * np.log10(2.0))[0])
        assert constellation_information_bits(QPSK, es_n0_db) == pytest.approx(2.0 * binary, abs=1e-5)


def test_eight_points_need_more_than_gauss_and_less_than_uncoded():
    limit = constellation_limit_eb_n0_db(PSK8, 2.0)
    assert shannon_eb_n0_db(2.0) < limit < shannon_eb_n0_db(2.0) + 1.3
    assert limit + 10.0 * np.log10(2.0) == pytest.approx(
        5.77, abs=0.01
    )  # Ungerboeck: 5.9 dB, read off a figure


def test_longer_blocks_come_closer():
    needs = [block_limit_eb_n0_db(k, 2 * k, 1e-5) for k in (64, 1024, 16384, 1e9)]
    assert needs == sorted(needs, reverse=True)
    assert needs[-1] == pytest.approx(binary_limit_eb_n0_db(0.5), abs=0.002)
    assert block_limit_eb_n0_db(64, 128, 1e-5) == pytest.approx(3.2, abs=0.2)  # Liva et al. 2016, figure 1


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.5])
def test_rates_without_a_limit_are_refused(rate: float):
    with pytest.raises(InputError, match="between 0 and 1"):
        binary_limit_eb_n0_db(rate)
    with pytest.raises(InputError, match="error rate"):
        block_limit_eb_n0_db(1.0, 2.0, 0.7)
    with pytest.raises(InputError, match="above zero"):
        shannon_eb_n0_db(0.0)
    with pytest.raises(InputError, match="can not carry"):
        constellation_limit_eb_n0_db(QPSK, 2.0)
