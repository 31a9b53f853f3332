"""Partial derivatives of every kind of observation against difference quotients of the computed values."""

import numpy as np
import pytest

from qqnet.orbit_determination.crosslinks import Crosslinks
from qqnet.orbit_determination.observations import Observations, computed, design_matrix, partials
from qqnet.orbit_determination.tracking import SiteTracking
from qqnet.space.bodies import body

from .conftest import START, beacon, ground, signals, site

GM = body("Moon").gm_km3_s2
STEPS = np.array([1e-2] * 3 + [1e-2] * 3 + [1e-3, 1e-6])
"""Of the difference quotients [km, km/s, km, km/s]."""

SOURCES = {
    "ground": ground(one_way_rate_km_s=1e-6),
    "to satellite": ground(one_way=-1),
    "beacon": SiteTracking("beacon", (site("beacon"),), 1e-3, 1e-7, 1e-3, beams=4),
    "crosslink": Crosslinks("dual-one-way", 1e-3, 1e-7),
    "two-way crosslink": Crosslinks("two-way", 1e-3, 1e-7),
    "gnss": signals(),
}


def observe(setup, source, hours=6.0, every=600.0):
    times = START + np.arange(0.0, hours * 3600.0, every)
    states = setup.motion.states(times)
    return times, states, source.observations(setup.scene, 0, times, states)


@pytest.mark.parametrize("name", SOURCES)
def test_partials_are_difference_quotients(setup_with, name):
    """Fourth order; 1e-6 of the largest by position, velocity and clock, and 1e-9 as rounding of a range.

    Of the range rate by the position, which is 1e-4 and less, the far end's acceleration is left out: 1e-3 of it.
    """
    setup = setup_with(SOURCES[name])
    _, states, made = observe(setup, SOURCES[name])
    assert len(made) > 10
    rng = np.random.default_rng(2)
    for k in np.unique(made.epoch)[::6]:
        one = made[made.epoch == k]
        whole = np.concatenate([states[k], rng.standard_normal((4, 2)) * [0.1, 1e-5]], axis=1)
        first, second = partials(one, whole, GM)
        design = design_matrix(one, first, second, 4, 8).reshape(-1, 4, 8) * one.sigma[:, None, None]
        for s in range(4):
            for j, h in enumerate(STEPS):
                moved = np.repeat(whole[None], 4, axis=0)
                moved[:, s, j] += h * np.array([1.0, -1.0, 2.0, -2.0])
                values = computed(one, moved, GM)
                quotient = (8.0 * (values[0] - values[1]) - (values[2] - values[3])) / (12.0 * h)
                kinds = design[..., 3 * (j // 3) : 3 * (j // 3) + 3] if j < 6 else design[..., j]
                size = np.maximum(np.abs(kinds).reshape(len(one), -1).max(axis=1), 1e-12)
                limit = np.where(one.rate & (j < 3), 1e-3, 1e-6) * size + 1e-9
                assert np.all(np.abs(design[:, s, j] - quotient) <= limit), (s, j)


def test_two_ways_are_the_mean_of_both(setup_with):
    both, two = Crosslinks("dual-one-way", 1e-3), Crosslinks("two-way", 1e-3)
    setup = setup_with(both)
    _, states, dual = observe(setup, both)
    _, _, mean = observe(setup, two)
    whole = np.concatenate([states[3], np.zeros((4, 2))], axis=1)
    values = computed(dual[dual.epoch == 3], whole, GM)
    count = len(values) // 2
    np.testing.assert_allclose(
        0.5 * (values[:count] + values[count:]), computed(mean[mean.epoch == 3], whole, GM), rtol=1e-14
    )


def test_clocks_enter_one_way_only(setup_with):
    source = ground()
    setup = setup_with(source)
    _, states, made = observe(setup, source)
    whole = np.concatenate([states[made.epoch[0]], np.zeros((4, 2))], axis=1)
    one = made[made.epoch == made.epoch[0]]
    late = whole.copy()
    late[:, 6] += 0.3
    change = computed(one, late, GM) - computed(one, whole, GM)
    np.testing.assert_allclose(change[one.way == 0], 0.0, atol=1e-12)
    np.testing.assert_allclose(change[one.way == 1], -0.3, atol=1e-9)


def test_nothing_joined_is_nothing():
    assert len(Observations.join([], 3)) == 0
    assert Observations.none(3).consider.shape == (0, 3)


def test_ranges_are_those_of_light(setup_with, network):
    """Two-way range at the satellite's time: half the light time from station to satellite to station."""
    from qqnet.space.light_time import light_time_s

    source = ground(one_way_km=None, rate_km_s=None)
    setup = setup_with(source)
    times, states, made = observe(setup, source)
    row = made[:1]
    t, name = times[row.epoch[0]], setup.motion.names[row.first[0]]
    station = next(
        s for s in ("kashi", "neuquen")
        if np.allclose(row.far[0, 1, :3], network.position(s, t + row.light_s[0, 1], "SSB")
                       - network.position("Moon", t, "SSB"))
    )  # fmt: skip
    at = network.position(name, t, "SSB")
    down = light_time_s(at, lambda when: network.position(station, when, "SSB"), t)
    up = light_time_s(at, lambda when: network.position(station, 2 * t - when, "SSB"), t)
    whole = np.concatenate([states[row.epoch[0]], np.zeros((4, 2))], axis=1)
    # Positions about the barycentre are rounded to 1e-8 km, and times to 1e-7 s, in which the Earth moves 7 mm.
    assert computed(row, whole, GM)[0] == pytest.approx((up + down) / 2.0 * 299792.458, abs=1.5e-5)


def test_beacons_are_a_source(setup_with):
    setup = setup_with(beacon())
    _, _, made = observe(setup, beacon())
    assert np.all(made.frame_velocity == 0.0)
    assert len(made)
