from qqnet.report.network import home
from qqnet.report.page import Figures, Fold
from qqnet.report.style import drawing
from qqnet.report.topology import links_at
from qqnet.report.topology_section import topology_blocks
from qqnet.scenario.nodes import member_names


def test_links_between_worlds_are_all_told(mars_study):
    with drawing():
        blocks = topology_blocks(mars_study)
    (fold,) = [block for block in blocks if isinstance(block, Fold)]
    (table,) = fold.blocks
    world = {name: home(node) for node in mars_study.scenario.nodes for name in member_names(node)}
    time = mars_study.scenario.time
    links = links_at(mars_study.contacts, 0.5 * (time.start_s + time.stop_s))
    between = [f"{a} – {b}" for a, b in zip(links["a"], links["b"], strict=True) if world[a] != world[b]]
    assert [row[0] for row in table.rows] == between
    (figures,) = [block for block in blocks if isinstance(block, Figures)]
    assert f"{len(links)} pairs of nodes" in figures.pictures[0].markup
