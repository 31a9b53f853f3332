"""What makes a contact plan wrong: one small check a rule, every fault named with its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.contacts.link_index import LinkIndex, in_order_of_time, index_links, latest_end_before
from qqnet.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Lines = Sequence[int] | NDArray[np.int64] | Callable[[], Sequence[int]]

KINDS = ("rf", "optical", "terrestrial")

# A wrong unit makes every row wrong; a person reads the first few.
FAULTS_SHOWN = 20

# A volume that was written as text with nine digits or more is that of its rate and length.
VOLUME_TOLERANCE = 1e-8


def contact_faults(
    contacts: pd.DataFrame, nodes: Mapping[str, int], lines: Lines | None = None
) -> list[Fault]:
    """Every fault of the rows of a contact plan.

    Parameters
    ----------
    contacts : pandas.DataFrame
        Rows with the columns of a contact plan.
    nodes : mapping of str to int
        Node names and their ``ipn`` numbers.
    lines : sequence of int, or callable that gives one, optional
        Line of each row in the file that it came from, counted from 1; asked for only where something is wrong.

    Returns
    -------
    list of Fault
        In row order; `path` is ``contacts[row].column``.
    """
    columns = Columns.of(contacts)
    found = [finding for check in CHECKS for finding in check(columns, nodes)]
    if not found:
        return []
    if callable(lines):
        lines = lines()
    values = {column: contacts[column].to_numpy() for column in {"from", "to", *(one[1] for one in found)}}
    return [
        Fault(
            path=f"contacts[{row}].{column}",
            message=f"{values['from'][row]} -> {values['to'][row]}: {message}",
            value=values[column][row],
            line=None if lines is None else int(lines[row]),
        )
        for row, column, message in sorted(found, key=lambda finding: finding[0])
    ]


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


@dataclass(frozen=True, eq=False)
class Columns:
    """What the checks read: numbers as arrays, texts as numbers of the few that occur."""

    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    rate_bps: NDArray[np.float64]
    owlt_start_s: NDArray[np.float64]
    owlt_end_s: NDArray[np.float64]
    confidence: NDArray[np.float64]
    volume_bytes: NDArray[np.float64] | None
    kind: pd.Series[Any]
    index: LinkIndex

    @classmethod
    def of(cls, contacts: pd.DataFrame) -> Columns:
        """Columns of the rows of a plan."""
        numbers = {column: contacts[column].to_numpy() for column in NUMBERS_CHECKED}
        volume = contacts["volume_bytes"].to_numpy() if "volume_bytes" in contacts.columns else None
        return cls(**numbers, volume_bytes=volume, kind=contacts["kind"], index=index_links(contacts))


NUMBERS_CHECKED = ("start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s", "confidence")
Finding = tuple[int, str, str]
Check = Callable[[Columns, Mapping[str, int]], Iterator[Finding]]


def _rows(mask: NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask)]


def _unknown_node(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    index = columns.index
    known = np.array([name in nodes for name in index.nodes], dtype=np.bool_)
    if known.all():
        return
    for column, end in (("from", index.sender), ("to", index.receiver)):
        for row in _rows(~known[end]):
            name = index.nodes[end[row]]
            yield row, column, f"'{name}' is not a node of this plan: add it to the node table"


def _to_itself(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for row in _rows(columns.index.sender == columns.index.receiver):
        yield row, "to", "a contact joins two different nodes"


def _length(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    start, end = columns.start_s, columns.end_s
    for column, times in (("start_s", start), ("end_s", end)):
        for row in _rows(~np.isfinite(times)):
            yield row, column, "time is missing or not finite"
    for row in _rows(np.isfinite(start) & np.isfinite(end) & (end <= start)):
        word = "has no length" if end[row] == start[row] else "is reversed"
        yield row, "end_s", f"{word}: end {end[row]} must lie after start {start[row]}"


def _rate(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    rate = columns.rate_bps
    for row in _rows(~(np.isfinite(rate) & (rate > 0.0))):
        yield row, "rate_bps", f"rate {rate[row]} bit/s: give a finite rate above 0"


def _light_time(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for column, owlt in (("owlt_start_s", columns.owlt_start_s), ("owlt_end_s", columns.owlt_end_s)):
        for row in _rows(~np.isfinite(owlt)):
            yield row, column, "light time is missing"
        for row in _rows(owlt < 0.0):
            yield row, column, f"light time {owlt[row]} s is negative"


def _light_time_rate(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    # Falling by a second a second means that the nodes close at the speed of light, and that a byte sent
    # later would arrive earlier.
    fall = columns.owlt_start_s - columns.owlt_end_s
    length = columns.end_s - columns.start_s
    for row in _rows((length > 0.0) & (fall >= length)):
        message = f"light time falls by {fall[row]} s within {length[row]} s: check its unit"
        yield row, "owlt_end_s", message


def _kind(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    for row in _rows(~columns.kind.isin(KINDS).to_numpy()):
        yield row, "kind", f"kind '{columns.kind.iloc[row]}': give one of {', '.join(KINDS)}"


def _confidence(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    confidence = columns.confidence
    for row in _rows(~((confidence > 0.0) & (confidence <= 1.0))):
        yield row, "confidence", f"confidence {confidence[row]}: give a number above 0 and at most 1"


def _volume(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    given = columns.volume_bytes
    if given is None:
        return
    true = columns.rate_bps * (columns.end_s - columns.start_s) / 8.0
    for row in _rows(np.abs(given - true) > VOLUME_TOLERANCE * np.abs(true)):
        message = (
            f"volume {given[row]} byte is not rate times length, {true[row]} byte: "
            "mend it, or leave it out, as it follows from the others"
        )
        yield row, "volume_bytes", message


def _overlap(columns: Columns, nodes: Mapping[str, int]) -> Iterator[Finding]:
    index = columns.index
    order = in_order_of_time(index.link, columns.start_s, columns.end_s)
    start, before = columns.start_s[order], latest_end_before(index.link[order], columns.end_s[order])
    for place in _rows(start < before):
        row = int(order[place])
        yield (
            row,
            "start_s",
            f"starts at {start[place]}, before an earlier contact of link "
            f"'{index.link_names[index.link_name[row]]}' between the two ends at {before[place]}: "
            "contacts of one link must not overlap",
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
    _volume,
    _overlap,
)
