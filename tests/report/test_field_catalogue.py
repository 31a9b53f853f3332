from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from qqnet.errors import InputError
from qqnet.report.field_catalogue import COVERAGE, ERRORS, NAVIGATION, catalogue, surface_field
from qqnet.report.maps import plot, worst_point


@pytest.fixture(scope="module")
def coverage(lunar_study):
    return lunar_study.coverage("Moon")


@pytest.fixture(scope="module")
def navigation(lunar_study):
    return lunar_study.navigation("Moon")


def test_every_field_can_be_drawn(coverage, navigation):
    for result, names in ((coverage, COVERAGE), (navigation, NAVIGATION)):
        assert catalogue(result) is names
        for name in names:
            field = surface_field(result, name, 6.0)
            assert field.values.shape == field.latitude_deg.shape == (result.data.sizes["point"],), name
            assert field.scale.colours(field.values).shape == (len(field.values), 4), name


def test_fields_are_those_of_the_result(coverage, navigation):
    required = coverage.required_fold
    share = coverage.data["fraction_at_least"]
    np.testing.assert_array_equal(surface_field(coverage, "share").values, share.sel(at_least=required))
    np.testing.assert_array_equal(surface_field(coverage, "share:3").values, share.sel(at_least=3))
    gap = coverage.data["longest_gap_s"].sel(gap_fold=required)
    field = surface_field(coverage, "longest-gap")
    assert field.scale.label == "time [min]"
    np.testing.assert_allclose(field.values, gap / 60.0, rtol=1e-12)
    limited = navigation.data["fraction_at_most"].sel(dop="pdop", limit=4.0)
    np.testing.assert_array_equal(surface_field(navigation, "pdop-share:4").values, limited)
    np.testing.assert_array_equal(
        surface_field(navigation, "var:max:hdop").values, navigation.data["max"].sel(dop="hdop")
    )
    np.testing.assert_array_equal(surface_field(coverage, "var:fold_mean").values, coverage.data["fold_mean"])


def test_gdop_that_is_asked_for_is_the_limit_and_the_line(navigation):
    assert surface_field(navigation, "gdop-max", 4.0).scale.wanted == 4.0
    assert surface_field(navigation, "gdop-share", 4.0).title.endswith("at most 4")
    assert surface_field(navigation, "vdop-max", 4.0).scale.wanted is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folds", "field: 'folds'; there are: fold-min, fold-mean"),
        ("share:9", "level '9'; there are: 1, 2, 3"),
        ("share:many", "level 'many'; there are: 1, 2, 3"),
        ("longest-gap:7", "level '7'; there are: 1"),
        ("var:fold", "no variable 'fold' over points; there are: fold_min"),
        ("var:epoch_fold_min", "no variable 'epoch_fold_min' over points"),
        ("var:gap_count", "gap_count needs its gap_fold, as var:gap_count:1; there are: 1"),
    ],
)
def test_what_is_not_there(coverage, name, words):
    with pytest.raises(InputError, match=words):
        surface_field(coverage, name)


def test_users_errors_have_fields_of_their_own():
    errors = ["horizontal", "vertical", "position", "time", "horizontal_p95", "position_p95"]
    values = np.array([[1.0, 2.0, 40.0], [2.0, 3.0, np.inf], [3.0, 4.0, np.inf], [1.0, 1.0, np.inf]])
    values = np.concatenate([values, 2.4 * values[[0, 2]]])
    place = {
        "latitude_deg": ("point", [-80.0, 0.0, 80.0]),
        "longitude_deg": ("point", [0.0, 90.0, 180.0]),
        "error": errors,
    }
    fields = dict.fromkeys(("max", "max_finite", "mean", "p95"), (("error", "point"), values))
    data = xr.Dataset({**fields, "fraction_solved": ("point", [1.0, 1.0, 0.5])}, coords=place)
    result = SimpleNamespace(data=data, body="Moon")
    assert catalogue(result) is ERRORS
    for name in ERRORS:
        assert surface_field(result, name).values.shape == (3,)
    field = surface_field(result, "vertical-p95")
    np.testing.assert_array_equal(field.values, values[1])
    assert field.title == "Vertical error, one sigma, 95 % of the time"
    np.testing.assert_array_equal(surface_field(result, "position-radius").values, values[5])
    assert worst_point(result, "position").label == "worst point for position error"
    assert worst_point(result).latitude_deg == [80.0]
    assert plot(result, "time-mean", "poles").texts[0].get_text().startswith("Mean time error")
