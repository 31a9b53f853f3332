"""Every format through one door: recognised, converted, kept whole, and refused with a place and a reason."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.convert import (
    FORMATS,
    REGISTRY,
    convert,
    format_of,
    format_of_name,
    read_plan,
    read_plan_with_notes,
    write_plan,
)
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")
READ = [name for name, one in REGISTRY.items() if one.read]
FILES = [name for name in READ if not REGISTRY[name].folder]


@pytest.mark.parametrize("to", READ)
def test_any_format_is_recognised_by_its_content(to, plan_of, tmp_path):
    write_plan(plan_of(5, 10, DATED), tmp_path / "plan", to)
    assert format_of(tmp_path / "plan") == to
    plan, _ = read_plan_with_notes(tmp_path / "plan")
    assert len(plan)


def test_json_and_cp_hold_several_formats(plan_of, tmp_path):
    for name, to in (("a.json", "hdtn"), ("b.json", "tvg"), ("c.cp", "asabr"), ("d.xml", "ccsds")):
        write_plan(plan_of(5, 10, DATED), tmp_path / name, to)
        assert format_of(tmp_path / name) == to
    assert format_of_name("x.json") == "hdtn"
    assert format_of_name("x.PQ") == "parquet"


@pytest.mark.parametrize("to", READ)
def test_a_second_conversion_changes_nothing(to, jagged, tmp_path):
    write_plan(jagged(3, DATED, 20), tmp_path / "one", to)
    once = read_plan(tmp_path / "one", to)
    write_plan(once, tmp_path / "two", to)
    twice = read_plan(tmp_path / "two", to)
    columns = ["start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "confidence"]
    keys = ["from", "to", "start_s"]
    a, b = (one.contacts.sort_values(keys)[columns].to_numpy() for one in (once, twice))
    np.testing.assert_allclose(
        a - [*a.min(axis=0)[[0, 0]], 0, 0, 0, 0], b - [*b.min(axis=0)[[0, 0]], 0, 0, 0, 0], rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("to", READ)
def test_what_a_format_says_that_it_holds_comes_back(to, jagged, tmp_path):
    """The declarations, of which the documentation's table and the notes are made, are true."""
    holds, base = REGISTRY[to].holds, TimeBase("tdb", "2030-01-01T00:00:00Z")
    rows = jagged(1, base, 4).contacts.iloc[:0]
    row = {
        "from": "NA",
        "to": "b",
        "rate_bps": 8e6,
        "owlt_start_s": 5.0,
        "owlt_end_s": 5.0,
        "kind": "rf",
        "link": "L",
    }
    laser = {**row, "start_s": 9.5e8, "end_s": 9.5e8 + 500.0, "rate_bps": 8e7, "kind": "optical", "link": "M"}
    later = {**row, "start_s": 9.5e8 + 600.0, "end_s": 9.5e8 + 700.0, "confidence": 0.5}
    rows = pd.DataFrame([{**row, "start_s": 9.5e8, "end_s": 9.5e8 + 500.0}, laser, later]).fillna(
        {"confidence": 1.0}
    )
    plan = ContactPlan(rows, {"NA": 30, "b": 2}, base, frozenset({"NA"}))
    notes = " ".join(write_plan(plan, tmp_path / "p", to))
    again = read_plan(tmp_path / "p", to)
    found = again.contacts
    assert (again.time_base.scale == "tdb") == holds.dates
    assert (set(again.nodes) == {"NA", "b"}) == holds.names
    assert (sorted(again.nodes.values()) == [2, 30]) == holds.numbers
    assert (len(found) == 3) == holds.several_links
    assert ({"optical", "L"} <= {*found["kind"], *found["link"]}) == holds.links
    assert (found["confidence"].min() < 1.0) == holds.confidence
    assert (again.endpoints == {"NA"}) == holds.relays
    assert (found["owlt_end_s"].max() >= 5.0) == (holds.light_time != "none")
    for held, words in (
        (holds.names, "names of nodes"),
        (holds.numbers, "ipn numbers"),
        (holds.links, "names and kinds of links"),
        (holds.confidence, "the confidence of 1 contact"),
        (holds.relays, "that 1 node does not relay"),
        (holds.light_time != "none", "light times"),
        (holds.several_links, "a faster link of the same two nodes is open"),
    ):
        assert (words in notes) != held, words


