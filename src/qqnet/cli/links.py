"""Commands about links: the budget of one, line by line and over time, and the performance of all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from qqnet.cli import console
from qqnet.cli.options import (
    Duration,
    Json,
    Mask,
    ScenarioArgument,
    Start,
    Step,
    changed,
    masked_nodes,
    with_span,
)
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.scenario.model import Scenario
    from qqnet.study.budgets import LinkReport
    from qqnet.study.link_performance import NextDecibel
    from qqnet.study.link_series import LinkSeries
    from qqnet.study.study import Study

TABLES = (".csv", ".parquet")


def link(
    scenario: ScenarioArgument,
    source: Annotated[str, typer.Argument(metavar="FROM", help="Node that transmits.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Node that receives.")],
    at: Annotated[
        str | None, typer.Option("--at", help="UTC; the start of the span where not given.")
    ] = None,
    terminal: Annotated[
        str | None, typer.Option("--terminal", help="Transmit terminal, where several could be used.")
    ] = None,
    over_time: Annotated[
        bool, typer.Option("--over-time", help="Also the whole span: up time, volume, what a decibel gives.")
    ] = False,
    waterfall: Annotated[
        Path | None, typer.Option("--waterfall", metavar="FILE", help="Draw the budget: .png, .svg or .pdf.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw rate and margin over time.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the series over time: .csv or .parquet."),
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    mask: Mask = None,
    as_json: Json = False,
) -> None:
    """Budget of a link, line by line, and when it is there."""
    from qqnet.report.link_figures import check_figure, write_budget, write_over_time
    from qqnet.scenario.loading import load
    from qqnet.study.budgets import link_report
    from qqnet.study.link_series import link_series
    from qqnet.study.study import Study

    check_figure(waterfall, "waterfall")
    check_figure(plot, "plot")
    _check_table(output)
    loaded = with_span(load(scenario), start, duration, step)
    if mask is not None:
        loaded = changed(loaded, {"nodes": masked_nodes(loaded, {source, target}, mask)})
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        report = link_report(study, source, target, at, terminal)
        wanted = over_time or plot is not None or output is not None
        series = link_series(study, report.pair) if wanted else None
    if waterfall is not None:
        title = f"{source} to {target} by {report.pair.name}, {report.at_utc[:16].replace('T', ' ')} UTC"
        write_budget(report.budget, title, waterfall)
        console.say(f"wrote {waterfall}")
    if series is not None and plot is not None:
        write_over_time(series, plot)
        console.say(f"wrote {plot}")
    if series is not None and output is not None:
        _write_table(series.frame(), output)
        console.say(f"wrote {output}")
    if as_json:
        console.print_json(report.to_json() | ({} if series is None else {"over_time": series.to_json()}))
        return
    _print_budget(report, source, target)
    if series is not None:
        _print_over_time(series)


def _print_budget(report: LinkReport, source: str, target: str) -> None:
    budget = report.budget
    print(f"{source} -> {target} by {report.pair.name} at {report.at_utc}")
    if not report.visible:
        print("  no line of sight then; the budget is for the distance alone")
    rows = [
        [
            line.name,
            f"{line.value:.4g}" if line.kind == "note" else f"{line.value:.2f}",
            line.unit,
            line.source,
        ]
        for line in budget.lines
    ]
    console.print_table("", ["line", "value", "unit", "source"], rows, right=("value",))
    back = "" if report.light is None else f", {report.light.total_s:.3f} s there and back"
    print(f"  distance     {budget.range_km:.1f} km, {budget.owlt_s:.3f} s one way{back}")
    if budget.closes:
        print(f"  data rate    {budget.rate_bps:.6g} bit/s in mode {budget.mode.name}")
    else:
        print(f"  data rate    none: even mode {budget.mode.name} does not close")
    print(f"  margin       {budget.margin_db:.2f} dB; {budget.required_margin_db:g} dB must remain")
    for other in report.others:
        print(f"  also possible: --terminal {other}")


def _print_over_time(series: LinkSeries) -> None:
    answer = series.to_json()
    print(f"over the span, as if it were the only link of its terminals ({series.span_s / 86400.0:g} d):")
    print(f"  in view      {100.0 * answer['in_view']:.1f} % of time, with data {100.0 * answer['up']:.1f} %")
    if answer["contacts"]:
        low, mean, high = (answer[f"rate_{which}_bps"] for which in ("min", "mean", "max"))
        print(f"  data rate    {low:.4g} to {high:.4g} bit/s, mean {mean:.4g}")
        print(f"  margin       at least {answer['margin_min_db']:.2f} dB over the mode in use")
        print(f"  Doppler      up to {_frequency(answer['doppler_max_hz'])}")
    print(f"  volume       {_gigabytes(answer['volume_bytes_per_day'])} GB a day")
    changes = ((one["offset_db"], one["volume_bytes_per_day"]) for one in answer["sensitivity"])
    steps = [f"{offset:+g} dB {_gigabytes(volume)}" for offset, volume in changes if offset]
    print(f"  with         {', '.join(steps)} GB a day")


def links(
    scenario: ScenarioArgument,
    source: Annotated[
        str | None, typer.Option("--from", help="Only from this node, constellation or network.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", help="Only to this node, constellation or network.")
    ] = None,
    terminal: Annotated[str | None, typer.Option("--terminal", help="Only with this terminal.")] = None,
    sort: Annotated[
        Literal["volume", "up", "margin", "gain"],
        typer.Option("--sort", help="Greatest first; margin: least first; gain: by what a decibel adds."),
    ] = "volume",
    top: Annotated[int, typer.Option("--top", min=1, help="How many are printed.")] = 30,
    next_decibel: Annotated[
        bool, typer.Option("--next-db", help="Where one decibel more adds most, by terminal and side.")
    ] = False,
    with_flows: Annotated[
        bool, typer.Option("--flows", help="With --next-db: also what the flows send over these links.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the whole table: .csv or .parquet."),
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Every link over the span: up time, rates, least margin, volume a day, and what a decibel more gives."""
    from qqnet.scenario.loading import load
    from qqnet.study.link_performance import carried_bytes_per_day, link_performance
    from qqnet.study.study import Study

    _check_table(output)
    if with_flows and not next_decibel:
        raise InputError("--flows says what flows send over the links of --next-db; give both")
    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        which = _chosen(loaded, study, source, target, terminal)
        found = link_performance(study, which=which)
        sent = carried_bytes_per_day(study) if with_flows else None
    ranked = found.next_decibels(sent) if next_decibel else []
    rows = _sorted(found.table, sort)
    if output is not None:
        _write_table(rows, output)
        console.say(f"wrote {output}")
    if as_json:
        console.print_json(_answer(rows, ranked, next_decibel))
        return
    if next_decibel:
        _print_next(ranked, top)
    else:
        _print_links(rows, top)


