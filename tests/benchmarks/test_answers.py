"""Routes of other programs are timed and counted as they are meant to be."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan

FILE = Path(__file__).parents[2] / "benchmarks" / "answers.py"
SPEC = importlib.util.spec_from_file_location("answers", FILE)
assert SPEC is not None
assert SPEC.loader is not None
answers = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(answers)

LEGS = [("a", "b", 0.0), ("b", "c", 10.0)]


@pytest.fixture(scope="module")
def timetable():
    rows = pd.DataFrame(
        [("a", "b", 0.0, 20.0, 1e6, 3.0, 3.0), ("b", "c", 10.0, 15.0, 1e6, 2.0, 2.0)],
        columns=["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"],
    )
    return answers.Timetable(ContactPlan(rows, {"a": 1, "b": 2, "c": 3}))


@pytest.mark.parametrize(
    ("at_s", "arrival_s"),
    [(0.0, 12.0), (8.0, 13.0), (11.5, 16.5), (12.0, math.inf), (20.0, math.inf)],
    ids=["waits", "passes", "just in time", "comes when the second contact ends", "when the first ends"],
)
def test_contacts_are_timed_with_light_time_and_closed_ends(timetable, at_s, arrival_s):
    assert timetable.arrival_s(LEGS, at_s) == arrival_s


def test_no_contacts_arrive_never(timetable):
    assert timetable.arrival_s(None, 0.0) == math.inf


def test_first_routes_fall_into_one_case_each():
    ours = [(5.0, 2), (5.0, 2), (5.0, 2), (5.0, 2), (5.0, 2), (5.0, 2), (math.inf, 0)]
    theirs = [LEGS, [*LEGS, LEGS[0]], LEGS[:1], LEGS, LEGS, None, None]
    arrivals = [5.0, 5.0, 5.0, 6.0, math.inf, math.inf, math.inf]
    found = answers.first_compared(ours, theirs, arrivals)
    assert found == {
        "queries": 7,
        "equal": 4,
        "more_hops": 1,
        "fewer_hops": 1,
        "later": 1,
        "missed_window": 1,
        "not_found": 1,
        "earlier": 0,
    }


def test_several_routes_are_compared_place_by_place_without_those_that_repeat():
    theirs = [[LEGS, LEGS, LEGS[:1], [*LEGS, LEGS[0]]]]
    found = answers.several_compared([[5.0, 6.0, 7.0]], theirs, [[5.0, 5.0, 8.0, math.inf]])
    assert found == {
        "queries": 1,
        "routes": 4,
        "missed_window": 1,
        "repeated": 1,
        "equal": 1,
        "later": 1,
        "earlier": 0,
    }


def test_trees_are_compared_node_by_node():
    ours = [np.array([0.0, 3.0, 5.0, math.inf])]
    found = answers.trees_compared("abcd", ours, [{"a": 0.0, "b": 4.0, "c": 4.0}])
    assert found == {"nodes": 4, "equal": 2, "later": 1, "earlier": 1}
