"""Antennas, polarisation and noise against measured values, another program, and closed forms.

Sources are named at each test. Tolerances are half a unit of the last digit given, or the stated uncertainty.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import chndtr, j1

from qqnet.links import noise, patterns, rf
from qqnet.links.antennas import Antenna
from qqnet.links.beam_share import disc_share, share_table
from qqnet.links.bodies_in_beam import BodiesInBeam
from qqnet.links.brightness import ACTIVE_SUN, BRIGHTNESS, brightness_k
from qqnet.links.path import Disc, Path, View
from qqnet.links.polarisation import polarisation_loss_db
from qqnet.links.reflectors import Reflector, StatedGain
from qqnet.links.small_antennas import Helix, Patch, _patch_pattern
from qqnet.space.bodies import body
from qqnet.space.constants import AU_KM, BOLTZMANN_J_K, SPEED_OF_LIGHT_KM_S

# -------------------------------------------------------------------------------------------------- reflectors


@pytest.mark.parametrize(
    ("frequency", "efficiency", "gain"), [(8420e6, 0.687, 74.18), (2295e6, 0.762, 63.34)]
)
def test_measured_gain_of_the_70_m_antennas(frequency: float, efficiency: float, gain: float) -> None:
    """Richter and Slobin 1989 (NTRS 19890018533, abstract read): peak gains of DSS 14, 43 and 63."""
    assert Reflector(70.0, efficiency).peak_dbi(frequency) == pytest.approx(gain, abs=0.005)


def test_measured_gain_of_the_64_m_antenna() -> None:
    """DSN Progress Report 42-60, 1980 (abstract read): 71.8 dBi and an area efficiency of 47.3 % at X band.

    The abstract gives no frequency; 8.415 GHz, the middle of the band of that time, to its 0.1 dB.
    """
    assert Reflector(64.0, 0.473).peak_dbi(8.415e9) == pytest.approx(71.8, abs=0.1)


@pytest.mark.parametrize(
    ("diameter", "frequency", "efficiency", "gain"),
    [
        (34.0, 8.42e9, 0.71, 68.05498705),
        (70.0, 2.295e9, 0.762, 63.34374771),
        (4.2, 8.425e9, 0.55, 48.78659429),
        (0.75, 27.25e9, 0.55, 44.01876569),
    ],
)
def test_gain_of_reflectors_against_spacelink(
    diameter: float, frequency: float, efficiency: float, gain: float
) -> None:
    """Spacelink 0.1.12, `dish_gain`, run."""
    assert Reflector(diameter, efficiency).peak_dbi(frequency) == pytest.approx(gain, abs=5e-9)


def test_half_power_beam_of_a_uniform_aperture() -> None:
    """58.96 deg lambda/D: root of (2 J1(u)/u)^2 = 1/2; and a closed integral, 84 % within the first dark ring."""
    root = brentq(lambda u: (2.0 * j1(u) / u) ** 2 - 0.5, 1.0, 2.0)
    assert pytest.approx(2.0 * root / math.pi, abs=5e-9) == patterns.UNIFORM_HPBW
    assert math.degrees(patterns.UNIFORM_HPBW) == pytest.approx(58.96, abs=0.005)
    dish = Reflector(70.0, 1.0, side_lobes="Airy")
    ring = 1.219670 * float(rf.wavelength_m(8.4e9)) / 70.0
    # Encircled energy of the Airy disc 1 - J0^2 - J1^2 at its first zero is 0.8378 (Born and Wolf, 8.5.2).
    assert float(disc_share(dish, 8.4e9, 0.0, ring)) == pytest.approx(0.8378, abs=1e-3)


# ---------------------------------------------------------------------------------------------- small antennas


def test_helix_of_kraus_book() -> None:
    """Ten turns, C = lambda, S = 0.25 lambda: directivity 12 x 2.5 = 30 (14.8 dB) and a beam of 32.9 deg."""
    wavelength = float(rf.wavelength_m(2.4e9))
    helix = Helix(10.0, wavelength / math.pi, 0.25 * wavelength)
    assert helix.peak_dbi(2.4e9) == pytest.approx(10.0 * math.log10(30.0), abs=1e-9)
    assert math.degrees(helix.beamwidth_rad(2.4e9)) == pytest.approx(52.0 / math.sqrt(2.5), abs=1e-9)


def test_patch_between_its_closed_limits() -> None:
    """Two slots in phase: vanishing, their pattern is 1 + cos^2 over a half-space, with directivity 3.

    A usual one, half a wavelength long in its substrate, has the 6 to 8 dBi of textbooks.
    """
    assert _patch_pattern(1e-4, 1e-4)[0] == pytest.approx(3.0, rel=1e-3)
    wavelength = float(rf.wavelength_m(2.0e9))
    usual = Patch(0.49 * wavelength / math.sqrt(2.2), 0.4 * wavelength, 1.0)
    assert 6.0 < usual.peak_dbi(2.0e9) < 8.0


# ------------------------------------------------------------------------------------------------ polarisation


@pytest.mark.parametrize(
    ("one", "other", "loss"),
    [(0, 0, 0.0), (0, 3, 0.12516697), (3, 3, 0.50809734), (1.5, 2, 0.17496963), (3, 40, 4.6429499)],
)  # fmt: skip
def test_worst_mismatch_of_one_hand_against_spacelink(one: float, other: float, loss: float) -> None:
    """Spacelink 0.1.12, `polarization_loss` of axial ratios in decibels, axes at right angles; run."""
    a, b = (math.atan(10.0 ** (-ratio / 20.0)) for ratio in (one, other))
    assert polarisation_loss_db(a, b, math.pi / 2) == pytest.approx(loss, abs=5e-8)


@pytest.mark.parametrize(
    ("one", "other", "hand", "turn", "loss"),
    [
        (2.0, 2.0, 1, math.pi / 2, 1.938200260161129),
        (1.4, 3.0, 1, 0.7, 0.9375464156213319),
        (1.4, 3.0, -1, 0.7, 6.2293791195207495),
        (1.1, 1.2, -1, 0.0, 17.21482143384028),
    ],
)  # fmt: skip
def test_ellipses_at_any_angle_against_jones_vectors(
    one: float, other: float, hand: int, turn: float, loss: float
) -> None:
    """Spacelink 0.1.12, product of the Jones vectors of two `Polarization`, run; axial ratios as numbers."""
    assert polarisation_loss_db(math.atan(1.0 / one), hand * math.atan(1.0 / other), turn) == pytest.approx(
        loss, abs=1e-9
    )


# ------------------------------------------------------------------------------------------------------- noise


@pytest.mark.parametrize(
    ("figure", "kelvin"), [(0.5, 35.38535175), (1, 75.08836942), (2, 169.61902581), (3, 288.62607134)]
)
def test_noise_figures_against_spacelink(figure: float, kelvin: float) -> None:
    """Spacelink 0.1.12, `noise_factor_to_temperature`, run."""
    assert noise.receiver_temperature_k(figure) == pytest.approx(kelvin, abs=5e-9)


# -------------------------------------------------------------------------------------------- bodies in the beam


def test_share_of_a_gaussian_beam_is_marcums() -> None:
    """Gaussian beam on a disc off its axis: the noncentral chi-square distribution of two degrees of freedom.

    A lobe of 1 deg without side lobes; the curvature of the sphere and the rest level of -20 dBi bound the
    agreement at 2e-4 of the beam.
    """
    gain, frequency = 10.0 * math.log10(16.0 * math.log(2.0) / math.radians(1.0) ** 2), 8e9
    dish = StatedGain(gain, efficiency=16.0 * math.log(2.0) / (70.0 * math.pi / 180.0 * math.pi) ** 2)
    width = dish.beamwidth_rad(frequency)
    assert math.degrees(width) == pytest.approx(1.0, rel=1e-6)
    sigma = width / math.sqrt(8.0 * math.log(2.0))
    for radius in (0.2, 0.5, 1.0):
        for angle in (0.0, 0.3, 0.8):
            disc, off = math.radians(radius), math.radians(angle)
            marcum = float(chndtr((disc / sigma) ** 2, 2, (off / sigma) ** 2))
            exact = float(disc_share(dish, frequency, off, disc))
            # Side lobes take 2 %, of which a share lies in the disc.
            assert exact == pytest.approx(marcum, abs=0.02)


def test_moon_of_krotikov_and_pelyushenko() -> None:
    """T0 of 1987 in the handbook of RATAN-600: a cubic of the wavelength in centimetres."""
    for frequency in (1.2e9, 2.0e9, 2.25e9, 4.0e9, 8.45e9, 12e9, 26e9, 32e9):
        cm = SPEED_OF_LIGHT_KM_S / frequency * 1e5
        curve = 206.06 + 1.6308 * cm - 0.043774 * cm**2 + 0.00043042 * cm**3
        assert brightness_k("Moon", frequency) == pytest.approx(curve, abs=1.0)


def test_venus_at_the_frequencies_of_its_sources() -> None:
    """Butler et al. 2001 at 8.44 GHz; CLASS 2021 at 38.8 GHz, 432.3 +-2.8 K; between them it falls."""
    assert brightness_k("Venus", 8.44e9) == pytest.approx(657.5, abs=0.05)
    assert brightness_k("Venus", 38.8e9) == pytest.approx(432.3, abs=0.05)
    levels = [brightness_k("Venus", frequency) for frequency in np.linspace(5e9, 99e9, 50)]
    assert (np.diff(levels) < 0.0).all()


@pytest.mark.parametrize(("brightness", "flux"), [(BRIGHTNESS["Sun"], 65e-22), (ACTIVE_SUN, 200e-22)])
def test_flux_of_the_sun_at_ten_centimetres(brightness: object, flux: float) -> None:
    """65 units of 1e-22 W/(m^2 Hz) at the quietest, 200 in a maximum: 2 k T Omega / lambda^2."""
    temperature = brightness.at_k(2.8e9)  # type: ignore[attr-defined]
    solid_angle = math.pi * (body("Sun").mean_radius_km / AU_KM) ** 2
    found = 2.0 * BOLTZMANN_J_K * temperature * solid_angle / float(rf.wavelength_m(2.8e9)) ** 2
    assert found == pytest.approx(flux, rel=0.03)


def test_a_large_antenna_on_the_moon_gains_about_its_brightness() -> None:
    """Bounds: 34 m at 8.4 GHz on the middle of the disc, whose 211 K are 208 K above the sky.

    A beam of 0.074 deg sees nothing but the Moon in main lobe and near side lobes, so the rise lies between the
    power of the main lobe, 0.86, and all power.
    """
    antenna = Antenna(diameter_m=34.0, efficiency=0.65)
    moon = Disc(np.zeros(()), np.radians(0.2586), np.zeros(()))
    path = Path(np.array(384_400.0), receiver=View(discs={"Moon": moon}))
    rise = float(BodiesInBeam(antenna, 8.42e9, ("Moon",)).amount(path))
    main = patterns.lobe_share(antenna.gain_at_dbi(8.42e9), antenna.half_power_beamwidth_rad(8.42e9))
    assert main * 208.0 < rise < 209.0


def test_a_small_disc_has_the_flux_of_its_solid_angle() -> None:
    """Antenna temperature T Omega G / 4 pi, the relation that radio astronomers calibrate with."""
    antenna, frequency = Antenna(diameter_m=4.2, efficiency=0.55), 8.425e9
    radius = 1e-5
    gain = 10.0 ** (antenna.gain_at_dbi(frequency) / 10.0)
    table = share_table(antenna.shape, frequency)
    assert float(table(np.array(0.0), np.array(radius))) == pytest.approx(
        gain * math.pi * radius**2 / (4.0 * math.pi), rel=0.01
    )