def _chosen(
    scenario: Scenario, study: Study, source: str | None, target: str | None, terminal: str | None
) -> Any:
    """Indices of the links that the options name; InputError where they name nothing or leave nothing."""
    import numpy as np

    from qqnet.cli.fields import chosen
    from qqnet.scenario.suggest import unknown

    if terminal is not None and terminal not in scenario.terminals:
        raise InputError(f"--terminal: {unknown('terminal', terminal, list(scenario.terminals))}")
    sources = None if source is None else set(chosen(scenario, [source]))
    targets = None if target is None else set(chosen(scenario, [target]))
    which = [
        n
        for n, pair in enumerate(study.links)
        if (sources is None or pair.source in sources)
        and (targets is None or pair.target in targets)
        and (terminal is None or terminal in (pair.transmit, pair.receive))
    ]
    if not which:
        raise InputError("no link of the scenario is left by --from, --to and --terminal")
    return np.array(which, dtype=np.int64)


def _sorted(table: pd.DataFrame, sort: str) -> pd.DataFrame:
    now = table["volume_bytes_per_day_0db"]
    by = {
        "volume": -table["volume_bytes_per_day"],
        "up": -table["up"],
        "margin": table["margin_min_db"],
        "gain": now - table["volume_bytes_per_day_+1db"],
    }[sort]
    return table.loc[by.sort_values(kind="stable", na_position="last").index]


