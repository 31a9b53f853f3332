"""Plans in the formats of bundle nodes: their grammar, what they keep, and what they refuse."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.convert import convert, format_of, read_plan, read_plan_with_notes, write_plan
from qqnet.contacts.hdtn import hdtn_text, read_hdtn
from qqnet.contacts.ion import ion_text, read_ion
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.contacts.ud3tn import read_ud3tn, ud3tn_texts
from qqnet.errors import InputError
from qqnet.space.timescales import tdb_from_utc

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")
RELATIVE = TimeBase("relative")
KEYS = ["from_ipn", "to_ipn", "start_s", "end_s"]
seeds = st.integers(0, 2**32)
per_example = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# ici/doc/pod5/ionrc.pod of ION 4.1.3.
ION_TIME = r"(?:\d{4}/\d\d/\d\d-\d\d:\d\d:\d\d|\+\d+)"
ION_CONTACT = re.compile(
    rf"a contact ({ION_TIME}) ({ION_TIME}) ([1-9]\d*) ([1-9]\d*) ([1-9]\d*)( \d(\.\d+)?)?"
)
ION_RANGE = re.compile(rf"a range ({ION_TIME}) ({ION_TIME}) ([1-9]\d*) ([1-9]\d*) (\d+)")
# doc/contacts_data_format.md of µD3TN.
UD3TN = re.compile(
    r"1\(ipn:[1-9]\d*\.0\):\([a-z0-9]+:[^()]*\)::\[\{\d+,\d+,\d+\}(,\{\d+,\d+,\d+\})*\];", re.ASCII
)


def one_contact(**changes: object) -> ContactPlan:
    row = {
        "from": "lander",
        "to": "relay",
        "start_s": 60.25,
        "end_s": 7260.75,
        "rate_bps": 1_000_007.0,
        "owlt_start_s": 753.2,
        "owlt_end_s": 753.9,
    }
    frame = pd.DataFrame([{**row, **changes}])
    return ContactPlan(frame, {"lander": 2, "relay": 1}, RELATIVE)


def test_ion_gets_numbers_bytes_and_whole_seconds_on_the_safe_side():
    text, _ = ion_text(one_contact())
    commands = [line for line in text.splitlines() if not line.startswith("#")]
    assert commands == ["a range +61 +7260 1 2 754", "a contact +61 +7260 2 1 125000"]


@per_example
@given(seed=seeds, base=st.sampled_from([DATED, RELATIVE]))
def test_ion_files_keep_to_ions_grammar_and_rules(seed, base, plan_of):
    plan = plan_of(seed, 25, base)
    text, _ = ion_text(plan)
    contacts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    ranges: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        contact, span = ION_CONTACT.fullmatch(line), ION_RANGE.fullmatch(line)
        assert contact or span, line
        if contact:
            contacts.setdefault((contact[3], contact[4]), []).append((contact[1], contact[2]))
        elif span:
            assert int(span[3]) < int(span[4]), "implies the other direction"
            ranges.setdefault((span[3], span[4]), []).append((span[1], span[2], int(span[5])))

    def seconds(text: str) -> int:
        if text.startswith("+"):
            return int(text)
        stamp = text.replace("/", "-", 2).replace("-", "T", 3).replace("T", "-", 2)
        return int(np.datetime64(stamp, "s").astype(int))

    for pair, windows in contacts.items():
        edges = [(seconds(a), seconds(b)) for a, b in windows]
        assert all(a < b for a, b in edges)
        assert all(first[1] <= second[0] for first, second in pairwise(sorted(edges)))
        known = sorted(
            (seconds(a), seconds(b)) for a, b, _ in ranges[min(pair, pair[::-1], key=lambda p: int(p[0]))]
        )
        assert all(first[1] <= second[0] for first, second in pairwise(known))
        for start, end in edges:
            covered = sum(max(0, min(end, b) - max(start, a)) for a, b in known)
            assert covered == end - start


@per_example
@given(seed=seeds)
def test_no_format_promises_more_than_the_plan(seed, plan_of, tmp_path):
    plan = plan_of(seed, 20, DATED)
    for to in ("ion", "hdtn", "ud3tn"):
        write_plan(plan, tmp_path / to, to)
        again = read_plan(tmp_path / to, to)
        offset = plan.span[0] - again.span[0] if to == "hdtn" else 0.0
        for row in again.contacts.itertuples(index=False):
            middle = (row.start_s + row.end_s) / 2.0 + offset
            source = plan.contacts[
                (plan.contacts["from_ipn"] == row.from_ipn)
                & (plan.contacts["to_ipn"] == row.to_ipn)
                & (plan.contacts["start_s"] <= middle)
                & (plan.contacts["end_s"] >= middle)
            ]
            assert len(source)
            assert row.rate_bps <= source["rate_bps"].max()
            if to == "ion":
                assert row.start_s >= source["start_s"].min() - 1e-5
                assert row.end_s <= source["end_s"].max() + 1e-5
            if to != "ud3tn":
                slope = (source["owlt_end_s"] - source["owlt_start_s"]) / (
                    source["end_s"] - source["start_s"]
                )
                truth = source["owlt_start_s"] + slope * (middle - source["start_s"])
                assert row.owlt_start_s >= truth.min() - 1e-5


@per_example
@given(seed=seeds)
def test_what_a_format_can_say_comes_back(seed, plan_of, tmp_path):
    plan = plan_of(seed, 15, RELATIVE, whole=True)
    # One direction a pair: in ION overlapping ranges of both directions share the larger light time.
    one_way = plan.contacts[plan.contacts["from_ipn"] < plan.contacts["to_ipn"]]
    plan = ContactPlan(one_way, plan.nodes, RELATIVE)
    for to, keys in (
        ("ion", [*KEYS, "rate_bps", "owlt_start_s"]),
        ("hdtn", [*KEYS, "rate_bps", "owlt_start_s"]),
    ):
        write_plan(plan, tmp_path / to, to)
        again = read_plan(tmp_path / to, to)
        assert again.time_base == RELATIVE
        expected, found = (
            frame.contacts[keys].sort_values(keys).reset_index(drop=True) for frame in (plan, again)
        )
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@per_example
@given(seed=seeds, to=st.sampled_from(["ion", "hdtn", "ud3tn"]))
def test_a_second_conversion_changes_nothing(seed, to, plan_of, tmp_path):
    write_plan(plan_of(seed, 15, DATED), tmp_path / f"one-{to}", to)
    once = read_plan(tmp_path / f"one-{to}", to)
    write_plan(once, tmp_path / f"two-{to}", to)
    twice = read_plan(tmp_path / f"two-{to}", to)
    pd.testing.assert_frame_equal(once.contacts, twice.contacts)
    assert once.time_base == twice.time_base


def test_ion_cannot_name_dates_from_2038_on():
    start = tdb_from_utc("2040-06-01T00:00:00Z")
    frame = one_contact().contacts.assign(start_s=start + 0.5, end_s=start + 100.0)
    text, notes = ion_text(ContactPlan(frame, {"lander": 2, "relay": 1}, TimeBase("tdb")))
    assert "a contact +1 +100 2 1 125000" in text
    assert "@" not in text
    assert any("2038" in note and "2040/06/01-00:00:00" in note for note in notes)


def test_the_faster_of_two_links_stays_where_a_format_knows_one():
    frame = pd.concat(
        [
            one_contact(start_s=0.0, end_s=100.0, rate_bps=8000.0, link="radio").contacts,
            one_contact(start_s=40.0, end_s=60.0, rate_bps=8e6, link="laser").contacts,
        ]
    )
    text, notes = ion_text(ContactPlan(frame, {"lander": 2, "relay": 1}, RELATIVE))
    assert [line.removeprefix("a contact ") for line in text.splitlines() if "a contact" in line] == [
        "+0 +40 2 1 1000",
        "+40 +60 2 1 1000000",
        "+60 +100 2 1 1000",
    ]
    assert any("20 s of contact are left out" in note for note in notes)


def test_ranges_follow_a_changing_light_time_to_a_second():
    text, _ = ion_text(one_contact(owlt_start_s=700.0, owlt_end_s=703.0, start_s=0.0, end_s=300.0))
    ranges = [line for line in text.splitlines() if line.startswith("a range")]
    assert ranges == ["a range +0 +100 1 2 701", "a range +100 +200 1 2 702", "a range +200 +300 1 2 703"]


def test_hdtn_gets_bits_whole_seconds_and_never_rate_0():
    text, _ = hdtn_text(one_contact(rate_bps=1_000_007.9))
    (contact,) = json.loads(text)["contacts"]
    assert contact == {
        "contact": 0,
        "source": 2,
        "dest": 1,
        "startTime": 61,
        "endTime": 7260,
        "rateBitsPerSec": 1_000_007,
        "owlt": 754,
    }
    text, notes = hdtn_text(one_contact(rate_bps=0.5))
    assert json.loads(text)["contacts"] == []
    assert any("slower than one byte per second" in note for note in notes)


def test_hdtns_own_tutorial_plan_is_read(tmp_path):
    times = '"startTime": 0, "endTime": 60, "rateBitsPerSec": 1000000, "owlt": 1'
    text = f"""{{"contacts": [
      {{"contact": 0, "source": 1, "dest": 2, {times}}},
      {{"contact": 1, "source": 2, "dest": 1, {times}}}
    ]}}"""
    (tmp_path / "p.json").write_text(text)
    plan, notes = read_hdtn(tmp_path / "p.json")
    assert plan.nodes == {"1": 1, "2": 2}
    assert plan.contacts["rate_bps"].tolist() == [1e6, 1e6]
    assert notes == []


@per_example
@given(seed=seeds)
def test_ud3tn_files_keep_to_its_grammar(seed, plan_of):
    texts, notes = ud3tn_texts(plan_of(seed, 15, DATED))
    assert any("no light times" in note for note in notes)
    for text in texts.values():
        assert all(UD3TN.fullmatch(line) for line in text.splitlines())


def test_ud3tn_counts_from_2000_in_bytes(tmp_path):
    start = tdb_from_utc("2026-11-23T00:00:00Z")
    frame = one_contact().contacts.assign(start_s=start, end_s=start + 60.0)
    plan = ContactPlan(frame, {"lander": 2, "relay": 1}, DATED)
    texts, _ = ud3tn_texts(plan, {"relay": "tcpclv3:10.0.0.1:4556"})
    assert texts == {2: "1(ipn:1.0):(tcpclv3:10.0.0.1:4556)::[{848707200,848707260,125000}];\n"}
    with pytest.raises(InputError, match="contacts have dates"):
        ud3tn_texts(one_contact())


def test_ud3tns_own_examples_are_read(tmp_path):
    text = """1(dtn://upcn2.dtn):(mtcp:127.0.0.1:4223)::[{401519306,401519316,1200,[(dtn://a),(dtn://b)]},{401519506,401519516,1200}];
1(dtn://upcn2.dtn)::[(dtn://18471),(dtn://81491)]:[{401519406,401519419,1200}];
1(ipn:7.0):(mtcp:127.0.0.1:4223):[(dtn://x)]:[{401519306,401519316,100}];
3(ipn:7.0);
1(dtn://13714),333;
"""
    (tmp_path / "node-5.ud3tn").write_text(text)
    plan, _ = read_ud3tn(tmp_path / "node-5.ud3tn", owlt_s=2.0)
    assert plan.contacts["from"].unique().tolist() == ["5"]
    assert plan.contacts["to"].tolist() == ["dtn://upcn2.dtn"] * 3
    assert plan.contacts["rate_bps"].tolist() == [9600.0] * 3
    assert plan.contacts["owlt_end_s"].tolist() == [2.0] * 3
    assert plan.time_base.utc_text(plan.span[0]) == "2012-09-21T05:08:26.000Z"


def test_ion_reads_dates_references_reverse_ranges_and_passes_over_the_rest(tmp_path):
    (tmp_path / "node.ionrc").write_text(
        """# a node
1 1 ''
@ 2026/11/23-00:00:00
s
m horizon +0
a contact -1 -1 3 3 0
a range +0 +100 1 2 5
a range +0 +50 2 1 7
a contact +0 +100 1 2 1000 0.5
a contact +0 +100 2 1 1000
@ +1000
a contact 2026/11/23-00:30:00 +1000 1 2 8
a range 2026/11/23-00:00:00 +2000 1 2 6
"""
    )
    plan, notes = read_ion(tmp_path / "node.ionrc")
    rows = plan.contacts.assign(start_s=plan.contacts["start_s"] - tdb_from_utc("2026-11-23T00:00:00Z"))
    found = rows[["from", "to", "start_s", "owlt_start_s", "confidence"]].round(3).to_numpy().tolist()
    assert found == [
        ["2", "1", 0.0, 7.0, 1.0],
        ["1", "2", 0.0, 5.0, 0.5],
        ["2", "1", 50.0, 5.0, 1.0],
        ["1", "2", 1800.0, 6.0, 1.0],
    ]
    assert len(notes) == 2


ION_PREFIX = "a range +0 +99 1 2 1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a contact +0 +9 relay 2 100", ":2: node 'relay' is not a number above 0"),
        ("a contact +0 +9 ipn:1.0 2 100", ":2: node 'ipn:1.0'"),
        ("a contact +0 +9 1 2 100.5", ":2: rate '100.5' is not a whole number of bytes per second"),
        ("a range +0 +9 1 3 754.6", ":2: range '754.6' is not a whole number of light seconds"),
        ("a contact +9 +5 1 2 100", r":2: the end \+5 does not lie after the start \+9"),
        ("a contact +0.5 +5 1 2 100", r":2: time '\+0.5' is neither"),
        (
            "a contact 2026/13/01-00:00:00 +5 1 2 100",
            ":2: .*mixed|:2: time '2026/13/01-00:00:00' does not exist",
        ),
        ("a contact 2026/11/01-00:00:00 2026/11/02-00:00:00 1 2 100", ":2: dates and offsets .* are mixed"),
        ("a contact +0 +120 1 2 100", ":2: light time missing: no range for the contact 1 -> 2 99 s after"),
        ("a contact +0 +9 1 2", ":2: a contact is: a contact START STOP"),
        ("a contact +0 +9 1 2 0", ":2: .*rate 0.0 bit/s"),
        ("a contact +0 +9 1 2 5\na contact +5 +9 1 2 5", ":3: .*must not overlap"),
        ("a contact +0 +9 1 2 5 sure", ":2: confidence 'sure' is not a number"),
        ("d contact * 1 2", ":2: 'd contact' edits a plan"),
        ("hello world", ":2: 'hello' is no command"),
    ],
)
def test_faults_in_ion_files_name_their_line(text, message, tmp_path):
    (tmp_path / "p.ionrc").write_text(ION_PREFIX + text + "\n")
    with pytest.raises(InputError, match=message):
        read_ion(tmp_path / "p.ionrc")


CONTACT = {"source": 1, "dest": 2, "startTime": 0, "endTime": 60, "rateBitsPerSec": 1000, "owlt": 1}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"startTime": 0.5}, ":3: startTime is 0.5; give a whole number"),
        ({"source": "relay"}, ":3: source is 'relay'"),
        ({"source": 0}, ":3: source is 0; give a whole number from 1"),
        ({"rateBitsPerSec": 0}, ":3: rate 0 means without limit"),
        ({"owlt": None}, ":3: owlt is None"),
        ({"owlt": True}, ":3: owlt is True"),
        ({"endTime": 0}, ":3: .*has no length"),
        ({"dest": 2}, ":3: .*two different nodes"),
    ],
)
def test_faults_in_hdtn_files_name_their_line(changes, message, tmp_path):
    good, bad = json.dumps(CONTACT), json.dumps({**CONTACT, "source": 2, "dest": 1, **changes})
    (tmp_path / "p.json").write_text(f'{{"contacts": [\n{good},\n{bad}]}}')
    with pytest.raises(InputError, match=message):
        read_hdtn(tmp_path / "p.json")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("p.json", '{"contacts": [\n{"source": 1,', ":2: not JSON"),
        ("p.json", "[]", ":1: not an HDTN plan"),
        ("p.json", "[" * 100_000, "not JSON|nested too deeply"),
        ("p.json", '{"contacts": [\n3]}', ":2: a contact is an object"),
        ("node-1.ud3tn", "1(ipn:2.0):(mtcp:x):[]:[{5,9,x}];", ":1: rate is not a whole number"),
        ("node-1.ud3tn", "\n1(ipn:2.0", ":2: a text in parentheses is not closed"),
        ("node-1.ud3tn", "1(ipn:2.0)::[{9,5,1}];", ":1: '\\(' is wanted"),
        ("node-1.ud3tn", "1(ipn:2.0):::[{9,5,1}];", ":1: .*is reversed"),
        ("node-1.ud3tn", "4(ipn:2.0);", ":1: command '4'"),
        ("other.ud3tn", "1(ipn:2.0);", "name the file node-N.ud3tn"),
        ("junk", "lorem ipsum\n" * 1000, "no format of a contact plan"),
    ],
)
def test_what_is_no_plan_is_named_and_nothing_is_written(name, text, message, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        convert(tmp_path / name, tmp_path / "out.csv", "csv")
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("to", ["ion", "hdtn", "ud3tn", "csv", "parquet"])
def test_any_format_is_recognised_by_its_content(to, plan_of, tmp_path):
    write_plan(plan_of(5, 10, DATED), tmp_path / "plan", to)
    assert format_of(tmp_path / "plan") == to
    plan, _ = read_plan_with_notes(tmp_path / "plan")
    assert len(plan)


def test_a_folder_with_other_things_is_left_alone(plan_of, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="holds other things"):
        write_plan(plan_of(5, 10, DATED), tmp_path / "out", "ud3tn")
    assert (tmp_path / "out" / "thesis.tex").read_text() == "years of work"


def test_unknown_formats_are_refused(plan_of, tmp_path):
    with pytest.raises(InputError, match="format 'yaml' is not one of ion"):
        write_plan(plan_of(1), tmp_path / "x", "yaml")
    with pytest.raises(InputError, match="the ending tells no format"):
        write_plan(plan_of(1), tmp_path / "x.txt")
    with pytest.raises(InputError, match="cannot write"):
        write_plan(plan_of(1), tmp_path / "nowhere" / "x.csv")
