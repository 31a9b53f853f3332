"""Writing NAIF's double precision array files (DAF), the container of SPICE kernels.

CSPICE's own writer of Chebyshev segments computes the middles of records itself, which rounds them by 0.24 us at
2040, or 2 mm of a low Earth orbit; it also must not be called by two threads. This one writes numbers as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]

RECORD: Final = 1024
"""Bytes of a record."""

WORDS: Final = RECORD // 8

_COMMENT: Final = 1000
"""Characters of a comment record that are used."""

_FTP: Final = b"FTPSTR:\r:\n:\r\n:\r\x00:\x81:\x10\xce:ENDFTP"
"""By these bytes a reader sees that the file was transferred as text and is damaged."""

_ND: Final = 2
_NI: Final = 6
_SUMMARY: Final = _ND + (_NI + 1) // 2
_PER_RECORD: Final = (WORDS - 3) // _SUMMARY
_MOST_WORDS: Final = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Array:
    """One array of a DAF that holds an SPK: a segment.

    Attributes
    ----------
    name : str
        Segment identifier, at most 40 ASCII characters.
    bounds : (float, float)
        First and last time [TDB s past J2000].
    codes : (int, int, int, int)
        Target, centre, frame and data type.
    size : int
        Number of its elements.
    chunks : iterable of ndarray
        The elements, in order, in pieces.
    """

    name: str
    bounds: tuple[float, float]
    codes: tuple[int, int, int, int]
    size: int
    chunks: Iterable[Floats]


def write_daf(file: BinaryIO, arrays: Sequence[Array], title: str, comments: Sequence[str]) -> None:
    """Write an SPK kernel, piece by piece.

    Parameters
    ----------
    file : binary file
        Opened for writing, at its start.
    arrays : sequence of Array
        The segments; of several that cover a time SPICE uses the last.
    title : str
        Internal file name, at most 60 ASCII characters.
    comments : sequence of str
        Lines of the comment area, at most 255 ASCII characters each.

    Raises
    ------
    InputError
        If there is nothing to write, or more than the format's 16 GiB.

    References
    ----------
    NAIF, Double Precision Array Files (DAF) Required Reading, "The DAF file structure".
    """
    if not arrays:
        raise InputError("nothing to write: a SPICE kernel holds at least one segment")
    text = b"".join(_ascii(line)[:255] + b"\0" for line in comments) + b"\x04"
    reserved = -(-len(text) // _COMMENT)
    directories = -(-len(arrays) // _PER_RECORD)
    first = 2 + reserved
    begin = (first - 1 + 2 * directories) * WORDS + 1  # addresses of words count from 1
    free = begin + sum(array.size for array in arrays)
    if free > _MOST_WORDS:
        raise InputError(f"{8e-9 * free:.0f} GB do not fit into one SPICE kernel of 17 GB; write fewer nodes")

    head = struct.pack(
        "<8sii60siii8s", b"DAF/SPK ", _ND, _NI, _ascii(title)[:60].ljust(60), first,
        first + 2 * (directories - 1), free, b"LTL-IEEE",
    )  # fmt: skip
    file.write((head.ljust(699, b"\0") + _FTP).ljust(RECORD, b"\0"))
    for k in range(reserved):
        file.write(text[k * _COMMENT : (k + 1) * _COMMENT].ljust(RECORD, b"\0"))
    for k in range(directories):
        mine = arrays[k * _PER_RECORD : (k + 1) * _PER_RECORD]
        number = first + 2 * k
        chain = number + 2 if k + 1 < directories else 0, number - 2 if k else 0
        summaries, names = [struct.pack("<3d", *chain, len(mine))], []
        for array in mine:
            last = begin + array.size - 1
            summaries.append(struct.pack("<2d6i", *array.bounds, *array.codes, begin, last))
            names.append(_ascii(array.name)[:40].ljust(40))
            begin = last + 1
        file.write(b"".join(summaries).ljust(RECORD, b"\0"))
        file.write(b"".join(names).ljust(RECORD))
    for array in arrays:
        for chunk in array.chunks:
            file.write(np.ascontiguousarray(chunk, dtype="<f8").tobytes())
    file.write(b"\0" * (-(8 * (free - 1)) % RECORD))


def _ascii(text: str) -> bytes:
    """Return text as the format holds it: printable ASCII, with ? for anything else."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text).encode("ascii")
