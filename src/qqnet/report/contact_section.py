"""Contacts: bars of the main ones over time, and figures of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.report.gantt import gantt_figure
from qqnet.report.image import embedded
from qqnet.report.links_over_time import GatheredContacts
from qqnet.report.page import Block, Figures, Fold, Heading, Table, Text
from qqnet.report.scales import rate_scale
from qqnet.report.wording import data_rate, data_size, duration, span, whole

if TYPE_CHECKING:
    from qqnet.study.study import Study

MOST_ROWS = 30


def contact_blocks(study: Study, gathered: GatheredContacts) -> list[Block]:
    """Bars and figures of a study's contact plan.

    Parameters
    ----------
    study : Study
        For the span.
    gathered : GatheredContacts
        Its contacts.

    Returns
    -------
    list of Block
    """
    if gathered.rows.empty:
        return [Text("No link of this network ever has a line of sight and enough power during the span.")]
    interval = (study.scenario.time.start_s, study.scenario.time.stop_s)
    blocks: list[Block] = []
    groups = {
        "Trunks": gathered.trunk_rows(),
        "Ground stations": gathered.station_rows(),
        "Users": gathered.user_rows(),
    }
    scale = rate_scale(gathered.rows["rate_bps"].to_numpy())
    for title, rows in groups.items():
        blocks.append(Heading(title))
        if not rows:
            blocks.append(Text("There are none, or none that ever has a contact."))
            continue
        shown = rows[:MOST_ROWS]
        words = ", ".join(row.label for row in shown)
        left_out = "" if len(shown) == len(rows) else f" {len(rows) - len(shown)} more are left out."
        blocks.append(
            Figures(
                [
                    embedded(
                        gantt_figure(shown, interval, scale),
                        f"bars-{title[:3].lower()}",
                        f"Contacts over time: {words}.",
                    )
                ],
                "Best rate of any of the links, in either direction, all members of a constellation "
                "together; time at "
                f"the sender. At the right the share of the span with a contact.{left_out}",
                wide=True,
            )
        )
    table = _table(gathered)
    return [*blocks, Fold(f"Contacts by equipment: {whole(len(table.rows))} kinds of link", [table])]


def _table(gathered: GatheredContacts) -> Table:
    rows = gathered.rows.assign(
        length_s=gathered.rows["end_s"] - gathered.rows["start_s"],
    )
    rows = rows.assign(volume_bytes=rows["rate_bps"] * rows["length_s"] / 8.0)
    table = []
    for (link, kind), chosen in rows.groupby(["link", "kind"]):
        table.append(
            [
                str(link),
                {"optical": "laser", "rf": "radio"}.get(str(kind), str(kind)),
                whole(len(chosen.groupby(["from", "to"]))),
                whole(len(chosen)),
                duration(float(chosen["length_s"].median())),
                duration(float(chosen["length_s"].max())),
                span(
                    [data_rate(float(chosen["rate_bps"].min())), data_rate(float(chosen["rate_bps"].max()))]
                ),
                data_size(float(chosen["volume_bytes"].sum())),
            ]
        )
    columns = ["link (terminals)", "kind", "node pairs", "contacts", "median", "longest", "rate", "volume"]
    note = (
        "A contact is a stretch of constant rate in one direction; a pass may hold several. "
        "Volume: what all could carry, each link by itself."
    )
    return Table(columns, table, 2, "Contacts through space by equipment", note)
