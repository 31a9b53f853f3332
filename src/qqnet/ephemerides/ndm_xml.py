"""CCSDS messages in XML, by blocks (CCSDS 505.0-B-3).

Read by expat as a stream, with the numbers of the lines. Document type definitions, and with them entities, are
refused: no message has any, and they can be made to fill the memory or to reach for other files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from qqnet.ephemerides.ndm import (
    HEADER,
    USER_DEFINED,
    Block,
    Builder,
    Entry,
    Message,
    Schema,
    Values,
    ordered,
)
from qqnet.errors import InputError

SCHEMA_LOCATION: Final = "https://sanaregistry.org/r/ndmxml_unqualified/ndmxml-4.0.0-master-4.0.xsd"

_DEEPEST: Final = 12
_LONGEST_TEXT: Final = 100_000
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Attributes = dict[str, str]


class Walker:
    """Walks through a document and calls back at each element, with names stripped of their namespaces.

    Parameters
    ----------
    source : str
        Name for errors.
    opened : callable
        ``opened(path, attributes, line)`` where an element begins; the path is the names from the root down.
    closed : callable
        ``closed(path, text, attributes, line, leaf)`` where it ends; the text of a leaf is stripped.
    """

    def __init__(
        self,
        source: str,
        opened: Callable[[Sequence[str], Attributes, int], None],
        closed: Callable[[Sequence[str], str, Attributes, int, bool], None],
    ):
        self.source = source
        self._opened, self._closed = opened, closed
        self._path: list[str] = []
        self._attributes: list[Attributes] = []
        self._begun: list[int] = []
        self._text: list[str] = []
        self._length = 0
        self._leaf = False
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def walk(self, content: bytes) -> None:
        """Walk through the document; `InputError` where it is not well formed."""
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, str(error))
            raise self.fail(f"not well-formed XML: {reason}", error.lineno) from None
        except (LookupError, ValueError) as error:  # an encoding that does not exist, or of several bytes
            raise self.fail(f"not readable as XML: {error}") from None

    def fail(self, message: str, line: int | None = None) -> InputError:
        """Return an error with the number of the line."""
        return InputError(f"{self.source}:{line or self._parser.CurrentLineNumber}: {message}")

    def _doctype(self, *_: object) -> None:
        raise self.fail("has a document type definition; CCSDS messages have none, and it is not read")

    def _start(self, tag: str, attributes: Attributes) -> None:
        if self._path and "".join(self._text).strip():
            raise self.fail(f"text between the elements of <{self._path[-1]}>")
        self._path.append(tag.rpartition(":")[2])
        if len(self._path) > _DEEPEST:
            raise self.fail(f"elements nested {len(self._path)} deep; messages have at most {_DEEPEST}")
        self._attributes.append(attributes)
        line = self._parser.CurrentLineNumber
        self._begun.append(line)
        self._text, self._length, self._leaf = [], 0, True
        self._opened(self._path, attributes, line)

    def _end(self, _: str) -> None:
        text = "".join(self._text).strip()
        if not self._leaf and text:
            raise self.fail(f"text between the elements of <{self._path[-1]}>")
        self._closed(self._path, text, self._attributes.pop(), self._begun.pop(), self._leaf)
        self._path.pop()
        self._text, self._length, self._leaf = [], 0, False

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LONGEST_TEXT:
            raise self.fail(f"a text of more than {_LONGEST_TEXT} characters")
        self._text.append(text)


_METADATA: Final = ("body", "segment", "metadata")
_DATA: Final = ("body", "segment", "data")
_STRUCTURE: Final = (("header",), ("body",), ("body", "segment"), _DATA, (*_DATA, "COMMENT"))


class _Reader:
    """Puts the elements of a document into messages of one kind."""

    def __init__(self, schema: Schema, source: str):
        self.schema, self.source = schema, source
        self.root = schema.kind.lower()
        self.messages: list[Message] = []
        self.builder: Builder | None = None
        self.block: Block | None = None
        self.values: Values | None = None
        self.walker = Walker(source, self.opened, self.closed)
        self.blocks: dict[tuple[str, ...], Block] = {(*_DATA, block.tag): block for block in schema.data}
        self.blocks[_METADATA] = schema.metadata

    def opened(self, path: Sequence[str], attributes: Attributes, line: int) -> None:
        inside = path[1:] if path[0] == "ndm" else path
        if not inside:
            return
        if inside[0] in ("MESSAGE_ID", "COMMENT") and path[0] == "ndm":
            return
        if inside[0] != self.root:
            raise self.walker.fail(f"<{inside[0]}> where <{self.root}>, an {self.schema.name}, was expected")
        if len(inside) == 1:
            self.builder = Builder(self.schema, self.source, attributes.get("version", ""), line)
        elif self.builder is not None:
            self.descend(self.builder, inside, line)

    def descend(self, builder: Builder, inside: Sequence[str], line: int) -> None:
        place = tuple(inside[1:])
        block = self.blocks.get(place)
        if block is not None:
            self.block, self.values = block, builder.begin(block, line)
        elif len(place) > (4 if place[:3] == _METADATA else 5):
            raise self.walker.fail(f"<{inside[-2]}> holds elements; a value was expected")
        elif len(place) > 1 and place[0] == "header":
            pass
        elif place not in _STRUCTURE and self.block is None:
            raise self.walker.fail(f"unknown element <{place[-1]}> in <{inside[-2]}>")

    def closed(self, path: Sequence[str], text: str, attributes: Attributes, line: int, leaf: bool) -> None:
        inside = path[1:] if path[0] == "ndm" else path
        builder = self.builder
        if not inside or builder is None:
            return
        key = inside[-1]
        if len(inside) == 1:
            self.messages.append(builder.finish())
            self.builder = None
        elif self.block is not None and key == self.block.tag:
            self.block = self.values = None
        elif len(inside) > 2 and key == "COMMENT":
            builder.comment(" ".join(text.split()))
        elif inside[1] == "header" and len(inside) == 3:
            builder.put_header(key, Entry(text, None, line))
        elif self.block is not None and self.values is not None:
            entry = Entry(text, attributes.get("units"), line)
            self.leaf(builder, self.block, self.values, key, entry, attributes)

    def leaf(
        self, builder: Builder, block: Block, values: Values, key: str, entry: Entry, attributes: Attributes
    ) -> None:
        if key == "USER_DEFINED" and block.tag == "userDefinedParameters":
            name = attributes.get("parameter", "")
            if not name or name.split() != [name] or "=" in name:
                raise self.walker.fail(
                    f"USER_DEFINED parameter={name!r}; a name without blanks is right", entry.line
                )
            key = USER_DEFINED + name
        elif key not in block.units:
            if builder.schema.block_of(key) is None:
                raise builder.unknown(key, entry.line)
            raise self.walker.fail(f"<{key}> does not belong into <{block.tag}>", entry.line)
        builder.put(block, values, key, entry)


def parse(content: bytes, schema: Schema, source: str) -> list[Message]:
    """Return the messages of one kind that a document holds, alone or combined in an ``<ndm>``.

    Parameters
    ----------
    content : bytes
        The document.
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
    reader = _Reader(schema, source)
    reader.walker.walk(content)
    if not reader.messages:
        raise InputError(f"{source}:1: the document holds no <{reader.root}>")
    return reader.messages


