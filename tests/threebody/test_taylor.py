import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from qqnet.threebody import taylor
from qqnet.threebody.cr3bp import SYSTEMS, jacobi_constant

MU = SYSTEMS["Earth-Moon"].mu
NRHO = np.array([1.021335861925, 0.0, -0.18162, 0.0, -0.101757909255, 0.0])
PERIOD = 1.5020721109


def rate(t, s):
    """The equations of motion, written from the potential."""
    earth, moon = s[:3] - np.array([-MU, 0, 0]), s[:3] - np.array([1 - MU, 0, 0])
    pull = -(1 - MU) * earth / np.linalg.norm(earth) ** 3 - MU * moon / np.linalg.norm(moon) ** 3
    turn = np.array([2 * s[4] + s[0], -2 * s[3] + s[1], 0.0])
    return np.concatenate([s[3:], pull + turn])


def test_equals_another_integrator():
    times, series = taylor.motion(NRHO, PERIOD, MU)
    wanted = np.linspace(0, PERIOD, 40)
    known = solve_ivp(rate, (0, PERIOD), NRHO, "DOP853", t_eval=wanted, rtol=3e-14, atol=1e-15).y.T
    assert np.allclose(taylor.states_at(times, series, wanted), known, atol=2e-12, rtol=0)


def test_alone_and_with_the_matrix_it_is_one_motion():
    times, series = taylor.motion(NRHO, PERIOD, MU)
    reached, state, matrix = taylor.transition(NRHO, PERIOD, MU)
    assert reached == times[-1] == PERIOD
    assert np.allclose(state, taylor.states_at(times, series, np.array([PERIOD]))[0], atol=1e-15, rtol=0)
    assert matrix.shape == (6, 6)


def test_more_steps_than_there_was_room_for():
    times, series = taylor.motion(NRHO, 10 * PERIOD, MU)
    assert len(series) > 200
    assert np.all(np.diff(times) > 0)
    assert np.ptp(jacobi_constant(series[:, :, 0], MU)) < 1e-12


@settings(max_examples=15)
@given(x=st.floats(0.7, 0.95), z=st.floats(-0.1, 0.1), vx=st.floats(-0.1, 0.1), vy=st.floats(-0.3, 0.3))
def test_backwards_leads_home(x, z, vx, vy):
    start = np.array([x, 0.05, z, vx, vy, 0.02])
    times, series = taylor.motion(start, 0.7, MU)
    assume(taylor.extremes(times, series, MU)[2] > 0.03)  # a close passage multiplies rounding
    _, state, there = taylor.transition(start, 0.7, MU)
    _, home, back = taylor.transition(state, -0.7, MU)
    assert np.linalg.norm(home - start) < 1e-11
    assert np.allclose(back @ there, np.eye(6), atol=1e-9, rtol=0)


def test_motion_ends_at_a_primary():
    falling = np.array([1 - MU + 1e-3, 0.0, 0.0, 0.0, 0.0, 0.0])
    times, _ = taylor.motion(falling, 1.0, MU)
    assert times[-1] < 1.0
    assert taylor.transition(falling, 1.0, MU)[0] < 1.0


def test_extremes_are_those_of_many_samples():
    times, series = taylor.motion(NRHO, PERIOD, MU)
    z, near_earth, near_moon, far_moon = taylor.extremes(times, series, MU)
    states = taylor.states_at(times, series, np.linspace(0, PERIOD, 200_001))
    moon = np.linalg.norm(states[:, :3] - [1 - MU, 0, 0], axis=1)
    earth = np.linalg.norm(states[:, :3] + [MU, 0, 0], axis=1)
    assert z == pytest.approx(np.abs(states[:, 2]).max(), abs=1e-12)
    assert near_earth == pytest.approx(earth.min(), abs=1e-10)
    assert near_moon == pytest.approx(moon.min(), abs=1e-9)
    assert far_moon == pytest.approx(moon.max(), abs=1e-10)
    assert near_moon <= moon.min()
    assert far_moon >= moon.max()
