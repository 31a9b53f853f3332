"""The table of codes: complete, and what a rate says is what its blocks say."""

import numpy as np
import pytest

from qqnet.coding.tables import codes, modulations, read_table

FAMILIES = {
    "uncoded": 1,
    "convolutional": 5,
    "reed-solomon": 2,
    "concatenated": 12,
    "turbo": 16,
    "ldpc": 10,
    "telecommand": 4,
    "dvb-s2": 28,
}


def test_every_family_is_there():
    found = [one.family for one in codes().values()]
    assert {family: found.count(family) for family in FAMILIES} == FAMILIES
    assert len(found) == sum(FAMILIES.values())


def test_rates_in_names_are_those_of_the_blocks():
    for name, one in codes().items():
        part = next((part for part in name.split("-") if "/" in part), None)
        if part is None:
            continue
        top, bottom = (int(number) for number in part.split("/"))
        rate = top / bottom
        if one.family == "concatenated":
            rate *= int(name.split("-")[3]) / 255
        # DVB-S2 has headers and an outer code, turbo codes four bits to end in a known state.
        assert one.rate == pytest.approx(rate, rel=0.025 if one.family == "dvb-s2" else 0.003), name


def test_marks_and_sources():
    for one in codes().values():
        assert one.source
        assert one.mark in ("secondary", "computed")
    licence = read_table.__module__
    assert licence == "qqnet.coding.tables"


def test_the_licence_of_the_curves_is_beside_them():
    from importlib import resources

    text = (resources.files("qqnet.coding") / "tables" / "spacelink-LICENSE.txt").read_text("utf-8")
    assert "MIT License" in text
    assert "Heliosphere Network Corporation" in text


@pytest.mark.parametrize(("name", "product"), [("GMSK-0.25", 0.25), ("GMSK-0.5", 0.5)])
def test_occupied_bandwidth_of_gmsk_by_its_spectrum(name: str, product: float):
    """99 % of the power of random Gaussian minimum-shift keying, from periodograms."""
    random = np.random.default_rng(2)
    symbols, each = 4096, 8
    span = np.arange(-4 * each, 4 * each + 1) / each
    width = np.sqrt(np.log(2.0)) / (2.0 * np.pi * product)
    pulse = np.exp(-0.5 * (span / width) ** 2)
    power = np.zeros(symbols * each)
    for _ in range(12):
        bits = np.repeat(random.choice([-1.0, 1.0], symbols), each)
        frequency = np.convolve(bits, pulse / pulse.sum(), mode="same")
        phase = np.pi / 2.0 * np.cumsum(frequency) / each
        power += np.abs(np.fft.fftshift(np.fft.fft(np.exp(1j * phase)))) ** 2
    share = np.cumsum(power) / power.sum()
    low, high = np.searchsorted(share, [0.005, 0.995])
    assert (high - low) / symbols == pytest.approx(modulations()[name].occupied, abs=0.02)
