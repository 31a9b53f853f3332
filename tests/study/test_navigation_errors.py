"""Error budgets put together from a scenario: axes, files, stages."""

import numpy as np
import pytest

import qqnet
from qqnet.cli.options import changed
from qqnet.errors import InputError
from qqnet.navigation.range_error import packed
from qqnet.orbit_determination.signal_in_space import SignalInSpace, range_variance_m2
from qqnet.scenario.navigation_errors import NavigationErrors
from qqnet.study import fields, keys
from qqnet.study.navigation_errors import (
    body_fixed_covariances,
    in_axes,
    is_round,
    range_error_model,
    signal_in_space,
)
from qqnet.study.study import Study


def budget(**given):
    return {"body": "Moon", "subdivisions": 1, "errors": given}


@pytest.fixture(scope="module")
def small():
    scenario = qqnet.load("lunar-relay")
    time = {"start": "2040-06-01T00:00:00Z", "duration": "2 h", "step": "30 min"}
    return changed(scenario, {"time": time, "grids": [budget()], "flows": []})


@pytest.fixture(scope="module")
def study(small):
    return Study(small)


def test_round_errors_are_the_same_in_all_axes(study):
    names, times = ["lunar-sat-01", "relay"], fields.epochs(study.scenario)
    given = NavigationErrors.model_validate({"signal_in_space": {"orbit": "5 m", "clock": "2 m"}})
    known = signal_in_space(study, given, "Moon", names)
    assert is_round(known)
    short = body_fixed_covariances(study, known, names, "Moon", times)
    assert short.shape == (1, 2, 10)
    assert np.allclose(short[0, 0], [25.0, 25.0, 25.0, 0, 0, 0, 0, 0, 0, 4.0])


def test_radial_errors_lie_along_the_position(study):
    names, times = ["lunar-sat-01", "relay"], fields.epochs(study.scenario)
    given = NavigationErrors.model_validate(
        {"signal_in_space": {"orbit_rtn": ["7 m", "0 m", "0 m"], "clock": "0 m"}}
    )
    known = signal_in_space(study, given, "Moon", names)
    assert not is_round(known)
    table = body_fixed_covariances(study, known, names, "Moon", times)
    (_, satellites), *_ = fields.body_fixed(study.trajectories, study.ephemeris, names, "Moon", times)
    radial = satellites / np.linalg.norm(satellites, axis=-1, keepdims=True)
    whole = 49.0 * radial[..., :, None] * radial[..., None, :]
    wanted = np.zeros((*whole.shape[:2], 4, 4))
    wanted[..., :3, :3] = whole
    assert table == pytest.approx(packed(wanted), abs=1e-6)


def test_turning_keeps_the_variance_on_a_line():
    random = np.random.default_rng(1)
    root = random.normal(size=(4, 4))
    axes = np.linalg.qr(random.normal(size=(3, 3)))[0]
    line = np.array([0.6, 0.0, 0.8])
    turned = in_axes(root @ root.T, axes)
    assert range_variance_m2(turned, axes.T @ line) == pytest.approx(range_variance_m2(root @ root.T, line))


def test_covariances_from_a_file(small, tmp_path):
    names = [*fields.providers(small, small.grids[0])]
    start = small.time.start_s
    known = SignalInSpace.constant(names, (start, start + 7200.0), orbit_m=[1.0, 6.0, 2.0], clock_m=1.5)
    known.save(tmp_path / "sise.nc")
    from_file = changed(
        small, {"grids": [budget(signal_in_space={"from": "file", "file": str(tmp_path / "sise.nc")})]}
    )
    given = changed(
        small,
        {"grids": [budget(signal_in_space={"orbit_rtn": ["1 m", "6 m", "2 m"], "clock": "1.5 m"})]},
    )
    one, other = Study(from_file).navigation_errors("Moon"), Study(given).navigation_errors("Moon")
    assert one.summary() == other.summary()
    assert one.budget.total_m == pytest.approx(other.budget.total_m)
    assert one.budget.lines[0].source.endswith("sise.nc")
    with pytest.raises(InputError, match="no covariance of 'mars'"):
        signal_in_space(Study(from_file), from_file.grids[0].errors, "Moon", ["mars"])


