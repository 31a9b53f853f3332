"""Navigation data messages on their way to a file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal

import numpy as np

from qqnet.ephemerides import kvn, ndm_xml
from qqnet.ephemerides.ndm import Entry, Message, Schema, Values, one_line
from qqnet.errors import InputError
from qqnet.files import whole_file

Notation = Literal["KVN", "XML"]

_DATE: Final = re.compile(r"\d{4}-(\d\d-\d\d|\d{3})T\d\d:\d\d:\d\d(\.\d*)?Z?", re.ASCII)


def notation_of(path: str | Path, notation: str | None = None) -> str:
    """Return the notation for a file.

    Parameters
    ----------
    path : str or Path
        The file; ``.xml`` and ``.xml.gz`` mean XML.
    notation : str, optional
        What was asked for instead.

    Returns
    -------
    {"KVN", "XML"}
        The notation.

    Raises
    ------
    InputError
        If there is no such notation.
    """
    if notation is None:
        return "XML" if str(path).lower().removesuffix(".gz").endswith(".xml") else "KVN"
    if notation.upper() not in ("KVN", "XML"):
        raise InputError(f"notation {notation!r}; right is KVN or XML")
    return notation.upper()


@contextmanager
def open_text(path: str | Path, *, packed: bool | None = None) -> Iterator[IO[str]]:
    """Open a file to be written whole or not at all.

    Parameters
    ----------
    path : str or Path
        The file.
    packed : bool, optional
        Whether by gzip; where not given, if the name ends in ``.gz``. No time is kept in the packing, so that the
        same content gives the same file.

    Yields
    ------
    file
        For text, UTF-8.
    """
    if packed is None:
        packed = str(path).endswith(".gz")
    with whole_file(path) as part:
        if packed:
            with part.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as stream:
                buffer = _Encoder(stream)
                yield buffer  # type: ignore[misc]
        else:
            with part.open("w", encoding="utf-8", newline="\n") as file:
                yield file


class _Encoder:
    """Takes text and hands on UTF-8."""

    def __init__(self, stream: gzip.GzipFile):
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode())

    def writelines(self, parts: Iterable[str]) -> None:
        for text in parts:
            self.write(text)


def write_messages(path: str | Path, messages: list[Message], schema: Schema, notation: str | None) -> None:
    """Write messages in one file.

    Parameters
    ----------
    path : str or Path
        The file.
    messages : list of Message
        At least one.
    schema : Schema
        What they are.
    notation : {"KVN", "XML"}, optional
        By the ending where not given.

    Raises
    ------
    InputError
        If there is none, or one holds what cannot be written.
    """
    if not messages:
        raise InputError(f"{path}: no {schema.name} to write")
    xml = notation_of(path, notation) == "XML"
    text = (ndm_xml if xml else kvn).text_of(messages, schema)
    with open_text(path) as file:
        file.write(text)


def header_of(creation_date: str, originator: str, comments: Iterable[str]) -> Values:
    """Return the header of a message.

    Parameters
    ----------
    creation_date : str
        Such as 2026-11-23T00:00:00; now where empty.
    originator : str
    comments : iterable of str

    Returns
    -------
    Values
        The header.

    Raises
    ------
    InputError
        If the date is none, or the originator is empty.
    """
    date = creation_date or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if not _DATE.fullmatch(date):
        raise InputError(f"creation date {date!r}; right is such as 2026-11-23T00:00:00")
    one_line(originator, "ORIGINATOR")
    return Values("", {"CREATION_DATE": Entry(date), "ORIGINATOR": Entry(originator)}, list(comments))


def numbers(values: Mapping[str, float | None]) -> dict[str, Entry]:
    """Return numbers as entries, in the fewest digits that are read back exactly; None is left out.

    Raises
    ------
    InputError
        If one is not finite.
    """
    for key, value in values.items():
        if value is not None and not np.isfinite(value):
            raise InputError(f"{key} = {value!r} cannot be written; a finite number is right")
    return {key: Entry(repr(float(value))) for key, value in values.items() if value is not None}
