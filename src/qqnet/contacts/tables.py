"""Contact plans as CSV and Parquet, without loss.

Both hold the rows, and beside them the node table, the time base and the nodes that do not relay: in Parquet as
metadata of the file, in CSV as one JSON comment before the header. A CSV table without that comment is read
too: its times are then relative to an unknown instant.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qqnet.contacts.checks import FAULTS_SHOWN, refuse
from qqnet.contacts.columns import DERIVED_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, missing_columns
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.reading import numbered, shown
from qqnet.contacts.timebase import UNIX_OF_1972_S, UNIX_OF_2000_S, UNIX_OF_9999_S, TimeBase
from qqnet.errors import Fault, InputError
from qqnet.files import read_text, whole_file, write_text

if TYPE_CHECKING:
    import pandas as pd

MARK: Final = "# qqnet contact plan "
PARQUET_KEY: Final = b"qqnet.contact_plan"
UTC_COLUMNS: Final = ("start_utc", "end_utc")


def write_parquet(plan: ContactPlan, path: str | os.PathLike[str]) -> None:
    """Write a plan as Parquet.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    path : path-like
        File to write, whole or not at all.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(plan.contacts, preserve_index=False)
    metadata = {**(table.schema.metadata or {}), PARQUET_KEY: _head(plan).encode()}
    with whole_file(path) as part:
        pq.write_table(table.replace_schema_metadata(metadata), part)


def read_parquet(path: str | os.PathLike[str]) -> ContactPlan:
    """Read a plan that `write_parquet` wrote.

    Parameters
    ----------
    path : path-like
        A Parquet file.

    Returns
    -------
    ContactPlan
        The same plan.

    Raises
    ------
    InputError
        Where the file is not there, is no Parquet file or holds no contact plan.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # As a stream: given a name, pyarrow would take a folder for a data set.
        with Path(path).open("rb") as stream:
            table = pq.read_table(stream)
        # Damaged names would show only when somebody reads them.
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise InputError(f"cannot read {path}: {error.strerror}") from None
        raise InputError(f"{path}: not a Parquet file ({str(error).splitlines()[0]})") from None
    head = (table.schema.metadata or {}).get(PARQUET_KEY)
    if head is None:
        raise InputError(f"{path}: a Parquet file, but not a contact plan that QQNet wrote")
    # Without what pandas wrote beside the columns, which a damaged file may hold in pieces.
    rows = table.replace_schema_metadata(None).to_pandas()
    _refuse_text(rows, str(path))
    return _assembled(rows, _parsed_head(head.decode(errors="replace"), str(path)), str(path), None)


def _refuse_text(rows: pd.DataFrame, source: str) -> None:
    """Refuse a Parquet column of another kind than its numbers."""
    from pandas.api.types import is_numeric_dtype

    for column in (*NUMBER_COLUMNS, "confidence"):
        if column in rows.columns and not is_numeric_dtype(rows[column]):
            raise InputError(f"{source}: column {column} holds {rows[column].dtype}, not numbers")


def write_csv(plan: ContactPlan, path: str | os.PathLike[str]) -> None:
    """Write a plan as CSV, with UTC columns for people where the plan's times have dates.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    path : path-like
        File to write, whole or not at all.
    """
    rows = plan.contacts
    if plan.time_base.is_absolute and len(plan) and _has_dates(plan):
        from qqnet.space.timescales import format_utc_array

        for column, source in zip(UTC_COLUMNS, ("start_s", "end_s"), strict=True):
            rows = rows.assign(**{column: format_utc_array(plan.time_base.tdb(rows[source].to_numpy()), 3)})
    write_text(path, f"{MARK}{_head(plan)}\n{rows.to_csv(index=False)}")


def _has_dates(plan: ContactPlan) -> bool:
    """Whether all times lie in the years that UTC is told of."""
    edges = plan.time_base.tdb(plan.contacts[["start_s", "end_s"]].to_numpy())
    return bool(
        edges.min() > UNIX_OF_1972_S - UNIX_OF_2000_S and edges.max() < UNIX_OF_9999_S - UNIX_OF_2000_S
    )


def read_csv(path: str | os.PathLike[str]) -> ContactPlan:
    """Read a plan from CSV.

    Parameters
    ----------
    path : path-like
        A table with a header and at least the columns from, to, start_s, end_s, rate_bps, owlt_start_s,
        owlt_end_s; after the comment of `write_csv`, or without it.

    Returns
    -------
    ContactPlan
        The plan. Without the comment, nodes get the numbers of the columns from_ipn and to_ipn, or else
        their own names where those are numbers, or else 1, 2, ... in order of appearance.

    Raises
    ------
    InputError
        Naming the line of everything that is wrong.
    """
    text, head, first_line = read_text(path), None, 1
    if text.startswith(MARK):
        line, _, text = text.partition("\n")
        head, first_line = _parsed_head(line.removeprefix(MARK), f"{path}:1"), 2
    cells, lines = _cells(text, first_line, str(path))
    return _assembled(_numbers(cells, lines, str(path)), head, str(path), lines)


def _head(plan: ContactPlan) -> str:
    content = {
        "version": 1,
        "time_base": asdict(plan.time_base),
        "nodes": dict(plan.nodes),
        "endpoints": sorted(plan.endpoints),
    }
    return json.dumps(content, ensure_ascii=True)


def _parsed_head(text: str, source: str) -> dict[str, Any]:
    try:
        head = json.loads(text)
        nodes, endpoints = head["nodes"], head["endpoints"]
        for name, number in nodes.items():
            if type(number) is not int or not 0 < number < 2**63:
                raise ValueError(f"node {name} has the number {shown(number)}")
        if not isinstance(endpoints, list):
            raise ValueError("endpoints are no list")
        base = TimeBase(**head["time_base"])
        if base.scale == "relative" and base.epoch is not None:
            base.tdb(0.0)
        return {"nodes": nodes, "time_base": base, "endpoints": frozenset(map(str, endpoints))}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InputError) as error:
        raise InputError(f"{source}: the description of the plan is damaged ({error})") from None


def _cells(text: str, first_line: int, source: str) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Text of every cell, and the line of every row."""
    import pandas as pd

    reader = csv.reader(io.StringIO(text), strict=True)
    rows, lines, line = [], [], first_line
    try:
        header = next(reader, [])
        twice = [column for place, column in enumerate(header) if column in header[:place]]
        if twice:
            raise InputError(f"{source}:{first_line}: the header names {shown(twice[0])} twice")
        missing = missing_columns(header)
        if missing:
            raise InputError(f"{source}:{first_line}: the header lacks {', '.join(missing)}")
        for row in reader:
            line = first_line + reader.line_num - 1
            if not row:
                continue
            if len(row) != len(header):
                raise InputError(f"{source}:{line}: {len(row)} cells where the header has {len(header)}")
            rows.append(row)
            lines.append(line)
    except csv.Error as error:
        raise InputError(f"{source}:{first_line + reader.line_num - 1}: not a table ({error})") from None
    return pd.DataFrame(rows, columns=header, dtype=str), np.array(lines, dtype=np.int64)


