"""The commands about what if: two runs beside each other, what is missed most, many runs with random failures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, quantity, with_span
from qqnet.cli.traffic_options import shares
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario
    from qqnet.traffic.criticality import Candidate
    from qqnet.traffic.experiment import Experiment

Plan = Annotated[
    Path | None, typer.Option("--plan", help="Contact plan to use instead of the scenario's own.")
]

Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Processes; as many as there are cores where not given."),
]


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A study folder, a traffic.nc, or a scenario.")],
    b: Annotated[str, typer.Argument(metavar="B", help="What to hold beside it.")],
    as_json: Json = False,
) -> None:
    """Hold the traffic of two runs beside each other: deliveries, delays, losses, stores, links.

    Exit code 1: B leaves more bytes undelivered than A, of the flows that both have.
    """
    from qqnet.study.what_if import traffic_of
    from qqnet.traffic.comparison import compare as compared

    with console.Bars() as bars:
        found = compared(traffic_of(a, lambda: bars), traffic_of(b, lambda: bars))
    if as_json:
        console.print_json(found.answer())
    else:
        _print_comparison(found.answer())
    if found.is_worse:
        raise typer.Exit(1)


def criticality(
    scenario: ScenarioArgument,
    nodes: Annotated[
        bool, typer.Option("--nodes", help="Lose each node; so where nothing else is asked.")
    ] = False,
    links: Annotated[
        bool, typer.Option("--links", help="Lose each pair of nodes that has contacts.")
    ] = False,
    constellations: Annotated[
        bool, typer.Option("--constellations", help="Lose each constellation as a whole.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", help="Only this candidate: a node, a link 'A - B', a constellation; may be repeated."
        ),
    ] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="Lost from then: UTC, or after the start: '3.5 d'.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Lost until then, likewise.")] = None,
    foreseen: Annotated[
        bool,
        typer.Option("--foreseen", help="The plan is made with the loss in mind, instead of a surprise."),
    ] = False,
    plan: Plan = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many to print.")] = 10,
    jobs: Jobs = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Lose one node or link after the other, and rank them by what is not delivered without them.

    One simulation for each that passes on bytes of others; without the rest nothing changes.
    """
    from qqnet.scenario.loading import load
    from qqnet.traffic.criticality import criticality as ranked
    from qqnet.traffic.workers import cores

    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        experiment = _experiment(loaded, plan, bars)
        kinds = (nodes or not (links or constellations or only), links, constellations)
        bars.start("criticality", reused=False)
        found = ranked(
            experiment,
            _candidates(loaded, experiment, kinds, only),
            start_s=_moment(begin, experiment, "--from", float("-inf")),
            stop_s=_moment(until, experiment, "--to", float("inf")),
            foreseen=foreseen,
            jobs=jobs or cores(),
            progress=bars.advance,
        )
    answer = found.answer()
    if as_json:
        console.print_json(answer)
    else:
        _print_ranking(answer, top)


