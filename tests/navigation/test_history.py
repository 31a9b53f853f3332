"""The logarithmic histogram and its quantiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.navigation.history import RESOLUTION, DopHistory, bin_edges, quantile

SHARES = np.array([3, 1, 2, 5, 9], dtype=np.int64)
value = st.one_of(st.floats(0.01, 1e4), st.just(np.inf))


def followed(values, shares=SHARES):
    history = DopHistory.empty(len(shares), np.array([6.0]))
    return history, history.update(np.ascontiguousarray(values), shares)


def exact_quantile(values, weights, share):
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return values[order][np.argmax(reached >= share * weights.sum() * (1.0 - 1e-12))]


@given(st.lists(value, min_size=15, max_size=15))
def test_quantile_is_above_the_exact_one_by_the_resolution_at_most(values):
    table = np.reshape(values, (1, 3, 5)).repeat(5, axis=0)
    history, (highest, p95, solved) = followed(table)
    weights = np.tile(SHARES, 3)
    for share in (0.05, 0.5, 0.95):
        wanted = exact_quantile(np.ravel(table[0]), weights, share)
        found = quantile(history.histogram[0], bin_edges(), share)
        assert found == wanted or wanted < found <= wanted * (1.0 + RESOLUTION)
    for t in range(3):
        wanted = exact_quantile(table[0, t], SHARES, 0.95)
        assert p95[t, 0] == wanted or wanted < p95[t, 0] <= wanted * (1.0 + RESOLUTION)
        assert highest[t, 0] == table[0, t].max()
        assert solved[t] == SHARES[np.isfinite(table[0, t])].sum()


def test_bins_are_nowhere_coarser_than_stated():
    edges = bin_edges()
    assert np.all(np.diff(edges) > 0)
    assert np.max(np.diff(edges) / edges[:-1]) <= RESOLUTION


@pytest.mark.parametrize("bad", [0.0, 1e-5])
def test_values_below_the_histogram_stay_in_its_first_bin(bad):
    history, _ = followed(np.full((5, 1, 5), bad))
    assert history.histogram[0, 0] == SHARES.sum()
