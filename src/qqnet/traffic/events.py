"""The queue of events of a simulation, and the record of what happened."""

from __future__ import annotations

from typing import Final

from numba import njit

from qqnet.routing.compiled import by_reference, constants, inner
from qqnet.routing.heap import pop, push
from qqnet.traffic.state import EVENTS, RECORDED, State

KNOW, FAIL, RELEASE, ARRIVE, RETRY, CREATE, DEPART, EXPIRE = constants(8)
"""Kinds, in the order in which those of one instant are handled."""

KIND_SHIFT: Final = 60
TICKET_SHIFT: Final = 32
TICKET_MASK: Final = (1 << 26) - 1
PLACE_MASK: Final = (1 << 32) - 1

MADE, PLANNED, LEFT, CAME, DELIVERED, LOST, MISSED, STRANDED = (constants(2)[1] << n for n in range(8))

RECORDS: Final[dict[int, str]] = {
    int(MADE): "made",
    int(PLANNED): "planned",
    int(LEFT): "left",
    int(CAME): "came",
    int(DELIVERED): "delivered",
    int(LOST): "lost",
    int(MISSED): "missed",
    int(STRANDED): "stranded",
}
"""Kinds of records: a message was made; a bundle's way was planned, it left a node, it came to one; a message was
delivered, a message was lost; a transmission came to nothing; a bundle has no way."""


@njit(cache=True)
def schedule(state: State, time_s: float, kind: int, place: int, ticket: int) -> None:
    """Let something happen later.

    Parameters
    ----------
    state : State
        Changed in place; must have room.
    time_s : float
        When. [s]
    kind, place, ticket : int
        What: kind, place of what it is about, number of the decision on which it rests.
    """
    state = by_reference(state)
    code = (kind << KIND_SHIFT) | ((ticket & TICKET_MASK) << TICKET_SHIFT) | place
    state.counts[EVENTS] = push(state.time_s, state.code, state.counts[EVENTS], time_s, code)


@inner
def next_event(state: State) -> tuple[float, int, int, int]:
    """Take the next event.

    Parameters
    ----------
    state : State
        Holds at least one; changed in place.

    Returns
    -------
    time_s : float
        When. [s]
    kind, place, ticket : int
        What, as given to `schedule`; of the ticket the low bits.
    """
    time_s, code, size = pop(state.time_s, state.code, state.counts[EVENTS])
    state.counts[EVENTS] = size
    return time_s, code >> KIND_SHIFT, code & PLACE_MASK, (code >> TICKET_SHIFT) & TICKET_MASK


@inner
def note(
    state: State,
    time_s: float,
    kind: int,
    flow: int,
    serial: int,
    place: int,
    node: int,
    contact: int,
    value: float,
) -> None:
    """Enter what happened, if it is asked for.

    Parameters
    ----------
    state : State
        Changed in place; must have room.
    time_s : float
        When. [s]
    kind, flow, serial, place, node, contact : int
        What, and whom it is about.
    value : float
        As in `RECORD`.
    """
    wanted = state.wanted
    if not wanted[0] & kind:
        return
    if (wanted[1] >= 0 and wanted[1] != flow) or (wanted[2] >= 0 and wanted[2] != serial):
        return
    row = state.record[state.counts[RECORDED]]
    state.counts[RECORDED] += 1
    row.time_s, row.value, row.kind = time_s, value, kind
    row.flow, row.serial, row.place, row.node, row.contact = flow, serial, place, node, contact
