"""Contact plans as a CCSDS simple schedule (902.1-B-1): passes of spacecraft over apertures, in XML.

The format is the standard's for schedules of ground stations. It knows neither rates nor light times, so no
contact plan can be made of it. Each contact becomes an activity: the node that receives is the aperture and the
node that sends the user, with the service TELEMETRY; where `apertures` names the stations and only the sender is
one, the other way round, with TELECOMMAND. Networks on the ground make no passes.

Verified how far: elements, attributes, their order and words are those of an open exporter that its author uses
with the schema ``902x01b1TC1-SmplSchd.xsd`` (dariol83/drorbiteex, Apache-2.0, 2023). The schema itself was not at
hand, so the file was not held against it. How contacts between two spacecraft map to it is our choice.

References
----------
CCSDS 902.1-B-1, Simple Schedule Format Specification, May 2018.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat, left_out
from qqnet.contacts.schedule import clock_of
from qqnet.errors import InputError
from qqnet.files import write_text

NAMESPACE: Final = "urn:ccsds:schema:cssm:1.0.0"
MILLISECOND: Final = 1e-3

HOLDS: Final = Holds(
    times="milliseconds", rate="none", light_time="none", dates=True, names=True, several_links=True
)


def schedule_text(
    plan: ContactPlan, apertures: Collection[str] = (), made: datetime | None = None
) -> tuple[str, list[str]]:
    """Say a plan as a simple schedule.

    Parameters
    ----------
    plan : ContactPlan
        A plan with dates.
    apertures : collection of str
        Nodes that are stations; where none is named, the receiver of a contact is.
    made : datetime, optional
        When the file is made; now where not given.

    Returns
    -------
    text : str
        The XML file.
    notes : list of str
        What was lost, for people.

    Raises
    ------
    InputError
        For a plan without dates or without contacts, and for an aperture that is no node.
    """
    if not plan.time_base.is_absolute:
        raise InputError("a CCSDS schedule has dates, but this plan counts from an instant it does not name")
    for name in apertures:
        if name not in plan.nodes:
            raise InputError(f"aperture '{name}' is not a node of this plan")
    ground = (plan.contacts["kind"] == "terrestrial").to_numpy()
    clock = clock_of(plan)
    start = np.ceil(clock[:, 0] * 1e3 - MILLISECOND).astype(np.int64)
    end = np.floor(clock[:, 1] * 1e3 + MILLISECOND).astype(np.int64)
    kept = np.flatnonzero(~ground & (end > start))
    if not len(kept):
        raise InputError("this plan has no contact that a CCSDS schedule could hold")
    notes = [f"{int(ground.sum())} terrestrial contacts are no passes: left out"] if ground.any() else []
    notes += left_out(plan, HOLDS)
    made = made or datetime.now(UTC)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<simpleSchedule xmlns="{NAMESPACE}" srvMgtEntityType="SIMPLE_SCHEDULE">',
        '  <simpleScheduleHeader originatingOrganization="QQNet" '
        f'generationTime="{_time(made.timestamp() * 1e3)}" status="PROVISIONAL" '
        'inclusionType="START_INCLUSION" version="1" '
        f'startTime="{_time(start[kept].min())}" endTime="{_time(end[kept].max())}"/>',
        *_packages(plan, frozenset(apertures), kept, start, end),
        "</simpleSchedule>",
    ]
    return "\n".join(lines) + "\n", notes


def _packages(
    plan: ContactPlan, apertures: frozenset[str], kept: np.ndarray, start: np.ndarray, end: np.ndarray
) -> Iterator[str]:
    """One package a user."""
    senders, receivers = plan.contacts["from"].tolist(), plan.contacts["to"].tolist()
    kinds = plan.contacts["kind"].tolist()
    users: dict[str, list[str]] = {}
    for number, row in enumerate(kept.tolist(), start=1):
        user, aperture, service = senders[row], receivers[row], "TELEMETRY"
        if user in apertures and aperture not in apertures:
            user, aperture, service = aperture, user, "TELECOMMAND"
        band = "OTHER" if kinds[row] == "optical" else "N/A"
        users.setdefault(user, []).append(
            f'    <scheduledActivity scheduledActivityId="C{number}" activityStatus="TENTATIVE" '
            f"siteRef={quoteattr(aperture)} apertureRef={quoteattr(aperture)} "
            f'beginningOfTrack="{_time(start[row])}" endOfTrack="{_time(end[row])}">\n'
            f'      <serviceInfo serviceType="{service}" frequencyBand="{band}"/>\n'
            "    </scheduledActivity>"
        )
    for user in sorted(users, key=lambda name: plan.nodes[name]):
        yield (
            f"  <scheduledPackage user={quoteattr(user)} comment={quoteattr(f'ipn:{plan.nodes[user]}')} "
            f'scheduledPackageId="P{plan.nodes[user]}">'
        )
        yield from users[user]
        yield "  </scheduledPackage>"


def _time(unix_ms: float) -> str:
    """CCSDS ASCII time code B, to a millisecond."""
    stamp = np.datetime64(int(unix_ms), "ms")
    year = stamp.astype("datetime64[Y]")
    day = int((stamp.astype("datetime64[D]") - year).astype(int)) + 1
    return f"{year}-{day:03d}T{np.datetime_as_string(stamp, unit='ms')[11:]}Z"


def write_schedule(plan: ContactPlan, path: Path) -> list[str]:
    """Write a plan as a simple schedule, and say what was lost."""
    text, notes = schedule_text(plan)
    write_text(path, text)
    return notes


FORMAT: Final = PlanFormat(
    name="ccsds",
    title="CCSDS schedule",
    endings=(".xml",),
    holds=HOLDS,
    source="CCSDS 902.1-B-1; see its limits",
    write=write_schedule,
    read=None,
    recognises=lambda head: re.match(r"(<\?xml[^>]*>\s*)?<(\w+:)?simpleSchedule\b", head) is not None,
)
