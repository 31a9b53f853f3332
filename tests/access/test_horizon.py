"""Horizon profiles, and windows over them, against plain NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.access import geometry
from qqnet.access.candidates import Candidates
from qqnet.access.horizon import HorizonProfile, Horizons, azimuth_of, horizon_at
from qqnet.access.windows import find_windows
from qqnet.errors import InputError
from qqnet.space.geodesy import local_east_north_up

START = 1_275_000_000.0
DAY = 86400.0

profiles = st.lists(
    st.tuples(st.integers(0, 3599).map(lambda n: n / 10.0), st.floats(-20.0, 80.0)),
    min_size=2,
    max_size=9,
    unique_by=lambda p: p[0],
).map(lambda points: HorizonProfile.build(*np.radians(np.array(sorted(points)).T)))


@given(profiles, st.floats(-359.0, 359.0))
def test_kernel_is_linear_between_points_and_closes(profile, azimuth_deg):
    azimuth = np.radians(azimuth_deg)
    flat = Horizons.of([HorizonProfile.build([0.0, 1.0], [0.0, 0.0]), profile])
    found = horizon_at(flat.rows, flat.first[1], flat.first[2], azimuth)
    assert found == pytest.approx(profile.at(azimuth), abs=1e-9)
    # Plain: the two neighbours, however far round.
    turned = np.mod(profile.azimuth_rad - azimuth, 2 * np.pi)
    after, before = np.argmin(turned), np.argmax(turned)
    a, b = turned[after], 2 * np.pi - turned[before]
    wanted = (profile.elevation_rad[after] * b + profile.elevation_rad[before] * a) / (a + b)
    assert found == pytest.approx(wanted, abs=1e-9)


@given(profiles)
def test_at_its_points_a_profile_is_what_was_given(profile):
    found = profile.at(profile.azimuth_rad - 2 * np.pi)
    np.testing.assert_allclose(found, profile.elevation_rad, rtol=0, atol=1e-11)


@pytest.mark.parametrize("latitude", [-90.0, -89.5, 0.0, 46.0, 90.0])
def test_azimuth_counts_from_north_over_east(latitude):
    east, north, up = local_east_north_up(np.radians(latitude), np.radians(130.0))
    for azimuth in np.radians([0.0, 10.0, 90.0, 179.0, -90.0, -10.0]):
        direction = 7.0 * (np.cos(azimuth) * north + np.sin(azimuth) * east) + 2.0 * up
        assert azimuth_of(*direction, north, 1737.4 * up) == pytest.approx(azimuth, abs=1e-14)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "message"),
    [
        ([0.0], [0.1], "at least 2 points"),
        ([0.0, 1.0], [0.1], "at least 2 points"),
        ([1.0, 0.5], [0.1, 0.1], "azimuth 0.5 rad follows 1 rad; wanted ascending"),
        ([1.0, 1.0], [0.1, 0.1], "azimuth 1 rad follows 1 rad"),
        ([0.0, 2 * np.pi], [0.1, 0.1], "outside 0 to below 2 pi"),
        ([-0.1, 1.0], [0.1, 0.1], "outside 0 to below 2 pi"),
        ([0.0, 1.0], [0.1, np.pi / 2], "not between -pi/2 and pi/2"),
        ([0.0, 1.0], [0.1, np.nan], "not between -pi/2 and pi/2"),
    ],
)
def test_impossible_profiles_are_refused(azimuth, elevation, message):
    with pytest.raises(InputError, match=message):
        HorizonProfile.build(azimuth, elevation)


@pytest.fixture(scope="module")
def with_north(making, network):
    """The network, and directions to the north at the Moon's base and the Earth's station."""
    made = making.empty()
    for name, table, parent in zip(network.names, network.tables, network.parents, strict=True):
        if name not in made.names:
            made.add(name, table, None if parent < 0 else network.names[parent])
    made.add("base-north", making.fixed("Moon", 1.0, 20.0, 200.0), None)  # 70 deg N, 20 deg E
    made.add("station-north", making.fixed("Earth", 1.0, 90.0 - 46.69, 130.8 + 180.0), None)
    return made


RIDGE = HorizonProfile.build(
    np.radians([20.0, 75.0, 80.0, 160.0, 300.0]), np.radians([3.0, 30.0, 1.0, 14.0, 55.0])
)
VALLEY = HorizonProfile.build(np.radians([0.0, 180.0]), np.radians([-8.0, 12.0]))


def rugged_links(n, **more):
    """Base to orbiter, orbiter to base, station to leo: a horizon at one end each."""
    nan, moon, earth = np.nan, n["Moon"], n["Earth"]
    masks = np.radians([5.0, 5.0, 5.0])
    given = {
        "min_elevation_from_rad": [masks[0], nan, masks[2]],
        "min_elevation_to_rad": [nan, masks[1], nan],
        "body_from": [moon, -1, earth],
        "body_to": [-1, moon, -1],
        "up_from": [-1, -1, n["station-up"]],
    }
    ends = [n["base"], n["orbiter"], n["station"]], [n["orbiter"], n["base"], n["leo"]]
    return Candidates.build(*ends, **(given | more))


def margins(n, bank, i, t, profile, light_time):
    """Elevation less the greater of mask and horizon, by `geometry` alone."""
    site, peer, up, north = [
        ("base", "orbiter", None, "base-north"),
        ("base", "orbiter", None, "base-north"),
        ("station", "leo", "station-up", "station-north"),
    ][i]
    receives = i == 1
    first, second = (peer, site) if receives else (site, peer)
    start, delay = bank.positions([n[first]], t)[0], np.zeros_like(t)
    path = bank.positions([n[second]], t)[0] - start
    if light_time:
        delay, path = geometry.light_time_s(start, lambda w: bank.positions([n[second]], w)[0], t)
    when = t + delay if receives else t
    toward = path
    if light_time:
        toward = geometry.apparent_direction(path, bank.states([n[site]], when)[1][0])
    toward = -toward if receives else toward
    body = "Earth" if site == "station" else "Moon"
    normal = (
        bank.positions([n[up]], when)[0] if up else np.subtract(*bank.positions([n[site], n[body]], when))
    )
    normal = normal / np.linalg.norm(normal, axis=1)[:, None]
    ahead = bank.positions([n[north]], when)[0]
    east = np.cross(ahead, normal)
    azimuth = np.arctan2((toward * east).sum(axis=1), (toward * ahead).sum(axis=1))
    return geometry.elevation_rad(toward, normal) - np.maximum(np.radians(5.0), profile.at(azimuth))


@pytest.mark.parametrize("light_time", [True, False])
def test_windows_hold_the_greater_of_mask_and_horizon(with_north, light_time):
    n, bank = with_north, with_north.bank
    links = rugged_links(
        n,
        horizon_from=[0, -1, 1],
        horizon_to=[-1, 0, -1],
        north_from=[n["base-north"], -1, n["station-north"]],
        north_to=[-1, n["base-north"], -1],
        horizons=[RIDGE, VALLEY],
    )
    found = find_windows(bank, links, n.occulters(), START, START + 2 * DAY, light_time=light_time)
    t = np.random.default_rng(9).uniform(START, START + 2 * DAY, 20_000)
    for i, profile in enumerate((RIDGE, RIDGE, VALLEY)):
        own = found[found.link == i]
        edges = own[["start_s", "end_s"]].to_numpy().ravel()
        assert edges.size > 4
        inside = np.searchsorted(edges, t) % 2 == 1
        away = np.abs(t[:, None] - edges).min(axis=1) > 3e-4
        plain = margins(n, bank, i, t, profile, light_time)
        np.testing.assert_array_equal(inside[away], plain[away] >= 0)
        real = edges[(edges > START) & (edges < START + 2 * DAY)]
        before, after = (margins(n, bank, i, real + d, profile, light_time) for d in (-3e-4, 3e-4))
        assert np.all((before >= 0) != (after >= 0))


def test_a_horizon_below_the_mask_changes_nothing(with_north):
    n = with_north
    low = HorizonProfile.build(np.radians([0.0, 120.0, 240.0]), np.radians([-5.0, 4.9, 2.0]))
    span = (n.occulters(), START, START + DAY)
    whole = find_windows(n.bank, rugged_links(n), *span, step_s=10.0)
    again = find_windows(
        n.bank,
        rugged_links(
            n,
            horizon_from=[0, -1, 0],
            horizon_to=[-1, 0, -1],
            north_from=[n["base-north"], -1, n["station-north"]],
            north_to=[-1, n["base-north"], -1],
            horizons=[low],
        ),
        *span,
    )
    assert again.link.tolist() == whole.link.tolist()
    np.testing.assert_allclose(again.start_s, whole.start_s, rtol=0, atol=2e-4)


def test_a_level_horizon_is_a_mask(with_north):
    n = with_north
    level = HorizonProfile.build(np.radians([0.0, 200.0]), np.radians([20.0, 20.0]))
    span = (n.occulters(), START, START + DAY)
    one = rugged_links(
        n, horizon_from=[0, -1, -1], north_from=[n["base-north"], -1, -1], horizons=[level]
    ).take([0])
    other = rugged_links(n, min_elevation_from_rad=np.radians([20.0, np.nan, 5.0])).take([0])
    found, wanted = (find_windows(n.bank, links, *span, step_s=10.0) for links in (one, other))
    assert len(found) > 5
    np.testing.assert_allclose(found.start_s, wanted.start_s, rtol=0, atol=2e-4)
    np.testing.assert_allclose(found.end_s, wanted.end_s, rtol=0, atol=2e-4)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"horizon_from": 0}, "horizon_from of link 0 is 0; right is one of the 0 horizons given, or -1"),
        (
            {"horizon_to": 0, "horizons": [RIDGE]},
            "horizon_to of link 0 is 0; right is -1, because body_to is -1",
        ),
        (
            {"horizon_from": 0, "horizons": [RIDGE], "body_from": 1, "min_elevation_from_rad": 0.1},
            "north_from of link 0 is -1; right is a table",
        ),
    ],
)
def test_links_with_half_a_horizon_are_refused(given, message):
    with pytest.raises(InputError, match=message):
        Candidates.build(3, 4, **given)


def test_reversed_links_keep_their_horizons():
    links = Candidates.build(
        [3], [4], horizon_from=0, north_from=7, body_from=1, min_elevation_from_rad=0.1, horizons=[RIDGE]
    )
    back = links.reversed()
    assert (back.horizon_to.tolist(), back.north_to.tolist(), back.horizon_from.tolist()) == ([0], [7], [-1])
    assert back.horizons is links.horizons
