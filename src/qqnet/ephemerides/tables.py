"""Ephemerides as tables, one row a state: CSV and Parquet."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.epochs import EpochError, format_epochs, parse_epochs
from qqnet.ephemerides.naif import CENTER_CODES
from qqnet.ephemerides.ref_frames import frame_of, from_icrf, to_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.timescales import format_utc_array

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Floats = NDArray[np.float64]

STATE: Final = ("x_km", "y_km", "z_km", "vx_km_s", "vy_km_s", "vz_km_s")
"""Columns of positions and velocities; a column ``frame`` names their axes where they are not those of ICRF."""

COLUMNS: Final = ("node", "center", "utc", "tdb_s", *STATE)

UTC_SLACK_S: Final = 2e-3
"""How far the columns utc and tdb_s may be apart [s]: utc is written in full milliseconds."""


def states_table(segment: Segment, frame: str = "ICRF") -> pa.Table:
    """Return the states of one object as a table.

    Parameters
    ----------
    segment : Segment
        States, ICRF axes.
    frame : str
        Axes of the table; one of `ref_frames.FRAMES`.

    Returns
    -------
    pyarrow.Table
        ``node, center, utc, tdb_s``, ``x_km, y_km, z_km, vx_km_s, vy_km_s, vz_km_s``, relative to the centre;
        after ``center`` a column ``frame`` where it is not ICRF.
    """
    import pyarrow as pa

    states = from_icrf(frame, segment.t, np.hstack([segment.position_km, segment.velocity_km_s]))
    named = {"node": segment.object_name, "center": segment.center}
    if frame != "ICRF":
        named["frame"] = frame
    count = len(segment.t)
    columns = {key: pa.repeat(pa.scalar(value), count) for key, value in named.items()}
    columns["utc"] = pa.array([f"{stamp}Z" for stamp in format_epochs(segment.t, "UTC", 3)], pa.string())
    columns["tdb_s"] = pa.array(segment.t)
    return pa.table({**columns, **{key: pa.array(value) for key, value in zip(STATE, states.T, strict=True)}})


def write_csv(path: Path, segments: Iterable[Segment], frame: str = "ICRF") -> None:
    """Write states as CSV, with the fewest digits that give every number back exactly.

    Parameters
    ----------
    path : Path
        The file.
    segments : iterable of Segment
        States, ICRF axes; taken one after the other.
    frame : str
        Axes of the table.
    """
    from pyarrow.csv import WriteOptions, write_csv

    with path.open("wb") as file:
        for k, segment in enumerate(segments):
            table = states_table(segment, frame)
            if k == 0:
                file.write((",".join(table.column_names) + "\n").encode())
            # What pyarrow calls "needed" puts every text in quotes.
            style = "needed" if any(c in segment.object_name for c in ',"\r\n') else "none"
            write_csv(table, file, WriteOptions(include_header=False, quoting_style=style))


def write_parquet(path: Path, segments: Iterable[Segment], frame: str = "ICRF") -> None:
    """Write states as Parquet, exactly; one row group a segment.

    Parameters
    ----------
    path : Path
        The file.
    segments : iterable of Segment
        States, ICRF axes; taken one after the other.
    frame : str
        Axes of the table.
    """
    from pyarrow.parquet import ParquetWriter

    writer = None
    try:
        for segment in segments:
            table = states_table(segment, frame)
            writer = writer or ParquetWriter(path, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def read_csv(path: str | Path) -> list[Segment]:
    """Read states from CSV; see `read_table`."""
    import pandas as pd

    try:
        table = pd.read_csv(
            path, dtype={"node": str, "center": str, "frame": str, "utc": str},
            keep_default_na=False, na_values={column: ["", "nan", "NaN"] for column in (*STATE, "tdb_s")},
            encoding="utf-8-sig",
        )  # fmt: skip
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file (byte {error.start} is not UTF-8)") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{path}: cannot be read as CSV: {str(error).strip()}") from None
    return read_table(table, str(path), first_line=2)


def read_parquet(path: str | Path) -> list[Segment]:
    """Read states from Parquet; see `read_table`."""
    import pandas as pd
    import pyarrow as pa

    try:
        table = pd.read_parquet(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (pa.ArrowException, ValueError) as error:
        raise InputError(f"{path}: cannot be read as Parquet: {error}") from None
    return read_table(table, str(path), first_line=1)


def read_table(table: pd.DataFrame, source: str = "table", first_line: int = 1) -> list[Segment]:
    """Return the states of a table, strictly checked.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns of `COLUMNS`; of ``tdb_s`` and ``utc`` one is enough. Others are passed over. The states of a
        node follow each other in time; nodes may take turns.
    source : str
        Name for errors.
    first_line : int
        Number of the first row in errors.

    Returns
    -------
    list of Segment
        One a node, in ICRF axes, for Hermite interpolation of degree 7.

    Raises
    ------
    InputError
        If a column is missing or has another unit, a number is missing or not finite, times do not rise, or a
        centre or frame is not known; with the number of the row.
    """
    _check_columns(table, source)
    if not len(table):
        raise InputError(f"{source}: the table has no row")

    def fail(row: int, message: str) -> InputError:
        return InputError(f"{source}:{row + first_line}: {message}")

    states = np.stack([_numbers(table, column, fail) for column in STATE], axis=-1)
    t = _times(table, fail)
    names = table["node"].astype(str).to_numpy()
    centers = table["center"].astype(str).to_numpy()
    frames = table["frame"].astype(str).to_numpy() if "frame" in table else np.full(len(table), "ICRF")
    segments = []
    for name, rows in _groups(names):
        where = f"node {name!r}"
        center = str(_one(centers, rows, "center", where, fail))
        if center not in CENTER_CODES:
            raise fail(int(rows[0]), f"unknown center {center!r}; known: {', '.join(CENTER_CODES)}")
        try:
            frame = frame_of(str(_one(frames, rows, "frame", where, fail)), center)
        except InputError as error:
            raise fail(int(rows[0]), str(error).replace("REF_FRAME", "frame")) from None
        if len(rows) < 2:
            raise fail(int(rows[0]), f"{where} has one row; at least 2 are needed to interpolate")
        late = np.flatnonzero(np.diff(t[rows]) <= 0.0)
        if late.size:
            raise fail(
                int(rows[late[0] + 1]), f"{where}: the time does not come after that of its row before"
            )
        mine = to_icrf(frame, t[rows], states[rows])
        limits = float(t[rows[0]]), float(t[rows[-1]])
        segments.append(Segment(name, name, center, t[rows], mine[:, :3], mine[:, 3:], limits))
    return segments


def _check_columns(table: pd.DataFrame, source: str) -> None:
    columns = [str(column) for column in table.columns]
    needed = ["node", "center", *STATE]
    if "tdb_s" not in columns and "utc" not in columns:
        needed.insert(2, "tdb_s (or utc)")
    missing = [column for column in needed if column not in columns]
    if missing:
        there = ", ".join(columns[:20]) or "none"
        raise InputError(
            f"{source}: no column {', '.join(missing)}; there are: {there}. "
            "Positions are in km, velocities in km/s"
        )


def _numbers(table: pd.DataFrame, column: str, fail: Any) -> Floats:
    import pandas as pd

    numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        row = int(wrong[0])
        raise fail(row, f"{column} is {str(table[column].iloc[row])!r}; a finite number is right")
    return np.asarray(numbers, dtype=np.float64)


def _times(table: pd.DataFrame, fail: Any) -> Floats:
    """Return times from tdb_s; from utc where that is not there."""
    if "tdb_s" not in table:
        return _from_utc(table, np.arange(len(table)), fail)
    t = _numbers(table, "tdb_s", fail)
    if "utc" in table:
        ends = np.unique([0, len(table) - 1])
        wrong = ends[np.abs(_from_utc(table, ends, fail) - t[ends]) > UTC_SLACK_S]
        if wrong.size:
            row = int(wrong[0])
            stamp = format_utc_array(t[row : row + 1])[0]
            raise fail(
                row, f"utc is {table['utc'].iloc[row]}, but tdb_s is {float(t[row])!r}, which is {stamp}"
            )
    return t


def _from_utc(table: pd.DataFrame, rows: NDArray[np.intp], fail: Any) -> Floats:
    stamps = [str(stamp) for stamp in table["utc"].iloc[rows]]
    try:
        return parse_epochs(stamps, "UTC")
    except EpochError as error:
        raise fail(int(rows[error.index]), f"utc: {error}") from None


def _groups(names: NDArray[Any]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield each node with its rows, in the order of their first."""
    order = np.argsort(names, kind="stable")
    cuts = np.flatnonzero(names[order][1:] != names[order][:-1]) + 1
    bounds = itertools.pairwise([0, *cuts.tolist(), len(names)])
    groups = sorted((order[low:high] for low, high in bounds), key=lambda rows: int(rows[0]))
    yield from ((str(names[rows[0]]), rows) for rows in groups)


def _one(values: NDArray[Any], rows: NDArray[np.intp], column: str, where: str, fail: Any) -> Any:
    """Return the one value that a column has for a node."""
    other = np.flatnonzero(values[rows] != values[rows[0]])
    if other.size:
        row = int(rows[other[0]])
        raise fail(row, f"{where}: {column} {values[row]} after {values[rows[0]]}; one is right")
    return values[rows[0]]
