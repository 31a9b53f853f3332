"""Tables of points in text files beside a scenario: columns by name, comments and empty lines passed over."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from qqnet.errors import InputError


def read_rows(path: Path, columns: Sequence[str]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Read a CSV file whose first line names its columns.

    Parameters
    ----------
    path : Path
        Empty lines and those that begin with ``#`` are passed over.
    columns : sequence of str
        That must be there; others may be.

    Returns
    -------
    header : list of str
        All columns in the order of the file.
    rows : list of (str, list of str)
        File and line for messages, and the cells as they are written.

    Raises
    ------
    InputError
        The file cannot be read, or a column is missing.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    table = csv.reader(line for _, line in lines)
    header = [name.strip() for name in next(table, [])]
    if not set(columns) <= set(header):
        raise InputError(
            f"{path}: the first line must name the columns {' and '.join(columns)}; it is {','.join(header)!r}"
        )
    rows = zip(lines[1:], table, strict=False)
    return header, [(f"{path}, line {number}", row) for (number, _), row in rows]
