"""Where navigation satellites are."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.constellation import from_nodes, packaged
from qqnet.gnss.systems import block, systems
from qqnet.space.frames import rotation

DAY = 86_400.0


def ground(made, t, name):
    """Longitude and latitude of a block's satellites over the turning Earth [deg], shape [T, S]."""
    columns = [k for k, one in enumerate(made.blocks) if one.name == name]
    fixed = np.einsum("tij,tsj->tsi", rotation("ITRF", t), made.states(t)[0][:, columns])
    return np.degrees(np.arctan2(fixed[..., 1], fixed[..., 0])), np.degrees(
        np.arcsin(fixed[..., 2] / np.linalg.norm(fixed, axis=-1))
    )


@pytest.fixture(scope="module")
def everything(listeners):
    return packaged(list(systems()), listeners.time.start_s)


def test_counts(everything):
    count = {name: int((everything.system_index == k).sum()) for k, name in enumerate(everything.systems)}
    assert count == {"GPS": 31, "Galileo": 24, "GLONASS": 24, "BeiDou": 30, "QZSS": 4, "NavIC": 7, "SBAS": 14}
    assert len(set(everything.names)) == len(everything) == 134


def test_geostationary_satellites_stay_over_their_places(everything, listeners):
    t = listeners.time.start_s + np.arange(0.0, 7.0 * DAY, 6.0 * 3600.0)
    longitude, latitude = ground(everything, t, "beidou-geo")
    assert longitude == pytest.approx(np.broadcast_to([80.0, 110.5, 140.0], longitude.shape), abs=0.02)
    # The orbit lies in the equator of the start, which polar motion and nutation leave by some arc seconds.
    assert abs(latitude).max() < 0.02


@pytest.mark.parametrize(("name", "places"), [("beidou-igso", {118.0}), ("navic-igso", {55.0, 111.75})])
def test_inclined_ones_cross_the_equator_over_theirs(everything, listeners, name, places):
    t = listeners.time.start_s + np.arange(0.0, DAY, 60.0)
    longitude, latitude = ground(everything, t, name)
    step, which = np.nonzero((latitude[:-1] < 0.0) & (latitude[1:] >= 0.0))
    share = -latitude[step, which] / (latitude[step + 1, which] - latitude[step, which])
    crossing = longitude[step, which] + share * (longitude[step + 1, which] - longitude[step, which])
    assert crossing.size == longitude.shape[1]
    assert all(min(abs(one - place) for place in places) < 0.05 for one in crossing)


def test_quasi_zenith_satellites_linger_in_the_north(everything, listeners):
    t = listeners.time.start_s + np.arange(0.0, DAY, 600.0)
    _, latitude = ground(everything, t, "qzss-qzo")
    assert (latitude > 0.0).mean() > 0.53
    assert latitude.max() == pytest.approx(41.0, abs=0.2)


def test_gps_nodes_drift_as_the_performance_standard_says(listeners):
    """-0.04009 deg a day for its slots (unverified: from memory), by J2 alone within 4 %."""
    made = packaged(["GPS"], listeners.time.start_s)
    t = listeners.time.start_s + np.array([0.0, 30.0 * DAY])
    position, velocity = made.states(t)
    axes = rotation("EARTH_EQUATOR", listeners.time.start_s)
    pole = np.cross(position, velocity) @ axes.T
    pole /= np.linalg.norm(pole, axis=-1, keepdims=True)
    node = np.degrees(np.unwrap(np.arctan2(pole[..., 0], -pole[..., 1]), axis=0))
    assert (node[1] - node[0]) / 30.0 == pytest.approx(np.full(31, -0.04009), rel=0.04)
    # The plane of position and velocity is the ellipse's to the ratio of drift and mean motion, 6e-5 rad.
    assert np.degrees(np.arccos(pole[..., 2])) == pytest.approx(55.0, abs=0.005)
    assert np.linalg.norm(position, axis=-1) == pytest.approx(26_559.7, abs=1e-6)


def test_six_planes_of_gps(listeners):
    made = packaged(["GPS"], listeners.time.start_s)
    position, velocity = made.states(np.array([listeners.time.start_s]))
    pole = np.cross(position[0], velocity[0])
    pole /= np.linalg.norm(pole, axis=-1, keepdims=True)
    close = pole @ pole.T > 1.0 - 1e-9
    assert np.unique(close, axis=0).shape[0] == 6


def test_nodes_of_a_scenario_are_where_their_trajectories_say(paths, listeners):
    names = listeners.expand(["meo"])
    made = from_nodes(paths, dict.fromkeys(names, block("beidou-meo")))
    t = listeners.time.start_s + np.array([0.0, 5000.0])
    position, velocity = made.states(t)
    for k, name in enumerate(names):
        expected = paths.state(name, t, "Earth")
        assert np.array_equal(position[:, k], expected[0])
        assert np.array_equal(velocity[:, k], expected[1])


def test_joined_satellites_keep_order_and_blocks(listeners):
    first, second = (packaged([name], listeners.time.start_s) for name in ("GPS", "QZSS"))
    both = first.joined(second)
    t = np.array([listeners.time.start_s])
    assert both.names == first.names + second.names
    assert np.array_equal(both.states(t)[0][:, :31], first.states(t)[0])
    assert np.array_equal(both.states(t)[0][:, 31:], second.states(t)[0])
    assert packaged([], 0.0).joined(first) is first


def test_blocks_that_come_from_elsewhere_are_left_out(listeners):
    made = packaged(["BeiDou"], listeners.time.start_s, ["beidou-meo"])
    assert len(made) == 6


def test_unknown_system():
    with pytest.raises(InputError, match="unknown navigation system 'Compass'"):
        packaged(["Compass"], 0.0)
