"""What the CCSDS navigation data messages OPM and OMM share: their keywords in blocks, and values with units.

A message is described once, as a `Schema`; both notations are read into the same `Message` and written from it
(`kvn`, `ndm_xml`). Errors carry file, line and keyword.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from qqnet.ephemerides.epochs import TIME_SYSTEMS, EpochError, parse_epochs
from qqnet.errors import InputError
from qqnet.space.bodies import nearest

MOST_BYTES: Final = 2**31
"""Largest message that is read, after unpacking."""

HEADER: Final = ("CLASSIFICATION", "CREATION_DATE", "ORIGINATOR", "MESSAGE_ID")
"""Keywords of the header; CREATION_DATE and ORIGINATOR must be there."""

USER_DEFINED: Final = "USER_DEFINED_"

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One keyword with its value, and where it was read.

    Attributes
    ----------
    value : str
        As written, without its unit.
    unit : str or None
        As written.
    line : int
        Line in the file, counted from 1; 0 where it was not read.
    """

    value: str
    unit: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Block:
    """A block of keywords.

    Attributes
    ----------
    tag : str
        Its element in XML.
    units : dict of str to (str or None)
        Keywords in their order, with the unit that each is written with.
    required : tuple of str
        Keywords that must be there, if the block is; ``"A|B"`` is one of the two.
    optional : bool
        Whether the block may be left out.
    repeated : bool
        Whether there may be several.
    spellings : mapping of str to tuple of str
        What others write for the unit of a keyword, meaning the same number.
    """

    tag: str
    units: dict[str, str | None]
    required: tuple[str, ...] = ()
    optional: bool = True
    repeated: bool = False
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    """A kind of message.

    Attributes
    ----------
    kind : str
        Such as ``OPM``.
    name : str
        Such as ``orbit parameter message``.
    versions : tuple of str
        Those that are read; the second is written.
    metadata : Block
    data : tuple of Block
    """

    kind: str
    name: str
    versions: tuple[str, ...]
    metadata: Block
    data: tuple[Block, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks after the header."""
        return (self.metadata, *self.data)

    def block_of(self, key: str) -> Block | None:
        """Return the block that a keyword belongs to."""
        if key.startswith(USER_DEFINED):
            return self.data[-1]
        return next((block for block in self.blocks if key in block.units), None)


@dataclass
class Values:
    """Keywords of one block as they stand in a message.

    Attributes
    ----------
    source : str
        File name, for errors.
    entries : dict of str to Entry
    comments : list of str
    line : int
        Where the block begins.
    """

    source: str
    entries: dict[str, Entry] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    line: int = 0

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def fail(self, key: str, message: str) -> InputError:
        """Return an error that names the place of a keyword."""
        line = self.entries[key].line if key in self.entries else self.line
        return InputError(f"{self.source}:{line}: {message}" if line else f"{self.source}: {message}")

    def text(self, key: str, default: str = "") -> str:
        """Return a value as written."""
        return self.entries[key].value if key in self.entries else default

    def number(self, key: str) -> float:
        """Return a number; `InputError` where it is none."""
        value = self.entries[key].value
        if not _NUMBER.fullmatch(value) or not np.isfinite(float(value)):
            raise self.fail(key, f"{key} = {value!r} is no number; right is such as 7000.5 or 7.0005E3")
        return float(value)

    def optional_number(self, key: str) -> float | None:
        """Return a number, or None where it is not given."""
        return self.number(key) if key in self.entries else None

    def integer(self, key: str, default: int | None = None) -> int | None:
        """Return an integer, or the default where it is not given."""
        if key not in self.entries:
            return default
        value = self.entries[key].value
        if not _INTEGER.fullmatch(value):
            raise self.fail(key, f"{key} = {value!r} is no integer")
        return int(value)

    def epoch(self, key: str, time_system: str) -> float:
        """Return a time [TDB s past J2000]."""
        try:
            return float(parse_epochs([self.entries[key].value], time_system)[0])
        except EpochError as error:
            raise self.fail(key, f"{key}: {error}") from None

    def choice(self, key: str, known: Iterable[str]) -> str:
        """Return a value in capitals that must be one of those known."""
        value = self.entries[key].value
        options = tuple(known)
        if value.upper() not in options:
            raise self.fail(key, f"{key} {value!r} is not read; known: {', '.join(options)}")
        return value.upper()

    def time_system(self) -> str:
        """Return TIME_SYSTEM."""
        return self.choice("TIME_SYSTEM", TIME_SYSTEMS)


@dataclass
class Message:
    """A message in either notation, by blocks.

    Attributes
    ----------
    source : str
        File name, for errors.
    version : str
    header : Values
    blocks : dict of str to list of Values
        By the tag of the block.
    """

    source: str
    version: str
    header: Values
    blocks: dict[str, list[Values]] = field(default_factory=dict)

    def one(self, block: Block) -> Values:
        """Return a block that is there."""
        return self.blocks[block.tag][0]

    def maybe(self, tag: str) -> Values | None:
        """Return a block, or None."""
        present = self.blocks.get(tag)
        return present[0] if present else None

    def user_defined(self) -> dict[str, str]:
        """Return the user-defined parameters, without their prefix."""
        values = self.maybe("userDefinedParameters")
        entries = values.entries if values else {}
        return {key.removeprefix(USER_DEFINED): entry.value for key, entry in entries.items()}


class Builder:
    """Puts keywords into a message one by one, and refuses what does not belong there."""

    def __init__(self, schema: Schema, source: str, version: str, line: int):
        self.schema = schema
        if version not in schema.versions:
            right = ", ".join(schema.versions)
            raise InputError(f"{source}:{line}: {schema.kind} of version {version!r}; read are {right}")
        self.message = Message(source, version, Values(source, line=line))
        self.comments: list[str] = []
        self.line = line

    def fail(self, message: str, line: int) -> InputError:
        """Return an error with the number of the line."""
        return InputError(f"{self.message.source}:{line}: {message}")

    def comment(self, text: str) -> None:
        """Keep a comment for the block of the keyword that follows."""
        self.comments.append(text)

    def begin(self, block: Block, line: int) -> Values:
        """Open a new block."""
        present = self.message.blocks.setdefault(block.tag, [])
        if present and not block.repeated:
            raise self.fail(f"a second {block.tag}; a message has one", line)
        present.append(Values(self.message.source, line=line))
        return present[-1]

    def put_header(self, key: str, entry: Entry) -> None:
        """Add a keyword of the header."""
        if key not in HEADER:
            raise self.fail(f"unknown keyword {key!r} in the header; known: {', '.join(HEADER)}", entry.line)
        self._put(self.message.header, key, entry)

    def put(self, block: Block, values: Values, key: str, entry: Entry) -> None:
        """Add a keyword of a block."""
        if not key.startswith(USER_DEFINED):
            unit = block.units[key]
            read = (*((unit,) if unit else ()), *block.spellings.get(key, ()))
            if entry.unit is not None and entry.unit.lower() not in [one.lower() for one in read]:
                right = f"its unit is [{read[0]}]" if read else "it has no unit"
                raise self.fail(f"{key} in [{entry.unit}]; {right}", entry.line)
        self._put(values, key, entry)

    def _put(self, values: Values, key: str, entry: Entry) -> None:
        if key in values.entries:
            raise self.fail(f"{key} is given twice", entry.line)
        if not entry.value:
            raise self.fail(f"{key} has no value", entry.line)
        values.comments += self.comments
        self.comments = []
        values.entries[key] = entry
        self.line = entry.line

    def unknown(self, key: str, line: int) -> InputError:
        """Return the error of a keyword that the message does not have."""
        known = (*HEADER, *(name for block in self.schema.blocks for name in block.units))
        return self.fail(f"unknown keyword {key!r} in an {self.schema.kind}{nearest(key, known)}", line)

    def finish(self) -> Message:
        """Return the message; `InputError` where something is missing."""
        for key in ("CREATION_DATE", "ORIGINATOR"):
            if key not in self.message.header:
                raise self.fail(f"the header has no {key}", self.message.header.line)
        for block in self.schema.blocks:
            present = self.message.blocks.get(block.tag, [])
            if not present and not block.optional:
                raise self.fail(f"the message has no {block.tag}: {', '.join(block.required)}", self.line)
            for values in present:
                missing = [
                    key for key in block.required if not any(name in values for name in key.split("|"))
                ]
                if missing:
                    lacking = ", ".join(missing).replace("|", " or ")
                    raise self.fail(f"the {block.tag} from line {values.line} lacks {lacking}", values.line)
        return self.message


def read_bytes(path: str | Path) -> bytes:
    """Return the content of a file, unpacked where it is packed by gzip.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    InputError
        If it cannot be read, or is larger than `MOST_BYTES`.
    """
    try:
        with Path(path).open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else Path(path).open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path}: packed by gzip, but damaged: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise InputError(f"{path}: larger than {MOST_BYTES // 2**20} MiB; split it")
    return content


def is_xml(content: bytes) -> bool:
    """Return whether a content is XML, in any encoding that XML may have."""
    start = content[:256].replace(b"\x00", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        start = start.removeprefix(mark)
    return start.lstrip().startswith(b"<")


def parse_messages(content: bytes, schema: Schema, source: str) -> list[Message]:
    """Return the messages of one kind that a file holds, in either notation.

    Parameters
    ----------
    content : bytes
        Content of the file.
    schema : Schema
        What they are.
    source : str
        Name for errors.

    Returns
    -------
    list of Message
        At least one.

    Raises
    ------
    InputError
        If it breaks the standard; with the number of the line.
    """
    from qqnet.ephemerides import kvn, ndm_xml

    return ndm_xml.parse(content, schema, source) if is_xml(content) else kvn.parse(content, schema, source)


def one_line(text: str, what: str) -> str:
    """Return a text that stands in one line; `InputError` where it does not, or is empty."""
    if not text.strip():
        raise InputError(f"{what} is empty; a message must give it")
    if text != text.strip() or len(text.splitlines()) > 1:
        raise InputError(f"{what} {text!r} cannot be written; right is one line without blanks at its ends")
    return text


def ordered(block: Block, values: Values) -> Iterator[tuple[str, Entry, str | None]]:
    """Yield the keywords of a block in the order of the standard, each with its unit.

    Raises
    ------
    InputError
        If a value is empty or has several lines.
    """
    for key, entry in values.entries.items():
        one_line(entry.value, key)
    for key, unit in block.units.items():
        if key in values:
            yield key, values.entries[key], unit
    for key, entry in values.entries.items():
        if key.startswith(USER_DEFINED):
            yield key, entry, None
