"""Time-varying graphs of dtn-tvg-util: its own checks, its older forms, and steps on the safe side."""

from __future__ import annotations

import json

import jsonschema
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.contacts.tvg import STEP_S, tvg_text
from qqnet.contacts.tvg_reading import read_tvg
from qqnet.errors import InputError

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")
RELATIVE = TimeBase("relative")
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXT, TIME = {"type": "string"}, {"type": "number", "minimum": 0}


def tuple_of(*items: object) -> dict[str, object]:
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items)}


# tvgutil/tvg.py (from_serializable) and the validators of tvgutil/contact_plan.py.
CHARACTERISTICS = tuple_of(TIME, TIME, TIME)
GENERATION = tuple_of(
    {"const": 0.0},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "array", "items": CHARACTERISTICS, "minItems": 1},
)
CONTACT = tuple_of(TEXT, TEXT, TIME, TIME, {"type": "array", "items": GENERATION, "minItems": 1})
SCHEMA = {
    "type": "object",
    "required": ["vertices", "edges", "contact_type"],
    "additionalProperties": False,
    "properties": {
        "contact_type": {"const": "PredictedContact_v2"},
        "vertices": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
        "edges": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["vertices", "contacts"],
                "additionalProperties": False,
                "properties": {
                    "vertices": tuple_of(TEXT, TEXT),
                    "contacts": {"type": "array", "items": CONTACT, "minItems": 1},
                },
            },
        },
    },
}


def check_as_tvgutil_does(text: str) -> None:
    graph = json.loads(text)
    jsonschema.validate(graph, SCHEMA)
    reached: dict[str, list[str]] = {name: [] for name in graph["vertices"]}
    for edge in graph["edges"]:
        reached[edge["vertices"][0]].append(edge["vertices"][1])
        starts = [contact[2] for contact in edge["contacts"]]
        assert starts == sorted(starts)
        for sender, receiver, start, end, ((_, _, pieces),) in edge["contacts"]:
            assert [sender, receiver] == edge["vertices"]
            assert end > start
            begins = [piece[0] for piece in pieces]
            assert begins == sorted(begins)
            assert begins[0] == start
            assert begins[-1] < end
    assert {name: sorted(to) for name, to in reached.items()} == {
        name: sorted(to) for name, to in graph["vertices"].items()
    }


@few
@given(seed=st.integers(0, 2**32), base=st.sampled_from([DATED, RELATIVE]))
def test_tvgutil_would_take_it_and_no_more_is_promised(seed, base, jagged, no_more, tmp_path):
    plan = jagged(seed, base)
    text, _ = tvg_text(plan)
    check_as_tvgutil_does(text)
    (tmp_path / "p.json").write_text(text)
    again, notes = read_tvg(tmp_path / "p.json")
    assert notes == []
    assert again.time_base.scale == base.scale
    again = ContactPlan(again.contacts, plan.nodes, again.time_base)
    no_more(again, plan)
    # Nothing is lost but a step of light time: time, rate and confidence are all there.
    weighted = lambda one: sum(one.volume_bytes() * one.contacts["confidence"])  # noqa: E731
    assert weighted(again) == pytest.approx(weighted(plan), rel=1e-6)
    mean = lambda one: (one.volume_bytes() * one.contacts[["owlt_start_s", "owlt_end_s"]].mean(axis=1)).sum()  # noqa: E731
    assert 0.0 <= (mean(again) - mean(plan)) / plan.volume_bytes().sum() + 1e-6 <= STEP_S


@few
@given(seed=st.integers(0, 2**32), base=st.sampled_from([DATED, RELATIVE]))
def test_two_links_of_a_pair_come_back_beside_each_other(seed, base, plan_of, no_more, tmp_path):
    plan = plan_of(seed, 12, base)
    (tmp_path / "p.json").write_text(tvg_text(plan)[0])
    again = read_tvg(tmp_path / "p.json")[0]
    assert again.volume_bytes().sum() == pytest.approx(plan.volume_bytes().sum(), rel=1e-6)
    no_more(ContactPlan(again.contacts, plan.nodes, again.time_base), plan)


