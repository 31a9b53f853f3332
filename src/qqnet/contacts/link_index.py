"""Which nodes and which link each contact is of, as numbers: what sums and comparisons of a plan group by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinkIndex:
    """Numbers of nodes and links of the rows of a plan.

    Attributes
    ----------
    nodes : numpy.ndarray of str, shape (K,)
        Names that the rows use, in order of the alphabet.
    sender, receiver : numpy.ndarray of int, shape (N,)
        Place in `nodes` of each row's ends.
    link_names : numpy.ndarray of str, shape (M,)
        Names of links, in order of the alphabet.
    link_name : numpy.ndarray of int, shape (N,)
        Place in `link_names` of each row.
    """

    nodes: NDArray[Any]
    sender: Integers
    receiver: Integers
    link_names: NDArray[Any]
    link_name: Integers

    @property
    def pair(self) -> Integers:
        """Number of the ordered pair of nodes of each row; the same for all links between them, shape (N,)."""
        return self.sender * len(self.nodes) + self.receiver

    @property
    def link(self) -> Integers:
        """Number of the directed link of each row: sender, receiver and name of the link, shape (N,)."""
        return self.pair * max(len(self.link_names), 1) + self.link_name


def index_links(rows: pd.DataFrame) -> LinkIndex:
    """Number the nodes and links of a plan's rows.

    Parameters
    ----------
    rows : pandas.DataFrame
        With the columns ``from``, ``to``, ``link``.

    Returns
    -------
    LinkIndex
        Of these rows.

    Examples
    --------
    >>> import pandas as pd
    >>> found = index_links(pd.DataFrame({"from": ["b", "a"], "to": ["a", "c"], "link": ["", ""]}))
    >>> found.nodes.tolist(), found.sender.tolist(), found.receiver.tolist()
    (['a', 'b', 'c'], [1, 0], [0, 2])
    """
    import pandas as pd

    ends = pd.concat([rows["from"], rows["to"]], ignore_index=True)
    both, nodes = _numbered(ends)
    link, link_names = _numbered(rows["link"])
    return LinkIndex(nodes, both[: len(rows)], both[len(rows) :], link_names, link)


def _numbered(texts: pd.Series[Any]) -> tuple[Integers, NDArray[Any]]:
    """Place of each text in the sorted list of those that occur."""
    import pandas as pd

    codes, found = pd.factorize(texts)
    names = np.asarray(found, dtype=object)
    order = np.argsort(names.astype(str)) if len(names) else np.empty(0, dtype=np.int64)
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return np.asarray(place[codes] if len(names) else codes, dtype=np.int64), names[order]


def in_order_of_time(group: Integers, start_s: Floats, end_s: Floats) -> Integers:
    """Order of rows by group and, within it, by start and end; shape (N,)."""
    return np.lexsort((end_s, start_s, group)).astype(np.int64)


def latest_end_before(group: Integers, end_s: Floats) -> Floats:
    """Latest end of any earlier row of the same group; rows in the order that `in_order_of_time` gives.

    Parameters
    ----------
    group : numpy.ndarray of int, shape (N,)
        Equal numbers stand together.
    end_s : numpy.ndarray, shape (N,)
        Ends. [s]

    Returns
    -------
    numpy.ndarray, shape (N,)
        Minus infinity for the first of each group. [s]

    Examples
    --------
    >>> latest_end_before(np.array([0, 0, 0, 1]), np.array([9.0, 5.0, 7.0, 3.0])).tolist()
    [-inf, 9.0, 9.0, -inf]
    """
    import pandas as pd

    reached = pd.Series(end_s).groupby(group, sort=False).cummax().to_numpy()
    before = np.full(len(end_s), -np.inf)
    same = group[1:] == group[:-1]
    before[1:][same] = reached[:-1][same]
    return before
