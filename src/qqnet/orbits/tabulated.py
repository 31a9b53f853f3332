"""The way of tabulated states onto a Chebyshev table."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate, points_used
from qqnet.ephemerides.segment import Segment
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbits.trajectory import Trajectory, fit_trajectories
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]
Span = tuple[float, float]
Part = TypeVar("Part", bound=Arc | Segment)

TICK_S: Final = 1e-3
"""Unit in which the steps of a table are compared to find their common measure [s]."""

GRID_SLACK_S: Final = 5e-3
"""How far states may be from an even grid in TDB [s]: even steps of UTC wander by 1.7 ms in a year."""

MOST_RECORDS: Final = 400_000
"""Tables with more even steps than that are fitted instead."""


def tabulated_trajectory(
    segments: Sequence[Segment],
    name: str,
    needed: tuple[float, float],
    *,
    wanted: tuple[float, float] | None = None,
    tolerance_km: float = TOLERANCE_KM,
) -> Trajectory:
    """Put tabulated states on a Chebyshev table.

    Where the steps of the table have a common measure, as they mostly do, each record of the result lies between
    neighbouring states and holds their interpolating polynomial itself: nothing is lost, and a manoeuvre between
    two segments stays as sharp as it is. Otherwise the interpolation is fitted.

    Parameters
    ----------
    segments : sequence of Segment
        Of one object, with one centre.
    name : str
        Name of the node.
    needed : (float, float)
        Time that must be covered [TDB s past J2000].
    wanted : (float, float), optional
        Time to be covered as far as the states reach [TDB s past J2000].
    tolerance_km : float
        Greatest error of the fit [km].

    Returns
    -------
    Trajectory
        Position relative to the segments' centre, ICRF axes.

    Raises
    ------
    InputError
        If the segments have several centres or leave a gap, or the interpolation is too rough to be fitted.
    EphemerisRangeError
        If they do not cover what is needed.
    """
    parts, covered = checked_parts(segments, name, needed)
    wanted = wanted or covered
    span = max(wanted[0], covered[0]), min(wanted[1], covered[1])
    exact = _exact(parts, name, span)
    if exact is not None:
        return Trajectory(name, parts[0].center, exact)

    def position(dt: Floats) -> Floats:
        return _position(parts, span[0] + dt, span[0] + dt)

    step = float(np.min([np.min(np.diff(part.t)) for part in parts]))
    (trajectory,) = fit_trajectories(
        position, span, [name], parts[0].center, tolerance_km=tolerance_km, interval_s=8.0 * step
    )
    return trajectory


def checked_parts(parts: Sequence[Part], name: str, needed: tuple[float, float]) -> tuple[list[Part], Span]:
    """Check that parts of a motion fit together and cover what is needed.

    Parameters
    ----------
    parts : sequence of Arc or Segment
        Of one object.
    name : str
        Name of the node.
    needed : (float, float)
        Time that must be covered [TDB s past J2000].

    Returns
    -------
    parts : list of Arc or Segment
        In the order of time.
    covered : (float, float)
        From first to last useable time [TDB s past J2000].

    Raises
    ------
    InputError
        If the parts have several centres or leave a gap.
    EphemerisRangeError
        If they do not cover what is needed.
    """
    ordered = sorted(parts, key=lambda part: part.useable)
    centers = {part.center for part in ordered}
    if len(centers) != 1:
        raise InputError(f"motion relative to {' and '.join(sorted(centers))}; one centre is right")
    for before, after in itertools.pairwise(ordered):
        if after.useable[0] > before.useable[1] + TICK_S:
            raise InputError(
                f"no states from {format_utc(before.useable[1])} to {format_utc(after.useable[0])}; "
                "segments must meet or overlap"
            )
    covered = ordered[0].useable[0], max(part.useable[1] for part in ordered)
    if needed[0] < covered[0] - TICK_S or needed[1] > covered[1] + TICK_S:
        raise EphemerisRangeError(
            name, *covered,
            f"states cover {format_utc(covered[0])} to {format_utc(covered[1])}; "
            f"{format_utc(needed[0])} to {format_utc(needed[1])} are needed",
        )  # fmt: skip
    return ordered, covered


def _position(parts: Sequence[Segment], t: Floats, around: Floats) -> Floats:
    """Interpolate in the last segment that has begun."""
    which = np.searchsorted([part.useable[0] for part in parts[1:]], around, side="right")
    out = np.empty((t.size, 3))
    for k, part in enumerate(parts):
        mine = which == k
        out[mine] = interpolate(part, t[mine], around[mine])
    return out


def _exact(parts: Sequence[Segment], name: str, span: tuple[float, float]) -> ChebyshevTable | None:
    """Return a table with one record between neighbouring states, or None if their steps have no measure."""
    knots = np.unique(np.concatenate([*(part.t for part in parts), [part.useable[0] for part in parts]]))
    steps = np.diff(knots)
    ticks = np.round(steps[steps > TICK_S / 2.0] / TICK_S).astype(np.int64)
    measure = int(np.gcd.reduce(ticks)) * TICK_S
    if measure == 0.0:
        return None
    count = round(float(knots[-1] - knots[0]) / measure)
    interval = float(knots[-1] - knots[0]) / count
    off = (knots - knots[0]) / interval
    if count > MOST_RECORDS or np.max(np.abs(off - np.round(off))) * interval > GRID_SLACK_S:
        return None
    first = int(np.floor((span[0] - knots[0]) / interval + 1e-6))
    last = int(np.ceil((span[1] - knots[0]) / interval - 1e-6))
    middles = knots[0] + (np.arange(first, last) + 0.5) * interval
    order = max(points_used(part) * (2 if part.interpolation == "HERMITE" else 1) for part in parts)
    extrema = np.cos(np.pi * np.arange(order) / (order - 1))
    times = middles[:, None] + 0.5 * interval * extrema
    around = np.broadcast_to(middles[:, None], times.shape)
    values = _position(parts, times.ravel(), around.ravel()).reshape(len(middles), order, 3)
    transform = np.linalg.inv(np.polynomial.chebyshev.chebvander(extrema, order - 1))
    coefficients = np.einsum("kj,rjc->rck", transform, values)
    return ChebyshevTable(float(knots[0] + first * interval), interval, coefficients, name)
