"""SPICE kernels of motion (SPK) read: any data type that CSPICE reads, its kernel pool left alone.

Chebyshev series (types 2 and 3) and tabulated states (types 8, 9, 12 and 13) are taken as they are; motion of any
other type is evaluated by CSPICE and fitted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.arc import Arc, joined
from qqnet.ephemerides.naif import CENTERS_BY_CODE, FRAME_CODE
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable, fit
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]
Span = tuple[float, float]

SPICE_LOCK: Final = threading.RLock()
"""CSPICE keeps global state and must not be entered by two threads."""

ROUGHEST_KM: Final = 1e-3
"""Greatest error of a fit [km]; kernels made of pieces that do not quite meet cannot be fitted better."""

FIT_RECORDS: Final = 20_000

_SERIES: Final = (2, 3)
_EVEN: Final = (8, 12)
_UNEVEN: Final = (9, 13)
_HERMITE: Final = (12, 13)
_SHORTEST_S: Final = 1e-6


@dataclass(frozen=True)
class SpkSegment:
    """One segment of a kernel.

    Attributes
    ----------
    code, center, frame, data_type : int
        NAIF codes of target, centre and frame; type of the data.
    bounds : (float, float)
        Time that it covers [TDB s past J2000].
    name : str
        Segment identifier.
    object_name : str
        Name of the object: from QQNet's segment identifier, from SPICE's own list, or the code.
    first, last : int
        Addresses of its words.
    """

    code: int
    center: int
    frame: int
    data_type: int
    bounds: Span
    name: str
    object_name: str
    first: int
    last: int


def read_spk_segments(path: str | Path) -> list[SpkSegment]:
    """List the segments of a kernel.

    Parameters
    ----------
    path : str or Path
        SPK kernel, of either byte order.

    Returns
    -------
    list of SpkSegment
        In the order of the file: where two cover a time the later one holds.

    Raises
    ------
    InputError
        If the file cannot be read or is no SPK kernel.
    """
    with _opened(path) as handle:
        return _segments(handle)


def read_spk_motion(
    path: str | Path, name: str | None = None, *, span: Span | None = None
) -> list[Arc | Segment]:
    """Read the motion of one object.

    Parameters
    ----------
    path : str or Path
        SPK kernel, of either byte order.
    name : str, optional
        Name or NAIF code of the object; may be left out where the kernel holds one only.
    span : (float, float), optional
        Time that is wanted [TDB s past J2000]; the rest of the file is not read.

    Returns
    -------
    list of Arc or Segment
        In ICRF axes and in the order of time, without overlaps.

    Raises
    ------
    InputError
        If the file cannot be read or is no SPK kernel; does not hold the object, or several and none is named; has
        nothing in the span; or its centre or frame is not known to QQNet.

    References
    ----------
    NAIF, SPK Required Reading (spk.req).
    """
    with _opened(path) as handle:
        mine = _of_object(path, _segments(handle), name)
        parts: list[Arc | Segment] = []
        for segment, bounds in _without_overlaps(mine):
            low, high = bounds if span is None else (max(bounds[0], span[0]), min(bounds[1], span[1]))
            if high - low > _SHORTEST_S:
                parts.append(_read(path, handle, segment, (low, high)))
        if not parts and span is not None:
            covered = min(s.bounds[0] for s in mine), max(s.bounds[1] for s in mine)
            raise InputError(
                f"{path}: {mine[0].object_name} is there from {format_utc(covered[0])} to "
                f"{format_utc(covered[1])}, not from {format_utc(span[0])} to {format_utc(span[1])}"
            )
        return joined(parts)


def _spice() -> Any:
    import spiceypy

    return spiceypy


@contextmanager
def _opened(path: str | Path) -> Iterator[int]:
    """Open a kernel without loading it: no other call of SPICE sees it."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if head not in (b"DAF/SPK ", b"NAIF/DAF"):
        raise InputError(f"{path}: no SPK kernel: it begins with {head!r}; right is b'DAF/SPK '")
    spice = _spice()
    with SPICE_LOCK:
        handle = None
        try:
            handle = spice.dafopr(str(path))
            yield handle
        except spice.SpiceyError as error:
            reason = " ".join(error.long.split()) or error.short
            raise InputError(f"{path}: cannot be read as an SPK kernel: {reason}") from None
        finally:
            if handle is not None:
                spice.dafcls(handle)


