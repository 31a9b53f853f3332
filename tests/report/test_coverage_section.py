"""Tables of coverage say what the answer holds."""

import numpy as np
import pytest

from qqnet.access.sites import SiteObserver
from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.result import CoverageResult
from qqnet.coverage.sites import SiteCoverage
from qqnet.orbits.sites import Place
from qqnet.report.coverage_section import coverage_figures
from qqnet.report.page import Table, Text
from qqnet.space.grids import icosphere
from qqnet.space.timescales import tdb_from_utc


@pytest.fixture
def answer():
    def make(days):
        grid = icosphere(1)
        analysis = CoverageAnalysis(
            "Moon", Observers.on_sphere(grid.points, 1737.4), grid.weights, step_s=3600.0, required_fold=2
        )
        sites = SiteCoverage(
            "Moon", [SiteObserver(Place("base", "Moon", -1.5, 0.0), 0.1)], step_s=3600.0, required_fold=2
        )
        times = tdb_from_utc("2040-06-01T00:00:00Z") + 3600.0 * np.arange(24 * days)
        turn = 2 * np.pi * np.arange(len(times)) / 11.0
        polar = np.stack([np.cos(turn), 0 * turn, np.sin(turn)], axis=-1)
        satellites = 9000.0 * np.stack([polar, -polar, polar[:, [1, 0, 2]]], axis=1)
        analysis.update(times, satellites)
        sites.update(times, satellites)
        return CoverageResult(analysis.result().data, sites.result()).summary()

    return make


def tables(answer):
    return {
        block.caption.split(":")[0]: block for block in coverage_figures(answer) if isinstance(block, Table)
    }


def test_each_table_has_the_figures_of_the_answer(answer):
    found = answer(3)
    made = tables(found)
    assert set(made) == {"Gaps", "By latitude", "Named sites", "By UTC day"}
    assert all(len(row) == len(table.columns) for table in made.values() for row in table.rows)
    assert [row[0] for row in made["Gaps"].rows] == ["below 1", "below 2"]
    assert [row[0] for row in made["By UTC day"].rows] == ["2040-06-01", "2040-06-02", "2040-06-03"]
    assert len(made["By latitude"].rows) == 8
    (site,) = made["Named sites"].rows
    assert site[0] == "base"
    assert site[2] == str(found["sites"][0]["fold"]["min"])
    lowest = next(block.text for block in coverage_figures(found) if isinstance(block, Text))
    assert lowest.startswith(f"Fewest in view: {found['lowest_fold']['fold']}, first on 2040-06-01 00:00 UTC")


def test_days_of_a_long_span_are_told_by_the_least(answer):
    found = answer(32)
    assert "By UTC day" not in tables(found)
    last = coverage_figures(found)[-1]
    assert isinstance(last, Text)
    assert last.text.startswith(
        f"Of the 32 whole UTC days of the span, {found['least_day']['date']} has the least"
    )


def test_no_gaps_no_table_of_gaps(answer):
    found = answer(3)
    for gap in found["gaps"].values():
        gap["longest_at"] = None
    assert "Gaps" not in tables(found | {"sites": []})
