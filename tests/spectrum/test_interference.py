"""Interference between links, against Friis' formula written out and against what geometry demands."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.links.antennas import Antenna
from qqnet.spectrum.interference import GainTables, Transmissions, overlap, powers

C_KM_S = 299_792.458
NO_BODIES = (np.zeros((0, 3)), np.zeros(0))


def _isotropic(count: int, **change: np.ndarray) -> Transmissions:
    """Links 2k -> 2k + 1 between isotropic antennas, 10 W, 1 MHz at 2.2 GHz, noise of 300 K."""
    values = {
        "sender": np.arange(count) * 2,
        "receiver": np.arange(count) * 2 + 1,
        "transmit_antenna": np.zeros(count, dtype=np.int64),
        "receive_antenna": np.zeros(count, dtype=np.int64),
        "power_dbw": np.full(count, 10.0),
        "receive_loss_db": np.zeros(count),
        "other_loss_db": np.zeros(count),
        "noise_dbw_hz": np.full(count, 10.0 * np.log10(1.380649e-23 * 300.0)),
        "carrier_hz": np.full(count, 2.2e9),
        "bandwidth_hz": np.full(count, 1e6),
    }
    return Transmissions(**(values | change))


ISOTROPIC = GainTables([(Antenna(gain_dbi=0.0), 2.2e9)])


def _friis_dbw(distance_km: float) -> float:
    return 10.0 + 20.0 * np.log10(C_KM_S / 2.2e9 / (4.0 * np.pi * distance_km))


def test_two_links_side_by_side_written_out() -> None:
    # Two links of 1000 km, 3000 km apart: receivers are sqrt(10) * 1000 km from the other sender.
    places = np.array([[0.0, 0, 0], [1000.0, 0, 0], [0.0, 3000.0, 0], [1000.0, 3000.0, 0]])
    found = powers(_isotropic(2), places, ISOTROPIC, *NO_BODIES)
    near, far = _friis_dbw(1000.0), _friis_dbw(1000.0 * 10.0**0.5)
    np.testing.assert_allclose(
        found.carrier_dbw, near, atol=0.05, rtol=0
    )  # 0 dBi on the axis, by the pattern
    np.testing.assert_allclose(found.c_over_i_db, near - far, atol=0.1, rtol=0)
    noise = 10.0 * np.log10(1.380649e-23 * 300.0 * 1e6)
    np.testing.assert_allclose(found.noise_dbw, noise, atol=1e-9, rtol=0)
    both = 10.0 * np.log10(10 ** (noise / 10) + found.interference_w.sum(axis=1))
    np.testing.assert_allclose(found.c_over_n_plus_i_db, found.carrier_dbw - both, atol=1e-9, rtol=0)


def test_interference_adds_up_in_watts() -> None:
    rng = np.random.default_rng(3)
    places = rng.normal(size=(8, 3)) * 5000.0
    four = powers(_isotropic(4), places, ISOTROPIC, *NO_BODIES)
    total = np.zeros(4)
    for other in range(1, 4):
        pair = powers(_isotropic(4).take([0, other]), places, ISOTROPIC, *NO_BODIES)
        total[0] += pair.interference_w[0, 1]
    assert four.interference_w[0].sum() == pytest.approx(total[0], rel=1e-12)
    assert (np.diag(four.interference_w) == 0.0).all()


def test_a_dish_turned_away_hears_less_by_its_pattern() -> None:
    dish = Antenna(diameter_m=1.0, efficiency=0.6)
    tables = GainTables([(Antenna(gain_dbi=0.0), 2.2e9), (dish, 2.2e9)])
    places = np.array([[0.0, 0, 0], [1000.0, 0, 0], [1000.0 - 500.0, 866.0254037844386, 0], [9e3, 9e3, 0]])
    sent = _isotropic(2, receive_antenna=np.array([1, 0]))
    found = powers(sent, places, tables, *NO_BODIES)
    # The other sender stands 1000 km away too, 60 deg off the axis of the first receiver.
    fall = dish.gain_at_dbi(2.2e9) - float(dish.gain_off_axis_dbi(2.2e9, np.radians(60.0)))
    assert found.c_over_i_db[0] == pytest.approx(fall, abs=0.1)
    assert fall > 20.0


def test_tables_hold_the_pattern_of_the_narrowest_beams() -> None:
    dish = Antenna(diameter_m=35.0, efficiency=0.65)
    angles = np.concatenate([np.geomspace(1e-7, 3.0, 400), [0.0]])
    found = GainTables([(dish, 32e9)]).gain_dbi(np.zeros(angles.size, dtype=int), angles)
    near = angles < 0.5 * dish.half_power_beamwidth_rad(32e9)
    np.testing.assert_allclose(found[near], dish.gain_off_axis_dbi(32e9, angles)[near], atol=0.02, rtol=0)
    np.testing.assert_allclose(found, dish.gain_off_axis_dbi(32e9, angles), atol=1.0, rtol=0)


def test_a_body_in_the_way_hides_and_a_site_on_it_sees_above_its_horizon() -> None:
    centre, radius = np.zeros((1, 3)), np.array([1737.4])
    places = np.array(
        [[-5000.0, 0, 0], [-5000.0, 1000.0, 0], [5000.0, 0, 0], [1737.4, 0, 0]]  # 0 and 1 behind, 3 below 2
    )
    found = powers(_isotropic(2), places, ISOTROPIC, centre, radius)
    assert found.interference_w[1, 0] == 0.0  # from 0 to the site 3, through the body
    assert found.interference_w[0, 1] == 0.0  # from 2 to 1, through the body
    above = places.copy()
    above[0] = [5000.0, 2000.0, 0.0]
    assert powers(_isotropic(2), above, ISOTROPIC, centre, radius).interference_w[1, 0] > 0.0


def test_own_node_and_other_bands_do_not_disturb() -> None:
    places = np.array([[0.0, 0, 0], [1000.0, 0, 0], [0.0, 3000.0, 0], [1000.0, 3000.0, 0]])
    apart = _isotropic(2, carrier_hz=np.array([2.2e9, 2.2011e9]))
    assert powers(apart, places, ISOTROPIC, *NO_BODIES).interference_w.sum() == 0.0
    back = _isotropic(2, sender=np.array([0, 1]), receiver=np.array([1, 0]))
    assert powers(back, places, ISOTROPIC, *NO_BODIES).interference_w.sum() == 0.0


def test_half_of_a_neighbour_counts_half() -> None:
    share = overlap(np.array([2.2e9, 2.2e9 + 5e5]), np.array([1e6, 1e6]))
    np.testing.assert_allclose(share, [[1.0, 0.5], [0.5, 1.0]])
