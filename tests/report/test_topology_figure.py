import itertools

import pytest
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from qqnet.report.style import drawing
from qqnet.report.topology import topology_at
from qqnet.report.topology_figure import topology_figure, write_topology


@pytest.fixture(scope="module")
def topology(mars_study):
    at_s = mars_study.scenario.time.start_s + 4 * 3600.0
    return topology_at(mars_study.scenario, mars_study.trajectories, mars_study.contacts, at_s)


@pytest.fixture(scope="module")
def figure(topology):
    with drawing():
        figure = topology_figure(topology)
        figure.draw_without_rendering()
    return figure


def test_every_link_is_a_line_and_every_world_is_named(figure, topology):
    axes = figure.axes[0]
    (lines,) = [found for found in axes.collections if isinstance(found, LineCollection)]
    assert len(lines.get_segments()) == len(topology.links) > 0
    texts = {text.get_text() for text in axes.texts}
    assert set(topology.worlds) <= texts
    named = {one.node for world in topology.worlds.values() for one in world if one.group == one.node}
    assert len(named & texts) >= 0.9 * len(named)


def test_links_between_worlds_are_told_with_rate_and_light_time(figure, topology):
    world = {one.node: body for body, members in topology.worlds.items() for one in members}
    rows = topology.links.to_dict("records")
    pairs = {frozenset((world[row["a"]], world[row["b"]])) for row in rows}
    lines = [line.split(" – ") for line in figure.get_supxlabel().splitlines()[1:] if " – " in line]
    told = {frozenset((world[one], world[other.split()[0]])) for one, other in lines}
    assert told == {pair for pair in pairs if len(pair) == 2}


def test_no_name_covers_another(figure):
    names = [text for text in figure.axes[0].texts if text.get_label() != "number"]
    boxes = [Text.get_window_extent(text) for text in names]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_it_is_written(topology, tmp_path):
    write_topology(topology, tmp_path / "now.pdf")
    assert (tmp_path / "now.pdf").read_bytes().startswith(b"%PDF")