def _segments(handle: int) -> list[SpkSegment]:
    spice = _spice()
    found = []
    spice.dafbfs(handle)
    while spice.daffna():
        descriptor = np.array(spice.dafgs(5), dtype=np.float64)
        target, center, frame, data_type, first, last = (int(k) for k in descriptor[2:5].view(np.int32))
        bounds = float(descriptor[0]), float(descriptor[1])
        name = spice.dafgn().strip()
        found.append(
            SpkSegment(
                target, center, frame, data_type, bounds, name, _object_name(target, name), first, last
            )
        )
    return found


def _object_name(code: int, segment_name: str) -> str:
    spice = _spice()
    written, slash, _ = segment_name.partition(" / ")
    if slash and written:
        return written
    try:
        return str(spice.bodc2n(code))
    except spice.NotFoundError:
        return str(code)


def _of_object(path: str | Path, segments: Sequence[SpkSegment], name: str | None) -> list[SpkSegment]:
    """Return the segments of the object that is asked for."""
    known = {segment.code: segment.object_name for segment in segments}
    listing = ", ".join(f"{label} ({code})" if label != str(code) else label for code, label in known.items())
    if not known:
        raise InputError(f"{path}: the kernel holds no segment")
    if name is None:
        if len(known) > 1:
            raise InputError(f"{path} holds several objects, name one: {listing}")
        return list(segments)
    wanted = name.strip().upper()
    codes = [code for code, label in known.items() if wanted in (str(code), label.upper())]
    spice = _spice()
    if not codes:
        try:
            codes = [code for code in (int(spice.bodn2c(name)),) if code in known]
        except spice.NotFoundError:
            codes = []
    if not codes:
        raise InputError(f"{path} has no object {name!r}; it holds: {listing}")
    return [segment for segment in segments if segment.code == codes[0]]


def _without_overlaps(segments: Sequence[SpkSegment]) -> list[tuple[SpkSegment, Span]]:
    """Return which segment holds when: of several that cover a time, the last in the file."""
    held: list[tuple[SpkSegment, Span]] = []
    for segment in reversed(segments):
        free = [segment.bounds]
        for _, taken in held:
            free = [
                piece
                for low, high in free
                for piece in ((low, min(high, taken[0])), (max(low, taken[1]), high))
                if piece[1] - piece[0] > _SHORTEST_S
            ]
        held += [(segment, piece) for piece in free]
    return sorted(held, key=lambda entry: entry[1])


def _read(path: str | Path, handle: int, segment: SpkSegment, bounds: Span) -> Arc | Segment:
    """Read what a segment holds for a time."""
    center = CENTERS_BY_CODE.get(segment.center)
    if center is None:
        known = ", ".join(f"{name} {code}" for code, name in CENTERS_BY_CODE.items())
        raise InputError(
            f"{path}: {segment.object_name} is given relative to NAIF code {segment.center}; known: {known}"
        )
    axes = _axes(path, segment)
    if segment.data_type in _EVEN + _UNEVEN:
        return _states(handle, segment, bounds, center, axes)
    table = _series(handle, segment, bounds, axes) if segment.data_type in _SERIES else None
    if table is None:
        table = _fitted(path, handle, segment, bounds, axes)
    limits = max(bounds[0], table.span[0]), min(bounds[1], table.span[1])
    return Arc(segment.object_name, str(segment.code), center, table, limits)


def _axes(path: str | Path, segment: SpkSegment) -> Floats | None:
    """Return the matrix from the segment's frame to ICRF; None where they are the same."""
    if segment.frame == FRAME_CODE:
        return None
    spice = _spice()
    name = spice.frmnam(segment.frame)
    try:
        _, kind, _ = spice.frinfo(segment.frame)
    except spice.NotFoundError:
        kind = None
    if kind != 1:
        raise InputError(
            f"{path}: {segment.object_name} is given in frame {name or segment.frame}; "
            "SPICE's inertial frames are read, such as J2000 and ECLIPJ2000"
        )
    return np.asarray(spice.pxform(name, "J2000", 0.0), dtype=np.float64)


