"""Frequencies: which rules are broken or open, and who is in the shielded zone of the Moon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.report.page import Block, Table, Text
from qqnet.report.wording import percent

if TYPE_CHECKING:
    from qqnet.spectrum.findings import Finding
    from qqnet.study.study import Study

_VERDICTS = {False: "broken", None: "open"}


def frequency_blocks(study: Study) -> list[Block]:
    """Return what the frequency rules say of a study; power flux density is left to the command.

    Parameters
    ----------
    study : Study
        For links and trajectories.

    Returns
    -------
    list of Block
    """
    from qqnet.study.spectrum import SpectrumStudy

    asked = SpectrumStudy(study)
    findings = asked.rules()
    counts = {ok: sum(finding.ok is ok for finding in findings) for ok in (False, None, True)}
    blocks: list[Block] = [
        Text(
            f"Of the frequency rules that hold on {asked.day}, {counts[False]} are broken, {counts[None]} open "
            f"and {counts[True]} kept, counted for each terminal of each entry. Most rules are second hand or "
            "from memory; what is said names its rule and how that is known. Power flux density: qqnet spectrum."
        )
    ]
    rows = _rows([finding for finding in findings if finding.ok is not True])
    if rows:
        blocks.append(
            Table(
                ["", "node", "terminal", "rule", "what it says"], rows, 5, "Rules broken or open", prose=True
            )
        )
    if asked.stays:
        stays = [[stay.node, percent(stay.share, 1)] for stay in asked.stays.values()]
        blocks.append(Table(["node", "share of the span"], stays, 1, "In the shielded zone of the Moon"))
    return blocks


def _rows(findings: list[Finding]) -> list[list[str]]:
    nodes: dict[tuple[str, ...], list[str]] = {}
    for finding in sorted(findings, key=lambda finding: finding.ok is not False):
        assert finding.ok is not True
        said = (_VERDICTS[finding.ok], finding.terminal, finding.rule, finding.message)
        nodes.setdefault(said, []).append(finding.node)
    return [[said[0], ", ".join(where), *said[1:]] for said, where in nodes.items()]
