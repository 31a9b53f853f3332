"""What a force model takes, refuses and chooses by itself."""

import numpy as np
import pytest

from qqnet.dynamics.model import (
    NEGLECTED_KM_S2,
    ForceModel,
    Harmonics,
    Radiation,
    default_model,
    least_degree,
)
from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.gravity import LARGEST_DEGREE


def test_a_model_in_one_line():
    model = ForceModel(
        "Earth", ("Moon", "Sun"), (Harmonics("Earth", 20, 10), Harmonics("Moon", 4)), Radiation(0.02), True
    )
    assert model.text() == (
        "Earth 20x10 (GGM03S), Moon 4x4 (GRGM1200A), Sun, "
        "sunlight on 0.02 m2/kg, C_R 1.3, shadows of Earth and Moon, Schwarzschild term"
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ForceModel("Mon"), "did you mean 'Moon'"),
        (lambda: ForceModel("Moon", ("Moon",)), "is the centre"),
        (lambda: ForceModel("Moon", ("Sun", "Sun")), "listed twice"),
        (lambda: ForceModel("Moon", ("Sun",), (Harmonics("Earth", 4),)), "list Earth among the bodies"),
        (lambda: ForceModel("Moon", (), (Harmonics("Moon", 4), Harmonics("Moon", 8))), "listed twice"),
        (lambda: Harmonics("Moon", 1), "degree 1"),
        (lambda: Harmonics("Moon", 121), "degree 121"),
        (lambda: Harmonics("Moon", 8, 9), "order 9"),
        (lambda: Harmonics("Jupiter", 4), "no gravity field of 'Jupiter'"),
        (lambda: Radiation(-1.0), "right is 0 or more"),
        (lambda: Radiation(np.nan), "right is 0 or more"),
        (lambda: Radiation(0.02, 2.5), "right is 0 to 2"),
        (lambda: Radiation(0.02, occulters=("Sun",)), "occulter of itself"),
        (lambda: default_model("Moon", lowest_altitude_km=np.nan), "number of kilometres"),
    ],
)
def test_what_makes_no_sense_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_shadows_are_cast_by_all_bodies_unless_listed():
    assert ForceModel("Moon", ("Earth", "Sun"), (), Radiation(0.02)).occulters == ("Moon", "Earth")
    assert ForceModel("Moon", ("Earth", "Sun"), (), Radiation(0.02, occulters=())).occulters == ()
    assert ForceModel("Moon", ("Earth", "Sun")).occulters == ()


@pytest.mark.parametrize("name", LARGEST_DEGREE)
def test_a_higher_orbit_needs_a_lower_degree(name):
    radius = BODIES[name].mean_radius_km
    degrees = [least_degree(name, radius * ratio) for ratio in (1.02, 1.1, 1.5, 3.0, 10.0, 1000.0)]
    assert degrees == sorted(degrees, reverse=True)
    assert degrees[-1] == 2
    assert degrees[2] < LARGEST_DEGREE[name] or name == "Venus"


def test_least_degree_keeps_what_it_says():
    """The neglected part by its own sum over the sphere: sqrt((n+1)(2n+1)) GM/r^2 (R/r)^n times the amplitude."""
    from qqnet.space.gravity import gravity_field

    field, r = gravity_field("Moon", 120), 2600.0
    degree = least_degree("Moon", r)

    def pull(n):
        amplitude = np.sqrt(np.sum(field.cosine[n] ** 2 + field.sine[n] ** 2))
        return (
            np.sqrt((n + 1) * (2 * n + 1)) * field.gm_km3_s2 / r**2 * (field.radius_km / r) ** n * amplitude
        )

    beyond = [np.sqrt(sum(pull(n) ** 2 for n in range(first, 121))) for first in (degree, degree + 1)]
    assert beyond[1] <= NEGLECTED_KM_S2 < beyond[0]


def test_every_body_has_a_default_model():
    for name in BODIES:
        model = default_model(name)
        assert model.center == name
        assert model.bodies
    assert default_model("Moon").harmonics == (Harmonics("Moon", 8),)
