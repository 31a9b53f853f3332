"""Channels for transmissions that disturb each other: an assignment by constraint programming."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qqnet.errors import InputError

MOST_WORK: Final = 10.0
"""Deterministic time after which the best assignment so far is taken: about as many seconds on one core."""

RASTER_HZ: Final = 100e3
"""Carriers and widths are counted in steps of this [Hz]."""


@dataclass(frozen=True)
class Channelled:
    """Something that gets a channel of its own.

    Attributes
    ----------
    name : str
        Who sends to whom.
    carrier_hz : float
        Where it is now [Hz].
    width_hz : float
        What it occupies [Hz].
    lowest_hz, highest_hz : float
        Where it may be: all of its width between these [Hz].
    """

    name: str
    carrier_hz: float
    width_hz: float
    lowest_hz: float
    highest_hz: float


@dataclass(frozen=True)
class Assignment:
    """Carriers that keep those apart that disturb each other.

    Attributes
    ----------
    carriers_hz : dict of str to float
        Name -> carrier [Hz]; those without a conflict stay where they are.
    left : tuple of (str, str)
        Pairs that still share frequencies, because no room is left.
    proven : bool
        Whether no assignment leaves fewer conflicts, by weight.
    """

    carriers_hz: dict[str, float]
    left: tuple[tuple[str, str], ...]
    proven: bool


def assign_channels(
    users: Sequence[Channelled], conflicts: Mapping[tuple[str, str], float], seed: int = 0
) -> Assignment:
    """Give carriers to those that disturb each other, so that no pair in conflict overlaps.

    Where the band has no room for all, the conflicts that are left weigh as little as can be found.

    Parameters
    ----------
    users : sequence of Channelled
        All of them; those in no conflict keep their carriers.
    conflicts : mapping of (str, str) to float
        Pairs that must not overlap -> weight, such as the share of time of the conflict.
    seed : int
        Of the search.

    Returns
    -------
    Assignment
        The carriers.

    Raises
    ------
    InputError
        Where one does not fit into its own limits.

    References
    ----------
    Frequency assignment as interval scheduling with disjunctions, solved by CP-SAT of OR-tools.

    Examples
    --------
    >>> users = [Channelled(name, 2.205e9, 5e6, 2.2e9, 2.21e9) for name in "ab"]
    >>> sorted(assign_channels(users, {("a", "b"): 1.0}).carriers_hz.values())
    [2202500000.0, 2207500000.0]
    """
    from ortools.sat.python import cp_model

    by_name = {user.name: user for user in users}
    involved = sorted({name for pair in conflicts for name in pair})
    carriers = {user.name: user.carrier_hz for user in users}
    if not involved:
        return Assignment(carriers, (), True)
    model = cp_model.CpModel()
    starts, widths = {}, {}
    for name in involved:
        user = by_name[name]
        widths[name] = math.ceil(user.width_hz / RASTER_HZ - 1e-9)
        first, last = (
            math.ceil(user.lowest_hz / RASTER_HZ - 1e-9),
            math.floor(user.highest_hz / RASTER_HZ + 1e-9),
        )
        if last - first < widths[name]:
            raise InputError(
                f"{name} occupies {user.width_hz / 1e6:g} MHz, more than {user.lowest_hz / 1e6:g} to "
                f"{user.highest_hz / 1e6:g} MHz holds"
            )
        starts[name] = model.new_int_var(first, last - widths[name], name)
        model.add_hint(starts[name], _slots(user, first, widths[name], len(starts)))
    costs = []
    for number, ((one, other), weight) in enumerate(sorted(conflicts.items())):
        before, shared = model.new_bool_var(f"before{number}"), model.new_bool_var(f"shared{number}")
        apart = shared.negated()
        model.add(starts[one] + widths[one] <= starts[other]).only_enforce_if(before, apart)
        model.add(starts[other] + widths[other] <= starts[one]).only_enforce_if(before.negated(), apart)
        costs.append(max(1, round(1000.0 * weight)) * shared)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = MOST_WORK
    model.minimize(sum(costs))
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise InputError(f"no channel assignment was found: {solver.status_name(status)}")
    for name in involved:
        carriers[name] = (solver.value(starts[name]) + 0.5 * widths[name]) * RASTER_HZ
    left = tuple(pair for pair in sorted(conflicts) if _share(pair, carriers, by_name))
    return Assignment(carriers, left, status == cp_model.OPTIMAL)


def _slots(user: Channelled, first: int, width: int, number: int) -> int:
    """Where the search begins: one channel beside the other, round and round."""
    room = max(1, math.floor((user.highest_hz - user.lowest_hz) / user.width_hz))
    return first + (number % room) * width


def _share(pair: Iterable[str], carriers: Mapping[str, float], users: Mapping[str, Channelled]) -> bool:
    one, other = pair
    apart = 0.5 * (users[one].width_hz + users[other].width_hz)
    return abs(carriers[one] - carriers[other]) < apart - 0.5
