"""YAML and JSON text to plain data that remembers the line of every key and item.

JSON is read by the same parser, of which it is a subset. YAML's surprises are off: ``on`` and ``yes`` are
text, ``1:30`` is text, dates are text, a key given twice is a fault. The data is made from the parser's
events, without recursion and within limits, so that no file can exhaust stack, memory or patience.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from qqnet.errors import Fault, ScenarioError
from qqnet.scenario.places import MOST_FAULTS, Mapping, Place, Sequence, path_text

LARGEST_FILE = 16 * 2**20
MOST_VALUES = 500_000
DEEPEST = 64
"""Levels of nesting; a scenario has fewer than ten."""


# The C parser, where PyYAML was built with it; events are the same.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, source: str) -> Mapping:
    """Read a document.

    Parameters
    ----------
    text : str
        YAML or JSON.
    source : str
        Name of the file, for messages.

    Returns
    -------
    Mapping
        The top-level mapping. Its ``faults`` hold what is wrong with the text and does not stop the reading:
        keys given twice, tags.

    Raises
    ------
    ScenarioError
        On text that is not YAML or beyond the limits, and on documents that are not a mapping.
    """
    reader = _Reader(source)
    try:
        parser = _Parser(_as_yaml(text))
        try:
            while parser.check_event():
                reader.take(parser.get_event())
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        message = f"is not YAML: {error.problem}"
        if error.context and error.context_mark and error.context_mark.line + 1 != line:
            message += f", {error.context} that starts in line {error.context_mark.line + 1}"
        if any("\t" in each for each in text.splitlines()[line - 1 : line]):
            message += "; indent by spaces, for this line holds a tab"
        reader.stop(message, line)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character)) + 1) + 1
        reader.stop(f"holds the character U+{error.character:04X}, which YAML does not allow", line)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        reader.stop("holds half of a surrogate pair, which is no character", line)
    data = reader.root
    if data is None:
        reader.stop("is empty; a scenario starts with 'version: 1'", 1)
    if not isinstance(data, Mapping):
        reader.stop("is not a mapping of keys to values; a scenario starts with 'version: 1'", 1)
    assert isinstance(data, Mapping)
    data.faults = reader.faults
    return data


_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_JSON_ONLY = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _as_yaml(text: str) -> str:
    r"""Write what JSON has and YAML has not as YAML's escapes: pairs (``\ud83d\ude80``), rare characters."""
    text = text.removeprefix("\ufeff")
    if not text.lstrip(" \t\r\n").startswith("{"):
        return text

    def joined(pair: re.Match[str]) -> str:
        code = 0x10000 + ((int(pair[2], 16) - 0xD800) << 10) + (int(pair[3], 16) - 0xDC00)
        return f"{pair[1]}\\U{code:08x}"

    return _JSON_ONLY.sub(lambda one: f"\\u{ord(one[0]):04x}", _SURROGATES.sub(joined, text))


@dataclass
class _Open:
    """A mapping or sequence whose end has not come yet."""

    made: Mapping | Sequence
    anchor: str | None
    line: int
    before: int  # values read before it
    key: str | None = None  # of a mapping: the key that waits for its value
    key_line: int = 0
    waits: bool = False  # of a mapping: a key was read, its value not
    merges: bool = False  # of a mapping: that key is '<<'
    merged: list[tuple[Any, int]] = field(default_factory=list)  # values of '<<', with their lines