def montecarlo(
    scenario: ScenarioArgument,
    runs: Annotated[int, typer.Option("--runs", "-n", min=1, help="How many runs.")] = 20,
    between: Annotated[
        str | None, typer.Option("--between", help="Mean time between failures of a node, such as '30 d'.")
    ] = None,
    repair: Annotated[str, typer.Option("--repair", help="Mean duration of a failure.")] = "6 h",
    node: Annotated[
        list[str] | None,
        typer.Option(
            "--node",
            help="Who fails: nodes, constellations, networks; may be repeated. All relays where not given.",
        ),
    ] = None,
    loss: Annotated[
        list[str] | None,
        typer.Option("--loss", metavar="[KIND=]SHARE", help="Transmissions lost: 'rf=1 %'; may be repeated."),
    ] = None,
    missed: Annotated[
        list[str] | None,
        typer.Option("--missed", metavar="[KIND=]SHARE", help="Contacts that do not take place, likewise."),
    ] = None,
    confidence: Annotated[float, typer.Option("--confidence", help="Of the intervals.")] = 0.95,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Instead of the scenario's.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Folder of the runs; an interrupted series goes on there."),
    ] = None,
    plan: Plan = None,
    jobs: Jobs = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Run the traffic many times with random failures: what gets through, with confidence intervals.

    Exit code 1: a run failed.
    """
    from contextlib import nullcontext

    from qqnet.scenario.loading import load
    from qqnet.study.what_if import run_folder
    from qqnet.traffic.monte_carlo import Chances, monte_carlo
    from qqnet.traffic.workers import cores
    from qqnet.units import DURATION

    loaded = with_span(load(scenario), start, duration, step)
    lost, fails = shares(loss, "--loss"), shares(missed, "--missed")
    seconds = quantity(between, DURATION, "--between"), quantity(repair, DURATION, "--repair")
    if not (between or lost or fails or loaded.traffic.draws):
        console.say("nothing is left to chance, so all runs are alike; see --between, --loss, --missed")
    with console.Bars() as bars:
        experiment = _experiment(loaded, plan, bars)
        experiment = _uncertain(experiment, lost, fails)
        failing = _failing(loaded, experiment, node) if between is not None else ()
        chances = Chances(failing, seconds[0], seconds[1] or 0.0)
        series = loaded.seed if seed is None else seed
        folder = None if out is None else run_folder(out, loaded, experiment, chances, series)
        with nullcontext() if folder is None else folder.locked():
            bars.start("montecarlo", reused=False)
            found = monte_carlo(
                experiment,
                chances,
                runs,
                seed=series,
                confidence=confidence,
                jobs=jobs or cores(),
                folder=folder,
                progress=bars.advance,
            )
    answer = found.answer()
    if as_json:
        console.print_json(answer)
    else:
        _print_statistics(answer)
    if answer["failed"]:
        raise typer.Exit(1)


def _experiment(scenario: Scenario, plan: Path | None, bars: console.Bars) -> Experiment:
    from qqnet.contacts.convert import read_plan
    from qqnet.study.what_if import experiment_of

    if not scenario.flows:
        raise InputError(f"{scenario.name} has no flows; add some under 'flows'")
    return experiment_of(scenario, None if plan is None else read_plan(plan), bars)


def _moment(text: str | None, experiment: Experiment, option: str, otherwise: float) -> float:
    """Read a time: UTC, or a duration after the start. [s of the plan's time base]."""
    from qqnet.study.failures import moment

    return otherwise if text is None else moment(text, experiment.plan.plan, experiment.start_s, option)


def _candidates(
    scenario: Scenario, experiment: Experiment, kinds: tuple[bool, bool, bool], only: list[str] | None
) -> list[Candidate]:
    """What may be lost, as the options ask."""
    from qqnet.scenario.suggest import unknown
    from qqnet.study.what_if import constellations
    from qqnet.traffic.criticality import link_candidates, node_candidates

    every = (
        node_candidates(experiment.plan.plan.names),
        link_candidates(experiment),
        constellations(scenario, experiment),
    )
    if not only:
        return [one for wanted, group in zip(kinds, every, strict=True) if wanted for one in group]
    named = {one.name: one for group in every for one in group}
    named |= {" - ".join(reversed(one.nodes)): one for one in every[1]}
    for name in only:
        if name not in named:
            raise InputError(f"--only: {unknown('candidate', name, sorted(named))}")
    return [named[name] for name in dict.fromkeys(only)]


def _uncertain(experiment: Experiment, lost: dict[str, float], fails: dict[str, float]) -> Experiment:
    from dataclasses import replace

    from qqnet.traffic.monte_carlo import with_uncertain_contacts

    if lost:
        loss = {**experiment.conditions.loss, **lost}
        experiment = replace(experiment, conditions=replace(experiment.conditions, loss=loss))
    return with_uncertain_contacts(experiment, fails) if fails else experiment


def _failing(scenario: Scenario, experiment: Experiment, named: list[str] | None) -> tuple[str, ...]:
    """Nodes that fail at random."""
    from qqnet.study.what_if import failing, relays

    return failing(scenario, experiment, named) if named else relays(experiment)


def _print_comparison(answer: dict[str, Any]) -> None:
    rows = []
    for flow in answer["flows"]:
        ratio, delay = flow["delivery_ratio"], flow["delay_s"]
        rows.append(
            [
                flow["name"],
                *(_percent(ratio[side]) for side in ("a", "b")),
                _signed(ratio["change"], 100.0, ".3f"),
                *(_signed(delay[key]["change"], 1.0, ".2f") for key in ("p50", "p95", "max")),
                ", ".join(
                    f"{cause} {_signed(size['change'], 1.0, '.3g')}"
                    for cause, size in flow["losses"].items()
                    if size["change"]
                ),
            ]
        )
    columns = [
        "flow",
        "A [%]",
        "B [%]",
        "change",
        "delay 50 % [s]",
        "95 % [s]",
        "max [s]",
        "lost more [byte]",
    ]
    console.print_table("Delivered", columns, rows, right=columns[1:7])
    for side, key in (("A", "only_a"), ("B", "only_b")):
        if answer[key]:
            print(f"only in {side}: {', '.join(answer[key])}")
    _print_changes("Most in store", answer["nodes"], ("node",), "peak_bytes")
    _print_changes("Sent", answer["links"], ("from", "to"), "sent_bytes")
    lost = answer["missing_bytes"]
    print(
        f"not delivered: A {lost['a']:.4g} byte, B {lost['b']:.4g} byte, {_signed(lost['change'], 1.0, '.4g')}"
    )
    if answer["worse"]:
        print(f"B delivers less of: {', '.join(answer['worse'])}")


MOST_CHANGES = 8


def _print_changes(title: str, entries: list[dict[str, Any]], names: tuple[str, ...], key: str) -> None:
    """Print the largest changes of a kind."""
    moved = [entry for entry in entries if entry[key]["change"]]
    moved.sort(key=lambda entry: -abs(entry[key]["change"]))
    if not moved:
        return
    rows = [
        [
            " -> ".join(entry[name] for name in names),
            *(f"{entry[key][side]:.4g}" for side in ("a", "b")),
            _signed(entry[key]["change"], 1.0, ".4g"),
        ]
        for entry in moved[:MOST_CHANGES]
    ]
    more = f", the largest {MOST_CHANGES} of {len(moved)} changes" if len(moved) > MOST_CHANGES else ""
    columns = [" -> ".join(names), "A [byte]", "B [byte]", "change"]
    console.print_table(title + more, columns, rows, right=columns[1:])


def _print_ranking(answer: dict[str, Any], top: int) -> None:
    rows = []
    for harm in answer["ranking"][:top]:
        hurt = [flow for flow in harm["flows"] if flow["missing_bytes"] > 0.0 and not flow["own"]]
        worst = "none of others"
        if hurt:
            left = _percent(hurt[0]["delivery_ratio"])
            worst = f"{hurt[0]['name']} {hurt[0]['missing_bytes']:.3g} B, {left} % left"
        rows.append(
            [
                harm["name"],
                f"{harm['carried_bytes']:.4g}",
                f"{harm['missing_bytes']:.4g}",
                f"{harm['own_bytes']:.4g}",
                worst,
            ]
        )
    columns = ["lost", "passed on [byte]", "missing [byte]", "of these its own", "worst hurt"]
    console.print_table("Not delivered without it", columns, rows, right=columns[1:4])
    if answer["flows"]:
        hurt = [
            [flow["name"], flow["worst"], f"{flow['missing_bytes']:.4g}", _percent(flow["delivery_ratio"])]
            for flow in answer["flows"]
        ]
        heads = ["flow", "hurt most without", "missing [byte]", "left [%]"]
        console.print_table("", heads, hurt, right=heads[2:])
    total = answer["undisturbed"]
    print(f"undisturbed: {total['delivered_bytes']:.4g} of {total['offered_bytes']:.4g} byte delivered")
    more = len(answer["ranking"]) - len(rows)
    if more > 0:
        print(f"{more} more that matter less; --top or --json gives them")
    if answer["idle"]:
        print(f"{len(answer['idle'])} candidates pass on nothing of others, and change nothing")


def _print_statistics(answer: dict[str, Any]) -> None:
    level = f"{100 * answer['confidence']:g} %"
    rows = []
    for flow in answer["flows"]:
        delay = flow["delay_s"]
        rows.append(
            [
                flow["name"],
                _percent(flow["delivery_ratio"]["mean"]),
                _bounds(flow["delivery_ratio"], 100.0),
                _percent(flow["delivery_ratio_min"]),
                *(_bounds(delay[key], 1.0) for key in ("p50", "p95")),
                f"{flow['missing_bytes']['mean']:.3g}",
            ]
        )
    columns = ["flow", "delivered [%]", level, "worst run", "delay 50 % [s]", "95 % [s]", "missing [byte]"]
    console.print_table(
        f"Means over {answer['runs']} runs, {level} intervals", columns, rows, right=columns[1:]
    )
    if answer["node_failures"]:
        print(f"failures of nodes in a run: {answer['node_failures']:.3g}")
    for step in answer["convergence"]:
        print(f"  after {step['runs']:5} runs: {_percent(step['mean'])} % delivered, {_bounds(step, 100.0)}")
    for cause, size in answer["losses"].items():
        print(f"  lost, {cause}: {size['mean']:.3g} byte a run, {_bounds(size, 1.0)}")
    if answer["runs"]:
        print(
            f"what no run showed may still happen in {100 * answer['deviation_limit']:.2g} % of runs ({level})"
        )
    for failed in answer["failed"]:
        print(f"run {failed['run']} failed: {failed['error']}")


def _bounds(one: dict[str, Any], factor: float) -> str:
    if one["runs"] == 0:
        return "none"
    if one["low"] != one["low"]:
        return f"{factor * one['mean']:.5g}, one run"
    return f"{factor * one['low']:.5g} to {factor * one['high']:.5g}"


def _percent(share: float | None) -> str:
    return "none" if share is None or share != share else f"{100 * share:.3f}"


def _signed(value: float | None, factor: float, form: str) -> str:
    return "none" if value is None else "0" if value == 0.0 else f"{factor * value:+{form}}"
