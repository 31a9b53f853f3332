"""Intervals cut out of others, against the same by samples of time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.slices import off_slices, without
from qqnet.errors import InputError

edges = st.lists(st.integers(0, 100), min_size=2, max_size=12, unique=True).map(sorted)


def pairs(numbers):
    """Return intervals apart from each other."""
    return np.array(numbers[: len(numbers) // 2 * 2], dtype=float).reshape(-1, 2)


@settings(max_examples=200, deadline=None)
@given(edges, edges)
def test_what_remains_is_what_is_in_one_and_not_in_the_other(windows, cuts):
    windows, cuts = pairs(windows), pairs(cuts)
    which, start, end = without(windows[:, 0], windows[:, 1], cuts)
    middle = np.arange(100) + 0.5

    def inside(some):
        return ((middle[:, None] > some[:, 0]) & (middle[:, None] < some[:, 1])).any(axis=1)

    left = np.stack([start, end], axis=1)
    assert (inside(left) == (inside(windows) & ~inside(cuts))).all()
    assert ((start >= windows[which, 0]) & (end <= windows[which, 1]) & (end > start)).all()
    assert (np.diff(start) > 0).all()


@given(st.floats(0.01, 0.99), st.floats(10.0, 5000.0), st.floats(1.0, 1e5))
def test_what_is_off_is_the_rest_of_each_cycle(duty, period, length):
    off = off_slices([[1000.0, 1000.0 + length]], duty, period)
    whole, rest = divmod(length, period)
    expected = whole * (1 - duty) * period + max(0.0, rest - duty * period)
    assert (off[:, 1] - off[:, 0]).sum() == pytest.approx(expected, abs=1e-6)


def test_always_on_and_always_off():
    dark = [[0.0, 10.0], [20.0, 25.0]]
    assert off_slices(dark, 1.0, 3.0).shape == (0, 2)
    assert off_slices(dark, 0.0, 3.0).tolist() == dark
    assert off_slices(np.empty((0, 2)), 0.3, 3.0).shape == (0, 2)


@pytest.mark.parametrize(
    ("duty", "period", "words"), [(1.5, 10.0, "duty cycle is 1.5"), (0.5, 0.0, "period is 0")]
)
def test_cycles_that_cannot_be(duty, period, words):
    with pytest.raises(InputError, match=words):
        off_slices([[0.0, 1.0]], duty, period)