def test_rates_and_light_times_in_pieces(one_contact):
    first = one_contact(
        start_s=60.0, end_s=160.0, rate_bps=1e6, owlt_start_s=754.0, owlt_end_s=754.25
    ).contacts
    second = first.assign(start_s=160.0, end_s=7260.0, rate_bps=2e6, owlt_start_s=754.25)
    plan = ContactPlan(pd.concat([first, second]), {"lander": 2, "relay": 1}, RELATIVE)
    text, notes = tvg_text(plan)
    (edge,) = json.loads(text)["edges"]
    ((_, _, start, end, ((_, probability, pieces),)),) = edge["contacts"]
    assert (start, end, probability) == (60.0, 7260.0, 1.0)
    assert [(round(a, 3), b, round(c, 3)) for a, b, c in pieces] == [
        (60.0, 1e6, 754.083),
        (93.333, 1e6, 754.167),
        (126.667, 1e6, 754.25),
        (160.0, 2e6, 754.25),
    ]
    assert notes == ["light times are rounded up, by 0.0833 s at most"]


def graph(kind: str, contact: object) -> str:
    return json.dumps(
        {
            "vertices": {"1": ["2"], "2": []},
            "edges": [{"vertices": ["1", "2"], "contacts": [contact]}],
            "contact_type": kind,
        }
    )


@pytest.mark.parametrize(
    ("kind", "contact", "rows", "notes"),
    [
        (
            "PredictedContact_v2",
            ["1", "2", 60.0, 7260.0, [[0.0, 1.0, [[60.0, 1e6, 754.0]]]]],
            [(60.0, 7260.0, 1e6, 754.0, 1.0)],
            [],
        ),
        (
            "PredictedContact_v2",
            ["1", "2", 60, 90, [[0.0, 1.0, [[0, 5, 5]]], [9.0, 0.5, [[0, 1, 2], [70, 0, 2], [80, 3, 4]]]]],
            [(60.0, 70.0, 1.0, 2.0, 0.5), (80.0, 90.0, 3.0, 4.0, 0.5)],
            ["1 earlier generations of predictions are passed over", "1 parts of rate 0 are passed over"],
        ),
        (
            "Contact_v2",
            ["1", "2", 60.0, 90.0, [[60.0, 1e6, 0.1, 3.0], [75.0, 2e6, 0.0, 4.0]]],
            [(60.0, 75.0, 1e6, 3.0, 1.0), (75.0, 90.0, 2e6, 4.0, 1.0)],
            ["1 bit error rates are passed over"],
        ),
        (
            "PredictedContact",
            ["1", "2", 0.0, 10.0, [[0.0, 50.0]], 0.25, 3.0],
            [(0.0, 10.0, 5.0, 3.0, 0.25)],
            [],
        ),
        ("Contact", ["1", "2", 0.0, 10.0, 5.0, 0.0, 3.0], [(0.0, 10.0, 5.0, 3.0, 1.0)], []),
        (
            "PredictedContact_v2",
            ["1", "2", 0.0, 9.0, [[0.0, 0.0, [[0.0, 1e6, 7.0]]]]],
            [],
            ["1 contacts of probability 0 are passed over"],
        ),
    ],
)
def test_every_form_is_read(kind, contact, rows, notes, tmp_path):
    (tmp_path / "p.json").write_text(graph(kind, contact))
    plan, said = read_tvg(tmp_path / "p.json")
    columns = ["start_s", "end_s", "rate_bps", "owlt_start_s", "confidence"]
    assert list(map(tuple, plan.contacts[columns].to_numpy())) == rows
    assert said == notes
    assert plan.nodes == {"1": 1, "2": 2}