class _Reader:
    """Builds data from events; collects faults instead of stopping at the first."""

    def __init__(self, source: str):
        self.source = source
        self.faults: list[Fault] = []
        self.root: Any = None
        self.count = 0
        self.documents = 0
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int] | None] = {}  # value and size; None until complete

    def stop(self, message: str, line: int | None) -> None:
        """Give up: what follows cannot be read."""
        raise ScenarioError(self.source, [*self.faults, Fault("", message, line=line)])

    def take(self, event: Any) -> None:
        """Take one event of the parser."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            at_key = self._at_key()
            value = event.value if at_key else self._scalar(event, line)
            if event.anchor is not None:
                self.anchors[event.anchor] = (value, 1)
            if at_key:
                self._key(value, line, plain=event.implicit[0])
            else:
                self._value(value, line, 1)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.stop("holds a second document; a file holds one scenario", line)

    def _at_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].made, Mapping) and not self.stack[-1].waits

    def _start(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._fault(line, f"has the tag {event.tag!r}; only plain values are read")
        if len(self.stack) >= DEEPEST:
            self.stop(f"is nested more than {DEEPEST} levels deep", line)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        made = Mapping() if isinstance(event, yaml.MappingStartEvent) else Sequence()
        self.stack.append(_Open(made, event.anchor, line, self.count))
        self._counted(1, line)

    def _end(self) -> None:
        ended = self.stack.pop()
        made = ended.made
        if isinstance(made, Mapping):
            for value, line in ended.merged:
                self._merge(made, value, line)
        size = self.count - ended.before
        if ended.anchor is not None:
            self.anchors[ended.anchor] = (made, size)
        if self._at_key():
            self._key(made, ended.line, plain=False)
        else:
            self._value(made, ended.line, 0)

    def _alias(self, name: str, line: int) -> None:
        if name not in self.anchors:
            self.stop(f"uses '*{name}', but nothing before it is marked '&{name}'", line)
        known = self.anchors[name]
        if known is None:
            self.stop(f"uses '*{name}' inside of what '&{name}' marks; it would contain itself", line)
            return
        value, size = known
        if self._at_key():
            self._key(value, line, plain=False)
        else:
            self._value(value, line, size)

    def _key(self, key: Any, line: int, plain: bool) -> None:
        """Take a key; a key that cannot be used takes its value with it."""
        top = self.stack[-1]
        assert isinstance(top.made, Mapping)
        top.waits, top.key, top.key_line, top.merges = True, None, line, plain and key == "<<"
        if not isinstance(key, str):
            self._fault(line, "has a key that is itself a mapping or list; a key must be text")
        elif key in top.made:
            first = top.made.places[key].line
            top.key = key
            self._fault(line, f"is given twice, first in line {first}; remove one")
            top.key = None
        else:
            top.key = key

    def _value(self, value: Any, line: int, size: int) -> None:
        """Take a value that is complete."""
        self._counted(size, line)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top.made, Sequence):
            top.made.append(value)
            top.made.places.append(Place(self.source, line))
            return
        top.waits = False
        if top.merges:
            top.merged.append((value, top.key_line))
        elif top.key is not None:
            top.made[top.key] = value
            top.made.places[top.key] = Place(self.source, top.key_line)

    def _merge(self, into: Mapping, value: Any, line: int) -> None:
        for part in value if isinstance(value, Sequence) else [value]:
            if not isinstance(part, Mapping):
                self._fault(line, "'<<' needs a mapping, or a list of mappings")
                continue
            for key, item in part.items():
                if key not in into:
                    into[key] = item
                    into.places[key] = part.places[key]

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        plain, quoted = event.implicit
        if plain:
            return plain_value(event.value)
        tag = (event.tag or "").removeprefix("tag:yaml.org,2002:")
        if not quoted and tag not in ("str", "!"):
            self._fault(line, f"has the tag {event.tag!r}; only plain values are read")
        return event.value

    def _counted(self, size: int, line: int) -> None:
        self.count += size
        if self.count > MOST_VALUES:
            self.stop(
                f"holds more than {MOST_VALUES:,} values, aliases counted each time they are used", line
            )

    def _fault(self, line: int, message: str) -> None:
        if len(self.faults) >= MOST_FAULTS:
            self.stop("has more faults than are shown", line)
        path: list[str | int] = []
        for level in self.stack:
            if isinstance(level.made, Sequence):
                path.append(len(level.made))
            elif level.key is not None:
                path.append(level.key)
        self.faults.append(Fault(path_text(tuple(path)), message, line=line, source=self.source))


_INTEGER = re.compile(r"[-+]?[0-9]{1,39}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


def plain_value(text: str) -> str | int | float | bool | None:
    """Return what unquoted text means; what is not a finite number or one of YAML's words is text.

    Examples
    --------
    >>> plain_value("1e3"), plain_value("on"), plain_value("1e999"), plain_value("9000 km")
    (1000.0, 'on', '1e999', '9000 km')
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
