import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.report import wording


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
def test_a_share_short_of_all_never_reads_as_all_nor_as_nothing(share):
    text = wording.percent(share)
    assert text not in ("100 %", "0 %")
    if not text.startswith(("<", ">")):
        assert 0.0 < float(text.removesuffix(" %")) < 100.0
        assert float(text.removesuffix(" %")) == pytest.approx(100 * share, abs=0.00501)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-2.5, "−2.50"),
        (1234567.0, "1\u202f234\u202f567"),
    ],
)
def test_numbers(value, text):
    assert wording.number(value) == text


@pytest.mark.parametrize(
    ("degrees", "text"), [(190.0, "170.0° W"), (-90.0, "90.0° W"), (0.0, "0.0°"), (180.0, "180.0°")]
)
def test_longitudes_lie_on_the_short_side(degrees, text):
    assert wording.longitude(degrees) == text


def test_rates_and_sizes_change_prefix_where_they_round_over():
    assert wording.data_rate(999.6e3) == "1.00 Mbit/s"
    assert wording.data_size(999.4) == "999 B"


def test_a_range_of_one_value_is_said_once():
    assert wording.span(["1 h", "1 h"]) == "1 h"
    assert wording.span(["1 h", "2 h"]) == "1 h … 2 h"
    assert wording.span([]) == "–"
