"""Clouds and fallback in the report: the strips are the drawn weather, the tables hold the summary."""

from pathlib import Path

import pytest

import qqnet
from qqnet.report.page import Figures, Table
from qqnet.report.style import drawing
from qqnet.report.weather_section import _rows, diversity_figure, fallback_blocks, weather_blocks
from qqnet.scenario.loading import from_text

TEXT = (Path(__file__).parents[1] / "study" / "conftest.py").read_text("utf-8").split('CLOUDY = """')[1]


@pytest.fixture(scope="module")
def study() -> qqnet.Study:
    return qqnet.Study(from_text(TEXT.split('"""')[0], "cloudy.yaml", Path.cwd()))


def test_strips_are_the_drawn_weather(study):
    span = study.scenario.time.start_s, study.scenario.time.stop_s
    answer = study.summary["weather"]
    drawn = {one["site"]: one["drawn"] for one in answer["sites"]}
    drawn["any of them"] = answer["at_least"][0]["drawn"]
    assert {row.label: pytest.approx(row.share(span), abs=1e-9) for row in _rows(study)} == drawn


def test_blocks_hold_figures_and_tables(study):
    with drawing():
        blocks = weather_blocks(study)
    figures = [one for one in blocks if isinstance(one, Figures)]
    (table,) = [one for one in blocks if isinstance(one, Table)]
    assert len(figures) == 2
    assert [row[0] for row in table.rows] == ["one", "two", "any of them"]
    tables = [one for one in fallback_blocks(study.summary) if isinstance(one, Table)]
    assert [len(one.rows) for one in tables] == [1, 4]
    assert all(len(row) == len(tables[1].columns) for row in tables[1].rows)
    assert tables[1].columns[-5:] == ["no sight", "Sun", "cloud", "busy", "other"]
    missing = study.summary["fallback"][0]["missing"]["cloud"]
    assert float(tables[1].rows[0][-3].split()[0]) == pytest.approx(100 * missing, abs=0.01)


def test_diversity_is_drawn_as_it_is(study):
    answer = study.summary["weather"]
    with drawing():
        (axes,) = diversity_figure(answer).axes
    correlated, alone = axes.lines
    assert correlated.get_ydata() == pytest.approx([1 - one["expected"] for one in answer["best"]])
    assert alone.get_ydata()[-1] == pytest.approx(0.5 * 0.4)
    assert correlated.get_ydata()[-1] > alone.get_ydata()[-1]
