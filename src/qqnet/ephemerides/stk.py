"""Ephemeris files of STK (``.e``): positions and velocities of one object, written and read."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.elapsed import elapsed_s, tdb_after
from qqnet.ephemerides.epochs import format_epochs, on_written_times, parse_epochs
from qqnet.ephemerides.ref_frames import from_icrf, to_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.files import read_text

Floats = NDArray[np.float64]

CENTRAL_BODIES: Final = ("Earth", "Moon", "Sun", "Mercury", "Venus", "Mars", "Jupiter", "Saturn")
"""CentralBody. STK has no body at the barycentres of the Solar System and of Earth and Moon."""

SYSTEMS: Final = {"ICRF": "ICRF", "J2000": "EME2000", "Fixed": "fixed"}
"""CoordinateSystem, and the frame that it means; the first two are written."""

FIXED: Final = {"Earth": "ITRF", "Mars": "IAU_MARS", "Venus": "IAU_VENUS"}
"""Frames that turn with a body, where STK's Fixed can be but one."""

BOUNDARY_S: Final = 1e-6
"""How far a boundary between segments may be from the states that it parts [s]."""

_UNITS: Final = {"METERS": 1e-3, "KILOMETERS": 1.0}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_METHODS: Final = {"LAGRANGE": "LAGRANGE", "HERMITE": "HERMITE"}
_PASSED_OVER: Final = ("MESSAGELEVEL", "NUMBEROFEPHEMERISPOINTS", "STKVERSION", "BLOCKINGFACTOR")
_KEYWORDS: Final = (
    "ScenarioEpoch", "InterpolationMethod", "InterpolationSamplesM1", "InterpolationOrder", "DistanceUnit",
    "CentralBody", "CoordinateSystem", "NumberOfEphemerisPoints",
)  # fmt: skip
_EPOCH: Final = re.compile(r"(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4}) (\d\d:\d\d:\d\d(?:\.\d*)?)", re.ASCII)


