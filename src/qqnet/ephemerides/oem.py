"""CCSDS Orbit Ephemeris Messages in keyword-value notation, read strictly after CCSDS 502.0-B-3 section 5.

Errors carry the number of the line. Covariance blocks are checked for their brackets and passed over. States are
turned into ICRF axes and times into TDB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import erfa
import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.epochs import TIME_SYSTEMS, EpochError, parse_epochs
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.constants import J2000_JD

Floats = NDArray[np.float64]

CENTERS: Final = {
    "SUN": "Sun", "MERCURY": "Mercury", "VENUS": "Venus", "EARTH": "Earth", "MOON": "Moon", "MARS": "Mars",
    "SOLAR SYSTEM BARYCENTER": "SSB", "SSB": "SSB", "EARTH BARYCENTER": "EMB", "EARTH-MOON BARYCENTER": "EMB",
    "MARS BARYCENTER": "Mars",
}  # fmt: skip
"""CENTER_NAME, in capitals, and the name in QQNet's ephemeris."""

FRAMES: Final = ("ICRF", "GCRF", "EME2000")
"""Reference frames that are read. GCRF has the axes of ICRF; EME2000 is turned by the IAU frame bias, 23 mas."""

METHODS: Final = ("HERMITE", "LAGRANGE", "LINEAR")

_REQUIRED: Final = (
    "OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "START_TIME", "STOP_TIME",
)  # fmt: skip
_OPTIONAL: Final = (
    "REF_FRAME_EPOCH", "USEABLE_START_TIME", "USEABLE_STOP_TIME", "INTERPOLATION", "INTERPOLATION_DEGREE",
)  # fmt: skip
_HEADER: Final = ("CREATION_DATE", "ORIGINATOR", "CLASSIFICATION", "MESSAGE_ID")


@dataclass(frozen=True, eq=False)
class Oem:
    """One message.

    Attributes
    ----------
    source : str
        File name, for errors.
    originator, creation_date : str
        As in the message.
    segments : tuple of Segment
        In the order of the message.
    """

    source: str
    originator: str
    creation_date: str
    segments: tuple[Segment, ...]

    def of_object(self, name: str | None = None) -> tuple[Segment, ...]:
        """Return the segments of one object.

        Parameters
        ----------
        name : str, optional
            OBJECT_NAME or OBJECT_ID; may be left out where the message holds one object only.

        Returns
        -------
        tuple of Segment
            At least one.

        Raises
        ------
        InputError
            If the message does not hold that object, or several and none is named.
        """
        objects = dict.fromkeys(f"{s.object_name} ({s.object_id})" for s in self.segments)
        if name is None:
            if len(objects) > 1:
                raise InputError(f"{self.source} holds several objects, name one: {', '.join(objects)}")
            return self.segments
        found = tuple(s for s in self.segments if name in (s.object_name, s.object_id))
        if not found:
            raise InputError(f"{self.source} has no object {name!r}; it holds: {', '.join(objects)}")
        return found


# -------------------------------------------------------------------------------------------------- reading


def read_oem(path: str | Path) -> Oem:
    """Read a message in keyword-value notation.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Oem
        The message, in ICRF axes and TDB.

    Raises
    ------
    InputError
        If the file cannot be read or breaks the standard; with the number of the line.
    """
    try:
        text = Path(path).read_text(encoding="ascii")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not an ASCII text (byte {error.start}); an OEM is plain ASCII") from None
    return parse_oem(text, str(path))


