"""Years of a small constellation, in memory and on disk."""

import numpy as np
import pytest

import qqnet
from qqnet.errors import InputError
from qqnet.report.stability_section import spread, stability_blocks
from qqnet.report.style import drawing
from qqnet.scenario.loading import from_text
from qqnet.study.stability import CASES, StabilityResult, specification
from qqnet.study.study import Study

TEXT = """
version: 1
name: years
time: {start: 2040-06-01T00:00:00Z, duration: 6 h, step: 10 min}
nodes:
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [navigation],
     pattern: {type: walker-delta, satellites: 24, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
  - {name: base, kind: site, network: moon, body: Moon, latitude: -89 deg, longitude: 0 deg, ipn: 2}
grids:
  - {body: Moon, subdivisions: 1, mask: 5 deg, fold: 4}
stability:
  - {body: Moon, duration: 28 d, step: 1 h, points: 60}
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    scenario = from_text(TEXT, "years.yaml")
    return Study(scenario, tmp_path_factory.mktemp("years"))


@pytest.fixture(scope="module")
def result(study):
    return study.stability("moon")


def test_four_fold_coverage_lasts_a_month(result):
    answer = result.summary()
    assert answer["duration_days"] == 28
    for case in CASES:
        assert answer[case]["held_throughout"]
        assert answer[case]["fold_min"] >= 4
        assert answer[case]["fraction_at_least_fold"] == pytest.approx(1.0, abs=1e-12)
        assert answer[case]["lost"] == []
    assert set(answer["delta_v_m_s_per_year"]["by_node"]) == {f"sat-{k:02d}" for k in range(1, 25)}
    assert "Earth" in answer["dynamics"]


def test_the_fold_is_that_of_the_coverage_floor(study, result):
    # On the first day the satellites are within kilometres of where the analytic scenario has them.
    first = int(result.data["fold_min"].sel(case="free")[0])
    assert abs(first - study.coverage("Moon").worst_fold) <= 1


def test_mean_elements_start_as_designed(result):
    free = result.data.sel(case="free").isel(time=0)
    np.testing.assert_allclose(free["a_km"], 7000.0, rtol=0, atol=2.0)
    assert float(free["e"].max()) < 0.003
    np.testing.assert_allclose(np.degrees(free["i_rad"]), 56.0, rtol=0, atol=0.5)


def test_the_folder_keeps_it(study, result):
    again = Study(study.scenario, study.folder.path)
    loaded = again.stability("Moon")
    assert loaded.summary() == result.summary()
    assert isinstance(loaded, StabilityResult)


def test_the_report_shows_it(study, result):
    with drawing():
        blocks = stability_blocks(study)
    text = " ".join(getattr(block, "text", "") for block in blocks)
    assert "throughout" in text
    assert sum(block.kind == "figures" for block in blocks) == 3


def test_angles_are_measured_against_those_that_are_left():
    angle = np.radians([[0.0, 10.0, 20.0], [50.0, 62.0, 300.0]])
    found = np.degrees(spread(angle, np.array([np.nan, np.nan, 5.0])))
    np.testing.assert_allclose(found[1, :2], [-1.0, 1.0], rtol=0, atol=1e-9)


def test_options_change_the_question(study):
    spec = specification(study.scenario, "moon", {"duration": 40.0 * 86400.0})
    assert spec.duration == 40.0 * 86400.0
    assert spec.points == 60
    with pytest.raises(InputError, match="mask"):
        specification(study.scenario, "Moon", {"mask": 3.0})
    with pytest.raises(InputError, match="no grid at 'Mars'"):
        specification(study.scenario, "Mars", {})


def test_a_node_that_does_not_move_about_the_body(study):
    spec = specification(study.scenario, "Moon", {"providers": ["base"]})
    from qqnet.study.stability import stability

    with pytest.raises(InputError, match="node 'base' is no spacecraft about Moon"):
        stability(study, spec)


def test_nothing_asked(study):
    plain = Study(qqnet.load("lunar-relay"))
    with pytest.raises(InputError, match="asks nothing of years at 'Moon'; it asks at: none"):
        plain.stability("Moon")
