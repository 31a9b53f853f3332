"""JSON of plan files, with the lines on which its parts stand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from qqnet.errors import InputError
from qqnet.files import read_text

BLANK: Final = re.compile(r"[ \t\r\n]*")
BETWEEN: Final = re.compile(r"[ \t\r\n,]*")
DECODER: Final = json.JSONDecoder()


def _no_number(word: str) -> NoReturn:
    raise InputError(f"{word} is no number of JSON")


@dataclass(frozen=True)
class JsonText:
    """A JSON file and its content.

    Attributes
    ----------
    source : str
        Name of the file.
    text : str
        Its text.
    content : object
        What it says.
    """

    source: str
    text: str = field(repr=False)
    content: Any = field(repr=False)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> JsonText:
        """Read a file.

        Parameters
        ----------
        path : path-like
            A JSON file.

        Returns
        -------
        JsonText
            Its text and content.

        Raises
        ------
        InputError
            Naming the line, for what is no JSON; also for NaN and Infinity, which JSON does not know.
        """
        source, text = str(path), read_text(path)
        try:
            return cls(source, text, json.loads(text, parse_constant=_no_number))
        except json.JSONDecodeError as error:
            raise InputError(f"{source}:{error.lineno}: not JSON: {error.msg}") from None
        except RecursionError:
            raise InputError(f"{source}: not a contact plan: nested too deeply") from None
        except InputError as error:
            found = re.search(r"\b(NaN|-?Infinity)\b", text)
            line = text.count("\n", 0, found.start()) + 1 if found else 1
            raise InputError(f"{source}:{line}: {error}") from None
        except ValueError:
            raise InputError(f"{source}: not a contact plan: a number has thousands of digits") from None

    def line(self, *path: str | int) -> int:
        """Line on which a part begins, counted from 1.

        Parameters
        ----------
        *path : str or int
            Keys and places, such as ``"contacts", 3``.
        """
        return self.text.count("\n", 0, self._place(path)) + 1

    def lines(self, *path: str | int) -> list[int]:
        """Line on which each element of a list begins.

        Parameters
        ----------
        *path : str or int
            Keys and places of the list.
        """
        found, line, counted = [], 1, 0
        for place in self._elements(self._place(path)):
            line += self.text.count("\n", counted, place)
            counted = place
            found.append(line)
        return found

    def lines_within(self, *path: str | int, key: str) -> list[list[int]]:
        """Line on which each element of each list begins, for lists that are members of the objects of a list.

        Parameters
        ----------
        *path : str or int
            Keys and places of the outer list.
        key : str
            Under which each of its objects has a list.
        """
        found, line, counted = [], 1, 0
        for outer in self._elements(self._place(path)):
            inner = []
            for place in self._elements([where for name, where in self._members(outer) if name == key][-1]):
                line += self.text.count("\n", counted, place)
                counted = place
                inner.append(line)
            found.append(inner)
        return found

    def _place(self, path: Sequence[str | int]) -> int:
        place = self._skip(BLANK, 0)
        for step in path:
            if isinstance(step, int):
                place = next(where for index, where in enumerate(self._elements(place)) if index == step)
            else:
                # The last of equal keys counts, as it does for the decoder.
                place = [where for key, where in self._members(place) if key == step][-1]
        return place

    def _elements(self, place: int) -> Iterator[int]:
        place = self._skip(BETWEEN, place + 1)
        while self.text[place] != "]":
            yield place
            place = self._skip(BETWEEN, DECODER.raw_decode(self.text, place)[1])

    def _members(self, place: int) -> Iterator[tuple[str, int]]:
        place = self._skip(BETWEEN, place + 1)
        while self.text[place] != "}":
            key, place = DECODER.raw_decode(self.text, place)
            place = self._skip(BLANK, self._skip(BLANK, place) + 1)
            yield key, place
            place = self._skip(BETWEEN, DECODER.raw_decode(self.text, place)[1])

    def _skip(self, blank: re.Pattern[str], place: int) -> int:
        found = blank.match(self.text, place)
        return found.end() if found else place