# -------------------------------------------------------------------------------------------------- writing


def text_of(messages: list[Message], schema: Schema) -> str:
    """Return messages as a document; several are combined in an ``<ndm>``.

    Parameters
    ----------
    messages : list of Message
        What to write.
    schema : Schema
        What they are.

    Returns
    -------
    str
        The document, to be written as UTF-8.

    Raises
    ------
    InputError
        If a value has characters that XML cannot hold.
    """
    several = len(messages) != 1
    out = ['<?xml version="1.0" encoding="UTF-8"?>']
    if several:
        out.append(f"<ndm {attributes_of_root()}>")
    for message in messages:
        out += _message(message, schema, "" if several else f"{attributes_of_root()} ")
    if several:
        out.append("</ndm>")
    return checked("\n".join(out) + "\n")


def _message(message: Message, schema: Schema, attributes: str) -> list[str]:
    root = schema.kind.lower()
    out = [f'<{root} {attributes}id="CCSDS_{schema.kind}_VERS" version="{message.version}">']
    out += header_lines(
        [(key, message.header.text(key)) for key in HEADER if key in message.header], message.header.comments
    )
    out += ["<body>", "<segment>"]
    for block in schema.blocks:
        if block is not schema.metadata and block is schema.data[0]:
            out.append("<data>")
        for values in message.blocks.get(block.tag, []):
            out.append(f"<{block.tag}>")
            out += [element("COMMENT", text) for text in values.comments]
            out += [element(key, entry.value, unit) for key, entry, unit in ordered(block, values)]
            out.append(f"</{block.tag}>")
    return [*out, "</data>", "</segment>", "</body>", f"</{root}>"]


def attributes_of_root() -> str:
    """Return the attributes that name the schema."""
    return (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="{SCHEMA_LOCATION}"'
    )


def header_lines(pairs: list[tuple[str, str]], comments: Sequence[str]) -> list[str]:
    """Return the header of a message."""
    inner = [element("COMMENT", text) for text in comments]
    return ["<header>", *inner, *(element(key, value) for key, value in pairs), "</header>"]


def element(key: str, value: str, unit: str | None = None) -> str:
    """Return one element with its text."""
    if key.startswith(USER_DEFINED):
        name = quoteattr(key.removeprefix(USER_DEFINED))
        return f"<USER_DEFINED parameter={name}>{escape(value)}</USER_DEFINED>"
    attribute = f' units="{unit}"' if unit else ""
    return f"<{key}{attribute}>{escape(value)}</{key}>"


def checked(text: str) -> str:
    """Return a text that XML can hold; `InputError` where it cannot."""
    strange = next(
        (
            c
            for c in text
            if (c < " " and c not in "\n\t\r") or c in "\ufffe\uffff" or "\ud800" <= c < "\ue000"
        ),
        None,
    )
    if strange is not None:
        raise InputError(f"the character {strange!r} cannot be written in XML")
    return text