def parse_oem(text: str, source: str = "OEM") -> Oem:
    """Read a message from text; see `read_oem`.

    Parameters
    ----------
    text : str
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
    return _Reader(text, source).message()


class _Reader:
    """Walks over the lines of a message once."""

    def __init__(self, text: str, source: str):
        self.source = source
        self.lines: Iterator[tuple[int, str]] = (
            (number, line.strip())
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip() and not re.match(r"\s*COMMENT(\s|$)", line)
        )
        self.number = 0
        self.line = ""  # empty only at the end: blank lines are passed over
        self.advance()

    def advance(self) -> None:
        self.number, self.line = next(self.lines, (self.number, ""))

    def fail(self, message: str, number: int | None = None) -> InputError:
        return InputError(f"{self.source}:{number or self.number}: {message}")

    def pair(self) -> tuple[str, str]:
        key, equals, value = self.line.partition("=")
        if not equals:
            raise self.fail(f"{self.line!r} where a line 'KEYWORD = value' was expected")
        return key.strip(), value.strip()

    def message(self) -> Oem:
        if not self.line.startswith("CCSDS_OEM_VERS"):
            raise self.fail("an OEM begins with the line 'CCSDS_OEM_VERS = 2.0'")
        if self.pair()[1] not in ("1.0", "2.0", "3.0"):
            raise self.fail(f"version {self.pair()[1]}; 1.0, 2.0 and 3.0 are read")
        self.advance()
        header: dict[str, str] = {}
        while self.line and self.line != "META_START":
            key, value = self.pair()
            if key not in _HEADER:
                raise self.fail(f"unknown keyword {key!r} in the header; known: {', '.join(_HEADER)}")
            header[key] = value
            self.advance()
        for key in _HEADER[:2]:
            if key not in header:
                raise self.fail(f"the header has no {key}")
        segments = []
        while self.line:
            segments.append(self.segment())
        if not segments:
            raise self.fail("the message has no segment; each begins with META_START")
        return Oem(self.source, header["ORIGINATOR"], header["CREATION_DATE"], tuple(segments))

    def metadata(self) -> tuple[dict[str, str], dict[str, int]]:
        if self.line != "META_START":
            raise self.fail(f"{self.line!r} where META_START was expected")
        opened = self.number
        self.advance()
        values: dict[str, str] = {}
        places: dict[str, int] = {}
        while self.line != "META_STOP":
            if not self.line:
                raise self.fail("META_START without META_STOP", opened)
            key, value = self.pair()
            if key not in _REQUIRED + _OPTIONAL:
                raise self.fail(f"unknown keyword {key!r} in the metadata")
            if key in values:
                raise self.fail(f"{key} is given twice")
            values[key], places[key] = value, self.number
            self.advance()
        missing = [key for key in _REQUIRED if not values.get(key)]
        if missing:
            raise self.fail(f"the metadata from line {opened} lack {', '.join(missing)}")
        self.advance()
        return values, places

    def segment(self) -> Segment:
        values, places = self.metadata()
        method = values.get("INTERPOLATION", "HERMITE").upper()
        frame, scale = values["REF_FRAME"].upper(), values["TIME_SYSTEM"].upper()
        for key, value, known in (
            ("CENTER_NAME", values["CENTER_NAME"].upper(), tuple(CENTERS)),
            ("REF_FRAME", frame, FRAMES),
            ("TIME_SYSTEM", scale, TIME_SYSTEMS),
            ("INTERPOLATION", method, METHODS),
        ):
            if value not in known:
                written = values[key]
                raise self.fail(f"{key} {written!r} is not read; known: {', '.join(known)}", places[key])
        center = CENTERS[values["CENTER_NAME"].upper()]
        degree = values.get("INTERPOLATION_DEGREE", "1" if method == "LINEAR" else "7")
        if not degree.isdecimal() or not 1 <= int(degree) <= 30:
            raise self.fail(
                f"INTERPOLATION_DEGREE {degree!r}; it must be an integer from 1 to 30",
                places.get("INTERPOLATION_DEGREE"),
            )
        t, states = self.states(scale)
        limits = []
        for key, plain in (("USEABLE_START_TIME", "START_TIME"), ("USEABLE_STOP_TIME", "STOP_TIME")):
            used = key if key in values else plain
            limits.append(float(self.times([(places[used], values[used])], scale)[0]))
        useable = max(limits[0], float(t[0])), min(limits[1], float(t[-1]))
        if useable[0] >= useable[1]:
            raise self.fail("the useable time of the segment is empty", places["START_TIME"])
        if frame == "EME2000":
            states = states.reshape(-1, 2, 3) @ frame_bias()  # row vectors: the transpose of the matrix
            states = states.reshape(-1, 6)
        return Segment(
            values["OBJECT_NAME"], values["OBJECT_ID"], center, t, states[:, :3], states[:, 3:6], useable,
            method, int(degree),
        )  # fmt: skip

    def states(self, scale: str) -> tuple[Floats, Floats]:
        """Read the lines of data, and pass over covariances."""
        stamps: list[tuple[int, str]] = []
        rows: list[list[float]] = []
        while self.line and self.line != "META_START":
            if self.line == "COVARIANCE_START":
                self.covariance()
                continue
            stamp, *numbers = self.line.split()
            try:
                row = [float(number) for number in numbers]
            except ValueError:
                raise self.fail(f"{self.line!r}: a line of data is an epoch and 6 or 9 numbers") from None
            if len(row) not in (6, 9) or not np.isfinite(row).all():
                raise self.fail(f"{len(row)} numbers after the epoch; a state has 6, with acceleration 9")
            stamps.append((self.number, stamp))
            rows.append(row[:6])
            self.advance()
        if len(rows) < 2:
            raise self.fail(f"the segment has {len(rows)} states; at least 2 are needed to interpolate")
        t = self.times(stamps, scale)
        backwards = np.flatnonzero(np.diff(t) <= 0)
        if backwards.size:
            number, stamp = stamps[int(backwards[0]) + 1]
            raise self.fail(f"epoch {stamp} does not come after the one before it", number)
        return t, np.array(rows)

    def covariance(self) -> None:
        opened = self.number
        while self.line != "COVARIANCE_STOP":
            self.advance()
            if self.line in ("", "META_START"):
                raise self.fail("COVARIANCE_START without COVARIANCE_STOP", opened)
        self.advance()

    def times(self, stamps: Sequence[tuple[int, str]], scale: str) -> Floats:
        """Return TDB for epochs of a time system."""
        try:
            return parse_epochs([stamp for _, stamp in stamps], scale)
        except EpochError as error:
            raise self.fail(str(error), stamps[error.index][0]) from None


def frame_bias() -> Floats:
    """Return the matrix that takes ICRF components to EME2000, shape [3, 3] (IAU 2006, ERFA ``bp06``)."""
    return np.asarray(erfa.bp06(J2000_JD, 0.0)[0], dtype=np.float64)
