import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.report.gantt import Row, gantt_figure, intersected, merged
from qqnet.report.scales import rate_scale

contact = st.tuples(st.integers(0, 50), st.integers(1, 20), st.sampled_from([1.0, 5.0, 9.0]))


def rates_at(times, start, end, rate):
    inside = (start <= times[:, None]) & (times[:, None] < end)
    return np.where(inside, rate, 0.0).max(axis=1, initial=0.0)


@given(st.lists(contact, min_size=1, max_size=12))
def test_merged_is_the_best_rate_at_every_moment(contacts):
    start = np.array([float(a) for a, _, _ in contacts])
    end = start + [float(b) for _, b, _ in contacts]
    rate = np.array([c for _, _, c in contacts])
    times = np.arange(0.0, 75.0, 0.5) + 0.25
    found = merged(start, end, rate)
    np.testing.assert_array_equal(rates_at(times, *found), rates_at(times, start, end, rate))
    assert (found[1][:-1] <= found[0][1:]).all()


@given(st.lists(contact, max_size=8), st.lists(contact, max_size=8))
def test_intersected_is_where_both_are(ones, others):
    rows = []
    for contacts in (ones, others):
        start = np.array([float(a) for a, _, _ in contacts])
        end = start + [float(b) for _, b, _ in contacts]
        rows.append(Row("", *merged(start, end, np.ones(len(start)))))
    both = intersected(*rows, "both")
    times = np.arange(0.0, 75.0, 0.5) + 0.25

    def up(row):
        return ((row.start_s <= times[:, None]) & (times[:, None] < row.end_s)).any(axis=1)

    np.testing.assert_array_equal(up(both), up(rows[0]) & up(rows[1]))


def test_share_counts_what_is_inside_the_span():
    row = Row("", np.array([-5.0, 8.0]), np.array([2.0, 30.0]))
    assert row.share((0.0, 10.0)) == pytest.approx(0.4)
    assert Row("", np.empty(0), np.empty(0)).share((0.0, 10.0)) == 0.0


def test_share_of_many_pieces_that_cover_all_is_one():
    edges = np.linspace(0.0, 1.0, 100_001)
    assert Row("", edges[:-1], edges[1:]).share((0.0, 1.0)) == 1.0


def test_bars_lie_where_the_contacts_are():
    day = 86400.0
    row = Row("a", np.array([0.25 * day]), np.array([0.5 * day]), np.array([1e6]))
    axes = gantt_figure([row], (0.0, day), rate_scale(np.array([1e5, 1e7]))).axes[0]
    (bar,) = axes.patches
    left, right = bar.get_extents().intervalx
    inside = axes.transData.inverted().transform([[left, 0.0], [right, 0.0]])[:, 0]
    low, high = axes.get_xlim()
    np.testing.assert_allclose((inside - low) / (high - low), [0.25, 0.5], atol=1e-6, rtol=0)
