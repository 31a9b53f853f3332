import numpy as np
import pytest
import xarray as xr

from qqnet.contacts.timebase import TimeBase
from qqnet.report.style import drawing
from qqnet.report.traffic_over_time import storage_figure, throughput_figure, write_storage

BASE = TimeBase("relative")


@pytest.fixture(scope="module")
def history():
    time = (np.arange(1000) + 0.5) * 60.0
    stored = np.zeros((1000, 3))
    stored[:, 1] = 1e6
    stored[500, 2] = 4e9
    offered = np.zeros((1000, 2))
    offered[:, 0] = 7500.0
    return xr.Dataset(
        {
            "stored_bytes": (("time", "node"), 0.5 * stored),
            "stored_max_bytes": (("time", "node"), stored),
            "offered_bytes": (("time", "flow"), offered),
            "delivered_bytes": (("time", "flow"), 0.5 * offered),
        },
        coords={"time": time, "node": ["idle", "relay", "peak"], "flow": ["voice", "none"]},
    )


def test_rows_are_the_nodes_that_store_with_their_peaks(history):
    with drawing():
        axes = storage_figure(history, BASE).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["peak", "relay"]
    assert [text.get_text() for text in axes.texts] == ["4 GB", "1 MB"]


def test_a_short_peak_survives_the_joining_of_steps(history):
    with drawing():
        axes = storage_figure(history, BASE, most_rows=1).axes[0]
    light, dark = (patch.get_data() for patch in axes.patches)
    assert light.baseline - light.values.min() == pytest.approx(0.84)
    # The mean of nine joined steps, of which one held half of the peak on average.
    assert dark.baseline - dark.values.min() == pytest.approx(0.84 * 0.5 / 9)
    assert axes.get_title(loc="right") == "1 nodes that store less are left out; peak"


def test_throughput_gives_the_mean_rate_delivered(history):
    with drawing():
        axes = throughput_figure(history, BASE).axes[0]
    assert [text.get_text() for text in axes.texts] == ["500 bit/s", "0 bit/s"]


def test_steps_span_the_time_around_their_middles(history):
    with drawing():
        axes = storage_figure(history, BASE).axes[0]
    assert axes.get_xlim() == pytest.approx((0.0, 1000 / 60))
    assert axes.get_xlabel() == "time of the plan [h]"


def test_nothing_stored_is_said(history, tmp_path):
    with drawing():
        axes = storage_figure(history.isel(node=[0]), BASE).axes[0]
    assert axes.get_title(loc="left") == "No node ever stores anything"
    write_storage(history, BASE, tmp_path / "stored.svg")
    assert "</svg>" in (tmp_path / "stored.svg").read_text()
