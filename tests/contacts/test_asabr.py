"""A-SABR's format, by the rules of its parser: tokens, node numbers, pieces without gap."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.asabr import asabr_text
from qqnet.contacts.asabr_reading import read_asabr
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")
RELATIVE = TimeBase("relative")
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_as_its_parser_does(text: str) -> int:
    """The lexer of asabr_file_lexer.rs and the rules of from_asabr_lexer.rs; number of contacts."""
    tokens = [
        token
        for line in text.splitlines()
        for word in line.partition("#")[0].split()
        for token in word.replace("[", " [ ").replace("]", " ] ").replace(",", " , ").split()
    ]
    place, nodes, contacts = 0, 0, 0

    def take() -> str:
        nonlocal place
        place += 1
        return tokens[place - 1]

    def number() -> int:
        word = take()
        value = int(word)
        assert word == str(value), "an i64, which Rust's parse takes"
        assert abs(value) < 2**63
        return value

    def pieces(start: int, end: int) -> None:
        assert take() == "["
        now, mark = start, ","
        while mark == ",":
            low, high, value = number(), number(), number()
            assert low == now < high
            assert value >= 0
            now, mark = high, take()
        assert (mark, now) == ("]", end)

    while place < len(tokens):
        kind = take()
        if kind == "node":
            assert number() == nodes, "in order from 0"
            nodes += 1
            take()
            continue
        assert kind == "contact"
        contacts += 1
        assert 0 <= number() < nodes
        assert 0 <= number() < nodes
        start, end = number(), number()
        assert start < end
        marker = take()
        if marker == "seg":
            assert take() == "rate"
            pieces(start, end)
            assert take() == "delay"
            pieces(start, end)
        else:
            assert marker == "evl"
            assert number() > 0
            assert number() >= 0
    return contacts


@few
@given(seed=st.integers(0, 2**32), base=st.sampled_from([DATED, RELATIVE]))
def test_its_parser_would_take_it_and_no_more_is_promised(seed, base, jagged, no_more, tmp_path):
    plan = jagged(seed, base)
    text, _ = asabr_text(plan)
    check_as_its_parser_does(text)
    (tmp_path / "p.cp").write_text(text)
    again, notes = read_asabr(tmp_path / "p.cp")
    assert notes == ["A-SABR's numbers have no units: seconds and bit/s are taken"]
    # Names that are no token are replaced, so numbers are those of the order.
    order = {place: plan.nodes[name] for place, name in enumerate(plan.names)}
    ids = {name: order[place] for place, name in enumerate(again.nodes)}
    again = ContactPlan(again.contacts, ids, again.time_base)
    zero = plan.time_base.unix_seconds([plan.span[0]])[0] % 1.0 if base is DATED else 0.0
    no_more(again, plan, plan.span[0] - zero if base is DATED else 0.0)
    rows = plan.contacts[plan.contacts["rate_bps"] >= 1.0]
    kept = (again.contacts["end_s"] - again.contacts["start_s"]).sum()
    assert -1e-4 <= (rows["end_s"] - rows["start_s"]).sum() - kept < 2.0 * len(rows)


@few
@given(seed=st.integers(0, 2**32))
def test_a_plan_of_whole_numbers_comes_back_exactly(seed, plan_of, tmp_path):
    plan = plan_of(seed, 12, RELATIVE, whole=True)
    (tmp_path / "p.cp").write_text(asabr_text(plan)[0])
    again, _ = read_asabr(tmp_path / "p.cp")
    keys = ["start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"]
    expected, found = (one.contacts[keys].sort_values(keys).to_numpy().tolist() for one in (plan, again))
    assert found == expected


def test_contacts_without_gap_become_one_with_pieces(one_contact):
    first = one_contact(start_s=0.0, end_s=100.0, rate_bps=8000.0, owlt_start_s=1.5, owlt_end_s=3.4).contacts
    second = first.assign(start_s=100.0, end_s=150.0, rate_bps=9000.9, owlt_start_s=3.4, owlt_end_s=3.4)
    plan = ContactPlan(pd.concat([first, second]), {"lander": 2, "relay": 1}, RELATIVE)
    text, notes = asabr_text(plan)
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "node 0 relay",
        "node 1 lander",
        "contact 1 0 0 150 seg rate [0 100 8000, 100 150 9000] delay [0 50 3, 50 150 4]",
    ]
    assert notes[0].startswith("light times are rounded up, by 1.55 s at most")
    assert "contact 1 0 61 7260 qd 1000007 754" in asabr_text(one_contact(), "qd")[0]
    with pytest.raises(InputError, match="marker 'seg' is none"):
        asabr_text(one_contact(), "seg")


def test_its_own_examples_are_read(tmp_path):
    (tmp_path / "p.cp").write_text(
        """
