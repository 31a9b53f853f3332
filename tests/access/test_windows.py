import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.access import geometry, windows
from qqnet.access.candidates import Candidates
from qqnet.access.margin import WORK_SHAPE, link_margin
from qqnet.access.windows import find_windows
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S as C

START = 1_275_000_000.0
STOP = START + 2 * 86400.0


def plain_margins(bank, links, i, occulters, t, light_time):
    """All constraints of link i in plain NumPy, by `geometry` alone: [constraints, T], each lost below zero."""

    def place(index, when):
        return bank.positions([index], when)[0]

    def speed(index, when):
        return bank.states([index], when)[1][0]

    a, b = int(links.from_index[i]), int(links.to_index[i])
    start = place(a, t)
    delay = np.zeros_like(t)
    path = place(b, t) - start
    if light_time:
        delay, path = geometry.light_time_s(start, lambda when: place(b, when), t)
    arrival = t + delay
    rows = [1.0 - np.linalg.norm(path, axis=1) / links.max_range_km[i]]
    ends = ((1.0, a, t, "from"), (-1.0, b, arrival, "to"))
    for sign, node, when, end in ends:
        toward = sign * (geometry.apparent_direction(path, speed(node, when)) if light_time else path)
        body, up = int(getattr(links, f"body_{end}")[i]), int(getattr(links, f"up_{end}")[i])
        if body >= 0:
            normal = place(up, when) if up >= 0 else place(node, when) - place(body, when)
            normal = normal / np.linalg.norm(normal, axis=1)[:, None]
            rows.append(
                geometry.elevation_rad(toward, normal) - getattr(links, f"min_elevation_{end}_rad")[i]
            )
        exclusion = getattr(links, f"sun_exclusion_{end}_rad")[i]
        if exclusion > 0:
            sun = place(occulters.sun, when) - place(node, when)
            if light_time:
                for _ in range(3):
                    back = np.linalg.norm(sun, axis=1) / C
                    sun = place(occulters.sun, when - back) - place(node, when)
                sun = -geometry.apparent_direction(-sun, speed(node, when))
            rows.append(geometry.separation_rad(toward, sun) - exclusion)
    for body, radius in zip(occulters.index.tolist(), occulters.radius_km.tolist(), strict=True):
        if body in (links.body_from[i], links.body_to[i]):
            continue
        share = np.full_like(t, 0.5)
        for _ in range(4):
            centre = place(body, t + share * delay)
            share = geometry.closest_share(start, start + path, centre)
        centre = place(body, t + share * delay)
        clearance = geometry.segment_clearance_km(start, start + path, centre, radius)
        far_end = np.linalg.norm(start + path - centre, axis=1)
        rows.append(clearance / np.minimum(np.linalg.norm(start - centre, axis=1), far_end))
    return np.array(rows)


@pytest.mark.parametrize("light_time", [True, False])
def test_margin_equals_a_plain_evaluation(network, links, light_time):
    bank, occulters = network.bank, network.occulters()
    ends, limits = links.arrays()
    t = np.random.default_rng(3).uniform(START, STOP, 300)
    for i in range(len(links)):
        plain = np.minimum(plain_margins(bank, links, i, occulters, t, light_time).min(axis=0), 0.5)
        link = (
            bank.arrays(),
            ends[i],
            limits[i],
            occulters.index,
            occulters.radius_km,
            occulters.sun,
            light_time,
            (links.horizons.first, links.horizons.rows),
        )
        work = np.zeros(WORK_SHAPE)
        ours = [link_margin(link, when, work) for when in t]
        # The plain time of arrival is rounded to 0.1 us, in which the Earth moves 4 mm: 5e-9 rad at 800 km.
        np.testing.assert_allclose(ours, plain, rtol=0, atol=1e-8 if light_time else 1e-9)


