"""Compute the tables of the page on failures: relays lost for good, and traffic while the Sun stands between.

    .venv/bin/python docs/failure_numbers.py [FOLDER]

Contact plans are kept in the folder, where one is given, and taken from there the next time. Making the three of
them takes some five minutes of a core, the rest as long again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import qqnet
from qqnet.cli.options import with_span
from qqnet.contacts.convert import read_plan
from qqnet.contacts.tables import write_parquet
from qqnet.study.study import Study
from qqnet.study.what_if import constellations, experiment_of
from qqnet.traffic.criticality import Candidate, Criticality, Harm, criticality, node_candidates
from qqnet.traffic.experiment import Experiment
from qqnet.traffic.intervals import mean_interval
from qqnet.traffic.result import FlowResult, TrafficResult
from qqnet.traffic.workers import cores

INCLUDE = Path(__file__).parent / "_include"
LOST = ("eml2", "earth-staging-01", "mars-staging-01")
FROM_S = 3.5 * 86400.0
CALM = "2040-10-01T00:00:00Z"
COUNTS, SERIES = (10, 20, 50, 100), 400
WAYS = (
    ("straight to Earth's side", ("earth-staging", "eml")),
    ("round the Sun by Sun-Earth L4", ("helio-staging",)),
    ("round the Sun by Venus", ("venus",)),
)
"""Who hears Mars's stations, by the beginning of the name; whoever is left is a ground station."""


def experiment(name: str, folder: Path | None, start: str | None = None) -> Experiment:
    """Traffic of a scenario over its contact plan, which may lie in a folder."""
    scenario = with_span(qqnet.load(name), start)
    file = None if folder is None else folder / f"{name}{'' if start is None else start[:10]}.parquet"
    if file is not None and file.is_file():
        return experiment_of(scenario, read_plan(file))
    plan = Study(scenario).contacts
    if file is not None:
        write_parquet(plan, file)
    return experiment_of(scenario, plan)


def size(value: float) -> str:
    """Bytes for people."""
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(value) >= unit:
            return f"{value / unit:.3g} {name}"
    return f"{value:.0f} B"


def time(seconds: float | None) -> str:
    """Delay for people."""
    if seconds is None:
        return "none"
    for unit, name in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if abs(seconds) >= 2.0 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Table of Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + "\n"


def losses(folder: Path | None) -> str:
    """What qqnet-3 loses without each of three relays from the middle of the week on."""
    week = experiment("qqnet-3", folder)
    begin = week.start_s + FROM_S
    surprise, known = (
        criticality(week, node_candidates(LOST), start_s=begin, foreseen=foreseen, jobs=cores())
        for foreseen in (False, True)
    )
    before = surprise.undisturbed.flow_results()
    offered, delivered = (
        sum(getattr(one, f"{what}_bytes") for one in before) for what in ("offered", "delivered")
    )
    rows = []
    for name in LOST:
        harms = [harm_of(found, name) for found in (surprise, known)]
        causes = ", ".join(f"{cause} {size(lost)}" for cause, lost in harms[0].losses.items()) or "none"
        rows.append(
            [f"`{name}`", size(harms[0].carried_bytes), *(size(harm.missing_bytes) for harm in harms), causes]
        )
    heads = [
        "lost",
        "passes on in the week",
        "missing, a surprise",
        "missing, foreseen",
        "causes of the surprise",
    ]
    lost = sum(one.lost_bytes for one in before)
    said = (
        f"Undisturbed, of {size(offered)} offered {size(lost)} are lost, and {size(offered - delivered - lost)} "
        "are under way at the end.\n\n"
    )
    return said + table(heads, rows) + "".join(hurt(surprise, known, name) for name in LOST)


def harm_of(found: Criticality, name: str) -> Harm:
    """What the loss of one does."""
    return next(harm for harm in found.harms if harm.candidate.name == name)


def hurt(surprise: Criticality, known: Criticality, name: str) -> str:
    """Flows that the loss of one node changes."""
    before = {one.name: one for one in surprise.undisturbed.flow_results()}
    effects = [{one.flow: one for one in harm_of(found, name).effects} for found in (surprise, known)]
    rows = []
    for flow, effect in effects[0].items():
        foreseen = effects[1].get(flow)
        missing = effect.missing_bytes, 0.0 if foreseen is None else foreseen.missing_bytes
        change = effect.delay_p95_change_s or 0.0
        delay = before[flow].delay_s
        if not any(missing) and (delay is None or abs(change) < 0.05 * delay.p95):
            continue
        rows.append(
            [
                f"`{flow}`",
                *(size(one) if one else "0" for one in missing),
                "none" if effect.delivery_ratio is None else f"{100 * effect.delivery_ratio:.2f} %",
                time(None if delay is None else delay.p95),
                ("+" if change > 0 else "") + time(change),
            ]
        )
    if not rows:
        return f"Without `{name}` no flow misses anything, and no delay changes by 5 %.\n\n"
    heads = ["flow", "missing, a surprise", "foreseen", "delivered in the week", "95 % of delays", "change"]
    return f"Without `{name}`:\n\n" + table(heads, rows)


def between_planets(flow: FlowResult) -> bool:
    """Whether a flow goes to or from Mars by more than its own network."""
    return flow.name.startswith("mars") and flow.name != "mars-rover-command"


