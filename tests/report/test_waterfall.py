import re
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

from qqnet.links.antennas import Antenna
from qqnet.links.budget import link_budget, rf_budget
from qqnet.links.conjunction import CoronaScintillation
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.path import Path, View
from qqnet.report.waterfall import waterfall
from qqnet.space.constants import AU_KM


@pytest.fixture
def budget():
    transmit = RfTransmit(8.42e9, 100.0, Antenna(diameter_m=3.0), (Mode("0.5 Mbit/s", 5e5, 1.0),))
    return rf_budget(transmit, RfReceive(Antenna(diameter_m=34.0), 25.0, 8.4e9, 8.45e9), 402e6)


@pytest.fixture
def drawing(budget):
    return Xml.fromstring(waterfall(budget, 'A "budget" of <one> link'))


def ticks(drawing):
    """Height above zero and place of each tick."""
    texts = [text for text in drawing.iter("text") if text.get("class") == "tick"]
    numbers = [(text.text.replace("−", "-"), float(text.get("x"))) for text in texts]
    return [(float(text), x) for text, x in numbers if re.fullmatch(r"-?\d+", text)]


def test_each_term_is_a_bar_from_the_sum_before_to_the_sum_after(budget, drawing):
    bars = {int(bar.get("data-row")): bar for bar in drawing.iter("rect") if bar.get("data-row")}
    running = [0.0, *budget.running_db()]
    terms = [row for row, line in enumerate(budget.lines) if line.kind == "term"]
    assert sorted(bars) == terms
    (first, x0), *_, (last, x1) = ticks(drawing)
    for row in terms:
        left = float(bars[row].get("x"))
        ends = [
            first + (x - x0) * (last - first) / (x1 - x0)
            for x in (left, left + float(bars[row].get("width")))
        ]
        assert ends == pytest.approx(sorted(running[row : row + 2]), abs=0.15)
        assert (bars[row].get("class") == "gain") == (budget.lines[row].value >= 0)


def test_every_line_is_named_with_its_value(budget, drawing):
    words = [text.text for text in drawing.iter("text") if text.get("class") != "tick"]
    assert words[0::2] == [line.name for line in budget.lines]
    assert words[-1] == f"= {budget.margin_db:.2f} dB"


def test_a_refused_link_is_drawn_to_the_edge():
    """The corona refuses it: an infinite loss, and what follows stays where that ends."""
    effect = CoronaScintillation.of(8.42e9)
    transmit = RfTransmit(8.42e9, 100.0, Antenna(diameter_m=3.0), (Mode("0.5 Mbit/s", 5e5, 1.0),))
    receive = RfReceive(Antenna(diameter_m=34.0), 25.0, 8.4e9, 8.45e9)
    path = Path(
        np.asarray(3.6e8), receiver=View(sun_angle_rad=np.asarray(0.01), sun_range_km=np.asarray(AU_KM))
    )
    refused = link_budget(Link(transmit, receive, (effect,)), path)
    assert not refused.closes
    text = waterfall(refused, "refused")
    assert "−∞ dB" in text
    assert "nan" not in text
    assert "inf" not in text
