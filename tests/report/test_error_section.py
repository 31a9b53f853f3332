"""Sections on users' errors: they show the study's numbers, and say where there are none."""

import pytest

import qqnet
from qqnet.cli.options import changed
from qqnet.report.error_section import budget_table, error_blocks, error_table
from qqnet.report.page import Figures, Text
from qqnet.report.sources import source_blocks
from qqnet.report.style import drawing
from qqnet.report.user_section import user_blocks, user_table
from qqnet.report.wording import number
from qqnet.study.study import Study

USERS = [
    {
        "name": "rover",
        "kind": "rover",
        "body": "Moon",
        "speed": "0.2 m/s",
        "duration": "30 min",
        "route": [
            {"latitude": "-85 deg", "longitude": "0 deg"},
            {"latitude": "-84 deg", "longitude": "0 deg"},
        ],
        "assumptions": {"*": "a test"},
    }
]


@pytest.fixture(scope="module")
def study():
    scenario = qqnet.load("lunar-relay")
    grid = {
        "body": "Moon",
        "subdivisions": 1,
        "errors": {"time_transfer": "10 ns", "assumptions": {"*": "a test"}},
    }
    time = {"start": "2040-06-01T00:00:00Z", "duration": "1 h", "step": "10 min"}
    nodes = scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)["nodes"]
    nodes[0]["pattern"]["satellites"] = 24
    nodes[0]["ipn"] = 500
    return Study(
        changed(
            scenario, {"grids": [grid], "time": time, "navigation_users": USERS, "flows": [], "nodes": nodes}
        )
    )


def test_tables_have_the_numbers_of_the_study(study):
    result = study.navigation_errors("Moon")
    rows = {row[0]: row[1:] for row in error_table(result).rows}
    assert rows["vertical"][2] == number(result.maximum("vertical"))
    assert rows["horizontal"][3] == number(result.mean("horizontal_p95"))
    assert rows["position"][-1] == number(3.0 * result.quantile("position"))
    budget = {row[0]: row[-1] for row in budget_table(result.budget).rows}
    assert budget["= User range error"] == number(result.budget.total_m)


def test_sections_are_drawn(study):
    with drawing():
        errors, users = error_blocks(study, study.scenario.grids[0]), user_blocks(study)
    pictures = [
        picture for block in [*errors, *users] if isinstance(block, Figures) for picture in block.pictures
    ]
    assert len(pictures) == 4
    assert any("Map of Moon: Vertical error" in picture.markup for picture in pictures)
    names = [row[0] for row in user_table(study.navigation_users).rows]
    assert names == ["rover, filter", "rover, single epochs"]


def test_no_solution_is_said(study):
    weak = {"body": "Moon", "subdivisions": 1, "errors": {"signal": {"power": "1 mW", "gain": "-20 dBi"}}}
    other = Study(changed(study.scenario, {"grids": [weak]}))
    other._results["orbits"] = study.trajectories
    with drawing():
        blocks = error_blocks(other, other.scenario.grids[0])
    assert any(isinstance(block, Text) and "no user" in block.text.lower() for block in blocks)
    assert not any(isinstance(block, Figures) for block in blocks)


def test_sources_of_budgets_and_users_are_listed(study):
    titles = [getattr(block, "summary", "") for block in source_blocks(study.scenario)]
    assert any(title.startswith("Error budgets: 1") for title in titles)
    assert any(title.startswith("Users of navigation: 1") for title in titles)