def write_stk(path: Path, segment: Segment, frame: str = "ICRF") -> None:
    """Write the states of one object.

    Parameters
    ----------
    path : Path
        The file.
    segment : Segment
        States. Numbers are written so that they are read back exactly; times are seconds since the epoch.
    frame : {"ICRF", "EME2000"}
        Axes to write.

    Raises
    ------
    InputError
        If the centre is no body of STK, or the axes or the interpolation are none that the format has.

    References
    ----------
    AGI, STK Help, "Ephemeris File Format (.e)".
    """
    systems = {meant: name for name, meant in SYSTEMS.items() if name != "Fixed"}
    if segment.center not in CENTRAL_BODIES:
        raise InputError(
            f"{segment.object_name}: STK has no central body {segment.center!r}; "
            f"known: {', '.join(CENTRAL_BODIES)}"
        )
    if frame not in systems:
        raise InputError(f"an STK ephemeris is written in {' or '.join(systems)}, not in {frame}")
    states = from_icrf(frame, segment.t, np.hstack([segment.position_km, segment.velocity_km_s]))
    epoch = float(on_written_times(segment.t[:1])[0])
    hermite = segment.interpolation == "HERMITE"
    points = max((segment.degree + 1) // 2, 2) if hermite else segment.degree + 1
    head = [
        "stk.v.11.0",
        "# WrittenBy    QQNet",
        f"# Object       {segment.object_name}",
        "BEGIN Ephemeris",
        f"NumberOfEphemerisPoints {len(segment.t)}",
        f"ScenarioEpoch           {_stk_epoch(format_epochs([epoch])[0])}",
        f"InterpolationMethod     {'Hermite' if hermite else 'Lagrange'}",
        f"InterpolationSamplesM1  {points - 1}",
        f"CentralBody             {segment.center}",
        f"CoordinateSystem        {systems[frame]}",
        "DistanceUnit            Kilometers",
        "EphemerisTimePosVel",
        "",
    ]
    rows = np.column_stack([elapsed_s(segment.t, epoch), states])
    with path.open("w", encoding="ascii", errors="replace", newline="\n") as file:
        file.write("\n".join(head))
        file.writelines(" ".join(map(repr, row)) + "\n" for row in rows.tolist())
        file.write("END Ephemeris\n")


def _stk_epoch(stamp: str) -> str:
    """Return an epoch as STK writes dates: 1 Jun 2040 00:00:00.000000."""
    day, clock = stamp.split("T")
    year, month, number = day.split("-")
    return f"{int(number)} {_MONTHS[int(month) - 1]} {year} {clock}"


def read_stk(path: str | Path) -> list[Segment]:
    """Read the states of an STK ephemeris.

    Parameters
    ----------
    path : str or Path
        The file. It does not name its object: that takes the name of the file without its ending.

    Returns
    -------
    list of Segment
        In ICRF axes; several where the file names boundaries between segments.

    Raises
    ------
    InputError
        If the file cannot be read, is no STK ephemeris, or uses what is not read; with the number of the line.

    References
    ----------
    AGI, STK Help, "Ephemeris File Format (.e)". Without a DistanceUnit distances are metres.
    """
    lines = read_text(path).splitlines()
    return _Reader(str(path), Path(path).stem, lines).segments()


class _Reader:
    """Walks over the lines of an ephemeris."""

    def __init__(self, source: str, name: str, lines: list[str]):
        self.source, self.name = source, name
        self.values: dict[str, tuple[str, int]] = {}
        self.rows: list[list[float]] = []
        self.numbers: list[int] = []
        self.boundaries: list[float] = []
        self.lines = [
            (number, text.split("#")[0].strip())
            for number, text in enumerate(lines, start=1)
            if text.split("#")[0].strip()
        ]

    def fail(self, number: int, message: str) -> InputError:
        return InputError(f"{self.source}:{number}: {message}")

    def segments(self) -> list[Segment]:
        if not self.lines or not self.lines[0][1].lower().startswith("stk.v"):
            raise self.fail(1, "an STK ephemeris begins with its version, such as 'stk.v.11.0'")
        self._walk()
        epoch = self._epoch()
        method, number = self.values.get("INTERPOLATIONMETHOD", ("Lagrange", 1))
        if method.upper() not in _METHODS:
            raise self.fail(number, f"InterpolationMethod {method!r}; known: Lagrange, Hermite")
        center = self._choice("CentralBody", CENTRAL_BODIES, "Earth")
        frame = self._frame(center)
        unit = _UNITS[self._choice("DistanceUnit", ("Meters", "Kilometers"), "Meters").upper()]
        degree = self._degree(method.upper() == "HERMITE")
        values = np.array(self.rows).reshape(-1, 7)
        cuts = [k for k in range(1, len(values)) if values[k, 0] == values[k - 1, 0] and self._cut_at(k)]
        found = []
        for low, high in itertools.pairwise([0, *cuts, len(values)]):
            if high - low < 2:
                last = self.numbers[low] if low < len(values) else self.lines[-1][0]
                raise self.fail(last, f"{high - low} states; at least 2 are needed to interpolate")
            t = tdb_after(values[low:high, 0], epoch)
            late = np.flatnonzero(np.diff(t) <= 0.0)
            if late.size:
                where = self.numbers[low + int(late[0]) + 1]
                raise self.fail(where, "the time does not come after the one before it")
            states = to_icrf(frame, t, values[low:high, 1:] * unit)
            limits = float(t[0]), float(t[-1])
            found.append(
                Segment(
                    self.name,
                    self.name,
                    center,
                    t,
                    states[:, :3],
                    states[:, 3:],
                    limits,
                    method.upper(),
                    degree,
                )
            )
        return found

    def _cut_at(self, row: int) -> bool:
        return any(abs(self.rows[row][0] - boundary) <= BOUNDARY_S for boundary in self.boundaries)

    def _frame(self, center: str) -> str:
        system = self._choice("CoordinateSystem", tuple(SYSTEMS), None)
        if system != "Fixed":
            return SYSTEMS[system]
        if center not in FIXED:
            _, number = self.values["COORDINATESYSTEM"]
            known = ", ".join(FIXED)
            raise self.fail(number, f"CoordinateSystem Fixed is read for {known}; use ICRF for the {center}")
        return FIXED[center]

    def _walk(self) -> None:
        """Take the keywords, then the states."""
        inside = states = boundaries = False
        for number, text in self.lines[1:]:
            word, value = [*text.split(None, 1), ""][:2]
            key = word.upper()
            if boundaries:
                boundaries = key != "END"
                if boundaries:
                    self.boundaries += self._floats(number, text, 1)
                continue
            if not inside:
                if key == "BEGIN" and value.strip().upper() == "EPHEMERIS":
                    inside = True
                    continue
                raise self.fail(number, f"{text!r} where 'BEGIN Ephemeris' was expected")
            if key == "END":
                return
            if key == "BEGIN" and value.strip().upper() == "SEGMENTBOUNDARYTIMES":
                boundaries = True
            elif states:
                self.rows.append(self._floats(number, text, 7))
                self.numbers.append(number)
            elif key == "EPHEMERISTIMEPOSVEL":
                states = True
            elif key in {known.upper() for known in _KEYWORDS}:
                self.values[key] = value.strip().strip('"'), number
            elif key not in _PASSED_OVER:
                raise self.fail(
                    number, f"{word} is not read; known: {', '.join(_KEYWORDS)} and EphemerisTimePosVel"
                )
        raise self.fail(self.lines[-1][0], "the file ends without 'END Ephemeris'")

    def _floats(self, number: int, text: str, count: int) -> list[float]:
        try:
            row = [float(part) for part in text.split()]
        except ValueError:
            row = []
        if len(row) != count or not np.isfinite(row).all():
            what = "a state is a time and 6 numbers" if count == 7 else "a boundary is a time"
            raise self.fail(number, f"{text!r}: {what}")
        return row

    def _choice(self, keyword: str, known: tuple[str, ...], default: str | None) -> str:
        written, number = self.values.get(keyword.upper(), (default, self.lines[-1][0]))
        if written is None:
            raise self.fail(number, f"no {keyword}; right is one of {', '.join(known)}")
        for name in known:
            if name.upper() == written.upper():
                return name
        raise self.fail(number, f"{keyword} {written!r} is not read; known: {', '.join(known)}")

    def _epoch(self) -> float:
        if "SCENARIOEPOCH" not in self.values:
            raise self.fail(self.lines[-1][0], "no ScenarioEpoch")
        text, number = self.values["SCENARIOEPOCH"]
        match = _EPOCH.fullmatch(" ".join(text.split()))
        try:
            day, month, year, clock = (match or _no_epoch()).groups()
            date = datetime.strptime(f"{day} {month.title()} {year}", "%d %b %Y").date()
            return float(parse_epochs([f"{date}T{clock}"], "UTC")[0])
        except (ValueError, InputError):
            raise self.fail(
                number, f"ScenarioEpoch {text!r}; right is a date in UTC such as '1 Jun 2040 00:00:00.000'"
            ) from None

    def _degree(self, hermite: bool) -> int:
        samples = self.values.get("INTERPOLATIONSAMPLESM1")
        order = self.values.get("INTERPOLATIONORDER")
        text, number = samples or order or ("4" if hermite else "5", 1)
        if not text.isdecimal() or not 1 <= int(text) <= 30:
            raise self.fail(number, f"order of interpolation {text!r}; right is an integer from 1 to 30")
        if samples is not None and hermite:
            return min(2 * (int(text) + 1) - 1, 29)
        return int(text)


def _no_epoch() -> Any:
    raise ValueError
