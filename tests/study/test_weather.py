"""Answers about weather: what is expected and drawn, which sites are best, years."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.study.weather import weather_summary
from qqnet.weather.of_scenario import great_circle_km, skies_of


@pytest.fixture(scope="module")
def answer(cloudy_study):
    return weather_summary(cloudy_study.scenario)


def test_sites_and_network_are_consistent(answer):
    one, two = answer["sites"]
    assert (one["expected"], two["expected"]) == pytest.approx((0.5, 0.6))
    assert one["network_without"] == pytest.approx(0.6, abs=1e-4)
    assert two["network_without"] == pytest.approx(0.5, abs=1e-4)
    any_of, both = answer["at_least"]
    assert any_of["expected"] + both["expected"] == pytest.approx(1.1, abs=1e-4)
    assert any_of["drawn"] + both["drawn"] == pytest.approx(one["drawn"] + two["drawn"], abs=1e-9)
    assert [row["sites"] for row in answer["best"]] == [["two"], ["one", "two"]]
    assert answer["best"][1]["expected"] == pytest.approx(any_of["expected"])
    assert max(0.6, 0.5) < any_of["expected"] < 1 - 0.5 * 0.4  # near sites are cloudy together


def test_years_are_drawn_anew(answer, cloudy_study):
    years = answer["years"]
    assert years["count"] == 2
    network = years["network"]["clear"]
    assert network["min"] < network["max"]
    assert network["median"] == pytest.approx(answer["at_least"][0]["expected"], abs=0.04)
    assert weather_summary(cloudy_study.scenario, 0)["years"] is None


def test_summary_is_the_same_twice(answer, cloudy_study):
    assert weather_summary(cloudy_study.scenario) == answer


def test_a_scenario_without_weather_is_refused(small):
    assert skies_of(small) is None
    with pytest.raises(InputError, match="no site has 'weather'"):
        weather_summary(small)


def test_distances_are_great_circles():
    found = great_circle_km(np.radians([0.0, 0.0, 90.0, -31.8]), np.radians([0.0, 180.0, 0.0, -69.3]))
    assert found[0, 1] == pytest.approx(np.pi * 6371.0)
    assert found[0, 2] == pytest.approx(np.pi / 2 * 6371.0)
    assert np.allclose(found, found.T, rtol=0, atol=1e-9)
    assert (np.diag(found) == 0.0).all()


def test_the_summary_of_a_study_holds_weather_and_fallback(cloudy_study):
    summary = cloudy_study.summary
    assert {"weather", "downlinks", "fallback"} <= summary.keys()
    (headline,) = [one for one in summary["headlines"] if "laser" in one["question"]]
    assert headline["ok"] is None
    assert "radio alone" in headline["answer"]
