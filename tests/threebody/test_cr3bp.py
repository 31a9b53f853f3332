import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.threebody.cr3bp import (
    SYSTEMS,
    acceleration,
    jacobi_constant,
    libration_point,
    next_crossing,
    propagate,
    propagate_transition,
    system,
)

MU = SYSTEMS["Earth-Moon"].mu


@given(mu=st.floats(1e-6, 0.5), point=st.sampled_from(["L1", "L2", "L3", "L4", "L5"]))
def test_nothing_pulls_at_a_libration_point(mu, point):
    place = libration_point(mu, point)
    # A rounding of the place times the gradient of the field, which grows as 1/gamma^3 at L1 and L2.
    gradient = 1.0 + 2 * mu / np.linalg.norm(place - [1 - mu, 0, 0]) ** 3
    assert np.max(np.abs(acceleration([*place, 0, 0, 0], mu))) < 1e-14 * gradient


def test_units_obey_keplers_third_law():
    gm = BODIES["Earth"].gm_km3_s2 + BODIES["Moon"].gm_km3_s2
    pair = SYSTEMS["Earth-Moon"]
    assert pair.length_km**3 / pair.time_s**2 == pytest.approx(gm, rel=1e-8)
    # JPL's mass ratio is that of DE405, Earth/Moon = 81.30056 (Standish 1998); DE440 has 81.3005682.
    assert pair.mu == pytest.approx(1 / (1 + 81.30056), rel=1e-9)
    assert BODIES["Moon"].gm_km3_s2 / gm == pytest.approx(pair.mu, rel=1.1e-7)


@settings(max_examples=15)
@given(x=st.floats(0.7, 0.95), z=st.floats(-0.1, 0.1), vx=st.floats(-0.1, 0.1), vy=st.floats(-0.3, 0.3))
def test_the_jacobi_constant_is_kept(x, z, vx, vy):
    start = np.array([x, 0.05, z, vx, vy, 0.02])
    states = propagate(start, 1.0, MU)(np.linspace(0, 1, 20))
    close = np.min(np.linalg.norm(states[:, :3] - [1 - MU, 0, 0], axis=1))
    assert np.ptp(jacobi_constant(states, MU)) < 1e-10 / min(close, 1.0)


def test_transition_matrix_equals_differences():
    start = np.array([0.82, 0.01, 0.03, 0.01, 0.14, -0.02])
    _, transition = propagate_transition(start, 1.5, MU)
    for column, unit in enumerate(np.eye(6)):
        ahead = propagate(start + 1e-6 * unit, 1.5, MU)([1.5])[0]
        behind = propagate(start - 1e-6 * unit, 1.5, MU)([1.5])[0]
        assert np.allclose((ahead - behind) / 2e-6, transition[:, column], rtol=1e-6, atol=1e-6)


def test_transition_matrix_keeps_phase_volume():
    _, transition = propagate_transition([0.82, 0.01, 0.03, 0.01, 0.14, -0.02], 1.5, MU)
    assert np.linalg.det(transition) == pytest.approx(1.0, abs=1e-9)


def test_next_crossing_lies_in_the_plane():
    start = np.array([0.8234, 0.0, 0.0224, 0.0, 0.1343, 0.0])
    t = next_crossing(start, MU)
    assert t > 0.5
    assert abs(propagate(start, t, MU)([t])[0, 1]) < 1e-12


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: system("Earth-Mars"), "known: Earth-Moon, Sun-Earth"),
        (lambda: libration_point(0.7, "L1"), "mass ratio 0.7"),
        (lambda: libration_point(MU, "L6"), "known: L1, L2, L3, L4, L5"),
        (lambda: propagate([1.0, 2.0], 1.0, MU), "six finite numbers"),
        (lambda: propagate([1 - MU + 1e-3, 0, 0, 0, 0, 0], 1.0, MU), "runs into a primary"),
    ],
)
def test_errors_name_what_is_wrong(call, said):
    with pytest.raises(InputError, match=said):
        call()