def _answer(rows: pd.DataFrame, ranked: list[NextDecibel], next_decibel: bool) -> dict[str, Any]:
    from dataclasses import asdict

    answer: dict[str, Any] = {"links": rows.to_dict(orient="records")}
    if next_decibel:
        answer["next_decibel"] = [asdict(one) for one in ranked]
    return answer


def _print_links(rows: pd.DataFrame, top: int) -> None:
    there = rows[rows["view"] > 0.0]
    shown = [
        [
            f"{row['from']} -> {row['to']}",
            row["link"],
            f"{100.0 * row['view']:.1f}",
            f"{100.0 * row['up']:.1f}",
            _span(row["rate_min_bps"], row["rate_max_bps"]),
            "" if row["margin_min_db"] != row["margin_min_db"] else f"{row['margin_min_db']:.1f}",
            _gigabytes(row["volume_bytes_per_day"]),
            _percent(row["volume_bytes_per_day_+1db"], row["volume_bytes_per_day_0db"]),
            _percent(row["volume_bytes_per_day_-1db"], row["volume_bytes_per_day_0db"]),
        ]
        for row in there.head(top).to_dict(orient="records")
    ]
    print(
        f"{len(there)} of {len(rows)} links have a line of sight, {int((there['up'] > 0.0).sum())} carry data"
    )
    columns = [
        "link",
        "by",
        "view %",
        "up %",
        "rate [bit/s]",
        "margin [dB]",
        "GB a day",
        "+1 dB %",
        "-1 dB %",
    ]
    console.print_table("", columns, shown, right=columns[2:])
    if len(there) > top:
        print(f"{len(there) - top} more; --top shows them, -o writes them all")


def _print_next(ranked: list[NextDecibel], top: int) -> None:
    flows = bool(ranked) and ranked[0].carried_bytes_per_day is not None
    rows = [
        [
            one.terminal,
            one.side,
            str(one.links),
            _gigabytes(one.volume_bytes_per_day),
            _gigabytes(one.added_bytes_per_day),
            _percent(one.volume_bytes_per_day + one.added_bytes_per_day, one.volume_bytes_per_day),
            str(one.opened),
            *([_gigabytes(one.carried_bytes_per_day or 0.0)] if flows else []),
        ]
        for one in ranked[:top]
    ]
    columns = [
        "terminal",
        "side",
        "links",
        "GB a day",
        "+1 dB adds",
        "%",
        "opens",
        *(["flows send"] if flows else []),
    ]
    console.print_table("", columns, rows, right=columns[2:])


def _span(low: float, high: float) -> str:
    if low != low:
        return "none"
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.4g}"


def _frequency(value_hz: float) -> str:
    unit, factor = ("GHz", 1e9) if value_hz >= 1e9 else ("MHz", 1e6) if value_hz >= 1e6 else ("kHz", 1e3)
    return f"{value_hz / factor:.4g} {unit}"


def _percent(value: float, reference: float) -> str:
    return "" if reference <= 0.0 else f"{100.0 * (value / reference - 1.0):+.1f}"


def _check_table(path: Path | None) -> None:
    if path is not None and path.suffix.lower() not in TABLES:
        raise InputError(f"--output: {path} must end in {' or '.join(TABLES)}")


def _write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as its file name says, whole or not at all."""
    from qqnet.files import whole_file

    with whole_file(path) as part:
        if path.suffix.lower() == ".csv":
            table.to_csv(part, index=False)
        else:
            table.to_parquet(part, index=False)