def _numbers(cells: pd.DataFrame, lines: np.ndarray[Any, Any], source: str) -> pd.DataFrame:
    """Text cells as numbers where numbers belong, or are all that there is."""
    import pandas as pd

    rows, faults, more = pd.DataFrame(index=cells.index), list[Fault](), 0
    for column in cells.columns:
        if column in UTC_COLUMNS or column in TEXT_COLUMNS:
            rows[column] = cells[column]
            continue
        # Python's own conversion is exact; pandas' fast one may miss the last bit.
        values, bad = _floats(cells[column].tolist())
        if column in (*NUMBER_COLUMNS, *DERIVED_COLUMNS, "owlt_s", "confidence", "from_ipn", "to_ipn"):
            faults += [
                Fault(
                    f"contacts[{row}].{column}",
                    f"{shown(cells[column].iloc[row])} is not a number",
                    None,
                    int(lines[row]),
                )
                for row in bad[: FAULTS_SHOWN + 1]
            ]
            more += max(len(bad) - FAULTS_SHOWN - 1, 0)
        rows[column] = cells[column] if bad else values
    faults.sort(key=lambda fault: fault.line or 0)
    refuse(faults, source, more)
    return rows.drop(columns=[column for column in UTC_COLUMNS if column in rows.columns])


def _floats(texts: list[str]) -> tuple[np.ndarray[Any, Any], list[int]]:
    values, bad = np.full(len(texts), np.nan), []
    for row, text in enumerate(texts):
        try:
            values[row] = float(text)
        except ValueError:
            bad.append(row)
    return values, bad


def _assembled(
    rows: pd.DataFrame, head: dict[str, Any] | None, source: str, lines: np.ndarray[Any, Any] | None
) -> ContactPlan:
    """Build the plan from rows; faults name their line."""
    if head is None:
        head = {
            "nodes": _nodes_of(rows, source, lines),
            "time_base": TimeBase("relative"),
            "endpoints": frozenset(),
        }
    return ContactPlan.from_file(rows, head["nodes"], head["time_base"], source, lines, head["endpoints"])


def _nodes_of(rows: pd.DataFrame, source: str, lines: np.ndarray[Any, Any] | None) -> dict[str, int]:
    """Numbers of the nodes of a table without a description."""
    names = list(dict.fromkeys([*rows["from"], *rows["to"]]))
    if not {"from_ipn", "to_ipn"} <= set(rows.columns):
        return numbered(names)
    nodes: dict[str, int] = {}
    for name_column, column in (("from", "from_ipn"), ("to", "to_ipn")):
        for row, (name, value) in enumerate(zip(rows[name_column], rows[column], strict=True)):
            number = int(value) if 0 < value < 2**53 and value == int(value) else 0
            place = source if lines is None else f"{source}:{lines[row]}"
            if not number:
                raise InputError(f"{place}: {column} {value} is not a whole number from 1")
            if nodes.setdefault(name, number) != number:
                raise InputError(f"{place}: node {name} is {number} here and {nodes[name]} before")
    return nodes
