"""Who is seen, who is tracked, and what errors of stations do."""

from dataclasses import replace

import numpy as np
import pytest

from qqnet.access.horizon import HorizonProfile
from qqnet.access.sites import SiteObserver
from qqnet.orbit_determination.crosslinks import Crosslinks
from qqnet.orbit_determination.observations import computed
from qqnet.orbit_determination.schedule import compressed_sigma, due, in_turn, on_duty, pairs, partners
from qqnet.orbits.sites import Place, body_fixed_position
from qqnet.space.bodies import body
from qqnet.space.frames import rotation

from .conftest import PLACES, START, beacon, ground, signals, site
from .test_observations import GM, observe


def test_masks_and_bodies_hide(setup_with, network):
    """Every observation of a station stands above the mask and clear of the Moon; some time it would not."""
    source = ground(rate_km_s=None, one_way_km=None)
    setup = setup_with(source)
    times, states, made = observe(setup, source)
    moon = body("Moon").mean_radius_km
    station = {name: network.position(name, times, "Moon") for name in ("kashi", "neuquen")}
    earth = network.position("Earth", times, "Moon")
    seen = 0
    for place in station.values():
        up = (place - earth) / np.linalg.norm(place - earth, axis=1)[:, None]
        for n in range(4):
            line = states[:, n, :3] - place
            # Geocentric zenith: up to 0.2 deg from the geodetic one that the mask is measured from.
            sine = np.sum(line * up, axis=1) / np.linalg.norm(line, axis=1)
            share = np.clip(np.sum(-place * line, axis=1) / np.sum(line * line, axis=1), 0.0, 1.0)
            clear = np.linalg.norm(place + share[:, None] * line, axis=1) > moon
            high, low = sine > np.sin(np.radians(5.3)), sine < np.sin(np.radians(4.7))
            mine = (made.first == n) & (
                np.linalg.norm(made.far[:, 1, :3] - place[made.epoch], axis=1) < 100.0
            )
            tracked = np.zeros(len(times), dtype=bool)
            tracked[made.epoch[mine]] = True
            assert np.all(tracked[high & clear])
            assert not np.any(tracked[low | ~clear])
            seen += tracked.sum()
    assert 0 < seen < 8 * len(times)


RIDGE = HorizonProfile.build(np.radians([20.0, 110.0, 200.0, 250.0]), np.radians([2.0, 60.0, 40.0, 10.0]))


def test_a_ridge_hides_what_is_behind_it(setup_with, network, planets):
    """A beacon tracks what the kernel of coverage shows from its place, and loses much by its terrain."""
    behind = replace(beacon(), sites=(replace(site("beacon"), horizon=RIDGE),))
    setup = setup_with(behind)
    times, states, made = observe(setup, behind, every=120.0)
    look = SiteObserver(PLACES["beacon"], 0.0).look
    fixed = np.einsum("tij,tsj->tsi", rotation("MOON_ME", times, planets), states[..., :3])
    azimuth, elevation, _ = look(fixed)
    margin = elevation - np.maximum(np.radians(5.0), RIDGE.at(azimuth))
    tracked = np.zeros(margin.shape, dtype=bool)
    tracked[made.epoch, made.first] = True
    clear = np.abs(margin) > 1e-4  # light time moves a satellite by some 20 m
    np.testing.assert_array_equal(tracked[clear], margin[clear] > 0.0)
    assert 0 < tracked.sum() < 0.8 * (elevation > np.radians(5.0)).sum()


def test_a_level_horizon_is_a_mask(setup_with):
    level = HorizonProfile.build([0.0, 3.0], np.radians([12.0, 12.0]))
    terrain = replace(
        ground(), sites=tuple(replace(site(one), horizon=level) for one in ("kashi", "neuquen"))
    )
    masked = tuple(replace(site(one), mask_rad=np.radians(12.0)) for one in ("kashi", "neuquen"))
    setup = setup_with(terrain)
    one = observe(setup, terrain)[2]
    other = observe(setup, replace(ground(), sites=masked))[2]
    assert len(one) == len(other) > 20
    np.testing.assert_array_equal(one.epoch, other.epoch)
    assert len(observe(setup, ground())[2]) > len(one)


def test_crosslinks_pass_the_moon(setup_with):
    source = Crosslinks("two-way", 1e-3, links=10, range_max_km=12000.0)
    setup = setup_with(source)
    _, states, made = observe(setup, source)
    a, b = (states[made.epoch, which, :3] for which in (made.first, made.second))
    line = b - a
    assert np.all(np.linalg.norm(line, axis=1) <= 12000.0)
    share = np.clip(-np.sum(a * line, axis=1) / np.sum(line * line, axis=1), 0.0, 1.0)
    assert np.all(np.linalg.norm(a + share[:, None] * line, axis=1) > body("Moon").mean_radius_km)
    possible = states.shape[0] * len(pairs(4))
    assert 0 < len(made) < possible


def geodetic(place):
    """Latitude, longitude and height above the Earth's ellipsoid; fixed-point iteration."""
    a, c = body("Earth").equatorial_radius_km, body("Earth").polar_radius_km
    squared, equator = 1.0 - (c / a) ** 2, np.hypot(place[0], place[1])
    latitude = np.arctan2(place[2], equator)
    for _ in range(20):
        across = a / np.sqrt(1.0 - squared * np.sin(latitude) ** 2)
        latitude = np.arctan2(place[2] + squared * across * np.sin(latitude), equator)
    return latitude, np.arctan2(place[1], place[0]), equator / np.cos(latitude) - across


