"""Coherent and preamplified receivers: order of their needs, and refusals."""

from __future__ import annotations

import math

import pytest

from qqnet.errors import InputError
from qqnet.links.optical_detection import PAIRS, bit_error_rate, photons_per_bit_limit


def test_weak_codes_tend_to_shannon() -> None:
    """At a vanishing code rate ln 2 photons a bit on both quadratures, half of it on one (Caves and Drummond)."""
    assert photons_per_bit_limit("BPSK", "heterodyne", 1e-3) == pytest.approx(math.log(2.0), rel=2e-3)
    assert photons_per_bit_limit("BPSK", "homodyne", 1e-3) == pytest.approx(math.log(2.0) / 2.0, rel=2e-3)


@pytest.mark.parametrize("code", [0.3, 0.5, 0.8])
def test_order_of_receivers(code: float) -> None:
    """Phase needs less than difference of phase, that less than on and off; one quadrature half of two."""
    need = {pair: photons_per_bit_limit(*pair, code) for pair in PAIRS}
    assert need["BPSK", "heterodyne"] == pytest.approx(2.0 * need["BPSK", "homodyne"], rel=1e-6)
    assert need["BPSK", "preamplified"] < need["DPSK", "preamplified"] < need["OOK", "preamplified"]


def test_dpsk_with_soft_decisions_beats_hard_ones() -> None:
    """Hard decisions: capacity 1 - h(p) with p = exp(-n)/2; what is gained is 1 to 2 dB at code rate 1/2."""
    p = 0.110028  # h(p) = 1/2
    hard = -math.log(2.0 * p) / 0.5
    gain = 10.0 * math.log10(hard / photons_per_bit_limit("DPSK", "preamplified", 0.5))
    assert 0.9 < gain < 2.0


def test_errors_fall_with_photons() -> None:
    for pair in PAIRS:
        rates = [bit_error_rate(photons, *pair) for photons in (1.0, 5.0, 20.0)]
        assert rates[0] > rates[1] > rates[2] > 0.0


def test_refusals() -> None:
    with pytest.raises(
        InputError, match="QPSK with homodyne detection is not modelled; modelled are BPSK homodyne"
    ):
        photons_per_bit_limit("QPSK", "homodyne", 0.5)
    with pytest.raises(InputError, match="the code rate is 1"):
        photons_per_bit_limit("BPSK", "homodyne", 1.0)