@pytest.mark.parametrize("light_time", [True, False])
def test_windows_are_where_a_plain_evaluation_sees_the_link(network, links, light_time):
    bank, occulters = network.bank, network.occulters()
    found = find_windows(bank, links, occulters, START, STOP, light_time=light_time)
    t = np.random.default_rng(4).uniform(START, STOP, 4000)
    seen = 0
    for i in range(len(links)):
        own = found[found.link == i]
        edges = own[["start_s", "end_s"]].to_numpy().ravel()
        inside = np.searchsorted(edges, t) % 2 == 1
        plain = (plain_margins(bank, links, i, occulters, t, light_time) >= 0).all(axis=0)
        away = np.abs(t[:, None] - edges).min(axis=1, initial=np.inf) > 2e-4
        np.testing.assert_array_equal(inside[away], plain[away])
        seen += len(own)
    assert seen > 100
    assert set(range(len(links))) - set(found.link) == {12}  # the Moon is never within its 70,000 km of a geo


def test_windows_do_not_depend_on_chunks_or_step(network, links, monkeypatch):
    arguments = (network.bank, links, network.occulters(), START, START + 86400.0)
    whole = find_windows(*arguments)
    finer = find_windows(*arguments, step_s=17.0)
    monkeypatch.setattr(windows, "_MAX_CHUNK", 64)
    pieces = find_windows(*arguments)
    for other in (finer, pieces):
        assert other.link.tolist() == whole.link.tolist()
        for column in ("start_s", "end_s"):
            np.testing.assert_allclose(other[column], whole[column], rtol=0, atol=2.1e-4)
        for column in ("range_min_km", "range_max_km"):
            np.testing.assert_allclose(other[column], whole[column], rtol=0, atol=5e-3)


def test_ranges_of_a_window_are_those_of_dense_samples(network, links):
    found = find_windows(network.bank, links, network.occulters(), START, STOP)
    for row in found.itertuples():
        t = np.linspace(row.start_s, row.end_s, 2000)
        a, b = int(links.from_index[row.link]), int(links.to_index[row.link])
        start = network.bank.positions([a], t)[0]
        receiver = b

        def place(when, receiver=receiver):
            return network.bank.positions([receiver], when)[0]

        delay, path = geometry.light_time_s(start, place, t)
        dense = np.linalg.norm(path, axis=1)
        assert (row.range_start_km, row.range_end_km) == pytest.approx((dense[0], dense[-1]), abs=1e-5)
        assert (row.owlt_start_s, row.owlt_end_s) == pytest.approx((delay[0], delay[-1]), abs=1e-9)
        # Dense samples miss an extremum by at most a/8 dt^2, with 0.1 km/s2 between two low orbits.
        slack = 0.1 / 8 * (t[1] - t[0]) ** 2 + 1e-4
        assert dense.min() - slack <= row.range_min_km <= dense.min() + 1e-4
        assert dense.max() - 1e-4 <= row.range_max_km <= dense.max() + slack


def test_edges_of_the_span_are_flagged_and_only_they(network, links):
    found = find_windows(network.bank, links, network.occulters(), START, STOP)
    np.testing.assert_array_equal(found.starts_at_span, found.start_s == START)
    np.testing.assert_array_equal(found.ends_at_span, found.end_s == STOP)
    assert found.starts_at_span.any()
    assert found.ends_at_span.any()


def test_aberration_undoes_the_shift_of_the_moving_earth(network):
    """Site and satellite move with the Earth: to first order, the pass is that of instantaneous geometry.

    Light time alone would shift it by 20 arcseconds, 0.1 s and more. What stays is the motion of satellite and
    site relative to each other in the light time, below 10 km/s * 8 ms = 80 m, over 4 km/s near the horizon.
    """
    link = Candidates.build(
        network["station"], network["leo"], min_elevation_from_rad=0.1, body_from=network["Earth"]
    )
    with_light, instant = (
        find_windows(network.bank, link, network.occulters(), START, STOP, light_time=choice)
        for choice in (True, False)
    )
    assert len(with_light) == len(instant) > 5
    assert np.abs(with_light.start_s - instant.start_s).max() < 0.03
    assert np.abs(with_light.end_s - instant.end_s).max() < 0.03


