"""Two plans held against each other: laws for any plans, and each kind of difference by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.combine import clip, merge
from qqnet.contacts.compare import Tolerances, compare_plans
from qqnet.contacts.convert import read_plan, write_plan
from qqnet.contacts.matching import Spans, match
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

RELATIVE = TimeBase("relative")
ROW = {"from": "a", "to": "b", "start_s": 0.0, "end_s": 100.0, "rate_bps": 800.0, "owlt_s": 5.0, "link": "x"}
NODES = {"a": 1, "b": 2}
seeds = st.integers(0, 2**32)
few = settings(max_examples=7)


def plan(*changes, nodes=NODES, base=RELATIVE, endpoints=frozenset()):
    return ContactPlan(pd.DataFrame([ROW | change for change in changes]), nodes, base, endpoints)


@few
@given(seed=seeds, cut=st.floats(0.01, 0.99))
def test_a_plan_does_not_differ_from_itself_nor_from_its_parts(seed, cut, plan_of):
    made = plan_of(seed)
    first, last = made.span
    middle = first + cut * (last - first)
    parts = [clip(made, first, middle), clip(made, middle, last)]
    for other in (made, merge(parts, join=False)):
        found = compare_plans(made, other)
        assert found.identical
        assert found.same == len(made)
        assert not len(found.moved_volumes())


@few
@given(seed=seeds, kept=st.floats(0.3, 1.0), shift=st.floats(-30.0, 30.0), factor=st.sampled_from([1.0, 0.5]))
def test_comparison_is_symmetric_and_counts_every_contact(seed, kept, shift, factor, plan_of):
    made = plan_of(seed, 15)
    rows = made.contacts.sample(frac=kept, random_state=seed % 1000)
    rows = rows.assign(start_s=rows["start_s"] + shift, end_s=rows["end_s"] + shift)
    other = replace(made, contacts=rows.assign(rate_bps=factor * rows["rate_bps"]))
    there, back = compare_plans(made, other), compare_plans(other, made)
    assert there.same == back.same
    assert len(there.changed) == len(back.changed)
    for one, two in ((there.only_first, back.only_second), (there.only_second, back.only_first)):
        pd.testing.assert_frame_equal(one, two)
    keys = ["from", "to", "link"]
    for column in ("start_shift_s", "end_shift_s", "rate_change_bps", "owlt_change_s", "confidence_change"):
        values = [
            sorted(zip(*(one.changed[name] for name in keys), sign * one.changed[column], strict=True))
            for one, sign in ((there, 1.0), (back, -1.0))
        ]
        for a, b in zip(*values, strict=True):
            assert a[:3] == b[:3]
            assert a[3] == pytest.approx(b[3], abs=1e-9)
    for side, one in (("only_first", made), ("only_second", other)):
        assert there.same + len(there.changed) + len(getattr(there, side)) == len(one)
    table = there.volumes
    assert table["first_bytes"].sum() == pytest.approx(made.volume_bytes().sum())
    assert table["second_bytes"].sum() == pytest.approx(other.volume_bytes().sum())


@settings(max_examples=40)
@given(
    edges=st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(1, 9)), max_size=7),
        min_size=2,
        max_size=2,
    )
)
def test_pairs_are_those_of_a_search_one_by_one(edges):
    spans = [
        Spans(
            *(
                np.array(values, dtype=kind)
                for values, kind in zip(zip(*rows, strict=True), (int, float, float), strict=True)
            )
        )
        if rows
        else Spans(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
        for rows in ([(link, start, start + length) for link, start, length in one] for one in edges)
    ]
    one, other = match(*spans)
    pairs = []
    for a, b in product(range(len(edges[0])), range(len(edges[1]))):
        overlap = min(spans[0].end_s[a], spans[1].end_s[b]) - max(spans[0].start_s[a], spans[1].start_s[b])
        apart = abs(spans[0].start_s[a] - spans[1].start_s[b]) + abs(spans[0].end_s[a] - spans[1].end_s[b])
        if spans[0].link[a] == spans[1].link[b] and overlap > 0:
            pairs.append((-overlap, apart, a, b))
    expected = {}
    for _, _, a, b in sorted(pairs):
        if a not in expected and b not in expected.values():
            expected[a] = b
    assert dict(zip(one.tolist(), other.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("change", "column", "value", "tolerance"),
    [
        ({"start_s": 2.0}, "start_shift_s", 2.0, {"time_s": 2.0}),
        ({"end_s": 97.0}, "end_shift_s", -3.0, {"time_s": 3.0}),
        ({"rate_bps": 808.0}, "rate_change_bps", 8.0, {"rate_bps": 8.0}),
        ({"owlt_s": 5.5}, "owlt_change_s", 0.5, {"owlt_s": 0.5}),
        ({"confidence": 0.75}, "confidence_change", -0.25, {"confidence": 0.25}),
    ],
)
def test_each_difference_is_told_until_it_is_tolerated(change, column, value, tolerance):
    found = compare_plans(plan({}), plan(change))
    assert (found.same, len(found.changed), found.identical) == (0, 1, False)
    assert found.changed[column].tolist() == [value]
    assert compare_plans(plan({}), plan(change), Tolerances(**tolerance)).identical


def test_light_time_is_compared_where_both_contacts_are():
    sloped = {"owlt_start_s": 5.0, "owlt_end_s": 6.0, "owlt_s": None}
    later = {"owlt_start_s": 5.5, "owlt_end_s": 6.0, "owlt_s": None, "start_s": 50.0}
    found = compare_plans(plan(sloped), plan(later))
    assert found.changed["owlt_change_s"].tolist() == [0.0]
    assert found.changed["start_shift_s"].tolist() == [50.0]


def test_a_bent_light_time_is_the_same_in_other_pieces_and_steps():
    time_s = np.linspace(0.0, 7200.0, 9)
    owlt = 700.0 + 1e-7 * (time_s - 100.0) ** 2
    pieces = [
        {"start_s": a, "end_s": b, "owlt_start_s": c, "owlt_end_s": d, "owlt_s": None}
        for a, b, c, d in zip(time_s, time_s[1:], owlt, owlt[1:], strict=False)
    ]
    bent = plan(*pieces)
    steps = plan(
        {"start_s": 1.0, "end_s": 3000.0, "owlt_s": 702.0},
        {"start_s": 3001.0, "end_s": 7199.0, "owlt_s": 706.0},
    )
    found = compare_plans(bent, steps, Tolerances(time_s=1.0))
    assert (len(found.changed), len(found.only_first), len(found.only_second)) == (1, 0, 0)
    # Worst at 3001 s, where the second step begins and the true light time is still low.
    low = np.interp(3001.0, time_s, owlt)
    assert found.changed["owlt_change_s"].tolist() == pytest.approx([706.0 - low])
    assert compare_plans(bent, steps, Tolerances(time_s=1.0, owlt_s=706.0 - low + 1e-9)).identical
    assert compare_plans(steps, bent, Tolerances(time_s=1.0)).changed[
        "owlt_change_s"
    ].tolist() == pytest.approx([low - 706.0])


def test_another_link_or_kind():
    found = compare_plans(plan({}), plan({"link": "y"}))
    assert (len(found.only_first), len(found.only_second), len(found.changed)) == (1, 1, 0)
    assert found.moved_volumes()["change_bytes"].tolist() == [-10000.0, 10000.0]
    assert compare_plans(plan({}), plan({"kind": "optical"})).changed["second_kind"].tolist() == ["optical"]
    # A format without links and kinds cannot contradict.
    found = compare_plans(plan({"kind": "optical"}), plan({"link": ""}))
    assert not found.by_link
    assert found.identical


def test_node_tables():
    more = plan({}, nodes={"a": 1, "b": 2, "c": 3}, endpoints=frozenset("b"))
    nodes = compare_plans(plan({}), more).nodes
    assert nodes.only_second == ("c",)
    assert nodes.relays_only_first == ("b",)
    other = plan({"from": "lander"}, nodes={"lander": 1, "b": 2})
    found = compare_plans(plan({}), other)
    assert found.nodes.renamed == ((1, "a", "lander"),)
    assert found.same == 1
    assert not found.identical
    swapped = plan({"from": "b", "to": "a"}, nodes={"a": 2, "b": 1})
    assert compare_plans(plan({}), swapped).same == 1


@few
@given(seed=seeds)
def test_what_ion_rounds_is_within_its_rounding(seed, plan_of, tmp_path_factory):
    made = plan_of(seed, 8, TimeBase("tdb", "2030-01-01T00:00:00Z"))
    # One direction of a pair: ranges of ION hold for both.
    made = replace(made, contacts=made.contacts[made.contacts["from_ipn"] < made.contacts["to_ipn"]])
    first = made.contacts.groupby(["from", "to"])["link"].transform("first")
    made = replace(made, contacts=made.contacts[made.contacts["link"] == first])
    path = tmp_path_factory.mktemp("ion") / "plan.ionrc"
    write_plan(made, path)
    again = read_plan(path)
    assert compare_plans(made, again, Tolerances(1.001, 8.0, 2.0)).identical


def test_plans_without_dates_and_empty_ones():
    empty = replace(plan({}), contacts=plan({}).contacts.iloc[:0])
    assert compare_plans(empty, empty).identical
    found = compare_plans(plan({}), empty)
    assert (len(found.only_first), found.answer()["volume_bytes"]["change"]) == (1, -10000.0)
    with pytest.raises(InputError, match="compare: the plans count time differently"):
        compare_plans(plan({}), plan({}, base=TimeBase("tdb")))
    with pytest.raises(InputError, match="tolerance owlt_s -1: give zero or more"):
        Tolerances(owlt_s=-1)
    assert len(compare_plans(plan({}), empty).answer(0)["only_first"]) == 0
