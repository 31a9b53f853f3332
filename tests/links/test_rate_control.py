"""Policies of rate control on modes that hold piece by piece: laws, against evaluation moment by moment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.links.antennas import Antenna
from qqnet.links.controlled_rates import policy_of, rate_segments
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import IntArray, Link
from qqnet.links.path import Path
from qqnet.links.rate_control import RateControl, Steps, controlled
from qqnet.links.rates import LinkBook, Segments, constant_rate_segments

END = 1000.0
RATES = [1e3, 4e3, 16e3, 64e3]


@st.composite
def two_levels(draw: st.DrawFn) -> tuple[Steps, Steps]:
    """Modes that a link can keep, and slower or equal ones that it can change up to."""
    edges = draw(st.lists(st.floats(1.0, END - 1.0), max_size=12, unique=True))
    starts = np.array([0.0, *sorted(edges)])
    stay = np.array(draw(st.lists(st.integers(-1, 3), min_size=starts.size, max_size=starts.size)))
    drop = np.array(draw(st.lists(st.integers(0, 2), min_size=starts.size, max_size=starts.size)))
    return Steps(starts, stay, END), Steps(starts, np.maximum(stay - drop, -1), END)


policies = st.builds(
    RateControl,
    kind=st.sampled_from(["adaptive", "per-pass"]),
    hysteresis_db=st.just(1.0),
    dwell_s=st.floats(0.0, 400.0),
) | st.builds(RateControl, kind=st.just("stepwise"), interval_s=st.floats(10.0, 2000.0))


@given(two_levels(), policies)
def test_no_policy_promises_more_than_the_link_can_carry(levels: tuple[Steps, Steps], policy: RateControl):
    stay, enter = levels
    used = controlled(policy, stay, enter, RATES)
    edges = np.union1d(np.union1d(stay.start_s, used.start_s), [END])
    middles = 0.5 * (edges[1:] + edges[:-1])
    assert (used.at(middles) <= stay.at(middles)).all()


@given(two_levels(), policies)
def test_changes_keep_their_distance_unless_the_link_would_break(
    levels: tuple[Steps, Steps], policy: RateControl
):
    stay, enter = levels
    used = controlled(policy, stay, enter, RATES)
    assert (np.diff(used.mode) != 0).all()
    for before, after, now, then in zip(
        used.start_s[1:-1], used.start_s[2:], used.mode[1:-1], used.mode[2:], strict=True
    ):
        if then > now:
            assert after - before >= policy.dwell_s - 1e-9
        elif policy.kind != "stepwise":
            assert stay.at(after) < now  # it had to


@given(two_levels())
def test_without_hysteresis_adaptive_is_the_best_mode(levels: tuple[Steps, Steps]):
    stay, _ = levels
    used = controlled(RateControl(), stay, stay, RATES)
    times = np.linspace(0.0, END, 400, endpoint=False)
    np.testing.assert_array_equal(used.at(times), stay.at(times))


@given(two_levels(), st.floats(10.0, 2000.0))
def test_steps_change_at_their_boundaries_alone(levels: tuple[Steps, Steps], interval_s: float):
    stay, _ = levels
    used = controlled(RateControl("stepwise", interval_s=interval_s), stay, stay, RATES)
    turns = used.start_s / interval_s
    np.testing.assert_allclose(turns, np.round(turns), atol=1e-9, rtol=0)
    for start in np.arange(0.0, END - 1e-6, interval_s):
        end = min(start + interval_s, END)
        inside = (stay.start_s >= start) & (stay.start_s < end)
        least = min([int(stay.at(start)), *stay.mode[inside].tolist()])
        assert used.at(start) == least


@given(two_levels())
def test_the_mode_of_a_pass_carries_most(levels: tuple[Steps, Steps]):
    stay, _ = levels
    used = controlled(RateControl("per-pass"), stay, stay, RATES)
    assert set(used.mode.tolist()) - {-1} in (set(), {int(used.mode.max())})
    lengths = np.diff(np.append(stay.start_s, END))

    def volume(mode: int) -> float:
        return float(RATES[mode] * lengths[stay.mode >= mode].sum())

    carried = sum(
        RATES[mode] * length
        for mode, length in zip(used.mode, np.diff(np.append(used.start_s, END)), strict=True)
        if mode >= 0
    )
    assert carried == pytest.approx(max(volume(mode) for mode in range(len(RATES))))


def test_hysteresis_rides_out_a_wobble():
    stay = Steps(np.arange(6) * 100.0, np.array([1, 2, 1, 2, 1, 2]), 600.0)
    enter = Steps(np.array([0.0]), np.array([1]), 600.0)
    used = controlled(RateControl(hysteresis_db=1.0), stay, enter, RATES)
    assert used.start_s.tolist() == [0.0]
    assert used.mode.tolist() == [1]


def _link(control: RateControl | None) -> Link:
    modes = tuple(Mode(f"m{k}", 4e6 * 1.25**k, 2.0) for k in range(14))
    transmit = RfTransmit(26.5e9, 20.0, Antenna(diameter_m=0.5), modes, margin_db=3.0, control=control)
    return Link(transmit, RfReceive(Antenna(diameter_m=0.3), 500.0, 25.5e9, 27.5e9))


def _wobbling(index: IntArray, times: np.ndarray) -> Path:
    return Path.straight(20_000.0 + 12_000.0 * np.sin(times / 500.0) + 2500.0 * np.sin(times / 40.0))


def _cut(control: RateControl | None) -> tuple[Segments, LinkBook]:
    book = LinkBook([_link(control)], _wobbling)
    start, end = np.array([0.0, 5000.0]), np.array([4000.0, 9000.0])
    return rate_segments(book, np.zeros(2, dtype=np.intp), start, end), book


def test_a_plain_policy_changes_nothing():
    with_none, book = _cut(None)
    plain, _ = _cut(RateControl())
    direct = constant_rate_segments(
        book, np.zeros(2, dtype=np.intp), np.array([0.0, 5000.0]), np.array([4000.0, 9000.0])
    )
    for found in (with_none, plain):
        np.testing.assert_array_equal(found.start_s, direct.start_s)
        np.testing.assert_array_equal(found.rate_bps, direct.rate_bps)
    assert policy_of(_link(RateControl())) is None


@pytest.mark.parametrize(
    "control",
    [
        RateControl(hysteresis_db=1.0),
        RateControl(dwell_s=300.0),
        RateControl("per-pass"),
        RateControl("stepwise", interval_s=250.0),
    ],
)
def test_segments_of_a_policy_close_with_the_margin_they_state(control: RateControl):
    best, _ = _cut(None)
    found, book = _cut(control)
    assert len(found) < len(best)
    assert (np.diff(found.start_s) > 0.0).all()
    for n in range(len(found)):
        times = np.linspace(found.start_s[n], found.end_s[n], 200)
        excess = book.excess_db(np.zeros(200, dtype=np.intp), times)[found.mode[n]]
        assert excess.min() >= -1e-3
        assert found.margin_db[n] <= excess.min() + 3.0 + 0.1


def test_windows_without_length_or_without_a_link_are_in_none():
    book = LinkBook(
        [_link(RateControl(dwell_s=60.0)), _link(None)], lambda index, times: Path.straight(1e7 + times)
    )
    found = rate_segments(book, np.array([0, 1, 0]), np.array([0.0, 0.0, 5.0]), np.array([100.0, 100.0, 5.0]))
    assert len(found) == 0


@settings(max_examples=8)
@given(st.floats(0.0, 3.0))
def test_more_hysteresis_never_carries_more(hysteresis_db: float):
    def volume(control: RateControl | None) -> float:
        found, _ = _cut(control)
        return float((found.rate_bps * (found.end_s - found.start_s)).sum())

    held = volume(RateControl(hysteresis_db=hysteresis_db))
    assert held <= volume(None) * (1.0 + 1e-9)
    assert held >= 0.3 * volume(None)  # 3 dB are about three modes of this ladder
