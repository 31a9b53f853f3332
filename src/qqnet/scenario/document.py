"""YAML and JSON text to plain data that remembers the line of every key and item.

JSON is read by the same parser, of which it is a subset. YAML's surprises are off: ``on`` and ``yes`` are
text, ``1:30`` is text, dates are text, a key given twice is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from qqnet.errors import Fault, ScenarioError

LARGEST_FILE = 16 * 2**20
MOST_VALUES = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where something stands: file and line (from 1)."""

    source: str
    line: int


class Mapping(dict[str, Any]):
    """A mapping that knows the place of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, Place] = {}


class Sequence(list[Any]):
    """A sequence that knows the place of each item."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []


class _Loader(yaml.CSafeLoader):
    """The C parser with plain scalars only; see the module's text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


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
        The top-level mapping.

    Raises
    ------
    ScenarioError
        On text that is not YAML, keys given twice, documents that are not a mapping.
    """
    reader = _Reader(source)
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            data = None if node is None else reader.read(node, loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise ScenarioError(source, [Fault("", f"is not YAML: {error.problem}", line=line)]) from None
    except yaml.YAMLError as error:
        raise ScenarioError(source, [Fault("", f"is not YAML: {str(error).splitlines()[0]}")]) from None
    except RecursionError:
        raise ScenarioError(source, [Fault("", "is nested too deeply")]) from None
    if data is None:
        raise ScenarioError(source, [Fault("", "is empty; a scenario starts with 'version: 1'")])
    if reader.faults:
        raise ScenarioError(source, reader.faults)
    if not isinstance(data, Mapping):
        raise ScenarioError(
            source, [Fault("", "is not a mapping; a scenario starts with 'version: 1'", line=1)]
        )
    return data


class _Reader:
    """Turns YAML nodes into data; collects faults instead of stopping at the first."""

    def __init__(self, source: str):
        self.source = source
        self.faults: list[Fault] = []
        self.count = 0
        self.open: set[int] = set()

    def read(self, node: yaml.Node, loader: _Loader) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise yaml.YAMLError(f"more than {MOST_VALUES} values")
        if id(node) in self.open:
            raise yaml.YAMLError(f"an anchor that contains itself, line {node.start_mark.line + 1}")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, loader)
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, loader)
            assert isinstance(node, yaml.SequenceNode)
            return self._sequence(node, loader)
        finally:
            self.open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, loader: _Loader) -> Any:
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        match tag:
            case "int":
                # Longer than any number here can be; int() refuses thousands of digits.
                return int(node.value) if len(node.value) < 40 else float(node.value)
            case "float":
                return float(node.value)
            case "bool":
                return node.value.lower() == "true"
            case "null":
                return None
            case "str":
                return node.value
        self._fault(node, f"has the tag {node.tag!r}; plain values only")
        return node.value

    def _sequence(self, node: yaml.SequenceNode, loader: _Loader) -> Sequence:
        made = Sequence()
        for item in node.value:
            made.append(self.read(item, loader))
            made.places.append(self._place(item))
        return made

    def _mapping(self, node: yaml.MappingNode, loader: _Loader) -> Mapping:
        made = Mapping()
        merged = Mapping()
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                self._merge(merged, self.read(value_node, loader), key_node)
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, "a key must be text")
                continue
            key = key_node.value
            if key in made:
                self._fault(
                    key_node, f"the key '{key}' is given twice, first in line {made.places[key].line}"
                )
                continue
            made[key] = self.read(value_node, loader)
            made.places[key] = self._place(key_node)
        for key, value in merged.items():
            if key not in made:
                made[key] = value
                made.places[key] = merged.places[key]
        return made

    def _merge(self, into: Mapping, data: Any, node: yaml.Node) -> None:
        for part in data if isinstance(data, Sequence) else [data]:
            if not isinstance(part, Mapping):
                self._fault(node, "'<<' needs a mapping")
                continue
            for key, value in part.items():
                if key not in into:
                    into[key] = value
                    into.places[key] = part.places[key]

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.source, node.start_mark.line + 1)

    def _fault(self, node: yaml.Node, message: str) -> None:
        self.faults.append(Fault("", message, line=node.start_mark.line + 1))


def overlay(base: Mapping, top: Mapping) -> Mapping:
    """Lay one document over another: mappings join key by key, lists of named items name by name.

    Parameters
    ----------
    base, top : Mapping
        `top` wins. An item of a list that has a ``name`` joins the base's item of that name or is added;
        any other list replaces the base's.

    Returns
    -------
    Mapping
        A new document; every key keeps the place it came from.
    """
    made = Mapping()
    for source in (base, top):
        for key, value in source.items():
            made[key] = _join(made[key], value) if key in made else value
            made.places[key] = source.places[key]
    return made


def _join(old: Any, new: Any) -> Any:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return overlay(old, new)
    if isinstance(old, Sequence) and isinstance(new, Sequence) and _named(old) and _named(new):
        made = Sequence()
        at: dict[str, int] = {}
        for source in (old, new):
            for item, place in zip(source, source.places, strict=True):
                if source is new and item["name"] in at:
                    index = at[item["name"]]
                    made[index], made.places[index] = overlay(made[index], item), place
                else:
                    if source is old:
                        at[item["name"]] = len(made)
                    made.append(item)
                    made.places.append(place)
        return made
    return new


def _named(items: Sequence) -> bool:
    return all(isinstance(item, Mapping) and isinstance(item.get("name"), str) for item in items)


def place_of(data: Any, path: tuple[str | int, ...]) -> Place | None:
    """Return the place of the deepest part of `path` that exists in `data`."""
    place: Place | None = None
    for key in path:
        try:
            place = data.places[key]
            data = data[key]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return place


def path_text(path: tuple[str | int, ...]) -> str:
    """Write a key path as people do.

    Examples
    --------
    >>> path_text(("nodes", 3, "orbit", "a"))
    'nodes[3].orbit.a'
    """
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text
