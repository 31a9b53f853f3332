import re
from xml.etree import ElementTree as Xml

import pytest

from qqnet.report.image import LARGEST_SVG, embedded
from qqnet.report.style import INK, drawing, new_figure


def figure(points=3):
    made = new_figure(4.0, 2.0)
    axes = made.subplots()
    axes.plot(range(points), [n % 7 for n in range(points)])
    axes.set_xlabel("time [s]")
    return made


@pytest.fixture(autouse=True)
def style():
    with drawing():
        yield


def test_ids_of_two_figures_differ_and_references_hold():
    one, other = (embedded(figure(), name, "x").markup for name in ("one", "other"))
    found = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (one, other)]
    assert found[0]
    assert not found[0] & found[1]
    for text, ids in zip((one, other), found, strict=True):
        assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text)) <= ids


def test_drawing_follows_the_theme_and_says_what_it_shows():
    markup = embedded(figure(), "one", 'A "line" & more').markup
    element = Xml.fromstring(markup)
    assert element.get("aria-label") == 'A "line" & more'
    assert INK not in markup
    assert "var(--ink)" in markup
    assert (element.get("width"), element.get("height")) == ("384", "192")


def test_same_figure_gives_the_same_markup():
    assert embedded(figure(), "one", "x").markup == embedded(figure(), "one", "x").markup


def test_large_drawings_become_pictures():
    made = new_figure(4.0, 2.0)
    axes = made.subplots()
    for n in range(1800):
        axes.plot([n, n + 1], [n % 7, n % 5])
    assert embedded(made, "one", "x").markup.startswith("<img")
    assert len(embedded(made, "one", "x").markup) < LARGEST_SVG * 2
