"""Plans with less in them: what goes, what stays, and that the way between two nodes stays as it was."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.thin import Least, drop_small, keep_largest_links, keep_only, keep_useful
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

COLUMNS = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_s", "link", "kind"]
NODES = {"a": 1, "b": 2, "c": 3, "d": 4}
seeds = st.integers(0, 2**32)


def plan(*rows, endpoints=frozenset()):
    table = pd.DataFrame([(*row, *("rf",) * (8 - len(row))) for row in rows], columns=COLUMNS)
    return ContactPlan(table, NODES, TimeBase("relative"), endpoints)


PLAN = plan(
    ("a", "b", 0.0, 100.0, 800.0, 5.0, "x"),
    ("a", "b", 50.0, 60.0, 8e6, 5.0, "laser", "optical"),
    ("b", "c", 20.0, 30.0, 80.0, 5.0, "x"),
    ("c", "d", 34.0, 90.0, 800.0, 5.0, "x"),
    ("c", "d", 10.0, 20.0, 800.0, 5.0, "x"),
    ("d", "a", 0.0, 100.0, 800.0, 5.0, "x"),
    endpoints=frozenset("a"),
)


def shown(made):
    return made.contacts[["from", "to", "start_s"]].to_numpy().tolist()


def test_what_is_too_small_goes():
    assert len(drop_small(PLAN, Least())) == len(PLAN)
    assert set(drop_small(PLAN, Least(rate_bps=800.0)).contacts["rate_bps"]) == {800.0, 8e6}
    assert shown(drop_small(PLAN, Least(length_s=100.0))) == [["a", "b", 0.0], ["d", "a", 0.0]]
    assert shown(drop_small(PLAN, Least(volume_bytes=1e6))) == [["a", "b", 50.0]]
    assert len(drop_small(PLAN, Least(confidence=1.0))) == len(PLAN)
    for value in (-1.0, math.nan, math.inf):
        with pytest.raises(InputError, match=r"least rate_bps .*: give zero or more"):
            Least(rate_bps=value)


def test_nodes_links_and_kinds():
    only = keep_only(PLAN, nodes=["a", "2"])
    assert (only.nodes, only.endpoints, len(only)) == ({"a": 1, "b": 2}, {"a"}, 2)
    assert shown(keep_only(PLAN, links=["laser"])) == [["a", "b", 50.0]]
    assert len(keep_only(PLAN, kinds=["rf"])) == 5
    assert len(keep_only(PLAN, nodes=["a", "b"], kinds=["rf"])) == 1
    with pytest.raises(InputError, match="node 'e' is not in this plan"):
        keep_only(PLAN, nodes=["e"])
    with pytest.raises(InputError, match="no link 'y' in this plan; it has laser, x"):
        keep_only(PLAN, links=["y"])
    with pytest.raises(InputError, match="no kind 'radio' in this plan; it has optical, rf, terrestrial"):
        keep_only(PLAN, kinds=["radio"])


def test_of_parallel_links_the_largest_stay():
    assert len(keep_largest_links(PLAN, 2)) == len(PLAN)
    once = keep_largest_links(PLAN, 1)
    assert set(once.contacts["link"]) == {"laser", "x"}
    assert [row for row in shown(once) if row[:2] == ["a", "b"]] == [["a", "b", 50.0]]
    with pytest.raises(InputError, match="0 links of a pair: give one or more"):
        keep_largest_links(PLAN, 0)


def test_only_what_can_be_on_the_way_stays():
    # The early contact c -> d ends before anything can be there, the laser starts when b -> c is over.
    assert shown(keep_useful(PLAN, [("a", "d")])) == [["a", "b", 0.0], ["b", "c", 20.0], ["c", "d", 34.0]]
    # What comes over b -> c at 30 is at c at 35 and still in time; a does not relay.
    assert shown(keep_useful(PLAN, [("b", "a")])) == [["d", "a", 0.0], ["b", "c", 20.0], ["c", "d", 34.0]]
    assert len(keep_useful(PLAN, [("d", "b")])) == 0
    assert len(keep_useful(PLAN, [("a", "d"), ("4", "1")])) == 4
    assert len(keep_useful(PLAN, [])) == 0
    with pytest.raises(InputError, match="a pair is of two nodes, not a twice"):
        keep_useful(PLAN, [("a", "ipn:1")])


def test_an_empty_plan_stays_empty():
    empty = plan()
    for made in (
        drop_small(empty, Least(1.0)),
        keep_largest_links(empty, 1),
        keep_useful(empty, [("a", "b")]),
    ):
        assert len(made) == 0
        assert made.nodes == NODES


@settings(max_examples=12)
@given(seed=seeds)
def test_every_contact_of_every_way_stays(seed, plan_of):
    made = plan_of(seed, 10, whole=True)
    source, target = np.random.default_rng(seed).choice(sorted(made.nodes), 2, replace=False)
    found = _on_ways(made, source, target)
    kept = keep_useful(made, [(source, target)]).contacts
    keys = ["from", "to", "start_s", "end_s"]
    assert {tuple(made.contacts.iloc[row][keys]) for row in found} <= set(
        kept[keys].itertuples(index=False, name=None)
    )
    # What stays is sent by who may send, to who may receive.
    assert not kept["to"].isin({source} | (made.endpoints - {target})).any()
    assert not kept["from"].isin({target} | (made.endpoints - {source})).any()


def _on_ways(made, source, target):
    """Rows on any loop-free way in time, by walking all of them."""
    used = set()

    def walk(node, ready, seen, rows):
        if node == target:
            used.update(rows)
            return
        if node in made.endpoints and node != source:
            return
        for row in np.flatnonzero((made.contacts["from"] == node).to_numpy()):
            one = made.contacts.iloc[row]
            sent = max(ready, one["start_s"])
            if one["to"] not in seen and sent <= one["end_s"]:
                arrival = sent + float(made.owlt_s(row, sent))
                walk(one["to"], arrival, seen | {one["to"]}, [*rows, int(row)])

    walk(source, -math.inf, {source}, [])
    return used
