"""Bundles that flows make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.traffic.flows import Flow, Messages, unique_names


def creation(made: Messages) -> tuple[np.ndarray, np.ndarray]:
    sizes = np.full(made.number, made.size_bytes)
    if made.number:
        sizes[-1] = made.last_bytes
    return made.created_s(), sizes


def test_messages_come_at_their_interval_up_to_but_not_at_the_end():
    created, size = creation(Flow("f", "a", "b", 10.0, 25.0).messages(100.0, 200.0))
    assert created.tolist() == [100.0, 125.0, 150.0, 175.0]
    assert size.tolist() == [10.0] * 4


def test_a_start_before_the_span_keeps_its_rhythm():
    created, _ = creation(Flow("f", "a", "b", 10.0, 25.0, start_s=90.0, stop_s=150.0).messages(100.0, 200.0))
    assert created.tolist() == [115.0, 140.0]


@settings(max_examples=200, deadline=None)
@given(
    rate=st.floats(1.0, 1e9),
    start=st.floats(-1e6, 1e9),
    length=st.floats(1e-3, 1e5),
    aggregate=st.floats(1.0, 500.0),
)
@example(rate=1.0, start=268435455.0, length=1.1, aggregate=1.1)
@example(rate=1.0, start=67108863.0, length=2.0, aggregate=1.1)
def test_a_constant_rate_loses_no_byte_to_the_cutting(rate, start, length, aggregate):
    stop = start + length
    flow = Flow("f", "a", "b", rate_bps=rate, aggregate_s=aggregate)
    created, size = creation(flow.messages(start, stop))
    assert size.sum() == pytest.approx(rate * (stop - start) / 8.0, rel=1e-9)
    assert np.all(size > 0.0)
    # What is left at the end may join the last bundle if it is less than a microsecond's.
    assert np.all(size <= rate * (aggregate + 2e-6) / 8.0)
    assert created[-1] == stop


def test_live_streams_are_cut_finer_than_files():
    assert Flow("live", "a", "b", rate_bps=1e6, deadline_s=10.0).aggregate == 2.5
    assert Flow("clip", "a", "b", rate_bps=1e6, deadline_s=3600.0).aggregate == 60.0
    assert Flow("voice", "a", "b", rate_bps=1e6, deadline_s=1.0).aggregate == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either size_bytes and every_s, or rate_bps"),
        ({"size_bytes": 1.0}, "either"),
        ({"size_bytes": 1.0, "every_s": 1.0, "rate_bps": 1.0}, "either"),
        ({"size_bytes": 0.0, "every_s": 1.0}, "size_bytes is 0.0"),
        ({"rate_bps": 1.0, "deadline_s": -1.0}, "deadline_s is -1.0"),
        ({"rate_bps": 1.0, "priority": 3}, "priority 3"),
    ],
)
def test_impossible_flows_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        Flow("f", "a", "b", **arguments)


def test_two_flows_of_one_name_are_refused():
    flow = Flow("f", "a", "b", rate_bps=1.0)
    with pytest.raises(InputError, match="two are called 'f'"):
        unique_names([flow, flow])
