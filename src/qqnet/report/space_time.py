"""Routes through space and time: nodes from top to bottom, time from left to right.

Each node has a row. Contacts that it has towards other nodes of the picture are bars in lanes of its row, a
lane for each receiver. A bundle that waits is a line along the row; one that travels is a slanted strip from the
sender's row to the receiver's: its width is the time of transmission, its slant the light time.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.report.map_files import write_map
from qqnet.report.plan_axis import PlanAxis
from qqnet.report.style import FAINT, PAPER, SERIES, WIDE, drawing, new_figure
from qqnet.report.wording import duration
from qqnet.routing.route import Hop, Route

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

MOST_ROUTES: Final = len(SERIES)
"""Routes that can be told apart in one picture."""
BAR: Final = "#c9d1d9"
_BESIDE_IN = 0.028
"""Lines of routes stand so far beside each other, that all are seen where they share hops [in]."""
_LEGEND_LETTERS = 105
_LANE, _ROW_PAD, _ROW_IN = 0.16, 0.62, 0.42
_LONGEST = 12.0
"""A runner-up that takes so many times as long as the best route is cut off."""
_SEEN = 0.003
"""Times closer than this share of the picture cannot be told apart."""
_MARGIN = 0.06
"""Empty time before the start and after the last arrival, as a share of what lies between."""


@dataclass(frozen=True)
class Row:
    """Place of a node in the picture.

    Attributes
    ----------
    node : str
        Its name.
    y : float
        Height of the line along which bundles wait.
    lanes : dict of str to float
        Receivers of its contacts, and height of their bars.
    """

    node: str
    y: float
    lanes: dict[str, float]


def space_time_figure(
    plan: ContactPlan, routes: Sequence[Route], *, at_s: float | None = None, until_s: float | None = None
) -> Figure:
    """Draw a route and its runners-up over the contacts that they could use.

    Parameters
    ----------
    plan : ContactPlan
        In which they were found.
    routes : sequence of Route
        From the best; at least one, of which the first `MOST_ROUTES` are drawn.
    at_s : float, optional
        When the bundle was ready; the first transmission where not given [s of the plan's time base].
    until_s : float, optional
        End of the picture; the last arrival where not given, but what comes so late that all else would vanish is
        cut off and told in the legend [s of the plan's time base].

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        Where there is no route.
    """
    if not routes:
        raise InputError("a space-time picture needs at least one route")
    routes = routes[:MOST_ROUTES]
    at_s = min(route.hops[0].start_s for route in routes) if at_s is None else at_s
    until_s = _end(routes, at_s) if until_s is None else until_s
    room = _MARGIN * max(until_s - at_s, 1e-3)
    axis = PlanAxis((at_s - room, until_s + room), plan.time_base, at_s)
    contacts = _contacts(plan, routes, axis.span)
    rows = _rows(routes, contacts)
    height = max(row.y for row in rows.values()) + _ROW_PAD
    figure = new_figure(WIDE, _ROW_IN * height / _ROW_PAD + 0.75 + 0.2 * len(routes))
    axes = figure.subplots()
    _draw_bars(axes, rows, contacts, axis)
    _draw_routes(axes, rows, routes, at_s, axis)
    axes.axvline(float(axis.positions(at_s)), color=FAINT, linewidth=0.8, zorder=1)
    axes.set_ylim(height - 0.25, -0.35)
    axes.set_yticks([row.y for row in rows.values()], list(rows))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axis.dress(axes)
    ends = routes[0].nodes
    axes.set_title(f"{ends[0]} to {ends[-1]}")
    figure.legend(loc="outside lower left", handlelength=2.2, borderpad=0.2, labelspacing=0.3)
    return figure


def draw_route(
    plan: ContactPlan,
    routes: Sequence[Route],
    path: str | PathLike[str],
    *,
    at_s: float | None = None,
    until_s: float | None = None,
) -> None:
    """Write routes through space and time as PNG, SVG or PDF; see `space_time_figure`."""
    with drawing():
        figure = space_time_figure(plan, routes, at_s=at_s, until_s=until_s)
    write_map(figure, str(path))


def _end(routes: Sequence[Route], at_s: float) -> float:
    """Last arrival that can be shown beside the best one."""
    best = routes[0].arrival_s - at_s
    shown = [route.arrival_s for route in routes if route.arrival_s - at_s <= _LONGEST * best]
    return max([routes[0].arrival_s, *shown])


def _contacts(plan: ContactPlan, routes: Sequence[Route], span: tuple[float, float]) -> pd.DataFrame:
    """Contacts within the span along the pairs of nodes that the routes use."""
    rows = plan.contacts
    pairs = {(hop.from_, hop.to) for route in routes for hop in route.hops}
    keys = rows["from"] + "\0" + rows["to"]
    along = keys.isin([f"{one}\0{other}" for one, other in pairs])
    return rows[along & (rows["end_s"] >= span[0]) & (rows["start_s"] <= span[1])]


def _order(routes: Sequence[Route]) -> list[str]:
    """Nodes from source to destination: each route's own below where it leaves the better ones."""
    order = list(routes[0].nodes)
    for route in routes[1:]:
        place = 0
        for node in route.nodes:
            if node in order:
                place = order.index(node) + 1
            else:
                order.insert(place, node)
                place += 1
    return order


def _rows(routes: Sequence[Route], contacts: pd.DataFrame) -> dict[str, Row]:
    """Rows from top to bottom, high enough for the lanes below the line of each node."""
    order = _order(routes)
    pairs = {(hop.from_, hop.to) for route in routes for hop in route.hops}
    pairs |= set(zip(contacts["from"], contacts["to"], strict=True))
    rows, y = {}, 0.0
    for node in order:
        receivers = [other for other in order if (node, other) in pairs]
        lanes = {other: y + _LANE * (k + 1) for k, other in enumerate(receivers)}
        rows[node] = Row(node, y, lanes)
        y += _ROW_PAD + _LANE * len(receivers)
    return rows


def _draw_bars(axes: Axes, rows: dict[str, Row], contacts: pd.DataFrame, axis: PlanAxis) -> None:
    """Draw the contacts as bars, and at the right whom each lane leads to."""
    for row in rows.values():
        axes.axhline(row.y, color=FAINT, linewidth=0.7, zorder=1)
        for receiver, y in row.lanes.items():
            chosen = contacts[(contacts["from"] == row.node) & (contacts["to"] == receiver)]
            start = axis.positions(np.maximum(chosen["start_s"].to_numpy(), axis.span[0]))
            end = axis.positions(np.minimum(chosen["end_s"].to_numpy(), axis.span[1]))
            axes.broken_barh(
                list(zip(start, end - start, strict=True)),
                (y - 0.38 * _LANE, 0.76 * _LANE),
                facecolor=BAR,
                edgecolor=PAPER,
                linewidth=0.5,
                zorder=2,
            )
            axes.annotate(
                f"→ {receiver}",
                (1.0, y),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=6.5,
                color=FAINT,
            )


def _draw_routes(
    axes: Axes, rows: dict[str, Row], routes: Sequence[Route], at_s: float, axis: PlanAxis
) -> None:
    """Draw routes beside each other, the best on top; a transmission that several share is filled once."""
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure(root=True)
    assert figure is not None
    filled: set[tuple[int, int]] = set()
    seen_s = _SEEN * (axis.span[1] - axis.span[0])
    for place, route in enumerate(routes):
        colour, aside = SERIES[place], _BESIDE_IN * place
        beside = axes.transData + ScaledTranslation(aside, -aside, figure.dpi_scale_trans)
        xs, ys = _track(rows, route, at_s, axis)
        axes.plot(
            xs,
            ys,
            color=colour,
            linewidth=1.7,
            solid_joinstyle="round",
            zorder=10.0 - place,
            transform=beside,
            label=_label(routes, place, at_s, axis),
        )
        axes.plot(
            xs[-1:], ys[-1:], color=colour, marker="o", markersize=4.5, zorder=10.0 - place, transform=beside
        )
        for hop in route.hops:
            transmission = hop.contact, round(hop.start_s / seen_s)
            if hop.end_s > hop.start_s and transmission not in filled:
                filled.add(transmission)
                _fill(axes, rows, hop, colour, axis)


def _track(
    rows: dict[str, Row], route: Route, at_s: float, axis: PlanAxis
) -> tuple[list[float], list[float]]:
    """Line of the first bit: along a row while the bundle waits, slanted while it travels."""
    times, heights = [at_s], [rows[route.nodes[0]].y]
    for hop in route.hops:
        sender, receiver = rows[hop.from_], rows[hop.to]
        first_bit_s = hop.start_s + hop.arrival_s - hop.end_s
        times += [hop.start_s, hop.start_s, first_bit_s, hop.arrival_s]
        heights += [sender.y, sender.lanes[hop.to], receiver.y, receiver.y]
    return axis.positions(times).tolist(), heights


def _fill(axes: Axes, rows: dict[str, Row], hop: Hop, colour: str, axis: PlanAxis) -> None:
    """Fill what lies between the first and the last bit of a transmission."""
    from matplotlib.patches import Polygon

    times = [hop.start_s, hop.end_s, hop.arrival_s, hop.start_s + hop.arrival_s - hop.end_s]
    lane, receiver = rows[hop.from_].lanes[hop.to], rows[hop.to].y
    corners = np.stack([axis.positions(times), [lane, lane, receiver, receiver]], axis=1)
    axes.add_patch(Polygon(corners, facecolor=colour, alpha=0.25, linewidth=0, zorder=3))


def _label(routes: Sequence[Route], place: int, at_s: float, axis: PlanAxis) -> str:
    """Say when a route arrives, and over whom it goes."""
    route = routes[place]
    if place == 0:
        when = f"arrives after {duration(route.arrival_s - at_s)}"
    elif route.arrival_s == routes[0].arrival_s:
        when = "at the same time"
    else:
        when = f"{duration(route.arrival_s - routes[0].arrival_s)} later"
    late = "" if route.arrival_s <= axis.span[1] else " (beyond the edge)"
    way = f"by {', '.join(route.nodes[1:-1])}" if len(route.hops) > 1 else "straight"
    return textwrap.fill(f"{place + 1}. {when}{late}, {way}", _LEGEND_LETTERS, subsequent_indent="    ")