@pytest.mark.parametrize("to", FORMATS)
def test_writing_is_whole_or_nothing(to, jagged, tmp_path, monkeypatch):
    """A disk that is full at the last moment leaves what was there."""
    plan, target = jagged(3, DATED), tmp_path / "out"
    write_plan(plan, target, to)
    before = {entry: entry.read_bytes() for entry in [target, *tmp_path.glob("out/*")] if entry.is_file()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(InputError, match=r"cannot write .*No space left"):
        write_plan(jagged(4, DATED), target, to)
    monkeypatch.undo()
    after = {entry: entry.read_bytes() for entry in [target, *tmp_path.glob("out/*")] if entry.is_file()}
    assert after == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_other_things_is_left_alone(plan_of, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    for to in ("ud3tn", "ud3tn-ion"):
        with pytest.raises(InputError, match="holds other things"):
            write_plan(plan_of(5, 10, DATED), tmp_path / "out", to)
    with pytest.raises(InputError, match="is a folder: ION is written to a file"):
        write_plan(plan_of(5, 10, DATED), tmp_path / "out", "ion")
    assert (tmp_path / "out" / "thesis.tex").read_text() == "years of work"


def test_unknown_formats_are_refused(plan_of, tmp_path):
    with pytest.raises(InputError, match="format 'yaml' is not one of ion"):
        write_plan(plan_of(1), tmp_path / "x", "yaml")
    with pytest.raises(InputError, match="the ending tells no format"):
        write_plan(plan_of(1), tmp_path / "x.txt")
    with pytest.raises(InputError, match="cannot write"):
        write_plan(plan_of(1), tmp_path / "nowhere" / "x.csv")
    (tmp_path / "s.xml").write_text("<?xml version='1.0'?>\n<simpleSchedule/>")
    with pytest.raises(InputError, match="holds neither rates nor light times"):
        read_plan(tmp_path / "s.xml")


JUNK = {
    "empty": b"",
    "blank": b"\n\n   \n",
    "binary": bytes(range(256)) * 20,
    "words": b"lorem ipsum dolor\n" * 50,
    "not UTF-8": b"a contact \xff\xfe +0 +9 1 2 3\n",
    "NUL": b"\x00" * 4096,
    "page": b"<!DOCTYPE html><html><body>404 not found</body></html>",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_refused_and_nothing_is_written(form, junk, tmp_path):
    ending = REGISTRY[form].endings[0]
    (tmp_path / f"plan{ending}").write_bytes(JUNK[junk])
    if form == "ion" and junk in ("empty", "blank"):
        return  # an ionrc file without a command is one
    with pytest.raises(InputError) as refusal:
        convert(tmp_path / f"plan{ending}", tmp_path / "out.csv", "csv")
    assert f"plan{ending}" in str(refusal.value)
    assert len(str(refusal.value)) < 2000
    assert [entry.name for entry in tmp_path.iterdir()] == [f"plan{ending}"]


@pytest.mark.parametrize("name", ["plan.csv", "plan.ionrc", "plan.json", "plan.cp", "plan.parquet", "plan"])
def test_folders_and_missing_files_are_refused(name, tmp_path):
    with pytest.raises(InputError, match=f"cannot read .*{name}: No such file"):
        convert(tmp_path / name, tmp_path / "out.csv", "csv")
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=name):
        convert(tmp_path / name, tmp_path / "out.csv", "csv")
    for form in FILES:
        with pytest.raises(InputError, match=f"cannot read .*{name}: Is a directory"):
            read_plan(tmp_path / name, form)


@pytest.mark.parametrize("form", READ)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_but_never_breaks(form, data, jagged, tmp_path):
    """Cut short, or with a few bytes changed: a plan or one message, no other error."""
    target = tmp_path / f"p-{form}"
    if not target.exists():
        write_plan(jagged(3, DATED, 6), target, form)
    files = [target] if target.is_file() else sorted(target.iterdir())
    file = data.draw(st.sampled_from(files))
    whole = file.read_bytes()
    try:
        damaged = bytearray(
            whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole
        )
        for _ in range(data.draw(st.integers(0, 4))):
            if damaged:
                place = data.draw(st.integers(0, len(damaged) - 1))
                damaged[place : place + 1] = data.draw(
                    st.sampled_from(
                        [b"", b"9" * 30, b"-", b"nan", b"1e999", b"\xff", b"[", b'"', b"\n", b","]
                    )
                )
        file.write_bytes(bytes(damaged))
        with suppress(InputError):
            assert np.isfinite(read_plan(target, form).volume_bytes()).all()
    finally:
        file.write_bytes(whole)


HDTN_ROW = {"source": 1, "dest": 2, "startTime": 9, "endTime": 3, "rateBitsPerSec": 1, "owlt": 1}
MANY = 100_000
GARBAGE = {
    "ion": "a contact +0 +9 1 2 1\n" + "x y z\n" * MANY,
    "ud3tn": "1(ipn:2.0):::[" + "{9,5,1},\n" * MANY,
    "asabr": "node 0 a\n" + "x y z\n" * MANY,
    "csv": "from,to,start_s,end_s,rate_bps,owlt_start_s,owlt_end_s\n" + "a,b,x,y,z,u,v\n" * MANY,
    "hdtn": '{"contacts": [\n' + ",\n".join([json.dumps(HDTN_ROW)] * (MANY // 20)) + "]}",
    "tvg": '{"contact_type": "Contact", "vertices": {}, "edges": [' + "[],\n" * MANY + "0]}",
}


@pytest.mark.parametrize("form", GARBAGE)
def test_much_garbage_gets_one_short_message(form, tmp_path):
    (tmp_path / "node-1.ud3tn").write_text(GARBAGE[form])
    with pytest.raises(InputError) as refusal:
        read_plan(tmp_path / "node-1.ud3tn", form)
    assert str(refusal.value).count("\n") <= 20
