"""The section about the Sun between planets, from an answer as the summary holds it."""

import pytest

from qqnet.report.page import Figures, Table
from qqnet.report.style import drawing
from qqnet.report.sun_between import conjunction_blocks

OUTAGE = {"start": "2040-12-14T03:14:00Z", "end": "2040-12-20T18:57:00Z", "duration_s": 575_000.0,
          "cause": "corona saturated", "starts_at_span": False, "ends_at_span": True}  # fmt: skip
ENTRY = {
    "to": "Mars",
    "direct": [
        {"from": "Mars", "to": "Earth", "kind": "rf", "band": "X", "outages": [OUTAGE]},
        {"from": "Mars", "to": "Earth", "kind": "optical", "band": "", "outages": []},
    ],
    "way_round": [
        {"from": "Mars", "to": "Earth", "connected": 0.5, "rate_bps": {"min": 7.3e6}, "delay_s": {"max": 1390.0},
         "via": [{"nodes": ["venus", "helio"], "share": 0.5}]},
        {"from": "Earth", "to": "Mars", "connected": 0.0, "rate_bps": {"min": None}, "delay_s": {"max": None},
         "via": []},
    ],
    "series": {
        "times_utc": ["2040-12-10T00:00:00Z", "2040-12-15T00:00:00Z", "2040-12-20T00:00:00Z"],
        "sep_deg": [2.1, 0.9, 1.0],
        "laser_bps": [0.0, 0.0, 0.0],
        "radio_bps": [5e5, 0.0, 6.4e4],
        "round_bps": [7.3e6, 7.3e6, 0.0],
        "round_delay_s": [1390.0, 1390.0, None],
        "direct_delay_s": [1220.0, 1220.0, 1220.0],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def blocks():
    with drawing():
        return conjunction_blocks([ENTRY])


def test_one_figure_a_planet_and_two_tables(blocks):
    assert [type(block) for block in blocks] == [Figures, Table, Table]


def test_outages_name_links_times_and_cause(blocks):
    ((name, start, end, _, cause),) = blocks[1].rows
    assert name == "Mars to Earth, radio X"
    assert "2040-12-14 03:14" in start
    assert end == "after"
    assert cause == "corona saturated"


def test_ways_say_by_whom_or_that_there_is_none(blocks):
    there, back = blocks[2].rows
    assert there[1] == "50.00 %"
    assert there[4] == "venus – helio"
    assert back[1:] == ["0 %", "–", "–", "–"]


def test_nothing_is_said_without_planets():
    assert conjunction_blocks([]) == []
