"""The commands on contact plans as they are: look, compare, merge, cut, thin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qqnet.cli import console
from qqnet.cli.options import Json, PlanArgument, quantity
from qqnet.cli.plan_text import counted, number, print_comparison, print_links, print_nodes
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.contacts.compare import Tolerances
    from qqnet.contacts.plan import ContactPlan
    from qqnet.units import Dimension

plan = typer.Typer(
    name="plan",
    help="Look at, compare, merge, cut and thin contact plans.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Output = Annotated[Path, typer.Option("--output", "-o", help="File to write; the ending tells the format.")]
Format = Annotated[
    str | None, typer.Option("--format", help="Format to write, where the ending does not tell.")
]
Epoch = Annotated[
    str | None, typer.Option("--epoch", help="UTC of second 0 of plans that do not name it, such as HDTN's.")
]
Most = Annotated[int, typer.Option("--most", min=0, help="Entries to show of each list; counts are of all.")]


@plan.command()
def check(plan: PlanArgument, as_json: Json = False) -> None:
    """Look for what is allowed and yet odd: units, one-way links, parts apart. Exit code 1: there is a warning."""
    from qqnet.contacts.validate import validate

    try:
        read = _read(plan)
    except InputError as error:
        if not as_json:
            raise
        console.print_json({"ok": False, "errors": str(error).splitlines(), "findings": []})
        raise typer.Exit(2) from None
    findings = validate(read)
    ok = all(finding.level != "warning" for finding in findings)
    if as_json:
        answers = [finding.answer() for finding in findings]
        console.print_json({"ok": ok, "errors": [], "contacts": len(read), "findings": answers})
    else:
        print(f"{plan}: {counted(len(read), 'contact')}, {counted(len(findings), 'finding')}")
        for one in findings:
            print(f"{one.level} {one.rule} ({one.count}): {one.message}")
            if one.examples:
                print(f"  {', '.join(one.examples)}{', ...' * (one.count > len(one.examples))}")
            print(f"  {one.remedy}")
    if not ok:
        raise typer.Exit(1)


@plan.command()
def statistics(
    plan: PlanArgument,
    links: Annotated[bool, typer.Option("--links", help="A table of links instead of nodes.")] = False,
    as_json: Json = False,
) -> None:
    """Say what a plan offers: hours, volume, rates, gaps, neighbours; in total, by node, by link."""
    from qqnet.contacts.statistics import plan_statistics

    read = _read(plan)
    found = plan_statistics(read)
    if as_json:
        console.print_json({"time_base": vars(read.time_base), **found.answer()})
        return
    first, last = (read.time_base.utc_text(time_s, 0) or f"{time_s:g} s" for time_s in found.span_s)
    groups = [group for group in found.components if len(group) > 1]
    idle = len(found.nodes) - sum(len(group) for group in groups)
    print(f"contacts     {found.contacts} of {len(found.links)} links among {len(found.nodes)} nodes")
    print(f"span         {first} to {last}")
    print(f"in contact   {found.contact_s / 3600:.6g} h, {found.volume_bytes:.6g} byte, ", end="")
    print(f"{number(found.mean_rate_bps)} bit/s on average")
    print(f"light time   {number(found.owlt_min_s)} to {number(found.owlt_max_s)} s")
    print(f"longest gap  {found.longest_gap_s / 3600:.4g} h of a link")
    print(f"parts        {len(groups)}; {counted(idle, 'node')} without contacts")
    print_links(found.links) if links else print_nodes(found.nodes)


@plan.command()
def compare(
    first: PlanArgument,
    second: Annotated[Path, typer.Argument(metavar="OTHER", help="The plan to hold against it.")],
    time: Annotated[
        str, typer.Option("--time", help="Differences of start and end that do not count.")
    ] = "1 µs",
    rate: Annotated[str, typer.Option("--rate", help="Differences of rates that do not count.")] = "0 bit/s",
    owlt: Annotated[
        str, typer.Option("--owlt", help="Differences of light times that do not count.")
    ] = "1 µs",
    epoch: Epoch = None,
    most: Most = 10,
    as_json: Json = False,
) -> None:
    """Hold two plans against each other: contacts, edges, rates, light times, volumes, nodes.

    Exit code 1: they differ.
    """
    from qqnet.contacts.combine import dated
    from qqnet.contacts.compare import compare_plans

    allowed = _tolerances(time, rate, owlt)
    plans = [dated(_read(path), epoch) for path in (first, second)]
    found = compare_plans(plans[0], plans[1], allowed)
    if as_json:
        console.print_json(found.answer(most))
    else:
        print_comparison(found, plans[0], most)
    if not found.identical:
        raise typer.Exit(1)


@plan.command()
def merge(
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN...", help="Plans of any formats.")],
    output: Output,
    overlap: Annotated[
        str,
        typer.Option(
            "--overlap", help="Which contact of a link stays: refuse, first, last, fastest, slowest."
        ),
    ] = "refuse",
    apart: Annotated[
        bool, typer.Option("--apart", help="Do not join contacts that touch and continue each other.")
    ] = False,
    epoch: Epoch = None,
    form: Format = None,
) -> None:
    """Make one plan of several; where contacts of a link overlap, by a rule."""
    from qqnet.contacts.combine import dated, merge_with_notes

    read = [dated(_read(path), epoch) for path in plans]
    merged, notes = merge_with_notes(read, overlap, not apart)  # type: ignore[arg-type]
    for note in notes:
        console.say(note)
    _write(merged, output, form, sum(len(one) for one in read))


@plan.command()
def clip(
    plan: PlanArgument,
    output: Output,
    start: Annotated[
        str | None, typer.Option("--from", help="UTC, or seconds of the plan; its start where not given.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="UTC, or seconds of the plan; its end where not given.")
    ] = None,
    form: Format = None,
) -> None:
    """Cut a plan to a span of time; contacts that reach over its edges are cut there."""
    from qqnet.contacts.combine import clip as clip_plan

    read = _read(plan)
    seconds = [None if text is None else read.time_base.seconds(text) for text in (start, end)]
    span = [own if given is None else given for own, given in zip(read.span, seconds, strict=True)]
    whole = read if seconds == [None, None] else clip_plan(read, span[0], span[1])
    _write(whole, output, form, len(read))


@plan.command()
def thin(
    plan: PlanArgument,
    output: Output,
    shortest: Annotated[
        str | None, typer.Option("--shortest", help="Leave out shorter contacts, such as '10 s'.")
    ] = None,
    least_rate: Annotated[
        str | None, typer.Option("--least-rate", help="Leave out slower contacts, such as '1 kbit/s'.")
    ] = None,
    least_volume: Annotated[
        str | None, typer.Option("--least-volume", help="Leave out smaller contacts, such as '1 MB'.")
    ] = None,
    least_confidence: Annotated[
        float, typer.Option("--least-confidence", help="Leave out contacts less sure than that, 0 to 1.")
    ] = 0.0,
    nodes: Annotated[
        list[str] | None,
        typer.Option("--node", help="Keep only contacts between such nodes; may be repeated."),
    ] = None,
    links: Annotated[
        list[str] | None, typer.Option("--link", help="Keep only such links; may be repeated.")
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Keep only rf, optical or terrestrial; may be repeated."),
    ] = None,
    parallel: Annotated[
        int | None, typer.Option("--parallel", help="Of links between two nodes keep so many, the largest.")
    ] = None,
    useful: Annotated[
        list[str] | None,
        typer.Option("--useful", help="'A,B': keep what bundles from A to B can use; may be repeated."),
    ] = None,
    join_within: Annotated[
        str | None,
        typer.Option(
            "--join-within", help="Join like contacts that touch, if no light time changes by more."
        ),
    ] = None,
    form: Format = None,
) -> None:
    """Leave out of a plan what does not matter for a question; what stays does not change."""
    from qqnet.contacts.cutting import join_touching
    from qqnet.contacts.thin import Least, drop_small, keep_largest_links, keep_only, keep_useful
    from qqnet.units import DATA_RATE, DATA_SIZE, DURATION

    least = Least(
        _given(shortest, DURATION, "--shortest"),
        _given(least_rate, DATA_RATE, "--least-rate"),
        _given(least_volume, DATA_SIZE, "--least-volume"),
        least_confidence,
    )
    pairs = [_pair(text) for text in useful or ()]
    read = _read(plan)
    made = keep_only(read, nodes or None, links or None, kinds or None)
    if join_within is not None:
        made = join_touching(made, _given(join_within, DURATION, "--join-within"))
    made = drop_small(made, least)
    if parallel is not None:
        made = keep_largest_links(made, parallel)
    if pairs:
        made = keep_useful(made, pairs)
    whole = float(read.volume_bytes().sum())
    share = float(made.volume_bytes().sum()) / whole if whole else 1.0
    console.say(f"{100 * share:.4g} % of the volume stays")
    _write(made, output, form, len(read))


def _read(path: Path) -> ContactPlan:
    """Read a plan, and say what had to be assumed."""
    from qqnet.contacts.convert import read_plan_with_notes

    read, notes = read_plan_with_notes(path)
    for note in notes:
        console.say(f"{path}: {note}")
    return read


def _write(made: ContactPlan, output: Path, form: str | None, before: int) -> None:
    from qqnet.contacts.convert import write_plan

    for note in write_plan(made, output, form):
        console.say(note)
    console.say(f"wrote {output}: {counted(len(made), 'contact')} of {before}")


def _given(text: str | None, dimension: Dimension, option: str) -> float:
    return quantity(text, dimension, option) or 0.0


def _pair(text: str) -> tuple[str, str]:
    source, comma, target = (part.strip() for part in text.partition(","))
    if not (source and comma and target):
        raise InputError(
            f"--useful: {text!r} must be two nodes with a comma between them, such as 'lander,ground'"
        )
    return source, target


def _tolerances(time: str, rate: str, owlt: str) -> Tolerances:
    from qqnet.contacts.compare import Tolerances
    from qqnet.units import DATA_RATE, DURATION

    return Tolerances(
        _given(time, DURATION, "--time"), _given(rate, DATA_RATE, "--rate"), _given(owlt, DURATION, "--owlt")
    )
