"""The command about frequency rules."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from qqnet.cli import console
from qqnet.cli.interference import interference_answer, print_interference
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span

if TYPE_CHECKING:
    from qqnet.spectrum.findings import Finding
    from qqnet.spectrum.flux_rows import FluxRow
    from qqnet.study.spectrum import SpectrumResult, Turn

VERDICTS: Final = {False: "broken", None: "open", True: "kept"}


def spectrum(
    scenario: ScenarioArgument,
    candidates: Annotated[
        bool,
        typer.Option(
            "--candidates", help="Count the candidates of WRC-27 as permitted; show what they change."
        ),
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="List also the rules that are kept.")] = False,
    disturbances: Annotated[
        bool, typer.Option("--interference", help="Also interference between all links in use together.")
    ] = False,
    rules: Annotated[
        str | None, typer.Option("--rules", help="A rule table of your own, laid over the packaged one.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", help="Day whose rules hold (2027-12-01); the scenario's start if none."),
    ] = None,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Frequency rules: which terminal breaks which, and what would be right; exit code 1 if any does.

    With --interference also 1 if any link is disturbed.
    """
    from qqnet.scenario.loading import load
    from qqnet.spectrum.rule_table import laid_over, rule_table
    from qqnet.study.interference import interference
    from qqnet.study.spectrum import SpectrumStudy
    from qqnet.study.study import Study

    day = _day(on)
    table = rule_table() if rules is None else laid_over(rules)
    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        asked = SpectrumStudy(study, table, day)
        found = asked.result(candidates=candidates)
        turns = asked.turns() if candidates else []
        heard = interference(study) if disturbances else None
    if as_json:
        more = {} if heard is None else {"interference": interference_answer(heard)}
        console.print_json(answer(found, turns) | more)
    else:
        _print(loaded.name, found, turns if candidates else None, everything)
        if heard is not None:
            print_interference(loaded.name, heard)
    if any(finding.ok is False for finding in found.findings) or (heard is not None and heard.disturbed):
        raise typer.Exit(1)


def _day(on: str | None) -> str:
    from qqnet.errors import InputError
    from qqnet.spectrum.rules import parse_day

    if on is None:
        return ""
    try:
        return parse_day(on)
    except ValueError:
        raise InputError(f"--on {on!r} is no day; right is year, month and day, such as 2027-12-01") from None


def answer(found: SpectrumResult, turns: list[Turn]) -> dict[str, Any]:
    """The answer for programs: findings, the broken ones first, and the rules that they name."""
    from qqnet.space.timescales import format_utc

    named = {finding.rule for finding in found.findings}
    keys = ("id", "title", "region", "direction", "status", "source", "revision", "valid_from", "valid_until")
    return {
        "ok": not any(finding.ok is False for finding in found.findings),
        "findings": [asdict(finding) for finding in _ordered(found.findings)],
        "flux": [_flux(row) for row in found.flux],
        "quiet": found.quiet,
        "zone": [
            {
                "node": stay.node,
                "share": stay.share,
                "first": format_utc(stay.first_s),
                "last": format_utc(stay.last_s),
            }
            for stay in found.stays.values()
        ],
        "turns": [
            {
                "node": turn.node,
                "terminal": turn.terminal,
                "before": None if turn.before is None else asdict(turn.before),
                "after": None if turn.after is None else asdict(turn.after),
            }
            for turn in turns
        ],
        "rules": [
            {key: getattr(rule, key) for key in keys} | {"mark": rule.mark, "verified": rule.verified}
            for rule in found.table.rules
            if rule.id in named
        ],
        "rules_date": found.table.date,
        "day": found.day,
    }


def _flux(row: FluxRow) -> dict[str, Any]:
    from qqnet.space.timescales import format_utc

    return {
        "node": row.node,
        "terminal": row.terminal,
        "link": row.link,
        "place": row.place,
        "limit": row.criterion,
        "flux_db_w_m2": row.flux_db,
        "reference_hz": row.reference_hz,
        "limit_db_w_m2": row.limit_db,
        "margin_db": row.margin_db,
        "from": row.sender,
        "towards": row.target,
        "at": format_utc(row.time_s),
        "arrival_deg": math.degrees(row.arrival_rad),
        "lat_deg": math.degrees(row.latitude_rad),
        "lon_deg": math.degrees(row.longitude_rad),
        "share_above": row.share_above,
        "verified": row.mark == "verified",
        "assumed": row.assumed,
    }


