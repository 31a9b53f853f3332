"""Rates over a changing distance, against plain dense sampling and closed forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import atmosphere
from qqnet.links.antennas import Antenna
from qqnet.links.budget import link_budget
from qqnet.links.effects import Looks
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import IntArray, Link, best_mode
from qqnet.links.path import Path
from qqnet.links.rates import EDGE_S, LinkBook, Segments, constant_rate_segments, range_limits_km, rate_bps


def _link(count: int = 4) -> Link:
    modes = tuple(Mode(f"m{k}", 1e6 * 4.0**k, 2.0) for k in range(count))
    transmit = RfTransmit(26.5e9, 20.0, Antenna(diameter_m=0.5), modes, margin_db=3.0)
    return Link(transmit, RfReceive(Antenna(diameter_m=0.3), 500.0, 25.5e9, 27.5e9))


class Segment(NamedTuple):
    start_s: float
    end_s: float
    rate_bps: float
    margin_db_min: float


def cut(
    start_s: float,
    end_s: float,
    range_at: Callable[[np.ndarray], np.ndarray],
    elevation_at: Callable[[np.ndarray], np.ndarray] | None,
    link: Link,
) -> list[Segment]:
    """Segments of one window of one link."""

    def path_at(index: IntArray, times: np.ndarray) -> Path:
        return Path.straight(range_at(times), None, None if elevation_at is None else elevation_at(times))

    book = LinkBook([link], path_at)
    found = constant_rate_segments(
        book, np.zeros(1, dtype=np.intp), np.array([float(start_s)]), np.array([float(end_s)])
    )
    return [Segment(*row) for row in zip(*(column.tolist() for column in _columns(found)), strict=True)]


def _columns(found: Segments) -> tuple[np.ndarray, ...]:
    return found.start_s, found.end_s, found.rate_bps, found.margin_db


def margin_and_mode(
    link: Link, range_km: np.ndarray | float, elevation: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Margin and mode at many distances, from the array kernel."""
    if elevation is not None:
        range_km = np.broadcast_to(range_km, elevation.shape)
    excess = link.excess_db(Path.straight(range_km, None, elevation))
    index = best_mode(excess)
    held = np.where(index >= 0, index, np.argmax(excess, axis=0))
    return np.take_along_axis(excess, held[None], axis=0)[0] + link.required_margin_db, index


def test_arrays_equal_budgets_one_by_one(relay_link: Link, trunk: Link) -> None:
    for link in (relay_link, trunk):
        ranges = range_limits_km(link)[:, None] * np.array([0.5, 0.999, 1.001, 2.0])
        margin, index = margin_and_mode(link, ranges)
        rates = rate_bps(link, index)
        for at in np.ndindex(ranges.shape):
            budget = link_budget(link, Path.straight(float(ranges[at])))
            assert rates[at] == budget.rate_bps
            assert margin[at] == pytest.approx(budget.margin_db, abs=1e-9)


def test_elevation_arrays_equal_budgets_one_by_one(downlink: Link) -> None:
    elevations = np.radians([0.5, 5.0, 30.0, 90.0])
    margin, index = margin_and_mode(downlink, 400_000.0, elevations)
    for k, elevation in enumerate(elevations):
        budget = link_budget(downlink, Path.straight(400_000.0, None, float(elevation)))
        assert margin[k] == pytest.approx(budget.margin_db, abs=1e-9)
        assert rate_bps(downlink, index)[k] == budget.rate_bps


def test_range_limits_are_where_modes_close(trunk: Link) -> None:
    limits = range_limits_km(trunk)
    assert (np.diff(limits) < 0.0).all()
    for k, limit in enumerate(limits):
        assert best_mode(trunk.excess_db(Path.straight(limit * (1.0 - 1e-9)))) == k
        assert best_mode(trunk.excess_db(Path.straight(limit * (1.0 + 1e-9)))) == k - 1


