"""Contact plans: what is refused, what they add up to, cutting and joining."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase, tdb_from_unix
from qqnet.errors import InputError

GOOD = {
    "from": "a",
    "to": "b",
    "start_s": 10.0,
    "end_s": 20.0,
    "rate_bps": 800.0,
    "owlt_start_s": 4.0,
    "owlt_end_s": 5.0,
}
NODES = {"a": 1, "b": 2, "c": 3}
RELATIVE = TimeBase("relative")


def plan(*changes: dict[str, object], nodes: dict[str, int] = NODES) -> ContactPlan:
    return ContactPlan(pd.DataFrame([{**GOOD, **change} for change in changes]), nodes, RELATIVE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"to": "x"}, r"contacts\[1\].to: a -> x: 'x' is not a node"),
        ({"to": "a"}, r"contacts\[1\].to: a -> a: a contact joins two different nodes"),
        ({"end_s": 5.0}, "is reversed: end 5.0 must lie after start 10.0"),
        ({"end_s": 10.0}, "has no length"),
        ({"start_s": math.nan}, r"contacts\[1\].start_s: a -> b: time is missing"),
        ({"rate_bps": 0.0}, "rate 0.0 bit/s: give a finite rate above 0"),
        ({"rate_bps": math.inf}, "rate inf bit/s"),
        ({"owlt_end_s": math.nan}, r"contacts\[1\].owlt_end_s: a -> b: light time is missing"),
        ({"owlt_start_s": -0.5}, "light time -0.5 s is negative"),
        ({"owlt_start_s": 40.0, "owlt_end_s": 30.0}, "light time falls by 10.0 s within 10.0 s"),
        ({"volume_bytes": 900.0}, r"contacts\[1\].volume_bytes: a -> b: volume 900.0 byte is not rate times"),
        ({"kind": "pigeon"}, "kind 'pigeon': give one of rf, optical, terrestrial"),
        ({"start_s": 8.0, "end_s": 11.0, "to": "c"}, "must not overlap"),
    ],
)
def test_each_fault_is_named_with_its_row(change, message):
    base = {"to": "c", "start_s": 1.0, "end_s": 9.0, "link": "x", "kind": "rf"}
    with pytest.raises(InputError, match=message):
        plan(base, {"link": "x", "kind": "rf", **change})


def test_all_faults_are_told_at_once_but_a_flood_is_cut_short():
    with pytest.raises(InputError) as caught:
        plan(*({"rate_bps": -1.0, "start_s": 30.0 * k, "end_s": 30.0 * k + 5} for k in range(50)))
    assert len(str(caught.value).splitlines()) == 21
    assert str(caught.value).endswith("and 30 more faults")


def test_overlap_is_found_behind_a_longer_contact():
    with pytest.raises(InputError, match=r"contacts\[2\].*at 100.0"):
        plan({"start_s": 0.0, "end_s": 100.0}, {"link": "other"}, {"start_s": 50.0, "end_s": 60.0})


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ({"a": 1, "b": 1}, "ipn number 1 is already that of a"),
        ({"a": 1, "b": 0}, "ipn number 0"),
        ({"a": 1, "b": 2, "c\n": 3}, "printable text"),
    ],
)
def test_node_tables_are_checked(nodes, message):
    with pytest.raises(InputError, match=message):
        plan({}, nodes=nodes)


def test_contacts_are_sorted_and_numbered():
    rows = plan({"start_s": 15.0, "to": "c"}, {}).contacts
    assert rows["start_s"].tolist() == [10.0, 15.0]
    assert rows["to_ipn"].tolist() == [2, 3]


def test_a_volume_that_follows_from_rate_and_length_is_read_and_not_kept_twice():
    made = plan({"volume_bytes": 1000.0})
    assert "volume_bytes" not in made.contacts.columns
    assert made.volume_bytes().tolist() == [1000.0]


def test_light_time_is_linear_in_a_contact_and_unknown_outside():
    made = plan({}, {"start_s": 50.0, "end_s": 60.0, "owlt_end_s": 3.0})
    assert made.owlt_s(0, [10.0, 12.5, 20.0]).tolist() == [4.0, 4.25, 5.0]
    assert made.owlt_s([0, 1], [[20.0, 50.0], [10.0, 60.0]]).tolist() == [[5.0, 4.0], [4.0, 3.0]]
    assert made.owlt_s([], []).size == 0
    with pytest.raises(
        InputError, match=r"contacts\[1\]: 49.0 s is outside the contact, .* from 50.0 to 60.0"
    ):
        made.owlt_s([0, 1], [15.0, 49.0])
    with pytest.raises(InputError, match="rows 0 to 1"):
        made.owlt_s(-1, 15.0)


def test_a_constant_light_time_stands_for_both_ends():
    row = {key: value for key, value in GOOD.items() if not key.startswith("owlt")}
    rows = ContactPlan(pd.DataFrame([{**row, "owlt_s": 7.0}]), NODES, RELATIVE).contacts
    assert rows[["owlt_start_s", "owlt_end_s"]].to_numpy().tolist() == [[7.0, 7.0]]
    assert "owlt_s" not in rows.columns


def test_a_flood_of_rows_is_checked_in_one_pass():
    rows = pd.DataFrame([GOOD]).loc[[0] * 20_000].assign(start_s=100.0 * np.arange(20_000))
    rows["end_s"] = rows["start_s"] + 10.0
    assert len(ContactPlan(rows, NODES, RELATIVE)) == 20_000
    with pytest.raises(InputError, match="and 19980 more faults"):
        ContactPlan(rows.assign(rate_bps=-1.0), NODES, RELATIVE)


def test_nodes_are_found_by_name_or_number_and_typos_get_a_hint():
    found = plan({}, nodes={"a": 1, "b": 2, "far-relay": 7})
    assert [found.node(text) for text in ("far-relay", "7", "ipn:7", "ipn:7.0")] == ["far-relay"] * 4
    with pytest.raises(InputError, match="did you mean one of: far-relay"):
        found.node("far-relai")


def test_times_of_a_plan_are_seconds_or_utc():
    epoch = TimeBase("relative", "2031-02-03T04:05:06Z")
    assert epoch.seconds("2031-02-03T04:06:06Z") == pytest.approx(60.0, abs=1e-6)
    assert epoch.utc_text(60.0) == "2031-02-03T04:06:06.000Z"
    assert RELATIVE.seconds("12.5") == 12.5
    assert RELATIVE.utc_text(0.0) is None
    with pytest.raises(InputError, match="does not name"):
        RELATIVE.seconds("2031-02-03T04:06:06Z")
    with pytest.raises(InputError, match="not finite"):
        RELATIVE.seconds("nan")


@settings(max_examples=100, deadline=None)
@given(seconds=st.integers(1_500_000_000, 2_800_000_000))
def test_posix_seconds_come_back(seconds):
    tdb = TimeBase("tdb").unix_seconds(tdb_from_unix([seconds]))
    assert tdb[0] == pytest.approx(seconds, abs=1e-6)


def test_posix_has_no_leap_second():
    # 2016-12-31T23:59:60 exists; POSIX gives it the number of the following midnight.
    midnight = 1_483_228_800
    leap = tdb_from_unix([midnight]) - 1.0
    assert TimeBase("tdb").unix_seconds(leap)[0] == pytest.approx(midnight, abs=1e-5)
    assert TimeBase("tdb").unix_seconds(leap - 1.0)[0] == pytest.approx(midnight - 1, abs=1e-5)