# ------------------------------------------------------------------------------------------------ short events


@pytest.mark.parametrize("duration", [0.5, 5.0])
def test_a_pass_shorter_than_the_step_is_found(network, duration):
    """The mask is set so high that the best pass stays above it for `duration` only, between two samples."""
    bank, occulters = network.bank, network.occulters()
    free = Candidates.build(
        network["station"], network["leo"], min_elevation_from_rad=0.0, body_from=network["Earth"]
    )
    day = find_windows(bank, free, occulters, START, STOP)
    checked = 0
    for row in day[~day.starts_at_span & ~day.ends_at_span].itertuples():

        def elevation(t):
            return plain_margins(bank, free, 0, occulters, np.asarray(t), True)[1]

        t = np.linspace(row.start_s, row.end_s, 20001)
        top = t[np.argmax(elevation(t))]
        t = np.linspace(top - 1.0, top + 1.0, 2001)
        top = t[np.argmax(elevation(t))]
        mask = float(elevation(np.array([top - duration / 2]))[0])
        # a grid with the peak amid two samples
        start = top - 30.0 - 60.0 * np.floor((top - START) / 60.0 - 1.0)
        link = Candidates.build(
            network["station"], network["leo"], min_elevation_from_rad=mask, body_from=network["Earth"]
        )
        found = find_windows(bank, link, occulters, start, STOP)
        near = found[(found.start_s < top) & (found.end_s > top)]
        assert len(near) == 1
        assert (near.end_s - near.start_s).iloc[0] == pytest.approx(duration, rel=0.1)
        assert row.start_s < near.start_s.iloc[0] < near.end_s.iloc[0] < row.end_s
        checked += 1
    assert checked >= 5


def test_an_occultation_shorter_than_the_step_is_found(network):
    """The sphere is grown until it just cuts the line of sight at its nearest."""
    from qqnet.access.candidates import Occulters

    bank = network.bank
    link = Candidates.build(network["geo"], network["relay"])
    moon = network["Moon"]
    tiny = Occulters(np.array([moon]), np.array([1.0]))
    t = np.arange(START, STOP, 10.0)
    clearance = plain_margins(bank, link, 0, tiny, t, True)[1]
    minima = np.flatnonzero((clearance[1:-1] < clearance[:-2]) & (clearance[1:-1] <= clearance[2:])) + 1
    checked = 0
    for k in minima:
        fine = np.linspace(t[k] - 10.0, t[k] + 10.0, 20001)
        a = bank.positions([network["geo"]], fine)[0]
        delay, path = geometry.light_time_s(a, lambda when: bank.positions([network["relay"]], when)[0], fine)
        centre = bank.positions([moon], fine + delay)[0]  # the Moon is near the receiver
        distance = geometry.segment_clearance_km(a, a + path, centre, 0.0)
        lowest = int(np.argmin(distance))
        if not 0 < lowest < 20000 or not 300.0 < distance[lowest] < 5000.0:
            continue
        radius = float(distance[lowest + 2000])  # cuts the line for about 4 s
        start = fine[lowest] - 30.0 - 60.0 * np.floor((fine[lowest] - START) / 60.0 - 1.0)
        found = find_windows(bank, link, Occulters(np.array([moon]), np.array([radius])), start, STOP)
        gaps = np.stack([found.end_s.to_numpy()[:-1], found.start_s.to_numpy()[1:]], axis=1)
        near = gaps[(gaps[:, 0] < fine[lowest]) & (gaps[:, 1] > fine[lowest])]
        assert len(near) == 1
        assert near[0, 1] - near[0, 0] < 10.0
        checked += 1
    assert checked >= 2


# -------------------------------------------------------------------------------------------------------- laws

