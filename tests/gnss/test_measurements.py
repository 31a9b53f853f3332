"""Measurements for orbit determination."""

import numpy as np
import pytest

from qqnet.access.horizon import HorizonProfile
from qqnet.errors import InputError
from qqnet.gnss.measurements import Surface, measurements, observe
from qqnet.gnss.of_scenario import receivers, surfaces, transmitters
from qqnet.orbits.trajectory import Trajectories
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S


@pytest.fixture(scope="module")
def times(listeners):
    return listeners.time.start_s + np.arange(0.0, 43_200.0, 900.0)


@pytest.fixture(scope="module")
def made(paths, satellites, high_gain, times):
    return measurements(paths, "orbiter", high_gain, satellites, times)


def test_rows_are_the_usable_ones_in_order(made, paths, satellites, high_gain, times):
    lines, heard, clear = observe(paths, "orbiter", high_gain, satellites, times)
    assert len(made) == heard.usable.sum() > 50
    assert (np.diff(made.time_index) >= 0).all()
    assert np.array_equal(made.time_s, times[made.time_index])
    assert np.array_equal(made.range_km, lines.range_km[made.time_index, made.transmitter])
    assert clear[made.time_index, made.transmitter].all()
    assert (made.c_n0_db_hz >= high_gain.threshold_db_hz).all()
    assert (made.range_sigma_m > 0.0).all()
    assert (made.range_sigma_m < 100.0).all()
    assert (made.range_rate_sigma_m_s > 0.0).all()
    assert set(made.sise_m) <= {0.6, 0.4}


def test_direction_is_the_derivative_of_the_range_by_the_receivers_place(made, satellites, paths):
    """Moving the receiver by 1 km along an axis changes the range by that component of the direction."""
    pick = np.arange(0, len(made), 40)
    position = paths.position("orbiter", made.time_s[pick], "Earth")
    for axis in np.eye(3):

        def length(at):
            delay = made.range_km[pick] / SPEED_OF_LIGHT_KM_S
            for _ in range(3):
                states = satellites.states(made.time_s[pick] - delay)[0]
                sender = states[np.arange(pick.size), made.transmitter[pick]]
                delay = np.linalg.norm(at - sender, axis=1) / SPEED_OF_LIGHT_KM_S
            return delay * SPEED_OF_LIGHT_KM_S

        change = (length(position + axis) - length(position - axis)) / 2.0
        # The satellite moves while the light takes longer: v / c of the change.
        assert change == pytest.approx(made.direction[pick] @ axis, abs=3e-5)


def test_nothing_is_measured_behind_the_moon(made, paths, times):
    """The orbiter flies over the poles: for a part of each turn the Moon hides the Earth and all around it."""
    earth = -paths.position("orbiter", times, "Earth")
    moon = paths.position("Moon", times, "Earth") + earth
    distance = np.linalg.norm(moon, axis=1)
    angle = np.arccos(np.einsum("ti,ti->t", earth, moon) / np.linalg.norm(earth, axis=1) / distance)
    deep = angle < np.arcsin(1737.4 / distance) - np.radians(
        7.0
    )  # satellites are up to 6.3 deg from the Earth
    assert deep.any()
    assert not np.isin(made.time_index, np.flatnonzero(deep)).any()


def test_a_site_obeys_its_mask(paths, satellites, high_gain, listeners, times):
    low = measurements(paths, "base", high_gain, satellites, times, surface=Surface("Moon", 0.0))
    assert len(low) > 50
    high = measurements(
        paths, "base", high_gain, satellites, times, surface=Surface("Moon", np.radians(89.0))
    )
    assert len(high) == 0
    assert high.direction.shape == (0, 3)


def test_a_transmitter_does_not_hear_itself(paths, listeners, times):
    made = measurements(paths, "meo-01", receivers(listeners)["geo"], transmitters(listeners, paths), times)
    assert made.names.index("meo-01") not in made.transmitter
    assert len(made) > 50


def test_a_station_on_the_ground_is_refused(paths: Trajectories, satellites, high_gain, times):
    with pytest.raises(InputError, match="kashi is lower than 100 km above the Earth"):
        measurements(paths, "kashi", high_gain, satellites, times)


def test_another_planet_is_refused(paths: Trajectories, satellites, high_gain, times):
    with pytest.raises(InputError, match=r"areo is up to .* km from the Earth; .* computed to 3e\+06 km"):
        measurements(paths, "areo", high_gain, satellites, times)


def test_surfaces_of_a_scenario(listeners, ephemeris):
    found = surfaces(listeners, ["base", "orbiter", "geo"], ephemeris, {})
    assert list(found) == ["base"]
    assert (found["base"].body, found["base"].mask_rad) == ("Moon", np.radians(5.0))


def test_a_mountain_hides_what_is_behind_it(paths, satellites, high_gain, listeners, ephemeris, times):
    """The Earth stands high in the west south-west: a ridge there hides all, one in the east nothing."""
    heights = np.array([0.0, 89.0, 89.0, 0.0])

    def rows(west):
        azimuth = np.radians([190.0, 191.0, 349.0, 350.0]) - np.pi * (not west)
        order = np.argsort(azimuth)
        ridge = HorizonProfile.build(azimuth[order], np.radians(heights[order]))
        where = surfaces(listeners, ["base"], ephemeris, {"base": ridge})["base"]
        return len(measurements(paths, "base", high_gain, satellites, times, surface=where))

    plain = surfaces(listeners, ["base"], ephemeris, {})["base"]
    whole = measurements(paths, "base", high_gain, satellites, times, surface=plain)
    assert rows(west=False) == len(whole) > 50
    assert rows(west=True) == 0
