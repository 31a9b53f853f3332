"""Laser link physics against published numbers and independent sums, each with its source and tolerance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from qqnet.links import optical, optical_pointing
from qqnet.links.optical_detection import bit_error_rate
from qqnet.links.optical_turbulence import Turbulence
from qqnet.links.ppm_capacity import ppm_capacity_bits
from qqnet.links.ppm_modes import PpmMode
from qqnet.space.constants import AU_KM


@pytest.mark.parametrize(
    ("modulation", "detection", "photons", "tolerance"),
    [
        ("BPSK", "homodyne", 9.0, 0.05),
        ("BPSK", "heterodyne", 18.0, 0.05),
        ("DPSK", "preamplified", 20.0, 0.05),
        ("OOK", "preamplified", 38.0, 0.5),
    ],
)
def test_quantum_limits_at_an_error_rate_of_1e_9(
    modulation: str, detection: str, photons: float, tolerance: float
) -> None:
    """Textbook limits in photons a bit (Agrawal, Fiber-Optic Communication Systems; Caplan 2007)."""

    def above(log_photons: float) -> float:
        return math.log(bit_error_rate(math.exp(log_photons), modulation, detection) / 1e-9)

    need = math.exp(brentq(above, math.log(2.0), math.log(80.0)))
    assert need == pytest.approx(photons, abs=tolerance)


def test_hufnagel_valley_5_7() -> None:
    """The profile has its name from r0 = 5 cm and an isoplanatic angle of 7 microradian at 500 nm."""
    site = Turbulence(1.7e-14, 21.0)
    assert float(site.coherence_length_m(500e-9)) == pytest.approx(0.05, abs=0.0005)
    assert site.isoplanatic_angle_rad(500e-9) == pytest.approx(7e-6, abs=0.5e-6)


@pytest.mark.parametrize("obscuration", [0.0, 0.1, 0.2, 0.3, 0.35])
def test_best_truncation_of_klein_and_degnan(obscuration: float) -> None:
    """Their polynomial lies within 1 % of the maximum of their gain; 0.89 dB are lost without obscuration."""
    best = minimize_scalar(
        lambda a: optical_pointing.fill_loss_db(obscuration, a), bounds=(0.5, 2.0), method="bounded"
    )
    assert optical_pointing.best_truncation(obscuration) == pytest.approx(best.x, rel=0.01)
    assert optical_pointing.fill_loss_db(obscuration) == pytest.approx(best.fun, abs=1e-3)
    if obscuration == 0.0:
        assert best.fun == pytest.approx(-10.0 * math.log10(0.8145), abs=1e-3)


def test_capacity_goes_with_distance_as_moision_and_farr_say() -> None:
    """As 1/R^2 where the signal outweighs the background and as 1/R^4 where it does not (IPN PR 42-199)."""

    def slope(signal: float, background: float) -> float:
        near, far = (ppm_capacity_bits(signal / r**2, background, 64) for r in (1.0, 1.05))
        return math.log(near / far) / math.log(1.05)

    assert slope(0.02, 1e-9) == pytest.approx(2.0, abs=0.02)
    assert slope(0.05, 10.0) == pytest.approx(4.0, abs=0.02)


def test_noiseless_capacity_of_mceliece() -> None:
    """(1 - exp(-n)) log2 M a symbol, quoted in Hamkins, TMO Progress Report (1999), eq. 7."""
    for signal in (0.3, 1.0, 4.0):
        assert ppm_capacity_bits(signal, 0.0, 256) == pytest.approx(-8.0 * math.expm1(-signal), rel=1e-12)


def test_hard_decisions_of_hamkins_lie_below() -> None:
    """Choosing the fullest slot (Hamkins 1999, eq. 6) loses information against all counts."""
    from scipy.stats import poisson

    signal, background, order = 4.0, 0.2, 16
    k = np.arange(1, 60)
    below, same = poisson.cdf(k - 1, background), poisson.pmf(k, background)
    a = same / below
    tied = below ** (order - 1) * ((1.0 + a) ** order - 1.0) / (a * order)
    right = math.exp(-signal - order * background) / order + float(poisson.pmf(k, signal + background) @ tied)
    wrong = (1.0 - right) / (order - 1)
    hard = math.log2(order) + right * math.log2(right) + (order - 1) * wrong * math.log2(wrong)
    soft = ppm_capacity_bits(signal, background, order)
    assert 3.0 < hard < soft < math.log2(order)


def test_llcd_rate() -> None:
    """622 Mbit/s quoted; 16-PPM in 200 ps slots at code rate 1/2 without guard is 625 (frames take the rest)."""
    rate = float(optical.ppm_rate_bps(16, 200e-12, 0.5, guard=0.0))
    assert rate == pytest.approx(625e6, rel=1e-12)
    assert pytest.approx(rate, rel=0.005) == 622e6


def test_dsoc_closes_with_the_losses_of_a_real_link() -> None:
    """25 Mbit/s at 1.5 AU with 4 W from 22 cm to 5.1 m (press): computed need against photons of ideal optics.

    What is left for optics, detection, pointing, atmosphere and margin must be 10 to 20 dB: less no link has, more
    would not be needed.
    """
    mode = PpmMode.of(64, 1e-9, 1 / 3, 1.0)
    assert mode.rate_bps == pytest.approx(25e6, rel=1e-9)
    gains = float(optical.aperture_gain_dbi(0.22, 1550e-9) + optical.aperture_gain_dbi(5.1, 1550e-9))
    loss = float(optical.space_loss_db(1.5 * AU_KM, 1550e-9))
    photons_db = 10.0 * math.log10(4.0 / float(optical.photon_energy_j(1550e-9))) + gains - loss
    assert photons_db == pytest.approx(10.0 * math.log10(2.003e8), abs=0.01)
    night, day = float(mode.demand_db_hz(1e5)), float(mode.demand_db_hz(1e7))
    assert 10.0 < photons_db - day < photons_db - night < 20.0


def test_dsoc_rates_follow_the_inverse_square_until_the_modem() -> None:
    """25 Mbit/s at 1.5 AU is 8.32 at 2.6 AU (8.3 quoted) and the modem's 267 at 0.46 AU."""
    assert pytest.approx(8.32, abs=0.005) == 25.0 * (1.5 / 2.6) ** 2
    mode = PpmMode.of(16, 0.5e-9, 2 / 3, 1.0)
    assert mode.rate_bps == pytest.approx(266.67e6, abs=0.005e6)
    assert 1.5 * math.sqrt(25e6 / mode.rate_bps) == pytest.approx(0.46, abs=0.005)
