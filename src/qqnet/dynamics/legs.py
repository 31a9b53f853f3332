"""A motion with manoeuvres as legs: a change of velocity at the start of a leg, a thrust all through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.burns import Burn, in_order, kicked, thrust
from qqnet.dynamics.forces import THRUST_SIZE
from qqnet.errors import InputError
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Leg:
    """A piece of time in which the forces do not jump.

    Attributes
    ----------
    start_s, stop_s : float
        Time [TDB s past J2000]; the stop comes first if time runs backwards.
    kick : Burn or None
        Change of velocity at the start.
    thrust : Burn or None
        Burn that lasts all through the leg.
    """

    start_s: float
    stop_s: float
    kick: Burn | None = None
    thrust: Burn | None = None

    def begin(self, state: Floats) -> Floats:
        """Return the state after the kick."""
        return state if self.kick is None else kicked(self.kick, state)

    def forces(self, state: Floats, reference_s: float) -> Floats:
        """Return the thrust as the kernels take it, from the state at the start of the leg."""
        return np.zeros(THRUST_SIZE) if self.thrust is None else thrust(self.thrust, state, reference_s)


def legs(name: str, burns: Sequence[Burn], start_s: float, stop_s: float) -> list[Leg]:
    """Cut a span where burns begin and end.

    Parameters
    ----------
    name : str
        The node; named in errors.
    burns : sequence of Burn
        Its manoeuvres, in any order.
    start_s, stop_s : float
        From the state that is known to the end [TDB s past J2000].

    Returns
    -------
    list of Leg
        At least one.

    Raises
    ------
    InputError
        If two burns overlap, one is under way at the start, or time runs backwards over one.
    """
    low, high = min(start_s, stop_s), max(start_s, stop_s)
    ordered = in_order(burns, name)
    under_way = [burn for burn in ordered if burn.span_s[0] < start_s < burn.span_s[1]]
    if under_way:
        raise InputError(
            f"{name}: the burn at {format_utc(under_way[0].time_s, 0)} is under way at "
            f"{format_utc(start_s)}, where the motion starts; give a state from before it"
        )
    inside = [burn for burn in ordered if low <= burn.span_s[0] < high]
    if inside and stop_s < start_s:
        raise InputError(
            f"{name}: the burn at {format_utc(inside[0].time_s, 0)} lies before the state, which is of "
            f"{format_utc(start_s)}; give a state from before the first burn"
        )
    made: list[Leg] = []
    time: float = start_s
    kick: Burn | None = None
    for burn in inside:
        ignition, cut_off = burn.span_s
        if ignition > time:
            made.append(Leg(time, ignition, kick))
            kick = None
        elif kick is not None:  # two at one instant
            made.append(Leg(time, time, kick))
        time, kick = ignition, burn
        if burn.lasts:
            made.append(Leg(ignition, min(cut_off, stop_s), None, burn))
            time, kick = min(cut_off, stop_s), None
    if time != stop_s or kick is not None or not made:
        made.append(Leg(time, stop_s, kick))
    return made
