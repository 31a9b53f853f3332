"""Required Eb/N0: inside what is known, never outside; and never better than any code can be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.coding.limits import (
    binary_limit_eb_n0_db,
    block_limit_eb_n0_db,
    constellation_limit_eb_n0_db,
    shannon_eb_n0_db,
)
from qqnet.coding.performance import curves, required_eb_n0
from qqnet.coding.tables import code, codes, modulation, modulations
from qqnet.errors import InputError

CURVES = [curve for several in curves().values() for curve in several]
BINARY = [code for code in codes().values() if 0.0 < code.rate < 1.0 and code.family != "dvb-s2"]


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: f"{curve.code} {curve.metric} {curve.mark}")
def test_curves_fall_and_give_their_points_back(curve):
    assert list(curve.eb_n0_db) == sorted(set(curve.eb_n0_db))
    assert list(curve.error_rate) == sorted(set(curve.error_rate), reverse=True)
    assert 0.0 < curve.error_rate[-1] < curve.error_rate[0] <= 1.0
    assert curve.code in codes()
    for eb_n0_db, rate in zip(curve.eb_n0_db, curve.error_rate, strict=True):
        assert curve.required_eb_n0_db(rate) == pytest.approx(eb_n0_db, abs=1e-9)


@given(st.sampled_from(CURVES), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_lower_error_rates_need_more(curve, one: float, other: float):
    low, high = math.log(curve.error_rate[-1]), math.log(curve.error_rate[0])
    rates = [math.exp(low + share * (high - low)) for share in sorted((one, other))]
    rates = [min(max(rate, curve.error_rate[-1]), curve.error_rate[0]) for rate in rates]
    needs = [curve.required_eb_n0_db(rate) for rate in rates]
    assert needs[0] >= needs[1] - 1e-9


@pytest.mark.parametrize("error_rate", [1e-2, 1e-3, 1e-4, 1e-5])
def test_no_code_beats_the_best_of_its_length(error_rate: float):
    """The normal approximation is right to about 0.1 dB at these lengths."""
    checked = 0
    for one in BINARY:
        try:
            need = required_eb_n0(one.name, error_rate)
        except InputError:
            continue
        best = block_limit_eb_n0_db(one.information_bits, one.symbols, error_rate)
        assert need.eb_n0_db > best - 0.05, one.name
        assert need.eb_n0_db > binary_limit_eb_n0_db(one.rate)
        if one.family in ("turbo", "ldpc"):
            assert need.eb_n0_db < best + 1.25, one.name
        checked += 1
    assert checked > 10


def test_dvb_s2_is_above_capacity_and_near_it():
    found = [one for one in codes().values() if one.family == "dvb-s2"]
    assert len(found) == 28
    for one in found:
        bits = one.rate * modulation(one.modulation).bits
        need = required_eb_n0(one.name, 1e-7, modulation_name=one.modulation)
        assert need.eb_n0_db > float(shannon_eb_n0_db(bits)) + 0.5, one.name
        if one.modulation in ("QPSK", "8PSK"):
            count = 2 ** modulation(one.modulation).bits
            points = np.exp(2j * np.pi * np.arange(count) / count)
            gap = need.eb_n0_db - constellation_limit_eb_n0_db(points, bits)
            assert 0.5 < gap < 1.6, one.name  # the lowest rate is the farthest from its limit
        assert required_eb_n0(one.name, 1e-5, modulation_name=one.modulation) == need


def test_spectral_efficiencies_of_dvb_s2():
    """EN 302 307-1 table 13, as many quote it: 0.490243 for QPSK 1/4, 4.453027 for 32APSK 9/10."""
    for name, efficiency in (("qpsk-1/4", 0.490243), ("8psk-3/4", 2.228124), ("32apsk-9/10", 4.453027)):
        one = code(f"dvb-s2-{name}")
        assert one.rate * modulation(one.modulation).bits == pytest.approx(efficiency, abs=5e-7)


def test_two_sources_of_one_turbo_code_agree():
    """The figures of CCSDS 130.1-G-3 and the tables that public programs quote, where both cover."""
    for name in ("ccsds-turbo-1/2-1784", "ccsds-turbo-1/3-1784"):
        figure, table = curves()[name, "frame"]
        for rate in (1e-1, 1e-2, 1e-3, 1.1e-4):
            assert figure.required_eb_n0_db(rate) == pytest.approx(table.required_eb_n0_db(rate), abs=0.05)


def test_the_galileo_requirement_is_that_of_its_code():
    """2.31 dB of the design table: bit error rate 5e-3 after the convolutional code alone, known to 0.1 dB.

    With the Reed-Solomon code around it that leaves a bit error rate below 1e-5 at interleaving depth 5.
    """
    need = required_eb_n0("ccsds-conv-1/2", 5e-3, "bit")
    assert need.eb_n0_db == pytest.approx(2.31, abs=0.15)
    assert need.eb_n0_db > 2.31  # a bound
    both = curves()["ccsds-concatenated-1/2-223-i5", "bit"][0]
    assert both.required_eb_n0_db(3e-5) < 2.31 < both.required_eb_n0_db(1e-6)


def test_outside_of_what_is_known_is_refused():
    for arguments, message in (
        (("ccsds-concatenated-1/2-223-i5", 1e-9), "outside what is known of .* 8e-07 to 1"),
        (("ccsds-concatenated-1/2-239-i5", 1e-5), "give eb_n0"),
        (("uncoded", 1e-5), "the bit error rate is known, not that of frames"),
        (("uncoded", 0.4, "bit"), "outside what the formula"),
        (("ccsds-conv-1/2", 0.05, "bit"), "1e-12 to 0.01"),
        (("ccsds-turbo-1/2-8920", 1e-5, "bit"), "frame error rate is estimated"),
        (("ccsds-ldpc-c2", 1e-3, "frame", "8PSK"), "known with BPSK, QPSK and OQPSK, not with 8PSK"),
        (("dvb-s2-qpsk-1/4", 1e-9), "down to a packet error rate of 1e-07"),
        (("dvb-s2-qpsk-1/4", 1e-5, "frame", "8PSK"), "goes with QPSK"),
        (("ccsds-ldpc-c2", 2.0), "must be between 0 and 1"),
        (("ccsds-ldpc-c3", 1e-3), "did you mean 'ccsds-ldpc-c2'"),
        (("uncoded", 1e-3, "bit", "QPSKK"), "did you mean 'QPSK'"),
    ):
        with pytest.raises(InputError, match=message):
            required_eb_n0(*arguments)


def test_bandwidths():
    assert modulation("OQPSK").occupied_bandwidth_hz(1e6, 0.5) == pytest.approx(1.5e6)
    assert modulation("GMSK-0.25").occupied_bandwidth_hz(1e6, 0.5) == pytest.approx(0.86e6)
    assert {one.bits for one in modulations().values()} == {1, 2, 3, 4, 5}
