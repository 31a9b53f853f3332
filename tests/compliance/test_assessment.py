"""Each quantity is the study's own number; margins have the right sign; what is not there is not assessed."""

import pytest

from qqnet.compliance.assessment import assess
from qqnet.compliance.loading import load_table
from qqnet.errors import InputError
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S


def only(study, table):
    return assess(study, table).verdicts[0]


def test_values_are_those_of_the_study(study, table):
    coverage, navigation = study.coverage("Moon"), study.navigation("Moon")
    assert only(study, table("fewest-in-view", "at least", 4)).value == coverage.worst_fold
    four = only(study, table("coverage", "at least", "100 %", "{body: Moon, fold: 4}"))
    assert (four.value, four.status) == (coverage.fraction_at_least(4), "pass")
    pdop = navigation.maximum("pdop")
    error = only(study, table("position-error", "at most", "50 m"))
    assert error.value == pytest.approx(3 * pdop * 0.01, rel=1e-12)
    assert error.to_json()["margin"] == pytest.approx(50.0 - 30.0 * pdop, rel=1e-9)
    time = only(study, table("time-error", "at most", "1 µs"))
    expected = 3 * navigation.maximum("tdop") * 0.01 / SPEED_OF_LIGHT_KM_S
    assert time.value == pytest.approx(expected, rel=1e-12)
    available = only(
        study, table("dop-availability", "at least", "72 %", "{body: Moon, dop: gdop, limit: 5}")
    )
    assert available.value == navigation.fraction_at_most_worst("gdop", 5.0)


def test_a_zone_takes_its_own_points_only(study, table):
    zone = only(study, table("position-error", "at most", "50 m", "{body: Moon, north: -84 deg}"))
    data = study.navigation("Moon").data
    pole = data["max"].sel(dop="pdop").to_numpy()[data["latitude_deg"].to_numpy() < -84.0]
    assert pole.size == 1
    assert zone.value == pytest.approx(0.03 * pole[0], rel=1e-12)


def test_volumes_are_matched_by_what_they_are(study, table):
    cap = "{body: Moon, north: -80 deg, highest: 125 km, fold: 4, gdop: 6}"
    found = only(study, table("service-volume-score", "at least", "100 %", cap))
    assert found.value == study.service_volume("cap").score
    pole = "{body: Moon, north: -84 deg, highest: 200 km, fold: 1}"
    day = only(study, table("earth-day-availability", "at least", "99 %", pole))
    assert day.value == study.service_volume("pole").worst_utc_day.fraction
    other = only(study, table("service-volume-score", "at least", "100 %", cap.replace("125", "300")))
    assert other.status == "not assessed"
    assert "shells: {highest: 300 km}" in other.basis


@pytest.mark.parametrize(
    ("comparison", "value", "status"),
    [
        ("at least", "FOLD", "pass"),
        ("above", "FOLD", "fail"),
        ("below", "FOLD", "fail"),
        ("at most", "FOLD", "pass"),
    ],
)
def test_equality_counts_only_where_it_should(study, table, comparison, value, status):
    fold = study.coverage("Moon").worst_fold
    found = only(study, table("fewest-in-view", comparison, fold))
    assert (found.status, found.margin) == (status, 0.0)


@pytest.mark.parametrize(
    ("quantity", "value", "where", "reason"),
    [
        ("signal-position-error", "13.43 m", "{body: Moon}", "no orbit determination"),
        ("landing-error", "50 m", "{body: Moon}", "no navigation user of the scenario is a lander"),
        ("velocity-error", "0.1 m/s", "{body: Moon}", "no navigation user of the scenario is a rover or"),
        ("utc-error", "100 ns", "{body: Moon}", "no 'errors.time_transfer'"),
        ("fewest-in-view", "4", "{body: Mars}", "no grid at Mars"),
        ("flows-delivered", "100 %", "{}", "no flow"),
        ("return-rate", "50 Mbit/s", "{body: Moon}", "no site on Moon"),
        ("conjunction-connected", "100 %", "{body: Mars, sun_angle: 3 deg}", "from the Sun in this span"),
        ("dop-availability", "80 %", "{body: Moon, dop: gdop, limit: 5.5}", "set gdop of the grid"),
        ("coverage", "80 %", "{body: Moon, fold: 40}", "set the grid's fold"),
    ],
)
def test_what_the_study_does_not_hold_is_not_assessed(study, table, quantity, value, where, reason):
    found = only(study, table(quantity, "at least", value, where))
    assert (found.status, found.value, found.margin) == ("not assessed", None, None)
    assert reason in found.basis


