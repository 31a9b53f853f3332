"""µD3TN's commands, by its own grammar, and the pair of files that its plan reader takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.contacts.ud3tn import read_pair, ud3tn_texts, write_pair, write_ud3tn
from qqnet.contacts.ud3tn_reading import read_ud3tn
from qqnet.errors import InputError
from qqnet.space.timescales import tdb_from_utc

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# The grammar of doc/contacts_data_format.md, as ud3tn-utils 0.15 takes it: there is no RELIABILITY.
COMMAND = re.compile(
    r"1\(ipn:[1-9]\d*\.0\):\([a-z0-9]+:[^()]+\)::\[\{\d+,\d+,[1-9]\d*\}(,\{\d+,\d+,[1-9]\d*\})*\];", re.ASCII
)
# Nodes of aap-contact-plan-reader: NUMBER CLA_ADDRESS tcp HOST PORT.
NODE = re.compile(r"[1-9]\d* [a-z0-9]+:\S+ tcp \S+ \d+", re.ASCII)


@few
@given(seed=st.integers(0, 2**32))
def test_its_grammar_is_kept_and_no_more_is_promised(seed, jagged, no_more, tmp_path):
    plan = jagged(seed, DATED)
    texts, notes = ud3tn_texts(plan)
    assert any("light times" in note for note in notes)
    for text in texts.values():
        assert all(COMMAND.fullmatch(line) for line in text.splitlines())
    if not texts:
        return
    write_ud3tn(plan, tmp_path / "p")
    again, notes = read_ud3tn(tmp_path / "p", owlt_s=1e4)
    no_more(again, plan)
    assert notes == ["µD3TN's commands tell no light times: 10000 s is taken"]


def test_it_counts_from_2000_in_bytes(one_contact):
    start = tdb_from_utc("2026-11-23T00:00:00Z")
    plan = one_contact(start_s=start, end_s=start + 60.0, base=DATED)
    texts, _ = ud3tn_texts(plan, {"relay": "tcpclv3:10.0.0.1:4556"})
    assert texts == {2: "1(ipn:1.0):(tcpclv3:10.0.0.1:4556)::[{848707200,848707260,125000}];\n"}
    with pytest.raises(InputError, match="contacts have dates"):
        ud3tn_texts(one_contact())
    with pytest.raises(InputError, match="begins earlier"):
        ud3tn_texts(one_contact(start_s=-1e8, base=DATED))


def test_a_command_has_a_hundred_contacts_at_most(one_contact):
    import pandas as pd

    row = one_contact(start_s=1e9, end_s=1e9 + 9.0, base=DATED).contacts
    rows = pd.concat([row.assign(start_s=1e9 + 10.0 * n, end_s=1e9 + 10.0 * n + 9.0) for n in range(250)])
    (text,) = ud3tn_texts(ContactPlan(rows, {"lander": 2, "relay": 1}, DATED))[0].values()
    assert [line.count("{") for line in text.splitlines()] == [100, 100, 50]


def test_its_own_examples_are_read(tmp_path):
    text = """1(dtn://upcn2.dtn):(mtcp:127.0.0.1:4223)::[{401519306,401519316,1200,[(dtn://a),(dtn://b)]},{401519506,401519516,1200}];
1(dtn://upcn2.dtn)::[(dtn://18471),(dtn://81491)]:[{401519406,401519419,1200}];
1(ipn:7.0):(mtcp:127.0.0.1:4223):[(dtn://x)]:[{401519306,401519316,100}];
3(ipn:7.0);
4(ipn:7.0);
4;
1(dtn://13714),333;
"""
    (tmp_path / "node-5.ud3tn").write_text(text)
    plan, _ = read_ud3tn(tmp_path / "node-5.ud3tn", owlt_s=2.0)
    assert plan.contacts["from"].unique().tolist() == ["5"]
    assert plan.contacts["to"].tolist() == ["dtn://upcn2.dtn"] * 3
    assert plan.contacts["rate_bps"].tolist() == [9600.0] * 3
    assert plan.contacts["owlt_end_s"].tolist() == [2.0] * 3
    assert plan.time_base.utc_text(plan.span[0]) == "2012-09-21T05:08:26.000Z"


# Printed by ud3tn-utils 0.15.2 of one message (LegacyConfigMessage, JSONConfigMessage).
OF_UD3TN = (
    "1(ipn:1.0):(mtcp:node-1:4224):[(ipn:5.0)]:[{848707200,848707260,125000},{848707300,848707360,1200,[(ipn:9.0)]}];",
    """{"command": "ADD", "node_id": "ipn:1.0", "cla_addr": "mtcp:node-1:4224", "reachable_eids": ["ipn:5.0"],
    "contact_list": [{"start": 848707200, "end": 848707260, "data_rate": 125000, "reachable_eids": []},
    {"start": 848707300, "end": 848707360, "data_rate": 1200, "reachable_eids": ["ipn:9.0"]}]}""",
)


@pytest.mark.parametrize("text", OF_UD3TN)
def test_the_output_of_its_tools_is_read(text, tmp_path):
    (tmp_path / "node-2.ud3tn").write_text(text)
    plan, _ = read_ud3tn(tmp_path / "node-2.ud3tn")
    assert plan.time_base.utc_text(plan.span[0]) == "2026-11-23T00:00:00.000Z"
    assert plan.contacts["rate_bps"].tolist() == [1e6, 9600.0]
    assert (plan.contacts["end_s"] - plan.contacts["start_s"]).round(6).tolist() == [60.0, 60.0]
    assert set(plan.contacts["to"]) == {"1"}


def test_commands_do_what_its_routing_does(tmp_path):
    (tmp_path / "node-1.ud3tn").write_text(
        """1(ipn:2.0):(mtcp:a:1)::[{100,200,10},{300,400,10},{500,600,10}];
1(ipn:2.0),500::[]:[{150,250,20}];
3(ipn:2.0):::[{300,400,10}];
3(ipn:2.0)::[(dtn://x)];
1(ipn:3.0):::[{1,2,1}];
2(ipn:3.0):::[{7,9,1}];
{"command": "ADD", "node_id": "ipn:4.0", "cla_addr": "mtcp:b:1",
 "contact_list": [{"start": 5, "end": 6, "data_rate": 7}]}
{"command": "UPDATE", "node_id": "ipn:3.0", "contact_list": [{"start": 8, "end": 9, "data_rate": 2}]}
{"command": "QUERY"}
"""
    )
    rows = read_ud3tn(tmp_path / "node-1.ud3tn")[0].contacts
    length = (rows["end_s"] - rows["start_s"]).round(3)
    found = [*zip(rows["to"], length, rows["rate_bps"] / 8, rows["confidence"], strict=True)]
    assert found == [
        ("4", 1.0, 7.0, 1.0),
        ("3", 1.0, 2.0, 1.0),
        ("2", 100.0, 20.0, 0.5),
        ("2", 100.0, 10.0, 0.5),
    ]


def test_the_pair_for_its_plan_reader(jagged, no_more, tmp_path):
    plan = jagged(5, DATED)
    notes = write_pair(plan, tmp_path / "pair")
    assert sorted(entry.name for entry in (tmp_path / "pair").iterdir()) == [
        "contact-plan.ionrc",
        "nodes.txt",
    ]
    lines = (tmp_path / "pair" / "nodes.txt").read_text().splitlines()
    assert all(NODE.fullmatch(line) for line in lines)
    assert {int(line.split()[0]) for line in lines} == set(plan.nodes.values())
    assert notes[-1] == "run aap-contact-plan-reader with TZ=UTC: it takes dates for local time"
    no_more(read_pair(tmp_path / "pair")[0], plan)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1(ipn:2.0):(mtcp:x):[]:[{5,9,x}];", ":1: rate is not a whole number"),
        ("1(ipn:2.0):(mtcp:x):[]:[{5,9,1.5}];", ":1: '}' is wanted where '.' stands"),
        ("\n1(ipn:2.0", ":2: a text in parentheses is not closed"),
        ("1(ipn:2.0)::[{9,5,1}];", ":1: '\\(' is wanted"),
        ("\n\n1(ipn:2.0):::[{9,5,1}];", ":3: .*is reversed"),
        ("1(ipn:2.0):::[{1401519306972,1401519316972,1}];", ":1: .*seconds since 2000, not milliseconds"),
        ("1(ipn:2.0):::[{5,9,0}];", ":1: .*rate 0.0 bit/s"),
        ("1(ipn:2.0),7;", ":1: reliability is not from 100 to 1000"),
        ("5(ipn:2.0);", ":1: command '5'"),
        ("1(ipn:2.0):::[{5,9,1}]", ":1: ';' is wanted where 'the end' stands"),
        ('{"command": "ADD"', ":1: a command in JSON is damaged"),
        (
            '\n{"command": "ADD", "node_id": "ipn:2.0", "contact_list": [{"start": "x"}]}',
            ":2: a command is an object",
        ),
        ('{"command": "FLY", "node_id": "ipn:2.0"}', ":1: a command is an object"),
    ],
)
def test_faults_name_their_line(text, message, tmp_path):
    (tmp_path / "node-1.ud3tn").write_text(text)
    with pytest.raises(InputError, match=message):
        read_ud3tn(tmp_path / "node-1.ud3tn")
    (tmp_path / "p").mkdir()
    (tmp_path / "node-1.ud3tn").rename(tmp_path / "p" / "node-1.ud3tn")
    with pytest.raises(InputError, match=f"node-1.ud3tn{message}"):
        read_ud3tn(tmp_path / "p")


def test_a_node_must_be_told(tmp_path):
    (tmp_path / "other.ud3tn").write_text("1(ipn:2.0):::[{5,9,1}];")
    with pytest.raises(InputError, match=r"name the file node-N\.ud3tn"):
        read_ud3tn(tmp_path / "other.ud3tn")
    assert read_ud3tn(tmp_path / "other.ud3tn", "ipn:9.0")[0].nodes == {"2": 2, "9": 9}
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no file node-N\.ud3tn"):
        read_ud3tn(tmp_path / "empty")
