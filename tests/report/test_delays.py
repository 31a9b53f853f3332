from types import SimpleNamespace

import numpy as np
import pytest

from qqnet.report.delays import delay_figure, delay_panels, flow_curves, priority_curves, write_delays
from qqnet.report.style import drawing
from qqnet.traffic.flows import Flow

FLOWS = (
    Flow("telemetry", "a", "b", rate_bps=8.0, priority=2, deadline_s=60.0),
    Flow("command", "b", "a", rate_bps=8.0, priority=2, deadline_s=600.0),
    Flow("science", "a", "b", rate_bps=8.0, priority=0),
)
DELAYS = {
    "telemetry": (np.array([1.0, 2.0]), np.array([0.5, 1.0])),
    "command": (np.array([2.0, 9.0]), np.array([0.25, 1.0])),
    "science": (np.empty(0), np.empty(0)),
    "expedited": (np.array([1.0, 9.0]), np.array([0.0, 1.0])),
    "bulk": (np.empty(0), np.empty(0)),
}
COUNTS = {"telemetry": (30, 30), "command": (10, 5), "science": (4, 0)}


class Result:
    flows = FLOWS

    def flow_results(self):
        return [summed(flow.name, *COUNTS[flow.name]) for flow in FLOWS]

    def priority_results(self):
        return [summed("expedited", 40, 35), summed("bulk", 4, 0)]

    def delay_distribution(self, name):
        return DELAYS[name]


def summed(name, bundles, delivered):
    return SimpleNamespace(name=name, bundles=bundles, delivered_bundles=delivered)


def test_curves_are_shares_of_all_bundles_made_by_priority():
    curves = flow_curves(Result())
    assert list(curves) == ["expedited", "bulk"]
    telemetry, command = curves["expedited"]
    np.testing.assert_allclose(telemetry.share, [0.5, 1.0])
    np.testing.assert_allclose(command.share, [0.125, 0.5])
    assert command.deadline_s == 600.0
    assert curves["bulk"][0].deadline_s is None


def test_priorities_are_told_together():
    expedited, bulk = priority_curves(Result())
    np.testing.assert_allclose(expedited.share, [0.0, 35 / 40])
    assert expedited.label == "expedited"
    assert bulk.delay_s.size == 0


def test_the_picture_has_a_panel_a_priority_a_line_a_flow_and_a_cross_a_deadline():
    with drawing():
        figure = delay_figure(delay_panels(Result()))
    first, second = figure.axes
    assert first.get_title(loc="left") == "Expedited flows"
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["telemetry", "command"]
    assert [text.get_text() for text in second.get_legend().get_texts()] == ["science: none arrived"]
    crosses = {line.get_xdata()[0]: line.get_ydata()[0] for line in first.lines if line.get_marker() == "x"}
    assert crosses == {60.0: 1.0, 600.0: 0.5}
    times, shares = first.lines[0].get_data()
    np.testing.assert_array_equal(times, [1.0, 1.0, 2.0])
    np.testing.assert_array_equal(shares, [0.0, 0.5, 1.0])
    assert [text.get_text() for text in second.get_xticklabels()] == ["1 s", "10 s", "1 min", "10 min"]


def test_an_axis_too_short_for_round_times_still_has_ticks():
    curve = flow_curves(Result())["expedited"][0]
    near = curve.__class__("near", np.array([1.31, 1.42]), curve.share)
    with drawing():
        axes = delay_figure({"": [near]}).axes[0]
    assert len(axes.get_xticks()) >= 3
    assert axes.get_xticklabels()[0].get_text().endswith(" s")


@pytest.mark.parametrize("by", ["flow", "priority"])
def test_it_is_written(by, tmp_path):
    write_delays(Result(), tmp_path / "delays.svg", by)
    assert "</svg>" in (tmp_path / "delays.svg").read_text()