def test_an_error_without_bound_fails_and_is_no_number(study, table):
    """Three satellites give no position."""
    import qqnet

    grid = study.scenario.grids[0].model_copy(update={"providers": ["sat-01", "sat-02", "sat-03"]})
    few = qqnet.Study(study.scenario.model_copy(update={"grids": [grid]}))
    found = only(few, table("position-error", "at most", "50 m"))
    answer = found.to_json()
    assert (answer["status"], answer["value"], answer["margin"]) == ("fail", None, None)


def test_phases_choose(study):
    table = load_table("scan-demand")
    first = assess(study, table, "2028")
    assert {one.requirement.phase for one in first.verdicts} == {"2028"}
    assert len(assess(study, table).verdicts) == len(table.requirements)
    with pytest.raises(InputError, match="unknown phase '2029'"):
        assess(study, table, "2029")


def test_a_budget_gives_the_errors_of_users(budgets, table):
    errors, pole = budgets.navigation_errors("Moon"), "{body: Moon, north: -84 deg}"
    whole = only(budgets, table("position-error", "at most", "50 m"))
    assert whole.value * 1e3 == pytest.approx(3.0 * errors.maximum("position"), rel=1e-12)
    zone = only(budgets, table("position-error", "at most", "50 m", pole))
    assert 0.0 < zone.value < whole.value
    assert "our reading" in zone.basis
    time = only(budgets, table("time-error", "at most", "1 µs"))
    assert time.value == pytest.approx(3.0 * errors.maximum("time") / 1e3 / SPEED_OF_LIGHT_KM_S, rel=1e-12)
    assert time.value > 3 * 10e-9  # time transfer of 10 ns is in it
    assert only(budgets, table("utc-error", "at most", "100 ns")).value == pytest.approx(30e-9, rel=1e-12)


def test_the_range_error_of_a_transmitter_is_that_of_orbit_and_clock(budgets, table):
    """4 m an axis, and 3 m of clock, are 5 m on any line of sight."""
    found = only(budgets, table("range-error-95", "at most", "40 m"))
    assert found.value == pytest.approx(1.959964 * 5e-3, rel=1e-6)


def test_a_lander_is_judged_where_it_lands(budgets, table):
    lander = budgets.navigation_users[0]
    ends = [3.0 * lander.series("filter", kind)[-1] for kind in ("horizontal", "vertical")]
    found = only(budgets, table("landing-error", "at most", "50 m", "{body: Moon, north: -84 deg}"))
    assert found.value * 1e3 == pytest.approx(max(ends), rel=1e-12)
    moving = only(budgets, table("velocity-error", "at most", "0.1 m/s", "{body: Moon, north: -84 deg}"))
    speeds = 3.0 * lander.series("filter", "velocity")
    assert (speeds <= moving.value * 1e3 * (1 + 1e-12)).mean() >= 0.95
    other = only(budgets, table("landing-error", "at most", "50 m", "{body: Moon, south: 0 deg}"))
    assert (other.status, "outside: down at -87.0 deg" in other.basis) == ("not assessed", True)


def test_signal_errors_are_those_of_orbit_determination(budgets, table):
    answer = budgets.orbit_determination("Moon").summary()
    place = only(budgets, table("signal-position-error", "at most", "13.43 m"))
    assert place.to_json()["value"] == pytest.approx(answer["position_3sigma_m"]["max"], rel=1e-12)
    speed = only(budgets, table("signal-velocity-error", "at most", "1.2 mm/s"))
    assert speed.to_json()["value"] == pytest.approx(1e3 * answer["velocity_3sigma_m_s"]["max"], rel=1e-12)


def test_one_lost_is_the_fewest_of_all_single_losses(study, table):
    import qqnet
    from qqnet.scenario.model import Losses

    found = only(study, table("fewest-in-view-one-lost", "at least", 4))
    folds = study.robustness("Moon").data["fold_min"].to_numpy()
    assert (folds.size, found.value) == (24, folds.min())
    assert found.value == study.coverage("Moon").worst_fold - 1
    grid = study.scenario.grids[0].model_copy(update={"losses": Losses(any_one=False)})
    none = qqnet.Study(study.scenario.model_copy(update={"grids": [grid]}))
    assert only(none, table("fewest-in-view-one-lost", "at least", 4)).status == "not assessed"
