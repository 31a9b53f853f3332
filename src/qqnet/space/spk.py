"""Readers for the kernel files of NAIF's SPICE: positions (SPK type 2) and orientations (binary PCK type 2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from qqnet.errors import InputError, MissingDataError
from qqnet.space.chebyshev import ChebyshevTable

SPK_NAMES: Final = {
    0: "SSB", 1: "Mercury", 2: "Venus", 3: "EMB", 4: "Mars", 5: "Jupiter", 6: "Saturn", 10: "Sun",
    301: "Moon", 399: "Earth",
}  # fmt: skip
"""NAIF codes in planetary SPK files, and what QQNet calls them.

Codes 1 to 9 are barycentres of planetary systems; Mercury and Venus have no moons.
"""


def read_spk(path: str | Path) -> dict[str, tuple[str, ChebyshevTable]]:
    """Read the segments of an SPK file that QQNet knows.

    Parameters
    ----------
    path : path-like
        SPK file.

    Returns
    -------
    dict of str to (str, ChebyshevTable)
        For each body its centre, and its position relative to that [km], ICRF axes.

    Raises
    ------
    MissingDataError
        If jplephem is not installed.
    InputError
        If the file cannot be read, or holds a segment of another type than 2.
    """
    found: dict[str, tuple[str, ChebyshevTable]] = {}
    with _open(path) as daf:
        for target, center, frame, data_type, first, last in _summaries(path, daf, 6):
            if target not in SPK_NAMES or center not in SPK_NAMES:
                continue
            name = SPK_NAMES[target]
            if data_type != 2 or frame != 1 or name in found:
                raise InputError(
                    f"{path}: segment of {name} has data type {data_type} in frame {frame}; "
                    "right is one segment a body, of type 2, in frame 1 (ICRF)"
                )
            found[name] = SPK_NAMES[center], _chebyshev_segment(daf, first, last, name)
    if not found:
        raise InputError(f"{path}: holds none of {', '.join(SPK_NAMES.values())}")
    for name, (origin, _) in found.items():
        if origin != "SSB" and origin not in found:
            raise InputError(f"{path}: {name} is given relative to {origin}, which the file does not hold")
    return found


def read_librations(path: str | Path) -> ChebyshevTable:
    """Read the angles of the Moon's principal axes from a binary PCK file.

    Parameters
    ----------
    path : path-like
        Binary PCK file; its first segment of type 2 relative to ICRF is taken.

    Returns
    -------
    ChebyshevTable
        Euler angles phi, theta, psi [rad].

    Raises
    ------
    MissingDataError
        If jplephem is not installed.
    InputError
        If the file cannot be read or holds no such segment.
    """
    with _open(path) as daf:
        for _, frame, data_type, first, last in _summaries(path, daf, 5):
            if data_type == 2 and frame == 1:
                return _chebyshev_segment(daf, first, last, "MOON_PA")
    raise InputError(f"{path}: holds no orientation of type 2 relative to ICRF")


@contextmanager
def _open(path: str | Path) -> Iterator[Any]:
    try:
        from jplephem.daf import DAF
    except ImportError:
        raise MissingDataError('reading SPICE kernels needs jplephem: pip install "qqnet[data]"') from None
    try:
        with open(path, "rb") as file:
            yield DAF(file)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    except (ValueError, struct.error) as error:  # what jplephem raises for a damaged file
        raise InputError(f"{path} is no SPICE kernel: {error}") from None


def _summaries(path: str | Path, daf: Any, n_integers: int) -> list[tuple[int, ...]]:
    if daf.ni != n_integers:
        kind = {6: "SPK", 5: "binary PCK"}
        raise InputError(f"{path}: is a {kind.get(daf.ni, 'different')} file; right is {kind[n_integers]}")
    return [integers for _, (_, _, *integers) in daf.summaries()]


def _chebyshev_segment(daf: Any, first: int, last: int, name: str) -> ChebyshevTable:
    """Read a segment of type 2: records of [middle, half length, coefficients], then four numbers."""
    start_s, interval_s, record_size, n_records = daf.read_array(last - 3, last)
    records = daf.map_array(first, last - 4).reshape(int(n_records), int(record_size))
    coefficients = records[:, 2:].reshape(int(n_records), 3, -1)
    return ChebyshevTable(float(start_s), float(interval_s), coefficients, name)
