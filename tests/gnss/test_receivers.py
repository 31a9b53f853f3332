"""What receivers hear."""

import math
from dataclasses import fields

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.constellation import packaged
from qqnet.gnss.geometry import Lines, lines_of_sight
from qqnet.gnss.of_scenario import receivers
from qqnet.gnss.receivers import Receiver, hear, receiver_of, sise_m
from qqnet.gnss.reception import c_n0_db_hz, receive_gain_dbi
from qqnet.gnss.systems import BANDS, block


@pytest.fixture(scope="module")
def sky(paths, satellites, listeners):
    t = listeners.time.start_s + np.arange(0.0, 86_400.0, 1800.0)
    lines = lines_of_sight(*satellites.states(t), *paths.state("orbiter", t, "Earth"))
    return lines, lines.off_boresight_rad < np.pi / 2.0


def test_one_satellite_by_hand(sky, satellites, high_gain):
    lines, clear = sky
    heard = hear(Receiver("L1", {"L1": 15.0}, {"L1": 0.55}, 200.0, 1.0), satellites, lines, clear)
    k = satellites.names.index("galileo-foc-05")
    sent = block("galileo-foc").transmissions["L1"]
    expected = c_n0_db_hz(
        sent.eirp_dbw(lines.off_boresight_rad[:, k]),
        lines.range_km[:, k],
        1575.42e6,
        receive_gain_dbi(15.0, 0.55, lines.off_earth_rad[:, k]),
        200.0,
        1.0,
    )
    assert heard.c_n0_db_hz[:, k] == pytest.approx(expected)
    assert np.array_equal(heard.usable[:, k], clear[:, k] & (expected >= 26.0))


def test_the_better_range_counts(sky, satellites, high_gain):
    """With both bands each satellite has the smaller noise of the two, and L5, ten times faster, mostly wins."""
    lines, clear = sky
    both = hear(high_gain, satellites, lines, clear)
    single = {
        band: hear(Receiver(band, {band: 15.0}, {band: 0.55}, 200.0), satellites, lines, clear)
        for band in BANDS
    }
    assert np.array_equal(both.usable, single["L1"].usable | single["L5"].usable)
    least = np.minimum(single["L1"].range_sigma_m, single["L5"].range_sigma_m)
    assert np.array_equal(both.range_sigma_m, least)
    shared = single["L1"].usable & single["L5"].usable
    assert (both.band[shared] == BANDS.index("L5")).mean() > 0.9
    assert np.isposinf(both.range_sigma_m[~both.usable]).all()


def test_blocks_without_a_band_are_not_heard_there(sky, satellites):
    lines, clear = sky
    heard = hear(Receiver("L5", {"L5": 15.0}, {"L5": 0.55}, 200.0), satellites, lines, clear)
    old = [k for k, one in enumerate(satellites.blocks) if one.name.startswith("gps-iir")]
    assert (heard.band[:, old] == -1).all()
    assert not heard.usable[:, old].any()


def test_a_higher_threshold_never_finds_more(sky, satellites):
    lines, clear = sky
    counts = [
        hear(
            Receiver("x", {"L1": 15.0}, {"L1": 0.55}, 200.0, threshold_db_hz=level), satellites, lines, clear
        ).usable
        for level in (20.0, 26.0, 32.0)
    ]
    assert (counts[1] <= counts[0]).all()
    assert (counts[2] <= counts[1]).all()
    assert counts[0].sum() > counts[2].sum() > 0


def test_a_steered_beam_loses_nothing_off_the_axis(sky, satellites):
    lines, clear = sky
    narrow = {"L1": math.radians(5.0)}
    fixed = hear(Receiver("x", {"L1": 15.0}, narrow, 200.0), satellites, lines, clear)
    steered = hear(Receiver("x", {"L1": 15.0}, narrow, 200.0, pointing="steered"), satellites, lines, clear)
    lost = steered.c_n0_db_hz - fixed.c_n0_db_hz
    expected = 15.0 - receive_gain_dbi(15.0, narrow["L1"], lines.off_earth_rad)
    assert lost == pytest.approx(expected)


def test_a_dish_has_gain_and_beam_of_its_aperture(listeners):
    dish = receivers(listeners)["geo"]
    assert dish.gain_dbi["L1"] == pytest.approx(
        20.0 * math.log10(math.pi * 0.3 * 1575.42e6 / 299_792_458.0) + 10.0 * math.log10(0.6)
    )
    assert dish.beam_rad["L1"] == pytest.approx(
        math.radians(70.0) * 299_792_458.0 / 1575.42e6 / 0.3, rel=1e-9
    )
    assert not dish.offsets_solved
    assert dish.threshold_db_hz == 30.0


def test_receivers_by_node(listeners):
    carried = receivers(listeners)
    assert list(carried) == ["base", "orbiter", "geo"]
    assert receiver_of(carried, "base").name == "high-gain"
    with pytest.raises(
        InputError, match="'kashi' carries no navigation receiver; these do: base, orbiter, geo"
    ):
        receiver_of(carried, "kashi")


def test_a_beam_that_its_gain_forbids():
    with pytest.raises(InputError, match="60 deg wide has less gain than 15 dBi"):
        Receiver("x", {"L1": 15.0}, {"L1": math.radians(60.0)}, 200.0)


def test_errors_of_broadcast_by_satellite():
    made = packaged(["GPS", "SBAS"], 0.0)
    assert sise_m(made).tolist() == [0.6] * 31 + [3.0] * 14


def test_what_is_tracked_was_acquired_and_never_fell_below(sky, satellites):
    """Against walking through the epochs one by one, in two parts that know of each other."""
    lines, clear = sky
    receiver = Receiver("x", {"L1": 15.0}, {"L1": 0.55}, 200.0, threshold_db_hz=30.0, tracking_db_hz=24.0)
    heard = hear(receiver, satellites, lines, clear)
    state = np.zeros(len(satellites), dtype=bool)
    for t in range(clear.shape[0]):
        level = heard.c_n0_db_hz[t]
        state = clear[t] & ((level >= 30.0) | (state & (level >= 24.0)))
        assert np.array_equal(heard.usable[t], state)
    strict = Receiver("x", {"L1": 15.0}, {"L1": 0.55}, 200.0, threshold_db_hz=30.0)
    assert hear(strict, satellites, lines, clear).usable.sum() < heard.usable.sum()
    half = [
        Lines(*(getattr(lines, field.name)[part] for field in fields(lines)))
        for part in (slice(0, 20), slice(20, None))
    ]
    first = hear(receiver, satellites, half[0], clear[:20])
    second = hear(receiver, satellites, half[1], clear[20:], first.held)
    assert np.array_equal(np.concatenate([first.usable, second.usable]), heard.usable)


def test_tracking_above_acquisition_is_refused():
    with pytest.raises(
        InputError, match="signals are kept from 30 dB-Hz, above the 26 dB-Hz that acquire them"
    ):
        Receiver("x", {"L1": 15.0}, {"L1": 0.55}, 200.0, tracking_db_hz=30.0)
