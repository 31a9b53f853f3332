"""Each rule finds what it is for, names the place and what to do, and leaves a sound plan alone."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.contacts.validate import validate

ROOT = Path(__file__).parents[2]
NODES = {"a": 1, "b": 2, "c": 3}
DATED = TimeBase("relative", "2030-01-01T00:00:00Z")
ROW = {"from": "a", "to": "b", "start_s": 0.0, "end_s": 100.0, "rate_bps": 800.0, "owlt_s": 5.0, "link": "x"}
THERE, BACK = ROW, ROW | {"from": "b", "to": "a"}
FAR = ROW | {"from": "b", "to": "c"}
SOUND = [THERE, BACK, FAR, FAR | {"from": "c", "to": "b"}]
LATER = {"start_s": 100.0, "end_s": 200.0}


def plan(rows, base=DATED, endpoints=frozenset(), nodes=NODES):
    table = pd.DataFrame(rows, columns=[*ROW, "kind", "owlt_start_s", "owlt_end_s"])
    for name in ("owlt_start_s", "owlt_end_s"):
        table[name] = table[name].fillna(table["owlt_s"])
    return ContactPlan(table, nodes, base, endpoints)


def found(*arguments, **options):
    return {one.rule: one for one in validate(plan(*arguments, **options))}


def test_a_sound_plan_has_nothing_to_say():
    assert validate(plan(SOUND)) == []


@pytest.mark.parametrize(
    ("rule", "level", "more", "count", "example"),
    [
        (
            "light-time-zero",
            "warning",
            [THERE | LATER | {"owlt_s": 0.0}],
            1,
            "a -> b at 2030-01-01T00:01:40Z",
        ),
        (
            "light-time-long",
            "warning",
            [THERE | LATER | {"owlt_s": 86401.0}],
            1,
            "a -> b at 2030-01-01T00:01:40Z",
        ),
        (
            "light-time-speed",
            "warning",
            [THERE | LATER | {"owlt_end_s": 5.2}],
            1,
            "a -> b at 2030-01-01T00:01:40Z",
        ),
        ("rate-low", "warning", [THERE | LATER | {"rate_bps": 7.9}], 1, "a -> b at 2030-01-01T00:01:40Z"),
        ("rate-high", "warning", [THERE | LATER | {"rate_bps": 1.1e13}], 1, "a -> b at 2030-01-01T00:01:40Z"),
        ("light-time-jump", "note", [THERE | LATER | {"owlt_s": 5.02}], 1, "a -> b at 2030-01-01T00:01:40Z"),
        ("parallel", "note", [THERE | {"link": "y", "start_s": 50.0}], 1, "a -> b at 2030-01-01T00:00:50Z"),
        ("short", "note", [THERE | {"start_s": 100.0, "end_s": 100.9}], 1, "a -> b at 2030-01-01T00:01:40Z"),
        (
            "shorter-than-light-time",
            "note",
            [THERE | LATER | {"end_s": 104.0}],
            1,
            "a -> b at 2030-01-01T00:01:40Z",
        ),
        ("one-way", "note", [THERE | {"to": "c"}], 1, "a -> c"),
    ],
)
def test_a_rule_finds_its_contacts(rule, level, more, count, example):
    one = found(SOUND + more)[rule]
    assert (one.level, one.count, one.examples[0]) == (level, count, example)
    assert one.message
    assert one.remedy
    assert one.answer()["rule"] == rule


def test_light_times_of_both_directions():
    rows = [THERE, BACK | LATER | {"owlt_s": 11.5}]
    assert found(rows)["light-time-directions"].examples == ("b -> a",)
    assert "light-time-directions" not in found([THERE, BACK | LATER | {"owlt_s": 10.5}])


def test_terrestrial_links_may_take_no_time():
    assert "light-time-zero" not in found([row | {"owlt_s": 0.0, "kind": "terrestrial"} for row in SOUND])


def test_nodes_that_are_apart():
    four = NODES | {"d": 4, "e": 5}
    apart = found([THERE, BACK, FAR | {"from": "c", "to": "d"}], nodes=four)
    assert apart["unconnected"].count == 2
    assert apart["unconnected"].examples == ("2 nodes with a", "2 nodes with c")
    assert apart["never-reached"].examples == ("c",)
    assert apart["never-sends"].examples == ("d",)
    assert apart["idle"].examples == ("e",)
    assert found(SOUND, endpoints=frozenset("ab"))["behind-endpoints"].examples == ("a",)
    assert "behind-endpoints" not in found(SOUND, endpoints=frozenset("ac"))


def test_an_empty_plan():
    assert [one.rule for one in validate(plan([]))] == ["empty"]
    assert [one.rule for one in validate(plan([], nodes={}))] == ["empty"]


def test_dates():
    assert "no-dates" in found(SOUND, base=TimeBase("relative"))
    late = [row | {"start_s": 1.3e9, "end_s": 1.3e9 + 100.0} for row in SOUND]
    assert set(found(late, base=TimeBase("tdb"))) == {"ion-2038"}
    unix_ms = [row | {"start_s": 1.9e12, "end_s": 1.9e12 + 100.0, "rate_bps": 1.0} for row in SOUND]
    dates = found(unix_ms, base=TimeBase("tdb"))["dates"]
    assert "the year 62207" in dates.message
    ancient = [row | {"start_s": -1e12, "end_s": 100.0 - 1e12, "rate_bps": 1.0} for row in SOUND]
    assert found(ancient, base=TimeBase("tdb"))["rate-low"].examples[0] == "a -> b at -1e+12 s"


def test_findings_of_a_flood_are_one_each():
    rows = [THERE | {"start_s": 200.0 * k, "end_s": 200.0 * k + 0.5, "rate_bps": 1.0} for k in range(500)]
    one = found(rows)["rate-low"]
    assert (one.count, len(one.examples)) == (500, 5)


def test_the_page_names_every_rule_with_its_level():
    page = (ROOT / "docs" / "explanation" / "contacts-and-routing.md").read_text("utf-8")
    told = {
        rule: level
        for rules, level in re.findall(r"(?m)^\| (`[a-z0-9-]+`(?:, `[a-z-]+`)*) \| (warning|note) \|", page)
        for rule in re.findall(r"`([^`]+)`", rules)
    }
    source = "".join(
        (ROOT / "src" / "qqnet" / "contacts" / f"{name}_rules.py").read_text()
        for name in ("contact", "network")
    )
    assert told == dict(re.findall(r'finding\(\s+"([a-z0-9-]+)",\s+"(warning|note)"', source))
