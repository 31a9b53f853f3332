"""The CCSDS simple schedule: elements, attributes and words of the structure that is known, and its times."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.ccsds_schedule import NAMESPACE, schedule_text
from qqnet.contacts.timebase import TimeBase, tdb_from_unix
from qqnet.errors import InputError

DATED = TimeBase("tdb", "2030-01-01T00:00:00Z")

TIME = r"\d{4}-\d{3}T\d\d:\d\d:\d\d\.\d{3}Z"
WORD = r"[^<>]+"
# Attributes of each element, as an open exporter that is used with the schema writes them.
ATTRIBUTES = {
    "simpleSchedule": {"srvMgtEntityType": "SIMPLE_SCHEDULE"},
    "simpleScheduleHeader": {
        "originatingOrganization": WORD,
        "generationTime": TIME,
        "status": "TEST|PROVISIONAL|OPERATIONAL|OTHER",
        "inclusionType": "START_INCLUSION",
        "version": "1",
        "startTime": TIME,
        "endTime": TIME,
    },
    "scheduledPackage": {"user": WORD, "comment": WORD, "scheduledPackageId": WORD},
    "scheduledActivity": {
        "scheduledActivityId": WORD,
        "activityStatus": "COMMITTED|TENTATIVE|AVAILABLE|UNAVAILABLE",
        "siteRef": WORD,
        "apertureRef": WORD,
        "beginningOfTrack": TIME,
        "endOfTrack": TIME,
    },
    "serviceInfo": {"serviceType": "TELEMETRY|TELECOMMAND", "frequencyBand": "N/A|OTHER"},
}
CHILDREN = {
    "simpleSchedule": r"simpleScheduleHeader( scheduledPackage)+",
    "simpleScheduleHeader": "",
    "scheduledPackage": r"scheduledActivity( scheduledActivity)*",
    "scheduledActivity": "serviceInfo",
    "serviceInfo": "",
}


def check(element: ElementTree.Element) -> None:
    assert element.tag.startswith(f"{{{NAMESPACE}}}")
    name = element.tag.partition("}")[2]
    wanted = ATTRIBUTES[name]
    assert element.attrib.keys() == wanted.keys()
    for key, pattern in wanted.items():
        assert re.fullmatch(pattern, element.attrib[key]), (name, key, element.attrib[key])
    assert re.fullmatch(CHILDREN[name], " ".join(child.tag.partition("}")[2] for child in element))
    for child in element:
        check(child)


def tdb(text: str) -> float:
    year, day, time = re.fullmatch(r"(\d{4})-(\d{3})T(.*)Z", text).groups()
    stamp = np.datetime64(f"{year}-01-01T{time}", "ms") + np.timedelta64(int(day) - 1, "D")
    return float(tdb_from_unix([stamp.astype(np.int64) / 1e3])[0])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_its_structure_is_kept_and_tracks_lie_within_the_contacts(seed, plan_of):
    plan = plan_of(seed, 12, DATED)
    passes = plan.contacts[plan.contacts["kind"] != "terrestrial"]
    if passes.empty:
        return
    text, notes = schedule_text(plan)
    root = ElementTree.fromstring(text)
    check(root)
    assert any("rates, light times" in note for note in notes)
    tracks = root.iter(f"{{{NAMESPACE}}}scheduledActivity")
    found = sorted((tdb(one.attrib["beginningOfTrack"]), tdb(one.attrib["endOfTrack"])) for one in tracks)
    true = sorted(passes[["start_s", "end_s"]].to_numpy().tolist())
    assert len(found) == len(true)
    for (start, end), (first, last) in zip(found, true, strict=True):
        assert first - 2e-6 <= start < first + 1.01e-3
        assert last - 1.01e-3 < end <= last + 2e-6


def test_stations_turn_a_contact_into_telecommand(one_contact):
    plan = one_contact(start_s=1e9, end_s=1e9 + 60.0, base=DATED)
    made = datetime(2030, 1, 2, tzinfo=UTC)
    text, _ = schedule_text(plan, made=made)
    assert '<scheduledPackage user="lander" comment="ipn:2" scheduledPackageId="P2">' in text
    assert 'apertureRef="relay"' in text
    assert 'serviceType="TELEMETRY"' in text
    assert 'generationTime="2030-002T00:00:00.000Z"' in text
    text, _ = schedule_text(plan, {"lander"}, made)
    assert 'user="relay"' in text
    assert 'apertureRef="lander"' in text
    assert 'serviceType="TELECOMMAND"' in text


def test_what_it_cannot_hold_is_refused(one_contact):
    with pytest.raises(InputError, match="has dates"):
        schedule_text(one_contact())
    with pytest.raises(InputError, match="no contact that a CCSDS schedule could hold"):
        schedule_text(one_contact(start_s=1e9, end_s=2e9, kind="terrestrial", base=DATED))
    with pytest.raises(InputError, match="aperture 'DSS-14' is not a node"):
        schedule_text(one_contact(start_s=1e9, end_s=2e9, base=DATED), ["DSS-14"])
