"""Laws and domains of radio link physics."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import atmosphere, noise, rf

distances = st.floats(1e-3, 1e11)
frequencies = st.floats(1e6, 1e15)
efficiencies = st.floats(0.01, 1.0)


@given(distances, frequencies)
def test_loss_grows_twenty_decibels_a_decade(distance: float, frequency: float) -> None:
    near = rf.free_space_loss_db(distance, frequency)
    assert rf.free_space_loss_db(10.0 * distance, frequency) - near == pytest.approx(20.0, abs=1e-9)
    assert rf.free_space_loss_db(distance, 10.0 * frequency) - near == pytest.approx(20.0, abs=1e-9)


@given(distances, frequencies)
def test_distance_for_loss_is_the_inverse(distance: float, frequency: float) -> None:
    loss = rf.free_space_loss_db(distance, frequency)
    assert rf.distance_for_loss_km(loss, frequency) == pytest.approx(distance, rel=1e-12)


@given(st.floats(0.01, 100.0), st.floats(1e8, 1e12), efficiencies)
def test_diameter_of_a_gain_is_the_inverse(diameter: float, frequency: float, efficiency: float) -> None:
    gain = rf.aperture_gain_dbi(diameter, frequency, efficiency)
    assert rf.equivalent_diameter_m(gain, frequency, efficiency) == pytest.approx(diameter, rel=1e-12)


@given(st.floats(1.0, 1e6), st.floats(0.1, 70.0), st.floats(1e8, 1e11), st.floats(0.1, 50.0))
def test_received_power_is_that_on_the_effective_area(
    distance: float, sender: float, frequency: float, receiver: float
) -> None:
    """Friis' formula with gains equals flux times area: the geometry knows no wavelength but the sender's."""
    gains = rf.aperture_gain_dbi(sender, frequency) + rf.aperture_gain_dbi(receiver, frequency)
    friis_db = gains - rf.free_space_loss_db(distance, frequency)
    flux_per_w = 10.0 ** (rf.aperture_gain_dbi(sender, frequency) / 10.0) / (
        4.0 * math.pi * (distance * 1e3) ** 2
    )
    assert friis_db == pytest.approx(10.0 * math.log10(flux_per_w * math.pi * receiver**2 / 4.0), abs=1e-9)


def test_half_the_power_at_half_the_beamwidth() -> None:
    loss = rf.pointing_loss_db([0.0, 0.25, 0.5], 1.0)
    np.testing.assert_allclose(10.0 ** (-loss / 10.0), [1.0, 2.0**-0.25, 0.5], rtol=1e-14)


def test_beamwidth_rule() -> None:
    """21 deg / (f[GHz] D[m]), to the rounding of c / 1 GHz x 70 = 20.985."""
    assert math.degrees(rf.beamwidth_rad(3.0, 8.4e9)) == pytest.approx(21.0 / (8.4 * 3.0), rel=1e-3)


def test_arrays_broadcast() -> None:
    loss = rf.free_space_loss_db(np.array([[1e3], [1e4]]), np.array([2e9, 8e9, 26e9]))
    assert loss.shape == (2, 3)
    assert loss[1, 2] == rf.free_space_loss_db(1e4, 26e9)


def test_light_time_of_the_astronomical_unit() -> None:
    """499.004783836 s, the light time for unit distance that IAU 2012 B2 and c imply."""
    assert rf.one_way_light_time_s(149_597_870.7) == pytest.approx(499.004_783_836, abs=1e-9)


@given(st.floats(0.0, 20.0), st.floats(10.0, 290.0), st.floats(10.0, 290.0))
def test_line_at_antenna_temperature_adds_only_receiver_noise(
    loss_db: float, receiver_k: float, ambient_k: float
) -> None:
    """A matched line in equilibrium with its source passes thermal noise unchanged: T/L + T(1 - 1/L) = T."""
    ratio = 10.0 ** (loss_db / 10.0)
    system = noise.system_noise_temperature_k(ambient_k, receiver_k, loss_db, ambient_k)
    assert system / ratio == pytest.approx(ambient_k + receiver_k, rel=1e-12)


def test_noise_figure_of_three_decibels_doubles_standard_noise() -> None:
    assert noise.receiver_temperature_k(10.0 * math.log10(2.0)) == pytest.approx(290.0)


def test_noise_density_at_standard_temperature() -> None:
    """-173.975 dBm/Hz, the familiar -174."""
    assert noise.noise_density_dbw_hz(290.0) + 30.0 == pytest.approx(-173.975, abs=5e-4)


def test_figure_of_merit_and_eirp() -> None:
    assert noise.g_over_t_db_k(50.0, 100.0) == pytest.approx(30.0)
    assert rf.eirp_dbw(100.0, 46.7, 1.2) == pytest.approx(65.5)


def test_air_mass_against_numeric_path() -> None:
    """The length of a straight ray in a spherical shell, found by root finding on the ray itself."""
    from scipy.optimize import brentq

    h = atmosphere.ATMOSPHERE_HEIGHT_RADII
    for degrees in (0.0, 3.0, 10.0, 45.0, 90.0):
        e = math.radians(degrees)
        path = brentq(lambda s, e=e: math.hypot(s * math.cos(e), 1.0 + s * math.sin(e)) - 1.0 - h, 0.0, 1.0)
        assert atmosphere.air_mass(e) == pytest.approx(path / h, rel=1e-9)
    assert atmosphere.air_mass(math.radians(13.0)) == pytest.approx(
        1.0 / math.sin(math.radians(13.0)), rel=0.01
    )


def test_opaque_atmosphere_is_seen_at_its_own_temperature() -> None:
    assert atmosphere.atmospheric_noise_k(300.0) == pytest.approx(atmosphere.ATMOSPHERE_TEMPERATURE_K)
    assert atmosphere.atmospheric_noise_k(0.0) == 0.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rf.free_space_loss_db(-5.0, 1e9), "the distance is -5 km"),
        (lambda: rf.free_space_loss_db([1.0, np.nan], 1e9), "the distance is nan km"),
        (lambda: rf.free_space_loss_db(5.0, 0.0), "the frequency is 0 Hz"),
        (lambda: rf.one_way_light_time_s(-1.0), "the range is -1 km"),
        (
            lambda: rf.aperture_gain_dbi(1.0, 1e9, 1.2),
            "the aperture efficiency is 1.2; it must be above 0 and at most 1",
        ),
        (lambda: rf.aperture_gain_dbi(1.0, 1e9, 0.0), "the aperture efficiency is 0;"),
        (lambda: rf.aperture_gain_dbi(-1.0, 1e9), "the diameter is -1 m"),
        (
            lambda: rf.pointing_loss_db(0.02, 0.03),
            "the pointing error is 1.146 deg, outside the half-power beam of 1.719 deg",
        ),
        (lambda: rf.pointing_loss_db([0.001, 0.02], 0.03), "the pointing error is 1.146 deg"),
        (lambda: rf.pointing_loss_db(-0.1, 1.0), "the pointing error is -0.1 rad"),
        (lambda: rf.distance_for_loss_km(np.inf, 1e9), "the free-space loss is inf dB"),
        (lambda: rf.eb_n0_db(50.0, 0.0), "the data rate is 0 bit/s"),
        (lambda: rf.eirp_dbw(0.0, 10.0), "the transmit power is 0 W"),
        (lambda: noise.noise_density_dbw_hz(-10.0), "the system noise temperature is -10 K"),
        (lambda: noise.system_noise_temperature_k(-1.0, 100.0), "the antenna temperature is -1 K"),
        (lambda: noise.receiver_temperature_k(-0.1), "the noise figure is -0.1 dB"),
        (lambda: atmosphere.air_mass(math.radians(-2.0)), "the elevation is -2 deg"),
        (lambda: atmosphere.atmospheric_loss_db(-0.1, 1.0), "the zenith attenuation is -0.1 dB"),
        (lambda: atmosphere.atmospheric_noise_k(-0.1), "the atmospheric loss is -0.1 dB"),
    ],
)
def test_refusals_name_the_value(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=re.escape(words)):
        call()
