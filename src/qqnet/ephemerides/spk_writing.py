"""SPICE kernels of motion (SPK) written: Chebyshev series as data type 3, states as types 9 and 13."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.daf import Array, write_daf
from qqnet.ephemerides.interpolation import points_used
from qqnet.ephemerides.naif import CENTER_CODES, FRAME_CODE, object_codes
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.files import whole_file
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]

MOST_COEFFICIENTS: Final = 28
"""CSPICE takes series up to degree 27."""

SERIES: Final = 3
LAGRANGE: Final = 9
HERMITE: Final = 13

DIRECTORY: Final = 100
"""States for each time that stands in the directory of a segment."""

CHUNK: Final = 4096
"""Records of a table that are turned into words at a time."""


def write_spk(
    path: str | Path,
    arcs: Sequence[Arc | Segment],
    codes: Mapping[str, int] | None = None,
    *,
    title: str = "QQNet",
) -> dict[str, int]:
    """Write motion to a SPICE kernel, without any loss.

    An arc becomes a segment of data type 3: each record holds the series of the positions as they are, and the
    series of their derivatives as velocities, so that SPICE evaluates what QQNet evaluates. States become one of
    type 13 where they are interpolated by Hermite's method, of type 9 by Lagrange's. The frame is J2000, which in
    SPICE has the axes of ICRF.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists, and is whole or not there.
    arcs : sequence of Arc or Segment
        What to write; taken one after the other, twice. Bounds are the useable time, records those that it needs.
    codes : mapping of str to int, optional
        NAIF code of each object; those of `object_codes` where not given.
    title : str
        Internal file name.

    Returns
    -------
    dict of str to int
        NAIF code of each object.

    Raises
    ------
    InputError
        If a centre has no NAIF code, an object no code or one that is not negative, a series too many
        coefficients, two arcs of an object overlap, or the place cannot be written.

    References
    ----------
    NAIF, SPK Required Reading, sections on data types 3, 9 and 13.
    """
    plans = [_planned(arc) for arc in arcs]
    names = list(dict.fromkeys(plan.name for plan in plans))
    known = object_codes(names) if codes is None else {name: codes[name] for name in names if name in codes}
    for name in names:
        if known.get(name, 0) >= 0:
            raise InputError(f"{name}: NAIF code {known.get(name)}; those of spacecraft are negative")
    _check_overlaps(plans)
    arrays = [
        Array(
            f"{plan.name} / {plan.center}",
            plan.bounds,
            (known[plan.name], CENTER_CODES[plan.center], FRAME_CODE, plan.data_type),
            plan.size,
            _words(arcs, k),
        )
        for k, plan in enumerate(plans)
    ]
    with whole_file(path) as part, part.open("wb") as file:
        write_daf(file, arrays, title, _comments(plans, known, title))
    return known


@dataclass(frozen=True)
class _Plan:
    """What must be known of a segment before its words are taken."""

    name: str
    center: str
    bounds: tuple[float, float]
    data_type: int
    size: int


def _planned(part: Arc | Segment) -> _Plan:
    if part.center not in CENTER_CODES:
        raise InputError(
            f"{part.object_name}: centre {part.center!r} has no NAIF code; known: {', '.join(CENTER_CODES)}"
        )
    name, center = part.object_name, part.center
    if isinstance(part, Segment):
        size = 7 * len(part.t) + (len(part.t) - 1) // DIRECTORY + 2
        return _Plan(name, center, part.useable, HERMITE if _window(part)[0] else LAGRANGE, size)
    _, components, width = part.table.coefficients.shape
    if components != 3 or width > MOST_COEFFICIENTS:
        raise InputError(
            f"{name}: series of {width} coefficients in {components} components; "
            f"SPICE reads up to {MOST_COEFFICIENTS} in 3"
        )
    table = part.table
    first, stop = _records(part)
    begin, end = table.start_s + first * table.interval_s, table.start_s + stop * table.interval_s
    bounds = max(part.useable[0], begin), min(part.useable[1], end)
    return _Plan(name, center, bounds, SERIES, (stop - first) * (2 + 6 * width) + 4)


def _records(arc: Arc) -> tuple[int, int]:
    """Return the first record that the useable time needs, and the one after the last."""
    table, last = arc.table, len(arc.table.coefficients) - 1
    first, final = (int(np.floor((t - table.start_s) / table.interval_s)) for t in arc.useable)
    return min(max(first, 0), last), min(max(final, 0), last) + 1


def _window(segment: Segment) -> tuple[bool, int]:
    """Return whether states are interpolated by Hermite's method, and how many at a time."""
    points, hermite = points_used(segment), segment.interpolation == "HERMITE"
    most = MOST_COEFFICIENTS // 2 if hermite else MOST_COEFFICIENTS
    if points > most:
        raise InputError(
            f"{segment.object_name}: interpolation between {points} states; SPICE does it between {most} at most"
        )
    return hermite, points


