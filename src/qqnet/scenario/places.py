"""Data that remembers where each part of it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qqnet.errors import Fault

MOST_FAULTS = 1000
"""More are not looked for; nobody reads them."""


@dataclass(frozen=True)
class Place:
    """Where something stands: file and line (from 1)."""

    source: str
    line: int


class Mapping(dict[str, Any]):
    """A mapping that knows the place of each key; the outermost also holds the faults of its text."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, Place] = {}
        self.faults: list[Fault] = []


class Sequence(list[Any]):
    """A sequence that knows the place of each item."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []


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


def value_of(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands at `path` in `data`; None where nothing does."""
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


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
