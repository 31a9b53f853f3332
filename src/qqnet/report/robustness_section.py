"""Coverage and navigation with satellites lost, in a table."""

from __future__ import annotations

from typing import Any

from qqnet.report.page import Block, Table
from qqnet.report.wording import duration, number, percent, whole


def robustness_blocks(answer: dict[str, Any]) -> list[Block]:
    """What is left when satellites are lost.

    Parameters
    ----------
    answer : dict
        From `qqnet.study.robustness.robustness_summary`.

    Returns
    -------
    list of Block
        None where nothing was tried.
    """
    losses = answer["losses"]
    if not losses:
        return []
    wanted, gdop = str(answer["required_fold"]), number(answer["required_gdop"])
    rows = []
    for kind, found in losses.items():
        coverage, navigation = found["coverage"], found["navigation"]
        how, count = kind.split("_")
        rows.append(
            [
                f"any {count}" if how == "any" else f"{count} at random",
                whole(found["sets"]) + (" (all)" if found["all_sets"] else ""),
                whole(coverage["fold_min"]),
                percent(coverage["fraction_at_least"][wanted]),
                percent(coverage["fraction_at_least_worst_point"]),
                duration(coverage["longest_gap_s"]),
                percent(navigation["fraction_at_most"]),
                percent(navigation["fraction_at_most_worst_point"]),
                duration(navigation["longest_outage_s"]),
            ]
        )
    columns = [
        "lost", "sets", "fewest in view", f"at least {wanted}", "there, worst point", "longest gap",
        f"GDOP ≤ {gdop}", "there, worst point", "longest without",
    ]  # fmt: skip
    return [
        Table(
            columns,
            rows,
            1,
            "With satellites lost",
            "Each figure is that of the worst set of its kind; shares are of area and time, or of time.",
        )
    ]
