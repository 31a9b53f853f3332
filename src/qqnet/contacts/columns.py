"""The columns of a contact plan: which there are, their types, their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from qqnet.contacts.link_index import index_links
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "from",
    "to",
    "start_s",
    "end_s",
    "rate_bps",
    "owlt_start_s",
    "owlt_end_s",
    "link",
    "kind",
    "confidence",
    "from_ipn",
    "to_ipn",
)
TEXT_COLUMNS = ("from", "to", "link", "kind")
NUMBER_COLUMNS = ("start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s")
NEEDED_COLUMNS = ("from", "to", *NUMBER_COLUMNS)
OWLT_COLUMNS = ("owlt_start_s", "owlt_end_s")
DERIVED_COLUMNS = ("volume_bytes",)
"""What follows from the other columns: read only to be compared with them."""
DEFAULTS: dict[str, str | float] = {"link": "", "kind": "rf", "confidence": 1.0}


def normalised(contacts: pd.DataFrame, nodes: Mapping[str, int]) -> pd.DataFrame:
    """Rows with all columns of a contact plan, in order, with their types.

    Parameters
    ----------
    contacts : pandas.DataFrame
        At least the columns from, to, start_s, end_s, rate_bps, owlt_start_s, owlt_end_s; ``owlt_s`` instead
        of the last two for light times that do not change.
    nodes : mapping of str to int
        Node names and their ``ipn`` numbers, which fill ``from_ipn`` and ``to_ipn`` (0 for an unknown name).

    Returns
    -------
    pandas.DataFrame
        A new frame; ``link`` is "", ``kind`` "rf" and ``confidence`` 1 where not given or missing.

    Raises
    ------
    InputError
        For a missing column or text where a number belongs.
    """
    import pandas as pd

    missing = missing_columns(contacts.columns)
    if missing:
        raise InputError(
            f"contact plan: column {', '.join(missing)} missing; it needs {', '.join(NEEDED_COLUMNS)}"
        )
    rows = contacts.reset_index(drop=True)
    if "owlt_s" in rows.columns:
        constant = rows.pop("owlt_s")
        rows = rows.assign(**{name: constant for name in OWLT_COLUMNS if name not in rows.columns})
    for column, default in DEFAULTS.items():
        given = rows[column] if column in rows.columns and not rows[column].isna().all() else None
        rows[column] = default if given is None else given.fillna(default)
    for column in TEXT_COLUMNS:
        rows[column] = rows[column].astype(str)
    derived = [column for column in DERIVED_COLUMNS if column in rows.columns]
    for column in (*NUMBER_COLUMNS, "confidence", *derived):
        try:
            rows[column] = rows[column].astype(np.float64)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"contact plan: column {column} holds something that is no number: {error}"
            ) from None
    for column, name in (("from_ipn", "from"), ("to_ipn", "to")):
        codes, names = pd.factorize(rows[name])
        numbers = np.array([nodes.get(str(one), 0) for one in names], dtype=np.int64)
        rows[column] = numbers[codes] if len(names) else np.zeros(len(rows), dtype=np.int64)
    others = [column for column in rows.columns if column not in COLUMNS]
    return rows[[*COLUMNS, *others]]


def missing_columns(columns: Iterable[str]) -> list[str]:
    """Columns that a plan lacks; a constant ``owlt_s`` stands for the light times of both ends."""
    there = set(columns)
    there |= set(OWLT_COLUMNS) if "owlt_s" in there else set()
    return [column for column in NEEDED_COLUMNS if column not in there]


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in order of start, end, sender, receiver and link, numbered anew."""
    index = index_links(rows)
    keys = (
        index.link_name,
        index.receiver,
        index.sender,
        rows["end_s"].to_numpy(),
        rows["start_s"].to_numpy(),
    )
    return rows.take(np.lexsort(keys)).reset_index(drop=True)
