"""Plans arranged for bundle nodes: whole seconds, one contact of a pair at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qqnet.contacts.convert import FORMATS, read_plan, write_plan
from qqnet.contacts.ion import ion_text
from qqnet.contacts.pieces import Range, delay_pieces, raised_s, ranges, runs
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.schedule import Window, clock_of, from_second_0, whole_second_schedule
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

NODES = {"lander": 2, "relay": 1}


def test_the_faster_of_two_links_stays_where_a_format_knows_one(one_contact):
    frame = pd.concat(
        [
            one_contact(start_s=0.0, end_s=100.0, rate_bps=8000.0, link="radio").contacts,
            one_contact(start_s=40.0, end_s=60.0, rate_bps=8e6, link="laser").contacts,
        ]
    )
    text, notes = ion_text(ContactPlan(frame, NODES, TimeBase("relative")))
    assert [
        line.removeprefix("a contact ") for line in text.splitlines() if line.startswith("a contact")
    ] == [
        "+0 +40 2 1 1000",
        "+40 +60 2 1 1000000",
        "+60 +100 2 1 1000",
    ]
    assert any("20 s of contact are left out" in note for note in notes)


def test_what_is_too_short_or_too_slow_is_left_out_and_said(one_contact):
    frame = pd.concat(
        [
            one_contact(start_s=0.2, end_s=1.1).contacts,
            one_contact(start_s=10.0, end_s=20.0, rate_bps=7.0).contacts,
        ]
    )
    plan = ContactPlan(frame, NODES, TimeBase("relative"))
    schedule = whole_second_schedule(plan, clock_of(plan))
    assert schedule.windows == []
    assert schedule.notes == [
        "1 contacts without a whole second are left out",
        "1 contacts slower than one byte per second are left out",
    ]
    assert len(whole_second_schedule(plan, clock_of(plan), unit_bps=1.0).windows) == 1


def test_second_0_is_a_whole_second_of_utc(one_contact):
    plan = one_contact(start_s=9.5e8 + 0.25, end_s=9.5e8 + 60.25, base=TimeBase("tdb"))
    clock, (note,) = from_second_0(plan, "X")
    assert 0.0 <= clock[0, 0] < 1.0
    assert clock[0, 1] - clock[0, 0] == pytest.approx(60.0, abs=2e-6)
    instant = np.datetime64(note.removeprefix("second 0 of the X plan is ").removesuffix("Z"))
    assert clock_of(plan)[0, 0] - clock[0, 0] == instant.astype("datetime64[s]").astype(int)
    with pytest.raises(InputError, match="before its second 0"):
        from_second_0(one_contact(start_s=-2.0), "X")


WINDOW = Window(2, 1, 0, 100, 8e6, 4.2, 6.6)


def test_light_time_in_pieces_is_the_largest_of_each():
    pieces = delay_pieces(WINDOW)
    assert pieces == [(0, 33, 5), (33, 67, 6), (67, 100, 7)]
    assert raised_s(WINDOW, pieces) == pytest.approx(7 - WINDOW.owlt(67))
    for start, end, owlt in pieces:
        assert owlt - 2.0 < max(WINDOW.owlt(start), WINDOW.owlt(end)) <= owlt


def test_ranges_of_both_directions_share_edges():
    back = Window(1, 2, 50, 150, 8e6, 0.4, 0.4)
    assert ranges([WINDOW, back]) == [
        Range(1, 2, 0, 33, 5),
        Range(1, 2, 33, 50, 6),
        Range(1, 2, 50, 67, 1, 6),
        Range(1, 2, 67, 100, 1, 7),
        Range(1, 2, 100, 150, 1),
    ]


def test_runs_are_what_follows_without_gap():
    later, apart = Window(2, 1, 100, 110, 9.0, 1.0, 1.0), Window(2, 1, 111, 120, 9.0, 1.0, 1.0)
    other = Window(2, 3, 100, 110, 9.0, 1.0, 1.0)
    assert runs([apart, other, later, WINDOW]) == [[WINDOW, later], [other], [apart]]


@pytest.mark.parametrize("base", [TimeBase("relative"), TimeBase("tdb")])
@pytest.mark.parametrize("to", FORMATS)
def test_numbers_beyond_all_clocks(to, base, one_contact, tmp_path):
    if to not in ("csv", "parquet"):
        for changes, message in (
            ({"end_s": 1e300}, "years 1972 to 9998|lies outside|has dates|have dates"),
            ({"owlt_end_s": 1e300}, "a light time of 1e[+]300 s is that of a star|has dates|have dates"),
        ):
            with pytest.raises(InputError, match=message):
                write_plan(one_contact(base=base, **changes), tmp_path / "p", to)
    else:
        write_plan(one_contact(base=base, end_s=1e300, owlt_end_s=1e300), tmp_path / "p", to)
    if to == "ccsds" or (to == "ud3tn" and base.scale == "relative"):
        return
    plan = one_contact(base=base, start_s=1e9, end_s=1e9 + 1e6, rate_bps=1e300, owlt_end_s=2e5)
    write_plan(plan, tmp_path / "p", to)
    rows = read_plan(tmp_path / "p", to).contacts
    assert rows["rate_bps"].min() > 1e18
    assert len(rows) <= 1000