def test_only_epochs_with_known_orbits_count(small, tmp_path):
    start, names = small.time.start_s, fields.providers(small, small.grids[0])
    for name, first, last in (("part", 0.0, 3600.0), ("never", -7200.0, -3600.0)):
        known = SignalInSpace.constant(
            names, (start + first, start + last), orbit_m=[1.0, 2.0, 3.0], clock_m=1.0
        )
        known.save(tmp_path / f"{name}.nc")
    given = {"from": "file", "file": str(tmp_path / "part.nc")}
    part = Study(changed(small, {"grids": [budget(signal_in_space=given)]})).navigation_errors("Moon")
    assert part.data.sizes["time"] == 3
    given = {"from": "file", "file": str(tmp_path / "never.nc")}
    with pytest.raises(InputError, match="holds no epoch between 2040-06-01"):
        Study(changed(small, {"grids": [budget(signal_in_space=given)]})).navigation_errors("Moon")


def test_covariances_from_orbit_determination(small):
    """They are those of the settled messages, over the whole span."""
    asked = {
        "grids": [budget(signal_in_space={"from": "orbit-determination"})],
        "orbit_determination": [
            {
                "body": "Moon", "step": "20 min", "duration": "6 h", "settle": "3 h",
                "tracking": [{"name": "earth", "stations": ["ground"], "range": "1 m", "doppler": "0.1 mm/s",
                              "one_way": "2 m"}],
                "crosslinks": {"kind": "dual-one-way", "range": "20 cm"},
            }
        ],
    }  # fmt: skip
    study = Study(changed(small, asked))
    found = study.navigation_errors("Moon").budget
    assert found.lines[0].source == "orbit determination"
    result, known = study.orbit_determination("Moon"), study.signal_in_space("Moon")
    assert known.span[0] <= study.scenario.time.start_s
    assert known.span[1] >= study.scenario.time.stop_s
    settled = result.signal_in_space().covariance_m2[-int(result.settled.sum()) :]
    # The scenario is over before the filter has settled: what settled messages have holds.
    mean = settled.mean(axis=0)
    assert np.allclose(known.at(study.scenario.time.start_s + 3600.0), mean, rtol=1e-12)


def test_a_change_of_the_budget_leaves_coverage_alone(small):
    before = keys.stages(small)
    after = keys.stages(changed(small, {"grids": [budget(other="1 m")]}))
    assert before["coverage-moon"] == after["coverage-moon"]
    assert before["navigation-moon"] == after["navigation-moon"]
    assert before["errors-moon"] != after["errors-moon"]
    assert "users" not in before


def test_a_folder_keeps_errors_and_users(small, tmp_path):
    asked = {
        "grids": [budget(signal_in_space={"clock": "1 m"})],
        "navigation_users": [{"name": "still", "kind": "site", "node": "lander", "duration": "30 min"}],
    }
    study = Study(changed(small, asked), tmp_path / "study").complete()
    assert {"errors-moon.nc", "users.nc"} <= {path.name for path in (tmp_path / "study").iterdir()}
    again = Study.open(tmp_path / "study")
    fresh = [again.folder.fresh(stage, key) for stage, key in keys.stages(again.scenario).items()]
    assert all(fresh)
    assert again.navigation_errors("Moon").summary() == study.navigation_errors("Moon").summary()
    assert again.navigation_users[0].summary() == study.navigation_users[0].summary()
    assert again.summary["users"]["still"]["epochs"] == 31
    assert again.summary["navigation"]["Moon"]["error_budget"]["total_m"] > 10.0


def test_units_of_a_scenario_are_those_of_the_model():
    given = NavigationErrors.model_validate(
        {
            "multipath": {"zenith": "20 cm", "horizon": "1 m", "scale": "15 deg"},
            "ionosphere": {"residual": "2 m", "height": "350 km"},
            "other": "30 cm",
            "time_transfer": "10 ns",
        }
    )
    model = range_error_model(given, "Earth")
    assert model.multipath.sigma_m(0.0) == pytest.approx(1.2)
    assert model.ionosphere.sigma_m(np.pi / 2) == pytest.approx(2.0)
    assert model.other_m == pytest.approx(0.3)
    assert model.time_transfer_m == pytest.approx(2.99792458)


def test_a_grid_without_a_budget_has_none():
    with pytest.raises(InputError, match="has no 'errors'"):
        Study(qqnet.load("lunar-relay")).navigation_errors("Moon")
