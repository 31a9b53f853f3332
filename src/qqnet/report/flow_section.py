"""Traffic: what becomes of each flow's data, how late it is, where it waits, and the way it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.report.delays import delay_figure, delay_panels
from qqnet.report.fates import fate_figure
from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Heading, Table, Text
from qqnet.report.plan_gantt import plan_gantt
from qqnet.report.sankey import sankey_figure
from qqnet.report.space_time import space_time_figure
from qqnet.report.traffic_figures import constellations
from qqnet.report.traffic_over_time import storage_figure
from qqnet.report.wording import NONE, data_rate, data_size, duration, percent, utc
from qqnet.scenario.traffic import Flow
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from qqnet.study.routes import FlowRoute
    from qqnet.study.study import Study
    from qqnet.traffic.result import TrafficResult

MOST_STORES = 12
"""Nodes whose storage is drawn."""
MOST_USED = 20
"""Pairs of nodes whose use is drawn."""


def flow_blocks(study: Study) -> list[Block]:
    """Fates, delays, volumes, storage, use of links and example routes of a study's flows.

    Parameters
    ----------
    study : Study
        For traffic, contacts and routes.

    Returns
    -------
    list of Block
    """
    if not study.scenario.flows:
        return [Text("The scenario has no flows, so no traffic was simulated.")]
    result = study.traffic
    blocks: list[Block] = [
        Figures(
            [embedded(fate_figure(result.flow_results()), "fates", _words(result))],
            "What became of each flow's data by the end of the span.",
            wide=True,
        ),
        _table(study),
        _losses(result),
        Heading("Delays"),
    ]
    if any(flow.delivered_bundles for flow in result.flow_results()):
        blocks += [
            Figures(
                [embedded(delay_figure(delay_panels(result)), "delays", "Delays by flow.")],
                "Share of each flow's bundles that arrived within a delay, from creation to the last byte; a "
                "curve that ends below 100 % has losses. Crosses: deadlines. Logarithmic.",
                wide=True,
            ),
            Figures(
                [
                    embedded(
                        delay_figure(delay_panels(result, "priority")),
                        "delays-priority",
                        "Delays by priority.",
                    )
                ],
                "The same for all flows of a priority together.",
                wide=True,
            ),
        ]
    else:
        blocks.append(Text("Not one bundle of any flow arrived."))
    return [*blocks, *_over_the_network(study, result), *_routes(study)]


def _words(result: TrafficResult) -> str:
    ratios = [f"{flow.name} {percent(flow.delivery_ratio, 1)}" for flow in result.flow_results()]
    return f"Delivered: {', '.join(ratios)}."


def _over_the_network(study: Study, result: TrafficResult) -> list[Block]:
    """Say who carries what, who stores how much, and how busy the links are."""
    if not len(result.volumes):
        return []
    use = result.contact_use(study.contacts)["used_share"].to_numpy()
    base = study.contacts.time_base
    return [
        Heading("Who carries what"),
        Figures(
            [
                embedded(
                    sankey_figure(result.volumes, result.flows, constellations(study.scenario)),
                    "volumes",
                    "Volumes from sources over relays to destinations.",
                    always_drawn=True,
                )
            ],
            "All data sent over the span, from sources at the left to destinations at the right; colours are "
            "those of the largest sources. A relay that serves both directions stands in more than one place.",
            wide=True,
        ),
        Heading("Storage and use of links"),
        Figures(
            [
                embedded(
                    storage_figure(result.history, base, MOST_STORES),
                    "storage",
                    f"Data stored over time by up to {MOST_STORES} nodes.",
                )
            ],
            "What nodes hold that is not theirs to keep; each row to its own scale, dark the mean, light the most "
            "within a step.",
            wide=True,
        ),
        Figures(
            [
                embedded(
                    plan_gantt(study.contacts, used_share=use, most_rows=MOST_USED),
                    "use",
                    f"Use of the contacts of up to {MOST_USED} pairs of nodes.",
                )
            ],
            "Share of the transmitter time of each contact that was used; the pairs that carried most.",
            wide=True,
        ),
    ]


def _volume(flow: Flow) -> str:
    if flow.rate is not None:
        return data_rate(flow.rate)
    return f"{data_size(flow.size)} every {duration(flow.every)}"


def _table(study: Study) -> Table:
    rows = []
    summary = {entry["name"]: entry for entry in study.summary.get("flows", [])}
    for flow, result in zip(study.scenario.flows, study.traffic.flow_results(), strict=True):
        delay = result.delay_s
        fits = summary.get(flow.name, {}).get("fits")
        rows.append(
            [
                flow.name,
                f"{flow.source} → {flow.destination}",
                f"{flow.type}, {flow.priority}",
                percent(result.delivery_ratio),
                NONE if fits is None else ("yes" if fits else "no"),
                _volume(flow),
                data_size(result.offered_bytes),
                duration(flow.deadline),
                *(
                    duration(None if delay is None else float(getattr(delay, key)))
                    for key in ("mean", "p50", "p95", "max")
                ),
            ]
        )
    columns = ["flow", "way", "kind", "delivered in time", "fits", "asks for", "offered", "deadline", "mean",
               "median", "95 %", "largest"]  # fmt: skip
    return Table(
        columns,
        rows,
        3,
        "What each flow asks for and gets",
        "Delays count from creation to the last byte, of delivered bundles.",
    )


def _losses(result: TrafficResult) -> Block:
    flows, total = result.flow_results(), result.losses()
    if not total:
        return Text("Nothing was lost.")
    rows = [
        [flow.name, *(data_size(flow.losses[cause]) if cause in flow.losses else NONE for cause in total)]
        for flow in flows
        if flow.losses
    ]
    rows.append(["all", *(data_size(size) for size in total.values())])
    return Table(["flow", *total], rows, 1, "Losses by cause")


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
        *_longest(study),
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


def _longest(study: Study) -> list[Block]:
    """Draw the example route that takes longest through space and time."""
    found = [one for one in study.routes if one.route is not None and one.latency_s is not None]
    if not found:
        return []
    chosen = max(found, key=lambda one: one.latency_s or 0.0)
    assert chosen.route is not None
    figure = space_time_figure(study.contacts, [chosen.route], at_s=chosen.at_s)
    words = f"{chosen.flow} by way of {', '.join(chosen.route.nodes)}"
    return [
        Figures(
            [embedded(figure, "space-time", words)],
            f"The slowest of them, {chosen.flow}, through space and time. Grey: contacts along its way. The line "
            "waits along a node's row and travels to the next one, slanted by the light time.",
            wide=True,
        )
    ]
