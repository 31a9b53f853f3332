"""Navigation signals by power: the same as the receiver itself has, from the same places as other signals."""

import numpy as np
import pytest

from qqnet.gnss.constellation import from_nodes, packaged
from qqnet.gnss.measurements import measurements
from qqnet.gnss.receivers import Receiver
from qqnet.gnss.systems import block
from qqnet.orbit_determination.analysis import analyse
from qqnet.orbit_determination.gnss_ranging import GnssRanging, SignalsByAngle
from qqnet.orbit_determination.gnss_reception import SignalsByReception

START = 1.275e9


def hearing(tracking=np.nan):
    gain, beam = {"L1": 15.0, "L5": 15.0}, {"L1": 0.55, "L5": 0.55}
    return Receiver("high-gain", gain, beam, 200.0, tracking_db_hz=tracking)


@pytest.fixture(scope="module")
def satellites():
    return packaged(["GPS", "Galileo"], START)


def observe(setup, source, pieces=1):
    parts, parts_of = [], np.array_split(setup.times_s, pieces)
    first = 0
    for times in parts_of:
        made = source.observations(setup.scene, 0, times, setup.motion.states(times))
        parts.append((made, first))
        first += len(times)
    return parts


@pytest.mark.parametrize("tracking", [np.nan, 20.0])
def test_what_is_used_is_what_the_receiver_hears(setup_with, satellites, network, tracking):
    receiver = hearing(tracking)
    source = GnssRanging(SignalsByReception(receiver, satellites), 600.0)
    setup = setup_with(source)
    pieces = observe(setup, source, pieces=3)
    for n, name in enumerate(setup.motion.names):
        heard = measurements(network, name, receiver, satellites, setup.times_s)
        epochs, noise = [], []
        for made, first in pieces:
            mine = made[made.first == n]
            epochs.append(mine.epoch + first)
            noise.append(mine.sigma)
        assert np.array_equal(np.concatenate(epochs), heard.time_index)
        # Thermal noise and the broadcast's error, at one observation a step.
        expected = np.hypot(heard.range_sigma_m, heard.sise_m) / 1e3
        np.testing.assert_allclose(np.concatenate(noise), expected, rtol=1e-12)
        assert len(heard) > 100


def test_only_thermal_noise_averages_within_a_step(setup_with, satellites):
    often = GnssRanging(SignalsByReception(hearing(), satellites), 60.0)
    seldom = GnssRanging(SignalsByReception(hearing(), satellites), 600.0)
    setup = setup_with(often)
    ((many, _),), ((few, _),) = observe(setup, often), observe(setup, seldom)
    lasting = {0.6e-3, 0.4e-3}
    # few^2 = thermal^2 + sise^2, many^2 = thermal^2 / 10 + sise^2.
    sise = np.sqrt((10.0 * many.sigma**2 - few.sigma**2) / 9.0)
    assert set(np.round(sise, 9)) == lasting


def test_errors_that_last_are_weighed_down(setup_with, satellites):
    """An error that lasts for T leaves the mean of an arc the variance 2 sigma^2 T / arc."""
    signals = SignalsByReception(hearing(), satellites)
    white, lasting = GnssRanging(signals, 600.0), GnssRanging(signals, 600.0, correlation_s=7200.0)
    setup = setup_with(white)
    ((one, _),), ((other, _),) = observe(setup, white), observe(setup, lasting)
    sise = np.sqrt((other.sigma**2 - one.sigma**2) / (2.0 * 7200.0 / 600.0 - 1.0))
    assert set(np.round(sise, 9)) == {0.6e-3, 0.4e-3}


def test_channels_keep_the_best(setup_with, satellites):
    whole = GnssRanging(SignalsByReception(hearing(), satellites), 600.0)
    four = GnssRanging(SignalsByReception(hearing(), satellites, channels=4), 600.0)
    setup = setup_with(whole)
    ((every, _),), ((best, _),) = observe(setup, whole), observe(setup, four)
    for epoch in (0, 20):
        for first in range(4):
            mine = (every.epoch == epoch) & (every.first == first)
            chosen = best.sigma[(best.epoch == epoch) & (best.first == first)]
            np.testing.assert_array_equal(np.sort(chosen), np.sort(every.sigma[mine])[:4])


def test_signals_come_from_where_the_satellites_are(setup_with, network):
    """Parabolas about the epoch against trajectories read at the time of light: a centimetre, 1e-8 km/s."""
    names = ("gnss-1", "gnss-2")
    sent = from_nodes(network, dict.fromkeys(names, block("beidou-meo")))
    setup = setup_with(GnssRanging(SignalsByAngle(names, 1.0, 0.01)))
    states = setup.motion.states(setup.times_s)
    rows = tuple(one.ravel() for one in np.indices((len(setup.times_s), 4, 2)))
    ours = SignalsByReception(hearing(), sent).far(setup.scene, setup.times_s, states, rows)
    theirs = SignalsByAngle(names, 1.0, 0.01).far(setup.scene, setup.times_s, states, rows)
    assert np.abs(ours[0][..., :3] - theirs[0][..., :3]).max() < 1e-5
    assert np.abs(ours[0][..., 3:] - theirs[0][..., 3:]).max() < 1e-7
    np.testing.assert_allclose(ours[1], theirs[1], rtol=0.0, atol=1e-10)
    np.testing.assert_array_equal(ours[2], theirs[2])


def test_a_constellation_lives_on_navigation_signals_alone(setup_with, satellites):
    setup = setup_with(GnssRanging(SignalsByReception(hearing(), satellites), 60.0), considered=False)
    record = analyse(setup)
    sigma = np.sqrt(np.diagonal(record.filtered[-1], axis1=-2, axis2=-1))
    assert np.all(sigma[:, :3] < 10.0)  # 10 m at the start; metres towards the Earth, tens across
    assert record.counts.sum() > 1000
