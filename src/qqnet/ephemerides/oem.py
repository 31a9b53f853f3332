"""CCSDS Orbit Ephemeris Messages, read strictly after CCSDS 502.0-B-3 section 5, in both notations.

States are turned into ICRF axes and times into TDB. Errors carry the number of the line. `oem_kvn` and `oem_xml`
walk through the notations; what both find is put together here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides import covariance as covariances
from qqnet.ephemerides.covariance import Covariance
from qqnet.ephemerides.epochs import TIME_SYSTEMS, EpochError, parse_epochs
from qqnet.ephemerides.ndm import is_xml, read_bytes
from qqnet.ephemerides.ref_frames import CENTERS, FRAMES, center_of, frame_bias, frame_of, to_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError

__all__ = [
    "CENTERS", "FRAMES", "METHODS", "VERSIONS", "Draft", "Oem", "checked_version", "frame_bias", "parse_oem",
    "read_oem",
]  # fmt: skip

Floats = NDArray[np.float64]
Fail = Callable[[str, int | None], InputError]

METHODS: Final = ("HERMITE", "LAGRANGE", "LINEAR")
VERSIONS: Final = ("1.0", "2.0", "3.0")

REQUIRED: Final = (
    "OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "START_TIME", "STOP_TIME",
)  # fmt: skip
OPTIONAL: Final = (
    "REF_FRAME_EPOCH", "USEABLE_START_TIME", "USEABLE_STOP_TIME", "INTERPOLATION", "INTERPOLATION_DEGREE",
)  # fmt: skip
_INERTIAL: Final = ("ICRF", "GCRF", "EME2000")


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
    comments : tuple of str
        Of the header.
    """

    source: str
    originator: str
    creation_date: str
    segments: tuple[Segment, ...]
    comments: tuple[str, ...] = ()

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


def read_oem(path: str | Path) -> Oem:
    """Read a message in keyword-value notation or XML; the content decides.

    Parameters
    ----------
    path : str or Path
        The file; packed by gzip or not.

    Returns
    -------
    Oem
        The message, in ICRF axes and TDB.

    Raises
    ------
    InputError
        If the file cannot be read or breaks the standard; with the number of the line.
    """
    return parse_oem(read_bytes(path), str(path))


