"""CCSDS messages in keyword-value notation, by blocks: ``KEYWORD = value [unit]``, one a line.

CCSDS 502.0-B-3, section 7: plain ASCII, comments in lines of their own that begin with COMMENT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qqnet.ephemerides.ndm import HEADER, Builder, Entry, Message, Schema, Values, one_line, ordered
from qqnet.errors import InputError

_PAIR: Final = re.compile(r"([A-Z][A-Z0-9_]*)\s*=\s*(.*?)(?:\s*\[([^\[\]]*)\])?", re.ASCII)
_USER: Final = re.compile(r"USER_DEFINED_\S+?(?=\s*=)", re.ASCII)
_COMMENT: Final = re.compile(r"COMMENT(?:\s+(.*))?", re.ASCII)
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def decode(content: bytes, source: str) -> str:
    """Return the text of a message in keyword-value notation.

    Parameters
    ----------
    content : bytes
        Content of the file.
    source : str
        Name for errors.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    InputError
        If it is not plain ASCII.
    """
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(content[: error.start].decode("ascii"))) + 1
        raise InputError(
            f"{source}:{line}: not an ASCII text (byte {error.start}); the keyword-value notation is plain ASCII"
        ) from None


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text that are not blank, stripped, with their numbers."""
    for number, line in enumerate(_LINE_END.split(text), 1):
        stripped = line.strip()
        if stripped:
            yield number, stripped


def comment(line: str) -> str | None:
    """Return the text of a comment, or None where the line is none."""
    match = _COMMENT.fullmatch(line)
    return (match[1] or "") if match else None


def parse(content: bytes, schema: Schema, source: str) -> list[Message]:
    """Return the messages of one kind that a content holds, one after the other.

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
    first = f"CCSDS_{schema.kind}_VERS"
    messages: list[Message] = []
    builder: Builder | None = None
    for number, line in lines(decode(content, source)):
        text = comment(line)
        if text is not None:
            if builder is not None:
                builder.comment(text)
            continue
        key, entry = _pair(line, number, source)
        if key == first:
            if builder is not None:
                messages.append(builder.finish())
            builder = Builder(schema, source, entry.value, number)
        elif builder is None:
            break
        elif key in HEADER:
            builder.put_header(key, entry)
        else:
            _put(builder, key, entry)
    if builder is None:
        raise InputError(
            f"{source}:1: an {schema.kind} begins with the line '{first} = {schema.versions[1]}'"
        )
    return [*messages, builder.finish()]


def _pair(line: str, number: int, source: str) -> tuple[str, Entry]:
    user = _USER.match(line)
    if user is not None:  # its value is free text: no unit is taken from it
        return user[0], Entry(line.partition("=")[2].strip(), None, number)
    match = _PAIR.fullmatch(line)
    if match is None:
        raise InputError(f"{source}:{number}: {line[:80]!r} where a line 'KEYWORD = value' was expected")
    return match[1], Entry(match[2], match[3].strip() if match[3] is not None else None, number)


def _put(builder: Builder, key: str, entry: Entry) -> None:
    """Put a keyword into the block that is open for it, or open one."""
    block = builder.schema.block_of(key)
    if block is None:
        raise builder.unknown(key, entry.line)
    present = builder.message.blocks.get(block.tag)
    again = bool(present and block.repeated and key == next(iter(block.units)))
    values = builder.begin(block, entry.line) if not present or again else present[-1]
    builder.put(block, values, key, entry)


def text_of(messages: list[Message], schema: Schema) -> str:
    """Return messages in keyword-value notation.

    Parameters
    ----------
    messages : list of Message
        What to write.
    schema : Schema
        What they are.

    Returns
    -------
    str
        The text.

    Raises
    ------
    InputError
        If a value or comment cannot be written: it is not plain ASCII, or has line ends.
    """
    out: list[str] = []
    for message in messages:
        out.append(f"CCSDS_{schema.kind}_VERS = {message.version}")
        out += _lines(message.header, [(key, entry, None) for key, entry in _header(message.header)])
        for block in schema.blocks:
            for values in message.blocks.get(block.tag, []):
                out.append("")
                out += _lines(values, list(ordered(block, values)))
        out.append("")
    return checked("\n".join(out))


def _header(header: Values) -> Iterator[tuple[str, Entry]]:
    for key in HEADER:
        if key in header:
            yield key, header.entries[key]


def _lines(values: Values, pairs: list[tuple[str, Entry, str | None]]) -> list[str]:
    out = comment_lines(values.comments)
    for key, entry, unit in pairs:
        out.append(f"{key} = {entry.value}" + (f" [{unit}]" if unit else ""))
    return out


def comment_lines(comments: list[str] | tuple[str, ...]) -> list[str]:
    """Return comments as lines of a message."""
    return [f"COMMENT {one_line(text, 'a comment')}".rstrip() for text in comments]


def checked(text: str) -> str:
    """Return a text that is plain ASCII; `InputError` where it is not."""
    if not text.isascii():
        strange = next(character for character in text if not character.isascii())
        raise InputError(f"{strange!r} cannot be written in keyword-value notation, which is plain ASCII")
    return text
