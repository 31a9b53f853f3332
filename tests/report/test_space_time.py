from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.report.space_time import draw_route, space_time_figure
from qqnet.report.style import SERIES, drawing
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import find_routes


@pytest.fixture(scope="module")
def plan():
    rows = pd.DataFrame(
        [
            ("a", "b", 0.0, 60.0, 8e3, 10.0),
            ("b", "d", 30.0, 90.0, 8e3, 20.0),
            ("a", "c", 0.0, 20.0, 8e3, 5.0),
            ("c", "d", 50.0, 90.0, 8e3, 20.0),
            ("d", "a", 0.0, 90.0, 8e3, 30.0),
        ],
        columns=["from", "to", "start_s", "end_s", "rate_bps", "owlt_start_s"],
    )
    rows = rows.assign(owlt_end_s=rows["owlt_start_s"])
    return ContactPlan(rows, {name: k + 1 for k, name in enumerate("abcd")}, TimeBase("relative"))


@pytest.fixture(scope="module")
def routes(plan):
    return find_routes(compile_plan(plan), RouteRequest("a", "d", 0.0, 5000.0), 2)


def drawn(plan, routes, **options):
    with drawing():
        return space_time_figure(plan, routes, **options)


def test_the_first_bit_leaves_travels_and_waits_where_the_route_says(plan, routes):
    axes = drawn(plan, routes, at_s=0.0).axes[0]
    heights = dict(
        zip((label.get_text() for label in axes.get_yticklabels()), axes.get_yticks(), strict=True)
    )
    assert list(heights) == ["a", "c", "b", "d"]
    best = next(line for line in axes.lines if str(line.get_label()).startswith("1."))
    times, rows = best.get_data()
    # 5 s to send, 10 s of light time to b, which opens at 30 s; 5 s to send and 20 s of light time to d.
    np.testing.assert_allclose(times, [0, 0, 0, 10, 15, 30, 30, 50, 55], atol=1e-9)
    assert [rows[k] for k in (0, 3, 4, 5, 7, 8)] == [heights[node] for node in "abbbdd"]
    np.testing.assert_allclose(rows[2], heights["a"] + 0.16 * 1, atol=0.17)


def test_the_legend_tells_arrivals_and_how_much_later_the_runner_up_is(plan, routes):
    (legend,) = drawn(plan, routes, at_s=0.0).legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["1. arrives after 55 s, by b", "2. 20 s later, by c"]


def test_transmissions_are_filled_once_and_in_the_colour_of_the_better_route(plan, routes):
    axes = drawn(plan, [routes[0], routes[0], routes[1]], at_s=0.0).axes[0]
    assert len(axes.patches) == 4
    first = axes.patches[0]
    np.testing.assert_allclose(first.get_xy()[:4, 0], [0.0, 5.0, 15.0, 10.0])
    assert first.get_facecolor()[:3] == pytest.approx(
        tuple(int(SERIES[0][k : k + 2], 16) / 255 for k in (1, 3, 5))
    )


def test_bars_are_the_contacts_of_the_pairs_that_routes_use(plan, routes):
    axes = drawn(plan, routes, at_s=0.0).axes[0]
    bars = [collection.get_paths() for collection in axes.collections]
    assert sum(len(paths) for paths in bars) == 4
    lanes = [text.get_text() for text in axes.texts]
    assert sorted(lanes) == ["→ b", "→ c", "→ d", "→ d"]
    ends = sorted(path.get_extents().x1 for paths in bars for path in paths)
    # The end of the picture is a little after the last arrival, at 75 s.
    assert ends == pytest.approx([20.0, 60.0, axes.get_xlim()[1], axes.get_xlim()[1]])


def test_a_very_late_runner_up_does_not_squeeze_the_best(plan, routes):
    late = replace(routes[1], arrival_s=5000.0)
    figure = drawn(plan, [routes[0], late], at_s=0.0)
    assert figure.axes[0].get_xlim()[1] < 70.0
    assert "(beyond the edge)" in figure.legends[0].get_texts()[1].get_text()


def test_no_route_is_refused_and_a_picture_is_written(plan, routes, tmp_path):
    with pytest.raises(InputError, match="at least one route"):
        drawn(plan, [])
    draw_route(plan, routes, tmp_path / "route.png")
    assert (tmp_path / "route.png").read_bytes().startswith(b"\x89PNG")