angle = st.floats(0.0, 360.0)
shape = st.tuples(st.floats(0.0, 0.05), st.floats(0.0, 180.0), angle, angle, angle)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.floats(1900.0, 8000.0), st.floats(1.15, 3.0), shape, shape, st.floats(-90.0, 90.0),
    st.floats(0.0, 0.5), st.floats(0.0, 0.3), st.floats(0.0, 1.0),
)  # fmt: skip
def test_laws(making, a_km, ratio, inner, outer, latitude, mask, more, exclusion):
    n = making.empty()
    n.add("first", making.orbit("Moon", a_km, *inner), "Moon")
    n.add("second", making.orbit("Moon", ratio * a_km, *outer), "Moon")
    n.add("site", making.fixed("Moon", 1737.4, latitude, 0.0), "Moon")
    a, b, site, moon = n["first"], n["second"], n["site"], n["Moon"]
    links = Candidates.build(
        [a, site, site],
        [b, a, a],
        min_elevation_from_rad=[np.nan, mask, min(mask + more, 1.5)],
        body_from=[-1, moon, moon],
        sun_exclusion_to_rad=[exclusion, 0.0, 0.0],
    )
    span = (START, START + 21600.0)
    bank, occulters = n.bank, n.occulters("Moon", "Earth")
    found = find_windows(bank, links, occulters, *span, light_time=False)
    for _, own in found.groupby("link"):
        edges = own[["start_s", "end_s"]].to_numpy().ravel()
        assert (np.diff(edges) > 0).all()  # disjoint, sorted, none empty
        assert edges[0] >= span[0]
        assert edges[-1] <= span[1]
    assert found.link.is_monotonic_increasing
    assert (found.range_min_km <= found[["range_start_km", "range_end_km"]].min(axis=1)).all()
    assert (found.range_max_km >= found[["range_start_km", "range_end_km"]].max(axis=1)).all()
    # A higher mask never adds time.
    low, high = found[found.link == 1], found[found.link == 2]
    for row in high.itertuples():
        assert ((low.start_s <= row.start_s + 2e-4) & (low.end_s >= row.end_s - 2e-4)).any()
    # Instantaneous geometry has no direction.
    back = find_windows(bank, links.reversed(), occulters, *span, light_time=False)
    assert back.link.tolist() == found.link.tolist()
    np.testing.assert_allclose(back.start_s, found.start_s, rtol=0, atol=2e-4)
    np.testing.assert_allclose(back.end_s, found.end_s, rtol=0, atol=2e-4)


# ------------------------------------------------------------------------------------------------------ errors


def test_faults_are_named(network):
    bank, occulters = network.bank, network.occulters()
    link = Candidates.build(network["leo"], network["geo"])
    with pytest.raises(InputError, match="the stop must come after the start"):
        find_windows(bank, link, occulters, STOP, START)
    with pytest.raises(InputError, match="step_s is -1"):
        find_windows(bank, link, occulters, START, STOP, step_s=-1.0)
    with pytest.raises(EphemerisRangeError, match="outside the covered span"):
        find_windows(bank, link, occulters, START, STOP + 10 * 86400.0)
    # Light to Mars, sent at the last second, arrives after the receiver's trajectory ends.
    far = Candidates.build(network["leo"], network["mars-relay"])
    with pytest.raises(EphemerisRangeError, match="longer than the span"):
        find_windows(bank, far, occulters, START, STOP + 3599.0)
    assert len(find_windows(bank, far, occulters, STOP, STOP + 3599.0, light_time=False)) > 0


def test_no_links_no_windows(network):
    empty = Candidates.build(1, 2).take(np.zeros(1, dtype=bool))
    found = find_windows(network.bank, empty, network.occulters(), START, STOP)
    assert len(found) == 0
    assert tuple(found.columns) == windows.COLUMNS


def test_progress_ends_at_one(network):
    told = []
    link = Candidates.build(network["leo"], network["geo"])
    find_windows(network.bank, link, network.occulters(), START, STOP, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
