"""Numbers of nodes, lanes of links, and numbers that are none."""

from __future__ import annotations

import pandas as pd
import pytest

from qqnet.contacts.reading import finite, lanes, numbered, plan_of_rows, shown, whole
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError


def test_whole_numbers():
    assert whole("0") == 0
    assert whole(str(2**63 - 1)) == 2**63 - 1
    for word in ("", "-1", "+1", "1.0", "1e3", "٣", "²", str(2**63), "9" * 5000):
        assert whole(word) is None


def test_own_numbers_come_first_and_are_never_given_twice():
    assert numbered(["earth", "1", "moon", "ipn:3.0", "ipn:1"]) == {
        "earth": 2,
        "1": 1,
        "moon": 4,
        "ipn:3.0": 3,
        "ipn:1": 5,
    }
    many = numbered(f"n{place}" for place in range(100_000))
    assert sorted(many.values()) == list(range(1, 100_001))


def test_lanes_are_as_few_as_contacts_that_overlap():
    frame = pd.DataFrame(
        [("a", "b", 0, 10), ("a", "b", 5, 15), ("a", "b", 10, 20), ("a", "b", 12, 13), ("b", "a", 0, 10)],
        columns=["from", "to", "start_s", "end_s"],
    )
    assert lanes(frame) == ["", "2", "", "3", ""]
    assert lanes(frame.iloc[[0, 2, 4]].reset_index(drop=True)) == ["", "", ""]


@pytest.mark.parametrize("value", [None, True, "1", [1], float("inf"), float("nan"), 10**400])
def test_what_is_no_number_is_shown_shortly(value):
    with pytest.raises(InputError, match=r"^f:3: delay is .{1,60}; give a finite number$"):
        finite(value, "delay", "f:3")
    assert len(shown("x" * 1000)) == 60
    assert shown(10**5000) == "a number too long to be shown"


def test_lines_are_asked_for_only_where_something_is_wrong():
    asked = []

    def lines() -> list[int]:
        asked.append(1)
        return [7]

    good = ("1", "2", 0.0, 9.0, 8.0, 1.0, 1.0, 1.0)
    assert len(plan_of_rows([good], lines, None, TimeBase("relative"), "f")) == 1
    assert asked == []
    with pytest.raises(InputError, match=r"^f:7: contacts\[0\]\.end_s: 1 -> 2: is reversed"):
        plan_of_rows([(*good[:2], 9.0, 0.0, *good[4:])], lines, None, TimeBase("relative"), "f")
    with pytest.raises(InputError, match=r"^f:7: contacts\[0\]\.to: 1 -> 1: a contact joins two"):
        plan_of_rows([("1", *good[:1], *good[2:])], lines, None, TimeBase("relative"), "f")