@pytest.mark.parametrize("part", ["x", "y", "z"])
@pytest.mark.parametrize("name", ["kashi", "neuquen"])
def test_a_station_in_the_wrong_place(setup_with, network, planets, name, part):
    """Derivatives by its place against stations moved by 10 m: range to 1e-3, range rate to 1 % of the largest."""
    from qqnet.orbits.sites import place_trajectory
    from qqnet.orbits.trajectory import Trajectories
    from qqnet.space.turning import rotation_table

    from .conftest import SPAN

    source = replace(ground(), sites=(site(name),))
    setup = setup_with(source)
    _, states, made = observe(setup, source, every=1800.0)
    shift, axis = 0.01, "xyz".index(part)
    moved = body_fixed_position(PLACES[name])
    moved[axis] += shift
    turning = rotation_table(body("Earth"), SPAN, planets, reach_km=6500.0)
    found = geodetic(moved)
    others = [network[one] for one in network if one != name]
    other = Trajectories.build(
        planets, [*others, place_trajectory(Place(name, "Earth", *found), SPAN, turning)]
    )
    motion = replace(setup.motion, trajectories=other)
    _, _, there = observe(replace(setup, motion=motion), source, every=1800.0)
    assert np.array_equal(made.epoch, there.epoch)
    assert np.array_equal(made.first, there.first)
    column = setup.motion.parameters.at(f"{name} {part}")
    for k in np.unique(made.epoch):
        one, two = made[made.epoch == k], there[there.epoch == k]
        whole = np.concatenate([states[k], np.zeros((4, 2))], axis=1)
        change = (computed(two, whole, GM) - computed(one, whole, GM)) / shift
        expected = one.consider[:, column]
        range_off = np.abs(change - expected)[~one.rate]
        assert np.all(range_off < 2e-3)
        rate_off = np.abs(change - expected)[one.rate]
        assert np.all(rate_off < 0.01 * 7.3e-5)


def test_media_grow_towards_the_horizon(setup_with):
    source = ground()
    setup = setup_with(source)
    times, _, made = observe(setup, source, every=60.0)
    names = setup.motion.parameters
    for medium in ("troposphere", "ionosphere"):
        column = names.at(f"kashi {medium}")
        mine = (made.first == 0) & (made.way == 0)
        ranges, rates = made[mine & ~made.rate], made[mine & made.rate]
        delay, change = ranges.consider[:, column], rates.consider[:, column]
        there = delay > 0.0
        assert np.all(delay[there] >= 1.0)
        # The rate's column is the derivative of the range's.
        t = times[ranges.epoch[there]]
        inner = slice(1, -1)
        steady = np.diff(t)[1:] + np.diff(t)[:-1] < 121.0
        slope = (delay[there][2:] - delay[there][:-2]) / (t[2:] - t[:-2])
        np.testing.assert_allclose(
            change[there][inner][steady], slope[steady], atol=2e-3 * np.abs(slope[steady]).max()
        )


def test_navigation_signals_reach_so_far(setup_with, network):
    source = signals()
    setup = setup_with(source)
    times, states, made = observe(setup, source)
    assert len(made)
    for name in ("gnss-1", "gnss-2"):
        from_it = network.position(name, times, "Moon")
        mine = np.linalg.norm(made.far[:, 0, :3] - from_it[made.epoch], axis=1) < 1000.0
        down = network.position("Earth", times, name)[made.epoch[mine]]
        line = (states[..., :3] - from_it[:, None])[made.epoch[mine], made.first[mine]]
        cosine = np.sum(down * line, axis=1) / np.linalg.norm(down, axis=1) / np.linalg.norm(line, axis=1)
        assert np.all(cosine >= np.cos(np.radians(60.0)) - 1e-3)
        # Not through the Earth: 13 deg seen from this height.
        assert np.all(cosine <= np.cos(np.arcsin(6371.0 / 27906.1)) + 1e-3)


def test_daily_hours_turns_and_intervals():
    times = START + np.arange(0.0, 2 * 86400.0, 3600.0)
    assert on_duty(times, START, 7200.0, 3 * 3600.0).sum() == 6
    assert on_duty(times, START, 0.0, 86400.0).all()
    assert due(times, START, 7200.0, 3600.0).sum() == len(times) / 2
    assert due(times, START, 60.0, 3600.0).all()
    assert compressed_sigma(3.0, 7200.0, 3600.0) == 3.0
    visible = np.ones((6, 4), dtype=bool)
    visible[:, 2] = False
    chosen = in_turn(visible, np.arange(6), 1)
    assert np.all(chosen.sum(axis=1) == 1)
    assert not chosen[:, 2].any()
    assert np.all(chosen[:, [0, 1, 3]].sum(axis=0) >= 1)


def test_partners_change_and_are_not_too_many():
    visible = np.random.default_rng(1).random((50, len(pairs(8)))) < 0.7
    chosen = partners(visible, 2, np.arange(50))
    assert not np.any(chosen & ~visible)
    load = np.zeros((50, 8))
    for p, (a, b) in enumerate(pairs(8)):
        load[:, a] += chosen[:, p]
        load[:, b] += chosen[:, p]
    assert load.max() == 2
    assert load.mean() > 1.7
    assert np.all(chosen.sum(axis=0) > 0)
