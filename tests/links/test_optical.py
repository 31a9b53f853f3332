"""Laws and domains of laser link physics."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import optical


@given(st.floats(0.01, 10.0), st.floats(4e-7, 1e-5))
def test_divergence_and_gain_belong_together(diameter: float, wavelength: float) -> None:
    """A Gaussian beam of half-angle w at 1/e^2 has the peak gain 8 / w^2: power is conserved."""
    gain = 10.0 ** (optical.aperture_gain_dbi(diameter, wavelength) / 10.0)
    assert gain == pytest.approx(8.0 / optical.divergence_rad(diameter, wavelength) ** 2, rel=1e-12)


def test_gaussian_follows_the_airy_pattern_near_the_axis() -> None:
    """At a third of lambda/D the Airy pattern (2 J1(u)/u)^2 and the Gaussian agree to 0.1 dB."""
    from scipy.special import j1

    diameter, wavelength = 0.22, 1550e-9
    angle = wavelength / diameter / 3.0
    u = math.pi * diameter * angle / wavelength
    airy_db = -20.0 * math.log10(2.0 * j1(u) / u)
    gaussian_db = optical.pointing_loss_db(angle, optical.divergence_rad(diameter, wavelength))
    assert gaussian_db == pytest.approx(airy_db, abs=0.1)


def test_jitter_loss_against_the_integral() -> None:
    """Closed mean against a Gauss-Hermite sum over both axes."""
    width, error, jitter = 10.0, 3.0, 2.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    x, y = np.meshgrid(error + jitter * nodes, jitter * nodes)
    share = np.outer(weights, weights) / (2.0 * math.pi)
    mean = float((share * np.exp(-2.0 * (x**2 + y**2) / width**2)).sum())
    assert optical.pointing_loss_db(error, width, jitter) == pytest.approx(-10.0 * math.log10(mean), abs=1e-9)


@given(st.floats(-200.0, 50.0), st.floats(4e-7, 1e-5))
def test_photons_carry_the_power(power_dbw: float, wavelength: float) -> None:
    photons = optical.photon_rate_hz(power_dbw, wavelength)
    assert photons * optical.photon_energy_j(wavelength) == pytest.approx(
        10.0 ** (power_dbw / 10.0), rel=1e-12
    )


@given(st.sampled_from([4, 8, 16, 32, 64, 128, 256]), st.sampled_from([1 / 3, 1 / 2, 2 / 3]))
def test_photon_limit_is_where_erasure_capacity_meets_the_rate(order: int, code: float) -> None:
    photons_per_symbol = optical.ppm_photons_per_bit_limit(order, code) * code * math.log2(order)
    assert 1.0 - math.exp(-photons_per_symbol) == pytest.approx(code, rel=1e-12)


def test_photon_limit_tends_to_that_of_no_erasure() -> None:
    """At a vanishing code rate the limit tends to 1 / log2(M): a bit a bit of the symbol."""
    assert optical.ppm_photons_per_bit_limit(256, 1e-9) == pytest.approx(1.0 / 8.0, rel=1e-8)


def test_photons_allow_a_rate() -> None:
    assert optical.photon_limited_rate_bps(1e8, 0.5) == pytest.approx(2e8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: optical.aperture_gain_dbi(0.2, -1e-6), "the wavelength is -1e-06 m"),
        (
            lambda: optical.aperture_gain_dbi(0.2, 1e-6, 1.5),
            "efficiency is 1.5; it must be above 0 and at most 1",
        ),
        (lambda: optical.space_loss_db(0.0, 1e-6), "the distance is 0 km"),
        (lambda: optical.pointing_loss_db(12e-6, 6e-6), "the pointing error is 12 microradian"),
        (
            lambda: optical.pointing_loss_db(0.0, 6e-6, 5e-6),
            "the pointing error is 7.071 microradian with jitter",
        ),
        (lambda: optical.pointing_loss_db(0.0, 6e-6, -5e-6), "the pointing jitter is -5e-06 rad"),
        (lambda: optical.ppm_rate_bps(12, 1e-9, 0.5), "the PPM order is 12.0; it must be a power of two"),
        (lambda: optical.ppm_rate_bps(1, 1e-9, 0.5), "the PPM order is 1.0"),
        (lambda: optical.ppm_rate_bps(16, 0.0, 0.5), "the slot width is 0 s"),
        (lambda: optical.ppm_rate_bps(16, 1e-9, 1.5), "the code rate is 1.5"),
        (lambda: optical.ppm_photons_per_bit_limit(16, 1.0), "without redundancy"),
        (lambda: optical.ppm_photons_per_bit_limit(1, 0.5), "the PPM order is 1.0"),
        (lambda: optical.photon_limited_rate_bps(-1.0, 1.0), "the photon rate is -1 1/s"),
    ],
)
def test_refusals_name_the_value(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=re.escape(words)):
        call()
