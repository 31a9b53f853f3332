"""Motion of nodes from ephemeris files, on the one kind of table that trajectories are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate
from qqnet.ephemerides.reading import read_motion
from qqnet.ephemerides.segment import Segment
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbits.tabulated import checked_parts, tabulated_trajectory
from qqnet.orbits.trajectory import Trajectory, cut, fit_trajectories
from qqnet.space.chebyshev import TOLERANCE_KM

Floats = NDArray[np.float64]
Span = tuple[float, float]

ROUNDING_S: Final = 5e-7
"""Twice the resolution of times at 2040 [s]: what moves quickly is fitted no better than it moves in that."""


def imported_trajectory(
    path: str | Path, object_name: str | None, name: str, needed: Span, wanted: Span | None = None
) -> Trajectory:
    """Read the motion of a node from a file of any format that is read.

    Parameters
    ----------
    path : str or Path
        The file.
    object_name : str or None
        Name or identifier in the file, where it holds several.
    name : str
        Name of the node.
    needed : (float, float)
        Time that must be covered [TDB s past J2000].
    wanted : (float, float), optional
        Time to be covered as far as the file reaches [TDB s past J2000].

    Returns
    -------
    Trajectory
        Position relative to the file's centre, ICRF axes.

    Raises
    ------
    InputError
        If the file cannot be read, or what it says cannot be used; the message names the file.
    EphemerisRangeError
        If it does not cover what is needed.
    """
    wanted = wanted or needed
    parts = read_motion(path, object_name, span=wanted)
    try:
        return trajectory_of(parts, name, needed, wanted)
    except EphemerisRangeError as error:
        raise EphemerisRangeError(error.name, error.start, error.stop, f"{path}: {error}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def trajectory_of(
    parts: Sequence[Arc | Segment], name: str, needed: Span, wanted: Span | None = None
) -> Trajectory:
    """Put motion on a table: series as they are where they are one, states as `tabulated_trajectory` does.

    Parameters
    ----------
    parts : sequence of Arc or Segment
        Of one object, with one centre.
    name : str
        Name of the node.
    needed : (float, float)
        Time that must be covered [TDB s past J2000].
    wanted : (float, float), optional
        Time to be covered as far as the parts reach [TDB s past J2000].

    Returns
    -------
    Trajectory
        Position relative to the parts' centre, ICRF axes.

    Raises
    ------
    InputError
        If the parts have several centres or leave a gap, or cannot be fitted together.
    EphemerisRangeError
        If they do not cover what is needed.
    """
    segments = [part for part in parts if isinstance(part, Segment)]
    if parts and len(segments) == len(parts):
        return tabulated_trajectory(segments, name, needed, wanted=wanted)
    ordered, covered = checked_parts(parts, name, needed)
    wanted = wanted or covered
    span = max(wanted[0], covered[0]), min(wanted[1], covered[1])
    for part in ordered:
        if isinstance(part, Arc) and part.useable[0] <= span[0] and part.useable[1] >= span[1]:
            return Trajectory(name, part.center, cut(part.table, span))
    return _fitted(ordered, name, span)


def _fitted(parts: Sequence[Arc | Segment], name: str, span: Span) -> Trajectory:
    """Fit parts of several kinds, or series on several grids, with one table."""
    begins = [part.useable[0] for part in parts[1:]]

    def position(dt: Floats) -> Floats:
        t = span[0] + dt
        which = np.searchsorted(begins, t, side="right")
        out = np.empty((t.size, 3))
        for k, part in enumerate(parts):
            mine = t[which == k]
            out[which == k] = part.table.evaluate(mine) if isinstance(part, Arc) else interpolate(part, mine)
        return out

    lengths = [part.table.interval_s for part in parts if isinstance(part, Arc)]
    steps = [8.0 * float(np.min(np.diff(part.t))) for part in parts if isinstance(part, Segment)]
    ends = position(np.array([0.0, min(60.0, span[1] - span[0])]))
    speed = float(np.linalg.norm(ends[1] - ends[0])) / min(60.0, span[1] - span[0])
    (made,) = fit_trajectories(
        position, span, [name], parts[0].center, tolerance_km=max(TOLERANCE_KM, ROUNDING_S * speed),
        interval_s=min(lengths + steps),
    )  # fmt: skip
    return made