# Node entry with no management: node <id> <name>
node 0 node1
node 1 node2
enode 2 node3_G
vnode 3 gateways [ 2, 1 ]
contact 0 1 60 7260 eto 10000 10
contact 1 2 60 7260 15000 15
contact 2 0 60 7260 pbevl 20000 20 100 200 300
contact 0 2 60 7260 seg rate [60 3660 10000, 3660 7260 15000] delay [60 7260 12]
# no matter of white space
contact 1 0 60 7260 pseg
  delay [60 3660 10 , 3660 7260 15] rate [60 7260 10000,]
"""
    )
    plan, notes = read_asabr(tmp_path / "p.cp")
    assert plan.nodes == {"node1": 1, "node2": 2, "node3_G": 3}
    columns = ["from", "to", "start_s", "end_s", "rate_bps", "owlt_end_s"]
    assert sorted(map(tuple, plan.contacts[columns].to_numpy())) == [
        ("node1", "node2", 60.0, 7260.0, 10000.0, 10.0),
        ("node1", "node3_G", 60.0, 3660.0, 10000.0, 12.0),
        ("node1", "node3_G", 3660.0, 7260.0, 15000.0, 12.0),
        ("node2", "node1", 60.0, 3660.0, 10000.0, 10.0),
        ("node2", "node1", 3660.0, 7260.0, 10000.0, 15.0),
        ("node2", "node3_G", 60.0, 7260.0, 15000.0, 15.0),
        ("node3_G", "node1", 60.0, 7260.0, 20000.0, 20.0),
    ]
    assert notes[1:] == ["1 virtual nodes are passed over", "1 budgets of priorities are passed over"]


HEAD = "node 0 a\nnode 1 b\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contact 0 7 0 9 1 1", ":3: receiver '7' is no node that was declared before: 0 to 1"),
        ("contact a 1 0 9 1 1", ":3: sender 'a' is no node"),
        ("contact 0 1 9 5 1 1", ":3: the end 5 does not lie after the start 9"),
        ("contact 0 1 0 9 evl fast 1", ":3: rate 'fast' is not a number"),
        ("contact 0 1 0 9 evl nan 1", ":3: rate 'nan' is not a number"),
        ("contact 0 1 0 9 evl 1", ":3: the file ends where delay is wanted"),
        ("contact 0 1 0 9 evl 0 1", ":3: .*rate 0.0 bit/s"),
        ("contact 0 1 0 9 evl 1 -1", ":3: .*light time -1.0 s is negative"),
        ("contact 0 1 0 9 evl 1 1\n\ncontact 0 1 5 9 evl 1 1", ":5: .*must not overlap"),
        ("contact 0 1 0 9 seg rate [0 5 1] delay [0 9 1]", ":3: rate: the pieces end at 5, the contact at 9"),
        (
            "contact 0 1 0 9 seg rate [0 5 1, 6 9 1] delay [0 9 1]",
            ":3: rate: the piece from 6 to 9 does not go on",
        ),
        ("contact 0 1 0 9 seg rate [0 9 1] rate [0 9 1]", ":3: a contact with pieces has one list of rates"),
        ("contact 0 1 0 9 seg speed [0 9 1]", ":3: 'speed' stands where rate or delay is wanted"),
        ("node 1 c", ":3: nodes are numbered from 0 in order: 2 is next"),
        ("node 2 a", ":3: two nodes are called 'a'"),
        ("kontakt 0 1", ":3: 'kontakt' is none of node, enode, vnode, contact"),
    ],
)
def test_faults_name_their_line(text, message, tmp_path):
    (tmp_path / "p.cp").write_text(HEAD + text + "\n")
    with pytest.raises(InputError, match=message):
        read_asabr(tmp_path / "p.cp")
