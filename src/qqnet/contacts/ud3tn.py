"""Contact plans of µD3TN: configuration commands for one node, which name its neighbours and contacts.

A command is ``1(EID)[,RELIABILITY]:(CLA ADDRESS):[(EID),...]:[{START,END,BYTES_PER_SECOND[,[(EID),...]]},...];``
with 1 add, 2 replace, 3 delete; times are whole seconds of the DTN epoch (2000-01-01 UTC). It knows no light
times, and belongs to the node that it is sent to: a plan becomes one file a sending node. RELIABILITY belongs to a
neighbour, not to a contact, and ud3tn-utils 0.15 reads no command that has one, so none is written.

µD3TN's tool ``aap-contact-plan-reader`` configures nodes from an ION plan and a list of their addresses: that
pair is the format ``ud3tn-ion``.

References
----------
µD3TN ``doc/contacts_data_format.md``; ud3tn-utils 0.15.2, ``config.py`` and ``aap_contact_plan_reader.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from qqnet.contacts.folders import write_folder
from qqnet.contacts.ion import HOLDS as ION_HOLDS
from qqnet.contacts.ion import ion_text
from qqnet.contacts.ion_reading import read_ion
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat, left_out
from qqnet.contacts.schedule import Window, clock_of, whole_second_schedule
from qqnet.contacts.timebase import UNIX_OF_2000_S
from qqnet.contacts.ud3tn_reading import read_ud3tn
from qqnet.errors import InputError

MOST_CONTACTS: Final = 100
"""In one command: ud3tn-utils 0.15 fails where one has about a thousand."""

CLA_PORT: Final = 4224
AAP_PORT: Final = 4242

PLAN_FILE: Final = "contact-plan.ionrc"
NODES_FILE: Final = "nodes.txt"

HOLDS: Final = Holds(times="whole seconds", rate="whole bytes/s", light_time="none", dates=True, numbers=True)


def ud3tn_texts(
    plan: ContactPlan, addresses: Mapping[str, str] | None = None
) -> tuple[dict[int, str], list[str]]:
    """Say a plan in µD3TN's commands, for each node that sends.

    Parameters
    ----------
    plan : ContactPlan
        A plan with dates.
    addresses : mapping of str to str, optional
        Convergence layer address of a node by its name, such as ``mtcp:10.0.0.2:4224``; where not given,
        ``mtcp:node-N:4224`` with the node's number N, a host name to be made known.

    Returns
    -------
    texts : dict of int to str
        Commands for each sending node, by its ``ipn`` number.
    notes : list of str
        What was lost, for people.

    Raises
    ------
    InputError
        For a plan without dates, and one that begins before 2000.
    """
    if not plan.time_base.is_absolute:
        raise InputError("µD3TN's contacts have dates, but this plan counts from an instant it does not name")
    clock = clock_of(plan) - UNIX_OF_2000_S
    if len(plan) and clock.min() < 0.0:
        raise InputError("µD3TN counts seconds from 2000-01-01 on, but this plan begins earlier")
    schedule = whole_second_schedule(plan, clock)
    by_number = {number: name for name, number in plan.nodes.items()}
    links: dict[int, dict[int, list[Window]]] = {}
    for window in schedule.windows:
        links.setdefault(window.sender, {}).setdefault(window.receiver, []).append(window)
    texts = {}
    for sender, neighbours in sorted(links.items()):
        commands = []
        for receiver, windows in sorted(neighbours.items()):
            address = (addresses or {}).get(by_number[receiver], _address(receiver))
            for first in range(0, len(windows), MOST_CONTACTS):
                some = windows[first : first + MOST_CONTACTS]
                contacts = ",".join(f"{{{w.start},{w.end},{w.rate_bytes_per_s}}}" for w in some)
                commands.append(f"1(ipn:{receiver}.0):({address})::[{contacts}];\n")
        texts[sender] = "".join(commands)
    return texts, [*schedule.notes, *left_out(plan, HOLDS)]


def _address(number: int) -> str:
    return f"mtcp:node-{number}:{CLA_PORT}"


def write_ud3tn(plan: ContactPlan, path: Path) -> list[str]:
    """Write a folder with one file a sending node, and say what was lost."""
    texts, notes = ud3tn_texts(plan)
    write_folder(path, {f"node-{number}.ud3tn": text for number, text in texts.items()}, "node-*.ud3tn")
    return notes


def write_pair(plan: ContactPlan, path: Path) -> list[str]:
    """Write a folder with an ION plan and the addresses of its nodes, for ``aap-contact-plan-reader``.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    path : pathlib.Path
        Folder, which gets ``contact-plan.ionrc`` and ``nodes.txt``.

    Returns
    -------
    list of str
        What was lost, for people, and what to heed.
    """
    text, notes = ion_text(plan, to_2038=False)
    nodes = "".join(
        f"{number} {_address(number)} tcp node-{number} {AAP_PORT}\n"
        for number in sorted(plan.nodes.values())
    )
    write_folder(path, {PLAN_FILE: text, NODES_FILE: nodes}, PLAN_FILE, NODES_FILE)
    if plan.time_base.is_absolute:
        notes = [*notes, "run aap-contact-plan-reader with TZ=UTC: it takes dates for local time"]
    return notes


def read_pair(path: Path) -> tuple[ContactPlan, list[str]]:
    """Read the plan of such a folder."""
    return read_ion(path / PLAN_FILE)


FORMAT: Final = PlanFormat(
    name="ud3tn",
    title="µD3TN",
    endings=(".ud3tn",),
    holds=HOLDS,
    source="µD3TN, doc/contacts_data_format.md",
    write=write_ud3tn,
    read=read_ud3tn,
    recognises=lambda head: head[:2] in ("1(", "2(", "3(", "4(") or head.startswith('{"command"'),
    folder=True,
)

PAIR: Final = PlanFormat(
    name="ud3tn-ion",
    title="µD3TN, ION pair",
    endings=(),
    holds=ION_HOLDS,
    source="ud3tn-utils 0.15.2, aap_contact_plan_reader.py",
    write=write_pair,
    read=read_pair,
    recognises=lambda head: False,
    folder=True,
)
