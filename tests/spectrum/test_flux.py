"""Power flux density against closed forms and points set one by one."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.antennas import Antenna
from qqnet.spectrum import flux
from qqnet.spectrum.limits import limits
from qqnet.spectrum.patterns import FallingPattern

EARTH_KM = 6371.0


def pattern(peak_dbi: float) -> FallingPattern:
    return FallingPattern(Antenna(gain_dbi=peak_dbi), 26e9)


def flat(level: float):
    return lambda angle: np.full(np.shape(angle), level)


def test_flux_by_hand():
    """26.25 GHz from the Moon: 13 dBW - 1 dB + 42 dBi over 384,400 km and 1 GHz, in 1 MHz."""
    share = flux.share_in_reference_db(1e9, 1e6)
    assert share == pytest.approx(-30.0)
    eirp = 13.0 - 1.0 + 42.0 + share
    assert flux.flux_density_db_w_m2(eirp, 384_400.0) == pytest.approx(
        24.0 - 10.0 * np.log10(4.0 * np.pi) - 20.0 * np.log10(3.844e8), abs=1e-9
    )


def test_flux_and_received_power_are_the_free_space_loss():
    from qqnet.links.rf import free_space_loss_db

    received = flux.received_power_dbw(flux.flux_density_db_w_m2(30.0, 7000.0), 2492.028e6, 3.0)
    assert received == pytest.approx(33.0 - free_space_loss_db(7000.0, 2492.028e6), abs=1e-9)


def test_geostationary_geometry():
    """42,164 km from the centre of a sphere of 6378 km: 8.70 deg off nadir and 41,679 km at the horizon."""
    assert np.degrees(flux.off_nadir_rad(0.0, 42_164.0, 6378.0)) == pytest.approx(8.70, abs=0.005)
    assert flux.slant_range_km(0.0, 42_164.0, 6378.0) == pytest.approx(41_679.0, abs=1.0)
    assert flux.slant_range_km(np.pi / 2, 42_164.0, 6378.0) == pytest.approx(35_786.0, abs=1e-6)


def test_an_isotropic_source_against_a_sloping_limit_is_closest_to_it_at_5_degrees():
    """The limit rises by 0.5 dB a degree from 5 deg on, far faster than distance falls."""
    limit = limits().at_surface("Earth", 2245e6, 2250e6)[0]
    found = flux.worst_on_surface(20.0, np.zeros_like, 42_164.0, 0.0, EARTH_KM, limit.at_db)
    assert np.degrees(found.arrival_rad[0]) == pytest.approx(5.0, abs=1e-9)
    distance = flux.slant_range_km(np.radians(5.0), 42_164.0, EARTH_KM)
    by_hand = 20.0 - 10.0 * np.log10(4.0 * np.pi * (distance * 1e3) ** 2)
    assert found.flux_db[0] == pytest.approx(by_hand, abs=1e-9)
    assert found.margin_db[0] == pytest.approx(-154.0 - by_hand, abs=1e-9)


@pytest.mark.parametrize("axis_deg", [0.0, 3.0, 7.5, 8.6, 12.0, 90.0, 170.0])
@pytest.mark.parametrize("peak_dbi", [5.0, 25.0, 44.0])
def test_the_search_over_the_angle_of_arrival_finds_what_points_all_over_the_surface_do(axis_deg, peak_dbi):
    """200,000 points of the visible cap, each with its own angle off the beam's axis."""
    distance, axis = 42_164.0, np.radians(axis_deg)
    limit = limits().at_surface("Earth", 26e9, 26.1e9)[0]
    rng = np.random.default_rng(3)
    near = np.linspace(np.cos(np.arccos(EARTH_KM / distance)), 1.0, 2000)[:, None]
    turn = np.radians(np.concatenate([[0.0], rng.uniform(0.0, 360.0, 99)]))[None, :]
    side = np.sqrt(1.0 - near**2)
    point = EARTH_KM * np.stack(np.broadcast_arrays(near, side * np.cos(turn), side * np.sin(turn)), axis=-1)
    path = point - np.array([distance, 0.0, 0.0])
    slant = np.linalg.norm(path, axis=-1)
    beam = np.array([-np.cos(axis), np.sin(axis), 0.0])
    off_axis = np.arccos(np.clip(path @ beam / slant, -1.0, 1.0))
    arrival = np.arcsin(np.clip(-np.einsum("...i,...i->...", path, point) / slant / EARTH_KM, -1.0, 1.0))
    level = flux.flux_density_db_w_m2(10.0 + pattern(peak_dbi)(off_axis), slant)
    worst = float(np.min(limit.at_db(arrival) - level))
    found = flux.worst_on_surface(
        10.0, lambda angle: pattern(peak_dbi)(angle), distance, axis, EARTH_KM, limit.at_db
    )
    assert found.margin_db[0] <= worst + 0.001  # of its own steps
    assert found.margin_db[0] == pytest.approx(worst, abs=0.15)
    bound = flux.most_on_surface_db(10.0, lambda angle: pattern(peak_dbi)(angle), distance, axis, EARTH_KM)
    assert bound >= level.max() - 1e-9


