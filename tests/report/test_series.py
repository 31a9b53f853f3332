import numpy as np
import pytest

from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.style import drawing
from qqnet.space.timescales import tdb_from_utc

START = tdb_from_utc("2040-06-01T00:00:00Z")
TIMES = START + np.arange(2000) * 300.0


def axes_of(*charts):
    with drawing():
        figure = series_figure(TIMES, charts)
        figure.draw_without_rendering()
    return figure.axes


def labels(axis):
    return [tick.get_text() for tick in axis.get_ticklabels()]


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (1.0, 1.0), (0.9, 1.0), (0.0, 0.4), (0.999, 1.0)])
def test_no_axis_of_shares_goes_beyond_nothing_and_all(low, high):
    share = np.linspace(low, high, len(TIMES))
    (axes,) = axes_of(Chart("share", "share", [Line("", share)], kind="share"))
    bottom, top = axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if bottom <= tick <= top]
    assert min(ticks) >= 0.0
    assert max(ticks) <= 1.0 + 1e-12
    assert bottom < low
    assert top > high


def test_times_without_a_value_are_hatched_and_explained():
    values = np.full(len(TIMES), 3.0)
    values[500:700] = np.inf
    (axes,) = axes_of(Chart("GDOP", "[1]", [Line("largest", values)], wanted=6.0, missing="no solution"))
    (hatched,) = axes.collections
    (path,) = hatched.get_paths()
    left, right = path.get_extents().intervalx
    low, high = axes.get_xlim()
    assert (left - low) / (high - low) == pytest.approx(500 / 1999, abs=1e-3)
    assert (right - low) / (high - low) == pytest.approx(699 / 1999, abs=1e-3)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "largest",
        "asked for",
        "no solution",
    ]


def test_nothing_is_hatched_where_nothing_is_missing():
    (axes,) = axes_of(Chart("GDOP", "[1]", [Line("", np.full(len(TIMES), 3.0))], missing="no solution"))
    assert len(axes.collections) == 0


def test_what_is_asked_for_is_always_in_view():
    (axes,) = axes_of(
        Chart("fold", "satellites", [Line("", np.full(len(TIMES), 9.0))], wanted=4.0, kind="count")
    )
    low, high = axes.get_ylim()
    assert low < 4.0 < 9.0 < high


def test_charts_share_one_axis_of_dates():
    line = [Line("", np.arange(len(TIMES), dtype=float))]
    upper, lower = axes_of(Chart("a", "[1]", line), Chart("b", "[1]", line))
    assert upper.get_xlim() == lower.get_xlim()
    assert lower.get_xlabel() == "time [UTC]"
    assert "Jun" in labels(lower.xaxis)
