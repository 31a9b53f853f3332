import re
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

import qqnet
from qqnet.links.pairs import terminal_pairs
from qqnet.report.network import bonds, worlds
from qqnet.report.network_map import network_map
from qqnet.study.study import Study


@pytest.fixture(scope="module", params=["lunar-relay", "queqiao-2", "qqnet-3", "mars-conjunction-2040"])
def drawn(request):
    scenario = qqnet.load(request.param)
    found = bonds(scenario, terminal_pairs(scenario))
    drawing = network_map(worlds(scenario), found, [net.name for net in scenario.terrestrial])
    return scenario, found, Xml.fromstring(drawing)


def along(path):
    """Points of a path of cubic curves and straight lines."""
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", path)]
    points = np.array(numbers).reshape(-1, 2)
    commands = re.findall("[MCL]", path)
    at, here, found = 1, points[0], []
    for command in commands[1:]:
        count = 3 if command == "C" else 1
        corners = [here, *points[at : at + count]]
        share = np.linspace(0.0, 1.0, 40)[:, None]
        if command == "C":
            a, b, c, d = corners
            rest = 1 - share
            found.append(rest**3 * a + 3 * rest**2 * share * b + 3 * rest * share**2 * c + share**3 * d)
        else:
            found.append((1 - share) * corners[0] + share * corners[1])
        at, here = at + count, corners[-1]
    return np.concatenate(found)


def test_every_node_is_named_and_every_bond_drawn(drawn):
    scenario, found, drawing = drawn
    words = {text.text for text in drawing.iter("text")}
    assert {node.name for node in scenario.nodes if len(node.name) < 29} <= words
    paths = [path for path in drawing.iter("path") if "bond" in (path.get("class") or "")]
    assert len(paths) == len(found)


def test_no_line_runs_behind_a_panel(drawn):
    _, _, drawing = drawn
    panels = [
        [float(rect.get(key)) for key in ("x", "y", "width", "height")]
        for rect in drawing.iter("rect")
        if rect.get("class") == "panel"
    ]
    for path in drawing.iter("path"):
        if "bond" not in (path.get("class") or ""):
            continue
        x, y = along(path.get("d")).T
        for left, top, width, height in panels:
            inside = (x > left + 2) & (x < left + width - 2) & (y > top + 2) & (y < top + height - 2)
            assert not inside.any(), path.find("title").text


def test_panels_lie_apart_and_within_the_drawing(drawn):
    _, _, drawing = drawn
    _, _, width, height = (float(number) for number in drawing.get("viewBox").split())
    boxes = [
        np.array([float(rect.get(key)) for key in ("x", "y", "width", "height")])
        for rect in drawing.iter("rect")
        if rect.get("class") == "panel"
    ]
    for n, one in enumerate(boxes):
        assert one[0] >= 0
        assert one[1] >= 0
        assert one[0] + one[2] <= width + 1e-6
        assert one[1] + one[3] <= height
        for other in boxes[n + 1 :]:
            apart = (one[:2] + one[2:] <= other[:2] + 1) | (other[:2] + other[2:] <= one[:2] + 1)
            assert apart.any()


def test_names_are_escaped_and_shortened():
    study = Study(qqnet.load("lunar-relay"))
    nodes = list(study.scenario.nodes)
    long = "a" * 60
    nodes[0] = nodes[0].model_copy(update={"name": long})
    scenario = study.scenario.model_copy(update={"nodes": nodes})
    drawing = Xml.fromstring(network_map(worlds(scenario), [], ["<fibre> & more"]))
    texts = list(drawing.iter("text"))
    shown = next(text for text in texts if text.text and text.text.startswith("aaaa"))
    assert len(shown.text) < 30
    assert shown.find("title").text == long
    assert any(text.text == "joined by <fibre> & more" for text in texts)
