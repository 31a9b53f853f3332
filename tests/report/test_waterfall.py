import numpy as np
import pytest

from qqnet.links.budget import rf_budget
from qqnet.links.ends import Antenna, Mode, RfReceive, RfTransmit
from qqnet.report.waterfall import waterfall_figure


@pytest.fixture
def budget():
    transmit = RfTransmit(8.42e9, 100.0, Antenna(diameter_m=3.0), (Mode("0.5 Mbit/s", 5e5, 1.0),))
    return rf_budget(transmit, RfReceive(Antenna(diameter_m=34.0), 25.0, 8.4e9, 8.45e9), 402e6)


def test_each_term_is_a_bar_from_the_sum_before_to_the_sum_after(budget):
    axes = waterfall_figure(budget).axes[0]
    bars = {
        round(bar.get_y() + bar.get_height() / 2): bar
        for bar in axes.patches
        if bar.get_height() == pytest.approx(0.62)
    }
    running = [0.0, *budget.running_db()]
    terms = [row for row, line in enumerate(budget.lines) if line.kind == "term"]
    assert sorted(bars) == terms
    for row in terms:
        ends = [bars[row].get_x(), bars[row].get_x() + bars[row].get_width()]
        np.testing.assert_allclose(sorted(ends), sorted(running[row : row + 2]), atol=1e-9)


def test_every_line_is_named_with_its_value(budget):
    axes = waterfall_figure(budget).axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [line.name for line in budget.lines]
    assert axes.texts[-1].get_text() == f"= {budget.margin_db:.2f} dB"
    low, high = axes.get_xlim()
    assert low < min(budget.running_db())
    assert high > max(budget.running_db())
