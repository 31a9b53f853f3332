"""SPICE kernels of motion (SPK) written: the Chebyshev series themselves, as data type 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.daf import Array, write_daf
from qqnet.ephemerides.naif import CENTER_CODES, FRAME_CODE, object_codes
from qqnet.errors import InputError
from qqnet.files import whole_file
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]

MOST_COEFFICIENTS: Final = 28
"""CSPICE takes series up to degree 27."""

CHUNK: Final = 4096
"""Records of a table that are turned into words at a time."""


def write_spk(
    path: str | Path, arcs: Sequence[Arc], codes: Mapping[str, int] | None = None, *, title: str = "QQNet"
) -> dict[str, int]:
    """Write motion to a SPICE kernel, data type 3, without any loss.

    Each record holds the series of the positions as they are, and the series of their derivatives as velocities;
    SPICE evaluates what QQNet evaluates. Frame J2000, which in SPICE has the axes of ICRF.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists, and is whole or not there.
    arcs : sequence of Arc
        What to write. A segment's bounds are the useable time of its arc, its records those that this needs.
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
    NAIF, SPK Required Reading, "Type 3: Chebyshev (position and velocity)".
    """
    names = list(dict.fromkeys(arc.object_name for arc in arcs))
    known = object_codes(names) if codes is None else {name: codes[name] for name in names if name in codes}
    for name in names:
        if known.get(name, 0) >= 0:
            raise InputError(f"{name}: NAIF code {known.get(name)}; those of spacecraft are negative")
    arrays = [_segment(arc, known[arc.object_name]) for arc in arcs]
    _check_overlaps(arcs)
    with whole_file(path) as part, part.open("wb") as file:
        write_daf(file, arrays, title, _comments(arcs, known, title))
    return known


def _segment(arc: Arc, code: int) -> Array:
    if arc.center not in CENTER_CODES:
        raise InputError(
            f"{arc.object_name}: centre {arc.center!r} has no NAIF code; known: {', '.join(CENTER_CODES)}"
        )
    table = arc.table
    count, components, width = table.coefficients.shape
    if components != 3 or width > MOST_COEFFICIENTS:
        raise InputError(
            f"{arc.object_name}: series of {width} coefficients in {components} components; "
            f"SPICE reads up to {MOST_COEFFICIENTS} in 3"
        )
    first, final = (int(np.floor((t - table.start_s) / table.interval_s)) for t in arc.useable)
    first, final = min(max(first, 0), count - 1), min(max(final, 0), count - 1)
    size = (final - first + 1) * (2 + 6 * width) + 4
    begin, end = table.start_s + first * table.interval_s, table.start_s + (final + 1) * table.interval_s
    bounds = max(arc.useable[0], begin), min(arc.useable[1], end)
    codes = (code, CENTER_CODES[arc.center], FRAME_CODE, 3)
    return Array(f"{arc.object_name} / {arc.center}", bounds, codes, size, _words(table, first, final + 1))


def _words(table: ChebyshevTable, first: int, stop: int) -> Iterator[Floats]:
    """Turn the records of a table into the words of a segment, some at a time."""
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


def _check_overlaps(arcs: Sequence[Arc]) -> None:
    """Refuse two arcs of one object over one time: SPICE would use the last without a word."""
    ends: dict[str, float] = {}
    for arc in sorted(arcs, key=lambda arc: arc.useable):
        if arc.useable[0] < ends.get(arc.object_name, -np.inf) - 1e-6:
            raise InputError(f"{arc.object_name}: two arcs cover {format_utc(arc.useable[0])}; one is right")
        ends[arc.object_name] = arc.useable[1]


def _comments(arcs: Sequence[Arc], codes: Mapping[str, int], title: str) -> list[str]:
    lines = [
        f"{title}: written by QQNet.",
        "",
        "Data type 3, frame J2000 (the axes of ICRF), TDB. Positions are the Chebyshev series in which QQNet",
        "keeps them, velocities the derivatives of these.",
        "Mars, Jupiter and Saturn are the barycentres of their systems: 4, 5 and 6.",
        "",
        "  NAIF code  name                                  centre             from, to [UTC]",
    ]
    lines += [
        f"{codes[arc.object_name]:>11}  {arc.object_name:<36}  {arc.center:<8} {CENTER_CODES[arc.center]:>4}  "
        f"{format_utc(arc.useable[0])}  {format_utc(arc.useable[1])}"
        for arc in arcs
    ]
    return [*lines, ""]
