"""HDTN's JSON: bits, whole seconds, and never a rate of 0."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.hdtn import hdtn_text, read_hdtn
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")
RELATIVE = TimeBase("relative")
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# As HDTN's loader reads it (router.cpp, libcgr.cpp) and its own plans have it; integers alone, since a decimal is
# read as 0, and rates above 0, since 0 is without limit.
WHOLE = {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "object",
    "required": ["contacts"],
    "additionalProperties": False,
    "properties": {
        "contacts": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["contact", "source", "dest", "startTime", "endTime", "rateBitsPerSec", "owlt"],
                "properties": {
                    "contact": WHOLE,
                    "source": {"type": "integer", "minimum": 1},
                    "dest": {"type": "integer", "minimum": 1},
                    "startTime": WHOLE,
                    "endTime": WHOLE,
                    "rateBitsPerSec": {"type": "integer", "minimum": 1},
                    "owlt": WHOLE,
                },
            },
        }
    },
}


def test_bits_and_whole_seconds(one_contact):
    text, notes = hdtn_text(one_contact(rate_bps=1_000_007.9))
    assert json.loads(text)["contacts"] == [
        {
            "contact": 0,
            "source": 2,
            "dest": 1,
            "startTime": 61,
            "endTime": 7260,
            "rateBitsPerSec": 1_000_007,
            "owlt": 754,
        }
    ]
    assert "light times are rounded up, by 0.8 s at most" in notes
    text, notes = hdtn_text(one_contact(rate_bps=0.5))
    assert json.loads(text)["contacts"] == []
    assert any("slower than one bit per second" in note for note in notes)


@few
@given(seed=st.integers(0, 2**32), base=st.sampled_from([DATED, RELATIVE]))
def test_what_is_written_fits_its_loader_and_promises_no_more(seed, base, jagged, no_more, tmp_path):
    plan = jagged(seed, base)
    text, notes = hdtn_text(plan)
    jsonschema.validate(json.loads(text), SCHEMA)
    (tmp_path / "p.json").write_text(text)
    again, _ = read_hdtn(tmp_path / "p.json")
    zero = plan.span[0] if base is DATED else 0.0
    if base is DATED:
        # Second 0 is the whole second of UTC in which the plan begins.
        fraction = plan.time_base.unix_seconds([zero])[0] % 1.0
        zero -= fraction
        assert any("second 0 of the HDTN plan is 20" in note for note in notes)
    no_more(again, plan, zero)
    assert "the confidence of" in notes[-1] or (plan.contacts["confidence"] == 1.0).all()


@few
@given(seed=st.integers(0, 2**32))
def test_a_plan_of_whole_numbers_comes_back_exactly(seed, plan_of, tmp_path):
    plan = plan_of(seed, 12, RELATIVE, whole=True)
    (tmp_path / "p.json").write_text(hdtn_text(plan)[0])
    again, _ = read_hdtn(tmp_path / "p.json")
    keys = ["from_ipn", "to_ipn", "start_s", "end_s", "rate_bps", "owlt_start_s"]
    expected, found = (one.contacts[keys].sort_values(keys).to_numpy().tolist() for one in (plan, again))
    assert found == expected


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
    (tmp_path / "p.json").write_text(text.replace('"rateBitsPerSec": 1000000', '"rate": 3'))
    plan, notes = read_hdtn(tmp_path / "p.json")
    assert plan.contacts["rate_bps"].tolist() == [3e6, 3e6]
    assert notes == ["2 contacts give the deprecated 'rate': taken as Mbit/s"]


CONTACT = {"source": 1, "dest": 2, "startTime": 0, "endTime": 60, "rateBitsPerSec": 1000, "owlt": 1}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"startTime": 0.5}, ":3: startTime is 0.5; give a whole number"),
        ({"startTime": -1}, ":3: startTime is -1"),
        ({"source": "relay"}, ":3: source is 'relay'"),
        ({"source": 0}, ":3: source is 0; give a whole number from 1"),
        ({"rateBitsPerSec": 0}, ":3: rate 0 means without limit"),
        ({"rateBitsPerSec": 10**400}, ":3: rateBitsPerSec is 1000"),
        ({"owlt": None}, ":3: owlt is None"),
        ({"owlt": True}, ":3: owlt is True"),
        ({"endTime": 0}, ":3: .*has no length"),
        ({"dest": 2}, ":3: .*two different nodes"),
    ],
)
def test_faults_name_their_line(changes, message, tmp_path):
    good, bad = json.dumps(CONTACT), json.dumps({**CONTACT, "source": 2, "dest": 1, **changes})
    (tmp_path / "p.json").write_text(f'{{"contacts": [\n{good},\n{bad}]}}')
    with pytest.raises(InputError, match=message):
        read_hdtn(tmp_path / "p.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"contacts": [\n{"source": 1,', ":2: not JSON"),
        ("[]", ":1: not an HDTN plan"),
        ("[" * 100_000, "not JSON|nested too deeply"),
        ('{"contacts": [\n3]}', ":2: a contact is an object"),
        ('{"contacts": [\n{"owlt": NaN}]}', ":2: NaN is no number of JSON"),
        ('{"contacts": [' + "9" * 5000 + "]}", "thousands of digits"),
    ],
)
def test_what_is_no_plan_is_named(text, message, tmp_path):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_hdtn(tmp_path / "p.json")
