"""What makes a contact plan wrong: one small check a rule, every fault named with its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

KINDS = ("rf", "optical", "terrestrial")

# A wrong unit makes every row wrong; a person reads the first few.
FAULTS_SHOWN = 20


def contact_faults(
    contacts: pd.DataFrame, nodes: Mapping[str, int], lines: NDArray[np.int64] | None = None
) -> list[Fault]:
    """Every fault of the rows of a contact plan.

    Parameters
    ----------
    contacts : pandas.DataFrame
        Rows with the columns of a contact plan.
    nodes : mapping of str to int
        Node names and their ``ipn`` numbers.
    lines : numpy.ndarray of int, shape (N,), optional
        Line of each row in the file that it came from, counted from 1.

    Returns
    -------
    list of Fault
        In row order; `path` is ``contacts[row].column``.
    """
    faults: list[tuple[int, Fault]] = []
    columns = {column: contacts[column].to_numpy() for column in CHECKED_COLUMNS}
    for check in CHECKS:
        for row, column, message in check(columns, nodes):
            sender, receiver = columns["from"][row], columns["to"][row]
            faults.append(
                (
                    row,
                    Fault(
                        path=f"contacts[{row}].{column}",
                        message=f"{sender} -> {receiver}: {message}",
                        value=columns[column][row],
                        line=None if lines is None else int(lines[row]),
                    ),
                )
            )
    return [fault for _, fault in sorted(faults, key=lambda item: item[0])]


def node_faults(nodes: Mapping[str, int]) -> list[Fault]:
    """Every fault of a node table.

    Parameters
    ----------
    nodes : mapping of str to int
        Node names and their ``ipn`` numbers.

    Returns
    -------
    list of Fault
        Unusable names; numbers below 1 or given twice.
    """
    faults = []
    owner: dict[int, str] = {}
    for name, number in nodes.items():
        if not name or name != name.strip() or not name.isprintable():
            faults.append(
                Fault(f"nodes[{name!r}]", "a node name is printable text without blanks at its ends")
            )
        if number < 1:
            faults.append(Fault(f"nodes[{name}]", f"ipn number {number}: give a whole number from 1", number))
        if number in owner:
            faults.append(
                Fault(f"nodes[{name}]", f"ipn number {number} is already that of {owner[number]}", number)
            )
        owner[number] = name
    return faults


def refuse(faults: list[Fault], source: str = "contact plan", more: int = 0) -> None:
    """Raise one error that names the faults, if there are any.

    Parameters
    ----------
    faults : list of Fault
        What was found.
    source : str
        Name of the file or object, for the message.
    more : int
        Faults that were found beside these.

    Raises
    ------
    InputError
        With a line for each of the first 20 faults, and the number of the others.
    """
    if not faults:
        return
    lines = []
    for fault in faults[:FAULTS_SHOWN]:
        place = source if fault.line is None else f"{source}:{fault.line}"
        lines.append(f"{place}: {fault.path}: {fault.message}")
    more += max(len(faults) - FAULTS_SHOWN, 0)
    if more:
        lines.append(f"{source}: and {more} more faults")
    raise InputError("\n".join(lines))


Columns = Mapping[str, "NDArray[Any]"]
Finding = tuple[int, str, str]
Check = Callable[[Columns, Mapping[str, int]], Iterator[Finding]]

CHECKED_COLUMNS = (
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
)


def _rows(mask: NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask)]


def _unknown_node(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for column in ("from", "to"):
        names = columns[column]
        known = np.fromiter((name in nodes for name in names), dtype=np.bool_, count=len(names))
        for row in _rows(~known):
            yield row, column, f"'{names[row]}' is not a node of this plan: add it to the node table"


def _to_itself(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for row in _rows(columns["from"] == columns["to"]):
        yield row, "to", "a contact joins two different nodes"


def _length(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    start, end = columns["start_s"], columns["end_s"]
    for column in ("start_s", "end_s"):
        for row in _rows(~np.isfinite(columns[column])):
            yield row, column, "time is missing or not finite"
    for row in _rows(np.isfinite(start) & np.isfinite(end) & (end <= start)):
        word = "has no length" if end[row] == start[row] else "is reversed"
        yield row, "end_s", f"{word}: end {end[row]} must lie after start {start[row]}"


def _rate(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    rate = columns["rate_bps"]
    for row in _rows(~(np.isfinite(rate) & (rate > 0.0))):
        yield row, "rate_bps", f"rate {rate[row]} bit/s: give a finite rate above 0"


def _light_time(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for column in ("owlt_start_s", "owlt_end_s"):
        owlt = columns[column]
        for row in _rows(~np.isfinite(owlt)):
            yield row, column, "light time is missing"
        for row in _rows(owlt < 0.0):
            yield row, column, f"light time {owlt[row]} s is negative"


def _light_time_rate(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    # Falling by a second a second means that the nodes close at the speed of light, and that a byte sent
    # later would arrive earlier.
    fall = columns["owlt_start_s"] - columns["owlt_end_s"]
    length = columns["end_s"] - columns["start_s"]
    for row in _rows((length > 0.0) & (fall >= length)):
        message = f"light time falls by {fall[row]} s within {length[row]} s: check its unit"
        yield row, "owlt_end_s", message


def _kind(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for row in _rows(~np.isin(columns["kind"].astype(str), KINDS)):
        yield row, "kind", f"kind '{columns['kind'][row]}': give one of {', '.join(KINDS)}"


def _confidence(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    confidence = columns["confidence"]
    for row in _rows(~((confidence > 0.0) & (confidence <= 1.0))):
        yield row, "confidence", f"confidence {confidence[row]}: give a number above 0 and at most 1"


def _overlap(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    import pandas as pd

    keys = ["from", "to", "link"]
    table = pd.DataFrame({column: columns[column] for column in (*keys, "start_s", "end_s")})
    table["line"] = table.groupby(keys, sort=False).ngroup()
    table = table.sort_values(["line", "start_s", "end_s"], kind="stable")
    table["reached"] = table.groupby("line", sort=False)["end_s"].cummax()
    before = table.groupby("line", sort=False)["reached"].shift().to_numpy()
    row_of, start = table.index.to_numpy(), table["start_s"].to_numpy()
    for place in _rows(start < before):
        row = int(row_of[place])
        yield (
            row,
            "start_s",
            f"starts at {start[place]}, before an earlier contact of link '{columns['link'][row]}' between "
            f"the two ends at {before[place]}: contacts of one link must not overlap",
        )


CHECKS: tuple[Check, ...] = (
    _unknown_node,
    _to_itself,
    _length,
    _rate,
    _light_time,
    _light_time_rate,
    _kind,
    _confidence,
    _overlap,
)
