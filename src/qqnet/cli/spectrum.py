"""The command about frequency rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, with_span

if TYPE_CHECKING:
    from qqnet.spectrum.findings import Finding

_VERDICTS = {False: "broken", None: "open", True: "kept"}


def spectrum(
    scenario: ScenarioArgument,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="Count the candidates of WRC-27 as permitted.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="List also the rules that are kept.")] = False,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Frequency rules: which terminal breaks which, and what would be right; exit code 1 if any does."""
    from qqnet.scenario.loading import load
    from qqnet.study.spectrum import spectrum as findings_of
    from qqnet.study.study import Study

    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        findings = findings_of(Study(loaded, progress=bars), candidates=candidates)
    broken = sum(finding.ok is False for finding in findings)
    if as_json:
        console.print_json(_answer(findings))
    else:
        _print(loaded.name, findings, everything)
    if broken:
        raise typer.Exit(1)


def _answer(findings: list[Finding]) -> dict[str, Any]:
    """The answer for programs: findings, the broken ones first, and the rules that they name."""
    from qqnet.spectrum.rule_table import rule_table

    table = rule_table()
    named = {finding.rule for finding in findings}
    keys = ("id", "title", "region", "status", "source", "revision", "mark", "verified")
    return {
        "ok": not any(finding.ok is False for finding in findings),
        "findings": [asdict(finding) for finding in _ordered(findings)],
        "rules": [{key: getattr(rule, key) for key in keys} for rule in table.rules if rule.id in named],
        "rules_date": table.date,
    }


def _ordered(findings: list[Finding]) -> list[Finding]:
    rank = {False: 0, None: 1, True: 2}
    return sorted(findings, key=lambda finding: rank[finding.ok])


def _print(name: str, findings: list[Finding], everything: bool) -> None:
    from qqnet.spectrum.rule_table import rule_table

    counts = {ok: sum(finding.ok is ok for finding in findings) for ok in _VERDICTS}
    print(f"{name}: {counts[False]} broken, {counts[None]} open, {counts[True]} kept")
    nodes: dict[tuple[str, ...], list[str]] = {}
    for finding in _ordered(findings):
        if everything or finding.ok is not True:
            said = (_VERDICTS[finding.ok], finding.terminal, finding.rule, finding.status, finding.message)
            nodes.setdefault(said, []).append(finding.node)
    rows = [[said[0], ", ".join(where), *said[1:]] for said, where in nodes.items()]
    if rows:
        console.print_table("", ["", "node", "terminal", "rule", "status", "what it says"], rows)
    verified = sum(rule.verified for rule in rule_table().rules)
    print(
        f"Rules as of {rule_table().date}; {verified} of {len(rule_table().rules)} were read in the original. "
        "Messages say how the others are known."
    )
