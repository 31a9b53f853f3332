"""Traffic: how late each flow's data is, what is lost and why, and the way it takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Heading, Table, Text
from qqnet.report.style import BLUE, FAINT, GRID, ORANGE, SKY, WIDE, new_figure
from qqnet.report.wording import NONE, data_rate, data_size, duration, percent, utc, whole
from qqnet.scenario.traffic import Flow
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.study.routes import FlowRoute
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

_ROW_IN = 0.27
_SHARES = (0.0, 0.05, 0.5, 0.95, 1.0)


def flow_blocks(study: Study) -> list[Block]:
    """Delays, volumes, losses and example routes of a study's flows.

    Parameters
    ----------
    study : Study
        For traffic and routes.

    Returns
    -------
    list of Block
    """
    flows = study.scenario.flows
    if not flows:
        return [Text("The scenario has no flows, so no traffic was simulated.")]
    delays = {flow.name: study.traffic.delay_quantiles(_SHARES, flow.name) for flow in flows}
    blocks: list[Block] = []
    if any(len(values) for values in delays.values()):
        blocks.append(
            Figures(
                [embedded(delay_figure(flows, delays), "delays", _words(delays))],
                "From creation to the last byte, delivered bundles only: thin line from least to "
                "largest, thick from "
                "5 % to 95 %, dot the median, cross the deadline. Logarithmic.",
                wide=True,
            )
        )
    else:
        blocks.append(Text("Not one bundle of any flow arrived."))
    blocks += [_table(study, delays), _losses(study), *_routes(study)]
    return blocks


def _words(delays: dict[str, Floats]) -> str:
    medians = [f"{name} {duration(float(values[2]))}" for name, values in delays.items() if len(values)]
    return f"Delay of the flows, medians: {', '.join(medians)}."


def delay_figure(flows: list[Flow], delays: dict[str, Floats]) -> Figure:
    """Draw the spread of delays, one row a flow, with the deadlines.

    Parameters
    ----------
    flows : list of Flow
        From top to bottom.
    delays : dict of str to ndarray
        Delays that none, 5 %, half, 95 % and all of the delivered bundles do not exceed; or empty. [s]

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = new_figure(WIDE, _ROW_IN * len(flows) + 0.9)
    axes = figure.subplots()
    for row, flow in enumerate(flows):
        values = delays[flow.name]
        axes.plot([flow.deadline], [row], linestyle="none", marker="x", color=ORANGE, markersize=5.5)
        if not len(values):
            axes.annotate("none arrived", (0.0, row), xycoords=("axes fraction", "data"), xytext=(4, 0),
                          textcoords="offset points", va="center", fontsize=7.5, color=FAINT)  # fmt: skip
            continue
        low, p5, p50, p95, high = values
        axes.plot([low, high], [row, row], color=FAINT, linewidth=1.0, solid_capstyle="butt")
        axes.plot([p5, p95], [row, row], color=SKY, linewidth=6.0, solid_capstyle="butt")
        axes.plot([p50], [row], linestyle="none", marker="o", color=BLUE, markersize=5.0)
    axes.set_xscale("log")
    axes.set_ylim(len(flows) - 0.4, -0.6)
    axes.set_yticks(range(len(flows)), [flow.name for flow in flows])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.4)
    _time_ticks(axes)
    return figure


def _time_ticks(axes: Any) -> None:
    """Ticks where people count: seconds, minutes, hours, days."""
    from matplotlib.ticker import NullLocator

    low, high = axes.get_xlim()
    marks = [0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 86400.0, 7 * 86400.0, 30 * 86400.0]
    words = ["1 ms", "10 ms", "0.1 s", "1 s", "10 s", "1 min", "10 min", "1 h", "6 h", "1 d", "7 d", "30 d"]
    shown = [(mark, word) for mark, word in zip(marks, words, strict=True) if low <= mark <= high]
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([mark for mark, _ in shown], [word for _, word in shown])
    axes.set_xlabel("delay")


