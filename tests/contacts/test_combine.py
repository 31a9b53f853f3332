"""Cutting plans, merging plans: laws that hold for any plan, and rules where contacts overlap."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.combine import clip, merge, merge_with_notes
from qqnet.contacts.cutting import join_touching
from qqnet.contacts.node_tables import renamed
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

RELATIVE = TimeBase("relative")
ROW = {"from": "a", "to": "b", "start_s": 0.0, "end_s": 100.0, "rate_bps": 800.0, "owlt_s": 5.0}
NODES = {"a": 1, "b": 2}
seeds = st.integers(0, 2**32)
few = settings(max_examples=7)


def plan(*changes, nodes=NODES, base=RELATIVE):
    return ContactPlan(pd.DataFrame([ROW | change for change in changes]), nodes, base)


def edges(made):
    return made.contacts[["start_s", "end_s", "rate_bps"]].to_numpy().tolist()


def same(found, expected):
    """Equal but for what double precision leaves."""
    pd.testing.assert_frame_equal(found.contacts, expected.contacts, rtol=0, atol=1e-9)
    assert (found.nodes, found.endpoints) == (expected.nodes, expected.endpoints)


@few
@given(seed=seeds, shares=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4), whole=st.booleans())
def test_the_parts_of_a_plan_make_the_whole(seed, shares, whole, plan_of):
    made = plan_of(seed, whole=whole)
    first, last = made.span
    cuts = sorted({first - 1.0, *(first + share * (last - first) for share in shares), last + 1.0})
    parts = [clip(made, a, b) for a, b in pairwise(cuts)]
    assert sum(part.volume_bytes().sum() for part in parts) == pytest.approx(made.volume_bytes().sum())
    same(merge(parts), join_touching(made))
    assert merge(parts, join=False).volume_bytes().sum() == pytest.approx(made.volume_bytes().sum())


@few
@given(seed=seeds, spans=st.lists(st.integers(-10, 110), min_size=4, max_size=4, unique=True))
def test_a_clip_of_a_clip_is_the_clip_of_what_is_common(seed, spans, plan_of):
    made = plan_of(seed)
    first, last = made.span
    low, inner_low, inner_high, high = (first + share * (last - first) / 100.0 for share in sorted(spans))
    once = clip(made, inner_low, inner_high)
    same(clip(clip(made, low, inner_high), inner_low, high), once)
    same(clip(once, low, high), once)
    assert len(once) == 0 or (once.span[0] >= inner_low and once.span[1] <= inner_high)


@few
@given(
    seed=seeds, shift=st.floats(-900.0, 900.0), rule=st.sampled_from(["first", "last", "fastest", "slowest"])
)
def test_where_contacts_overlap_the_rule_says_which_stays(seed, shift, rule, plan_of):
    first = plan_of(seed, 8)
    rows = first.contacts
    swapped = rows["rate_bps"].to_numpy()[::-1]
    moved = rows.assign(start_s=rows["start_s"] + shift, end_s=rows["end_s"] + shift, rate_bps=swapped)
    second = replace(first, contacts=moved)
    merged = merge([first, second], rule)
    times = np.random.default_rng(seed).uniform(*merged.span, 100)
    keys = ["from", "to", "link"]
    for key in merged.contacts[keys].drop_duplicates().to_numpy().tolist():
        found = [_active(one, key, times) for one in (first, second, merged)]
        (a_rate, a_owlt), (b_rate, b_owlt), (rate, owlt) = found
        prefer = {
            "first": ~np.isnan(a_rate),
            "last": np.isnan(b_rate),
            "fastest": np.nan_to_num(a_rate) >= np.nan_to_num(b_rate),
            "slowest": np.nan_to_num(a_rate, nan=np.inf) <= np.nan_to_num(b_rate, nan=np.inf),
        }[rule]
        np.testing.assert_array_equal(rate, np.where(prefer, a_rate, b_rate))
        np.testing.assert_allclose(owlt, np.where(prefer, a_owlt, b_owlt), rtol=0, atol=1e-6)


def _active(made, key, times):
    """Rate and light time of one link at times, NaN where it has no contact."""
    rate, owlt = np.full(times.size, np.nan), np.full(times.size, np.nan)
    for row, values in enumerate(made.contacts[["from", "to", "link"]].to_numpy().tolist()):
        if values == key:
            one = made.contacts.iloc[row]
            inside = (one["start_s"] < times) & (times < one["end_s"])
            rate[inside] = one["rate_bps"]
            owlt[inside] = made.owlt_s(row, times[inside])
    return rate, owlt


def test_overlaps_are_refused_with_what_to_do_and_told_where_they_give_way():
    first, second = plan({}), plan({"start_s": 90.0, "end_s": 120.0, "rate_bps": 8e3})
    with pytest.raises(
        InputError,
        match=r"1 contacts overlap another .* first a -> b '' at 90 s; say which stays .overlap: first, last",
    ):
        merge([first, second])
    merged, notes = merge_with_notes([first, second], "first")
    assert edges(merged) == [[0.0, 100.0, 800.0], [100.0, 120.0, 8e3]]
    assert notes == ["10 s of 1 contact gave way to contacts of the same link of an earlier plan"]
    assert edges(merge([first, second], "fastest")) == [[0.0, 90.0, 800.0], [90.0, 120.0, 8e3]]
    with pytest.raises(InputError, match="overlap 'newest' is not one of refuse, first, last"):
        merge([first, second], "newest")


def test_a_contact_is_cut_in_two_around_one_that_stays():
    merged = merge([plan({"start_s": 40.0, "end_s": 60.0, "rate_bps": 80.0}), plan({})], "first")
    assert edges(merged) == [[0.0, 40.0, 800.0], [40.0, 60.0, 80.0], [60.0, 100.0, 800.0]]


@pytest.mark.parametrize(
    "change", [{"rate_bps": 80.0}, {"kind": "optical"}, {"confidence": 0.5}, {"link": "x"}]
)
def test_only_contacts_that_are_alike_are_joined(change):
    halves = [{"end_s": 50.0}, {"start_s": 50.0}]
    assert edges(merge([plan(*halves)])) == [[0.0, 100.0, 800.0]]
    assert len(merge([plan(halves[0], halves[1] | change)])) == 2
    assert len(merge([plan(*halves)], join=False)) == 2


def test_ranges_follow_the_edges_and_the_least_margin_stays():
    made = plan({"range_start_km": 100.0, "range_end_km": 200.0, "margin_db": 3.0, "note": "calm"})
    parts = [clip(made, -1.0, 25.0), clip(made, 25.0, 101.0)]
    assert parts[0].contacts[["range_start_km", "range_end_km"]].to_numpy().tolist() == [[100.0, 125.0]]
    assert parts[1].contacts[["range_start_km", "range_end_km"]].to_numpy().tolist() == [[125.0, 200.0]]
    parts[0] = replace(parts[0], contacts=parts[0].contacts.assign(margin_db=2.0))
    (row,) = merge(parts).contacts.to_dict("records")
    assert (row["range_start_km"], row["range_end_km"], row["margin_db"], row["note"]) == (
        100.0,
        200.0,
        2.0,
        "calm",
    )


def test_joining_keeps_light_time_within_the_tolerance():
    time_s = np.linspace(0.0, 1000.0, 33)
    owlt = 1.0 + 1e-7 * time_s**2
    rows = pd.DataFrame({"start_s": time_s[:-1], "end_s": time_s[1:]})
    rows = rows.assign(owlt_start_s=owlt[:-1], owlt_end_s=owlt[1:])
    bent = ContactPlan(rows.assign(**{"from": "a", "to": "b", "rate_bps": 8.0}), NODES, RELATIVE)
    assert len(join_touching(bent)) == len(bent)
    for tolerance_s in (1e-4, 1e-3, 1e-2, 1.0):
        joined = join_touching(bent, tolerance_s)
        place = np.searchsorted(joined.contacts["end_s"], time_s)
        assert np.abs(joined.owlt_s(place, time_s) - owlt).max() <= tolerance_s
        assert joined.volume_bytes().sum() == pytest.approx(1000.0)
        assert len(joined) < len(bent)
    assert len(join_touching(bent, 1.0)) == 1
    with pytest.raises(InputError, match="give zero or more"):
        join_touching(bent, -1.0)


def test_a_node_is_its_number_and_takes_the_name_that_a_plan_has_for_it():
    numbered = plan({"from": "1", "to": "2", "start_s": 200.0, "end_s": 300.0}, nodes={"1": 1, "2": 2})
    merged = merge([numbered, plan({})])
    assert merged.nodes == NODES
    assert merged.contacts["from"].tolist() == ["a", "a"]
    with pytest.raises(InputError, match="node b is ipn 2 in one plan and 7 in another"):
        merge([plan({}), plan({}, nodes={"a": 1, "b": 7})])
    with pytest.raises(InputError, match="ipn number 2 is b in one plan and c in another"):
        merge([plan({}), plan({"to": "c"}, nodes={"a": 1, "c": 2})])
    with pytest.raises(InputError, match="would be the name of two nodes"):
        renamed(plan({}), {1: "b"})


def test_plans_that_count_time_differently():
    dated = plan({}, base=TimeBase("relative", "2030-01-01T00:00:00Z"))
    later = plan({}, base=TimeBase("relative", "2030-01-01T01:00:00Z"))
    assert merge([dated, later]).contacts["start_s"].tolist() == pytest.approx([0.0, 3600.0], abs=1e-5)
    with pytest.raises(InputError, match=r"count time differently .seconds from an instant.*give the epoch"):
        merge([plan({}), plan({}, base=TimeBase("tdb"))])
    assert len(merge([plan({}), plan({})])) == 1
    with pytest.raises(InputError, match="at least one plan"):
        merge([])
    with pytest.raises(InputError, match=r"the end 1.0 must lie after the start 1.0"):
        clip(plan({}), 1.0, 1.0)
