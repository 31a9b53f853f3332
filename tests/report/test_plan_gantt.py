import itertools

import numpy as np
import pandas as pd
import pytest

from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.report.plan_gantt import plan_gantt, write_plan_gantt
from qqnet.report.scales import UNUSED, use_scale
from qqnet.report.style import drawing


def a_plan(rows, nodes=("a", "b", "c")):
    table = pd.DataFrame(rows, columns=["from", "to", "start_s", "end_s", "rate_bps", "link"])
    table = table.assign(owlt_start_s=1.0, owlt_end_s=1.0)
    return ContactPlan(table, {name: k + 1 for k, name in enumerate(nodes)}, TimeBase("relative"))


PLAN = a_plan(
    [
        ("a", "b", 0.0, 50.0, 1e6, "x"),
        ("b", "a", 0.0, 100.0, 1e3, "x"),
        ("a", "b", 20.0, 40.0, 1e9, "laser"),
        ("b", "c", 60.0, 100.0, 1e6, "x"),
    ]
)


def drawn(**options):
    with drawing():
        return plan_gantt(PLAN, **options).axes[0]


def labels(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_a_pair_has_one_row_and_a_link_one_for_each_direction():
    assert labels(drawn()) == ["a – b", "b – c"]
    assert labels(drawn(by="link")) == ["a → b, laser", "a → b, x", "b → a, x", "b → c, x"]


def test_the_share_with_a_contact_stands_at_the_right():
    shares = [text.get_text() for text in drawn(by="link").texts]
    assert shares == ["20.0 %", "50.0 %", "100 %", "40.0 %"]


def test_the_best_of_overlapping_links_colours_a_pair():
    axes = drawn()
    colours = {tuple(bar.get_facecolor()) for bar in axes.patches}
    # 1 Gbit/s for a while, 1 Mbit/s around it and between b and c, 1 kbit/s at the end.
    assert len(colours) == 3


def test_use_colours_bars_and_what_is_unused_is_grey():
    axes = drawn(by="link", used_share=np.array([0.0, 1.0, 1e-6, 0.05]))
    colours = [tuple(np.round(bar.get_facecolor(), 3)) for bar in axes.patches]
    full = tuple(np.round(use_scale().cmap(use_scale().norm(1.0)), 3))
    assert colours.count(tuple(np.round(UNUSED, 3))) == 1
    assert colours.count(full) == 1
    assert len(set(colours)) == 4
    assert [text.get_text() for text in axes.figure.axes[1].get_xticklabels()][:3] == ["none", "any", "0.1 %"]


def test_only_the_largest_rows_stay_and_the_rest_is_counted():
    axes = drawn(by="link", most_rows=2)
    assert labels(axes) == ["a → b, laser", "a → b, x"]
    assert axes.get_title(loc="right") == "2 of 4 links with less volume are left out"


def test_nodes_and_span_choose_contacts():
    assert labels(drawn(nodes=["ipn:3"])) == ["b – c"]
    assert labels(drawn(span=(0.0, 60.0))) == ["a – b"]


def test_nothing_to_draw_is_an_error_that_says_where():
    with pytest.raises(InputError, match="no contact of c between 0 and 60 s"):
        drawn(nodes=["c"], span=(0.0, 60.0))
    with pytest.raises(InputError, match="node 'd' is not in this plan"):
        drawn(nodes=["d"])


def test_labels_of_sixty_nodes_do_not_overlap():
    nodes = [f"satellite-{k:02d}" for k in range(60)]
    rows = [(one, other, 0.0, 10.0, 1e6, "x") for one, other in itertools.pairwise(nodes)]
    with drawing():
        figure = plan_gantt(a_plan(rows, nodes))
        figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert len(boxes) == 59
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(boxes))


def test_it_is_written_whole(tmp_path):
    write_plan_gantt(PLAN, tmp_path / "plan.svg")
    assert "</svg>" in (tmp_path / "plan.svg").read_text()
