"""The network in the middle of a study: who is linked with whom, and the links between worlds in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Heading, Table
from qqnet.report.topology import Topology, topology_at
from qqnet.report.topology_figure import WORDS, topology_figure
from qqnet.report.wording import data_rate, duration, utc, whole
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from qqnet.study.study import Study


def topology_blocks(study: Study) -> list[Block]:
    """Picture and table of a study's links in the middle of its span.

    Parameters
    ----------
    study : Study
        For trajectories and contacts.

    Returns
    -------
    list of Block
    """
    time = study.scenario.time
    at_s = 0.5 * (time.start_s + time.stop_s)
    topology = topology_at(study.scenario, study.trajectories, study.contacts, at_s)
    when = utc(format_utc(at_s))
    words = f"{whole(len(topology.links))} pairs of nodes are linked at {when}"
    picture = embedded(topology_figure(topology, with_table=False), "topology", words, always_drawn=True)
    caption = (
        "A disc for each world. Directions from its centre are true as seen from the north of the ecliptic, "
        "distances from it logarithmic, and nodes that would cover each other are moved apart; worlds are not to "
        "scale. Numbers are members of constellations, squares stand on the ground. The colour is the better rate "
        "of the two directions."
    )
    blocks: list[Block] = [
        Heading(f"Links in the middle of the span, {when}"),
        Figures([picture], caption, wide=True),
    ]
    table = _table(topology)
    if table.rows:
        blocks.append(Fold(f"Links between worlds then: {whole(len(table.rows))}", [table]))
    return blocks


def _table(topology: Topology) -> Table:
    world = {one.node: body for body, members in topology.worlds.items() for one in members}
    rows = [
        [
            f"{row['a']} – {row['b']}",
            WORDS[str(row["kind"])],
            data_rate(row["rate_ab_bps"]) if row["rate_ab_bps"] else "shut",
            data_rate(row["rate_ba_bps"]) if row["rate_ba_bps"] else "shut",
            duration(row["owlt_s"]),
        ]
        for row in topology.links.to_dict("records")
        if world.get(row["a"]) != world.get(row["b"])
    ]
    return Table(["between", "by", "there", "back", "light time"], rows, 2)
