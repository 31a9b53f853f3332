"""Orbit ephemeris messages in XML (CCSDS 505.0-B-3), read as a stream."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from qqnet.ephemerides import covariance as covariances
from qqnet.ephemerides.ndm import HEADER
from qqnet.ephemerides.ndm_xml import Attributes, Walker
from qqnet.ephemerides.oem import Draft, DraftCovariance, Oem, checked_version
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError

STATE: Final = {
    "X": "km", "Y": "km", "Z": "km", "X_DOT": "km/s", "Y_DOT": "km/s", "Z_DOT": "km/s",
    "X_DDOT": "km/s**2", "Y_DDOT": "km/s**2", "Z_DDOT": "km/s**2",
}  # fmt: skip
"""Elements of a state and their units."""

_COVARIANCE: Final = dict(zip(covariances.KEYS, covariances.UNITS, strict=True))
_DATA: Final = ("body", "segment", "data")
_KNOWN: Final = (
    ("header",), ("body",), ("body", "segment"), ("body", "segment", "metadata"), _DATA,
    (*_DATA, "stateVector"), (*_DATA, "covarianceMatrix"),
)  # fmt: skip


def parse(content: bytes, source: str) -> Oem:
    """Read a message; see `oem.read_oem`.

    Parameters
    ----------
    content : bytes
        The document: one message, or several combined in an ``<ndm>``, whose segments are then taken together.
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
    reader = _Reader(source)
    reader.walker.walk(content)
    if not reader.segments:
        raise InputError(f"{source}:1: the document holds no segment of an <oem>")
    header = reader.header
    return Oem(
        source, header["ORIGINATOR"], header["CREATION_DATE"], tuple(reader.segments), tuple(reader.comments)
    )


class _Reader:
    """Puts the elements of a document into segments."""

    def __init__(self, source: str):
        self.header: dict[str, str] = {}
        self.comments: list[str] = []
        self.segments: list[Segment] = []
        self.draft: Draft | None = None
        self.numbers: dict[str, float] = {}
        self.stamp = self.frame = ""
        self.units: dict[str, str] | None = None  # of the state or covariance that is open
        self.walker = Walker(source, self.opened, self.closed)

    def fail(self, message: str, line: int | None = None) -> InputError:
        return self.walker.fail(message, line)

    def opened(self, path: Sequence[str], attributes: Attributes, line: int) -> None:
        if self.units is not None:
            return
        inside = path[1:] if path[0] == "ndm" else path
        if not inside or (path[0] == "ndm" and inside[0] in ("MESSAGE_ID", "COMMENT")):
            return
        if inside[0] != "oem":
            raise self.fail(f"<{inside[0]}> where <oem>, an orbit ephemeris message, was expected")
        place = tuple(inside[1:])
        if not place:
            checked_version(attributes.get("version", ""), self.fail)
            self.header = {}
        elif place not in _KNOWN and place[:-1] not in _KNOWN:
            raise self.fail(f"unknown element <{place[-1]}> in <{inside[-2]}>")
        elif place == ("body", "segment"):
            self.draft = Draft(line)
        elif place[:-1] == _DATA:
            self.numbers, self.stamp, self.frame = {}, "", ""
            self.units = {"stateVector": STATE, "covarianceMatrix": _COVARIANCE}.get(place[-1])

    def closed(self, path: Sequence[str], text: str, attributes: Attributes, line: int, leaf: bool) -> None:
        key = path[-1]
        if self.units is not None and key not in ("stateVector", "covarianceMatrix"):
            self.entry(key, text, self.units, attributes, line, leaf)
            return
        place = tuple((path[1:] if path[0] == "ndm" else path)[1:])
        if not place:
            return
        if place in _KNOWN:
            self.units = None
            self.block_closed(place, line)
            return
        if key != "COMMENT" and place[:-1] not in (("header",), ("body", "segment", "metadata")):
            raise self.fail(f"unknown element <{key}> in <{path[-2]}>", line)
        self.refuse_unless_value(key, text, line, leaf)
        if key == "COMMENT":
            (self.comments if self.draft is None else self.draft.comments).append(" ".join(text.split()))
        elif place[:-1] == ("header",):
            if key not in HEADER or key in self.header:
                raise self.fail(
                    f"{key!r} in the header, unknown or given twice; known: {', '.join(HEADER)}", line
                )
            self.header[key] = text
        elif self.draft is not None:
            self.draft.put(key, text, line, self.fail)

    def refuse_unless_value(self, key: str, text: str, line: int, leaf: bool) -> None:
        if not leaf:
            raise self.fail(f"<{key}> holds elements; a value was expected", line)
        if not text and key != "COMMENT":
            raise self.fail(f"{key} has no value", line)

    def entry(
        self, key: str, text: str, units: dict[str, str], attributes: Attributes, line: int, leaf: bool
    ) -> None:
        """Take one element of a state or covariance."""
        self.refuse_unless_value(key, text, line, leaf)
        if key in units:
            self.value(key, text, units, attributes, line)
        elif key == "EPOCH":
            self.stamp = text
        elif key == "COV_REF_FRAME" and units is _COVARIANCE:
            self.frame = text
        elif key == "COMMENT" and self.draft is not None:
            self.draft.comments.append(" ".join(text.split()))
        else:
            raise self.fail(f"unknown element <{key}>; known: EPOCH, {', '.join(units)}", line)

    def value(self, key: str, text: str, units: dict[str, str], attributes: Attributes, line: int) -> None:
        """Take one number of a state or covariance."""
        if key in self.numbers:
            raise self.fail(f"{key} is given twice", line)
        unit = attributes.get("units")
        if unit is not None and unit != units[key] and unit.lower() != units[key]:
            raise self.fail(f"{key} in [{unit}]; its unit is [{units[key]}]", line)
        try:
            number = float(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.fail(f"{key} = {text[:80]!r} is no number; right is such as 7000.5 or 7.0005E3", line)
        self.numbers[key] = number

    def block_closed(self, place: tuple[str, ...], line: int) -> None:
        draft = self.draft
        if place == ("header",):
            for key in ("CREATION_DATE", "ORIGINATOR"):
                if key not in self.header:
                    raise self.fail(f"the header has no {key}", line)
        elif draft is None:
            return
        elif place[-1] == "metadata":
            draft.check_metadata(self.fail)
        elif place[-1] == "stateVector":
            keys = list(STATE) if len(self.numbers) > 6 else list(STATE)[:6]
            self.complete(keys, "stateVector", line)
            draft.stamps.append((line, self.stamp))
            draft.rows.append([self.numbers[key] for key in keys])
        elif place[-1] == "covarianceMatrix":
            self.complete(list(covariances.KEYS), "covarianceMatrix", line)
            lower = [self.numbers[key] for key in covariances.KEYS]
            draft.matrices.append(DraftCovariance(line, self.stamp, self.frame, lower))
        elif place[-1] == "segment":
            self.segment_closed(draft)

    def complete(self, keys: list[str], tag: str, line: int) -> None:
        missing = [key for key in keys if key not in self.numbers] + ([] if self.stamp else ["EPOCH"])
        if missing:
            raise self.fail(f"the {tag} lacks {', '.join(missing)}", line)

    def segment_closed(self, draft: Draft) -> None:
        if not self.header:
            raise self.fail("the message has no <header> before its <body>")
        if not draft.values:
            raise self.fail("the segment has no <metadata>")
        self.segments.append(draft.segment(self.fail))
        self.draft = None