def parse_oem(content: bytes | str, source: str = "OEM") -> Oem:
    """Read a message from its content; see `read_oem`.

    Parameters
    ----------
    content : bytes or str
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
    from qqnet.ephemerides import oem_kvn, oem_xml

    data = content.encode() if isinstance(content, str) else content
    return oem_xml.parse(data, source) if is_xml(data) else oem_kvn.parse(data, source)


def checked_version(version: str, fail: Fail, line: int | None = None) -> None:
    """Refuse a version that is not read."""
    if version not in VERSIONS:
        raise fail(f"version {version}; {', '.join(VERSIONS[:-1])} and {VERSIONS[-1]} are read", line)


@dataclass
class DraftCovariance:
    """A covariance as it stands in a message."""

    line: int
    stamp: str = ""
    frame: str = ""
    lower: list[float] = field(default_factory=list)


@dataclass
class Draft:
    """A segment as it stands in a message, with the lines of its parts.

    Attributes
    ----------
    line : int
        Where it begins.
    values, places : dict
        Metadata, and their lines.
    stamps : list of (int, str)
        Lines and epochs of the states.
    rows : list of list of float
        Position [km], velocity [km/s] and perhaps acceleration [km/s^2].
    matrices : list of DraftCovariance
    comments : list of str
    """

    line: int
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    stamps: list[tuple[int, str]] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    matrices: list[DraftCovariance] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def put(self, key: str, value: str, line: int, fail: Fail) -> None:
        """Add a keyword of the metadata."""
        if key not in REQUIRED + OPTIONAL:
            raise fail(f"unknown keyword {key!r} in the metadata", line)
        if key in self.values:
            raise fail(f"{key} is given twice", line)
        self.values[key], self.places[key] = value, line

    def check_metadata(self, fail: Fail) -> None:
        """Refuse metadata that lack something."""
        missing = [key for key in REQUIRED if not self.values.get(key)]
        if missing:
            raise fail(f"the metadata from line {self.line} lack {', '.join(missing)}", None)

    def segment(self, fail: Fail) -> Segment:
        """Return the segment; `InputError` where it breaks the standard."""
        values = self.values
        scale = self.choice("TIME_SYSTEM", TIME_SYSTEMS, fail)
        center, frame = self.reference(fail)
        method = self.choice("INTERPOLATION", METHODS, fail) if "INTERPOLATION" in values else "HERMITE"
        degree = self.degree(method, fail)
        t = self.times(scale, fail)
        states = self.states(fail)
        useable = self.useable(t, scale, fail)
        acceleration = states[:, 6:] if states.shape[1] == 9 and frame in _INERTIAL else None
        try:
            turned = to_icrf(frame, t, states[:, :6])
            if acceleration is not None:
                acceleration = to_icrf(frame, t, np.hstack([acceleration, np.zeros_like(acceleration)]))[
                    :, :3
                ]
        except InputError as error:
            raise fail(str(error), self.places["REF_FRAME"]) from None
        return Segment(
            values["OBJECT_NAME"], values["OBJECT_ID"], center, t, turned[:, :3], turned[:, 3:], useable,
            method, degree, acceleration, self.covariances(frame, scale, fail), tuple(self.comments),
        )  # fmt: skip

    def choice(self, key: str, known: tuple[str, ...], fail: Fail) -> str:
        """Return a value in capitals that must be one of those known."""
        value = self.values[key]
        if value.upper() not in known:
            raise fail(f"{key} {value!r} is not read; known: {', '.join(known)}", self.places[key])
        return value.upper()

    def reference(self, fail: Fail) -> tuple[str, str]:
        """Return centre and frame in QQNet's names."""
        try:
            center = center_of(self.values["CENTER_NAME"])
        except InputError as error:
            raise fail(str(error), self.places["CENTER_NAME"]) from None
        try:
            return center, frame_of(self.values["REF_FRAME"], center)
        except InputError as error:
            raise fail(str(error), self.places["REF_FRAME"]) from None

    def degree(self, method: str, fail: Fail) -> int:
        """Return INTERPOLATION_DEGREE."""
        text = self.values.get("INTERPOLATION_DEGREE", "1" if method == "LINEAR" else "7")
        if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= 30):
            raise fail(
                f"INTERPOLATION_DEGREE {text!r}; it must be an integer from 1 to 30",
                self.places.get("INTERPOLATION_DEGREE"),
            )
        return int(text)

    def times(self, scale: str, fail: Fail) -> Floats:
        """Return the times of the states, rising."""
        if len(self.stamps) < 2:
            raise fail(
                f"the segment has {len(self.stamps)} states; at least 2 are needed to interpolate", None
            )
        t = _parsed(self.stamps, scale, fail)
        backwards = np.flatnonzero(np.diff(t) <= 0)
        if backwards.size:
            number, stamp = self.stamps[int(backwards[0]) + 1]
            raise fail(f"epoch {stamp} does not come after the one before it", number)
        return t

    def states(self, fail: Fail) -> Floats:
        """Return the states, shape [N, 6], or [N, 9] where all have accelerations."""
        columns = min(len(row) for row in self.rows)
        states = np.array([row[:columns] for row in self.rows])
        strange = np.flatnonzero(~np.isfinite(states).all(axis=1))
        if strange.size:
            raise fail("a state holds a number that is not finite", self.stamps[int(strange[0])][0])
        return states

    def useable(self, t: Floats, scale: str, fail: Fail) -> tuple[float, float]:
        """Return the useable time, within that of the states."""
        limits = []
        for key, plain in (("USEABLE_START_TIME", "START_TIME"), ("USEABLE_STOP_TIME", "STOP_TIME")):
            used = key if key in self.values else plain
            limits.append(float(_parsed([(self.places[used], self.values[used])], scale, fail)[0]))
        useable = max(limits[0], float(t[0])), min(limits[1], float(t[-1]))
        if useable[0] >= useable[1]:
            raise fail("the useable time of the segment is empty", self.places["START_TIME"])
        return useable

    def covariances(self, frame: str, scale: str, fail: Fail) -> tuple[Covariance, ...]:
        """Return the covariances; those that name no frame are in that of the states."""
        found = []
        for draft in self.matrices:
            try:
                matrix = covariances.symmetric(draft.lower)
            except InputError as error:
                raise fail(str(error), draft.line) from None
            t = float(_parsed([(draft.line, draft.stamp)], scale, fail)[0])
            found.append(Covariance(matrix, draft.frame or frame, t))
        return tuple(found)


def _parsed(stamps: list[tuple[int, str]], scale: str, fail: Fail) -> Floats:
    """Return TDB for epochs of a time system."""
    try:
        return parse_epochs([stamp for _, stamp in stamps], scale)
    except EpochError as error:
        raise fail(str(error), stamps[error.index][0]) from None
