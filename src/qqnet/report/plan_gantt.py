"""Contacts of any plan as bars over time, coloured by rate or by use."""

from __future__ import annotations

from collections.abc import Collection
from os import PathLike
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.report.gantt import Row, gantt_figure, merged
from qqnet.report.map_files import write_map
from qqnet.report.plan_axis import PlanAxis
from qqnet.report.scales import rate_scale, use_scale
from qqnet.report.style import FAINT, drawing
from qqnet.report.wording import whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
By = Literal["pair", "link"]

MOST_ROWS: Final = 60
"""Rows beyond which a chart is too long to be read."""


def plan_gantt(
    plan: ContactPlan,
    *,
    by: By = "pair",
    used_share: Floats | None = None,
    nodes: Collection[str] = (),
    span: tuple[float, float] | None = None,
    most_rows: int = MOST_ROWS,
) -> Figure:
    """Draw a plan's contacts as bars over time.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    by : {"pair", "link"}
        A row for each pair of nodes, both directions and all links together with the best of each moment; or a
        row for each link and direction.
    used_share : ndarray [N], optional
        Share of each contact that is used, in row order of the plan, as `TrafficResult.contact_use` gives it;
        then it colours the bars, or else the rate does [1].
    nodes : collection of str
        Only contacts from or to these nodes, names or ``ipn`` numbers; of all nodes where empty.
    span : tuple of float, optional
        Start and end; those of the plan where not given [s of the plan's time base].
    most_rows : int
        Where there are more rows, those that carry, or could carry, most stay.

    Returns
    -------
    matplotlib.figure.Figure
        Rows in the order of their nodes' numbers; at the right the share of the span with a contact.

    Raises
    ------
    InputError
        For an unknown node, and where there is no contact to draw.
    """
    span = plan.span if span is None else span
    rows = _chosen(plan, by, used_share, nodes, span)
    keys = rows.groupby("row", sort=False)["weight"].sum()
    kept = set(keys.nlargest(most_rows).index)
    order = rows.drop_duplicates("row").sort_values(["first", "second", "row"])["row"]
    groups = {str(label): group for label, group in rows[rows["row"].isin(kept)].groupby("row")}
    bars = []
    for label in order:
        if label in kept:
            group = groups[label]
            edges = group["start_s"].to_numpy(), group["end_s"].to_numpy()
            bars.append(Row(label, *merged(*edges, group["value"].to_numpy())))
    scale = rate_scale(rows["value"].to_numpy()) if used_share is None else use_scale()
    figure = gantt_figure(bars, span, scale, PlanAxis(span, plan.time_base))
    axes = figure.axes[0]
    axes.set_title(f"Contacts by {by}")
    if len(keys) > most_rows:
        axes.set_title(
            f"{whole(len(keys) - most_rows)} of {whole(len(keys))} {by}s with less volume are left out",
            loc="right",
            fontsize=8.0,
            fontweight="normal",
            color=FAINT,
        )
    return figure


def write_plan_gantt(
    plan: ContactPlan,
    path: str | PathLike[str],
    *,
    by: By = "pair",
    used_share: Floats | None = None,
    nodes: Collection[str] = (),
    span: tuple[float, float] | None = None,
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a plan's contacts as bars over time as PNG, SVG or PDF; see `plan_gantt`."""
    with drawing():
        figure = plan_gantt(plan, by=by, used_share=used_share, nodes=nodes, span=span, most_rows=most_rows)
    write_map(figure, str(path))


def _chosen(
    plan: ContactPlan, by: By, used_share: Floats | None, nodes: Collection[str], span: tuple[float, float]
) -> pd.DataFrame:
    """Contacts within the span with the ``row`` that they belong to, its order, ``value`` and ``weight``."""
    rows = plan.contacts
    inside = np.clip(np.minimum(rows["end_s"], span[1]) - np.maximum(rows["start_s"], span[0]), 0.0, None)
    weight = inside * rows["rate_bps"] * (1.0 if used_share is None else used_share)
    rows = rows.assign(
        value=rows["rate_bps"] if used_share is None else used_share, inside=inside, weight=weight
    )
    keep = rows["inside"] > 0.0
    if nodes:
        names = {plan.node(name) for name in nodes}
        keep &= rows["from"].isin(names) | rows["to"].isin(names)
    rows = rows[keep]
    if rows.empty:
        where = f" of {', '.join(nodes)}" if nodes else ""
        raise InputError(f"contact Gantt: there is no contact{where} between {span[0]:g} and {span[1]:g} s")
    if by == "link":
        label = rows["from"] + " → " + rows["to"] + rows["link"].map(lambda link: f", {link}" if link else "")
        return rows.assign(row=label, first=rows["from_ipn"], second=rows["to_ipn"])
    ahead = (rows["from_ipn"] < rows["to_ipn"]).to_numpy()
    low, high = np.where(ahead, rows["from"], rows["to"]), np.where(ahead, rows["to"], rows["from"])
    return rows.assign(
        row=[f"{one} – {other}" for one, other in zip(low, high, strict=True)],
        first=np.minimum(rows["from_ipn"], rows["to_ipn"]),
        second=np.maximum(rows["from_ipn"], rows["to_ipn"]),
    )