def _volume(flow: Flow) -> str:
    if flow.rate is not None:
        return data_rate(flow.rate)
    return f"{data_size(flow.size)} every {duration(flow.every)}"


def _table(study: Study, delays: dict[str, Floats]) -> Table:
    rows = []
    summary = {entry["name"]: entry for entry in study.summary.get("flows", [])}
    for flow, result in zip(study.scenario.flows, study.traffic.flow_results(), strict=True):
        values = delays[flow.name]
        points = values[[0, 2, 3, 4]] if len(values) else [math.nan] * 4
        fits = summary.get(flow.name, {}).get("fits")
        rows.append(
            [
                flow.name,
                f"{flow.source} → {flow.destination}",
                f"{flow.type}, {flow.priority}",
                _volume(flow),
                duration(flow.deadline),
                *(duration(float(point)) for point in points),
                data_size(result.offered_bytes),
                percent(result.delivery_ratio),
                NONE if fits is None else ("yes" if fits else "no"),
            ]
        )
    columns = ["flow", "way", "kind", "asks for", "deadline", "least", "median", "95 %", "largest", "offered",
               "delivered in time", "fits"]  # fmt: skip
    return Table(
        columns,
        rows,
        3,
        "What each flow asks for and gets",
        "Delays count from creation to the last byte, of delivered bundles.",
    )


def _losses(study: Study) -> Block:
    results = study.traffic.flow_results()
    causes = list(study.traffic.losses())
    if not causes:
        return Text("Nothing was lost.")
    rows = [
        [result.name, whole(result.bundles - result.delivered_bundles)]
        + [data_size(result.losses[cause]) if cause in result.losses else NONE for cause in causes]
        for result in results
        if result.losses
    ]
    total = study.traffic.losses()
    lost = sum(result.bundles - result.delivered_bundles for result in results)
    rows.append(["all", whole(lost), *(data_size(total[cause]) for cause in causes)])
    note = (
        "No route: not even an empty network could have brought the bundle before the end of the span; "
        "deadline: not in time; no capacity: others had taken what was needed."
    )
    return Table(["flow", "bundles lost", *causes], rows, 1, "Losses by cause", note)


def _routes(study: Study) -> list[Block]:
    by_flow: dict[str, list[FlowRoute]] = {}
    for route in study.routes:
        by_flow.setdefault(route.flow, []).append(route)
    blocks: list[Block] = [
        Heading("Ways through the network"),
        Text(
            "For each flow the earliest arrival of a small bundle, at "
            f"{study.scenario.compute.route_starts} start times "
            "spread evenly over the span: the time of the first bit, with nobody else on the network. "
            "Hop by hop: the "
            "first of them that has a way."
        ),
    ]
    for flow in study.scenario.flows:
        routes = by_flow.get(flow.name, [])
        found = [route for route in routes if route.route is not None]
        if not found:
            blocks.append(Text(f"{flow.name}: no way at any of the {len(routes)} start times."))
            continue
        latencies = [route.latency_s for route in found if route.latency_s is not None]
        spread = f"{duration(min(latencies))} to {duration(max(latencies))}"
        ways = len({route.route.nodes for route in found if route.route is not None})
        summary = (
            f"{flow.name}: {spread}, {len(found)} of {len(routes)} start times have a way, "
            f"{ways} different {'way' if ways == 1 else 'ways'}"
        )
        blocks.append(Fold(summary, [_hops(found[0])]))
    return blocks


def _hops(found: FlowRoute) -> Table:
    assert found.route is not None
    rows = [
        [
            f"{hop.from_} → {hop.to}",
            hop.link,
            format_utc(hop.start_s, 1).replace("T", " ").rstrip("Z"),
            format_utc(hop.arrival_s, 1).replace("T", " ").rstrip("Z"),
            duration(hop.owlt_s),
            duration(hop.arrival_s - found.at_s),
        ]
        for hop in found.route.hops
    ]
    columns = ["hop", "link", "sent", "received", "light time", "since ready"]
    return Table(columns, rows, 2, f"Ready at {utc(format_utc(found.at_s))}")
