"""Service volumes: how well each is covered, shell by shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qqnet.report.page import Block, Table, Text
from qqnet.report.wording import duration, number, percent

if TYPE_CHECKING:
    from qqnet.study.study import Study


def volume_blocks(study: Study) -> list[Block]:
    """Return what a study found about its service volumes."""
    answers = [study.service_volume(volume.name).summary() for volume in study.scenario.service_volumes]
    rows = [_row(answer, shell) for answer in answers for shell in answer["shells"]]
    return [
        Text(
            "A user in a service volume is covered with enough satellites in view and, where a limit is given, "
            "GDOP below it. The score is the share of the worst 24 h of the worst point."
        ),
        Table(
            [
                "volume", "altitude [km]", "mask [deg]", "in view", "GDOP below", "score", "area and time",
                "longest outage",
            ],
            rows,
            1,
            "Service volumes by shell",
        ),
    ]  # fmt: skip


def _row(answer: dict[str, Any], shell: dict[str, Any]) -> list[str]:
    outage = shell["longest_outage_s"]
    return [
        answer["name"],
        number(shell["altitude_km"]),
        number(shell["mask_deg"]),
        str(answer["required_fold"]),
        "" if answer["gdop_below"] is None else number(answer["gdop_below"]),
        percent(shell["score"], 3),
        percent(shell["fraction"], 3),
        duration(outage) if outage else "none",
    ]