# Printed by dtn-tvg-util 0.1.6 (to_serializable) of two contacts made with it.
OF_TVGUTIL = """{"contact_type": "PredictedContact_v2", "edges": [{"contacts": [["lander", "relay", 60.0, 7260.5,
[[0.0, 0.75, [[60.0, 1000000.0, 753.2], [3660.0, 2000000.0, 753.9]]]]]], "vertices": ["lander", "relay"]},
{"contacts": [["relay", "lander", 100.25, 200.0, [[0.0, 1.0, [[100.25, 8000.0, 1.28]]]]]], "vertices":
["relay", "lander"]}], "vertices": {"lander": ["relay"], "relay": ["lander"]}}"""


def test_its_own_output_is_read_and_written_back(tmp_path):
    (tmp_path / "p.json").write_text(OF_TVGUTIL)
    plan, _ = read_tvg(tmp_path / "p.json")
    columns = ["from", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "confidence"]
    assert list(map(tuple, plan.contacts[columns].to_numpy())) == [
        ("lander", 60.0, 3660.0, 1e6, 753.2, 753.2, 0.75),
        ("relay", 100.25, 200.0, 8000.0, 1.28, 1.28, 1.0),
        ("lander", 3660.0, 7260.5, 2e6, 753.9, 753.9, 0.75),
    ]
    assert json.loads(tvg_text(plan)[0]) == json.loads(OF_TVGUTIL)


GOOD = ["1", "2", 60.0, 90.0, [[0.0, 1.0, [[60.0, 1e6, 1.0]]]]]


@pytest.mark.parametrize(
    ("contact", "message"),
    [
        (["1", "2", 90.0, 60.0, GOOD[4]], "the end 60 does not lie after the start 90"),
        (["1", "2", "now", 90.0, GOOD[4]], "contact: start is 'now'; give a finite number"),
        (["1", "2", 10**400, 90.0, GOOD[4]], "contact: start is 1000"),
        (["2", "1", *GOOD[2:]], "a contact from '2' to '1' stands at edge"),
        (GOOD[:4], "a contact of PredictedContact_v2 is a list of 5"),
        ([*GOOD[:4], []], "generations are a list that is not empty"),
        ([*GOOD[:4], [[0.0, 2.0, [[60.0, 1.0, 1.0]]]]], "probability 2 is not from 0 to 1"),
        ([*GOOD[:4], [[0.0, 1.0, [[70.0, 1.0, 1.0]]]]], "characteristics do not begin with the contact"),
        ([*GOOD[:4], [[0.0, 1.0, [[60.0, 1.0]]]]], "characteristics are a list of lists of 3 numbers"),
        ([*GOOD[:4], [[0.0, 1.0, [[60.0, -1.0, 1.0]]]]], "rate -1.0 bit/s: give a finite rate above 0"),
    ],
)
def test_faults_name_their_line(contact, message, tmp_path):
    text = json.dumps({"vertices": {"1": ["2"], "2": ["1"]}, "contact_type": "PredictedContact_v2"})[:-1]
    good = json.dumps(["2", "1", *GOOD[2:]])
    text += f', "edges": [{{"vertices": ["2", "1"], "contacts": [\n{good}]}},\n{{"contacts": [\n'
    (tmp_path / "p.json").write_text(f'{text}{json.dumps(contact)}], "vertices": ["1", "2"]}}]}}')
    with pytest.raises(InputError, match=f"p.json:4: .*{message}"):
        read_tvg(tmp_path / "p.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", ':1: not a graph of dtn-tvg-util: its "contact_type"'),
        ('{"contact_type": "Contact_v3"}', ":1: not a graph"),
        (
            '{"contact_type": "Contact_v2", "vertices": [], "edges": []}',
            ':1: a graph has "vertices", an object',
        ),
        (graph("Contact", 5).replace('"2": []', '"3": []'), ":1: node '2' is none of the graph's vertices"),
        (graph("Contact", 5).replace('["1", "2"], "con', '["1"], "con'), ":1: an edge is"),
    ],
)
def test_what_is_no_graph_is_named(text, message, tmp_path):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_tvg(tmp_path / "p.json")