def test_edges_of_a_straight_pass_in_closed_form() -> None:
    """A fly-by at constant speed: range^2 = b^2 + v^2 t^2 crosses each limit at a time known exactly."""
    link = _link()
    limits = range_limits_km(link)
    closest, speed = 0.9 * limits[-1], 3.0
    half = 1.1 * np.sqrt(limits[0] ** 2 - closest**2) / speed
    middle = 1.2e9
    found = cut(middle - half, middle + half, lambda t: np.hypot(closest, speed * (t - middle)), None, link)
    times = np.sqrt(limits**2 - closest**2) / speed
    edges = np.concatenate((middle - times, middle + times[::-1]))
    assert [s.rate_bps for s in found] == [1e6, 4e6, 16e6, 64e6, 16e6, 4e6, 1e6]
    np.testing.assert_allclose([s.start_s for s in found], edges[:-1], atol=0.1, rtol=0)
    np.testing.assert_allclose([s.end_s for s in found], edges[1:], atol=0.1, rtol=0)
    for segment in found:  # what is promised holds at both edges
        path = Path.straight(np.hypot(closest, speed * (np.array(segment[:2]) - middle)))
        assert (rate_bps(link, best_mode(link.excess_db(path))) >= segment.rate_bps).all()
    assert found[3].margin_db_min == pytest.approx(3.0, abs=1e-3)


@settings(max_examples=60, deadline=None)
@example(28_255.0, 3.0, 0.0, 0.75, 0.0)  # a threshold at the very start
@given(
    st.floats(600.0, 200_000.0),
    st.floats(2.0, 200.0),
    st.floats(0.0, 6.28),
    st.floats(0.05, 0.9),
    st.floats(-12.0, 12.0),
)
def test_segments_equal_dense_sampling(
    duration: float, turns_of_hours: float, phase: float, depth: float, offset_db: float
) -> None:
    """Ranges that swing like those between orbits; compared with the mode at every second."""
    link = _link()
    scale = range_limits_km(link)[1] * 10.0 ** (offset_db / 20.0)
    rate = 2.0 * np.pi / (turns_of_hours * 3600.0)

    def range_at(t: np.ndarray) -> np.ndarray:
        return scale * (1.0 + depth * np.sin(rate * t + phase))

    found = cut(0.0, duration, range_at, None, link)
    times = np.linspace(0.0, duration, 20_001)
    dense = rate_bps(link, margin_and_mode(link, range_at(times))[1])
    given_rate = np.zeros_like(dense)
    least = np.full(len(found), np.inf)
    margins = link.level_db_hz(Path.straight(range_at(times)))
    for k, segment in enumerate(found):
        inside = (times >= segment.start_s) & (times <= segment.end_s)
        given_rate[inside] = segment.rate_bps
        demand = link.demands_db_hz[np.searchsorted(link.rates_bps, segment.rate_bps)]
        least[k] = (margins[inside] - demand).min(initial=np.inf)
        assert segment.margin_db_min <= least[k] + 0.11  # stated 0.1, and sampling here
        assert segment.margin_db_min >= link.required_margin_db - 1e-9
    edges = np.array([edge for segment in found for edge in segment[:2]])
    # Where they differ, it is beside an edge, or the level is within the tolerance of a threshold.
    for k in np.flatnonzero(given_rate != dense):
        near_edge = edges.size and np.abs(edges - times[k]).min() <= 0.1
        close = np.abs(margins[k] - link.demands_db_hz - link.required_margin_db).min() <= 0.01
        assert near_edge or close
    for one, other in pairwise(found):
        assert one.end_s <= other.start_s


def test_low_passes_inside_a_long_window_are_not_aliased() -> None:
    """A 90-minute swing over seven days: each of the 112 turns crosses one limit twice."""
    link = _link()
    scale = range_limits_km(link)[2]
    found = cut(
        0.0, 7 * 86_400.0, lambda t: scale * (1.0 + 0.4 * np.sin(2.0 * np.pi * t / 5400.0 + 1.0)), None, link
    )
    assert len(found) == 2 * 112 + 1
    assert {segment.rate_bps for segment in found} == {4e6, 16e6}


