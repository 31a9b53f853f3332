"""Integrated motion on a Chebyshev table: records as long as the tolerance allows, their ends where engines act.

A change of velocity, or an engine that is switched on or off, is a corner that no series follows. Records are of
one length, which is chosen so that corners fall on ends of records: exactly where the times of manoeuvres have a
common measure with the span, else as nearly as a length of the same order can. What is left is a rounded corner
within one record, smaller than the change of velocity times its distance from the end of the record.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.arcs import Arc, joined, places
from qqnet.space.chebyshev import ChebyshevTable, fit

Floats = NDArray[np.float64]

LEAST_JUMP: Final = 1e-10
"""Jumps of velocity [km/s] or acceleration [km/s^2] below this are rounding."""

SHORTEST_SHARE: Final = 6
"""Records may be so many times shorter than smooth motion needs them to be, or as short as half a minute."""

MOST_RECORDS: Final = 20_000
"""Beyond this, records are not made shorter for the sake of corners: 8 MB."""

_N_COEFFICIENTS: Final = 16
_ROUNDING_KM: Final = 1e-10


def tabulate(
    name: str, chain: list[Arc], reference_s: float, span: tuple[float, float], tolerance_km: float
) -> ChebyshevTable:
    """Return the table of one spacecraft's arcs.

    Parameters
    ----------
    name : str
        Name of the table.
    chain : list of Arc
        Arcs that cover the span.
    reference_s : float
        What their times count from [TDB s past J2000].
    span : (float, float)
        Span of the table [TDB s past J2000].
    tolerance_km : float
        Greatest difference in any component [km], but in a record that could not be made to end at a manoeuvre.

    Returns
    -------
    ChebyshevTable
        Position [km].
    """
    edges, coefficients = joined(chain)
    late, length = span[0] - reference_s, span[1] - span[0]

    def position(dt: Floats) -> Floats:
        out = np.empty((dt.size, 3))
        places(edges, coefficients, dt + late, out)
        return out

    interval = _interval(edges, coefficients, tolerance_km)
    at, weights = _corners(chain, edges - late, coefficients, length)
    if at.size:
        interval = _smooth_interval(position, [0.0, *at, length], tolerance_km, interval, name)
        interval = length / _count(at, weights, length, interval, tolerance_km)
        tolerance_km = np.inf  # the length is settled
    table = fit(position, 0.0, length, tolerance_km, interval_s=interval, name=name)
    return ChebyshevTable(span[0], table.interval_s, table.coefficients, name)


def _interval(edges: Floats, coefficients: Floats, tolerance_km: float) -> float:
    """Return the length of records [s] that the fall of the steps' series promises to be enough."""
    steps = np.abs(np.diff(edges))
    short = max(0, 6 - coefficients.shape[2])
    sizes = np.pad(np.max(np.abs(coefficients), axis=1), ((0, 0), (0, short)))
    # The last coefficient that is more than rounding, and how they fall towards it.
    known = np.arange(sizes.shape[1]) * (sizes > _ROUNDING_KM)
    last = np.clip(np.max(known, axis=1), 5, _N_COEFFICIENTS)
    step = np.arange(len(sizes))
    end = np.maximum(sizes[step, last], 1e-12)
    fall = np.minimum((end / np.maximum(sizes[step, last - 4], end)) ** 0.25, 1.0)
    tail = end * fall ** (_N_COEFFICIENTS - last)
    worth = steps > 0.2 * np.median(steps)  # a step cut short by an end says little
    ratio = (tolerance_km / tail) ** (1.0 / _N_COEFFICIENTS)
    return float(np.min((steps * ratio)[worth]))


def _corners(chain: list[Arc], edges: Floats, coefficients: Floats, length: float) -> tuple[Floats, Floats]:
    """Return times of corners, shape [M] [s], and the jumps of velocity and acceleration there, shape [M, 2]."""
    ends = {float(arc.edges_s[k]) for arc in chain for k in (0, -1)}
    shift = float(edges[0]) - min(ends)
    found, jumps = [], []
    degree = np.arange(coefficients.shape[2])
    slope, bend = degree**2, degree**2 * (degree**2 - 1) / 3.0  # T' and T'' at 1
    sign = (-1.0) ** degree
    for end in sorted(ends):
        n = int(np.argmin(np.abs(edges - (end + shift))))
        if not (0 < n < len(coefficients) and 0.0 < edges[n] < length):
            continue
        before, after = 2.0 / (edges[n] - edges[n - 1]), 2.0 / (edges[n + 1] - edges[n])
        velocity = coefficients[n] @ (-sign * slope) * after - coefficients[n - 1] @ slope * before
        pull = coefficients[n] @ (sign * bend) * after**2 - coefficients[n - 1] @ bend * before**2
        size = float(np.linalg.norm(velocity)), float(np.linalg.norm(pull))
        if max(size) > LEAST_JUMP:
            found.append(float(edges[n]))
            jumps.append(size)
    return np.array(found), np.array(jumps).reshape(-1, 2)


def _smooth_interval(
    position: Callable[[Floats], Floats], bounds: list[float], tolerance_km: float, interval: float, name: str
) -> float:
    """Return the length of records [s] that the motion between corners needs."""
    for low, high in itertools.pairwise(bounds):
        piece = fit(
            partial(_later, position, low),
            0.0,
            high - low,
            tolerance_km,
            interval_s=interval,
            name=name,
        )
        if len(piece.coefficients) > 1:
            interval = min(interval, piece.interval_s)
    return interval


def _later(position: Callable[[Floats], Floats], by: float, dt: Floats) -> Floats:
    return position(by + dt)


def _count(at: Floats, jumps: Floats, length: float, interval: float, tolerance_km: float) -> int:
    """Return how many records put corners on their ends, or as near to these as can be."""
    least = int(np.ceil(length / interval))
    most = max(SHORTEST_SHARE * least + 64, int(length / 30.0))
    counts = np.arange(least, max(min(most, MOST_RECORDS), 2 * least))
    worst = np.zeros(counts.size)
    for time, (velocity, pull) in zip(at, jumps, strict=True):
        records = time / length * counts
        off = np.abs(records - np.round(records)) * length / counts
        np.maximum(worst, velocity * off + 0.5 * pull * off**2, out=worst)
    return int(counts[np.flatnonzero(worst <= max(0.5 * tolerance_km, 2.0 * float(np.min(worst))))[0]])
