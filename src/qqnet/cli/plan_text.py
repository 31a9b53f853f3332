"""Contact plans in words and tables, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.cli import console

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.compare import PlanComparison
    from qqnet.contacts.plan import ContactPlan


def counted(count: int, word: str) -> str:
    """So many of a thing."""
    return f"{count} {word}{'s' * (count != 1)}"


def number(value: float) -> str:
    """A number with six digits, or "none"."""
    return "none" if value != value else f"{value:.6g}"


def print_nodes(table: pd.DataFrame) -> None:
    """Print what each node sends and receives."""
    columns = [
        "node",
        "ipn",
        "to",
        "from",
        "sends [byte]",
        "receives [byte]",
        "in contact [h]",
        "longest gap [h]",
    ]
    rows = [
        [
            row["node"],
            str(row["ipn"]),
            str(row["neighbours_out"]),
            str(row["neighbours_in"]),
            f"{row['volume_out_bytes']:.4g}",
            f"{row['volume_in_bytes']:.4g}",
            f"{row['any_contact_s'] / 3600:.4g}",
            f"{row['longest_gap_s'] / 3600:.4g}",
        ]
        for row in table.to_dict("records")
    ]
    console.print_table("", columns, rows, right=columns[1:])


def print_links(table: pd.DataFrame) -> None:
    """Print what each link offers."""
    columns = [
        "from",
        "to",
        "link",
        "contacts",
        "in contact [h]",
        "volume [byte]",
        "light time [s]",
        "longest gap [h]",
    ]
    rows = [
        [
            row["from"],
            row["to"],
            row["link"],
            str(row["contacts"]),
            f"{row['total_s'] / 3600:.4g}",
            f"{row['volume_bytes']:.4g}",
            f"{row['owlt_min_s']:.6g} to {row['owlt_max_s']:.6g}",
            f"{row['longest_gap_s'] / 3600:.4g}",
        ]
        for row in table.to_dict("records")
    ]
    console.print_table("", columns, rows, right=columns[3:])


def print_comparison(found: PlanComparison, first: ContactPlan, most: int) -> None:
    """Print how two plans differ, so many entries of each kind."""
    counts = found.answer(0)["counts"]
    print("the plans are the same, within the tolerances" if found.identical else "the plans differ")
    contacts = ", ".join(
        f"{counts[key]} {word}"
        for key, word in (
            ("same", "the same"),
            ("changed", "changed"),
            ("only_first", "only in the first"),
            ("only_second", "only in the second"),
        )
    )
    print(f"contacts (one where they go on at the same rate): {contacts}")
    total = found.volumes[["first_bytes", "second_bytes"]].sum()
    print(f"volume: {total['first_bytes']:.6g} byte, then {total['second_bytes']:.6g} byte")
    for word, names in vars(found.nodes).items():
        if names:
            told = [" ".join(map(str, name)) if isinstance(name, tuple) else name for name in names[:most]]
            print(f"nodes {word.replace('_', ' ')}: {', '.join(told)}{', ...' * (len(names) > most)}")
    _print_changed(found, first, most)
    for side in ("first", "second"):
        rows = getattr(found, f"only_{side}")[:most].to_dict("records")
        for row in rows:
            print(
                f"only in the {side}: {row['from']} -> {row['to']} {row['link']} from "
                f"{_time(first, row['start_s'])}, {row['end_s'] - row['start_s']:.6g} s, {row['rate_bps']:g} bit/s"
            )
    for row in found.moved_volumes()[:most].to_dict("records"):
        print(
            f"volume of {row['from']} -> {row['to']} {row['link']}: {row['first_bytes']:.6g}, then "
            f"{row['second_bytes']:.6g} byte"
        )


def _print_changed(found: PlanComparison, first: ContactPlan, most: int) -> None:
    words = {
        "start_shift_s": "starts {:+.6g} s",
        "end_shift_s": "ends {:+.6g} s",
        "rate_change_bps": "rate {:+.6g} bit/s",
        "owlt_change_s": "light time {:+.6g} s",
        "confidence_change": "confidence {:+.3g}",
    }
    for row in found.changed[:most].to_dict("records"):
        told = [word.format(row[key]) for key, word in words.items() if row[key] != 0.0]
        told += (
            [f"kind {row['kind']}, then {row['second_kind']}"] if row["kind"] != row["second_kind"] else []
        )
        at = _time(first, row["start_s"])
        print(f"changed: {row['from']} -> {row['to']} {row['link']} from {at}: {', '.join(told)}")


def _time(plan: ContactPlan, time_s: float) -> str:
    return plan.time_base.utc_text(time_s, 0) or f"{time_s:.12g} s"