def test_a_beam_on_the_surface_is_met_exactly():
    """A pencil beam half a degree off nadir: its axis meets the surface between two of the angles looked at."""
    distance, axis = 384_400.0, np.radians(0.51)
    found = flux.worst_on_surface(
        0.0, lambda angle: pattern(70.0)(angle), distance, axis, EARTH_KM, flat(-100.0)
    )
    arrival = np.arccos(distance * np.sin(axis) / EARTH_KM)
    assert found.arrival_rad[0] == pytest.approx(arrival, abs=1e-12)
    slant = flux.slant_range_km(arrival, distance, EARTH_KM)
    assert found.flux_db[0] == pytest.approx(flux.flux_density_db_w_m2(70.0, slant), abs=1e-9)


def test_shares_of_bands():
    assert flux.share_in_band((2400e6, 2500e6), (2483.5e6, 2500e6)) == pytest.approx(0.165)
    assert flux.share_in_band((2450e6, 2450e6), (2400e6, 2500e6)) == 1.0
    assert flux.share_in_reference_db(5e6, 4e3) == pytest.approx(10.0 * np.log10(4e3 / 5e6))


@pytest.mark.parametrize(
    "antenna", [Antenna(diameter_m=3.0, efficiency=0.55), Antenna(gain_dbi=5.0), Antenna(gain_dbi=44.0)]
)
def test_a_falling_pattern_is_never_below_that_of_the_antenna(antenna):
    angle = np.radians(np.concatenate([[0.0], np.geomspace(1e-5, 180.0, 20_001)]))
    own, falling = antenna.gain_off_axis_dbi(26e9, angle), FallingPattern(antenna, 26e9)(angle)
    assert (np.diff(falling) <= 1e-12).all()
    assert (falling >= own - 0.01).all()  # between two angles where lobes meet
    assert falling[0] == pytest.approx(antenna.gain_at_dbi(26e9))


@pytest.mark.parametrize(
    ("band_mhz", "pfd"),
    [
        ((406.1, 410.0), -189.0),
        ((1400.0, 1427.0), -180.0),
        ((10_600.0, 10_700.0), -160.0),
        ((23_600.0, 24_000.0), -147.0),
    ],
)
def test_thresholds_of_radio_astronomy(band_mhz, pfd):
    """ITU-R RA.769-2 table 1, rounded to whole decibels there (values from memory)."""
    low, high = (edge * 1e6 for edge in band_mhz)
    assert limits().radio_astronomy.limit_db_w_m2(low, high) == pytest.approx(pfd, abs=0.7)


def test_thresholds_outside_the_table_are_refused():
    with pytest.raises(InputError, match="state a limit"):
        limits().radio_astronomy.limit_db_w_m2(1e6, 2e6)


def test_criteria_of_space_research():
    """SA.1157 as read; SA.609 is the noise of 70 K and 600 K less 6 dB."""
    table = limits()
    near = table.criterion("earth-station", "near-earth", 8.475e9)
    assert near is not None
    assert near.density_dbw_hz == pytest.approx(10.0 * np.log10(flux.BOLTZMANN_J_K * 70.0) - 6.0, abs=0.2)
    space = table.criterion("space-station", "near-earth", 22.85e9)
    assert space is not None
    assert space.density_dbw_hz == pytest.approx(10.0 * np.log10(flux.BOLTZMANN_J_K * 600.0) - 6.0, abs=0.3)
    deep = table.criterion("earth-station", "deep-space", 32.05e9)
    assert deep is not None
    assert (deep.most, deep.verified) == (-217.0, True)
    assert table.criterion("earth-station", "deep-space", 20e9) is None


def test_bad_input_is_told():
    with pytest.raises(InputError, match="distance"):
        flux.flux_density_db_w_m2(0.0, 0.0)
    with pytest.raises(InputError, match="noise temperature"):
        flux.radio_astronomy_limit_db_w_m2(1e9, 1e6, -5.0, 1.0)
