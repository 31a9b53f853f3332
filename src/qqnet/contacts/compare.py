"""Two contact plans held against each other: what only one has, and what has changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.cutting import TOUCH_S, chains, joined
from qqnet.contacts.matching import Spans, match, overlapping
from qqnet.contacts.node_tables import NodeDifference, compare_nodes, names_by_number
from qqnet.contacts.timebase import common_base, in_base
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan


@dataclass(frozen=True)
class Tolerances:
    """Differences that do not count.

    Attributes
    ----------
    time_s : float
        Of start and end of a contact. [s]
    rate_bps : float
        Of its rate. [bit/s]
    owlt_s : float
        Of its light time, anywhere within what both contacts share. [s]
    confidence : float
        Of its confidence.
    """

    time_s: float = 1e-6
    rate_bps: float = 0.0
    owlt_s: float = 1e-6
    confidence: float = 0.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not value >= 0.0:
                raise InputError(f"tolerance {name} {value}: give zero or more")


@dataclass(frozen=True, eq=False)
class PlanComparison:
    """How two plans differ.

    Attributes
    ----------
    tolerances : Tolerances
        What did not count.
    by_link : bool
        Whether links were told apart by name; where one plan names none, all links of a pair are one.
    nodes : NodeDifference
        Differences of the node tables.
    same : int
        Contacts that both have, within the tolerances.
    changed : pandas.DataFrame
        Contacts that both have, but not alike: ``from, to, link, kind, start_s, end_s, rate_bps`` of the first
        plan; ``start_shift_s``, ``end_shift_s``, ``rate_change_bps``, ``owlt_change_s`` (the greatest within
        what both share), ``confidence_change``, second less first; ``second_kind``.
    only_first, only_second : pandas.DataFrame
        Contacts that the other plan does not have.
    volumes : pandas.DataFrame
        One row a link (or pair of nodes): ``from, to, link, first_bytes, second_bytes, change_bytes``.
    """

    tolerances: Tolerances
    by_link: bool
    nodes: NodeDifference
    same: int
    changed: pd.DataFrame
    only_first: pd.DataFrame
    only_second: pd.DataFrame
    volumes: pd.DataFrame

    @property
    def identical(self) -> bool:
        """Whether nothing differs by more than the tolerances."""
        return self.nodes.none and not (len(self.changed) or len(self.only_first) or len(self.only_second))

    def answer(self, most: int | None = None) -> dict[str, Any]:
        """Say it as JSON does.

        Parameters
        ----------
        most : int, optional
            Entries of each list; all where not given. Counts are always of all.

        Returns
        -------
        dict
            ``identical``, ``tolerances``, ``by_link``, ``nodes``, ``counts``, ``volume_bytes``, and the lists
            ``changed``, ``only_first``, ``only_second``, ``links`` (with another volume, the greatest first).
        """
        tables = {
            "changed": self.changed,
            "only_first": self.only_first,
            "only_second": self.only_second,
            "links": self.moved_volumes(),
        }
        return {
            "identical": self.identical,
            "tolerances": asdict(self.tolerances),
            "by_link": self.by_link,
            "nodes": asdict(self.nodes),
            "counts": {"same": self.same, **{name: len(table) for name, table in tables.items()}},
            "volume_bytes": {
                name: float(self.volumes[f"{name}_bytes"].sum()) for name in ("first", "second", "change")
            },
            **{name: table[:most].to_dict("records") for name, table in tables.items()},
        }

    def moved_volumes(self) -> pd.DataFrame:
        """Rows of `volumes` that differ, the greatest change first."""
        table = self.volumes
        # Sums of rates times times that differ in the last digits only are the same.
        scale = table[["first_bytes", "second_bytes"]].max(axis=1)
        moved = table[table["change_bytes"].abs() > 1e-9 * scale]
        return moved.reindex(moved["change_bytes"].abs().sort_values(ascending=False, kind="stable").index)


def compare_plans(
    first: ContactPlan, second: ContactPlan, tolerances: Tolerances | None = None
) -> PlanComparison:
    """Hold two plans against each other.

    Nodes are the same where their ``ipn`` numbers are. Contacts that touch (within the tolerance of times) and go
    on with the same rate count as one, whatever their light times, so that a plan does not differ from itself cut
    in pieces. Contacts are paired by their overlap, see `qqnet.contacts.matching.match`; light times are compared
    wherever both contacts of a pair are.

    Parameters
    ----------
    first, second : ContactPlan
        Any plans; where they count time differently both must have dates.
    tolerances : Tolerances, optional
        What does not count.

    Returns
    -------
    PlanComparison
        Times are those of the first plan.

    Raises
    ------
    InputError
        Where times cannot be compared.

    Examples
    --------
    >>> import pandas as pd
    >>> from qqnet.contacts.plan import ContactPlan
    >>> from qqnet.contacts.timebase import TimeBase
    >>> row = {"from": "a", "to": "b", "start_s": 0.0, "end_s": 60.0, "rate_bps": 1e6, "owlt_s": 1.0}
    >>> plans = [ContactPlan(pd.DataFrame([row | change]), {"a": 1, "b": 2}, TimeBase("relative"))
    ...          for change in ({}, {"end_s": 50.0})]
    >>> found = compare_plans(*plans)
    >>> found.identical, found.changed["end_shift_s"].tolist()
    (False, [-10.0])
    """
    allowed = tolerances or Tolerances()
    base = common_base([first.time_base, second.time_base], "compare")
    by_link = all(_names_links(plan) for plan in (first, second))
    name_of = names_by_number(first, second)
    volumes = _volumes([first, second], name_of, by_link)
    rows = [in_base(plan.contacts, plan.time_base, base) for plan in (first, second)]
    chain = [chains(table, np.inf, max(TOUCH_S, allowed.time_s)) for table in rows]
    tables = [joined(*parts) for parts in zip(rows, chain, strict=True)]
    spans = _spans(tables, by_link)
    one, other = match(spans[0], spans[1], allowed.time_s)
    owlt_change = _owlt_changes(rows, _spans(rows, by_link), chain, (one, other))
    paired = _changes(tables[0].iloc[one], tables[1].iloc[other], name_of).assign(
        owlt_change_s=owlt_change[one]
    )
    differs = _differs(paired, allowed, by_link)
    alone = [
        _named(table.drop(index=table.index[rows]), name_of)[SHOWN].reset_index(drop=True)
        for table, rows in zip(tables, (one, other), strict=True)
    ]
    return PlanComparison(
        tolerances=allowed,
        by_link=by_link,
        nodes=compare_nodes(first, second),
        same=int((~differs).sum()),
        changed=paired[differs].reset_index(drop=True),
        only_first=alone[0],
        only_second=alone[1],
        volumes=volumes,
    )


SHOWN = ["from", "to", "link", "kind", "start_s", "end_s", "rate_bps", "owlt_start_s", "owlt_end_s"]


def _names_links(plan: ContactPlan) -> bool:
    return plan.contacts.empty or bool((plan.contacts["link"] != "").any())


def _spans(tables: list[pd.DataFrame], by_link: bool) -> list[Spans]:
    """Rows as spans on numbered links, the same number in both tables."""
    import pandas as pd

    keys = ["from_ipn", "to_ipn", *(["link"] if by_link else [])]
    rows = pd.concat([table[keys] for table in tables], ignore_index=True)
    number = rows.groupby(keys, sort=False).ngroup().to_numpy().astype(np.int64)
    links = number[: len(tables[0])], number[len(tables[0]) :]
    return [
        Spans(link, table["start_s"].to_numpy(), table["end_s"].to_numpy())
        for link, table in zip(links, tables, strict=True)
    ]


def _owlt_changes(
    rows: list[pd.DataFrame],
    spans: list[Spans],
    chain: list[NDArray[np.int64]],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.float64]:
    """Greatest difference of light time, second less first, of each chain of the first plan from its partner."""
    count = [int(numbers.max(initial=-1)) + 1 for numbers in chain]
    partner = np.full(count[0], -1, dtype=np.int64)
    partner[pairs[0]] = pairs[1]
    a, b = overlapping(spans[0], spans[1])
    theirs = partner[chain[0][a]] == chain[1][b]
    a, b = a[theirs], b[theirs]
    # Both light times are lines: they differ most at an end of what both contacts share.
    low = np.maximum(spans[0].start_s[a], spans[1].start_s[b])
    high = np.minimum(spans[0].end_s[a], spans[1].end_s[b])
    early, late = (_owlt(rows[1], b, time_s) - _owlt(rows[0], a, time_s) for time_s in (low, high))
    greatest, least = np.zeros(count[0]), np.zeros(count[0])
    np.maximum.at(greatest, chain[0][a], np.maximum(early, late))
    np.minimum.at(least, chain[0][a], np.minimum(early, late))
    return np.where(-least > greatest, least, greatest)


def _owlt(rows: pd.DataFrame, which: NDArray[np.int64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    start, end, owlt, owlt_end = (
        rows[name].to_numpy()[which] for name in ("start_s", "end_s", "owlt_start_s", "owlt_end_s")
    )
    return np.asarray(owlt + (time_s - start) / (end - start) * (owlt_end - owlt), dtype=np.float64)


def _named(table: pd.DataFrame, name_of: dict[int, str]) -> pd.DataFrame:
    """Rows with the names of nodes that both plans are shown with."""
    return table.assign(**{end: table[f"{end}_ipn"].map(name_of) for end in ("from", "to")})


def _changes(first: pd.DataFrame, second: pd.DataFrame, name_of: dict[int, str]) -> pd.DataFrame:
    """Paired rows side by side: those of the first, and second less first."""
    change = {
        name: second[name].to_numpy() - first[name].to_numpy()
        for name in ("start_s", "end_s", "rate_bps", "confidence")
    }
    table = _named(first, name_of)[["from", "to", "link", "kind", "start_s", "end_s", "rate_bps"]]
    return table.assign(
        start_shift_s=change["start_s"],
        end_shift_s=change["end_s"],
        rate_change_bps=change["rate_bps"],
        owlt_change_s=0.0,
        confidence_change=change["confidence"],
        second_kind=second["kind"].to_numpy(),
    )


def _differs(paired: pd.DataFrame, allowed: Tolerances, by_link: bool) -> NDArray[np.bool_]:
    limits = {
        "start_shift_s": allowed.time_s,
        "end_shift_s": allowed.time_s,
        "rate_change_bps": allowed.rate_bps,
        "owlt_change_s": allowed.owlt_s,
        "confidence_change": allowed.confidence,
    }
    differs = np.zeros(len(paired), dtype=np.bool_)
    for column, limit in limits.items():
        differs |= paired[column].abs().to_numpy() > limit
    if by_link:
        differs |= (paired["kind"] != paired["second_kind"]).to_numpy()
    return differs


def _volumes(plans: list[ContactPlan], name_of: dict[int, str], by_link: bool) -> pd.DataFrame:
    """Bytes of each link in both plans."""
    import pandas as pd

    keys = ["from_ipn", "to_ipn", *(["link"] if by_link else [])]
    sums = [
        plan.contacts[keys].assign(bytes=plan.volume_bytes()).groupby(keys)["bytes"].sum() for plan in plans
    ]
    table = pd.concat(sums, axis=1, keys=["first_bytes", "second_bytes"]).fillna(0.0).reset_index()
    table = _named(table, name_of).assign(
        link=table["link"] if by_link else "", change_bytes=table["second_bytes"] - table["first_bytes"]
    )
    return table[["from", "to", "link", "first_bytes", "second_bytes", "change_bytes"]]
