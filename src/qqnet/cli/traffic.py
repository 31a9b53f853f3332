"""The command about traffic."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span
from qqnet.cli.traffic_options import Changes, message_of
from qqnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan
    from qqnet.scenario.model import Scenario
    from qqnet.traffic.flows import Flow
    from qqnet.traffic.life import Moment
    from qqnet.traffic.result import TrafficResult
    from qqnet.traffic.simulate import Watch


def traffic(
    scenario: ScenarioArgument,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Contact plan to use instead of the scenario's own.")
    ] = None,
    fail: Annotated[
        list[str] | None,
        typer.Option(
            "--fail",
            metavar="NODE|A-B[@FROM..TO]",
            help="What fails, found out too late: a node, constellation or network, or a link, A>B one way only; "
            "times as UTC or after the start ('3 d'). May be repeated.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="LINK",
            help="What is not in the plan at all, known to all: a link by name, a pair A:B, a node, or a kind of "
            "link. May be repeated.",
        ),
    ] = None,
    loss: Annotated[
        list[str] | None,
        typer.Option(
            "--loss", metavar="[KIND=]SHARE", help="Transmissions lost in space, or on one kind: 'rf=1 %'."
        ),
    ] = None,
    resend: Annotated[
        bool | None, typer.Option("--resend/--no-resend", help="Whether what is lost is sent again.")
    ] = None,
    knows: Annotated[
        str | None, typer.Option("--knows", metavar="network|node", help="Who knows of bookings.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of losses and random failures.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Look at the network then: UTC, or after the start.")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="flow|priority|node", help="What the table lists.")
    ] = "flow",
    bundle: Annotated[
        str | None,
        typer.Option("--bundle", metavar="FLOW:N", help="The life of one message, counted from 0."),
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="File for all that happens: .parquet or .csv.")
    ] = None,
    record: Annotated[
        list[str] | None, typer.Option("--record", metavar="KIND", help="Only this into the log; repeatable.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures", metavar="DIR", help="Draw fates, delays, throughput, storage, volumes, use of links."
        ),
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Send every flow's bundles through the network: delays, deliveries, losses. Ask what fails."""
    from qqnet.cli.traffic_tables import print_life, print_table_by
    from qqnet.scenario.loading import load
    from qqnet.study.study import Study

    if by not in ("flow", "priority", "node"):
        raise InputError(f"--by: {by!r} is not one of flow, priority, node")
    if record and log is None:
        raise InputError("--record says what comes into the log; name its file with --log")
    loaded = with_span(load(scenario), start, duration, step)
    changes = Changes(fail or [], without or [], loss or [], resend, knows, seed, until)
    with console.Bars() as bars:
        if not (plan or changes.any or bundle or log):
            study = Study(loaded, progress=bars)
            result, used, life = study.traffic, study.contacts, None
        else:
            result, used, life = _watched(
                loaded, plan, changes, _Wish(bundle, log, tuple(record or ())), bars
            )
    if figures is not None:
        from qqnet.report.traffic_figures import constellations, write_traffic_figures

        for path in write_traffic_figures(result, used, figures, constellations(loaded)):
            console.say(f"wrote {path}")
    if as_json:
        told = {} if life is None else {"bundle": life.answer()}
        console.print_json({**result.answer(), **told})
    elif life is not None:
        print_life(life.flow.name, life.message, life.moments, life.plan.time_base)
    else:
        print_table_by(by, result)


@dataclass(frozen=True)
class _Wish:
    """What is to be told of the bundles' lives."""

    bundle: str | None
    log: Path | None
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class _Life:
    """One message and what happened to it."""

    flow: Flow
    message: int
    moments: list[Moment]
    plan: ContactPlan

    def answer(self) -> dict[str, Any]:
        """As a program reads it."""
        return {
            "flow": self.flow.name,
            "message": self.message,
            "records": [
                {
                    **one.record,
                    "bundle": one.piece,
                    "time_utc": self.plan.time_base.utc_text(one.time_s),
                    "text": one.sentence,
                }
                for one in self.moments
            ],
        }


def _watched(
    scenario: Scenario, path: Path | None, changes: Changes, wish: _Wish, bars: console.Bars
) -> tuple[TrafficResult, ContactPlan, _Life | None]:
    """Simulate with changes, and keep what is wished for: result, plan that was used, life of a message."""
    from qqnet.study.failures import moment, without
    from qqnet.study.flows import flows_of, traffic_over
    from qqnet.traffic.life import life_of
    from qqnet.traffic.log import check_name

    if wish.log is not None:
        check_name(wish.log)
    plan, origin_s = _plan(scenario, path, bars)
    plan = without(changes.without, scenario, plan)
    conditions = changes.conditions(scenario, plan, origin_s)
    until_s = math.inf if changes.until is None else moment(changes.until, plan, origin_s, "--until")
    if until_s <= origin_s:
        raise InputError(f"--until: {changes.until!r} does not lie after the start")
    chosen = message_of(
        wish.bundle, flows_of(scenario, origin_s), origin_s, origin_s + scenario.time.duration
    )
    told: list[pd.DataFrame] = []
    bars.start("traffic", reused=False)
    with ExitStack() as files:
        result = traffic_over(
            scenario,
            plan,
            origin_s,
            bars.advance,
            conditions=conditions,
            until_s=until_s,
            watch=_watch(wish, chosen, told, files),
        )
    if chosen is None:
        return result, plan, None
    flow, message = chosen
    return result, plan, _Life(flow, message, life_of(told, flow, plan.time_base), plan)


def _plan(scenario: Scenario, path: Path | None, bars: console.Bars) -> tuple[ContactPlan, float]:
    """Contact plan, and the scenario's start in its time base."""
    from qqnet.contacts.convert import read_plan
    from qqnet.study.flows import given_plan
    from qqnet.study.study import Study

    if path is None:
        return Study(scenario, progress=bars).contacts, scenario.time.start_s
    return given_plan(scenario, read_plan(path))


def _watch(
    wish: _Wish, chosen: tuple[Flow, int] | None, told: list[pd.DataFrame], files: ExitStack
) -> Watch | None:
    """Who is told of records; None where nobody is."""
    from qqnet.traffic.log import record_file
    from qqnet.traffic.simulate import Watch

    if chosen is None and wish.log is None:
        return None
    write = None if wish.log is None else files.enter_context(record_file(wish.log))

    def tell(records: pd.DataFrame) -> None:
        if chosen is not None:
            told.append(records)
        if write is not None:
            write(records[records["what"].isin(wish.kinds)] if chosen is not None and wish.kinds else records)

    of = {} if chosen is None else {"flow": chosen[0].name, "message": chosen[1]}
    kinds = {"kinds": wish.kinds} if wish.kinds and chosen is None else {}
    return Watch(tell, **kinds, **of)  # type: ignore[arg-type]