def _words(parts: Sequence[Arc | Segment], k: int) -> Iterator[Floats]:
    """Turn a part into the words of its segment, some at a time; it is looked at only when its turn comes."""
    part = parts[k]
    yield from _series_words(part) if isinstance(part, Arc) else _states_words(part)


def _states_words(segment: Segment) -> Iterator[Floats]:
    """Turn states into words: states, times, every hundredth time, the window less one, the number of states."""
    yield np.hstack([segment.position_km, segment.velocity_km_s])
    yield segment.t
    yield segment.t[DIRECTORY - 1 : len(segment.t) - 1 : DIRECTORY]
    # The Hermite type gives the window less one, the Lagrange type the degree, which is the same.
    yield np.array([_window(segment)[1] - 1, len(segment.t)], dtype=float)


def _series_words(arc: Arc) -> Iterator[Floats]:
    """Turn the records of a table into words, some at a time."""
    table = arc.table
    first, stop = _records(arc)
    radius = 0.5 * table.interval_s
    width = table.coefficients.shape[2]
    for low in range(first, stop, CHUNK):
        position = table.coefficients[low : min(low + CHUNK, stop)]
        records = np.zeros((len(position), 2 + 6 * width))
        # The very middles from which QQNet's kernels measure time.
        records[:, 0] = table.start_s + (np.arange(low, low + len(position)) + 0.5) * table.interval_s
        records[:, 1] = radius
        records[:, 2 : 2 + 3 * width] = position.reshape(len(position), -1)
        if width > 1:
            rate = np.polynomial.chebyshev.chebder(position, axis=-1) / radius
            velocity = records[:, 2 + 3 * width :].reshape(len(position), 3, width)
            velocity[:, :, : width - 1] = rate
        yield records
    yield np.array(
        [table.start_s + first * table.interval_s, table.interval_s, 2 + 6 * width, stop - first], dtype=float
    )


def _check_overlaps(plans: Sequence[_Plan]) -> None:
    """Refuse two arcs of one object over one time: SPICE would use the last without a word."""
    ends: dict[str, float] = {}
    for plan in sorted(plans, key=lambda plan: plan.bounds):
        if plan.bounds[0] < ends.get(plan.name, -np.inf) - 1e-6:
            raise InputError(f"{plan.name}: two arcs cover {format_utc(plan.bounds[0])}; one is right")
        ends[plan.name] = plan.bounds[1]


def _comments(plans: Sequence[_Plan], codes: Mapping[str, int], title: str) -> list[str]:
    lines = [
        f"{title}: written by QQNet.",
        "",
        "Frame J2000 (the axes of ICRF), TDB. In data type 3 positions are the Chebyshev series in which QQNet",
        "keeps them, velocities the derivatives of these. Types 9 and 13 hold states with their interpolation.",
        "Mars, Jupiter and Saturn are the barycentres of their systems: 4, 5 and 6.",
        "",
        "  NAIF code  name                                  centre         type  from, to [UTC]",
    ]
    lines += [
        f"{codes[plan.name]:>11}  {plan.name:<36}  {plan.center:<8} {CENTER_CODES[plan.center]:>4}  "
        f"{plan.data_type:>4}  {format_utc(plan.bounds[0])}  {format_utc(plan.bounds[1])}"
        for plan in plans
    ]
    return [*lines, ""]
