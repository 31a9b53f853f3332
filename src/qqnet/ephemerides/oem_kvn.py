"""Orbit ephemeris messages in keyword-value notation: a walk over their lines."""

from __future__ import annotations

import math
from collections.abc import Iterator

from qqnet.ephemerides.kvn import comment, decode, lines
from qqnet.ephemerides.ndm import HEADER
from qqnet.ephemerides.oem import Draft, DraftCovariance, Oem, checked_version
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError

_ROWS = 6  # of a covariance, the k-th with k numbers


def parse(content: bytes, source: str) -> Oem:
    """Read a message; see `oem.read_oem`.

    Parameters
    ----------
    content : bytes
        The message.
    source : str
        Name for errors.

    Returns
    -------
    Oem
        The message, in ICRF axes and TDB.

    Raises
    ------
    InputError
        If it breaks the standard; with the number of the line.
    """
    return _Reader(decode(content, source), source).message()


class _Reader:
    """Walks over the lines of a message once."""

    def __init__(self, text: str, source: str):
        self.source = source
        self.comments: list[str] = []
        self.lines: Iterator[tuple[int, str]] = lines(text)
        self.number = 0
        self.line = ""  # empty only at the end: blank lines are passed over
        self.advance()

    def advance(self) -> None:
        """Go on to the next line that is no comment, and keep the comments."""
        for number, line in self.lines:
            said = comment(line) if line.startswith("COMMENT") else None
            if said is None:
                self.number, self.line = number, line
                return
            self.comments.append(said)
        self.line = ""

    def take_comments(self) -> list[str]:
        said, self.comments = self.comments, []
        return said

    def fail(self, message: str, number: int | None = None) -> InputError:
        return InputError(f"{self.source}:{number or self.number}: {message}")

    def pair(self) -> tuple[str, str]:
        key, equals, value = self.line.partition("=")
        if not equals:
            raise self.fail(f"{self.line[:80]!r} where a line 'KEYWORD = value' was expected")
        return key.strip(), value.strip()

    def message(self) -> Oem:
        if not self.line.startswith("CCSDS_OEM_VERS"):
            raise self.fail("an OEM begins with the line 'CCSDS_OEM_VERS = 2.0'")
        checked_version(self.pair()[1], self.fail)
        self.advance()
        header: dict[str, str] = {}
        while self.line and self.line != "META_START":
            key, value = self.pair()
            if key not in HEADER:
                raise self.fail(f"unknown keyword {key!r} in the header; known: {', '.join(HEADER)}")
            if key in header:
                raise self.fail(f"{key} is given twice")
            header[key] = value
            self.advance()
        for key in ("CREATION_DATE", "ORIGINATOR"):
            if not header.get(key):
                raise self.fail(f"the header has no {key}")
        said = tuple(self.take_comments())
        segments = []
        while self.line:
            segments.append(self.segment())
        if not segments:
            raise self.fail("the message has no segment; each begins with META_START")
        return Oem(self.source, header["ORIGINATOR"], header["CREATION_DATE"], tuple(segments), said)

    def segment(self) -> Segment:
        if self.line != "META_START":
            raise self.fail(f"{self.line[:80]!r} where META_START was expected")
        draft = Draft(self.number)
        self.advance()
        while self.line != "META_STOP":
            if not self.line:
                raise self.fail("META_START without META_STOP", draft.line)
            key, value = self.pair()
            draft.put(key, value, self.number, self.fail)
            self.advance()
        draft.check_metadata(self.fail)
        self.advance()
        while self.line and self.line != "META_START":
            if self.line == "COVARIANCE_START":
                self.covariances(draft)
            else:
                self.state(draft)
        draft.comments = self.take_comments()
        return draft.segment(self.fail)

    def state(self, draft: Draft) -> None:
        stamp, *numbers = self.line.split()
        row = self.floats(numbers, "a line of data is an epoch and 6 or 9 numbers")
        if len(row) not in (6, 9):
            raise self.fail(f"{len(row)} numbers after the epoch; a state has 6, with acceleration 9")
        draft.stamps.append((self.number, stamp))
        draft.rows.append(row)
        self.advance()

    def floats(self, numbers: list[str], right: str) -> list[float]:
        try:
            if "_" in self.line:  # float() would take it
                raise ValueError
            return [float(number) for number in numbers]
        except ValueError:
            raise self.fail(f"{self.line[:120]!r}: {right}") from None

    def covariances(self, draft: Draft) -> None:
        opened = self.number
        self.advance()
        while self.line != "COVARIANCE_STOP":
            if self.line in ("", "META_START"):
                raise self.fail("COVARIANCE_START without COVARIANCE_STOP", opened)
            draft.matrices.append(self.covariance(opened))
        self.advance()

    def covariance(self, opened: int) -> DraftCovariance:
        draft = DraftCovariance(self.number)
        while "=" in self.line:
            key, value = self.pair()
            if key not in ("EPOCH", "COV_REF_FRAME") or not value:
                raise self.fail(f"{self.line[:80]!r} in a covariance; EPOCH and COV_REF_FRAME are right")
            if key == "EPOCH":
                draft.stamp = value
            else:
                draft.frame = value
            self.advance()
        if not draft.stamp:
            raise self.fail("a covariance without EPOCH")
        for count in range(1, _ROWS + 1):
            if self.line in ("", "META_START"):
                raise self.fail("COVARIANCE_START without COVARIANCE_STOP", opened)
            row = self.floats(self.line.split(), f"row {count} of a covariance has {count} numbers")
            if len(row) != count or not all(map(math.isfinite, row)):
                raise self.fail(f"{self.line[:120]!r}: row {count} of a covariance has {count} numbers")
            draft.lower += row
            self.advance()
        return draft
