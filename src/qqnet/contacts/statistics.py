"""What a contact plan offers: by link, by node, and as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.link_index import in_order_of_time, index_links, latest_end_before

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan


@dataclass(frozen=True, eq=False)
class PlanStatistics:
    """What a plan offers.

    Attributes
    ----------
    span_s : tuple of float
        First start and last end [s of the plan's time base].
    contacts : int
        Contacts.
    contact_s : float
        Their lengths together. [s]
    volume_bytes : float
        Bytes that they can carry. [byte]
    owlt_min_s, owlt_max_s : float
        Least and greatest light time; NaN for an empty plan. [s]
    components : list of list of str
        Nodes that are joined by any contacts in any direction, the largest group first; nodes without
        contacts stand alone.
    links : pandas.DataFrame
        One row a directed link, as `link_statistics` gives it.
    nodes : pandas.DataFrame
        One row a node, as `node_statistics` gives it.
    """

    span_s: tuple[float, float]
    contacts: int
    contact_s: float
    volume_bytes: float
    owlt_min_s: float
    owlt_max_s: float
    components: list[list[str]]
    links: pd.DataFrame
    nodes: pd.DataFrame

    @property
    def mean_rate_bps(self) -> float:
        """Mean rate while in contact; NaN for an empty plan [bit/s]."""
        return 8.0 * self.volume_bytes / self.contact_s if self.contact_s > 0.0 else np.nan

    @property
    def longest_gap_s(self) -> float:
        """Longest time between two contacts of any link [s]."""
        return float(self.links["longest_gap_s"].max()) if len(self.links) else 0.0

    def answer(self) -> dict[str, Any]:
        """Say it as JSON does.

        Returns
        -------
        dict
            Totals, ``components``, and ``nodes`` and ``links`` with one entry a row.
        """
        return {
            "start_s": self.span_s[0],
            "end_s": self.span_s[1],
            "contacts": self.contacts,
            "contact_s": self.contact_s,
            "volume_bytes": self.volume_bytes,
            "mean_rate_bps": self.mean_rate_bps,
            "owlt_min_s": self.owlt_min_s,
            "owlt_max_s": self.owlt_max_s,
            "longest_gap_s": self.longest_gap_s,
            "components": self.components,
            "nodes": self.nodes.to_dict("records"),
            "links": self.links.to_dict("records"),
        }


def plan_statistics(plan: ContactPlan) -> PlanStatistics:
    """Sum up a plan.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    PlanStatistics
        By link, by node and in total.
    """
    rows = plan.contacts
    owlt = rows[["owlt_start_s", "owlt_end_s"]].to_numpy()
    return PlanStatistics(
        span_s=plan.span,
        contacts=len(plan),
        contact_s=float((rows["end_s"] - rows["start_s"]).sum()),
        volume_bytes=float(plan.volume_bytes().sum()),
        owlt_min_s=float(owlt.min()) if len(plan) else np.nan,
        owlt_max_s=float(owlt.max()) if len(plan) else np.nan,
        components=components(plan),
        links=link_statistics(plan),
        nodes=node_statistics(plan),
    )


def link_statistics(plan: ContactPlan) -> pd.DataFrame:
    """Sum up what each link offers over the plan.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    pandas.DataFrame
        One row a directed link: ``from, to, link, kind, contacts``, ``total_s`` in contact [s],
        ``volume_bytes`` [byte], ``rate_min_bps``, ``rate_max_bps`` [bit/s],
        ``owlt_min_s``, ``owlt_max_s`` [s], ``first_start_s``, ``last_end_s`` [s of the time base],
        ``longest_gap_s`` between contacts [s].
    """
    rows = plan.contacts.assign(
        volume_bytes=plan.volume_bytes(),
        length_s=plan.contacts["end_s"] - plan.contacts["start_s"],
        owlt_least_s=plan.contacts[["owlt_start_s", "owlt_end_s"]].min(axis=1),
        owlt_most_s=plan.contacts[["owlt_start_s", "owlt_end_s"]].max(axis=1),
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


def node_statistics(plan: ContactPlan) -> pd.DataFrame:
    """Sum up what each node sends and receives over the plan.

    Times are those of transmission at both ends: of a contact with a light time of minutes the receiver's hours
    come minutes later.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    pandas.DataFrame
        One row a node, in order of ``ipn`` numbers: ``node``, ``ipn``; ``neighbours_out``, ``neighbours_in``,
        how many nodes it sends to and hears; ``contacts_out``, ``contacts_in``; ``volume_out_bytes``,
        ``volume_in_bytes`` [byte]; ``rate_out_bps``, ``rate_in_bps``, mean while in contact, NaN without any
        [bit/s]; ``any_contact_s``, time with at least one contact in either direction [s]; ``longest_gap_s``,
        longest time of the plan's span without one [s].
    """
    import pandas as pd

    names = plan.names
    index = index_links(plan.contacts)
    place_of = {name: place for place, name in enumerate(names)}
    place = np.array([place_of[str(name)] for name in index.nodes], dtype=np.int64)
    start, end = plan.contacts["start_s"].to_numpy(), plan.contacts["end_s"].to_numpy()
    volume, columns = plan.volume_bytes(), dict[str, NDArray[Any]]()
    ends = {"out": place[index.sender], "in": place[index.receiver]} if len(plan) else _nobody()
    for way, own in ends.items():
        other = ends["in" if way == "out" else "out"]
        pairs = np.unique(own * len(names) + other)
        length_s = _summed(own, end - start, len(names))
        columns[f"neighbours_{way}"] = np.bincount(pairs // max(len(names), 1), minlength=len(names))
        columns[f"contacts_{way}"] = np.bincount(own, minlength=len(names))
        columns[f"volume_{way}_bytes"] = _summed(own, volume, len(names))
        with np.errstate(invalid="ignore"):
            columns[f"rate_{way}_bps"] = 8.0 * columns[f"volume_{way}_bytes"] / length_s
    either = np.concatenate([ends["out"], ends["in"]])
    columns |= _covered(either, np.tile(start, 2), np.tile(end, 2), plan.span, len(names))
    order = [
        *(f"{what}_{way}{unit}" for what, unit in WAYS for way in ("out", "in")),
        "any_contact_s",
        "longest_gap_s",
    ]
    return pd.DataFrame(
        {"node": names, "ipn": [plan.nodes[name] for name in names], **{key: columns[key] for key in order}}
    )


WAYS = (("neighbours", ""), ("contacts", ""), ("volume", "_bytes"), ("rate", "_bps"))


def _nobody() -> Mapping[str, NDArray[np.int64]]:
    return {"out": np.empty(0, dtype=np.int64), "in": np.empty(0, dtype=np.int64)}


def _summed(group: NDArray[np.int64], values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def _covered(
    group: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    span: tuple[float, float],
    groups: int,
) -> dict[str, NDArray[np.float64]]:
    """Time with at least one contact, and the longest without, of each group."""
    order = in_order_of_time(group, start, end)
    group, start, end = group[order], start[order], end[order]
    before = latest_end_before(group, end)
    covered = _summed(group, np.maximum(end - np.maximum(start, before), 0.0), groups)
    longest, last = np.zeros(groups), np.full(groups, span[0])
    np.maximum.at(longest, group, start - np.maximum(before, span[0]))
    np.maximum.at(last, group, end)
    return {"any_contact_s": covered, "longest_gap_s": np.maximum(longest, span[1] - last)}


def components(plan: ContactPlan) -> list[list[str]]:
    """Groups of nodes that contacts join, in any direction and at any time.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    list of list of str
        The largest group first, each in order of ``ipn`` numbers.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, numbers = plan.names, np.array([plan.nodes[name] for name in plan.names], dtype=np.int64)
    if not names:
        return []
    ends = [np.searchsorted(numbers, plan.contacts[name].to_numpy()) for name in ("from_ipn", "to_ipn")]
    graph = coo_array((np.ones(len(plan), dtype=np.int8), tuple(ends)), shape=(len(names), len(names)))
    count, label = connected_components(graph.tocsr(), directed=True, connection="weak")
    groups: list[list[str]] = [[] for _ in range(count)]
    for name, number in zip(names, label.tolist(), strict=True):
        groups[number].append(name)
    return sorted(groups, key=len, reverse=True)
