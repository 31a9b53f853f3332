"""The record of a simulation as a file that is written while it runs, so that its length costs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qqnet.errors import InputError
from qqnet.files import whole_file

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SUFFIXES = (".parquet", ".csv")


class Tell(Protocol):
    """Takes tables of records, as `qqnet.traffic.simulate.Watch` gives them."""

    def __call__(self, records: pd.DataFrame) -> None:
        """Take some."""
        ...


@contextmanager
def record_file(path: Path) -> Iterator[Tell]:
    """Write records to a file, whole or not at all.

    Parameters
    ----------
    path : Path
        File to write: ``.parquet`` or ``.csv``. Columns as `qqnet.traffic.simulate.record_table` says.

    Yields
    ------
    callable
        To be given tables of records, in order of time.

    Raises
    ------
    InputError
        For another ending, or where the file cannot be written.
    """
    check_name(path)
    written = _parquet if path.suffix.lower() == ".parquet" else _csv
    with whole_file(path) as part, written(part) as tell:
        yield tell


def check_name(path: Path) -> None:
    """Refuse a file name whose ending says nothing, with InputError."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"--log: {path} must end in {' or '.join(SUFFIXES)}, which says how it is written")


@contextmanager
def _parquet(part: Path) -> Iterator[Tell]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:

        def tell(records: pd.DataFrame) -> None:
            writer.write_table(pa.Table.from_pandas(records, schema, preserve_index=False))

        yield tell


@contextmanager
def _csv(part: Path) -> Iterator[Tell]:
    names = _schema().names
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(names) + "\n")

        def tell(records: pd.DataFrame) -> None:
            records.to_csv(file, columns=names, header=False, index=False, lineterminator="\n")

        yield tell


def _schema() -> pa.Schema:
    """Columns of the record with their types."""
    import pyarrow as pa

    few = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            ("time_s", pa.float64()),
            ("what", few),
            ("flow", few),
            ("message", pa.int64()),
            ("bundle", pa.int64()),
            ("node", few),
            ("to", few),
            ("contact", pa.int64()),
            ("until_s", pa.float64()),
            ("delay_s", pa.float64()),
            ("cause", few),
        ]
    )