def _ordered(findings: list[Finding]) -> list[Finding]:
    rank = {False: 0, None: 1, True: 2}
    return sorted(findings, key=lambda finding: rank[finding.ok])


def _print(name: str, found: SpectrumResult, turns: list[Turn] | None, everything: bool) -> None:
    counts = {ok: sum(finding.ok is ok for finding in found.findings) for ok in VERDICTS}
    print(f"{name}: {counts[False]} broken, {counts[None]} open, {counts[True]} kept")
    nodes: dict[tuple[str, ...], list[str]] = {}
    for finding in _ordered(found.findings):
        if everything or finding.ok is not True:
            said = (VERDICTS[finding.ok], finding.terminal, finding.rule, finding.status, finding.message)
            nodes.setdefault(said, []).append(finding.node)
    rows = [[said[0], ", ".join(where), *said[1:]] for said, where in nodes.items()]
    if rows:
        console.print_table("", ["", "node", "terminal", "rule", "status", "what it says"], rows)
    if turns is not None:
        _print_turns(turns)
    if found.stays:
        stays = [[stay.node, stay.text] for stay in found.stays.values()]
        console.print_table("In the shielded zone", ["node", "when"], stays)
    _print_flux([row for row in found.flux if everything or row.margin_db is not None], everything)
    for place in found.quiet:
        print(f"{place}: nothing that it sees sends into its bands.")
    verified, rules = sum(rule.verified for rule in found.table.rules), len(found.table.rules)
    print(
        f"Rules as of {found.table.date}, those that hold on {found.day}; {verified} of {rules} were read in the "
        "document itself. Messages say how the others are known."
    )


def _print_turns(turns: list[Turn]) -> None:
    if not turns:
        print("The candidates of WRC-27 would change nothing here.")
        return

    def said(finding: Finding | None) -> str:
        return "not asked" if finding is None else VERDICTS[finding.ok]

    rows = []
    for turn in turns:
        finding = turn.after or turn.before
        assert finding is not None
        rows.append([turn.node, turn.terminal, finding.rule, said(turn.before), said(turn.after)])
    console.print_table(
        "What the candidates of WRC-27 would change", ["node", "terminal", "rule", "without", "with"], rows
    )


def _print_flux(rows: list[FluxRow], everything: bool) -> None:
    from qqnet.spectrum.flux_rows import bandwidth_text

    if not rows:
        return
    ordered = sorted(rows, key=lambda row: (row.margin_db is None, row.margin_db or 0.0))
    shown = ordered if everything else ordered[:10]
    lines = [
        [
            row.node,
            row.terminal,
            row.place,
            f"{row.flux_db:.1f} in {bandwidth_text(row.reference_hz)}",
            "none known" if row.limit_db is None else f"{row.limit_db:.1f}",
            "" if row.margin_db is None else f"{row.margin_db:.1f}",
            f"{row.sender} to {row.target}",
            _where(row),
        ]
        for row in shown
    ]
    title = "Power flux density [dB(W/m2)] where it comes closest to its limit [dB(W/m2)]; margin [dB]"
    console.print_table(
        title,
        ["node", "terminal", "place", "flux", "limit", "margin", "antenna", "at"],
        lines,
        right=["limit", "margin"],
    )
    if len(shown) < len(ordered):
        print(f"{len(ordered) - len(shown)} more have larger margins; --all lists them.")


def _where(row: FluxRow) -> str:
    from qqnet.space.timescales import format_utc

    time = format_utc(row.time_s, digits=0)
    if math.isnan(row.latitude_rad):
        return time
    north, east = math.degrees(row.latitude_rad), math.degrees(row.longitude_rad)
    return f"{time}, {abs(north):.0f} {'N' if north >= 0.0 else 'S'} {abs(east):.0f} {'E' if east >= 0.0 else 'W'}"
