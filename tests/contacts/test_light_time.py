"""Light times of functions of time: straight to the tolerance, volumes kept, what is no function refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.contacts.cutting import join_touching
from qqnet.contacts.light_time import straight_parts, with_light_times
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

DAY_S = 86400.0
ROW = {"from": "a", "to": "b", "start_s": 0.0, "end_s": DAY_S, "rate_bps": 8.0, "owlt_s": 0.0}


def orbit(rows, times_s):
    """A relay at Mars seen from far away: minutes of drift, and a turn of 0.03 s twice a day."""
    return 754.0 + 1e-4 * times_s + 0.03 * np.sin(2.0 * np.pi * (times_s + 1e4 * rows) / 43200.0)


@settings(max_examples=7)
@given(seed=st.integers(0, 2**32), tolerance_s=st.sampled_from([1e-4, 1e-3, 0.01]))
def test_light_times_follow_the_function_to_the_tolerance(seed, tolerance_s, plan_of):
    made = plan_of(seed)
    bent = with_light_times(made, orbit, tolerance_s)
    assert bent.volume_bytes().sum() == pytest.approx(made.volume_bytes().sum())
    share = np.random.default_rng(seed).uniform(0.0, 1.0, len(bent))
    rows = np.arange(len(bent))
    times = bent.contacts["start_s"] + share * (bent.contacts["end_s"] - bent.contacts["start_s"])
    keys = ["from", "to", "link"]
    source = [
        int(
            np.flatnonzero(
                (made.contacts[keys] == one[keys]).all(axis=1) & (made.contacts["start_s"] <= one["start_s"])
            )[-1]
        )
        for _, one in bent.contacts.iterrows()
    ]
    # The line is tried at the quarters, so between them a curve may lie somewhat farther from it.
    assert np.abs(bent.owlt_s(rows, times) - orbit(np.array(source), times)).max() <= 1.2 * tolerance_s
    assert join_touching(bent, 1.0).volume_bytes().sum() == pytest.approx(made.volume_bytes().sum())


def test_a_line_needs_no_cut():
    plan = ContactPlan(pd.DataFrame([ROW]), {"a": 1, "b": 2}, TimeBase("relative"))
    made = with_light_times(plan, lambda rows, times: 5.0 + 1e-5 * times)
    assert made.contacts[["owlt_start_s", "owlt_end_s"]].to_numpy().tolist() == [[5.0, 5.0 + 1e-5 * DAY_S]]
    empty = with_light_times(ContactPlan(plan.contacts.iloc[:0], plan.nodes, plan.time_base), orbit)
    assert len(empty) == 0


def test_what_cannot_be_straightened_is_refused():
    with pytest.raises(InputError, match=r"near 0.333\d* s is no line to 0.01 s however short"):
        straight_parts(np.zeros(1), np.ones(1), lambda rows, times: np.where(times < 1.0 / 3.0, 1.0, 2.0))
    with pytest.raises(InputError, match="or is not finite"):
        straight_parts(
            np.zeros(1), np.ones(1) * 1e-3, lambda rows, times: np.where(times < 1e-4, np.nan, 2.0)
        )
    noise = np.random.default_rng(1)
    with pytest.raises(InputError, match="no line"):
        straight_parts(np.zeros(1), np.ones(1), lambda rows, times: noise.uniform(0.0, 1.0, times.size))
    with pytest.raises(InputError, match="give more than zero"):
        straight_parts(np.zeros(1), np.ones(1), orbit, 0.0)
