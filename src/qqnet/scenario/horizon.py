"""The horizon of a site, as a user gives it: points by azimuth, or a table in a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from qqnet.errors import InputError
from qqnet.scenario.part import Part, broken
from qqnet.scenario.point_files import read_rows
from qqnet.scenario.quantities import AZIMUTH, ELEVATION, Azimuth, Elevation

COLUMNS = ("azimuth_deg", "elevation_deg")
"""Columns of a file, in degrees."""

LEAST_POINTS = 2
MOST_POINTS = 100_000


class HorizonPoint(Part):
    """A point of a site's horizon."""

    azimuth: Azimuth = Field(description="from north over east")
    elevation: Elevation = Field(description="of the horizon there")


class HorizonFile(Part):
    """A horizon in a file: CSV with the columns azimuth_deg and elevation_deg."""

    file: str = Field(description="relative to the scenario file")


def _closed(points: list[HorizonPoint]) -> list[HorizonPoint]:
    """Return the points, which go round in order."""
    reason = _fault([(point.azimuth, point.elevation) for point in points])
    if reason is not None:
        raise broken(reason)
    return points


def _fault(points: list[tuple[float, float]]) -> str | None:
    """Say what keeps points (azimuth, elevation) [rad] from being a horizon; None where nothing does."""
    if len(points) < LEAST_POINTS:
        return f"has {len(points)} point{'s' * (len(points) != 1)}; at least {LEAST_POINTS} are needed"
    for n in range(1, len(points)):
        before, azimuth = points[n - 1][0], points[n][0]
        if azimuth <= before:
            return (
                f"has azimuth {math.degrees(azimuth):g} deg (point {n + 1}) after {math.degrees(before):g} deg; "
                "azimuths must ascend, and the profile closes from the last to the first by itself"
            )
    return None


def _form(value: Any) -> str:
    return "file" if isinstance(value, dict | HorizonFile) else "points"


Horizon = Annotated[
    Annotated[list[HorizonPoint], AfterValidator(_closed), Tag("points")]
    | Annotated[HorizonFile, Tag("file")],
    Discriminator(_form),
]
"""What stands at a site's ``horizon``."""


def horizon_points(horizon: list[HorizonPoint] | HorizonFile, directory: Path) -> list[tuple[float, float]]:
    """Return the points of a horizon, wherever they are written.

    Parameters
    ----------
    horizon : list of HorizonPoint or HorizonFile
        As in the scenario.
    directory : Path
        Where relative file names start.

    Returns
    -------
    list of (float, float)
        Azimuth from north over east, ascending from 0 to below 2 pi, and elevation [rad].

    Raises
    ------
    InputError
        A file that cannot be read or holds something else.
    """
    if isinstance(horizon, HorizonFile):
        return read_horizon(directory / horizon.file)
    return [(point.azimuth, point.elevation) for point in horizon]


def read_horizon(path: Path) -> list[tuple[float, float]]:
    """Read a horizon from a CSV file.

    Parameters
    ----------
    path : Path
        Text with the columns `COLUMNS` in degrees, named in its first line; others are passed over, and so are
        empty lines and those that begin with ``#``.

    Returns
    -------
    list of (float, float)
        Azimuth and elevation [rad].

    Raises
    ------
    InputError
        Naming file, line and what would be right.
    """
    header, rows = read_rows(path, COLUMNS)
    columns = [header.index(name) for name in COLUMNS]
    points = []
    for where, row in rows:
        points.append(_point(row, columns, where))
        if len(points) > MOST_POINTS:
            raise InputError(f"{path}: more than {MOST_POINTS} points; a horizon has fewer")
    reason = _fault(points)
    if reason is not None:
        raise InputError(f"{path}: {reason}")
    return points


def _point(row: list[str], columns: list[int], where: str) -> tuple[float, float]:
    values = []
    for name, column, limits in zip(COLUMNS, columns, (AZIMUTH, ELEVATION), strict=True):
        text = row[column].strip() if column < len(row) else ""
        try:
            degrees = float(text)
        except ValueError:
            raise InputError(f"{where}: {name} is {text!r}; a number of degrees is needed") from None
        try:
            values.append(limits.read(f"{degrees!r} deg"))
        except ValueError as error:
            raise InputError(f"{where}: {name} {text} {error}") from None
    return values[0], values[1]