def _series(handle: int, segment: SpkSegment, bounds: Span, axes: Floats | None) -> ChebyshevTable | None:
    """Return the series of a segment of type 2 or 3; None if its records are not even to the microsecond."""
    spice = _spice()
    start, interval, size, count = spice.dafgda(handle, segment.last - 3, segment.last)
    width, records = int(size), int(count)
    first, last = (int(np.floor((t - start) / interval)) for t in bounds)
    first, last = min(max(first, 0), records - 1), min(max(last, 0), records - 1)
    words = spice.dafgda(handle, segment.first + first * width, segment.first + (last + 1) * width - 1)
    data = np.asarray(words, dtype=np.float64).reshape(-1, width)
    middles = start + (np.arange(first, last + 1) + 0.5) * interval
    if np.max(np.abs(data[:, 0] - middles)) > 1e-6 or np.max(np.abs(data[:, 1] - 0.5 * interval)) > 1e-6:
        return None
    components = 3 if segment.data_type == 2 else 6
    coefficients = data[:, 2:].reshape(len(data), components, -1)[:, :3]
    if axes is not None:
        coefficients = np.einsum("ij,rjk->rik", axes, coefficients)
    return ChebyshevTable(float(start + first * interval), float(interval), coefficients, segment.object_name)


def _states(handle: int, segment: SpkSegment, bounds: Span, center: str, axes: Floats | None) -> Segment:
    """Return the states of a segment of type 8, 9, 12 or 13."""
    spice = _spice()
    tail = 4 if segment.data_type in _EVEN else 2
    *head, order, count = (float(w) for w in spice.dafgda(handle, segment.last - tail + 1, segment.last))
    number = int(count)
    words = spice.dafgda(handle, segment.first, segment.first + 6 * number - 1)
    states: Floats = np.asarray(words, dtype=np.float64).reshape(number, 6)
    if segment.data_type in _EVEN:
        times: Floats = np.asarray(head[0] + head[1] * np.arange(number), dtype=np.float64)
    else:
        begin = segment.first + 6 * number
        times = np.asarray(spice.dafgda(handle, begin, begin + number - 1), dtype=np.float64)
    hermite = segment.data_type in _HERMITE
    degree = 2 * (int(order) + 1) - 1 if hermite else int(order)
    window = (degree + 1) // 2 if hermite else degree + 1
    low, high = np.searchsorted(times, bounds, side="right")
    keep = slice(max(int(low) - 1 - window, 0), int(high) + window)
    position, velocity = states[keep, :3], states[keep, 3:]  # of the window that times in the bounds use
    if axes is not None:
        position, velocity = np.asarray(position @ axes.T), np.asarray(velocity @ axes.T)
    limits = max(bounds[0], float(times[0])), min(bounds[1], float(times[-1]))
    return Segment(
        segment.object_name, str(segment.code), center, np.asarray(times[keep]), position, velocity, limits,
        "HERMITE" if hermite else "LAGRANGE", degree,
    )  # fmt: skip


def _fitted(
    path: str | Path, handle: int, segment: SpkSegment, bounds: Span, axes: Floats | None
) -> ChebyshevTable:
    """Fit what CSPICE evaluates."""
    spice = _spice()
    codes = np.array(
        [segment.code, segment.center, segment.frame, segment.data_type, segment.first, segment.last],
        dtype=np.int32,
    )
    descriptor = np.concatenate([segment.bounds, codes.view(np.float64)])

    def position(t: Floats) -> Floats:
        states = [spice.spkpvn(handle, descriptor, float(time))[1][:3] for time in t]
        found = np.array(states, dtype=np.float64)
        return found if axes is None else np.asarray(found @ axes.T)

    tolerance, low, high = TOLERANCE_KM, *bounds
    velocity = spice.spkpvn(handle, descriptor, low)[1][3:]
    tolerance = max(tolerance, 5e-7 * float(np.linalg.norm(velocity)))  # rounding of absolute times
    while True:
        try:
            return fit(
                position, low, high, tolerance, n_coefficients=16, interval_s=min(high - low, 86400.0),
                max_records=FIT_RECORDS, name=segment.object_name,
            )  # fmt: skip
        except InputError:
            tolerance *= 10.0
            if tolerance > ROUGHEST_KM:
                raise InputError(
                    f"{path}: {segment.object_name} (SPK type {segment.data_type}) from {format_utc(low)} to "
                    f"{format_utc(high)} is not smooth to {ROUGHEST_KM:g} km; tabulate it as type 9 or 13"
                ) from None
