"""Transition, noise and consider parameters of the motion."""

from dataclasses import replace

import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import final_states, propagate
from qqnet.orbit_determination.clocks import CLOCKS
from qqnet.orbit_determination.motion import Motion
from qqnet.orbit_determination.parameters import DEGREE_TWO, Parameters, degree_two_acceleration
from qqnet.orbit_determination.prediction import carried
from qqnet.orbit_determination.signal_in_space import rtn_axes
from qqnet.orbit_determination.states import Acceleration, Apriori, Layout, Spacecraft
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.trajectory import Trajectories, Trajectory
from qqnet.space.bodies import body
from qqnet.space.gravity import gravity_field

from .conftest import MODEL, START


def chain(steps):
    """Transition and effect of the parameters over all steps."""
    phi, theta = np.eye(steps[0].phi.shape[1]), np.zeros(steps[0].theta.shape[1:])
    for step in steps:
        phi, theta = step.phi[0] @ phi, step.phi[0] @ theta + step.theta[0]
    return phi, theta


def alone(lunar, length_s, planets):
    """First state of one satellite about a point mass, and the motion of its error."""
    first = np.concatenate(state(lunar, body("Moon").gm_km3_s2), axis=-1)
    model = ForceModel("Moon")
    made = propagate(model, first[None], START, (START - 100.0, START + length_s), planets, names=["sat"])
    network = Trajectories.build(planets, [Trajectory("sat", "Moon", made.tables[0])])
    parameters = Parameters.build(gm=1e-6)
    return first, Motion("Moon", ("sat",), (model,), Spacecraft(), parameters, network, planets)


def test_transition_of_an_error(setup_with, planets):
    setup = setup_with()
    times = START + 600.0 * np.arange(13)
    steps = setup.motion.steps(times)
    begin, end = setup.motion.states(times[[0, -1]])[:, 0]
    moved = np.array([1e-3, -2e-3, 1e-3, 1e-7, 2e-7, -1e-7])
    ends = final_states(MODEL, [begin + moved, begin - moved], START, times[-1], planets)
    np.testing.assert_allclose(
        chain(steps)[0][:6, :6] @ moved, (ends[0] - ends[1]) / 2.0, rtol=1e-6, atol=1e-10
    )
    np.testing.assert_allclose((ends[0] + ends[1]) / 2.0, end, atol=1e-5)


