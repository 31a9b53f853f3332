"""The contact plan: who can send to whom, when, how fast, and how long light takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qqnet.contacts.checks import contact_faults, node_faults, refuse
from qqnet.contacts.columns import DERIVED_COLUMNS, in_order, normalised
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from qqnet.contacts.checks import Lines


MOST_DIGITS = 19
"""Of a number of 64 bits with a sign."""


@dataclass(frozen=True, eq=False)
class ContactPlan:
    """A contact plan, valid by construction.

    Attributes
    ----------
    contacts : pandas.DataFrame
        One row a contact in one direction, sorted by start. Columns: ``from``, ``to``; ``start_s``, ``end_s``
        transmit time at the sender [s of `time_base`]; ``rate_bps`` [bit/s]; ``owlt_start_s``, ``owlt_end_s``
        one-way light time of a byte sent at start and end, linear in between [s]; ``link``, ``kind``;
        ``confidence`` that the contact happens, above 0 to 1; ``from_ipn``, ``to_ipn``. A constant light time
        may be given as ``owlt_s``. Other columns are kept as they are, those named ``*_start_*`` and ``*_end_*``
        as values at the edges; ``volume_bytes``, which follows from rate and length, must agree with them and
        is not kept.
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
        self._settle("contact plan", None)

    def _settle(self, source: str, lines: Lines | None) -> None:
        """Check what was given, and put it in order."""
        nodes = {str(name): int(number) for name, number in self.nodes.items()}
        rows = normalised(self.contacts, nodes)
        faults = node_faults(nodes) + contact_faults(rows, nodes, lines)
        faults += [
            Fault("endpoints", f"'{name}' is not a node of this plan")
            for name in sorted(self.endpoints - nodes.keys())
        ]
        refuse(faults, source)
        rows = in_order(rows.drop(columns=[name for name in DERIVED_COLUMNS if name in rows.columns]))
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
        lines: Lines | None,
        endpoints: frozenset[str] = frozenset(),
    ) -> ContactPlan:
        """Build a plan from the rows of a file, so that faults name its lines.

        Parameters
        ----------
        rows, nodes, time_base, endpoints
            As for the class.
        source : str
            Name of the file.
        lines : sequence of int, or callable that gives one, optional
            Line of each row, counted from 1; asked for only where something is wrong.

        Returns
        -------
        ContactPlan
            The plan.

        Raises
        ------
        InputError
            ``file:line: contacts[row].column: what is wrong`` for every fault.
        """
        plan = object.__new__(cls)
        given = {"contacts": rows, "nodes": nodes, "time_base": time_base, "endpoints": endpoints}
        for name, value in given.items():
            object.__setattr__(plan, name, value)
        plan._settle(source, lines)
        return plan

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

    def owlt_s(self, rows: ArrayLike, times_s: ArrayLike) -> NDArray[np.float64]:
        """One-way light time of what is sent over contacts at times within them.

        Parameters
        ----------
        rows : array_like of int
            Rows of `contacts`.
        times_s : array_like
            Times of transmission, of a shape that broadcasts with `rows`. [s of `time_base`]

        Returns
        -------
        numpy.ndarray
            Linear between the two ends of each contact. [s]

        Raises
        ------
        InputError
            For a time outside its contact, and for a row that is not there.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"from": ["a"], "to": ["b"], "start_s": [0.0], "end_s": [8.0],
        ...                      "rate_bps": [1e6], "owlt_start_s": [1.2], "owlt_end_s": [1.6]})
        >>> plan = ContactPlan(rows, {"a": 1, "b": 2}, TimeBase("relative"))
        >>> plan.owlt_s(0, [0.0, 2.0, 8.0]).tolist()
        [1.2, 1.3, 1.6]
        """
        place, times = np.asarray(rows, dtype=np.int64), np.asarray(times_s, dtype=np.float64)
        if place.size and not (place.min() >= 0 and place.max() < len(self)):
            raise InputError(f"this plan has the rows 0 to {len(self) - 1}, and not all that were asked for")
        start, end, owlt, owlt_end = (
            self.contacts[name].to_numpy()[place]
            for name in ("start_s", "end_s", "owlt_start_s", "owlt_end_s")
        )
        outside = ~((times >= start) & (times <= end))
        if outside.any():
            which = int(np.flatnonzero(outside.reshape(-1))[0])
            row, time_s, first, last = (
                np.broadcast_arrays(place, times, start, end)[k].reshape(-1)[which] for k in range(4)
            )
            raise InputError(
                f"contacts[{row}]: {time_s} s is outside the contact, which goes from {first} to {last} s"
            )
        share = (times - start) / (end - start)
        inside = owlt + share * (owlt_end - owlt)
        return np.asarray(np.where(times >= end, owlt_end, inside), dtype=np.float64)

    def statistics(self) -> pd.DataFrame:
        """Sum up what each link offers over the plan, see `qqnet.contacts.statistics.link_statistics`."""
        from qqnet.contacts.statistics import link_statistics

        return link_statistics(self)

    def find(self, name: str) -> str | None:
        """Node of a name or an ``ipn`` number, as `node` takes them; None where the plan does not have it."""
        if name in self.nodes:
            return name
        number = name.removeprefix("ipn:").removesuffix(".0")
        if not number.isdecimal() or len(number) > MOST_DIGITS:
            return None
        return next((one for one, ipn in self.nodes.items() if ipn == int(number)), None)

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
        found = self.find(name)
        if found is not None:
            return found
        from difflib import get_close_matches

        near = get_close_matches(name, self.names, n=3, cutoff=0.5) or list(self.names[:8])
        raise InputError(f"node '{name}' is not in this plan; did you mean one of: {', '.join(near)}?")
