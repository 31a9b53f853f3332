"""What a plan offers, against sums made by hand and on a fine grid of times."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.statistics import components, node_statistics, plan_statistics
from qqnet.contacts.timebase import TimeBase

COLUMNS = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_s", "link"]


def plan(*rows, nodes="abcd"):
    numbers = {name: number for number, name in enumerate(nodes, start=1)}
    return ContactPlan(pd.DataFrame(list(rows), columns=COLUMNS), numbers, TimeBase("relative"))


TWO = plan(
    ("a", "b", 10.0, 20.0, 800.0, 4.0, "x"),
    ("a", "b", 15.0, 25.0, 80.0, 4.0, "y"),
    ("a", "b", 50.0, 60.0, 1600.0, 5.0, "x"),
    ("c", "a", 90.0, 100.0, 8.0, 1.0, "x"),
)


def test_links():
    row = TWO.statistics().to_dict("records")[0]
    assert (row["contacts"], row["total_s"], row["volume_bytes"]) == (2, 20.0, 3000.0)
    assert (row["rate_min_bps"], row["rate_max_bps"]) == (800.0, 1600.0)
    assert (row["owlt_min_s"], row["owlt_max_s"], row["longest_gap_s"]) == (4.0, 5.0, 30.0)


def test_nodes():
    a, b, c, d = node_statistics(TWO).to_dict("records")
    assert (a["neighbours_out"], a["neighbours_in"], a["contacts_out"], a["contacts_in"]) == (1, 1, 3, 1)
    assert (a["volume_out_bytes"], a["volume_in_bytes"]) == (3100.0, 10.0)
    assert a["rate_out_bps"] == pytest.approx(8 * 3100.0 / 30.0)
    assert (a["any_contact_s"], a["longest_gap_s"]) == (35.0, 30.0)
    assert (b["any_contact_s"], b["longest_gap_s"]) == (25.0, 40.0)
    assert (c["any_contact_s"], c["longest_gap_s"]) == (10.0, 80.0)
    assert (d["any_contact_s"], d["longest_gap_s"], d["contacts_out"]) == (0.0, 90.0, 0)
    assert np.isnan(d["rate_out_bps"])


def test_totals_and_parts():
    total = plan_statistics(TWO)
    assert (total.contacts, total.contact_s, total.volume_bytes) == (4, 40.0, 3110.0)
    assert total.mean_rate_bps == pytest.approx(8 * 3110.0 / 40.0)
    assert (total.owlt_min_s, total.owlt_max_s, total.longest_gap_s) == (1.0, 5.0, 30.0)
    assert total.components == [["a", "b", "c"], ["d"]]


def test_an_empty_plan_offers_nothing():
    total = plan_statistics(plan())
    assert (total.contacts, total.volume_bytes, total.longest_gap_s) == (0, 0.0, 0.0)
    assert np.isnan(total.mean_rate_bps)
    assert total.nodes["any_contact_s"].tolist() == [0.0] * 4
    assert components(plan(nodes="")) == []


@settings(max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_time_in_contact_and_without_agree_with_a_grid(seed, plan_of):
    made = plan_of(seed, 20, whole=True)
    first, last = made.span
    seconds = np.arange(first, last) + 0.5
    for row in node_statistics(made).to_dict("records"):
        own = made.contacts[(made.contacts["from"] == row["node"]) | (made.contacts["to"] == row["node"])]
        busy = (
            (own["start_s"].to_numpy()[:, None] < seconds) & (seconds < own["end_s"].to_numpy()[:, None])
        ).any(0)
        idle = np.flatnonzero(np.diff(np.concatenate([[1], busy, [1]])))
        assert row["any_contact_s"] == busy.sum()
        assert row["longest_gap_s"] == np.max(idle[1::2] - idle[::2], initial=0)
    total = plan_statistics(made)
    assert total.nodes["volume_out_bytes"].sum() == pytest.approx(total.volume_bytes)
    assert total.nodes["volume_in_bytes"].sum() == pytest.approx(total.links["volume_bytes"].sum())
