import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.report.sankey_layout import layout
from qqnet.traffic.flows import Flow


def volumes(**flows):
    rows = [(name, one, other, size) for name, hops in flows.items() for one, other, size in hops]
    return pd.DataFrame(rows, columns=["flow", "from", "to", "bytes"])


def a_flow(name, source, destination):
    return Flow(name, source, destination, rate_bps=8.0)


def names(arranged):
    return [[box.name for box in column if box.role] for column in arranged.columns]


def test_both_directions_over_one_relay_give_it_two_boxes_only_where_it_must():
    there, back = a_flow("there", "a", "b"), a_flow("back", "b", "a")
    rows = volumes(
        there=[("a", "r", 9.0), ("r", "s", 9.0), ("s", "b", 9.0)],
        back=[("b", "s", 5.0), ("s", "r", 5.0), ("r", "a", 5.0)],
    )
    arranged = layout(rows, [there, back])
    columns = [sorted(column) for column in names(arranged)]
    assert columns == [["a", "b"], ["r", "s"], ["r", "s"], ["a", "b"]]
    assert arranged.hidden_bytes == 0.0
    same = layout(rows.assign(flow="there")[:3], [there])
    assert names(same) == [["a"], ["r"], ["s"], ["b"]]


def test_flows_the_same_way_share_a_box_whose_size_is_their_sum():
    flows = [a_flow("one", "a", "c"), a_flow("two", "b", "c")]
    rows = volumes(one=[("a", "r", 4.0), ("r", "c", 3.0)], two=[("b", "r", 2.0), ("r", "c", 2.0)])
    arranged = layout(rows, flows)
    assert names(arranged) == [["a", "b"], ["r"], ["c"]]
    sizes = {box.name: arranged.size(box) for column in arranged.columns for box in column}
    # One byte of the first flow was lost at the relay.
    assert sizes == {"a": 4.0, "b": 2.0, "r": 6.0, "c": 5.0}


def test_members_of_a_constellation_are_one_box_and_what_stays_within_is_counted():
    rows = volumes(up=[("a", "sat-1", 4.0), ("sat-1", "sat-2", 4.0), ("sat-2", "b", 4.0)])
    groups = {"sat-1": "sat", "sat-2": "sat"}
    arranged = layout(rows, [a_flow("up", "a", "b")], groups)
    assert names(arranged) == [["a"], ["sat"], ["b"]]
    assert arranged.hidden_bytes == 4.0


def test_what_leads_back_within_a_flow_is_left_out_and_counted():
    rows = volumes(up=[("a", "r", 9.0), ("r", "s", 9.0), ("s", "r", 1.0), ("s", "b", 8.0), ("r", "a", 2.0)])
    arranged = layout(rows, [a_flow("up", "a", "b")])
    assert names(arranged) == [["a"], ["r"], ["s"], ["b"]]
    assert arranged.hidden_bytes == 3.0


def test_a_strip_that_passes_columns_has_a_place_in_each():
    rows = volumes(far=[("a", "r", 1.0), ("r", "s", 1.0), ("s", "b", 1.0)], near=[("c", "b", 7.0)])
    arranged = layout(rows, [a_flow("far", "a", "b"), a_flow("near", "c", "b")])
    passing = [box for column in arranged.columns for box in column if not box.role]
    assert len(passing) == 2
    assert all(arranged.size(box) == 7.0 for box in passing)


@given(
    st.lists(
        st.tuples(st.permutations("abcdef"), st.integers(1, 5), st.floats(1.0, 1e9)), min_size=1, max_size=8
    )
)
def test_strips_run_one_column_to_the_right_and_no_byte_is_lost(ways):
    flows, hops = [], {}
    for number, (nodes, length, size) in enumerate(ways):
        way = nodes[: length + 1]
        flows.append(a_flow(f"flow {number}", way[0], way[-1]))
        hops[f"flow {number}"] = [(one, other, size) for one, other in itertools.pairwise(way)]
    arranged = layout(volumes(**hops), flows)
    column = {box: k for k, boxes in enumerate(arranged.columns) for box in boxes}
    assert all(column[strip.end] == column[strip.start] + 1 for strip in arranged.strips)
    assert len(arranged.columns) <= 1 + max(length for _, length, _ in ways)
    total = sum(size for _, _, size in ways)
    for role in ("source", "sink"):
        through = sum(arranged.size(box) for box in column if box.role == role)
        assert through == pytest.approx(total)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.permutations("cdefg"), min_size=1, max_size=3), min_size=1, max_size=10))
def test_any_tangle_of_ways_runs_from_left_to_right_in_few_columns(ways):
    flows, hops = [], {}
    for number, inner in enumerate(ways):
        ends = ("a", "b") if number % 2 else ("b", "a")
        flows.append(a_flow(f"flow {number}", *ends))
        hops[f"flow {number}"] = [
            (one, other, 1.0 + number)
            for way in inner
            for one, other in itertools.pairwise((ends[0], *way, ends[1]))
        ]
    arranged = layout(volumes(**hops), flows)
    column = {box: k for k, boxes in enumerate(arranged.columns) for box in boxes}
    assert all(column[strip.end] == column[strip.start] + 1 for strip in arranged.strips)
    assert len(arranged.columns) <= 7
