"""Patterns of antennas as a user gives them: points by angle, or a table in a file, also of several cuts."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, PrivateAttr, Tag

from qqnet.errors import InputError
from qqnet.scenario.part import Part, broken
from qqnet.scenario.point_files import read_rows
from qqnet.scenario.quantities import Gain, SmallAngle

COLUMNS = ("angle_deg", "gain_dbi")
"""Columns of a file; ``cut_deg`` may stand beside them where it holds several cuts."""

CUT = "cut_deg"
LEAST_POINTS = 3
MOST_POINTS = 200_000

Points = list[tuple[float, float]]


class PatternPoint(Part):
    """A point of an antenna's pattern."""

    angle: SmallAngle = Field(description="from the axis")
    gain: Gain = Field(description="there")


class PatternFile(Part):
    """A pattern in a file: CSV with the columns angle_deg and gain_dbi, and cut_deg where it has several cuts."""

    file: str = Field(description="relative to the scenario file")
    _directory: Path = PrivateAttr(default_factory=Path.cwd)
    _cuts: tuple[Points, ...] | None = PrivateAttr(None)

    def locate(self, directory: Path) -> None:
        """Say where a relative name starts."""
        self._directory, self._cuts = directory, None

    def cuts(self) -> tuple[Points, ...]:
        """Return what the file holds, read once; as `read_pattern`."""
        if self._cuts is None:
            self._cuts = read_pattern(self.path)
        return self._cuts

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._directory / self.file


def _fault(points: Points) -> str:
    """Say what keeps points (angle [rad], gain [dBi]) from being a pattern; empty where nothing does."""
    if len(points) < LEAST_POINTS:
        return f"has {len(points)} point{'s' * (len(points) != 1)}; at least {LEAST_POINTS} are needed"
    if points[0][0] != 0.0:
        return f"begins at {math.degrees(points[0][0]):g} deg; the first angle must be 0 deg, the axis"
    for n in range(1, len(points)):
        before, angle = points[n - 1][0], points[n][0]
        if angle <= before:
            return (
                f"has angle {math.degrees(angle):g} deg (point {n + 1}) after {math.degrees(before):g} deg; "
                "angles must ascend"
            )
    strongest = max(points, key=lambda point: point[1])
    if strongest[1] > points[0][1]:
        return (
            f"has its peak of {strongest[1]:g} dBi at {math.degrees(strongest[0]):g} deg; angles are counted from "
            f"the axis, where it has {points[0][1]:g} dBi"
        )
    if min(gain for _, gain in points) > points[0][1] - 3.0103:
        return (
            "never falls to half of its peak, so that it has no beamwidth; add angles farther from the axis"
        )
    return ""


def _checked(points: list[PatternPoint]) -> list[PatternPoint]:
    reason = _fault([(point.angle, point.gain) for point in points])
    if reason:
        raise broken(reason)
    return points


def _form(value: Any) -> str:
    return "file" if isinstance(value, dict | PatternFile) else "points"


TabulatedPattern = Annotated[
    Annotated[list[PatternPoint], AfterValidator(_checked), Tag("points")]
    | Annotated[PatternFile, Tag("file")],
    Discriminator(_form),
]
"""What stands at a pattern antenna's ``pattern``."""


def pattern_points(pattern: list[PatternPoint] | PatternFile) -> tuple[Points, ...]:
    """Return the cuts of a pattern, wherever they are written.

    Parameters
    ----------
    pattern : list of PatternPoint or PatternFile
        As in the scenario.

    Returns
    -------
    tuple of lists of (float, float)
        For each cut angles from the axis, ascending from zero [rad], and gains [dBi]. One for a pattern that is
        symmetric about its axis.

    Raises
    ------
    InputError
        A file that cannot be read or holds something else.
    """
    if isinstance(pattern, PatternFile):
        return pattern.cuts()
    return ([(point.angle, point.gain) for point in pattern],)


def read_pattern(path: Path) -> tuple[Points, ...]:
    """Read an antenna's pattern from a CSV file.

    Parameters
    ----------
    path : Path
        Text with the columns `COLUMNS`, named in its first line, and one cut after the other where it has the
        column ``cut_deg``; other columns are passed over, and so are empty lines and those that begin with ``#``.

    Returns
    -------
    tuple of lists of (float, float)
        As from `pattern_points`.

    Raises
    ------
    InputError
        Naming file, line and what would be right.
    """
    header, rows = read_rows(path, COLUMNS)
    if len(rows) >= MOST_POINTS:
        raise InputError(f"{path}: more than {MOST_POINTS} points; a pattern has fewer")
    cuts: dict[float, Points] = {}
    for where, row in rows:
        angle, gain = (_number(row, header.index(name), name, where) for name in COLUMNS)
        cut = _number(row, header.index(CUT), CUT, where) if CUT in header else 0.0
        if not 0.0 <= angle <= 180.0:
            raise InputError(f"{where}: angle_deg is {angle:g}; angles from the axis go from 0 to 180")
        if not -500.0 <= gain <= 500.0:
            raise InputError(f"{where}: gain_dbi is {gain:g}; it must be from -500 to 500")
        cuts.setdefault(cut, []).append((math.radians(angle), gain))
    for cut, points in cuts.items() or [(0.0, [])]:
        reason = _fault(points)
        if reason:
            raise InputError(f"{path}: " + (f"the cut at {cut:g} deg " if len(cuts) > 1 else "") + reason)
    axis = {points[0][1] for points in cuts.values()}
    if max(axis) - min(axis) > AXIS_SLACK_DB:
        raise InputError(
            f"{path}: the cuts have {min(axis):g} to {max(axis):g} dBi on the axis, which they share; they must "
            f"agree to {AXIS_SLACK_DB:g} dB"
        )
    return tuple(cuts.values())


AXIS_SLACK_DB = 0.1
"""Difference of cuts on their common axis that is taken for rounding [dB]."""


def _number(row: list[str], column: int, name: str, where: str) -> float:
    text = row[column].strip() if column < len(row) else ""
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{where}: {name} is {text!r}; a number is needed") from None
    if not math.isfinite(value):
        raise InputError(f"{where}: {name} is {text!r}; a finite number is needed")
    return value
