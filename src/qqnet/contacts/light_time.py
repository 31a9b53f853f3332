"""Light times of any function of time, as contacts between whose ends they are straight lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.cutting import cut
from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
LightTime = Callable[[Integers, Floats], Floats]
"""Light times [s] of contacts, given by their rows, at times of transmission [s]; all of one shape (M,)."""

OWLT_TOLERANCE_S: Final = 0.01
"""Light time inside a contact is linear between its ends to this [s]; longer contacts are cut."""

SHARES: Final = (0.25, 0.5, 0.75)
"""Where inside a contact the line is held against the function; half-way alone would miss a curve that bends
one way and then the other."""

MOST_HALVINGS: Final = 40
MOST_PARTS: Final = 2**16
"""Parts of one contact that are tried at a time: what is rough everywhere is no light time."""


def with_light_times(
    plan: ContactPlan, owlt: LightTime, tolerance_s: float = OWLT_TOLERANCE_S
) -> ContactPlan:
    """Give a plan the light times of a function.

    Parameters
    ----------
    plan : ContactPlan
        Any plan; its own light times are forgotten.
    owlt : callable
        Light time of contacts, given by their rows in the plan, at times of transmission in the plan's time base.
    tolerance_s : float
        Contacts are halved until the light time inside is that close to a line between the ends. [s]

    Returns
    -------
    ContactPlan
        With as many contacts or more; rates and volumes stay.

    Raises
    ------
    InputError
        For a tolerance that is not above zero, and for a function that no halving makes straight.

    Examples
    --------
    >>> import pandas as pd
    >>> from qqnet.contacts.timebase import TimeBase
    >>> rows = pd.DataFrame({"from": ["a"], "to": ["b"], "start_s": [0.0], "end_s": [100.0], "rate_bps": [1e6],
    ...                      "owlt_s": [0.0]})
    >>> plan = ContactPlan(rows, {"a": 1, "b": 2}, TimeBase("relative"))
    >>> bent = with_light_times(plan, lambda rows, times_s: 2.0 + 1e-5 * times_s**2)
    >>> bent.contacts[["start_s", "end_s", "owlt_start_s", "owlt_end_s"]].to_numpy().tolist()
    [[0.0, 50.0, 2.0, 2.025], [50.0, 100.0, 2.025, 2.1]]
    """
    start, end = plan.contacts["start_s"].to_numpy(), plan.contacts["end_s"].to_numpy()
    row, start, end = straight_parts(start, end, owlt, tolerance_s)
    parts = cut(plan.contacts.iloc[row], start, end)
    return replace(plan, contacts=parts.assign(owlt_start_s=owlt(row, start), owlt_end_s=owlt(row, end)))


def straight_parts(
    start_s: Floats, end_s: Floats, owlt: LightTime, tolerance_s: float = OWLT_TOLERANCE_S
) -> tuple[Integers, Floats, Floats]:
    """Halve spans until the light time inside each is within a tolerance of the line between its ends.

    Parameters
    ----------
    start_s, end_s : numpy.ndarray, shape (N,)
        Spans. [s]
    owlt : callable
        Light time of spans, given by their index, at times.
    tolerance_s : float
        Greatest distance from the line. [s]

    Returns
    -------
    span : numpy.ndarray of int, shape (P,)
        Index of the span of each part.
    start, end : numpy.ndarray, shape (P,)
        Edges of the parts. [s]

    Raises
    ------
    InputError
        For a tolerance that is not above zero, and for a function that no halving makes straight.
    """
    if not tolerance_s > 0.0:
        raise InputError(f"light-time tolerance {tolerance_s} s: give more than zero")
    span, start, end = np.arange(len(start_s)), start_s, end_s
    done: list[tuple[Integers, Floats, Floats]] = []
    for _ in range(MOST_HALVINGS):
        first, last = owlt(span, start), owlt(span, end)
        straight = np.ones(span.size, dtype=np.bool_)
        for share in SHARES:
            inside = owlt(span, start + share * (end - start))
            straight &= np.abs(inside - first - share * (last - first)) <= tolerance_s
        done.append((span[straight], start[straight], end[straight]))
        span, start, end = span[~straight], start[~straight], end[~straight]
        if not span.size or np.bincount(span).max() > MOST_PARTS or not np.isfinite(first).all():
            break
        middle = 0.5 * (start + end)
        span = np.concatenate([span, span])
        start, end = np.concatenate([start, middle]), np.concatenate([middle, end])
    if span.size:
        bad = int(np.argmin(np.isfinite(owlt(span, start))))
        raise InputError(
            f"the light time near {start[bad]} s is no line to {tolerance_s} s however short the contact: "
            "it jumps, or is not finite"
        )
    span, start, end = (np.concatenate(parts) for parts in zip(*done, strict=True))
    return span, start, end