def conjunction(folder: Path | None) -> str:
    """Traffic of Mars through a conjunction, beside weeks without one."""
    shut, calm = (
        experiment("mars-conjunction-2040", folder),
        experiment("mars-conjunction-2040", folder, CALM),
    )
    quiet = calm.run()
    scenario = qqnet.load("mars-conjunction-2040")
    groups = {one.name: one for one in constellations(scenario, shut)}
    ways = [groups["venus-staging"], Candidate("helio-staging", "node", ("helio-staging",))]
    both = Candidate("both", "constellation", tuple(node for way in ways for node in way.nodes))
    without = criticality(shut, [*ways, both], foreseen=True, jobs=cores())
    result = without.undisturbed
    rows = []
    for flow in result.flow_results():
        if between_planets(flow):
            other = quiet.flow(flow.name)
            rows.append([f"`{flow.name}`", *(cell for one in (other, flow) for cell in delays(one))])
    heads = ["flow", "delivered in October", "50 %, 95 %, longest", "in December", "50 %, 95 %, longest"]
    return (
        table(heads, rows)
        + stores(quiet, result)
        + carried(quiet, result)
        + without_ways(without, [*ways, both])
    )


def delays(flow: FlowResult) -> list[str]:
    """Share that is delivered, and delays."""
    found = flow.delay_s
    share = "none" if flow.delivery_ratio is None else f"{100 * flow.delivery_ratio:.2f} %"
    return [
        share,
        "none" if found is None else ", ".join(time(one) for one in (found.p50, found.p95, found.max)),
    ]


def stores(quiet: TrafficResult, result: TrafficResult) -> str:
    """Most that the nodes of Mars store."""
    peaks = [dict(zip(run.nodes["node"], run.nodes["peak_bytes"], strict=True)) for run in (quiet, result)]
    rows = [
        [f"`{node}`", *(size(peak[node]) for peak in peaks)]
        for node in ("mars-base", "mars-rover", "mars-staging-01", "mars-staging-02", "mars-staging-03")
    ]
    satellites = [max(size for node, size in peak.items() if node.startswith("mars-sat")) for peak in peaks]
    rows.append(["a satellite of `mars-sat`", *(size(one) for one in satellites)])
    return table(["most in store of", "October", "December"], rows)


def carried(quiet: TrafficResult, result: TrafficResult) -> str:
    """Which way what leaves Mars takes first."""
    columns = []
    for run in (quiet, result):
        volumes = run.volumes
        out = volumes[volumes["from"].str.startswith("mars") & ~volumes["to"].str.startswith("mars")]
        shares, left = [], float(out["bytes"].sum())
        total = left
        for _, names in WAYS:
            part = float(out.loc[out["to"].str.startswith(names), "bytes"].sum())
            shares.append(part)
            left -= part
        columns.append([f"{size(one)}, {100 * one / total:.1f} %" for one in (*shares, left)])
    names = [*(name for name, _ in WAYS), "straight to a ground station"]
    rows = [list(cells) for cells in zip(names, *columns, strict=True)]
    return table(["what leaves Mars goes", "October", "December"], rows)


def without_ways(found: Criticality, ways: Sequence[Candidate]) -> str:
    """What is missing without the ways round."""
    offered = sum(one.offered_bytes for one in found.undisturbed.flow_results() if between_planets(one))
    names = ["the stations at Venus", "the station at Sun-Earth L4", "both"]
    rows = []
    for name, way in zip(names, ways, strict=True):
        harm = harm_of(found, way.name)
        mars = [one for one in harm.effects if one.flow.startswith("mars")]
        missing = sum(one.missing_bytes for one in mars)
        worst = [one for one in mars if one.missing_bytes > 0.0][:2]
        rows.append(
            [
                name,
                f"{size(missing)}, {100 * missing / offered:.2f} %",
                ", ".join(f"`{one.flow}` {100 * (one.delivery_ratio or 0.0):.1f} % left" for one in worst)
                or "none",
            ]
        )
    return table(["known to be away", "missing of Mars's traffic", "worst hurt"], rows)


def intervals(_: Path | None) -> str:
    """How often intervals hold the true mean."""
    random = np.random.default_rng(1)
    cases = {
        "2 % of 200 messages lost": (0.98, lambda count: 1.0 - random.binomial(200, 0.02, count) / 200),
        "15 % of runs lose an exponential share, 10 % on average": (
            0.985,
            lambda count: 1.0 - (random.random(count) < 0.15) * random.exponential(0.1, count),
        ),
    }
    rows = []
    for name, (true, draw) in cases.items():
        shares = []
        for count in COUNTS:
            found = [mean_interval(draw(count), 0.95, resamples=499) for _ in range(SERIES)]
            shares.append(sum(one.low <= true <= one.high for one in found) / SERIES)
        rows.append([name, *(f"{100 * share:.0f} %" for share in shares)])
    return table(["each run delivers", *(f"{count} runs" for count in COUNTS)], rows)


def main() -> None:
    """Compute and write."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    INCLUDE.mkdir(exist_ok=True)
    parts = ("failures_intervals", intervals), ("failures", losses), ("failures_conjunction", conjunction)
    for name, make in parts:
        text = make(folder)
        (INCLUDE / f"{name}.md").write_text(text, encoding="utf-8")
        print(text, flush=True)


if __name__ == "__main__":
    main()
