"""Intervals: crossings of smooth curves, several sites together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.weather.spells import Outages, clipped, fewer_than, intervals_above


def test_crossings_of_a_sine_are_found():
    at = np.arange(0.0, 98.0)
    w = 2 * np.pi / 17.0
    found = intervals_above(np.cos(w * at), -w * np.sin(w * at), 1000.0, 10.0)
    assert found[0, 0] == 1000.0
    edges = np.concatenate(found)[1:]
    wanted = 1000.0 + 10.0 * 8.5 * (np.arange(edges.size) + 0.5)
    # The cubic is right to h^4/384 of the fourth derivative: 5e-5 of a step.
    assert edges == pytest.approx(wanted, abs=2e-3)


def test_a_bump_between_two_values_is_found():
    found = intervals_above(np.array([-0.05, -0.05]), np.array([1.0, -1.0]), 0.0, 1.0)
    # -0.05 + t (1 - t) is above zero between its two roots.
    assert found[0] == pytest.approx(np.roots([-1.0, 1.0, -0.05])[::-1], abs=1e-6)


def test_what_is_always_or_never_above():
    one = np.ones(5)
    assert intervals_above(one, 0 * one, 3.0, 2.0).tolist() == [[3.0, 11.0]]
    assert intervals_above(-one, 0 * one, 3.0, 2.0).shape == (0, 2)


edges = st.lists(st.integers(0, 40), min_size=0, max_size=12, unique=True).map(sorted)


@given(st.lists(edges, min_size=1, max_size=5), st.integers(1, 5), st.integers(0, 10), st.integers(30, 40))
def test_fewer_than_is_what_counting_finds(lists, wanted, start, stop):
    sites = [np.array(one[: len(one) // 2 * 2], dtype=float).reshape(-1, 2) for one in lists]
    found = fewer_than(sites, wanted, start, stop)
    middle = np.arange(start, stop) + 0.5
    clear = sum(~((one[:, 0] < middle[:, None]) & (middle[:, None] < one[:, 1])).any(axis=1) for one in sites)
    inside = ((found[:, 0] < middle[:, None]) & (middle[:, None] < found[:, 1])).any(axis=1)
    assert (inside == (clear < wanted)).all()
    assert (found[:, 1] > found[:, 0]).all()
    assert (found[1:, 0] > found[:-1, 1]).all()


def test_outages_are_summed_up():
    found = Outages.of(np.array([[-5.0, 10.0], [20.0, 30.0], [95.0, 120.0]]), 0.0, 100.0)
    assert (found.good, found.count, found.longest_s) == (pytest.approx(0.75), 3, 10.0)
    assert found.mean_s == pytest.approx(25.0 / 3.0)
    assert Outages.of(np.empty((0, 2)), 0.0, 1.0) == Outages(1.0, 0, 0.0, 0.0)
    assert clipped(np.array([[0.0, 1.0]]), 2.0, 3.0).size == 0