def test_elevation_lowers_the_rate_at_the_horizon(downlink: Link) -> None:
    """At constant range the change of mode comes at one elevation, found here from the budget's own parts."""
    from scipy.optimize import brentq

    site = downlink.receive
    assert isinstance(site, RfReceive)
    threshold = brentq(
        lambda e: float(downlink.excess_db(Path.straight(_mid_range(downlink), None, e))[1]), 0.01, 1.5
    )

    def elevation_at(t: np.ndarray) -> np.ndarray:
        return np.radians(2.0) + t / 36_000.0 * np.radians(80.0)

    found = cut(0.0, 36_000.0, lambda t: np.full_like(t, _mid_range(downlink)), elevation_at, downlink)
    assert [s.rate_bps for s in found] == [1e6, 8e6]
    assert found[1].start_s == pytest.approx(
        (threshold - np.radians(2.0)) / np.radians(80.0) * 36_000.0, abs=0.1
    )


def _mid_range(link: Link) -> float:
    """Range at which the faster mode closes at an elevation of 20 deg, and not below."""
    loss = atmosphere.atmospheric_loss_db(0.4, np.radians(20.0))
    assert isinstance(link.receive, RfReceive)
    noise = 10.0 * np.log10(1.0 + atmosphere.atmospheric_noise_k(loss) / link.receive.noise_temperature_k)
    return float(range_limits_km(link)[1] * 10.0 ** (-(loss + noise) / 20.0))


def test_elevations_count_at_the_end_that_they_are_of() -> None:
    transmit = RfTransmit(2.2e9, 1.0, Antenna(gain_dbi=30.0), (Mode("m", 1e3, 2.0),))
    receive = RfReceive(Antenna(gain_dbi=30.0), 300.0, 2e9, 3e9)
    losses = atmosphere.ZenithLoss(0.1, "sending"), atmosphere.ZenithLoss(0.2, "receiving")
    link = Link(transmit, receive, losses)
    lost = Link(transmit, receive).level_db_hz(Path.straight(1e5)) - link.level_db_hz(
        Path.straight(1e5, 1.0, 0.5)
    )
    expected = atmosphere.atmospheric_loss_db(0.1, 1.0) + atmosphere.atmospheric_loss_db(0.2, 0.5)
    assert float(lost) == pytest.approx(float(expected), abs=1e-12)


def test_windows_without_length_or_link_give_nothing(relay_link: Link) -> None:
    assert cut(5.0, 5.0, lambda t: t * 0.0 + 1e3, None, relay_link) == []
    assert cut(0.0, 60.0, lambda t: t * 0.0 + 1e9, None, relay_link) == []
    with pytest.raises(InputError, match="before its start"):
        cut(5.0, 4.0, lambda t: t, None, relay_link)


class _Jump(NamedTuple):
    """A loss that is there from a moment on, as when a body enters a field of view."""

    at_s: float
    name: str = "jump"
    looks_at: Looks = "sky"

    def loss_db(self, path: Path) -> np.ndarray:
        return np.where(path.time_s >= self.at_s, 1.0, 0.0)

    def source(self, path: Path) -> str:
        return "test"


def test_a_jump_in_a_long_window_is_found_and_does_not_ask_for_endless_samples() -> None:
    at_s, stop_s = 123_456.7, 400_000.0
    smooth = _link(1)
    link = Link(smooth.transmit, smooth.receive, (_Jump(at_s),))
    far = float(range_limits_km(smooth)[0]) * 10.0 ** (-0.5 / 20.0)  # half a decibel of excess

    def path_at(index: IntArray, times: np.ndarray) -> Path:
        return replace(Path.straight(np.full(times.shape, far)), time_s=times)

    one = np.zeros(1, dtype=np.intp)
    found = constant_rate_segments(LinkBook([link], path_at), one, np.zeros(1), np.array([stop_s]))
    assert found.start_s.tolist() == [0.0]
    assert found.end_s[0] == pytest.approx(at_s, abs=EDGE_S)
    assert found.end_s[0] <= at_s
