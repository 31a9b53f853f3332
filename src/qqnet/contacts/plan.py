"""The contact plan: who can send to whom, when, how fast, and how long light takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qqnet.contacts.checks import contact_faults, node_faults, refuse
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

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
DEFAULTS: dict[str, str | float] = {"link": "", "kind": "rf", "confidence": 1.0}


@dataclass(frozen=True, eq=False)
class ContactPlan:
    """A contact plan, valid by construction.

    Attributes
    ----------
    contacts : pandas.DataFrame
        One row a contact in one direction, sorted by start. Columns: ``from``, ``to``; ``start_s``, ``end_s``
        transmit time at the sender [s of `time_base`]; ``rate_bps`` [bit/s]; ``owlt_start_s``, ``owlt_end_s``
        one-way light time of a byte sent at start and end, linear in between [s]; ``link``, ``kind``;
        ``confidence`` that the contact happens, above 0 to 1; ``from_ipn``, ``to_ipn``. Other columns are kept
        as they are.
    nodes : dict of str to int
        Every node of the network and its ``ipn`` number.
    time_base : TimeBase
        What the seconds count from.
    endpoints : frozenset of str
        Nodes that send and receive bundles but never relay those of others.

    Raises
    ------
    InputError
        On construction, naming every fault with its row.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"from": ["a"], "to": ["b"], "start_s": [0.0], "end_s": [8.0], "rate_bps": [1e6],
    ...                      "owlt_start_s": [1.2], "owlt_end_s": [1.3]})
    >>> plan = ContactPlan(rows, {"a": 1, "b": 2}, TimeBase("relative"))
    >>> float(plan.volume_bytes()[0])
    1000000.0
    """

    contacts: pd.DataFrame
    nodes: Mapping[str, int]
    time_base: TimeBase = field(default_factory=TimeBase)
    endpoints: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        nodes = {str(name): int(number) for name, number in self.nodes.items()}
        rows = normalised(self.contacts, nodes)
        faults = node_faults(nodes) + contact_faults(rows, nodes)
        faults += [
            Fault("endpoints", f"'{name}' is not a node of this plan")
            for name in sorted(self.endpoints - nodes.keys())
        ]
        refuse(faults)
        order = ["start_s", "end_s", "from", "to", "link"]
        rows = rows.sort_values(order, kind="stable", ignore_index=True)
        object.__setattr__(self, "contacts", rows)
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "endpoints", frozenset(self.endpoints))

    @classmethod
    def from_file(
        cls,
        rows: pd.DataFrame,
        nodes: Mapping[str, int],
        time_base: TimeBase,
        source: str,
        lines: NDArray[np.int64] | None,
        endpoints: frozenset[str] = frozenset(),
    ) -> ContactPlan:
        """Build a plan from the rows of a file, so that faults name its lines.

        Parameters
        ----------
        rows, nodes, time_base, endpoints
            As for the class.
        source : str
            Name of the file.
        lines : numpy.ndarray of int, shape (N,), optional
            Line of each row, counted from 1.

        Returns
        -------
        ContactPlan
            The plan.

        Raises
        ------
        InputError
            ``file:line: contacts[row].column: what is wrong`` for every fault.
        """
        refuse(node_faults(nodes) + contact_faults(normalised(rows, nodes), nodes, lines), source)
        return cls(rows, nodes, time_base, endpoints)

    def __len__(self) -> int:
        return len(self.contacts)

    @property
    def names(self) -> tuple[str, ...]:
        """Node names, in order of their ``ipn`` numbers."""
        return tuple(sorted(self.nodes, key=lambda name: self.nodes[name]))

    @property
    def span(self) -> tuple[float, float]:
        """First start and last end of any contact [s of `time_base`]; (0, 0) for an empty plan."""
        if self.contacts.empty:
            return 0.0, 0.0
        return float(self.contacts["start_s"].min()), float(self.contacts["end_s"].max())

    def volume_bytes(self) -> NDArray[np.float64]:
        """Bytes that each contact can carry.

        Returns
        -------
        numpy.ndarray, shape (N,)
            Rate times length, in row order. [byte]
        """
        length = self.contacts["end_s"].to_numpy() - self.contacts["start_s"].to_numpy()
        return np.asarray(self.contacts["rate_bps"].to_numpy() * length / 8.0, dtype=np.float64)

    def statistics(self) -> pd.DataFrame:
        """Sum up what each link offers over the plan.

        Returns
        -------
        pandas.DataFrame
            One row a directed link: ``from, to, link, kind, contacts``, ``total_s`` in contact [s],
            ``volume_bytes`` [byte], ``rate_min_bps``, ``rate_max_bps`` [bit/s], ``owlt_min_s``,
            ``owlt_max_s`` [s], ``first_start_s``, ``last_end_s`` [s of the time base], ``longest_gap_s``
            between contacts [s].
        """
        rows = self.contacts.assign(
            volume_bytes=self.volume_bytes(),
            length_s=self.contacts["end_s"] - self.contacts["start_s"],
            owlt_least_s=self.contacts[["owlt_start_s", "owlt_end_s"]].min(axis=1),
            owlt_most_s=self.contacts[["owlt_start_s", "owlt_end_s"]].max(axis=1),
        )
        keys = ["from", "to", "link", "kind"]
        previous_end = rows.groupby(keys, sort=False)["end_s"].shift()
        rows["gap_s"] = (rows["start_s"] - previous_end).fillna(0.0)
        return rows.groupby(keys, as_index=False).agg(
            contacts=("start_s", "size"),
            total_s=("length_s", "sum"),
            volume_bytes=("volume_bytes", "sum"),
            rate_min_bps=("rate_bps", "min"),
            rate_max_bps=("rate_bps", "max"),
            owlt_min_s=("owlt_least_s", "min"),
            owlt_max_s=("owlt_most_s", "max"),
            first_start_s=("start_s", "min"),
            last_end_s=("end_s", "max"),
            longest_gap_s=("gap_s", "max"),
        )

    def node(self, name: str) -> str:
        """Node of a name or an ``ipn`` number.

        Parameters
        ----------
        name : str
            A node name, or its number as ``7``, ``ipn:7`` or ``ipn:7.0``.

        Returns
        -------
        str
            The node's name.

        Raises
        ------
        InputError
            With the nearest names.
        """
        if name in self.nodes:
            return name
        number = name.removeprefix("ipn:").removesuffix(".0")
        if number.isdecimal():
            for candidate, ipn in self.nodes.items():
                if ipn == int(number):
                    return candidate
        from difflib import get_close_matches

        near = get_close_matches(name, self.names, n=3, cutoff=0.5) or list(self.names[:8])
        raise InputError(f"node '{name}' is not in this plan; did you mean one of: {', '.join(near)}?")


def normalised(contacts: pd.DataFrame, nodes: Mapping[str, int]) -> pd.DataFrame:
    """Rows with all columns of a contact plan, in order, with their types.

    Parameters
    ----------
    contacts : pandas.DataFrame
        At least the columns from, to, start_s, end_s, rate_bps, owlt_start_s, owlt_end_s.
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
    missing = [column for column in NEEDED_COLUMNS if column not in contacts.columns]
    if missing:
        raise InputError(
            f"contact plan: column {', '.join(missing)} missing; it needs {', '.join(NEEDED_COLUMNS)}"
        )
    rows = contacts.reset_index(drop=True)
    for column, default in DEFAULTS.items():
        rows[column] = rows[column].fillna(default) if column in rows.columns else default
    for column in TEXT_COLUMNS:
        rows[column] = rows[column].astype(str)
    for column in (*NUMBER_COLUMNS, "confidence"):
        try:
            rows[column] = rows[column].astype(np.float64)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"contact plan: column {column} holds something that is no number: {error}"
            ) from None
    for column, name in (("from_ipn", "from"), ("to_ipn", "to")):
        rows[column] = rows[name].map(dict(nodes)).fillna(0).astype(np.int64)
    others = [column for column in rows.columns if column not in COLUMNS]
    return rows[[*COLUMNS, *others]]
