import itertools

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from qqnet.report.sankey import sankey_figure, write_sankey
from qqnet.report.style import drawing
from qqnet.traffic.flows import Flow

FLOWS = [Flow(f"flow {k}", f"user-{k:02d}", "earth", rate_bps=8.0) for k in range(30)]
VOLUMES = pd.DataFrame(
    [
        row
        for k, flow in enumerate(FLOWS)
        for row in (
            (flow.name, flow.source, f"relay-{k % 4}", 10.0 ** (k % 12)),
            (flow.name, f"relay-{k % 4}", "earth", 10.0 ** (k % 12)),
        )
    ],
    columns=["flow", "from", "to", "bytes"],
)


def test_every_source_relay_and_destination_is_named_with_its_size_and_none_covers_another():
    with drawing():
        figure = sankey_figure(VOLUMES, FLOWS)
        figure.draw_without_rendering()
    texts = figure.axes[0].texts
    assert {text.get_text().split("\n")[0] for text in texts} == {
        *(flow.source for flow in FLOWS), "relay-0", "relay-1", "relay-2", "relay-3", "earth"
    }  # fmt: skip
    assert "user-06\n1 MB" in {text.get_text() for text in texts}
    boxes = [Text.get_window_extent(text) for text in texts]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    frame = figure.bbox
    assert all(frame.contains(box.x0, box.y0) and frame.contains(box.x1, box.y1) for box in boxes)


def test_heights_are_in_proportion():
    flows = FLOWS[:2]
    rows = VOLUMES[VOLUMES["flow"].isin(["flow 0", "flow 1"])]
    with drawing():
        axes = sankey_figure(rows.assign(bytes=[1.0, 1.0, 3.0, 3.0]), flows).axes[0]
    heights = sorted(patch.get_height() for patch in axes.patches if isinstance(patch, Rectangle))
    np.testing.assert_allclose(np.array(heights) / heights[0], [1, 1, 3, 3, 4])


def test_it_is_written(tmp_path):
    write_sankey(VOLUMES, FLOWS, tmp_path / "volumes.svg")
    assert "</svg>" in (tmp_path / "volumes.svg").read_text()
