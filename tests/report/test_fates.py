from types import SimpleNamespace

import pytest

from qqnet.report.fates import fate_figure, fates
from qqnet.report.style import drawing


def a_result(name, offered, delivered, stored=0.0, flying=0.0, **losses):
    return SimpleNamespace(
        name=name,
        offered_bytes=offered,
        delivered_bytes=delivered,
        stored_bytes=stored,
        in_flight_bytes=flying,
        losses={cause.replace("_", " "): size for cause, size in losses.items()},
        delivery_ratio=delivered / offered if offered else None,
    )


RESULTS = [
    a_result("all", 10.0, 10.0),
    a_result("some", 100.0, 40.0, 8.0, 2.0, expired=20.0, storage_full=30.0),
    a_result("silent", 0.0, 0.0),
]


def test_what_occurs_in_order_of_size():
    assert fates(RESULTS) == {
        "delivered": [10.0, 40.0, 0.0],
        "stored at the end": [0.0, 8.0, 0.0],
        "in flight at the end": [0.0, 2.0, 0.0],
        "storage full": [0.0, 30.0, 0.0],
        "expired": [0.0, 20.0, 0.0],
    }
    assert list(fates(RESULTS[:1])) == ["delivered"]


def test_bars_fill_the_row_one_after_the_other():
    with drawing():
        figure = fate_figure(RESULTS)
    axes = figure.axes[0]
    bars = [container[-1] for container in axes.containers]
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [
        pytest.approx(pair) for pair in ((0.0, 0.4), (0.4, 0.08), (0.48, 0.02), (0.5, 0.3), (0.8, 0.2))
    ]
    assert [text.get_text() for text in axes.texts] == ["100 % of 10 B", "40.0 % of 100 B", "– of 0 B"]
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == [
        "delivered",
        "stored at the end",
        "in flight at the end",
        "lost: storage full",
        "lost: expired",
    ]
    styles = {(bar.get_facecolor(), bar.get_hatch()) for bar in bars}
    assert len(styles) == 5