def test_an_error_of_gm(planets):
    """Against Kepler's motion with another GM, two hours, 1e-4 (Simpson's rule at 10 minutes)."""
    gm = body("Moon").gm_km3_s2
    first, motion = alone(Elements(7000.0, 0.05, 0.9, 0.3, 0.2, 0.1), 8000.0, planets)
    times = START + 600.0 * np.arange(13)
    theta = chain(motion.steps(times))[1]
    from scipy.integrate import solve_ivp

    def fall(scale):
        def rate(_, y):
            return np.concatenate([y[3:], -gm * scale * y[:3] / np.linalg.norm(y[:3]) ** 3])

        return solve_ivp(rate, (0.0, 7200.0), first, "DOP853", rtol=1e-13, atol=1e-13).y[:, -1]

    expected = (fall(1.0 + 1e-5) - fall(1.0 - 1e-5)) / 2e-5
    np.testing.assert_allclose(theta[:6, 0], expected, rtol=0, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(theta[3:6, 0], expected[3:], rtol=0, atol=1e-4 * np.abs(expected[3:]).max())


def test_coefficients_of_degree_two(setup_with, planets):
    """All five at once: their effect times their values is the motion with the field less that without it.

    A fifth of a percent: the field moves the orbit by 600 m in two hours, which is not quite linear.
    """
    network = setup_with().motion.trajectories
    field = gravity_field("Moon", 2)
    values = np.array(
        [field.cosine[2, 0], field.cosine[2, 1], field.sine[2, 1], field.cosine[2, 2], field.sine[2, 2]]
    )
    parameters = Parameters.build(degree_two=1e-9)
    assert parameters.names == DEGREE_TWO
    motion = replace(setup_with().motion, parameters=parameters)
    times = START + 600.0 * np.arange(13)
    theta = chain(motion.steps(times))[1][:6]
    first = motion.states(times[:1])[0, 0]
    ends = [
        final_states(ForceModel("Moon", (), fields), [first], START, times[-1], planets)[0]
        for fields in ((Harmonics("Moon", 2),), ())
    ]
    change = ends[0] - ends[1]
    np.testing.assert_allclose(theta @ values, change, rtol=0, atol=5e-3 * np.abs(change).max())
    assert network is motion.trajectories


def test_degree_two_is_a_potential():
    """Each field falls off with r^-4 and has no divergence."""
    rng = np.random.default_rng(3)
    place = rng.standard_normal(3) * 3000.0

    def pull(x):
        return degree_two_acceleration(x, np.eye(3), "Moon")

    np.testing.assert_allclose(pull(2.0 * place), pull(place) / 16.0, rtol=1e-12)
    h = 1.0
    divergence = sum(
        (pull(place + h * np.eye(3)[j]) - pull(place - h * np.eye(3)[j]))[j] / (2.0 * h) for j in range(3)
    )
    assert np.all(np.abs(divergence) < 1e-5 * np.abs(pull(place)).max() / 1000.0)


def test_no_tracking_drifts_as_hill_says(planets):
    """A circular orbit's error against Clohessy and Wiltshire's closed solution, a revolution and a half."""
    gm = body("Moon").gm_km3_s2
    n = np.sqrt(gm / 7000.0**3)
    length = 3.0 * np.pi / n
    _, motion = alone(Elements(7000.0, 0.0, 0.9, 0.3, 0.0, 0.1), length + 200.0, planets)
    times = START + np.linspace(0.0, length, 61)
    ends = motion.states(times[[0, -1]])[:, 0]
    phi = chain(motion.steps(times))[0][:6, :6]
    axes = [rtn_axes(one[:3], one[3:]) for one in ends]
    turn = np.cross([0.0, 0.0, n], np.eye(3), axisb=0, axisc=0)  # omega x, in axes that turn with the orbit
    first, last = (
        np.block([[frame, np.zeros((3, 3))], [-turn @ frame, frame]]) for frame in axes
    )  # from inertial to turning axes
    found = last @ phi @ np.linalg.inv(first)
    s, c, t = np.sin(n * length), np.cos(n * length), length
    expected = np.array([
        [4 - 3 * c, 0, 0, s / n, 2 * (1 - c) / n, 0],
        [6 * (s - n * t), 1, 0, 2 * (c - 1) / n, (4 * s - 3 * n * t) / n, 0],
        [0, 0, c, 0, 0, s / n],
        [3 * n * s, 0, 0, c, 2 * s, 0],
        [6 * n * (c - 1), 0, 0, -2 * s, 4 * c - 3, 0],
        [0, 0, -n * s, 0, 0, c],
    ])  # fmt: skip
    scale = np.array([1, 1, 1, 1 / n, 1 / n, 1 / n])
    both = np.outer(scale, 1.0 / scale)  # in radii: all elements of order one to thirty
    np.testing.assert_allclose(found * both, expected * both, atol=1e-6)


def test_noise_of_an_acceleration_does_not_depend_on_the_step(setup_with):
    """White noise of density q: velocity variance q t; half the step, the same growth to 1e-3."""
    setup = setup_with(considered=False)
    grown = []
    for count in (6, 12):
        steps = setup.motion.steps(START + np.linspace(0.0, 3600.0, count + 1))
        covariance = np.zeros((4, 8, 8))
        for step in steps:
            covariance = carried(covariance, step)
        grown.append(covariance[0])
    q = 2.0 * 1e-12**2 * 3600.0
    assert np.trace(grown[0][3:6, 3:6]) == pytest.approx(3.0 * q * 3600.0, rel=0.03)
    np.testing.assert_allclose(grown[0], grown[1], rtol=0.02, atol=1e-3 * np.abs(grown[1]).max())


def test_more_states(setup_with):
    craft = Spacecraft(
        CLOCKS["USO"], Apriori(), Acceleration((1e-12, 2e-12, 3e-12), 3600.0, True), True, True, 1e-10
    )
    assert craft.layout == Layout(True, True, True)
    assert craft.layout.size == len(craft.layout.names) == 13
    motion = replace(setup_with().motion, spacecraft=craft)
    (step,) = motion.steps(START + np.array([0.0, 600.0]))
    # A Gauss-Markov process stays as large as it was.
    at = craft.layout.acceleration_at
    variance = np.diag(np.square(craft.acceleration.sigma_km_s2))
    kept = step.phi[0, at, at] @ variance @ step.phi[0, at, at].T + step.gamma[0, at] @ step.gamma[0, at].T
    np.testing.assert_allclose(kept, variance, rtol=1e-12)
    # An acceleration moves by a t^2 / 2, and so does the pressure of sunlight.
    moved = np.linalg.norm(step.phi[0, :3, at], axis=0)
    np.testing.assert_allclose(moved, 600.0**2 / 2.0, rtol=2e-3)
    pushed = np.linalg.norm(step.phi[0, :3, craft.layout.sunlight_at])
    assert pushed == pytest.approx(1e-10 * 600.0**2 / 2.0, rel=0.05)
    assert step.phi[0, 6, craft.layout.aging_at] == pytest.approx(600.0**2 / 2.0)
