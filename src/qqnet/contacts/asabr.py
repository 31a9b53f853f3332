"""Contact plans of A-SABR: numbered nodes, and contacts whose rate and light time may change in pieces.

``node ID NAME`` with IDs from 0 on, in order; then ``contact FROM TO START END [MARKER] RATE DELAY``, or with
pieces ``contact FROM TO START END seg rate [START END RATE, ...] delay [START END DELAY, ...]``. Numbers are whole
(current versions read nothing else) and have no units: here they are seconds and bit/s, so sizes of bundles are
bits there. Nodes are numbered in the order of their ``ipn`` numbers.

References
----------
github.com/DTN-MTP/A-SABR (2026): ``from_asabr_lexer.rs``, ``asabr_file_lexer.rs``, ``segmentation/mod.rs``,
``contact_manager/lex.rs`` (markers), ``examples/contact_plans``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from qqnet.contacts.asabr_reading import LEGACY, read_asabr
from qqnet.contacts.pieces import delay_pieces, merged, raised_s, runs
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat, left_out, light_time_note
from qqnet.contacts.schedule import Window, from_second_0, whole_second_schedule
from qqnet.errors import InputError
from qqnet.files import write_text

MOST_NODES: Final = 2**16
"""A-SABR keeps the number of a node in 16 bits."""

WORD: Final = re.compile(r"[^\s#\[\],]+")
"""A name that is one token."""

HOLDS: Final = Holds(
    times="whole seconds",
    rate="whole bit/s, in pieces",
    light_time="whole seconds, in pieces",
    names=True,
)


def asabr_text(plan: ContactPlan, marker: str = "evl") -> tuple[str, list[str]]:
    """Say a plan in A-SABR's format.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    marker : str
        How A-SABR manages the volume of contacts without pieces, such as "evl", "eto", "qd". Contacts with
        pieces are always "seg".

    Returns
    -------
    text : str
        The file.
    notes : list of str
        What was lost, for people, and which instant is second 0.

    Raises
    ------
    InputError
        For more nodes than 16 bits can number, and for an unknown marker.
    """
    if marker not in LEGACY:
        raise InputError(
            f"marker '{marker}' is none of A-SABR's for one rate and one delay: {', '.join(LEGACY)}"
        )
    if len(plan.nodes) > MOST_NODES:
        raise InputError(f"{len(plan.nodes)} nodes: A-SABR numbers {MOST_NODES} at most")
    clock, notes = from_second_0(plan, "A-SABR")
    schedule = whole_second_schedule(plan, clock, unit_bps=1.0)
    ids = {plan.nodes[name]: place for place, name in enumerate(plan.names)}
    contacts, raised = [], 0.0
    for run in runs(schedule.windows):
        delays = [delay_pieces(window) for window in run]
        raised = max(raised, *(raised_s(*pair) for pair in zip(run, delays, strict=True)))
        contacts.append(_contact(run, [piece for pieces in delays for piece in pieces], ids, marker))
    notes += [*schedule.notes, *light_time_note(raised), *left_out(plan, HOLDS)]
    lines = [
        "# Contact plan of QQNet. Seconds and bit/s; light times rounded up.",
        *(f"# {note}" for note in notes),
        *(f"node {place} {_word(name, plan.nodes[name])}" for place, name in enumerate(plan.names)),
        *contacts,
    ]
    return "\n".join(lines) + "\n", notes


def _contact(run: list[Window], delays: list[tuple[int, int, int]], ids: dict[int, int], marker: str) -> str:
    first, last = run[0], run[-1]
    head = f"contact {ids[first.sender]} {ids[first.receiver]} {first.start} {last.end}"
    rates = merged([(window.start, window.end, window.rate_bits_per_s) for window in run])
    delays = merged(delays)
    if len(rates) == len(delays) == 1:
        return f"{head} {marker} {rates[0][2]} {delays[0][2]}"
    return f"{head} seg rate [{_listed(rates)}] delay [{_listed(delays)}]"


def _listed(pieces: list[tuple[int, int, int]]) -> str:
    return ", ".join(f"{start} {end} {value}" for start, end, value in pieces)


def _word(name: str, number: int) -> str:
    """Name of a node as one token."""
    return name if WORD.fullmatch(name) else f"ipn:{number}"


def write_asabr(plan: ContactPlan, path: Path) -> list[str]:
    """Write a plan in A-SABR's format, and say what was lost."""
    text, notes = asabr_text(plan)
    write_text(path, text)
    return notes


FORMAT: Final = PlanFormat(
    name="asabr",
    title="A-SABR",
    endings=(".asabr", ".cp"),
    holds=HOLDS,
    source="A-SABR's parser, github.com/DTN-MTP/A-SABR",
    write=write_asabr,
    read=read_asabr,
    recognises=lambda head: re.match(r"(#.*\n|\s)*e?node\s+0\s", head) is not None,
)
